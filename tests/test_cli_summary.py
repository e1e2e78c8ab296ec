"""`tarjama summarize` and `tarjama digest`, with a fake translator and the real extractive summarizer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Done
from fakes import FakeEngine
from tarjama import InputError, Summarizer

Cli = Callable[..., Done]
ENGLISH = Path(__file__).parents[1] / "seeds" / "000_6e9314a44e40c3cd.en.txt"
ARABIC = ENGLISH.with_name("000_6e9314a44e40c3cd.txt")


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """A translator that stands in for the model."""
    engine = FakeEngine()
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **kwargs: engine)
    return engine


def test_summary_of_an_english_article_needs_no_translator(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("tarjama.translate.translator.load_engine")
    done = cli("summarize", ENGLISH)
    assert done.code == 0
    assert 20 < len(done.out.split()) < 100
    text = " ".join(ENGLISH.read_text(encoding="utf-8").split())
    assert done.out.split(". ")[0].strip() in text, "extractive: its sentences are those of the article"


@pytest.mark.parametrize(("length", "least", "most"), [("short", 10, 45), ("medium", 30, 80), ("long", 60, 140)])
def test_lengths(cli: Cli, length: str, least: int, most: int) -> None:
    assert least <= len(cli("summarize", ENGLISH, "--length", length).out.split()) <= most


def test_summary_of_an_arabic_article_translates_first(cli: Cli, engine: FakeEngine) -> None:
    done = cli("summarize", ARABIC, "-f", "json")
    assert done.code == 0
    assert engine.history
    data = json.loads(done.out)
    assert data["origin"] == str(ARABIC)
    assert data["summary"]["method"] == "extractive"
    assert "paragraphs" not in data


def test_digest_holds_the_translation_and_the_summary(cli: Cli) -> None:
    data = json.loads(cli("digest", ARABIC, "-f", "json").out)
    assert len(data["paragraphs"]) == 18
    assert data["summary"]["schema"] == "tarjama.summary/1"
    assert data["summary"]["provenance"]["version"] == data["provenance"]["version"]


def test_digest_is_side_by_side_unless_told_otherwise(cli: Cli) -> None:
    lines = cli("digest", ARABIC).out.splitlines()
    assert sum(line.startswith(f"{number:2} │") for number in range(1, 19) for line in lines) == 18
    assert any(line.startswith("Summary (") for line in lines)
    assert "Summary (" in cli("digest", ARABIC, "-f", "text").out


def test_notes_of_the_summary_are_said(cli: Cli) -> None:
    done = cli("digest", ARABIC, "-f", "text")
    assert f"tarjama: {ARABIC}: summary: Extractive" in done.err
    assert "Extractive" not in cli("digest", ARABIC, "-q", "-f", "text").err


def test_on_a_screen_notes_are_said_once(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tarjama.ui.work.sys.stdout.isatty", lambda: True, raising=False)
    done = cli("digest", ARABIC)
    assert "Extractive" in done.out
    assert "Extractive" not in done.err


@pytest.mark.parametrize("form", ["side", "md"])
def test_what_is_wrong_with_a_translation_that_is_not_shown_is_said(
    cli: Cli, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tarjama.ui.work.sys.stdout.isatty", lambda: True, raising=False)
    assert "marked [!]: " in cli("summarize", ARABIC, "-f", form).err
    assert "marked [!]: " not in cli("digest", ARABIC, "-f", form).err


def test_markdown_in_its_own_layout_has_its_notes_beside_it(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tarjama.ui.work.sys.stdout.isatty", lambda: True, raising=False)
    page = tmp_path / "page.md"
    page.write_text(f"# عنوان\n\n{Path(ARABIC).read_text(encoding='utf-8')}", encoding="utf-8")
    done = cli("translate", page, "-f", "md")
    assert "[!]" in done.out
    assert "marked [!]: " in done.err


def test_a_short_text_comes_back_unchanged_and_says_so(cli: Cli) -> None:
    done = cli("summarize", "-", stdin=b"The meeting ended on Monday.\n")
    assert (done.code, done.out) == (0, "The meeting ended on Monday.\n")
    assert "summary: " in done.err


def test_one_bad_file_does_not_lose_the_other_summary(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    done = cli("summarize", tmp_path / "empty.txt", ENGLISH)
    assert done.code == 1
    assert done.out.startswith(f"==> {ENGLISH} <==\n")


@pytest.mark.parametrize("model", ["nonsense", "distilbart-cnn", "opus-mt-ar-en"])
def test_a_summary_model_that_is_not_here(cli: Cli, model: str) -> None:
    done = cli("summarize", ENGLISH, "--summary-model", model)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "Traceback" not in done.err


def test_ctrl_c_during_a_digest_keeps_the_paragraphs_so_far(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stop_late(source: str) -> str | BaseException | None:
        return KeyboardInterrupt() if "النقاب" in source else None

    engine = FakeEngine(stop_late)
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **kwargs: engine)
    target = tmp_path / "out.json"
    assert cli("digest", ARABIC, "-o", target).code == 130
    data = json.loads(target.read_text(encoding="utf-8"))
    assert 0 < len(data["paragraphs"]) < 18
    assert "summary" not in data


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (InputError("nothing to summarize"), 1)])
def test_without_a_summary_the_translation_is_kept(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: BaseException, code: int
) -> None:
    def fail(self: Summarizer, text: object, length: str) -> None:
        raise error

    monkeypatch.setattr(Summarizer, "summarize", fail)
    target = tmp_path / "out.json"
    assert cli("digest", ARABIC, "-o", target).code == code
    assert len(json.loads(target.read_text(encoding="utf-8"))["paragraphs"]) == 18
    assert cli("summarize", ARABIC, "-o", tmp_path / "none.json").code == code
    assert not (tmp_path / "none.json").exists()


def test_a_wrong_summary_model_is_found_before_the_work(cli: Cli, engine: FakeEngine) -> None:
    assert cli("digest", ARABIC, "--summary-model", "nonsense").code == 1
    assert engine.history == []
