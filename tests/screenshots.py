"""Take the pictures of the page in docs/, with the embedded model and the seed article: python tests/screenshots.py."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from web import browsing, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DOCS = Path(__file__).parents[1] / "docs"
DESK = {"width": 1360, "height": 900}
PHONE = {"width": 375, "height": 812}


def save(page: Page, name: str) -> None:
    """Write what is in the window as WebP: a fifth of a PNG, and text stays sharp."""
    page.wait_for_timeout(400)  # fades
    image = Image.open(io.BytesIO(page.screenshot()))
    image.convert("RGB").save(DOCS / f"{name}.webp", quality=82, method=6)


def opened(browser: Browser, url: str, scheme: str, **settings: object) -> Page:
    """Open the page and read the example on it."""
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", **settings)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(url)
    page.get_by_role("button", name="Example", exact=True).click()
    page.wait_for_function("document.querySelector('#tj-source textarea').value.length > 100")
    page.get_by_role("button", name="Translate").click()
    page.wait_for_selector(".tj-reader[data-state=done]")
    page.wait_for_selector(".tj-summary-text")
    return page


def main() -> None:
    """Take them all."""
    with serving(None) as server, browsing() as browser:
        page = opened(browser, server.url, "light", viewport=DESK, device_scale_factor=1.5)
        page.evaluate("scrollTo(0, 0)")
        page.locator(".tj-summary-text a").first.hover()
        save(page, "page")
        flagged = page.locator(".tj-en .tj-flagged").nth(1)
        flagged.evaluate("(it) => it.scrollIntoView({block: 'center'})")
        flagged.hover()
        save(page, "page-flagged")
        page.evaluate("scrollTo(0, 0)")
        page.get_by_role("tab", name="Quality").click()
        page.get_by_role("button", name="Reference of the example").click()
        page.wait_for_function("document.querySelector('#tj-reference textarea').value.length > 100")
        page.get_by_label("Compare with model").click()
        page.get_by_role("option", name="embedded").click()
        page.get_by_role("button", name="Score", exact=True).click()
        page.wait_for_selector(".tj-segments")
        save(page, "page-quality")
        page.get_by_role("tab", name="Models").click()
        save(page, "page-models")
        page.close()
        page = opened(browser, server.url, "dark", viewport=DESK, device_scale_factor=1.5)
        page.evaluate("scrollTo(0, 0)")
        page.locator(".tj-en .tj-s").nth(1).hover()
        save(page, "page-dark")
        page.close()
        page = opened(
            browser, server.url, "light", viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True
        )
        save(page, "page-phone")
        page.close()


if __name__ == "__main__":
    main()
