"""BLEU, chrF, chrF++ and TER as an ``evaluate`` metric: with interval, n and sacrebleu's signature, and no network.

    metric = evaluate.load("eval/metrics_hub/tarjama_translation", "chrf++")
    metric.compute(predictions=["The minister resigned."], references=["The minister stepped down."])

The second argument is bleu (default), chrf, chrf++ or ter. Predictions and references are two plain lists of strings.
"""

# evaluate reads these lines itself to find what must be installed: one import in each.
import datasets
import evaluate

from tarjama.eval.metrics import TRANSLATION_METRICS
from tarjama.eval.metrics_hub import compute, info


class TarjamaTranslation(evaluate.Metric):  # type: ignore[misc]
    """sacrebleu's scores, as :mod:`tarjama.eval` reports them."""

    def _info(self) -> evaluate.MetricInfo:
        return info(evaluate, datasets, self.config_name, TRANSLATION_METRICS, __doc__)

    def _compute(self, predictions: list[str], references: list[str]) -> dict[str, object]:
        return compute(self.config_name, TRANSLATION_METRICS, predictions, references)
