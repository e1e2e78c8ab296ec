"""What `tarjama models` shows."""

from __future__ import annotations

import io
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from ..errors import ModelError
from ..models import CATALOG, CatalogEntry, InstalledModel, Task, home, installed, locate
from ..models.catalog import EMBEDDED

_EXTRACTIVE = (
    "extractive",
    Task.SUMMARIZATION.value,
    "yes",
    "",
    "Apache-2.0",
    "whole sentences of the translation; the default where no summarizer is embedded",
)


def models_table(width: int = 100) -> str:
    """Return the named models, the extractive method, the added models: task, here or not, size, licence, a note."""
    here = installed()
    found = {(model.name, model.task) for model in here}
    absent = {(EMBEDDED, Task.SUMMARIZATION)} - found  # it does not come with every version of the package
    rows = [_named(entry, here) for entry in CATALOG if (entry.name, entry.task) not in absent]
    rows.append(_EXTRACTIVE)
    names = {(entry.name, entry.task) for entry in CATALOG}
    rows += [_added(model) for model in here if (model.name, model.task) not in names]
    table = Table(box=box.SIMPLE, show_edge=False, pad_edge=False)
    for heading in ("name", "task", "here", "size", "licence", "note"):
        table.add_column(heading, justify="right" if heading == "size" else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console(file=io.StringIO(), width=width, highlight=False)
    with console.capture() as capture:
        console.print(table)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def model_path(name: str | None) -> Path:
    """Return where a model is, whatever its task, or the folder of added models."""
    if name is None:
        return home()
    tasks = [entry.task for entry in CATALOG if entry.name == name] or list(Task)
    errors: list[ModelError] = []
    for task in tasks:
        try:
            return locate(name, task).directory
        except ModelError as error:
            errors.append(error)
    raise errors[0]


def _named(entry: CatalogEntry, here: list[InstalledModel]) -> tuple[str, ...]:
    found = next((model for model in here if (model.name, model.task) == (entry.name, entry.task)), None)
    size = found.bytes if found else (entry.megabytes or 0) * 1_000_000
    return (entry.name, entry.task, "yes" if found else "no", _megabytes(size), entry.licence, entry.note)


def _added(model: InstalledModel) -> tuple[str, ...]:
    return (model.name, model.task, "yes", _megabytes(model.bytes), model.licence, "added by you")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size else "?"
