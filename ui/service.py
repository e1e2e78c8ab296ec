"""One model for every reader of the page: turns at the engine, translated paragraphs remembered, limits checked.

Nothing here knows about Gradio; the page and the API both stand on it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import InputError, LimitError, ModelError
from ..models import Decoding, Engine, Generated, Task, installed, load_engine
from ..translate import Article, Sentence, TranslatedParagraph, Translation, Translator

if TYPE_CHECKING:
    from ..summarize import Summarizer, Summary

Length = Literal["short", "medium", "long"]
LENGTHS: tuple[Length, ...] = ("short", "medium", "long")
MEGABYTE = 2**20  # as Gradio counts, which refuses files too
MAX_BEAM = 8  # wider is slower and no better (Koehn and Knowles 2017), and a way to keep a server busy

# Source characters that are translated between two looks at the page: small at first, so that something is there
# to read at once, then about one full batch of the engine.
FIRST_GROUP, LARGEST_GROUP = 600, 6000


class StoppedError(Exception):
    """The reader pressed stop, or has left."""


@dataclass(frozen=True)
class Limits:
    """What may be asked for.

    ``characters`` of text in one request, ``file_bytes`` of an uploaded file; ``together`` requests take turns at
    the model, and ``waiting`` more may queue. Of open tabs ``sessions`` are kept in memory, the latest used, at 0.1 MB
    each and 1 MB more for an article at the limit.
    """

    characters: int = 200_000
    file_bytes: int = 20 * MEGABYTE
    together: int = 4
    waiting: int = 16
    sessions: int = 100


@dataclass(frozen=True)
class System:
    """What translates: a model and how wide it searches."""

    model: str = "embedded"
    beam: int = Decoding.beam

    def __str__(self) -> str:
        return f"{self.model}, beam {self.beam}"


class Turns:
    """A lock that is given in the order in which it was asked for; ``threading.Lock`` promises no order."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._next = self._serving = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for everyone who came before, and hold the lock inside ``with``."""
        with self._changed:
            mine, self._next = self._next, self._next + 1
            self._changed.wait_for(lambda: self._serving == mine)
        try:
            yield
        finally:
            with self._changed:
                self._serving += 1
                self._changed.notify_all()


class SharedEngine:
    """An engine that several readers use in turn, a batch each, so that a long article does not keep others waiting.

    ``stopped`` is asked before every batch: a reader who left costs one more batch at most.
    """

    def __init__(self, engine: Engine, turns: Turns, stopped: Callable[[], bool]) -> None:
        self.model = engine.model
        self.name = engine.name
        self.max_source_tokens = engine.max_source_tokens
        self._engine = engine
        self._turns = turns
        self._stopped = stopped

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut each text into pieces."""
        return self._engine.encode(texts)

    def generate(
        self, inputs: Sequence[str] | Sequence[Sequence[str]], decoding: Decoding = Decoding()
    ) -> list[Generated]:
        """Return one output per input, in order. Raises ``StoppedError`` when the reader is gone."""
        pieces = [self.encode([item])[0] if isinstance(item, str) else list(item) for item in inputs]
        answers: list[Generated] = []
        for batch in _batches(pieces, decoding.batch_tokens):
            if self._stopped():
                raise StoppedError
            with self._turns.turn():
                answers += self._engine.generate(batch, decoding)
        return answers


def _batches(inputs: Sequence[list[str]], tokens: int) -> Iterator[list[list[str]]]:
    """Cut a list into runs of at most ``tokens`` pieces, or one input."""
    batch: list[list[str]] = []
    size = 0
    for pieces in inputs:
        if batch and size + len(pieces) > tokens:
            yield batch
            batch, size = [], 0
        batch.append(pieces)
        size += len(pieces)
    if batch:
        yield batch


class Memory:
    """Translated paragraphs by model and text, the least used forgotten; at most ``characters`` of both sides."""

    def __init__(self, characters: int = 4_000_000) -> None:
        self._limit = characters
        self._held = 0
        self._entries: OrderedDict[tuple[str, ...], tuple[Sentence, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...]) -> tuple[Sentence, ...] | None:
        """Return the sentences of a paragraph, if remembered."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def put(self, key: tuple[str, ...], sentences: tuple[Sentence, ...]) -> None:
        """Remember a paragraph."""
        with self._lock:
            self._held += _size(sentences) - _size(self._entries.pop(key, ()))
            self._entries[key] = sentences
            while self._held > self._limit:
                _, forgotten = self._entries.popitem(last=False)
                self._held -= _size(forgotten)


