"""Files to articles: text, HTML, Markdown, DOCX, PDF and SRT. The content decides, then the suffix.

Everything but plain text needs the extra ``files``.
"""

from __future__ import annotations

import logging
import re
from enum import StrEnum
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ..article import Article
from ..decode import decode


class Kind(StrEnum):
    """A format, by the name of its suffix."""

    TEXT = "txt"
    MARKDOWN = "md"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"
    SRT = "srt"


_BY_SUFFIX = {".md": Kind.MARKDOWN, ".markdown": Kind.MARKDOWN, ".html": Kind.HTML, ".htm": Kind.HTML,
              ".xhtml": Kind.HTML, ".srt": Kind.SRT}  # fmt: skip
_BY_CONTENT_TYPE = {"text/html": Kind.HTML, "application/xhtml+xml": Kind.HTML, "text/markdown": Kind.MARKDOWN,
                    "application/x-subrip": Kind.SRT}  # fmt: skip
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_TAG = re.compile(rb"<(?:p|div|br|h[1-6]|article|main|body|html|table|ul|ol|span|title)\b[^>]*>", re.I)
_CUE = re.compile(rb"\s*\d+\s*\r?\n\s*\d{1,3}:\d\d:\d\d[,.]\d{1,3}\s*-->")


def quiet(library: str) -> None:
    """Keep what a library logs off the terminal, unless the program has set up logging: users get one line from us."""
    logger = logging.getLogger(library)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def is_url(name: str) -> bool:
    """Tell a web address from the name of a file."""
    return name.lower().startswith(("http://", "https://"))


def kind(data: bytes, origin: str, content_type: str = "") -> Kind:
    """Tell the format of a file from its content, where that is silent from its name or media type."""
    head = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLD_OFFICE)):
        return Kind.DOCX
    plain = head.replace(b"\0", b"").lstrip(b"\xff\xfe")  # UTF-16 too
    if _HTML.match(plain):
        return Kind.HTML
    if _CUE.match(plain):
        return Kind.SRT
    path = urlsplit(origin).path if is_url(origin) else origin
    named = _BY_CONTENT_TYPE.get(content_type.partition(";")[0].strip().lower())
    named = named or _BY_SUFFIX.get(PurePosixPath(path).suffix.lower(), Kind.TEXT)
    if named is Kind.HTML and not _TAG.search(data.replace(b"\0", b"")):
        return Kind.TEXT
    return named


def read(data: bytes, origin: str, *, wrapped: bool = False, content_type: str = "") -> Article:
    """Read a file in any format; the article may be empty.

    ``wrapped`` is for plain text whose lines are wrapped. Raises ``InputError`` and ``LimitError``, one line each;
    ``DependencyError`` when the extra ``files`` is missing.
    """
    match kind(data, origin, content_type):
        case Kind.PDF:
            from .pdf import read_pdf

            quiet("pypdf")
            return read_pdf(data, origin)
        case Kind.DOCX:
            from .docx import read_docx

            return read_docx(data, origin)
        case Kind.HTML:
            from .html import read_html

            quiet("trafilatura")
            return read_html(data, origin, content_type)
        case Kind.MARKDOWN:
            from .markdown import read_markdown

            return read_markdown(*decode(data, origin), origin)
        case Kind.SRT:
            from .srt import read_srt

            return read_srt(*decode(data, origin), origin)
        case Kind.TEXT:
            text, encoding = decode(data, origin)
            return Article.from_text(text, wrapped=wrapped, origin=origin, encoding=encoding)
