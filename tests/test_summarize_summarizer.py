"""The summary of a text: what comes back, what is refused, and texts that are hard."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjama.errors import InputError, ModelError
from tarjama.eval import load_testset
from tarjama.summarize import Summarizer, Summary
from tarjama.summarize.sentences import words

NEWS = load_testset("article-summaries").sources[10]
SENTENCE = "The council of the northern city agreed on Monday to repair {n} schools before the winter comes. "


def summarize(text: str, length: str = "medium") -> Summary:
    return Summarizer("extractive").summarize(text, length)  # type: ignore[arg-type]


def test_what_a_summary_holds() -> None:
    summary = summarize(NEWS, "short")
    assert summary.method == "extractive"
    assert summary.text == " ".join(sentence.text for sentence in summary.sentences)
    assert all(sentence.text in " ".join(NEWS.split()) for sentence in summary.sentences)
    assert summary.source_words == len(NEWS.split())
    assert summary.note.startswith("Extractive")
    provenance = summary.provenance
    assert (provenance.model, provenance.engine, provenance.beam) == ("extractive", "none", 0)
    assert provenance.source_characters == len(NEWS)
    assert provenance.seconds > 0


def test_json() -> None:
    data = json.loads(summarize(NEWS).to_json())
    assert data["schema"] == "tarjama.summary/1"
    assert data["sentences"][0]["source"] == 0
    assert data["provenance"]["model"] == "extractive"


def test_longer_is_longer() -> None:
    for document in load_testset("article-summaries").sources[:5]:
        short, medium, long = (words(summarize(document, length).text) for length in ("short", "medium", "long"))
        assert short < medium <= long


@pytest.mark.parametrize(
    "text", ["One sentence.", "  Two lines\n\nof a headline\n", "12 dead.", "https://example.com/a"]
)
def test_a_short_text_comes_back_unchanged(text: str) -> None:
    summary = summarize(text)
    assert (summary.text, summary.method, summary.coverage) == (text, "unchanged", 1.0)
    assert "given whole" in summary.note


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        (" \n\t\u200b ", "empty|no words"),
        ("12 34 5.6 !!", "no words"),
        ("🙂🙂🙂", "no words"),
        ("وقال المسؤول إن القوات تتقدم نحو الموصل.", "Arabic.*translate it first"),
        ("وقال المسؤول لوكالة Reuters إن القوات تتقدم نحو مدينة الموصل في شمال العراق.", "Arabic.*translate it first"),
        ("Он сказал, что войска наступают.", "not English"),
        ("הוא אמר שהכוחות מתקדמים.", "not English"),
    ],
)
def test_what_cannot_be_summarized_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        summarize(text)
    assert "\n" not in str(error.value)


def test_an_unknown_length_lists_the_known() -> None:
    with pytest.raises(InputError, match=r"'tiny'.*short, medium, long"):
        summarize(NEWS, "tiny")


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ModelError):
        Summarizer("no-such-model")


def test_embedded_is_extractive_while_there_is_no_embedded_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tarjama.summarize.summarizer.installed", list)
    assert Summarizer().summarize(NEWS).method == "extractive"


def test_one_long_sentence_is_given_whole() -> None:
    text = " ".join(f"word{number}" for number in range(120)) + "."
    summary = summarize(text)
    assert (summary.text, summary.method) == (text, "unchanged")
    assert "No sentence of the text can be left out" in summary.note


def test_headlines() -> None:
    lines = [
        "Cairo Wins Three Medals in Rowing",
        "Oil Falls Below 40 Dollars as OPEC Talks Fail",
        "Tunisian Parliament Votes on New Cabinet",
        "Floods Close Schools Across Northern Jordan",
        "Baghdad Airport Opens Second Runway",
        "Doctors Warn of Measles in Aden Camps",
        "Rabat Metro to Cost 2 Billion, Mayor Says",
        "Old Manuscripts Found in Aleppo Cellar",
        "Saudi Team Names Dutch Coach",
        "Drone Falls into Garden in Doha",
        "Bread Prices Double in Sanaa",
    ]
    summary = summarize("\n".join(lines))
    assert summary.method == "extractive"
    assert {sentence.text for sentence in summary.sentences} < set(lines)
    assert len(summary.sentences) >= 4
    assert summary.text.count(".") == len(summary.sentences)


def test_two_hundred_paragraphs() -> None:
    text = "\n\n".join(
        SENTENCE.format(n=n) + f"Street {n} of the old town was closed by police for {n} hours." for n in range(200)
    )
    began = time.perf_counter()
    summary = summarize(text)
    assert time.perf_counter() - began < 5  # 0.2 s on an idle core
    assert words(summary.text) <= 71
    assert summary.coverage == 1.0


def test_of_a_library_only_the_first_book_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tarjama.summarize.summarizer.MOST_WORDS", 100)
    summary = summarize(" ".join(SENTENCE.format(n=n) for n in range(50)))
    assert 0.08 < summary.coverage < 0.13
    assert "Only 10% of the text was read." in summary.note


def test_text_without_full_stops() -> None:
    text = (
        "the army said on Sunday that its forces had entered the town of Hawija, which lies west of Kirkuk, and that "
        "they had met little resistance, while aid groups said that 12,000 people had fled the town since Friday, many "
        "of them on foot, and that camps in the province were full, but the governor denied it, saying that there was "
        "room for 30,000 more, and he asked the government in Baghdad for tents and water, which were promised to him"
    )
    summary = summarize(text, "short")
    assert summary.method == "extractive"
    assert words(summary.text) < 50
    assert "…" in summary.text


def test_lines_without_full_stops() -> None:
    ministries = ("trade", "defence", "health", "culture", "justice")
    news = "told the press in the capital on Monday that the plan had been agreed by all parties"
    lines = [f"the minister of {name} {news}" for name in ministries]
    summary = summarize("\n\n".join(lines))
    assert {sentence.text for sentence in summary.sentences} < set(lines)


def test_only_quotations() -> None:
    quotes = [f'"We will stay in {city} until the last of the fighters has gone," the commander of the brigade told us.'
              for city in ("Mosul", "Raqqa", "Manbij", "Fallujah", "Tikrit")]  # fmt: skip
    summary = summarize("\n".join(quotes))
    assert {sentence.text for sentence in summary.sentences} < set(quotes)
    assert summary.text.count('"') % 2 == 0


def test_only_questions() -> None:
    questions = [
        f"Who will pay for the repair of the {n} schools in the northern city before the winter comes?"
        for n in range(9)
    ]
    assert summarize(" ".join(questions)).text.endswith("?")


def test_garbled_text_is_not_trusted() -> None:
    loop = "the city of the city of the city of the city of the city of the city of the city. "
    summary = summarize(loop + NEWS + "In the end " + loop)
    assert "city of the city" not in summary.text
    assert "Do not trust" not in summary.note
    worse = summarize("".join(f"{n} times {loop}" for n in range(9)) + SENTENCE.format(n=1))
    assert "Do not trust this summary: much of the text repeats itself" in worse.note


@given(st.text(alphabet=st.sampled_from('aA bB.?!"\n,1 é|:-'), max_size=400))
def test_any_english_text_gives_a_summary_that_is_no_longer(text: str) -> None:
    try:
        summary = summarize(text, "short")
    except InputError:
        assert not any(letter.isalpha() for letter in text)
        return
    assert summary.text.strip()
    assert words(summary.text.replace("…", "")) <= words(text)
    assert 0 <= summary.coverage <= 1


def test_one_summarizer_serves_many_threads() -> None:
    summarizer = Summarizer("extractive")
    texts = load_testset("article-summaries").sources[:16]
    alone = [summarizer.summarize(text).text for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: summarizer.summarize(text).text, texts)) == alone
