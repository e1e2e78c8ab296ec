"""The four pictures of a report, as SVG text."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import require
from .results import Report, SystemResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito (2008): told apart with any colour vision. Markers differ too, and lines carry their names.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = "osD^vPX"
_GREY = "#666666"
STYLE: Any = {
    "svg.fonttype": "none",  # letters stay letters: searchable, small, in the reader's font
    "svg.hashsalt": "tarjama",  # the same report gives the same file
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _GREY,
    "axes.axisbelow": True,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "legend.frameon": False,
}


@dataclass(frozen=True)
class Plot:
    """One picture: ``alt`` says in words what it shows."""

    title: str
    alt: str
    svg: str


def plots(report: Report) -> list[Plot]:
    """Return the pictures for which the report has data. Raises ``DependencyError`` without matplotlib."""
    require("matplotlib", "eval")
    import matplotlib

    results = [result for result in report.systems if result.scores]
    label = {"chrf++": "chrF++", "rougeL": "ROUGE-L"}[report.segment_metric]
    with matplotlib.rc_context(STYLE):
        made = [_intervals(results), _lengths(report, results, label), _histograms(results, label), _speeds(results)]
    return [plot for plot in made if plot is not None]


def _new_figure(
    width: float, height: float, rows: int = 1, columns: int = 1, **options: Any
) -> tuple[Figure, list[Axes]]:
    """Return an empty figure of so many inches and its axes, row by row."""
    figure = empty_figure(width, height)
    axes = figure.subplots(rows, columns, squeeze=False, **options)
    return figure, list(axes.flat)


def empty_figure(width: float, height: float) -> Figure:
    """Return a figure without axes, of so many inches, that will keep its parts from overlapping."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    return Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(h_pad=0.12))


