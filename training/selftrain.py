"""Stage 4, optional: Arabic news translated by a finished model, for the next one to learn from.

Self-training (forward translation): the source side is genuine, and of what the model says of it only the
translations stay that no check of :mod:`tarjama.translate.checks` doubts. They begin with no tag: the source is what a
reader's article is. Only for text that no translation exists of; a held-out text is never among it.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from pathlib import Path

from ..models import Decoding, Task, load_engine
from ..translate.checks import check
from ..translate.segment import split
from .backtranslate import choice, generated
from .corpus import encode, unaligned
from .prepare import HeldOut, clean, held_out_texts, sentence_fault
from .recipe import Recipe


def arabic_sentences(data: Path, seeds: Path, recipe: Recipe) -> Iterator[str]:
    """Yield each usable sentence of the Arabic news once; nothing that repeats a held-out text."""
    overlap = HeldOut(held_out_texts(data, seeds))
    shortest, longest = recipe.own_words
    seen: set[str] = set()
    with lzma.open(data / "news" / "ar.txt.xz", "rt", encoding="utf-8") as paragraphs:
        for paragraph in paragraphs:
            for sentence in map(str.strip, split(clean(paragraph))):
                if shortest <= len(sentence.split()) <= longest and sentence not in seen and sentence not in overlap:
                    seen.add(sentence)
                    yield sentence


def translate_news(by: Path, work: Path, data: Path, seeds: Path, recipe: Recipe, sentences: int) -> Path:
    """Translate a random choice of the news with the model in ``by``; return ``work/own.tsv``.

    A line is the score (mean log-probability per piece), the Arabic and the English. Goes on after a stop, as
    ``back_translate`` does. The model must have the vocabulary of ``work``, or read as much in its own.
    """
    chosen = choice(list(arabic_sentences(data, seeds, recipe)), work, recipe, sentences)
    path = work / "own.tsv"
    for arabic, made in generated(load_engine(by, Task.TRANSLATION), chosen, path, Decoding()):
        with path.open("a", encoding="utf-8") as out:
            out.writelines(
                f"{e.score:.3f}\t{a}\t{' '.join(e.text.split())}\n" for a, e in zip(arabic, made, strict=True)
            )
    return path


def is_trusted(arabic: str, english: str, score: float, least: float) -> bool:
    """Tell whether the model was sure (mean log-probability per piece at ``least``), and no check objects to a pair."""
    return score >= least and not check(arabic, english) and sentence_fault(arabic, english) is None


def add_own_translations(path: Path, work: Path, recipe: Recipe) -> int:
    """Write ``work/extra/own.npz`` from what ``translate_news`` wrote, doubtful pairs left out; return how many."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    trusted = [(a, e) for score, a, e in lines if is_trusted(a, e, float(score), recipe.own_score)]
    sources = encode(work / "joint.spm", [arabic for arabic, _ in trusted])
    targets = encode(work / "joint.spm", [english for _, english in trusted])
    kept = [i for i in range(len(trusted)) if max(len(sources[i]), len(targets[i])) < recipe.max_pieces]
    (work / "extra").mkdir(exist_ok=True)
    corpus = unaligned([sources[i] for i in kept], [targets[i] for i in kept], recipe.own_repeat)
    corpus.save(work / "extra" / "own.npz")
    return len(kept)
