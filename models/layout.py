"""What is in a model directory: its layout, its task, and the one line that says what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from ..errors import ModelError
from .card import ModelCard, read_card
from .catalog import Task

Layout = Literal["ctranslate2", "transformers"]

# Each line is one need; any of its alternatives meets it.
_Needs = tuple[tuple[frozenset[str], ...], ...]
_SPM = frozenset({"source.spm", "target.spm"})
_CTRANSLATE2: _Needs = (
    (frozenset({"model.bin"}),),
    (frozenset({"config.json"}),),
    (
        frozenset({"shared_vocabulary.json"}),
        frozenset({"source_vocabulary.json", "target_vocabulary.json"}),
        frozenset({"shared_vocabulary.txt"}),
        frozenset({"source_vocabulary.txt", "target_vocabulary.txt"}),
    ),
    (_SPM, frozenset({"joint.spm"}), frozenset({"tokenizer.json"})),
)
_WEIGHTS = (
    frozenset({"model.safetensors"}),
    frozenset({"pytorch_model.bin"}),
    frozenset({"model.safetensors.index.json"}),
    frozenset({"pytorch_model.bin.index.json"}),
)
_TOKENIZER = (frozenset({"tokenizer.json"}), frozenset({"spiece.model"}), frozenset({"vocab.json", "merges.txt"}))

# The families that CTranslate2 converts and this program knows how to feed, with the tasks they are made for.
MODEL_TYPES: dict[str, frozenset[Task]] = {
    "marian": frozenset(Task),
    "t5": frozenset(Task),
    "mt5": frozenset(Task),
    "bart": frozenset({Task.SUMMARIZATION}),
    "pegasus": frozenset({Task.SUMMARIZATION}),
}


@dataclass(frozen=True)
class InstalledModel:
    """A model directory on this machine.

    ``revision`` is the hub commit; for embedded weights a date and checksum; for a directory without a card the
    time its weights were written. ``bytes`` is the size on disk.
    """

    name: str
    task: Task
    directory: Path
    layout: Layout
    revision: str
    licence: str
    bytes: int


def inspect_directory(directory: Path, task: Task | None = None) -> InstalledModel:
    """Describe the model in ``directory`` without loading it; ``task`` None takes what the directory says.

    Raises:
        ModelError: a file is missing or only a Git LFS pointer, the layout is none of the two, or the model was
            made for another task.
    """
    try:
        sizes = {path.name: path.stat().st_size for path in directory.iterdir() if path.is_file()}
    except OSError as error:
        raise ModelError(f"{directory} cannot be read as a model directory: {error.strerror}") from error
    card = read_card(directory)
    if "model.bin" in sizes or (card and "config.json" in sizes and not _model_type(directory)):
        layout: Layout = "ctranslate2"
        weights, tasks = "model.bin", frozenset(Task)
        _require(directory, sizes, _CTRANSLATE2)
    else:
        layout = "transformers"
        weights, tasks = _check_transformers(directory, sizes)
    if card:
        tasks = frozenset({card.task})
    if task is not None and task not in tasks:
        raise ModelError(f"{directory} holds a model for {', '.join(sorted(tasks))}, not for {task}")
    written = datetime.fromtimestamp((directory / weights).stat().st_mtime, UTC)
    if card is None:
        guess = task or (Task.TRANSLATION if Task.TRANSLATION in tasks else Task.SUMMARIZATION)
        card = ModelCard(directory.resolve().name, guess, "unknown", f"local-{written:%Y%m%dT%H%M%SZ}")
    return InstalledModel(card.name, card.task, directory, layout, card.revision, card.licence, sum(sizes.values()))


def _check_transformers(directory: Path, sizes: dict[str, int]) -> tuple[str, frozenset[Task]]:
    """Return the weights' file name and the possible tasks of a Hugging Face directory."""
    kind = _model_type(directory)
    if kind is None:
        found = ", ".join(sorted(sizes)[:6]) or "no file"
        raise ModelError(
            f"{directory} is not a model directory: it holds {found}; expected model.bin, config.json and *.spm "
            "(CTranslate2), or config.json, model.safetensors and a tokenizer (Hugging Face)"
        )
    if kind not in MODEL_TYPES:
        raise ModelError(f"{directory} holds a {kind} model; known are {', '.join(MODEL_TYPES)}")
    tokenizer = (_SPM | {"vocab.json"},) if kind == "marian" else _TOKENIZER
    _require(directory, sizes, (_WEIGHTS, tokenizer))
    weights = next(name for need in _WEIGHTS for name in need if name in sizes)
    return weights, MODEL_TYPES[kind]


def _model_type(directory: Path) -> str | None:
    """The family that a Hugging Face ``config.json`` names; None where there is none."""
    path = directory / "config.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} is not JSON ({error}); copy the model again") from error
    kind = data.get("model_type") if isinstance(data, dict) else None
    return kind if isinstance(kind, str) else None


def _require(directory: Path, sizes: dict[str, int], needs: _Needs) -> None:
    for alternatives in needs:
        present = next((need for need in alternatives if need <= sizes.keys()), None)
        if present is None:
            missing = min((sorted(need - sizes.keys()) for need in alternatives), key=len)
            raise ModelError(f"{directory} has no {' and no '.join(missing)}; copy the model again, with every file")
        for name in present:
            _check_file(directory / name, sizes[name])


def _check_file(path: Path, size: int) -> None:
    if size == 0:
        raise ModelError(f"{path} is empty; copy the model again")
    if size < 1024 and path.read_bytes().startswith(b"version https://git-lfs"):
        raise ModelError(f"{path} is a Git LFS pointer, not the file itself; run 'git lfs pull' where it came from")
