"""The forms a result takes: side by side, Markdown, JSON, text."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tarjama.summarize import Summary, SummarySentence
from tarjama.translate import Article, Flag, Provenance, Sentence, TranslatedParagraph, Translation
from tarjama.ui.render import Format, Result, render

PROVENANCE = Provenance("embedded", "2026-01-02-abcd", "ctranslate2 int8 cpu", 4, "0.1.0", 1.25, 1234)
OPEN, CLOSE = "\u2067", "\u2069"
PAIRS = [
    ("أخبار الآن| دبي – (ديما نجم)", "News | Dubai – (Dima Najm)"),
    (
        "قال الخبير إن 39 من 43 قتلوا في ISIS وفي Mosul منذ 2014 وإن عدد المقاتلين الأجانب تراجع.",
        "Expert: 39 of 43 died.",
    ),
]


SUMMARY = Summary(
    text="Most leaders were killed.",
    sentences=(SummarySentence("Most leaders were killed.", 1),),
    method="extractive",
    coverage=0.75,
    source_words=40,
    unsupported=("41", "Baghdad"),
    note="The first three quarters were read.",
    provenance=PROVENANCE,
)


def translation(pairs: list[tuple[str, str]], flags: dict[int, tuple[Flag, ...]] | None = None) -> Translation:
    article = Article.from_text("\n\n".join(source for source, _ in pairs))
    paragraphs = tuple(
        TranslatedParagraph(paragraph, (Sentence(paragraph.text, target, -0.5, (flags or {}).get(index, ())),))
        for index, (paragraph, (_, target)) in enumerate(zip(article.paragraphs, pairs, strict=True))
    )
    return Translation(article, paragraphs, PROVENANCE, ("A note.",))


def side(result: Result, width: int = 80, color: bool = False) -> list[str]:
    return render(result, Format.SIDE, width=width, color=color).splitlines()


def columns(lines: list[str]) -> list[tuple[str, str]]:
    """Return (English, Arabic) of each line of the table, the heading and the rules left out."""
    rows = [line.split("│") for line in lines if line.count("│") == 2]
    return [(english.strip(), arabic.strip()) for _, english, arabic in rows[1:]]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 180])
def test_side_fits_the_terminal_and_aligns(width: int) -> None:
    lines = side(Result("a", translation(PAIRS)), width)
    assert max(map(cell_len, lines)) == width - 2
    dividers = {line.rindex("│") for line in lines if "│" in line}
    assert len(dividers) == 1, "the columns are straight"
    arabic = [line for line in lines if CLOSE in line]
    assert all(line.endswith(CLOSE) for line in arabic), "Arabic ends at the right edge, with nothing after it"
    assert {cell_len(line) for line in arabic} == {width - 2}


@pytest.mark.parametrize("width", [40, 80, 180])
def test_side_keeps_letters_in_reading_order_and_isolates_each_line(width: int) -> None:
    rows = columns(side(Result("a", translation(PAIRS)), width))
    cells = [arabic for _, arabic in rows if arabic]
    assert all(cell.startswith(OPEN) and cell.endswith(CLOSE) for cell in cells)
    assert " ".join(cell.strip(OPEN + CLOSE) for cell in cells) == " ".join(source for source, _ in PAIRS)
    assert " ".join(english for english, _ in rows if english) == " ".join(target for _, target in PAIRS)


def test_side_removes_bidi_marks_of_the_source_that_would_break_the_isolates() -> None:
    (_, cell), *_ = columns(side(Result("a", translation([("قال\u202e المتحدث\u2069 اليوم", "He said.")]))))
    assert cell == f"{OPEN}قال المتحدث اليوم{CLOSE}"


def test_side_names_what_is_not_to_be_trusted() -> None:
    flagged = translation(PAIRS, {1: (Flag.MISSING_NUMBER, Flag.LOOP)})
    lines = side(Result("a", flagged))
    assert "A note." in lines
    assert [english for english, _ in columns(lines) if "[!]" in english] == ["[!] Expert: 39 of 43 died."]
    assert [line for line in lines if line.startswith("[!]") and line.endswith("paragraph 2")]
    assert "\x1b[1;31m[!]" in "\n".join(side(Result("a", flagged), color=True)), "red on a terminal"
    assert "\x1b" not in "\n".join(side(Result("a", flagged)))


def test_side_puts_the_summary_under_the_table() -> None:
    lines = side(Result("a", translation(PAIRS), SUMMARY))
    start = lines.index("Summary (sentences chosen from the text; 75% of the text read)")
    assert lines[start + 2 :] == [
        "Most leaders were killed.",
        "The first three quarters were read.",
        "In the summary but not in the text: 41, Baghdad.",
    ]


@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1)), min_size=1, max_size=4), st.integers(40, 200))
def test_side_survives_any_text(pairs: list[tuple[str, str]], width: int) -> None:
    article = Article.from_text("\n".join("س" for _ in pairs))
    paragraphs = tuple(
        TranslatedParagraph(paragraph, (Sentence(source, target),))
        for paragraph, (source, target) in zip(article.paragraphs, pairs, strict=True)
    )
    lines = side(Result("a", Translation(article, paragraphs, PROVENANCE)), width)
    assert max(map(cell_len, lines)) <= min(width, 180)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", "".join(lines))


def test_text_is_the_translation_and_marks_flags_in_place() -> None:
    plain = translation(PAIRS)
    assert render(Result("a", plain), Format.TEXT) == f"{plain.text}\n"
    flagged = translation(PAIRS, {0: (Flag.LOOP,)})
    assert render(Result("a", flagged), Format.TEXT) == f"[!] {plain.text}\n"


def test_text_of_a_digest() -> None:
    text = render(Result("a", translation(PAIRS), SUMMARY), Format.TEXT)
    assert text.endswith(
        "\n\nSummary (sentences chosen from the text; 75% of the text read)\n\nMost leaders were killed.\n"
    )
    assert render(Result("a", None, SUMMARY), Format.TEXT) == "Most leaders were killed.\n"


def test_markdown_is_complete() -> None:
    flagged = translation(PAIRS, {1: (Flag.MISSING_NUMBER,)})
    text = render(Result("news_1.txt", flagged, SUMMARY), Format.MD)
    assert text.startswith("# news\\_1.txt\n")
    assert "Most leaders were killed." in text
    assert "> In the summary but not in the text: 41, Baghdad." in text
    assert "> A note." in text
    rows = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    assert rows[0] == (
        '| 1 | News \\| Dubai – (Dima Najm) | <span dir="rtl" lang="ar">أخبار الآن\\| دبي – (ديما نجم)</span> |'
    )
    assert "\\[!\\] Expert" in rows[1]
    assert re.search(r"^- Paragraph 2, .*number.*: <span", text, re.MULTILINE)
    assert "embedded (2026-01-02-abcd), ctranslate2 int8 cpu, beam 4; 1,234 characters in 1.2 s" in text


def test_markdown_and_html_in_the_text_stay_text() -> None:
    text = render(
        Result("a", translation([("<b>س</b> *ص*", "<script>alert(1)</script> _x_ [y](z) `q` & \\")])), Format.MD
    )
    assert "&lt;script&gt;alert(1)&lt;/script&gt; \\_x\\_ \\[y\\](z) \\`q\\` &amp; \\\\" in text
    assert "&lt;b&gt;س&lt;/b&gt; \\*ص\\*" in text


def test_json_holds_the_translation_and_the_summary() -> None:
    result = Result("a", translation(PAIRS, {0: (Flag.LOOP,)}), SUMMARY)
    data = json.loads(render(result, Format.JSON))
    assert data["paragraphs"][0]["sentences"][0]["flags"] == ["loop"]
    assert data["summary"]["coverage"] == 0.75
    assert data["summary"]["unsupported"] == ["41", "Baghdad"]
    assert data["provenance"] == data["summary"]["provenance"]
    assert "أخبار" in render(result, Format.JSON), "letters, not escapes"
    assert json.loads(render(Result("a", None, SUMMARY), Format.JSON))["origin"] == "a"


def test_half_an_article_says_so() -> None:
    whole = translation(PAIRS)
    half = Translation(whole.article, whole.paragraphs[:1], PROVENANCE, ("Stopped after 1 of 2 paragraphs.",))
    assert render(Result("a", half), Format.TEXT).endswith("\n[stopped after 1 of 2 paragraphs]\n")
    assert side(Result("a", half))[-1] == "Stopped after 1 of 2 paragraphs."
