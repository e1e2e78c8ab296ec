"""Running systems: cache, resume, systems that break; then the command itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from fakes import FakeEngine, english
from tarjama.errors import InputError, ModelError
from tarjama.eval import TestSet, load_testset
from tarjama.eval import run as room
from tarjama.eval.cache import OutputCache, Said
from tarjama.eval.run import run
from tarjama.eval.systems import System, lead_3, system
from tarjama.models import InstalledModel, Task
from tarjama.ui.cli import run as tarjama


class Recorder:
    """A system that says its source in capitals, and counts what it is asked."""

    def __init__(self, fails_at: str = "", identity: str = "1") -> None:
        self.asked: list[str] = []
        self.starts = 0
        self.fails_at = fails_at
        self.system = System("recorder", {"model": identity}, self.start)

    def start(self) -> Callable[[Sequence[str]], list[str]]:
        self.starts += 1
        return self.speak

    def speak(self, texts: Sequence[str]) -> list[str]:
        if self.fails_at in texts and self.fails_at:
            raise RuntimeError("out of memory")
        self.asked += texts
        return [text.upper() for text in texts]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "CHUNK", 3)


def _testset(letters: str = "abcdefgh") -> TestSet:
    return TestSet("letters", tuple(letters), tuple(letters))


def test_second_run_asks_nothing_and_loads_nothing() -> None:
    first, second = Recorder(), Recorder()
    output = run(first.system, _testset())
    again = run(second.system, _testset())
    assert first.asked == list("abcdefgh")
    assert (second.asked, second.starts) == ([], 0)
    assert again.hypotheses == output.hypotheses == tuple("ABCDEFGH")
    assert again.seconds == pytest.approx(output.seconds)


def test_another_identity_or_text_is_asked_anew() -> None:
    run(Recorder().system, _testset("abc"))
    other, more = Recorder(identity="2"), Recorder()
    run(other.system, _testset("abc"))
    run(more.system, _testset("abcd"))
    assert other.asked == list("abc")
    assert more.asked == ["d"]


def test_without_cache_nothing_is_read_or_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARJAMA_HOME", str(tmp_path))
    run(Recorder().system, _testset(), cache=False)
    assert list(tmp_path.iterdir()) == []


def test_repeated_segments_are_asked_once() -> None:
    recorder = Recorder()
    assert run(recorder.system, _testset("aabbaa")).hypotheses == tuple("AABBAA")
    assert recorder.asked == ["a", "b"]


def test_a_system_that_breaks_keeps_what_it_has_and_goes_on_from_there() -> None:
    broken, mended = Recorder(fails_at="e"), Recorder()
    output = run(broken.system, _testset())
    assert output.hypotheses == tuple("ABC")
    assert output.error == "out of memory"
    assert run(mended.system, _testset()).hypotheses == tuple("ABCDEFGH")
    assert mended.asked == list("defgh")


def test_interruption_keeps_finished_chunks() -> None:
    recorder, after = Recorder(), Recorder()
    speak = recorder.speak

    def interrupted(texts: Sequence[str]) -> list[str]:
        if "d" in texts:
            raise KeyboardInterrupt
        return speak(texts)

    recorder.speak = interrupted  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        run(recorder.system, _testset())
    run(after.system, _testset())
    assert after.asked == list("defgh")


def test_a_line_cut_off_by_a_kill_is_skipped() -> None:
    cache = OutputCache("cut", {"model": "1"})
    cache.add([("a", Said("A\nA", 0.5)), ("b", Said("B", 0.5))])
    cache.path.write_text(cache.path.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    reopened = OutputCache("cut", {"model": "1"})
    assert reopened.get("a") == Said("A\nA", 0.5)
    assert reopened.get("b") is None
    reopened.add([("b", Said("B", 0.25))])
    assert OutputCache("cut", {"model": "1"}).get("b") == Said("B", 0.25)


def test_a_disk_that_refuses_costs_only_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "eval").write_text("a file where the folder should be", encoding="utf-8")
    monkeypatch.setenv("TARJAMA_HOME", str(tmp_path))
    output = run(Recorder().system, _testset())
    assert output.hypotheses == tuple("ABCDEFGH")
    assert "not kept for the next run" in output.notes[0]


def test_progress_is_reported_per_chunk() -> None:
    seen: list[tuple[str, int, int]] = []
    run(Recorder().system, _testset(), progress=lambda *now: seen.append(now))
    assert seen == [("recorder", done, 8) for done in (0, 3, 6, 8)]


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model that `locate` finds and the fake engine plays; returns its weights."""
    weights = tmp_path / "model" / "model.bin"
    weights.parent.mkdir()
    weights.write_bytes(b"1")
    engine = FakeEngine()

    def locate(name: str, task: Task) -> InstalledModel:
        if name not in ("embedded", "other"):
            raise ModelError(f"there is no model {name!r}")
        return InstalledModel(name, task, weights.parent, "ctranslate2", "test", "Apache-2.0", 1)

    monkeypatch.setattr("tarjama.eval.systems.locate", locate)
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **options: engine)
    return weights


