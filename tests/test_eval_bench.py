"""The bench: probes as processes, figures against promises, peers that are not there."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tarjama.errors import DependencyError, ModelError
from tarjama.eval import speed
from tarjama.eval.bench import main, picture, save, tables
from tarjama.eval.marian import load_marian, read_arrays
from tarjama.eval.peers import argos_translate, write_argos_package
from tarjama.eval.probe import Job, _batches
from tarjama.eval.speed import Bench, Measured, ProbeError, Settings, child, many_articles, ratio, run, to_dict
from tarjama.eval.text import plain
from tarjama.models import Task, locate
from tarjama.translate import split

SMALL = Settings(rounds=2, article_counts=(1, 2), soak_counts=(1, 2), beams=(1, 4))
# Words per second of every program: made up, so that ratios can be checked.
SPEEDS = {"ours": 400.0, "once": 500.0, "raw": 500.0, "single": 50.0, "batched": 160.0, "sorted": 200.0}


def _fake_probe(name: str, settings: Settings, articles: Any = (), **options: Any) -> Measured:
    if name == "argos":
        raise ProbeError("tarjama.errors.DependencyError: argostranslate is not installed")
    figures: dict[str, Any] = {
        "seconds": 0.25,
        "first_seconds": 0.1,
        "words_per_second": SPEEDS.get(options.get("mode") or name, 400.0),
        "outputs": ["The same words."] * len(articles),
        "rows": [
            {"articles": n, "seconds": 0.5 * n, "words_per_second": 120.0, "megabytes": 100.0 + n}
            for n in options.get("counts", ())
        ],
    }
    return Measured(figures, 1.0, 90.0)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "probe", _fake_probe)
    monkeypatch.setattr(speed, "child", lambda command, folder: (3.0, 80.0, ""))


@pytest.mark.usefixtures("fake")
def test_figures_and_promises() -> None:
    bench = run(SMALL)
    found = {one.name: (one.value, one.target, one.met) for one in bench.figures}
    assert found["translate the seed article, whole process"] == (3.0, "at most 2.5", False)
    assert found["import and first Translator()"] == (0.25, "at most 0.5", True)
    assert found["tarjama against CTranslate2 alone"] == (0.8, "at least 0.9", False)
    assert found["tarjama against MarianMTModel, one by one"] == (8.0, "at least 4", True)
    assert found["tarjama against MarianMTModel, batches of 32"] == (2.5, "at least 2", True)
    assert found["memory after 2 articles against 1"] == (102 / 101, "at most 1.05", True)
    assert [note.partition(" was")[0] for note in bench.notes] == ["argos-translate", "LibreTranslate"]
    assert [row["beam"] for row in bench.beams] == [1, 4]


@pytest.mark.usefixtures("fake")
def test_tables_json_and_picture(tmp_path: Path) -> None:
    bench = run(SMALL)
    text = plain(tables(bench))
    assert "at most 2.5    NO" in text
    assert "Number of articles in one call" in text
    data, drawing = save(bench, tmp_path / "out")
    assert json.loads(data.read_text(encoding="utf-8"))["systems"]["tarjama"] == [400.0, 400.0]
    assert to_dict(bench)["schema"] == "tarjama.bench/1"
    svg = drawing.read_text(encoding="utf-8")
    assert svg == picture(bench)
    assert "MarianMTModel, one by one" in svg
    assert "Speed against quality, by beam" in svg


@pytest.mark.usefixtures("fake")
def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick", "-o", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert "tarjama against CTranslate2 alone" in out
    assert "argos-translate was skipped: argostranslate is not installed" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bench.json", "bench.svg"]


def test_ratio_is_the_median_of_rounds() -> None:
    bench = Bench(SMALL, systems={"a": [100.0, 50.0, 90.0], "b": [50.0, 50.0, 30.0]})
    assert ratio(bench, "a", "b") == 2.0


def test_child_reports_time_peak_memory_and_its_last_words(tmp_path: Path) -> None:
    hold = "x = bytearray(60_000_000); import time; time.sleep(0.2); print('done')"
    ballast = bytearray(300_000_000)  # of this process: none of it may be counted
    seconds, peak, out = child([sys.executable, "-c", hold], tmp_path)
    assert out == "done\n"
    assert seconds >= 0.2
    assert peak is None or 60 < peak < 200, len(ballast)
    with pytest.raises(ProbeError, match="ValueError: no such thing"):
        child([sys.executable, "-c", "raise ValueError('no such thing')"], tmp_path)


def test_articles_are_of_one_size_and_never_say_a_sentence_twice() -> None:
    articles = many_articles(400)
    sentences = [piece.strip() for article in articles for line in article.split("\n") for piece in split(line)]
    assert len(articles) == 400
    assert all(article.count("\n") == 2 for article in articles)
    assert len(set(articles)) == 400
    assert len(set(sentences)) > 0.9 * len(sentences)  # a short tail may come twice


def test_batches_hold_everything_longest_first_within_the_limit() -> None:
    sentences = [["x"] * length for length in (3, 50, 7, 7, 20, 1)]
    batches = list(_batches(sentences, tokens=60))
    assert [len(sentence) for batch in batches for sentence in batch] == [50, 20, 7, 7, 3, 1]
    assert all(len(batch) * len(batch[0]) <= 60 for batch in batches)


def test_probes_of_the_embedded_model(tmp_path: Path) -> None:
    """One real process per kind that needs nothing but the base install."""
    try:
        locate("embedded", Task.TRANSLATION)
    except ModelError as error:
        pytest.skip(str(error))
    settings = Settings(threads=1, beam=1)
    article = "وصل الوزير إلى المدينة.\nقال إن الحكومة ستعمل."
    assert set(speed.probe("raw", settings, [article]).figures) == {"words", "seconds", "words_per_second"}
    ours = speed.probe("ours", settings, [article])
    assert ours.figures["words"] == 8
    assert len(ours.figures["outputs"]) == 1
    assert ours.peak_megabytes is None or 20 < ours.peak_megabytes < 400
    soak = speed.probe("soak", settings, [article, article], counts=(1, 2))
    assert [row["articles"] for row in soak.figures["rows"]] == [1, 2]
    with pytest.raises(ProbeError, match="there is no model"):
        speed.probe("start", Settings(model="nothing"))


def test_job_of_an_unknown_probe() -> None:
    with pytest.raises(ProbeError, match="KeyError: 'nothing'"):
        speed.probe("nothing", SMALL)
    assert Job("ours").beam == 4


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A tiny Marian model as on the hub, and the same converted to int8."""
    import ctranslate2.converters

    from tiny_marian import write_snapshot

    folder = tmp_path_factory.mktemp("marian")
    snapshot = write_snapshot(folder / "hf")
    ctranslate2.converters.TransformersConverter(str(snapshot)).convert(str(folder / "ct2"), quantization="int8")
    for name in ("source.spm", "target.spm"):
        shutil.copyfile(snapshot / name, folder / "ct2" / name)
    return snapshot, folder / "ct2"


