"""Both engines on a tiny trained Marian model: the same text, the same scores, bounded, ordered, shared."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjama.errors import LimitError, ModelError
from tarjama.models import Decoding, Engine, Task, load_engine
from tarjama.models.batching import make_batches, output_bound
from tarjama.models.card import ModelCard
from tarjama.models.convert import convert
from tarjama.models.cores import available_cores
from tarjama.models.ctranslate2_engine import CTranslate2Engine, divide_threads
from tarjama.models.layout import inspect_directory
from tiny_marian import sentences, trained, write_snapshot

SOURCES = [arabic for arabic, _ in sentences(60, seed=9)]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def converted(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("converted") / "tiny"
    convert(snapshot, target, ModelCard("tiny", Task.TRANSLATION, "CC0-1.0", "1", max_positions=128), "float32")
    return target


@pytest.fixture(scope="module")
def engine(converted: Path) -> CTranslate2Engine:
    return CTranslate2Engine(inspect_directory(converted), compute_type="float32", device="cpu", threads=1)


@pytest.fixture(scope="module")
def reference(snapshot: Path) -> Engine:
    return load_engine(snapshot, engine="transformers", threads=1)


@pytest.mark.parametrize(
    "decoding",
    [
        Decoding(),
        Decoding(beam=1),
        Decoding(beam=2, batch_tokens=64),
        Decoding(beam=5, length_penalty=0.6),
        Decoding(beam=3, length_penalty=2.0, no_repeat_ngram=2, min_length=6),
        Decoding(max_length=4),
    ],
    ids=str,
)
def test_both_engines_write_the_same_with_the_same_scores(
    engine: CTranslate2Engine, reference: Engine, decoding: Decoding
) -> None:
    ours, theirs = engine.generate(SOURCES, decoding), reference.generate(SOURCES, decoding)

    same = [(a, b) for a, b in zip(ours, theirs, strict=True) if a.text == b.text]
    assert len(same) >= 0.98 * len(SOURCES)
    assert len({a.text for a, _ in same}) > 30, "a model that always says the same proves nothing"
    for a, b in same:
        assert a.tokens == b.tokens
        assert a.score == pytest.approx(b.score, abs=1e-4)
        assert a.score <= 0


def test_both_engines_cut_text_alike(engine: CTranslate2Engine, reference: Engine) -> None:
    assert engine.encode(SOURCES) == reference.encode(SOURCES)
    assert engine.max_source_tokens == reference.max_source_tokens == 127  # 128 positions less </s>


def test_score_is_the_mean_log_probability_of_pieces_and_end_mark(engine: CTranslate2Engine) -> None:
    source = SOURCES[0]
    (output,) = engine.generate([source])
    pieces = [*engine.encode([source])[0], "</s>"]

    (scored,) = engine._translator.score_batch([pieces], [list(output.tokens)])

    assert len(scored.log_probs) == len(output.tokens) + 1
    # Scoring does not take <unk> out of the vocabulary first, as decoding does.
    assert output.score == pytest.approx(sum(scored.log_probs) / len(scored.log_probs), abs=0.02)


def test_order_is_kept_and_empty_inputs_stay_empty(engine: CTranslate2Engine) -> None:
    mixed = ["", *SOURCES[:5], "  ", *SOURCES[5:8]]
    outputs = engine.generate(mixed)

    assert [outputs[0], outputs[6]] == [type(outputs[0])("", 0.0, ())] * 2
    assert [o.text for o in outputs[1:6]] == [engine.generate([s])[0].text for s in SOURCES[:5]]
    assert engine.generate([]) == []


def test_pieces_are_taken_as_they_are(engine: CTranslate2Engine) -> None:
    pieces = engine.encode(SOURCES[:4])

    assert [o.text for o in engine.generate(pieces)] == [o.text for o in engine.generate(SOURCES[:4])]
    assert engine.generate([[], pieces[0]])[0].text == ""


@pytest.mark.parametrize("name", ["engine", "reference"])
def test_each_output_is_bounded_by_its_own_source(name: str, tmp_path: Path) -> None:
    endless = write_snapshot(tmp_path / "endless", bias={"</s>": -50.0})
    engine = load_engine(endless, engine="ctranslate2" if name == "engine" else "transformers", threads=1)
    sources = [piece.split() for piece in ("▁كتب", "▁كتب ▁درس ▁علم", "▁كتب " * 20)]

    outputs = engine.generate(sources, Decoding(beam=2))

    assert [len(output.tokens) for output in outputs] == [18, 22, 56]
    assert [len(o.tokens) for o in engine.generate(sources, Decoding(beam=2, max_length=5))] == [5, 5, 5]
    longest = ["▁كتب"] * engine.max_source_tokens
    assert len(engine.generate([longest], Decoding(beam=1))[0].tokens) == 128


@pytest.mark.parametrize("name", ["engine", "reference"])
def test_an_input_longer_than_the_model_is_refused(name: str, request: pytest.FixtureRequest) -> None:
    engine: Engine = request.getfixturevalue(name)
    with pytest.raises(LimitError, match=r"input 1 has 128 pieces; model .* reads at most 127"):
        engine.generate([["▁كتب"], ["▁كتب"] * 128])


def test_many_threads_get_what_one_gets(converted: Path) -> None:
    engine = load_engine(converted, threads=2)
    expected = engine.generate(SOURCES)
    with ThreadPoolExecutor(6) as pool:
        assert all(outputs == expected for outputs in pool.map(engine.generate, [SOURCES] * 12))


def test_more_workers_change_nothing(converted: Path) -> None:
    one, four = (load_engine(converted, threads=threads) for threads in (1, 4))
    assert one is not four
    assert [o.text for o in one.generate(SOURCES)] == [o.text for o in four.generate(SOURCES)]


def test_a_model_is_in_memory_once_and_leaves_with_its_last_user(converted: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        engines = list(pool.map(lambda _: load_engine(converted, threads=1), range(4)))
    assert len({id(engine) for engine in engines}) == 1
    assert load_engine(str(converted), threads=1) is engines[0]
    assert load_engine(converted, threads=2) is not engines[0]

    gone = weakref.ref(engines.pop())
    engines.clear()
    gc.collect()
    assert gone() is None


def test_a_model_that_was_replaced_is_loaded_anew(converted: Path) -> None:
    before = load_engine(converted, threads=1)
    (converted / "model.bin").touch()
    assert load_engine(converted, threads=1) is not before


def test_a_hugging_face_directory_is_converted_once(snapshot: Path) -> None:
    first = load_engine(snapshot, threads=1)
    assert first.name == "ctranslate2 int8 cpu"
    made = first.model.directory / "model.bin"
    when = made.stat().st_mtime_ns

    assert load_engine(snapshot, threads=2).model.directory == first.model.directory
    assert made.stat().st_mtime_ns == when
    assert len(list(first.model.directory.parent.iterdir())) == 1  # no temporary folder is left


def test_loading_never_looks_for_a_network(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the user has not switched the hub off; a try would fail this test (see conftest)."""
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    for engine in ("ctranslate2", "transformers"):
        assert load_engine(snapshot, engine=engine, threads=1).generate(["كتب درس ."])[0].text


