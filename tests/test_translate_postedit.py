"""Repairs of the model's English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjama.translate.postedit import postedit, sentence_case

SENTENCE = "قال الوزير."

# name: (output of the model, expected, source)
CASES = {
    "entities": ("Tom &amp; Jerry &quot;won&quot;.", 'Tom & Jerry "won".', SENTENCE),
    "entities of entities": ("the minister&amp;#39;s", "the minister's", SENTENCE),
    "cut-off genitive": ("Iraq &apos; s army", "Iraq's army", SENTENCE),
    "cut-off genitive, one space": ("Iraq 's army.", "Iraq's army.", SENTENCE),
    "plural genitive": ("the Germans &apos; success", "the Germans' success", SENTENCE),
    "contractions": ("they 're here and do n't care.", "they're here and don't care.", SENTENCE),
    "french": ("the coup d &apos; état of", "the coup d'état of", SENTENCE),
    "quoted letter stays": ("the letter 'm' on walls", "the letter 'm' on walls", SENTENCE),
    "quoted word stays": ("he says 're-election' is near", "he says 're-election' is near", SENTENCE),
    "spaces before marks": ("Yes , he did ; really ?", "Yes, he did; really?", SENTENCE),
    "space before percent": ("up 5 % today", "up 5% today", SENTENCE),
    "brackets": ("( Reuters ) said", "(Reuters) said", SENTENCE),
    "thousands": ("1, 000 men and 20 , 000 women", "1,000 men and 20,000 women", SENTENCE),
    "year before a number stays": ("In 2015, 300 died.", "In 2015, 300 died.", SENTENCE),
    "decimal point stays": ("He ran .5 km", "He ran .5 km", SENTENCE),
    "quotes": ('the " Islamic State " group', 'the "Islamic State" group', SENTENCE),
    "glued quotes": ('the"Islamic State"group', 'the "Islamic State" group', SENTENCE),
    "unbalanced quotes stay": ('the " Islamic State group', 'the " Islamic State group', SENTENCE),
    "inches stay": ('a 5" and a 7" disk', 'a 5" and a 7" disk', SENTENCE),
    "arabic marks": ("Why؟ Here، and there؛ 5٪", "Why? Here, and there; 5%", SENTENCE),
    "arabic digits": ("in ٢٠١٧", "in 2017", SENTENCE),
    "subtitle dash": ("- I don't know.", "I don't know.", SENTENCE),
    "dash of the source": ("- First item", "- First item", "- البند الأول"),
    "minus stays": ("-5 degrees", "-5 degrees", SENTENCE),
    "doubled question mark": ("Why??", "Why?", "لماذا؟"),
    "question mark and stop": ("Why?.", "Why?", "لماذا؟"),
    "question mark and stop, spaced": ("Why ? .", "Why?", "لماذا؟"),
    "two stops": ("He said..", "He said.", SENTENCE),
    "two stops of the source": ("He said..", "He said..", "قال.."),
    "three marks of the source": ("Why???", "Why???", "لماذا؟؟؟"),
    "ellipsis stays": ("He said...", "He said...", SENTENCE),
    "comma and stop": ("He said,.", "He said.", SENTENCE),
    "stop inside and outside the quote": ('He said "go.".', 'He said "go."', SENTENCE),
    "white space": ("  He \n said\t.", "He said.", SENTENCE),
    "empty": ("", "", SENTENCE),
}


@pytest.mark.parametrize(("output", "expected", "source"), CASES.values(), ids=CASES)
def test_postedit(output: str, expected: str, source: str) -> None:
    assert postedit(output, source) == expected


NOISE = st.text(st.sampled_from("aslt 0,.!?;:'\"&()-%[]—…،؟5mdn\u200f#3"), max_size=30)


@given(NOISE, NOISE)
def test_twice_is_once(output: str, source: str) -> None:
    once = postedit(output, source)
    assert postedit(once, source) == once


@given(st.text(st.sampled_from("ab 12"), max_size=30), NOISE)
def test_words_and_digits_are_not_touched(output: str, source: str) -> None:
    assert postedit(output, source) == " ".join(output.split())


@pytest.mark.parametrize(
    ("target", "source", "expected"),
    [
        ("images on social networks", "انتشرت صور على مواقع التواصل.", "Images on social networks"),
        ("al-Abadi met him", "التقى به العبادي؟", "al-Abadi met him"),
        ("iPhone sales fell", "تراجعت مبيعات الهاتف.", "iPhone sales fell"),
        ("the city of Mosul", "مدينة الموصل", "the city of Mosul"),  # an entry of a list, not a sentence
        ("he said so", 'قال ذلك."', "He said so"),
        ("", "نعم.", ""),
    ],
)
def test_a_sentence_begins_with_a_capital(target: str, source: str, expected: str) -> None:
    assert sentence_case(target, source) == expected
