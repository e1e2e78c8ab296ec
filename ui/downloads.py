"""The files that the page offers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import InputError
from ..translate import Article
from .render import Format, Result
from .writers import encode

if TYPE_CHECKING:
    from ..summarize import Summary
    from ..translate import Translation

# Label, end of the file's name, MIME type.
_FORMATS: dict[Format, tuple[str, str, str]] = {
    Format.TEXT: ("Text", ".en.txt", "text/plain;charset=utf-8"),
    Format.MD: ("Markdown", ".en.md", "text/markdown;charset=utf-8"),
    Format.HTML: ("HTML", ".en.html", "text/html;charset=utf-8"),
    Format.DOCX: ("Word", ".en.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    Format.JSON: ("JSON", ".en.json", "application/json"),
    Format.TMX: ("TMX", ".tmx", "application/x-tmx+xml"),
    Format.SRT: ("Subtitles", ".en.srt", "application/x-subrip"),
}


@dataclass(frozen=True)
class Download:
    """A file for the browser to save."""

    name: str
    mime: str
    data: bytes


def formats(article: Article) -> tuple[tuple[str, str], ...]:
    """Return the name and the label of every format that an article's translation can be saved in."""
    subtitles = article.layout is not None and article.layout.suffix == ".srt"
    return tuple((form.value, label) for form, (label, *_) in _FORMATS.items() if form is not Format.SRT or subtitles)


def download(translation: Translation, summary: Summary | None, form: str) -> Download:
    """Return a translation, and its summary if there is one, as a file.

    Raises ``InputError`` for an unknown format, ``DependencyError`` for Word without the extra ``files``.
    """
    if form not in {name for name, _ in formats(translation.article)}:
        raise InputError(f"there is no format {form!r}; there are: {', '.join(_FORMATS)}")
    _, ending, mime = _FORMATS[Format(form)]
    stem = _stem(translation.article.origin)
    return Download(stem + ending, mime, encode(Result(stem, translation, summary), Format(form)))


def _stem(origin: str) -> str:
    """Return a file name without ending for a text, a file or an address."""
    address = urlsplit(origin) if "://" in origin else None
    name = PurePath(address.path if address else origin).stem or (address.hostname if address else "")
    return re.sub(r"[^\w.-]+", "-", name or "").strip("-.")[:80] if name and origin != "text" else "article"
