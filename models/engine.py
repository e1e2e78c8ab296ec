"""Engines: pieces in, pieces out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from .catalog import Task
from .store import InstalledModel


@dataclass(frozen=True)
class Decoding:
    """How to search for the output: every default of the program is here.

    Lengths are in pieces. ``max_length`` None bounds each output at 2 x source pieces + 16.
    ``batch_tokens`` counts source pieces, padding included.
    """

    beam: int = 4
    length_penalty: float = 1.0
    no_repeat_ngram: int = 0
    batch_tokens: int = 2048
    min_length: int = 0
    max_length: int | None = None


@dataclass(frozen=True)
class Generated:
    """One output: ``score`` is the mean log-probability per piece (natural logarithm, at most 0)."""

    text: str
    score: float
    tokens: tuple[str, ...]


class Engine(Protocol):
    """What every engine can do."""

    model: InstalledModel
    name: str
    max_source_tokens: int

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut each text into pieces, without the end mark."""
        ...

    def generate(
        self, inputs: Sequence[str] | Sequence[Sequence[str]], decoding: Decoding = Decoding()
    ) -> list[Generated]:
        """Return one output per input, in order; an empty input gives an empty output."""
        ...


def load_engine(
    model: str | Path = "embedded",
    task: Task = Task.TRANSLATION,
    *,
    threads: int | None = None,
    engine: Literal["ctranslate2", "transformers"] = "ctranslate2",
    device: str = "auto",
) -> Engine:
    """Load a model, or return the one already in memory with the same settings."""
    raise NotImplementedError
