"""Arabic article in, English article out, paragraph beside paragraph.

``Translator`` is the entry; ``Article`` reads what is given, ``Translation`` is what comes back.
"""

from __future__ import annotations

from .article import Article, Paragraph
from .checks import Flag, flag_text
from .normalize import normalize
from .segment import split
from .translation import Provenance, Sentence, TranslatedParagraph, Translation
from .translator import Translator

__all__ = [
    "Article",
    "Flag",
    "Paragraph",
    "Provenance",
    "Sentence",
    "TranslatedParagraph",
    "Translation",
    "Translator",
    "flag_text",
    "normalize",
    "split",
]
