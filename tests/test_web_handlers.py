"""What the page's buttons do, without a browser: what an honest page never sends, and addresses."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeEngine
from pdf_files import arabic, pdf
from tarjama.ui.reading import Shelf
from tarjama.ui.service import Limits, Service, System

gradio = pytest.importorskip("gradio", reason="the extra 'ui' is not installed")
from tarjama.ui.handlers import Handlers  # noqa: E402
from tarjama.ui.page import build  # noqa: E402

TEXT = "خبر أول من القاهرة.\nخبر ثان من دمشق."


class Session:
    """What Gradio hands to a handler about who asks."""

    session_hash = "a"


@pytest.fixture
def handlers() -> Handlers:
    return Handlers(Service(load=lambda name: FakeEngine()), Shelf(10))


def event(data: Any) -> Any:
    return gradio.EventData(None, data)


def translate(handlers: Handlers, text: Any = TEXT) -> list[Any]:
    return list(handlers.translate(text, "embedded", 4, "extractive", None, Session()))


def test_a_translation_is_drawn_from_empty_rows_to_the_summary(handlers: Handlers) -> None:
    drawn = translate(handlers)
    assert [view["state"] for view, _ in drawn][:1] == ["running"]
    assert drawn[0][0]["done"] == 0
    assert drawn[-1][0]["state"] == "done"
    assert drawn[-1][0]["done"] == 2
    assert drawn[-1][0]["summary"]
    assert drawn[-1][1] == ""


@pytest.mark.parametrize("text", [None, 7, "", ["a"]])
def test_what_is_no_text_is_said(handlers: Handlers, text: Any) -> None:
    ((_, notice),) = translate(handlers, text)
    assert "tj-notice" in notice


@pytest.mark.parametrize("data", [None, [], {}, {"paragraph": "x"}, {"paragraph": 0, "sentence": 9, "text": "x"}])
def test_an_edit_that_no_page_sends_changes_nothing(handlers: Handlers, data: Any) -> None:
    before = translate(handlers)[-1][0]
    after, notice = handlers.edit("extractive", event(data), Session())
    assert after["rows"] == before["rows"]
    assert "tj-notice" in notice


@pytest.mark.parametrize("data", [None, {}, {"length": "endless"}, {"length": ["short"]}])
def test_a_length_that_no_page_sends_changes_nothing(handlers: Handlers, data: Any) -> None:
    translate(handlers)
    assert len(list(handlers.change_length("extractive", event(data), Session()))) == 1


@pytest.mark.parametrize("data", [None, {"format": "exe"}, {"format": "srt"}])
def test_a_format_that_is_not_offered_is_said(handlers: Handlers, data: Any) -> None:
    translate(handlers)
    assert "there is no format" in handlers.save(event(data), Session())[1]


def test_scoring_needs_something_on_the_page() -> None:
    from tarjama.ui.page_quality import _QualityTab

    tab = _QualityTab(Service(load=lambda name: FakeEngine()), Shelf(10))
    assert "translate an article first" in tab.score("One.", "none", 1, Session())[1]


def test_before_anything_is_translated_there_is_nothing_to_do(handlers: Handlers) -> None:
    assert "translate an article first" in handlers.save(event({"format": "text"}), Session())[1]
    assert "translate again" in handlers.edit("extractive", event({}), Session())[1]
    handlers.stop(Session())
    handlers.leave(Session())


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(80_000_000))
    return out.getvalue()


def locked() -> bytes:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([[arabic(TEXT.split("\n")[0], 800)]])))
    writer.encrypt(user_password="secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


BAD_FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb.docx": (bomb, "it may be a ZIP bomb"),
    "sheet.docx": (lambda: b"PK\x03\x04" + bytes(400), "is damaged or cut off"),
    "scan.pdf": (lambda: pdf([[], []]), "holds no text: it is a scan"),
    "locked.pdf": (locked, "is protected by a password"),
    "links.html": (lambda: b"<!doctype html><html><body><nav><a href='/'>1</a></nav></body></html>", "no article"),
    "photo.txt": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "photo.txt"),
    "empty.txt": (lambda: b"", "the file is empty"),
    "large.txt": (lambda: "خبر ".encode() * 10_000, "files of at most 0.05 MB are allowed here"),
    "long.txt": (lambda: "خبر ".encode() * 2_000, "8,000 characters; at most 5,000 are allowed here"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_named_in_one_line_and_deleted(name: str, tmp_path: Path) -> None:
    for module in ("trafilatura", "pypdf", "docx"):
        pytest.importorskip(module, reason="the extra 'files' is not installed")
    make, words = BAD_FILES[name]
    limits = Limits(characters=5000, file_bytes=100_000 if name == "bomb.docx" else 52_429)
    handlers = Handlers(Service(limits, load=lambda name: FakeEngine()), Shelf(10))
    file = tmp_path / name
    file.write_bytes(make())
    text, article, notice = handlers.open_file(str(file))
    assert words in notice
    assert str(tmp_path) not in notice
    assert "\n" not in notice
    assert isinstance(text, dict)  # the text box stays as it is
    assert isinstance(article, dict)
    assert not file.exists()


def test_a_wrong_ending_does_no_harm(handlers: Handlers, tmp_path: Path) -> None:
    pytest.importorskip("pypdf", reason="the extra 'files' is not installed")
    line = TEXT.split("\n")[0]
    file = tmp_path / "news.txt"
    file.write_bytes(pdf([[arabic(line, 800)]]))
    text, article, notice = handlers.open_file(str(file))
    assert (text.strip(), article.origin, notice) == (line, "news.txt", "")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://localhost:1/", "file:///etc/passwd", "ftp://news.example/", "", "no address"]
)
@pytest.mark.loopback
@pytest.mark.tries_network
def test_an_address_of_this_machine_is_refused(handlers: Handlers, url: str) -> None:
    text, article, notice = handlers.open_url(url)
    assert "tj-notice" in notice
    assert "Something went wrong" not in notice
    assert isinstance(text, dict)  # the text box stays as it is
    assert isinstance(article, dict)


@pytest.mark.parametrize("allowed", [True, False])
def test_addresses_can_be_opened_only_where_the_server_allows_it(allowed: bool) -> None:
    page = build(Service(load=lambda name: FakeEngine()), allow_urls=allowed)
    labels = [part["props"].get("label") for part in page.get_config_file()["components"]]
    assert ("Address of an article" in labels) is allowed
    names = [dependency["api_name"] for dependency in page.get_config_file()["dependencies"]]
    assert ("open_url" in names) is allowed


def test_after_a_stop_the_other_model_translates_what_is_there(handlers: Handlers) -> None:
    from tarjama.ui.page_quality import _NONE, _QualityTab

    service, shelf = handlers._service, handlers._shelf
    reading = shelf.start("a", service.article(TEXT), System())
    reading.put(next(iter(service.stream(reading.article)))[:1])
    reading.state = "stopped"
    tab = _QualityTab(service, shelf)
    html, notice = tab.score("", "embedded", 1, Session())
    assert notice == ""
    assert html.count("القاهرة") == 1
    assert "دمشق" not in html
    assert "Paste a reference" in tab.score("", _NONE, 1, Session())[1]
