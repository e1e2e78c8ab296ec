"""The quality gate: it fails when the embedded models have become worse.

    python -m tarjama.eval.gate            exit code 1 when they have
    python -m tarjama.eval.gate --update   raises the floors to what they are now

``floors.json`` holds the scores that were reached once, the outputs they were reached with, and the fingerprints of
the test sets. A lower score alone is not a drop: another processor rounds differently. It is one when the paired
bootstrap against the stored outputs calls it worse, which sees far smaller drops than the interval of a score
would. Faults that scores hardly notice (lost numbers, loops, ...) are counted, and compared by a sign test.
The shape is that of trafilatura's tests/eval_gate.py: fingerprint, floors, an update that cannot lower them in silence.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import InputError, TarjamaError
from ..models import Task
from .diagnostics import diagnose
from .metrics import Scorer
from .report import write_whole
from .run import run
from .systems import system
from .testsets import TestSet, bundled

FLOORS = Path(__file__).parent / "floors.json"
SETS = ("seed", "flores-dev", "desk-dev", "article-summaries")
METRICS = {Task.TRANSLATION: ("bleu", "chrf++"), Task.SUMMARIZATION: ("rouge1", "rouge2", "rougeLsum")}
SCHEMA = "tarjama.floors/1"
# Some 35 comparisons are made: at 0.05, one or two of them would cry wolf whenever outputs change at all.
ALPHA = 0.01


@dataclass(frozen=True)
class Floor:
    """What was reached on one test set: scores, with these outputs, by this model."""

    fingerprint: str
    model: str
    scores: dict[str, float]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """One comparison: ``dropped`` when ``now`` is worse than ``floor`` beyond noise (p < ``ALPHA``)."""

    testset: str
    what: str
    floor: float
    now: float
    p_value: float
    dropped: bool


def load(path: Path = FLOORS) -> dict[str, Floor]:
    """Read the floors by test set; empty when there are none yet. Raises ``InputError`` for a broken file."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["schema"] != SCHEMA:
            raise KeyError(data["schema"])
        return {
            name: Floor(row["fingerprint"], row["model"], row["scores"], tuple(row["outputs"]))
            for name, row in data["floors"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: cannot be read as floors ({type(error).__name__}: {error}); restore it") from error


def save(floors: Mapping[str, Floor], path: Path = FLOORS) -> None:
    """Write the floors, whole or not at all."""
    data: dict[str, Any] = {"schema": SCHEMA, "floors": {name: asdict(floor) for name, floor in floors.items()}}
    write_whole(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def measure(testset: TestSet, model: str = "embedded", threads: int | None = None) -> Floor:
    """Run the model, without any cache. Raises ``TarjamaError`` when it cannot do the whole set."""
    ready = system(model, testset.task, threads=threads)
    output = run(ready, testset, cache=False)
    if output.error:
        raise InputError(f"{testset.name}: the model stopped after {len(output.hypotheses)} segments: {output.error}")
    return measured(
        testset, output.hypotheses, " ".join(ready.identity.get(key, "") for key in ("model", "revision")).strip()
    )


def measured(testset: TestSet, outputs: Sequence[str], model: str = "") -> Floor:
    """Score outputs; nothing is compared yet."""
    scores = {metric: round(Scorer(metric, testset.references).value(outputs), 2) for metric in METRICS[testset.task]}
    return Floor(testset.fingerprint, model, scores, tuple(outputs))


def against(floor: Floor, now: Floor, testset: TestSet) -> list[Finding]:
    """Compare with the floor. Raises ``InputError`` when the floor is of another corpus."""
    if floor.fingerprint != testset.fingerprint:
        raise InputError(
            f"{testset.name} has changed (fingerprint {testset.fingerprint}, floor {floor.fingerprint}): "
            "its floor says nothing; set it anew with --update --allow-regression"
        )
    found = []
    for metric, best in floor.scores.items():
        score, p_value, dropped = now.scores[metric], 1.0, False
        if score < best:
            systems = [("floor", floor.outputs), ("now", now.outputs)]
            (test,) = Scorer(metric, testset.references).paired(systems)
            p_value, dropped = test.p_value, test.p_value < ALPHA
        found.append(Finding(testset.name, metric, best, score, p_value, dropped))
    return [*found, *_faults(floor, now, testset)]


def _faults(floor: Floor, now: Floor, testset: TestSet) -> list[Finding]:
    """Compare how many segments have each fault; only the segments that changed sides count."""
    rows = [
        diagnose(outputs, testset.references, testset.sources, testset.task) for outputs in (floor.outputs, now.outputs)
    ]
    found = []
    for before, after in zip(*rows, strict=True):
        if before.better != "lower":
            continue
        new, gone = set(after.segments) - set(before.segments), set(before.segments) - set(after.segments)
        p_value = sign_test(len(new), len(gone))
        dropped = len(new) > len(gone) and p_value < ALPHA
        if before.count or after.count:
            found.append(Finding(testset.name, before.name, before.count, after.count, p_value, dropped))
    return found


def sign_test(worse: int, better: int) -> float:
    """Return the two-sided p-value of ``worse`` against ``better`` changes if both were as likely (McNemar, exact)."""
    n = worse + better
    ways = sum(math.comb(n, k) for k in range(max(worse, better), n + 1))
    return min(1.0, 2.0 * ways / float(2**n))


def updated(old: Floor | None, now: Floor, allow_regression: bool) -> tuple[Floor, str]:
    """Return the floor to keep, and why the old one stays if it does: a floor is never lowered in silence."""
    if old is None or allow_regression:
        return now, ""
    if old.fingerprint != now.fingerprint:
        return old, "its corpus has changed"
    lower = [
        f"{metric} {now.scores[metric]} < {best}" for metric, best in old.scores.items() if now.scores[metric] < best
    ]
    return (old, ", ".join(lower)) if lower else (now, "")


app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def gate(
    update: Annotated[bool, typer.Option("--update", help="Raise the floors to what the models reach now.")] = False,
    allow_regression: Annotated[
        bool, typer.Option("--allow-regression", help="With --update: lower floors too, and accept a changed corpus.")
    ] = False,
    names: Annotated[
        list[str] | None,
        typer.Option("--testset", "-t", help="One of the gate's test sets (may be repeated).", show_default="all"),
    ] = None,
    model: Annotated[str, typer.Option(help="Gate another model than the embedded ones.")] = "embedded",
    floors_file: Annotated[Path, typer.Option("--floors", help="File with the floors.", show_default=False)] = FLOORS,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads.", show_default="one per core")] = None,
) -> None:
    """Fail when the embedded models are worse than they were."""
    if allow_regression and not update:
        raise typer.BadParameter("only with --update", param_hint="--allow-regression")
    if unknown := set(names or ()) - set(SETS):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}; there are: {', '.join(SETS)}", param_hint="--testset")
    floors = load(floors_file)
    failed = False
    for name in names or SETS:
        testset = bundled(name)
        now = measure(testset, model, threads)
        if update:
            floors[name], kept = updated(floors.get(name), now, allow_regression)
            failed |= bool(kept)
            typer.echo(f"{name}: " + (f"floor kept: {kept} (--allow-regression lowers it)" if kept else _scores(now)))
        elif name not in floors:
            raise InputError(f"{name} has no floor in {floors_file}; set it with --update")
        else:
            findings = against(floors[name], now, testset)
            failed |= any(finding.dropped for finding in findings)
            typer.echo(_shown(findings))
    if update:
        save(floors, floors_file)
    if failed:
        raise typer.Exit(1)


def _scores(floor: Floor) -> str:
    return ", ".join(f"{metric} {value}" for metric, value in floor.scores.items()) + f" by {floor.model}"


def _shown(findings: Sequence[Finding]) -> str:
    lines = []
    for one in findings:
        state = "DROPPED" if one.dropped else "ok"
        if not one.dropped and one.p_value < 1.0:
            state = "ok, within noise"
        lines.append(
            f"{one.testset:18} {one.what:18} floor {one.floor:6.2f}  now {one.now:6.2f}  p {one.p_value:.3f}  {state}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the gate and return its exit code: 0 as good as ever, 1 worse or not to be run, 2 wrong usage."""
    try:
        app(args=arguments, prog_name="python -m tarjama.eval.gate")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except TarjamaError as error:
        typer.echo(f"tarjama: {error}", err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
