"""Where models are on this machine. Nothing here opens a connection.

Looked up in this order:

1. a directory that was given;
2. embedded weights: ``weights/ar-en/`` (translation) and ``weights/summary-en/`` (summarization) beside this file;
3. the user's models: ``$TARJAMA_HOME/models/NAME/``, or ``models/NAME/`` in the user's cache directory
   (Linux: ``~/.cache/tarjama``). A hub id ``owner/name`` lies in ``owner--name``.

A directory holds either

- a converted model: ``model.bin``, ``config.json``, ``shared_vocabulary.json`` (CTranslate2), ``source.spm`` and
  ``target.spm``, or one ``joint.spm``, or ``tokenizer.json``, and ``tarjama.json`` (:class:`.card.ModelCard`); or
- a model as it comes from the hub: ``config.json``, ``model.safetensors`` or ``pytorch_model.bin``, and its tokenizer
  (Marian: ``source.spm``, ``target.spm``, ``vocab.json``).

Embedded weights have a ``MODEL_CARD.md`` too.
"""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

from ..errors import ModelError
from .catalog import EMBEDDED, Task, find, names
from .layout import InstalledModel, inspect_directory

_log = logging.getLogger(__name__)
_WEIGHTS = Path(__file__).parent / "weights"
_EMBEDDED = {Task.TRANSLATION: _WEIGHTS / "ar-en", Task.SUMMARIZATION: _WEIGHTS / "summary-en"}
ORIGINAL = "original"  # inside an added model: the files as they came from the hub, if they were kept


def home() -> Path:
    """The folder of the user's models. It need not exist."""
    if chosen := os.environ.get("TARJAMA_HOME"):
        return Path(chosen).expanduser() / "models"
    import platformdirs

    return Path(platformdirs.user_cache_dir("tarjama", appauthor=False)) / "models"


def directory_of(name: str) -> Path:
    """Where a user's model of this name or hub id lies, or would lie."""
    entry = find(name)
    return home() / (entry.name if entry else name).replace("/", "--")


def locate(name_or_path: str | Path, task: Task) -> InstalledModel:
    """Find a model for ``task`` by name, hub id or directory.

    Raises:
        ModelError: it is not there (the message lists the names, or says how to add it), it is broken, or it was
            made for another task.
    """
    name = str(name_or_path)
    if name == EMBEDDED:
        return _embedded(task)
    known = isinstance(name_or_path, str) and find(name) is not None
    given = Path(name_or_path).expanduser()
    # A catalogue name stands for the catalogue's model, even when the current folder has a directory of that name.
    if not known and given.is_dir():
        return inspect_directory(given, task)
    if not known and given.exists():
        raise ModelError(f"{given} is a file; a model is a directory")
    if not is_name(name):
        raise ModelError(f"there is no model directory {given}")
    directory = directory_of(name)
    if directory.is_dir():
        return inspect_directory(directory, task)
    raise ModelError(_not_here(name, task))


def installed() -> list[InstalledModel]:
    """Every usable model on this machine, embedded ones first; a broken directory is logged and left out."""
    directories = [directory for directory in _EMBEDDED.values() if directory.is_dir()]
    if home().is_dir():
        directories += sorted(path for path in home().iterdir() if path.is_dir() and not path.name.startswith("."))
    models = []
    for directory in directories:
        try:
            models.append(inspect_directory(directory))
        except ModelError as error:
            _log.warning("%s", error)
    return models


def remove(name: str) -> Path:
    """Delete a user's model; return the directory that is gone.

    Raises:
        ModelError: there is no such model, or it is an embedded one.
    """
    if name == EMBEDDED:
        raise ModelError("embedded models are a part of the package and cannot be removed")
    directory = directory_of(name)
    if not is_name(name) or not directory.is_dir():
        mine = [model.directory.name for model in installed() if home() in model.directory.parents]
        raise ModelError(f"there is no model {name!r} in {home()}; there are: {', '.join(mine) or 'none'}")
    try:
        shutil.rmtree(directory)
    except OSError as error:
        raise ModelError(f"{directory} cannot be removed: {error.strerror}") from error
    return directory


def _embedded(task: Task) -> InstalledModel:
    directory = _EMBEDDED[task]
    if directory.is_dir() and any(directory.iterdir()):
        return inspect_directory(directory, task)
    others = ", ".join(name for name in names(task) if name != EMBEDDED)
    raise ModelError(f"this installation has no embedded model for {task}; add one of {others}, or give a directory")


def is_name(name: str) -> bool:
    """Whether ``name`` can be a model's name or hub id: never a path out of the models' folder."""
    parts = name.split("/")
    return len(parts) <= 2 and all(part and not part.startswith((".", "~")) and "\\" not in part for part in parts)


def _not_here(name: str, task: Task) -> str:
    entry = find(name)
    if entry and task is not entry.task:
        return f"{name} is a model for {entry.task}, not for {task}; for {task} there are: {', '.join(names(task))}"
    if entry or "/" in name:
        return f"model {name} is not on this machine; get it with: tarjama models add {name}"
    mine = [model.name for model in installed() if model.task is task and model.name not in names(task)]
    return (
        f"there is no model {name!r}; for {task} there are: {', '.join(names(task) + mine)}, any hub id that was added "
        "(owner/name), or a model directory"
    )
