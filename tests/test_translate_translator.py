"""The document logic, with a model that says what it is told to."""

from __future__ import annotations

import json
import logging
import re
import runpy
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import FakeEngine, english
from tarjama.errors import ModelError
from tarjama.models import Decoding, Generated
from tarjama.translate import Article, Flag, Translation, Translator, batch, normalize, translator

PERSIAN = "رئیس جمهور ایران امروز در تهران با وزیر خارجه عراق دیدار و گفت‌وگو کرد."
HEBREW = "הממשלה הודיעה אתמול על צעדים חדשים"


def translate(text: str, engine: FakeEngine | None = None, *, retry: bool = True) -> Translation:
    return Translator(engine=engine or FakeEngine(), retry=retry).translate(text)


# Invariant 1: paragraphs and the space between them


def test_the_seed_article(seed_text: str) -> None:
    result = translate(seed_text, retry=False)
    assert len(result) == 18
    assert result.text.count("\n") == seed_text.count("\n")
    assert [p.source.text for p in result] == seed_text.splitlines()
    assert len(result.sentences) == 19


DOCUMENTS = st.lists(
    st.sampled_from(
        [
            "قال الوزير.",
            "هل عاد؟ نعم.",
            "2017",
            "",
            " ",
            "\t",
            "- بند",
            "Reuters",
            HEBREW,
            PERSIAN,
            "…",
            "🎉",
            "انتهى.وبدأ",
        ]
    ),
    max_size=12,
).flatmap(lambda lines: st.sampled_from(["\n", "\r\n", "\n\n\n", "\u2028"]).map(lambda gap: gap.join(lines)))


@given(DOCUMENTS | st.text(st.sampled_from("ابجد. \n؟a1-\u200f"), max_size=60))
@settings(max_examples=150)
def test_nothing_is_lost(text: str) -> None:
    article = Article.from_text(text)
    result = translate(text)
    assert [p.source for p in result] == list(article.paragraphs)
    assert ["".join(s.lead + s.source for s in p.sentences) for p in result] == [p.text for p in article.paragraphs]
    gaps = [p.gap for p in article.paragraphs]
    assert result.text == article.lead + "".join(p.text + gap for p, gap in zip(result, gaps, strict=True))


@given(DOCUMENTS)
@settings(max_examples=50)
def test_stream_and_translate_agree(text: str) -> None:
    model = Translator(engine=FakeEngine())
    assert tuple(model.stream(text)) == model.translate(text).paragraphs


def test_english_gets_the_white_space_of_the_source() -> None:
    engine = FakeEngine({"قال.": "He said.", "هل عاد؟": "Is he back?", "نعم.": "Yes."})
    result = translate("\n قال.  هل عاد؟نعم.\n\n\n2017\n", engine)
    assert result.text == "\n He said.  Is he back? Yes.\n\n\n2017\n"


def test_blank_text() -> None:
    result = translate(" \n\n")
    assert result.text == " \n\n"
    assert len(result) == 0
    assert result.score is None
    assert result.notes == ("There is no text in it.",)


def test_sentences_without_an_answer_come_back_with_their_source() -> None:
    sentence = translate("قال الوزير ذلك.", FakeEngine({"قال الوزير ذلك.": ""})).sentences[0]
    assert sentence.target == sentence.source == "قال الوزير ذلك."
    assert sentence.flags == (Flag.EMPTY,)


# Invariant 2: sentences


def test_the_model_gets_one_normalised_sentence_at_a_time() -> None:
    engine = FakeEngine()
    translate("قـــال د. أحمد إنّه بخير. عاد في ٢٠١٧؟ «نعم»!", engine)
    assert sorted(engine.sources) == sorted(["قال د. أحمد إنه بخير.", "عاد في 2017؟", '"نعم"!'])


def test_long_sentences_are_cut_and_joined() -> None:
    first, second = "قال الوزير " * 10, "وأضاف الرئيس " * 10
    engine = FakeEngine(lambda text: "He said." if "قال" in text else "And he added.", max_source_tokens=30)
    result = translate(f"{first.strip()}، {second.strip()}.", engine)
    assert len(result.sentences) == 1
    assert result.sentences[0].target == "He said, and he added."
    assert set(engine.sources[:2]) == {f"{first.strip()}،", f"{second.strip()}."}


def test_the_default_limit_is_below_that_of_the_engine() -> None:
    engine = FakeEngine(max_source_tokens=500)
    translate("كلمة " * 400, engine, retry=False)
    assert batch.LONGEST < 500
    assert max(len(text.split()) for text in engine.sources) <= batch.LONGEST


