"""Numbers of an Arabic sentence that its English translation lacks.

A number may legitimately change its shape on the way: ``5`` becomes "five", ``1.000`` becomes "1,000", ``100 ألف``
becomes "100,000", ``15.30`` becomes "3:30 pm". :func:`missing_numbers` accepts every such shape and reports only
what is found in none; what it accepts was read off the false alarms on human references.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_SCALES = {
    **dict.fromkeys("ألف الف آلاف الاف ألفا الفا ألاف".split(), 1e3),
    **dict.fromkeys("مليون ملايين مليونا مليوني".split(), 1e6),
    **dict.fromkeys("مليار مليارات مليارا ملياري بليون بلايين".split(), 1e9),
    **dict.fromkeys("تريليون تريليونات ترليون تريليونا ترليونات".split(), 1e12),
}
# A number of the source with the scale word behind it. ر is the decimal point of several news agencies,
# read from the right: 3ر16 is 16.3. The 2 of متر2 is no number.
_SOURCE = re.compile(
    rf"(?<!متر)(?<!كلم)(?<!كم)(?P<number>\d+(?:(?:[.,،:/–-]|\s?ر\s?)\d+)*)(?:\s*(?P<scale>{'|'.join(_SCALES)})(?!\w))?"
)
# Numbers told in parts: 4 ملايين و261 ألف و925 is 4,261,925, مليارين و800 مليون is 2,800,000,000.
_AND = re.compile(r"\s*و\s*")
_DUALS = {
    **dict.fromkeys(("ألفين", "الفين", "ألفان", "الفان"), 2e3),
    **dict.fromkeys(("مليونين", "مليونان"), 2e6),
    **dict.fromkeys(("مليارين", "ملياران"), 2e9),
}
_WORD_AND = re.compile(r"([\u0621-\u064a]+)\s+و\s*$")
_PARTS = re.compile(r"[:/–-]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,،]\d{3})+")
_GROUPED_DECIMAL = re.compile(r"(\d{1,3}(?:,\d{3})+)\.(\d+)|(\d{1,3}(?:\.\d{3})+),(\d+)")
_CLOCK = re.compile(r"([01]?\d|2[0-4])[.,،]([0-5]\d)")
_DECIMAL = re.compile(r"(\d+)[.,،](\d+)")
_REVERSED = re.compile(r"(\d+)\s?ر\s?(\d+)")

# One line per value, 0 to 19, then the tens.
_UNITS = """zero
one first once single
two second both twice double couple pair
three third triple
four fourth quadruple
five fifth
six sixth
seven seventh
eight eighth
nine ninth
ten tenth
eleven eleventh
twelve twelfth
thirteen thirteenth
fourteen fourteenth
fifteen fifteenth
sixteen sixteenth
seventeen seventeenth
eighteen eighteenth
nineteen nineteenth"""
_TENS = """twenty twentieth
thirty thirtieth
forty fortieth
fifty fiftieth
sixty sixtieth
seventy seventieth
eighty eightieth
ninety ninetieth"""
_WORDS = {word: float(value) for value, line in enumerate(_UNITS.splitlines()) for word in line.split()}
_WORDS |= {word: 10.0 * value for value, line in enumerate(_TENS.splitlines(), 2) for word in line.split()}
_MULTIPLIERS = {
    **dict.fromkeys(("hundred", "hundreds", "hundredth"), 1e2),
    **dict.fromkeys(("thousand", "thousands", "k"), 1e3),
    **dict.fromkeys(("million", "millions", "m", "mn"), 1e6),
    **dict.fromkeys(("billion", "billions", "bn", "b"), 1e9),
    **dict.fromkeys(("trillion", "trillions", "tn", "trn"), 1e12),
    "dozen": 12.0,
}
_MONTHS = "january february march april may june july august september october november december".split()
_TARGET = re.compile(r"\d+(?:[.,:/–-]\d+)*|[a-z]+")


@dataclass(frozen=True)
class _Need:
    """A number of the source as written, the values that stand for it, and those that do so only together."""

    written: str
    values: frozenset[float]
    together: frozenset[float] = frozenset()

    def met(self, have: set[float]) -> bool:
        return bool(self.values & have) or (bool(self.together) and self.together <= have)


def missing_numbers(source: str, target: str) -> tuple[str, ...]:
    """Return the numbers of the normalised ``source`` that ``target`` has in no shape, as written, in order."""
    needs = _needs(source)
    if not needs:
        return ()
    have = english_values(target.lower())
    return tuple(need.written for need in needs if not need.met(have))


def _needs(source: str) -> list[_Need]:
    matches = list(_SOURCE.finditer(source))
    scales = {_SCALES[match["scale"]] for match in matches if match["scale"]}
    needs: list[_Need] = []
    for told in _told_together(source, matches):
        parts = [need for match in told for need in _need(match, source, scales)]
        before = _WORD_AND.search(source, max(0, told[0].start() - 30), told[0].start())
        amount = (_DUALS.get(before[1]) or _SCALES.get(before[1], 0.0)) if before else 0.0
        if amount or len(told) > 1:
            whole = amount + sum(max(_readings(match["number"]), default=0.0) * _scale(match) for match in told)
            parts = [replace(part, values=part.values | {round(whole, 6)}) for part in parts]
        needs += parts
    return needs


def _told_together(source: str, matches: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Group numbers that are parts of one: each but the last has a scale word, and only "and" is between them."""
    groups: list[list[re.Match[str]]] = []
    for match in matches:
        last = groups[-1][-1] if groups else None
        if (
            last
            and last["scale"]
            and _scale(last) > _scale(match)
            and _AND.fullmatch(source, last.end(), match.start())
        ):
            groups[-1].append(match)
        else:
            groups.append([match])
    return groups


