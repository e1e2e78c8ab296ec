"""The page in a browser: what a reader sees and does. The model is a fake, but for one test."""

from __future__ import annotations

import io
import json
import math
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from xml.etree import ElementTree

import pytest

from fakes import FakeEngine, english
from pdf_files import arabic, pdf
from tarjama import ModelError, Translator
from tarjama.models import Generated, Task, locate
from tarjama.translate import normalize
from tarjama.ui.reading import Shelf
from tarjama.ui.service import Limits
from web import HeldEngine, browsing, connect, serving

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.loopback

UNSURE = "وقال الخبير إن العدد كبير جدا هذا العام."
TEXT = f"قتل 39 قياديا في المدينة أمس. {UNSURE}\n\nتتقدم القوات شمالا نحو المدينة الكبيرة.\nخبر ثالث من القاهرة اليوم."
LIMITS = Limits(characters=4000, file_bytes=300 * 1024)
PATIENCE = 60_000  # milliseconds; shared machines stall
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}


def answer(source: str) -> Generated:
    target = english(source)
    return Generated(target, -2.5 if source == normalize(UNSURE) else -0.2, tuple(target.split()))


ENGINE = HeldEngine(answer)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(ENGINE, LIMITS) as server:
        yield server.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@pytest.fixture(scope="module")
def trouble() -> list[str]:
    """What went wrong in any page: errors, requests to other machines."""
    return []


@pytest.fixture(autouse=True)
def _no_trouble(trouble: list[str]) -> Iterator[None]:
    ENGINE.allow(math.inf)
    trouble.clear()
    yield
    ENGINE.allow(math.inf)
    assert not trouble


