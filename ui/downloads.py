"""The files that the page offers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError
from .render import Format, Result, render

if TYPE_CHECKING:
    from ..summarize import Summary
    from ..translate import Translation


@dataclass(frozen=True)
class Download:
    """A file for the browser to save."""

    name: str
    mime: str
    data: bytes


# What the page offers: name of the format, label, end of the file's name, MIME type.
FORMATS: tuple[tuple[str, str, str, str], ...] = (
    ("text", "Text", ".en.txt", "text/plain;charset=utf-8"),
    ("md", "Markdown", ".en.md", "text/markdown;charset=utf-8"),
    ("json", "JSON", ".en.json", "application/json"),
)


def download(translation: Translation, summary: Summary | None, form: str) -> Download:
    """Return a translation, and its summary if there is one, as a file. Raises ``InputError`` for an unknown form."""
    for name, _, ending, mime in FORMATS:
        if name == form:
            stem = "article" if translation.article.origin == "text" else Path(translation.article.origin).stem
            result = Result(stem, translation, summary)
            return Download(stem + ending, mime, render(result, Format(form)).encode())
    raise InputError(f"there is no format {form!r}; there are: {', '.join(name for name, *_ in FORMATS)}")
