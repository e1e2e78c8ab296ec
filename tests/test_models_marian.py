"""The layout of Helsinki-NLP/opus-mt-ar-en: what its tokenizer and its weights must keep on the way to CTranslate2."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import pytest
import sentencepiece

from tarjama.models import Decoding, Task, load_engine
from tarjama.models.card import ModelCard, read_card
from tarjama.models.codec import SentencePieceCodec, load_codec
from tarjama.models.convert import convert
from tarjama.models.ctranslate2_engine import CTranslate2Engine
from tarjama.models.layout import inspect_directory
from tiny_marian import sentences, trained, write_snapshot

HUB_FILES = {
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "source.spm",
    "special_tokens_map.json",
    "target.spm",
    "tokenizer_config.json",
    "vocab.json",
}
CARD = ModelCard("tiny", Task.TRANSLATION, "CC0-1.0", "1")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.getbasetemp())


def float_engine(snapshot: Path, target: Path) -> CTranslate2Engine:
    convert(snapshot, target, CARD, "float32")
    return CTranslate2Engine(inspect_directory(target), compute_type="float32", device="cpu", threads=1)


def test_the_snapshot_is_like_the_hubs(snapshot: Path) -> None:
    config = json.loads((snapshot / "config.json").read_text())
    vocabulary = json.loads((snapshot / "vocab.json").read_text(encoding="utf-8"))

    assert {path.name for path in snapshot.iterdir()} == HUB_FILES
    assert (vocabulary["</s>"], vocabulary["<unk>"], vocabulary["<pad>"]) == (0, 1, len(vocabulary) - 1)
    assert config["decoder_start_token_id"] == config["pad_token_id"] == vocabulary["<pad>"]
    assert config["vocab_size"] == config["decoder_vocab_size"] == len(vocabulary)
    assert (config["eos_token_id"], config["forced_eos_token_id"], config["bos_token_id"]) == (0, 0, 0)


# The ids of these pieces in data/marian/vocab.json: what transformers 5.23 and sentencepiece 0.2.3 gave.
GOLDEN_IDS = {
    "كتب درس علم .": [57, 55, 91, 5, 0],
    "الكتب يشكر": [90, 75, 0],
    "zebra كتب ؟": [104, 1, 57, 104, 1, 0],
    "": [0],
}


@pytest.mark.parametrize(("text", "expected"), GOLDEN_IDS.items())
def test_golden_token_ids(text: str, expected: list[int]) -> None:
    from transformers import MarianTokenizer

    directory = Path(__file__).parent / "data" / "marian"
    vocabulary: dict[str, int] = json.loads((directory / "vocab.json").read_text(encoding="utf-8"))
    codec = load_codec(directory)
    pieces = [*codec.encode([text])[0], *codec.frame[1]]

    assert [vocabulary.get(piece, vocabulary["<unk>"]) for piece in pieces] == expected
    assert MarianTokenizer.from_pretrained(directory, local_files_only=True)(text).input_ids == expected


def test_output_is_joined_with_the_target_vocabulary(snapshot: Path) -> None:
    codec = load_codec(snapshot)
    target = SentencePieceCodec(snapshot / "target.spm", snapshot / "target.spm")
    for _, english in sentences(30, seed=8):
        assert codec.decode(target.encode([english])[0]) == english


def test_the_target_model_joins_not_the_source_model(tmp_path: Path, snapshot: Path) -> None:
    """Only a model that knows byte pieces joins them: which of the two is used can be seen."""
    shutil.copyfile(snapshot / "source.spm", tmp_path / "source.spm")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(english for _, english in sentences(50, seed=1)),
        model_prefix=str(tmp_path / "target"),
        vocab_size=300,
        byte_fallback=True,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    (tmp_path / "target.model").rename(tmp_path / "target.spm")

    assert load_codec(tmp_path).decode(["▁caf", "<0xC3>", "<0xA9>"]) == "café"


def test_what_the_converted_directory_holds(snapshot: Path, tmp_path: Path) -> None:
    target = tmp_path / "converted"
    convert(snapshot, target, CARD)
    vocabulary = json.loads((target / "shared_vocabulary.json").read_text(encoding="utf-8"))

    assert {path.name for path in target.iterdir()} == {
        "config.json",
        "model.bin",
        "shared_vocabulary.json",
        "source.spm",
        "target.spm",
        "tarjama.json",
    }
    assert "<pad>" not in vocabulary
    card = read_card(target)
    assert card is not None
    assert (card.source_prefix, card.target_prefix, card.max_positions) == ((), (), 128)
    weights = sum(path.stat().st_size for path in snapshot.glob("*.safetensors"))
    assert (target / "model.bin").stat().st_size < 0.5 * weights  # int8, tied embeddings once


def test_the_same_model_on_both_sides_is_kept_once(snapshot: Path, tmp_path: Path) -> None:
    joint = shutil.copytree(snapshot, tmp_path / "joint")
    shutil.copyfile(joint / "source.spm", joint / "target.spm")
    convert(joint, tmp_path / "converted", CARD)

    assert (tmp_path / "converted" / "joint.spm").is_file()
    assert not (tmp_path / "converted" / "source.spm").exists()


def test_the_bias_of_the_output_layer_survives(tmp_path: Path) -> None:
    """A bias that wants one piece before all others: only a model that has it says that piece."""
    snapshot = write_snapshot(tmp_path / "tiny", bias={"▁bako": 60.0})
    for quantization in ("float32", "int8"):
        target = tmp_path / quantization
        convert(snapshot, target, CARD, quantization)
        engine = CTranslate2Engine(inspect_directory(target), compute_type=quantization, device="cpu", threads=1)
        (output,) = engine.generate(["كتب درس"], Decoding(max_length=5))
        assert set(output.tokens) == {"▁bako"}


def test_tied_embeddings_survive(snapshot: Path, tmp_path: Path) -> None:
    """Scores of given outputs are those of transformers: every weight arrived, on all three sides."""
    import torch
    from transformers import MarianMTModel, MarianTokenizer

    engine = float_engine(snapshot, tmp_path / "float")
    model = MarianMTModel.from_pretrained(snapshot, local_files_only=True).eval()
    tokenizer = MarianTokenizer.from_pretrained(snapshot, local_files_only=True)
    assert model.lm_head.weight is model.model.encoder.embed_tokens.weight
    for arabic, english in sentences(5, seed=7):
        labels = tokenizer(text_target=english, return_tensors="pt").input_ids
        with torch.inference_mode():
            logits = model(**tokenizer(arabic, return_tensors="pt"), labels=labels).logits[0]
        expected = logits.log_softmax(-1).gather(1, labels[0][:, None])[:, 0].tolist()
        pieces = [tokenizer.convert_ids_to_tokens(i) for i in labels[0].tolist()][:-1]

        (scored,) = engine._translator.score_batch([[*engine.encode([arabic])[0], "</s>"]], [pieces])

        assert list(scored.log_probs) == pytest.approx(expected, abs=1e-4)


def test_decoding_starts_from_a_zero_embedding(
    snapshot: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """CTranslate2 starts from zero whatever <pad> holds: where that is not the same, the conversion says so."""
    from transformers import MarianMTModel

    model = MarianMTModel.from_pretrained(snapshot, local_files_only=True)
    assert model.get_input_embeddings().weight[-1].abs().max() == 0
    with caplog.at_level(logging.WARNING):
        convert(snapshot, tmp_path / "zero", CARD)
    assert "<pad>" not in caplog.text

    model.get_input_embeddings().weight.data[-1] = 1.0
    moved = shutil.copytree(snapshot, tmp_path / "moved")
    model.save_pretrained(moved)
    with caplog.at_level(logging.WARNING):
        convert(moved, tmp_path / "other", CARD)
    assert "the embedding of <pad>" in caplog.text


def test_many_target_languages_are_told_to_write_english(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path / "multi", extra=(">>fra<<", ">>eng<<"))
    target = tmp_path / "converted"
    convert(snapshot, target, CARD)
    engine = load_engine(target, threads=1)
    card = read_card(target)

    assert card is not None
    assert card.source_prefix == (">>eng<<",)
    assert engine.max_source_tokens == 128 - 2
    assert engine.encode([">>fra<< كتب"])[0] == [">>fra<<", "▁كتب"]
    quoted = engine.encode([">>كتب<< كتب"])[0]
    assert len(quoted) > 2, "a quotation is no language code"
    plain, english, french = engine.generate(["كتب", ">>eng<< كتب", ">>fra<< كتب"], Decoding(max_length=4))
    assert plain == english
    assert plain.score != french.score
    # A directory that somebody else converted has no card: the vocabulary says it.
    (target / "tarjama.json").unlink()
    assert load_engine(target, threads=2).max_source_tokens == 512 - 2


def test_a_directory_that_was_converted_elsewhere(snapshot: Path, tmp_path: Path) -> None:
    """No card, and CTranslate2 told to append </s> itself: it must not come twice."""
    target = tmp_path / "elsewhere"
    expected = float_engine(snapshot, target).generate(["كتب درس علم ."])
    (target / "tarjama.json").unlink()
    assert float_again(target).generate(["كتب درس علم ."]) == expected

    config = json.loads((target / "config.json").read_text())
    (target / "config.json").write_text(json.dumps(config | {"add_source_eos": True}))
    assert float_again(target).generate(["كتب درس علم ."]) == expected


def float_again(target: Path) -> CTranslate2Engine:
    return CTranslate2Engine(
        inspect_directory(target, Task.TRANSLATION), compute_type="float32", device="cpu", threads=1
    )
