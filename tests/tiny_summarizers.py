"""BART, T5 and PEGASUS as they come from the hub, with random weights and a vocabulary of a few hundred pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

WORDS = "officers in mosul raqqa manbij said on day that the bridge over river had been closed again".split()


def write(directory: Path, family: str, positions: int = 64) -> Path:
    """Write a Hugging Face directory of one family ("bart", "t5", "pegasus"); return it."""
    import torch
    import transformers

    tokenizer = _bytes() if family == "bart" else _words(family)
    size = len(tokenizer)
    special: dict[str, Any] = {"pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id}
    layers = {"encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2, "decoder_attention_heads": 2}
    sizes = {"d_model": 16, "encoder_ffn_dim": 32, "decoder_ffn_dim": 32, "max_position_embeddings": positions}
    torch.manual_seed(1)
    model: Any
    if family == "t5":
        prefix = {"summarization": {"prefix": "summarize: "}}
        config = transformers.T5Config(
            vocab_size=size, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2, decoder_start_token_id=0,
            task_specific_params=prefix, **special,
        )  # fmt: skip
        model = transformers.T5ForConditionalGeneration(config)
    elif family == "bart":
        start = {"bos_token_id": 0, "decoder_start_token_id": 2, "forced_bos_token_id": 0}
        model = transformers.BartForConditionalGeneration(
            transformers.BartConfig(vocab_size=size, **layers, **sizes, **special, **start)
        )
    else:
        config = transformers.PegasusConfig(vocab_size=size, decoder_start_token_id=0, **layers, **sizes, **special)
        model = transformers.PegasusForConditionalGeneration(config)
    model.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


def _bytes() -> Any:
    from tokenizers import ByteLevelBPETokenizer
    from transformers import BartTokenizerFast

    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(
        [" ".join(WORDS)] * 9, vocab_size=300, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    )
    return BartTokenizerFast(tokenizer_object=trained._tokenizer)


def _words(family: str) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from tokenizers.decoders import Metaspace
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    pieces = ["<pad>", "</s>", "<unk>", *("▁" + word for word in WORDS), *"▁.,:0123456789abcdefghijklmnopqrstuvwxyz"]
    tokenizer = Tokenizer(models.Unigram([(piece, -1.0 - len(piece) ** -1) for piece in pieces], 2))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = Metaspace()
    tokenizer.post_processor = TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")
