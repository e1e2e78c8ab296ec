"""Checks on what is to be scored, before any metric sees it.

A metric gives a number for anything: for lists that slipped by one line, for the source in place of the
output, for a string taken as a list of letters. Every such mistake is named here instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..errors import InputError

_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\ufb50-\ufdff\ufe70-\ufefc]")
_LETTER = re.compile(r"[^\W\d_]")


def arabic_share(text: str) -> float:
    """Return the share of the letters of ``text`` that are Arabic, 0 to 1; 0 without letters."""
    letters = len(_LETTER.findall(text))
    return len(_ARABIC.findall(text)) / letters if letters else 0.0


def checked(
    hypotheses: Sequence[str], references: Sequence[str], sources: Sequence[str] | None = None, name: str = "hypotheses"
) -> None:
    """Raise ``InputError`` unless these are parallel lists of strings, with English where English belongs.

    An empty hypothesis is allowed (it scores 0); an empty reference is not. ``name`` is what the message calls
    the hypotheses.
    """
    sides = {name: hypotheses, "references": references} | ({"sources": sources} if sources is not None else {})
    for side, texts in sides.items():
        _is_list_of_strings(side, texts)
    if len({len(texts) for texts in sides.values()}) > 1:
        counts = ", ".join(f"{len(texts)} {side}" for side, texts in sides.items())
        raise InputError(f"different lengths: {counts}; item i of each must belong to item i of the others")
    if not references:
        raise InputError(f"nothing to score: {name} and references are empty lists")
    blank = [index for index, text in enumerate(references) if not text.strip()]
    if blank:
        raise InputError(
            f"{len(blank)} of {len(references)} references are empty, the first at index {blank[0]}; "
            "leave out the segments that have no reference"
        )
    mostly_arabic(name, hypotheses, "the English output")
    mostly_arabic("references", references, "the English references")


def mostly_arabic(side: str, texts: Sequence[str], wanted: str) -> None:
    """Raise ``InputError`` when most letters of what should be English are Arabic."""
    share = arabic_share(" ".join(texts))
    if share > 0.5:
        raise InputError(
            f"{side}: {share:.0%} of the letters are Arabic; are the sides mixed up? {side} must be {wanted}"
        )


def _is_list_of_strings(side: str, texts: Sequence[str]) -> None:
    if isinstance(texts, str | bytes):
        raise InputError(f"{side}: one string was given; give a list of strings, one per segment")
    for index, text in enumerate(texts):
        if not isinstance(text, str):
            raise InputError(
                f"{side}: item {index} is {type(text).__name__}, not a string; give a flat list of strings "
                "(one reference per segment)"
            )