def test_unknown_engine_and_device(converted: Path) -> None:
    with pytest.raises(ModelError, match="known are ctranslate2 and transformers"):
        load_engine(converted, engine="marian")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_engine(converted, device="toaster")


def test_the_reference_needs_the_original_files(converted: Path) -> None:
    with pytest.raises(ModelError, match="needs the Hugging Face directory"):
        load_engine(converted, engine="transformers")


def test_the_default_engine_starts_without_heavy_packages(converted: Path) -> None:
    program = (
        "import sys; from tarjama.models import load_engine; "
        f"print(load_engine({str(converted)!r}, threads=1).generate([{SOURCES[0]!r}])[0].score < 0); "
        "print([m for m in ('torch', 'transformers', 'numpy', 'huggingface_hub') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[:2] == ["True", "[]"]


@given(st.lists(st.integers(0, 200), max_size=60), st.integers(1, 700), st.integers(1, 6))
def test_batches_hold_every_input_once_longest_first(lengths: list[int], cap: int, workers: int) -> None:
    batches = make_batches(lengths, cap, workers)

    flat = [i for batch in batches for i in batch]
    assert sorted(flat) == [i for i, length in enumerate(lengths) if length]
    assert [lengths[i] for i in flat] == sorted((n for n in lengths if n), reverse=True)
    for batch in batches:
        assert len(batch) == 1 or lengths[batch[0]] * len(batch) <= cap


def test_batches_feed_every_worker() -> None:
    assert len(make_batches([30] * 40, 2048, workers=1)) == 1
    assert len(make_batches([30] * 40, 2048, workers=2)) == 4
    assert len(make_batches([30] * 4, 2048, workers=2)) == 1  # too little to be worth it


@pytest.mark.parametrize(
    ("pieces", "max_length", "expected"), [(1, None, 18), (30, None, 76), (300, None, 512), (30, 5, 5), (30, 900, 512)]
)
def test_output_bound(pieces: int, max_length: int | None, expected: int) -> None:
    assert output_bound(pieces, max_length, 512) == expected


@pytest.mark.parametrize(
    ("siblings", "quota", "expected"),
    [
        (["0", "1", "2", "3"], None, 4),
        (["0,2", "1,3", "0,2", "1,3"], None, 2),  # hyper-threads
        (["0", "1", "2", "3"], "150000 100000", 2),  # a container with 1.5 CPUs
        (["0", "1", "2", "3"], "max 100000", 4),
        (["0", "1", "2", "3"], "5000 100000", 1),
        ([], None, 4),  # no topology to read: every CPU counts
    ],
)
def test_available_cores(
    siblings: list[str], quota: str | None, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    for cpu, text in enumerate(siblings):
        topology = tmp_path / f"cpu{cpu}" / "topology"
        topology.mkdir(parents=True)
        (topology / "thread_siblings_list").write_text(text + "\n")
    if quota:
        (tmp_path / "cpu.max").write_text(quota + "\n")

    assert available_cores(tmp_path, tmp_path) == expected


@pytest.mark.parametrize(("threads", "expected"), [(1, (1, 1)), (2, (2, 1)), (8, (8, 1)), (32, (8, 4))])
def test_divide_threads(threads: int, expected: tuple[int, int]) -> None:
    assert divide_threads(threads) == expected
