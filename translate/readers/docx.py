"""DOCX: the paragraphs of a Word document in reading order, tables, text boxes, notes and page headers among them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...errors import InputError, LimitError, require
from ..article import Article, Paragraph

if TYPE_CHECKING:
    from docx.document import Document

# Unpacked sizes. A novel of 500 pages has 3 MB of XML; pictures, which are never read, may take the rest.
MAX_XML_BYTES = 40_000_000
MAX_UNPACKED_BYTES = 300_000_000
MAX_PARTS = 5_000

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_AS_TEXT = {_WORD + "tab": " ", _WORD + "br": "\n", _WORD + "cr": "\n", _WORD + "noBreakHyphen": "-"}
_NOT_SHOWN = {_WORD + "del", _WORD + "moveFrom", _FALLBACK}  # the second copy of a text box, tracked deletions
# What else is a ZIP file, by a part that only it has.
_OTHER_KINDS = (
    ("xl/workbook.xml", "an Excel workbook"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("content.xml", "an OpenDocument file"),
    ("META-INF/container.xml", "an EPUB book"),
    ("Index/Document.iwa", "an Apple Pages document"),
)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


# What python-docx lets through for damaged files; SyntaxError is lxml's for broken XML, RuntimeError that of a ZIP
# whose members are encrypted.
_BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_docx(data: bytes, origin: str) -> Article:
    """Read a Word document; the title is its first paragraph when that has a title's style.

    Page headers come first and footers last, once each; table cells are paragraphs, row by row. Raises
    ``InputError`` for a damaged or protected file and for other kinds of ZIP, ``LimitError`` when it unpacks to
    more than a document can be.
    """
    _check_archive(data, origin)
    docx = require("docx", "files")
    try:
        document: Document = docx.Document(io.BytesIO(data))
        blocks = [*_furniture(document, "header"), *_blocks(document.element.body)]
        blocks += [*_notes(document), *_furniture(document, "footer")]
        title = _title(document)
    except _BROKEN as error:
        if "is not a Word file" in str(error):
            raise InputError(
                f"{origin}: a template, or a document with macros; save it as .docx and try again"
            ) from None
        raise _damaged(origin, error) from None
    lines = [(line, last) for block in blocks for line, last in _lines(block)]
    paragraphs = tuple(Paragraph(line, "\n\n" if last else "\n") for line, last in lines)
    return Article(paragraphs, title if any(title == p.text for p in paragraphs) else "", origin=origin)


def _check_archive(data: bytes, origin: str) -> None:
    """Look at the table of contents before anything is unpacked."""
    if not data.startswith(b"PK"):
        if _ENCRYPTED in data:
            raise InputError(
                f"{origin}: this document is protected by a password; save a copy without one and try again"
            )
        raise InputError(
            f"{origin}: an Office document in the old format, such as .doc; save it as .docx and try again"
        )
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _damaged(origin, error) from None
    names = {part.filename for part in parts}
    if "word/document.xml" not in names:
        found = next((kind for name, kind in _OTHER_KINDS if name in names), "a ZIP archive")
        raise InputError(f"{origin}: not a Word document, but {found}; save its text as .docx or .txt and try again")
    xml = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if xml > MAX_XML_BYTES or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
        raise LimitError(
            f"{origin}: this document unpacks to far more than it seems to hold ({xml / 1e6:,.0f} MB of text and "
            f"markup in {len(parts):,} parts; at most {MAX_XML_BYTES / 1e6:.0f} MB are read); it may be a ZIP bomb"
        )


def _damaged(origin: str, error: Exception) -> InputError:
    return InputError(
        f"{origin}: this document is damaged or cut off ({' '.join(str(error).split())[:100]}); get or save it again"
    )


def _blocks(element: Any) -> Iterator[str]:
    """Yield the text of every paragraph under an element; one in a text box comes after the one that anchors it."""
    for child in element:
        if child.tag in _NOT_SHOWN or not isinstance(child.tag, str):
            continue
        if child.tag == _WORD + "p":
            text: list[str] = []
            inside: list[Any] = []
            _collect(child, text, inside)
            yield "".join(text)
            for box in inside:
                yield from _blocks(box)
        else:
            yield from _blocks(child)


def _collect(element: Any, text: list[str], inside: list[Any]) -> None:
    """Gather the text of one paragraph, and the text boxes in it."""
    for child in element:
        if child.tag == _WORD + "t":
            text.append(child.text or "")
        elif child.tag in _AS_TEXT:
            text.append(_AS_TEXT[child.tag])
        elif child.tag == _WORD + "txbxContent":
            inside.append(child)
        elif child.tag not in _NOT_SHOWN and child.tag != _WORD + "pPr":
            _collect(child, text, inside)


def _furniture(document: Document, which: str) -> Iterator[str]:
    """Yield the distinct texts of page headers or footers; a lone page number is none."""
    seen: set[str] = set()
    for section in document.sections:
        for prefix in ("", "first_page_", "even_page_"):
            part = getattr(section, f"{prefix}{which}")
            for text in () if part.is_linked_to_previous else _blocks(part._element):
                if text not in seen and any(character.isalpha() for character in text):
                    seen.add(text)
                    yield text


def _notes(document: Document) -> Iterator[str]:
    """Yield footnotes and endnotes."""
    etree = require("lxml.etree", "files")
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")) and not relation.is_external:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            yield from _blocks(etree.fromstring(relation.target_part.blob, parser))


def _title(document: Document) -> str:
    for paragraph in document.paragraphs[:5]:
        if text := " ".join(paragraph.text.split()):
            name = (paragraph.style.name or "").lower() if paragraph.style is not None else ""
            return text if name.startswith(("title", "heading 1")) else ""
    return ""


def _lines(block: str) -> Iterator[tuple[str, bool]]:
    """Yield the lines of a paragraph (its line breaks are meant), and whether each is the last."""
    lines = [" ".join(line.split()) for line in block.split("\n") if line.strip()]
    yield from ((line, number == len(lines)) for number, line in enumerate(lines, 1))
