"""Stage 4: train, resume, validate. One process, on a CUDA GPU when there is one, else on the CPU."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sacrebleu
import sentencepiece
import torch
from torch.nn import functional
from transformers import MarianMTModel

from .corpus import Batch, Corpus, SubwordSampler, batches, encode, load_corpora
from .loss import SmoothedCrossEntropy
from .model import initialise, new_model
from .prepare import clean, read_pairs
from .recipe import Recipe
from .team import Team
from .tokenizer import END, pad_id

_ROWS = 64  # pieces whose scores are computed are filled up to a multiple of this


@dataclass
class Progress:
    """What a resumed run has to know: work done so far, over all its sittings."""

    step: int = 0
    epoch: int = 0
    tokens: int = 0  # target pieces of all members of the team, padding not counted
    seconds: float = 0.0


class Trainer:
    """Trains for ``minutes`` of wall time in all, or ``steps``; a stopped run goes on from its last checkpoint.

    The learning rate warms up, stays, and falls to zero over the last third (``decay_share``;
    warm-up–stable–decay, Hu et al. 2024): a schedule in time, unless ``steps`` are given, so that a busy
    machine still ends with a finished model. The members of a ``team`` count minutes and steps each for itself.
    """

    def __init__(
        self,
        work: Path,
        data: Path,
        recipe: Recipe,
        minutes: float = math.inf,
        steps: int | None = None,
        team: Team | None = None,
    ) -> None:
        self.work, self.recipe, self.minutes, self.steps, self.team = work, recipe, minutes, steps, team or Team()
        torch.set_flush_denormal(True)  # moments of rare pieces become denormal: three times slower
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.half = multiplies_in_bfloat16(self.device)
        # oneDNN compiles a product of matrices anew for every shape, which takes longer than the product (4 ms, 1.5
        # ms), and keeps the last 1,024 of them unless told otherwise: too few for the shapes of an epoch.
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "8000")
        self.pad = pad_id(work)
        self.corpus = self._load_corpus()
        self.validation = self._load_validation(data)
        self.progress = Progress()
        self._met = 0, 0  # meetings held so far, and the tokens of all members at the last
        self.chance = np.random.default_rng([recipe.seed, 0, self.team.rank])
        self.model: MarianMTModel = new_model(self.pad, recipe).to(self.device)
        # Pieces that never occur in English are never predicted: half of the joint vocabulary is
        # Arabic, and leaving it out of the softmax saves a sixth of the work.
        self.outputs = torch.from_numpy(np.union1d(self.corpus.target, [END]).astype(np.int64)).to(self.device)
        self.output_index = torch.full((self.pad + 1,), -1, device=self.device).index_put(
            (self.outputs,), torch.arange(len(self.outputs), device=self.device)
        )
        self.optimizer = torch.optim.AdamW(
            [weight for weight in self.model.parameters() if weight.requires_grad],
            lr=recipe.learning_rate,
            betas=(0.9, 0.98),
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        self.checkpoints = work / "checkpoints"
        self.checkpoints.mkdir(exist_ok=True)
        if saved := sorted(self.checkpoints.glob("*.pt")):
            self._load(saved[-1])
        else:
            self._initialise()
        self.sampler = SubwordSampler(work / "joint.spm", recipe, self.chance)

    def _load_corpus(self) -> Corpus:
        return load_corpora(self.work)

    def _load_validation(self, data: Path) -> list[tuple[str, str]]:
        return validation_pairs(data, self.recipe)[::10]

    def _initialise(self) -> None:
        initialise(self.model, self.corpus, self.recipe)

    def run(self) -> None:
        """Train until the time is used up; at meetings of the team, save and validate when it is time to."""
        self.team.start(self.model)
        started = saved = validated = time.monotonic()
        before = self.progress.seconds
        self._met = self._meetings(), self.progress.tokens
        losses: list[tuple[float, float]] = []
        since = (started, self.progress.tokens)
        for batch in self._endless():
            losses.append(self._step(batch))
            now = time.monotonic()
            self.progress.seconds = before + now - started
            if not self._meet():
                continue
            finished = self._done() >= 1.0
            if self.team.leads:
                self._report(losses, (self.progress.tokens - since[1]) / (now - since[0]))
                losses, since = [], (now, self.progress.tokens)
                if finished or now - saved > self.recipe.save_minutes * 60:
                    self._save()
                    saved = now
                if finished or now - validated > self.recipe.validate_minutes * 60:
                    self._validate()
                    validated = now
            if finished:
                return

    def _meetings(self) -> int:
        """How many meetings of the team are due by now, the one at the end among them: the same number for all."""
        if self.steps is not None:
            due = min(self.progress.step, self.steps) // self.recipe.meet_steps
        else:
            due = int(min(self.progress.seconds, self.minutes * 60) / self.recipe.meet_seconds)
        return due + (self._done() >= 1.0)

    def _meet(self) -> bool:
        """Take part in the meetings that are due."""
        met, tokens = self._met
        while met < self._meetings():
            tokens += self.team.average(self.model, self.progress.tokens - tokens)
            self.progress.tokens, met = tokens, met + 1
        due, self._met = met > self._met[0], (met, tokens)
        return due

    def _endless(self) -> Iterator[Batch]:
        """Epoch after epoch; short pairs first while few tokens have been seen."""
        while True:
            done = self.progress.tokens / max(1, self.recipe.short_first_tokens)
            shortest = self.recipe.short_first_pieces
            longest = int(shortest + min(done, 1.0) * (self.recipe.max_pieces - shortest))
            resegment: Callable[[list[int]], list[int]] = list if self._alignment_weight() else self.sampler
            for number, batch in enumerate(batches(self.corpus, self.recipe, longest, self.chance, resegment)):
                yield batch
                if longest < self.recipe.max_pieces and number == 40:
                    break  # look again how long the pairs may be by now
            else:
                self.progress.epoch += 1

    def _step(self, batch: Batch) -> tuple[float, float]:
        self.model.train()
        rate = self.recipe.learning_rate * self._rate_factor()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.half):
            loss, translation_loss = self._loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip_norm)
        self.optimizer.step()
        self.progress.step += 1
        self.progress.tokens += int((batch.target >= 0).sum())
        return loss.item(), translation_loss

    def _rate_factor(self) -> float:
        recipe = self.recipe
        decay = (1.0 - self._done()) / recipe.decay_share
        return max(0.0, min(1.0, (self.progress.step + 1) / recipe.warmup_steps, decay))

    def _done(self) -> float:
        """Share of the whole run that lies behind."""
        if self.steps is not None:
            return self.progress.step / self.steps
        return self.progress.seconds / (self.minutes * 60)

    def _alignment_weight(self) -> float:
        """Weight of the guided alignment loss: it fades."""
        return self.recipe.alignment_weight * max(0.0, 1 - self.progress.tokens / self.recipe.alignment_tokens)

    def _loss(self, batch: Batch) -> tuple[torch.Tensor, float]:
        """Smoothed cross entropy plus guided alignment; also the plain loss per piece for the log."""
        source, target, alignment = (
            torch.from_numpy(ids).to(self.device) for ids in (batch.source, batch.target, batch.alignment)
        )
        weight = self._alignment_weight()
        mask = source >= 0
        shifted = torch.cat([torch.full_like(target[:, :1], -1), target[:, :-1]], dim=1)
        output = self._forward(
            source.masked_fill(~mask, self.pad), mask, shifted.masked_fill(shifted < 0, self.pad), weight > 0
        )
        kept = (target.flatten() >= 0).nonzero().squeeze(1)
        rows = functional.pad(kept, (0, -len(kept) % _ROWS))  # few shapes: the loss leaves rows without a label out
        logits = functional.linear(
            output.last_hidden_state.flatten(0, 1)[rows],
            self.model.lm_head.weight[self.outputs],
            self.model.final_logits_bias[0, self.outputs],
        )
        labels = self.output_index[target.flatten()[kept]]
        loss, plain = SmoothedCrossEntropy.apply(logits, labels, self.recipe.label_smoothing)
        linked = alignment >= 0
        if weight > 0 and linked.any():  # a batch of pairs without links has no mean
            attention = output.cross_attentions[-1].float().mean(dim=1)
            chosen = attention.gather(2, alignment.clamp(min=0).unsqueeze(2)).squeeze(2)[linked]
            loss = loss - weight * chosen.clamp(min=1e-6).log().mean()
        return loss, plain.item()

    def _forward(self, source: torch.Tensor, mask: torch.Tensor, target: torch.Tensor, attentions: bool) -> Any:
        """What the model makes of padded ids; ``attentions`` asks for the decoder's attention weights too."""
        return self.model.model(
            input_ids=source,
            attention_mask=mask,
            decoder_input_ids=target,
            output_attentions=attentions,
            use_cache=False,
        )

    def _report(self, losses: list[tuple[float, float]], speed: float) -> None:
        total, plain = np.mean(losses, axis=0)
        print(
            f"step {self.progress.step:6d}  {self.progress.tokens / 1e6:7.2f} M tokens  epoch {self.progress.epoch}"
            f"  loss {total:.3f}  per piece {plain:.3f}  {speed:,.0f} tokens/s  {self.progress.seconds / 60:.1f} min",
            flush=True,
        )

    def _validate(self) -> None:
        """Print greedy BLEU on every tenth sentence of desk-dev, with two examples."""
        sources, references = zip(*self.validation, strict=True)
        hypotheses = translate_greedily(self.model, self.work, list(sources))
        bleu = sacrebleu.corpus_bleu(hypotheses, [references])
        print(f"validation at {self.progress.tokens / 1e6:.2f} M tokens: BLEU {bleu.score:.2f} {bleu}", flush=True)
        for hypothesis, reference in list(zip(hypotheses, references, strict=True))[:4]:
            print(f"  hypothesis  {hypothesis}\n  reference   {reference}", flush=True)

    def _save(self) -> None:
        path = self.checkpoints / f"{self.progress.step:08d}.pt"
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "progress": vars(self.progress),
        }
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").rename(path)
        for old in sorted(self.checkpoints.glob("*.pt"))[: -self.recipe.keep_checkpoints]:
            old.unlink()

    def _load(self, path: Path) -> None:
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        if "optimizer" in state:  # a network that has just grown has no moments yet
            self.optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])
        self.chance = np.random.default_rng([self.recipe.seed, self.progress.step, self.team.rank])
        print(f"resumed at step {self.progress.step}", flush=True)


