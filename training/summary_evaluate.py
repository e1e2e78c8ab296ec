"""Summarizer, stage 4: whether it beats the first sentences of an article, and sentences chosen without a model.

On human summaries that were never trained on, through the program as users run it. It is worth shipping when it
beats both in ROUGE-1, ROUGE-2 and ROUGE-Lsum with 95 % confidence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ..eval.diagnostics import Diagnostic, diagnose
from ..eval.metrics import Scorer
from ..eval.summary_baselines import difference, extract
from ..eval.systems import lead_3
from ..models import Task
from ..summarize.sentences import words
from .recipe import SummaryRecipe
from .summary_data import Pair, held_out_pairs
from .summary_export import ROUGE, summaries

MODEL, LEAD, EXTRACTIVE, EXTRACTIVE_LONG = "model", "lead-3", "extractive", "extractive, as long as the model's"


@dataclass(frozen=True)
class Gain:
    """A paired difference in points, model minus baseline, with its 95 % bootstrap interval."""

    metric: str
    baseline: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Evaluation:
    """Scores by system and metric, differences, and what each system's summaries are like."""

    documents: int
    words: Mapping[str, float]
    scores: Mapping[str, Mapping[str, float]]
    gains: tuple[Gain, ...]
    diagnostics: Mapping[str, tuple[Diagnostic, ...]]

    @property
    def ships(self) -> bool:
        """True when the model is better than every baseline in every metric, with 95 % confidence."""
        return all(gain.low > 0 for gain in self.gains)

    def table(self) -> str:
        """Return all figures as Markdown."""
        names = list(next(iter(self.diagnostics.values())))
        head = ["", "words", *ROUGE, *(f"{found.name}, %" for found in names)]
        rows = [head, ["---"] * len(head)]
        for system, scores in self.scores.items():
            shares = [f"{found.value:.1f}" for found in self.diagnostics[system]]
            rows.append([system, f"{self.words[system]:.0f}", *(f"{scores[m]:.1f}" for m in ROUGE), *shares])
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        lines += ["", f"Model minus baseline, 95 % intervals, n={self.documents}:", ""]
        lines += [
            f"- {gain.metric} against {gain.baseline}: {gain.mean:+.1f} [{gain.low:+.1f}, {gain.high:+.1f}]"
            for gain in self.gains
        ]
        return "\n".join([*lines, "", f"Ships: {'yes' if self.ships else 'no'}."])


def evaluate_summarizer(
    model: Path, data: Path, recipe: SummaryRecipe, documents: int | None = None, shown: int = 20
) -> tuple[Evaluation, str]:
    """Return the evaluation on the first ``documents`` of the test part, and some summaries side by side."""
    pairs = held_out_pairs(data, recipe, "test")[:documents]
    outputs = systems(model, pairs)
    return measure(outputs, pairs), side_by_side(outputs, pairs[:shown])


def systems(model: Path, pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """Return what the model and the baselines make of the documents."""
    made = summaries(model, pairs)
    return {
        MODEL: made,
        LEAD: [lead_3(pair.document) for pair in pairs],
        EXTRACTIVE: summaries("extractive", pairs),
        EXTRACTIVE_LONG: [extract(pair.document, words(text)) for pair, text in zip(pairs, made, strict=True)],
    }


def measure(outputs: Mapping[str, Sequence[str]], pairs: Sequence[Pair]) -> Evaluation:
    """Score every system, and the model against each of the others."""
    references, documents = [pair.summary for pair in pairs], [pair.document for pair in pairs]
    scorers = {metric: Scorer(metric, references) for metric in ROUGE}
    gains = [
        Gain(metric, baseline, *difference(scorer.segments(outputs[MODEL]), scorer.segments(outputs[baseline])))
        for baseline in outputs
        if baseline != MODEL
        for metric, scorer in scorers.items()
    ]
    return Evaluation(
        documents=len(pairs),
        words={system: sum(map(words, texts)) / len(texts) for system, texts in outputs.items()},
        scores={
            system: {metric: scorer.value(texts) for metric, scorer in scorers.items()}
            for system, texts in outputs.items()
        },
        gains=tuple(gains),
        diagnostics={
            system: diagnose(texts, references, documents, Task.SUMMARIZATION) for system, texts in outputs.items()
        },
    )


def side_by_side(outputs: Mapping[str, Sequence[str]], pairs: Sequence[Pair]) -> str:
    """Return the summaries of each document under one another, for people to judge."""
    parts = []
    for index, pair in enumerate(pairs):
        said = [f"- {system}: {texts[index]}" for system, texts in outputs.items() if system != EXTRACTIVE_LONG]
        parts.append("\n".join([f"{index + 1}. reference: {pair.summary}", *said]))
    return "\n\n".join(parts)


def write(evaluation: Evaluation, shown: str, work: Path) -> Path:
    """Write ``evaluation.json`` and ``evaluation.md`` into ``work``; return the second."""
    plain = asdict(evaluation) | {"ships": evaluation.ships}
    (work / "evaluation.json").write_text(json.dumps(plain, indent=1), encoding="utf-8")
    path = work / "evaluation.md"
    path.write_text(f"{evaluation.table()}\n\n{shown}\n", encoding="utf-8")
    return path
