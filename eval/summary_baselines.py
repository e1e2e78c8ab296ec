"""Does the extractive summary beat the lead of the article, and where its weights come from.

    python -m tarjama.eval.summary_baselines DIRECTORY          # ROUGE of both, and the difference
    python -m tarjama.eval.summary_baselines DIRECTORY --fit    # the weights of tarjama.summarize.extractive

``DIRECTORY`` holds ``desk_train.jsonl.xz``, ``desk_dev.jsonl.xz`` and ``human.jsonl.xz`` with the fields ``document``
and ``summary``. Weights and settings come from desk_train and the first half of human; scores are of desk_dev, of
the second half of human, and of the bundled articles.

Leads and summaries differ in length, and ROUGE likes some lengths better than others. So there are two leads:
the first three sentences, and the first sentences up to about 55 words, what the extractive method is asked for;
and the extractive summary twice, at 55 words and at the length of the first three sentences.
"""

from __future__ import annotations

import json
import lzma
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, TarjamaError
from ..summarize import extractive
from ..summarize.sentences import words
from ..summarize.source import read, tiers
from ..summarize.summarizer import WORDS
from .english import english_sentences
from .metrics import RESAMPLES, Scorer
from .systems import lead_3
from .testsets import load_testset

if TYPE_CHECKING:
    import numpy as np

Pair = tuple[str, str]  # document, summary

BUDGET = WORDS["medium"]
COMPARED = (
    ("lead-3", "extractive, 55 words"),
    ("lead, 55 words", "extractive, 55 words"),
    ("lead-3", "extractive, as long as lead-3"),
)
ROUGE = ("rouge1", "rouge2", "rougeLsum")
RIDGE = 1.0  # keeps the weights finite; half a million examples hardly feel it


def load(directory: Path, name: str) -> list[Pair]:
    """Return the (document, summary) pairs of ``name.jsonl.xz``. Raises ``InputError`` when it cannot be read."""
    path = directory / f"{name}.jsonl.xz"
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            return [(record["document"], record["summary"]) for record in map(json.loads, lines)]
    except (OSError, lzma.LZMAError, ValueError, LookupError, TypeError) as error:
        raise InputError(
            f"{path}: cannot be read as documents with summaries ({type(error).__name__}: {error})"
        ) from error


def lead(document: str, budget: int) -> str:
    """Return the first sentences of a document, as many as come nearest to ``budget`` words (one at least)."""
    taken: list[str] = []
    length = 0
    for sentence in english_sentences(document):
        longer = length + words(sentence)
        if taken and abs(longer - budget) > abs(length - budget):
            break
        taken.append(sentence)
        length = longer
    return " ".join(taken)


def extract(document: str, budget: int) -> str:
    """Return an extractive summary of about ``budget`` words."""
    sentences = read(document).sentences
    return " ".join(sentences[index].text for index in extractive.select(sentences, budget))


def systems(documents: Sequence[str]) -> dict[str, list[str]]:
    """Return what every system makes of the documents."""
    leads = [lead_3(document) for document in documents]
    return {
        "lead-3": leads,
        "lead, 55 words": [lead(document, BUDGET) for document in documents],
        "extractive, 55 words": [extract(document, BUDGET) for document in documents],
        "extractive, as long as lead-3": [extract(d, words(first)) for d, first in zip(documents, leads, strict=True)],
    }


def report(name: str, pairs: Sequence[Pair]) -> None:
    """Print scores with 95 % intervals, and paired differences with theirs."""
    outputs = systems([document for document, _ in pairs])
    scorers = {metric: Scorer(metric, [summary for _, summary in pairs]) for metric in ROUGE}
    typer.echo(f"\n{name}, n={len(pairs)}\n{'':32}{'words':>6}  {'ROUGE-1':^15} {'ROUGE-2':^15} {'ROUGE-Lsum':^15}")
    for system, texts in outputs.items():
        scores = [scorer.score(texts) for scorer in scorers.values()]
        length = sum(map(words, texts)) / len(texts)
        row = " ".join(f"{score.value:5.1f} ± {score.half_width:<6.1f} " for score in scores)
        typer.echo(f"{system:32}{length:6.0f}  {row}")
    for baseline, system in COMPARED:
        gains = [
            difference(scorer.segments(outputs[system]), scorer.segments(outputs[baseline]))
            for scorer in scorers.values()
        ]
        row = " ".join(f"{mean:+5.1f} [{low:+.1f} {high:+.1f}]" for mean, low, high in gains)
        typer.echo(f"{system} - {baseline}:\n{'':40}{row}")


def difference(system: Sequence[float], baseline: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean difference of paired scores and its 95 % bootstrap interval."""
    import numpy as np

    gains = np.array(system) - np.array(baseline)
    draws = np.random.default_rng(12345).integers(len(gains), size=(RESAMPLES, len(gains)))
    low, high = np.quantile(gains[draws].mean(axis=1), [0.025, 0.975])
    return float(gains.mean()), float(low), float(high)


def fit(pairs: Sequence[Pair]) -> None:
    """Print the weights that make the words and word pairs of human summaries most likely."""
    import numpy as np

    for name, kind in (("WORD_WEIGHTS", str), ("PAIR_WEIGHTS", tuple)):
        rows: list[tuple[float, ...]] = []
        said: list[bool] = []
        for document, summary in pairs:
            sentences = read(document).sentences
            running = [extractive.concepts_of(sentences[index].text) for index in tiers(sentences)[0]]
            wanted = {concept for text in english_sentences(summary) for concept in extractive.concepts_of(text)}
            for concept, vector in extractive.features(running).items():
                if isinstance(concept, kind):
                    rows.append(vector)
                    said.append(concept in wanted)
        weights = [round(float(weight), 2) for weight in logistic(np.array(rows), np.array(said, float))]
        typer.echo(f"{name} = {extractive.Weights(*weights)}  # {len(rows)} examples, {np.mean(said):.1%} said")


def logistic(rows: np.ndarray, said: np.ndarray, rounds: int = 15) -> np.ndarray:
    """Return base and weights of a logistic regression, by Newton's method."""
    import numpy as np

    rows = np.column_stack([np.ones(len(rows)), rows])
    weights = np.zeros(rows.shape[1])
    for _ in range(rounds):
        likely = 1 / (1 + np.exp(-rows @ weights))
        curvature = (rows * (likely * (1 - likely))[:, None]).T @ rows + RIDGE * np.eye(len(weights))
        weights += np.linalg.solve(curvature, rows.T @ (said - likely) - RIDGE * weights)
    return weights


def main(
    directory: Annotated[Path, typer.Argument(help="Where desk_train, desk_dev and human .jsonl.xz are.")],
    fitting: Annotated[bool, typer.Option("--fit", help="Print fitted weights instead of scores.")] = False,
) -> None:
    """Compare the extractive summary with the lead of the article, or fit its weights."""
    human = load(directory, "human")
    half = len(human) // 2
    if fitting:
        fit([*load(directory, "desk_train"), *human[:half]])
        return
    articles = load_testset("article-summaries")
    report("model-written summaries of news (desk_dev)", load(directory, "desk_dev"))
    report("human summaries of news (second half of human)", human[half:])
    report("Arabic news in English (bundled articles)", list(zip(articles.sources, articles.references, strict=True)))


if __name__ == "__main__":
    try:
        typer.run(main)
    except TarjamaError as error:
        typer.echo(f"tarjama: {error}", err=True)
        sys.exit(1)
