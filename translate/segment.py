"""Paragraph to sentences, for Arabic, with nothing lost.

:func:`split` is our own. sentencex 1.0, pysbd and the regular expressions of EasyNMT were run on the table of
``tests/test_translate_segment.py``: they cut at ``د.`` and ``أ.د.``, at initials and numbered lists, or not at
``؟`` and ``.والثاني`` (figures there).
"""

from __future__ import annotations

import re

# Marks that print nothing and may stand anywhere: zero-width, bidi.
_INVISIBLE = "\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_MARKS = re.compile(f"[{_INVISIBLE}\u0640\u064b-\u065f\u0670]")

_ARABIC = "\u0620-\u063f\u0641-\u064a\u0671-\u06d3\u06fa-\u06fc"
_CLOSERS = "\"'”’»›)\\]}"

# A run of full stops, question and exclamation marks; the quotes and brackets that it closes; white space.
_STOP = re.compile(
    f"(?P<stop>[.!?؟۔…](?:[{_INVISIBLE}]*[.!?؟۔…])*)"
    f"(?P<close>(?:[{_CLOSERS}{_INVISIBLE}]| [”»)\\]}}])*)"
    r"(?P<space>\s*)"
)
# The word that ends at the stop: letters, digits, and stops inside (``أ.د``, ``12.30``, ``U.S``).
_WORD_BEFORE = re.compile(r"[^\s\"'“”‘’«»()\[\]،؛,:|/–—-]*$")
_WORD_AFTER = re.compile(f"[{_ARABIC}]+")

_NUMBER = re.compile(r"[\d٠-٩۰-۹]+(?:[.,:٫/][\d٠-٩۰-۹]+)*%?")
_LIST_NUMBER = re.compile(r"[\d٠-٩]{1,3}")
_LETTERS_WITH_STOPS = re.compile(f"(?:[{_ARABIC}]\\.)+[{_ARABIC}]|(?:[A-Za-z]\\.)+[A-Za-z]")
_TITLES = frozenset({"أ.د", "ا.د", "أ.م", "أ.م.د", "ا.م.د", "د.م", "م.د", "ص.ب", "ود", "وم", "وأ"})
_LATIN_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st sr jr vs no vol fig inc ltd co corp bros gen col capt lt sgt maj adm rep sen gov hon "
    "rev mt ft e.g i.e al approx dept univ".split()
)
# Words after an ellipsis that only go on with a sentence.
_GOES_ON = frozenset("أن إن أنه أنها إنه إنها بأن التي الذي الذين اللذين اللتين أو أم أي".split())
# The last label of an address: ``سوق.كوم`` is one word.
_DOMAINS = frozenset({"كوم", "نت", "أورغ", "اورج", "تي"})


def split(paragraph: str) -> list[str]:
    """Cut a paragraph into sentences; ``"".join(split(p)) == p`` for any string.

    White space stays with the sentence that it precedes. ``؟ ! . …`` end a sentence, together with the quotes
    and brackets that close after them; a stop in a number, date, title (``د.``), initial, address or list
    number does not. Every piece holds a letter or digit, unless the whole paragraph has none.
    """
    pieces: list[str] = []
    start = 0
    for match in _STOP.finditer(paragraph):
        end = _boundary(paragraph, start, match)
        if end is not None and _has_word(paragraph[start:end]) and _has_word(paragraph[end:]):
            pieces.append(paragraph[start:end])
            start = end
    return [*pieces, paragraph[start:]] if paragraph else []


def _has_word(text: str) -> bool:
    return re.search(r"[^\W_]", text) is not None


def _boundary(text: str, start: int, match: re.Match[str]) -> int | None:
    """Return where the sentence that began at ``start`` ends, if it ends at this stop."""
    stop = _MARKS.sub("", match["stop"])
    after = text[match.end() : match.end() + 40]
    word = _MARKS.sub("", _WORD_BEFORE.search(text, max(start, match.start() - 40), match.start())[0])  # type: ignore[index]
    if not after or after[0] in "،؛,;:»”)]}":
        return None
    if text[match.start() - 1 : match.start()] in ("(", "["):  # editorial marks: (!) (؟) [...]
        return None
    end = match.end("close") if _closes(text, match) else match.end("stop")
    if end == match.end("close") and not match["space"]:
        return end if _ends_without_space(stop, word, after) else None
    if after[0].islower() and after[0].isascii():
        return None
    if stop == ".":
        return _after_full_stop(text, start, match, word, after, end)
    if stop[0] in ".…" and (go := _WORD_AFTER.match(after)) and go[0] in _GOES_ON:
        return None
    return end


def _closes(text: str, match: re.Match[str]) -> bool:
    """Tell whether the quotes after the stop close (rather than open the next sentence)."""
    quote = '"' if '"' in match["close"] else "'"
    if quote not in match["close"] or match["space"]:
        return True
    return text.count(quote, 0, match.end("stop")) % 2 == 1


def _ends_without_space(stop: str, word: str, after: str) -> bool:
    """Decide for a stop with text right behind it, as in ``انتهى.والثاني``."""
    following = _WORD_AFTER.match(after)
    opens = after[0] in "\"“«(["
    if stop != ".":
        return bool(following) or opens
    if len(word) < 2 or not _WORD_AFTER.fullmatch(word):
        return False
    return opens or (following is not None and len(following[0]) > 1 and following[0] not in _DOMAINS)


def _after_full_stop(
    text: str, start: int, match: re.Match[str], word: str, after: str, end: int
) -> int | None:
    """Decide for a single full stop with white space behind it."""
    if _NUMBER.fullmatch(word):
        if _LIST_NUMBER.fullmatch(word) and text[start : match.start()].strip() == word:
            return None
        return end
    previous = text[start : match.start() - len(word)].rstrip()
    if len(word) == 1 and word.isalpha():
        return end if previous[-1:].isdigit() else None  # 2016 م.  against  د. محمد
    if word in _TITLES or word.lower() in _LATIN_ABBREVIATIONS:
        return None
    if _LETTERS_WITH_STOPS.fullmatch(word):
        return end if after[0] == "و" else None  # أ.ف.ب. وقال  against  أ.ف.ب. في بغداد
    return end
