"""Adding models: from a directory, from a hub (a small one on this machine), and without a network."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tarjama.errors import DependencyError, ModelError
from tarjama.models import Task, add, golden, home, load_engine, locate
from tarjama.models.acquire import by_hand
from tarjama.models.card import read_card
from tarjama.models.golden import Golden
from tiny_marian import sentences, trained

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.getbasetemp())


@pytest.fixture
def tiny_language(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Golden sentences of the tiny model's own language: what it says today is right."""
    sources = [arabic for arabic, _ in sentences(4, seed=6)]
    outputs = load_engine(snapshot, threads=1).generate(sources)
    goldens = tuple(Golden(s, tuple(o.text.rstrip(" .").split())) for s, o in zip(sources, outputs, strict=True))
    monkeypatch.setattr(golden, "_SETS", {Task.TRANSLATION: goldens})


def left_over() -> list[str]:
    return [path.name for path in home().iterdir() if path.name.startswith(".") and path.name != ".converted"]


@pytest.mark.usefixtures("tiny_language")
def test_a_hugging_face_directory_is_converted_checked_and_named(snapshot: Path) -> None:
    stages: list[tuple[str, int, int]] = []
    model = add(snapshot, progress=lambda *stage: stages.append(stage))

    assert (model.name, model.task, model.layout) == ("tiny-marian", Task.TRANSLATION, "ctranslate2")
    assert model.directory == home() / "tiny-marian"
    assert locate("tiny-marian", Task.TRANSLATION) == model
    assert stages == [("convert", 0, 0), ("check", 0, 0)]
    assert left_over() == []
    assert load_engine("tiny-marian", threads=1).name == "ctranslate2 int8 cpu"
    with pytest.raises(ModelError, match="add the model again with its original files kept"):
        load_engine("tiny-marian", engine="transformers")


@pytest.mark.usefixtures("tiny_language")
def test_the_original_can_be_kept_for_the_reference_engine(snapshot: Path) -> None:
    add(str(snapshot), Task.TRANSLATION, name="both", keep_original=True)
    assert load_engine("both", engine="transformers", threads=1).name == "transformers float32 cpu"


@pytest.mark.usefixtures("tiny_language")
def test_a_copied_catalogue_model_gets_its_name_and_licence(snapshot: Path, tmp_path: Path) -> None:
    model = add(shutil.copytree(snapshot, tmp_path / "opus-mt-ar-en"))

    assert (model.name, model.licence) == ("opus-mt-ar-en", "Apache-2.0")
    assert locate("Helsinki-NLP/opus-mt-ar-en", Task.TRANSLATION).directory == home() / "opus-mt-ar-en"


@pytest.mark.usefixtures("tiny_language")
def test_a_converted_directory_is_copied_and_replaces_the_old_one(snapshot: Path) -> None:
    first = add(snapshot, name="first")
    second = add(first.directory, name="second")
    (second.directory / "stray").write_text("old")
    again = add(first.directory, name="second")

    assert (again.name, again.directory.name) == ("second", "second")
    assert not (again.directory / "stray").exists()
    with pytest.raises(ModelError, match="can be used by its name at once"):
        add(first.directory, name="first")
    assert (first.directory / "model.bin").is_file()


def test_a_model_that_talks_nonsense_is_refused(snapshot: Path) -> None:
    with pytest.raises(ModelError, match=r"model tiny-marian failed the golden sentence \d \('.*' became '.*not added"):
        add(snapshot)
    assert not (home() / "tiny-marian").exists()
    assert left_over() == []


