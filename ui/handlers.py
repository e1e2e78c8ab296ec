"""What happens when something on the page is pressed. Imports Gradio, so only ``page.py`` may import this."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gradio as gr

from ..errors import TarjamaError
from ..translate import Article
from .downloads import download
from .page_html import notice, view
from .reading import Reading, Shelf
from .service import LENGTHS, Service, StoppedError, System, check_size

_log = logging.getLogger(__name__)

Drawn = tuple[Any, str]  # what the reader component draws (a View as JSON), and the notice under the input
Opened = tuple[Any, Any, str]  # the text box, the article that was opened, the notice
_SUMMARIZING = '<p class="tj-method">Summarizing…</p>'


class Handlers:
    """The page's events: each takes values of components and the session, and returns what is drawn."""

    def __init__(self, service: Service, shelf: Shelf) -> None:
        self._service = service
        self._shelf = shelf

    def translate(
        self, text: str, model: str, beam: int, summary_model: str, opened: Article | None, request: gr.Request
    ) -> Iterator[Drawn]:
        """Translate the text, drawing paragraphs as they come; then summarize it."""
        try:
            article = self._service.article(text)
            if opened and opened.text.replace("\r\n", "\n") == text:
                article = opened  # not changed since: with its name, title and layout
            system = System(model, int(beam))
            self._service.result(article, (), system, 0.0)  # an unknown model fails here, before the page is cleared
        except TarjamaError as error:
            yield gr.skip(), notice(str(error))
            return
        reading = self._shelf.start(request.session_hash or "", article, system)
        message = ""
        try:
            yield _draw(reading), ""
            yield from self._stream(reading)
            if self._shelf.get(request.session_hash) is not reading:
                return  # the tab is closed, or shows another article already
            if reading.done:
                yield self._draw_whole(reading, _SUMMARIZING), ""
                reading.summarize(self._service, summary_model)
        except Exception as error:
            reading.state = "failed" if reading.state == "running" else reading.state
            message = _said(error)
        finally:
            reading.stop.set()  # also when the reader is gone and nobody takes what was yielded
        yield self._draw_whole(reading), notice(message)

    def _stream(self, reading: Reading) -> Iterator[Drawn]:
        """Draw paragraphs as they come, until the last or until the reader stops it."""
        began = time.perf_counter()
        try:
            for done in self._service.stream(reading.article, reading.system, reading.stop.is_set):
                reading.put(done)
                reading.seconds = time.perf_counter() - began
                yield _draw(reading), ""
            reading.state = "done"
        except StoppedError:
            reading.state = "stopped"

    def _draw_whole(self, reading: Reading, summary: str | None = None) -> Any:
        return _draw(reading, self._service, summary)

    def stop(self, request: gr.Request) -> None:
        """End the translation after the batch at hand; what is there stays."""
        if reading := self._shelf.get(request.session_hash):
            reading.stop.set()

    def leave(self, request: gr.Request) -> None:
        """Forget a reader whose tab was closed."""
        self._shelf.drop(request.session_hash)

    def change_length(self, summary_model: str, event: gr.EventData, request: gr.Request) -> Iterator[Drawn]:
        """Summarize again, shorter or longer."""
        reading = self._shelf.get(request.session_hash)
        wanted = _given(event).get("length")
        if reading is None or wanted not in LENGTHS:
            yield gr.skip(), gr.skip()
            return
        reading.length = next(length for length in LENGTHS if length == wanted)
        if reading.state == "running" or not reading.done:
            yield gr.skip(), gr.skip()  # the summary comes after the translation, in this length
            return
        yield self._draw_whole(reading, _SUMMARIZING), ""
        yield self._summarize_again(reading, summary_model)

    def edit(self, summary_model: str, event: gr.EventData, request: gr.Request) -> Drawn:
        """Take a sentence that was changed by hand; the summary follows."""
        data = _given(event)
        reading = self._shelf.get(request.session_hash)
        if reading is None:
            return gr.skip(), notice("This page was away for too long: translate again.")
        try:
            reading.edit(int(data["paragraph"]), int(data["sentence"]), str(data["text"]))
        except (TarjamaError, KeyError, ValueError) as error:
            return self._draw_whole(reading), notice(_said(error))
        if reading.state == "running":
            return _draw(reading), ""
        return self._summarize_again(reading, summary_model) if reading.summary else (self._draw_whole(reading), "")

    def _summarize_again(self, reading: Reading, model: str) -> Drawn:
        try:
            reading.summarize(self._service, model)
            return self._draw_whole(reading), ""
        except Exception as error:
            return self._draw_whole(reading), notice(_said(error))

    def save(self, event: gr.EventData, request: gr.Request) -> tuple[Any, str]:
        """Make the file that was asked for; the browser saves it and nothing stays on the server."""
        reading = self._shelf.get(request.session_hash)
        if reading is None or not reading.done:
            return gr.skip(), notice("There is nothing to download yet: translate an article first.")
        try:
            file = download(reading.translation(self._service), reading.summary, str(_given(event).get("format")))
        except Exception as error:
            return gr.skip(), notice(_said(error))
        data = base64.b64encode(file.data).decode("ascii")
        # The time makes the same file asked for twice two events for the browser.
        return {"name": file.name, "mime": file.mime, "data": data, "time": time.time_ns()}, ""

    def open_file(self, path: str) -> Opened:
        """Read an uploaded file into the text box. It is deleted at once, whatever it was."""
        file = Path(path)
        try:
            check_size(file, self._service.limits)
            return self._opened(Article.from_bytes(file.read_bytes(), file.name))
        except Exception as error:
            return gr.skip(), gr.skip(), notice(_said(error))
        finally:
            file.unlink(missing_ok=True)

    def open_url(self, url: str) -> Opened:
        """Read the article at an address into the text box."""
        try:
            return self._opened(Article.from_url(url.strip()))
        except Exception as error:
            return gr.skip(), gr.skip(), notice(_said(error))

    def open_example(self) -> Opened:
        """Put the seed article into the text box."""
        from ..eval import load_testset

        return self._opened(Article.from_text("\n".join(load_testset("seed").sources), origin="example"))

    def _opened(self, article: Article) -> Opened:
        self._service.article(article.text)  # the limits are those of a text that is pasted
        return article.text, article, ""


def _given(event: gr.EventData) -> dict[str, Any]:
    """Return what the page's script sent with an event; another sender may send anything."""
    return event._data if isinstance(event._data, dict) else {}


def _draw(reading: Reading, service: Service | None = None, summary: str | None = None) -> Any:
    """Return what the reader component draws; with the service also what is known at the end."""
    translation = reading.translation(service) if service and reading.done else None
    return asdict(view(reading, translation, summary))


def _said(error: Exception) -> str:
    """Return one line for the reader; what is no user's fault goes to the log."""
    if isinstance(error, TarjamaError):
        return str(error)
    _log.exception("the page failed")
    return f"Something went wrong here ({type(error).__name__}). What was done is kept; please try again."
