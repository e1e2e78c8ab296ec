"""`tarjama translate`: what comes out, where, and with which exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Done
from fakes import FakeEngine
from tarjama import __version__
from tarjama.models import Decoding
from tarjama.translate import Article

Cli = Callable[..., Done]

FIRST = "قال المتحدث إن الاجتماع انتهى."
SECOND = "وصل 39 شخصا إلى المدينة."
ANSWERS = {FIRST: "The spokesman said the meeting had ended.", SECOND: "39 people arrived in the city."}


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    engine = FakeEngine(ANSWERS)
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **kwargs: engine)
    return engine


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "news.txt"
    path.write_text(f"{FIRST}\n\n\n{SECOND}\n", encoding="utf-8")
    return path


def test_text_goes_to_stdout_with_the_gaps_of_the_source(cli: Cli, engine: FakeEngine, article: Path) -> None:
    done = cli("translate", article)
    assert done == Done(0, f"{ANSWERS[FIRST]}\n\n\n{ANSWERS[SECOND]}\n", "")


@pytest.mark.parametrize("names", [["-"], []], ids=["dash", "no name"])
def test_standard_input(cli: Cli, engine: FakeEngine, names: list[str]) -> None:
    done = cli("translate", *names, stdin=SECOND.encode())
    assert (done.code, done.out) == (0, f"{ANSWERS[SECOND]}\n")


def test_no_input_at_a_terminal_is_wrong_usage(cli: Cli, engine: FakeEngine) -> None:
    done = cli("translate")
    assert (done.code, done.out) == (2, "")
    assert "name a file, or - for standard input" in done.err


def test_json_is_the_translation(cli: Cli, engine: FakeEngine, article: Path) -> None:
    data = json.loads(cli("translate", article, "--format", "json").out)
    assert data["schema"] == "tarjama.translation/1"
    assert data["origin"] == str(article)
    assert [p["target"] for p in data["paragraphs"]] == [ANSWERS[FIRST], ANSWERS[SECOND]]
    assert [p["gap"] for p in data["paragraphs"]] == ["\n\n\n", "\n"]
    assert data["provenance"]["engine"] == "fake"
    assert "summary" not in data


def test_several_files_have_headings(cli: Cli, engine: FakeEngine, tmp_path: Path) -> None:
    for name, text in (("a.txt", FIRST), ("b.txt", SECOND)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    expected = f"==> {a} <==\n{ANSWERS[FIRST]}\n\n==> {b} <==\n{ANSWERS[SECOND]}\n"
    assert cli("translate", a, b).out == expected
    assert cli("translate", tmp_path / "*.txt").out == expected, "a pattern that the shell did not expand"


def test_several_files_as_json_are_one_array(cli: Cli, engine: FakeEngine, article: Path) -> None:
    data = json.loads(cli("translate", article, article, "-f", "json").out)
    assert [entry["paragraphs"][1]["target"] for entry in data] == [ANSWERS[SECOND]] * 2


def test_one_bad_file_does_not_lose_the_others(cli: Cli, engine: FakeEngine, article: Path, tmp_path: Path) -> None:
    bad = tmp_path / "missing.txt"
    done = cli("translate", article, bad, article)
    assert done.code == 1
    assert done.out.count(ANSWERS[FIRST]) == 2
    assert done.err == f"tarjama: {bad}: no such file\n"


def test_a_file_whose_name_is_a_pattern(cli: Cli, engine: FakeEngine, tmp_path: Path) -> None:
    path = tmp_path / "news[1].txt"
    path.write_text(FIRST, encoding="utf-8")
    assert cli("translate", path).out == f"{ANSWERS[FIRST]}\n"


def test_a_web_address_is_read_from_the_network(cli: Cli, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def from_url(url: str) -> Article:
        asked.append(url)
        return Article.from_text(SECOND, origin=url)

    monkeypatch.setattr(Article, "from_url", from_url)
    assert cli("translate", "https://example.org/?a=[1]*").out == f"{ANSWERS[SECOND]}\n"
    assert asked == ["https://example.org/?a=[1]*"]


def test_flagged_sentences_are_marked_and_explained(cli: Cli, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = "the city the city the city the city the city the city"
    engine = FakeEngine({FIRST: ANSWERS[FIRST], SECOND: loop})
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **kwargs: engine)
    done = cli("translate", article)
    assert done.code == 0
    first, second = done.out.split("\n\n\n")
    assert first == ANSWERS[FIRST]
    assert second.startswith("[!] ")
    assert "marked [!]: " in done.err
    assert "the translation repeats itself (1)" in done.err
    assert cli("translate", article, "--quiet").err == ""


def test_wrapped_lines_are_joined(cli: Cli, engine: FakeEngine) -> None:
    head, tail = FIRST.split(" ", 1)
    done = cli("translate", "-", "--wrapped", "-f", "json", stdin=f"{head}\n{tail}\n\n{SECOND}".encode())
    assert len(json.loads(done.out)["paragraphs"]) == 2


def test_beam_and_model_and_threads_reach_the_engine(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine()
    asked: list[tuple[object, ...]] = []

    def load(model: str, task: str, *, threads: int | None) -> FakeEngine:
        asked.append((model, task, threads))
        return engine

    monkeypatch.setattr("tarjama.translate.translator.load_engine", load)
    cli("translate", "-", "--model", "opus-mt-ar-en", "--threads", "3", "--beam", "2", stdin=FIRST.encode())
    assert asked == [("opus-mt-ar-en", "translation", 3)]
    assert {decoding.beam for _, decoding in engine.history} == {2}


def test_the_model_is_loaded_once_and_only_if_needed(cli: Cli, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[object] = []

    def load(*args: object, **kwargs: object) -> FakeEngine:
        loads.append(args)
        return FakeEngine(ANSWERS)

    monkeypatch.setattr("tarjama.translate.translator.load_engine", load)
    assert cli("translate", "missing.txt").code == 1
    assert loads == []
    assert cli("translate", article, article).code == 0
    assert len(loads) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["translate", "--format", "pdf", "a.txt"],
        ["translate", "--beam", "0", "a.txt"],
        ["translate", "--threads", "-1", "a.txt"],
        ["translate", "--nonsense", "a.txt"],
        ["nonsense"],
    ],
)
def test_wrong_usage_is_exit_code_2(cli: Cli, arguments: list[str]) -> None:
    done = cli(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "Usage: tarjama" in done.err
    assert "Traceback" not in done.err


def test_unknown_model_names_the_known_ones_once(cli: Cli, article: Path) -> None:
    done = cli("translate", article, article, "--model", "nonsense")
    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 1
    assert "opus-mt-ar-en" in done.err


def test_help_shows_the_defaults_of_the_program(cli: Cli) -> None:
    done = cli("translate", "--help")
    assert done.code == 0
    text = " ".join(done.out.split())
    assert f"[default: {Decoding.beam};" in text
    assert "[default: embedded]" in text
    assert "else text)]" in text


def test_version(cli: Cli) -> None:
    assert cli("--version") == Done(0, f"tarjama {__version__}\n", "")
