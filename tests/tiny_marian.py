"""Tiny Marian models with the file set of Helsinki-NLP/opus-mt-ar-en, made in seconds.

The language is a dictionary: every Arabic word has one English word, and the order of words is kept. A model that
was trained for a few hundred steps knows most of it, so its outputs differ from each other and come with the margins
of a real model.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sentencepiece

ROOTS = "كتب درس علم سمع فتح دخل خرج شرب وصل رجع نزل صعد لعب ضحك نظر حمل قطع جمع رسم سكن عمل طلب شكر نصر".split()
FORMS = ("{}", "ال{}", "ي{}")
SYLLABLES = "ba ko di mu re sa ti lo ne gu fa pi".split()


def dictionary() -> dict[str, str]:
    """72 Arabic words and their English: two syllables each."""
    chance = random.Random(5)
    english = ["".join(word) for word in itertools.product(SYLLABLES, repeat=2)]
    chance.shuffle(english)
    arabic = [form.format(root) for root in ROOTS for form in FORMS]
    return dict(zip(arabic, english, strict=False))


def sentences(count: int, seed: int, longest: int = 8) -> list[tuple[str, str]]:
    """Random sentence pairs."""
    chance, words = random.Random(seed), dictionary()
    arabic = sorted(words)
    pairs = []
    for _ in range(count):
        picked = chance.choices(arabic, k=chance.randint(1, longest))
        pairs.append((" ".join(picked) + " .", " ".join(words[word] for word in picked) + " ."))
    return pairs


@dataclass(frozen=True)
class Sizes:
    """The shape of a model."""

    d_model: int = 48
    layers: int = 1
    heads: int = 4
    ffn: int = 128
    positions: int = 128


def write_tokenizer(directory: Path, extra: tuple[str, ...] = ()) -> dict[str, int]:
    """Write source.spm, target.spm, vocab.json and the tokenizer's configuration; return the vocabulary."""
    directory.mkdir(parents=True, exist_ok=True)
    pairs = sentences(400, seed=1)
    vocabulary = {"</s>": 0, "<unk>": 1}
    for side, texts in (("source", [p[0] for p in pairs]), ("target", [p[1] for p in pairs])):
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_prefix=str(directory / side),
            vocab_size=130,
            model_type="bpe",
            bos_id=-1,
            minloglevel=2,
        )
        (directory / f"{side}.model").rename(directory / f"{side}.spm")
        (directory / f"{side}.vocab").unlink()
        model = sentencepiece.SentencePieceProcessor(model_file=str(directory / f"{side}.spm"))
        for i in range(len(model)):
            vocabulary.setdefault(model.id_to_piece(i), len(vocabulary))
    for piece in (*extra, "<pad>"):
        vocabulary[piece] = len(vocabulary)
    pad = vocabulary["<pad>"]
    special = {"eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    token = {"lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True}
    added = {str(i): {"content": piece, **token} for i, piece in ((0, "</s>"), (1, "<unk>"), (pad, "<pad>"))}
    settings = {
        "added_tokens_decoder": added,
        "clean_up_tokenization_spaces": False,
        "model_max_length": 512,
        "separate_vocabs": False,
        "source_lang": "ar",
        "sp_model_kwargs": {},
        "target_lang": "en",
        "tokenizer_class": "MarianTokenizer",
        **special,
    }
    for name, data in (
        ("vocab.json", vocabulary),
        ("special_tokens_map.json", special),
        ("tokenizer_config.json", settings),
    ):
        (directory / name).write_text(json.dumps(data, indent=2), encoding="utf-8")
    return vocabulary


def trained(folder: Path) -> Path:
    """A model that knows half of the dictionary, made once for each folder."""
    directory = folder / "tiny-marian"
    return directory if directory.is_dir() else write_snapshot(directory, steps=100)


