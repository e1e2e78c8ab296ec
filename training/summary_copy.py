"""What makes a small summarizer copy: first weights that continue a quotation, and links that show what is quoted.

Copying needs two steps that a network finds late (Olsson et al. 2022 call them an induction head): every source
position must know which pieces came before it, and the decoder must look for the position that was preceded by
what it just wrote. Both are fixed functions of the sinusoidal positions and of one random direction for each piece,
so they are written into the first weights, and training starts from a model that copies and has only to learn
what. A model dimension is split in three: directions of pieces; positions (the 32 fastest sinusoids, where no piece
writes); context (the 32 slowest, nearly constant, into which the pieces before are written).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from transformers import MarianMTModel

from .corpus import Corpus
from .tokenizer import END

_FREQUENCIES = 32  # sinusoids that positions are told apart by, and as many that hold the context
_CONTEXT = (1.0, 0.8, 0.6)  # weight of the last piece, the one before it, and the third
_SHARPNESS = 24.0  # attention to a relative position: the right one leads its neighbours by e to the 12 (d 256)
_MATCH = 1.6  # attention to a matching context
_HANDED_ON = 3.0  # what is copied, against what the decoder just read
_QUIET = 0.25  # every other branch, so that it does not drown the copy; training turns it up
_FLOOR = -6.0  # of the log frequencies, so that a rare name can still win


def copy_links(source: list[int], target: list[int]) -> npt.NDArray[np.int16]:
    """Return for each target id the source position that it is copied from, or -1.

    Of the positions with the same piece, the one in the longest common run through both; of equal runs the one
    that goes on where the last link ended, else the earliest. A run of one piece counts only where the source
    has that piece once.
    """
    same = np.array(target)[:, None] == np.array(source)
    runs = same.astype(np.int16)  # length of the common run that a pair of positions is in
    for row in range(1, len(target)):
        runs[row, 1:] += runs[row - 1, :-1] * same[row, 1:]
    for row in range(len(target) - 2, -1, -1):
        np.maximum(runs[row, :-1], runs[row + 1, 1:] * same[row, :-1], out=runs[row, :-1])
    links = np.full(len(target), -1, dtype=np.int16)
    for row in range(len(target)):
        longest = runs[row].max(initial=0)
        if longest > 1 or (longest == 1 and np.count_nonzero(same[row]) == 1):
            best = np.flatnonzero(runs[row] == longest)
            following = links[row - 1] + 1 if row and links[row - 1] >= 0 else -1
            links[row] = following if following in best else best[0]
    return links


def log_frequencies(corpus: Corpus, size: int) -> npt.NDArray[np.float32]:
    """Log of each piece's share of sources and targets, the most frequent at 0, none under -6; shape (1, size).

    ``<pad>``, the last one, gets -1e4: it is never said.
    """
    counts = np.bincount(corpus.source, minlength=size) + np.bincount(corpus.target, minlength=size)
    counts[END] = counts.max()
    logs: npt.NDArray[np.float64] = np.maximum(np.log(np.maximum(counts, 1) / counts.max()), _FLOOR)
    logs[size - 1] = -1e4
    return logs[None].astype(np.float32)


def initialise_copying(model: MarianMTModel, corpus: Corpus) -> None:
    """Write the copying circuit into an untrained model; ``d_model`` has to be above 128, heads of any size."""
    size, width = model.get_input_embeddings().weight.shape
    chance = torch.Generator().manual_seed(1)
    layout = _Layout(width)
    with torch.no_grad():
        embeddings = torch.zeros(size, width)
        directions = torch.randn(size, len(layout.pieces), generator=chance)
        embeddings[:, layout.pieces] = directions / directions.norm(dim=1, keepdim=True)
        embeddings[size - 1] = 0.0  # CTranslate2 starts the decoder from a zero vector
        model.get_input_embeddings().weight.copy_(embeddings)
        model.final_logits_bias.copy_(torch.from_numpy(log_frequencies(corpus, size)))
        encoder, decoder = model.model.encoder.layers, model.model.decoder.layers
        for layer in (*encoder, *decoder):
            layer.fc2.weight.mul_(_QUIET)
            layer.self_attn.out_proj.weight.mul_(_QUIET)
        for layer in decoder:
            layer.encoder_attn.out_proj.weight.mul_(_QUIET)
        codes = _codes(layout, encoder[0].self_attn.head_dim, chance)
        _remember(encoder[0].self_attn, layout, codes, first=1)
        _remember(decoder[0].self_attn, layout, codes, first=0)
        _look_up(decoder[-1].encoder_attn, layout)


class _Layout:
    """Which dimensions hold what; the two halves of Marian's positions are the sines and the cosines."""

    def __init__(self, width: int) -> None:
        half = width // 2
        fast = torch.arange(_FREQUENCIES)
        slow = torch.arange(half - _FREQUENCIES, half)
        self.frequencies = 10_000.0 ** (-2 * fast / width)
        self.positions = torch.cat([fast, fast + half])
        self.context = torch.cat([slow, slow + half])
        middle = torch.arange(_FREQUENCIES, half - _FREQUENCIES)
        self.pieces = torch.cat([middle, middle + half])


