"""Wheel, source distribution and editable install hold the package `tarjama.*`, whole, and nothing beside it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from tarjama import __version__

ROOT = Path(__file__).parents[1]
ROOMS = ("translate", "summarize", "models", "eval", "ui", "training")
LEFT_OUT = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__")

# Runs in a bare interpreter: first the installed files, then the dependencies, then the caller's own folder in
# front, as Python puts it there.
PRELUDE = """
import site, sys
site.addsitedir({installed!r})
sys.path += {dependencies!r}
sys.path.insert(0, {cwd!r})
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project: building writes into the tree."""
    return shutil.copytree(ROOT, tmp_path_factory.mktemp("source") / "tarjama", ignore=LEFT_OUT)


def build(source: Path, target: Path, hook: str, *arguments: object) -> Path:
    """Call a hook of the build backend, as pip does, without a network and without isolation."""
    code = f"import setuptools.build_meta as backend; print(backend.{hook}({str(target)!r}, *{arguments!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target / done.stdout.splitlines()[-1]


def unpack(wheel: Path, target: Path) -> Path:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(source, tmp_path_factory.mktemp("wheel"), "build_wheel")


@pytest.fixture(scope="module")
def sdist(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(source, tmp_path_factory.mktemp("sdist"), "build_sdist")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(wheel, tmp_path_factory.mktemp("installed"))


def python(installed: Path, code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    dependencies = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    prelude = PRELUDE.format(installed=str(installed), dependencies=dependencies, cwd=str(cwd))
    command = [sys.executable, "-I", "-S", "-c", prelude + code]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def expected_modules() -> set[str]:
    """Every Python file of the rooms and of the front door."""
    found = {f"tarjama/{path.name}" for path in (ROOT / "tarjama").glob("*.py")}
    for room in ROOMS:
        found |= {f"tarjama/{room}/{path.relative_to(ROOT / room).as_posix()}" for path in (ROOT / room).rglob("*.py")}
    return found


def test_wheel_holds_every_module_and_the_data(wheel: Path) -> None:
    held = names(wheel)
    assert {name for name in held if name.endswith(".py")} == expected_modules()
    for room in set(ROOMS) - {"training"}:  # it has notes for people
        files = [path.relative_to(ROOT) for path in (ROOT / room).rglob("*") if path.is_file()]
        data = [path for path in files if not re.search(r"\.pyc?$|/\.", path.as_posix())]
        assert {f"tarjama/{path.as_posix()}" for path in data} <= held
    assert "tarjama/py.typed" in held
    assert "tarjama/models/weights/ar-en/model.bin" in held


def test_wheel_has_one_top_level_package(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in names(wheel)}
    assert tops == {"tarjama", f"tarjama-{__version__}.dist-info"}


def test_wheel_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"tarjama-{__version__}.dist-info"
        metadata = archive.read(f"{info}/METADATA").decode()
        assert archive.read(f"{info}/entry_points.txt").decode() == "[console_scripts]\ntarjama = tarjama.ui.cli:main\n"
    lines = metadata.splitlines()
    assert f"Version: {__version__}" in lines
    assert "License-Expression: Apache-2.0" in lines
    assert "Requires-Python: <3.14,>=3.11" in lines
    base = [line for line in lines if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert not [line for line in base if "torch" in line or "transformers" in line or "gradio" in line]


def test_source_distribution_builds_the_same_wheel(wheel: Path, sdist: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        # The parameter "filter" came with 3.11.4, and Debian 12 has 3.11.2; from 3.12 on its absence is a warning.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(tmp_path)
    (unpacked,) = tmp_path.glob("tarjama-*/")
    assert (unpacked / "tests" / "conftest.py").exists()
    assert (unpacked / "seeds" / "000_6e9314a44e40c3cd.txt").exists()
    assert names(build(unpacked, tmp_path, "build_wheel")) == names(wheel)


IMPORT_ALL = """
import importlib, tarjama
for room in {rooms!r}:
    importlib.import_module("tarjama." + room)
print(tarjama.__file__)
"""


def test_wheel_imports(installed: Path, tmp_path: Path) -> None:
    done = python(installed, IMPORT_ALL.format(rooms=ROOMS), tmp_path)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == installed / "tarjama" / "__init__.py"


def test_editable_install_is_a_link_tree(source: Path, tmp_path: Path) -> None:
    wheel = build(source, tmp_path, "build_editable", {"editable_mode": "strict"})
    installed = unpack(wheel, tmp_path / "installed")
    done = python(installed, IMPORT_ALL.format(rooms=ROOMS), tmp_path)
    assert done.returncode == 0, done.stderr
    module = Path(done.stdout.strip())
    assert module.is_relative_to(source / "build")
    assert module.samefile(source / "tarjama" / "__init__.py"), "a change of the source is a change of the install"
    assert (module.parent / "translate" / "translator.py").samefile(source / "translate" / "translator.py")


def test_files_of_the_user_do_not_shadow_ours(installed: Path, tmp_path: Path) -> None:
    for room in ROOMS:
        (tmp_path / f"{room}.py").write_text(f"mine = {room!r}\n")
    own = "".join(f"import {room}; assert {room}.mine == {room!r}\n" for room in ROOMS)
    command = "from tarjama.ui.cli import run; raise SystemExit(run(['models', 'list']))"
    done = python(installed, IMPORT_ALL.format(rooms=ROOMS) + own + command, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "opus-mt-ar-en" in done.stdout
