"""Distinct sentences in, checked English out: the only place that calls the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..models import Decoding, Engine, Generated
from .checks import Flag, check
from .clauses import cut, join
from .postedit import postedit

# Pieces above which a sentence is cut at clause marks. The engine's own maximum may be lower.
LONGEST = 60
# One engine call gets so many batches at most: between calls progress is reported and Ctrl-C is heard.
BATCHES_PER_CALL = 8


@dataclass(frozen=True)
class Outcome:
    """The English of one sentence; ``score`` None when no model was needed."""

    text: str
    score: float | None
    flags: tuple[Flag, ...] = ()


def translate_batch(
    engine: Engine, texts: Sequence[str], decoding: Decoding, retry: bool, report: Callable[[float], None]
) -> list[Outcome]:
    """Translate normalised sentences, checked, the flagged ones tried twice; order kept."""
    limit = min(LONGEST, engine.max_source_tokens)
    outcomes = _attempt(engine, texts, decoding, limit, report)
    again = [index for index, outcome in enumerate(outcomes) if outcome.flags] if retry else []
    if again:
        other = replace(decoding, beam=1 if decoding.beam > 1 else 4, no_repeat_ngram=3)
        second = _attempt(engine, [texts[index] for index in again], other, max(8, limit // 3), lambda share: None)
        for index, outcome in zip(again, second, strict=True):
            outcomes[index] = min(outcomes[index], outcome, key=_badness)
    return outcomes


def _badness(outcome: Outcome) -> tuple[int, float]:
    return len(outcome.flags), -(outcome.score or 0.0)


def _attempt(
    engine: Engine, texts: Sequence[str], decoding: Decoding, limit: int, report: Callable[[float], None]
) -> list[Outcome]:
    """Translate every text once, in parts of at most ``limit`` pieces."""
    parts, pieces = _fit(engine, texts, limit)
    flat = [piece for group in pieces for piece in group]
    answers = iter(_generate(engine, flat, decoding, report))
    return [
        _assemble(text, group, [next(answers) for _ in group]) for text, group in zip(texts, parts, strict=True)
    ]


def _assemble(text: str, parts: list[str], answers: list[Generated]) -> Outcome:
    if len(parts) == 1:
        target, score = postedit(answers[0].text, text), answers[0].score
    else:
        cleaned = [postedit(answer.text, part) for answer, part in zip(answers, parts, strict=True)]
        target = join(parts, cleaned)
        weights = [len(answer.tokens) or 1 for answer in answers]
        score = sum(answer.score * weight for answer, weight in zip(answers, weights, strict=True)) / sum(weights)
    flags = check(text, target, score)
    return Outcome(target or text, score, flags)


def _fit(engine: Engine, texts: Sequence[str], limit: int) -> tuple[list[list[str]], list[list[list[str]]]]:
    """Cut texts until no part has more than ``limit`` pieces; returns the parts and their pieces."""
    parts = [[text] for text in texts]
    pieces = [[encoded] for encoded in engine.encode(texts)]
    while True:
        long = [
            (group, index)
            for group, encoded in enumerate(pieces)
            for index, tokens in enumerate(encoded)
            if len(tokens) > limit and len(parts[group][index]) > 1
        ]
        if not long:
            return parts, pieces
        # From the right, so that the places still to be replaced keep their index.
        for group, index in reversed(long):
            tokens = pieces[group][index]
            shorter = [part for part in cut(parts[group][index], -(-len(tokens) // limit)) if part]
            parts[group][index : index + 1] = shorter
            pieces[group][index : index + 1] = engine.encode([part.strip() for part in shorter])


def _generate(
    engine: Engine, inputs: list[list[str]], decoding: Decoding, report: Callable[[float], None]
) -> list[Generated]:
    """Generate longest first, in calls of several full batches; the order of ``inputs`` comes back."""
    order = sorted(range(len(inputs)), key=lambda index: len(inputs[index]), reverse=True)
    answers: dict[int, Generated] = {}
    total = sum(map(len, inputs)) or 1
    done = 0
    while order:
        size, count = 0, 0
        while count < len(order) and (not count or size < decoding.batch_tokens * BATCHES_PER_CALL):
            size += len(inputs[order[count]])
            count += 1
        now, order = order[:count], order[count:]
        answers.update(zip(now, engine.generate([inputs[index] for index in now], decoding), strict=True))
        done += size
        report(done / total)
    return [answers[index] for index in range(len(inputs))]
