"""PDF: letters in reading order whatever the order on the page, lines joined to paragraphs, and bad files named."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from fakes import FakeEngine
from pdf_files import Text, arabic, pdf, visual
from tarjama.errors import InputError, LimitError
from tarjama.translate import Article, Translator, normalize
from tarjama.translate.readers import pdf as reader
from tarjama.translate.readers.order import brackets_upright, is_backwards, logical

FILES = Path(__file__).parent / "files"
NEWS = (FILES / "news.txt").read_text(encoding="utf-8").splitlines()


def texts(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in Article.from_bytes(data, "news.pdf").paragraphs]


@pytest.mark.parametrize("name", ["chromium.pdf", "libreoffice.pdf"])
def test_what_real_programs_write_comes_out_letter_by_letter(name: str) -> None:
    article = Article.from_file(FILES / name)
    assert [normalize(paragraph.text) for paragraph in article.paragraphs] == [normalize(text) for text in NEWS]
    assert article.notes == ()


# What is seen from left to right, a glyph each between the bars, and how it is read. Checked against python-bidi.
LINES = [
    ("م|ل|ا|س", "سالم"),  # سالم, a name
    ("م|لا|س", "سلام"),  # the ligature keeps its letters in order
    ("ن|لآ|ا", "الآن"),
    ("6102 ماع", "عام 2016"[:4] + "6102"),
    ("2016 ماع", "عام 2016"),
    ("نويلم 12,450 ىلإ", "إلى 12,450 مليون"),
    ("%3.5 ةبسنب", "بنسبة 3.5%"),
    ("3.5% ةبسنب", "بنسبة 3.5%"),
    ("12/3/2015 يف", "في 12/3/2015"),
    ("18:30 ةعاسلا", "الساعة 18:30"),
    ("2015-2010 نيب", "بين 2010-2015"),
    ("30 ىلإ 20 نم", "من 20 إلى 30"),
    ("30 20", "20 30"),
    (".BBC News تلاق", "قالت BBC News."),
    ("COVID-19 سوريف", "فيروس COVID-19"),
    ("https://bbc.com/a?b=1 ىلع", "على https://bbc.com/a?b=1"),
    ("World Health (WHO) ةمظنم", "منظمة World Health (WHO)"),
    ("٢٠١٦ ماع", "عام ٢٠١٦"),
    ("«زرتيور»و", "و»رويترز«"),  # as it looks: the brackets are settled for the whole document
    ("ـﻫ 1437", "1437 هـ"),  # presentation forms are resolved
]


@pytest.mark.parametrize(("seen", "read"), LINES)
def test_reading_order(seen: str, read: str) -> None:
    units = tuple(seen.split("|")) if "|" in seen else tuple(seen)
    assert logical(units) == read


@given(st.text("ابتثجحخدرسةىوي ،.؟", max_size=40))
def test_arabic_alone_is_simply_turned_round(text: str) -> None:
    assert logical(tuple(reversed(text))) == text


@given(st.lists(st.sampled_from(["قال", "عام", "2016", "3.5", "في", "12,450", "BBC", "IMF"]), min_size=1, max_size=8))
def test_words_and_numbers_survive_whole(words: list[str]) -> None:
    text = " ".join(words)
    assert sorted(logical(visual(text)).split()) == sorted(words)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["قال )س( ثم", "و(ص"], ["قال (س) ثم", "و)ص"]),
        (["قال (س) ثم", "و(ص"], ["قال (س) ثم", "و(ص"]),
        (["»أ« ثم (ب)"], ["«أ» ثم (ب)"]),
        (["ب) ثم (ج", "(د)", "(ه)"], ["ب) ثم (ج", "(د)", "(ه)"]),
        (["بلا أقواس"], ["بلا أقواس"]),
    ],
)
def test_brackets_open_before_they_close(lines: list[str], expected: list[str]) -> None:
    assert brackets_upright(lines) == expected


def test_backwards_text_is_told_from_forwards_text() -> None:
    forwards = "\n".join(NEWS)
    assert not is_backwards(forwards)
    assert is_backwards("\n".join(line[::-1] for line in NEWS))
    assert not is_backwards("لا إلى علا")


def test_wrapped_lines_become_paragraphs() -> None:
    first = [
        "أعلنت وزارة المالية أن الاقتصاد نما خلال العام الماضي",
        "رغم الأزمة التي تمر بها المنطقة منذ سنوات طويلة جدا",
        "وفق البيان.",
    ]
    second = ["وقال الوزير إن الإصلاحات الأخيرة بدأت تؤتي ثمارها في", "جميع القطاعات."]
    lines = [arabic(text, 800 - 14 * number) for number, text in enumerate(first + second)]
    assert texts(pdf([lines])) == [" ".join(first), " ".join(second)]


def test_a_paragraph_goes_on_over_the_page_and_numbers_and_headers_do_not() -> None:
    def page(number: int, lines: list[str]) -> list[Text]:
        body = [arabic(text, 760 - 14 * place) for place, text in enumerate(lines)]
        return [arabic("صحيفة الاختبار اليومية", 820), *body, Text(300, 30, tuple(str(number)))]

    long = "كلمات كثيرة تملأ هذا السطر كله من أوله حتى آخره هنا"
    article = Article.from_bytes(
        pdf([page(1, ["عنوان", long, long]), page(2, ["ثم تنتهي هنا.", long, "انتهى."]), page(3, [long])]), "a.pdf"
    )
    assert [paragraph.text for paragraph in article.paragraphs] == [
        "عنوان",
        f"{long} {long} ثم تنتهي هنا.",
        f"{long} انتهى.",
        long,
    ]
    assert article.notes == ("Left out, because every page has it: “صحيفة الاختبار اليومية”; page numbers",)


def test_a_year_alone_on_a_line_is_no_page_number() -> None:
    assert texts(pdf([[arabic("أحداث العام", 800), arabic("2016", 700), arabic("انتهى العام.", 600)]])) == [
        "أحداث العام",
        "2016",
        "انتهى العام.",
    ]


def test_columns_are_read_from_the_right() -> None:
    right = [f"هذا السطر رقم {number} في العمود الأيمن" for number in range(1, 9)]
    left = [f"هذا السطر رقم {number} في العمود الأيسر" for number in range(1, 9)]
    page = [arabic("عنوان كبير فوق العمودين معا في هذه الصفحة", 800, size=16)]
    page += [arabic(text, 770 - 14 * number) for number, text in enumerate(right)]
    page += [arabic(text, 770 - 14 * number, right=330) for number, text in enumerate(left)]
    read = " ".join(texts(pdf([page])))
    assert read.index("عنوان") < read.index("رقم 1 في العمود الأيمن") < read.index("رقم 8 في العمود الأيمن")
    assert read.index("رقم 8 في العمود الأيمن") < read.index("رقم 1 في العمود الأيسر")


def test_glyphs_are_read_where_they_stand_not_in_the_order_they_are_drawn() -> None:
    line = arabic("بلغ العدد 2016 شخصا", 800)
    step = 0.5 * line.size
    alone = [Text(line.x + number * step, line.y, (glyph,)) for number, glyph in enumerate(line.glyphs)]
    assert texts(pdf([alone[::2] + alone[1::2]])) == ["بلغ العدد 2016 شخصا"]


def test_words_without_space_glyphs_are_told_by_the_gap() -> None:
    page = [Text(500, 800, visual("أولى")), Text(475, 800, visual("ثانية"[:4])), Text(440, 800, visual("ثالث"))]
    assert texts(pdf([page])) == ["أولى ثاني ثالث"]


def test_bold_by_drawing_twice_counts_once() -> None:
    line = arabic("خبر عاجل من بغداد", 800)
    assert texts(pdf([[line, Text(line.x + 0.3, line.y, line.glyphs)]])) == ["خبر عاجل من بغداد"]


def test_a_pdf_stored_backwards_is_turned_round_and_says_so() -> None:
    lines = [Text(100, 800 - 50 * number, tuple(text)) for number, text in enumerate(NEWS)]
    article = Article.from_bytes(pdf([lines]), "old.pdf")
    assert [paragraph.text for paragraph in article.paragraphs] == NEWS
    assert article.notes == ("This PDF stores its Arabic backwards; it was turned round: compare with the original.",)
    assert article.notes[0] in Translator(engine=FakeEngine()).translate(article).notes


def test_the_title_counts_when_the_page_shows_it() -> None:
    page = [arabic("خبر اليوم", 800, size=20), arabic("قال المتحدث إن الاجتماع انتهى.", 700)]
    assert Article.from_bytes(pdf([page], title="خبر اليوم"), "a.pdf").title == "خبر اليوم"
    assert Article.from_bytes(pdf([page], title="مسودة قديمة"), "a.pdf").title == ""


def test_pages_without_text_and_text_askew_are_named() -> None:
    line = arabic("قال المتحدث إن الاجتماع انتهى.", 800)
    askew = pdf([[line], []], extra="BT /F 9 Tf 0 1 -1 0 40 40 Tm <00020003> Tj ET\n")
    assert Article.from_bytes(askew, "a.pdf").notes == (
        "Left out: 2 letters that run across the page, such as a watermark or a label.",
    )
    assert Article.from_bytes(pdf([[line], []]), "a.pdf").notes == ("No text on page 2: blank, or a scanned picture.",)


def protected(algorithm: str, user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([[arabic("قال المتحدث إن الاجتماع انتهى.", 800)]])))
    writer.encrypt(user_password=user, owner_password="owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_password_for_changes_only_does_not_stop_a_reader(algorithm: str) -> None:
    assert texts(protected(algorithm, "")) == ["قال المتحدث إن الاجتماع انتهى."]


GOOD = pdf([[arabic("قال المتحدث إن الاجتماع انتهى.", 800)]])
BAD = {
    "password": (protected("AES-256", "secret"), "is protected by a password; save a copy without one"),
    "scan": (pdf([[], []]), "holds no text: it is a scan"),
    "cut off in the first object": (GOOD[:60], "is damaged"),
    "cut off at its end": (GOOD[: GOOD.index(b"xref")], "is damaged"),
    "only a header": (b"%PDF-1.7\n", "is damaged"),
    "fonts without letters": (pdf([[arabic("قال المتحدث", 800)]], mapped=False), "do not say which letters they draw"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_pdf(name: str) -> None:
    data, message = BAD[name]
    with pytest.raises(InputError) as caught:
        Article.from_bytes(data, "bad.pdf")
    assert message in str(caught.value)
    assert str(caught.value).startswith("bad.pdf: ")
    assert "\n" not in str(caught.value)


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_PAGES", 2)
    with pytest.raises(LimitError, match="3 pages; at most 2 are allowed"):
        Article.from_bytes(pdf([[], [], []]), "long.pdf")


def test_too_many_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_GLYPHS", 5)
    with pytest.raises(LimitError, match="more than 5 letters in one PDF; cut it into parts"):
        Article.from_bytes(GOOD, "long.pdf")


def with_form(content: bytes, inner: bytes) -> bytes:
    """Return a page that may draw a form ``/X``, whose content is ``inner``; so may the form."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(GOOD))
    page = writer.pages[0]
    form, drawn = StreamObject(), StreamObject()
    form.set_data(inner)
    drawn.set_data(content)
    form[NameObject("/Type")], form[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    resources = DictionaryObject({NameObject("/Font"): page["/Resources"]["/Font"]})
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/X"): writer._add_object(form)})
    form[NameObject("/Resources")] = page[NameObject("/Resources")] = resources
    page[NameObject("/Contents")] = writer._add_object(drawn)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_text_in_a_form_is_read_where_the_form_is_drawn() -> None:
    shown = b"BT /F 10 Tf 1 0 0 1 0 0 Tm <0005000600070008> Tj ET"
    once = with_form(b"q 1 0 0 1 100 700 cm /X Do Q", shown)
    twice = with_form(b"q 1 0 0 1 100 700 cm /X Do Q q 1 0 0 1 100 300 cm /X Do Q", shown)
    assert len(texts(once)[0]) == 4
    assert texts(twice) == 2 * texts(once)


def test_forms_that_draw_themselves_come_to_an_end() -> None:
    with pytest.raises(LimitError, match="page 1 of this PDF holds more than a page of text can"):
        Article.from_bytes(with_form(b"/X Do", b"/X Do " * 30), "bomb.pdf")


def test_a_page_that_unpacks_to_far_too_much_is_refused() -> None:
    data = pdf([[arabic("قال", 800)]], extra=" " * 80_000_000, packed=True)
    assert len(data) < 100_000
    with pytest.raises(LimitError, match="page 1 of this PDF holds more than a page of text can"):
        Article.from_bytes(data, "bomb.pdf")


def test_a_damaged_title_is_no_title() -> None:
    broken = re.sub(rb"/Info \d", b"/Info \x00", GOOD)
    assert broken != GOOD
    article = Article.from_bytes(broken, "a.pdf")
    assert (article.title, len(article.paragraphs)) == ("", 1)


@given(st.data())
def test_damaged_bytes_never_do_worse_than_an_error(data: st.DataObject) -> None:
    broken = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(9, len(broken) - 1))] = data.draw(st.integers(0, 255))
    message = ""
    try:
        Article.from_bytes(bytes(broken), "a.pdf")
    except (InputError, LimitError) as error:
        message = str(error)
    assert not message or re.fullmatch(r"a\.pdf: .+", message)
