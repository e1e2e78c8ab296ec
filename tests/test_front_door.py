"""`import tarjama`: cheap, complete, and the same from a clone and from an installation."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tarjama
from fakes import FakeEngine
from tarjama import InputError, ModelError

ROOT = Path(__file__).parents[1]
HEAVY = ("torch", "transformers", "ctranslate2", "numpy", "sacrebleu", "gradio", "pandas", "rich", "sentencepiece")


def python(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, text=True)


@pytest.mark.parametrize("name", tarjama.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(tarjama, name) is not None
    assert name in dir(tarjama)


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        tarjama.Nonsense  # type: ignore[attr-defined]  # noqa: B018
    assert not hasattr(tarjama, "__wrapped__")


@pytest.mark.parametrize(
    "code", ["import tarjama", "from tarjama import Translator", "from tarjama.ui.cli import run; run(['--help'])"]
)
def test_nothing_heavy_is_imported(code: str, tmp_path: Path) -> None:
    done = python("-c", f"{code}\nimport sys; print(*[m for m in {HEAVY!r} if m in sys.modules])", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == ""


@pytest.mark.parametrize("room", ["translate", "summarize", "models", "eval", "ui"])
def test_a_room_alone_can_be_imported(room: str, tmp_path: Path) -> None:
    done = python("-W", "error", "-c", f"import tarjama.{room}", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("cwd", [ROOT, ROOT / "docs"], ids=["at the top of a clone", "elsewhere"])
@pytest.mark.parametrize(
    "module", ["tarjama", *(f"tarjama.{room}" for room in ("translate", "summarize", "eval", "ui"))]
)
def test_modules_run(module: str, cwd: Path) -> None:
    done = python("-m", module, "--help", cwd=cwd)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Usage: tarjama")


def test_digest_translates_and_condenses(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine()
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **kwargs: engine)
    text = "قال المتحدث إن الاجتماع انتهى.\nوصل 39 شخصا إلى المدينة."
    result = tarjama.digest(text, length="short", beam=2)
    assert len(result.translation) == 2
    assert {decoding.beam for _, decoding in engine.history} == {2}
    assert result.to_dict()["summary"]["text"] == result.summary.text


def test_errors_have_one_base() -> None:
    for name in ("InputError", "ModelError", "LimitError", "DependencyError"):
        assert issubclass(getattr(tarjama, name), tarjama.TarjamaError)


def test_a_missing_extra_says_how_to_install_it() -> None:
    from tarjama.errors import require

    with pytest.raises(tarjama.DependencyError) as caught:
        require("no_such_module_here", "hub")
    assert "pip install 'tarjama[hub]'" in str(caught.value)
    assert require("json", "hub").dumps([]) == "[]"


def test_a_broken_extra_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tarjama.errors import require

    (tmp_path / "half_installed.py").write_text("raise ImportError('libfoo.so is missing\\nsecond line')")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(tarjama.DependencyError) as caught:
        require("half_installed", "ui")
    assert "libfoo.so is missing" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wrong_summary_model_costs_no_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine()
    monkeypatch.setattr("tarjama.translate.translator.load_engine", lambda *args, **options: engine)
    with pytest.raises(ModelError, match="there is no model 'nonsense'"):
        tarjama.digest("قال المتحدث إن الاجتماع انتهى.", summary_model="nonsense")
    assert engine.history == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"beam": 0}, "beam is 0; 1 is the least"), ({"threads": -1}, "threads is -1; 1 is the least")],
)
def test_settings_that_cannot_be_are_told(settings: dict[str, int], message: str) -> None:
    with pytest.raises(InputError, match=message):
        tarjama.Translator(**settings)