def test_a_paragraph_of_fifty_thousand_words() -> None:
    engine = FakeEngine()
    words = ["كلمة", "قال", "رئيس", "مدينة", "اليوم"] * 10_000
    result = translate(" ".join(words), engine, retry=False)
    assert len(result.sentences) == 1
    assert sum(len(text.split()) for text in engine.sources) == 50_000
    assert max(len(text.split()) for text in engine.sources) <= batch.LONGEST


def test_a_word_longer_than_the_model_allows() -> None:
    class Letters(FakeEngine):
        def encode(self, texts: object) -> list[list[str]]:
            return [list(text) for text in texts]  # type: ignore[attr-defined]

    engine = Letters(max_source_tokens=10)
    translate("ك" * 95, engine, retry=False)
    assert sum(map(len, engine.sources)) == 95
    assert max(map(len, engine.sources)) <= 10


# Invariant 3: what needs no model


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("٢٠١٧", "2017"),
        ("- - -", "- - -"),
        ("https://example.org/الخبر", "https://example.org/الخبر"),
        ("Associated Press. All rights.", "Associated Press. All rights."),
        ("🎉🎉", "🎉🎉"),
        ("؟!", "?!"),
    ],
)
def test_bypass(text: str, target: str) -> None:
    engine = FakeEngine()
    result = translate(f"قال الوزير.\n{text}", engine)
    assert result.paragraphs[1].text == target
    assert result.paragraphs[1].sentences[0].score is None
    assert engine.sources == ["قال الوزير."]
    letters = any(character.isalpha() for character in text)
    assert result.notes == (("1 paragraph is not Arabic and was left as it is.",) if letters else ())


def test_nothing_to_translate() -> None:
    engine = FakeEngine()
    result = translate("The minister said so.\n\n2017", engine)
    assert result.text == "The minister said so.\n\n2017"
    assert result.score is None
    assert engine.history == []
    assert result.notes == ("There is no Arabic in the text: it was left as it is.",)


@pytest.mark.parametrize("text", [PERSIAN, HEBREW])
def test_other_languages_are_left_and_flagged(text: str) -> None:
    engine = FakeEngine()
    result = translate(f"قال الوزير.\n{text}\n{text}", engine)
    assert [p.text for p in result][1:] == [text, text]
    assert result.paragraphs[1].flags == (Flag.NOT_ARABIC,)
    assert engine.sources == ["قال الوزير."]
    assert "2 paragraphs are not Arabic and were left as they are." in result.notes


def test_a_sentence_in_another_script_inside_an_arabic_paragraph() -> None:
    result = translate(f"قال الوزير ذلك أمس في مؤتمر صحفي عقده في العاصمة بغداد. {HEBREW}.")
    assert [s.flags for s in result.sentences] == [(), (Flag.NOT_ARABIC,)]
    assert result.sentences[1].target == f"{HEBREW}."


# Invariant 4: bounded output and loops


def test_a_loop_is_tried_again_another_way() -> None:
    source = "أعلن الوزير القرار الجديد صباح اليوم في العاصمة."
    engine = FakeEngine()
    engine.enqueue("The city of the city of the city of the city.", "The minister announced the new decision today.")
    result = translate(source, engine)
    assert result.text == "The minister announced the new decision today."
    assert not result.flagged
    first, second = (decoding for _, decoding in engine.history)
    assert first == Decoding()
    assert second.no_repeat_ngram == batch.RETRY_NO_REPEAT_NGRAM


def test_flagged_long_sentences_are_tried_in_parts() -> None:
    half = "أعلن وزير الخارجية العراقي القرار الجديد صباح اليوم خلال مؤتمر صحفي في العاصمة العراقية بغداد"
    source = f"{half}، {half} قبل سفره."
    assert len(source.split()) > batch.RETRY_LONGEST
    engine = FakeEngine()
    engine.enqueue("He spoke.")
    translate(source, engine)
    assert engine.sources[0] == source
    assert set(engine.sources[1:]) == {f"{half}،", f"{half} قبل سفره."}


