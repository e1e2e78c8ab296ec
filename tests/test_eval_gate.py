"""The gate: what it lets pass, what it stops, how floors move."""

from __future__ import annotations

import shutil
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from tarjama.errors import InputError, ModelError
from tarjama.eval import gate
from tarjama.eval.gate import Floor, against, load, main, measured, save, sign_test, updated
from tarjama.eval.marian import read_arrays
from tarjama.eval.testsets import bundled
from tarjama.models import Task, locate

FLORES = bundled("flores-dev")
OUTPUTS = tuple(dict(FLORES.published)["opusmt"].read_text(encoding="utf-8").split("\n")[:100])
FLOOR = measured(FLORES, OUTPUTS, "opusmt")


def _damaged(every: int) -> tuple[str, ...]:
    """Cut every n-th output short."""
    return tuple(text[: len(text) // 2] if index % every == 0 else text for index, text in enumerate(OUTPUTS))


def _dropped(outputs: tuple[str, ...]) -> set[str]:
    return {finding.what for finding in against(FLOOR, measured(FLORES, outputs), FLORES) if finding.dropped}


def test_the_same_outputs_pass() -> None:
    findings = against(FLOOR, measured(FLORES, OUTPUTS), FLORES)
    assert [finding.what for finding in findings][:2] == ["bleu", "chrf++"]
    assert not any(finding.dropped for finding in findings)


@pytest.mark.parametrize(
    ("every", "stopped"),
    [
        (4, {"bleu", "chrf++", "length outliers"}),
        (10, {"chrf++", "length outliers"}),  # 1.5 chrF++ less, where the interval of one system would let 2.3 through
        (100, set()),  # one sentence in a hundred is noise
    ],
)
def test_a_drop_is_stopped_and_noise_is_not(every: int, stopped: set[str]) -> None:
    assert _dropped(_damaged(every)) == stopped


def test_better_outputs_pass() -> None:
    google = tuple(dict(FLORES.published)["google"].read_text(encoding="utf-8").split("\n")[:100])
    assert _dropped(google) == set()


def test_lost_numbers_are_stopped_even_when_scores_hardly_move() -> None:
    import re

    outputs = tuple(re.sub(r"\d+", lambda found: found[0][:-1] + "7", text) for text in OUTPUTS)
    assert "number errors" in _dropped(outputs)


def test_a_changed_corpus_has_no_floor() -> None:
    other = replace(FLORES, references=(*FLORES.references[1:], "x"))
    with pytest.raises(InputError, match=r"flores-dev has changed .*--update --allow-regression"):
        against(FLOOR, measured(other, OUTPUTS), other)


@pytest.mark.parametrize(
    ("worse", "better", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (8, 0, 0.0078125), (9, 1, 0.021484375), (3, 3, 1.0)],
)
def test_sign_test(worse: int, better: int, p: float) -> None:
    assert sign_test(worse, better) == pytest.approx(p)


LOWER = replace(FLOOR, scores=FLOOR.scores | {"bleu": FLOOR.scores["bleu"] - 0.01}, model="lower")
HIGHER = replace(FLOOR, scores={metric: value + 1 for metric, value in FLOOR.scores.items()}, model="higher")
MOVED = replace(HIGHER, fingerprint="another")


@pytest.mark.parametrize(
    ("old", "now", "allow", "model", "reason"),
    [
        (None, LOWER, False, "lower", ""),
        (FLOOR, HIGHER, False, "higher", ""),
        (FLOOR, LOWER, False, "opusmt", "bleu"),
        (FLOOR, LOWER, True, "lower", ""),
        (FLOOR, MOVED, False, "opusmt", "its corpus has changed"),
        (FLOOR, MOVED, True, "higher", ""),
    ],
)
def test_a_floor_is_never_lowered_in_silence(
    old: Floor | None, now: Floor, allow: bool, model: str, reason: str
) -> None:
    floor, kept = updated(old, now, allow)
    assert floor.model == model
    assert reason in kept
    assert bool(kept) == bool(reason)


def test_floors_survive_the_disk_and_a_failed_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "floors.json"
    assert load(path) == {}
    save({"flores-dev": FLOOR}, path)
    assert load(path) == {"flores-dev": FLOOR}

    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        save({}, path)
    monkeypatch.undo()
    assert load(path) == {"flores-dev": FLOOR}
    assert [found.name for found in tmp_path.iterdir()] == ["floors.json"]


@pytest.mark.parametrize(
    "text", ["{", "{}", '{"schema": "other/1", "floors": {}}', '{"schema": "tarjama.floors/1", "floors": {"a": {}}}']
)
def test_broken_floors_are_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"floors\.json: cannot be read as floors"):
        load(path)


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, ...]]:
    """What the model says to flores-dev, to be changed by the test."""
    said = {"flores-dev": OUTPUTS}
    monkeypatch.setattr(gate, "measure", lambda testset, model, threads: measured(testset, said[testset.name], "fake"))
    return said


def test_command(spoken: dict[str, tuple[str, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "floors.json"
    command = ["--testset", "flores-dev", "--floors", str(path)]
    assert main(command) == 1
    assert "flores-dev has no floor" in capsys.readouterr().err
    assert main([*command, "--update"]) == 0
    assert "flores-dev: bleu 34.02, chrf++ 59.94 by fake" in capsys.readouterr().out
    assert main(command) == 0

    spoken["flores-dev"] = _damaged(4)
    assert main(command) == 1
    assert "DROPPED" in capsys.readouterr().out
    assert main([*command, "--update"]) == 1
    assert "floor kept: bleu" in capsys.readouterr().out
    assert load(path)["flores-dev"].outputs == OUTPUTS
    assert main([*command, "--update", "--allow-regression"]) == 0
    assert load(path)["flores-dev"].outputs == _damaged(4)
    assert main(command) == 0


@pytest.mark.parametrize(
    ("arguments", "message"), [(["--allow-regression"], "only with --update"), (["-t", "nothing"], "there are: seed")]
)
def test_wrong_usage(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_the_repositorys_floors_belong_to_its_data() -> None:
    floors = load()
    assert set(floors) == set(gate.SETS)
    for name, floor in floors.items():
        testset = bundled(name)
        assert floor.fingerprint == testset.fingerprint
        assert measured(testset, floor.outputs).scores == floor.scores


def _embedded() -> Path:
    try:
        return locate("embedded", Task.TRANSLATION).directory
    except ModelError as error:
        pytest.skip(str(error))


def test_one_damaged_number_in_the_embedded_weights_fails_the_gate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A single float of a layer norm, 4 bytes of 9 million; undamaged, the same model passes."""
    model = tmp_path / "model"
    shutil.copytree(_embedded(), model)
    command = ["--testset", "seed", "--model", str(model)]
    assert main(command) == 0, capsys.readouterr().out

    weights = model / "model.bin"
    gains = read_arrays(weights)["encoder/layer_0/ffn/layer_norm/gamma"].tobytes()
    data = weights.read_bytes()
    assert data.count(gains) == 1
    weights.write_bytes(data.replace(gains, struct.pack("<f", 300.0) + gains[4:]))
    assert main(command) == 1
    out = capsys.readouterr().out
    assert "bleu" in out
    assert "DROPPED" in out