@pytest.fixture(scope="module")
def new_page(browser: Browser, url: str, trouble: list[str]) -> Callable[..., Page]:
    """Open a page: a second or more, so most tests share ``page``."""
    context = browser.new_context(viewport=DESK, reduced_motion="reduce", has_touch=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])

    def note(message: Any) -> None:
        if message.type == "error":
            trouble.append(message.text)

    def check(request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            trouble.append(f"request to {request.url}")

    def open_one(address: str = url) -> Page:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", note)
        page.on("request", check)
        closed: list[Any] = []
        for event in ("requestfinished", "requestfailed"):
            page.on(event, lambda request: closed.append(request) if "/queue/data" in request.url else None)
        page.goto(address)
        page.wait_for_selector(".tj-reader", state="attached")
        # Gradio's client closes its stream when the page has loaded; an event that begins at that moment is lost.
        for _ in range(PATIENCE // 50):
            if closed:
                break
            page.wait_for_timeout(50)
        return page

    return open_one


@dataclass
class Shared:
    """The page of most tests, how many tests had failed when it was opened, and a second reader's page."""

    page: Page | None = None
    failed: int = 0
    other: Page | None = None


@pytest.fixture(scope="module")
def shared() -> Shared:
    return Shared()


@pytest.fixture
def page(request: pytest.FixtureRequest, new_page: Callable[..., Page], shared: Shared) -> Page:
    """The page that tests share, back under Read; a new one after a failure, which may leave it in any state."""
    failed = request.session.testsfailed
    if shared.page is None or shared.page.is_closed() or shared.failed != failed:
        shared.page, shared.failed = new_page(), failed
    shared.page.get_by_role("tab", name="Read").click()
    return shared.page


@pytest.fixture
def other(new_page: Callable[..., Page], shared: Shared) -> Page:
    """A second reader's page, in no state to rely on."""
    if shared.other is None or shared.other.is_closed():
        shared.other = new_page()
    return shared.other


@pytest.fixture
def read(page: Page) -> Page:
    """The page with ``TEXT`` on it, translated."""
    shown = page.locator(".tj-rows .tj-ar > p").all_inner_texts()
    if "\n".join(shown) != TEXT.replace("\n\n", "\n"):
        translate(page)
    return page


def source_box(page: Page) -> Locator:
    return page.get_by_label("Arabic article")


def translate(page: Page, text: str = TEXT) -> None:
    source_box(page).fill(text)
    press_translate(page)


def press_translate(page: Page) -> None:
    with reading(page):
        page.get_by_role("button", name="Translate").click()


@contextmanager
def reading(page: Page) -> Iterator[None]:
    """Wait for what is begun inside to be translated and summarized, not for what was there before."""
    page.evaluate("document.querySelector('.tj-reader').dataset.state = 'before'")
    yield
    page.wait_for_selector(".tj-reader[data-state=done]")
    page.wait_for_selector(".tj-summary-text")


def english_of(page: Page) -> list[str]:
    return page.locator(".tj-rows .tj-en > p").all_inner_texts()


def wait_for_text(page: Page, selector: str, text: str) -> None:
    page.locator(selector, has_text=text).first.wait_for()


# ---- reading --------------------------------------------------------------------------------------------------------


def test_a_pasted_article_is_read_beside_its_source(read: Page) -> None:
    want = Translator(engine=FakeEngine(answer)).translate(TEXT)
    assert english_of(read) == [paragraph.text for paragraph in want]
    assert read.locator(".tj-rows .tj-ar > p").all_inner_texts() == [paragraph.source.text for paragraph in want]
    arabic_cell = read.locator(".tj-rows .tj-ar").first
    assert (arabic_cell.get_attribute("dir"), arabic_cell.get_attribute("lang")) == ("rtl", "ar")
    assert read.locator(".tj-count").inner_text() == "3 paragraphs"
    assert "fake model, beam 4" in read.locator(".tj-facts").inner_text()
    for row in read.locator(".tj-rows .tj-row").all():
        cells = [row.locator(side).bounding_box() for side in (".tj-en", ".tj-ar")]
        assert cells[0]["y"] == cells[1]["y"]  # one grid: pairs begin on one line
        assert cells[0]["x"] < cells[1]["x"]


def test_the_arabic_font_is_the_one_that_is_shipped(read: Page) -> None:
    loaded = read.evaluate("[...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family)")
    assert {"Noto Naskh Arabic", "Newsreader"} <= {name.strip('"') for name in loaded}


def test_doubt_is_said_in_words(read: Page) -> None:
    flagged = read.locator(".tj-en .tj-flagged")
    assert flagged.count() == 1
    reason = read.locator(f"[id='{flagged.get_attribute('aria-describedby')}']")
    assert reason.inner_text() == "Sentence 2: the model was unsure of this sentence"
    assert "1 of 4 sentences is flagged" in read.locator(".tj-notes").inner_text()


def test_the_shading_can_be_switched_off(read: Page) -> None:
    background = "(sentence) => getComputedStyle(sentence).backgroundColor"
    unsure = read.locator(".tj-en .tj-c3").first
    read.mouse.move(0, 0)
    assert unsure.evaluate(background) != "rgba(0, 0, 0, 0)"
    read.get_by_label("Shade by confidence").uncheck()
    assert unsure.evaluate(background) == "rgba(0, 0, 0, 0)"
    read.get_by_label("Shade by confidence").check()


def test_pointing_at_a_sentence_lights_up_its_partner(read: Page) -> None:
    for side, other in ((".tj-en", ".tj-ar"), (".tj-ar", ".tj-en")):
        read.locator(f"{side} [data-s='0.1']").hover()
        assert read.locator(".tj-rows .tj-lit").count() == 2
        partner = read.locator(f"{other} .tj-lit")
        assert partner.get_attribute("data-s") == "0.1"
        assert partner.evaluate("(it) => getComputedStyle(it).backgroundColor") == "rgb(253, 233, 169)"
    read.mouse.move(0, 0)
    read.wait_for_selector(".tj-lit", state="detached")


def test_markup_in_a_text_stays_text(page: Page) -> None:
    nasty = "خبر <script>window.hacked = 1</script> و <img src=x onerror='window.hacked = 1'> ${1} {{2}} `3`."
    translate(page, nasty)
    assert page.locator(".tj-rows .tj-ar > p").inner_text() == nasty
    assert page.evaluate("window.hacked") is None
    assert page.locator(".tj-rows img, .tj-rows script").count() == 0


# ---- streaming ------------------------------------------------------------------------------------------------------


def test_paragraphs_come_one_by_one_and_stop_keeps_what_is_there(page: Page, seed_text: str) -> None:
    ENGINE.allow(1)
    page.get_by_role("button", name="Example", exact=True).click()
    wait_for_text(page, ".tj-characters", f"{len(seed_text):,} of 4,000 characters")
    assert source_box(page).input_value() == seed_text.replace("\r\n", "\n")
    page.get_by_role("button", name="Translate").click()
    wait_for_text(page, ".tj-en p", english("أخبار الآن| دبي – الإمارات العربية المتحدة – (ديما نجم)")[:12])
    shown = re.fullmatch(r"(\d+) of 18 paragraphs", page.locator(".tj-count").inner_text())
    assert shown
    done = int(shown[1])
    assert 0 < done < 18
    assert page.get_by_role("progressbar", name="Paragraphs translated").evaluate("(bar) => bar.value") == done
    assert page.locator(".tj-wait").count() == 18 - done
    assert page.locator(".tj-rows .tj-ar > p").count() == 18  # the source is there from the start
    page.get_by_role("button", name="Stop").click()
    ENGINE.allow(math.inf)
    page.wait_for_selector(".tj-reader[data-state=stopped]")
    page.wait_for_selector(".tj-summary-text")
    stopped = int(page.locator(".tj-count").inner_text().split()[2])
    assert done <= stopped < 18
    assert page.locator(".tj-rows .tj-en .tj-s").count() >= stopped
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith(english_of(page)[0])
    press_translate(page)  # and goes on from there
    assert page.locator(".tj-wait").count() == 0


def test_only_what_changed_is_translated_again(read: Page) -> None:
    page = read
    ENGINE.history.clear()
    translate(page, TEXT.replace("خبر ثالث", "خبر رابع جديد"))
    assert "خبر رابع جديد" in page.locator(".tj-rows .tj-ar > p").last.inner_text()
    assert set(ENGINE.sources) == {"خبر رابع جديد من القاهرة اليوم."}


def test_two_readers_at_once(page: Page, other: Page) -> None:
    readers = (page, "خبر أول للقارئ الأول."), (other, "خبر ثان للقارئ الثاني.")
    ENGINE.allow(0)
    for page, text in readers:
        source_box(page).fill(text)
        page.get_by_role("button", name="Translate").click()
    ENGINE.allow(math.inf)
    for page, text in readers:
        wait_for_text(page, ".tj-en p", english(text))
        assert english_of(page) == [english(text)]


def test_closing_the_tab_frees_the_model(page: Page, other: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, drop = threading.Event(), Shelf.drop
    monkeypatch.setattr(Shelf, "drop", lambda self, session: (drop(self, session), gone.set()))
    ENGINE.history.clear()
    ENGINE.allow(1)
    source_box(other).fill("\n".join(f"خبر جديد رقم {number} من المدينة الكبيرة في الشمال." for number in range(70)))
    other.get_by_role("button", name="Translate").click()
    other.wait_for_selector(".tj-reader[data-state=running] .tj-en .tj-s")
    other.close()
    assert gone.wait(60)  # the server is told by the connection that ends
    ENGINE.allow(math.inf)
    page.wait_for_timeout(500)
    assert len(ENGINE.sources) < 60


def test_a_place_in_the_queue_can_be_left_and_a_full_queue_says_so(
    new_page: Callable[..., Page], trouble: list[str]
) -> None:
    pytest.importorskip("gradio_client")
    engine = HeldEngine()
    with serving(engine, Limits(together=1, waiting=1)) as server:
        engine.allow(0)
        page = new_page(server.url)
        client = connect(server.url)
        running = client.submit("خبر قبل كل الأخبار.", api_name="/translate")
        while running.status().code.value != "PROCESSING":
            page.wait_for_timeout(50)
        source_box(page).fill(TEXT)
        page.get_by_role("button", name="Translate").click()
        wait_for_text(page, ".tj-count", "Waiting for the model")
        page.get_by_role("button", name="Stop").click()
        page.wait_for_selector(".tj-reader[data-state=idle]", state="attached")
        waiting = client.submit("خبر بعده.", api_name="/translate")
        while waiting.status().rank is None:
            page.wait_for_timeout(50)
        page.get_by_role("button", name="Translate").click()
        page.get_by_text("currently busy").wait_for()
        assert [message for message in trouble if "503" not in message] == []
        trouble.clear()
        page.wait_for_selector(".tj-reader[data-state=idle]", state="attached")
        engine.allow(math.inf)
        running.result(timeout=PATIENCE)
        waiting.result(timeout=PATIENCE)
        assert engine.sources == ["خبر قبل كل الأخبار.", "خبر بعده."]
        press_translate(page)
        page.close()


def test_a_failure_is_said_and_the_page_goes_on(page: Page) -> None:
    ENGINE.enqueue(RuntimeError("inside"))
    source_box(page).fill("خبر لم يترجم بعد من الموصل.")
    page.get_by_role("button", name="Translate").click()
    wait_for_text(page, ".tj-notice", "Something went wrong here (RuntimeError)")
    press_translate(page)
    assert page.locator(".tj-notice").count() == 0


# ---- summary, editing, files ----------------------------------------------------------------------------------------


def test_the_summary_leads_to_its_sources_and_has_three_lengths(page: Page, seed_text: str) -> None:
    translate(page, seed_text)
    assert page.locator(".tj-method").first.inner_text() == "Extractive · 100% of the text read"
    medium = page.locator(".tj-summary-text").inner_text()
    page.locator("label", has_text="Short").click()
    page.wait_for_function(
        "(medium) => document.querySelector('.tj-summary-text')?.innerText.length < medium", arg=len(medium)
    )
    link = page.locator(".tj-summary-text a").last
    link.click()
    assert page.evaluate("document.activeElement.dataset.s") == link.get_attribute("data-s")
    assert link.inner_text() in page.locator(f".tj-en [data-s='{link.get_attribute('data-s')}']").inner_text()
    page.locator("label", has_text="Long").click()
    page.wait_for_function(
        "(medium) => document.querySelector('.tj-summary-text')?.innerText.length > medium", arg=len(medium)
    )
    page.locator("label", has_text="Medium").click()
    wait_for_text(page, ".tj-summary-text", medium)


def read_docx(data: bytes) -> str:
    docx = pytest.importorskip("docx")
    document = docx.Document(io.BytesIO(data))
    (table,) = document.tables
    assert len(table.columns) >= 2
    assert "w:bidi" in table._tbl.xml
    return "\n".join(cell.text for row in table.rows for cell in row.cells)


def read_tmx(data: bytes) -> str:
    return "\n".join(segment.text or "" for segment in ElementTree.fromstring(data).iter("seg"))


def read_json(data: bytes) -> str:
    result = json.loads(data)
    assert result["schema"] == "tarjama.translation/1"
    assert result["summary"]["method"] == "extractive"
    return str(result["text"] + result["paragraphs"][0]["source"])


OPENED: dict[str, Callable[[bytes], str]] = {
    "Text": bytes.decode,
    "Markdown": bytes.decode,
    "HTML": bytes.decode,
    "Word": read_docx,
    "JSON": read_json,
    "TMX": read_tmx,
}


def test_an_edit_by_hand_goes_into_every_download(page: Page, seed_text: str) -> None:
    translate(page, seed_text)
    page.get_by_role("button", name="Edit").click()
    sentence = page.locator(".tj-en .tj-s").nth(1)
    sentence.fill("Sentence of my own.")
    sentence.press("Enter")
    wait_for_text(page, ".tj-by-hand", "Edited by hand")
    page.get_by_role("button", name="Done").click()
    assert english_of(page)[1] == "Sentence of my own."
    for label, read in OPENED.items():
        page.get_by_label("Format of the file").select_option(label=label)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        name = download.value.suggested_filename
        assert re.fullmatch(r"(article|example)(\.en)?\.\w+", name)  # the text is that of the example
        text = read(Path(download.value.path()).read_bytes())
        assert "Sentence of my own." in text, label
        assert label == "Text" or "حرف الميم" in text or "أخبار" in text, label


def test_escape_and_an_empty_sentence_bring_the_old_text_back(page: Page) -> None:
    translate(page)
    before = english_of(page)
    page.get_by_role("button", name="Edit").click()
    sentence = page.locator(".tj-en .tj-s").first
    sentence.fill("Not this.")
    sentence.press("Escape")
    assert english_of(page) == before
    sentence.fill("Mine.")
    sentence.press("Enter")
    page.wait_for_selector(".tj-by-hand")
    page.locator(".tj-en .tj-s").first.fill("")
    page.locator(".tj-en .tj-s").first.press("Enter")
    page.wait_for_selector(".tj-by-hand", state="detached")
    page.get_by_role("button", name="Done").click()
    assert english_of(page) == before


def test_the_english_can_be_copied(read: Page) -> None:
    read.get_by_role("button", name="Copy").click()
    read.get_by_role("button", name="Copied").wait_for()
    want = Translator(engine=FakeEngine(answer)).translate(TEXT).text
    assert read.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n") == want


def docx_of(*paragraphs: str) -> bytes:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


LINES = (
    "أعلنت الحكومة اليوم خطة جديدة لبناء مدارس في المدينة القديمة",
    "وقال الوزير إن العمل سيبدأ في الشهر القادم في كل الأحياء",
)
HTML = f"<html><body><article>{''.join(f'<p>{line} {line}.</p>' for line in LINES * 4)}</article></body></html>"
FILES: dict[str, Callable[[], bytes]] = {
    "news.txt": lambda: "\n".join(LINES).encode(),
    "old.txt": lambda: "\n".join(LINES).encode("windows-1256"),
    "news.md": lambda: f"# خطة جديدة\n\n{LINES[0]}\n\n{LINES[1]}\n".encode(),
    "news.html": lambda: HTML.encode(),
    "news.docx": lambda: docx_of(*LINES),
    "news.pdf": lambda: pdf([[arabic(line, 800 - 40 * n, size=9) for n, line in enumerate(LINES)]]),
    "news.srt": lambda: "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{line}\n\n" for n, line in enumerate(LINES, 1)
    ).encode(),
}


def test_a_file_of_every_kind_can_be_opened(page: Page) -> None:
    for module in ("trafilatura", "pypdf", "docx"):
        pytest.importorskip(module, reason="the extra 'files' is not installed")
    for name, make in FILES.items():
        source_box(page).fill("")
        upload(page, name, make())
        page.wait_for_function("document.querySelector('#tj-source textarea').value.length > 50")
        assert LINES[1] in source_box(page).input_value(), name
        press_translate(page)
        page.get_by_label("Format of the file").select_option(label="Text")
        subtitles = page.get_by_label("Format of the file").locator("option", has_text="Subtitles")
        assert subtitles.count() == name.endswith(".srt")
        assert any(english(LINES[0])[:20] in text for text in english_of(page)), name
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        assert download.value.suggested_filename == f"{name.split('.')[0]}.en.txt"


def upload(page: Page, name: str, data: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a file").click()
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})


BAD_FILES = [
    ("photo.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "photo.txt"),
    ("empty.txt", b"", "the file is empty"),
    ("hebrew.txt", "שלום לכולם, זה טקסט ארוך בעברית".encode(), "Hebrew"),
    ("scan.pdf", pdf([[]]), "scan"),
    ("long.txt", ("خبر " * 1001).encode(), "at most 4,000 are allowed here"),
    ("large.txt", "خبر ".encode() * 100_000, "maximum allowed size of 300.0 Kb"),
]


def test_a_bad_file_is_named_and_the_page_goes_on(page: Page) -> None:
    pytest.importorskip("pypdf", reason="the extra 'files' is not installed")
    source_box(page).fill(LINES[0])
    for name, data, words in BAD_FILES:
        upload(page, name, data)
        page.get_by_text(words).first.wait_for()
        for text in page.locator(".tj-notice").all_inner_texts():
            assert "/" not in text.split(":")[0]  # no path of the server
        assert source_box(page).input_value() == LINES[0]
    press_translate(page)
    assert page.locator(".tj-notice").count() == 0


def test_a_text_over_the_limit_leaves_the_page_as_it_was(page: Page) -> None:
    translate(page)
    before = english_of(page)
    source_box(page).fill("خبر " * 1001)
    wait_for_text(page, ".tj-characters", "4,004 of 4,000 characters")
    page.get_by_role("button", name="Translate").click()
    wait_for_text(page, ".tj-notice", "The text has 4,004 characters; at most 4,000 are allowed here.")
    assert english_of(page) == before
    page.wait_for_selector(".tj-reader[data-state=done]")


# ---- quality and models ---------------------------------------------------------------------------------------------


def test_the_quality_tab_scores_what_is_on_the_page(page: Page) -> None:
    pytest.importorskip("sacrebleu")
    translate(page)
    want = english_of(page)
    page.get_by_role("tab", name="Quality").click()
    box = page.get_by_label("Reference translation")
    box.fill("\n".join(want[:2]))
    page.get_by_role("button", name="Score", exact=True).click()
    wait_for_text(page, ".tj-notice", "The reference has 2 lines; the translation has 3 paragraphs and 4 sentences.")
    nasty = "Something <script>window.hacked = 1</script> <img src=x onerror='window.hacked = 1'> else."
    box.fill("\n".join([*want[:2], nasty]))
    page.get_by_label("Compare with model").click()
    page.get_by_role("option", name="embedded").click()
    page.get_by_role("button", name="Score", exact=True).click()
    page.wait_for_selector(".tj-segments")
    metrics = page.locator(".tj-table").first.locator("tbody th").all_inner_texts()
    assert [name.split()[0] for name in metrics] == [
        "BLEU", "chrF", "chrF++", "TER", "ROUGE-1", "ROUGE-2", "ROUGE-L", "ROUGE-Lsum"
    ]  # fmt: skip
    heads = page.locator(".tj-segments thead th").all_inner_texts()
    assert heads == ["embedded, beam 4", "embedded, beam 1", "Reference", "العربية"]
    points = [int(text) for text in page.locator(".tj-segments tr td:first-child .tj-points").all_inner_texts()]
    assert set(points[:-1]) == {100}
    assert points[-1] < 50
    assert page.locator(".tj-segments tbody tr:last-child td.tj-c3").count() == 2
    assert nasty in page.locator(".tj-segments tbody tr:last-child").inner_text()
    assert page.evaluate("window.hacked") is None


def test_the_models_tab_lists_sizes_licences_and_scores(read: Page) -> None:
    read.get_by_role("tab", name="Models").click()
    row = read.get_by_role("row", name="opus-mt-ar-en not on this machine", exact=False)
    for text in ("311 MB", "Apache-2.0", "BLEU 33.9"):
        assert text in row.inner_text()
    assert read.get_by_role("row", name="extractive summarization").count() == 1


# ---- looks and access -----------------------------------------------------------------------------------------------

CONTRAST = """(selector) => [...document.querySelectorAll(selector)].map((element) => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const linear = (v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => [r, g, b].map((v) => linear(v / 255))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (it) => getComputedStyle(it).backgroundColor;
  let ground = element;
  while (ground.parentElement && (numbers(behind(ground))[3] ?? 1) === 0) ground = ground.parentElement;
  const [a, b] = [getComputedStyle(element).color, behind(ground)].map((colour) => light(numbers(colour)));
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
})"""


WITH_TEXT = (
    *(
        ".tj-header h1",
        ".tj-header p",
        "[role=tab]",
        ".tj-actions button",
        ".tj-tools button",
        ".tj-check",
        ".tj-count",
    ),
    *(".tj-facts", ".tj-notes li", ".tj-s", ".tj-lit", ".tj-c3", ".tj-reasons li", ".tj-number", ".tj-summary-text"),
    *(".tj-method", ".tj-lengths span", ".tj-head [role=columnheader]", ".tj-characters", "#tj-source textarea"),
    "#tj-source span",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_in_light_and_dark(read: Page, scheme: Literal["light", "dark"]) -> None:
    page = read
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("(dark) => document.body.classList.contains('dark') === dark", arg=scheme == "dark")
    ground = page.evaluate("getComputedStyle(document.querySelector('gradio-app')).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", ground)[:3])) < 60) is (scheme == "dark")
    page.locator(".tj-en .tj-s").first.hover()
    fading = "Promise.allSettled(document.getAnimations().map((animation) => animation.finished)).then(() => null)"
    page.evaluate(fading)
    for selector in WITH_TEXT:
        ratios = page.evaluate(CONTRAST, selector)
        assert ratios, selector
        assert min(ratios) >= 4.5, selector
    page.emulate_media(color_scheme="light")


