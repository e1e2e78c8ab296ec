"""``evaluate.Metric`` modules that load from this directory, and what they share.

``evaluate.load`` of the hub's own metrics fetches a script; these are files of the package:

    evaluate.load(tarjama.eval.metrics_hub.path("tarjama_translation"), "bleu")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...errors import InputError
from ..metrics import Scorer, metric_named

MODULES = ("tarjama_translation", "tarjama_summary")


def path(name: str) -> str:
    """Return what ``evaluate.load`` takes for one of ``MODULES``. Raises ``InputError`` for another name."""
    if name not in MODULES:
        raise InputError(f"there is no evaluate module {name!r}; there are: {', '.join(MODULES)}")
    return str(Path(__file__).parent / name)


def info(evaluate: Any, datasets: Any, config: str, metrics: Sequence[str], description: str | None) -> Any:
    """Return the ``MetricInfo`` of a module; fails at ``evaluate.load`` for a metric that is not the module's."""
    _chosen(config, metrics)
    text = datasets.Value("string")
    return evaluate.MetricInfo(
        description=description or "",
        citation="",
        inputs_description="predictions, references: lists of strings, item i of one belonging to item i of the other",
        features=datasets.Features({"predictions": text, "references": text}),
        reference_urls=[
            "https://github.com/mjpost/sacrebleu",
            "https://github.com/google-research/google-research/tree/master/rouge",
        ],
    )


def compute(config: str, metrics: Sequence[str], predictions: list[str], references: list[str]) -> dict[str, object]:
    """Return ``score``, its interval ``low`` and ``high``, ``n``, ``metric`` and ``signature``."""
    fields = asdict(Scorer(_chosen(config, metrics), references).score(predictions))
    return {"score": fields.pop("value"), **fields}


def _chosen(config: str, metrics: Sequence[str]) -> str:
    name = metrics[0] if config in ("", "default") else metric_named(config)
    if name not in metrics:
        raise InputError(f"this module has no {name}; there are: {', '.join(metrics)}")
    return name
