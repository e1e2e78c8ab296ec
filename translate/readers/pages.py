"""Glyphs of a page to lines in reading order, and lines to paragraphs."""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from ..normalize import resolve_presentation_forms
from .glyphs import Glyph
from .order import is_right_to_left, logical

# All lengths below are in heights of the font.
_SAME_LINE = 0.45  # base lines this close are one line: superscripts, mixed fonts
_WORD_GAP = 0.18  # white space this wide is a space; Arabic letters of one word overlap or touch
_COLUMN_GAP = 0.75  # white space this wide may be a gutter, if many lines have it in one place
_COLUMN_WIDTH = 8.0  # a narrower column is a list number or a line of a table
# Rows of columns, how many there may be, and how far a block of them is followed: a page of a broadsheet has 150.
_COLUMN_LINES = 5
_ROWS_TO_SEE_A_GUTTER = 8
_MOST_ROWS = 300
_MOST_COLUMNS = 12

_MUCH_ROOM = 0.3  # of the column's width
_FAR = 4.0  # double spacing is less, even in fonts with high lines
_RESIZED = 0.12  # letters of another size: a headline

_BULLET = re.compile(r"[•▪●■◆○–—*-]\s|[\d٠-٩]{1,3}\s?[.)-]\s?\D")
_SENTENCE_END = re.compile(r"[.!?؟۔…:][\"'”’»›)\]]*$")


@dataclass
class Piece:
    """A stretch of a row without wide white space in it."""

    glyphs: list[Glyph]
    x0: float
    x1: float


Row = list[Piece]  # from left to right, never empty


@dataclass(frozen=True)
class Line:
    """One line of text: its glyphs from left to right, and its box."""

    units: tuple[str, ...]
    x0: float
    x1: float
    y: float
    size: float
    first_word: float  # width of the word that is read first
    rtl: bool

    def text(self, backwards: bool) -> str:
        """Return the line as it is read; ``backwards``: the glyphs stand in reading order already."""
        return logical(self.units) if self.rtl and not backwards else resolve_presentation_forms("".join(self.units))


def page_lines(glyphs: Sequence[Glyph]) -> list[Line]:
    """Return the lines of a page in reading order: columns from right to left when the page is Arabic."""
    rtl = is_right_to_left(glyph.text for glyph in glyphs)
    return [_line(row) for row in _in_order(list(_rows(glyphs)), rtl)]


def _rows(glyphs: Sequence[Glyph]) -> Iterator[Row]:
    """Yield rows of glyphs that share a base line, from the top of the page, each cut where a gutter may run."""
    row: list[Glyph] = []
    for glyph in sorted((glyph for glyph in glyphs if glyph.size > 0), key=lambda glyph: -glyph.y):
        if row and row[0].y - glyph.y > _SAME_LINE * max(row[0].size, glyph.size):
            yield from _pieces(row)
            row = []
        row.append(glyph)
    yield from _pieces(row)


def _pieces(row: list[Glyph]) -> Iterator[Row]:
    """Yield the row as pieces with wide white space between them; nothing when it is blank."""
    pieces: list[Piece] = []
    for glyph in sorted(row, key=lambda glyph: glyph.x0):
        if glyph.text.isspace():
            if pieces:
                pieces[-1].glyphs.append(glyph)
        elif not pieces or glyph.x0 - pieces[-1].x1 > _COLUMN_GAP * glyph.size:
            pieces.append(Piece([glyph], glyph.x0, glyph.x1))
        else:
            pieces[-1].glyphs.append(glyph)
            pieces[-1].x1 = max(pieces[-1].x1, glyph.x1)
    if pieces:
        yield pieces


def _in_order(rows: Sequence[Row], rtl: bool) -> Iterator[list[Glyph]]:
    """Yield the glyphs of each line; a block of rows with a gutter gives one column after the other."""
    start = 0
    while start < len(rows):
        stop, gutter = _columns(rows, start)
        if not stop:
            yield [glyph for piece in rows[start] for glyph in piece.glyphs]
            start += 1
            continue
        left = [[piece for piece in row if piece.x0 < gutter] for row in rows[start:stop]]
        right = [[piece for piece in row if piece.x0 >= gutter] for row in rows[start:stop]]
        for column in (right, left) if rtl else (left, right):
            yield from _in_order([row for row in column if row], rtl)
        start = stop


def _columns(rows: Sequence[Row], start: int) -> tuple[int, float]:
    """Return where the longest block of columns that begins at ``start`` stops, and its gutter; (0, 0) if none does.

    A gutter is white space that no piece of the block crosses, with enough lines of text on either side.
    """
    found = 0, 0.0
    block: list[Piece] = []
    free, inner = [(float("-inf"), float("inf"))], list[tuple[float, float]]()
    for number, row in enumerate(rows[start : start + _MOST_ROWS], start):
        free = [gap for gap in _cut(free, row) if gap[1] - gap[0] > _COLUMN_GAP * row[0].glyphs[0].size]
        left = [gap for gap in free if gap[0] != float("-inf") and gap[1] != float("inf")]
        if len(left) < len(inner):  # this row crosses a gutter: see how far it went
            found = _best(block, inner, number) or found
        inner = left
        if len(row) > _MOST_COLUMNS or (number - start > _ROWS_TO_SEE_A_GUTTER and not inner):
            return found
        block += row
    return _best(block, inner, min(start + _MOST_ROWS, len(rows))) or found


def _best(block: list[Piece], gaps: list[tuple[float, float]], stop: int) -> tuple[int, float] | None:
    """Return ``stop`` and where the right side begins, for the first gap with a column on both sides."""
    for _, right in gaps:
        sides = [piece for piece in block if piece.x0 < right], [piece for piece in block if piece.x0 >= right]
        if all(side and _is_column(side) for side in sides):
            return stop, right
    return None


