"""Markdown: only its text is translated, and everything else is where it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fakes import FakeEngine
from tarjama.translate import Article, Translator
from tarjama.translate.layout import fill

NAME = "page.md"


def read(text: str) -> Article:
    return Article.from_bytes(text.encode(), NAME)


def filled(text: str, *texts: str) -> str:
    layout = read(text).layout
    assert layout is not None
    return layout.fill(texts)


# Source, what is translated, the file with English in it.
CASES = [
    ("# عنوان\n\nفقرة.\n", ["عنوان", "فقرة."], "# A\n\nB\n"),
    ("عنوان\n=====\n", ["عنوان"], "A\n=====\n"),
    ("## عنوان ##\n", ["عنوان"], "## A ##\n"),
    ("سطر\nتابع له\n\n\n\nفقرة", ["سطر تابع له", "فقرة"], "A\n\n\n\nB"),
    ("- أولا\n- ثانيا\n    - فرعي\n", ["أولا", "ثانيا", "فرعي"], "- A\n- B\n    - C\n"),
    ("1. أولا\n2) ثانيا\n", ["أولا", "ثانيا"], "1. A\n2) B\n"),
    ("* أولا\n\n  تابع للبند\n", ["أولا", "تابع للبند"], "* A\n\n  B\n"),
    ("> اقتباس\n> تابع\n\nنص\n", ["اقتباس تابع", "نص"], "> A\n\nB\n"),
    ('نص\n\n```python\nx = "مرحبا"\n```\n\nنص\n', ["نص", "نص"], 'A\n\n```python\nx = "مرحبا"\n```\n\nB\n'),
    ("نص\n\n    رمز مزاح\n", ["نص"], "A\n\n    رمز مزاح\n"),
    ("نص\n\n---\n\nنص\n", ["نص", "نص"], "A\n\n---\n\nB\n"),
    ("---\ntitle: عنوان\n---\n\nنص\n", ["نص"], "---\ntitle: عنوان\n---\n\nA\n"),
    ("| أ | ب |\n|---|--:|\n| ج \\| د | 5 |\n", ["أ", "ب", "ج | د", "5"], "| A | B |\n|---|--:|\n| C | D |\n"),
    ("**غامق كله**\n", ["غامق كله"], "**A**\n"),
    ("قال **بعضه** غامق\n", ["قال بعضه غامق"], "A\n"),
    ("- [رابط](http://a.org/x_y)\n", ["رابط"], "- [A](http://a.org/x_y)\n"),
    ("انظر [الموقع](https://www.a.org/x) غدا\n", ["انظر الموقع غدا"], "A ([a.org](https://www.a.org/x))\n"),
    ("بحسب [BBC](http://b.org) أمس\n", ["بحسب BBC أمس"], "A ([b.org](http://b.org))\n"),
    ("![صورة](a.jpg)\n", ["صورة"], "![A](a.jpg)\n"),
    ("القاهرة<br>الجيزة\n", ["القاهرة الجيزة"], "A\n"),
    ('<span dir="rtl">نص</span> آخر\n', ["نص آخر"], "A\n"),
    ("<img src=a.png>\n\nنص\n", ["نص"], "<img src=a.png>\n\nA\n"),
    ("![](a.jpg)\n\nنص\n", ["نص"], "![](a.jpg)\n\nA\n"),
    ("سطر أول  \nسطر ثان\n", ["سطر أول", "سطر ثان"], "A\\\nB\n"),
    ("[مرجع][1] هنا\n\n[1]: http://a.org\n", ["مرجع هنا"], "A ([a.org](http://a.org))\n\n[1]: http://a.org\n"),
    ("<div>مرحبا</div>\n\nنص\n", ["نص"], "<div>مرحبا</div>\n\nA\n"),
    ("فقرة\u2028أولى.\n\n\x0cثانية.\n", ["فقرة أولى.", "ثانية."], "A\n\n\x0cB\n"),
    ("\r\n# عنوان\r\n\r\nنص\r\n", ["عنوان", "نص"], "\n# A\n\nB\n"),
]


@pytest.mark.parametrize(("source", "texts", "english"), CASES)
def test_text_is_replaced_and_structure_stays(source: str, texts: list[str], english: str) -> None:
    assert [paragraph.text for paragraph in read(source).paragraphs] == texts
    assert filled(source, *"ABCDEFGH"[: len(texts)]) == english


def test_the_title_is_the_first_heading_of_level_one() -> None:
    assert read("نص\n\n# عنوان كبير\n\n# آخر\n").title == "عنوان كبير"
    assert read("## فرعي\n\nنص\n").title == ""


def test_a_link_goes_around_its_own_words_when_they_came_through() -> None:
    source = 'قالت [BBC News](http://b.org "موقع") أمس\n'
    assert filled(source, "BBC News said yesterday") == '[BBC News](http://b.org "موقع") said yesterday\n'


@pytest.mark.parametrize(("text", "told"), [("نص<br>نص", False), ("نص <b>نص</b>", True), ("<i></i>", False)])
def test_tags_that_are_left_out_are_told(text: str, told: bool) -> None:
    assert ("HTML tags inside its text were left out." in read(f"{text}\n\nنص\n").notes) is told


def test_arabic_in_html_blocks_is_said_to_be_left() -> None:
    assert read("<div>مرحبا</div>\n\nنص\n").notes == ("HTML blocks in it were left as they are.",)
    assert read("<div>hello</div>\n\nنص\n").notes == ()


# Letters that mean something in Markdown, wherever a model may put them.
TRICKY = [
    "* a",
    "# a",
    "1. a",
    "- a",
    "+ a",
    "> a",
    "a * b * c",
    "a_b _c_",
    "[a](b)",
    "[a][b]",
    "[a]: b",
    "[[a](b)]",
    "![a](b)",
    "`a`",
    "<b>a</b>",
    "a \\ b",
    "~~~",
    "===",
]


@pytest.mark.parametrize("english", TRICKY)
@pytest.mark.parametrize("source", ["نص\n", "- نص\n", "# نص\n", "> نص\n"])
def test_english_is_read_as_text_whatever_it_holds(source: str, english: str) -> None:
    assert shown(filled(source, english)) == english


def test_a_bar_in_a_cell_does_not_end_the_cell() -> None:
    assert filled("| أ |\n|---|\n", "a | b") == "| a \\| b |\n|---|\n"


def test_a_mark_in_brackets_needs_no_escape() -> None:
    assert filled("نص\n", "[!] a [1]") == "[!] a [1]\n"


def shown(markdown: str) -> str:
    tokens = MarkdownIt("commonmark").parse(markdown)
    inline = [token for token in tokens if token.type == "inline"]
    assert len(inline) == 1
    assert {child.type for child in inline[0].children or []} <= {"text", "text_special"}
    return "".join(child.content for child in inline[0].children or [])


@given(st.text(alphabet="اب نص#*_-+>`[]()<!|\\\n 1.", max_size=60))
def test_any_text_keeps_its_lines_of_code_and_never_fails(text: str) -> None:
    source = f"{text}\n\nنص أخير\n\n```\nرمز\n```\n"
    article = read(source)
    assert article.layout is not None
    out = article.layout.fill([f"E{number}" for number in range(len(article.paragraphs))])
    if "نص أخير" in [paragraph.text for paragraph in article.paragraphs]:
        assert out.endswith("```\nرمز\n```\n")


def test_a_translation_comes_out_as_markdown() -> None:
    translation = Translator(engine=FakeEngine({"عنوان": "Title", "قال المتحدث.": "He said."})).translate(
        read("# عنوان\n\n- قال المتحدث.\n")
    )
    assert translation.article.layout is not None
    assert fill(translation.article.layout, translation) == "# Title\n\n- He said.\n"
    assert re.fullmatch(r"Title\s+He said\.\s+", translation.text)
