"""The summary of a translation: flagged sentences are avoided, and the result says what it rests on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tarjama.errors import InputError
from tarjama.summarize import Summarizer
from tarjama.translate import Article, Flag, Paragraph, Provenance, Sentence, TranslatedParagraph, Translation

CITIES = ("Mosul", "Raqqa", "Manbij", "Fallujah", "Tikrit", "Ramadi", "Hawija", "Kirkuk")
ENGLISH = [
    f"Commanders in {city} said on Monday that {10 + index} of their men had crossed the river and taken the bridge."
    for index, city in enumerate(CITIES)
]


def translation(sentences: Sequence[Sentence]) -> Translation:
    """A translation with one sentence per paragraph."""
    paragraphs = [Paragraph(sentence.source, "\n\n") for sentence in sentences]
    pairs = zip(paragraphs, sentences, strict=True)
    translated = tuple(TranslatedParagraph(paragraph, (sentence,)) for paragraph, sentence in pairs)
    return Translation(Article(tuple(paragraphs)), translated, Provenance("fake", "1", "fake", 4, "0", 0.1, 100))


def sentence(
    target: str, *flags: Flag, source: str = "قال القادة إن رجالهم عبروا النهر.", score: float = -0.3
) -> Sentence:
    return Sentence(source, target, score, flags)


def test_the_index_counts_the_sentences_of_the_translation() -> None:
    two_in_one = f"{ENGLISH[0]} {ENGLISH[1]}"
    given = translation([sentence(two_in_one), *map(sentence, ENGLISH[2:])])
    summary = Summarizer("extractive").summarize(given)
    for part in summary.sentences:
        assert part.source is not None
        assert part.text in given.sentences[part.source].target
    assert summary.source_words == sum(len(text.split()) for text in ENGLISH)
    assert summary.provenance.model == "extractive"


def test_flagged_sentences_are_left_out_and_the_note_says_so() -> None:
    given = translation([sentence(ENGLISH[0], Flag.MISSING_NUMBER), *map(sentence, ENGLISH[1:])])
    summary = Summarizer("extractive").summarize(given)
    assert "Mosul" not in summary.text
    assert "Left out: 1 flagged sentence of the translation." in summary.note
    trusted = Summarizer("extractive").summarize(translation(list(map(sentence, ENGLISH))))
    assert "Mosul" in trusted.text
    assert "flagged" not in trusted.note


def test_flagged_sentences_are_taken_when_the_rest_is_too_short() -> None:
    flagged = [sentence(text, Flag.LOW_CONFIDENCE) for text in ENGLISH[:3]]
    summary = Summarizer("extractive").summarize(
        translation(
            [*flagged, sentence(ENGLISH[3]), sentence("He left Mosul for the river on Monday with " + "men, " * 40)]
        )
    )
    assert summary.sentences
    many = translation([sentence(ENGLISH[0]), *(sentence(text, Flag.TOO_SHORT) for text in ENGLISH[1:])])
    assert "Do not trust this summary: 7 of 8 sentences" in Summarizer("extractive").summarize(many).note


def test_more_than_a_third_flagged_is_not_trusted_even_when_no_flagged_sentence_is_taken() -> None:
    for flagged, trusted in ((2, True), (3, False)):
        given = translation(
            [sentence(text, *[Flag.LOOP][: index < flagged]) for index, text in enumerate(ENGLISH)],
        )
        summary = Summarizer("extractive").summarize(given)
        assert not any(given.sentences[part.source or 0].flags for part in summary.sentences)
        assert ("Do not trust" in summary.note) is not trusted


def test_english_that_was_left_as_it_is_counts_as_sound() -> None:
    given = translation([sentence(text, Flag.NOT_ARABIC, source=text) for text in ENGLISH])
    summary = Summarizer("extractive").summarize(given)
    assert summary.note == "Extractive: whole sentences of the text, in its own words."
    assert "Mosul" in summary.text


def test_a_few_flagged_sentences_are_named_when_they_are_used() -> None:
    given = translation(
        [
            sentence(ENGLISH[0], Flag.TOO_LONG),
            sentence(ENGLISH[1]),
            sentence("Who took the bridge?"),
            sentence("Also: The river."),
        ]
        + [sentence(f"What did the commanders say in {city} on Monday about the bridge?") for city in CITIES]
    )
    assert "It rests on 1 flagged" in Summarizer("extractive").summarize(given).note


def test_what_is_left_in_arabic_is_never_taken() -> None:
    arabic = "قال القادة إن رجالهم عبروا النهر وسيطروا على الجسر."
    given = translation([sentence(arabic, Flag.EMPTY, source=arabic), *map(sentence, ENGLISH[:5])])
    summary = Summarizer("extractive").summarize(given)
    assert arabic not in summary.text
    assert 0.8 < summary.coverage < 1


def test_a_translation_without_english_is_refused() -> None:
    arabic = "قال القادة إن رجالهم عبروا النهر."
    with pytest.raises(InputError, match="holds no English"):
        Summarizer("extractive").summarize(translation([sentence(arabic, Flag.EMPTY)]))
    with pytest.raises(InputError, match="empty"):
        Summarizer("extractive").summarize(translation([]))


def test_a_short_translation_comes_back_unchanged_with_its_warning() -> None:
    given = translation([sentence(ENGLISH[0], Flag.LOOP), sentence(ENGLISH[1])])
    summary = Summarizer("extractive").summarize(given)
    assert (summary.method, summary.text) == ("unchanged", f"{ENGLISH[0]}\n{ENGLISH[1]}")
    assert "1 of 2 sentences of the translation are flagged" in summary.note


def test_a_link_stays_out_even_when_the_model_gave_it_a_full_stop() -> None:
    link = "Displaced families told United Nations envoy Jan Kubis of 19 mass graves."
    with_link = translation([sentence(link, source="أيضا: نازحون من الموصل يروون"), *map(sentence, ENGLISH)])
    without = translation([sentence(link), *map(sentence, ENGLISH)])
    assert link not in Summarizer("extractive").summarize(with_link).text
    assert link in Summarizer("extractive").summarize(without).text


def test_of_two_like_sentences_the_surer_one_is_taken() -> None:
    twins = ["The army took the town of Hawija on Sunday after a week of fighting in the streets.",
             "The army took the city of Hawija on Sunday after one week of fighting in its streets."]  # fmt: skip
    filler = [sentence(text) for text in ENGLISH]
    for sure in (0, 1):
        scores = [-0.2 if index == sure else -2.5 for index in range(2)]
        pair = [sentence(text, score=score) for text, score in zip(twins, scores, strict=True)]
        summary = Summarizer("extractive").summarize(translation([*pair, *filler]))
        assert twins[sure] in summary.text
        assert twins[1 - sure] not in summary.text
