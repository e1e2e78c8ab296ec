"""Summarizer, stage 1: what is held out, and the pairs of text and summary that are left to train on.

Writes the held-out human summaries, the tokenizer, and two sets of pairs as ids with copy links: one to pre-train
on (gap sentences, leads), one to fine-tune on (summaries, clean and with a translator's faults).
"""

from __future__ import annotations

import hashlib
import json
import lzma
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..summarize.source import read, tiers
from .corpus import Corpus, encode
from .prepare import HeldOut, held_out_texts
from .recipe import SummaryRecipe
from .summary_copy import copy_links
from .summary_gaps import gap_example
from .summary_noise import noisy
from .tokenizer import train_pieces

SPLITS = ("test", "dev")
_TOKENIZER_SHARE = 0.3  # of the texts: two million words are enough for 8,000 pieces
_SHORTEST_SOURCE = 1.5  # a summary is at most two thirds of its text


@dataclass(frozen=True)
class Pair:
    """A document and its summary; ``name`` is the set that they are from."""

    name: str
    document: str
    summary: str


@dataclass(frozen=True)
class Example:
    """Sentences of a source, and the target: as the program reads a document, and as it should answer."""

    name: str
    sentences: tuple[str, ...]
    target: str
    repeat: float


def read_summaries(data: Path, name: str) -> list[Pair]:
    """Return the pairs of ``data/summaries/NAME.jsonl.xz``."""
    with lzma.open(data / "summaries" / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        return [
            Pair(name, record["document"], " ".join(record["summary"].split())) for record in map(json.loads, lines)
        ]


def split_of(pair: Pair, recipe: SummaryRecipe) -> str:
    """Return "test", "dev" or "train": by a hash of the summary, because several articles can share one."""
    place = int.from_bytes(hashlib.sha256(pair.summary.encode()).digest()[:8], "big") / 2**64
    if place < recipe.test_share:
        return "test"
    return "dev" if place < recipe.test_share + recipe.dev_share else "train"


def held_out_pairs(data: Path, recipe: SummaryRecipe, split: str) -> list[Pair]:
    """Return the human summaries of "test" or "dev"; of the articles that share a summary, the first."""
    first: dict[str, Pair] = {}
    for pair in read_summaries(data, "human"):
        if split_of(pair, recipe) == split and as_read(pair.document):
            first.setdefault(pair.summary, pair)
    return list(first.values())


def overlap_of(data: Path, seeds: Path, recipe: SummaryRecipe) -> HeldOut:
    """What scores are reported on: held-out summaries and their documents, and the translator's test sets."""
    held = [pair for pair in read_summaries(data, "human") if split_of(pair, recipe) in SPLITS]
    held += read_summaries(data, "desk_dev")
    texts = [text for pair in held for text in (pair.document, pair.summary)]
    for path in sorted((data / "articles").glob("*.json")):
        texts += json.loads(path.read_text(encoding="utf-8")).get("summary", "").splitlines()
    return HeldOut([*texts, *held_out_texts(data, seeds)])


def as_read(document: str) -> tuple[str, ...]:
    """Return the sentences that the summarizer gives to a model: sound running text; () for what is not English."""
    try:
        sentences = read(document).sentences
    except InputError:
        return ()
    return tuple(sentences[index].text for index in tiers(sentences)[0])


def prepare_summaries(data: Path, seeds: Path, work: Path, recipe: SummaryRecipe) -> Counter[str]:
    """Write everything that training reads into ``work``; return what was kept and dropped, by set and reason."""
    work.mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    chance = random.Random(recipe.seed)
    overlap = overlap_of(data, seeds, recipe)
    documents = list(_documents(data, recipe, overlap, counts))
    texts = [*(sentences for _, sentences in documents), *_news(data, recipe, overlap, counts)]
    train_pieces(
        (sentence for text in texts if chance.random() < _TOKENIZER_SHARE for sentence in text), work, recipe.pieces, {}
    )
    pretrain = list(_gap_examples(texts, recipe, chance))
    for stage in ("pretrain", "finetune"):
        given = pretrain if stage == "pretrain" else []
        given += _summary_examples(documents, recipe, stage, chance)
        counts.update(f"{stage}: {example.name}" for example in given)
        build(given, work / "joint.spm", recipe).save(work / f"{stage}.npz")
    (work / "prepare.json").write_text(json.dumps(counts, indent=1, sort_keys=True), encoding="utf-8")
    return counts


def _documents(
    data: Path, recipe: SummaryRecipe, overlap: HeldOut, counts: Counter[str]
) -> Iterator[tuple[Pair, tuple[str, ...]]]:
    seen: set[str] = set()
    for source in recipe.summaries:
        for pair in read_summaries(data, source.name):
            sentences = as_read(pair.document)
            fault = None
            if source.name == "human" and split_of(pair, recipe) in SPLITS:
                fault = "held out"
            elif len(" ".join(sentences).split()) < _SHORTEST_SOURCE * len(pair.summary.split()):
                fault = "too short"
            elif pair.document in seen:
                fault = "duplicate"
            elif any(text in overlap for text in (*sentences, *pair.document.splitlines(), pair.summary)):
                fault = "overlaps a test set"
            counts[f"{source.name}: {fault or 'kept'}"] += 1
            if fault is None:
                seen.add(pair.document)
                yield pair, sentences


def _news(data: Path, recipe: SummaryRecipe, overlap: HeldOut, counts: Counter[str]) -> Iterator[tuple[str, ...]]:
    """Yield the long paragraphs of the news: they come in random order, so none tells what the next one is about."""
    seen: set[str] = set()
    kept = 0
    with lzma.open(data / "news" / "en.txt.xz", "rt", encoding="utf-8") as paragraphs:
        for paragraph in paragraphs:
            if len(paragraph.split()) < 12 * recipe.gap_sentences or paragraph in seen:
                continue
            seen.add(paragraph)
            sentences = as_read(paragraph)
            fault = None
            if len(sentences) < recipe.gap_sentences:
                fault = "too few sentences"
            elif any(sentence in overlap for sentence in sentences):
                fault = "overlaps a test set"
            counts[f"news: {fault or 'kept'}"] += 1
            if fault is None:
                yield sentences
                kept += 1
            if kept == recipe.gap_news:
                return


def _gap_examples(texts: Iterable[Sequence[str]], recipe: SummaryRecipe, chance: random.Random) -> Iterator[Example]:
    for sentences in texts:
        made = gap_example(sentences, recipe, chance)
        if made is not None:
            yield Example("gap sentences", tuple(made[0]), made[1], 1.0)


def _summary_examples(
    documents: Sequence[tuple[Pair, tuple[str, ...]]], recipe: SummaryRecipe, stage: str, chance: random.Random
) -> Iterator[Example]:
    repeats = {source.name: source.pretrain if stage == "pretrain" else source.finetune for source in recipe.summaries}
    for pair, sentences in documents:
        repeat = repeats[pair.name]
        if not repeat:
            continue
        yield Example(pair.name, sentences, pair.summary, repeat)
        if stage == "finetune":
            spoilt = tuple(noisy(sentences, pair.summary, chance))
            yield Example(f"{pair.name}, noisy", spoilt, pair.summary, repeat * recipe.noise_repeat)


def build(examples: Sequence[Example], model: Path, recipe: SummaryRecipe) -> Corpus:
    """Return the examples as ids with copy links; sentences that do not fit are left off the end of a source."""
    sources = _fitting(encode(model, [" ".join(example.sentences) for example in examples]), examples, model, recipe)
    targets = encode(model, [example.target for example in examples])
    kept = [i for i in range(len(examples)) if 0 < len(targets[i]) < len(sources[i])]
    sources, targets = [sources[i] for i in kept], [targets[i] for i in kept]
    return Corpus(
        source=np.concatenate(sources).astype(np.uint16),
        source_offsets=np.cumsum([0, *map(len, sources)]),
        target=np.concatenate(targets).astype(np.uint16),
        target_offsets=np.cumsum([0, *map(len, targets)]),
        alignment=np.concatenate([copy_links(s, t) for s, t in zip(sources, targets, strict=True)]),
        repeat=np.array([examples[i].repeat for i in kept], dtype=np.float32),
    )


def _fitting(
    whole: list[list[int]], examples: Sequence[Example], model: Path, recipe: SummaryRecipe
) -> list[list[int]]:
    """Shorten the sources that are too long, sentence by sentence."""
    long = [i for i, ids in enumerate(whole) if len(ids) >= recipe.max_pieces]
    made = list(whole)
    for i in long:
        ids: list[int] = []
        for sentence in encode(model, list(examples[i].sentences)):
            if len(ids) + len(sentence) >= recipe.max_pieces:
                break
            ids += sentence
        made[i] = ids
    return made
