"""System x test set -> outputs: run what is not known from before, keep what was done when something breaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import InputError
from .cache import OutputCache, Said
from .files import read_lines
from .inputs import mostly_arabic
from .systems import System
from .testsets import TestSet

# Segments per call: large enough for full batches, small enough that a stop loses seconds of work only.
CHUNK = 64

Progress = Callable[[str, int, int], None]  # system, segments done, segments in all


@dataclass(frozen=True)
class SystemOutput:
    """What a system said to the first ``len(hypotheses)`` segments of a test set.

    ``seconds`` is model time, loading left out; None when the outputs came from a file. ``provenance`` names the
    model, its revision, the beam, or the file. ``error`` says why a system stopped half way.
    """

    name: str
    hypotheses: tuple[str, ...]
    seconds: float | None = None
    provenance: dict[str, str] = field(default_factory=dict)
    error: str = ""
    notes: tuple[str, ...] = ()


def run(system: System, testset: TestSet, *, cache: bool = True, progress: Progress | None = None) -> SystemOutput:
    """Return what ``system`` says to every segment, from the cache where it has said it before.

    An error of the system ends its run and is kept in ``error``, with everything said until then.
    """
    report = progress or (lambda system, done, total: None)
    known = OutputCache(system.name, system.identity) if cache else None
    said: list[Said] = []
    error = ""
    speak: Callable[[Sequence[str]], list[str]] | None = None
    for start in range(0, len(testset), CHUNK):
        report(system.name, start, len(testset))
        chunk = testset.sources[start : start + CHUNK]
        found = {source: output for source in chunk if known and (output := known.get(source))}
        missing = [source for source in dict.fromkeys(chunk) if source not in found]
        if missing:
            try:
                speak = speak or system.start()
                found |= _timed(speak, missing)
            except Exception as problem:  # whatever breaks in a model must not cost the other systems
                error = str(problem) or type(problem).__name__
                said.extend(_prefix(chunk, found))
                break
            if known:
                known.add((source, found[source]) for source in missing)
        said.extend(found[source] for source in chunk)
    report(system.name, len(said), len(testset))
    return SystemOutput(
        system.name,
        tuple(output.text for output in said),
        sum(output.seconds for output in said),
        system.identity,
        error,
        (known.trouble,) if known and known.trouble else (),
    )


def _timed(speak: Callable[[Sequence[str]], list[str]], sources: list[str]) -> dict[str, Said]:
    began = time.perf_counter()
    texts = speak(sources)
    seconds = time.perf_counter() - began
    characters = sum(map(len, sources)) or 1
    return {source: Said(text, seconds * len(source) / characters) for source, text in zip(sources, texts, strict=True)}


def _prefix(chunk: Sequence[str], found: dict[str, Said]) -> list[Said]:
    """Return the outputs up to the first source that has none."""
    said = []
    for source in chunk:
        if source not in found:
            break
        said.append(found[source])
    return said


def from_file(name: str, path: Path, testset: TestSet) -> SystemOutput:
    """Read a system's outputs, one segment per line. Raises ``InputError`` when the counts differ.

    A file for the whole of a test set of which only the head is used is cut to the head.
    """
    lines = read_lines(path)
    whole = testset.whole or len(testset)
    if len(lines) not in (len(testset), whole):
        raise InputError(f"{name}: {path} has {len(lines)} lines, but {testset.name} has {whole} segments")
    mostly_arabic(f"{name} ({path})", lines, "the English output")
    return SystemOutput(name, tuple(lines[: len(testset)]), provenance={"file": str(path)})
