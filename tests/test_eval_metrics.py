"""Metric values, signatures and intervals; figures of known outputs; inputs that cannot be scored."""

from __future__ import annotations

import math
import os
import sys
import types
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tarjama.errors import DependencyError, InputError, ModelError
from tarjama.eval import compare, load_testset, score
from tarjama.eval.metrics import PairedTest, Scorer, metric_named
from tarjama.eval.run import from_file

DATA = os.environ.get("TARJAMA_DATA", "")
CAT = ["The cat sat on the mat.", "It rained in Paris all day."]
DOG = ["The dog sat on the mat.", "It rained in Paris all day long."]


@pytest.mark.parametrize(
    ("system", "bleu", "chrf", "chrfpp", "ter"),
    [
        ("google", 49.39, 72.68, 71.16, 36.11),
        ("microsoft", 44.36, 68.10, 66.41, 40.78),
        ("nllb", 40.14, 64.82, 63.11, 45.98),
        ("bergamot-base", 39.32, 65.51, 63.80, 45.21),
        ("opusmt", 34.02, 61.83, 59.94, 49.98),
        ("argos", 30.67, 58.22, 56.30, 53.88),
    ],
)
def test_bundled_outputs_keep_their_figures(system: str, bleu: float, chrf: float, chrfpp: float, ter: float) -> None:
    testset = load_testset("flores-dev")
    output = from_file(system, dict(testset.published)[system], testset).hypotheses
    found = [Scorer(metric, testset.references).value(output) for metric in ("bleu", "chrf", "chrf++", "ter")]
    assert found == pytest.approx([bleu, chrf, chrfpp, ter], abs=0.005)


@pytest.mark.skipif(not DATA, reason="TARJAMA_DATA does not name a directory with the full test sets")
@pytest.mark.parametrize(
    ("system", "published"),
    [
        ("google", 46.0),
        ("microsoft", 44.0),
        ("nllb", 37.5),
        ("opusmt", 33.9),
        ("argos", 30.0),
        ("bergamot-base", 39.6),
    ],
)
def test_published_bleu_is_reproduced(system: str, published: float) -> None:
    testset = load_testset("flores-dev", data=DATA)
    assert len(testset) == 997
    output = from_file(system, dict(testset.published)[system], testset)
    found = Scorer("bleu", testset.references).score(output.hypotheses)
    assert round(found.value, 1) == published
    assert found.low < published < found.high


@pytest.mark.parametrize(
    ("metric", "signature"),
    [
        ("bleu", "nrefs:1|bs:1000|seed:12345|case:mixed|eff:no|tok:13a|smooth:exp|version:"),
        ("chrf", "nrefs:1|bs:1000|seed:12345|case:mixed|eff:yes|nc:6|nw:0|space:no|version:"),
        ("chrf++", "nrefs:1|bs:1000|seed:12345|case:mixed|eff:yes|nc:6|nw:2|space:no|version:"),
        ("ter", "nrefs:1|bs:1000|seed:12345|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:"),
        ("rougeLsum", "nrefs:1|bs:1000|seed:12345|type:rougeLsum|stem:porter|split:sentencex|version:rouge_score-"),
    ],
)
def test_score_carries_signature_interval_and_n(metric: str, signature: str) -> None:
    found = Scorer(metric, DOG).score(CAT)
    assert found.signature.startswith(signature)
    assert found.n == 2
    assert found.low <= found.value <= found.high


def test_interval_of_one_segment_is_not_a_number() -> None:
    found = Scorer("bleu", DOG[:1]).score(CAT[:1])
    assert math.isnan(found.low)
    assert "±" not in str(found)
    assert str(Scorer("bleu", DOG).score(CAT)).startswith("BLEU 69.2 ± 4.3 (n=2)")