def _codes(layout: _Layout, head: int, chance: torch.Generator) -> list[torch.Tensor]:
    """Return a random projection of the piece dimensions for each place in the context, (head, pieces) each."""
    made = [torch.randn(head, len(layout.pieces), generator=chance) for _ in _CONTEXT]
    return [nn.init.orthogonal_(code, generator=chance) for code in made]


def _remember(attention: nn.Module, layout: _Layout, codes: list[torch.Tensor], first: int) -> None:
    """Make one head each look ``first``, ``first + 1`` ... positions back and note the piece in the context."""
    head = attention.head_dim
    used = min(head, 2 * _FREQUENCIES) // 2
    strength = (_SHARPNESS * head**0.5 / _FREQUENCIES * 2) ** 0.5
    for index, (code, weight) in enumerate(zip(codes[: attention.num_heads], _CONTEXT, strict=False)):
        rows = torch.arange(index * head, (index + 1) * head)
        angle = (layout.frequencies * (first + index))[:used]
        sines, cosines = layout.positions[:_FREQUENCIES][:used], layout.positions[_FREQUENCIES:][:used]
        query, key = torch.zeros(head, attention.embed_dim), torch.zeros(head, attention.embed_dim)
        pair = torch.arange(used)
        # sin(w(p - s)) and cos(w(p - s)) from sin(wp) and cos(wp)
        query[pair, sines], query[pair, cosines] = angle.cos(), -angle.sin()
        query[pair + used, sines], query[pair + used, cosines] = angle.sin(), angle.cos()
        key[pair, sines] = key[pair + used, cosines] = 1.0
        value = torch.zeros(head, attention.embed_dim)
        value[:, layout.pieces] = code
        attention.q_proj.weight[rows] = strength * query
        attention.k_proj.weight[rows] = strength * key
        attention.v_proj.weight[rows] = value
        attention.out_proj.weight[:, rows] = 0.0
        kept = min(head, len(layout.context))
        attention.out_proj.weight[layout.context[:kept], rows[:kept]] = weight


def _look_up(attention: nn.Module, layout: _Layout) -> None:
    """Make heads look where the context agrees, and hand on the piece that stands there."""
    head = attention.head_dim
    kept = min(head, len(layout.context))
    for start in range(0, min(len(layout.pieces), head * attention.num_heads), head):
        rows, dims = torch.arange(start, start + head), layout.pieces[start : start + head]
        match = torch.zeros(head, attention.embed_dim)
        match[torch.arange(kept), layout.context[:kept]] = _MATCH
        attention.q_proj.weight[rows] = match
        attention.k_proj.weight[rows] = match
        value = torch.zeros(head, attention.embed_dim)
        value[torch.arange(len(dims)), dims] = 1.0
        attention.v_proj.weight[rows] = value
        attention.out_proj.weight[:, rows] = 0.0
        attention.out_proj.weight[dims, rows[: len(dims)]] = _HANDED_ON
