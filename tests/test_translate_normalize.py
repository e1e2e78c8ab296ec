"""One spelling for what Unicode writes in many ways."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjama.translate import normalize

CASES = {
    "tatweel": ("العـــراق", "العراق"),
    "diacritics": ("مُحَمَّدٌ رَسُولًا", "محمد رسولا"),
    "superscript alef": ("هٰذا", "هذا"),
    "arabic-indic digits": ("٢٠١٧", "2017"),
    "persian digits": ("۲۰۱۷", "2017"),
    "decimal and thousands": ("٣٫٥ و١٬٠٠٠ و٥٪", "3.5 و1,000 و5%"),
    "presentation forms": ("ﻣﺮﺣﺒﺎ", "مرحبا"),
    "lam-alef ligature": ("ﻻ", "لا"),
    "ligature of the name": ("ﷲ", "الله"),
    "decomposed hamza": ("ا\u0654حمد", "أحمد"),
    "decomposed madda": ("ا\u0653خر", "آخر"),
    "persian yeh and kaf": ("کتابی", "كتابي"),
    "zero width": ("ال\u200bعر\u200dاق\u200c", "العراق"),
    "bidi marks": ("\u200fالعراق\u200e \u202bهنا\u202c", "العراق هنا"),
    "byte order mark": ("\ufeffالعراق", "العراق"),
    "double quotes": ("«أ» “ب” „ج‟", '"أ" "ب" "ج"'),
    "single quotes": ("‘أ’ `ب´", "'أ' 'ب'"),
    "ellipsis": ("انتهى…", "انتهى..."),
    "spaces": ("أ\u00a0ب\tج\u2009د", "أ ب ج د"),
    "line breaks stay": ("أ\nب\r\nج", "أ\nب\r\nج"),
    "letters stay": ("إلى آخر على مؤمن شيء", "إلى آخر على مؤمن شيء"),
    "arabic punctuation stays": ("لماذا؟ هنا، وهناك؛", "لماذا؟ هنا، وهناك؛"),
    "latin stays": ("Angela Merkel café", "Angela Merkel café"),
    "end of ayah stays": ("۝", "۝"),
    "empty": ("", ""),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_normalize(text: str, expected: str) -> None:
    assert normalize(text) == expected


ARABIC = st.text(st.characters(min_codepoint=0x600, max_codepoint=0x6FF) | st.sampled_from("ﻻﷲ\u0653\u0654 aé.\u200f"))


@given(ARABIC | st.text())
def test_twice_is_once(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text())
def test_line_breaks_are_kept(text: str) -> None:
    assert normalize(text).count("\n") == text.count("\n")