def write_snapshot(
    directory: Path,
    sizes: Sizes = Sizes(),
    steps: int = 0,
    extra: tuple[str, ...] = (),
    bias: Mapping[str, float] | None = None,
) -> Path:
    """Write a Hugging Face directory like the hub's, trained for ``steps`` steps; return it.

    As in opus-mt-ar-en, </s> is 0, <pad> is the last piece and starts the decoder, embeddings are tied on all three
    sides. The bias of the output layer is not zero; ``bias`` is added to it (</s> very low: the model never ends).
    ``extra`` pieces go into the vocabulary before <pad>.
    """
    import torch
    from transformers import GenerationConfig, MarianConfig, MarianMTModel

    vocabulary = write_tokenizer(directory, extra)
    pad = vocabulary["<pad>"]
    special = {"pad_token_id": pad, "decoder_start_token_id": pad, "eos_token_id": 0, "forced_eos_token_id": 0}
    config = MarianConfig(
        vocab_size=pad + 1,
        decoder_vocab_size=pad + 1,
        d_model=sizes.d_model,
        encoder_layers=sizes.layers,
        decoder_layers=sizes.layers,
        encoder_attention_heads=sizes.heads,
        decoder_attention_heads=sizes.heads,
        encoder_ffn_dim=sizes.ffn,
        decoder_ffn_dim=sizes.ffn,
        max_position_embeddings=sizes.positions,
        activation_function="swish",
        scale_embedding=True,
        dropout=0.0,
        bos_token_id=0,
        **special,
    )
    with torch.random.fork_rng():
        torch.manual_seed(3)
        model: Any = MarianMTModel(config)
        for name, weight in model.named_parameters():
            if weight.dim() == 2 and "embed" not in name and "shared" not in name and "lm_head" not in name:
                torch.nn.init.xavier_uniform_(weight)
        with torch.no_grad():
            embeddings = model.get_input_embeddings().weight
            torch.nn.init.normal_(embeddings, std=sizes.d_model**-0.5)
            embeddings[pad] = 0
            model.final_logits_bias.copy_(torch.randn(1, pad + 1) * 0.3)
            # As in the hub's models <pad> is never predicted: its embedding stays the zero that decoding starts from.
            model.final_logits_bias[:, pad] = -1e4
            for piece, value in (bias or {}).items():
                model.final_logits_bias[:, vocabulary[piece]] += value
            for layer in model.model.decoder.layers:  # hands on what it reads: learned much sooner
                torch.nn.init.eye_(layer.encoder_attn.v_proj.weight)
                torch.nn.init.eye_(layer.encoder_attn.out_proj.weight)
                torch.nn.init.eye_(layer.encoder_attn.q_proj.weight).mul_(2)
                torch.nn.init.eye_(layer.encoder_attn.k_proj.weight).mul_(2)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # on a model this small threads only wait for each other
        _train(model, directory, vocabulary, steps)
        torch.set_num_threads(threads)
    model.generation_config = GenerationConfig(bos_token_id=0, **special)
    model.eval().save_pretrained(directory)
    return directory


def _train(model: Any, directory: Path, vocabulary: dict[str, int], steps: int) -> None:
    """Teach ``model`` the dictionary with ``steps`` batches of 32 pairs."""
    import torch

    sides = [
        sentencepiece.SentencePieceProcessor(model_file=str(directory / f"{name}.spm")) for name in ("source", "target")
    ]
    pad, unknown = vocabulary["<pad>"], vocabulary["<unk>"]
    encoded = [
        [[vocabulary.get(piece, unknown) for piece in side.encode(text, out_type=str)] + [0] for side, text in both]
        for both in (zip(sides, pair, strict=True) for pair in sentences(800, seed=2))
    ]
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.0)
    chance = random.Random(4)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 8e-3 * min(1.0, (step + 1) / 20) * (1 - step / steps)
        batch = chance.sample(encoded, 32)
        source, target = (
            torch.nn.utils.rnn.pad_sequence([torch.tensor(pair[i]) for pair in batch], True, pad) for i in (0, 1)
        )
        labels = target.masked_fill(target == pad, -100)
        loss = model(input_ids=source, attention_mask=(source != pad).long(), labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
