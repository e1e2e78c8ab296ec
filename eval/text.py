"""Tables as plain text and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from .tables import Table


def plain(tables: Sequence[Table]) -> str:
    """Return tables aligned with spaces, first column left, the others right."""
    return "\n\n".join(_aligned(table) for table in tables)


def _aligned(table: Table) -> str:
    rows = [table.columns, *(tuple(cell.text for cell in row) for row in table.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.columns))]
    lines = [
        "  ".join(
            text.rjust(width) if column else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([table.title, *lines, *([f"({table.note})"] if table.note else [])])


def markdown(table: Table) -> str:
    """Return one table as GitHub Markdown, under a heading of the second level."""
    lines = [
        f"## {table.title}",
        "",
        "| " + " | ".join(escaped(column) for column in table.columns) + " |",
        "|" + "---|" + "---:|" * (len(table.columns) - 1),
        *("| " + " | ".join(escaped(cell.text) for cell in row) + " |" for row in table.rows),
    ]
    return "\n".join([*lines, *(["", escaped(table.note)] if table.note else [])])


def escaped(text: str) -> str:
    """Return text that is safe in a Markdown table cell."""
    for mark in "\\|`*_<>[]":
        text = text.replace(mark, "\\" + mark)
    return " ".join(text.split())
