"""A Word document: a table with English left and Arabic right, a row for each paragraph."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...errors import require
from ...translate import TranslatedParagraph, Translation
from ..render import MARK, Result, provenance_line, summary_heading, summary_notes
from .parts import clean, is_headline, notes, reasons, title

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

# Word takes the "complex script" font for Arabic; both are on Windows and macOS, and LibreOffice has metric twins.
_LATIN_FONT, _ARABIC_FONT = "Calibri", "Arial"
_ARABIC_POINTS = 12
_MARGIN_CM = 2.0
_CELL_MARGIN = 100  # twentieths of a point
_MARK_FILL, _LINE_COLOR = "FFF1C2", "BFBFC5"


def write_docx(results: Sequence[Result]) -> bytes:
    """Return a Word document with the results. Raises ``DependencyError`` without the extra ``files``."""
    document: Document = require("docx", "files").Document()
    from docx.enum.text import WD_BREAK

    _prepare(document, results)
    for number, result in enumerate(results):
        if number:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        _article(document, result)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _prepare(document: Document, results: Sequence[Result]) -> None:
    from docx.shared import Cm, Pt

    properties = document.core_properties
    properties.title = title(results[0])[:255]
    properties.author, properties.comments, properties.language = "tarjama", "", "en"
    normal = document.styles["Normal"]
    normal.font.name = _LATIN_FONT
    normal.paragraph_format.space_after = Pt(3)
    for section in document.sections:
        section.left_margin = section.right_margin = Cm(_MARGIN_CM)


def _article(document: Document, result: Result) -> None:
    document.add_heading(title(result), level=1)
    if summary := result.summary:
        document.add_heading(clean(summary_heading(summary)), level=2)
        document.add_paragraph(clean(summary.text))
        for note in summary_notes(summary):
            _small(document.add_paragraph(), clean(note))
    if translation := result.translation:
        if result.summary:
            document.add_heading("Translation", level=2)
        for note in notes(result):
            _small(document.add_paragraph(), note)
        _table(document, translation)
    _small(document.add_paragraph(), clean(provenance_line(result)))


def _table(document: Document, translation: Translation) -> None:
    """Add the table. Its columns run left to right (no ``w:bidiVisual``): Arabic stands right, as it is read."""
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    properties = table._tbl.tblPr  # Word reads its children in the order of the schema only
    properties.find(_name("w:tblLayout")).addprevious(_lines_between_rows())
    properties.find(_name("w:tblLook")).addprevious(_cell_margins())
    english, arabic = table.rows[0].cells
    english.paragraphs[0].add_run("English").bold = True
    _arabic(arabic, "العربية", bold=True)
    _repeat(table.rows[0])
    for paragraph in translation.paragraphs:
        english, arabic = table.add_row().cells
        headline = is_headline(translation, paragraph)
        _english(english, paragraph, headline)
        _arabic(arabic, clean(paragraph.source.text), bold=headline)


def _english(cell: _Cell, paragraph: TranslatedParagraph, bold: bool) -> None:
    """Write the sentences; flagged ones are marked, and the reasons stand under the paragraph in words."""
    text = cell.paragraphs[0]
    for number, sentence in enumerate(paragraph.sentences):
        if number:
            text.add_run(" ")
        run = text.add_run(f"{MARK} {clean(sentence.target)}" if sentence.flags else clean(sentence.target))
        run.bold = bold
        if sentence.flags:
            run._r.get_or_add_rPr().append(_element("w:shd", {"w:val": "clear", "w:fill": _MARK_FILL}))
    for sentence in paragraph.sentences:
        if sentence.flags:
            _small(cell.add_paragraph(), f"{MARK} {reasons(sentence)}")


def _arabic(cell: _Cell, text: str, *, bold: bool = False) -> None:
    """Write right-to-left text: the paragraph for its side and order, each run for its letters and font."""
    paragraph = cell.paragraphs[0]
    paragraph._p.get_or_add_pPr().append(_element("w:bidi"))
    run = paragraph.add_run(text)
    run.bold = bold
    properties = run._r.get_or_add_rPr()
    _set_fonts(run)
    if bold:
        properties.append(_element("w:bCs"))  # bold for complex scripts
    properties.append(_element("w:szCs", {"w:val": str(2 * _ARABIC_POINTS)}))
    properties.append(_element("w:rtl"))
    properties.append(_element("w:lang", {"w:bidi": "ar-SA"}))


def _set_fonts(run: Run) -> None:
    run.font.name = _LATIN_FONT
    fonts = run._r.get_or_add_rPr().find(_name("w:rFonts"))
    if fonts is not None:
        fonts.set(_name("w:cs"), _ARABIC_FONT)


def _lines_between_rows() -> Any:
    borders = _element("w:tblBorders")
    for side in ("w:top", "w:bottom", "w:insideH"):
        borders.append(_element(side, {"w:val": "single", "w:sz": "4", "w:color": _LINE_COLOR}))
    return borders


def _cell_margins() -> Any:
    margins = _element("w:tblCellMar")
    for side in ("w:top", "w:left", "w:bottom", "w:right"):
        margins.append(_element(side, {"w:w": str(_CELL_MARGIN), "w:type": "dxa"}))
    return margins


def _repeat(row: Any) -> None:
    """Show the first row again at the top of every page."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader"))


def _small(paragraph: Paragraph, text: str) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.italic = True
    run.font.size = Pt(9)
    run.font.color.rgb = RGBColor(0x55, 0x55, 0x5A)


def _element(name: str, attributes: dict[str, str] | None = None) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(name)
    for key, value in (attributes or {}).items():
        element.set(_name(key), value)
    return element


def _name(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))
