"""Stage 1: clean pairs. Reads the data folder, writes ``pairs.tsv`` (source name, Arabic, English).

What is dropped, and how much of it, is printed and written beside it: nothing vanishes in silence.
"""

from __future__ import annotations

import html
import json
import lzma
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..translate.normalize import normalize
from .recipe import Recipe, Source

_WORD = re.compile(r"\w+")
_ARABIC = re.compile("[\u0621-\u064a]")
_LATIN = re.compile("[A-Za-z]")
# UN documents write 7,943,030 as `030 943 7`: groups of three in reversed order.
_REVERSED_THOUSANDS = re.compile(r"(?<![\d.,])(\d{3}(?: \d{3})*) (\d{1,3})(?![\d.,])")
_NGRAM = 5


def read_pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (Arabic, English) from a ``.tsv`` or ``.tsv.xz`` file; lines without a tab are skipped."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            arabic, tab, english = line.rstrip("\n").partition("\t")
            if tab:
                yield arabic, english


def clean(text: str) -> str:
    """Normalise as the translator does, unescape HTML and squeeze white space."""
    return " ".join(normalize(html.unescape(text)).split())


def repair_thousands(arabic: str, english: str) -> str:
    """Put reversed thousands groups in order when the English side confirms the number."""

    def repaired(match: re.Match[str]) -> str:
        number = ",".join([match[2], *reversed(match[1].split())])
        return number if number in english else match[0]

    return _REVERSED_THOUSANDS.sub(repaired, arabic)


def sentence_fault(arabic: str, english: str) -> str | None:
    """Name what is wrong with a sentence pair, or return None. Ratios are in words."""
    source, target = len(arabic.split()), len(english.split())
    if source > 100 or target > 130:
        return "too long"
    if max(source, target) > 4 and not 0.4 <= target / source <= 3.0:
        return "length ratio"
    if len(_ARABIC.findall(arabic)) < 0.5 * len(re.sub(r"[\W\d]", "", arabic)):
        return "source not Arabic"
    if len(_ARABIC.findall(english)) > 2 or not _LATIN.search(english):
        return "target not English"
    return None


class HeldOut:
    """Tells whether a sentence repeats one of the held-out texts.

    A sentence counts as a repeat when it equals a held-out one, or when at least half of its word
    5-grams (sentences of 8 words and more) occur in held-out text.
    """

    def __init__(self, held_out: Iterable[str]) -> None:
        self._whole: set[tuple[str, ...]] = set()
        self._ngrams: set[tuple[str, ...]] = set()
        for text in held_out:
            for line in re.split(r"(?<=[.!?؟])\s+|\n", clean(text)):
                words = self._words(line)
                if len(words) > 3:
                    self._whole.add(words)
            self._ngrams.update(self._grams(self._words(clean(text))))

    @staticmethod
    def _words(text: str) -> tuple[str, ...]:
        return tuple(_WORD.findall(text.lower()))

    @staticmethod
    def _grams(words: tuple[str, ...]) -> list[tuple[str, ...]]:
        return [words[i : i + _NGRAM] for i in range(len(words) - _NGRAM + 1)]

    def __contains__(self, text: str) -> bool:
        words = self._words(text)
        if words in self._whole:
            return True
        if len(words) < 8:
            return False
        grams = self._grams(words)
        return sum(gram in self._ngrams for gram in grams) >= len(grams) / 2


def held_out_texts(data: Path, seeds: Path) -> Iterator[str]:
    """Yield both sides of everything that scores are reported on: desk-dev, FLORES, articles, seed."""
    for path in (data / "desk" / "dev.tsv.xz", data / "eval" / "flores200_dev.tsv"):
        for pair in read_pairs(path):
            yield from pair
    for path in sorted((data / "articles").glob("*.json")):
        article = json.loads(path.read_text(encoding="utf-8"))
        yield from (article["title_ar"], article["title_en"])
        yield from article["paragraphs_ar"]
        yield from article["paragraphs_en"]
    for path in sorted(seeds.glob("*.txt")):
        yield from path.read_text(encoding="utf-8").splitlines()


def _source_path(data: Path, source: Source) -> Path:
    return data / "desk" / "train.tsv.xz" if source.name == "desk" else data / "parallel" / f"{source.name}.tsv.xz"


def prepare(data: Path, seeds: Path, work: Path, recipe: Recipe) -> Counter[str]:
    """Write ``work/pairs.tsv`` and ``work/prepare.json`` (counts); return the counts."""
    overlap = HeldOut(held_out_texts(data, seeds))
    counts: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    work.mkdir(parents=True, exist_ok=True)
    with (work / "pairs.tsv").open("w", encoding="utf-8") as out:
        for source in recipe.sources:
            for arabic, english in read_pairs(_source_path(data, source)):
                arabic, english = clean(arabic), clean(english)
                if source.name.startswith("un_"):
                    arabic = repair_thousands(arabic, english)
                fault = _fault(source, arabic, english, overlap)
                key = (arabic.lower(), english.lower())
                if fault is None and key in seen:
                    fault = "duplicate"
                counts[f"{source.name}: {fault or 'kept'}"] += 1
                if fault is None:
                    seen.add(key)
                    out.write(f"{source.name}\t{arabic}\t{english}\n")
    (work / "prepare.json").write_text(json.dumps(counts, indent=1, sort_keys=True), encoding="utf-8")
    return counts


def _fault(source: Source, arabic: str, english: str, overlap: HeldOut) -> str | None:
    if not arabic or not english:
        return "empty"
    if source.sentences and (fault := sentence_fault(arabic, english)):
        return fault
    if arabic in overlap or english in overlap:
        return "overlaps a test set"
    return None
