"""Two columns for the terminal: English left, Arabic right.

How terminals order a line was looked at in xterm (no bidirectional text: letters in memory order, as always there),
mlterm, and VTE (GNOME, Xfce). What follows from it:

- Letters are never reversed here. A terminal that knows Arabic would reverse them once more, and copied text
  would be garbage everywhere.
- Each line of Arabic is an isolate of its own (U+2067 ... U+2069). Otherwise the English column makes the line
  left-to-right, and full stops, numbers and Latin names in the Arabic end up on the wrong side of it.
- Arabic is the last column and has no border after it: some terminals draw lam-alef in one cell or an isolate
  mark in one instead of none, and a border would stagger.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from rich.box import MINIMAL
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..translate import flag_text
from .render import MARK, Result, marked, printable, reasons, summary_heading, summary_notes

if TYPE_CHECKING:
    from ..summarize import Summary
    from ..translate import TranslatedParagraph, Translation

NARROWEST = 40  # columns; below it there is no room for two languages, and lines run over
WIDEST = 180  # columns; longer lines are hard to read
_SPARE = 2  # columns for the isolate marks of a line, where they are drawn: it must not run over
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def render_side(result: Result, width: int, color: bool) -> str:
    """Return the paragraphs side by side, numbered, then what is not to be trusted, then the summary."""
    width = max(NARROWEST, min(width, WIDEST))
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        legacy_windows=False,
        highlight=False,
    )
    with console.capture() as capture:
        if result.translation:
            _print_translation(console, result.translation)
        if result.summary:
            if result.translation:
                console.print()
            _print_summary(console, result.summary)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _print_translation(console: Console, translation: Translation) -> None:
    numbers = len(str(len(translation)))
    room = console.width - numbers - 2 * len(" │ ") - _SPARE
    arabic = room // 2
    english = room - arabic
    table = Table(
        box=MINIMAL, show_edge=False, show_lines=True, pad_edge=False, border_style="dim", header_style="bold"
    )
    table.add_column(width=numbers, justify="right", style="dim")
    table.add_column("English", width=english)
    table.add_column("العربية", width=arabic, justify="right")
    for number, paragraph in enumerate(translation.paragraphs, 1):
        table.add_row(str(number), _english(paragraph), _arabic(console, paragraph.source.text, arabic))
    console.print(table)
    if translation.notes or translation.flagged:
        console.print()
    for note in translation.notes:
        console.print(Text(printable(note), style="bold"))
    for flag, places in reasons(translation):
        console.print(Text.assemble((MARK, "bold red"), f" {flag_text(flag)}: {_places(places)}"))


def _english(paragraph: TranslatedParagraph) -> Text:
    text = Text()
    for mark, piece in marked(paragraph):
        if mark:
            text.append(mark, style="bold red").append(" ")
        text.append(printable(piece))
    return text


def _arabic(console: Console, text: str, width: int) -> Text:
    """Break the lines here, in reading order, and isolate each."""
    text = _BIDI.sub("", printable(text))
    lines = Text(" ".join(text.split())).wrap(console, width)
    return Text("\n".join(f"\u2067{line.plain.rstrip()}\u2069" for line in lines), justify="right")


def _print_summary(console: Console, summary: Summary) -> None:
    console.print(Text(summary_heading(summary), style="bold"))
    console.print()
    console.print(Text(printable(summary.text)))
    for note in summary_notes(summary):
        console.print(Text(printable(note), style="dim"))


def _places(numbers: tuple[int, ...]) -> str:
    return ("paragraph " if len(numbers) == 1 else "paragraphs ") + ", ".join(map(str, numbers))
