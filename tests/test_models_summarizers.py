"""Layouts other than Marian's: BART's byte-level BPE and forced <s>, T5's prefix, Pegasus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjama.errors import DependencyError, ModelError
from tarjama.models import Decoding, Engine, Task, load_engine, locate
from tarjama.models.card import ModelCard, read_card
from tarjama.models.convert import convert
from tarjama.models.ctranslate2_engine import CTranslate2Engine
from tarjama.models.layout import inspect_directory
from tiny_marian import sentences

TEXTS = [english for _, english in sentences(200, seed=1)]
SOURCES = [english for _, english in sentences(24, seed=9)]


def write_bart(directory: Path) -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import BartConfig, BartForConditionalGeneration

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(
        TEXTS,
        trainers.BpeTrainer(
            vocab_size=330,
            special_tokens=special,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    config = BartConfig(vocab_size=tokenizer.get_vocab_size(), forced_bos_token_id=0, init_std=0.3, **SMALL)
    ids = {"decoder_start_token_id": 2, "eos_token_id": 2, "pad_token_id": 1, "forced_bos_token_id": 0}
    _save(directory, BartForConditionalGeneration, config, tokenizer, ids, bos_token="<s>", mask_token="<mask>")


def write_t5(directory: Path) -> None:
    from transformers import T5Config, T5ForConditionalGeneration

    tokenizer = _unigram()
    config = T5Config(
        vocab_size=tokenizer.get_vocab_size(),
        d_model=32,
        d_kv=16,
        d_ff=64,
        num_layers=1,
        num_decoder_layers=1,
        num_heads=2,
        decoder_start_token_id=0,
        initializer_factor=3.0,
        task_specific_params={"summarization": {"prefix": "summarize: "}},
    )
    _save(directory, T5ForConditionalGeneration, config, tokenizer, _ZERO_START)


def write_pegasus(directory: Path) -> None:
    from transformers import PegasusConfig, PegasusForConditionalGeneration

    tokenizer = _unigram()
    config = PegasusConfig(vocab_size=tokenizer.get_vocab_size(), init_std=0.3, **SMALL, **_ZERO_START)
    _save(directory, PegasusForConditionalGeneration, config, tokenizer, _ZERO_START)


_ZERO_START = {"decoder_start_token_id": 0, "eos_token_id": 1, "pad_token_id": 0}
SMALL = {
    "d_model": 32,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "max_position_embeddings": 128,
}


def _unigram() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

    # Written down, not trained: the trainer's result differs from run to run.
    words = sorted({word for text in TEXTS for word in text.split()} | {"summarize:"})
    letters = sorted({letter for word in words for letter in word} | {"▁"})
    special = ["<pad>", "</s>", "<unk>"]
    pieces = [(piece, 0.0) for piece in special]
    pieces += [(f"▁{word}", -5.0) for word in words] + [(letter, -9.0) for letter in letters]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=2))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return tokenizer


def _save(directory: Path, kind: Any, config: Any, tokenizer: Any, ids: dict[str, int], **special: str) -> None:
    import torch
    from transformers import GenerationConfig, PreTrainedTokenizerFast

    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="</s>", pad_token="<pad>", unk_token="<unk>", **special
    ).save_pretrained(directory)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = kind(config).eval()
    model.generation_config = GenerationConfig(**ids)
    model.save_pretrained(directory)


WRITERS = {"bart": write_bart, "t5": write_t5, "pegasus": write_pegasus}


@pytest.fixture(scope="module", params=WRITERS)
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, CTranslate2Engine, Engine]:
    """The family's name, and both engines on one small random model of it."""
    directory = tmp_path_factory.mktemp(request.param) / "hub"
    writer: Callable[[Path], None] = WRITERS[request.param]
    writer(directory)
    target = directory.parent / "converted"
    convert(directory, target, ModelCard(request.param, Task.SUMMARIZATION, "MIT", "1"), "float32")
    ours = CTranslate2Engine(inspect_directory(target), compute_type="float32", device="cpu", threads=1)
    return request.param, ours, load_engine(directory, Task.SUMMARIZATION, engine="transformers", threads=1)


@pytest.mark.parametrize(
    "decoding",
    [
        Decoding(max_length=20),
        Decoding(max_length=12, beam=1),
        Decoding(max_length=24, length_penalty=2.0, min_length=8, no_repeat_ngram=3),
    ],
    ids=str,
)
def test_both_engines_write_the_same(pair: tuple[str, CTranslate2Engine, Engine], decoding: Decoding) -> None:
    _, engine, reference = pair
    ours, theirs = engine.generate(SOURCES, decoding), reference.generate(SOURCES, decoding)

    assert engine.encode(SOURCES) == reference.encode(SOURCES)
    assert engine.max_source_tokens == reference.max_source_tokens
    same = [(a, b) for a, b in zip(ours, theirs, strict=True) if (a.text, a.tokens) == (b.text, b.tokens)]
    assert len(same) >= len(SOURCES) - 1  # random weights: two outputs may be equally good
    assert len({a.tokens for a, _ in same}) > 3
    assert all(a.score == pytest.approx(b.score, abs=1e-3) for a, b in same)
    assert all(len(a.tokens) >= decoding.min_length for a, _ in same)
    assert not any({"</s>", "<pad>", "<unk>"} & set(a.tokens) for a in ours)


def test_what_each_family_needs_is_recorded(pair: tuple[str, CTranslate2Engine, Engine]) -> None:
    name, engine, _ = pair
    card = read_card(engine.model.directory)

    assert card is not None
    assert card.target_prefix == (("<s>",) if name == "bart" else ())
    assert "".join(card.source_prefix) == ("▁summarize:" if name == "t5" else "")
    assert card.max_positions == (512 if name == "t5" else 128)
    assert engine.max_source_tokens == card.max_positions - len(card.source_prefix) - (2 if name == "bart" else 1)


def test_text_survives_the_tokenizer(pair: tuple[str, CTranslate2Engine, Engine]) -> None:
    _, engine, _ = pair
    for text in SOURCES:
        assert engine._codec.decode(engine.encode([text])[0]) == text


def test_the_task_is_checked(pair: tuple[str, CTranslate2Engine, Engine]) -> None:
    name, _, reference = pair
    if name == "t5":
        assert locate(reference.model.directory, Task.TRANSLATION).task is Task.TRANSLATION
        return
    with pytest.raises(ModelError, match="holds a model for summarization, not for translation"):
        locate(reference.model.directory, Task.TRANSLATION)


def test_without_tokenizers_it_says_what_to_install(
    pair: tuple[str, CTranslate2Engine, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, engine, _ = pair
    monkeypatch.setitem(__import__("sys").modules, "tokenizers", None)
    with pytest.raises(DependencyError, match=r"pip install 'tarjama\[hub\]'"):
        load_engine(engine.model.directory, Task.SUMMARIZATION)
