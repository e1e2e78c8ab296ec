"""Gap sentences: which sentences of a text stand for the rest of it (PEGASUS, Zhang et al. 2020, "Ind-Orig").

The principal sentences, those with the highest ROUGE-1 F1 against all other sentences, are the summary that a text
without one is trained on. Where the paper cuts them out of the source, here most stay (``gap_kept``): a small model
has to learn to find and copy them, and cannot learn to make them up.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence

from ..summarize.sentences import words
from .recipe import SummaryRecipe

_WORD = re.compile(r"[a-z0-9]+")


def principal(sentences: Sequence[str], budget: int) -> list[int]:
    """Return the indices, in order, of the principal sentences: as many as fit in ``budget`` words, at least one."""
    counts = [Counter(_WORD.findall(sentence.lower())) for sentence in sentences]
    everything = sum(counts, Counter[str]())
    scores = [_f1(count, everything) for count in counts]
    ranked = sorted(range(len(sentences)), key=lambda i: (-scores[i], i))
    chosen: list[int] = []
    length = 0
    for index in ranked:
        longer = length + words(sentences[index])
        if chosen and longer > budget:
            break
        chosen.append(index)
        length = longer
    return sorted(chosen)


def _f1(one: Counter[str], everything: Counter[str]) -> float:
    """ROUGE-1 F1 of a sentence against all others; ``everything`` includes its own words."""
    common = sum(min(count, everything[word] - count) for word, count in one.items())
    return 2 * common / everything.total() if common else 0.0


def gap_example(sentences: Sequence[str], recipe: SummaryRecipe, chance: random.Random) -> tuple[list[str], str] | None:
    """Return (source sentences, target) made from a text, or None where it is too short."""
    if len(sentences) < recipe.gap_sentences:
        return None
    budget = min(recipe.gap_words, int(recipe.gap_share * sum(map(words, sentences))))
    chosen = principal(sentences, budget)
    target = " ".join(sentences[index] for index in chosen)
    if words(target) > 1.5 * recipe.gap_words:
        return None
    gone = {index for index in chosen if chance.random() >= recipe.gap_kept}
    return [sentence for index, sentence in enumerate(sentences) if index not in gone], target
