"""``tarjama eval``: parse, call, print."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..errors import InputError
from ..models import Decoding, Task
from .metrics import METRICS, SUMMARY_METRICS, TRANSLATION_METRICS, metric_named
from .results import Report
from .systems import BASELINES, System, system
from .testsets import NAMED, TestSet, load_testset

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Length(StrEnum):
    """How long summaries are."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


TestSetOption = Annotated[
    str,
    typer.Option(
        "--testset",
        "-t",
        metavar="NAME|FILE|DIR|HUB-ID",
        help=f"One of {', '.join(NAMED)}; a .tsv, .csv, .jsonl or .parquet file; a text file with --reference; "
        "or what `datasets` opens.",
    ),
]
SystemOption = Annotated[
    list[str] | None,
    typer.Option(
        "--system",
        "-s",
        metavar="MODEL[@BEAM]",
        help=f"A model to run (may be repeated); for summaries {' and '.join(BASELINES)} always run too.",
        show_default="embedded",
    ),
]
OutputsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--outputs", "-o", metavar="NAME=FILE", help="Outputs of a system, one segment per line (may be repeated)."
    ),
]
PublishedOption = Annotated[
    bool, typer.Option("--published", help="Add the outputs of other systems that come with the test set.")
]
MetricOption = Annotated[
    list[str] | None,
    typer.Option(
        "--metric",
        "-m",
        metavar="METRIC",
        help=f"One of {', '.join(METRICS)} (may be repeated).",
        show_default=f"{' '.join(TRANSLATION_METRICS)}; {' '.join(SUMMARY_METRICS)}",
    ),
]
BaselineOption = Annotated[str, typer.Option(metavar="SYSTEM", help="Test against this system, not every pair.")]
ReportOption = Annotated[
    Path | None, typer.Option("--report", "-r", metavar="DIR", help="Write report.md, report.html and scores.json.")
]
ReferenceOption = Annotated[Path | None, typer.Option(metavar="FILE", help="References of a text file, line by line.")]
SourceColumnOption = Annotated[str, typer.Option(metavar="NAME", help="Source column; a.b reads a nested one.")]
ReferenceColumnOption = Annotated[str, typer.Option(metavar="NAME", help="Reference column.")]
SplitOption = Annotated[str, typer.Option(metavar="NAME", help="Split of what `datasets` opens.")]
TaskOption = Annotated[Task | None, typer.Option(help="What your own test set is for.", show_default="translation")]
DataOption = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Where the full test sets are.", show_default="$TARJAMA_DATA")
]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Use only so many segments, the first.")]
BeamOption = Annotated[
    int | None,
    typer.Option("--beam", "-b", min=1, max=32, help="Beam of the systems that run.", show_default=str(Decoding.beam)),
]
ThreadsOption = Annotated[int | None, typer.Option(min=1, max=1024, help="CPU threads.", show_default="one per core")]
LengthOption = Annotated[Length, typer.Option(help="Length of summaries.")]
CacheOption = Annotated[bool, typer.Option("--cache/--no-cache", help="Use outputs of earlier runs.")]
CometOption = Annotated[str, typer.Option(metavar="DIR", help="COMET checkpoint, or a hub id that is in the cache.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print what scores.json holds instead of tables.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes.")]


def run(arguments: Sequence[str]) -> int:
    """Run ``tarjama eval`` with these arguments; return 0, or 1 when a system stopped half way.

    Raises ``TarjamaError`` for what the user can mend, and ``SystemExit`` as typer does.
    """
    app(args=list(arguments), prog_name="tarjama eval")
    return 0


@app.command(epilog="Tables go to standard output, everything else to standard error.")
def evaluate(
    testset: TestSetOption = "flores-dev",
    systems: SystemOption = None,
    outputs: OutputsOption = None,
    published: PublishedOption = False,
    metric: MetricOption = None,
    baseline: BaselineOption = "",
    report: ReportOption = None,
    reference: ReferenceOption = None,
    source_column: SourceColumnOption = "",
    reference_column: ReferenceColumnOption = "",
    split: SplitOption = "",
    task: TaskOption = None,
    data: DataOption = None,
    limit: LimitOption = None,
    beam: BeamOption = None,
    threads: ThreadsOption = None,
    length: LengthOption = Length.MEDIUM,
    cache: CacheOption = True,
    comet_model: CometOption = "",
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Score systems on a test set: metrics with intervals, paired tests, and what goes wrong."""
    metrics = [metric_named(name) for name in metric or []]  # a misspelt one is told before the test set is fetched
    chosen = load_testset(
        testset,
        references=reference,
        data=data,
        source_column=source_column,
        reference_column=reference_column,
        split=split,
        task=task,
    )
    chosen = chosen.head(limit) if limit else chosen
    files = _files(outputs or [], chosen if published else None)
    ready = [
        system(name, chosen.task, beam=beam, threads=threads, length=length.value)
        for name in _wanted(systems or [], chosen.task, bool(files))
    ]
    if not systems:  # without a model of its own, "embedded" summarizes as "extractive" does
        ready = list({tuple(sorted(one.identity.items())): one for one in ready}.values())
    if report:
        from .report import check_place

        check_place(report)
    result = _evaluate(chosen, ready, files, metrics, baseline, comet_model, cache, quiet)
    _print(result, as_json, quiet)
    for path in result.save(report) if report else ():
        if not quiet:
            _say(f"wrote {path}")
    if result.failed:
        raise typer.Exit(1)


def _wanted(systems: list[str], task: Task, others: bool) -> list[str]:
    """Return the systems to run: the embedded model unless there is something else; baselines beside summaries."""
    wanted = systems or ([] if others else ["embedded"])
    return list(dict.fromkeys([*wanted, *(BASELINES if task is Task.SUMMARIZATION else ())]))


def _files(given: list[str], with_published: TestSet | None) -> list[tuple[str, Path]]:
    """Return names and files of the systems that come as text, the published ones first."""
    found: list[tuple[str, Path]] = []
    if with_published is not None:
        if not with_published.published:
            raise InputError(f"{with_published.name} comes without outputs of other systems; flores-dev has them")
        found += with_published.published
    for text in given:
        name, equals, file = text.partition("=")
        if not equals or not name or not file:
            raise typer.BadParameter(
                f"{text!r} must be NAME=FILE, for example google=google.en", param_hint="--outputs"
            )
        found.append((name, Path(file)))
    return found


def _evaluate(
    testset: TestSet,
    ready: list[System],
    files: list[tuple[str, Path]],
    metrics: list[str],
    baseline: str,
    comet_model: str,
    cache: bool,
    quiet: bool,
) -> Report:
    from .progress import Watch
    from .run import from_file, run
    from .scoring import build, plan

    names = [*(name for name, _ in files), *(one.name for one in ready)]
    planned = plan(testset, names, metrics, baseline, comet_model)
    said = [from_file(name, path, testset) for name, path in files]
    with Watch(quiet) as watch:
        said += [run(one, testset, cache=cache, progress=watch.segments) for one in ready]
        return build(planned, said, watch.step)


def _print(report: Report, as_json: bool, quiet: bool) -> None:
    from .tables import tables
    from .text import plain

    for note in () if quiet else report.notes:
        _say(note)
    for result in report.systems if quiet else ():
        if result.output.error:  # no note, but what failed
            _say(f"{result.name}: {result.output.error}")
    if as_json:
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        typer.echo(plain(tables(report, brief=True)))


def _say(text: str) -> None:
    typer.echo(f"tarjama: {text}", err=True)
