"""What can be wrong with the translation of a sentence: cheap tests that are seldom wrong themselves.

Thresholds are set so that human references raise hardly any flag (13,000 news pairs and FLORES-200 dev:
0.1 % for lengths and loops, 0.1 % of the sentences with digits for numbers); what they catch in published
systems is in ``tests/test_translate_checks.py``.
"""

from __future__ import annotations

import re
from enum import StrEnum

from .numbers import missing_numbers
from .script import ARABIC_LETTER

# Mean log-probability per piece under which a sentence is not to be trusted. Of 315 desk-dev sentences by the embedded
# model, 16.8 % lie below; they hold 54 % of the worst fifth by chrF (48.1 on average, against 67.4 above).
LOW_SCORE = -0.65
# Least and most English words per Arabic word, by the length of the source in words: references have 1.1 to 1.4,
# and 99.9 % of them lie inside. Below four words nothing can be said but "far too long".
_RATIOS = ((16, 0.6, 2.5), (8, 0.55, 3.0), (4, 0.4, 4.0), (0, 0.0, 8.0))

_ARABIC_RUN = re.compile(f"{ARABIC_LETTER.pattern}{{2}}")
_UNKNOWN = "⁇"  # how SentencePiece writes the unknown piece
_HAS_WORD = re.compile(r"[^\W_]")
_RUN = re.compile(r"(\S{1,8}?)\1{7,}")  # p-p-p-p-p-p-p-p
_STUTTER = re.compile(r"([a-z]{2,4})\1\1")  # susususion


class Flag(StrEnum):
    """One reason not to trust a sentence; the value is its name in JSON."""

    MISSING_NUMBER = "missing-number"
    LOOP = "loop"
    UNTRANSLATED = "untranslated"
    EMPTY = "empty"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    LOW_CONFIDENCE = "low-confidence"
    NOT_ARABIC = "not-arabic"


_TEXTS = {
    Flag.MISSING_NUMBER: "a number of the source is missing or changed",
    Flag.LOOP: "the translation repeats itself",
    Flag.UNTRANSLATED: "a part was left untranslated",
    Flag.EMPTY: "the model gave no translation; this is the source",
    Flag.TOO_SHORT: "the translation is too short: something is probably missing",
    Flag.TOO_LONG: "the translation is too long: something is probably made up",
    Flag.LOW_CONFIDENCE: "the model was unsure of this sentence",
    Flag.NOT_ARABIC: "the source is not Arabic and was left as it is",
}


def flag_text(flag: Flag) -> str:
    """Say in plain English what is wrong."""
    return _TEXTS[flag]


def check(source: str, target: str, score: float | None = None) -> tuple[Flag, ...]:
    """Return what is wrong with ``target`` as the translation of one normalised sentence.

    ``score`` is the mean log-probability per piece; without it nothing is said about confidence.
    """
    if not _HAS_WORD.search(target):
        return (Flag.EMPTY,)
    flags = []
    if missing_numbers(source, target):
        flags.append(Flag.MISSING_NUMBER)
    if loops(source, target):
        flags.append(Flag.LOOP)
    if untranslated(target):
        flags.append(Flag.UNTRANSLATED)
    if length := _length_flag(len(source.split()), len(target.split())):
        flags.append(length)
    if score is not None and score < LOW_SCORE:
        flags.append(Flag.LOW_CONFIDENCE)
    return tuple(flags)


def untranslated(target: str) -> bool:
    """Tell whether Arabic words, or the mark for pieces unknown to the model, are left in the English."""
    return _UNKNOWN in target or _ARABIC_RUN.search(target) is not None


def loops(source: str, target: str) -> bool:
    """Tell whether the target repeats itself where the source does not.

    Some phrase of up to eight words is said three times in a row, a syllable three times or a part of a word eight
    times (``susususion``, ``p-p-p-p-p-p-p-p``), or hardly half of the words are distinct while the source's are.
    """
    words = _words(target)
    if any(_STUTTER.search(word) or (len(word) > 16 and _RUN.search(word)) for word in words):
        return True
    distinct = len(set(words))
    if distinct == len(words):
        return False
    source_words = _words(source)
    if (repeats := _repeats(words)) > 2 and repeats > _repeats(source_words):
        return True
    share = distinct / len(words)
    return len(words) >= 10 and share < 0.5 and len(set(source_words)) > (share + 0.3) * len(source_words)


def _words(text: str) -> list[str]:
    return [word.strip(".,;:!?\"'()،؛؟") for word in text.lower().split()]


def _repeats(words: list[str]) -> int:
    """Return how often in a row a phrase of one to eight words is said."""
    most = 1
    for size in range(1, min(8, len(words) // 2) + 1):
        same = longest = 0
        for first, second in zip(words, words[size:], strict=False):
            same = same + 1 if first == second else 0
            longest = max(longest, same)
        most = max(most, longest // size + 1)
    return most


def _length_flag(source_words: int, target_words: int) -> Flag | None:
    least, most = next((least, most) for words, least, most in _RATIOS if source_words >= words)
    if target_words < least * source_words:
        return Flag.TOO_SHORT
    return Flag.TOO_LONG if target_words > most * max(source_words, 1) else None