def _size(sentences: tuple[Sentence, ...]) -> int:
    return sum(len(sentence.source) + len(sentence.target) for sentence in sentences)


class Service:
    """Translates and summarizes for many readers at a time.

    ``load`` gives the translation engine for a model's name; tests put a fake there. Engines in use stay in memory,
    the last three of them when idle (translation, one to compare with, summary).
    """

    def __init__(
        self,
        limits: Limits = Limits(),
        *,
        model: str = "embedded",
        threads: int | None = None,
        load: Callable[[str], Engine] | None = None,
    ) -> None:
        self.limits = limits
        self.model = model
        self._threads = threads
        self._load = load or (lambda name: load_engine(name, threads=threads))
        self._turns = Turns()
        self._memory = Memory()
        self._engines: OrderedDict[tuple[str, Task], Engine] = OrderedDict()
        self._loading = threading.Lock()

    def names(self) -> list[str]:
        """Return the translation models that may be asked for: those on this machine, the default first."""
        return list(dict.fromkeys([self.model, *_here(Task.TRANSLATION)]))

    def summaries(self) -> list[tuple[str, str]]:
        """Return what may make a summary, the default first: a label that names the method, and the name."""
        found = [(f"{name} (seq2seq: a model writes it)", name) for name in _here(Task.SUMMARIZATION)]
        extractive = ("extractive (sentences of the translation)", "extractive")
        at = 1 if found and found[0][1] == "embedded" else 0
        return [*found[:at], extractive, *found[at:]]

    def engine(self, name: str) -> Engine:
        """Return a translation engine, loaded if need be. Raises ``ModelError`` for a model that is not on offer.

        Names only: whoever may use the page must not be able to open directories of the server.
        """
        if name not in (names := self.names()):
            raise ModelError(f"there is no model {name!r} here; there are: {', '.join(names)}")
        with self._loading:
            engine = self._engines.get((name, Task.TRANSLATION)) or self._load(name)
            self._keep((name, Task.TRANSLATION), engine)
            return engine

    def check_length(self, text: str) -> None:
        """Raise ``LimitError`` for a text above the limit, ``InputError`` for what is no text."""
        if not isinstance(text, str):
            raise InputError(f"a text was expected, not {type(text).__name__}")
        if len(text) > self.limits.characters:
            raise LimitError(
                f"The text has {len(text):,} characters; at most {self.limits.characters:,} are allowed here. "
                "Cut it into parts, or use `tarjama translate` in a terminal."
            )

    def article(self, text: str, origin: str = "text") -> Article:
        """Cut a text into paragraphs. Raises ``LimitError`` above the limit, ``InputError`` for another language."""
        text = text.replace("\r\n", "\n") if isinstance(text, str) else text  # browsers differ, the limit must not
        self.check_length(text)
        article = Article.from_text(text, origin=origin)
        if not article.paragraphs:
            raise InputError("There is no text to translate: paste an Arabic article, or open a file.")
        if language := article.foreign():
            raise InputError(f"The text looks {language}; tarjama translates Arabic only.")
        return article

    def stream(
        self, article: Article, system: System = System(), stopped: Callable[[], bool] = lambda: False
    ) -> Iterator[list[tuple[int, TranslatedParagraph]]]:
        """Yield paragraphs with their index as they are done: remembered ones at once, then groups in order.

        Raises ``StoppedError`` when ``stopped`` says so.
        """
        engine = self.engine(system.model)
        translator = self._translator(system, engine, stopped)
        keys = [(engine.model.name, engine.model.revision, str(system.beam), p.text) for p in article.paragraphs]
        known = [(index, self._memory.get(key)) for index, key in enumerate(keys)]
        paragraphs = article.paragraphs
        if ready := [(index, TranslatedParagraph(paragraphs[index], found)) for index, found in known if found]:
            yield ready
        for group in _groups(article, [index for index, found in known if found is None]):
            if stopped():
                raise StoppedError
            part = Article(tuple(paragraphs[index] for index in group))
            done = list(zip(group, translator.stream(part), strict=True))
            for index, paragraph in done:
                self._memory.put(keys[index], paragraph.sentences)
            yield done

    def translate(self, text: str | Article, system: System = System()) -> Translation:
        """Translate a whole text, or an article that :meth:`article` made."""
        article = text if isinstance(text, Article) else self.article(text)
        began = time.perf_counter()
        done = dict(pair for group in self.stream(article, system) for pair in group)
        seconds = time.perf_counter() - began
        return self.result(article, [done[index] for index in range(len(done))], system, seconds)

    def result(
        self, article: Article, paragraphs: Sequence[TranslatedParagraph], system: System, seconds: float
    ) -> Translation:
        """Put the paragraphs of a stream together, with provenance and notes."""
        translator = self._translator(system, self.engine(system.model), lambda: False)
        return translator.result(article, tuple(paragraphs), seconds)

    def summarize(
        self,
        source: str | Translation,
        length: Length = "medium",
        model: str = "embedded",
    ) -> Summary:
        """Condense a translation or an English text. Raises ``InputError`` for an unknown length."""
        if length not in LENGTHS:
            raise InputError(f"there is no length {length!r}; there are: {', '.join(LENGTHS)}")
        return self._summarizer(model).summarize(source, length)

    def _translator(self, system: System, engine: Engine, stopped: Callable[[], bool]) -> Translator:
        if not 1 <= system.beam <= MAX_BEAM:
            raise InputError(f"beam is {system.beam}; 1 to {MAX_BEAM} are allowed here")
        return Translator(engine=SharedEngine(engine, self._turns, stopped), beam=system.beam)

    def _summarizer(self, model: str) -> Summarizer:
        from ..summarize import Summarizer

        names = [name for _, name in self.summaries()]
        if model not in ("embedded", *names):  # always there: the extractive method, where no model came with tarjama
            raise ModelError(f"there is no model {model!r} here for summaries; there are: {', '.join(names)}")
        engine = Summarizer(model, threads=self._threads).engine  # None: the extractive method
        if engine is None:
            return Summarizer("extractive")
        with self._loading:
            self._keep((model, Task.SUMMARIZATION), engine)
        return Summarizer(engine=SharedEngine(engine, self._turns, lambda: False))

    def _keep(self, key: tuple[str, Task], engine: Engine) -> None:
        """Hold an engine in memory as the latest used; the one that was idle longest may go."""
        self._engines.pop(key, None)
        self._engines[key] = engine
        while len(self._engines) > 3:
            self._engines.popitem(last=False)


def _here(task: Task) -> list[str]:
    return [model.name for model in installed() if model.task is task]


def _groups(article: Article, indices: Sequence[int]) -> Iterator[list[int]]:
    """Cut a list of paragraphs into groups, the first small, each twice as large up to ``LARGEST_GROUP``."""
    group: list[int] = []
    size, wanted = 0, FIRST_GROUP
    for index in indices:
        group.append(index)
        size += len(article.paragraphs[index].text)
        if size >= wanted:
            yield group
            group, size, wanted = [], 0, min(2 * wanted, LARGEST_GROUP)
    if group:
        yield group


def check_size(path: Path, limits: Limits) -> None:
    """Raise ``LimitError`` when a file is larger than what may be uploaded."""
    if (size := path.stat().st_size) > limits.file_bytes:
        raise LimitError(
            f"{path.name} has {size / MEGABYTE:.1f} MB; files of at most {limits.file_bytes / MEGABYTE:.3g} MB are "
            "allowed here"
        )
