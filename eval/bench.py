"""``python -m tarjama.eval.bench``: speed and memory against what was promised, and against other programs.

Writes ``bench.json`` and ``bench.svg`` to ``--output``. What is measured and how is in ``speed.py``.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, TarjamaError
from ..models import Decoding
from .plots import STYLE, colour, empty_figure, to_svg
from .report import write_whole
from .speed import Bench, Figure, Settings, run, to_dict
from .tables import Cell, Table, number
from .text import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

QUICK = {"rounds": 1, "article_counts": (1, 10), "soak_counts": (5, 20), "beams": (1, 4)}


@app.command()
def bench(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Write bench.json and bench.svg.")
    ] = None,
    model: Annotated[str, typer.Option(help="A converted model.")] = "embedded",
    hf: Annotated[
        str,
        typer.Option(
            metavar="DIR", help="The same weights as a Hugging Face directory.", show_default="read back from the model"
        ),
    ] = "",
    threads: Annotated[int, typer.Option(min=1, help="CPU threads of every program.")] = min(2, os.cpu_count() or 1),
    beam: Annotated[int, typer.Option(min=1, max=32, help="Beam of every program.")] = Decoding.beam,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each comparison; medians are shown.")] = 3,
    quick: Annotated[bool, typer.Option("--quick", help="One round, few articles: a look, not a result.")] = False,
) -> None:
    """Measure speed and memory; some 15 minutes on two cores."""
    options = QUICK if quick else {"rounds": rounds}
    settings = Settings(model=model, hugging_face=hf, threads=threads, beam=beam, **options)
    result = run(settings, lambda text: typer.echo(f"tarjama: {text}", err=True))
    typer.echo(plain(tables(result)))
    for note in result.notes:
        typer.echo(f"tarjama: {note}", err=True)
    if output is not None:
        for path in save(result, output):
            typer.echo(f"tarjama: wrote {path}", err=True)


def tables(bench: Bench) -> list[Table]:
    """Return what was measured as tables: figures and promises, beams, numbers of articles."""
    settings = bench.settings
    note = f"beam {settings.beam}, {settings.threads} threads, {settings.rounds} rounds, {bench.environment['machine']}"
    found = [
        Table("Figures", ("", "measured", "promised", "kept"), tuple(_figure_row(one) for one in bench.figures), note),
        Table(
            "Beam",
            ("beam", "words/s", "chrF++ on flores-dev, 100 sentences"),
            tuple(
                (Cell(str(row["beam"])), Cell(number(row["words_per_second"], 0)), Cell(number(row["chrf++"])))
                for row in bench.beams
            ),
        ),
        Table(
            "Number of articles in one call",
            ("articles", "seconds", "seconds per article", "words/s"),
            tuple(
                tuple(
                    Cell(text)
                    for text in (
                        str(row["articles"]),
                        number(row["seconds"], 2),
                        number(row["seconds"] / row["articles"], 3),
                        number(row["words_per_second"], 0),
                    )
                )
                for row in bench.articles
            ),
            "three paragraphs, about 60 words each; no sentence twice",
        ),
    ]
    return [table for table in found if table.rows]


def _figure_row(figure: Figure) -> tuple[Cell, ...]:
    digits = 0 if figure.value >= 100 else 2
    kept = {True: "yes", False: "NO", None: ""}[figure.met]
    return Cell(figure.name), Cell(f"{number(figure.value, digits)} {figure.unit}"), Cell(figure.target), Cell(kept)


def save(bench: Bench, directory: Path) -> tuple[Path, ...]:
    """Write ``bench.json`` and ``bench.svg``; return their paths. Raises ``InputError`` when it cannot."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        text = json.dumps(to_dict(bench), ensure_ascii=False, indent=1) + "\n"
        return write_whole(directory / "bench.json", text), write_whole(directory / "bench.svg", picture(bench))
    except OSError as error:
        raise InputError(f"the bench cannot be written to {directory}: {error.strerror}") from error


def picture(bench: Bench) -> str:
    """Return speeds side by side, speed and quality against the beam, cost against the number of articles, as SVG."""
    import matplotlib

    with matplotlib.rc_context(STYLE):
        figure = empty_figure(11, 7)
        axes = figure.subplot_mosaic([["systems"] * 3, ["beams", "articles", "memory"]])
        _draw_systems(axes["systems"], bench)
        _draw_beams(axes["beams"], bench)
        _draw_articles(axes["articles"], bench)
        _draw_memory(axes["memory"], bench)
        return to_svg(figure)


def _draw_systems(axis: Axes, bench: Bench) -> None:
    names = list(bench.systems)
    for place, name in enumerate(names):
        speeds = bench.systems[name]
        middle = statistics.median(speeds)
        axis.barh(place, middle, color=colour(0) if name.startswith("tarjama") else "#9a9a9a", height=0.6)
        axis.plot(speeds, [place] * len(speeds), "|", color="black", markersize=8)
        axis.annotate(f"{middle:,.0f}", (max(speeds), place), xytext=(6, 0), textcoords="offset points", va="center")
    axis.set_yticks(range(len(names)), names)
    axis.invert_yaxis()
    axis.margins(x=0.15)
    axis.set_title("Source words per second, same weights (marks: rounds)")


def _draw_beams(axis: Axes, bench: Bench) -> None:
    speeds = [row["words_per_second"] for row in bench.beams]
    scores = [row["chrf++"] for row in bench.beams]
    axis.plot(speeds, scores, "o-", color=colour(0))
    for row in bench.beams:
        place = (row["words_per_second"], row["chrf++"])
        axis.annotate(f"{row['beam']:.0f}", place, xytext=(5, 5), textcoords="offset points")
    axis.margins(x=0.25, y=0.2)
    axis.set_xlabel("words per second")
    axis.set_ylabel("chrF++")
    axis.set_title("Speed against quality, by beam")


def _draw_articles(axis: Axes, bench: Bench) -> None:
    counts = [row["articles"] for row in bench.articles]
    axis.plot(counts, [row["seconds"] / row["articles"] for row in bench.articles], "o-", color=colour(0))
    axis.set_xscale("log")
    axis.set_ylim(bottom=0)
    axis.set_xticks(counts, [f"{count:.0f}" for count in counts])
    axis.minorticks_off()
    axis.set_xlabel("articles in one call")
    axis.set_title("Seconds per article")


def _draw_memory(axis: Axes, bench: Bench) -> None:
    rows = [row for row in bench.soak if row["megabytes"]]
    axis.plot([row["articles"] for row in rows], [row["megabytes"] for row in rows], "o-", color=colour(0))
    axis.set_ylim(0, 1.15 * max((row["megabytes"] for row in rows), default=1.0))
    axis.set_xlabel("articles translated, one call each")
    axis.set_title("Memory in use, MB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench and return its exit code."""
    try:
        app(args=arguments, prog_name="python -m tarjama.eval.bench")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except TarjamaError as error:
        typer.echo(f"tarjama: {error}", err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
