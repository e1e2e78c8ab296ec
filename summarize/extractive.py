"""Extractive summaries: which sentences of the source, kept word for word, cover what a summary would say.

Every word and word pair of the source gets the probability that a human-like summary of the article says it, from
five features; then sentences are added one by one while that raises the expected F1 of the summary, the quantity
that ROUGE-1 and ROUGE-2 measure. A word counts once, so a sentence that repeats a chosen one gains nothing, and
long sentences pay for their length. Concepts with learned weights are from Gillick and Favre (2009), "A scalable
global model for summarization", and Li, Qian and Liu (2013), "Using supervised bigram-based ILP for extractive
summarization".

sumy was tried first: it brings 20 packages (NLTK among them, with a download of its own), takes a second to
import, and its best method, LexRank, has ROUGE-1 44 where the first three sentences have 52 and this has 54
(60 news articles with model-written summaries; `python -m tarjama.eval.summary_baselines`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .source import SourceSentence, tiers

# Words that say nothing about the subject, the verbs of attribution among them.
STOP_WORDS = frozenset(
    "a about above added after again against all also am an and any are as at be because been before being below "
    "between both but by can could did do does doing down during each few for from further had has have having he "
    "her here hers him his how i if in into is it its itself just me more most my new no nor not now of off on once "
    "one only or other our out over own per said same says say she should so some such than that the their them "
    "then there these they this those through to told too two under until up upon us very was we were what when "
    "where which while who whom why will with would year years you your according mr mrs ms".split()
)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*")
# A sentence that points back ("He ...", "But ...") or speaks in the first person reads badly alone.
_LEANING = re.compile(
    r"\W*(?:He|She|It|They|His|Her|Their|Its|This|That|These|Those|But|And|However|Still|Yet|So|Then)\b"
    r"|.*\b(?:I|[Ww]e|[Oo]ur|[Mm]y|[Yy]ou|me|us)\b"
)

# A summary may be this much longer than asked for: sentences are not cut. 55 words asked for give 57 on average.
OVERRUN = 1.3
# What a sentence that leans on another is worth when the one before it is not in the summary.
LEANING = 0.8
# Sentences of the first kind are enough when they hold this share of the words asked for.
ENOUGH = 0.6

# A sentence longer than this may be given in parts, at commas; a part has at most so many words if it can be.
LONG_SENTENCE = 80
LONG_PART = 40
_CLAUSE_END = re.compile(r"[;:,]$|^[–—-]+$")
_CONJUNCTIONS = frozenset("and but while as after before because when which who that where although".split())

Concept = str | tuple[str, str]


@dataclass(frozen=True)
class Weights:
    """Logistic regression: log-odds that a summary says a word (or word pair) of its source.

    ``early`` is for exp(-i/12), i the index of the first sentence with it; ``first`` for 1/(1+i); ``spread`` for the
    logarithm of the number of sentences with it; ``name`` and ``number`` for the share of its occurrences
    with a capital inside the sentence, and for a digit.
    """

    base: float
    first: float
    early: float
    spread: float
    name: float
    number: float


# From `python -m tarjama.eval.summary_baselines DIRECTORY --fit`: model-written summaries of 1,320 news articles and
# 2,021 human ones, 473,622 words and 854,953 pairs.
WORD_WEIGHTS = Weights(base=-3.88, first=0.62, early=2.13, spread=1.46, name=0.66, number=1.13)
PAIR_WEIGHTS = Weights(base=-4.48, first=0.65, early=2.22, spread=1.61, name=0.53, number=1.01)
# What a pair counts beside a word; 0.35 to 2.8 differ by 0.4 ROUGE-1.
PAIR_SHARE = 1.4


def select(sentences: Sequence[SourceSentence], budget: int) -> list[int]:
    """Return the indices of the sentences that make a summary of about ``budget`` words, in order.

    Sentences with a flawed translation, and what is not running text, are taken only when the rest is too short.
    Empty when no sentence is English.
    """
    for candidates in tiers(sentences):
        if sum(sentences[index].words for index in candidates) >= ENOUGH * budget:
            break
    return _greedy(sentences, candidates, budget)


def _limit(lengths: Sequence[int], budget: int) -> float:
    """Return how long a summary may be. Sentences are not cut: those within the limit must be enough for one."""
    limit, enough = OVERRUN * budget, min(ENOUGH * budget, sum(lengths))
    for longest in sorted(lengths):
        if sum(length for length in lengths if length <= max(limit, longest)) >= enough:
            return max(limit, longest)
    return limit


def _greedy(sentences: Sequence[SourceSentence], candidates: Sequence[int], budget: int) -> list[int]:
    concepts = {index: concepts_of(sentences[index].text) for index in candidates}
    value = probabilities(concepts.values())
    limit = _limit([sentences[index].words for index in candidates], budget)
    chosen: list[int] = []
    covered: set[Concept] = set()
    total, length, best = 0.0, 0, 0.0
    while True:
        offers: list[tuple[float, float, int]] = []
        for index in candidates:
            longer = length + sentences[index].words
            if index not in chosen and longer <= limit:
                new = math.fsum(value[concept] for concept in concepts[index].keys() - covered)
                gain = _trust(sentences, index, chosen) * new
                offers.append(((total + gain) / (longer + budget), gain, -index))
        offer = max(offers, default=(0.0, 0.0, 0))
        if offer[0] <= best:
            return sorted(chosen) or list(candidates[:1])  # sentences of stop words gain nothing, and say something
        best, total, index = offer[0], total + offer[1], -offer[2]
        chosen.append(index)
        covered |= concepts[index].keys()
        length += sentences[index].words


def _trust(sentences: Sequence[SourceSentence], index: int, chosen: Sequence[int]) -> float:
    leaning = index - 1 not in chosen and _LEANING.match(sentences[index].text)
    return sentences[index].confidence * (LEANING if leaning else 1.0)


def in_parts(sentence: SourceSentence) -> list[SourceSentence]:
    """Return a sentence of more than ``LONG_SENTENCE`` words in parts, marked with dots where they were cut.

    Text without full stops has such sentences. They are cut after commas and before conjunctions only: where
    there are none the sentence stays whole.
    """
    if sentence.words <= LONG_SENTENCE:
        return [sentence]
    found = sentence.text.split()
    parts: list[list[str]] = [[]]
    for index, word in enumerate(found):
        clause_starts = bool(index and _CLAUSE_END.search(found[index - 1])) or word.lower() in _CONJUNCTIONS
        if clause_starts and len(parts[-1]) + _clause_length(found, index) > LONG_PART:
            parts.append([])
        parts[-1].append(word)
    texts = [" ".join(part) for part in parts if part]
    last = len(texts) - 1
    return [
        replace(sentence, text=("… " if index else "") + text.rstrip(",;:") + (" …" if index < last else ""))
        for index, text in enumerate(texts)
    ]


def _clause_length(found: Sequence[str], start: int) -> int:
    for index in range(start + 1, len(found)):
        if _CLAUSE_END.search(found[index - 1]) or found[index].lower() in _CONJUNCTIONS:
            return index - start
    return len(found) - start


@dataclass(frozen=True)
class Occurrence:
    """How a sentence says a concept: with a capital that is not the sentence's own, with a digit."""

    capital: bool
    digit: bool


