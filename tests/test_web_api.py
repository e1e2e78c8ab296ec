"""The endpoints for programs, through gradio_client as a user would."""

from __future__ import annotations

import gc
import math
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fakes import FakeEngine
from tarjama import Translator
from tarjama.ui.service import Limits
from web import HeldEngine, connect, serving

pytest.importorskip("gradio_client")
if TYPE_CHECKING:
    from gradio_client import Client

pytestmark = pytest.mark.loopback

ENGINE = HeldEngine()
ARABIC = "أعلنت الحكومة خطة جديدة للمدارس في 2016. وقال الوزير إنها طويلة."


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(ENGINE, Limits(characters=5000, sessions=10)) as server:
        yield server.url


@pytest.fixture(scope="module")
def client(url: str) -> Client:
    return connect(url)


def test_translate_gives_the_documented_json(client: Client, seed_text: str) -> None:
    result = client.predict(seed_text, api_name="/translate")
    want = Translator(engine=FakeEngine()).translate(seed_text.replace("\r\n", "\n")).to_dict()
    assert result.pop("provenance") | {"seconds": 0} == want.pop("provenance") | {"seconds": 0}
    assert result == want
    assert len(result["paragraphs"]) == 18


def test_the_types_are_published(client: Client) -> None:
    endpoints: dict[str, Any] = client.view_api(return_format="dict")["named_endpoints"]
    assert set(endpoints) == {"/translate", "/summarize", "/digest", "/score"}  # the page's own events are private
    returned = endpoints["/translate"]["returns"][0]["type"]
    assert returned["properties"]["paragraphs"]["items"]["properties"]["flags"] == {
        "type": "array",
        "items": {"type": "string"},
    }
    parameters = {p["parameter_name"]: p for p in endpoints["/digest"]["parameters"]}
    assert parameters["length"]["type"] == {"enum": ["short", "medium", "long"]}
    assert parameters["beam"]["parameter_default"] == 4


def test_summarize_takes_english_and_arabic(client: Client, seed_text: str) -> None:
    english = Translator(engine=FakeEngine()).translate(seed_text).text
    short = client.predict(english, "short", api_name="/summarize")
    assert short["method"] == "extractive"
    assert len(short["text"].split()) < len(client.predict(english, "long", api_name="/summarize")["text"].split())
    assert client.predict(seed_text, "short", api_name="/summarize")["text"]


def test_digest_is_a_translation_with_its_summary(client: Client, seed_text: str) -> None:
    result = client.predict(seed_text, length="short", api_name="/digest")
    assert len(result["paragraphs"]) == 18
    sentences = [sentence["target"] for paragraph in result["paragraphs"] for sentence in paragraph["sentences"]]
    assert all(part["text"] in sentences[part["source"]] for part in result["summary"]["sentences"])


def test_the_example_of_the_readme_runs(
    url: str, seed_text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sacrebleu")
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "True")
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    example = readme.split("<!-- API example -->\n```python\n")[1].split("```")[0]
    given = {"text": seed_text, "reference": "One."}
    exec(example.replace("http://127.0.0.1:7860", url), given)  # as it is printed, but for the port
    printed = capsys.readouterr().out
    assert "\nbleu " in printed
    assert all(paragraph["target"] in printed for paragraph in given["translation"]["paragraphs"])  # type: ignore[index]


def test_score_gives_scores_with_intervals(client: Client) -> None:
    pytest.importorskip("sacrebleu")
    hypotheses = ["The minister resigned yesterday.", "Prices rose again in the city."]
    result = client.predict(hypotheses, hypotheses, api_name="/score")
    scores = {score["metric"]: score for score in result["systems"][0]["scores"]}
    assert scores["bleu"]["value"] == pytest.approx(100)
    assert scores["bleu"]["n"] == 2
    assert scores["bleu"]["signature"].startswith("nrefs:1")


