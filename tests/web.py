"""The page under test: served on this machine from a fake model, opened in a headless browser."""

from __future__ import annotations

import math
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fakes import FakeEngine
from tarjama.models import Decoding, Generated
from tarjama.ui.service import Limits, Service
from tarjama.ui.web import Server

if TYPE_CHECKING:
    from gradio_client import Client
    from playwright.sync_api import Browser


class HeldEngine(FakeEngine):
    """A fake that works as often as it may, so that a test can look at a page that is half done."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._permits: float = math.inf
        self._changed = threading.Condition()

    def allow(self, calls: float) -> None:
        """Let the engine be called so often from now on; the next call waits."""
        with self._changed:
            self._permits = calls
            self._changed.notify_all()

    def generate(
        self, inputs: Sequence[str] | Sequence[Sequence[str]], decoding: Decoding = Decoding()
    ) -> list[Generated]:
        """Answer as the fake does, when it may."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._permits > 0, 60), "the test never let the engine go on"
            self._permits -= 1
        return super().generate(inputs, decoding)


@contextmanager
def serving(engine: FakeEngine | None, limits: Limits = Limits(), **options: Any) -> Iterator[Server]:
    """Serve the page; ``engine`` None takes the embedded models, a fake one also hides that of summaries."""
    pytest.importorskip("gradio", reason="the extra 'ui' is not installed")
    service = Service(limits, load=None if engine is None else lambda name: engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TARJAMA_TEST_LOOPBACK", "1")  # fixtures of a module begin before the test's own
        if engine is not None:
            patch.setattr("tarjama.ui.service.installed", lambda: [])
            patch.setattr("tarjama.summarize.summarizer.installed", lambda: [])
        server = Server(service, port=0, **options)
        server.start()
        try:
            yield server
        finally:
            server.close()


def connect(url: str, **options: Any) -> Client:
    """Return a client of the API that waits as long as a stalled machine needs."""
    from gradio_client import Client

    return Client(url, verbose=False, analytics_enabled=False, httpx_kwargs={"timeout": 60}, **options)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start a headless Chromium, or skip the test and say why."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    with api.sync_playwright() as playwright:
        bundled = playwright.chromium.executable_path  # the one that playwright was tested with, where it is installed
        found = bundled if Path(bundled).exists() else next(filter(None, map(shutil.which, names)), None)
        if found is None:
            pytest.skip("there is no browser: install chromium, or run `playwright install chromium`")
        flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # root may not use it
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        try:
            yield browser
        finally:
            browser.close()
