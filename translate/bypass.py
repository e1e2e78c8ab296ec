"""Segments that need no model.

Given nothing to translate, models invent: ``" "`` became "I don't know." and ``"-"`` became "- No, no, no"
(huggingface/transformers#14337); empty lines hallucinate too (marian-nmt/marian-dev#357).
"""

from __future__ import annotations

import re

from .script import ARABIC_LETTER, arabic_letters, latin_letters

_TO_ENGLISH = str.maketrans(
    {
        **{chr(0x0660 + n): str(n) for n in range(10)},
        **{chr(0x06F0 + n): str(n) for n in range(10)},
        **dict(zip("٫٬٪،؛؟۔", ".,%,;?.", strict=True)),
        # Bidi marks order a line of Arabic and have no business in English. Joiners stay: emoji need them.
        **dict.fromkeys("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"),
    }
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+", re.IGNORECASE)


def english_marks(text: str) -> str:
    """Replace Arabic digits and punctuation by English ones and drop bidi marks; letters stay."""
    return text.translate(_TO_ENGLISH)


def bypass(text: str) -> str | None:
    """Return the English for a segment that needs no model, or None when it has to be translated.

    Without Arabic letters (blank, punctuation, numbers, emoji, Latin text) a segment stays as it is, with
    English digits and punctuation; an address stays to the letter, Arabic ones too. Latin text with a few
    Arabic words in it also stays: to an Arabic model it is noise.
    """
    if _ADDRESS.fullmatch(text.strip()):
        return text
    if not ARABIC_LETTER.search(text):
        return english_marks(text)
    if latin_letters(text) > 3 * arabic_letters(text):
        return english_marks(text)
    return None