@pytest.mark.usefixtures("tiny_language")
def test_a_refused_model_leaves_the_accepted_one(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = add(snapshot)
    monkeypatch.setattr(golden, "_SETS", {Task.TRANSLATION: golden.TRANSLATION})
    with pytest.raises(ModelError, match="golden"):
        add(snapshot)
    assert (model.directory / "model.bin").is_file()


@pytest.mark.parametrize(
    ("source", "task", "message"),
    [
        ("embedded", None, "nothing to add"),
        ("nonsense", None, "no model 'nonsense' to add"),
        ("opus-mt-ar-en", Task.SUMMARIZATION, "no model|is not a model for summarization"),
        ("Helsinki-NLP/opus-mt-ar-en", Task.SUMMARIZATION, "is not a model for summarization"),
        (Path("/nowhere"), None, "cannot be read as a model directory"),
    ],
)
def test_what_cannot_be_added(source: str | Path, task: Task | None, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        add(source, task)


def test_the_name_embedded_is_taken(snapshot: Path) -> None:
    with pytest.raises(ModelError, match="is taken"):
        add(snapshot, name="embedded")


def test_a_full_disk(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(ModelError, match=r"cannot be (written|converted).*No space left"):
        add(snapshot)
    assert left_over() == []


def test_without_transformers_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "huggingface_hub", None)
    with pytest.raises(DependencyError, match=r"pip install 'tarjama\[hub\]'"):
        add("opus-mt-ar-en")


@pytest.mark.tries_network
@pytest.mark.parametrize("offline", [True, False], ids=["HF_HUB_OFFLINE", "no route"])
def test_without_a_network_it_fails_at_once_and_says_how_to_copy(
    offline: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", offline)
    began = time.monotonic()
    with pytest.raises(ModelError) as error:
        add("opus-mt-ar-en")

    assert time.monotonic() - began < 10
    message = str(error.value)
    assert message.startswith("the hub cannot be reached")
    assert "\n" not in message
    assert by_hand("opus-mt-ar-en", "Helsinki-NLP/opus-mt-ar-en", home() / "opus-mt-ar-en") in message
    assert str(home() / "opus-mt-ar-en") in message


class Hub(ThreadingHTTPServer):
    """Enough of the hub's API to serve one model: its file list, and files in ranges."""

    def __init__(self, directory: Path, repository: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.directory, self.repository = directory, repository
        self.ranges: list[tuple[str, str]] = []  # (file, Range header) of each download
        self.cut_once = ""  # the first download of this file stops in the middle
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def do_HEAD(self) -> None:
        self._serve(body=False)

    def do_GET(self) -> None:
        self._serve(body=True)

    def log_message(self, *_: object) -> None:
        pass

    def _serve(self, body: bool) -> None:
        path = self.path.partition("?")[0]
        if path.startswith(f"/api/models/{self.server.repository}"):
            files = sorted(self.server.directory.iterdir())
            siblings = [{"rfilename": file.name, "size": file.stat().st_size} for file in files]
            answer = {
                "id": self.server.repository,
                "sha": COMMIT,
                "siblings": siblings,
                "cardData": {"license": "cc-by-4.0"},
            }
            self._answer(200, json.dumps(answer).encode(), body, {"Content-Type": "application/json"})
        elif path.startswith(f"/{self.server.repository}/resolve/{COMMIT}/"):
            self._file(path.rpartition("/")[2], body)
        else:
            self._answer(404, b"{}", body, {"X-Error-Code": "RepoNotFound"})

    def _file(self, name: str, body: bool) -> None:
        data = (self.server.directory / name).read_bytes()
        wanted = self.headers.get("Range")
        headers = {"ETag": f'"{name}-{len(data)}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
        status = 200
        if wanted:
            start = int(wanted.removeprefix("bytes=").partition("-")[0])
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            data, status = data[start:], 206
        if body:
            self.server.ranges.append((name, wanted or ""))
        cut = body and self.server.cut_once == name
        if cut:
            self.server.cut_once = ""
        self._answer(status, data, body, headers, len(data) // 2 if cut else None)

    def _answer(self, status: int, data: bytes, body: bool, headers: dict[str, str], cut: int | None = None) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(data))}).items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(data[:cut])
        if cut is not None:
            self.close_connection = True


@pytest.fixture
def hub(snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    import huggingface_hub

    files = shutil.copytree(snapshot, tmp_path / "served")
    (files / "tf_model.h5").write_bytes(b"x" * 1000)
    (files / "README.md").write_text("a model")
    server = Hub(files, "Helsinki-NLP/opus-mt-ar-en")
    constants = huggingface_hub.constants
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 4096)  # what has not filled a chunk is fetched again
    monkeypatch.setattr(constants, "ENDPOINT", server.url)
    monkeypatch.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", server.url + "/{repo_id}/resolve/{revision}/{filename}"
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.loopback
@pytest.mark.usefixtures("tiny_language")
def test_a_hub_model_is_downloaded_converted_and_recorded(hub: Hub) -> None:
    stages: list[tuple[str, int, int]] = []
    hub.cut_once = "model.safetensors"
    model = add("opus-mt-ar-en", progress=lambda *stage: stages.append(stage))

    assert (model.name, model.revision, model.licence) == ("opus-mt-ar-en", COMMIT, "Apache-2.0")
    assert model.directory == home() / "opus-mt-ar-en"
    card = read_card(model.directory)
    assert card is not None
    assert card.source == "Helsinki-NLP/opus-mt-ar-en"
    names = {name for name, _ in hub.ranges}
    assert names == {path.name for path in hub.directory.iterdir()} - {"tf_model.h5", "README.md"}
    # The connection was lost in the middle: only the rest was fetched again.
    resumed = [wanted for name, wanted in hub.ranges if name == "model.safetensors"]
    assert len(resumed) == 2
    assert int(resumed[1].removeprefix("bytes=").rstrip("-")) > 0
    total = sum((hub.directory / name).stat().st_size for name in names)
    downloads = [stage for stage in stages if stage[0] == "download"]
    assert downloads[-1] == ("download", total, total)
    assert [done for _, done, _ in downloads] == sorted(done for _, done, _ in downloads)
    assert [stage for stage, _, _ in stages][-2:] == ["convert", "check"]
    assert left_over() == []

    before = len(hub.ranges)
    assert add("Helsinki-NLP/opus-mt-ar-en") == model  # nothing is fetched twice
    assert len(hub.ranges) == before


@pytest.mark.loopback
@pytest.mark.usefixtures("tiny_language")
def test_a_download_that_failed_goes_on_where_it_stopped(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    fetch: Callable[..., str] = huggingface_hub.hf_hub_download

    def stop_at_weights(repository: str, name: str, **settings: object) -> str:
        if name == "model.safetensors":
            raise ConnectionError("the cable was pulled")
        return fetch(repository, name, **settings)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", stop_at_weights)
    with pytest.raises(ModelError, match=r"stopped \(the cable was pulled\); the same command goes on from there"):
        add("opus-mt-ar-en")
    assert len(left_over()) == 1
    first = len(hub.ranges)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", fetch)
    add("opus-mt-ar-en")
    assert [name for name, _ in hub.ranges[first:]] == ["model.safetensors"]
    assert left_over() == []


@pytest.mark.loopback
@pytest.mark.usefixtures("tiny_language")
def test_a_damaged_model_is_added_anew(hub: Hub) -> None:
    model = add("opus-mt-ar-en")
    (model.directory / "source.spm").unlink()
    with pytest.raises(ModelError):
        locate("opus-mt-ar-en", Task.TRANSLATION)
    assert add("opus-mt-ar-en") == model == locate("opus-mt-ar-en", Task.TRANSLATION)
    assert left_over() == []


@pytest.mark.loopback
@pytest.mark.usefixtures("tiny_language")
def test_the_original_of_a_model_that_is_there_can_still_be_kept(hub: Hub) -> None:
    add("opus-mt-ar-en")
    add("opus-mt-ar-en", keep_original=True)
    assert load_engine("opus-mt-ar-en", engine="transformers", threads=1).name == "transformers float32 cpu"
    before = len(hub.ranges)
    add("opus-mt-ar-en")  # and stays when nobody asks for it
    add("opus-mt-ar-en", keep_original=True)
    assert len(hub.ranges) == before
    assert load_engine("opus-mt-ar-en", engine="transformers", threads=1).name == "transformers float32 cpu"


@pytest.mark.loopback
def test_a_hub_model_that_is_refused(hub: Hub) -> None:
    with pytest.raises(ModelError, match="golden"):
        add("opus-mt-ar-en")
    assert not (home() / "opus-mt-ar-en").exists()
    assert left_over() == []


@pytest.mark.loopback
@pytest.mark.usefixtures("tiny_language")
def test_a_download_outlasts_a_full_disk(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("shutil.copyfile", full)
        with pytest.raises(ModelError, match=r"No space left"):
            add("opus-mt-ar-en")
    before = len(hub.ranges)
    add("opus-mt-ar-en")
    assert len(hub.ranges) == before
    assert left_over() == []


@pytest.mark.loopback
def test_a_hub_id_that_does_not_exist(hub: Hub) -> None:
    with pytest.raises(ModelError, match="the hub has no model some/thing"):
        add("some/thing")


@pytest.mark.loopback
def test_a_hub_model_without_weights(hub: Hub) -> None:
    (hub.directory / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"neither model\.safetensors nor pytorch_model\.bin"):
        add("opus-mt-ar-en")


@pytest.mark.parametrize("name", ["..", ".hidden", "a/b/c", "../x"])
def test_a_name_that_leads_out_of_the_models_is_refused(snapshot: Path, name: str) -> None:
    home().mkdir(parents=True)
    kept = home().parent / "kept"
    kept.write_text("")
    with pytest.raises(ModelError, match="cannot be the name of a model; give another one with --name"):
        add(snapshot, name=name)
    assert kept.exists()


def test_a_directory_that_is_not_there_is_no_hub_id() -> None:
    with pytest.raises(ModelError, match=r"there is no model directory \./typo"):
        add("./typo")
