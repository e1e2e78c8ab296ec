"""Engines: text or pieces in, text and scores out; one object in memory for each model and setting."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from ..errors import InputError, LimitError, ModelError
from .batching import output_bound
from .catalog import EMBEDDED, Task
from .layout import InstalledModel
from .store import locate


@dataclass(frozen=True)
class Decoding:
    """How to search for the output: every default of the program is here.

    Lengths are in pieces. ``length_penalty`` is the exponent of the length that a hypothesis' score is divided by.
    ``batch_tokens`` counts source pieces, padding included. ``max_length`` None bounds each output at
    2 x source pieces + 16 (a loop guard as in Bergamot's ``max-length-factor`` 2.0).
    Raises ``InputError`` for a ``beam`` or ``batch_tokens`` below 1.
    """

    beam: int = 4
    length_penalty: float = 1.0
    no_repeat_ngram: int = 0
    batch_tokens: int = 2048
    min_length: int = 0
    max_length: int | None = None

    def __post_init__(self) -> None:
        for name in ("beam", "batch_tokens"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; 1 is the least")


@dataclass(frozen=True)
class Generated:
    """One output.

    ``score`` is the mean log-probability per piece, the end mark included (natural logarithm, at most 0);
    ``tokens`` are the pieces, without special ones. The best hypothesis is the one with the best penalised score.
    """

    text: str
    score: float
    tokens: tuple[str, ...]


class Engine(Protocol):
    """What every engine can do. Engines may be used from several threads at a time."""

    model: InstalledModel
    name: str  # for provenance, such as "ctranslate2 int8 cpu"
    max_source_tokens: int  # pieces; a longer input must be split before it comes here

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut each text into pieces, without the end mark."""
        ...

    def generate(
        self, inputs: Sequence[str] | Sequence[Sequence[str]], decoding: Decoding = Decoding()
    ) -> list[Generated]:
        """Return one output per input, in order; an empty input gives an empty output.

        Raises:
            LimitError: an input is longer than ``max_source_tokens``.
        """
        ...


@dataclass(frozen=True)
class Prepared:
    """Inputs cut into pieces, their lengths, and the longest output allowed for each."""

    sources: list[list[str]]
    lengths: list[int]
    bounds: list[int]


def prepare(
    engine: Engine, inputs: Sequence[str] | Sequence[Sequence[str]], decoding: Decoding, max_positions: int
) -> Prepared:
    """Encode texts (pieces pass through) and check every length; for engines only."""
    texts = [item for item in inputs if isinstance(item, str)]
    encoded = iter(engine.encode(texts)) if texts else iter(())
    sources = [next(encoded) if isinstance(item, str) else list(item) for item in inputs]
    lengths = [len(source) for source in sources]
    for i, length in enumerate(lengths):
        if length > engine.max_source_tokens:
            raise LimitError(
                f"input {i} has {length} pieces; model {engine.model.name} reads at most {engine.max_source_tokens}: "
                "split it first"
            )
    return Prepared(sources, lengths, [output_bound(length, decoding.max_length, max_positions) for length in lengths])


_loaded: weakref.WeakValueDictionary[tuple[object, ...], Engine] = weakref.WeakValueDictionary()
_lock = threading.Lock()


def load_engine(
    model: str | Path = EMBEDDED,
    task: Task = Task.TRANSLATION,
    *,
    threads: int | None = None,
    engine: Literal["ctranslate2", "transformers"] = "ctranslate2",
    device: str = "auto",
) -> Engine:
    """Load a model, or return the one that is already in memory with the same settings.

    ``model`` is a name of the catalog, a hub id that was added, or a directory: converted (CTranslate2), or as it
    comes from the hub, which is converted once and kept in the cache. ``threads`` is the number of CPU cores to use
    (default: the physical ones available); ``device`` is "cpu", "cuda" or "auto". An engine leaves memory when its
    last user drops it.

    Raises:
        InputError: ``threads`` is below 1.
        ModelError: there is no such model on this machine, it is broken, or made for another task.
        DependencyError: an extra is needed to convert the model or to run the reference engine.
    """
    if threads is not None and threads < 1:
        raise InputError(f"threads is {threads}; 1 is the least")
    found = locate(model, task)
    key = (found.directory.resolve(), _written(found.directory), task, threads, engine, device)
    with _lock:
        loaded = _loaded.get(key)
        if loaded is None:
            loaded = _loaded[key] = _load(found, threads, engine, device)
        return loaded


def _load(model: InstalledModel, threads: int | None, engine: str, device: str) -> Engine:
    if engine == "transformers":
        from .transformers_engine import TransformersEngine

        return TransformersEngine(model, threads=threads, device=device)
    if engine != "ctranslate2":
        raise ModelError(f"there is no engine {engine!r}; known are ctranslate2 and transformers")
    from .ctranslate2_engine import CTranslate2Engine

    if model.layout == "transformers":
        from .convert import converted

        model = converted(model)
    return CTranslate2Engine(model, threads=threads, device=device)


def _written(directory: Path) -> int:
    """When the model's weights were written, in ns: a model that was replaced is loaded anew."""
    weights = [path for pattern in ("model.bin", "*.safetensors", "*.bin") for path in directory.glob(pattern)]
    return max((path.stat().st_mtime_ns for path in weights), default=0)
