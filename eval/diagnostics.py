"""What goes wrong, counted: per system, with intervals, with the segments to look at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..models import Task
from ..summarize.support import unsupported
from ..translate import normalize, split
from ..translate.checks import loops
from ..translate.numbers import missing_numbers
from .english import absent, english_sentences, names, words_of
from .inputs import arabic_share

# A translation shorter than 0.6 of its reference has lost something: single sentences of good systems do so in
# 0.1-0.3 %, segments that lost a sentence in most cases (measured on six systems' FLORES outputs).
SHORTEST, LONGEST = 0.6, 1 / 0.6


@dataclass(frozen=True)
class Diagnostic:
    """A share in percent with its 95 % interval: ``count`` of ``n`` ``unit``.

    ``better`` is ``lower``, ``higher``, or empty where neither is. ``segments`` are the indices behind it, to look at.
    """

    name: str
    unit: str
    value: float
    low: float
    high: float
    count: float
    n: float
    better: str
    segments: tuple[int, ...] = ()


def diagnose(
    hypotheses: Sequence[str], references: Sequence[str], sources: Sequence[str] | None, task: Task = Task.TRANSLATION
) -> tuple[Diagnostic, ...]:
    """Return all diagnostics of the task; those that read the source are left out when there is none."""
    if task is Task.SUMMARIZATION:
        return _summary(hypotheses, sources) if sources is not None else ()
    found = [
        _rate("empty", "segments", "lower", [not text.strip() for text in hypotheses]),
        _rate("Arabic left over", "segments", "lower", [arabic_share(text) > 0 for text in hypotheses]),
        _outliers(hypotheses, references),
        _entity_recall(hypotheses, references),
        _share_of_sums(
            "length ratio",
            "reference words",
            "",
            [len(t.split()) for t in hypotheses],
            [len(t.split()) for t in references],
        ),
    ]
    return (*_against_source(hypotheses, sources), *found) if sources is not None else tuple(found)


def _against_source(hypotheses: Sequence[str], sources: Sequence[str]) -> list[Diagnostic]:
    clean = [normalize(source) for source in sources]
    pairs = list(zip(clean, hypotheses, strict=True))
    lost = [bool(missing_numbers(source, text)) for source, text in pairs]
    numbered = [any(letter.isdigit() for letter in source) for source in clean]
    sentences = [sum(1 for piece in split(source) if piece.strip()) for source in sources]
    fewer = [len(english_sentences(text)) < count for text, count in zip(hypotheses, sentences, strict=True)]
    return [
        _rate("number errors", "segments with a number", "lower", lost, numbered),
        _rate("sentences lost", "segments of several sentences", "lower", fewer, [count > 1 for count in sentences]),
        _rate("loops", "segments", "lower", [loops(source, text) for source, text in pairs]),
        _rate("copies", "segments", "lower", [_copied(source, text) for source, text in pairs]),
    ]


def _copied(source: str, text: str) -> bool:
    """Tell whether the output is the source, or mostly Arabic; a source without Arabic letters may stay as it is."""
    if not arabic_share(source):
        return False
    return arabic_share(text) > 0.5 or normalize(text).split() == source.split()


def _outliers(hypotheses: Sequence[str], references: Sequence[str]) -> Diagnostic:
    ratios = [len(h.split()) / len(r.split()) for h, r in zip(hypotheses, references, strict=True)]
    far = [not SHORTEST <= ratio <= LONGEST for ratio in ratios]
    # One word more or less doubles a headline of two words.
    return _rate(
        "length outliers", "segments of 5 words or more", "lower", far, [len(r.split()) >= 5 for r in references]
    )


def _entity_recall(hypotheses: Sequence[str], references: Sequence[str]) -> Diagnostic:
    found, wanted, where = [], [], []
    for index, (text, reference) in enumerate(zip(hypotheses, references, strict=True)):
        spans, words = names(reference), words_of(text)
        missing = sum(absent(span, words) for span in spans)
        found.append(len(spans) - missing)
        wanted.append(len(spans))
        if missing:
            where.append(index)
    return _share_of_sums("name recall", "names in the references", "higher", found, wanted, where)


def _summary(summaries: Sequence[str], documents: Sequence[str]) -> tuple[Diagnostic, ...]:
    sizes = [(len(s.split()), len(d.split())) for s, d in zip(summaries, documents, strict=True)]
    pairs = [(_tokens(s), _tokens(d)) for s, d in zip(summaries, documents, strict=True)]
    grams = [(_bigrams(s), _bigrams(d)) for s, d in pairs]
    foreign = [_unsupported(s, d) for s, d in zip(summaries, documents, strict=True)]
    new = [len(s - d) for s, d in grams]
    copied = [sum(_fragments(s, d)) for s, d in pairs]
    return (
        _share_of_sums("compression", "words of the documents", "", [s for s, _ in sizes], [d for _, d in sizes]),
        _share_of_sums("coverage", "words of the summaries", "", copied, [len(s) for s, _ in pairs]),
        _share_of_sums("new 2-grams", "2-grams of the summaries", "", new, [len(s) for s, _ in grams]),
        _rate("unsupported numbers", "summaries", "lower", [numbers for numbers, _ in foreign]),
        _rate("unsupported names", "summaries", "lower", [spans for _, spans in foreign]),
    )


def _unsupported(summary: str, document: str) -> tuple[bool, bool]:
    """Tell whether the summary has a number, or a name, that the document lacks."""
    found = unsupported(summary, document)
    # Names begin with a capital; numbers with a digit, or spelt out in lower case.
    return any(not text[0].isupper() for text in found), any(text[0].isupper() for text in found)


def _tokens(text: str) -> list[str]:
    return [word.strip("\"'“”‘’.,;:!?()[]—–").lower() for word in text.split()]


def _bigrams(words: Sequence[str]) -> set[tuple[str, str]]:
    return set(pairwise(words))


def _fragments(summary: Sequence[str], document: Sequence[str]) -> list[int]:
    """Return the lengths of the extractive fragments (Grusky et al. 2018, figure 3): greedy longest shared runs.

    Their sum over the words of the summary is its coverage: how much of it is the document's own words.
    """
    lengths, i = [], 0
    places: dict[str, list[int]] = {}
    for position, word in enumerate(document):
        places.setdefault(word, []).append(position)
    while i < len(summary):
        best = 0
        for start in places.get(summary[i], []):
            run = 0
            while i + run < len(summary) and start + run < len(document) and summary[i + run] == document[start + run]:
                run += 1
            best = max(best, run)
        if best:
            lengths.append(best)
        i += max(best, 1)
    return lengths


def _rate(
    name: str, unit: str, better: str, hits: Sequence[bool], eligible: Sequence[bool] | None = None
) -> Diagnostic:
    """Return the share of eligible segments that are hit, with Wilson's interval (1927), which stays honest at 0."""
    counted = [index for index in range(len(hits)) if eligible is None or eligible[index]]
    where = tuple(index for index in counted if hits[index])
    low, high = _wilson(len(where), len(counted))
    value = 100 * len(where) / len(counted) if counted else math.nan
    return Diagnostic(name, unit, value, low, high, len(where), len(counted), better, where)


