"""Scores for what is on the page, against a reference that the reader gives; and two systems compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import InputError
from ..translate import Article, Translation

if TYPE_CHECKING:
    from ..eval import Report

METRICS = ("bleu", "chrf", "chrf++", "ter", "rouge1", "rouge2", "rougeL", "rougeLsum")


@dataclass(frozen=True)
class Segment:
    """A sentence (or a paragraph, where sentences do not pair up): source, reference, and each system's output.

    ``scores`` are chrF++ in points, one per output; empty without a reference.
    """

    source: str
    reference: str
    outputs: tuple[str, ...]
    scores: tuple[float, ...] = ()


@dataclass(frozen=True)
class Quality:
    """What the quality tab shows: the report over ``unit`` (paragraphs or sentences), and the segments coloured."""

    names: tuple[str, ...]
    segments: tuple[Segment, ...]
    unit: str = "paragraphs"
    report: Report | None = None


def measure(systems: Mapping[str, Translation], reference: str) -> Quality:
    """Score translations of one article; without a reference only put them side by side.

    The reference has one paragraph per line, as many as the article, or one sentence per line. Raises
    ``InputError`` with both counts when neither fits, ``DependencyError`` without the extra ``eval``.
    """
    names, translations = tuple(systems), tuple(systems.values())
    lines = [paragraph.text for paragraph in Article.from_text(reference).paragraphs]
    if not lines:
        return Quality(names, tuple(_by_sentence(translations, None)))
    paragraphs, sentences = len(translations[0]), len(translations[0].sentences)
    if len(lines) not in (paragraphs, sentences):
        raise InputError(
            f"The reference has {len(lines)} lines; the translation has {paragraphs} paragraphs and {sentences} "
            "sentences. Put one paragraph, or one sentence, of the reference on each line."
        )
    if len(lines) == paragraphs:
        unit, pairs = "paragraphs", _by_paragraph(translations, lines)
        fine = [part for number, line in enumerate(lines) for part in _inside(translations, number, line)]
    else:
        unit, pairs = "sentences", _by_sentence(translations, lines)
        fine = pairs
    from ..eval import compare
    from ..eval.metrics import Scorer

    columns = [[pair.outputs[index] for pair in pairs] for index in range(len(names))]
    report = compare(
        dict(zip(names, columns, strict=True)),
        [pair.reference for pair in pairs],
        [pair.source for pair in pairs],
        metrics=METRICS,
    )
    scorer = Scorer("chrf++", [segment.reference for segment in fine])
    scores = zip(*(scorer.segments([segment.outputs[i] for segment in fine]) for i in range(len(names))), strict=True)
    coloured = [Segment(s.source, s.reference, s.outputs, got) for s, got in zip(fine, scores, strict=True)]
    return Quality(names, tuple(coloured), unit, report)


def _by_paragraph(translations: tuple[Translation, ...], lines: list[str]) -> list[Segment]:
    rows = zip(lines, *translations, strict=True)
    return [Segment(of[0].source.text, line, tuple(paragraph.text for paragraph in of)) for line, *of in rows]


def _by_sentence(translations: tuple[Translation, ...], lines: list[str] | None) -> list[Segment]:
    rows = zip(*(translation.sentences for translation in translations), strict=True)
    found = [(of[0].source, tuple(sentence.target for sentence in of)) for of in rows]
    references = lines or [""] * len(found)
    return [Segment(source, line, outputs) for (source, outputs), line in zip(found, references, strict=True)]


def _inside(translations: tuple[Translation, ...], number: int, line: str) -> list[Segment]:
    """Cut a paragraph into sentences where the reference has as many; otherwise leave it whole."""
    from ..summarize.sentences import split

    paragraphs = [translation.paragraphs[number] for translation in translations]
    references = [sentence.strip() for sentence in split(line)]
    sources = [sentence.source for sentence in paragraphs[0].sentences]
    if len(references) != len(sources):
        return [Segment(paragraphs[0].source.text, line, tuple(paragraph.text for paragraph in paragraphs))]
    return [
        Segment(source, reference, tuple(paragraph.sentences[i].target for paragraph in paragraphs))
        for i, (source, reference) in enumerate(zip(sources, references, strict=True))
    ]
