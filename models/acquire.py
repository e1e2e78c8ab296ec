"""Bring a model onto this machine: download or copy, convert, check, and only then give it its name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..errors import ModelError, require
from . import golden, hub
from .card import ModelCard, read_card
from .catalog import EMBEDDED, Task, find
from .convert import convert, fresh
from .ctranslate2_engine import CTranslate2Engine
from .layout import InstalledModel, inspect_directory
from .store import ORIGINAL, directory_of, home, is_name

# (stage, done, total): stage "download" counts bytes; "convert" and "check" come once, as (stage, 0, 0).
Progress = Callable[[str, int, int], None]


def add(
    source: str | Path,
    task: Task | None = None,
    *,
    name: str | None = None,
    keep_original: bool = False,
    progress: Progress | None = None,
) -> InstalledModel:
    """Add a model: a name of the catalogue, a hub id, or a local directory (Hugging Face or CTranslate2).

    A hub model is downloaded (taken up where an earlier try stopped), converted once to CTranslate2 int8, and must
    pass the golden sentences before it is accepted. One that is there already, newest and whole, stays. ``task`` None
    takes the catalogue's, or the directory's own. ``name`` is what a local directory will be called (default: the
    directory's name). ``keep_original`` keeps the Hugging Face files for the transformers engine.

    Raises:
        ModelError: no network (fails in seconds and says how to copy a model by hand), a broken or refused model, a
            full disk.
        DependencyError: the extra ``hub`` is missing.
    """
    report = progress or (lambda stage, done, total: None)
    given = Path(source).expanduser()
    if isinstance(source, Path) or (find(str(source)) is None and given.is_dir()):
        return _add_directory(given, task, name or given.resolve().name, keep_original, report)
    return _add_from_hub(str(source), task, keep_original, report)


def _add_directory(given: Path, task: Task | None, name: str, keep_original: bool, report: Progress) -> InstalledModel:
    entry = find(name, task)
    if entry and entry.source == EMBEDDED:
        raise ModelError(f"the name {EMBEDDED!r} is taken by the models of the package; give another name")
    if not is_name(name):  # it becomes a folder's name
        raise ModelError(f"{name!r} cannot be the name of a model; give another one with --name")
    found = inspect_directory(given, task or (entry.task if entry else None))
    card = ModelCard(name, found.task, found.licence, found.revision, str(given.resolve()))
    if entry and found.licence == "unknown":
        card = replace(card, licence=entry.licence, source=entry.source)
    return _install(given, directory_of(name), card, found.layout == "ctranslate2", keep_original, report)


def _add_from_hub(source: str, task: Task | None, keep_original: bool, report: Progress) -> InstalledModel:
    entry = find(source, task)
    if entry and entry.source == EMBEDDED:
        raise ModelError("embedded models come with the package: there is nothing to add")
    if entry is None and "/" not in source:
        raise ModelError(
            f"there is no model {source!r} to add; give a name of the catalogue, a hub id (owner/name) or a directory"
        )
    if entry is None and not is_name(source):
        raise ModelError(f"there is no model directory {source}")
    if entry is None and find(source):
        raise ModelError(f"{source} is not a model for {task}")
    for package in ("huggingface_hub", "transformers", "torch"):
        require(package, "hub")  # before a long download, not after it
    repository = entry.source if entry else source
    target = directory_of(source)
    try:
        snapshot = hub.look_up(repository, entry.revision if entry else None)
        if there := _there(target, task, snapshot.commit, keep_original):
            return there
        partial = home() / f".download-{target.name}-{snapshot.commit[:12]}"
        partial.mkdir(parents=True, exist_ok=True)
        hub.download(snapshot, partial, lambda done, total: report("download", done, total))
    except hub.UnreachableError as error:
        raise ModelError(f"{error}; {by_hand(source, repository, target)}") from error
    except OSError as error:
        raise ModelError(f"{home()} cannot be written: {error.strerror or error}") from error
    try:
        found = inspect_directory(partial, task or (entry.task if entry else None))
        licence = entry.licence if entry else snapshot.licence
        card = ModelCard(entry.name if entry else source, found.task, licence, snapshot.commit, repository)
        model = _install(partial, target, card, False, keep_original, report)
    except ModelError as error:
        if not isinstance(error.__cause__, OSError):  # with room on the disk the same files will do
            shutil.rmtree(partial, ignore_errors=True)
        raise
    shutil.rmtree(partial, ignore_errors=True)
    return model


def _there(target: Path, task: Task | None, commit: str, keep_original: bool) -> InstalledModel | None:
    """Return what lies in ``target``, if it is of this commit and whole: there is nothing left to do then."""
    if not target.is_dir() or (keep_original and not (target / ORIGINAL).is_dir()):
        return None
    try:
        model, card = inspect_directory(target, task), read_card(target)
    except ModelError:
        return None  # damaged: it is replaced
    return model if card and card.revision == commit else None


def by_hand(source: str, repository: str, target: Path) -> str:
    """How a model gets onto a machine without a network."""
    return (
        f"without a network: on another machine run 'tarjama models add {source}' and copy the directory it prints to "
        f"{target} here, or download the files of huggingface.co/{repository} into a directory named {target.name}, "
        f"bring it here and run 'tarjama models add ./{target.name}'"
    )


def _install(
    source: Path, target: Path, card: ModelCard, converted: bool, keep_original: bool, report: Progress
) -> InstalledModel:
    if source.resolve() == target.resolve():
        raise ModelError(f"{source} is where added models lie; it can be used by its name at once")
    with fresh(target) as partial:
        report("convert", 0, 0)
        if converted:
            for path in source.iterdir():
                if path.is_file():
                    shutil.copy2(path, partial / path.name)
            own = read_card(source)
            card = replace(own, name=card.name) if own else card
            card.write(partial)
        else:
            convert(source, partial, card)
            if keep_original:
                shutil.copytree(source, partial / ORIGINAL, ignore=shutil.ignore_patterns(".cache"))
        report("check", 0, 0)
        golden.check(CTranslate2Engine(inspect_directory(partial, card.task), device="cpu"))
    return inspect_directory(target, card.task)
