"""One model for many readers: turns, memory, limits, stopping."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeEngine
from tarjama import InputError, LimitError, ModelError, TarjamaError, Translator
from tarjama.models import Decoding, InstalledModel, Task
from tarjama.ui.service import Limits, Memory, Service, SharedEngine, StoppedError, System, Turns

ARABIC = "أعلنت الحكومة خطة جديدة للمدارس في المدينة."


def service_of(engine: FakeEngine, limits: Limits = Limits()) -> Service:
    return Service(limits, load=lambda name: engine)


def articles(count: int) -> str:
    return "\n".join(f"{ARABIC[:-1]} رقم {number}." for number in range(count))


def test_turns_are_taken_in_the_order_of_asking() -> None:
    turns, order = Turns(), []

    def take(number: int) -> None:
        with turns.turn():
            order.append(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    with turns.turn():
        for number, thread in enumerate(threads):
            thread.start()
            while turns._next < number + 2:  # it stands in the queue
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_a_long_article_does_not_keep_others_waiting() -> None:
    engine = FakeEngine(seconds_per_call=0.02)
    service = service_of(engine)
    long = threading.Thread(target=service.translate, args=(articles(600),))
    long.start()
    while not engine.history:
        time.sleep(0.001)
    service.translate("خبر قصير من القاهرة.")
    calls_when_short_was_done = len(engine.history)
    long.join()
    assert len(engine.history) > calls_when_short_was_done + 2


def test_a_shared_engine_cuts_into_batches_and_keeps_the_order() -> None:
    engine = FakeEngine()
    shared = SharedEngine(engine, Turns(), lambda: False)
    texts = [f"كلمة {'أخرى ' * (number % 5)}{number}" for number in range(40)]
    assert shared.generate(texts, Decoding(batch_tokens=20)) == FakeEngine().generate(texts)
    assert len(engine.history) > 5
    assert all(sum(len(text.split()) for text in call) <= 20 for call, _ in engine.history)


def test_a_reader_who_left_costs_one_more_batch_at_most() -> None:
    engine = FakeEngine()
    shared = SharedEngine(engine, Turns(), lambda: len(engine.history) >= 2)
    with pytest.raises(StoppedError):
        shared.generate([f"كلمة {number}" for number in range(40)], Decoding(batch_tokens=20))
    assert len(engine.history) == 2


def test_streaming_gives_what_the_translator_gives(seed_text: str) -> None:
    service = service_of(FakeEngine())
    article = service.article(seed_text)
    groups = list(service.stream(article))
    assert len(groups[0]) < len(article.paragraphs)  # something to read before all is done
    done = dict(pair for group in groups for pair in group)
    whole = Translator(engine=FakeEngine()).translate(seed_text)
    assert [done[index] for index in range(len(done))] == list(whole)
    assert service.translate(seed_text).text == whole.text


def test_only_changed_paragraphs_are_translated_again(seed_text: str) -> None:
    engine = FakeEngine()
    service = service_of(engine)
    before = service.translate(seed_text)
    engine.history.clear()
    lines = seed_text.split("\n")
    lines[4] = ARABIC
    after = service.translate("\n".join(lines))
    assert set(engine.sources) == {ARABIC}
    assert [p.text for p in after] == [p.text if i != 4 else after.paragraphs[4].text for i, p in enumerate(before)]


def test_another_beam_is_another_translation() -> None:
    engine = FakeEngine()
    service = service_of(engine)
    service.translate(ARABIC, System(beam=4))
    service.translate(ARABIC, System(beam=1))
    assert [decoding.beam for _, decoding in engine.history] == [4, 1]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 50)), max_size=60))
def test_memory_never_holds_more_than_it_may(puts: list[tuple[int, int]]) -> None:
    memory, translated = Memory(characters=120), Translator(engine=FakeEngine())
    for key, size in puts:
        sentences = translated.translate("ا" * size).paragraphs[0].sentences
        memory.put((str(key),), sentences)
        kept = sum(len(s.source) + len(s.target) for entry in memory._entries.values() for s in entry)
        assert kept == memory._held <= 120


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("", InputError, "no text to translate"),
        (" \n\t ", InputError, "no text to translate"),
        ("ا" * 1001, LimitError, "1,001 characters; at most 1,000"),
        ("ا" * 900 + "\r\n" * 60, None, ""),  # line ends count once, whoever sends them
        ("שלום לכולם, זה טקסט בעברית", InputError, "Hebrew"),
        ("abc\0def", InputError, "U\\+0000"),
    ],
)
def test_what_is_taken(text: str, error: type[TarjamaError] | None, words: str) -> None:
    service = service_of(FakeEngine(), Limits(characters=1000))
    if error is None:
        assert service.article(text).paragraphs
    else:
        with pytest.raises(error, match=words):
            service.article(text)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda s: s.translate(ARABIC, System("../../etc")), ModelError, "there are: embedded"),
        (lambda s: s.translate(ARABIC, System(beam=0)), InputError, "1 to 8"),
        (lambda s: s.translate(ARABIC, System(beam=99)), InputError, "1 to 8"),
        (lambda s: s.translate(7), InputError, "int"),
        (lambda s: s.summarize("Some text.", "tiny"), InputError, "short, medium, long"),
        (lambda s: s.summarize("Some text.", model="/etc"), ModelError, "there are: .*extractive"),
    ],
)
def test_what_is_refused(call: Callable[[Service], object], error: type[TarjamaError], words: str) -> None:
    with pytest.raises(error, match=words):
        call(service_of(FakeEngine()))


def test_an_engine_that_fails_leaves_the_service_working() -> None:
    engine = FakeEngine()
    engine.enqueue(RuntimeError("out of memory"))
    service = service_of(engine)
    with pytest.raises(RuntimeError):
        service.translate(ARABIC)
    assert service.translate(ARABIC).text


@pytest.mark.parametrize(
    ("here", "names"),
    [
        ([], ["extractive"]),
        (["mine"], ["extractive", "mine"]),
        (["embedded", "mine"], ["embedded", "extractive", "mine"]),  # the first is chosen first
    ],
)
def test_summaries_are_offered_with_their_method(
    here: list[str], names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = [InstalledModel(name, Task.SUMMARIZATION, Path(name), "ctranslate2", "", "MIT", 0) for name in here]
    monkeypatch.setattr("tarjama.ui.service.installed", lambda: models)
    offered = service_of(FakeEngine()).summaries()
    assert [name for _, name in offered] == names
    assert all(("seq2seq" in label) is (name != "extractive") for label, name in offered)


def test_the_default_summary_is_there_whatever_is_installed() -> None:
    service = service_of(FakeEngine())
    assert service.summarize("One sentence. " * 3, model="embedded").text
