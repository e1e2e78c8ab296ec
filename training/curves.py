"""What each trick of a recipe is worth: short runs from nothing, each without one of them, and how they learn."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import sacrebleu
import torch

from .corpus import Batch, batches, build_corpus, encode, unaligned
from .model import log_frequencies
from .recipe import Recipe
from .tokenizer import pad_id, train_tokenizer
from .train import Trainer, translate_greedily


@dataclass(frozen=True)
class Arm:
    """A recipe that differs in one thing from the one that it is compared with."""

    recipe: Recipe
    random_weights: bool = False  # in place of those from the word alignments


@dataclass(frozen=True)
class Point:
    """How far a run has come."""

    pieces: int  # of targets, seen by now
    seconds: float  # spent in steps
    loss: float  # nats per word of the references: vocabularies can be compared
    bleu: float  # of greedy translations


def arms(recipe: Recipe) -> dict[str, Arm]:
    """Return what is compared: the recipe itself, and without or with another measure of each trick."""
    return {
        "recipe": Arm(recipe),
        "random-weights": Arm(recipe, random_weights=True),
        "no-alignment-loss": Arm(replace(recipe, alignment_weight=0.0)),
        "neither": Arm(replace(recipe, alignment_weight=0.0), random_weights=True),
        "all-lengths": Arm(replace(recipe, short_first_tokens=0)),
        "half-batch": Arm(replace(recipe, batch_tokens=recipe.batch_tokens // 2)),
        "double-batch": Arm(replace(recipe, batch_tokens=recipe.batch_tokens * 2)),
        "third-vocabulary": Arm(replace(recipe, pieces=recipe.pieces // 3)),
        "double-vocabulary": Arm(replace(recipe, pieces=recipe.pieces * 2)),
        "dropout": Arm(replace(recipe, dropout=0.1)),
    }


def learning_curve(work: Path, data: Path, arm: Arm, pieces: int, points: int = 4) -> list[Point]:
    """Train from nothing on the corpus in ``work`` for so many target pieces; return ``points`` points of the way.

    The rate falls over the last part of these few pieces (``decay_share``). What is measured on is the sample of
    desk-dev that training validates on. ``work`` stays as it is.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        _corpus(work.resolve(), copy, arm.recipe)
        torch.manual_seed(arm.recipe.seed)
        trainer = _CurveTrainer(copy, data, arm, pieces, points)
        trainer.run()
    return trainer.points


def _corpus(work: Path, copy: Path, recipe: Recipe) -> None:
    """Link to the corpus of ``work``, or make it anew where the recipe wants another vocabulary."""
    (copy / "pairs.tsv").symlink_to(work / "pairs.tsv")
    if pad_id(work) == recipe.pieces:
        for name in ("joint.spm", "vocab.json", "corpus.npz"):
            (copy / name).symlink_to(work / name)
    else:
        train_tokenizer(copy, recipe)
        build_corpus(copy, recipe)


class _CurveTrainer(Trainer):
    """A run whose clock counts target pieces, and that keeps no checkpoints."""

    def __init__(self, work: Path, data: Path, arm: Arm, pieces: int, points: int) -> None:
        self.random_weights, self.pieces, self.wanted = arm.random_weights, pieces, points
        self.points: list[Point] = []
        self.busy = 0.0
        super().__init__(work, data, replace(arm.recipe, validate_minutes=0.0))

    def _initialise(self) -> None:
        if not self.random_weights:
            super()._initialise()
            return
        width = self.recipe.d_model
        embeddings = torch.randn(self.pad + 1, width) / math.sqrt(width)
        embeddings[self.pad] = 0.0
        never = log_frequencies(self.corpus, self.pad + 1) < -1e3
        with torch.no_grad():
            self.model.get_input_embeddings().weight.copy_(embeddings)
            self.model.final_logits_bias.copy_(torch.from_numpy(np.where(never, -1e4, 0.0)))

    def _done(self) -> float:
        return self.progress.tokens / self.pieces

    def _meetings(self) -> int:
        return int(min(1.0, self._done()) * self.wanted)

    def _step(self, batch: Batch) -> tuple[float, float]:
        started = time.monotonic()
        losses = super()._step(batch)
        self.busy += time.monotonic() - started
        return losses

    def _save(self) -> None:
        """Nothing is gone on with."""

    def _validate(self) -> None:
        sources, references = (list(side) for side in zip(*self.validation, strict=True))
        bleu = sacrebleu.corpus_bleu(translate_greedily(self.model, self.work, sources), [references])
        nats = sum(self._nats(sources, references))
        words = sum(len(reference.split()) for reference in references)
        self.points.append(Point(self.progress.tokens, self.busy, nats / words, bleu.score))

    def _nats(self, sources: list[str], references: list[str]) -> Iterator[float]:
        spm = self.work / "joint.spm"
        pairs = unaligned(encode(spm, sources), encode(spm, references), repeat=1.0)
        self.model.eval()
        with torch.no_grad():
            for batch in batches(pairs, self.recipe, self.recipe.max_positions, np.random.default_rng(0)):
                yield self._loss(batch)[1] * int((batch.target >= 0).sum())