def test_converted_weights_are_read_back(converted: tuple[Path, Path]) -> None:
    """Every weight of the original within half a step of its row's int8 scale, and the same configuration."""
    from transformers import MarianMTModel

    snapshot, directory = converted
    original: Any = MarianMTModel.from_pretrained(snapshot)
    found = load_marian(directory)
    assert {key: getattr(found.config, key) for key in ("d_model", "encoder_layers", "pad_token_id", "vocab_size")} == {
        key: getattr(original.config, key) for key in ("d_model", "encoder_layers", "pad_token_id", "vocab_size")
    }
    ours = found.state_dict()
    for name, weight in original.state_dict().items():
        step = weight.abs().amax(dim=-1, keepdim=True) / 127 if weight.dim() == 2 else 0
        assert bool(((ours[name] - weight).abs() <= 0.501 * step + 1e-6).all()), name


def test_weights_of_another_version_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\x63\x00\x00\x00rest")
    with pytest.raises(ModelError, match="binary version 99; only 6"):
        read_arrays(tmp_path / "model.bin")


def test_argos_package(converted: tuple[Path, Path], tmp_path: Path) -> None:
    write_argos_package(converted[1], tmp_path / "ar_en", "ar", "en")
    found = {str(path.relative_to(tmp_path / "ar_en")) for path in (tmp_path / "ar_en").rglob("*") if path.is_file()}
    assert {"metadata.json", "sentencepiece.model", "model/model.bin", "model/config.json"} <= found
    metadata = json.loads((tmp_path / "ar_en" / "metadata.json").read_text(encoding="utf-8"))
    assert (metadata["from_code"], metadata["to_code"], metadata["type"]) == ("ar", "en", "translate")
    assert json.loads((tmp_path / "ar_en" / "model" / "config.json").read_text(encoding="utf-8"))["add_source_eos"]


def test_absent_peer_names_the_extra(
    converted: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "argostranslate.translate", None)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ARGOS_PACKAGES_DIR", "ARGOS_BEAM_SIZE"):
        monkeypatch.setenv(name, "")
    with pytest.raises(DependencyError, match=r"pip install 'tarjama\[bench\]'"):
        argos_translate(converted[1], tmp_path, 1, 4)
