"""Numbers and names of a summary that its source does not have: what a generating model may have made up.

Meant to have few false alarms: 1,000 is 1000, "two" is 2, "1.2 million" is 1,200,000, "Iraqi" follows from "Iraq",
"UN" from "United Nations", and a capital at the start of a sentence is no name by itself. Measured on 1,320
model-written summaries of news articles, made to stay with the facts: it reports something in 1.9 % of them, and
most of that is indeed not in the article. With one number or name exchanged for one that the article lacks, it
finds 91 %.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ..translate.numbers import english_values
from .extractive import STOP_WORDS
from .sentences import split

_SCALES = {
    **dict.fromkeys(("hundred", "hundreds"), 1e2),
    **dict.fromkeys(("thousand", "thousands", "k"), 1e3),
    **dict.fromkeys(("million", "millions", "m", "mn", "mln"), 1e6),
    **dict.fromkeys(("billion", "billions", "bn", "bln"), 1e9),
    **dict.fromkeys(("trillion", "trillions", "tn"), 1e12),
}
_CARDINALS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_LARGE = "hundred|thousand|million|billion|trillion"
_ANY_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<digits>\d+(?:[.,:/–-]\d+)*)(?:[\s-]?(?P<scale>{_ANY_SCALE})\b)?"
    rf"|\b(?P<words>(?:{_CARDINALS})(?:(?:[\s-]|\sand\s)(?:one|{_LARGE}|{_CARDINALS})\b)*)\b",
    re.IGNORECASE,
)
_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")

# U.S., U.S, al-Hashimi, O'Neill, S&P
_WORD = re.compile(r"(?<!\w)[^\W\d_](?:\.[^\W\d_])+(?!\w)\.?|[^\W\d_]+(?:['’&-][^\W\d_]+)*")
# Between two words of one name: nothing but space, or the full stop of an initial or a title.
_SAME_NAME = re.compile(r"\.?\s+")
# After these a capital means a new sentence, not a name.
_OPENING = re.compile(r"(?:[:;.!?…]\s*|^\W*)[\"“'‘(\[]*$")
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_SUFFIXES = ("ians", "ian", "ans", "an", "ese", "ish", "is", "i", "ia", "on", "ain", "ey", "y", "a", "e", "es", "s")
_IRREGULAR = (
    ("us", "usa", "america", "american", "americans", "washington"),
    ("uk", "britain", "british", "london"),
    ("uae", "emirates", "emirati", "emiratis"),
    ("france", "french"),
    ("spain", "spanish"),
    ("greece", "greek", "greeks"),
    ("netherlands", "dutch", "holland"),
    ("denmark", "danish"),
    ("switzerland", "swiss"),
    ("poland", "polish"),
    ("ireland", "irish"),
    ("wales", "welsh"),
    ("scotland", "scottish"),
    ("philippines", "filipino", "filipinos"),
    ("afghanistan", "afghan", "afghans"),
    ("isis", "isil", "daesh"),
    *(
        (month, month[:3])
        for month in "january february march april june july august october november december".split()
    ),
    ("september", "sept", "sep"),
)
_TITLES = frozenset(
    "mr mrs ms miss dr prof president prime minister king queen prince princess sheikh sir lord lady chancellor "
    "senator sen representative rep governor gov mayor general gen lieutenant lt colonel col sergeant sgt captain "
    "capt judge justice al el abu bin ibn st".split()
)


def unsupported(summary: str, source: str) -> tuple[str, ...]:
    """Return the numbers and names of ``summary`` that ``source`` lacks, as written, in order, each once."""
    evidence = _Evidence.of(source)
    found = [*_unsupported_numbers(summary, evidence), *_unsupported_names(summary, evidence)]
    return tuple(dict.fromkeys(text for _, text in sorted(found)))


@dataclass(frozen=True)
class _Evidence:
    """What a source offers: its text, values of its numbers, scale words, stems of its words, initials of its names."""

    text: str
    values: frozenset[float]
    scales: frozenset[float]
    stems: frozenset[str]
    initials: tuple[str, ...]

    @classmethod
    def of(cls, source: str) -> _Evidence:
        words = [match[0] for match in _WORD.finditer(source)]
        keys = {key for word in words for key in _keys(word)}
        for family in _IRREGULAR:
            if not keys.isdisjoint(family):
                keys.update(family)
        return cls(
            source,
            frozenset(english_values(source.lower())),
            frozenset(_SCALES[key] for key in keys if key in _SCALES),
            frozenset(stem for key in keys for stem in _stems(key)),
            tuple(_initials(words)),
        )

    def has_name(self, word: str) -> bool:
        """Whether the source has this word of a name in some form."""
        parts = [_keys(part)[0] for part in word.split("-") if part[0].isupper()] or _keys(word)
        if all(not self.stems.isdisjoint(_stems(part)) for part in parts):
            return True
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", self.text):  # as a part of B.A. or the like
            return True
        letters = word.replace(".", "")
        return letters.isupper() and len(letters) > 1 and any(letters in initials for initials in self.initials)

    def has_number(self, match: re.Match[str]) -> bool:
        """Whether the source has the value of a match of ``_NUMBER`` in some form."""
        if match["words"]:
            value = max(english_values(match["words"].lower()))
            scale = _SCALES.get(match["words"].lower().split()[-1], 1.0)
            return value in self.values or (scale in self.scales and value / scale in self.values)
        scale = _SCALES.get((match["scale"] or "").lower(), 1.0)
        *before, last = [_value(part) for part in re.split(r"[:/–-]", match["digits"])]
        return all(value in self.values or value * scale in self.values for value in before) and (
            round(last * scale, 6) in self.values or (last in self.values and scale in self.scales)
        )


def _unsupported_numbers(summary: str, evidence: _Evidence) -> Iterator[tuple[int, str]]:
    for match in _NUMBER.finditer(summary):
        if not evidence.has_number(match):
            yield match.start(), match[0]


def _unsupported_names(summary: str, evidence: _Evidence) -> Iterator[tuple[int, str]]:
    """Yield runs of capitalised words of which none is in the source."""
    offset = 0
    for sentence in split(summary):
        for name in _names(sentence):
            inside = name if not _OPENING.search(sentence[: name[0].start()]) else name[1:]
            known = [evidence.has_name(match[0]) for match in name]
            if not inside or _acronym(name) in evidence.stems:
                continue
            if not any(known):
                yield offset + name[0].start(), _text(sentence, name)
                continue
            for match in inside:
                if not evidence.has_name(match[0]):
                    yield offset + match.start(), _POSSESSIVE.sub("", match[0])
        offset += len(sentence)


def _names(sentence: str) -> Iterator[list[re.Match[str]]]:
    """Yield the runs of capitalised words of a sentence, stop words and titles left out."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(sentence):
        name = match[0][0].isupper() or any(part[:1].isupper() for part in re.split(r"[-'’]", match[0])[1:])
        ignored = _keys(match[0])[0] in STOP_WORDS | _TITLES
        if run and (not name or ignored or not _SAME_NAME.fullmatch(sentence, run[-1].end(), match.start())):
            yield run
            run = []
        if name and not ignored:
            run.append(match)
    if run:
        yield run


