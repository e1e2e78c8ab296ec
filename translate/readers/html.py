"""HTML: the article of a web page, found by trafilatura."""

from __future__ import annotations

import codecs
import re
from typing import Any

from ...errors import InputError, require
from ..article import Article, Paragraph
from ..decode import decode
from ..script import arabic_letters

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Share of bytes that may be broken: pages are put together from many sources, and show a � there themselves.
_BROKEN = 1 / 500
_BLOCKS = ("p", "head", "item", "cell", "quote", "ab", "code", "fw")
_LEAST_WORDS = 4  # in the longest block of an article
_MOST_LEFT_OUT = 0.5


def read_html(data: bytes, origin: str, content_type: str = "") -> Article:
    """Read the article of a page: headline, headings, paragraphs, lists, tables; no menus, comments or adverts.

    Raises ``InputError`` when there is no article in it.
    """
    trafilatura = require("trafilatura", "files")
    text, encoding = _decode(data, origin, content_type)
    page = text if re.search(r"<html\b", text, re.I) else f"<html><body>{text}</body></html>"
    # Without its metadata: looking for the date alone loads 15 s of calendars when it is first done.
    found = trafilatura.bare_extraction(page, include_comments=False, include_tables=True)
    blocks = _blocks(found.body) if found is not None and found.body is not None else []
    if max((len(block.split()) for block in blocks), default=0) < _LEAST_WORDS:
        raise InputError(
            f"{origin}: no article is in this page; it may be a list of links, or filled in by a script: open it in a "
            "browser, copy the text, and give that"
        )
    tree = trafilatura.load_html(page)
    title = _title(tree, blocks)
    if title and title not in blocks[:3]:
        blocks.insert(0, title)
    paragraphs = tuple(Paragraph(block, "\n\n") for block in blocks)
    return Article(paragraphs, title, origin=origin, encoding=encoding, notes=_notes(tree, blocks))


def _decode(data: bytes, origin: str, content_type: str) -> tuple[str, str]:
    """Decode as the page says it is written; when it says nothing or says wrong, as any text."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace"), name.removesuffix("-sig")
    declared = [
        match[1].decode() for match in (_CHARSET.search(content_type.encode()), _CHARSET.search(data[:4096])) if match
    ]
    for name in declared:
        try:
            text = data.decode(name, "replace")
        except (LookupError, UnicodeError):  # UnicodeError: charset=undefined, which Python knows as a codec
            continue
        if text.count("\ufffd") <= _BROKEN * len(text):
            return text, codecs.lookup(name).name
    return decode(data, origin)


def _blocks(body: Any) -> list[str]:
    """Return the text of each innermost block, line breaks and white space between tags made plain."""
    blocks: list[str] = [""]

    def visit(element: Any) -> None:
        begins = element.tag in _BLOCKS
        if begins:
            blocks.append("")
        if element.tag == "lb":
            blocks.append("")
        blocks[-1] += element.text or ""
        for child in element:
            visit(child)
            blocks[-1] += child.tail or ""
        if begins:
            blocks.append("")

    visit(body)
    return [" ".join(block.split()) for block in blocks if block.strip()]


def _title(tree: Any, blocks: list[str]) -> str:
    """Return the headline: a block near the top that the page also names as its title, or that title.

    What a site adds to its titles ("headline - name of the paper") is not the headline.
    """
    named = [
        *tree.xpath("//meta[@property='og:title']/@content"),
        *tree.xpath("//h1[1]//text()[1]"),
        tree.findtext(".//title"),
    ]
    titles = [title for title in (" ".join((name or "").split()) for name in named) if title]
    shown = [block for block in blocks[:3] if any(block in title for title in titles)]
    longest = max(shown, key=len, default="")
    # One word or two of a title are the name of a section, unless they are all of it.
    return longest if longest in titles or len(longest.split()) > 2 else next(iter(titles), "")


def _notes(tree: Any, blocks: list[str]) -> tuple[str, ...]:
    """Say so when much of the page's Arabic was taken for something else than the article."""
    whole = arabic_letters("".join(tree.xpath("//body//text()[not(parent::script or parent::style)]")))
    share = arabic_letters("".join(blocks)) / whole if whole else 1.0
    if share >= 1 - _MOST_LEFT_OUT:
        return ()
    return (f"The article is {share:.0%} of the Arabic on the page; menus, links and captions were left out.",)
