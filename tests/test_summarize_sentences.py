"""English sentences: where they end, and which of them are no running text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjama.summarize.sentences import is_boilerplate, is_finished, is_loop, is_question, split, without_dateline

SPLITS = [
    (["Mr. Obama met Dr. Smith on Jan. 5 at 3.30 p.m. in Washington, D.C. ", "He left."]),
    (["Gen. Lloyd J. Austin III spoke. ", "It rose 3.5 percent to $1.2 billion. ", "The U.S. said so."]),
    (["“We won’t stop,” he said. ", "“Never.” ", "The crowd cheered."]),
    (['He said: "It is over. We lost." ', "Then he left."]),
    (["U.N. envoy Staffan de Mistura said no. ", "The No. 1 seed lost."]),
    (["Wait... what? ", "He left."]),
    (["See https://example.com/a.b?c=1. ", "Next one."]),
    (["He lived at Ft. Hood. ", "Then he moved."]),
    (["1. First item. ", "2. Second item."]),
    (["He bought it. ?! ", "And sold it."]),
    (["On Tues. the Senate met. ", "Ms. Rice spoke."]),
    (["Headline without a stop\n", "Another Headline\n", "A third one"]),
    (["First paragraph\n\n", "Second Paragraph."]),
    (["Text that was wrapped\nto a width by\nsome program. ", "It goes\non here\n\n", "New paragraph. ", "And\nmore."]),
    (["Mixed\r\n", "Line ends\r", "Are all kept\n"]),
]


@pytest.mark.parametrize("pieces", SPLITS, ids=lambda pieces: pieces[0][:20])
def test_split(pieces: list[str]) -> None:
    assert split("".join(pieces)) == pieces


@given(st.text(alphabet=st.sampled_from('aB .!?…"”\n\r\t\u2028،1é'), max_size=60) | st.text(max_size=60))
def test_nothing_is_lost(text: str) -> None:
    assert "".join(split(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Also: Displaced people from Manbij recount the injustice of ISIS", True),
        ("Read more: The battle for Mosul.", True),
        ("Photo: AFP", True),
        ("Image caption The square after the blast", True),
        ("(Reporting by Isabel Coles; editing by Dominic Evans)", True),
        ("Akhbar Al Aan | Dubai – United Arab Emirates – (Dima Najm)", True),
        ("Dubai - (AFP).", True),
        ("Also, the minister resigned.", False),
        ("Photos have spread on social media.", False),
        ("The source said: nothing.", False),
        ("Obama met Cameron - and left.", False),
        ("Watches worth $5 million were stolen.", False),
        ("Barack Obama", False),
    ],
)
def test_boilerplate(text: str, expected: bool) -> None:
    assert is_boilerplate(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DUBAI, Aug 3 (Reuters) - Oil fell.", "Oil fell."),
        ("(CNN) -- A man was held.", "A man was held."),
        ("Riyadh (SPA): The king left.", "The king left."),
        ('GAZA (AFP) – "We stay," he said.', '"We stay," he said.'),
        ("The president (pictured) - who left - said so.", "The president (pictured) - who left - said so."),
        ("Islamic State (ISIS) - once feared - lost.", "Islamic State (ISIS) - once feared - lost."),
        ("DUBAI (Reuters) - ", "DUBAI (Reuters) - "),
    ],
)
def test_dateline(text: str, expected: str) -> None:
    assert without_dateline(text) == expected


@pytest.mark.parametrize(
    ("text", "finished", "question"),
    [
        ("He left.", True, False),
        ('"He left."', True, False),
        ("He left.) ", True, False),
        ("He left…", True, False),
        ("Did he leave?", True, True),
        ("“Did he leave?”", True, True),
        ("He left", False, False),
        ("He left,", False, False),
        ("", False, False),
    ],
)
def test_ends(text: str, finished: bool, question: bool) -> None:
    assert (is_finished(text), is_question(text)) == (finished, question)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The city of the city of the city of the city of the city.", True),
        ("No, no, no, no, no, no, no, no, no.", True),
        ("No, no, no.", False),
        ("The man and the boy and the girl and the dog left the house and the yard.", False),
    ],
)
def test_loops(text: str, expected: bool) -> None:
    assert is_loop(text) is expected
