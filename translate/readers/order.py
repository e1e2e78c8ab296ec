"""Lines of a page as the eye sees them, left to right, to the order in which they are read.

This is the Unicode bidirectional algorithm (UAX #9) backwards. It has no exact inverse: what is decided here by
habit is which way brackets were written, and whether the text was stored backwards to begin with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..normalize import resolve_presentation_forms
from ..script import arabic_letters, latin_letters

_PAIRS = ("()", "[]", "{}", "<>", "«»", "‹›")

# What each glyph is to the order of a line, as one letter: the runs below are found among these.
_CLASSES = (
    ("L", re.compile(r"[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u024f\u1e00-\u1eff]")),
    ("N", re.compile(r"\d")),
    ("S", re.compile(r"\s")),
    ("p", re.compile(r"[.,:/٫٬]")),  # inside numbers
    ("m", re.compile(r"[-–_@&'’+#?=~!*]")),  # inside Latin names and addresses
    ("c", re.compile("%")),
    ("o", re.compile(r"\(")),
    ("e", re.compile(r"\)")),
)
_OTHER = "x"
# Left-to-right runs: Latin words with numbers, marks, spaces and brackets between them; numbers.
_PHRASE = re.compile("[LN]+(?:[Spm]{0,3}[LN]+|S?o[LNSpm]*[LN]e)*")
_NUMBER = re.compile("N+(?:pN+)*c?")
# Words that end in these are Arabic read forwards; words that begin with them are read backwards.
_FINAL_LETTERS = frozenset("ةى")
_WORD = re.compile("[\u0621-\u064a]{2,}")


def is_right_to_left(units: Iterable[str]) -> bool:
    """Tell whether a line is Arabic rather than Latin."""
    text = "".join(units)
    return arabic_letters(text) > 0 and 2 * arabic_letters(text) >= latin_letters(text)


def logical(units: Sequence[str]) -> str:
    """Return a right-to-left line in reading order.

    ``units`` are the glyphs from left to right, each with its own letters in reading order. Numbers and Latin
    words keep their direction, and so does what they hold together: ``BBC News``, ``12.5``, ``2016/3/12``.
    """
    pieces: list[str] = []
    end = 0
    for start, stop in _left_to_right("".join(map(_class, units))):
        pieces += units[end:start]
        pieces.append("".join(units[start:stop]))
        end = stop
    pieces += units[end:]
    return resolve_presentation_forms("".join(reversed(pieces)))


def _left_to_right(classes: str) -> Iterator[tuple[int, int]]:
    for phrase in _PHRASE.finditer(classes):
        if "L" in phrase[0]:
            yield phrase.span()
        else:
            yield from (number.span() for number in _NUMBER.finditer(classes, phrase.start(), phrase.end() + 1))


def _class(unit: str) -> str:
    return next((name for name, pattern in _CLASSES if pattern.fullmatch(unit[:1])), _OTHER)


def brackets_upright(lines: Sequence[str]) -> list[str]:
    """Return lines in reading order with their brackets the right way round.

    Some programs store a bracket as it looks on the page, others as it is meant: which, is told for each kind from
    whether it opens first in most of the lines that hold both halves.
    """
    turned = "".join(pair for pair in _PAIRS if sum(_direction(line, pair) for line in lines) < 0)
    table = str.maketrans(turned, "".join(turned[at : at + 2][::-1] for at in range(0, len(turned), 2)))
    return [line.translate(table) for line in lines]


def _direction(line: str, pair: str) -> int:
    """Say which way round a line has a pair of brackets: 1, -1, or 0 when it holds half of one or none."""
    first = min(line.find(pair[0]) % (len(line) + 1), line.find(pair[1]) % (len(line) + 1))
    if first >= len(line) or line.count(pair[0]) != line.count(pair[1]):
        return 0
    return 1 if line[first] == pair[0] else -1


def is_backwards(text: str) -> bool:
    """Tell Arabic that is stored backwards: its words begin with letters that only end words, and end with لا.

    Short texts get the benefit of the doubt.
    """
    forwards = backwards = 0
    for word in _WORD.findall(resolve_presentation_forms(text)):
        forwards += (word[-1] in _FINAL_LETTERS) + word.startswith("ال")
        backwards += (word[0] in _FINAL_LETTERS) + word.endswith("لا")
    return backwards >= 3 and backwards > 2 * forwards
