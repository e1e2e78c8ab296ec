"""The command ``tarjama``: parse, call, print. What the commands do is in ``work.py``."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from .. import __version__
from ..errors import TarjamaError
from ..models import Decoding, Task
from .outputs import drop_stdout, format_of
from .progress import progress_bar
from .render import Format
from .work import FAILED, OK, Job, run_job, say

app = typer.Typer(
    name="tarjama",
    help="Arabic news articles in English, with a summary. Works without a network.",
    epilog="Results go to standard output, everything else to standard error. "
    "Exit codes: 0 done, 1 some input failed, 2 wrong usage, 130 stopped with Ctrl-C.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help starts faster
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Length(StrEnum):
    """How long a summary is."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE",
        help="Files (text, Markdown, HTML, DOCX, PDF, SRT), patterns like 'news/*.txt', web addresses, "
        "or - for standard input.",
    ),
]
_FORMATS = (
    "text; side: English and Arabic in two columns; json; md: Markdown; html, docx: two columns to open elsewhere; "
    "tmx: sentence pairs; srt: subtitles with the times of the input."
)
FormatOption = Annotated[
    Format | None, typer.Option("--format", "-f", help=_FORMATS, show_default="by the name given with -o, else text")
]
SideOption = Annotated[
    Format | None, typer.Option("--format", "-f", help=_FORMATS, show_default="by the name given with -o, else side")
]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="PATH", help="Write to a file, or for a directory (NAME/) one file for each input."
    ),
]
ModelOption = Annotated[
    str, typer.Option("--model", "-m", help="Translation model: a name of `tarjama models list`, or a directory.")
]
SummaryModelOption = Annotated[
    str, typer.Option("--summary-model", help="Summary model: a name of `tarjama models list`, or a directory.")
]
LengthOption = Annotated[Length, typer.Option("--length", "-l", help="Length of the summary.")]
BeamOption = Annotated[
    int, typer.Option("--beam", "-b", min=1, max=32, help="Candidates kept while translating: 1 is fastest.")
]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", "-t", min=1, max=1024, help="CPU threads.", show_default="one per core")
]
WrappedOption = Annotated[
    bool, typer.Option("--wrapped", help="Lines are wrapped: paragraphs end at blank lines, not at line ends.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes, only errors.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tarjama {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


@app.command()
def translate(
    files: Inputs = None,
    form: FormatOption = None,
    output: OutputOption = None,
    model: ModelOption = "embedded",
    beam: BeamOption = Decoding.beam,
    threads: ThreadsOption = None,
    wrapped: WrappedOption = False,
    quiet: QuietOption = False,
) -> None:
    """Translate Arabic articles to English."""
    form = form or format_of(output, Format.TEXT)
    job = Job("translation", form, output, model, beam=beam, threads=threads, wrapped=wrapped, quiet=quiet)
    raise typer.Exit(run_job(_inputs(files), job))


@app.command()
def summarize(
    files: Inputs = None,
    length: LengthOption = Length.MEDIUM,
    form: FormatOption = None,
    output: OutputOption = None,
    model: ModelOption = "embedded",
    summary_model: SummaryModelOption = "embedded",
    beam: BeamOption = Decoding.beam,
    threads: ThreadsOption = None,
    wrapped: WrappedOption = False,
    quiet: QuietOption = False,
) -> None:
    """Summarize articles in English.

    Arabic articles are translated first.
    """
    form = form or format_of(output, Format.TEXT)
    job = Job("summary", form, output, model, summary_model, length.value, beam, threads, wrapped, quiet)
    raise typer.Exit(run_job(_inputs(files), job))


@app.command()
def digest(
    files: Inputs = None,
    length: LengthOption = Length.MEDIUM,
    form: SideOption = None,
    output: OutputOption = None,
    model: ModelOption = "embedded",
    summary_model: SummaryModelOption = "embedded",
    beam: BeamOption = Decoding.beam,
    threads: ThreadsOption = None,
    wrapped: WrappedOption = False,
    quiet: QuietOption = False,
) -> None:
    """Translate Arabic articles to English and summarize them."""
    form = form or format_of(output, Format.SIDE)
    job = Job("both", form, output, model, summary_model, length.value, beam, threads, wrapped, quiet)
    raise typer.Exit(run_job(_inputs(files), job))


def _inputs(files: list[str] | None) -> list[str]:
    """Without a file, read what is piped in; a person at a terminal is told what is missing."""
    if files:
        return files
    if sys.stdin is None or sys.stdin.isatty():
        raise typer.BadParameter("name a file, or - for standard input", param_hint="FILE...")
    return ["-"]


models_app = typer.Typer(no_args_is_help=True, help="List, add and remove models.", rich_markup_mode=None)
app.add_typer(models_app, name="models")


@models_app.command("list")
def models_list() -> None:
    """Show which models there are and which are on this machine."""
    from .models_table import models_table

    typer.echo(models_table(), nl=False)


@models_app.command("add")
def models_add(
    source: Annotated[
        str, typer.Argument(metavar="MODEL", help="A name of `models list`, a hub id (owner/name), or a directory.")
    ],
    task: Annotated[Task | None, typer.Option(help="What the model does.", show_default="found in the model")] = None,
    name: Annotated[str | None, typer.Option(help="Name for a directory.", show_default="the directory's")] = None,
    keep_original: Annotated[
        bool, typer.Option("--keep-original", help="Keep the files that were downloaded, for the transformers engine.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Download a model, convert it and check it.

    This uses the network, and needs: pip install 'tarjama[hub]'.
    """
    from ..models import add

    with progress_bar(source, quiet) as bar:
        report = (lambda stage, done, total: bar(done, total, f"{source}: {stage}")) if bar else None
        model = add(source, task, name=name, keep_original=keep_original, progress=report)
    typer.echo(str(model.directory))


@models_app.command("remove")
def models_remove(name: Annotated[str, typer.Argument(help="A model that was added.")]) -> None:
    """Delete a model that was added."""
    from ..models import remove

    say(f"removed {remove(name)}")


@models_app.command("path")
def models_path(
    name: Annotated[str | None, typer.Argument(help="A model; without one, the folder of added models.")] = None,
) -> None:
    """Print where a model is, or where added models are kept."""
    from .models_table import model_path

    typer.echo(str(model_path(name)))


_FORWARD = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@app.command("eval", context_settings=_FORWARD, add_help_option=False)
def evaluate(context: typer.Context) -> None:
    """Measure how good translations and summaries are."""
    raise typer.Exit(importlib.import_module("tarjama.eval.cli").run(context.args))


@app.command("ui", context_settings=_FORWARD, add_help_option=False)
def page(context: typer.Context) -> None:
    """Open the page in a browser."""
    raise typer.Exit(importlib.import_module("tarjama.ui.web").run(context.args))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code. Never raises for what a user can cause."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Arabic must come out whatever the locale says
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(args=list(arguments), prog_name="tarjama")
        return OK
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else OK
    except TarjamaError as error:
        say(str(error))
        return FAILED
    except OSError as error:
        if error.filename:
            say(f"{error.filename}: {error.strerror}")
        else:  # standard output is full or gone
            drop_stdout()
            say(f"cannot write the result: {error.strerror}")
        return FAILED


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run(sys.argv[1:]))
