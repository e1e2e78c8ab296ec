"""Progress of an evaluation, on standard error, for people who wait."""

from __future__ import annotations

import sys
from types import TracebackType


class Watch:
    """Shows which system is at which segment, then what is being computed; shows nothing unless on a terminal."""

    def __init__(self, quiet: bool = False) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            transient=True,
            disable=quiet or not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Watch:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def segments(self, system: str, done: int, total: int) -> None:
        """Say that ``system`` has done so many of its segments."""
        self._bar.update(self._task, description=system, completed=done, total=total)

    def step(self, what: str) -> None:
        """Say what is being computed."""
        self._bar.update(self._task, description=what, completed=0, total=1)
