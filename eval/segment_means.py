"""ROUGE and COMET as sacrebleu metrics: the corpus score is the mean of the segment scores.

Imported only when one of them is asked for, as it needs sacrebleu at import.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sacrebleu.metrics.base import Metric, Score, Signature

from ..errors import InputError, ModelError, require
from .english import english_sentences

COMET_MODEL = "Unbabel/wmt22-comet-da"

SegmentScores = Callable[[Sequence[str], Sequence[str]], list[float]]


class _MeanSignature(Signature):
    """sacrebleu's signature with the settings and version of the scoring package instead of sacrebleu's."""

    def __init__(self, args: dict[str, Any]) -> None:
        super().__init__(args)
        self.info.update(args["settings"])


class SegmentMean(Metric):
    """The mean of one score per segment, times 100; higher is better.

    ``score_segments(hypotheses, references)`` gives one number from 0 to 1 per segment.
    """

    _SIGNATURE_TYPE = _MeanSignature

    def __init__(self, name: str, score_segments: SegmentScores, settings: dict[str, str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.name, self.settings = name, settings
        self._score_segments = score_segments

    def _extract_corpus_statistics(
        self, hypotheses: Sequence[str], references: Sequence[Sequence[str]] | None
    ) -> list[list[float]]:
        assert references is not None, "this metric keeps no reference cache"
        self.num_refs = len(references)
        return [[100 * score, 1.0] for score in self._score_segments(hypotheses, references[0])]

    def _aggregate_and_compute(self, stats: list[list[float]]) -> Score:
        total, count = (sum(column) for column in zip(*stats, strict=True))
        return self._compute_score_from_stats([total, count])

    def _compute_score_from_stats(self, stats: Sequence[float]) -> Score:
        return Score(self.name, float(stats[0]) / float(stats[1]))

    # The hooks below serve sacrebleu's way of counting n-grams against cached references: not used here.
    def _preprocess_segment(self, sent: str) -> str:
        raise NotImplementedError

    def _extract_reference_info(self, refs: Sequence[str]) -> dict[str, Any]:
        raise NotImplementedError

    def _compute_segment_statistics(self, hypothesis: str, ref_kwargs: dict[str, Any]) -> list[float]:
        raise NotImplementedError


def rouge(metric: str) -> SegmentMean:
    """Return ROUGE F1 with Porter stemming, sentences on lines of their own (which only ROUGE-Lsum reads).

    rouge_score's tokenizer keeps the letters a to z and digits and drops the rest: Arabic text has no tokens in
    it and would score 0 against anything, so a segment without any raises ``InputError``.
    """
    require("rouge_score", "eval")
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer([metric], use_stemmer=True)

    def score_segments(hypotheses: Sequence[str], references: Sequence[str]) -> list[float]:
        for side, texts in (("hypotheses", hypotheses), ("references", references)):
            for index, text in enumerate(texts):
                if text.strip() and not any(letter.isascii() and letter.isalnum() for letter in text):
                    raise InputError(
                        f"ROUGE reads only the letters a-z and digits, and {side}[{index}] has none; "
                        "use chrf for other scripts"
                    )
        pairs = zip(hypotheses, references, strict=True)
        return [scorer.score(_lines(reference), _lines(hypothesis))[metric].fmeasure for hypothesis, reference in pairs]

    settings = {
        "type": metric,
        "stem": "porter",
        "split": "sentencex",
        "version": f"rouge_score-{version('rouge_score')}",
    }
    return SegmentMean(metric, score_segments, settings)


def _lines(text: str) -> str:
    return "\n".join(english_sentences(text))


def comet(sources: Sequence[str] | None, model: str = "") -> SegmentMean:
    """Return COMET with a checkpoint that is on this machine: nothing is downloaded.

    ``model`` is a checkpoint file (``.../checkpoints/model.ckpt``) or a hub id in the Hugging Face cache; default
    ``Unbabel/wmt22-comet-da`` (Rei et al. 2022), whose scores run from 0 to 1. Runs on a GPU when there is one.
    """
    if sources is None:
        raise InputError("COMET reads the source too: give sources, or a test set that has them")
    package: Any = require("comet", "comet")
    checkpoint, name = _checkpoint(model or COMET_MODEL)
    try:
        network = package.load_from_checkpoint(str(checkpoint), local_files_only=True)
    except Exception as error:  # the checkpoint's own encoder may be missing, in as many ways as there are encoders
        raise ModelError(
            f"COMET model {checkpoint} cannot be loaded ({type(error).__name__}); its encoder "
            "(xlm-roberta-large) must be in the Hugging Face cache too"
        ) from error
    texts = list(sources)

    def score_segments(hypotheses: Sequence[str], references: Sequence[str]) -> list[float]:
        from ctranslate2 import get_cuda_device_count

        rows = [{"src": s, "mt": h, "ref": r} for s, h, r in zip(texts, hypotheses, references, strict=True)]
        logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
        with contextlib.redirect_stdout(io.StringIO()):
            output = network.predict(rows, batch_size=16, gpus=min(1, get_cuda_device_count()), progress_bar=False)
        return [float(score) for score in output.scores]

    return SegmentMean("comet", score_segments, {"model": name, "version": _comet_version()})


def _comet_version() -> str:
    return f"unbabel-comet-{version('unbabel-comet')}"


def _checkpoint(model: str) -> tuple[Path, str]:
    """Return the checkpoint file and what the signature calls it."""
    path = Path(model).expanduser()
    if path.is_file():
        return path, path.name
    if (path / "checkpoints" / "model.ckpt").is_file():
        return path / "checkpoints" / "model.ckpt", path.resolve().name
    if "/" in model and not path.is_absolute():
        hub: Any = require("huggingface_hub", "hub")
        cached = hub.try_to_load_from_cache(model, "checkpoints/model.ckpt")
        if isinstance(cached, str):
            return Path(cached), f"{model}@{Path(cached).parents[1].name[:8]}"
    raise ModelError(
        f"COMET model {model} is not on this machine; where there is a network, run `hf download {model}` "
        "(2.3 GB), or copy its directory over and name it with --comet-model DIRECTORY"
    )
