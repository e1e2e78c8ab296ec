"""What the page's buttons do, without a browser: what an honest page never sends, and addresses."""

from __future__ import annotations

from typing import Any

import pytest

from fakes import FakeEngine
from tarjama.ui.reading import Shelf
from tarjama.ui.service import Service

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


def test_before_anything_is_translated_there_is_nothing_to_do(handlers: Handlers) -> None:
    assert "translate an article first" in handlers.save(event({"format": "text"}), Session())[1]
    assert "translate again" in handlers.edit("extractive", event({}), Session())[1]
    handlers.stop(Session())
    handlers.leave(Session())


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