@pytest.mark.parametrize(
    ("metric", "hypothesis", "reference", "value"),
    [
        ("rouge1", "the cat sat", "the cat ran", 66.67),  # 2 of 3 words both ways
        ("rouge2", "the cat sat", "the cat ran", 50.0),  # 1 of 2 pairs both ways
        ("rougeL", "Cats sleep. Dogs bark.", "Dogs bark. Cats sleep.", 50.0),  # in order, only one sentence matches
        ("rougeLsum", "Cats sleep. Dogs bark.", "Dogs bark. Cats sleep.", 100.0),  # sentence by sentence, both do
        ("rougeLsum", "Cats sleep\nDogs bark", "Dogs bark. Cats sleep.", 100.0),
        ("rouge1", "", "the cat", 0.0),
        ("rouge1", "running", "runs", 100.0),  # stemmed
    ],
)
def test_rouge(metric: str, hypothesis: str, reference: str, value: float) -> None:
    assert Scorer(metric, [reference]).score([hypothesis]).value == pytest.approx(value, abs=0.01)


def test_segment_scores_average_to_the_corpus_score_for_rouge() -> None:
    scorer = Scorer("rouge2", DOG)
    assert sum(scorer.segments(CAT)) / 2 == pytest.approx(scorer.score(CAT).value)


@pytest.mark.parametrize(
    ("given", "name"),
    [("BLEU", "bleu"), ("chrF++", "chrf++"), ("chrF2", "chrf"), ("ROUGE-Lsum", "rougeLsum"), ("rouge-1", "rouge1")],
)
def test_metric_names_are_understood(given: str, name: str) -> None:
    assert metric_named(given) == name


def test_unknown_metric_lists_the_names() -> None:
    with pytest.raises(
        InputError, match=r"meteor.*bleu, chrf, chrf\+\+, ter, rouge1, rouge2, rougeL, rougeLsum, comet"
    ):
        Scorer("meteor", DOG)


BAD = {
    "different lengths": (["a"], ["a", "b"], "1 hypotheses, 2 references"),
    "nothing": ([], [], "empty lists"),
    "one string": ("a b", ["a"], "one string was given"),
    "nested references": (["a"], [["a"]], "references: item 0 is list"),
    "none among them": (["a", None], ["a", "b"], "hypotheses: item 1 is NoneType"),
    "empty reference": (["a", "b", "c"], ["a", " ", "c"], "1 of 3 references are empty, the first at index 1"),
    "Arabic hypotheses": (
        ["مرحبا بالعالم", "a"],
        ["Hello world", "a"],
        "hypotheses: 9.% of the letters are Arabic.*mixed up",
    ),
    "Arabic references": (["Hello world"], ["مرحبا بالعالم"], "references: 100% of the letters are Arabic"),
}


