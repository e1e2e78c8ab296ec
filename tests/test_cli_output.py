"""`-o`, Ctrl-C, pipes and full disks: nothing that was done is lost, and nothing half done looks whole."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Done
from fakes import FakeEngine
from tarjama import ModelError

Cli = Callable[..., Done]
FAKE_CLI = [sys.executable, str(Path(__file__).parent / "fake_cli.py")]
TEXT = "قال المتحدث إن الاجتماع انتهى."
LONG = "\n".join(f"وصل {number} من الرجال إلى المدينة القديمة صباح اليوم بعد رحلة طويلة." for number in range(60))


@pytest.fixture(autouse=True)
def _fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine({TEXT: "The meeting ended."})
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **kwargs: engine)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "news.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_output_file(cli: Cli, article: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old")
    assert cli("translate", article, "-o", target) == Done(0, "", "")
    assert target.read_text() == "The meeting ended.\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["news.txt", "out.txt"], "no temporary file is left"


def test_output_directory_gets_a_file_for_each_input(cli: Cli, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "news.txt").write_text(TEXT, encoding="utf-8")
    done = cli("translate", tmp_path / "a/news.txt", tmp_path / "b/news.txt", "-o", f"{tmp_path}/out/")
    assert done.code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["news-2.en.txt", "news.en.txt"]


@pytest.mark.parametrize(
    ("form", "name"),
    [("text", "news.en.txt"), ("side", "news.side.txt"), ("md", "news.en.md"), ("json", "news.en.json")],
)
def test_names_in_a_directory(cli: Cli, article: Path, tmp_path: Path, form: str, name: str) -> None:
    cli("translate", article, "-f", form, "-o", f"{tmp_path}/out/")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]


@pytest.mark.parametrize(("name", "start"), [("a.json", "{"), ("a.md", "# "), ("a.txt", "The"), ("a", "The")])
def test_the_name_of_the_output_chooses_the_format(
    cli: Cli, article: Path, tmp_path: Path, name: str, start: str
) -> None:
    cli("translate", article, "-o", tmp_path / name)
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    cli("translate", article, "-o", tmp_path / name, "-f", "side")
    assert "│" in (tmp_path / name).read_text(encoding="utf-8")


def test_several_inputs_in_one_file(cli: Cli, article: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.json"
    cli("translate", article, article, "-f", "json", "-o", target)
    assert len(json.loads(target.read_text(encoding="utf-8"))) == 2


def test_an_input_is_never_overwritten(cli: Cli, article: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.txt"
    link.symlink_to(article)
    for target in (article, link):
        done = cli("translate", article, "-o", target)
        assert done.code == 2
        assert done.err == f"tarjama: -o {target} is one of the inputs; choose another name\n"
    assert article.read_text(encoding="utf-8") == TEXT


def test_an_input_is_not_overwritten_by_the_result_of_another(cli: Cli, article: Path, tmp_path: Path) -> None:
    corrected = article.with_name(f"{article.stem}.en.txt")
    corrected.write_text("by hand")
    done = cli("translate", article, corrected, "-o", f"{tmp_path}/")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert f"{corrected} is one of the inputs; choose another directory" in done.err
    assert corrected.read_text() == "by hand"


def test_an_article_in_place_of_a_file_name_is_no_fault_of_the_output(cli: Cli, tmp_path: Path) -> None:
    done = cli("translate", TEXT * 20, "-o", tmp_path / "out.txt")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "cannot write" not in done.err


@pytest.mark.parametrize("command", ["translate", "digest"])
def test_what_is_not_written_is_told_before_the_work(cli: Cli, article: Path, command: str, tmp_path: Path) -> None:
    done = cli(command, article, "-o", tmp_path / "out.pdf")
    assert done.code == 2
    assert ".pdf files are not written" in done.err


def test_output_into_a_missing_directory_fails_before_the_work(cli: Cli, article: Path, tmp_path: Path) -> None:
    done = cli("translate", article, "-o", tmp_path / "nowhere" / "out.txt")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert f"there is no directory {tmp_path / 'nowhere'}" in done.err


def test_when_every_input_fails_the_old_output_stays(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old")
    assert cli("translate", "missing.txt", "-o", target).code == 1
    assert target.read_text() == "old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_disk(cli: Cli, article: Path) -> None:
    done = cli("translate", article, "-o", "/dev/full")
    assert (done.code, done.err) == (
        1,
        "tarjama: cannot write /dev/full: No space left on device; free some space\n",
    )


def test_disk_that_fills_up_leaves_the_old_file(
    cli: Cli, article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old")

    def full(self: Path, other: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    done = cli("translate", article, "-o", target)
    assert done.code == 1
    assert "No space left on device" in done.err
    assert target.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["news.txt", "out.txt"]


def test_a_place_that_cannot_be_written_ends_the_run_with_one_line(
    cli: Cli, article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, *args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    done = cli("translate", article, article, "-o", f"{tmp_path}/out/")
    assert (done.code, done.err) == (
        1,
        f"tarjama: cannot write {tmp_path / 'out'}: Permission denied; choose another place with -o\n",
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_disk_behind_standard_output(article: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*FAKE_CLI, "translate", article], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (1, "tarjama: cannot write the result: No space left on device\n")


@pytest.mark.parametrize(
    ("text", "reader", "lines"), [(LONG * 20, "head -1", 1), (TEXT, "true", 0)], ids=["leaves early", "never came"]
)
def test_a_reader_that_leaves_is_no_error(tmp_path: Path, text: str, reader: str, lines: int) -> None:
    path = tmp_path / "long.txt"
    path.write_text(text, encoding="utf-8")
    command = " ".join([*FAKE_CLI, "translate", "-q", str(path), str(path)])
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command} | {reader}"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"==> {path} <==\n" * lines


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_arabic_comes_out_whatever_the_locale_says(article: Path, encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([*FAKE_CLI, "translate", "-f", "side", article], capture_output=True, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "انتهى" in done.stdout.decode("utf-8")


def _interrupted(article: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FAKE_INTERRUPT_AT": "3"}
    command = [*FAKE_CLI, "translate", str(article), *options]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_ctrl_c_keeps_what_is_done_when_it_goes_to_a_file(tmp_path: Path) -> None:
    path, target = tmp_path / "long.txt", tmp_path / "out.json"
    path.write_text(LONG, encoding="utf-8")
    done = _interrupted(path, "-f", "json", "-o", str(target))
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == f"tarjama: stopped; what was done until then is in {target}\n"
    data = json.loads(target.read_text(encoding="utf-8"))
    count = len(data["paragraphs"])
    assert 0 < count < 60
    assert data["notes"][0] == f"Stopped after {count} of 60 paragraphs."


@pytest.mark.parametrize("form", ["text", "side", "md"])
def test_half_an_article_says_so(tmp_path: Path, form: str) -> None:
    path, target = tmp_path / "long.txt", tmp_path / "out"
    path.write_text(LONG, encoding="utf-8")
    _interrupted(path, "-f", form, "-o", str(target))
    assert re.search(r"\bstopped after \d+ of 60 paragraphs\b", target.read_text(encoding="utf-8"), re.IGNORECASE)


def test_ctrl_c_keeps_the_files_that_were_done(tmp_path: Path) -> None:
    short, long = tmp_path / "short.txt", tmp_path / "long.txt"
    short.write_text(TEXT, encoding="utf-8")
    long.write_text(LONG, encoding="utf-8")
    environment = {**os.environ, "FAKE_INTERRUPT_AT": "4"}
    command = [*FAKE_CLI, "translate", str(short), str(long), "-o", f"{tmp_path}/out/"]
    assert subprocess.run(command, capture_output=True, env=environment).returncode == 130
    assert (tmp_path / "out/short.en.txt").exists()
    assert 0 < len((tmp_path / "out/long.en.txt").read_text().splitlines()) < 60


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_model_that_breaks_keeps_the_files_that_were_done(
    cli: Cli, article: Path, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str) -> str | ModelError:
        return ModelError("fake: out of memory") if "الرجال" in text else "The meeting ended."

    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **kwargs: FakeEngine(broken))
    long, target = tmp_path / "long.txt", tmp_path / "out"
    long.write_text(LONG, encoding="utf-8")
    done = cli("translate", article, long, article, "-f", form, "-o", target)
    assert (done.code, done.err) == (1, "tarjama: fake: out of memory\n")
    kept = target.read_text(encoding="utf-8")
    assert kept.count("The meeting ended.") == 1 or len(json.loads(kept)) == 1


def test_ctrl_c_before_anything_is_done(tmp_path: Path) -> None:
    path, target = tmp_path / "long.txt", tmp_path / "out.txt"
    path.write_text(LONG, encoding="utf-8")
    environment = {**os.environ, "FAKE_INTERRUPT_AT": "1"}
    command = [*FAKE_CLI, "translate", str(path), "-o", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr) == (130, "tarjama: stopped; nothing was done yet\n")
    assert not target.exists()


def test_ctrl_c_without_a_file(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text(LONG, encoding="utf-8")
    done = _interrupted(path)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "tarjama: stopped\n")


def test_ctrl_c_while_waiting_for_input() -> None:
    process = subprocess.Popen(
        [*FAKE_CLI, "translate", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdin is not None
        process.stdin.write(TEXT * 100_000)  # more than a pipe holds: once written, the program is reading
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "tarjama: stopped\n")
