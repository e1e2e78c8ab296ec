"""DOCX: everything that Word shows, in reading order; archives that are something else or a trap are named."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tarjama.errors import InputError, LimitError
from tarjama.translate import Article
from tarjama.translate.readers import docx as reader

SENTENCE = "قال المتحدث إن الاجتماع انتهى."


def saved(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def read(document: Document) -> Article:
    return Article.from_bytes(saved(document), "report.docx")


def texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in read(document).paragraphs]


def add_xml(document: Document, xml: str) -> None:
    """Put raw WordprocessingML before the end of the body."""
    document.element.body.insert_element_before(parse_xml(xml.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1)), "w:sectPr")


def test_paragraphs_title_and_gaps() -> None:
    document = docx.Document()
    document.add_heading("تقرير السوق", 0)
    document.add_paragraph("  السطر الأول \n السطر الثاني")
    document.add_paragraph("")
    document.add_paragraph(SENTENCE)
    article = read(document)
    assert article.title == "تقرير السوق"
    assert article.text == f"تقرير السوق\n\nالسطر الأول\nالسطر الثاني\n\n{SENTENCE}\n\n"


def test_the_first_paragraph_is_no_title_without_a_style_that_says_so() -> None:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    assert read(document).title == ""


def test_tables_stand_in_their_place_row_by_row_and_merged_cells_once() -> None:
    document = docx.Document()
    document.add_paragraph("قبل الجدول")
    table = document.add_table(2, 2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), ("أ", "ب", "ج", "د"), strict=True):
        cell.text = text
    merged = document.add_table(1, 2)
    merged.cell(0, 0).merge(merged.cell(0, 1)).text = "خلية واسعة"
    document.add_paragraph("بعد الجدول")
    assert texts(document) == ["قبل الجدول", "أ", "ب", "ج", "د", "خلية واسعة", "بعد الجدول"]


def test_page_headers_come_first_and_footers_last_once_and_page_numbers_not() -> None:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    document.sections[0].header.paragraphs[0].text = "وزارة المالية"
    document.sections[0].footer.paragraphs[0].text = "سري"
    document.sections[0].different_first_page_header_footer = True
    document.sections[0].first_page_header.paragraphs[0].text = "وزارة المالية"
    document.sections[0].first_page_footer.paragraphs[0].text = "1"
    document.add_section()
    assert texts(document) == ["وزارة المالية", SENTENCE, "سري"]


HIDDEN = {
    "tracked insertion": ("<w:p><w:ins w:id='1' w:author='a'><w:r><w:t>أضيف نص</w:t></w:r></w:ins></w:p>", ["أضيف نص"]),
    "tracked deletion": (
        "<w:p><w:r><w:t>بقي</w:t></w:r>"
        "<w:del w:id='1' w:author='a'><w:r><w:delText>حذف</w:delText></w:r></w:del></w:p>",
        ["بقي"],
    ),
    "link": (
        "<w:p><w:r><w:t>انظر </w:t></w:r><w:hyperlink><w:r><w:t>الموقع</w:t></w:r></w:hyperlink></w:p>",
        ["انظر الموقع"],
    ),
    "tracked deletion of white space": (
        "<w:p><w:r><w:t>كلمة</w:t></w:r><w:del w:id='1' w:author='a'><w:r><w:br/></w:r></w:del>"
        "<w:r><w:t>ها</w:t></w:r></w:p>",
        ["كلمةها"],
    ),
    "text that was moved away": (
        "<w:p><w:moveFrom w:id='1' w:author='a'><w:r><w:t>قديم</w:t></w:r></w:moveFrom><w:r><w:t>باق</w:t></w:r></w:p>",
        ["باق"],
    ),
    "field code": (
        "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>صفحة</w:t></w:r></w:p>",
        ["صفحة"],
    ),
    "tab and hyphen": (
        "<w:p><w:r><w:t>يمين</w:t><w:tab/><w:t>يسار</w:t><w:noBreakHyphen/><w:t>وسط</w:t></w:r></w:p>",
        ["يمين يسار-وسط"],
    ),
    "text box": (
        "<w:p><w:r><w:t>قبل</w:t><w:pict><w:txbxContent><w:p><w:r><w:t>في الإطار</w:t></w:r></w:p></w:txbxContent>"
        "</w:pict><w:t>بعد</w:t></w:r></w:p>",
        ["قبلبعد", "في الإطار"],
    ),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_python_docx_does_not_show_by_itself(name: str) -> None:
    xml, expected = HIDDEN[name]
    document = docx.Document()
    add_xml(document, xml)
    assert texts(document) == expected


def test_a_content_control_is_read() -> None:
    document = docx.Document()
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert_element_before(parse_xml(control), "w:sectPr")
    assert texts(document) == [SENTENCE]


def test_what_is_there_twice_for_old_programs_is_read_once() -> None:
    document = docx.Document()
    copies = "".join(f"<mc:{name}><w:p><w:r><w:t>إطار</w:t></w:r></w:p></mc:{name}>" for name in ("Choice", "Fallback"))
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = f"<mc:AlternateContent {nsdecls('w')} {mc}>{copies}</mc:AlternateContent>"
    document.element.body.insert_element_before(parse_xml(both), "w:sectPr")
    assert texts(document) == ["إطار"]


def test_footnotes_are_read() -> None:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    data = with_part(
        saved(document),
        "word/footnotes.xml",
        f"<w:footnotes {nsdecls('w')}><w:footnote w:id='2'><w:p><w:r><w:t>حاشية</w:t></w:r></w:p></w:footnote>"
        "</w:footnotes>",
        "footnotes",
    )
    assert [paragraph.text for paragraph in Article.from_bytes(data, "a.docx").paragraphs] == [SENTENCE, "حاشية"]


def with_part(data: bytes, name: str, xml: str, kind: str) -> bytes:
    """Add a part to a document, with its content type and relation."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for item in source.namelist():
            content = source.read(item).decode("utf-8") if item.endswith((".xml", ".rels")) else None
            if item == "[Content_Types].xml" and content:
                media = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
                override = f'<Override PartName="/{name}" ContentType="{media}"/>'
                content = content.replace("</Types>", f"{override}</Types>")
            if item == "word/_rels/document.xml.rels" and content:
                relation = f'<Relationship Id="rIdX" Type="{base}/{kind}" Target="{name.removeprefix("word/")}"/>'
                content = content.replace("</Relationships>", f"{relation}</Relationships>")
            target.writestr(item, source.read(item) if content is None else content)
        target.writestr(name, xml)
    return out.getvalue()


