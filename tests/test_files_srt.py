"""SRT: times stay, sentences that run over several subtitles are translated whole and shared out again."""

from __future__ import annotations

import re

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeEngine
from tarjama.errors import InputError
from tarjama.translate import Article, Translator
from tarjama.translate.layout import fill
from tarjama.translate.readers.srt import share

TALK = """1
00:00:01,000 --> 00:00:03,500
قال المتحدث باسم الحكومة

2
00:00:03,600 --> 00:00:06,000
إن الاجتماع انتهى أمس.

3
00:00:08,000 --> 00:00:09,250
<i>هل هذا صحيح؟</i>

4
00:01:10,000 --> 00:01:12,000
- نعم.
- لا.
"""


def read(text: str) -> Article:
    return Article.from_bytes(text.encode(), "talk.srt")


def texts(text: str) -> list[str]:
    return [paragraph.text for paragraph in read(text).paragraphs]


def filled(text: str, *english: str) -> str:
    layout = read(text).layout
    assert layout is not None
    return layout.fill(english)


def test_sentences_speakers_and_times() -> None:
    assert texts(TALK) == ["قال المتحدث باسم الحكومة إن الاجتماع انتهى أمس.", "هل هذا صحيح؟", "نعم.", "لا."]
    assert (
        filled(TALK, "A government spokesman said the meeting ended yesterday.", "Is this true?", "Yes.", "No.")
        == """1
00:00:01,000 --> 00:00:03,500
A government spokesman said

2
00:00:03,600 --> 00:00:06,000
the meeting ended yesterday.

3
00:00:08,000 --> 00:00:09,250
<i>Is this true?</i>

4
00:01:10,000 --> 00:01:12,000
- Yes.
- No.
"""
    )


def test_another_program_reads_the_same_times() -> None:
    events = pysubs2.SSAFile.from_string(filled(TALK, "a b", "c", "d", "e")).events
    assert [(event.start, event.end) for event in events] == [(1000, 3500), (3600, 6000), (8000, 9250), (70000, 72000)]


def cues(*texts: str, pause: int = 100) -> str:
    out = ""
    for number, text in enumerate(texts):
        start = number * (1000 + pause)
        out += f"{number + 1}\n{_time(start)} --> {_time(start + 1000)}\n{text}\n\n"
    return out


def _time(milliseconds: int) -> str:
    return f"00:{milliseconds // 60000:02d}:{milliseconds // 1000 % 60:02d},{milliseconds % 1000:03d}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (cues("بداية", "ونهاية."), ["بداية ونهاية."]),
        (cues("بداية", "ونهاية.", pause=2000), ["بداية", "ونهاية."]),
        (cues("واحد", "اثنان", "ثلاثة", "أربعة", "خمسة"), ["واحد", "اثنان", "ثلاثة", "أربعة", "خمسة"]),
        (cues("بداية", "- كلام آخر.", "نهاية."), ["بداية", "- كلام آخر.", "نهاية."]),
        (cues("سطر\nوسطر."), ["سطر وسطر."]),
        (cues("{\\an8}فوق <font color=red>أحمر</font>."), ["فوق أحمر."]),
        (cues("كلام " * 40, "كلام " * 40 + "."), [("كلام " * 40).strip(), "كلام " * 40 + "."]),
    ],
)
def test_what_is_translated_as_one(source: str, expected: list[str]) -> None:
    assert texts(source) == expected


def test_a_place_on_the_screen_and_an_empty_subtitle_stay() -> None:
    source = cues("{\\an8}فوق.", "", "تحت.")
    assert filled(source, "Up.", "Down.").split("\n\n") == [
        "1\n00:00:00,000 --> 00:00:01,000\n{\\an8}Up.",
        "2\n00:00:01,100 --> 00:00:02,100",
        "3\n00:00:02,200 --> 00:00:03,200\nDown.\n",
    ]


def test_a_long_line_is_broken_near_its_middle() -> None:
    english = "This is a rather long sentence that does not fit in one line of a screen."
    lines = filled(cues("جملة طويلة."), english).splitlines()[2:]
    assert lines == ["This is a rather long sentence that", "does not fit in one line of a screen."]


@given(
    st.lists(st.text("abc,.", min_size=1, max_size=9), max_size=30),
    st.lists(st.integers(1, 60), min_size=1, max_size=6),
)
def test_sharing_out_loses_no_word(words: list[str], sizes: list[int]) -> None:
    parts = share(" ".join(words), sizes)
    assert len(parts) == len(sizes)
    assert " ".join(part for part in parts if part).split() == words
    if len(words) >= len(sizes):
        assert all(parts)


@pytest.mark.parametrize(
    ("text", "sizes", "parts"),
    [
        ("one two three four", [10, 10], ["one two", "three four"]),
        ("one two three four", [30, 10], ["one two three", "four"]),
        ("Yes, we can do that now", [10, 40], ["Yes,", "we can do that now"]),
        ("one", [5, 5], ["one", ""]),
        ("", [5, 5], ["", ""]),
    ],
)
def test_shares(text: str, sizes: list[int], parts: list[str]) -> None:
    assert share(text, sizes) == parts


def test_a_translation_comes_out_as_subtitles() -> None:
    translation = Translator(engine=FakeEngine({"هل هذا صحيح؟": "Is this true?"})).translate(read(TALK))
    assert translation.article.layout is not None
    out = fill(translation.article.layout, translation)
    assert "00:00:08,000 --> 00:00:09,250\n<i>Is this true?</i>" in out
    assert not re.search("[\u0600-\u06ff]", out)
    assert "-->" not in translation.text


def test_a_translation_that_was_stopped_keeps_the_rest_in_arabic() -> None:
    article = read(TALK)
    translator = Translator(engine=FakeEngine())
    first = next(iter(translator.stream(article)))
    out = fill(article.layout, translator.result(article, [first], 0.1))  # type: ignore[arg-type]
    assert "هل هذا صحيح؟" in out
    assert "قال المتحدث" not in out


@pytest.mark.parametrize("text", ["قال المتحدث إن الاجتماع انتهى.", "1\n00:00:01,000\nنص"])
def test_a_file_named_srt_without_subtitles(text: str) -> None:
    with pytest.raises(InputError, match=r"talk\.srt: no subtitles are in it: a time such as"):
        read(text)


def test_windows_files_and_other_encodings() -> None:
    article = Article.from_bytes(TALK.replace("\n", "\r\n").encode("cp1256"), "talk.srt")
    assert article.encoding == "windows-1256"
    assert [paragraph.text for paragraph in article.paragraphs] == texts(TALK)


def test_subtitles_in_a_file_named_txt_are_subtitles() -> None:
    assert Article.from_bytes(TALK.encode(), "talk.txt").layout is not None
