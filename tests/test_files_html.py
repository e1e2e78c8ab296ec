"""HTML: the article of a page, in the encoding that the page names, and pages without one."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from tarjama.errors import InputError
from tarjama.translate import Article

FIRST = "أعلنت وزارة المالية أن الاقتصاد نما بنسبة 3.5% خلال العام الماضي رغم الأزمة التي تمر بها المنطقة."
SECOND = "وقال الوزير إن الإصلاحات الأخيرة بدأت تؤتي ثمارها في جميع القطاعات وإن العمل مستمر."
PAGE = f"""<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8">
<title>الاقتصاد ينمو - صحيفة الاختبار</title></head><body>
<header><nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/s">رياضة</a></li></ul></nav></header>
<main><article><h1>الاقتصاد ينمو</h1>
<p>{FIRST}</p><script>alert("شر")</script><style>p {{ color: red }}</style>
<h2>ردود الفعل</h2>
<p>{SECOND}<br>وأضاف أن <a href="https://example.org">العمل</a> <b>مستمر</b> &amp; دائم.</p>
<ul><li>أولا: المدينة القديمة</li><li>ثانيا: الجانب الأيسر</li></ul>
<table><tr><th>المدينة</th><th>العدد</th></tr><tr><td>الموصل</td><td>120</td></tr></table>
<blockquote><p>لن نتراجع أبدا عن هذا الطريق.</p></blockquote>
<p>{FIRST}</p><p>{SECOND}</p></article></main>
<div id="comments"><p>تعليق: خبر رائع</p></div><footer>جميع الحقوق محفوظة</footer></body></html>"""
BLOCKS = [
    "الاقتصاد ينمو",
    FIRST,
    "ردود الفعل",
    SECOND,
    "وأضاف أن العمل مستمر & دائم.",
    "أولا: المدينة القديمة",
    "ثانيا: الجانب الأيسر",
    "المدينة",
    "العدد",
    "الموصل",
    "120",
    "لن نتراجع أبدا عن هذا الطريق.",
    FIRST,
    SECOND,
]


def read(page: str | bytes, name: str = "page.html") -> Article:
    return Article.from_bytes(page if isinstance(page, bytes) else page.encode(), name)


def texts(page: str | bytes) -> list[str]:
    return [paragraph.text for paragraph in read(page).paragraphs]


def test_the_article_and_nothing_else() -> None:
    article = read(PAGE)
    assert [paragraph.text for paragraph in article.paragraphs] == BLOCKS
    assert article.title == "الاقتصاد ينمو"
    assert article.notes == ()


def test_the_name_of_a_section_is_not_the_headline() -> None:
    page = PAGE.replace("الاقتصاد ينمو - صحيفة الاختبار", "الاقتصاد ينمو - سياسة - صحيفة الاختبار")
    page = page.replace("<h1>", "<p>سياسة</p><h1>")
    assert Article.from_bytes(page.encode(), "a.html").title == "الاقتصاد ينمو"


def test_a_title_that_the_body_lacks_becomes_the_first_paragraph() -> None:
    article = read(PAGE.replace("<h1>الاقتصاد ينمو</h1>", ""))
    assert article.title == "الاقتصاد ينمو - صحيفة الاختبار"
    assert [paragraph.text for paragraph in article.paragraphs] == [article.title, *BLOCKS[1:]]


@pytest.mark.parametrize(
    ("declared", "codec"),
    [("windows-1256", "cp1256"), ("ISO-8859-6", "iso8859_6"), ("utf-8", "utf-8"), ("utf-16", "utf-16")],
)
def test_the_encoding_is_the_one_that_the_page_names(declared: str, codec: str) -> None:
    page = PAGE.replace('charset="utf-8"', f'charset="{declared}"').encode(codec)
    assert texts(page) == BLOCKS


@pytest.mark.parametrize("codec", ["cp1256", "utf-8", "utf-8-sig"])
def test_a_page_that_names_none_or_the_wrong_one(codec: str) -> None:
    assert texts(PAGE.replace('<meta charset="utf-8">', "").encode(codec)) == BLOCKS
    assert texts(PAGE.replace('charset="utf-8"', 'charset="us-ascii"').encode(codec)) == BLOCKS
    for unknown in ("no-such-thing", "undefined"):
        assert texts(PAGE.replace('charset="utf-8"', f'charset="{unknown}"').encode(codec)) == BLOCKS


def test_a_few_broken_bytes_do_not_lose_the_page() -> None:
    page = PAGE.encode().replace("خبر رائع".encode(), b"\xff\xfe")
    assert texts(page) == BLOCKS


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (f"<p>{FIRST}</p><p>{SECOND}</p>", [FIRST, SECOND]),
        (f"<html><body>{FIRST}<br><br>{SECOND}</body></html>", [FIRST, SECOND]),
        (f"<html><body><p>{FIRST}</p></body></html>", [FIRST]),
    ],
)
def test_pages_written_by_hand(page: str, expected: list[str]) -> None:
    assert texts(page) == expected


def test_much_left_out_is_said() -> None:
    links = "".join(
        f'<li><a href="/{n}">عنوان خبر آخر من الأخبار رقم {n} في القائمة الجانبية</a></li>' for n in range(60)
    )
    assert read(PAGE.replace("<footer>", f"<aside><ul>{links}</ul></aside><footer>")).notes == (
        "The article is 14% of the Arabic on the page; menus, links and captions were left out.",
    )


@pytest.mark.parametrize(
    "page",
    [
        "<html></html>",
        "<html><body></body></html>",
        '<!doctype html><html><body><nav><a href="/">الرئيسية</a></nav></body></html>',
        '<!doctype html><html><body><script>var text = "قال المتحدث إن الاجتماع انتهى.";</script></body></html>',
        "<!doctype html>" + "<div>" * 2000,
    ],
)
def test_a_page_without_an_article(page: str) -> None:
    with pytest.raises(InputError) as caught:
        read(page)
    assert str(caught.value).startswith("page.html: no article is in this page; it may be a list of links")
    assert "\n" not in str(caught.value)


def test_a_file_named_html_without_any_tag_is_text() -> None:
    assert texts(f"{FIRST}\n{SECOND}") == [FIRST, SECOND]


def test_html_in_a_file_named_txt_is_html(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(codecs.BOM_UTF8 + PAGE.encode())
    assert [paragraph.text for paragraph in Article.from_file(path).paragraphs] == BLOCKS


def test_deep_and_broken_markup_ends() -> None:
    page = PAGE.replace("<article>", "<article>" + "<div>" * 100).replace("</p>", "")
    assert FIRST in " ".join(texts(page))