@pytest.mark.parametrize(("hypotheses", "references", "message"), BAD.values(), ids=BAD.keys())
def test_lists_that_cannot_be_scored(hypotheses: list[str], references: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        score(hypotheses, references)


def test_sources_of_another_length() -> None:
    with pytest.raises(InputError, match="2 hypotheses, 2 references, 1 sources"):
        score(CAT, DOG, ["مرحبا"])


def test_rouge_refuses_what_its_tokenizer_would_drop() -> None:
    with pytest.raises(InputError, match=r"only the letters a-z and digits, and hypotheses\[1\] has none"):
        score(["Fine.", "Добрый день"], ["Fine.", "Good day"], metrics=["rouge1"])


def test_rouge_takes_an_empty_summary() -> None:
    assert score(["", "x"], ["a", "x"], metrics=["rouge1"]).system("system").score("rouge1").value == 50.0


@pytest.mark.parametrize(
    ("metric", "delta", "p", "verdict"),
    [
        ("bleu", 2.0, 0.01, "better"),
        ("bleu", -2.0, 0.01, "worse"),
        ("ter", 2.0, 0.01, "worse"),
        ("ter", -2.0, 0.01, "better"),
        ("bleu", 9.0, 0.05, "no evidence"),
    ],
)
def test_verdict(metric: str, delta: float, p: float, verdict: str) -> None:
    assert PairedTest(metric, "a", "b", delta, p).verdict == verdict


words = st.lists(st.sampled_from("the a minister said that oil prices rose on Monday".split()), min_size=1, max_size=8)
texts = st.lists(words.map(" ".join), min_size=2, max_size=5)


@settings(max_examples=15)
@given(texts)
def test_a_perfect_system_has_perfect_scores_and_the_interval_holds_the_score(references: list[str]) -> None:
    for metric, best in (("chrf", 100.0), ("chrf++", 100.0), ("rouge1", 100.0), ("ter", 0.0)):
        found = Scorer(metric, references).score(references)
        assert found.value == pytest.approx(best, abs=1e-6)
        assert found.low - 1e-4 <= found.value <= found.high + 1e-4


@settings(max_examples=10)
@given(texts, st.randoms(use_true_random=False))
def test_order_of_segments_does_not_matter(references: list[str], chance: object) -> None:
    hypotheses = [text[: len(text) // 2 + 1] for text in references]
    order = list(range(len(references)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    first = Scorer("chrf++", references).score(hypotheses).value
    second = Scorer("chrf++", [references[i] for i in order]).score([hypotheses[i] for i in order]).value
    assert first == pytest.approx(second)


class _FakeComet:
    """The two names of ``comet`` that are used: scores are 1 for what equals its reference."""

    def __init__(self) -> None:
        self.loaded: list[tuple[str, bool]] = []

    def load_from_checkpoint(self, path: str, local_files_only: bool) -> object:
        self.loaded.append((path, local_files_only))
        return types.SimpleNamespace(
            predict=lambda rows, **options: types.SimpleNamespace(
                scores=[1.0 if row["mt"] == row["ref"] and row["src"] else 0.25 for row in rows]
            )
        )


@pytest.fixture
def fake_comet(monkeypatch: pytest.MonkeyPatch) -> _FakeComet:
    fake = _FakeComet()
    monkeypatch.setitem(sys.modules, "comet", fake)  # type: ignore[arg-type]
    monkeypatch.setattr("tarjama.eval.segment_means._comet_version", lambda: "unbabel-comet-0")
    return fake


def test_comet_scores_with_a_local_checkpoint(fake_comet: _FakeComet, tmp_path: Path) -> None:
    checkpoint = tmp_path / "wmt22-comet-da" / "checkpoints" / "model.ckpt"
    checkpoint.parent.mkdir(parents=True)
    checkpoint.touch()
    report = score(
        ["same", "b"], ["same", "c"], ["نفس", "ب"], metrics=["comet"], comet_model=str(checkpoint.parents[1])
    )
    found = report.system("system").score("comet")
    assert found.value == 62.5
    assert "|model:wmt22-comet-da|" in found.signature
    assert fake_comet.loaded == [(str(checkpoint), True)]


@pytest.mark.usefixtures("fake_comet")
def test_comet_without_its_model_says_how_to_get_it() -> None:
    with pytest.raises(ModelError, match=r"Unbabel/wmt22-comet-da is not on this machine.*hf download"):
        score(["a"], ["a"], ["ا"], metrics=["comet"])


@pytest.mark.usefixtures("fake_comet")
def test_comet_needs_sources() -> None:
    with pytest.raises(InputError, match="COMET reads the source"):
        score(["a"], ["a"], metrics=["comet"])


def test_comet_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "comet", None)
    with pytest.raises(DependencyError, match=r"pip install 'tarjama\[comet\]'"):
        score(["a"], ["a"], ["ا"], metrics=["comet"])


def test_statistics_are_counted_once_per_system(monkeypatch: pytest.MonkeyPatch) -> None:
    from sacrebleu.metrics.ter import TER

    counted: list[str] = []
    real = TER._compute_segment_statistics

    def spy(self: TER, hypothesis: str, ref_kwargs: dict[str, object]) -> object:
        counted.append(hypothesis)
        return real(self, hypothesis, ref_kwargs)

    monkeypatch.setattr(TER, "_compute_segment_statistics", spy)
    compare({"cat": CAT, "dog": DOG}, DOG, metrics=["ter"])
    assert len(counted) == 4