def _text(sentence: str, name: list[re.Match[str]]) -> str:
    return _POSSESSIVE.sub("", sentence[name[0].start() : name[-1].end()])


def _acronym(name: list[re.Match[str]]) -> str:
    return "".join(match[0][0] for match in name).lower() if len(name) > 1 else ""


def _initials(words: list[str]) -> Iterator[str]:
    """Yield the first letters of every run of capitalised words; ``of``, ``and``, ``the`` do not end a run."""
    run = ""
    for word in words:
        if word[0].isupper():
            run += word[0]
        elif word not in ("of", "and", "the", "for"):
            if len(run) > 1:
                yield run
            run = ""
    if len(run) > 1:
        yield run


def _keys(word: str) -> list[str]:
    """Return a word in one spelling (no case, accents, dots, possessive), then its parts if it has a hyphen."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    key = _POSSESSIVE.sub("", plain).casefold().replace(".", "").replace("’", "'")
    return [key, *key.split("-")] if "-" in key else [key]


def _stems(key: str) -> set[str]:
    """Return a word with and without each suffix of people and places: Iraqi, Iraq; Lebanese, Lebanon."""
    return {key} | {key.removesuffix(suffix) for suffix in _SUFFIXES if len(key) - len(suffix) >= 3}


def _value(number: str) -> float:
    """Return the value of one number in English notation."""
    if _GROUPS.fullmatch(number):
        return float(number.replace(",", ""))
    plain = number.replace(",", ".", 1).replace(",", "")
    return float(plain) if plain.count(".") < 2 else -1.0
