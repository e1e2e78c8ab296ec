"""Generated summaries: chunks that fit the model, a summary of each, then a summary of the summaries."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..models import Decoding, Engine
from .sentences import is_finished, is_loop, split, words
from .source import SourceSentence

# Chunks of one text; what is beyond them is not read, and `coverage` says so. 64 chunks of BART are 45,000 words.
MAX_CHUNKS = 64
# Rounds of summarizing summaries. Each round's text is at least three times shorter: 64 chunks need five.
MAX_ROUNDS = 6
# Longest and shortest output, in parts of the length asked for: room to finish a sentence, and no single headline.
LONGEST, SHORTEST = 1.6, 0.5
# A summary is at most this share of its chunk: asked for more, a model pads it with what it makes up.
DENSEST = 1 / 3
NO_REPEAT_NGRAM = 3  # BART, PEGASUS and T5 on CNN/DailyMail

_SPACE_BEFORE_MARK = re.compile(r"\s+(?=[.,;:!?](?:\s|$))")


@dataclass(frozen=True)
class Condensed:
    """The sentences of a generated summary (none: nothing usable came) and the words of the source behind it."""

    sentences: tuple[str, ...]
    words_read: int


@dataclass(frozen=True)
class _Part:
    """A sentence, or the text of a chunk: its size for the model, and the words of the source behind it."""

    text: str
    pieces: int
    words: int


def condense(engine: Engine, sentences: Sequence[SourceSentence], budget: int, decoding: Decoding) -> Condensed:
    """Summarize sentences in about ``budget`` words; ``decoding`` gives beam and batch size, lengths are set here."""
    parts = [
        part
        for sentence, pieces in zip(sentences, engine.encode([sentence.text for sentence in sentences]), strict=True)
        for part in _fitting(engine, _Part(sentence.text, len(pieces), sentence.words))
    ]
    for _ in range(MAX_ROUNDS):
        chunks = _chunks(parts, engine.max_source_tokens)[:MAX_CHUNKS]
        if not chunks:
            break
        outputs = _summaries(engine, chunks, budget, decoding)
        if len(chunks) == 1:
            return Condensed(outputs[0], chunks[0].words if outputs[0] else 0)
        parts = list(_parts(engine, chunks, outputs))
    return Condensed((), 0)


def _fitting(engine: Engine, part: _Part) -> Iterator[_Part]:
    """Cut a sentence that is too long for the model in two, at the comma or space nearest the middle, until it fits."""
    if part.pieces < engine.max_source_tokens or words(part.text) < 2:
        yield part
        return
    found = part.text.split()
    ends = [i for i in range(1, len(found)) if found[i - 1].endswith((",", ";", ":"))]
    central = [i for i in ends if abs(2 * i - len(found)) <= len(found) / 2]
    cut = min(central or [len(found) // 2], key=lambda i: abs(2 * i - len(found)))
    halves = [" ".join(found[:cut]), " ".join(found[cut:])]
    for half, pieces in zip(halves, engine.encode(halves), strict=True):
        yield from _fitting(engine, _Part(half, len(pieces), words(half)))


def _chunks(parts: Sequence[_Part], limit: int) -> list[_Part]:
    """Join parts, in order, to as few chunks as fit, of about the same size: a small last one would be padded out.

    A piece is kept free for each part, because joined text can be cut into more pieces than its parts.
    """
    parts = [part for part in parts if part.pieces < limit]
    total = sum(part.pieces + 1 for part in parts)
    even = total / max(1, math.ceil(total / limit))
    chunks: list[list[_Part]] = []
    size = limit
    for part in parts:
        if size + part.pieces + 1 > limit or size >= even:
            chunks.append([])
            size = 0
        chunks[-1].append(part)
        size += part.pieces + 1
    return [
        _Part(" ".join(p.text for p in chunk), sum(p.pieces for p in chunk), sum(p.words for p in chunk))
        for chunk in chunks
    ]


def _summaries(engine: Engine, chunks: Sequence[_Part], budget: int, decoding: Decoding) -> list[tuple[str, ...]]:
    """Return the sentences of a summary of each chunk; none for a chunk of which nothing usable came."""
    per_word = sum(chunk.pieces for chunk in chunks) / sum(words(chunk.text) for chunk in chunks)
    wanted = min(budget * per_word, DENSEST * min(chunk.pieces for chunk in chunks))
    longest = max(8, math.ceil(LONGEST * wanted))
    if len(chunks) > 1:
        longest = min(longest, max(8, engine.max_source_tokens // 4))
    decoding = replace(
        decoding,
        no_repeat_ngram=NO_REPEAT_NGRAM,
        min_length=min(int(SHORTEST * wanted), longest // 2),
        max_length=longest,
    )
    outputs = _generate(engine, [chunk.text for chunk in chunks], decoding)
    again = [index for index, output in enumerate(outputs) if not output]
    if again and len(chunks) == 1:  # the first sentence may have been too long for the limit
        outputs = _generate(engine, [chunk.text for chunk in chunks], replace(decoding, max_length=2 * longest))
    return outputs


def _generate(engine: Engine, texts: list[str], decoding: Decoding) -> list[tuple[str, ...]]:
    generated = engine.generate(texts, decoding)
    # One piece of room: engines differ in whether the end mark counts.
    limit = (decoding.max_length or 0) - 1
    return [_whole_sentences(output.text, len(output.tokens) >= limit) for output in generated]


def _whole_sentences(text: str, cut: bool) -> tuple[str, ...]:
    """Tidy an output and drop what no reader wants: an unfinished end, repetitions, loops.

    ``cut`` tells that the output ran into its length limit.
    """
    text = _SPACE_BEFORE_MARK.sub("", text.replace("<n>", "\n"))  # PEGASUS writes line breaks so
    found = [" ".join(sentence.split()) for sentence in split(text) if sentence.strip()]
    if found and not is_finished(found[-1]) and (cut or len(found) > 1):
        found.pop()
    whole = dict.fromkeys(sentence[0].upper() + sentence[1:] for sentence in found if not is_loop(sentence))
    return tuple(whole)


def _parts(engine: Engine, chunks: Sequence[_Part], outputs: Sequence[tuple[str, ...]]) -> Iterator[_Part]:
    """Yield the sentences of the summaries as parts of the next round.

    The words behind a chunk go with the first sentence of its summary; where nothing came, they count as not read.
    """
    for chunk, output in zip(chunks, outputs, strict=True):
        for index, (text, pieces) in enumerate(zip(output, engine.encode(output), strict=True)):
            yield _Part(text, len(pieces), 0 if index else chunk.words)
