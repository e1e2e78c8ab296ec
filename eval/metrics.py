"""BLEU, chrF, chrF++, TER, ROUGE and COMET: each with signature, 95 % interval and n.

All of them run through sacrebleu's machinery, ROUGE and COMET too: statistics per segment, one bootstrap, one
paired test. Numbers are points: BLEU 33.9, ROUGE 40.3, COMET 84.3 (published as .843).
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InputError, require
from .inputs import checked

RESAMPLES = 1000  # sacrebleu's own default; its seed is fixed at 12345 (SACREBLEU_SEED changes it)

TRANSLATION_METRICS = ("bleu", "chrf", "chrf++", "ter")
SUMMARY_METRICS = ("rouge1", "rouge2", "rougeL", "rougeLsum")
METRICS = (*TRANSLATION_METRICS, *SUMMARY_METRICS, "comet")

_LABELS = {
    "bleu": "BLEU",
    "chrf": "chrF",
    "chrf++": "chrF++",
    "ter": "TER",
    "rouge1": "ROUGE-1",
    "rouge2": "ROUGE-2",
    "rougeL": "ROUGE-L",
    "rougeLsum": "ROUGE-Lsum",
    "comet": "COMET",
}


@dataclass(frozen=True)
class Score:
    """One number that can be quoted.

    ``value`` is the corpus score in points, ``low`` and ``high`` its 95 % bootstrap interval over ``n``
    segments (Koehn 2004; not a number when n is 1), ``signature`` says how it was computed, in sacrebleu's form.
    """

    metric: str
    value: float
    low: float
    high: float
    n: int
    signature: str

    @property
    def label(self) -> str:
        """The name as printed: ``chrF++`` for ``chrf++``."""
        return _LABELS[self.metric]

    @property
    def higher_is_better(self) -> bool:
        """True for all but TER, which counts edits."""
        return self.metric != "ter"

    @property
    def half_width(self) -> float:
        """Half of the interval, in points; not a number when there is no interval."""
        return (self.high - self.low) / 2

    def __str__(self) -> str:
        interval = "" if math.isnan(self.half_width) else f" ± {self.half_width:.1f}"
        return f"{self.label} {self.value:.1f}{interval} (n={self.n})"


@dataclass(frozen=True)
class PairedTest:
    """Does ``system`` differ from ``baseline``? ``delta`` is system minus baseline, in points.

    ``p_value`` is sacrebleu's paired bootstrap test, two-sided.
    """

    metric: str
    baseline: str
    system: str
    delta: float
    p_value: float

    @property
    def verdict(self) -> str:
        """``better``, ``worse`` or ``no evidence`` (p >= 0.05), of ``system`` against ``baseline``."""
        if self.p_value >= 0.05:
            return "no evidence"
        return "better" if (self.delta > 0) != (self.metric == "ter") else "worse"


class Scorer:
    """One metric on one set of references. What it counts in a system's output is counted once.

    ``sources`` are needed by COMET only. Raises ``InputError`` for an unknown metric, ``DependencyError`` when
    its package is not installed, ``ModelError`` when COMET's model is not on this machine.
    """

    def __init__(
        self, metric: str, references: Sequence[str], sources: Sequence[str] | None = None, comet_model: str = ""
    ) -> None:
        self.metric = metric_named(metric)
        self._references = (tuple(references),)
        self._sacrebleu = _build(self.metric, sources, comet_model)
        # TER takes 4 ms a sentence, COMET far more; scores, intervals and paired tests share the counts.
        self._counted = functools.cache(self._sacrebleu._extract_corpus_statistics)
        self._sacrebleu._extract_corpus_statistics = self._counted
        # chrF gives float32, or float where nothing matches; sacrebleu's mean of resamples refuses a mixture.
        compute = self._sacrebleu._compute_score_from_stats
        self._sacrebleu._compute_score_from_stats = lambda row: _as_float(compute(row))

    def score(self, hypotheses: Sequence[str]) -> Score:
        """Return the corpus score with its interval."""
        checked(hypotheses, self._references[0])
        metric = self._sacrebleu
        result = metric.corpus_score(tuple(hypotheses), self._references, n_bootstrap=RESAMPLES)
        # sacrebleu leaves the interval out when the mean of the resamples is 0: then all of them are 0.
        figures = json.loads(result.format(width=6, is_json=True, signature="nrefs:1"))
        mean, half = figures.get("confidence_mean", 0.0), figures.get("confidence_var", 0.0)
        if len(hypotheses) == 1:  # resampling one segment gives that segment: no interval, not one of width 0
            mean = half = math.nan
        signature = metric.get_signature().format()
        return Score(self.metric, result.score, mean - half, mean + half, len(hypotheses), signature)

    def value(self, hypotheses: Sequence[str]) -> float:
        """Return the corpus score alone, which is all that some callers need: resampling takes most of the time."""
        return float(self._sacrebleu.corpus_score(tuple(hypotheses), self._references).score)

    def segments(self, hypotheses: Sequence[str]) -> list[float]:
        """Return the score of each segment, in points. BLEU and TER are rough on single sentences."""
        statistics = self._counted(tuple(hypotheses), self._references)
        return [self._sacrebleu._aggregate_and_compute([row]).score for row in statistics]

    def paired(self, systems: Sequence[tuple[str, Sequence[str]]]) -> list[PairedTest]:
        """Test every system against the first one, on the same resamples."""
        from sacrebleu.significance import PairedTest as Test

        names = [name for name, _ in systems]
        test = Test(
            [(name, tuple(hypotheses)) for name, hypotheses in systems],
            {self.metric: self._sacrebleu},
            self._references,
            test_type="bs",
            n_samples=RESAMPLES,
        )
        _, columns = test()
        (results,) = (rows for column, rows in columns.items() if column != "System")
        first: Any = results[0]
        rest: list[Any] = results[1:]
        found = []
        for name, result in zip(names[1:], rest, strict=True):
            delta = round(result.score - first.score, 9)  # means of equal scores differ in the last bits
            # sacrebleu counts resamples that differ by more than the systems do: none when there is no difference,
            # which reads as p = 0.001.
            found.append(PairedTest(self.metric, names[0], name, delta, result.p_value if delta else 1.0))
        return found


def _as_float(score: Any) -> Any:
    score.score = float(score.score)
    return score


def metric_named(name: str) -> str:
    """Return the metric's name as used here (``chrF++`` and ``rouge-1`` are understood), or raise ``InputError``."""
    wanted = name.strip().lower().replace("-", "").replace("chrf2", "chrf")
    for metric in METRICS:
        if wanted == metric.lower():
            return metric
    raise InputError(f"unknown metric {name!r}; there are: {', '.join(METRICS)}")


def _build(metric: str, sources: Sequence[str] | None, comet_model: str) -> Any:
    require("sacrebleu", "eval")
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.metrics.ter import TER

    if metric == "bleu":
        return BLEU()
    if metric in ("chrf", "chrf++"):
        return CHRF(word_order=2 if metric == "chrf++" else 0)
    if metric == "ter":
        return TER()
    from .segment_means import comet, rouge

    return comet(sources, comet_model) if metric == "comet" else rouge(metric)
