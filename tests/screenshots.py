"""Take the pictures of the page in docs/, with the embedded model and the seed article: python tests/screenshots.py."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from web import browsing, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

DOCS = Path(__file__).parents[1] / "docs"
WIDTH, PHONE = 1360, 375  # CSS pixels


def main() -> None:
    """Take them all, on one page: opening one costs seconds."""
    with serving(None) as server, browsing() as browser:
        page = browser.new_page(device_scale_factor=1.5, reduced_motion="reduce", color_scheme="light")
        page.set_default_timeout(300_000)
        page.goto(server.url)
        read_example(page)
        link = ".tj-summary-text a"  # a summary that a model wrote has none
        take(page, "page", 1250, point_at=link if page.locator(link).count() else ".tj-en .tj-s >> nth=1")
        take(page, "page-flagged", 620, top=".tj-en p:has(.tj-flagged) >> nth=1", point_at=".tj-flagged >> nth=1")
        page.emulate_media(color_scheme="dark")
        take(page, "page-dark", 850, top=".tj-reader", point_at=".tj-en .tj-s >> nth=1")
        page.emulate_media(color_scheme="light")
        take(page, "page-phone", 812, PHONE, top=".tj-summary")
        page.set_viewport_size({"width": WIDTH, "height": 900})
        score_example(page)
        take(page, "page-quality", 1000, top=".tj-page .tj-table")
        page.get_by_role("tab", name="Models").click()
        take(page, "page-models", 660)


def read_example(page: Page) -> None:
    """Translate and summarize the seed article."""
    page.get_by_role("button", name="Example", exact=True).click()
    page.wait_for_function("document.querySelector('#tj-source textarea').value.length > 100")
    page.get_by_role("button", name="Translate").click()
    page.wait_for_selector(".tj-reader[data-state=done]")
    page.wait_for_selector(".tj-summary-text")


def score_example(page: Page) -> None:
    """Score what is read against the reference, and the model at another speed."""
    page.get_by_role("tab", name="Quality").click()
    page.get_by_role("button", name="Reference of the example").click()
    page.wait_for_function("document.querySelector('#tj-reference textarea').value.length > 100")
    page.get_by_label("Compare with model").click()
    page.get_by_role("option", name="embedded").click()
    page.get_by_role("button", name="Score", exact=True).click()
    page.wait_for_selector(".tj-segments")


def take(page: Page, name: str, height: int, width: int = WIDTH, *, top: str = "", point_at: str = "") -> None:
    """Write the window as WebP, scrolled to ``top``, as if the pointer were on ``point_at``.

    A picture as WebP has a fifth of the bytes that it has as PNG, and text stays sharp.
    """
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("scrollTo(0, 0)")
    if top:
        bar = page.locator(".tj-bar").bounding_box() or {"height": 0}
        above = bar["height"] + 14 if width == WIDTH and top != ".tj-reader" else 0
        page.locator(top).first.evaluate("(it, above) => scrollBy(0, it.getBoundingClientRect().top - above)", above)
    if point_at:
        page.locator(point_at).first.dispatch_event("mouseover")
    page.wait_for_timeout(500)  # the summary follows the window, colours fade
    image = Image.open(io.BytesIO(page.screenshot()))
    image.convert("RGB").save(DOCS / f"{name}.webp", quality=80, method=6)


if __name__ == "__main__":
    main()
