"""Stage 5: average checkpoints, convert to CTranslate2 int8, measure, and write the card."""

from __future__ import annotations

import hashlib
import math
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import ctranslate2.converters
import sacrebleu
from transformers import MarianMTModel, MarianTokenizer

from ..models import Decoding, Task, load_engine
from ..models.card import ModelCard
from ..models.catalog import EMBEDDED
from .checkpoints import Mixture, average, last_checkpoints, runs
from .model import new_model
from .prepare import clean, read_pairs
from .recipe import Recipe
from .tokenizer import pad_id

_AVERAGES = (1, 2, 4, 6, 12, 24)  # of the last checkpoints, beside means of runs
_DEV = (Path("desk/dev.tsv.xz"), Path("eval/flores200_dev.tsv"))
_SIDE_FILES = ("source.spm", "target.spm", "vocab.json", "tokenizer_config.json")


@dataclass(frozen=True)
class Exported:
    """What was written: the averaged checkpoints, and the BLEU on desk-dev and FLORES dev that chose them."""

    directory: Path
    steps: tuple[int, ...]
    dev_bleu: tuple[float, ...]


def save_tokenizer(work: Path, directory: Path) -> MarianTokenizer:
    """Write the files of a Hugging Face Marian tokenizer; both sides are the joint SentencePiece model."""
    for name in ("source.spm", "target.spm"):
        shutil.copyfile(work / "joint.spm", directory / name)
    shutil.copyfile(work / "vocab.json", directory / "vocab.json")
    tokenizer = MarianTokenizer(
        source_spm=str(directory / "source.spm"),
        target_spm=str(directory / "target.spm"),
        vocab=str(directory / "vocab.json"),
        source_lang="ar",
        target_lang="en",
        model_max_length=512,
    )
    tokenizer.save_pretrained(directory)
    return tokenizer


def save_hugging_face(model: MarianMTModel, work: Path, directory: Path) -> None:
    """Write a directory that ``MarianMTModel.from_pretrained`` loads."""
    directory.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(directory)
    save_tokenizer(work, directory)


def convert(hugging_face: Path, work: Path, directory: Path) -> None:
    """Convert to CTranslate2 int8, the tokenizer beside it once: the two sides share it."""
    converter = ctranslate2.converters.TransformersConverter(str(hugging_face))
    converter.convert(str(directory), quantization="int8", force=True)
    shutil.copyfile(work / "joint.spm", directory / "joint.spm")


def bleu_on(directory: Path, pairs: list[tuple[str, str]]) -> float:
    """BLEU of a model directory on sentence pairs, with the program's default decoding."""
    engine = load_engine(directory, Task.TRANSLATION)
    outputs = engine.generate([clean(arabic) for arabic, _ in pairs], Decoding())
    return float(sacrebleu.corpus_bleu([out.text for out in outputs], [[english for _, english in pairs]]).score)


def averages(
    work: Path, recipe: Recipe, mixtures: Iterable[Mixture], folder: Path
) -> Iterator[tuple[tuple[int, ...], Path, Path]]:
    """Yield the steps averaged, the Hugging Face and the CTranslate2 directory (in ``folder``) for each mixture."""
    model = new_model(pad_id(work), recipe)
    for number, mixture in enumerate(mixtures, start=1):
        model.load_state_dict(average(mixture))
        hugging_face, converted = folder / f"hf-{number}", folder / f"ct2-{number}"
        save_hugging_face(model, work, hugging_face)
        convert(hugging_face, work, converted)
        yield tuple(int(path.stem) for run in mixture for path in run), hugging_face, converted


def export(work: Path, data: Path, out: Path, recipe: Recipe) -> Exported:
    """Write the best average of checkpoints or runs to ``out``, and its Hugging Face twin to ``work/hf``."""
    sets = [list(read_pairs(data / path)) for path in _DEV]
    best = Exported(out, (), (-1.0,))
    mixtures = [*last_checkpoints(work, _AVERAGES), *runs(work)]
    with tempfile.TemporaryDirectory() as folder:
        made_of = averages(work, recipe, mixtures, Path(folder))
        for mixture, (steps, hugging_face, converted) in zip(mixtures, made_of, strict=True):
            bleu = tuple(bleu_on(converted, pairs) for pairs in sets)
            shown = "  ".join(f"{value:.2f} (n={len(pairs)})" for value, pairs in zip(bleu, sets, strict=True))
            parts = " and ".join(f"{len(run)} of {run[0].parent.name}" for run in mixture)
            print(f"mean of {parts}: BLEU on desk-dev and FLORES dev {shown}", flush=True)
            if _merit(bleu) > _merit(best.dev_bleu):
                best = Exported(out, steps, bleu)
                for made, kept in ((converted, out), (hugging_face, work / "hf")):
                    shutil.copytree(made, kept, dirs_exist_ok=True)
    write_card(out, Task.TRANSLATION, recipe.max_pieces)
    return best


def _merit(bleu: tuple[float, ...]) -> float:
    """Product over the development sets, so that a gain counts by its share; plus one, for sets without a match."""
    return math.prod(value + 1 for value in bleu)


def export_last(work: Path, recipe: Recipe) -> Path:
    """Convert the last checkpoint as it is; return the folder of the CTranslate2 model."""
    *_, converted = next(averages(work, recipe, last_checkpoints(work, (1,)), work))
    write_card(converted, Task.TRANSLATION, recipe.max_pieces)
    return converted


def write_card(out: Path, task: Task, longest: int) -> None:
    """Write ``tarjama.json``: the revision is the day and the first digits of the weights' SHA-256.

    ``longest`` is the longest sequence that was trained on, in pieces; the program gives no longer ones.
    """
    digest = hashlib.sha256((out / "model.bin").read_bytes()).hexdigest()
    ModelCard(
        name=EMBEDDED,
        task=task,
        licence="CC-BY-NC-SA-4.0",
        revision=f"{datetime.now(UTC):%Y-%m-%d}-{digest[:8]}",
        max_positions=longest,
    ).write(out)
