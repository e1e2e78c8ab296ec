"""The page's own HTML: text stays text, pairs are tied together, doubt is said in words."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeEngine
from tarjama.models import Generated
from tarjama.summarize import Summary, SummarySentence
from tarjama.translate import Article, Flag, Paragraph, Sentence, TranslatedParagraph, Translator, flag_text
from tarjama.ui.page_html import notice, row, shade, summary_html

NASTY = "<script>alert(\"x\")</script> & <img src=x onerror='y'> ${1} {{2}} `3` </div>"


class Tree(HTMLParser):
    """Which tags there are, and the text inside each ``.tj-en p`` and ``.tj-ar p``."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text: dict[str, str] = {"en": "", "ar": ""}
        self._side = ""
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._side = dict(attrs).get("lang") or self._side if tag == "div" else self._side
        self._inside |= tag == "p"

    def handle_endtag(self, tag: str) -> None:
        self._inside &= tag != "p"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.text[self._side] += data


def paragraph_of(text: str, engine: FakeEngine | None = None) -> TranslatedParagraph:
    return Translator(engine=engine or FakeEngine()).translate(text).paragraphs[0]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=80))
def test_any_text_stays_text(text: str) -> None:
    article = Article.from_text(f"خبر {text} خبر.")
    for paragraph in Translator(engine=FakeEngine(lambda source: source)).translate(article):
        html = row(0, paragraph.source, paragraph, set())
        tree = Tree(html)
        assert tree.tags <= {"div", "p", "span", "ul", "li"}
        assert tree.text == {"en": paragraph.text, "ar": paragraph.source.text}


@pytest.mark.parametrize("translated", [True, False])
def test_markup_in_the_source_and_in_the_translation_is_shown(translated: bool) -> None:
    paragraph = paragraph_of(f"خبر {NASTY}", FakeEngine(lambda source: Generated(NASTY, -0.1, ())))
    html = row(0, paragraph.source, paragraph if translated else None, set())
    assert Tree(html).tags <= {"div", "p", "span", "ul", "li"}
    assert "<script" not in html
    assert "<img" not in html
    assert Tree(html).text["ar"] == f"خبر {NASTY}"


def test_partners_carry_the_same_number_and_know_their_language() -> None:
    html = row(4, *_pair("خبر أول. خبر ثان."))
    assert html.count('data-s="4.0"') == html.count('data-s="4.1"') == 2
    assert 'lang="ar" dir="rtl"' in html
    assert 'lang="en" dir="ltr"' in html
    assert '<div role="rowheader" class="tj-number">5</div>' in html


def _pair(text: str) -> tuple[Paragraph, TranslatedParagraph, set[int]]:
    paragraph = paragraph_of(text)
    return paragraph.source, paragraph, set()


def test_doubt_is_said_in_words_and_tied_to_its_sentence() -> None:
    sentences = (
        Sentence("خبر أول.", "First.", -0.2, (Flag.TOO_SHORT,)),
        Sentence("خبر ثان.", "Second.", -2.0, (Flag.LOW_CONFIDENCE, Flag.TOO_SHORT), " "),
        Sentence("خبر ثالث.", "Third.", -0.1, (), " "),
    )
    paragraph = TranslatedParagraph(Paragraph("خبر أول. خبر ثان. خبر ثالث."), sentences)
    html = row(0, paragraph.source, paragraph, {2})
    assert f"Sentences 1, 2: {flag_text(Flag.TOO_SHORT)}" in html
    assert f"Sentence 2: {flag_text(Flag.LOW_CONFIDENCE)}" in html
    assert "Sentence 3: edited by hand" in html
    assert 'aria-describedby="f0-low-confidence f0-too-short"' in html
    for flag in (Flag.TOO_SHORT, Flag.LOW_CONFIDENCE):
        assert f'<li id="f0-{flag}">' in html


@pytest.mark.parametrize(
    ("score", "level"), [(None, 0), (-0.01, 0), (-0.28, 0), (-0.3, 1), (-0.52, 2), (-0.9, 3), (-5.0, 3)]
)
def test_the_shade_follows_the_score(score: float | None, level: int) -> None:
    assert shade(Sentence("ا", "a", score)) == level


def test_a_notice_is_escaped_and_nothing_is_no_notice() -> None:
    assert notice("a <b> c") == '<p class="tj-notice tj-error">a &lt;b&gt; c</p>'
    assert notice("") == ""


def test_a_summary_that_a_model_wrote_says_so_and_leads_nowhere() -> None:
    made = Translator(engine=FakeEngine()).translate("خبر.").provenance
    written = SummarySentence("Nine <b>died</b>.", None), SummarySentence("It rained.", 1)
    summary = Summary("Nine died. It rained.", written, "seq2seq", 0.5, 40, ("9", "Rome"), "Written by m.", made)
    html = summary_html(summary, ((0, 0), (3, 2)))
    assert "Nine &lt;b&gt;died&lt;/b&gt;. <a" in html
    assert html.count("<a ") == 1
    assert 'data-s="3.2" title="From paragraph 4">It rained.</a>' in html
    assert "Seq2seq · 50% of the text read" in html
    assert "Written by m." in html
    assert "In the summary but not in the text: 9, Rome" in html
