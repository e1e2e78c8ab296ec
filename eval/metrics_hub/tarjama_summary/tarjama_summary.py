"""ROUGE-1, ROUGE-2, ROUGE-L and ROUGE-Lsum as an ``evaluate`` metric: with interval, n and signature, and no network.

    metric = evaluate.load("eval/metrics_hub/tarjama_summary", "rougeLsum")
    metric.compute(predictions=["The minister resigned."], references=["The minister stepped down."])

The second argument is rouge1 (default), rouge2, rougeL or rougeLsum; sentences are put on lines of their own for
rougeLsum. English only: ROUGE's tokenizer keeps the letters a to z and digits.
"""

# evaluate reads these lines itself to find what must be installed: one import in each.
import datasets
import evaluate

from tarjama.eval.metrics import SUMMARY_METRICS
from tarjama.eval.metrics_hub import compute, info


class TarjamaSummary(evaluate.Metric):  # type: ignore[misc]
    """rouge_score's F1, as :mod:`tarjama.eval` reports it."""

    def _info(self) -> evaluate.MetricInfo:
        return info(evaluate, datasets, self.config_name, SUMMARY_METRICS, __doc__)

    def _compute(self, predictions: list[str], references: list[str]) -> dict[str, object]:
        return compute(self.config_name, SUMMARY_METRICS, predictions, references)