def _cut(free: list[tuple[float, float]], row: Row) -> Iterator[tuple[float, float]]:
    """Yield what a row leaves of the free stretches of the page's width."""
    for begin, end in free:
        for piece in row:
            if piece.x1 <= begin or piece.x0 >= end:
                continue
            if piece.x0 > begin:
                yield begin, piece.x0
            begin = max(begin, piece.x1)
        if begin < end:
            yield begin, end


def _is_column(side: list[Piece]) -> bool:
    """Tell lines of text from the numbers of a list or the cells of a table."""
    size = side[0].glyphs[0].size
    lines = len({round(piece.glyphs[0].y / size) for piece in side})
    width = max(piece.x1 for piece in side) - min(piece.x0 for piece in side)
    return lines >= _COLUMN_LINES and width > _COLUMN_WIDTH * size


def _line(glyphs: list[Glyph]) -> Line:
    letters = _with_marks(glyphs)
    visible = [glyph for glyph in letters if not glyph.text.isspace()]
    rtl = is_right_to_left(glyph.text for glyph in visible)
    words: list[list[Glyph]] = []
    right = float("inf")  # as far as the ink goes: letters overlap
    spaced = True
    for glyph in letters:
        if glyph.text.isspace():
            spaced = True
            continue
        if spaced or glyph.x0 - right > _WORD_GAP * glyph.size:
            words.append([])
            right = glyph.x1
        words[-1].append(glyph)
        right, spaced = max(right, glyph.x1), False
    units = [unit for word in words for unit in (" ", *(glyph.text for glyph in word))][1:]
    first = words[-1] if rtl else words[0]
    return Line(
        tuple(units),
        visible[0].x0,
        max(glyph.x1 for glyph in visible),
        statistics.median_low(glyph.y for glyph in visible),
        statistics.median_low(glyph.size for glyph in visible),
        first[-1].x1 - first[0].x0,
        rtl,
    )


def _with_marks(glyphs: list[Glyph]) -> list[Glyph]:
    """Return the glyphs from left to right, each vowel sign and other mark joined to the letter that it stands on."""
    letters = sorted((glyph for glyph in glyphs if not _is_mark(glyph.text)), key=lambda glyph: glyph.x0)
    if not any(not glyph.text.isspace() for glyph in letters):
        return sorted(glyphs, key=lambda glyph: glyph.x0)
    marks: dict[int, str] = {}
    for mark in glyphs:
        if _is_mark(mark.text):
            center = (mark.x0 + mark.x1) / 2
            near = [
                (max(letter.x0 - center, center - letter.x1, 0.0), number)
                for number, letter in enumerate(letters)
                if not letter.text.isspace()
            ]
            marks[min(near)[1]] = marks.get(min(near)[1], "") + mark.text.strip()
    return [replace(letter, text=letter.text + marks.get(number, "")) for number, letter in enumerate(letters)]


def _is_mark(text: str) -> bool:
    return all(unicodedata.combining(character) for character in text.strip() or "-")


def paragraph_starts(lines: Sequence[Line], texts: Sequence[str], tops: Set[int]) -> list[bool]:
    """Say for each line whether it begins a paragraph; ``tops`` are the lines that begin a page.

    The word that begins a line would have stood on the line above, had there been room: if there was, the writer
    meant a new paragraph. So do a wider gap, an indent, another size of letters, and a list's mark.
    """
    gaps = [_gap(above, below) for above, below in pairwise(lines) if above.y > below.y]
    usual = statistics.median_low(gaps) if gaps else 0.0
    starts = [True] * len(lines)
    for number in range(1, len(lines)):
        above, below = lines[number - 1], lines[number]
        column = [line for line in lines[max(0, number - 15) : number + 15] if _same_column(line, above)]
        gap = _gap(above, below)
        ended = bool(_SENTENCE_END.search(texts[number - 1]))
        if gap <= 0 or number in tops:  # text goes on in the next column, unless the one above was complete
            separate = ended
        else:
            separate = gap > min(max(1.35 * usual, 1.2), _FAR) or _indented(below, above, column)
        resized = abs(above.size - below.size) > _RESIZED * max(above.size, below.size)
        starts[number] = (
            separate or resized or _had_room(above, below, column, ended) or bool(_BULLET.match(texts[number]))
        )
    return starts


def _gap(above: Line, below: Line) -> float:
    """Distance of two base lines in heights of the larger font: headlines have wider gaps."""
    return (above.y - below.y) / max(above.size, below.size)


def _same_column(line: Line, other: Line) -> bool:
    same_size = abs(line.size - other.size) <= _RESIZED * other.size
    return same_size and line.x0 < other.x1 and other.x0 < line.x1


def _had_room(above: Line, below: Line, column: Sequence[Line], ended: bool) -> bool:
    """Tell whether the first word of a line would have fitted at the end of the line above.

    In the middle of a sentence it takes much room: programs that count letters instead of measuring leave some.
    """
    x0, x1 = min(line.x0 for line in column), max(line.x1 for line in column)
    room = above.x0 - x0 if above.rtl else x1 - above.x1
    return room > below.first_word + 0.3 * below.size and (ended or room > _MUCH_ROOM * (x1 - x0))


def _indented(below: Line, above: Line, column: Sequence[Line]) -> bool:
    """Tell a line that begins inside while the one above begins at the edge."""
    if below.rtl:
        edge = max(line.x1 for line in column)
        inside, before = edge - below.x1, edge - above.x1
    else:
        edge = min(line.x0 for line in column)
        inside, before = below.x0 - edge, above.x0 - edge
    return inside > 0.9 * below.size and before < 0.5 * below.size
