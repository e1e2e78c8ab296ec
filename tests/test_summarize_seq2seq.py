"""Generated summaries: chunks, merging, whole sentences, coverage, and what happens when the model fails."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeEngine
from tarjama.models import Decoding, Generated, Task
from tarjama.summarize import Summarizer, Summary
from tarjama.summarize.seq2seq import MAX_CHUNKS, condense
from tarjama.summarize.source import SourceSentence

TOWNS = ("Mosul", "Raqqa", "Manbij", "Fallujah", "Tikrit", "Ramadi", "Hawija", "Kirkuk")
NEWS = [
    f"Officers in {TOWNS[n % 8]} said on day {n} that the bridge over the river had been closed again."
    for n in range(120)
]
ANSWER = "The bridge over the river was closed. Officers said so."


def engine(answers: Callable[[str], str | Generated | None] | None = None, limit: int = 100) -> FakeEngine:
    return FakeEngine(answers, task=Task.SUMMARIZATION, max_source_tokens=limit)


def first_sentence(text: str) -> str:
    """A summarizer that says the first sentence of what it is given."""
    return text.partition(".")[0] + "."


def summarize(fake: FakeEngine, sentences: int = 12, length: str = "short") -> Summary:
    return Summarizer(engine=fake).summarize(" ".join(NEWS[:sentences]), length)  # type: ignore[arg-type]


def test_one_chunk_is_one_call() -> None:
    fake = engine(lambda _: ANSWER, limit=500)
    summary = summarize(fake)
    assert fake.sources == [" ".join(NEWS[:12])]
    assert (summary.method, summary.text, summary.coverage) == ("seq2seq", ANSWER, 1.0)
    assert [(sentence.text, sentence.source) for sentence in summary.sentences] == [
        ("The bridge over the river was closed.", None),
        ("Officers said so.", None),
    ]
    assert summary.note == "Written by fake, a model: compare it with the text."
    assert (summary.provenance.model, summary.provenance.engine, summary.provenance.beam) == ("fake", "fake", 4)


def test_chunks_end_with_sentences_fit_the_model_and_are_even() -> None:
    fake = engine(first_sentence)
    summary = summarize(fake, 12)
    chunks, _ = fake.history[0]
    assert " ".join(chunks) == " ".join(NEWS[:12])
    sizes = [len(chunk.split()) for chunk in chunks]
    assert max(sizes) <= 100
    assert max(sizes) - min(sizes) <= 17
    assert all(chunk.endswith("again.") for chunk in chunks)
    # Then the summaries of the chunks are summarized.
    assert fake.history[1][0] == (" ".join(first_sentence(chunk) for chunk in chunks),)
    assert (summary.text, summary.coverage) == (NEWS[0], 1.0)


def test_long_input_takes_several_rounds() -> None:
    fake = engine(first_sentence, limit=60)
    summary = summarize(fake, 120)
    sizes = [len(texts) for texts, _ in fake.history]
    assert sizes[0] >= 35
    assert sizes[-1] == 1
    assert all(later <= earlier / 2 for earlier, later in pairwise(sizes))
    assert summary.coverage == 1.0


def test_beyond_the_last_chunk_nothing_is_read_and_coverage_says_so() -> None:
    sentences = [SourceSentence(f"Officer {n} told of the long war in it.", n) for n in range(3 * MAX_CHUNKS)]
    fake = engine(first_sentence, limit=12)
    condensed = condense(fake, sentences, 30, Decoding())
    assert len(fake.history[0][0]) == MAX_CHUNKS
    assert condensed.words_read <= 9 * MAX_CHUNKS


def test_coverage_counts_what_was_read() -> None:
    def answer(text: str) -> str:
        return "" if "Officers in Tikrit said on day 4 " in text else f"{first_sentence(text)} It rained."

    summary = summarize(engine(answer), 12)
    assert 0.5 < summary.coverage < 1.0


@pytest.mark.parametrize(("length", "low", "high"), [("short", 15, 48), ("medium", 27, 88), ("long", 50, 160)])
def test_lengths_and_search(length: str, low: int, high: int) -> None:
    fake = engine(lambda _: ANSWER, limit=5000)
    Summarizer(engine=fake, beam=2).summarize(" ".join(NEWS), length)  # type: ignore[arg-type]
    decoding = fake.history[0][1]
    assert (decoding.min_length, decoding.max_length) == (low, high)
    assert (decoding.beam, decoding.no_repeat_ngram) == (2, 3)


def test_a_model_is_never_asked_for_more_than_a_third_of_its_input() -> None:
    fake = engine(lambda _: ANSWER, limit=500)
    summarize(fake, 8, "long")
    words = len(" ".join(NEWS[:8]).split())
    assert (fake.history[0][1].max_length or 0) <= 1.6 * words / 3 + 1


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("The bridge was closed. Officers said that the", "The bridge was closed."),
        ("The bridge was closed . officers agreed .", "The bridge was closed. Officers agreed."),
        ("The bridge was closed.<n>Officers agreed.", "The bridge was closed. Officers agreed."),
        ("The bridge was closed. The bridge was closed.", "The bridge was closed."),
        ("The bridge was closed. The end of the end of the end of the end of the end.", "The bridge was closed."),
        ("Bridge closed", "Bridge closed."),
    ],
)
def test_outputs_are_tidied_and_end_with_a_whole_sentence(output: str, expected: str) -> None:
    assert summarize(engine(lambda _: output, limit=500)).text == expected


def test_a_first_sentence_that_hit_the_limit_is_tried_once_more_with_room() -> None:
    fake = engine(limit=500)
    fake.enqueue(Generated("word " * 60, -1.0, ("w",) * 60), ANSWER)
    assert summarize(fake).text == ANSWER
    limits = [decoding.max_length for _, decoding in fake.history]
    assert limits[1] == 2 * (limits[0] or 0)


def test_a_model_that_gives_nothing_usable_leaves_the_work_to_the_extractive_method() -> None:
    summary = summarize(engine(lambda _: "of the of the of the of the of the of the", limit=500))
    assert summary.method == "extractive"
    assert summary.note.startswith("Extractive: fake gave no whole sentence")
    assert summary.text in " ".join(NEWS)
    assert summary.provenance.model == "extractive"


def test_what_the_source_lacks_is_listed() -> None:
    summary = summarize(engine(lambda _: "Vladimir Putin closed 77 bridges in Mosul.", limit=500))
    assert summary.unsupported == ("Vladimir Putin", "77")


def test_a_sentence_longer_than_the_model_reads_is_cut_at_a_comma() -> None:
    long = "the officer said that the bridge was closed, " * 10
    fake = engine(first_sentence, limit=40)
    Summarizer(engine=fake).summarize(f"{long}and so on. {NEWS[0]} {NEWS[1]}", "short")
    chunks, _ = fake.history[0]
    assert all(len(chunk.split()) <= 40 for chunk in chunks)
    assert " ".join(chunks) == " ".join(f"{long}and so on. {NEWS[0]} {NEWS[1]}".split())


def test_links_repetitions_and_garbled_sentences_are_not_read() -> None:
    loop = "The end of the end of the end of the end of the end."
    text = " ".join(NEWS[:6]) + f"\n{loop}\nAlso: The river in pictures\n{NEWS[3]} " + " ".join(NEWS[6:12])
    fake = engine(lambda _: ANSWER, limit=500)
    summary = Summarizer(engine=fake).summarize(text)
    assert fake.sources == [" ".join(NEWS[:12])]
    assert 0.8 < summary.coverage < 1.0


@given(st.lists(st.integers(1, 40), min_size=1, max_size=40), st.integers(8, 60))
def test_every_word_is_given_to_the_model_once_and_in_order(lengths: list[int], limit: int) -> None:
    found = [[f"w{index}x{n}" for n in range(length)] for index, length in enumerate(lengths)]
    sentences = [SourceSentence(" ".join(each) + ".", index) for index, each in enumerate(found)]
    fake = engine(first_sentence, limit=limit)
    condense(fake, sentences, 30, Decoding())
    chunks, _ = fake.history[0]
    expected = " ".join(sentence.text for sentence in sentences).split()
    assert " ".join(chunks).split() == expected[: len(" ".join(chunks).split())]
    assert len(chunks) == MAX_CHUNKS or " ".join(chunks).split() == expected
    assert all(len(chunk.split()) <= limit for chunk in chunks)


@pytest.mark.parametrize("family", ["bart", "t5", "pegasus", "marian"])
def test_models_as_they_come_from_the_hub(family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random weights write nonsense; what is shown is that every layout is read, within its limits, to the end."""
    pytest.importorskip("transformers")
    from test_models_summarizers import WRITERS
    from tiny_marian import write_snapshot

    directory = tmp_path / family
    (WRITERS | {"marian": write_snapshot})[family](directory)
    summarizer = Summarizer(directory)
    assert summarizer.engine is not None
    calls: list[str] = []
    generate = summarizer.engine.generate

    def recorded(texts: list[str], decoding: Decoding) -> list[Generated]:
        calls.extend(texts)
        return generate(texts, decoding)

    monkeypatch.setattr(summarizer.engine, "generate", recorded)
    source = " ".join(NEWS[:40]).lower()
    summary = summarizer.summarize(source)
    read = [text for text in calls if text in source]
    assert len(read) > 1
    assert " ".join(read) == source
    assert all(len(pieces) <= summarizer.engine.max_source_tokens for pieces in summarizer.engine.encode(calls))
    assert summary.method in ("seq2seq", "extractive")
    assert summary.text.endswith((".", "…", "?", "!"))
