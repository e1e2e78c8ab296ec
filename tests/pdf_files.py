"""Small PDFs, written by hand: every glyph stands where the test says, and says what the test says."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 0.5  # of a glyph, in heights of the font


@dataclass(frozen=True)
class Text:
    """Glyphs from left to right, the first at ``x``. A glyph of several letters is a ligature."""

    x: float
    y: float
    glyphs: tuple[str, ...]
    size: float = 10.0


def visual(text: str) -> tuple[str, ...]:
    """Return the glyphs of an Arabic line from left to right, numbers and Latin words in their own direction."""
    pieces = re.findall(r"[A-Za-z0-9][A-Za-z0-9.,/ ]*[A-Za-z0-9]|[A-Za-z0-9]|.", text)
    return tuple(glyph for piece in reversed(pieces) for glyph in piece)


def arabic(text: str, y: float, *, right: float = 550.0, size: float = 10.0) -> Text:
    """Return an Arabic line that begins at the right edge."""
    glyphs = visual(text)
    return Text(right - len(glyphs) * WIDTH * size, y, glyphs, size)


def pdf(
    pages: Iterable[Sequence[Text]], *, title: str = "", mapped: bool = True, extra: str = "", packed: bool = False
) -> bytes:
    """Return a PDF.

    ``mapped`` False leaves out what letters the glyphs stand for; ``extra`` is drawn on every page; ``packed``
    compresses the contents.
    """
    pages = list(pages)
    codes = {glyph: code for code, glyph in enumerate(dict.fromkeys(g for p in pages for t in p for g in t.glyphs), 1)}
    contents = [(extra + "\n".join(_show(text, codes) for text in page)).encode("latin-1") for page in pages]
    first = 7  # the number of the first page object; its content follows it
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    unicode = _to_unicode(codes) if mapped else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] /MediaBox [0 0 600 850]".encode()
        + b" /Resources << /Font << /F 3 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Test /Encoding /Identity-H /DescendantFonts [4 0 R]"
        + (b" /ToUnicode 5 0 R >>" if mapped else b" >>"),
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Test /CIDSystemInfo << /Registry (Adobe)"
        + f" /Ordering (Identity) /Supplement 0 >> /DW {WIDTH * 1000:.0f} >>".encode(),
        _stream(unicode),
        b"<< /Title <" + ("\ufeff" + title).encode("utf-16-be").hex().encode() + b"> >>",
    ]
    for number, content in enumerate(contents):
        objects.append(f"<< /Type /Page /Parent 2 0 R /Contents {first + 2 * number + 1} 0 R >>".encode())
        objects.append(_stream(zlib.compress(content), " /Filter /FlateDecode") if packed else _stream(content))
    out = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        out
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info 6 0 R >>\n"
            f"startxref\n{len(out)}\n%%EOF\n"
        ).encode()
    )


def _show(text: Text, codes: dict[str, int]) -> str:
    hexes = "".join(f"{codes[glyph]:04x}" for glyph in text.glyphs)
    return f"BT /F {text.size} Tf 1 0 0 1 {text.x} {text.y} Tm <{hexes}> Tj ET"


def _to_unicode(codes: dict[str, int]) -> bytes:
    rows = "\n".join(f"<{code:04x}> <{glyph.encode('utf-16-be').hex()}>" for glyph, code in codes.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Test def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(codes)} beginbfchar\n{rows}\nendbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()


def _stream(data: bytes, how: str = "") -> bytes:
    return f"<< /Length {len(data)}{how} >>\nstream\n".encode() + data + b"\nendstream"
