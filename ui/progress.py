"""A progress bar for people who wait."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 2.0  # seconds of work before a bar appears


@contextmanager
def progress_bar(label: str, quiet: bool = False) -> Iterator[Callable[..., None] | None]:
    """Yield a function that takes (done, total) and perhaps a new label, or None when nobody watches.

    The bar is on standard error, only on a terminal, only after :data:`PATIENCE` seconds, and leaves no trace.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    bar = _LateBar(label)
    timer = threading.Timer(PATIENCE, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield bar.update
    finally:
        timer.cancel()
        timer.join()
        bar.stop()


class _LateBar:
    """Remembers where the work is until the bar is shown."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._state = (0, 0)
        self._bar: Progress | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
        )
        bar = Progress(*columns, console=Console(file=sys.stderr), transient=True)
        with self._lock:
            done, total = self._state
            bar.add_task(self._label, completed=done, total=total or None)
            bar.start()
            self._bar = bar

    def update(self, done: int, total: int, label: str = "") -> None:
        with self._lock:
            self._state = (done, total)
            self._label = label or self._label
            if self._bar:
                task = self._bar.task_ids[0]
                self._bar.update(task, description=self._label, completed=done, total=total or None)

    def stop(self) -> None:
        if self._bar:
            self._bar.stop()
