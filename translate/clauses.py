"""Sentences too long for the model: cut at clause marks, translate the parts, join them again."""

from __future__ import annotations

import re

# Where to cut, best first. A cut falls before the match's end of white space.
_CUTS = (
    re.compile(r"[؛;]\s*"),
    re.compile(r"[،,](?!\d)\s*|:\s+|\s[-–—]\s"),
    re.compile(
        r"\s+(?=(?:كما|حيث|بينما|لكن|ولكن|إذ|مما|فيما|عندما|الذي|التي|الذين|أن|إن|بأن|ثم|أو|لأن|حتى|منذ|وسط|بعد|قبل)\s"
        r"|و(?!زير|زار|فد|اشنطن|كال|ضع|قت|حد|لاي|لي|طن|سائل|سط|احد|رق|جه|صف|عد|ظيف|ثيق)[\u0621-\u064a]{3,})"
    ),
    re.compile(r"\s+(?=(?:في|من|على|إلى|الى|عن|مع|بين|خلال|ضد|عبر|نحو)\s)"),
    re.compile(r"\s+"),
)
# Words that a sentence begins with a capital and a clause does not.
_SMALL = frozenset(
    "the a an and but or of in on at to for from with by as that which who while when where after before during since "
    "it he she they his her their its this these those there is was were are has have had not also so then if "
    "because although according more some all most many".split()
)


def cut(text: str, parts: int) -> list[str]:
    """Cut ``text`` into about ``parts`` pieces of like length, at the best marks near the ideal places.

    First ``؛``, then ``،``, colons and dashes, then before conjunctions, before prepositions, at white space, and
    only in a text without any of them between letters. ``"".join(cut(text, n)) == text``.
    """
    if parts < 2 or len(text) < 2:
        return [text]
    left = parts // 2
    at = _nearest(text, len(text) * left // parts, len(text) // (2 * parts) + 1)
    return cut(text[:at], left) + cut(text[at:], parts - left)


def _nearest(text: str, target: int, reach: int) -> int:
    """Return the best place to cut within ``reach`` characters of ``target``."""
    low, high = max(1, target - reach), min(len(text) - 1, target + reach)
    for pattern in _CUTS:
        ends = [match.end() for match in pattern.finditer(text, low, high) if match.end() < len(text)]
        if ends:
            return min(ends, key=lambda end: abs(end - target))
    return max(1, target)


def join(sources: list[str], targets: list[str]) -> str:
    """Join the English of consecutive parts into one sentence.

    A part that did not end a sentence loses the full stop that the model gave it, takes the comma or
    semicolon of its source, and the next part goes on in lower case unless it begins with a name.
    """
    parts: list[str] = []
    for index, (source, target) in enumerate(zip(sources, targets, strict=True)):
        target = target.strip()
        if not target:
            continue
        part = _lower(target) if parts else target
        parts.append(_open_end(part, source.rstrip()[-1:]) if index + 1 < len(sources) else part)
    return " ".join(parts)


def _open_end(text: str, mark: str) -> str:
    if text[-1] in "?!":
        return text
    text = re.sub(r"(?<!\.)(?<!\.[A-Z])[.;,]$", "", text)  # U.S. and ... stay
    return text + {"،": ",", ",": ",", "؛": ";", ";": ";"}.get(mark, "")


def _lower(text: str) -> str:
    first = text.split(maxsplit=1)[0]
    return text[0].lower() + text[1:] if first.lower() in _SMALL else text
