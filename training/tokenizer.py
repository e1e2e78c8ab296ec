"""Stage 2: the joint SentencePiece model and the Marian vocabulary made from it."""

from __future__ import annotations

import io
import json
import random
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import sentencepiece

from .recipe import Recipe, Source

END, UNKNOWN = 0, 1  # Marian's ids for </s> and <unk>; <pad> is the last id

# Arabic spelling that writers leave out as often as they write it: hamza on alef, and the dots of a
# final yeh. Folded inside the tokenizer, so that the text itself stays as written.
_FOLD = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي"}


def iterate_pairs(work: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (source name, Arabic, English) from the prepared pairs."""
    with (work / "pairs.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            name, arabic, english = line.rstrip("\n").split("\t")
            yield name, arabic, english


def train_tokenizer(work: Path, recipe: Recipe) -> Path:
    """Train on text in the proportions of training; write ``work/joint.spm`` and ``work/vocab.json``.

    Digits are single pieces, so that a number is copied digit by digit.
    """
    weights: dict[str, Source] = {source.name: source for source in recipe.sources}
    chance = random.Random(recipe.seed)
    lines = (
        line
        for name, arabic, english in iterate_pairs(work)
        if chance.random() < weights[name].repeat
        for line in (arabic, english)
    )
    return train_pieces(lines, work, recipe.pieces, _FOLD)


def train_pieces(lines: Iterable[str], work: Path, pieces: int, fold: dict[str, str]) -> Path:
    """Train SentencePiece on lines of text; ``fold`` maps letters to those that they are read as, all others stay."""
    model = work / "joint.spm"
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "fold.tsv"
        rules.write_text("".join(f"{ord(a):X}\t{ord(b):X}\n" for a, b in fold.items()), encoding="utf-8")
        made = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines),  # with files, their paths would be kept in the model
            model_writer=made,
            vocab_size=pieces - 1,  # </s> and <pad> are added, SentencePiece's own <unk> is one of the pieces
            model_type="unigram",
            character_coverage=0.9999,
            normalization_rule_name="identity",  # the rules, where there are some, come before the name
            normalization_rule_tsv=str(rules) if fold else "",
            split_digits=True,
            bos_id=-1,
            eos_id=-1,
            unk_id=0,
            num_threads=2,
            minloglevel=1,
        )
    model.write_bytes(made.getvalue())
    trained = sentencepiece.SentencePieceProcessor(model_file=str(model))
    vocabulary = {"</s>": END, "<unk>": UNKNOWN}
    vocabulary |= {trained.id_to_piece(i): i + 1 for i in range(1, len(trained))}
    vocabulary["<pad>"] = len(vocabulary)
    (work / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False, indent=0), encoding="utf-8")
    return model


def pad_id(work: Path) -> int:
    """The id of ``<pad>``: the last one."""
    return len(json.loads((work / "vocab.json").read_text(encoding="utf-8"))) - 1
