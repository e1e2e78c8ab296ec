"""The summary of an English text, or of a translation."""

from __future__ import annotations

import json
import time
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from ..errors import InputError
from ..models import Decoding, Engine, Task, home, installed, load_engine
from ..translate import Provenance
from ..translate.notes import UNRELIABLE
from .extractive import in_parts, select
from .sentences import is_finished
from .seq2seq import condense
from .source import Source, read, tiers
from .support import unsupported

if TYPE_CHECKING:
    from ..translate import Translation

SCHEMA = "tarjama.summary/1"

Length = Literal["short", "medium", "long"]
Method = Literal["extractive", "seq2seq", "unchanged"]

# Words asked for. Human summaries of news have 36 to 77 (quartiles of 4,043), agency style 35 to 70.
WORDS: dict[Length, int] = {"short": 30, "medium": 55, "long": 100}
EMBEDDED = "embedded"
EXTRACTIVE = "extractive"
# The extractive method reads this far: a book, in about two seconds.
MOST_WORDS = 100_000
# Less than this is worth a word; what is commonly left out are links, bylines and repetitions.
MOSTLY_READ = 0.8
# Doubtful sentences are left out of what a model reads, as long as this share of the words is left.
ENOUGH_SOUND = 0.5


@dataclass(frozen=True)
class SummarySentence:
    """A sentence of a summary; ``source`` is the index of the sentence it was taken from, None when generated.

    The index counts ``translation.sentences``; for a text, the sentences that
    ``tarjama.summarize.sentences.split`` finds in it, blank ones left out.
    """

    text: str
    source: int | None


@dataclass(frozen=True)
class Summary:
    """A summary and how far it goes.

    ``coverage`` is the share (0 to 1) of the source's words that the method read; ``unsupported`` are the numbers
    and names of the summary that the source lacks; ``note`` says in plain English what a reader should know.
    ``method`` "unchanged": the text was no longer than a summary of it, and ``text`` is that text.
    """

    text: str
    sentences: tuple[SummarySentence, ...]
    method: Method
    coverage: float
    source_words: int
    unsupported: tuple[str, ...]
    note: str
    provenance: Provenance

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, in the schema ``tarjama.summary/1``: ``schema`` and the fields, by name."""
        return {"schema": SCHEMA, **asdict(self)}

    def to_json(self, indent: int | None = 2) -> str:
        """Return ``to_dict`` as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)


class Summarizer:
    """Summaries of English articles.

    ``model`` is a name of the catalogue, a hub id that was added, or a directory; "extractive" takes sentences of
    the text and needs no model. "embedded" is the embedded model, or the extractive method where there is none.
    ``engine`` takes the place of ``model`` and ``threads``. Safe to share between threads.
    Raises ``ModelError`` when the model cannot be loaded.
    """

    def __init__(
        self,
        model: str | Path = "embedded",
        *,
        beam: int = Decoding.beam,
        threads: int | None = None,
        engine: Engine | None = None,
    ) -> None:
        self.engine = engine or _load(model, threads)
        self.decoding = Decoding(beam=beam)

    def summarize(self, text: str | Translation, length: Length = "medium") -> Summary:
        """Summarize an English text or a translation in about 30, 55 or 100 words (short, medium, long).

        Raises ``InputError`` when there is nothing to summarize, the text is not English, or ``length`` is unknown.
        """
        if length not in get_args(Length):
            raise InputError(f"there is no summary length {length!r}; known are {', '.join(get_args(Length))}")
        began = time.perf_counter()
        source = read(text)
        draft = self._draft(source, WORDS[length])
        coverage = min(1.0, draft.words_read / max(1, sum(sentence.words for sentence in source.sentences)))
        partly = f"Only {coverage:.0%} of the text was read." if coverage < MOSTLY_READ else ""
        return Summary(
            text=draft.text,
            sentences=draft.sentences,
            method=draft.method,
            coverage=coverage,
            source_words=source.words,
            unsupported=unsupported(draft.text, source.text) if draft.method == "seq2seq" else (),
            note=" ".join(filter(None, (draft.note, partly, _warning(source, draft)))),
            provenance=self._provenance(draft.method, source, time.perf_counter() - began),
        )

    def _draft(self, source: Source, budget: int) -> _Draft:
        if source.words <= budget:
            return _unchanged(source, f"The text has {source.words} words, no more than a summary: it is given whole.")
        if self.engine is None:
            return _extractive(source, budget, "Extractive: whole sentences of the text, in its own words.")
        return _generated(self.engine, source, budget, self.decoding)

    def _provenance(self, method: Method, source: Source, seconds: float) -> Provenance:
        from .. import __version__

        engine = self.engine if method == "seq2seq" else None
        return Provenance(
            model=engine.model.name if engine else method,
            revision=engine.model.revision if engine else __version__,
            engine=engine.name if engine else "none",
            beam=self.decoding.beam if engine else 0,
            version=__version__,
            seconds=seconds,
            source_characters=source.characters,
        )


