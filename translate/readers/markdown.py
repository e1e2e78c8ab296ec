"""Markdown: the text of headings, paragraphs, list items and table cells; everything else keeps its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...errors import require
from ..article import Article, Paragraph
from ..script import ARABIC_LETTER

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_BR = re.compile(r"<br\b", re.I)
_SPECIAL = re.compile(r"([\\`*<]|\[(?=[^\]]*\][\[(:])|(?<!\w)_|_(?!\w))")
# What would make a heading, list, quote, rule or fence of a text at the beginning of a line.
_BLOCK_START = re.compile(r"(\d{1,9}(?=[.)](?:\s|$))|)(?=[.)]|#{1,6}(?:\s|$)|>|[-+](?:\s|$)|--|=+\s*$|~~~)")
_WRAPPERS = {"strong_open": "**", "em_open": "*", "s_open": "~~"}


@dataclass(frozen=True)
class Link:
    """A link inside a text: its words in the source, and the address in Markdown."""

    words: str
    address: str


@dataclass(frozen=True)
class Slot:
    """A place for a text: what of the file stands before it, and the links that its source held."""

    before: str
    links: tuple[Link, ...] = ()
    in_table: bool = False


@dataclass(frozen=True)
class Document:
    """The layout of a Markdown file."""

    slots: tuple[Slot, ...]
    end: str
    sources: tuple[str, ...]
    suffix: str = ".md"

    def fill(self, texts: Sequence[str]) -> str:
        """Return the file with other texts in it."""
        pieces: list[str] = []
        for slot, text in zip(self.slots, texts, strict=True):
            pieces += [slot.before, _written(text, slot)]
        return "".join([*pieces, self.end])


def _written(text: str, slot: Slot) -> str:
    """Escape a text and put its links in: around their own words where these came through, else behind it."""
    text = " ".join(_SPECIAL.sub(r"\\\1", text).split())
    if slot.in_table:
        text = text.replace("|", r"\|")
    if block := _BLOCK_START.match(text):
        text = f"{block[1]}\\{text[block.end() :]}"
    behind = []
    for link in slot.links:
        words = _SPECIAL.sub(r"\\\1", link.words)
        if not ARABIC_LETTER.search(words) and words in text:
            text = text.replace(words, f"[{words}]({link.address})", 1)
        else:
            behind.append(f"[{_label(link.address)}]({link.address})")
    return f"{text} ({', '.join(behind)})" if behind else text


def _label(address: str) -> str:
    """Name a link by its site: its own words were in Arabic and are part of the sentence now."""
    host = urlsplit(address.strip("<>").split(" ")[0]).hostname
    return host.removeprefix("www.") if host else "link"


@dataclass(frozen=True)
class _Piece:
    """A run of inline text that is translated as one, with the markup around it."""

    opening: str
    text: str
    closing: str
    links: tuple[Link, ...] = ()


def read_markdown(text: str, encoding: str, origin: str) -> Article:
    """Read Markdown (CommonMark with tables); code, HTML blocks and front matter stay as they are.

    Markup inside a sentence is taken off: words in English stand in another order. Its links come back with the
    translation; bold and italics do when they hold a whole paragraph.
    """
    markdown_it = require("markdown_it", "files")
    source = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(source)
    start = front.end() if front else 0
    lines = re.findall(r"[^\n]*\n|[^\n]+", source[start:])  # as the parser counts: form feeds and U+2028 end none
    offsets = [start]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    slots: list[Slot] = []
    texts: list[str] = []
    title, cursor, pending = "", 0, ""
    kept = 0  # blocks with Arabic that stay as they are
    tags = False  # whether HTML tags stand inside text
    previous: Token | None = None
    for token in markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source[start:]):
        if token.type == "html_block" and ARABIC_LETTER.search(token.content):
            kept += 1
        if token.type == "inline" and token.map:
            in_table = previous is not None and previous.type in ("td_open", "th_open")
            span = _find(source, token.content, max(cursor, offsets[token.map[0]]), offsets[token.map[1]], in_table)
            if span is None:
                kept += 1
                continue
            pending += source[cursor : span[0]]
            cursor = span[1]
            pieces = list(_pieces(token.children or []))
            tags |= any(map(_is_tag, token.children or [])) and any(piece.text for piece in pieces)
            for piece in pieces:
                pending += piece.opening
                if piece.text:
                    slots.append(Slot(pending, piece.links, in_table))
                    texts.append(piece.text)
                    pending = ""
                pending += piece.closing
            if (
                previous is not None
                and previous.type == "heading_open"
                and previous.tag == "h1"
                and not title
                and texts
            ):
                title = texts[-1]
        previous = token
    told = {"HTML blocks in it were left as they are.": kept, "HTML tags inside its text were left out.": tags}
    notes = tuple(note for note, true in told.items() if true)
    layout = Document(tuple(slots), pending + source[cursor:], tuple(texts))
    paragraphs = tuple(Paragraph(text, "\n\n") for text in texts)
    return Article(paragraphs, title, origin=origin, encoding=encoding, notes=notes, layout=layout)


def _find(source: str, content: str, begin: int, end: int, in_table: bool) -> tuple[int, int] | None:
    """Return where the lines of an inline token stand: the parser strips quotes and indents from each of them."""
    first = position = -1
    for line in content.split("\n"):
        for written in (line, line.replace("|", r"\|")) if in_table else (line,):
            position = source.find(written, begin, end)
            if position >= 0:
                break
        if position < 0:
            return None
        first = position if first < 0 else first
        begin = position + len(written)
    return first, begin


def _pieces(tokens: Sequence[Token]) -> Iterator[_Piece]:
    """Cut inline tokens at hard breaks and images."""
    run: list[Token] = []
    for token in tokens:
        if token.type == "hardbreak":
            yield from _run(run)
            yield _Piece("\\\n", "", "")
            run = []
        elif token.type == "image":
            yield from _run(run)
            yield _Piece("![", _plain(token.children or []), f"]({_address(token, 'src')})")
            run = []
        else:
            run.append(token)
    yield from _run(run)


def _run(tokens: list[Token]) -> Iterator[_Piece]:
    """Turn inline tokens into a piece; markup that holds all of it stays around it."""
    tokens = [token for token in tokens if token.content or token.type != "text"]
    text = _plain(tokens)
    if not text:
        markup = "".join(token.content for token in tokens)
        if markup.strip():
            yield _Piece(markup, "", "")
        return
    opening = closing = ""
    while len(tokens) > 2 and tokens[0].type.endswith("_open") and _closes(tokens):
        if tokens[0].type == "link_open":
            opening, closing = f"{opening}[", f"]({_address(tokens[0], 'href')}){closing}"
        else:
            mark = _WRAPPERS[tokens[0].type]
            opening, closing = opening + mark, mark + closing
        tokens = tokens[1:-1]
    yield _Piece(opening, text, closing, tuple(_links(tokens)))


def _closes(tokens: Sequence[Token]) -> bool:
    """Tell whether the first token is closed by the last one."""
    depth = 0
    for number, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            return number == len(tokens) - 1
    return False


def _plain(tokens: Sequence[Token]) -> str:
    parts = [" " if _is_break(token) else token.content for token in tokens if _is_break(token) or _is_text(token)]
    return " ".join("".join(parts).split())


def _is_break(token: Token) -> bool:
    return token.type in ("softbreak", "hardbreak") or (token.type == "html_inline" and bool(_BR.match(token.content)))


def _is_tag(token: Token) -> bool:
    return token.type == "html_inline" and not _is_break(token)


def _is_text(token: Token) -> bool:
    return token.type in ("text", "code_inline", "text_special")


def _links(tokens: Sequence[Token]) -> Iterator[Link]:
    begin = 0
    for number, token in enumerate(tokens):
        if token.type == "link_open":
            begin = number
        elif token.type == "link_close":
            yield Link(_plain(tokens[begin:number]), _address(tokens[begin], "href"))


def _address(token: Token, name: str) -> str:
    address = str(token.attrGet(name) or "")
    address = f"<{address}>" if re.search(r"[\s()]", address) else address
    title = str(token.attrGet("title") or "").replace('"', r"\"")
    return f'{address} "{title}"' if title else address
