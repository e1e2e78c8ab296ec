"""What can be evaluated by running it: models, and the baselines that they must beat."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..errors import InputError
from ..models import Task, installed, locate

Length = Literal["short", "medium", "long"]
LEAD_3, EXTRACTIVE, EMBEDDED = "lead-3", "extractive", "embedded"
BASELINES = (LEAD_3, EXTRACTIVE)


@dataclass(frozen=True)
class System:
    """A name, what its outputs depend on, and a way to make it ready.

    ``identity`` is provenance and cache key in one. ``start()`` loads what is needed and returns the function
    from source texts to outputs; it is not called when every output is known from before.
    """

    name: str
    identity: dict[str, str]
    start: Callable[[], Callable[[Sequence[str]], list[str]]]


def system(
    name: str, task: Task, *, beam: int | None = None, threads: int | None = None, length: Length = "medium"
) -> System:
    """Return the system called ``name``: a model (``NAME@BEAM`` sets its beam) or, for summaries, a baseline.

    Raises ``ModelError`` when there is no such model on this machine.
    """
    if task is Task.SUMMARIZATION and name == LEAD_3:
        return _lead_3(name)
    model, at, given = name.rpartition("@")
    if at and model:
        if not given.isdigit() or not int(given):
            raise InputError(f"system {name!r}: a number must follow @: the beam, for example {model}@1")
        beam = int(given)
    else:
        model = name
    if task is Task.TRANSLATION:
        return _translator(name, model, beam, threads)
    return _summarizer(name, model, beam, threads, length)


def _translator(name: str, model: str, beam: int | None, threads: int | None) -> System:
    from ..models import Decoding

    width = beam or Decoding.beam

    def start() -> Callable[[Sequence[str]], list[str]]:
        from ..translate import Translator

        translator = Translator(model, beam=width, threads=threads)
        return lambda texts: [result.text for result in translator.translate_many(list(texts))]

    identity = _model_identity(model, Task.TRANSLATION) | {"beam": str(width), "code": _code("models", "translate")}
    return System(name, identity, start)


def _summarizer(name: str, model: str, beam: int | None, threads: int | None, length: Length) -> System:
    from ..models import Decoding

    width = beam or Decoding.beam

    def start() -> Callable[[Sequence[str]], list[str]]:
        from ..summarize import Summarizer

        summarizer = Summarizer(model, beam=width, threads=threads)
        return lambda texts: [summarizer.summarize(text, length).text for text in texts]

    identity = {"model": EXTRACTIVE} if _is_extractive(model) else _model_identity(model, Task.SUMMARIZATION)
    identity |= {"beam": str(width), "length": length, "code": _code("models", "translate", "summarize")}
    return System(name, identity, start)


def _is_extractive(model: str) -> bool:
    """Tell whether the summarizer will run without a model: asked to, or because there is no embedded one."""
    has_embedded = any(found.name == EMBEDDED and found.task is Task.SUMMARIZATION for found in installed())
    return model == EXTRACTIVE or (model == EMBEDDED and not has_embedded)


def _lead_3(name: str) -> System:
    return System(name, {"model": name, "code": _code("eval")}, lambda: lambda texts: [lead_3(text) for text in texts])


def lead_3(text: str) -> str:
    """Return the first three sentences: the baseline of See et al. (2017) that news summarizers must beat."""
    from .english import english_sentences

    return " ".join(english_sentences(text)[:3])


def _model_identity(model: str, task: Task) -> dict[str, str]:
    found = locate(model, task)
    files = sorted(path for path in found.directory.rglob("*") if path.is_file())
    stamp = hashlib.sha256()
    for path in files:
        status = path.stat()
        stamp.update(f"{path.relative_to(found.directory)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return {"model": found.name, "revision": found.revision, "files": stamp.hexdigest()[:12], "task": task.value}


def _code(*rooms: str) -> str:
    """Return a checksum of the rooms that make the output: a changed rule must not be scored on old outputs."""
    digest = hashlib.sha256()
    for room in rooms:
        for path in sorted((Path(__file__).parent.parent / room).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
