"""The page: what is where, and what calls what. Imports Gradio (two seconds), so only ``web.py`` imports this."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.themes.utils.fonts import LocalFont

from .. import __version__
from ..models import Decoding
from .api import Endpoints
from .handlers import Handlers
from .page_html import View
from .page_quality import BEAMS, quality_tab
from .quality_html import models_html
from .reading import Shelf
from .service import Service

STATIC = Path(__file__).parent / "static"
FILE_TYPES = [".txt", ".md", ".html", ".htm", ".docx", ".pdf", ".srt"]

HEAD = (
    '<link rel="stylesheet" href="tarjama-static/page.css">'
    '<link rel="preload" href="tarjama-static/fonts/NotoNaskhArabic.woff2" as="font" type="font/woff2" crossorigin>'
)
_SCRIPT = '<script src="tarjama-static/page.js"></script>'
_HEADER = """<header class="tj-header">
<h1>tarjama <span lang="ar" dir="rtl">ترجمة</span></h1>
<p>Arabic news in English, paragraph beside paragraph. Nothing leaves the machine that runs this page.</p>
<button type="button" class="tj-theme" aria-label="Switch between light and dark">◐</button>
</header>"""
_FOOTER = """<footer class="tj-footer">
<span>For programs: <code>gradio_client</code>, endpoints /translate, /summarize, /digest and /score</span>
<span>tarjama {version}</span>
</footer>"""
# Custom events of the reader must be named in the script for Gradio to know them.
_READER_JS = "tarjama.mount(element, props, trigger, watch); /* 'stop' 'leave' 'edit' 'save' 'length' */"
_FILE_JS = "watch('value', () => tarjama.save(props.value));"
_WAIT_JS = "(...values) => { tarjama.wait(); return values; }"


def theme() -> gr.Theme:
    """Return Gradio's plainest theme; ``static/page.css`` does the rest."""
    sans = LocalFont("IBM Plex Sans", weights=(400, 700))  # comes with Gradio; its 600 has no small letters
    colours = {
        "body_background_fill": "paper",
        "body_text_color": "ink",
        "body_text_color_subdued": "muted",
        "background_fill_primary": "paper",
        "background_fill_secondary": "paper",
        "block_background_fill": "paper",
        "block_border_color": "line",
        "block_label_text_color": "muted",
        "block_title_text_color": "muted",
        "block_info_text_color": "muted",
        "border_color_primary": "line",
        "border_color_accent": "accent",
        "color_accent": "accent",
        "color_accent_soft": "accent-soft",
        "input_background_fill": "card",
        "input_border_color": "field",
        "slider_color": "accent",
        "button_primary_background_fill": "accent",
        "button_primary_background_fill_hover": "accent",
        "button_primary_border_color": "accent",
        "button_primary_text_color": "accent-ink",
        "panel_background_fill": "paper",
    }
    both = {name + mode: f"var(--tj-{colour})" for name, colour in colours.items() for mode in ("", "_dark")}
    both.pop("color_accent_dark")  # Gradio has one for both
    made: gr.Theme = gr.themes.Base(font=[sans, "system-ui", "sans-serif"], radius_size="sm")
    made.set(**both, input_border_width="1px")
    made.custom_css = (STATIC / "colours.css").read_text(encoding="utf-8")
    return made


def build(service: Service, *, allow_urls: bool = False) -> gr.Blocks:
    """Build the page on a service. ``allow_urls`` lets readers open addresses: the server then connects out."""
    shelf = Shelf(service.limits.sessions)
    handlers = Handlers(service, shelf)
    # Uploads are deleted when they were read; this is for those that were never opened (seconds: every, older than).
    page = gr.Blocks(title="tarjama", analytics_enabled=False, fill_width=True, delete_cache=(600, 600))
    with page:
        Endpoints(service).publish()  # first: their names are taken before the page's own functions can have them
        gr.HTML(_HEADER, js_on_load=None, apply_default_css=False)
        with gr.Tabs(elem_classes="tj-tabs"):
            with gr.Tab("Read"):
                _read_tab(service, handlers, allow_urls)
            with gr.Tab("Quality"):
                quality_tab(service, shelf)
            with gr.Tab("Models"):
                models = gr.HTML(models_html(), js_on_load=None, apply_default_css=False, elem_classes="tj-page")
        gr.HTML(_FOOTER.format(version=__version__), js_on_load=None, apply_default_css=False)
        page.load(models_html, outputs=models, api_visibility="private", show_progress="hidden")
        page.unload(handlers.leave)
    page.queue(max_size=service.limits.waiting)
    page.state_session_capacity = service.limits.sessions  # Gradio's own 10,000 would hold 1.3 GB
    return page