def concepts_of(text: str) -> dict[Concept, Occurrence]:
    """Return the content words of a sentence and its pairs of neighbours with at least one."""
    tokens = [(match[0], match.start() > 0) for match in _TOKEN.finditer(text)]
    forms = [word.lower().removesuffix("'s").removesuffix("’s") for word, _ in tokens]
    marks = [Occurrence(inside and word[0].isupper(), word[0].isdigit()) for word, inside in tokens]
    content = [word.lower() not in STOP_WORDS for word, _ in tokens]
    found: dict[Concept, Occurrence] = {}
    for form, mark, counts in zip(forms, marks, content, strict=True):
        if counts:
            found[form] = mark
    for index in range(len(forms) - 1):
        if content[index] or content[index + 1]:
            left, right = marks[index : index + 2]
            found[forms[index], forms[index + 1]] = Occurrence(left.capital or right.capital, left.digit or right.digit)
    return found


def probabilities(sentences: Iterable[dict[Concept, Occurrence]]) -> dict[Concept, float]:
    """Return for every concept of an article how likely a summary says it, pairs scaled by ``PAIR_SHARE``."""
    return {
        concept: _probability(WORD_WEIGHTS, vector)
        if isinstance(concept, str)
        else PAIR_SHARE * _probability(PAIR_WEIGHTS, vector)
        for concept, vector in features(sentences).items()
    }


def features(sentences: Iterable[dict[Concept, Occurrence]]) -> dict[Concept, tuple[float, float, float, float, float]]:
    """Return the features of every concept of an article, in the order of ``Weights``."""
    first: dict[Concept, int] = {}
    count: Counter[Concept] = Counter()
    capital: Counter[Concept] = Counter()
    digit: set[Concept] = set()
    for index, concepts in enumerate(sentences):
        for concept, occurrence in concepts.items():
            first.setdefault(concept, index)
            count[concept] += 1
            capital[concept] += occurrence.capital
            if occurrence.digit:
                digit.add(concept)
    return {
        concept: (
            1 / (1 + index),
            math.exp(-index / 12),
            math.log(count[concept]),
            capital[concept] / count[concept],
            float(concept in digit),
        )
        for concept, index in first.items()
    }


def _probability(weights: Weights, vector: tuple[float, float, float, float, float]) -> float:
    first, early, spread, name, number = vector
    score = (
        weights.base
        + weights.first * first
        + weights.early * early
        + weights.spread * spread
        + weights.name * name
        + weights.number * number
    )
    return 1 / (1 + math.exp(-score))
