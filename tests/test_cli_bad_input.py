"""Bad input: one clear line and the right exit code, never a traceback, and nothing lost of the other files."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Done
from fakes import FakeEngine
from tarjama.models import load_engine

Cli = Callable[..., Done]
ARABIC = "قال المتحدث إن الاجتماع انتهى في المدينة."
ENGLISH = "The spokesman said the meeting in the city had ended."
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde" + bytes(
    range(256)
)


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    engine = FakeEngine({ARABIC: ENGLISH})
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **kwargs: engine)
    return engine


REFUSED = {
    "empty": (b"", "empty"),
    "white space only": (b" \n\t\r\n  \n", "white space"),
    "png": (PNG, "PNG"),
    "gzip": (gzip.compress(ARABIC.encode()), "gzip"),
    "invalid utf-8": (ARABIC.encode() + b"\xff\xfe\x81" + ARABIC.encode(), "byte"),
    "nul bytes": (ARABIC.encode() + b"\x00\x00" + ARABIC.encode(), "NUL|U\\+0000|byte"),
    "hebrew": ("הדובר אמר כי הפגישה בעיר הסתיימה בשעות הערב ללא הסכם בין הצדדים.".encode(), "Hebrew"),
    "persian": ("سخنگوی دولت گفت که این نشست در شهر پایان یافته است و گزارش آن منتشر می‌شود.".encode(), "Persian"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_one_line(cli: Cli, tmp_path: Path, case: str) -> None:
    content, reason = REFUSED[case]
    bad, good = tmp_path / "bad.txt", tmp_path / "good.txt"
    bad.write_bytes(content)
    good.write_text(ARABIC, encoding="utf-8")
    done = cli("translate", bad, good)
    assert done.code == 1
    assert done.out == f"==> {good} <==\n{ENGLISH}\n"
    assert done.err.count("\n") == 1, done.err
    assert done.err.startswith(f"tarjama: {bad}: ")
    assert re.search(reason, done.err)
    assert ARABIC not in done.err


def test_missing_directory_and_unreadable(cli: Cli, tmp_path: Path) -> None:
    done = cli("translate", tmp_path / "missing.txt", tmp_path, f"{tmp_path}/*.none")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 3)
    missing, directory, pattern = done.err.splitlines()
    assert missing == f"tarjama: {tmp_path / 'missing.txt'}: no such file"
    assert "is a directory" in directory
    assert "no file matches this pattern" in pattern


def test_file_without_permission(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.txt"
    path.write_text(ARABIC, encoding="utf-8")

    def refuse(self: Path) -> bytes:  # root, who runs many test suites, may read everything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    done = cli("translate", path)
    assert (done.code, done.err) == (1, f"tarjama: {path}: cannot be read: Permission denied\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256", "iso-8859-6"])
def test_encodings_are_read(cli: Cli, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "news.txt"
    path.write_bytes((ARABIC + "\n").encode(encoding))
    done = cli("translate", path)
    assert (done.code, done.out) == (0, f"{ENGLISH}\n")


KEPT = {
    "emoji": ("😀👍🏽🇸🇾👨‍👩‍👧", "😀👍🏽🇸🇾👨‍👩‍👧"),
    "digits": ("١٢٣ 456", "123 456"),
    "addresses": ("https://example.org/خبر", "https://example.org/خبر"),
    "english": ("The meeting ended.", "The meeting ended."),
}


@pytest.mark.parametrize("case", KEPT)
def test_nothing_to_translate_comes_back_as_it_is(cli: Cli, engine: FakeEngine, case: str) -> None:
    source, expected = KEPT[case]
    done = cli("translate", "-", stdin=source.encode())
    assert (done.code, done.out) == (0, f"{expected}\n")
    assert engine.history == []


def test_mixed_line_ends_are_kept(cli: Cli, tmp_path: Path) -> None:
    path, target = tmp_path / "news.txt", tmp_path / "out.txt"
    path.write_bytes(f"{ARABIC}\r\n{ARABIC}\n\r\n{ARABIC}\r{ARABIC}".encode())
    assert cli("translate", path, "-o", target).code == 0
    assert target.read_bytes().decode() == f"{ENGLISH}\r\n{ENGLISH}\n\r\n{ENGLISH}\r{ENGLISH}\n"


def test_a_paragraph_of_50_000_words(cli: Cli, tmp_path: Path, seed_text: str) -> None:
    path = tmp_path / "long.txt"
    path.write_text(" ".join((seed_text.replace(".", "").split() * 100)[:50_000]), encoding="utf-8")
    done = cli("translate", path, "-f", "json")
    assert done.code == 0
    assert len(json.loads(done.out)["paragraphs"]) == 1
    assert len(json.loads(done.out)["text"].split()) > 40_000


def test_10_megabytes(cli: Cli, tmp_path: Path, seed_text: str) -> None:
    path = tmp_path / "archive.txt"
    line = " ".join(seed_text.replace(".", "").split()[:50]) + "\n"
    lines = 10_000_000 // len(line.encode()) + 1
    path.write_text(line * lines, encoding="utf-8")
    done = cli("translate", path)
    assert done.code == 0
    assert done.out.count("\n") == lines
    assert len(set(done.out.splitlines())) == 1


@pytest.mark.parametrize("content", [None, b"", b"not a model"], ids=["no model.bin", "empty", "garbage"])
def test_broken_model_directory(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    monkeypatch.setattr("tarjama.translate.translator.load_engine", load_engine)  # the real one
    directory, article = tmp_path / "model", tmp_path / "news.txt"
    directory.mkdir()
    for name in ("config.json", "shared_vocabulary.json", "source.spm", "target.spm"):
        (directory / name).write_text("{}")
    if content is not None:
        (directory / "model.bin").write_bytes(content)
    article.write_text(ARABIC, encoding="utf-8")
    done = cli("translate", article, "--model", directory)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1), done.err
    assert str(directory) in done.err


def test_control_characters_do_not_reach_the_terminal(cli: Cli) -> None:
    done = cli("translate", "-", "-f", "side", stdin=f"{ARABIC}\n\x1b]0;owned\x07\x1b[31m red".encode())
    assert "\x1b" not in done.out
    assert "\x07" not in done.out
    assert "red" in done.out


def test_unexpected_errors_of_the_engine_are_not_hidden(cli: Cli, engine: FakeEngine) -> None:
    engine.enqueue(RuntimeError("a defect of the program"))
    with pytest.raises(RuntimeError, match="a defect"):
        cli("translate", "-", stdin=ARABIC.encode())
