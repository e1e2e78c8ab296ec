"""Summarizer, stage 2: one run that pre-trains on gap sentences and leads, then fine-tunes on summaries."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from ..eval.metrics import Scorer
from .corpus import Batch, Corpus, batches, concatenate
from .recipe import SummaryRecipe
from .summary_copy import initialise_copying
from .summary_data import as_read, held_out_pairs
from .team import Team
from .train import Trainer, translate_greedily

_VALIDATED = 32  # summaries of the development part that a validation writes
_LONGEST = 120  # pieces of one


class SummaryTrainer(Trainer):
    """A ``Trainer`` with two sets of pairs, long sources, and ROUGE for validation.

    Sources grow from ``short_first_pieces`` to ``max_pieces`` while it pre-trains: a long source costs ten times as
    much as a short one and teaches copying no better. Fine-tuning begins with the share ``finetune_from`` of the run.
    """

    recipe: SummaryRecipe

    def _load_corpus(self) -> Corpus:
        self._stages = [Corpus.load(self.work / f"{stage}.npz") for stage in ("pretrain", "finetune")]
        return concatenate(self._stages)

    def _load_validation(self, data: Path) -> list[tuple[str, str]]:
        pairs = held_out_pairs(data, self.recipe, "dev")[:_VALIDATED]
        return [(" ".join(as_read(pair.document)), pair.summary) for pair in pairs]

    def _initialise(self) -> None:
        initialise_copying(self.model, self.corpus)

    def _stage(self) -> int:
        return int(self._done() >= self.recipe.finetune_from)

    def _endless(self) -> Iterator[Batch]:
        while True:
            stage = self._stage()
            grown = min(1.0, self._done() / self.recipe.finetune_from)
            shortest = self.recipe.short_first_pieces
            longest = int(shortest + grown * (self.recipe.max_pieces - shortest))
            for number, batch in enumerate(batches(self._stages[stage], self.recipe, longest, self.chance)):
                yield batch
                if stage != self._stage() or (longest < self.recipe.max_pieces and number == 40):
                    break  # look again how long the sources may be by now
            else:
                self.progress.epoch += 1

    def _forward(self, source: torch.Tensor, mask: torch.Tensor, target: torch.Tensor, attentions: bool) -> Any:
        # Nobody reads the encoder's weights: fused attention spares a GPU the source x source matrices. On a CPU it
        # is no faster (2,400 pieces in sources of 320: 1.4 s a step, and 1.2 s without it).
        encoder = _fused(self.model.model.encoder) if self.device.type == "cuda" else self.model.model.encoder
        encoded = encoder(input_ids=source, attention_mask=mask)
        return self.model.model(
            encoder_outputs=encoded,
            attention_mask=mask,
            decoder_input_ids=target,
            output_attentions=attentions,
            use_cache=False,
        )

    def _validate(self) -> None:
        """Print ROUGE of greedy summaries of a part of the development set, with two of them."""
        sources, references = zip(*self.validation, strict=True)
        fits = [" ".join(source.split()[: self.recipe.max_pieces // 2]) for source in sources]
        made = translate_greedily(self.model, self.work, fits, batch=8, most=_LONGEST)
        rouge = {metric: Scorer(metric, references).value(made) for metric in ("rouge1", "rouge2", "rougeLsum")}
        figures = "  ".join(f"{metric} {value:.1f}" for metric, value in rouge.items())
        print(f"validation at {self.progress.tokens / 1e6:.2f} M tokens: {figures}", flush=True)
        for hypothesis, reference in list(zip(made, references, strict=True))[:2]:
            print(f"  summary     {hypothesis}\n  reference   {reference}", flush=True)


def train_summarizer(team: Team, work: Path, data: Path, recipe: SummaryRecipe, minutes: float = math.inf) -> None:
    """Train as a member of ``team``: a function, so that other processes can be told to call it."""
    SummaryTrainer(work, data, recipe, minutes, team=team).run()


def _fused(encoder: torch.nn.Module) -> torch.nn.Module:
    """Give an encoder a configuration of its own, with fused attention."""
    if encoder.config._attn_implementation != "sdpa":
        encoder.config = copy.copy(encoder.config)
        encoder.config._attn_implementation = "sdpa"
        for layer in encoder.layers:
            layer.self_attn.config = encoder.config
    return encoder
