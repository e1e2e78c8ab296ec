"""A report on disk: report.md, report.html, scores.json."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

from ..errors import InputError, require
from .page import page
from .plots import plots
from .results import Report
from .tables import tables
from .text import escaped, markdown


def save(report: Report, directory: Path) -> tuple[Path, ...]:
    """Write the three files, each whole or not at all; return their paths. Raises ``InputError`` when it cannot."""
    check_place(directory)
    try:
        texts = {
            "report.md": as_markdown(report),
            "report.html": page(report, plots(report)),
            "scores.json": json.dumps(report.to_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n",
        }
        return tuple(write_whole(directory / name, text) for name, text in texts.items())
    except OSError as error:
        raise _cannot_write(directory, error) from error


def check_place(directory: Path) -> None:
    """Make the directory of a report. Raises ``InputError`` when that or writing to it is impossible."""
    require("matplotlib", "eval")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not os.access(directory, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise _cannot_write(directory, error) from error


def _cannot_write(directory: Path, error: OSError) -> InputError:
    return InputError(f"the report cannot be written to {directory}: {error.strerror}")


def write_whole(path: Path, text: str) -> Path:
    """Write a file under a temporary name and rename it, so that a reader never sees half of it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def as_markdown(report: Report) -> str:
    """Return the report as GitHub Markdown, without the plots and the sentences."""
    head = [f"# {report.testset.name}", ""]
    head += [f"- {escaped(note)}" for note in report.notes]
    body = [markdown(table) for table in tables(report)]
    signatures = [
        f"- {escaped(score.label)}: `{score.signature}`" for result in report.systems[:1] for score in result.scores
    ]
    made = ", ".join(f"{key} {value}" for key, value in report.environment.items())
    origin = report.testset.origin or "the caller"
    tail = [
        "## How this was made",
        "",
        f"- test set: fingerprint `{report.testset.fingerprint}`, from {origin}",
        *signatures,
    ]
    tail += [
        f"- {escaped(result.name)}: " + ", ".join(f"{key} `{value}`" for key, value in result.output.provenance.items())
        for result in report.systems
        if result.output.provenance
    ]
    return "\n".join(head) + "\n\n" + "\n\n".join(body) + "\n\n" + "\n".join([*tail, f"- {made}"]) + "\n"
