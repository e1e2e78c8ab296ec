"""PDF: pages of glyphs to paragraphs."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from ...errors import InputError, LimitError, require
from ..article import Article, Paragraph
from ..script import ARABIC_LETTER
from .glyphs import page_glyphs
from .order import brackets_upright, is_backwards
from .pages import Line, page_lines, paragraph_starts

if TYPE_CHECKING:
    from pypdf import PdfReader

# About a minute of reading; more is a book.
MAX_PAGES = 1000
MAX_GLYPHS = 3_000_000

_OCR = "run character recognition on it first, for example `ocrmypdf -l ara`"
_PAGE_NUMBER = re.compile(r"\W*[\d٠-٩]{1,4}(?:\s*(?:/|من|of)\s*[\d٠-٩]{1,4})?\W*")


def read_pdf(data: bytes, origin: str) -> Article:
    """Read the text of a PDF: lines joined to paragraphs, running headers and page numbers left out and named.

    Raises ``InputError`` for a PDF that is damaged, needs a password, or holds pictures of text only;
    ``LimitError`` above ``MAX_PAGES`` pages.
    """
    reader = _open(data, origin)
    pages, askew = _pages(reader, origin)
    lines = [line for page in pages for line in page]
    if not lines:
        raise InputError(f"{origin}: this PDF holds no text: it is a scan, a picture of pages; {_OCR}")
    backwards = is_backwards(" ".join(line.text(False) for line in lines))
    notes = [*_missing(pages, askew)]
    if backwards:
        notes.append("This PDF stores its Arabic backwards; it was turned round: compare with the original.")
    if running := _running(pages):
        texts = [line.text(backwards) for line in running.values()]
        shown = [f"“{text}”" for text in texts if not _PAGE_NUMBER.fullmatch(text)]
        notes.append(
            "Left out, because every page has it: " + "; ".join([*shown[:4], "page numbers"][: 4 if shown else 5])
        )
    pages = [[line for place, line in _edges(page) if _key(place, line) not in running] for page in pages]
    paragraphs = _paragraphs([page for page in pages if page], backwards, origin)
    return Article(tuple(paragraphs), _title(reader, paragraphs), origin=origin, notes=tuple(notes))


def _open(data: bytes, origin: str) -> PdfReader:
    pypdf = require("pypdf", "files")
    errors = require("pypdf.errors", "files")
    try:
        reader: PdfReader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(f"{origin}: this PDF is protected by a password; save a copy without one and try again")
        if len(reader.pages) > MAX_PAGES:
            raise LimitError(
                f"{origin}: {len(reader.pages)} pages; at most {MAX_PAGES} are allowed in one PDF: cut it into parts"
            )
    except errors.DependencyError:
        raise InputError(
            f"{origin}: this PDF is encrypted; install what opens it with: pip install 'tarjama[files]'"
        ) from None
    except NotImplementedError:  # a certificate, or the locks of a shop for books
        raise InputError(
            f"{origin}: this PDF is protected in a way that cannot be opened; print it to a new PDF"
        ) from None
    except (errors.PyPdfError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, OSError) as error:
        raise _damaged(origin, error) from None
    return reader


def _pages(reader: PdfReader, origin: str) -> tuple[list[list[Line]], int]:
    """Return the lines of every page, and how many letters stand askew on them."""
    errors = require("pypdf.errors", "files")
    fonts: dict[int, Any] = {}
    pages: list[list[Line]] = []
    askew = total = 0
    try:
        for page in reader.pages:
            glyphs, left = page_glyphs(page, fonts)
            pages.append(page_lines(glyphs))
            askew += left
            if (total := total + len(glyphs)) > MAX_GLYPHS:
                raise LimitError(f"{origin}: more than {MAX_GLYPHS:,} letters in one PDF; cut it into parts")
    except errors.LimitReachedError:
        raise LimitError(f"{origin}: page {len(pages) + 1} of this PDF holds more than a page of text can") from None
    except (errors.PyPdfError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, OSError) as error:
        raise _damaged(origin, error) from None
    except NotImplementedError as error:  # a filter that pypdf does not know
        raise _damaged(origin, error) from None
    except RecursionError:
        raise _damaged(origin, "it is nested too deeply") from None
    return pages, askew


def _damaged(origin: str, reason: object) -> InputError:
    return InputError(f"{origin}: this PDF is damaged ({' '.join(str(reason).split())[:100]}); get or save it again")


def _missing(pages: Sequence[Sequence[Line]], askew: int) -> Iterator[str]:
    if blank := [str(number) for number, page in enumerate(pages, 1) if not page]:
        shown = ", ".join(blank[:10]) + (" …" if len(blank) > 10 else "")
        yield f"No text on page{'s' if len(blank) > 1 else ''} {shown}: blank, or a scanned picture."
    if askew:
        yield f"Left out: {askew} letters that run across the page, such as a watermark or a label."


def _edges(page: Sequence[Line]) -> Iterator[tuple[int, Line]]:
    """Yield the lines of a page with their place from the top (0, 1), from the bottom (-1, -2), or 9 between."""
    for number, line in enumerate(page):
        bottom = number - len(page)
        yield (number if number < 2 else bottom if bottom >= -2 else 9), line


def _key(place: int, line: Line) -> tuple[int, int, str]:
    """Name what may be a running header: where it stands, its size, and its text with numbers struck out."""
    return place, round(line.size), re.sub(r"[\d٠-٩]+", "#", "".join(line.units))


def _running(pages: Sequence[Sequence[Line]]) -> dict[tuple[int, int, str], Line]:
    """Return the headers and footers that most pages have, and page numbers."""
    found = [(_key(place, line), line) for page in pages for place, line in _edges(page) if place != 9]
    counts = Counter(key for key, _ in found)
    often = max(2, 0.5 * sum(bool(page) for page in pages))
    return {key: line for key, line in found if counts[key] >= often and len(pages) > 1}


def _paragraphs(pages: Sequence[Sequence[Line]], backwards: bool, origin: str) -> list[Paragraph]:
    lines = [line for page in pages for line in page]
    tops = set(accumulate(map(len, pages)))
    texts = _texts(lines, backwards)
    joined = "".join(texts)
    if 2 * joined.count("\ufffd") > len(joined.replace(" ", "")):
        raise InputError(f"{origin}: the fonts of this PDF do not say which letters they draw; {_OCR}")
    blocks: list[str] = []
    for text, begins in zip(texts, paragraph_starts(lines, texts, tops), strict=True):
        if begins or not blocks:
            blocks.append(text)
        else:
            # A line may end between a bracket and a Latin word, where the direction changes.
            blocks[-1] += text if blocks[-1].endswith(("(", "[", "«", "“")) else f" {text}"
    return [Paragraph(block, "\n\n") for block in blocks]


def _texts(lines: Sequence[Line], backwards: bool) -> list[str]:
    texts = [" ".join(line.text(backwards).split()) for line in lines]
    if backwards:
        return texts
    upright = iter(brackets_upright([text for text, line in zip(texts, lines, strict=True) if line.rtl]))
    return [next(upright) if line.rtl else text for text, line in zip(texts, lines, strict=True)]


def _title(reader: PdfReader, paragraphs: Sequence[Paragraph]) -> str:
    """Return the title if the document names one that it also shows: writers leave file names and old titles there."""
    errors = require("pypdf.errors", "files")
    try:
        named = " ".join(str(reader.metadata.title or "").split()) if reader.metadata else ""
    except (errors.PyPdfError, ValueError, TypeError, AttributeError, LookupError):
        return ""
    shown = bool(ARABIC_LETTER.search(named)) and any(named == paragraph.text for paragraph in paragraphs[:3])
    return named if shown else ""