def _scale(match: re.Match[str]) -> float:
    return _SCALES.get(match["scale"] or "", 1.0)


def _need(match: re.Match[str], source: str, scales: set[float]) -> list[_Need]:
    """Return what one token asks for: several numbers when it is a date, range or time."""
    scale = _scale(match)
    clock = "ساعة" in source[max(0, match.start() - 15) : match.start()]
    needs: list[_Need] = []
    for part in _PARTS.split(match["number"]):
        values = {value * scale for value in _readings(part)}
        pieces = set()
        if scale == 1.0:
            values |= {value * other for value in values for other in scales}  # between 5 and 7 million
            if time := _CLOCK.fullmatch(part):
                values.add(float(time[1] + time[2]))  # 0700 GMT
            if not part.isdigit() and not _GROUPED.fullmatch(part):  # 12.30, 30.6.2017
                pieces = {float(piece) for piece in re.findall(r"\d+", part)}
        if clock:
            values |= {value - 12 for value in values if 12 < value <= 24}
            pieces = {piece - 12 if 12 < piece <= 24 else piece for piece in pieces} - {0.0}
        if not (clock and needs and values == {0.0}):  # the minutes of 15:00
            needs.append(_Need(part, frozenset(round(value, 6) for value in values), frozenset(pieces)))
    return needs


def _readings(part: str) -> set[float]:
    """Return the values that a run of digits and points can mean."""
    if part.isdigit():
        return {float(part)}
    values: set[float] = set()
    if _GROUPED.fullmatch(part):
        values.add(float(re.sub(r"\D", "", part)))
    if match := _GROUPED_DECIMAL.fullmatch(part):
        values.add(float(re.sub(r"\D", "", match[1] or match[3]) + "." + (match[2] or match[4])))
    if match := _DECIMAL.fullmatch(part):
        values.add(float(f"{match[1]}.{match[2]}"))
    elif match := _REVERSED.fullmatch(part):
        values |= {float(f"{match[2]}.{match[1]}"), float(f"{match[1]}.{match[2]}")}
    return values


def english_values(target: str) -> set[float]:
    """Return every value that some run of digits or number words in lower-case ``target`` can mean."""
    have: set[float] = set()
    total, current = 0.0, None
    for token in _TARGET.findall(target):
        token = token.removesuffix("fold") or token
        if token[0].isdigit():
            parts = _PARTS.split(token)
            for part in parts:
                have |= _readings(part)
                have |= {float(piece) for piece in re.findall(r"\d+", part)}
            have.add(float(re.sub(r"\D", "", token)))
            total, current = 0.0, max(_readings(parts[-1]), default=None)
        elif token in _MULTIPLIERS:
            if len(token) < 3 and current is None:
                continue
            current = (current or 1.0) * _MULTIPLIERS[token]
            have |= {round(current, 6), round(total + current, 6)}
            if _MULTIPLIERS[token] >= 1000:
                total, current = total + current, 0.0
        elif token in _WORDS:
            value = _WORDS[token]
            have.add(value)
            current = value if current is None or current % 10 or value >= 100 else current + value
            have |= {current, total + current}
        elif token in ("a", "an"):
            have.add(1.0)
        elif token == "half":
            have.add(0.5)
            current = (current or 0.0) + 0.5
            have.add(current)
        elif token != "and":
            if token in _MONTHS:
                have.add(_MONTHS.index(token) + 1.0)
            total, current = 0.0, None
    return have
