"""Tables of the quality and models tabs. All text from outside is escaped here."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from ..models import CATALOG, InstalledModel, Task, installed
from .quality import Quality, Segment

if TYPE_CHECKING:
    from ..eval import PairedTest, Report, Score

# chrF++ at which a segment moves to the next of four tints; the number is printed too, colour never stands alone.
_STEPS = (25, 40, 60)
_LABELS = {"bleu": "BLEU", "rouge1": "ROUGE-1", "rouge2": "ROUGE-2"}  # of the gate's scores, what people know best
_EXTRACTIVE = "chooses whole sentences of the translation, in its own words"


def quality_html(quality: Quality) -> str:
    """Return the scores with their intervals, the verdict, and the segments tinted by score."""
    head = _scores(quality.report, quality.names, quality.unit) if quality.report else ""
    notes = "".join(f"<li>{escape(note)}</li>" for note in quality.report.notes) if quality.report else ""
    return f"{head}{f'<ul class=tj-notes>{notes}</ul>' if notes else ''}{_segments(quality)}"


def _scores(report: Report, names: tuple[str, ...], unit: str) -> str:
    rows = []
    for score in report.system(names[0]).scores:
        cells = "".join(f"<td>{_cell(report.system(name).score(score.metric))}</td>" for name in names)
        verdict = ""
        if len(names) > 1:
            verdict = f"<td>{_verdict(report.test(score.metric, names[1], names[0]))}</td>"
        arrow = "" if score.higher_is_better else ' <span title="fewer edits are better">(lower is better)</span>'
        rows.append(
            f'<tr title="{escape(score.signature)}"><th scope="row">{score.label}{arrow}</th>{cells}{verdict}</tr>'
        )
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    verdict_head = f'<th scope="col">{escape(names[1])} is</th>' if len(names) > 1 else ""
    count = len(report.testset)
    return (
        f'<table class="tj-table"><caption>{count} {unit}; in brackets the 95 % interval'
        f"{', too wide to say much with so few' if count < 50 else ''}</caption>"
        f'<thead><tr><th scope="col">Metric</th>{heads}{verdict_head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _cell(score: Score) -> str:
    if math.isnan(score.low):
        return f"<b>{score.value:.1f}</b> (no interval: one segment)"
    return f"<b>{score.value:.1f}</b> <span>({score.low:.1f} – {score.high:.1f})</span>"


def _verdict(test: PairedTest) -> str:
    p = f"p = {test.p_value:.2f}" if test.p_value >= 0.005 else "p &lt; 0.01"
    return f"{test.verdict} <span>({test.delta:+.1f}, {p})</span>"


def _segments(quality: Quality) -> str:
    systems = "".join(f'<th scope="col">{escape(name)}</th>' for name in quality.names)
    reference = '<th scope="col">Reference</th>' if quality.report else ""
    body = "".join(_segment(segment) for segment in quality.segments)
    return (
        '<table class="tj-table tj-segments"><caption>Sentence by sentence'
        + ("; the number is chrF++, the darker the further from the reference" if quality.report else "")
        + f'</caption><thead><tr>{systems}{reference}<th scope="col" lang="ar" dir="rtl">العربية</th></tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _segment(segment: Segment) -> str:
    cells = []
    for index, output in enumerate(segment.outputs):
        if segment.scores:
            score = segment.scores[index]
            tint = 3 - sum(score >= step for step in _STEPS)
            cells.append(
                f'<td class="tj-c{tint}" lang="en"><span class="tj-points">{score:.0f}</span> {escape(output)}</td>'
            )
        else:
            cells.append(f'<td lang="en">{escape(output)}</td>')
    reference = f'<td lang="en">{escape(segment.reference)}</td>' if segment.scores else ""
    return f'<tr>{"".join(cells)}{reference}<td lang="ar" dir="rtl">{escape(segment.source)}</td></tr>'


def models_html() -> str:
    """Return the table of models on this machine, and the named ones that could be added."""
    here = installed()
    names = {(model.name, model.task) for model in here}
    rows = [_installed(model) for model in here]
    rows.append(_row("extractive", Task.SUMMARIZATION, "no weights", "Apache-2.0", _EXTRACTIVE))
    rows += [
        _row(entry.name, entry.task, _size((entry.megabytes or 0) * 1_000_000), entry.licence, entry.note, add=True)
        for entry in CATALOG
        if (entry.name, entry.task) not in names and entry.source != "embedded"
    ]
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Model", "Task", "Size", "Licence", "Scores and notes"))
    return (
        '<table class="tj-table tj-models"><caption class="tj-hidden">Models</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        '<p class="tj-method">Models are added in a terminal, on the machine that runs this page: '
        "<code>tarjama models add NAME</code>, which downloads them. The page has them when it is started again.</p>"
    )


def _installed(model: InstalledModel) -> str:
    note = next((entry.note for entry in CATALOG if (entry.name, entry.task) == (model.name, model.task)), "added")
    parts = [*_scores_of(model), note, f"revision {model.revision}"]
    return _row(model.name, model.task, _size(model.bytes), model.licence, "; ".join(parts))


def _row(name: str, task: str, size: str, licence: str, note: str, add: bool = False) -> str:
    state = ' <span class="tj-absent">not on this machine</span>' if add else ""
    cells = "".join(f"<td>{escape(text)}</td>" for text in (task, size, licence, note))
    return f'<tr><th scope="row">{escape(name)}{state}</th>{cells}</tr>'


def _scores_of(model: InstalledModel) -> list[str]:
    """Return what this revision reached on the test sets of the quality gate."""
    from ..eval.gate import load

    reached = [(name, floor) for name, floor in load().items() if floor.model == f"{model.name} {model.revision}"]
    return [
        f"{_LABELS[metric]} {value:.1f} on {name}"
        for name, floor in reached
        for metric, value in floor.scores.items()
        if metric in _LABELS
    ]


def _size(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size else "not known"
