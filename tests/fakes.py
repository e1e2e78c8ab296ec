"""A model that needs no weights: it says what the test tells it to say."""

from __future__ import annotations

import re
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from tarjama.models import Decoding, Generated, InstalledModel, Task

_WORDS = (
    "government officials said that the city council agreed on a new plan for schools and roads after long talks with "
    "local leaders who had asked several times about water prices in their region while reporters waited outside "
    "under heavy rain until evening came slowly over every quiet street near our old market"
).split()

Answer = str | Generated | BaseException


def english(source: str) -> str:
    """Return English-looking words for any text: one per source word, always the same, numbers and Latin kept."""
    words: list[str] = []
    for word in source.split():
        kept = re.sub(r"[^0-9A-Za-z.,%/:-]", "", word).strip(".,:")
        index = zlib.crc32(word.encode()) % len(_WORDS)
        if not kept and words and words[-1].lower() == _WORDS[index]:
            index = (index + 1) % len(_WORDS)  # the same word twice in a row is not English
        words.append(kept or _WORDS[index])
    text = " ".join(words)
    return text[:1].upper() + text[1:] + "." if text else ""


class FakeEngine:
    """Keeps the promises of ``tarjama.models.Engine``.

    ``answers`` is a mapping from source text to answer, or a function of the source text (None: no answer of its own);
    ``enqueue`` adds answers that are given first, in order. An answer that is an exception is raised. Every other
    source gets :func:`english`.
    ``history`` holds each call to ``generate``: the source texts and the decoding.
    """

    def __init__(
        self,
        answers: Mapping[str, Answer] | Callable[[str], Answer | None] | None = None,
        *,
        task: Task = Task.TRANSLATION,
        max_source_tokens: int = 128,
        seconds_per_call: float = 0.0,
    ) -> None:
        self.model = InstalledModel("fake", task, Path("fake"), "ctranslate2", "test", "Apache-2.0", 0)
        self.name = "fake"
        self.max_source_tokens = max_source_tokens
        self.history: list[tuple[tuple[str, ...], Decoding]] = []
        self._answers = answers
        self._seconds = seconds_per_call
        self._queue: deque[Answer] = deque()
        self._lock = threading.Lock()

    def enqueue(self, *answers: Answer) -> None:
        """Give these answers first, whatever the source."""
        self._queue.extend(answers)

    @property
    def sources(self) -> list[str]:
        """Every source text that ``generate`` was given, in order."""
        return [text for texts, _ in self.history for text in texts]

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """One piece per word, SentencePiece style."""
        return [["▁" + word for word in text.split()] for text in texts]

    def generate(
        self, inputs: Sequence[str] | Sequence[Sequence[str]], decoding: Decoding = Decoding()
    ) -> list[Generated]:
        """Answer each input, in order; an empty input gives an empty output."""
        texts = tuple(text if isinstance(text, str) else _join(text) for text in inputs)
        with self._lock:
            self.history.append((texts, decoding))
            if self._seconds:
                time.sleep(self._seconds)
            return [self._answer(text) for text in texts]

    def _answer(self, text: str) -> Generated:
        if not text.strip():
            return Generated("", 0.0, ())
        answer: Answer | None = None
        if self._queue:
            answer = self._queue.popleft()
        elif callable(self._answers):
            answer = self._answers(text)
        elif self._answers is not None:
            answer = self._answers.get(text)
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Generated):
            return answer
        target = english(text) if answer is None else answer
        return Generated(target, -0.3, tuple("▁" + word for word in target.split()))


def _join(pieces: Iterable[str]) -> str:
    return "".join(pieces).replace("▁", " ").strip()
