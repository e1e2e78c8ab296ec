"""Stage 3: pairs as ids with word alignments, and batches of them.

Alignments come from eflomal (Östling and Tiedemann 2016) on the piece ids. They serve twice: the
guided alignment loss, and the first values of the embeddings.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import sentencepiece

from .recipe import Recipe
from .tokenizer import END, UNKNOWN, iterate_pairs

Ids = npt.NDArray[np.int64]
_NEIGHBOURS = 8  # batches whose pairs are about equally long
_ROUND = 4  # lengths are filled up to a multiple of this, and as many pairs as fit make a batch: few shapes


@dataclass(frozen=True)
class Corpus:
    """All training pairs, flattened. ``offsets`` have one entry more than there are pairs.

    ``alignment`` holds for each target id the position of its source id in the pair, or -1.
    ``repeat`` holds the expected uses of each pair per epoch.
    """

    source: npt.NDArray[np.uint16]
    source_offsets: Ids
    target: npt.NDArray[np.uint16]
    target_offsets: Ids
    alignment: npt.NDArray[np.int16]
    repeat: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.repeat)

    def reverse(self) -> Corpus:
        """The same pairs from target to source; of several links to a piece the last is kept."""
        pair = np.repeat(np.arange(len(self)), np.diff(self.target_offsets))
        linked = np.flatnonzero(self.alignment >= 0)
        alignment = np.full(len(self.source), -1, dtype=np.int16)
        source_position = self.source_offsets[pair[linked]] + self.alignment[linked]
        alignment[source_position] = linked - self.target_offsets[pair[linked]]
        return Corpus(self.target, self.target_offsets, self.source, self.source_offsets, alignment, self.repeat)

    def save(self, path: Path) -> None:
        """Write all arrays to one ``.npz`` file."""
        np.savez(path, **vars(self))

    @classmethod
    def load(cls, path: Path) -> Corpus:
        """Read what :meth:`save` wrote."""
        with np.load(path) as arrays:
            return cls(**arrays)


def unaligned(sources: list[list[int]], targets: list[list[int]], repeat: float) -> Corpus:
    """Pairs without links, for text made from other text: the guided alignment loss leaves them out."""
    return Corpus(
        source=np.concatenate(sources).astype(np.uint16),
        source_offsets=np.cumsum([0, *map(len, sources)]),
        target=np.concatenate(targets).astype(np.uint16),
        target_offsets=np.cumsum([0, *map(len, targets)]),
        alignment=np.full(sum(map(len, targets)), -1, dtype=np.int16),
        repeat=np.full(len(sources), repeat, dtype=np.float32),
    )


def concatenate(corpora: list[Corpus]) -> Corpus:
    """One corpus after the other."""

    def offsets(name: str) -> Ids:
        lengths = np.concatenate([np.diff(getattr(corpus, name)) for corpus in corpora])
        return np.concatenate([[0], np.cumsum(lengths)])

    flat = {
        name: np.concatenate([getattr(corpus, name) for corpus in corpora])
        for name in ("source", "target", "alignment", "repeat")
    }
    return Corpus(source_offsets=offsets("source_offsets"), target_offsets=offsets("target_offsets"), **flat)


def load_corpora(work: Path) -> Corpus:
    """``work/corpus.npz``, and after it what was made from it or for it: ``work/extra/*.npz``."""
    return concatenate([Corpus.load(work / "corpus.npz"), *map(Corpus.load, sorted((work / "extra").glob("*.npz")))])


@dataclass(frozen=True)
class Batch:
    """Padded ids, (pairs, length) each; ``alignment`` is shaped like ``target``."""

    source: Ids
    target: Ids
    alignment: Ids


def encode(model: Path, texts: list[str]) -> list[list[int]]:
    """Marian ids without ``</s>``: SentencePiece's ids moved up by one."""
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    return [[piece + 1 if piece else UNKNOWN for piece in ids] for ids in processor.encode(texts, num_threads=2)]


class SubwordSampler:
    """Gives a source another segmentation now and then, drawn by its probability: subword regularization (Kudo 2018).

    ``recipe.sampled_share`` of the sources are segmented anew, at the temperature ``recipe.sampled_alpha``. A model
    that sees every sentence ten times learns the desk's sentences by heart otherwise.
    """

    def __init__(self, model: Path, recipe: Recipe, chance: np.random.Generator) -> None:
        self._processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
        self._recipe, self._chance = recipe, chance
        sentencepiece.set_random_generator_seed(int(chance.integers(2**31)))

    def __call__(self, source: list[int]) -> list[int]:
        """Return Marian ids for the same text. A source with unknown pieces, but for a tag at its start, stays."""
        tag, text = (source[:1], source[1:]) if source[0] == UNKNOWN else ([], source)
        if UNKNOWN in text or self._chance.random() >= self._recipe.sampled_share:
            return source
        drawn = self._processor.encode(
            self._processor.decode([piece - 1 for piece in text]),
            enable_sampling=True,
            alpha=self._recipe.sampled_alpha,
            nbest_size=-1,
        )
        fits = 0 not in drawn and len(tag) + len(drawn) < self._recipe.max_pieces
        return tag + [piece + 1 for piece in drawn] if fits else source


def build_corpus(work: Path, recipe: Recipe) -> Corpus:
    """Encode ``pairs.tsv``, align it and write ``work/corpus.npz``."""
    names, arabic, english = zip(*iterate_pairs(work), strict=True)
    repeats = {source.name: source.repeat for source in recipe.sources}
    sources, targets = encode(work / "joint.spm", list(arabic)), encode(work / "joint.spm", list(english))
    fits = [i for i in range(len(names)) if 0 < max(len(sources[i]), len(targets[i])) < recipe.max_pieces]
    print(f"{len(fits)} of {len(names)} pairs have fewer than {recipe.max_pieces} pieces on both sides")
    sources, targets = [sources[i] for i in fits], [targets[i] for i in fits]
    corpus = Corpus(
        source=np.concatenate(sources).astype(np.uint16),
        source_offsets=np.cumsum([0, *map(len, sources)]),
        target=np.concatenate(targets).astype(np.uint16),
        target_offsets=np.cumsum([0, *map(len, targets)]),
        alignment=align(sources, targets),
        repeat=np.array([repeats[names[i]] for i in fits], dtype=np.float32),
    )
    corpus.save(work / "corpus.npz")
    return corpus


def align(sources: list[list[int]], targets: list[list[int]]) -> npt.NDArray[np.int16]:
    """Return, flattened over all pairs, the source position of each target id, or -1."""
    import eflomal

    with tempfile.TemporaryDirectory() as folder:
        text = [Path(folder) / side for side in ("source", "target")]
        links = [Path(folder) / side for side in ("forward", "reverse")]
        for path, side in zip(text, (sources, targets), strict=True):
            path.write_text("\n".join(" ".join(map(str, ids)) for ids in side) + "\n", encoding="ascii")
        with text[0].open() as source_file, text[1].open() as target_file:
            eflomal.Aligner().align(
                source_file, target_file, links_filename_fwd=str(links[0]), links_filename_rev=str(links[1])
            )
        flat = [np.full(len(ids), -1, dtype=np.int16) for ids in targets]
        # The reverse direction last: where the two disagree it wins, as it links every target once.
        for path in links:
            with path.open(encoding="ascii") as lines:
                for row, line in zip(flat, lines, strict=True):
                    for link in line.split():
                        source, target = link.split("-")
                        row[int(target)] = int(source)
    return np.concatenate(flat)


def batches(
    corpus: Corpus,
    recipe: Recipe,
    longest: int,
    chance: np.random.Generator,
    resegment: Callable[[list[int]], list[int]] = list,
) -> Iterator[Batch]:
    """Yield one epoch of pairs of up to ``longest`` pieces, about ``batch_tokens`` target ids each.

    Pairs of like length share a batch, batches come in random order. ``resegment`` is called for each source; links
    are positions in the source as it was: leave their loss out where it changes them.
    """
    source_lengths, target_lengths = np.diff(corpus.source_offsets), np.diff(corpus.target_offsets)
    whole = corpus.repeat.astype(np.int64)
    uses = whole + (chance.random(len(corpus)) < corpus.repeat - whole)
    chosen = np.repeat(np.arange(len(corpus)), uses * (np.maximum(source_lengths, target_lengths) <= longest))
    if not len(chosen):
        raise ValueError(f"no pair to train on has at most {longest} pieces")
    # Noise of two pieces on the sort keys mixes the neighbours anew in every epoch.
    longer = np.maximum(source_lengths, target_lengths) + 1
    chosen = chosen[np.argsort(longer[chosen] + chance.random(len(chosen)) * 2)]
    groups, start = [], 0
    while start < len(chosen):
        size = _fitting(longer[chosen[start]], recipe)
        last = min(start + _NEIGHBOURS * size, len(chosen)) - 1
        size = _fitting(longer[chosen[last]], recipe)
        # Neighbours again by the length of their sources: the encoder reads less padding.
        block = chosen[start : start + _NEIGHBOURS * size]
        block = block[np.argsort(source_lengths[block] + chance.random(len(block)) * 2)]
        groups += np.split(block, range(size, len(block), size))
        start += len(block)
    for group in chance.permutation(len(groups)):
        yield _pad(corpus, groups[group], resegment)


def _fitting(length: int, recipe: Recipe) -> int:
    return max(1, recipe.batch_tokens // _rounded(int(length)))


def _rounded(length: int) -> int:
    return length + -length % _ROUND


def _pad(corpus: Corpus, pairs: Ids, resegment: Callable[[list[int]], list[int]]) -> Batch:
    def rows(flat: npt.NDArray[np.generic], offsets: Ids) -> list[list[int]]:
        return [flat[offsets[pair] : offsets[pair + 1]].tolist() for pair in pairs]

    def padded(ids: list[list[int]], end: int) -> Ids:
        result = np.full((len(ids), _rounded(max(map(len, ids)) + 1)), -1, dtype=np.int64)
        for row, values in zip(result, ids, strict=True):
            row[: len(values) + 1] = [*values, end]
        return result

    return Batch(
        source=padded([resegment(row) for row in rows(corpus.source, corpus.source_offsets)], END),
        target=padded(rows(corpus.target, corpus.target_offsets), END),
        alignment=padded(rows(corpus.alignment, corpus.target_offsets), -1),
    )
