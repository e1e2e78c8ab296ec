"""Summarizer, stage 3: average the last checkpoints, convert to CTranslate2 int8, keep the best on the dev part."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..eval.metrics import Scorer
from ..models import Task
from ..summarize import Summarizer
from .checkpoints import last_checkpoints
from .export import averages, write_card
from .recipe import SummaryRecipe
from .summary_data import Pair, held_out_pairs

ROUGE = ("rouge1", "rouge2", "rougeLsum")
_AVERAGES = (1, 2, 4)
_DEV = 60  # documents that the choice is made on: a minute of one core


@dataclass(frozen=True)
class ExportedSummarizer:
    """What was written: the averaged checkpoints and the mean of the three ROUGE scores that chose them."""

    directory: Path
    steps: tuple[int, ...]
    dev_rouge: float


def export_summarizer(work: Path, data: Path, out: Path, recipe: SummaryRecipe) -> ExportedSummarizer:
    """Write the best average of the last checkpoints to ``out``."""
    pairs = held_out_pairs(data, recipe, "dev")[:_DEV]
    best = ExportedSummarizer(out, (), -1.0)
    with tempfile.TemporaryDirectory() as folder:
        for steps, _, converted in averages(work, recipe, last_checkpoints(work, _AVERAGES), Path(folder)):
            # Positions are sinusoids and copying looks at relative ones: sources up to twice as long as those
            # trained on are read, rather than cut in two and summarized twice.
            write_card(converted, Task.SUMMARIZATION, recipe.max_positions)
            rouge = mean_rouge(summaries(converted, pairs), pairs)
            print(
                f"average of the last {len(steps)}: mean ROUGE {rouge:.2f} on the dev part, n={len(pairs)}", flush=True
            )
            if rouge > best.dev_rouge:
                best = ExportedSummarizer(out, steps, rouge)
                shutil.copytree(converted, out, dirs_exist_ok=True)
    return best


def summaries(model: Path | str, pairs: Sequence[Pair]) -> list[str]:
    """Return what the program says of each document with this model, at its usual length."""
    summarizer = Summarizer(model)
    return [summarizer.summarize(pair.document).text for pair in pairs]


def mean_rouge(made: Sequence[str], pairs: Sequence[Pair]) -> float:
    """Return the mean of ROUGE-1, ROUGE-2 and ROUGE-Lsum, in points."""
    references = [pair.summary for pair in pairs]
    return sum(Scorer(metric, references).value(made) for metric in ROUGE) / len(ROUGE)
