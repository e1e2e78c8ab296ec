"""Stage 4, optional: English news translated into Arabic by a model of the other direction.

Sennrich et al. 2016: the target side is genuine, so the decoder learns real news English, however rough the
source side is. Each such source starts with a tag, so that the model keeps the two kinds apart (Caswell et
al. 2019).
"""

from __future__ import annotations

import lzma
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import sentencex

from ..models import Decoding, Engine, Generated, Task, load_engine
from ..translate.checks import loops
from ..translate.numbers import missing_numbers
from .corpus import Corpus, encode, unaligned
from .export import export_last
from .prepare import HeldOut, clean, held_out_texts
from .recipe import Recipe
from .tokenizer import UNKNOWN

TAG = UNKNOWN  # no text starts with an unknown piece often enough to matter, and every vocabulary has it
_CHUNK = 512  # sentences translated between two writes
_FAULT = re.compile(r"https?:|www\.|[@#|_<>{}\[\]•]|\.\.\.$|^[^\w\"'(]|\bclick\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d[\d.,]*\d")
_END = re.compile(r"[.!?][\"')]*$")


def reverse_recipe(recipe: Recipe) -> Recipe:
    """The same recipe from English to Arabic."""
    return replace(recipe, reverse=True)


def prepare_reverse(work: Path) -> Path:
    """Write ``work/reverse``: the corpus turned round, with the same vocabulary. Train there."""
    folder = work / "reverse"
    folder.mkdir(exist_ok=True)
    Corpus.load(work / "corpus.npz").reverse().save(folder / "corpus.npz")
    for name in ("joint.spm", "vocab.json"):
        shutil.copyfile(work / name, folder / name)
    return folder


def news_sentences(data: Path, seeds: Path, recipe: Recipe) -> Iterator[str]:
    """Yield each usable sentence of the English news once; nothing that repeats a held-out text."""
    overlap = HeldOut(held_out_texts(data, seeds))
    shortest, longest = recipe.back_words
    seen: set[str] = set()
    with lzma.open(data / "news" / "en.txt.xz", "rt", encoding="utf-8") as paragraphs:
        for paragraph in paragraphs:
            for sentence in sentencex.segment("en", clean(paragraph)):
                sentence = sentence.strip()
                if not shortest <= len(sentence.split()) <= longest or not _END.search(sentence):
                    continue
                letters = sum(char.isalpha() and char.isascii() for char in sentence)
                if _FAULT.search(sentence) or letters < 0.7 * len(sentence) or sentence.isupper():
                    continue
                key = sentence.lower()
                if key not in seen and sentence not in overlap:
                    seen.add(key)
                    yield sentence


def back_translate(work: Path, data: Path, seeds: Path, recipe: Recipe, sentences: int) -> Path:
    """Translate a random choice of the news with the model of ``work/reverse``; return ``work/back.tsv``.

    Goes on after a stop: lines that are there are kept, and the choice depends on the recipe's seed only.
    """
    chosen = choice(list(news_sentences(data, seeds, recipe)), work, recipe, sentences)
    engine = load_engine(export_last(work / "reverse", reverse_recipe(recipe)), Task.TRANSLATION)
    path = work / "back.tsv"
    for english, made in generated(engine, chosen, path, Decoding(beam=1, batch_tokens=4096)):
        with path.open("a", encoding="utf-8") as out:
            out.writelines(f"{clean(a.text) or '-'}\t{e}\n" for a, e in zip(made, english, strict=True))
    return path


def choice(texts: list[str], work: Path, recipe: Recipe, count: int) -> list[str]:
    """Return a random choice of the texts that a model can read, by the pieces of ``work``; always the same one."""
    shuffled = texts.copy()
    random.Random(recipe.seed).shuffle(shuffled)
    pieces = encode(work / "joint.spm", shuffled)
    fits = (text for text, ids in zip(shuffled, pieces, strict=True) if len(ids) < recipe.max_pieces)
    return list(islice(fits, count))


def generated(
    engine: Engine, sources: list[str], path: Path, decoding: Decoding
) -> Iterator[tuple[list[str], list[Generated]]]:
    """Yield chunks of the sources with what the engine makes of them, but those that ``path`` has a line for."""
    done = len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0
    for start in range(done, len(sources), _CHUNK):
        chunk = sources[start : start + _CHUNK]
        yield chunk, engine.generate(chunk, decoding)
        print(f"translated {start + len(chunk)} of {len(sources)}", flush=True)


def is_faithful(arabic: str, english: str) -> bool:
    """Tell whether the Arabic does not repeat itself and has the numbers of the English, and no others."""
    if loops(english, arabic) or missing_numbers(arabic, english):
        return False
    return set(_NUMBER.findall(english)) <= set(_NUMBER.findall(arabic))


def add_back_translations(path: Path, work: Path, recipe: Recipe) -> int:
    """Write ``work/extra/back.npz`` from what ``back_translate`` wrote, unfaithful pairs left out; return how many."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    arabic, english = zip(*((a, e) for a, e in lines if is_faithful(a, e)), strict=True)
    sources, targets = encode(work / "joint.spm", list(arabic)), encode(work / "joint.spm", list(english))
    kept = [
        ([TAG, *source], target)
        for source, target in zip(sources, targets, strict=True)
        if 0.5 <= len(source) / len(target) <= 2.0 and max(len(source) + 1, len(target)) < recipe.max_pieces
    ]
    (work / "extra").mkdir(exist_ok=True)
    corpus = unaligned([source for source, _ in kept], [target for _, target in kept], recipe.back_repeat)
    corpus.save(work / "extra" / "back.npz")
    return len(kept)