def _wilson(count: int, n: int) -> tuple[float, float]:
    if not n:
        return math.nan, math.nan
    z, share = 1.959964, count / n
    middle = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 100 / (1 + z * z / n)
    return max(0.0, (middle - spread) * scale), min(100.0, (middle + spread) * scale)


def _share_of_sums(
    name: str, unit: str, better: str, parts: Sequence[int], wholes: Sequence[int], segments: Sequence[int] = ()
) -> Diagnostic:
    """Return 100 x sum(parts) / sum(wholes) with the bootstrap interval over segments."""
    import numpy as np

    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    if not whole.sum():
        return Diagnostic(name, unit, math.nan, math.nan, math.nan, float(part.sum()), 0.0, better, tuple(segments))
    # Drawing n segments n times is a multinomial draw of how often each one comes.
    draws = np.random.default_rng(12345).multinomial(len(part), np.full(len(part), 1 / len(part)), size=1000)
    shares = 100 * (draws @ part) / np.maximum(draws @ whole, 1e-9)
    low, high = np.percentile(shares, [2.5, 97.5])
    value = 100 * part.sum() / whole.sum()
    return Diagnostic(
        name,
        unit,
        float(value),
        float(low),
        float(high),
        float(part.sum()),
        float(whole.sum()),
        better,
        tuple(segments),
    )