@pytest.mark.parametrize(
    ("endpoint", "arguments", "words"),
    [
        ("/translate", ["ا" * 5001], "at most 5,000 are allowed"),
        ("/translate", [" "], "no text to translate"),
        ("/translate", [ARABIC, "../../secrets"], "there are: embedded"),
        ("/translate", [ARABIC, "embedded", 1000], "1 to 8"),
        ("/digest", ["ا" * 5001], "at most 5,000 are allowed"),
        ("/summarize", ["word " * 1001], "at most 5,000 are allowed"),
        ("/summarize", ["A text.", "endless"], "short, medium, long"),
        ("/score", [["a " * 3000], ["b"]], "at most 5,000 are allowed"),
        ("/score", [["a", "b"], ["a"]], "2 hypotheses, 1 references"),
    ],
)
def test_what_is_wrong_is_said_with_the_limit(client: Client, endpoint: str, arguments: list[Any], words: str) -> None:
    from gradio_client.exceptions import AppError

    if endpoint == "/score":
        pytest.importorskip("sacrebleu")
    with pytest.raises(AppError, match=words):
        client.predict(*arguments, api_name=endpoint)


def test_a_request_that_fails_leaves_the_others_alone(url: str) -> None:
    from gradio_client.exceptions import AppError

    first, second = connect(url), connect(url)
    ENGINE.allow(0)
    job = first.submit(ARABIC + " أولا.", api_name="/translate")
    with pytest.raises(AppError):
        second.predict("", api_name="/translate")
    ENGINE.allow(math.inf)
    assert job.result(timeout=20)["text"]
    ENGINE.enqueue(RuntimeError("the engine broke"))
    with pytest.raises(AppError) as error:
        second.predict(ARABIC + " ثانيا.", api_name="/translate")
    assert "the engine broke" not in str(error.value)  # what is inside stays inside
    assert second.predict(ARABIC + " ثانيا.", api_name="/translate")["text"]


def test_a_full_queue_says_so() -> None:
    from gradio_client.utils import QueueError

    engine = HeldEngine()
    with serving(engine, Limits(together=1, waiting=1)) as server:
        engine.allow(0)
        working = connect(server.url).submit(ARABIC, api_name="/translate")
        while working.status().code.value != "PROCESSING":
            time.sleep(0.01)
        waiting = connect(server.url).submit(ARABIC, api_name="/translate")
        while waiting.status().rank is None:
            time.sleep(0.01)
        with pytest.raises(QueueError, match="full"):
            connect(server.url).predict(ARABIC, api_name="/translate")
        engine.allow(math.inf)
        assert working.result(timeout=20) == waiting.result(timeout=20) | {"provenance": working.result()["provenance"]}


def test_readers_take_turns_and_the_model_is_never_used_twice_at_once(url: str) -> None:
    clients = [connect(url) for _ in range(4)]
    texts = [f"{ARABIC} النص رقم {number}.\n" * 20 for number in range(4)]
    jobs = [client.submit(text, api_name="/translate") for client, text in zip(clients, texts, strict=True)]
    for text, job in zip(texts, jobs, strict=True):
        assert job.result(timeout=30)["paragraphs"][0]["source"] == text.split("\n")[0]


def test_memory_stays_flat_over_two_hundred_requests(url: str) -> None:
    import httpx

    psutil_free = Path("/proc/self/statm")
    if not psutil_free.exists():
        pytest.skip("resident memory is read from /proc, which this system lacks")

    def resident() -> int:
        gc.collect()
        return int(psutil_free.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def ask(numbers: range) -> None:
        with httpx.Client(base_url=url + "gradio_api/call/", trust_env=False, timeout=60) as http:
            for number in numbers:
                event = http.post("translate", json={"data": [f"{ARABIC} رقم {number}.", "embedded", 4]}).json()
                assert "event: complete" in http.get(f"translate/{event['event_id']}").text

    ask(range(40))
    before, threads = resident(), threading.active_count()
    ask(range(40, 240))
    assert resident() - before < 8_000_000  # a session that is kept takes 130 kB: all of them would be 26 MB
    assert threading.active_count() <= threads + 2
