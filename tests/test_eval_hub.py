"""The `evaluate` modules: they load from the package without a network and say what `tarjama.eval` says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tarjama.errors import InputError
from tarjama.eval import metrics_hub
from tarjama.eval.metrics import SUMMARY_METRICS, TRANSLATION_METRICS, Scorer

PREDICTIONS = ["The minister resigned today.", "It rained."]
REFERENCES = ["The minister stepped down today.", "It rained all day."]


@pytest.fixture(scope="module")
def evaluate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The package, imported without transformers: with it, evaluate imports every pipeline there is."""
    with pytest.MonkeyPatch.context() as patch:
        if "evaluate" not in sys.modules:
            patch.setitem(sys.modules, "transformers", None)  # type: ignore[arg-type]
        package = pytest.importorskip("evaluate")
    with pytest.MonkeyPatch.context() as patch:
        # One folder for all tests here: evaluate puts it on the import path the first time.
        patch.setattr(package.config, "HF_MODULES_CACHE", str(tmp_path_factory.mktemp("evaluate")))
        yield package


@pytest.mark.parametrize(
    ("module", "metrics"), [("tarjama_translation", TRANSLATION_METRICS), ("tarjama_summary", SUMMARY_METRICS)]
)
def test_modules_load_offline_and_agree(module: str, metrics: tuple[str, ...], evaluate: Any, tmp_path: Path) -> None:
    loaded = evaluate.load(metrics_hub.path(module), cache_dir=str(tmp_path))
    assert loaded.compute(predictions=PREDICTIONS, references=REFERENCES)["metric"] == metrics[0]
    for metric in metrics[1:]:
        found = evaluate.load(metrics_hub.path(module), metric, cache_dir=str(tmp_path))
        ours = asdict(Scorer(metric, REFERENCES).score(PREDICTIONS))
        result = found.compute(predictions=PREDICTIONS, references=REFERENCES)
        assert result == {"score": ours.pop("value"), **ours}
    other = next(metric for metric in (*TRANSLATION_METRICS, *SUMMARY_METRICS) if metric not in metrics)
    with pytest.raises(InputError, match=f"this module has no {other}"):
        evaluate.load(metrics_hub.path(module), other)


def test_unknown_module() -> None:
    with pytest.raises(InputError, match="there are: tarjama_translation, tarjama_summary"):
        metrics_hub.path("bleu")