@pytest.mark.parametrize(
    ("first", "second", "kept", "flags"),
    [
        ("He paid 39.", "He paid.", "He paid 39.", (Flag.MISSING_NUMBER,)),  # 39 and 43: one missing, or two
        ("He paid.", "He paid 39 and 43.", "He paid 39 and 43.", ()),
        ("دفع ذلك.", "He paid.", "He paid.", (Flag.MISSING_NUMBER,)),
    ],
)
def test_the_better_attempt_is_kept(first: str, second: str, kept: str, flags: tuple[Flag, ...]) -> None:
    engine = FakeEngine()
    engine.enqueue(first, second)
    sentence = translate("دفع 39 و43.", engine).sentences[0]
    assert (sentence.target, sentence.flags) == (kept, flags)


def test_of_two_equal_attempts_the_likelier_is_kept() -> None:
    engine = FakeEngine()
    engine.enqueue(Generated("He paid.", -0.9, ("▁He",)), Generated("He did pay.", -0.4, ("▁He",)))
    assert translate("دفع 39.", engine).sentences[0].target == "He did pay."


def test_retry_can_be_switched_off() -> None:
    engine = FakeEngine({"دفع 39.": "He paid."})
    result = translate("دفع 39.", engine, retry=False)
    assert len(engine.history) == 1
    assert result.flagged[0].flags == (Flag.MISSING_NUMBER,)


def test_low_confidence_is_flagged_and_not_tried_again() -> None:
    engine = FakeEngine(lambda text: Generated("He paid it.", -5.0, ("▁He",)))
    result = translate("دفع ذلك.", engine)
    assert result.flagged[0].flags == (Flag.LOW_CONFIDENCE,)
    assert len(engine.history) == 1


def test_output_that_ran_into_its_bound_is_flagged() -> None:
    tokens = tuple(f"▁{n}" for n in range(2 * 2 + 16))
    engine = FakeEngine(lambda text: Generated("He paid it.", -0.3, tokens))
    assert translate("دفع ذلك.", engine).flagged[0].flags == (Flag.TOO_LONG,)


def test_output_is_repaired() -> None:
    engine = FakeEngine({"غادر العراق؟": "- Iraq &apos; s army left , why؟"})
    assert translate("غادر العراق؟", engine).text == "Iraq's army left, why?"


# Batches


def test_repeated_sentences_and_paragraphs_are_translated_once() -> None:
    engine = FakeEngine()
    result = translate("قال الوزير ذلك. عاد الوفد.\nعاد الوفد.\nقال الوزير ذلك. عاد الوفد.", engine)
    assert sorted(engine.sources) == sorted(["قال الوزير ذلك.", "عاد الوفد."])
    assert result.paragraphs[0].text == result.paragraphs[2].text


def test_repeated_sentences_are_translated_once_in_a_whole_stream() -> None:
    engine = FakeEngine()
    text = "\n".join(f"قال الوزير رقم {n} إن العمل سيبدأ. انتهى البيان." for n in range(60))
    assert len(list(Translator(engine=engine).stream(text))) == 60
    assert len(engine.history) > 1
    assert engine.sources.count("انتهى البيان.") == 1


def test_one_call_for_the_whole_article_longest_first(seed_text: str) -> None:
    engine = FakeEngine()
    result = translate(seed_text, engine, retry=False)
    assert len(engine.history) == 1
    lengths = [len(text.split()) for text in engine.sources]
    assert lengths == sorted(lengths, reverse=True)
    expected = [
        english(normalize(sentence.source)) for sentence in result.sentences if len(sentence.source.split()) < 40
    ]
    assert [s.target for s in result.sentences if len(s.source.split()) < 40] == expected


def test_translate_many_batches_across_articles() -> None:
    engine = FakeEngine()
    results = Translator(engine=engine).translate_many(
        ["قال الوزير.\nعاد.", "", "قال الوزير.", Article.from_text("عاد.")]
    )
    assert [len(result) for result in results] == [2, 0, 1, 1]
    assert len(engine.history) == 1
    assert len(engine.sources) == 2
    assert results[2].text == results[0].paragraphs[0].text
    assert Translator(engine=engine).translate_many([]) == []


def test_stream_gives_the_first_paragraphs_early() -> None:
    text = "\n".join(f"قال الوزير رقم {n} إن العمل سيبدأ قريبا في كل المدن." for n in range(400))
    engine = FakeEngine()
    paragraphs = Translator(engine=engine).stream(text)
    next(paragraphs)
    assert len(engine.sources) < 20  # of 400
    assert len(list(paragraphs)) == 399
    assert len(engine.history) < 12  # soon in large batches


