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


def models_table(width: int = 100) -> str:
    """Return the named models, the extractive method, the added models: task, here or not, size, licence, a note."""
    here = installed()
    rows: list[tuple[str, ...]] = []
    for entry in CATALOG:
        row = _named(entry, here)
        if (entry.name, entry.task) == (EMBEDDED, Task.SUMMARIZATION):
            embedded = row[2] == "yes"
            rows += [row, _extractive("")] if embedded else [_extractive(", the default")]
        else:
            rows.append(row)
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


def _extractive(default: str) -> tuple[str, ...]:
    """The summary that needs no model; ``embedded`` means it too where no summarizer came with the package."""
    note = f"whole sentences of the translation{default}"
    return ("extractive", Task.SUMMARIZATION.value, "yes", "none", "Apache-2.0", note)


def _named(entry: CatalogEntry, here: list[InstalledModel]) -> tuple[str, ...]:
    found = next((model for model in here if (model.name, model.task) == (entry.name, entry.task)), None)
    size = found.bytes if found else (entry.megabytes or 0) * 1_000_000
    return (entry.name, entry.task, "yes" if found else "no", _megabytes(size), entry.licence, entry.note)


def _added(model: InstalledModel) -> tuple[str, ...]:
    return (model.name, model.task, "yes", _megabytes(model.bytes), model.licence, "added by you")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size else "?"
