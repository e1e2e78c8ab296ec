"""Outputs and references in, a Report out: scores, diagnostics, who is better than whom."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import combinations

from ..errors import InputError
from ..models import Task
from .diagnostics import diagnose
from .inputs import checked
from .metrics import SUMMARY_METRICS, TRANSLATION_METRICS, PairedTest, Scorer, metric_named
from .results import Difference, Report, SystemResult
from .run import SystemOutput
from .testsets import TestSet

# Per pair of systems, the segments on which they differ most, half of them either way.
SHOWN_DIFFERENCES = 10

Step = Callable[[str], None]  # told what is being computed


def score(
    hypotheses: Sequence[str],
    references: Sequence[str],
    sources: Sequence[str] | None = None,
    *,
    metrics: Sequence[str] = (),
    task: Task | str = Task.TRANSLATION,
    name: str = "system",
    comet_model: str = "",
) -> Report:
    """Score one system: two lists of strings, item i of one belonging to item i of the other.

    ``sources`` (the Arabic, or for summaries the documents) add the diagnostics that read them. ``metrics``
    default to BLEU, chrF, chrF++ and TER, for ``task="summarization"`` to ROUGE-1/2/L/Lsum. Raises ``InputError``
    for lists that cannot belong together.

    >>> score(["The cat sat."], ["The cat sat down."]).system("system").score("bleu").n
    1
    """
    return compare(
        {name: hypotheses}, references, sources, metrics=metrics, task=task, baseline="", comet_model=comet_model
    )


def compare(
    systems: Mapping[str, Sequence[str]],
    references: Sequence[str],
    sources: Sequence[str] | None = None,
    *,
    metrics: Sequence[str] = (),
    task: Task | str = Task.TRANSLATION,
    baseline: str = "",
    comet_model: str = "",
) -> Report:
    """Score several systems on the same references and test every pair (or each against ``baseline``).

    As :func:`score` otherwise; ``systems`` maps names to lists of outputs.
    """
    if not systems:
        raise InputError("nothing to compare: give at least one system")
    for name, hypotheses in systems.items():
        checked(hypotheses, references, sources, "hypotheses" if len(systems) == 1 else name)
    kind = Task(task)
    testset = TestSet("given", tuple(sources or ()), tuple(references), kind)
    outputs = [SystemOutput(name, tuple(hypotheses)) for name, hypotheses in systems.items()]
    return build(plan(testset, list(systems), metrics, baseline, comet_model), outputs)


@dataclass(frozen=True)
class Plan:
    """What a report will hold: everything that can be wrong with it is found before the systems run for hours.

    ``metrics`` in the order of the report; ``scorers`` hold them and ``by_segment``, which judges single segments.
    """

    testset: TestSet
    metrics: tuple[str, ...]
    scorers: Mapping[str, Scorer]
    by_segment: str
    baseline: str = ""


def plan(
    testset: TestSet, names: Sequence[str], metrics: Sequence[str] = (), baseline: str = "", comet_model: str = ""
) -> Plan:
    """Return the plan of a report on systems of these names; what is wrong raises as in :func:`compare`."""
    if repeated := {name for name in names if names.count(name) > 1}:
        raise InputError(f"two systems are called {', '.join(sorted(repeated))}; give each a name of its own")
    if baseline and baseline not in names:
        raise InputError(f"the baseline {baseline!r} is not among the systems: {', '.join(names)}")
    summaries = testset.task is Task.SUMMARIZATION
    wanted = tuple(dict.fromkeys(metric_named(metric) for metric in metrics)) or (
        SUMMARY_METRICS if summaries else TRANSLATION_METRICS
    )
    by_segment = "rougeL" if summaries else "chrf++"
    scorers = {
        metric: Scorer(metric, testset.references, testset.sources or None, comet_model)
        for metric in dict.fromkeys([*wanted, by_segment])
    }
    return Plan(testset, wanted, scorers, by_segment, baseline)


def build(plan: Plan, outputs: Sequence[SystemOutput], step: Step = lambda what: None) -> Report:
    """Return the report on ``outputs``. A system that stopped half way is scored on what it did, and not compared."""
    testset = plan.testset
    results = [_result(output, plan, step) for output in outputs]
    results.sort(key=lambda result: _rank(result, plan.metrics[0]), reverse=True)
    whole = [result for result in results if len(result.output.hypotheses) == len(testset)]
    tests = [test for metric in plan.metrics for test in _tests(plan.scorers[metric], whole, plan.baseline, step)]
    notes = [note for output in outputs for note in output.notes]
    for output in outputs:
        if output.error:
            notes.append(
                f"{output.name} stopped after {len(output.hypotheses)} of {len(testset)} segments: {output.error}"
            )
    if testset.note:
        notes.insert(0, f"{testset.name}: {testset.note}")
    return Report(
        testset,
        tuple(results),
        tuple(tests),
        tuple(_differences(whole, plan.baseline)),
        plan.by_segment,
        environment(),
        tuple(dict.fromkeys(notes)),
    )


def _result(output: SystemOutput, plan: Plan, step: Step) -> SystemResult:
    testset, scorers, wanted = plan.testset, plan.scorers, plan.metrics
    done = len(output.hypotheses)
    if not done:
        return SystemResult(output, (), (), (), None)
    if done < len(testset):
        part = testset.head(done)
        scorers = {
            metric: Scorer(metric, part.references, part.sources or None) for metric in scorers if metric != "comet"
        }
        wanted = tuple(metric for metric in wanted if metric in scorers)
    scores = []
    for metric in wanted:
        step(f"{metric} of {output.name}")
        scores.append(scorers[metric].score(output.hypotheses))
    step(f"diagnostics of {output.name}")
    sources = testset.sources[:done] or None
    words = sum(len(source.split()) for source in sources or ())
    return SystemResult(
        output,
        tuple(scores),
        diagnose(output.hypotheses, testset.references[:done], sources, testset.task),
        tuple(scorers[plan.by_segment].segments(output.hypotheses)),
        words / output.seconds if output.seconds and output.seconds > 0.01 else None,  # lead-3 takes no time
    )


def _rank(result: SystemResult, metric: str) -> tuple[bool, float]:
    for found in result.scores:
        if found.metric == metric:
            return not result.output.error, found.value if found.higher_is_better else -found.value
    return False, 0.0


def _tests(scorer: Scorer, results: list[SystemResult], baseline: str, step: Step) -> list[PairedTest]:
    """Test all pairs, the better system as baseline; or all systems against the one that is named."""
    if len(results) < 2:
        return []
    step(f"paired tests, {scorer.metric}")
    said = [(result.name, result.output.hypotheses) for result in results]
    if baseline:
        said.sort(key=lambda pair: pair[0] != baseline)
        return scorer.paired(said) if said[0][0] == baseline else []
    return [test for start in range(len(said) - 1) for test in scorer.paired(said[start:])]


def _differences(results: list[SystemResult], baseline: str) -> list[Difference]:
    """Return for every tested pair the segments with the largest differences, either way."""
    found: list[Difference] = []
    for first, second in combinations(sorted(results, key=lambda result: result.name != baseline), 2):
        if baseline and first.name != baseline:
            continue
        deltas = [b - a for a, b in zip(first.segments, second.segments, strict=True)]
        order = sorted(range(len(deltas)), key=deltas.__getitem__)
        half = min(SHOWN_DIFFERENCES // 2, (len(order) + 1) // 2)
        chosen = dict.fromkeys([*order[: -half - 1 : -1], *order[:half]])
        found.extend(Difference(i, first.name, second.name, deltas[i]) for i in chosen if deltas[i])
    return found


def environment() -> dict[str, str]:
    """Return when, where and with which versions something is measured."""
    from .. import __version__

    found = {
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "tarjama": __version__,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPU cores",
    }
    for package in ("sacrebleu", "rouge-score", "ctranslate2", "sentencepiece"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
