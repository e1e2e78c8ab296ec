"""HTML, Word and TMX: opened again and looked at."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from fakes import FakeEngine
from tarjama.errors import InputError
from tarjama.summarize import Summary, SummarySentence
from tarjama.translate import Article, Flag, Paragraph, Translation, Translator, flag_text
from tarjama.ui.render import Format, Result
from tarjama.ui.writers import BINARY, DOCUMENTS, document, encode

HEADLINE, FIRST, SECOND = "الاقتصاد ينمو", "قال <المتحدث> & إن العدد 7.", "هل هذا صحيح؟ نعم."
WHY = flag_text(Flag.MISSING_NUMBER)
ENGLISH = {HEADLINE: "Economy grows", FIRST: "He <said> & the number.", "هل هذا صحيح؟": "Is this true?", "نعم.": "Yes."}


def translation(engine: FakeEngine | None = None) -> Translation:
    article = Article(
        (Paragraph(HEADLINE, "\n\n"), Paragraph(FIRST, "\n\n"), Paragraph(SECOND, "\n")), HEADLINE, origin="a.html"
    )
    return Translator(engine=engine or FakeEngine(ENGLISH), retry=False).translate(article)


def summary(of: Translation) -> Summary:
    return Summary(
        "He <said>.", (SummarySentence("He <said>.", 1),), "extractive", 0.75, 12, ("Paris",), "A note.", of.provenance
    )


@pytest.fixture
def result() -> Result:
    made = translation()
    return Result("folder/a.html", made, summary(made))


def test_the_flag_that_these_tests_look_for(result: Result) -> None:
    assert result.translation is not None
    assert [sentence.flags for sentence in result.translation.sentences] == [(), (Flag.MISSING_NUMBER,), (), ()]


# HTML


def page(result: Result) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(encode(result, Format.HTML).decode())


def test_html_rows_and_directions(result: Result) -> None:
    tree = page(result)
    rows = [[cell.text_content() for cell in row.xpath("./td")] for row in tree.xpath("//tbody/tr")]
    assert rows == [
        ["Economy grows", HEADLINE],
        [f"He <said> & the number.{WHY}", FIRST],
        ["Is this true? Yes.", SECOND],
    ]
    assert {(cell.get("dir"), cell.get("lang")) for cell in tree.xpath("//tbody//td[2]")} == {("rtl", "ar")}
    assert tree.xpath("//tr[@class='headline']/td[1]")[0].text_content() == "Economy grows"
    assert tree.findtext(".//title") == "Economy grows"


def test_html_says_in_words_what_is_not_to_be_trusted(result: Result) -> None:
    tree = page(result)
    assert [mark.text_content() for mark in tree.xpath("//mark")] == ["He <said> & the number."]
    assert [item.text for item in tree.xpath("//ul[@class='why']/li")] == [WHY]
    text = tree.text_content()
    assert "Summary (sentences chosen from the text; 75% of the text read)" in text
    assert "In the summary but not in the text: Paris." in text
    assert "1 of 4 sentences is flagged" in text
    assert "model fake (test), fake, beam 4" in text


def test_html_needs_nothing_else_and_runs_nothing(result: Result) -> None:
    source = encode(result, Format.HTML).decode()
    tree = page(result)
    assert tree.xpath("//script | //link | //img | //iframe") == []
    assert "http" not in source.replace("http-equiv", "")
    assert "default-src 'none'" in source


@given(st.text(max_size=60))
def test_html_shows_any_text_as_text(text: str) -> None:
    made = translation(FakeEngine(lambda source: f"x {text} x"))
    tree = lxml_html.document_fromstring(encode(Result("a.txt", made), Format.HTML).decode())
    assert tree.xpath("count(//tbody/tr)") == 3
    known = "article h1 section p table thead tbody tr th td ul li mark footer".split()
    assert {element.tag for element in tree.find("body").iterdescendants()} <= set(known)


# Word


def opened(result: Result) -> docx.document.Document:
    return docx.Document(io.BytesIO(encode(result, Format.DOCX)))


def test_word_rows(result: Result) -> None:
    file = opened(result)
    (table,) = file.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["English", "العربية"],
        ["Economy grows", HEADLINE],
        [f"[!] He <said> & the number.\n[!] {WHY}", FIRST],
        ["Is this true? Yes.", SECOND],
    ]
    text = [paragraph.text for paragraph in file.paragraphs]
    assert text[:3] == ["Economy grows", "Summary (sentences chosen from the text; 75% of the text read)", "He <said>."]
    assert file.core_properties.title == "Economy grows"
    assert file.core_properties.author == "tarjama"


def test_word_arabic_runs_from_right_to_left_and_columns_do_not(result: Result) -> None:
    (table,) = opened(result).tables
    for row in table.rows:
        english, arabic = (cell.paragraphs[0] for cell in row.cells)
        assert arabic._p.pPr.find(qn("w:bidi")) is not None
        assert english._p.pPr is None or english._p.pPr.find(qn("w:bidi")) is None
        for run in arabic.runs:
            properties = run._r.rPr
            assert properties.find(qn("w:rtl")) is not None
            assert properties.find(qn("w:rFonts")).get(qn("w:cs")) == "Arial"
            assert properties.find(qn("w:lang")).get(qn("w:bidi")) == "ar-SA"
        assert all(run._r.rPr is None or run._r.rPr.find(qn("w:rtl")) is None for run in english.runs)
    assert table._tbl.tblPr.find(qn("w:bidiVisual")) is None
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


# The order of elements in ISO 29500-1, of those that are written: Word calls a file with another order damaged.
ORDERS = {
    "w:tblPr": ["tblStyle", "tblW", "tblBorders", "tblLayout", "tblCellMar", "tblLook"],
    "w:rPr": ["rStyle", "rFonts", "b", "bCs", "i", "iCs", "color", "sz", "szCs", "highlight", "shd", "rtl", "lang"],
    "w:pPr": ["pStyle", "bidi", "spacing", "jc"],
}


@pytest.mark.parametrize("name", ORDERS)
def test_word_elements_stand_in_the_order_of_the_schema(result: Result, name: str) -> None:
    body = opened(result).element.body
    seen = 0
    for element in body.iter(qn(name)):
        places = [ORDERS[name].index(etree.QName(child).localname) for child in element]
        assert places == sorted(places)
        seen += len(places)
    assert seen > 2


def test_word_summary_alone_and_several(result: Result) -> None:
    assert opened(replace(result, translation=None)).tables == []
    many = docx.Document(io.BytesIO(document([result, result], Format.DOCX)))
    assert len(many.tables) == 2


@settings(max_examples=12)  # each opens Word's template
@given(st.text(max_size=60))
def test_word_takes_any_text(text: str) -> None:
    made = translation(FakeEngine(lambda source: f"x {text} x"))
    data = encode(Result("a.txt", made), Format.DOCX)
    assert len(docx.Document(io.BytesIO(data)).tables[0].rows) == 4
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


# TMX: the parts of its DTD (TMX 1.4b, annex) that concern what is written here.
DTD = etree.DTD(
    io.StringIO("""
