"""The glyphs of a PDF page: what each one says and where it stands.

``PageObject.extract_text`` of pypdf 7 follows the order of the content stream, which for Arabic with numbers, names
or quotation marks in it is the order of pieces, not of reading; pdfminer.six, pdfium and poppler turn the ligature
لا round (``االجتماعي`` for ``الاجتماعي``). Where every glyph stands is never in doubt, so the text is put together
from that. pypdf decodes streams and fonts, within its limits on size.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PageObject
    from pypdf.generic._font import Font

Matrix = tuple[float, float, float, float, float, float]

_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
# What a page may cost; more is made to keep a reader busy. A page of a broadsheet has 30,000 glyphs; maps have some
# 100,000 operators. Forms can be drawn again and again, inside one another.
_MAX_GLYPHS = 200_000
_MAX_WORK = 3_000_000  # operators, and a form counts as 1,000
_MAX_DEPTH = 8


@dataclass(frozen=True)
class Glyph:
    """One glyph: its text (several letters for a ligature), from ``x0`` to ``x1`` on the base line ``y``, in points.

    Coordinates are those of a page turned so that most of its text stands upright. ``size`` is the height of the
    font.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float


@dataclass
class _State:
    """The part of the graphics state that decides where text goes (ISO 32000-2, 8.4.1 and 9.3)."""

    ctm: Matrix = _IDENTITY
    font: Font | None = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


@dataclass
class _Walker:
    """Carries out the operators of content streams that concern text.

    Raises pypdf's ``LimitReachedError`` above the limits.
    """

    pdf: Any
    fonts: dict[int, Font | None]  # by identity of the font's dictionary: shared by all pages
    found: list[tuple[Glyph, int]] = field(default_factory=list)  # with the direction of its text: 0, 90, 180, 270
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    text: Matrix = _IDENTITY
    line: Matrix = _IDENTITY
    work: int = 0

    def run(self, contents: Any, resources: Mapping[str, Any], depth: int = 0) -> None:
        from pypdf.errors import LimitReachedError
        from pypdf.generic import ContentStream

        operations = ContentStream(contents, self.pdf, "bytes").operations
        self.work += 1000 + len(operations)
        for operands, operator in operations:
            if self.work > _MAX_WORK or len(self.found) > _MAX_GLYPHS:
                raise LimitReachedError("too much on a page")
            try:
                self._do(operator, operands, resources, depth)
            except (IndexError, TypeError, ValueError, KeyError, AttributeError):
                continue  # an operator with wrong operands draws nothing

    def _do(self, operator: bytes, operands: Any, resources: Mapping[str, Any], depth: int) -> None:
        state = self.state
        match operator:
            case b"q":
                self.stack.append(replace(state))
            case b"Q":
                self.state = self.stack.pop()
            case b"cm":
                state.ctm = _times(_matrix(operands), state.ctm)
            case b"BT":
                self.text = self.line = _IDENTITY
            case b"Tf":
                state.font, state.size = self._font(resources, operands[0]), float(operands[1])
            case b"Tc":
                state.char_space = float(operands[0])
            case b"Tw":
                state.word_space = float(operands[0])
            case b"Tz":
                state.scale = float(operands[0]) / 100
            case b"TL":
                state.leading = float(operands[0])
            case b"Ts":
                state.rise = float(operands[0])
            case b"Td" | b"TD":
                if operator == b"TD":
                    state.leading = -float(operands[1])
                self._move(float(operands[0]), float(operands[1]))
            case b"Tm":
                self.text = self.line = _matrix(operands)
            case b"T*":
                self._move(0, -state.leading)
            case b"Tj":
                self._show(operands[0])
            case b"'":
                self._move(0, -state.leading)
                self._show(operands[0])
            case b'"':
                state.word_space, state.char_space = float(operands[0]), float(operands[1])
                self._move(0, -state.leading)
                self._show(operands[2])
            case b"TJ":
                for item in operands[0]:
                    if isinstance(item, bytes | str):
                        self._show(item)
                    else:
                        self._advance(-float(item) / 1000 * state.size * state.scale)
            case b"Do":
                self._form(resources["/XObject"][operands[0]], resources, depth)

    def _move(self, x: float, y: float) -> None:
        self.text = self.line = _times((1, 0, 0, 1, x, y), self.line)

    def _advance(self, x: float) -> None:
        self.text = _times((1, 0, 0, 1, x, 0), self.text)

    def _font(self, resources: Mapping[str, Any], name: str) -> Font | None:
        from pypdf.generic._font import Font

        entry = resources["/Font"][name].get_object()
        if id(entry) not in self.fonts:
            try:
                self.fonts[id(entry)] = Font.from_font_resource(entry)
            except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
                self.fonts[id(entry)] = None  # a broken font: its text cannot be known
        return self.fonts[id(entry)]

    def _show(self, value: bytes | str) -> None:
        state = self.state
        if state.font is None:
            return
        for code, text in _decode(value, state.font):
            width = state.font.space_width if code == state.font.space_char else state.font.get_text_width(code)
            length = width / 1000 * state.size * state.scale
            self._place(text, length)
            gap = state.char_space + (state.word_space if code == " " else 0.0)
            self._advance(length + gap * state.scale)

    def _place(self, text: str, length: float) -> None:
        """Note one glyph that begins at the pen."""
        total = _times((1, 0, 0, 1, 0, self.state.rise), _times(self.text, self.state.ctm))
        a, b, c, d, x, y = total
        size = abs(self.state.size) * math.hypot(c, d)
        if not text or not size or not math.isfinite(x + y + size):
            return
        turn = round(math.degrees(math.atan2(b, a)) / 90) % 4 * 90
        end_x, end_y = x + length * a, y + length * b
        x0, x1, base = {0: (x, end_x, y), 90: (y, end_y, -x), 180: (-x, -end_x, -y), 270: (-y, -end_y, x)}[turn]
        self.found.append((Glyph(text, min(x0, x1), max(x0, x1), base, size), turn))

    def _form(self, entry: Any, resources: Mapping[str, Any], depth: int) -> None:
        form = entry.get_object()
        if form.get("/Subtype") != "/Form" or depth >= _MAX_DEPTH:
            return
        outer, kept = self.state, len(self.stack)
        self.state = replace(outer, ctm=_times(_matrix(form.get("/Matrix", _IDENTITY)), outer.ctm))
        inner = form.get("/Resources")
        self.run(form, inner.get_object() if inner is not None else resources, depth + 1)
        self.state = outer
        del self.stack[kept:]


