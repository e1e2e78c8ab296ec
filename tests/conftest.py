"""What every test gets: no network, a home of its own, and nothing from the machine it runs on."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

OFFLINE = Path(__file__).parent / "offline"

# Before any test module is imported: these libraries read their switches at import.
os.environ.update(
    HF_HUB_OFFLINE="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    HF_DATASETS_OFFLINE="1",
    HF_EVALUATE_OFFLINE="1",
    TRANSFORMERS_OFFLINE="1",
    GRADIO_ANALYTICS_ENABLED="False",
    TOKENIZERS_PARALLELISM="false",
    PYTHONPATH=os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")])),
)
# Workers of `pytest -n` share the cores; with a thread per core each, they would wait for one another.
if workers := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0")):
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // workers)))
# A shell that starts the tests in the background has Ctrl-C ignored, and so would every program that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# A browser that Playwright installed stays where it is when HOME moves.
os.environ.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(Path.home() / ".cache" / "ms-playwright"))

sys.path.insert(0, str(OFFLINE))
sys.modules.pop("sitecustomize", None)  # a Linux distribution may have one of its own
import sitecustomize as offline  # noqa: E402

# When it is first imported it binds ::1, to see whether there is IPv6: here, not in whichever test comes first.
with contextlib.suppress(ImportError):
    importlib.import_module("urllib3.util.connection")

# Its log handler keeps the stderr it finds and closes it when a web server sets up logging, unless it is the real one:
# under pytest it would close the stream of the capture. (rouge-score imports it.)
with contextlib.suppress(ImportError), contextlib.redirect_stderr(sys.__stderr__):
    importlib.import_module("absl.logging")

# Shared machines stall: a slow example is not a failed one.
settings.register_profile("tarjama", deadline=None)
settings.load_profile("tarjama")


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse connections, and fail a test that tried one even if the program swallowed the error.

    ``@pytest.mark.loopback`` allows this machine (a web server under test);
    ``@pytest.mark.tries_network`` is for tests of what the program says when there is no network.
    """
    if request.node.get_closest_marker("loopback"):
        monkeypatch.setenv("TARJAMA_TEST_LOOPBACK", "1")
    offline.attempts.clear()
    yield
    if offline.attempts and not request.node.get_closest_marker("tries_network"):
        pytest.fail(f"the test tried to use the network: {offline.attempts}")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test an empty home and an empty TARJAMA_HOME, and drop settings that change output."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("TARJAMA_HOME", str(home / "tarjama"))
    # Its font cache takes seconds to build: one for the whole run.
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path_factory.getbasetemp() / "matplotlib"))
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "HF_HOME", "FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def seed_text() -> str:
    """The seed article: Arabic news, 18 paragraphs."""
    return (Path(__file__).parents[1] / "seeds" / "000_6e9314a44e40c3cd.txt").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Done:
    """How a command ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Run ``tarjama`` in this process: ``cli("translate", "a.txt", stdin=b"")``."""

    def run_command(*arguments: str | Path, stdin: bytes | None = None) -> Done:
        from tarjama.ui.cli import run

        monkeypatch.setattr("sys.stdin", _Terminal() if stdin is None else io.TextIOWrapper(io.BytesIO(stdin)))
        code = run([str(argument) for argument in arguments])
        return Done(code, *capsys.readouterr())

    return run_command


class _Terminal(io.StringIO):
    """A person at a keyboard who types nothing."""

    def isatty(self) -> bool:
        return True
