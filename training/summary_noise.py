"""English made to look like our own translator's: what the summarizer will read, with a clean summary as its target.

The faults are those of the embedded translator on news: articles and prepositions lost, agreement broken, words
and phrases said twice, neighbours swapped, names misspelt, lower-cased or lost, and pieces that it does not know.
Digits stay as they are: a number that was changed here would teach the summarizer to change numbers.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

UNREADABLE = "⁇"  # what SentencePiece prints for <unk>; in no vocabulary, so it is read as <unk> again
_SMALL = frozenset("a an the of in on at to for from with by as that which".split())
_NUMBERS = (("is", "are"), ("was", "were"), ("has", "have"), ("does", "do"), ("its", "their"), ("this", "these"))
_AGREEMENT = {one: other for pair in _NUMBERS for one, other in (pair, pair[::-1])}
_NAME = re.compile(r"[A-Z][a-z]{2,}")
_VOWELS = "aeiou"
_KEY = re.compile(r"[^\W_]+(?:[.,:]\d+)*")


@dataclass(frozen=True)
class Noise:
    """Chance of each fault, per word that it can befall; ``phrase`` and ``swap`` per word of any kind."""

    small: float = 0.15
    agreement: float = 0.2
    name: float = 0.12
    unreadable: float = 0.004
    twice: float = 0.01
    phrase: float = 0.006
    swap: float = 0.015


def noisy(sentences: Sequence[str], summary: str, chance: random.Random, noise: Noise = Noise()) -> list[str]:
    """Return the sentences with faults.

    A name or number of the summary never loses its last mention in the text: the summarizer must not learn to say
    what its source lacks. A sentence whose faults would do that stays as it is.
    """
    wanted = {key for key in _KEY.findall(summary) if not key.islower()}
    left = Counter(key for sentence in sentences for key in _KEY.findall(sentence) if key in wanted)
    made = []
    for sentence in sentences:
        changed = spoil(sentence, chance, noise)
        before, after = (Counter(key for key in _KEY.findall(text) if key in wanted) for text in (sentence, changed))
        lost = before - after
        if any(left[key] <= count for key, count in lost.items()):
            changed, lost = sentence, Counter()
        left.subtract(lost)
        made.append(changed)
    return made


def spoil(sentence: str, chance: random.Random, noise: Noise = Noise()) -> str:
    """Return one sentence with faults; its digits are those it had, in order."""
    out: list[str] = []
    for index, word in enumerate(sentence.split()):
        if any(char.isdigit() for char in word):
            out.append(word)
            continue
        new = _word(word, index == 0, chance, noise)
        if new:
            out.append(new)
            if chance.random() < noise.twice:
                out.append(new)
        span = out[-3:]
        if chance.random() < noise.phrase and not any(char.isdigit() for char in "".join(span)):
            out.extend(span)
    for index in range(len(out) - 2):
        if chance.random() < noise.swap and not any(char.isdigit() for char in out[index] + out[index + 1]):
            out[index], out[index + 1] = out[index + 1], out[index]
    return " ".join(out)


def _word(word: str, first: bool, chance: random.Random, noise: Noise) -> str:
    """Return what becomes of a word, "" when it is lost."""
    if chance.random() < noise.unreadable:
        return UNREADABLE
    if word in _SMALL:
        return "" if chance.random() < noise.small else word
    if word in _AGREEMENT:
        return _AGREEMENT[word] if chance.random() < noise.agreement else word
    match = None if first else _NAME.match(word)
    if match and chance.random() < noise.name:
        fault = chance.choice(("misspelt", "lower", "lost"))
        name = {"misspelt": _misspelt(match[0], chance), "lower": match[0].lower(), "lost": ""}[fault]
        return name + word[match.end() :]
    return word


def _misspelt(name: str, chance: random.Random) -> str:
    """Guess the vowels, as one does who reads a name in Arabic: Hariri, Harere."""
    return name[0] + "".join(chance.choice(_VOWELS) if char in _VOWELS else char for char in name[1:])
