"""What an evaluation found, as data."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from .diagnostics import Diagnostic
from .metrics import PairedTest, Score
from .run import SystemOutput
from .testsets import TestSet

SCHEMA = "tarjama.eval/1"


@dataclass(frozen=True)
class SystemResult:
    """One system's output and what it is worth.

    ``segments`` are scores of single segments in the report's ``segment_metric``, in points.
    """

    output: SystemOutput
    scores: tuple[Score, ...]
    diagnostics: tuple[Diagnostic, ...]
    segments: tuple[float, ...]
    words_per_second: float | None

    @property
    def name(self) -> str:
        """The system's name."""
        return self.output.name

    def score(self, metric: str) -> Score:
        """Return the score in ``metric``. Raises ``InputError`` when it was not computed."""
        for score in self.scores:
            if score.metric == metric:
                return score
        raise InputError(f"{self.name} has no {metric} score; there are: {', '.join(s.metric for s in self.scores)}")


@dataclass(frozen=True)
class Difference:
    """A segment on which two systems differ: ``delta`` is the score of ``system`` minus that of ``baseline``."""

    index: int
    baseline: str
    system: str
    delta: float


@dataclass(frozen=True)
class Report:
    """Scores, paired tests and diagnostics of some systems on one test set; the best system comes first.

    ``environment`` says where and with what versions it was made, ``notes`` what a reader must know.
    """

    testset: TestSet
    systems: tuple[SystemResult, ...]
    tests: tuple[PairedTest, ...]
    differences: tuple[Difference, ...]
    segment_metric: str
    environment: dict[str, str]
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[SystemResult, ...]:
        """The systems that stopped half way: their scores are of the segments they reached."""
        return tuple(result for result in self.systems if result.output.error)

    def system(self, name: str) -> SystemResult:
        """Return the result of one system by name. Raises ``InputError`` when it is not in the report."""
        for result in self.systems:
            if result.name == name:
                return result
        raise InputError(f"no system {name!r} in this report; there are: {', '.join(s.name for s in self.systems)}")

    def test(self, metric: str, system: str, baseline: str) -> PairedTest:
        """Return the paired test of ``system`` against ``baseline``, whichever way round it was made."""
        for test in self.tests:
            if test.metric == metric and (test.system, test.baseline) == (system, baseline):
                return test
            if test.metric == metric and (test.system, test.baseline) == (baseline, system):
                return PairedTest(metric, baseline, system, -test.delta, test.p_value)
        raise InputError(f"{system} was not tested against {baseline} in {metric}")

    def __str__(self) -> str:
        from .tables import tables
        from .text import plain

        return plain(tables(self))

    def save(self, directory: str | Path) -> tuple[Path, ...]:
        """Write ``report.md``, ``report.html`` and ``scores.json``; return their paths."""
        from .report import save

        return save(self, Path(directory))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON, in the schema ``tarjama.eval/1``.

        ``testset``: name, task, segments, fingerprint, origin, note. ``systems``: name, provenance, seconds,
        words_per_second, error, ``scores`` (the fields of ``Score``), ``diagnostics`` (the fields of ``Diagnostic``),
        ``segments`` (score and hypothesis). ``tests``: the fields of ``PairedTest`` with its verdict. ``environment``,
        ``notes``. Where there was nothing to count a value is null.
        """
        return {
            "schema": SCHEMA,
            "testset": {
                "name": self.testset.name,
                "task": self.testset.task.value,
                "segments": len(self.testset),
                "fingerprint": self.testset.fingerprint,
                "origin": self.testset.origin,
                "note": self.testset.note,
            },
            "segment_metric": self.segment_metric,
            "systems": [_system(result) for result in self.systems],
            "tests": [asdict(test) | {"verdict": test.verdict} for test in self.tests],
            "environment": self.environment,
            "notes": list(self.notes),
        }


def _system(result: SystemResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "provenance": result.output.provenance,
        "seconds": result.output.seconds,
        "words_per_second": result.words_per_second,
        "error": result.output.error,
        "scores": [_plain(score) for score in result.scores],
        "diagnostics": [_plain(diagnostic) for diagnostic in result.diagnostics],
        "segments": [
            {"score": round(score, 2), "hypothesis": text}
            for score, text in zip(result.segments, result.output.hypotheses, strict=True)
        ],
    }


def _plain(row: Score | Diagnostic) -> dict[str, Any]:
    """Return the fields, with None for what is not a number: JSON has no NaN."""
    fields = asdict(row).items()
    return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in fields}