<!ELEMENT tmx (header, body)> <!ATTLIST tmx version CDATA #REQUIRED>
<!ELEMENT header (note | prop | ude)*>
<!ATTLIST header creationtool CDATA #REQUIRED creationtoolversion CDATA #REQUIRED
  segtype (block | paragraph | sentence | phrase) #REQUIRED o-tmf CDATA #REQUIRED adminlang CDATA #REQUIRED
  srclang CDATA #REQUIRED datatype CDATA #REQUIRED o-encoding CDATA #IMPLIED creationdate CDATA #IMPLIED
  creationid CDATA #IMPLIED changedate CDATA #IMPLIED changeid CDATA #IMPLIED>
<!ELEMENT ude EMPTY>
<!ELEMENT body (tu*)>
<!ELEMENT tu ((note | prop)*, tuv+)> <!ATTLIST tu tuid CDATA #IMPLIED srclang CDATA #IMPLIED>
<!ELEMENT tuv ((note | prop)*, seg)> <!ATTLIST tuv xml:lang CDATA #REQUIRED>
<!ELEMENT seg (#PCDATA)> <!ELEMENT note (#PCDATA)>
<!ELEMENT prop (#PCDATA)> <!ATTLIST prop type CDATA #REQUIRED xml:lang CDATA #IMPLIED>
""")
)
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def memory(data: bytes) -> etree._Element:
    root = etree.fromstring(data)
    assert DTD.validate(root), DTD.error_log
    return root


def test_tmx_pairs_and_flags(result: Result) -> None:
    data = encode(result, Format.TMX)
    root = memory(data)
    assert root.get("version") == "1.4"
    header = root.find("header")
    assert (header.get("srclang"), header.get("segtype"), header.get("creationtool")) == ("ar", "sentence", "tarjama")
    pairs = [{tuv.get(LANG): tuv.findtext("seg") for tuv in unit.iter("tuv")} for unit in root.iter("tu")]
    assert pairs == [{"ar": source, "en": target} for source, target in ENGLISH.items()]
    flags = [
        [prop.text for prop in unit.iter("prop") if prop.get("type") == "x-tarjama-flag"] for unit in root.iter("tu")
    ]
    assert flags == [[], ["missing-number"], [], []]
    assert [note.text for note in root.iter("note")] == [f"Not to be trusted: {WHY}"]
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n')


def test_tmx_of_several_has_numbers_of_its_own(result: Result) -> None:
    root = memory(document([result, result], Format.TMX))
    numbers = [unit.get("tuid") for unit in root.iter("tu")]
    assert numbers == [str(number) for number in range(1, 9)]


def test_tmx_has_no_pair_without_text() -> None:
    made = translation(FakeEngine({**ENGLISH, "نعم.": ""}))
    sentences = [
        replace(sentence, target="" if sentence.source == "نعم." else sentence.target) for sentence in made.sentences
    ]
    paragraphs = (*made.paragraphs[:2], replace(made.paragraphs[2], sentences=tuple(sentences[2:])))
    root = memory(encode(Result("a.txt", replace(made, paragraphs=paragraphs)), Format.TMX))
    assert len(list(root.iter("tu"))) == 3


def test_tmx_of_a_summary_alone(result: Result) -> None:
    with pytest.raises(InputError, match="TMX holds sentences and their translations"):
        encode(replace(result, translation=None), Format.TMX)


@given(st.text(max_size=60))
def test_tmx_takes_any_text(text: str) -> None:
    made = translation(FakeEngine(lambda source: f"x {text} x"))
    assert len(list(memory(encode(Result("a.txt", made), Format.TMX)).iter("tu"))) == 4


def test_every_form_is_written(result: Result) -> None:
    for form in Format:
        if form is not Format.SRT:
            data = encode(result, form)
            assert data
            assert form in BINARY or data.decode()
    with pytest.raises(InputError, match="only the translation of subtitles can be SRT"):
        encode(result, Format.SRT)
    assert BINARY <= DOCUMENTS
