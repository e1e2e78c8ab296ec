"""Arabic text clean-up before segmentation and the model.

One function, :func:`normalize`, used by the translator and by the training data alike: the model
must read at run time exactly the letters that it learned from.
"""

from __future__ import annotations

import re
import unicodedata

# Presentation forms A and B: positional glyphs and ligatures left over from old encodings and PDFs.
_PRESENTATION_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")

# Characters that carry no meaning for translation and split words into rare pieces:
# soft hyphen, Arabic letter mark, zero-width marks, bidi embeddings, isolates, byte order mark,
# tatweel (U+0640), harakat, superscript alef and Quranic annotation signs. U+06DD and U+06DE are
# symbols of their own (end of ayah, rub el hizb), so they stay.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\u0640\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)

_ONE_TO_ONE = str.maketrans(
    {
        # Arabic-Indic and extended (Persian) digits, and their separators.
        **{chr(0x0660 + n): str(n) for n in range(10)},
        **{chr(0x06F0 + n): str(n) for n in range(10)},
        "٫": ".",
        "٬": ",",
        "٪": "%",
        # Persian keyboards write yeh and kaf with letters of their own.
        "ی": "ي",
        "ک": "ك",
        # One double and one single quotation mark.
        **dict.fromkeys("“”„‟«»″〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛‹›′`´＇", "'"),
        # Every horizontal space is a space.
        **dict.fromkeys("\t\u00a0\u1680\u202f\u205f\u3000", " "),
        **{chr(code): " " for code in range(0x2000, 0x200B)},
        "…": "...",
    }
)


def normalize(text: str) -> str:
    """Return ``text`` with one spelling for what Unicode writes in many ways.

    Composes to NFC, resolves presentation forms, drops tatweel, diacritics, zero-width and bidi
    marks, and maps Arabic-Indic digits, quotation marks, ellipses and spaces to ASCII. Line breaks
    and letters are kept: hamza and alef maqsura are the tokenizer's business, not the text's.

    ``normalize(normalize(x)) == normalize(x)`` for any string.
    """
    text = resolve_presentation_forms(text)
    # Compose first, or dropping the marks would take the hamza and madda of decomposed text along;
    # compose last, because a dropped mark may have stood between a letter and its accent.
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return unicodedata.normalize("NFC", text.translate(_ONE_TO_ONE))


def resolve_presentation_forms(text: str) -> str:
    """Write positional glyphs and ligatures as the letters that they stand for; nothing else changes."""
    return _PRESENTATION_FORMS.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
