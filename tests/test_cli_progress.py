"""The progress bar: for people who wait, and nobody else."""

from __future__ import annotations

import io
import time

import pytest

from tarjama.ui import progress
from tarjama.ui.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal_of(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Make standard error a terminal (in the test itself: pytest takes it back after the set-up)."""
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    return screen


def test_long_work_on_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    with progress_bar("news[1].txt") as report:
        assert report is not None
        report(1, 4)
        deadline = time.monotonic() + 20
        while "25%" not in terminal.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
        report(4, 4, "check")
    shown = terminal.getvalue()
    assert "news[1].txt" in shown
    assert "25%" in shown
    assert "check" in shown
    assert shown.endswith("\x1b[2K"), "the last thing it does is to erase itself"


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    with progress_bar("news.txt") as report:
        assert report is not None
        report(1, 4)
    assert terminal.getvalue() == ""


def test_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal_of(monkeypatch)
    with progress_bar("news.txt", quiet=True) as report:
        assert report is None
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with progress_bar("news.txt") as report:
        assert report is None


def test_the_bar_goes_when_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)

    def stop() -> None:
        with progress_bar("news.txt"):
            time.sleep(0.2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert "\x1b[?25h" in terminal.getvalue(), "the cursor is back"