@dataclass(frozen=True)
class _Draft:
    """The summary itself, before it is checked against its source; ``doubtful`` counts its flagged sentences."""

    text: str
    sentences: tuple[SummarySentence, ...]
    method: Method
    words_read: int
    note: str
    doubtful: int = 0


def _load(model: str | Path, threads: int | None) -> Engine | None:
    """Return the engine; None for the extractive method."""
    if model == EXTRACTIVE or (model == EMBEDDED and not _has_embedded()):
        return None
    return load_engine(model, Task.SUMMARIZATION, threads=threads)


def _has_embedded() -> bool:
    """Whether the package brings a usable summarization model: one that is not among the user's."""
    return any(found.task is Task.SUMMARIZATION and home() not in found.directory.parents for found in installed())


def _unchanged(source: Source, note: str) -> _Draft:
    sentences = tuple(SummarySentence(sentence.text, sentence.source) for sentence in source.sentences)
    return _Draft(source.text, sentences, "unchanged", source.words, note, sum(s.doubtful for s in source.sentences))


def _extractive(source: Source, budget: int, note: str) -> _Draft:
    length = list(accumulate(sentence.words for sentence in source.sentences))
    within = source.sentences[: bisect_right(length, MOST_WORDS)] or source.sentences[:1]
    parts = [part for sentence in within for part in in_parts(sentence)]
    chosen = [parts[index] for index in select(parts, budget)]
    if len(chosen) == len(parts):
        return _unchanged(source, "No sentence of the text can be left out: it is given whole.")
    sentences = tuple(SummarySentence(part.text, part.source) for part in chosen)
    read = sum(sentence.words for sentence in within if sentence.english)
    return _Draft(_joined(sentences), sentences, "extractive", read, note, sum(part.doubtful for part in chosen))


def _generated(engine: Engine, source: Source, budget: int, decoding: Decoding) -> _Draft:
    wanted = ENOUGH_SOUND * sum(sentence.words for sentence in source.sentences if sentence.english)
    for tier in tiers(source.sentences):
        given = [source.sentences[index] for index in tier]
        if sum(sentence.words for sentence in given) >= wanted:
            break
    result = condense(engine, given, budget, decoding)
    if not result.sentences:
        return _extractive(source, budget, f"Extractive: {engine.model.name} gave no whole sentence for this text.")
    sentences = tuple(SummarySentence(text, None) for text in result.sentences)
    note = f"Written by {engine.model.name}, a model: compare it with the text."
    doubtful = sum(sentence.doubtful for sentence in given)
    return _Draft(_joined(sentences), sentences, "seq2seq", result.words_read, note, doubtful)


def _warning(source: Source, draft: _Draft) -> str:
    """Say how far the summary can be trusted, given what it was made from."""
    if source.doubtful_share > UNRELIABLE or source.flagged > UNRELIABLE * source.total:
        why = f"{source.flagged} of {_count(source.total, 'sentence')} of the translation are flagged"
        return f"Do not trust this summary: {why if source.total else 'much of the text repeats itself'}."
    if draft.doubtful:
        return f"It rests on {_count(draft.doubtful, 'flagged or garbled sentence')}: compare with the source."
    if source.flagged and draft.method != "unchanged":
        return f"Left out: {_count(source.flagged, 'flagged sentence')} of the translation."
    return ""


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _joined(sentences: Iterable[SummarySentence]) -> str:
    """Return the sentences as one paragraph; headlines and the like get the full stop that they lack."""
    return " ".join(it.text if is_finished(it.text) else f"{it.text.rstrip(',;:')}." for it in sentences)