def to_svg(figure: Figure) -> str:
    """Return a figure as an ``<svg>`` element, the same text for the same figure."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return buffer.getvalue().partition("<svg")[2].join(["<svg", ""])


def colour(position: int) -> str:
    """Return the colour of the system at this position."""
    return COLOURS[position % len(COLOURS)]


def _intervals(results: Sequence[SystemResult]) -> Plot | None:
    if not results:
        return None
    scores = results[0].scores
    columns = min(2, len(scores))
    rows = math.ceil(len(scores) / columns)
    figure, axes = _new_figure(8, rows * (0.9 + 0.28 * len(results)), rows, columns, sharey=True)
    for axis, metric in zip(axes, scores, strict=False):
        for place, result in enumerate(results):
            found = next((score for score in result.scores if score.metric == metric.metric), None)
            if found is None:
                continue
            half = 0.0 if math.isnan(found.half_width) else found.half_width
            axis.errorbar(found.value, place, xerr=half, fmt="o", color=colour(0), capsize=3, markersize=5)
        axis.set_title(metric.label + ("" if metric.higher_is_better else " (lower is better)"))
        axis.grid(axis="x", color="#dddddd")
        axis.margins(x=0.12, y=0.15 / max(1, len(results) - 1) + 0.05)
        axis.set_yticks(range(len(results)), [result.name for result in results])
        axis.tick_params(length=0)
    for axis in axes[len(scores) :]:
        axis.set_visible(False)
    axes[0].invert_yaxis()
    names = ", ".join(f"{r.name} {r.scores[0].value:.1f}" for r in results)
    return Plot("Scores with 95 % intervals", f"{scores[0].label}: {names}", to_svg(figure))


def _lengths(report: Report, results: Sequence[SystemResult], label: str) -> Plot | None:
    """Mean segment score per class of source length; five classes of equal count, fewer for small sets."""
    import numpy as np

    words = np.array([len(text.split()) for text in report.testset.sources or report.testset.references])
    whole = [result for result in results if len(result.segments) == len(words)]
    classes = min(5, len(words) // 5)
    if classes < 2 or not whole:
        return None
    groups = np.array_split(np.argsort(words, kind="stable"), classes)
    figure, (axis,) = _new_figure(8, 4)
    places = [float(words[group].mean()) for group in groups]
    for position, result in enumerate(whole):
        scores = np.array(result.segments)
        means = [float(scores[group].mean()) for group in groups]
        errors = [1.96 * float(scores[group].std(ddof=1)) / math.sqrt(len(group)) for group in groups]
        nudge = (position - (len(whole) - 1) / 2) * (places[-1] - places[0]) * 0.004
        axis.errorbar(
            [place + nudge for place in places],
            means,
            yerr=errors,
            color=colour(position),
            marker=MARKERS[position % len(MARKERS)],
            markersize=5,
            linewidth=1.5,
            ecolor=(colour(position), 0.35),
            elinewidth=1.0,
            label=result.name,
        )
    axis.set_xlabel(f"source length in words ({classes} classes of equal count, each at its mean)")
    axis.set_ylabel(f"mean segment {label}")
    axis.grid(axis="y", color="#dddddd")
    figure.legend(loc="outside right upper")
    alt = f"Mean {label} of segments in {classes} classes of source length, one line per system"
    return Plot("Score against source length", alt, to_svg(figure))


def _histograms(results: Sequence[SystemResult], label: str) -> Plot | None:
    import numpy as np

    if not results or max(len(result.segments) for result in results) < 10:
        return None
    columns = min(3, len(results))
    rows = math.ceil(len(results) / columns)
    figure, axes = _new_figure(8, 1.75 * rows + 0.4, rows, columns, sharex=True, sharey=True)
    for axis, result in zip(axes, results, strict=False):
        axis.hist(
            np.clip(result.segments, 0, 100),
            bins=20,
            range=(0, 100),
            color=colour(0),
            edgecolor="white",
            linewidth=0.5,
        )
        middle = float(np.median(result.segments))
        axis.axvline(middle, color=colour(1), linewidth=1.5)
        axis.set_title(f"{result.name}, median {middle:.0f}", fontsize=10)
        axis.tick_params(color=_GREY, labelbottom=True)
    for axis in axes[len(results) :]:
        axis.set_visible(False)
    figure.supxlabel(f"segment {label}", fontsize=10)
    figure.supylabel("segments", fontsize=10)
    alt = f"Histograms of segment {label}, one per system, with the median marked"
    return Plot("How segment scores are spread", alt, to_svg(figure))


def _speeds(results: Sequence[SystemResult]) -> Plot | None:
    timed = [result for result in results if result.words_per_second]
    if len(timed) < 2:  # one point compares nothing
        return None
    figure, (axis,) = _new_figure(8, 3.6)
    score = timed[0].scores[0]
    for position, result in enumerate(results):  # all of them, so that a system keeps its colour across the plots
        if not (speed := result.words_per_second):
            continue
        half = 0.0 if math.isnan(result.scores[0].half_width) else result.scores[0].half_width
        marker = MARKERS[position % len(MARKERS)]
        axis.errorbar(speed, result.scores[0].value, yerr=half, fmt=marker, color=colour(position), capsize=3)
        axis.annotate(result.name, (speed, result.scores[0].value), xytext=(8, 4), textcoords="offset points")
    speeds = [result.words_per_second or 1.0 for result in timed]
    axis.set_xscale("log")
    axis.set_xlim(min(speeds) / 2, max(speeds) * 3)
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axis.xaxis.set_minor_formatter(lambda value, _: f"{value:,.0f}" if str(f"{value:.0f}")[0] in "25" else "")
    axis.set_xlabel("source words per second, on this machine (logarithmic)")
    axis.set_ylabel(score.label)
    axis.grid(color="#dddddd")
    alt = f"{score.label} against speed: " + ", ".join(f"{r.name} {r.words_per_second:.0f} words/s" for r in timed)
    return Plot("Speed against quality", alt, to_svg(figure))