def test_an_interrupt_loses_nothing_that_was_yielded() -> None:
    text = "\n".join(f"قال الوزير رقم {n} إن العمل سيبدأ قريبا." for n in range(400))
    engine = FakeEngine(lambda text: KeyboardInterrupt() if "رقم 300 " in text else None)
    model = Translator(engine=engine)
    done = []

    def consume() -> None:
        for paragraph in model.stream(text):
            done.append(paragraph)

    with pytest.raises(KeyboardInterrupt):
        consume()
    assert 0 < len(done) <= 300
    partial = model.result(text, done, 1.0)
    assert partial.notes[0] == f"Stopped after {len(done)} of 400 paragraphs."
    assert partial.text.count("\n") == len(done)


def test_progress_rises_to_the_total(seed_text: str) -> None:
    text = "\n".join([seed_text] * 3)
    total = Article.from_text(text).characters
    for run in (Translator.translate, Translator.stream):
        seen: list[tuple[int, int]] = []

        def note(done: int, whole: int, seen: list[tuple[int, int]] = seen) -> None:
            seen.append((done, whole))

        outcome = run(Translator(engine=FakeEngine(), batch_tokens=8), text, note)
        if isinstance(outcome, Iterator):
            list(outcome)
        assert seen == sorted(seen)
        assert {whole for _, whole in seen} == {total}
        assert seen[-1] == (total, total)
        assert len(seen) > 3