def _read_tab(service: Service, handlers: Handlers, allow_urls: bool) -> None:
    opened = gr.State(None)  # the Article of the file that was opened, with its title and layout
    with gr.Column(elem_classes="tj-input"):
        source = gr.Textbox(
            label="Arabic article",
            placeholder="ألصق هنا مقالا بالعربية …",
            lines=6,
            max_lines=6,
            rtl=True,
            elem_id="tj-source",
            autoscroll=False,
            html_attributes=gr.InputHTMLAttributes(lang="ar", spellcheck=False),
        )
        with gr.Row(elem_classes="tj-actions"):
            upload = gr.UploadButton("Open a file", file_types=FILE_TYPES, size="sm", elem_classes="tj-quiet")
            example = gr.Button("Example", size="sm", elem_classes="tj-quiet")
            if allow_urls:
                url = gr.Textbox(
                    show_label=False,
                    label="Address of an article",
                    placeholder="https://…",
                    container=False,
                    max_lines=1,
                )
                fetch = gr.Button("Open", size="sm", elem_classes="tj-quiet")
            gr.HTML(
                f'<output class="tj-characters" data-limit="{service.limits.characters}"></output>',
                js_on_load=None,
                apply_default_css=False,
            )
            start = gr.Button("Translate", variant="primary", size="sm", elem_id="tj-translate")
        notice = gr.HTML("", js_on_load=None, apply_default_css=False, elem_classes="tj-notices")
        advanced = gr.Accordion("Model and speed", open=False, elem_classes="tj-advanced")
        with advanced, gr.Row(elem_classes="tj-fields"):
            model = gr.Dropdown(service.names(), value=service.model, label="Translation model", interactive=True)
            beam = gr.Dropdown(BEAMS, value=Decoding.beam, label="Search", interactive=True)
            summaries = service.summaries()
            summary_model = gr.Dropdown(summaries, value=summaries[0][1], label="Summary method", interactive=True)
    reader = gr.HTML(
        asdict(View()),
        html_template=(STATIC / "reader.html").read_text(encoding="utf-8"),
        js_on_load=_READER_JS,
        apply_default_css=False,
        head=_SCRIPT,
    )
    file = gr.HTML(None, html_template="", js_on_load=_FILE_JS, visible="hidden")

    on_model: dict[str, Any] = {
        "concurrency_id": "model",
        "concurrency_limit": service.limits.together,
        "show_progress": "hidden",
        "api_visibility": "private",
    }
    aside: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    drawn = [reader, notice]
    run = start.click(
        handlers.translate,
        [source, model, beam, summary_model, opened],
        drawn,
        js=_WAIT_JS,
        trigger_mode="once",
        **on_model,
    )
    run.then(None, js="() => tarjama.settle()")
    run.failure(None, js="() => tarjama.settle()")
    reader.stop(handlers.stop, None, None, **aside)
    reader.leave(None, cancels=[run])
    reader.edit(handlers.edit, summary_model, drawn, **on_model)
    reader.length(handlers.change_length, summary_model, drawn, **on_model)
    reader.save(handlers.save, None, [file, notice], **aside)
    source.change(None, source, js="(text) => tarjama.count(text)")
    upload.upload(handlers.open_file, upload, [source, opened, notice], **aside)
    example.click(handlers.open_example, None, [source, opened, notice], **aside)
    if allow_urls:
        for event in (fetch.click, url.submit):
            event(handlers.open_url, url, [source, opened, notice], **aside)
