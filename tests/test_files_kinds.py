"""Which format a file is: the content decides, then the name; what is missing to read it is said."""

from __future__ import annotations

import builtins
import io
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import docx
import pytest

from pdf_files import arabic, pdf
from tarjama.errors import DependencyError, InputError
from tarjama.translate import Article
from tarjama.translate.readers import Kind, kind

SENTENCE = "قال المتحدث باسم الحكومة إن الاجتماع انتهى أمس بعد محادثات طويلة."


def document() -> bytes:
    buffer = io.BytesIO()
    file = docx.Document()
    file.add_paragraph(SENTENCE)
    file.save(buffer)
    return buffer.getvalue()


HTML = f"<!doctype html><html><body><article><p>{SENTENCE}</p></article></body></html>".encode()
SRT = f"1\n00:00:01,000 --> 00:00:02,000\n{SENTENCE}\n".encode()
FILES = {
    Kind.TEXT: SENTENCE.encode(),
    Kind.HTML: HTML,
    Kind.DOCX: document(),
    Kind.PDF: pdf([[arabic(SENTENCE, 800)]]),
    Kind.SRT: SRT,
}


@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.docx", "a.html", "a", "a.TXT", "folder.docx/a.xyz"])
@pytest.mark.parametrize("made", FILES)
def test_a_wrong_name_does_no_harm(made: Kind, name: str) -> None:
    article = Article.from_bytes(FILES[made], name)
    assert [paragraph.text for paragraph in article.paragraphs] == [SENTENCE]
    assert kind(FILES[made], name) is made


@pytest.mark.parametrize(
    ("data", "origin", "content_type", "expected"),
    [
        (b"# a", "a.md", "", Kind.MARKDOWN),
        (b"# a", "A.MARKDOWN", "", Kind.MARKDOWN),
        (b"# a", "http://a.org/readme.md?x=1", "", Kind.MARKDOWN),
        (b"# a", "http://a.org/a", "text/markdown; charset=utf-8", Kind.MARKDOWN),
        (b"# a", "http://a.org/a", "text/plain", Kind.TEXT),
        (HTML, "a.md", "", Kind.HTML),
        (b"a <b> c", "a.html", "", Kind.TEXT),
        (b"<p>a", "a.htm", "", Kind.HTML),
        (b"<p>a", "a.txt", "", Kind.TEXT),
        (b"<p>a", "http://a.org/", "text/html", Kind.HTML),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<html>", "a", "", Kind.HTML),
        (b"\xef\xbb\xbf  \n<HTML lang=ar>", "a", "", Kind.HTML),
        ("\ufeff<html>".encode("utf-16-le"), "a.txt", "", Kind.HTML),
        (b"\xef\xbb\xbf" + SRT, "a.txt", "", Kind.SRT),
        (b"text first\n" + SRT, "a.txt", "", Kind.TEXT),
        (b"text first\n" + SRT, "a.srt", "", Kind.SRT),
        (b"\n\n%PDF-1.4", "a.txt", "", Kind.PDF),
        (b"PK\x03\x04", "a.txt", "", Kind.DOCX),
        (b"\xd0\xcf\x11\xe0", "a.txt", "", Kind.DOCX),
    ],
)
def test_kind(data: bytes, origin: str, content_type: str, expected: Kind) -> None:
    assert kind(data, origin, content_type) is expected


@pytest.mark.parametrize("data", [*FILES.values(), b"# a\n\n" + SENTENCE.encode()])
def test_nothing_but_the_beginning_ever_does_worse_than_an_error(data: bytes) -> None:
    for size in (0, 1, 4, 30, len(data) // 2, len(data) - 1):
        for name in ("a.txt", "a.md", "a.srt", "a.html"):
            message = ""
            try:
                Article.from_bytes(data[:size], name)
            except InputError as error:
                message = str(error)
            assert not message or re.fullmatch(f"{name}: .+", message)


@pytest.mark.parametrize(
    ("made", "module"),
    [(Kind.HTML, "trafilatura"), (Kind.DOCX, "docx"), (Kind.PDF, "pypdf"), (Kind.SRT, "pysubs2")],
)
def test_a_missing_package_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch, made: Kind, module: str) -> None:
    real = builtins.__import__

    def without(name: str, *args: object, **kwargs: object) -> ModuleType:
        relative = len(args) > 3 and args[3]
        if name.split(".")[0] == module and not relative:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)
        return real(name, *args, **kwargs)  # type: ignore[arg-type]

    for loaded in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setattr("importlib.import_module", without)
    with pytest.raises(DependencyError, match=r"pip install 'tarjama\[files\]'"):
        Article.from_bytes(FILES[made], "a")


def test_libraries_say_nothing_on_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(FILES[Kind.PDF][:-30])
    (tmp_path / "b.html").write_bytes(b"<html><body></body></html>")
    code = (
        "from tarjama.errors import InputError; from tarjama.translate import Article\n"
        "for name in ('a.pdf', 'b.html'):\n"
        "    try: Article.from_file(name)\n"
        "    except InputError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert (done.stderr, len(done.stdout.splitlines())) == ("", 2)


def test_plain_text_needs_none_of_them(tmp_path: Path) -> None:
    code = (
        "import sys; from tarjama.translate import Article; Article.from_bytes('قال المتحدث.'.encode(), 'a.txt');"
        "print([m for m in ('trafilatura', 'lxml', 'docx', 'pypdf', 'pysubs2', 'markdown_it') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout == "[]\n", done.stderr
