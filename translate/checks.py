"""What can be wrong with the translation of a sentence."""

from __future__ import annotations

from enum import StrEnum


class Flag(StrEnum):
    """One reason not to trust a sentence."""

    MISSING_NUMBER = "missing-number"
    LOOP = "loop"
    UNTRANSLATED = "untranslated"
    EMPTY = "empty"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    LOW_CONFIDENCE = "low-confidence"
    NOT_ARABIC = "not-arabic"


_TEXTS = {
    Flag.MISSING_NUMBER: "a number of the source is missing",
    Flag.LOOP: "the translation repeats itself",
    Flag.UNTRANSLATED: "Arabic is left in the translation",
    Flag.EMPTY: "the model gave no translation: this is the source",
    Flag.TOO_SHORT: "the translation is too short: something may be missing",
    Flag.TOO_LONG: "the translation is too long: something may be made up",
    Flag.LOW_CONFIDENCE: "the model was unsure",
    Flag.NOT_ARABIC: "the source is not Arabic and was left as it is",
}


def flag_text(flag: Flag) -> str:
    """Say in plain English what is wrong."""
    return _TEXTS[flag]


def check(source: str, target: str, score: float) -> tuple[Flag, ...]:
    """Return what is wrong with ``target`` as the translation of the normalised ``source``."""
    return ()
