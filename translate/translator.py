"""The document logic: an article becomes an English article, sentence by sentence, batched over the whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..models import Decoding, Engine, Task, load_engine
from .article import Article, Paragraph
from .bypass import bypass
from .batch import Outcome, translate_batch
from .checks import Flag
from .normalize import normalize
from .script import arabic_letters, foreign
from .segment import split
from .translation import Provenance, Sentence, TranslatedParagraph, Translation

# Source characters that are worked on together. More gains no speed (batches are long full), less memory is
# held: about 10 KB a sentence, so some 10 MB a window.
WINDOW = 200_000
# The first window of a stream, doubled until WINDOW: the first paragraph comes early, the rest at full speed.
FIRST_WINDOW = 600
# Distinct sentences remembered within one call.
MEMORY = 50_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Unit:
    """A sentence on its way: where it belongs, and its English once known."""

    article: int
    paragraph: int
    last: bool  # of its paragraph
    lead: str
    source: str
    model_text: str  # normalised; "" when no model is needed
    outcome: Outcome | None  # set when no model is needed


class Translator:
    """Arabic articles to English ones.

    ``model`` is a name of the catalogue, a hub id that was added, or a directory; ``beam`` and ``batch_tokens``
    as in ``Decoding``; ``threads`` None means one per core. ``engine`` takes the place of ``model`` and
    ``threads``. Safe to share between threads: a call keeps its state to itself, the engine is shared.
    Raises ``ModelError`` when the model cannot be loaded.
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
        self.engine = engine or load_engine(model, Task.TRANSLATION, threads=threads)
        self.decoding = Decoding(beam=beam, batch_tokens=batch_tokens)
        self.retry = retry

    def translate(self, text: str | Article, progress: Progress | None = None) -> Translation:
        """Translate one article; ``progress`` gets source characters done and in all."""
        return self.translate_many([text], progress)[0]

    def stream(self, text: str | Article, progress: Progress | None = None) -> Iterator[TranslatedParagraph]:
        """Yield the paragraphs in order as they are done, the first ones early."""
        for _, paragraph in self._run([_article(text)], FIRST_WINDOW, progress):
            yield paragraph

    def translate_many(self, texts: Sequence[str | Article], progress: Progress | None = None) -> list[Translation]:
        """Translate several articles in common batches; one result per article, in order."""
        began = time.perf_counter()
        articles = [_article(text) for text in texts]
        done: list[list[TranslatedParagraph]] = [[] for _ in articles]
        for index, paragraph in self._run(articles, WINDOW, progress):
            done[index].append(paragraph)
        seconds = time.perf_counter() - began
        total = sum(article.characters for article in articles) or 1
        return [
            self.result(article, tuple(paragraphs), seconds * article.characters / total)
            for article, paragraphs in zip(articles, done, strict=True)
        ]

    def _run(
        self, articles: Sequence[Article], window: int, progress: Progress | None
    ) -> Iterator[tuple[int, TranslatedParagraph]]:
        """Yield (article index, paragraph) in order."""
        memory: dict[str, Outcome] = {}
        open_sentences: list[Sentence] = []
        total = sum(article.characters for article in articles)
        done = 0
        report = progress or (lambda done, total: None)
        for units in _windows(articles, window):
            size = sum(len(unit.lead) + len(unit.source) for unit in units)
            self._translate(units, memory, lambda share, base=done, size=size: report(base + int(share * size), total))
            done += size
            report(done, total)
            for unit in units:
                outcome = unit.outcome or memory[unit.model_text]
                open_sentences.append(Sentence(unit.source, outcome.text, outcome.score, outcome.flags, unit.lead))
                if unit.last:
                    source = articles[unit.article].paragraphs[unit.paragraph]
                    yield unit.article, TranslatedParagraph(source, tuple(open_sentences))
                    open_sentences = []
            if len(memory) > MEMORY:
                memory.clear()

    def _translate(self, units: list[_Unit], memory: dict[str, Outcome], report: Callable[[float], None]) -> None:
        """Fill ``memory`` with the outcome of every sentence of a window that is not there yet."""
        texts = list(dict.fromkeys(unit.model_text for unit in units if unit.model_text not in memory and not unit.outcome))
        outcomes = translate_batch(self.engine, texts, self.decoding, self.retry, report)
        memory.update(zip(texts, outcomes, strict=True))

    def result(self, article: Article, paragraphs: tuple[TranslatedParagraph, ...], seconds: float) -> Translation:
        """Put the paragraphs of a ``stream`` together, with provenance and notes; ``seconds`` is what it took."""
        from .. import __version__

        provenance = Provenance(
            model=self.engine.model.name,
            revision=self.engine.model.revision,
            engine=self.engine.name,
            beam=self.decoding.beam,
            version=__version__,
            seconds=seconds,
            source_characters=article.characters,
        )
        result = Translation(article, paragraphs, provenance)
        return replace(result, notes=notes(result))


def notes(result: Translation) -> tuple[str, ...]:
    """Say in plain English what a reader should know about a translation as a whole."""
    found: list[str] = []
    if not result.sentences:
        return ("There is no text to translate.",)
    if flagged := len(result.flagged):
        found.append(f"{flagged} of {len(result.sentences)} sentences are flagged: compare them with the source.")
    return tuple(found)


def _article(text: str | Article) -> Article:
    return text if isinstance(text, Article) else Article.from_text(text)


def _windows(articles: Sequence[Article], size: int) -> Iterator[list[_Unit]]:
    """Cut articles into sentences, and yield them in windows of about ``size`` characters, doubled up to WINDOW.

    A window ends with a paragraph, unless one paragraph alone is larger than WINDOW.
    """
    window: list[_Unit] = []
    filled = 0
    for unit in _units(articles):
        window.append(unit)
        filled += len(unit.lead) + len(unit.source)
        if filled >= WINDOW or (unit.last and filled >= size):
            yield window
            window, filled, size = [], 0, min(2 * size, WINDOW)
    if window:
        yield window


def _units(articles: Sequence[Article]) -> Iterator[_Unit]:
    for index, article in enumerate(articles):
        for number, paragraph in enumerate(article.paragraphs):
            pieces = split(paragraph.text)
            for position, piece in enumerate(pieces):
                source = piece.lstrip()
                lead = piece[: len(piece) - len(source)]
                yield _unit(index, number, position + 1 == len(pieces), lead, source)


def _unit(article: int, paragraph: int, last: bool, lead: str, source: str) -> _Unit:
    target = bypass(source)
    if target is None:
        return _Unit(article, paragraph, last, lead, source, normalize(source).strip(), None)
    flags = (Flag.NOT_ARABIC,) if foreign(source) else ()
    return _Unit(article, paragraph, last, lead, source, "", Outcome(target, None, flags))
