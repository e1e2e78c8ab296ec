"""Speed and memory, measured: ``python -m tarjama.eval.bench``.

Every measurement is a process of its own (``probe.py``). What is compared runs in turns, round by round, and a ratio
is the median over the rounds: on a shared machine speeds change from minute to minute, ratios much less.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..errors import TarjamaError
from ..models import Decoding
from .testsets import bundled


@dataclass(frozen=True)
class Measured:
    """What a child process reported; ``peak_megabytes`` None where the system does not tell."""

    figures: dict[str, Any]
    seconds: float
    peak_megabytes: float | None


@dataclass(frozen=True)
class Settings:
    """What to run: rounds of each comparison, numbers of articles, beams; ``hugging_face`` a model of its own."""

    model: str = "embedded"
    hugging_face: str = ""
    threads: int = 2
    beam: int = Decoding.beam
    rounds: int = 3
    article_counts: tuple[int, ...] = (1, 10, 100, 1000)
    soak_counts: tuple[int, ...] = (50, 100, 200, 300, 400, 500)
    beams: tuple[int, ...] = (1, 2, 4, 8)


@dataclass(frozen=True)
class Figure:
    """One number of the bench; ``target`` is what the project promises ("" when it promises nothing)."""

    name: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None


@dataclass
class Bench:
    """Everything that was measured; ``notes`` say what was skipped and why."""

    settings: Settings
    figures: list[Figure] = field(default_factory=list)
    systems: dict[str, list[float]] = field(default_factory=dict)  # words per second, by round
    articles: list[dict[str, float]] = field(default_factory=list)
    beams: list[dict[str, float]] = field(default_factory=list)
    soak: list[dict[str, float]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def add(
        self, name: str, value: float, unit: str, at_most: float | None = None, at_least: float | None = None
    ) -> None:
        """Add a figure, with its promise if there is one."""
        if at_most is not None:
            self.figures.append(Figure(name, value, unit, f"at most {at_most:g}", value <= at_most))
        elif at_least is not None:
            self.figures.append(Figure(name, value, unit, f"at least {at_least:g}", value >= at_least))
        else:
            self.figures.append(Figure(name, value, unit))


class ProbeError(TarjamaError):
    """A measurement failed; the message is its last line."""


# A child's peak counts what its parent held when it forked, until exec: so a parent that holds next to nothing.
_LAUNCHER = """
import json, os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[2:])
if hasattr(os, "wait4"):
    _, status, usage = os.wait4(process.pid, 0)
    code, peak = os.waitstatus_to_exitcode(status), usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
else:
    code, peak = process.wait(), None
with open(sys.argv[1], "w") as file:
    json.dump([time.perf_counter() - began, peak, code], file)
