"""The student network, and first values that make it a rough dictionary before the first step.

A small Transformer spends millions of tokens on finding out which source word it should look at and
what that word means. Both are known from the word alignments, so they are written into the first
weights: aligned pieces share a direction in the tied embeddings, cross-attention hands on what it
reads unchanged, and the output bias holds the piece frequencies.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse
import torch
from sklearn.utils.extmath import randomized_svd
from transformers import GenerationConfig, MarianConfig, MarianMTModel

from .corpus import Corpus
from .recipe import Recipe
from .tokenizer import END

NEVER = -1e4  # output bias of a piece that is not to be predicted
_EVENTS = 4_000_000  # alignment links that the embeddings are counted from
_WINDOW = 2  # neighbours on either side that count as context
_LINK_WEIGHT = 4.0  # of the linked pieces themselves among their contexts


def new_model(pad: int, recipe: Recipe) -> MarianMTModel:
    """Return an untrained ``MarianMTModel`` with ``pad + 1`` pieces; ``<pad>`` is the last."""
    torch.manual_seed(recipe.seed)
    config = MarianConfig(
        vocab_size=pad + 1,
        d_model=recipe.d_model,
        encoder_layers=recipe.encoder_layers,
        decoder_layers=recipe.decoder_layers,
        encoder_attention_heads=recipe.attention_heads,
        decoder_attention_heads=recipe.attention_heads,
        encoder_ffn_dim=recipe.ffn_dim,
        decoder_ffn_dim=recipe.ffn_dim,
        dropout=recipe.dropout,
        activation_function="swish",
        max_position_embeddings=recipe.max_positions,
        scale_embedding=True,
        pad_token_id=pad,
        decoder_start_token_id=pad,
        eos_token_id=END,
        forced_eos_token_id=END,
        attn_implementation="eager",  # the alignment loss reads attention weights
    )
    model = MarianMTModel(config)
    model.generation_config = GenerationConfig(
        pad_token_id=pad, decoder_start_token_id=pad, eos_token_id=END, forced_eos_token_id=END
    )
    for name, weight in model.named_parameters():
        if weight.dim() == 2 and "embed" not in name and "lm_head" not in name:
            torch.nn.init.xavier_uniform_(weight)
    return model


def initialise(model: MarianMTModel, corpus: Corpus, recipe: Recipe) -> None:
    """Write what the word alignments know into an untrained model."""
    pad = model.config.pad_token_id
    with torch.no_grad():
        embeddings = torch.from_numpy(aligned_embeddings(corpus, pad + 1, recipe))
        embeddings[pad] = 0.0
        model.get_input_embeddings().weight.copy_(embeddings)
        model.final_logits_bias.copy_(torch.from_numpy(log_frequencies(corpus, pad + 1)))
        for layer in model.model.decoder.layers:
            torch.nn.init.eye_(layer.encoder_attn.v_proj.weight)
            torch.nn.init.eye_(layer.encoder_attn.out_proj.weight)


def log_frequencies(corpus: Corpus, size: int) -> npt.NDArray[np.float32]:
    """Log of each target piece's share, shifted so that the most frequent has 0; shape (1, size).

    The floor is 6 below the top, so that a rare name can still win; pieces that never occur in
    English get -1e4 and are never predicted. ``<pad>`` is one of them: its embedding must stay zero,
    because CTranslate2 starts the decoder from a zero vector.
    """
    weights = np.repeat(corpus.repeat, np.diff(corpus.target_offsets))
    counts = np.bincount(corpus.target, weights=weights, minlength=size)
    counts[END] = counts.max()
    logs = np.log(np.maximum(counts, 1e-9))
    return np.where(counts > 0, np.maximum(logs - logs.max(), -6.0), NEVER).astype(np.float32)[None]


def aligned_embeddings(corpus: Corpus, size: int, recipe: Recipe) -> npt.NDArray[np.float32]:
    """Unit vectors, shape (size, d_model), in which translations lie close together.

    Half of each vector's weight is meaning: positive pointwise mutual information of a piece with
    the neighbours of both ends of its links, reduced by SVD (Levy and Goldberg 2014, two-sided).
    The other half is identity: a random direction for each target piece, and for each source piece
    the mean of the directions it is linked to, which keeps names and rare words apart.
    """
    chance = np.random.default_rng(recipe.seed)
    source, target, contexts = _link_events(corpus, chance)
    events = np.arange(len(source))
    ones = np.ones(2 * len(events), dtype=np.float32)
    members = scipy.sparse.csr_matrix(
        (ones, (np.concatenate([source, target]), np.concatenate([events, events]))), shape=(size, len(events))
    )
    rows, columns, values = contexts
    counts = (members @ scipy.sparse.csr_matrix((values, (rows, columns)), shape=(len(events), size))).tocoo()
    total = counts.sum()
    row_sums, column_sums = (np.asarray(counts.sum(axis=axis)).ravel() for axis in (1, 0))
    information = np.log(counts.data * total / (row_sums[counts.row] * column_sums[counts.col]))
    positive = scipy.sparse.csr_matrix((np.maximum(information, 0), (counts.row, counts.col)), shape=(size, size))
    left, singular, _ = randomized_svd(positive, recipe.d_model, random_state=recipe.seed)
    meaning = _unit(left * np.sqrt(singular))

    directions = chance.standard_normal((size, recipe.d_model))
    links = scipy.sparse.csr_matrix((np.ones(len(source)), (source, target)), shape=(size, size))
    linked = links @ directions
    only_source = np.asarray(links.sum(axis=1)).ravel() > np.asarray(links.sum(axis=0)).ravel()
    identity = _unit(np.where(only_source[:, None], linked, directions))
    return _unit(meaning + identity).astype(np.float32)


def _unit(vectors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    norms: npt.NDArray[np.float64] = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return vectors / norms


def _link_events(
    corpus: Corpus, chance: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], tuple[npt.NDArray[np.int64], ...]]:
    """Sample alignment links; return their two pieces and (event, context piece, weight) triples."""
    pair = np.repeat(np.arange(len(corpus)), np.diff(corpus.target_offsets))
    linked = np.flatnonzero(corpus.alignment >= 0)
    chances = corpus.repeat[pair[linked]].astype(np.float64)
    position = linked[chance.random(len(linked)) < chances * min(1.0, _EVENTS / chances.sum())]
    source_position = corpus.source_offsets[pair[position]] + corpus.alignment[position]
    sides = (
        (corpus.target, corpus.target_offsets, position),
        (corpus.source, corpus.source_offsets, source_position),
    )
    rows, columns, values = [], [], []
    for flat, offsets, center in sides:
        first, last = offsets[pair[position]], offsets[pair[position] + 1] - 1
        for step in range(-_WINDOW, _WINDOW + 1):
            inside = (center + step >= first) & (center + step <= last)
            rows.append(np.flatnonzero(inside))
            columns.append(flat[(center + step)[inside]].astype(np.int64))
            values.append(np.full(len(rows[-1]), 1.0 if step else _LINK_WEIGHT, dtype=np.float32))
    source = corpus.source[source_position].astype(np.int64)
    target = corpus.target[position].astype(np.int64)
    return source, target, (np.concatenate(rows), np.concatenate(columns), np.concatenate(values))
