"""Distinct sentences in, checked English out: the only place of the room that calls the engine."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..models import Decoding, Engine, Generated
from .checks import Flag, check
from .clauses import cut, join
from .postedit import postedit, sentence_case

_log = logging.getLogger(__name__)  # sizes only, never the text

# Pieces (some 55 words) above which a sentence is cut at clause marks; the engine's own maximum may be lower.
# Measured on 150 long news sentences with the first embedded model: BLEU 14.4 at 100, 13.1 at 60, 12.2 at 32;
# chrF++ 41.1, 41.6, 42.0. Whole sentences read better, and better models lose less in them.
LONGEST = 100
# A second try cuts sentences to this many pieces and forbids a repeated pair of pieces. Measured on 120 flagged
# sentences with the first embedded model: 180 flags became 65 (20 pieces and trigrams: 147; beam 8 alone: 101).
RETRY_LONGEST = 30
RETRY_NO_REPEAT_NGRAM = 2
# One engine call gets so many full batches at most: between calls, progress is reported and Ctrl-C is heard.
BATCHES_PER_CALL = 8


@dataclass(frozen=True)
class Outcome:
    """The English of one sentence; ``score`` None when no model was needed."""

    text: str
    score: float | None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class _Parts:
    """A sentence in parts that fit the model: their text (white space kept) and their pieces."""

    texts: list[str]
    pieces: list[list[str]]


def translate_batch(
    engine: Engine,
    texts: Sequence[str],
    decoding: Decoding,
    *,
    retry: bool = True,
    report: Callable[[float], None] = lambda share: None,
) -> list[Outcome]:
    """Translate normalised sentences, in the order given.

    With ``retry``, flagged ones are tried once more another way: in smaller parts, with a beam of at least 4 and
    without repeated pairs of pieces. The attempt with fewer flags wins, then the one with the better score. Low
    confidence alone is no reason to try again: another search seldom finds what the model does not know.
    ``report`` gets the share done, 0 to 1.
    """
    limit = min(LONGEST, engine.max_source_tokens)
    outcomes = _attempt(engine, texts, decoding, limit, report)
    again = [index for index, outcome in enumerate(outcomes) if set(outcome.flags) - {Flag.LOW_CONFIDENCE}]
    if not (retry and again):
        return outcomes
    other = replace(decoding, beam=max(4, decoding.beam), no_repeat_ngram=RETRY_NO_REPEAT_NGRAM)
    second = _attempt(engine, [texts[index] for index in again], other, min(RETRY_LONGEST, limit))
    for index, outcome in zip(again, second, strict=True):
        outcomes[index] = min(outcomes[index], outcome, key=_badness)
    left = sum(bool(outcomes[index].flags) for index in again)
    _log.info("%d sentences: %d tried again, %d still flagged", len(texts), len(again), left)
    return outcomes


def _badness(outcome: Outcome) -> tuple[bool, int, float]:
    """Nothing is worse than nothing; then flags count, then the score."""
    return Flag.EMPTY in outcome.flags, len(outcome.flags), -(outcome.score or 0.0)


def _attempt(
    engine: Engine,
    texts: Sequence[str],
    decoding: Decoding,
    limit: int,
    report: Callable[[float], None] = lambda share: None,
) -> list[Outcome]:
    """Translate every text once, in parts of at most ``limit`` pieces."""
    sentences = [_fit(engine, text, pieces, limit) for text, pieces in zip(texts, engine.encode(texts), strict=True)]
    flat = [pieces for sentence in sentences for pieces in sentence.pieces]
    answers = iter(_generate(engine, flat, decoding, report))
    return [
        _outcome(text, sentence, [next(answers) for _ in sentence.pieces], engine.max_source_tokens)
        for text, sentence in zip(texts, sentences, strict=True)
    ]


def _outcome(text: str, sentence: _Parts, answers: list[Generated], longest: int) -> Outcome:
    """Join, repair and check what the model said about the parts of a sentence; it says ``longest`` pieces at most."""
    cleaned = [postedit(answer.text, part) for answer, part in zip(answers, sentence.texts, strict=True)]
    target = cleaned[0] if len(cleaned) == 1 else postedit(join(sentence.texts, cleaned), text)
    target = sentence_case(target, text)
    weights = [len(answer.tokens) or 1 for answer in answers]
    score = sum(answer.score * weight for answer, weight in zip(answers, weights, strict=True)) / sum(weights)
    flags = check(text, target, score)
    bounds = (min(2 * len(pieces) + 16, longest) for pieces in sentence.pieces)
    ran_on = any(len(answer.tokens) >= bound for answer, bound in zip(answers, bounds, strict=True))
    if ran_on and Flag.TOO_LONG not in flags:  # stopped by the bound, not by the model
        flags += (Flag.TOO_LONG,)
    return Outcome(text if Flag.EMPTY in flags else target, score, flags)


def _fit(engine: Engine, text: str, pieces: list[str], limit: int) -> _Parts:
    """Cut a sentence until no part has more than ``limit`` pieces."""
    done = _Parts([], [])
    todo = [(text, pieces)]
    while todo:
        text, pieces = todo.pop()
        if len(pieces) <= limit or len(text) < 2:
            done.texts.append(text)
            done.pieces.append(pieces[: engine.max_source_tokens])
            continue
        # Parts come out unequal: aim below the limit, or most would be cut twice.
        parts = [part for part in cut(text, -(-len(pieces) * 4 // (limit * 3))) if part.strip()]
        todo.extend(reversed(list(zip(parts, engine.encode([part.strip() for part in parts]), strict=True))))
    return done


def _generate(
    engine: Engine, inputs: list[list[str]], decoding: Decoding, report: Callable[[float], None]
) -> list[Generated]:
    """Generate longest first, in calls of several full batches; the order of ``inputs`` comes back."""
    order = sorted(range(len(inputs)), key=lambda index: len(inputs[index]), reverse=True)
    answers: dict[int, Generated] = {}
    total = sum(map(len, inputs)) or 1
    done = first = 0
    while first < len(order):
        size, last = 0, first
        while last < len(order) and (last == first or size < decoding.batch_tokens * BATCHES_PER_CALL):
            size += len(inputs[order[last]])
            last += 1
        now = order[first:last]
        answers.update(zip(now, engine.generate([inputs[index] for index in now], decoding), strict=True))
        done, first = done + size, last
        report(done / total)
    return [answers[index] for index in range(len(inputs))]
