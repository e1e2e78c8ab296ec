"""Numbers and names that a summary has and its source has not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjama.summarize.support import unsupported

SOURCE = (
    "The United Nations said on Tuesday that 1,000 people fled Iraq in 2016, two of them to Lebanon. "
    "U.S. Secretary of State John Kerry met Abu Bakr al-Hashimi, an adviser to the government, at 10.30 a.m. "
    "Aid worth $1.2 billion and 3,500,000 meals came from the UAE and Société Générale; 23 trucks were lost. "
    "OPEC pumped 16.6 mln barrels between Sept. 5 and 9. The party took 4-5 seats."
)

SUPPORTED = [
    "The UN said 1000 people fled.",
    "The U.N. said one thousand people fled.",
    "Two people fled to Lebanon.",
    "2 people fled; the Lebanese took them.",
    "Twenty-three trucks were lost.",
    "It was worth 1.2 billion dollars and 3.5 million meals.",
    "It was worth $1.2bn.",
    "About 16.6 million barrels.",
    "John Kerry's adviser met Hashimi.",
    "The US secretary met the Iraqis, the Americans said.",
    "In September it was different.",
    "The United Arab Emirates sent aid. Aid also came from Societe Generale.",
    "The party took 4 to 5 seats. One was lost first.",
    "He said: \"The aid came.\" Officials agreed (They always do).",
    "President Kerry spoke. Prime Minister Hashimi left.",
    "The United States helped 1,000 people at 10:30.",
]  # fmt: skip

UNSUPPORTED = [
    ("The UN said 1,200 people fled.", ("1,200",)),
    ("Seven people fled in 2017.", ("Seven", "2017")),
    ("Aid of 1.2 trillion came.", ("1.2 trillion",)),
    ("Aid of 2,38.672 came.", ("2,38.672",)),  # no number in any notation: models write such
    ("Twenty-four trucks were lost.", ("Twenty-four",)),
    ("The secretary met Vladimir Putin in Iraq.", ("Vladimir Putin",)),
    ("On Monday David Kerry met al-Baghdadi of the EU.", ("Monday", "David", "al-Baghdadi", "EU")),
    ("Barack Obama met him. He met Barack Obama's adviser.", ("Barack Obama",)),
    ("They left for Iran and for Liberia.", ("Iran", "Liberia")),
]


@pytest.mark.parametrize("summary", SUPPORTED)
def test_what_the_source_says_in_another_form_is_supported(summary: str) -> None:
    assert unsupported(summary, SOURCE) == ()


@pytest.mark.parametrize(("summary", "expected"), UNSUPPORTED)
def test_what_the_source_does_not_say_is_listed_in_order(summary: str, expected: tuple[str, ...]) -> None:
    assert unsupported(summary, SOURCE) == expected


@given(st.text(alphabet=st.sampled_from("aAbB1,.- '’&\n2"), max_size=40) | st.text(max_size=40))
def test_every_text_supports_itself(text: str) -> None:
    assert unsupported(text, text) == ()