def test_identity_follows_weights_beam_and_code(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = system("embedded", Task.TRANSLATION).identity
    assert first == system("embedded", Task.TRANSLATION).identity
    assert first["beam"] == "4"
    assert system("embedded@1", Task.TRANSLATION).identity | {"beam": "4"} == first
    model.write_bytes(b"12")
    assert system("embedded", Task.TRANSLATION).identity["files"] != first["files"]


@pytest.mark.parametrize("name", ["embedded@", "embedded@0", "embedded@fast"])
@pytest.mark.usefixtures("model")
def test_beam_in_a_name_must_be_a_number(name: str) -> None:
    with pytest.raises(InputError, match="a number must follow @"):
        system(name, Task.TRANSLATION)


def test_lead_3() -> None:
    assert lead_3("Mr. Smith left. It rained.\nThen sun. Then snow.") == "Mr. Smith left. It rained. Then sun."


@pytest.mark.usefixtures("model")
def test_command_scores_embedded_and_published_systems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = [
        "--published",
        "-s",
        "embedded",
        "-s",
        "other@2",
        "--limit",
        "12",
        "-m",
        "bleu",
        "--baseline",
        "embedded",
    ]
    code = tarjama(["eval", "--testset", "flores-dev", *options, "--report", str(tmp_path / "report")])
    out, err = capsys.readouterr()
    assert code == 0, err
    assert [line.split()[0] for line in out.split("\n\n")[0].splitlines()[3:-1]][:2] == ["google", "microsoft"]
    assert "other@2" in out
    assert "first 12 of 100 segments of: sample: 100 of 997 sentences" in err
    scores = json.loads((tmp_path / "report" / "scores.json").read_text(encoding="utf-8"))
    assert {one["name"]: len(one["segments"]) for one in scores["systems"]}["embedded"] == 12
    testset = load_testset("flores-dev")
    embedded = next(one for one in scores["systems"] if one["name"] == "embedded")
    assert embedded["provenance"]["revision"] == "test"
    assert embedded["segments"][0]["hypothesis"].split()[0] == english(testset.sources[0]).split()[0]


@pytest.mark.usefixtures("model")
def test_command_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert tarjama(["eval", "-t", "seed", "-m", "chrf", "--json", "-q"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out)["testset"]["segments"] == 18


WRONG = {
    "unknown test set": (["-t", "nothing"], 1, "unknown test set 'nothing'"),
    "unknown metric": (["-m", "meteor"], 1, "unknown metric 'meteor'; there are: bleu"),
    "unknown system": (["-s", "nothing"], 1, "there is no model 'nothing'"),
    "outputs without a name": (["-o", "file.en"], 2, "must be NAME=FILE"),
    "missing outputs": (["-o", "a=file.en"], 1, "file.en: no such file"),
    "no published outputs": (["-t", "seed", "--published"], 1, "seed comes without outputs of other systems"),
    "unknown baseline": (["-t", "seed", "--baseline", "google"], 1, "'google' is not among the systems: embedded"),
    "wrong length": (["--length", "huge"], 2, "huge"),
}


@pytest.mark.parametrize(("arguments", "code", "message"), WRONG.values(), ids=WRONG.keys())
@pytest.mark.usefixtures("model")
def test_wrong_usage_is_one_line(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tarjama(["eval", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [["--baseline", "google"], ["--report", "file/report"]])
@pytest.mark.usefixtures("model")
def test_what_is_wrong_with_a_report_is_said_before_the_work(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **options: loaded.append("model"))
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    assert tarjama(["eval", "-t", "seed", *arguments]) == 1
    assert loaded == []


def test_summaries_are_not_made_twice_where_the_default_is_extractive(capsys: pytest.CaptureFixture[str]) -> None:
    assert tarjama(["eval", "-t", "article-summaries", "-m", "rouge1", "--limit", "2", "--json", "-q"]) == 0
    systems = [one["name"] for one in json.loads(capsys.readouterr().out)["systems"]]
    assert sorted(systems) == ["extractive", "lead-3"]


@pytest.mark.usefixtures("model")
def test_a_quiet_run_says_what_failed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(lambda text: RuntimeError("broken weights"))
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **options: engine)
    assert tarjama(["eval", "-t", "seed", "-m", "chrf", "-q"]) == 1
    assert capsys.readouterr().err == "tarjama: embedded: broken weights\n"


@pytest.mark.usefixtures("model")
def test_a_system_that_breaks_is_shown_and_fails_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = FakeEngine(lambda text: RuntimeError("broken weights") if "الفلوجة" in text else None)
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **options: engine)
    assert tarjama(["eval", "-t", "seed", "-m", "chrf"]) == 1
    out, err = capsys.readouterr()
    assert "embedded (stopped half way)" in out
    assert "embedded stopped after 9 of 18 segments: broken weights" in err