def archive(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def _good() -> bytes:
    document = docx.Document()
    for number in range(200):
        document.add_paragraph(f"{number} {SENTENCE}")
    return saved(document)


def _damaged_picture() -> bytes:
    data = bytearray(archive_of(GOOD, {"word/media/a.png": "x" * 100}))
    data[data.index(b"x" * 100) + 9] = ord("y")
    return bytes(data)


def archive_of(data: bytes, parts: dict[str, str], was: str = "", now: str = "") -> bytes:
    """Copy a document with other parts and, in its content types, one word for another; nothing is compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for item in source.namelist():
            content = source.read(item)
            if item == "[Content_Types].xml":
                content = content.replace(was.encode(), now.encode()).replace(
                    b"</Types>", b'<Default Extension="png" ContentType="image/png"/></Types>'
                )
            if item == "word/_rels/document.xml.rels" and parts:
                kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
                relation = b'<Relationship Id="rIdP" Type="' + kind + b'" Target="media/a.png"/></Relationships>'
                content = content.replace(b"</Relationships>", relation)
            target.writestr(item, content)
        for name, text in parts.items():
            target.writestr(name, text)
    return out.getvalue()


MACROS = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "application/vnd.ms-word.document.macroEnabled.main+xml",
)
GOOD = _good()
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut off": (lambda: GOOD[: len(GOOD) // 2], "is damaged or cut off"),
    "only the first bytes": (lambda: GOOD[:4], "is damaged or cut off"),
    "damaged picture": (_damaged_picture, "is damaged or cut off"),
    "macros": (lambda: archive_of(GOOD, {}, *MACROS), "a document with macros; save it as .docx and try again"),
    "broken XML": (lambda: archive(**{"word__document.xml": "<w:document"}), "is damaged or cut off"),
    "spreadsheet": (lambda: archive(**{"xl__workbook.xml": "<a/>"}), "not a Word document, but an Excel workbook"),
    "slides": (lambda: archive(**{"ppt__presentation.xml": "<a/>"}), "but a PowerPoint presentation"),
    "OpenDocument": (lambda: archive(**{"content.xml": "<a/>"}), "but an OpenDocument file"),
    "book": (lambda: archive(**{"META-INF__container.xml": "<a/>"}), "but an EPUB book"),
    "any ZIP": (
        lambda: archive(**{"a.txt": SENTENCE}),
        "not a Word document, but a ZIP archive; save its text as .docx",
    ),
    "password": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "is protected by a password; save a copy without one",
    ),
    "old Word": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "in the old format, such as .doc"),
    "empty": (lambda: saved(docx.Document()), "there is no text in it"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_docx(name: str) -> None:
    make, message = BAD[name]
    with pytest.raises(InputError) as caught:
        Article.from_bytes(make(), "bad.docx")
    assert message in str(caught.value)
    assert str(caught.value).startswith("bad.docx: ")
    assert "\n" not in str(caught.value)


def test_a_zip_bomb_is_refused_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive(**{"word__document.xml": "<a>" + " " * (reader.MAX_XML_BYTES + 1)})
    assert len(bomb) < 200_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args, **kwargs: pytest.fail("unpacked"))
    with pytest.raises(LimitError, match="it may be a ZIP bomb"):
        Article.from_bytes(bomb, "bomb.docx")


def test_many_parts_and_large_pictures_have_limits_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_PARTS", 2)
    with pytest.raises(LimitError, match="in 3 parts"):
        Article.from_bytes(archive(**{"word__document.xml": "<a/>", "b": "", "c": ""}), "bomb.docx")
    monkeypatch.setattr(reader, "MAX_UNPACKED_BYTES", 10)
    with pytest.raises(LimitError):
        Article.from_bytes(archive(**{"word__document.xml": "<a/>", "word__media__a.png": "x" * 11}), "bomb.docx")


def test_xml_entities_are_not_expanded() -> None:
    document = docx.Document()
    document.add_paragraph("XX")
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(document))) as source, zipfile.ZipFile(data, "w") as target:
        for item in source.namelist():
            content = source.read(item)
            if item == "word/document.xml":
                doctype = b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><w:document"
                content = content.replace(b"<w:document", doctype, 1).replace(b">XX<", ">قال &e; ثم<".encode())
            target.writestr(item, content)
    article = Article.from_bytes(data.getvalue(), "a.docx")
    assert [paragraph.text for paragraph in article.paragraphs] == ["قال"]
