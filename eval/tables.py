"""A report as tables: what to show, once, for the terminal, Markdown and HTML alike."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .metrics import RESAMPLES, Score
from .results import Report, SystemResult


@dataclass(frozen=True)
class Cell:
    """What is shown, what it sorts by, and its tone: ``good``, ``bad`` or empty."""

    text: str
    key: float | None = None
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """A titled table; the first column names the row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def tables(report: Report, *, brief: bool = False) -> list[Table]:
    """Return the tables that apply: scores, verdicts per metric, diagnostics.

    ``brief`` is for a terminal: verdicts in the first metric only, diagnostics without their intervals.
    """
    found = [_scores(report)]
    metrics = list(dict.fromkeys(test.metric for test in report.tests))
    found += [_verdicts(report, metric) for metric in (metrics[:1] if brief else metrics)]
    found.append(_diagnostics(report, brief))
    return [table for table in found if table.rows]


def number(value: float, digits: int = 1) -> str:
    """Format a number; a missing one is a dash, a negative one has a real minus sign."""
    return "–" if math.isnan(value) else f"{value:.{digits}f}".replace("-", "−")


def scored(score: Score) -> str:
    """Format a score with half its interval, if it has one: ``33.9 ± 1.2``."""
    return number(score.value) + ("" if math.isnan(score.half_width) else f" ± {number(score.half_width)}")


def _scores(report: Report) -> Table:
    first = next((result for result in report.systems if result.scores), None)
    if first is None:
        return Table("Scores", (), ())
    metrics = [score.metric for score in first.scores]
    labels = [f"{score.label} {'↑' if score.higher_is_better else '↓'}" for score in first.scores]
    timed = any(result.words_per_second for result in report.systems)
    rows = tuple(_score_row(result, metrics, timed) for result in report.systems)
    n = len(report.testset)
    note = f"{n} segments; ± is half of the 95 % bootstrap interval, {RESAMPLES} resamples"
    if n == 1:
        note = "1 segment, so there is no interval"
    return Table(f"Scores on {report.testset.name}", ("system", *labels, *(["words/s"] if timed else [])), rows, note)


def _score_row(result: SystemResult, metrics: list[str], timed: bool) -> tuple[Cell, ...]:
    known = {score.metric: score for score in result.scores}
    cells = [Cell(result.name + (" (stopped half way)" if result.output.error else ""))]
    for metric in metrics:
        cells.append(Cell(scored(known[metric]), known[metric].value) if metric in known else Cell("–"))
    if timed:
        speed = result.words_per_second
        cells.append(Cell(number(speed, 0), speed) if speed else Cell("–"))
    return tuple(cells)


def _verdicts(report: Report, metric: str) -> Table:
    """Row against column: better, worse or no evidence."""
    tested = [test for test in report.tests if test.metric == metric]
    pairs = {(test.system, test.baseline) for test in tested}
    names = [result.name for result in report.systems if any(result.name in pair for pair in pairs)]
    baselines = {test.baseline for test in tested}
    columns = names if len(baselines) > 1 else list(baselines)
    rows = []
    for row in names:
        cells = [Cell(row)]
        for column in columns:
            if (row, column) not in pairs and (column, row) not in pairs:
                cells.append(Cell(""))
                continue
            test = report.test(metric, row, column)
            delta = ("+" if test.delta > 0 else "") + number(test.delta)
            tone = {"better": "good", "worse": "bad"}.get(test.verdict, "")
            cells.append(Cell(f"{test.verdict} ({delta})", test.delta, tone))
        rows.append(tuple(cells))
    label = report.systems[0].score(metric).label
    smallest = min(test.p_value for test in tested)
    note = f"paired bootstrap (sacrebleu), two-sided, p < 0.05; the smallest p is {smallest:.3f}; {len(tested)} " + (
        "test"
        if len(tested) == 1
        else f"tests, of which chance alone would call about {len(tested) * 0.05:.1f} different"
    )
    return Table(f"{label}: row against column", ("", *columns), tuple(rows), note)


def _diagnostics(report: Report, brief: bool) -> Table:
    results = [result for result in report.systems if result.diagnostics]
    if not results:
        return Table("Diagnostics", (), ())
    rows = []
    for position, first in enumerate(results[0].diagnostics):
        arrow = {"lower": " ↓", "higher": " ↑"}.get(first.better, "")
        cells = [Cell(f"{first.name}{arrow}, % of {first.unit}")]
        for result in results:
            found = result.diagnostics[position]
            interval = "" if brief or math.isnan(found.value) else f" [{number(found.low)}, {number(found.high)}]"
            cells.append(Cell(number(found.value) + interval, None if math.isnan(found.value) else found.value))
        rows.append(tuple(cells))
    note = "percent; a report (--report) has the intervals" if brief else "percent, with 95 % intervals"
    return Table("What goes wrong", ("", *(result.name for result in results)), tuple(rows), note)
