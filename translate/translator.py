"""The document logic: an article becomes an English article, sentence by sentence, batched over the whole."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..models import Decoding, Engine, Task, load_engine
from .article import Article, Paragraph
from .batch import Outcome, translate_batch
from .bypass import bypass
from .checks import Flag
from .normalize import normalize
from .notes import notes
from .script import foreign
from .segment import split
from .translation import Provenance, Sentence, TranslatedParagraph, Translation

_log = logging.getLogger(__name__)  # sizes and times only, never the text

# Source characters that are worked on together: some 2,000 sentences. More would bring no speed, only memory.
WINDOW = 200_000
# The first and the largest window of a stream, each twice the one before: the first paragraph comes early, the
# others in bursts of seconds, and batches are soon full (a stream of 48 sentences takes a fifth more CPU time).
FIRST_WINDOW = 600
STREAM_WINDOW = 24_000
# Distinct sentences remembered within one call.
MEMORY = 50_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Unit:
    """A sentence on its way to its ``Outcome``."""

    article: int
    paragraph: Paragraph
    last: bool  # of its paragraph
    lead: str
    source: str
    model_text: str  # what the model reads; "" when it is not needed
    outcome: Outcome | None  # known already when the model is not needed


class Translator:
    """Arabic articles to English ones.

    ``model`` is a name of the catalogue, a hub id that was added, or a directory; ``beam`` and ``batch_tokens``
    (source pieces in a batch) are those of ``Decoding``; ``threads`` None means one per core. ``engine`` takes
    the place of ``model`` and ``threads``. ``retry=False`` leaves out the second try of flagged sentences.

    Safe to share between threads: a call keeps its state to itself. Raises ``ModelError`` when the model cannot
    be loaded.
    """

    def __init__(
        self,
        model: str | Path = "embedded",
        *,
        beam: int = Decoding.beam,
        batch_tokens: int = Decoding.batch_tokens,
        threads: int | None = None,
        engine: Engine | None = None,
        retry: bool = True,
    ) -> None:
        self.engine: Engine = engine or load_engine(model, Task.TRANSLATION, threads=threads)
        self.decoding = Decoding(beam=beam, batch_tokens=batch_tokens)
        self.retry = retry

    def translate(self, text: str | Article, progress: Progress | None = None) -> Translation:
        """Translate one article; ``progress`` gets source characters done and in all."""
        return self.translate_many([text], progress)[0]

    def stream(self, text: str | Article, progress: Progress | None = None) -> Iterator[TranslatedParagraph]:
        """Yield the paragraphs in order as they are done, the first ones early.

        What was yielded is final: an interrupt loses only the paragraphs that are still to come, and ``result``
        makes a ``Translation`` of those that are there.
        """
        return (paragraph for _, paragraph in self._run([_article(text)], FIRST_WINDOW, STREAM_WINDOW, progress))

    def translate_many(self, texts: Sequence[str | Article], progress: Progress | None = None) -> list[Translation]:
        """Translate several articles in common batches; one result per article, in order."""
        began = time.perf_counter()
        articles = [_article(text) for text in texts]
        done: list[list[TranslatedParagraph]] = [[] for _ in articles]
        for index, paragraph in self._run(articles, WINDOW, WINDOW, progress):
            done[index].append(paragraph)
        total = sum(article.characters for article in articles)
        seconds = time.perf_counter() - began
        _log.info("%d articles, %d characters: %.2f s", len(articles), total, seconds)
        return [
            self.result(article, paragraphs, seconds * article.characters / (total or 1))
            for article, paragraphs in zip(articles, done, strict=True)
        ]

    def result(self, text: str | Article, paragraphs: Iterable[TranslatedParagraph], seconds: float) -> Translation:
        """Make a ``Translation`` of the paragraphs that ``stream`` gave, all or the first of them."""
        from .. import __version__

        article = _article(text)
        provenance = Provenance(
            model=self.engine.model.name,
            revision=self.engine.model.revision,
            engine=self.engine.name,
            beam=self.decoding.beam,
            version=__version__,
            seconds=seconds,
            source_characters=article.characters,
        )
        result = Translation(article, tuple(paragraphs), provenance)
        return replace(result, notes=notes(result))

    def _run(
        self, articles: Sequence[Article], first: int, largest: int, progress: Progress | None
    ) -> Iterator[tuple[int, TranslatedParagraph]]:
        """Yield (index of the article, paragraph), in order."""
        memory: dict[str, Outcome] = {}
        sentences: list[Sentence] = []
        total = sum(article.characters for article in articles)
        done = 0
        for units in _windows(articles, first, largest):
            size = sum(len(unit.lead) + len(unit.source) for unit in units)
            self._translate(units, memory, _scaled(progress, done, size, total))
            done += size
            for unit in units:
                outcome = unit.outcome or memory[unit.model_text]
                sentences.append(Sentence(unit.source, outcome.text, outcome.score, outcome.flags, unit.lead))
                if unit.last:
                    yield unit.article, TranslatedParagraph(unit.paragraph, tuple(sentences))
                    sentences = []
            if len(memory) > MEMORY:
                memory.clear()

    def _translate(self, units: list[_Unit], memory: dict[str, Outcome], report: Callable[[float], None]) -> None:
        """Fill ``memory`` with the outcome of every sentence of a window that it does not hold yet."""
        wanted = dict.fromkeys(unit.model_text for unit in units if not unit.outcome and unit.model_text not in memory)
        texts = list(wanted)
        if texts:
            outcomes = translate_batch(self.engine, texts, self.decoding, retry=self.retry, report=report)
            memory.update(zip(texts, outcomes, strict=True))
        report(1.0)


def _article(text: str | Article) -> Article:
    return text if isinstance(text, Article) else Article.from_text(text)


def _scaled(progress: Progress | None, done: int, size: int, total: int) -> Callable[[float], None]:
    """Return what turns the share of a window into characters of the whole."""
    return lambda share: progress(done + round(share * size), total) if progress else None


def _windows(articles: Sequence[Article], size: int, largest: int) -> Iterator[list[_Unit]]:
    """Yield the sentences of all articles in windows of about ``size`` characters, doubled up to ``largest``.

    A window ends with a paragraph, unless one paragraph alone is larger than ``largest``.
    """
    window: list[_Unit] = []
    filled = 0
    for unit in _units(articles):
        window.append(unit)
        filled += len(unit.lead) + len(unit.source)
        if filled >= largest or (unit.last and filled >= size):
            yield window
            window, filled, size = [], 0, min(2 * size, largest)
    if window:
        yield window


def _units(articles: Sequence[Article]) -> Iterator[_Unit]:
    for index, article in enumerate(articles):
        for paragraph in article.paragraphs:
            if foreign(paragraph.text):
                left = Outcome(paragraph.text, None, (Flag.NOT_ARABIC,))
                yield _Unit(index, paragraph, True, "", paragraph.text, "", left)
                continue
            pieces = split(paragraph.text)
            for position, piece in enumerate(pieces, 1):
                source = piece.lstrip()
                lead = piece[: len(piece) - len(source)]
                target = bypass(source)
                known = None if target is None else Outcome(target, None, _foreign_flag(source))
                # Wrapped text has line ends inside a sentence, which models read as unknown letters.
                model_text = "" if known else " ".join(normalize(source).split())
                yield _Unit(index, paragraph, position == len(pieces), lead, source, model_text, known)


def _foreign_flag(source: str) -> tuple[Flag, ...]:
    return (Flag.NOT_ARABIC,) if foreign(source) else ()
