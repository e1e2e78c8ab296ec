"""Files and addresses through the command: what goes in, what comes out, and where it says no."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from conftest import Done
from fakes import FakeEngine
from pdf_files import arabic, pdf
from tarjama.errors import DependencyError, InputError
from tarjama.translate import fetch
from tarjama.ui.outputs import open_output
from tarjama.ui.render import Format

Cli = Callable[..., Done]
FIRST, SECOND = "قال المتحدث إن الاجتماع انتهى.", "هل هذا صحيح؟"
ENGLISH = {FIRST: "The meeting ended, he said.", SECOND: "Is this true?"}
SRT = f"1\n00:00:01,000 --> 00:00:02,500\n{FIRST}\n\n2\n00:00:04,000 --> 00:00:05,000\n{SECOND}\n"


@pytest.fixture(autouse=True)
def _fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(ENGLISH)
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **kwargs: engine)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A folder with the same two sentences in every format."""
    file = docx.Document()
    file.add_paragraph(FIRST)
    file.add_paragraph(SECOND)
    file.save(str(tmp_path / "a.docx"))
    (tmp_path / "b.pdf").write_bytes(pdf([[arabic(FIRST, 800), arabic(SECOND, 700)]]))
    (tmp_path / "c.html").write_text(f"<html><body><p>{FIRST}</p><p>{SECOND}</p></body></html>", encoding="utf-8")
    (tmp_path / "d.md").write_text(f"# {FIRST}\n\n- {SECOND}\n", encoding="utf-8")
    (tmp_path / "e.srt").write_text(SRT, encoding="utf-8")
    (tmp_path / "f.txt").write_text(f"{FIRST}\n{SECOND}\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["a.docx", "b.pdf", "c.html", "d.md", "e.srt", "f.txt"])
def test_every_format_reads_as_text(cli: Cli, inputs: Path, name: str) -> None:
    done = cli("translate", inputs / name)
    assert (done.code, done.out.split("\n")[0], done.err) == (0, "The meeting ended, he said.", "")
    assert [line for line in done.out.split("\n") if line] == list(ENGLISH.values())


def test_a_word_document_becomes_a_word_document(cli: Cli, inputs: Path) -> None:
    assert cli("translate", inputs / "a.docx", "-o", inputs / "a.en.docx") == Done(0, "", "")
    table = docx.Document(str(inputs / "a.en.docx")).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows[1:]] == [
        ["The meeting ended, he said.", FIRST],
        ["Is this true?", SECOND],
    ]


def test_subtitles_keep_their_times(cli: Cli, inputs: Path) -> None:
    assert cli("translate", inputs / "e.srt", "-o", inputs / "e.en.srt") == Done(0, "", "")
    assert (inputs / "e.en.srt").read_text() == (
        "1\n00:00:01,000 --> 00:00:02,500\nThe meeting ended, he said.\n\n"
        "2\n00:00:04,000 --> 00:00:05,000\nIs this true?\n"
    )


def test_markdown_keeps_its_structure(cli: Cli, inputs: Path) -> None:
    assert cli("translate", inputs / "d.md", "-f", "md").out == "# The meeting ended, he said.\n\n- Is this true?\n"
    assert cli("digest", inputs / "d.md", "-f", "md").out.startswith("# ")
    assert "| العربية |" in cli("digest", inputs / "d.md", "-f", "md").out


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("o.txt", b"The meeting"),
        ("o.md", b"# "),
        ("o.markdown", b"# "),
        ("o.json", b"{"),
        ("o.html", b"<!doctype html>"),
        ("o.HTM", b"<!doctype html>"),
        ("o.docx", b"PK"),
        ("o.tmx", b"<?xml"),
        ("o.xyz", b"The meeting"),
    ],
)
def test_the_format_follows_the_name_of_the_output(cli: Cli, inputs: Path, name: str, start: bytes) -> None:
    assert cli("translate", inputs / "f.txt", "-o", inputs / name) == Done(0, "", "")
    assert (inputs / name).read_bytes().startswith(start)


def test_unless_another_is_asked_for(cli: Cli, inputs: Path) -> None:
    cli("translate", inputs / "f.txt", "-f", "json", "-o", inputs / "o.html")
    assert json.loads((inputs / "o.html").read_text())["paragraphs"][0]["target"] == ENGLISH[FIRST]


@pytest.mark.parametrize("form", ["html", "docx", "tmx"])
def test_several_inputs_in_one_document(cli: Cli, inputs: Path, form: str) -> None:
    target = inputs / f"all.{form}"
    assert cli("translate", inputs / "a.docx", inputs / "f.txt", "-o", target).code == 0
    if form == "docx":
        assert len(docx.Document(str(target)).tables) == 2
    else:
        assert target.read_text().count(ENGLISH[FIRST]) == 2


@pytest.mark.parametrize(
    ("form", "name"), [("html", "f.en.html"), ("docx", "f.en.docx"), ("tmx", "f.tmx"), ("srt", "e.en.srt")]
)
def test_names_in_a_directory(cli: Cli, inputs: Path, form: str, name: str) -> None:
    source = inputs / f"{name[0]}.{'srt' if form == 'srt' else 'txt'}"
    assert cli("translate", source, "-f", form, "-o", f"{inputs}/out/").code == 0
    assert [path.name for path in (inputs / "out").iterdir()] == [name]