def multiplies_in_bfloat16(device: torch.device) -> bool:
    """Tell whether the device has units for bfloat16: any CUDA GPU does, a CPU since AVX512-BF16 or AMX.

    Measured on two cores with AVX512-BF16: three times as many pieces a second as in float32 (RESULTS.md, run 9). A CPU
    without such units emulates them, and is slower.
    """
    if device.type == "cuda":
        return True
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def train(
    team: Team, work: Path, data: Path, recipe: Recipe, minutes: float = math.inf, steps: int | None = None
) -> None:
    """Train as a member of ``team``: a function, so that other processes can be told to call it."""
    Trainer(work, data, recipe, minutes, steps, team).run()


def validation_pairs(data: Path, recipe: Recipe) -> list[tuple[str, str]]:
    """Return desk-dev, cleaned, in the direction of the recipe."""
    pairs = [(clean(arabic), clean(english)) for arabic, english in read_pairs(data / "desk" / "dev.tsv.xz")]
    return [(english, arabic) for arabic, english in pairs] if recipe.reverse else pairs


def translate_greedily(
    model: MarianMTModel, work: Path, texts: list[str], batch: int = 32, most: int | None = None
) -> list[str]:
    """Translate with beam 1, for validation only: in the order given, ``most`` pieces (twice the source) at most."""
    model.eval()
    pad = model.config.pad_token_id
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(work / "joint.spm"))
    ids = encode(work / "joint.spm", texts)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    result = [""] * len(ids)
    for start in range(0, len(order), batch):
        group = order[start : start + batch]
        longest = max(len(ids[i]) for i in group) + 1
        rows = torch.tensor([[*ids[i], END, *[pad] * (longest - len(ids[i]) - 1)] for i in group])
        rows = rows.to(next(model.parameters()).device)
        output = model.generate(  # without gradients of itself
            input_ids=rows, attention_mask=rows != pad, num_beams=1, do_sample=False, max_new_tokens=most or longest * 2
        )
        for i, row in zip(group, output.tolist(), strict=True):
            result[i] = pieces.decode([piece - 1 for piece in row if piece not in (END, pad)])
    return result
