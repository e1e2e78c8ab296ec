"""Articles: paragraphs of text and the exact white space between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError, LimitError
from .layout import Layout
from .script import foreign

# A newspaper of 300 articles. Larger files are archives: cut them, or feed them paragraph by paragraph.
MAX_BYTES = 50_000_000

_BAD = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its text without outer white space, and the exact white space that follows."""

    text: str
    gap: str = ""


@dataclass(frozen=True)
class Article:
    """A text as paragraphs.

    ``lead`` is the white space before the first paragraph, ``origin`` a file name, an address or ``"text"``,
    ``encoding`` what the bytes were read as. ``title`` is for formats that name one (it is also a paragraph); in
    plain text the headline is simply the first paragraph. ``notes`` say what a reader should know about the reading,
    one sentence each. ``layout`` puts a translation back into the form of the source: Markdown, subtitles.
    """

    paragraphs: tuple[Paragraph, ...]
    title: str = ""
    lead: str = ""
    origin: str = "text"
    encoding: str = "utf-8"
    notes: tuple[str, ...] = ()
    layout: Layout | None = None

    @property
    def text(self) -> str:
        """The source, rebuilt character for character."""
        return self.lead + "".join(paragraph.text + paragraph.gap for paragraph in self.paragraphs)

    @property
    def characters(self) -> int:
        """Length of the paragraphs, gaps left out: the unit of progress."""
        return sum(len(paragraph.text) for paragraph in self.paragraphs)

    @classmethod
    def from_text(
        cls, text: str, *, wrapped: bool = False, title: str = "", origin: str = "text", encoding: str = "utf-8"
    ) -> Article:
        """Cut a text into paragraphs: one per line, or with ``wrapped`` one per block between blank lines.

        A blank text is an article without paragraphs. Raises ``InputError`` for NUL characters and lone
        surrogates, which no text holds and no model can read.
        """
        if bad := _BAD.search(text):
            raise InputError(
                f"{origin}: character U+{ord(bad[0]):04X} at position {bad.start()} is not text; "
                "remove it, or give a plain text file"
            )
        lead, paragraphs = _cut(text, wrapped)
        return cls(paragraphs, title, lead, origin, encoding)

    @classmethod
    def from_bytes(cls, data: bytes, origin: str = "bytes", *, wrapped: bool = False) -> Article:
        """Read text (UTF-8, UTF-16, UTF-32, windows-1256, ISO-8859-6), HTML, Markdown, DOCX, PDF or SRT.

        The content decides, whatever the name says; only Markdown is known by the suffix of ``origin``. Stricter
        than ``from_text``, because a file is often the wrong file: raises ``InputError`` when there is nothing but
        white space, when the bytes are none of the above, and when most of the text is in a language other than
        Arabic that does not use Latin letters (English passes, and will come out unchanged); ``LimitError``
        above ``MAX_BYTES``; ``DependencyError`` when the extra ``files`` is needed and missing.
        """
        from .readers import read

        if len(data) > MAX_BYTES:
            raise LimitError(_too_large(origin, len(data)))
        return _checked(read(data, origin, wrapped=wrapped))

    @classmethod
    def from_url(cls, url: str) -> Article:
        """Read a page from the network: what ``fetch`` allows, in any format that ``from_bytes`` reads."""
        from .fetch import fetch
        from .readers import read

        page = fetch(url)
        return _checked(read(page.data, page.url, content_type=page.content_type))

    @classmethod
    def from_file(cls, path: str | Path, *, wrapped: bool = False) -> Article:
        """Read a text file; raises what ``from_bytes`` raises, and ``InputError`` when it cannot be read."""
        path = Path(path)
        try:
            if path.is_dir():
                raise InputError(f"{path}: is a directory; name the files in it, for example {path / '*.txt'}")
            if (size := path.stat().st_size) > MAX_BYTES:
                raise LimitError(_too_large(str(path), size))
            data = path.read_bytes()
        except FileNotFoundError:
            raise InputError(f"{path}: no such file") from None
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise InputError(f"{path}: cannot be read: {reason}") from None
        return cls.from_bytes(data, str(path), wrapped=wrapped)

    def foreign(self) -> str:
        """Name the language or script of most of the text when it is neither Arabic nor Latin, else ``""``."""
        names = [(foreign(paragraph.text), len(paragraph.text)) for paragraph in self.paragraphs]
        if 2 * sum(size for name, size in names if name) <= self.characters:
            return ""
        return max(names, key=lambda pair: pair[1] if pair[0] else 0)[0]


def _checked(article: Article) -> Article:
    if not article.paragraphs:
        raise InputError(f"{article.origin}: there is no text in it, only white space")
    if any(_BAD.search(paragraph.text) for paragraph in article.paragraphs):
        raise InputError(
            f"{article.origin}: it holds characters that are not text, such as U+0000; save it again as UTF-8"
        )
    if language := article.foreign():
        raise InputError(f"{article.origin}: the text looks {language}; tarjama translates Arabic only")
    return article


def _cut(text: str, wrapped: bool) -> tuple[str, tuple[Paragraph, ...]]:
    """Return the leading white space and the paragraphs; an indented line always begins one."""
    spans: list[tuple[int, int]] = []
    offset, follows = 0, False  # follows: the line before was not blank
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if body:
            start = offset + line.index(body)
            joined = wrapped and follows and start == offset
            begin = spans.pop()[0] if joined else start
            spans.append((begin, start + len(body)))
        offset += len(line)
        follows = bool(body)
    if not spans:
        return text, ()
    nexts = [begin for begin, _ in spans[1:]] + [len(text)]
    cut = (Paragraph(text[begin:end], text[end:after]) for (begin, end), after in zip(spans, nexts, strict=True))
    return text[: spans[0][0]], tuple(cut)


def _too_large(origin: str, size: int) -> str:
    limit = f"{MAX_BYTES / 1e6:.0f} MB"
    return f"{origin}: {size / 1e6:.0f} MB is more than the {limit} allowed in one file; cut it into parts"
