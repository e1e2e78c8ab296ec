"""Finding models, and one clear line for every way in which a model directory can be broken."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tarjama.errors import ModelError
from tarjama.models import CATALOG, Task, home, installed, load_engine, locate, remove
from tarjama.models.card import ModelCard
from tarjama.models.convert import convert
from tarjama.models.layout import inspect_directory
from tiny_marian import write_snapshot


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_snapshot(tmp_path_factory.mktemp("hub") / "tiny")


@pytest.fixture(scope="module")
def converted(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("converted") / "tiny"
    convert(snapshot, target, ModelCard("tiny", Task.TRANSLATION, "CC0-1.0", "abc", max_positions=128))
    return target


@pytest.fixture
def broken(converted: Path, tmp_path: Path) -> Path:
    """A converted model to break."""
    return shutil.copytree(converted, tmp_path / "broken")


@pytest.fixture
def broken_hub(snapshot: Path, tmp_path: Path) -> Path:
    """A Hugging Face directory to break."""
    return shutil.copytree(snapshot, tmp_path / "broken-hub")


def place(directory: Path, name: str) -> Path:
    home().mkdir(parents=True, exist_ok=True)
    return shutil.copytree(directory, home() / name)


def test_a_converted_directory_describes_itself(converted: Path) -> None:
    model = locate(converted, Task.TRANSLATION)

    assert (model.name, model.layout, model.revision, model.licence) == ("tiny", "ctranslate2", "abc", "CC0-1.0")
    assert model.bytes == sum(path.stat().st_size for path in converted.iterdir())


def test_a_directory_without_a_card_is_named_after_itself_and_dated(snapshot: Path) -> None:
    model = locate(str(snapshot), Task.TRANSLATION)

    assert (model.name, model.layout, model.licence) == ("tiny", "transformers", "unknown")
    assert model.revision.startswith("local-20")


def test_the_embedded_model_is_found_without_a_home() -> None:
    model = locate("embedded", Task.TRANSLATION)

    assert model.directory.parent.name == "weights"
    assert model.name == "embedded"
    assert model.bytes <= 45_000_000
    assert not home().exists()


@pytest.mark.parametrize("name", ["opus-mt-ar-en", "Helsinki-NLP/opus-mt-ar-en"])
def test_name_and_hub_id_are_one_model(name: str, converted: Path) -> None:
    place(converted, "opus-mt-ar-en")
    assert locate(name, Task.TRANSLATION).directory == home() / "opus-mt-ar-en"


def test_other_hub_ids_and_own_names(converted: Path) -> None:
    place(converted, "someone--some-model")
    place(converted, "mine")
    assert locate("someone/some-model", Task.TRANSLATION).directory.name == "someone--some-model"
    assert locate("mine", Task.TRANSLATION).directory.name == "mine"


def test_a_directory_given_comes_first_but_never_takes_a_catalogue_name(
    converted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("mine", "opus-mt-ar-en"):
        shutil.copytree(converted, tmp_path / name)
    place(converted, "mine")

    assert locate("mine", Task.TRANSLATION).directory == Path("mine")
    with pytest.raises(ModelError, match="not on this machine"):
        locate("opus-mt-ar-en", Task.TRANSLATION)
    assert locate(Path("opus-mt-ar-en"), Task.TRANSLATION).name == "tiny"


@pytest.mark.parametrize(
    ("name", "task", "message"),
    [
        ("nonsense", Task.TRANSLATION, r"no model 'nonsense'.*embedded, opus-mt-ar-en, opus-mt-tc-big-ar-en"),
        ("nonsense", Task.SUMMARIZATION, "embedded, distilbart-cnn, bart-large-cnn"),
        ("opus-mt-ar-en", Task.TRANSLATION, "get it with: tarjama models add opus-mt-ar-en"),
        ("some/one", Task.TRANSLATION, "get it with: tarjama models add some/one"),
        ("opus-mt-ar-en", Task.SUMMARIZATION, "is a model for translation, not for summarization"),
        ("./nowhere", Task.TRANSLATION, "no model directory nowhere"),
        ("/nowhere/at/all", Task.TRANSLATION, "no model directory /nowhere/at/all"),
        ("../..", Task.TRANSLATION, "is not a model directory|no model directory"),
        (__file__, Task.TRANSLATION, "is a file; a model is a directory"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(name: str, task: Task, message: str) -> None:
    with pytest.raises(ModelError, match=message) as error:
        locate(name, task)
    assert "\n" not in str(error.value)


def drop(*names: str) -> Callable[[Path], None]:
    def change(directory: Path) -> None:
        for name in names:
            (directory / name).unlink()

    return change


def write(name: str, data: bytes) -> Callable[[Path], None]:
    def change(directory: Path) -> None:
        (directory / name).write_bytes(data)

    return change


def edit(name: str, **changes: object) -> Callable[[Path], None]:
    def change(directory: Path) -> None:
        data = json.loads((directory / name).read_text())
        (directory / name).write_text(json.dumps(data | changes))

    return change


def cut(name: str, share: float) -> Callable[[Path], None]:
    def change(directory: Path) -> None:
        data = (directory / name).read_bytes()
        (directory / name).write_bytes(data[: int(share * len(data))])

    return change


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (drop("model.bin"), "has no model.bin"),
        (drop("config.json"), "has no config.json"),
        (drop("shared_vocabulary.json"), "has no shared_vocabulary.json"),
        (drop("target.spm"), "has no (joint|target).spm"),
        (write("model.bin", b""), "model.bin is empty"),
        (write("model.bin", LFS), "model.bin is a Git LFS pointer"),
        (write("model.bin", b"not a model"), "cannot be loaded"),
        (write("model.bin", bytes(range(256)) * 4000), "cannot be loaded"),
        (cut("model.bin", 0.5), "cannot be loaded"),
        (cut("model.bin", 0.99), "cannot be loaded"),
        (write("config.json", b"{"), "cannot be loaded"),
        (cut("shared_vocabulary.json", 0.5), "cannot be loaded"),
        (cut("source.spm", 0.5), "source.spm is not a SentencePiece model"),
        (write("target.spm", b"\xff" * 99), "target.spm is not a SentencePiece model"),
        (write("tarjama.json", b"{"), "tarjama.json cannot be read"),
        (write("tarjama.json", b"{}"), "tarjama.json has no 'name'"),
        (edit("tarjama.json", task="poetry"), "tarjama.json cannot be read.*poetry"),
        (edit("tarjama.json", max_positions="many"), "tarjama.json cannot be read"),
        (edit("tarjama.json", source_prefix="x"), "tarjama.json cannot be read"),
        (edit("tarjama.json", task="summarization"), "holds a model for summarization, not for translation"),
    ],
)
def test_a_broken_converted_model_says_what_is_wrong(harm: Callable[[Path], None], message: str, broken: Path) -> None:
    harm(broken)
    with pytest.raises(ModelError, match=message) as error:
        load_engine(broken, threads=1)
    assert "\n" not in str(error.value)
    assert "broken" in str(error.value)  # the directory is named


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (drop("config.json"), "is not a model directory: it holds .*expected model.bin"),
        (drop("model.safetensors"), "has no model.safetensors"),
        (drop("source.spm", "vocab.json"), "has no source.spm and no vocab.json"),
        (write("model.safetensors", LFS), "is a Git LFS pointer"),
        (cut("model.safetensors", 0.5), "cannot be converted"),
        (cut("vocab.json", 0.5), "cannot be converted"),
        (edit("config.json", model_type="bert"), "holds a bert model; known are marian"),
        (edit("config.json", d_model=32), "cannot be converted"),
    ],
)
def test_a_broken_hugging_face_directory_says_what_is_wrong(
    harm: Callable[[Path], None], message: str, broken_hub: Path
) -> None:
    harm(broken_hub)
    with pytest.raises(ModelError, match=message) as error:
        load_engine(broken_hub, threads=1)
    assert "\n" not in str(error.value)
    assert not list(home().glob("**/*.partial"))


def test_files_that_do_not_belong_together(broken: Path) -> None:
    (broken / "shared_vocabulary.json").write_text('["</s>", "<unk>", "▁the"]', encoding="utf-8")
    with pytest.raises(ModelError, match="if its files are of two models, add it again"):
        load_engine(broken, threads=1).generate(["كتب درس"])


def test_an_empty_directory(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not a model directory: it holds no file"):
        inspect_directory(tmp_path)


def test_installed_lists_what_works_and_logs_what_does_not(
    converted: Path, broken: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place(converted, "mine")
    place(converted, ".half.partial")
    (broken / "model.bin").unlink()
    place(broken, "worse")

    with caplog.at_level(logging.WARNING):
        found = [(model.name, model.directory.name) for model in installed()]

    assert found == [("embedded", "ar-en"), ("tiny", "mine")]
    assert "worse has no model.bin" in caplog.text


def test_remove_deletes_only_what_it_should(converted: Path) -> None:
    place(converted, "mine")
    place(converted, "opus-mt-ar-en")

    assert remove("Helsinki-NLP/opus-mt-ar-en") == home() / "opus-mt-ar-en"
    assert [path.name for path in home().iterdir()] == ["mine"]
    for name in ("nonsense", "..", "../models", ".", "", "mine/..", "~"):
        with pytest.raises(ModelError, match="there are: mine"):
            remove(name)
    with pytest.raises(ModelError, match="cannot be removed"):
        remove("embedded")
    assert (home() / "mine" / "model.bin").is_file()


def test_home_follows_tarjama_home_or_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARJAMA_HOME", str(tmp_path))
    assert home() == tmp_path / "models"
    monkeypatch.delenv("TARJAMA_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert home().parts[-2:] == ("tarjama", "models") or "tarjama" in home().parts


def test_the_catalogue_is_consistent() -> None:
    assert [(e.task, e.name) for e in CATALOG if e.source == "embedded"] == [(task, "embedded") for task in Task]
    keys = [(entry.task, entry.name) for entry in CATALOG]
    assert len(set(keys)) == len(keys) == 6
    for entry in CATALOG:
        assert entry.source == "embedded" or entry.source.count("/") == 1
        assert entry.revision is None or len(entry.revision) == 40
