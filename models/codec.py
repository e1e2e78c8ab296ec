"""Text to pieces and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from ..errors import ModelError, require

# The target language of models with several, such as >>eng<< or >>cmn_Hans<<: a quotation may begin with >> too.
_CODE = re.compile(r">>[A-Za-z]{2,4}(?:_[A-Za-z]+)*<<")

_SPACE = "▁"  # SentencePiece's mark for a space


class Codec(Protocol):
    """A model's tokenizer. ``frame`` is what the model wants before and after the pieces of a source."""

    frame: tuple[tuple[str, ...], tuple[str, ...]]

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut each text into pieces."""
        ...

    def decode(self, pieces: Sequence[str]) -> str:
        """Join target pieces into text."""
        ...


class SentencePieceCodec:
    """Marian's tokenizer: one SentencePiece model for each side, and ``>>eng<<`` codes kept whole.

    The target model joins the output: the source model would write its own normalisation into English
    (huggingface/transformers#10294).
    """

    # Without </s> a Marian model runs on (OpenNMT/CTranslate2#1694).
    frame: tuple[tuple[str, ...], tuple[str, ...]] = ((), ("</s>",))

    def __init__(self, source: Path, target: Path) -> None:
        import sentencepiece

        self._source = _load(sentencepiece, source)
        self._target = self._source if target == source else _load(sentencepiece, target)

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut each text into pieces; a leading ``>>code<<`` is one piece."""
        codes, rests = [], []
        for text in texts:
            code, rest = _split_code(text)
            codes.append(code)
            rests.append(rest)
        cut: list[list[str]] = self._source.encode(rests, out_type=str, num_threads=1)
        return [code + pieces for code, pieces in zip(codes, cut, strict=True)]

    def decode(self, pieces: Sequence[str]) -> str:
        """Join target pieces into text."""
        # Marian's vocabulary joins both sides: an Arabic piece that only the source model knows still has its mark.
        text: str = self._target.decode(list(pieces))
        return text.replace(_SPACE, " ").strip()


class TokenizerCodec:
    """Any other tokenizer, from its ``tokenizer.json``: BART's byte-level BPE, T5's and Pegasus' unigrams."""

    def __init__(self, file: Path) -> None:
        tokenizers = require("tokenizers", "hub")
        try:
            self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(file))
        except Exception as error:  # the library raises bare Exception
            raise ModelError(f"{file} cannot be read ({error}); add the model again") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        framed, bare = (self._tokenizer.encode("a", add_special_tokens=special).tokens for special in (True, False))
        self.frame: tuple[tuple[str, ...], tuple[str, ...]] = frame_of(framed, bare)

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut each text into pieces."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [list(encoding.tokens) for encoding in encodings]

    def decode(self, pieces: Sequence[str]) -> str:
        """Join target pieces into text, special ones left out."""
        ids = [self._tokenizer.token_to_id(piece) for piece in pieces]
        text: str = self._tokenizer.decode([i for i in ids if i is not None], skip_special_tokens=True)
        return text.strip()


def load_codec(directory: Path) -> Codec:
    """Load the tokenizer of a model directory: ``source.spm`` and ``target.spm``, ``joint.spm``, or ``tokenizer.json``.

    Raises:
        ModelError: the file is broken.
        DependencyError: ``tokenizer.json`` needs the package ``tokenizers`` (extra ``hub``).
    """
    joint, source, target = (directory / f"{side}.spm" for side in ("joint", "source", "target"))
    if source.is_file() and target.is_file():
        return SentencePieceCodec(source, target)
    if joint.is_file():
        return SentencePieceCodec(joint, joint)
    return TokenizerCodec(directory / "tokenizer.json")


def frame_of(framed: Sequence[str], bare: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands before and after ``bare`` in ``framed``: the same text, cut with and without special pieces."""
    start = list(framed).index(bare[0])
    return tuple(framed[:start]), tuple(framed[start + len(bare) :])


def language_code(vocabulary: Path) -> tuple[str, ...]:
    """The code that tells a Marian model with many target languages to write English; () for all others."""
    text = vocabulary.read_text(encoding="utf-8") if vocabulary.is_file() else ""
    return next(((code,) for code in (">>eng<<", ">>en<<") if f'"{code}"' in text), ())


def led_by(prefix: tuple[str, ...], source: Sequence[str]) -> list[str]:
    """Put ``prefix`` before ``source``, unless it is a language code and the source has one of its own."""
    has_code = bool(prefix) and prefix[0].startswith(">>") and source[:1] != [] and source[0].startswith(">>")
    return list(source) if has_code else [*prefix, *source]


def _load(sentencepiece: Any, file: Path) -> Any:
    try:
        return sentencepiece.SentencePieceProcessor(model_file=str(file))
    except (OSError, RuntimeError) as error:
        raise ModelError(f"{file} is not a SentencePiece model ({str(error)[:80]}); copy the model again") from error


def _split_code(text: str) -> tuple[list[str], str]:
    code = _CODE.match(text)
    return ([code[0]], text[code.end() :]) if code else ([], text)
