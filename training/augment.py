"""Stage 4, optional: pairs made from the news pairs, for what newsrooms write and the clean data lacks.

Every function takes a pair and a source of chance, and returns another pair, or None where it does not apply.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable
from pathlib import Path

from .corpus import encode, unaligned
from .recipe import Recipe
from .tokenizer import iterate_pairs

_NEWS = ("desk", "un_quadclass", "yeto_yemen_observatory")
_NUMBER = re.compile(r"(?<![\d.,:/-])\d{2,6}(?![\d.,:/-]?\d)")
_KINDS = ((1900, 2030), (10, 31))  # years; days of the month
_MONTHS = (
    ("يناير", "كانون الثاني", "January"),
    ("فبراير", "شباط", "February"),
    ("مارس", "آذار", "March"),
    ("أبريل", "نيسان", "April"),
    ("مايو", "أيار", "May"),
    ("يونيو", "حزيران", "June"),
    ("يوليو", "تموز", "July"),
    ("أغسطس", "آب", "August"),
    ("سبتمبر", "أيلول", "September"),
    ("أكتوبر", "تشرين الأول", "October"),
    ("نوفمبر", "تشرين الثاني", "November"),
    ("ديسمبر", "كانون الأول", "December"),
)
_LEVANT = {name: other for name, other, _ in _MONTHS} | {other: name for name, other, _ in _MONTHS}
_MONTH_NAME = re.compile(r"(?<!\w)(?:" + "|".join(sorted(_LEVANT, key=len, reverse=True)) + r")(?!\w)")

Pair = tuple[str, str]
Change = Callable[[Pair, random.Random], Pair | None]


def _digits(number: str) -> tuple[int, int]:
    return 0, 10 ** len(number) - 1


def other_numbers(pair: Pair, chance: random.Random) -> Pair | None:
    """Replace each number that stands once on both sides by another of its kind: a year, a day, or as many digits."""
    arabic, english = pair
    ours, theirs = _NUMBER.findall(arabic), _NUMBER.findall(english)
    shared = [number for number in ours if ours.count(number) == theirs.count(number) == 1]
    if not shared:
        return None
    for number in shared:
        low, high = next(span for span in (*_KINDS, _digits(number)) if span[0] <= int(number) <= span[1])
        new = str(chance.randint(low, high)).zfill(len(number))
        one = re.compile(rf"(?<!\d){number}(?!\d)")
        arabic, english = one.sub(new, arabic), one.sub(new, english)
    return arabic, english


def other_months(pair: Pair, chance: random.Random) -> Pair | None:
    """Name months as the other half of the Arab world does, or as many papers do by both names."""
    arabic, english = pair
    if not any(name in english for *_, name in _MONTHS):
        return None
    both = chance.random() < 0.3
    changed = _MONTH_NAME.sub(lambda match: match[0] + "/" + _LEVANT[match[0]] if both else _LEVANT[match[0]], arabic)
    return None if changed == arabic else (changed, english)


def headline(pair: Pair, chance: random.Random) -> Pair | None:
    """Leave the full stop away on both sides of a short sentence."""
    arabic, english = pair
    if len(arabic.split()) > 14 or not (arabic.endswith(".") and english.endswith(".")):
        return None
    return arabic[:-1].rstrip(), english[:-1].rstrip()


def careless(pair: Pair, chance: random.Random) -> Pair | None:
    """Spell the Arabic side as hurried writers do: ta marbuta without dots, spaces missing or too many."""
    arabic, english = pair
    changes: list[Callable[[str], str]] = [
        lambda text: re.sub(r"ة(?!\w)", lambda match: "ه" if chance.random() < 0.5 else match[0], text),
        lambda text: re.sub(r"([،,.:؛]) (?=\w)", lambda match: match[1] if chance.random() < 0.7 else match[0], text),
        lambda text: re.sub(r" و(?=\w{3})", lambda match: " و " if chance.random() < 0.3 else match[0], text),
        lambda text: re.sub(r" ?[،؛]", "", text),
        lambda text: re.sub(r"[.؟!]$", "", text),
        lambda text: re.sub(r"(?<=\w)([،,.:؛])(?!\S)", r" \1", text),
    ]
    for change in chance.sample(changes, 2):
        arabic = change(arabic)
    return None if arabic == pair[0] else (arabic, english)


CHANGES: tuple[tuple[Change, float], ...] = (  # each with the share of the news pairs that it is tried on
    (other_numbers, 0.5),
    (other_months, 0.3),
    (headline, 0.3),
    (careless, 0.25),
)
_JOINED = 0.1  # share of pairs that are joined with the next one, which is often of the same article


def augmented(pairs: list[Pair], chance: random.Random) -> list[Pair]:
    """Return the new pairs only, in a fixed order for a given state of ``chance``."""
    made: list[Pair] = []
    for change, share in CHANGES:
        for pair in pairs:
            if chance.random() < share and (new := change(pair, chance)) is not None:
                made.append(new)
    for first, second in itertools.pairwise(pairs):
        if chance.random() < _JOINED and len(first[0].split()) + len(second[0].split()) < 45:
            made.append((f"{first[0]} {second[0]}", f"{first[1]} {second[1]}"))
    return made


def add_augmented(work: Path, recipe: Recipe) -> int:
    """Write ``work/extra/augmented.npz`` from the news of ``work/pairs.tsv``; return the number of pairs."""
    news = [(arabic, english) for name, arabic, english in iterate_pairs(work) if name in _NEWS]
    arabic, english = zip(*augmented(news, random.Random(recipe.seed)), strict=True)
    sources, targets = encode(work / "joint.spm", list(arabic)), encode(work / "joint.spm", list(english))
    fits = [i for i in range(len(sources)) if 0 < max(len(sources[i]), len(targets[i])) < recipe.max_pieces]
    (work / "extra").mkdir(exist_ok=True)
    corpus = unaligned([sources[i] for i in fits], [targets[i] for i in fits], recipe.augmented_repeat)
    corpus.save(work / "extra" / "augmented.npz")
    return len(fits)