"""


def child(command: Sequence[str], folder: Path) -> tuple[float, float | None, str]:
    """Run a command in ``folder``; return seconds, peak megabytes and its output.

    The peak is None on Windows, which does not tell. Raises ``ProbeError`` when the command fails.
    """
    report = folder / "launched.json"
    launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(report), *command]
    done = subprocess.run(launcher, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    if not report.is_file():
        raise ProbeError(_last_line(done.stderr) or "the process could not be started")
    seconds, peak, code = json.loads(report.read_text(encoding="utf-8"))
    if code:
        raise ProbeError(_last_line(done.stderr) or f"exit code {code}")
    return seconds, peak, done.stdout


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1]


def probe(name: str, settings: Settings, articles: Sequence[str] = (), **options: Any) -> Measured:
    """Run one probe in a process of its own. Raises ``ProbeError``."""
    job = {
        "probe": name,
        "articles": list(articles),
        "model": settings.model,
        "beam": settings.beam,
        "threads": settings.threads,
        "counts": [],
    } | options
    with tempfile.TemporaryDirectory() as name_of_folder:
        folder = Path(name_of_folder)
        path = folder / "job.json"
        path.write_text(json.dumps(job), encoding="utf-8")
        seconds, peak, out = child([sys.executable, "-m", "tarjama.eval.probe", str(path)], folder)
    return Measured(json.loads(out), seconds, peak)


def texts() -> tuple[str, list[str]]:
    """Return the seed article, and the texts of the comparisons: it and 32 sentences of FLORES, 1,300 words in all."""
    seed = "\n".join(bundled("seed").sources)
    return seed, [seed, "\n".join(bundled("flores-dev").sources[:32])]


def many_articles(count: int) -> list[str]:
    """Return articles of three paragraphs, some 60 words each, no sentence twice.

    Sentences are crossed: the first half of one with the second half of another. Nonsense, but of the usual length
    and words; repeated sentences would be translated once only.
    """
    whole = [*bundled("desk-dev").sources, *bundled("flores-dev").sources]
    heads = [" ".join(text.split()[: len(text.split()) // 2]) for text in whole]
    tails = [" ".join(text.split()[len(text.split()) // 2 :]) for text in whole]
    size = len(whole)
    crossed = [f"{heads[i % size]} {tails[(i + 1 + i // size) % size]}" for i in range(3 * count)]
    return ["\n".join(crossed[3 * i : 3 * i + 3]) for i in range(count)]


def run(settings: Settings, say: Callable[[str], None] = lambda text: None) -> Bench:
    """Measure everything. What cannot be measured here becomes a note."""
    from .scoring import environment

    bench = Bench(settings, environment=environment())
    seed, articles = texts()
    for part in (_process, _compare, _beams, _articles, _soak):
        say(part.__doc__ or "")
        part(bench, seed, articles, say)
    return bench


def _process(bench: Bench, seed: str, articles: list[str], say: Callable[[str], None]) -> None:
    """Cold start, first paragraph, peak memory."""
    settings = bench.settings
    whole, peaks, starts, firsts = [], [], [], []
    for _ in range(settings.rounds):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "seed.txt"
            path.write_text(seed, encoding="utf-8")
            command = [sys.executable, "-m", "tarjama", "translate", str(path), "--quiet", "--model", settings.model]
            seconds, peak, _ = child(
                [*command, "--threads", str(settings.threads), "--beam", str(settings.beam)], Path(name)
            )
        whole.append(seconds)
        peaks.append(peak)
        starts.append(probe("start", settings).figures["seconds"])
        firsts.append(probe("stream", settings, [seed]).figures["first_seconds"])
    bench.add("translate the seed article, whole process", statistics.median(whole), "s", at_most=2.5)
    bench.add("import and first Translator()", statistics.median(starts), "s", at_most=0.5)
    bench.add("first paragraph of the seed article, model loaded", statistics.median(firsts), "s")
    known = [peak for peak in peaks if peak is not None]
    if known:
        bench.add("peak memory, seed article", max(known), "MB", at_most=400)


_COMPARED: tuple[tuple[str, str, str], ...] = (
    ("tarjama", "ours", ""),
    ("tarjama, flagged sentences not retried", "ours", "once"),
    ("CTranslate2 alone", "raw", ""),
    ("MarianMTModel, one by one", "hugging_face", "single"),
    ("MarianMTModel, batches of 32", "hugging_face", "batched"),
    ("MarianMTModel, sorted batches (EasyNMT)", "hugging_face", "sorted"),
    ("argos-translate", "argos", ""),
    ("LibreTranslate", "argos", "libretranslate"),
)


def _compare(bench: Bench, seed: str, articles: list[str], say: Callable[[str], None]) -> None:
    """The same weights in other hands."""
    settings = bench.settings
    skipped: set[str] = set()
    for number in range(settings.rounds):
        for name, kind, mode in _COMPARED:
            if name in skipped:
                continue
            say(f"round {number + 1}: {name}")
            model = settings.hugging_face if kind == "hugging_face" and settings.hugging_face else settings.model
            try:
                measured = probe(kind, settings, articles, mode=mode, model=model)
            except ProbeError as error:
                skipped.add(name)
                bench.notes.append(f"{name} was skipped: {str(error).partition(': ')[2] or error}")
                continue
            bench.systems.setdefault(name, []).append(measured.figures["words_per_second"])
    for name, speeds in bench.systems.items():
        bench.add(f"words per second, {name}", statistics.median(speeds), "words/s")
    promised = {
        "CTranslate2 alone": 0.9,
        "MarianMTModel, one by one": 4.0,
        "MarianMTModel, batches of 32": 2.0,
    }
    for name in [name for name in bench.systems if not name.startswith("tarjama")]:
        bench.add(f"tarjama against {name}", ratio(bench, "tarjama", name), "x", at_least=promised.get(name))
    if "CTranslate2 alone" in bench.systems:
        once = "tarjama, flagged sentences not retried"
        bench.add(f"{once}, against CTranslate2 alone", ratio(bench, once, "CTranslate2 alone"), "x", at_least=0.9)


def ratio(bench: Bench, name: str, other: str) -> float:
    """Return the median over the rounds of the speed of one against another."""
    pairs = zip(bench.systems[name], bench.systems[other], strict=False)
    return statistics.median(mine / theirs for mine, theirs in pairs)


def _beams(bench: Bench, seed: str, articles: list[str], say: Callable[[str], None]) -> None:
    """Beams: speed and quality."""
    from .metrics import Scorer

    sentences = bundled("flores-dev")
    for beam in bench.settings.beams:
        measured = probe("ours", bench.settings, sentences.sources, beam=beam)
        score = Scorer("chrf++", sentences.references).value(measured.figures["outputs"])
        row = {"beam": beam, "words_per_second": measured.figures["words_per_second"], "chrf++": round(score, 2)}
        bench.beams.append(row)


def _articles(bench: Bench, seed: str, articles: list[str], say: Callable[[str], None]) -> None:
    """Cost against the number of articles."""
    counts = bench.settings.article_counts
    measured = probe("articles", bench.settings, many_articles(max(counts)), counts=counts)
    bench.articles.extend(measured.figures["rows"])
    if measured.peak_megabytes is not None:
        bench.add(f"peak memory, {max(counts)} articles in one call", measured.peak_megabytes, "MB", at_most=400)


def _soak(bench: Bench, seed: str, articles: list[str], say: Callable[[str], None]) -> None:
    """Memory over many articles."""
    counts = bench.settings.soak_counts
    measured = probe("soak", bench.settings, many_articles(max(counts)), counts=counts)
    bench.soak.extend(measured.figures["rows"])
    first, last = (row["megabytes"] for row in (bench.soak[0], bench.soak[-1]))
    if not first:
        bench.notes.append("memory in use is not known on this system: no /proc")
        return
    bench.add(f"memory after {counts[-1]} articles against {counts[0]}", last / first, "x", at_most=1.05)


def to_dict(bench: Bench) -> dict[str, Any]:
    """Return everything as plain data for JSON."""
    return {"schema": "tarjama.bench/1", **asdict(bench)}
