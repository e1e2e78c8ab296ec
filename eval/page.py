"""A report as one HTML page that needs nothing from anywhere."""

from __future__ import annotations

from html import escape
from itertools import groupby
from pathlib import Path
from string import Template

from ..models import Task
from .plots import Plot
from .results import Difference, Report
from .tables import Cell, Table, number, tables

_WORST = 10  # segments shown per system


def page(report: Report, pictures: list[Plot]) -> str:
    """Return the page. All text from systems and test sets is escaped."""
    found = tables(report)
    scores, rest = found[:1], found[1:]
    parts = [f'<p class="note">{escape(note)}</p>' for note in report.notes]
    parts += [_table(table) for table in scores]
    parts += [_figure(picture) for picture in pictures]
    parts += [_table(table) for table in rest]
    parts += [_differences(report), _worst(report), _provenance(report)]
    title = f"{report.testset.name}: {len(report.systems)} system{'s' if len(report.systems) != 1 else ''}"
    template = Template((Path(__file__).parent / "report.html").read_text(encoding="utf-8"))
    return template.substitute(title=escape(title), body="\n".join(parts))


def _table(table: Table) -> str:
    head = "".join(
        f'<th scope="col"><button type="button">{escape(column) or "&nbsp;"}</button></th>' for column in table.columns
    )
    rows = "\n".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in table.rows)
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    return (
        f'<h2>{escape(table.title)}</h2>\n<div class="wide"><table class="sortable"><thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody></table></div>{note}"
    )


def _cell(cell: Cell) -> str:
    tone = f' class="{cell.tone}"' if cell.tone else ""
    key = "" if cell.key is None else f' data-key="{cell.key:.4f}"'
    return f"<td{tone}{key}>{escape(cell.text)}</td>"


def _figure(plot: Plot) -> str:
    svg = plot.svg.replace("<svg", f'<svg role="img" aria-label="{escape(plot.alt, quote=True)}"', 1)
    return f"<h2>{escape(plot.title)}</h2>\n<figure>{svg}</figure>"


def _differences(report: Report) -> str:
    if not report.differences:
        return ""
    parts = ["<h2>Where two systems differ most</h2>"]
    texts = {result.name: result.output.hypotheses for result in report.systems}
    for (baseline, system), group in groupby(report.differences, key=lambda found: (found.baseline, found.system)):
        rows = [_difference(report, found, texts) for found in group]
        columns = ("segment", "source", "reference", baseline, system)
        parts.append(
            f"<details><summary>{escape(system)} against {escape(baseline)}</summary>{_texts(columns, rows)}</details>"
        )
    return "\n".join(parts)


def _difference(report: Report, found: Difference, texts: dict[str, tuple[str, ...]]) -> str:
    delta = ("+" if found.delta > 0 else "") + number(found.delta)
    sides = [texts[name][found.index] for name in (found.baseline, found.system)]
    return _row(report, found.index, delta, sides)


def _worst(report: Report) -> str:
    parts = ["<h2>The weakest segments of each system</h2>"]
    for result in report.systems:
        order = sorted(range(len(result.segments)), key=result.segments.__getitem__)[:_WORST]
        rows = [_row(report, i, number(result.segments[i]), [result.output.hypotheses[i]]) for i in order]
        if rows:
            columns = ("segment", "source", "reference", result.name)
            parts.append(f"<details><summary>{escape(result.name)}</summary>{_texts(columns, rows)}</details>")
    return "\n".join(parts)


def _texts(columns: tuple[str, ...], rows: list[str]) -> str:
    heads = "".join(
        f'<th scope="col"{"" if place else " class=number"}>{escape(column)}</th>'
        for place, column in enumerate(columns)
    )
    return f'<table class="texts"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _row(report: Report, index: int, figure: str, hypotheses: list[str]) -> str:
    sources = report.testset.sources
    source = sources[index] if sources else ""
    language = 'lang="ar" dir="rtl"' if report.testset.task is Task.TRANSLATION else 'lang="en" dir="ltr"'
    english = [report.testset.references[index], *hypotheses]
    # dir=auto: an output may be Arabic that a system left as it was.
    return (
        f"<tr><td>{index + 1}<br>{escape(figure)}</td><td {language}>{escape(_cut(source))}</td>"
        + "".join(f'<td lang="en" dir="auto">{escape(text)}</td>' for text in english)
        + "</tr>"
    )


def _cut(text: str, most: int = 1500) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def _provenance(report: Report) -> str:
    testset = report.testset
    lines = [
        f"Test set {testset.name}, fingerprint {testset.fingerprint}, from {testset.origin or 'the caller'}.",
        *(f"{score.label}: {score.signature}" for result in report.systems[:1] for score in result.scores),
        *(
            f"{result.name}: " + ", ".join(f"{key} {value}" for key, value in result.output.provenance.items())
            for result in report.systems
            if result.output.provenance
        ),
        ", ".join(f"{key} {value}" for key, value in report.environment.items()),
    ]
    return "<footer><h2>How this was made</h2>" + "".join(f"<p>{escape(line)}</p>" for line in lines) + "</footer>"
