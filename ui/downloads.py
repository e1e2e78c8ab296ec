"""The files that the page offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import InputError
from ..translate import Article
from .outputs import ENDINGS, file_stem
from .render import Format, Result
from .writers import encode

if TYPE_CHECKING:
    from ..summarize import Summary
    from ..translate import Translation

# Label and MIME type.
_FORMATS: dict[Format, tuple[str, str]] = {
    Format.TEXT: ("Text", "text/plain;charset=utf-8"),
    Format.MD: ("Markdown", "text/markdown;charset=utf-8"),
    Format.HTML: ("HTML", "text/html;charset=utf-8"),
    Format.DOCX: ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    Format.JSON: ("JSON", "application/json"),
    Format.TMX: ("TMX", "application/x-tmx+xml"),
    Format.SRT: ("Subtitles", "application/x-subrip"),
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
    return tuple((form.value, label) for form, (label, _) in _FORMATS.items() if form is not Format.SRT or subtitles)


def download(translation: Translation, summary: Summary | None, name: str) -> Download:
    """Return a translation, and its summary if there is one, as a file in the format of that name.

    Raises ``InputError`` for an unknown format, ``DependencyError`` for Word without the extra ``files``.
    """
    if name not in {known for known, _ in formats(translation.article)}:
        raise InputError(f"there is no format {name!r}; there are: {', '.join(_FORMATS)}")
    form, origin = Format(name), translation.article.origin
    stem = "article" if origin == "text" else file_stem(origin, "article")
    return Download(stem + ENDINGS[form], _FORMATS[form][1], encode(Result(stem, translation, summary), form))
