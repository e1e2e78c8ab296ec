"""The quality tab: the article on the page against a reference, and against another model."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import gradio as gr

from ..errors import InputError, TarjamaError
from ..translate import Article
from .page_html import notice
from .quality import measure
from .quality_html import quality_html
from .reading import Shelf
from .service import Service, System, check_size

_log = logging.getLogger(__name__)
_NONE = "none"
# How wide the search is, from fast to thorough: the beam, and what to call it.
BEAMS = [("fastest (beam 1)", 1), ("fast (beam 2)", 2), ("normal (beam 4)", 4), ("thorough (beam 8)", 8)]


def quality_tab(service: Service, shelf: Shelf) -> None:
    """Add the tab's components and events to the page that is being built."""
    with gr.Column(elem_classes="tj-input"):
        reference = gr.Textbox(
            label="Reference translation",
            info="English, by a person: one paragraph per line, as many as the article has. "
            "Without one, two models can still be put side by side.",
            lines=6,
            max_lines=6,
            elem_id="tj-reference",
        )
        with gr.Row(elem_classes="tj-fields"):
            other = gr.Dropdown([_NONE, *service.names()], value=_NONE, label="Compare with model", interactive=True)
            beam = gr.Dropdown(BEAMS, value=1, label="Its search", interactive=True)
        with gr.Row(elem_classes="tj-actions"):
            upload = gr.UploadButton("Open a reference", file_types=[".txt"], size="sm", elem_classes="tj-quiet")
            example = gr.Button("Reference of the example", size="sm", elem_classes="tj-quiet")
            gr.HTML("", js_on_load=None, elem_classes="tj-characters")
            start = gr.Button("Score", variant="primary", size="sm", elem_id="tj-score")
        message = gr.HTML("", js_on_load=None, apply_default_css=False, elem_classes="tj-notices")
    result = gr.HTML("", js_on_load=None, apply_default_css=False, elem_classes="tj-page")

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    tab = _QualityTab(service, shelf)
    start.click(
        tab.score,
        [reference, other, beam],
        [result, message],
        concurrency_id="model",
        concurrency_limit=service.limits.together,
        show_progress="minimal",
        api_visibility="private",
    )
    upload.upload(tab.open_reference, upload, [reference, message], queue=False, **quiet)
    example.click(tab.example_reference, None, [reference, message], queue=False, **quiet)


class _QualityTab:
    def __init__(self, service: Service, shelf: Shelf) -> None:
        self._service = service
        self._shelf = shelf

    def score(self, reference: str, other: str, beam: int, request: gr.Request) -> tuple[Any, str]:
        """Score what is on the page, after hand edits; the other model translates the same article first."""
        reading = self._shelf.get(request.session_hash)
        try:
            if reading is None or not reading.done:
                raise InputError("There is nothing to score yet: translate an article first, under Read.")
            self._service.check_length(reference)
            first = reading.translation(self._service)
            systems = {str(reading.system) + (", edited" if reading.machine else ""): first}
            if other != _NONE:
                system = System(other, int(beam))
                same = Article(tuple(paragraph.source for paragraph in first))  # after Stop less than the article
                systems[str(system)] = self._service.translate(same, system)
            if len(systems) == 1 and other != _NONE:
                raise InputError(f"This is the system on the page ({reading.system}): choose another model or beam.")
            if len(systems) == 1 and not reference.strip():
                raise InputError("Paste a reference translation, or choose a model to compare with.")
            return quality_html(measure(systems, reference)), ""
        except TarjamaError as error:
            return gr.skip(), notice(str(error))
        except Exception as error:
            _log.exception("the quality tab failed")
            return gr.skip(), notice(f"Something went wrong here ({type(error).__name__}).")

    def open_reference(self, path: str) -> tuple[Any, str]:
        """Read an uploaded reference."""
        file = Path(path)
        try:
            check_size(file, self._service.limits)
            return Article.from_file(file).text, ""
        except TarjamaError as error:
            return gr.skip(), notice(str(error).replace(str(file), file.name))
        finally:
            file.unlink(missing_ok=True)

    def example_reference(self) -> tuple[str, str]:
        """Put the seed article's reference into the box."""
        from ..eval import load_testset

        return "\n".join(load_testset("seed").references), ""
