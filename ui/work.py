"""The work behind the commands: every input read, translated, condensed and handed to the output.

One input that fails says so and the others go on. What was wrong with a result is said on standard error, because
standard output may be a file that nobody looks at now.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..errors import ModelError, TarjamaError
from ..models import Decoding
from ..translate import Article, TranslatedParagraph, Translation, Translator, flag_text
from .inputs import display_name, expand, read
from .outputs import Output, OutputError, drop_stdout, open_output
from .progress import progress_bar
from .render import MARK, Format, Result, check_form, flag_counts, layout_for, summary_notes

if TYPE_CHECKING:
    from ..summarize import Summarizer

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

_ARABIC_LETTER = re.compile("[\u0620-\u064a]")


@dataclass(frozen=True)
class Job:
    """What to do with each input. ``threads`` None is one for each core."""

    want: Literal["translation", "summary", "both"]
    form: Format
    output: str | None = None
    model: str = "embedded"
    summary_model: str = "embedded"
    length: Literal["short", "medium", "long"] = "medium"
    beam: int = Decoding.beam
    threads: int | None = None
    wrapped: bool = False
    quiet: bool = False


def say(message: str) -> None:
    """Print one line on standard error."""
    print(f"tarjama: {message}", file=sys.stderr)  # noqa: T201


def run_job(names: Sequence[str], job: Job) -> int:
    """Do the job for every input and return the exit code."""
    inputs = expand(names)
    if job.want != "translation" and job.form in (Format.SRT, Format.TMX):
        say(f"{job.form} holds no summary; use `tarjama translate`, or another --format")
        return USAGE
    try:
        output = open_output(job.output, inputs, job.form)
    except TarjamaError as error:
        say(str(error))
        return USAGE
    worker = _Worker(job)
    try:
        failures = worker.do_all(inputs, output)
        output.close()
    except TarjamaError as error:  # no room for the output
        say(str(error))
        return FAILED
    except KeyboardInterrupt:
        return _interrupted(job, output)
    except BrokenPipeError:  # the reader, such as head, has what it wanted
        drop_stdout()
        return OK
    return FAILED if failures else OK


def _interrupted(job: Job, output: Output) -> int:
    """Keep what is done when it was to be kept."""
    message = "stopped"
    if job.output:
        try:
            output.close()
            message += f"; what was done until then is in {job.output}" if output.count else "; nothing was done yet"
        except TarjamaError as error:
            message += f"; {error}"
    say(message)
    return INTERRUPTED


class _Worker:
    """Does the job for one input after another, with the models loaded once and only if needed."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._translator: Translator | None = None
        self._summarizer: Summarizer | None = None

    def do_all(self, names: Sequence[str], output: Output) -> int:
        """Work on all inputs; return how many failed. An unusable model ends the run; what is done stays."""
        failures = 0
        for name in names:
            try:
                failures += not self.do(name, output)
            except ModelError as error:
                say(str(error))
                return failures + 1
        return failures

    def do(self, name: str, output: Output) -> bool:
        """Work on one input; return whether it succeeded. Raises ``ModelError`` for an unusable model."""
        shown = display_name(name)
        try:
            article = read(name, wrapped=self._job.wrapped)
            check_form(article, self._job.form)
            if self._job.want != "translation":
                self._load_summarizer()  # before the long work: a wrong name must not cost a translation
            translation = None
            if self._job.want != "summary" or _ARABIC_LETTER.search(article.text):
                translation = self._translate(shown, article, output)
            if self._job.want == "translation":
                output.add(Result(shown, translation))
            else:
                self._summarize(shown, translation or article.text, translation, output)
        except (ModelError, OutputError):
            raise
        except TarjamaError as error:
            say(str(error) if shown in str(error) else f"{shown}: {error}")
            return False
        return True

    def _load_summarizer(self) -> Summarizer:
        if self._summarizer is None:
            from ..summarize import Summarizer

            self._summarizer = Summarizer(self._job.summary_model, beam=self._job.beam, threads=self._job.threads)
        return self._summarizer

    def _summarize(self, name: str, text: str | Translation, translation: Translation | None, output: Output) -> None:
        """Add the summary to the output; without one, a digest is at least the translation."""
        wanted = translation if self._job.want == "both" else None
        try:
            summary = self._load_summarizer().summarize(text, self._job.length)
        except (TarjamaError, KeyboardInterrupt) as error:
            if wanted and (self._job.output or isinstance(error, TarjamaError)):
                output.add(Result(name, wanted))
            raise
        for note in summary_notes(summary):
            self._note(name, f"summary: {note}")
        output.add(Result(name, wanted, summary))

    def _translate(self, name: str, article: Article, output: Output) -> Translation:
        """Translate; on Ctrl-C what is done goes to the output before the interrupt goes on."""
        if self._translator is None:
            self._translator = Translator(self._job.model, beam=self._job.beam, threads=self._job.threads)
        began = time.perf_counter()
        done: list[TranslatedParagraph] = []
        with progress_bar(name, self._job.quiet) as progress:
            try:
                for paragraph in self._translator.stream(article, progress):
                    done.append(paragraph)
            except KeyboardInterrupt:
                if done and self._job.output and self._job.want != "summary":
                    output.add(Result(name, self._translator.result(article, done, time.perf_counter() - began)))
                raise
        translation = self._translator.result(article, done, time.perf_counter() - began)
        self._warn(name, translation)
        return translation

    def _warn(self, name: str, translation: Translation) -> None:
        # Alone in the layout of its source, the translation comes without notes.
        shown = self._job.want == "both" or (
            self._job.want == "translation" and not layout_for(self._job.form, translation.article)
        )
        for note in translation.notes:
            self._note(name, note, shown)
        if counts := flag_counts(translation):
            found = "; ".join(f"{flag_text(flag)} ({count})" for flag, count in counts.most_common())
            self._note(name, f"marked {MARK}: {found}", shown)

    def _note(self, name: str, note: str, shown: bool = True) -> None:
        """Say it on standard error, unless it is ``shown`` with the result in some forms, on the screen."""
        on_screen = self._job.form in (Format.SIDE, Format.MD) and not self._job.output and sys.stdout.isatty()
        if not self._job.quiet and not (shown and on_screen):
            say(f"{name}: {note}")