def _decode(value: bytes | str, font: Font) -> Iterator[tuple[str, str]]:
    """Yield the code of each glyph as pypdf keys widths by, and its text."""
    if isinstance(value, str):
        value = value.encode("latin-1", "replace")
    if isinstance(font.encoding, str):
        codes = value.decode(font.encoding, "surrogatepass" if len(value) % 2 == 0 else "replace")
        # A glyph that the font gives no letter for is a glyph all the same: a gap would join its neighbours.
        yield from ((code, _text(font.character_map.get(code, "\ufffd"))) for code in codes)
    else:
        for byte in value:
            name = font.encoding.get(byte, chr(byte))
            yield chr(byte), _text("".join(font.character_map.get(part, part) for part in name))


def _text(text: str) -> str:
    return "".join(character for character in text if character >= " " and not "\ud800" <= character <= "\udfff")


def _matrix(values: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in values)
    return a, b, c, d, e, f


def _times(m: Matrix, n: Matrix) -> Matrix:
    """``m`` first, then ``n`` (row vectors, as in ISO 32000-2, 8.3.4)."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def page_glyphs(page: PageObject, fonts: dict[int, Font | None]) -> tuple[list[Glyph], int]:
    """Return the glyphs of a page that stand upright when most of its text does, and how many letters stand askew.

    ``fonts`` is one dictionary for all pages of a document: what was read of its fonts. Text drawn twice in one
    place, as a shadow or for boldness, counts once.
    """
    contents = page.get("/Contents")
    resources = page.get("/Resources")
    if contents is None or resources is None:
        return [], 0
    walker = _Walker(page.pdf, fonts)
    walker.run(contents.get_object(), resources.get_object())
    turns = [turn for _, turn in walker.found]
    upright = max(sorted(set(turns)), key=turns.count, default=0)
    glyphs = _once(glyph for glyph, turn in walker.found if turn == upright)
    askew = sum(character.isalpha() for glyph, turn in walker.found if turn != upright for character in glyph.text)
    return glyphs, askew


def _once(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Leave out glyphs that are drawn again in the same place, give or take an eighth of their height."""
    kept: list[Glyph] = []
    seen: dict[tuple[str, int, int], list[Glyph]] = {}
    for glyph in glyphs:
        column, row = int(glyph.x0 / glyph.size), int(glyph.y / glyph.size)
        near = [
            other
            for across in (column - 1, column, column + 1)
            for down in (row - 1, row, row + 1)
            for other in seen.get((glyph.text, across, down), ())
        ]
        if not any(abs(glyph.x0 - other.x0) + abs(glyph.y - other.y) < glyph.size / 8 for other in near):
            seen.setdefault((glyph.text, column, row), []).append(glyph)
            kept.append(glyph)
    return kept
