"""The quality tab: references paired with the article, systems compared, tables."""

from __future__ import annotations

import pytest

from fakes import FakeEngine
from tarjama import InputError, Translation, Translator
from tarjama.ui.quality import measure
from tarjama.ui.quality_html import models_html, quality_html

pytest.importorskip("sacrebleu")

TEXT = "قال الوزير إنه استقال. ثم غادر المدينة.\n\nوصل الرئيس أمس."
GOOD = {
    "قال الوزير إنه استقال.": "The minister said he had resigned.",
    "ثم غادر المدينة.": "Then he left the city.",
    "وصل الرئيس أمس.": "The president arrived yesterday.",
}
PARAGRAPHS = "The minister said he had resigned. Then he left town.\n\nThe president arrived yesterday."
SENTENCES = "The minister said he had resigned.\nThen he left town.\nThe president arrived yesterday."


@pytest.fixture
def good() -> Translation:
    return Translator(engine=FakeEngine(GOOD)).translate(TEXT)


@pytest.fixture
def poor() -> Translation:
    return Translator(engine=FakeEngine()).translate(TEXT)


@pytest.mark.parametrize(("reference", "unit", "count"), [(PARAGRAPHS, "paragraphs", 2), (SENTENCES, "sentences", 3)])
def test_a_reference_is_paired_by_paragraph_or_by_sentence(
    good: Translation, reference: str, unit: str, count: int
) -> None:
    quality = measure({"good": good}, reference)
    assert (quality.unit, len(quality.report.testset)) == (unit, count)  # type: ignore[union-attr]
    assert [segment.reference for segment in quality.segments] == SENTENCES.split("\n")
    assert [round(segment.scores[0]) for segment in quality.segments][::2] == [100, 100]
    assert 30 < quality.segments[1].scores[0] < 90


def test_where_sentences_do_not_pair_up_the_paragraph_stays_whole(good: Translation) -> None:
    quality = measure({"good": good}, "He resigned and left.\nThe president arrived yesterday.")
    assert [segment.outputs[0] for segment in quality.segments] == [paragraph.text for paragraph in good]


def test_a_reference_that_fits_nothing_is_refused_with_both_counts(good: Translation) -> None:
    with pytest.raises(InputError, match=r"has 1 lines; the translation has 2 paragraphs and 3 sentences"):
        measure({"good": good}, "One line only.")


def test_two_systems_are_compared_with_a_verdict(good: Translation, poor: Translation) -> None:
    html = quality_html(measure({"poor": poor, "good <i>": good}, SENTENCES))
    assert "good &lt;i&gt; is" in html
    assert html.count("<tr") == 2 + 8 + 3  # two heads, eight metrics, three sentences
    assert "p &lt; 0.01" in html
    assert "<i>" not in html


def test_without_a_reference_systems_stand_side_by_side(good: Translation, poor: Translation) -> None:
    html = quality_html(measure({"a": good, "b": poor}, " "))
    assert "The president arrived yesterday." in html
    assert poor.sentences[2].target in html
    assert "BLEU" not in html


def test_one_segment_has_no_interval() -> None:
    one = Translator(engine=FakeEngine(GOOD)).translate("وصل الرئيس أمس.")
    assert "no interval: one segment" in quality_html(measure({"a": one}, "The president came yesterday."))


def test_the_table_of_models_names_those_that_could_be_added() -> None:
    html = models_html()
    assert "opus-mt-ar-en <span" in html
    assert "not on this machine" in html
    assert "311 MB" in html
    assert "Apache-2.0" in html