def test_light_and_dark_can_be_switched_and_stay(page: Page) -> None:
    dark = "document.body.classList.contains('dark')"
    assert page.evaluate(dark) is False
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate(dark) is True
    page.reload()
    page.wait_for_selector(".tj-reader", state="attached")
    page.wait_for_function(dark)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate("new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))")
    assert page.evaluate(dark) is True  # what the reader chose holds when the system changes
    page.evaluate("localStorage.clear()")
    page.get_by_role("button", name="Switch between light and dark").click()
    page.evaluate("localStorage.clear()")


def test_on_a_phone_the_pairs_stack(read: Page) -> None:
    page = read
    page.set_viewport_size(PHONE)
    assert "width=device-width" in page.locator("meta[name=viewport]").first.get_attribute("content")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    for row in page.locator(".tj-rows .tj-row").all():
        top, bottom = (row.locator(side).bounding_box() for side in (".tj-en", ".tj-ar"))
        assert top["y"] + top["height"] <= bottom["y"]
        assert top["width"] > 300
    page.locator(".tj-ar [data-s='0.1']").tap()
    assert page.locator(".tj-en .tj-lit").get_attribute("data-s") == "0.1"
    page.set_viewport_size(DESK)


def test_everything_works_from_the_keyboard(page: Page) -> None:
    def tab_to(condition: str) -> None:
        for _ in range(40):
            if page.evaluate(f"((it) => {condition})(document.activeElement)"):
                return
            page.keyboard.press("Tab")
        pytest.fail(f"Tab never came to {condition}")

    page.locator(".tj-theme").focus()  # the first stop
    tab_to("it.tagName === 'TEXTAREA'")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(TEXT)
    tab_to("it.id === 'tj-translate'")
    with reading(page):
        page.keyboard.press("Enter")
    tab_to("it.classList.contains('tj-edit')")
    tab_to("it.name === 'tj-length'")
    tab_to("it.closest('.tj-summary-text') !== null")
    tab_to("it.matches('.tj-en .tj-s')")
    assert page.evaluate("document.activeElement.dataset.s") == "0.0"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.s") == "1.0"
    assert page.locator(".tj-ar .tj-lit").get_attribute("data-s") == "1.0"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.dataset.s") == "2.0"
    page.keyboard.press("Tab")  # the grid is one stop
    assert page.evaluate("document.activeElement.matches('.tj-s')") is False