def test_long_texts_need_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream holds one window at a time: its memory does not grow with the text; small sizes, to be quick."""
    monkeypatch.setattr(translator, "STREAM_WINDOW", 5_000)
    monkeypatch.setattr(translator, "MEMORY", 100)
    line = "قال الوزير رقم {} إن العمل سيبدأ قريبا في كل مدينة من مدن البلاد بلا تأخير."

    class Quiet(FakeEngine):
        def generate(self, inputs: object, decoding: Decoding = Decoding()) -> list[Generated]:
            return [Generated(" ".join(pieces), -0.3, ()) for pieces in inputs]  # type: ignore[attr-defined]

    peaks = []
    for lines in (300, 1_200):
        article = Article.from_text("\n".join(line.format(n) for n in range(lines)))
        stream = Translator(engine=Quiet(), retry=False).stream(article)
        tracemalloc.start()
        assert sum(1 for _ in stream) == lines
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def test_threads_share_a_translator() -> None:
    model = Translator(engine=FakeEngine(seconds_per_call=0.005))
    texts = [f"قال الوزير رقم {n}.\nعاد الوفد {n}." for n in range(8)]
    results: dict[int, str] = {}
    threads = [
        threading.Thread(target=lambda n=n: results.update({n: model.translate(texts[n]).text})) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {n: translate(text).text for n, text in enumerate(texts)}


# Results


def test_provenance(seed_text: str) -> None:
    from tarjama import __version__

    provenance = Translator(engine=FakeEngine(seconds_per_call=0.01), beam=2).translate(seed_text).provenance
    assert (provenance.model, provenance.revision, provenance.engine, provenance.beam) == ("fake", "test", "fake", 2)
    assert provenance.version == __version__
    assert provenance.source_characters == Article.from_text(seed_text).characters
    assert provenance.seconds >= 0.01


def test_score_is_the_mean_of_what_the_model_translated() -> None:
    answers = {"قال.": Generated("He said.", -0.2, ("▁He",)), "عاد.": Generated("Back.", -0.6, ("▁Back",))}
    result = translate("قال. عاد. 2017.", FakeEngine(answers))
    assert result.score == pytest.approx(-0.4)


def test_the_score_of_a_cut_sentence_is_per_piece() -> None:
    engine = FakeEngine(max_source_tokens=6)
    engine.enqueue(Generated("one two three", -0.2, ("a", "b", "c")), Generated("four", -0.6, ("d",)))
    sentence = translate("أ ب ج د ه و ز ح", engine, retry=False).sentences[0]
    assert sentence.score == pytest.approx((3 * -0.2 + -0.6) / 4)


def test_notes() -> None:
    answers = {"دفع 39.": "He paid.", "عاد.": "He is back."}
    result = translate("دفع 39. عاد. عاد. عاد.", FakeEngine(answers))
    assert result.notes == ("1 of 4 sentences is flagged: compare with the source.",)
    result = translate("دفع 39. عاد.", FakeEngine(answers))
    assert result.notes[1] == "Do not rely on this translation: the model is too weak for this text."
    article = Article.from_bytes("قال رئيس الوزراء العراقي ذلك.".encode("cp1256"))
    assert Translator(engine=FakeEngine()).translate(article).notes == ("The file was read as windows-1256.",)


def test_json() -> None:
    answers = {"دفع 39.": Generated("He paid.", -0.5, ("▁He",))}
    result = translate("دفع 39. 2017\n\nNo\n", FakeEngine(answers))
    data = json.loads(result.to_json())
    assert data == result.to_dict()
    assert "دفع" in result.to_json()
    provenance = data.pop("provenance")
    assert list(provenance) == ["model", "revision", "engine", "beam", "version", "seconds", "source_characters"]
    assert data == {
        "schema": "tarjama.translation/1",
        "origin": "text",
        "encoding": "utf-8",
        "title": "",
        "lead": "",
        "text": "He paid. 2017\n\nNo\n",
        "score": -0.5,
        "notes": [
            "1 paragraph is not Arabic and was left as it is.",
            "1 of 3 sentences is flagged: compare with the source.",
        ],
        "paragraphs": [
            {
                "source": "دفع 39. 2017",
                "target": "He paid. 2017",
                "gap": "\n\n",
                "flags": ["missing-number"],
                "sentences": [
                    {"source": "دفع 39.", "target": "He paid.", "lead": "", "score": -0.5, "flags": ["missing-number"]},
                    {"source": "2017", "target": "2017", "lead": " ", "score": None, "flags": []},
                ],
            },
            {
                "source": "No",
                "target": "No",
                "gap": "\n",
                "flags": [],
                "sentences": [{"source": "No", "target": "No", "lead": "", "score": None, "flags": []}],
            },
        ],
    }


def test_logs_hold_sizes_and_never_the_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    translate("دفع الوزير 39 دينارا. عاد.", FakeEngine({"دفع الوزير 39 دينارا.": "He paid."}))
    assert "2 sentences: 1 tried again, 1 still flagged" in caplog.messages
    assert any(message.startswith("1 articles, 26 characters: ") for message in caplog.messages)
    assert not re.search("[\u0600-\u06ff]|paid|39", " ".join(caplog.messages))


def test_errors_of_the_engine_come_through() -> None:
    with pytest.raises(ModelError, match=r"^broken$"):
        translate("قال.", FakeEngine({"قال.": ModelError("broken")}))


def test_an_unknown_model_is_told_at_once() -> None:
    with pytest.raises(ModelError):
        Translator("no-such-model")


def test_the_module_is_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    from tarjama.ui import cli

    calls: list[list[str]] = []

    def run(arguments: list[str]) -> int:
        calls.append(arguments)
        return 1

    monkeypatch.setattr(cli, "run", run)
    monkeypatch.setattr(sys, "argv", ["tarjama.translate", "a.txt", "--quiet"])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_module("tarjama.translate", run_name="__main__")
    assert calls == [["translate", "a.txt", "--quiet"]]
    assert stopped.value.code == 1


def test_nothing_heavy_is_imported() -> None:
    """`import tarjama.translate` must stay quick: no torch, no transformers."""
    code = "import sys, tarjama.translate; print({'torch', 'transformers', 'ctranslate2', 'gradio'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_wrapped_lines_reach_the_model_as_one() -> None:
    engine = FakeEngine({"أعلنت وزارة المالية الموازنة.": "The ministry announced the budget."})
    article = Article.from_text("أعلنت وزارة\nالمالية  الموازنة.\nثم انتهى الاجتماع.", wrapped=True)
    (paragraph,) = Translator(engine=engine).translate(article)
    assert paragraph.text.startswith("The ministry announced the budget. ")
    assert "\n" not in paragraph.text + "".join(engine.sources)


def test_output_that_is_cut_by_the_length_of_the_model_is_flagged() -> None:
    def cut(text: str) -> Generated:
        return Generated("The end is missing", -0.1, ("x",) * 60)

    source = " ".join(f"كلمة{number}" for number in range(40)) + "."
    (sentence,) = Translator(engine=FakeEngine(cut, max_source_tokens=60)).translate(source).sentences
    assert Flag.TOO_LONG in sentence.flags


def test_an_empty_second_attempt_does_not_replace_a_flawed_first() -> None:
    engine = FakeEngine()
    engine.enqueue(Generated("He paid ministers.", -9.0, ("x",) * 3), Generated("", -0.1, ()))
    (sentence,) = Translator(engine=engine).translate("دفع 500 دينار للوزراء.").sentences
    assert sentence.target == "He paid ministers."
    assert len(sentence.flags) == 2