@pytest.mark.parametrize("form", ["html", "tmx"])
def test_documents_on_standard_output(cli: Cli, inputs: Path, form: str) -> None:
    done = cli("translate", inputs / "f.txt", "-f", form)
    assert (done.code, done.err) == (0, "")
    assert ENGLISH[FIRST] in done.out


USAGE = [
    (
        ["f.txt", "-o", "o.pdf"],
        "-o o.pdf: .pdf files are not written; .docx, .htm, .html, .json, .markdown, .md, .srt, .tmx, .txt are",
    ),
    (
        ["e.srt", "f.txt", "-o", "o.srt"],
        "-o o.srt: one SRT file holds one translation; name a directory (NAME/) for several",
    ),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE)
def test_outputs_that_make_no_sense(
    cli: Cli, inputs: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(inputs)
    assert cli("translate", *arguments) == Done(2, "", f"tarjama: {message}\n")


@pytest.mark.parametrize("command", ["summarize", "digest"])
@pytest.mark.parametrize("form", ["srt", "tmx"])
def test_a_summary_is_no_subtitle_and_no_pair(cli: Cli, inputs: Path, command: str, form: str) -> None:
    done = cli(command, inputs / "e.srt", "-f", form)
    assert done == Done(2, "", f"tarjama: {form} holds no summary; use `tarjama translate`, or another --format\n")


def test_only_subtitles_become_subtitles_and_the_others_go_on(cli: Cli, inputs: Path) -> None:
    done = cli("translate", inputs / "f.txt", inputs / "e.srt", "-f", "srt", "-o", f"{inputs}/out/")
    assert done.code == 1
    assert done.err == f"tarjama: {inputs / 'f.txt'}: only subtitles can be written as SRT; use another --format\n"
    assert [path.name for path in (inputs / "out").iterdir()] == ["e.en.srt"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_word_goes_to_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    with pytest.raises(InputError, match=r"docx is no text for a terminal; name a file: -o NAME\.docx"):
        open_output(None, ["a.txt"], Format.DOCX)
    assert open_output(None, ["a.txt"], Format.HTML)


def test_a_missing_extra_is_said_before_the_work(cli: Cli, inputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(module: str, extra: str) -> None:
        raise DependencyError(f"{module} cannot be imported; install it with: pip install 'tarjama[{extra}]'")

    monkeypatch.setattr("tarjama.ui.writers.require", missing)
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **kwargs: pytest.fail("worked"))
    done = cli("translate", inputs / "f.txt", "-o", inputs / "o.docx")
    assert (done.code, done.out) == (2, "")
    assert done.err == "tarjama: docx cannot be imported; install it with: pip install 'tarjama[files]'\n"


BAD = {
    "scan.pdf": (pdf([[]]), "this PDF holds no text: it is a scan"),
    "cut.docx": (b"PK\x03\x04 cut off", "this document is damaged or cut off"),
    "links.html": (b"<html><body><a href=x>x</a></body></html>", "no article is in this page"),
    "none.srt": ("نص بلا أوقات".encode(), "no subtitles are in it"),
}


def test_bad_files_say_one_line_each_and_the_good_one_is_done(cli: Cli, inputs: Path) -> None:
    for name, (data, _) in BAD.items():
        (inputs / name).write_bytes(data)
    done = cli("translate", *(inputs / name for name in BAD), inputs / "f.txt")
    assert done.code == 1
    assert done.out == "==> " + str(inputs / "f.txt") + " <==\n" + "\n".join(ENGLISH.values()) + "\n"
    lines = done.err.splitlines()
    assert len(lines) == len(BAD)
    for line, (name, (_, message)) in zip(lines, BAD.items(), strict=True):
        assert line.startswith(f"tarjama: {inputs / name}: {message}")


def test_an_address(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = f"<html><body><article><p>{FIRST}</p><p>{SECOND}</p></article></body></html>".encode()
    monkeypatch.setattr(fetch, "fetch", lambda url: fetch.Page(url, page, "text/html; charset=utf-8"))
    done = cli("translate", "https://news.example/2016/a.html?x=*", "-o", f"{tmp_path}/out/")
    assert done == Done(0, "", "")
    assert (tmp_path / "out/a.en.txt").read_text() == "The meeting ended, he said.\n\nIs this true?\n\n"


def test_an_address_that_may_not_be_read(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_look_up", lambda host, port: ["10.0.0.1"])
    done = cli("translate", "http://intranet.example/a")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "tarjama: http://intranet.example/a: intranet.example is not a public address (10.0.0.1); "
        "pages on private networks are not read\n"
    )


def test_notes_of_the_reading_are_said(cli: Cli, inputs: Path) -> None:
    (inputs / "g.pdf").write_bytes(pdf([[arabic(FIRST, 800)], []]))
    assert cli("translate", inputs / "g.pdf").err.startswith(
        f"tarjama: {inputs / 'g.pdf'}: No text on page 2: blank, or a scanned picture.\n"
    )