def test_a_screen_reader_finds_a_table_and_is_told_beginning_and_end(read: Page) -> None:
    table = read.get_by_role("table", name="Paragraphs: English beside Arabic")
    assert table.get_by_role("row").count() == 4
    assert table.get_by_role("columnheader").all_inner_texts()[1:] == ["English", "العربية"]
    assert table.get_by_role("rowheader").all_inner_texts() == ["1", "2", "3"]
    status = read.locator(".tj-reader [role=status]").inner_text()
    assert status.startswith("3 paragraphs.")
    assert "flagged" in status
    unnamed = """[...document.querySelectorAll("button, input, textarea, select, a")]
      .filter((it) => it.checkVisibility())
      .filter((it) => !it.innerText?.trim() && !it.ariaLabel && !it.labels?.length && !it.title)
      .map((it) => it.outerHTML)"""
    assert read.evaluate(unnamed) == []


# ---- the real model -------------------------------------------------------------------------------------------------


def test_the_embedded_model_reads_the_example(new_page: Callable[..., Page]) -> None:
    try:
        locate("embedded", Task.TRANSLATION)
    except ModelError as error:
        pytest.skip(str(error))
    with serving(None) as server:
        page = new_page(server.url)
        page.set_default_timeout(4 * PATIENCE)
        page.get_by_role("button", name="Example", exact=True).click()
        page.wait_for_function("document.querySelector('#tj-source textarea').value.length > 100")
        press_translate(page)
        assert len(english_of(page)) == 18
        assert all(re.search(r"[A-Za-z]{3}", text) for text in english_of(page))
        assert "embedded model" in page.locator(".tj-facts").inner_text()
        page.close()
