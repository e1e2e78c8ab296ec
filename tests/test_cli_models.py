"""`tarjama models`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Done
from tarjama.models import CATALOG, InstalledModel, Task, home

Cli = Callable[..., Done]


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> InstalledModel:
    """A model that the user added."""
    model = InstalledModel("owner/mine", Task.TRANSLATION, Path("/m"), "ctranslate2", "abc", "MIT", 123_400_000)
    monkeypatch.setattr("tarjama.ui.models_table.installed", lambda: [model])
    return model


def test_list_names_every_model_and_what_is_here(cli: Cli, added: InstalledModel) -> None:
    done = cli("models", "list")
    assert (done.code, done.err) == (0, "")
    rows = [line.split() for line in done.out.splitlines()]
    assert rows[0] == ["name", "task", "here", "size", "licence", "note"]
    named = {(row[0], row[1]): row for row in rows if len(row) > 3}
    for entry in CATALOG:
        if (entry.name, entry.task) != ("embedded", Task.SUMMARIZATION):  # it does not come with the package
            assert named[entry.name, entry.task.value][2] == "no"
    assert ("embedded", "summarization") not in named
    assert named["extractive", "summarization"][2:5] == ["yes", "none", "Apache-2.0"]
    assert named["owner/mine", "translation"][2:6] == ["yes", "123", "MB", "MIT"]


def test_the_embedded_model_is_here(cli: Cli) -> None:
    (row,) = [line.split() for line in cli("models", "list").out.splitlines() if line.startswith("embedded  ")][:1]
    assert row[1:3] == ["translation", "yes"]


def test_path(cli: Cli) -> None:
    assert cli("models", "path") == Done(0, f"{home()}\n", "")
    done = cli("models", "path", "embedded")
    assert (Path(done.out.strip()) / "model.bin").is_file()


@pytest.mark.parametrize("name", ["opus-mt-ar-en", "distilbart-cnn"])
def test_path_of_a_model_that_is_not_here_says_how_to_get_it(cli: Cli, name: str) -> None:
    done = cli("models", "path", name)
    assert (done.code, done.out) == (1, "")
    assert f"tarjama models add {name}" in done.err


def test_remove(cli: Cli) -> None:
    directory = home() / "mine"
    directory.mkdir(parents=True)
    assert cli("models", "remove", "mine") == Done(0, "", f"tarjama: removed {directory}\n")
    assert not directory.exists()
    again = cli("models", "remove", "mine")
    assert (again.code, again.err.count("\n")) == (1, 1)


def test_embedded_models_stay(cli: Cli) -> None:
    done = cli("models", "remove", "embedded")
    assert (done.code, done.err.count("\n")) == (1, 1)


def test_add_prints_where_the_model_is(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def add(
        source: str, task: Task | None, *, name: str | None, keep_original: bool, progress: object
    ) -> InstalledModel:
        asked.append((source, task, name, keep_original, progress))
        return InstalledModel("mine", Task.TRANSLATION, Path("/models/mine"), "ctranslate2", "abc", "MIT", 1)

    monkeypatch.setattr("tarjama.models.add", add)
    assert cli("models", "add", "owner/mine", "--name", "mine", "--task", "translation") == Done(
        0, "/models/mine\n", ""
    )
    assert asked == [("owner/mine", Task.TRANSLATION, "mine", False, None)]


@pytest.mark.tries_network
def test_add_without_a_network_is_one_line(cli: Cli) -> None:
    done = cli("models", "add", "opus-mt-ar-en")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1), done.err


def test_models_alone_shows_help(cli: Cli) -> None:
    assert "remove" in cli("models").out + cli("models", "--help").out
