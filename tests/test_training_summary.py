"""The summarizer's recipe on a sample: what it is made from, that it copies from the start, and every stage once."""

from __future__ import annotations

import itertools
import json
import lzma
import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("eflomal", reason="pip install 'tarjama[train]'")

from tarjama.training.prepare import HeldOut
from tarjama.training.recipe import SummaryRecipe, SummarySource
from tarjama.training.summary_copy import copy_links, log_frequencies
from tarjama.training.summary_data import (
    Pair,
    held_out_pairs,
    overlap_of,
    prepare_summaries,
    split_of,
)
from tarjama.training.summary_gaps import gap_example, principal
from tarjama.training.summary_noise import UNREADABLE, Noise, noisy, spoil

RECIPE = replace(
    SummaryRecipe(),
    pieces=64,
    d_model=160,
    encoder_layers=1,
    decoder_layers=1,
    attention_heads=2,
    ffn_dim=64,
    max_positions=512,
    max_pieces=400,
    short_first_pieces=200,
    batch_tokens=1_500,
    warmup_steps=3,
    learning_rate=1e-3,
    gap_words=14,
    test_share=0.3,
    dev_share=0.2,
    summaries=(SummarySource("desk_train", 0.0, 2.0), SummarySource("human", 0.0, 1.0)),
)
PEOPLE = "Hariri Sisi Rouhani Erdogan Aoun Barzani Haftar Saied".split()
PLACES = "Beirut Cairo Tehran Ankara Baghdad Erbil Tripoli Tunis".split()
ACTS = "visited left praised attacked reached entered closed rebuilt".split()


def _story(chance: random.Random) -> str:
    def fact() -> str:
        who, did, where = chance.choice(PEOPLE), chance.choice(ACTS), chance.choice(PLACES)
        return f"Minister {who} {did} {where} with {chance.randint(10, 99)} men on day {chance.randint(1, 30)}."

    return " ".join(fact() for _ in range(6))


def _jsonl(path: Path, records: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lzma.compress("".join(json.dumps(record) + "\n" for record in records).encode()))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    chance = random.Random(3)
    stories = [_story(chance) for _ in range(80)]
    pairs = [{"document": story, "summary": story.split(". ")[0] + "."} for story in stories]
    _jsonl(tmp_path / "summaries" / "human.jsonl.xz", pairs[:40])
    test = next(Pair("human", **pair) for pair in pairs[:40] if split_of(Pair("human", **pair), RECIPE) == "test")
    copied = {"document": test.document, "summary": "A summary of its own for an article that is held out."}
    near = {
        "document": "An opening of its own here. " + test.document.replace("Minister", "minister", 1),
        "summary": "Another summary for nearly the same article.",
    }
    _jsonl(tmp_path / "summaries" / "desk_train.jsonl.xz", [*pairs[40:76], copied, near, *pairs[40:76]])
    _jsonl(tmp_path / "summaries" / "desk_dev.jsonl.xz", pairs[76:])
    news = "\n".join([_story(chance) for _ in range(30)] + [test.document])
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "en.txt.xz").write_bytes(lzma.compress(news.encode()))
    for name in ("desk", "eval", "articles", "seeds"):
        (tmp_path / name).mkdir()
    (tmp_path / "desk" / "dev.tsv.xz").write_bytes(lzma.compress(b""))
    (tmp_path / "eval" / "flores200_dev.tsv").write_text("", encoding="utf-8")
    return tmp_path


# Gap sentences


def test_principal_sentences_are_those_most_like_the_rest() -> None:
    sentences = [
        "The weather was fine.",
        "The army entered Mosul on Sunday.",
        "Residents of Mosul said the army entered two districts.",
        "A cat slept.",
    ]
    # ROUGE-1 F1 against the rest, of 22 words in all: 4, 6, 9 and 3 of them; common 2, 4, 4, 0.
    assert principal(sentences, 9) == [1]
    assert principal(sentences, 15) == [1, 2]
    assert principal(sentences, 1) == [1]


def test_gap_sentences_leave_the_source_as_often_as_the_recipe_says() -> None:
    sentences = [f"{name} met {other} in Cairo." for name, other in itertools.pairwise(PEOPLE)]
    kept = gap_example(sentences, replace(RECIPE, gap_kept=1.0), random.Random(1))
    cut = gap_example(sentences, replace(RECIPE, gap_kept=0.0), random.Random(1))
    assert kept is not None
    assert cut is not None
    assert kept[0] == sentences
    assert kept[1] in " ".join(sentences)
    assert " ".join(cut[0]) + cut[1] != " ".join(sentences)
    assert all(sentence not in cut[1] for sentence in cut[0])
    assert gap_example(sentences[:3], RECIPE, random.Random(1)) is None


# Copying


@pytest.mark.parametrize(
    ("source", "target", "links"),
    [
        ([5, 6, 7, 8], [6, 7], [1, 2]),
        ([9, 5, 6, 2, 5, 7], [5, 7], [4, 5]),  # the 5 that 7 follows
        ([5, 6, 5, 6, 7], [5, 6], [0, 1]),  # of equal runs the first
        ([5, 6, 5], [9, 5], [-1, -1]),  # one piece that stands twice: nobody knows
        ([5, 6, 5], [9, 6], [-1, 1]),
        ([3, 4, 8, 3, 4, 9], [9, 3, 4, 8], [5, 0, 1, 2]),
    ],
)
def test_copy_links(source: list[int], target: list[int], links: list[int]) -> None:
    assert copy_links(source, target).tolist() == links


def test_an_untrained_model_continues_a_quotation() -> None:
    import torch

    from tarjama.training.corpus import unaligned
    from tarjama.training.model import new_model
    from tarjama.training.summary_copy import initialise_copying

    recipe = replace(SummaryRecipe(), encoder_layers=2, ffn_dim=64)
    chance = np.random.default_rng(0)
    share = 1 / np.arange(1, 998)  # frequencies as in text: many pieces stand there many times
    source = (chance.choice(997, size=300, p=share / share.sum()) + 2).tolist()
    model = new_model(999, recipe).eval()
    initialise_copying(model, unaligned([source], [source], 1.0))
    with torch.no_grad():
        logits = model(
            input_ids=torch.tensor([source]), decoder_input_ids=torch.tensor([[999, *source[100:140]]])
        ).logits
    said = logits[0].argmax(dim=1).tolist()
    right = sum(one == other for one, other in zip(said[4:], source[104:141], strict=True))
    assert right >= 33  # of 37; a model with random weights gets none


def test_fused_attention_on_a_gpu_reads_the_same_as_the_plain_one() -> None:
    import torch

    from tarjama.training.model import new_model
    from tarjama.training.summary_train import _fused

    model = new_model(63, RECIPE).eval()
    given = {"input_ids": torch.tensor([[5, 6, 7], [8, 9, 63]]), "attention_mask": torch.tensor([[1, 1, 1], [1, 1, 0]])}
    with torch.no_grad():
        plain = model.model.encoder(**given).last_hidden_state
        fused = _fused(model.model.encoder)(**given).last_hidden_state
    assert model.model.encoder.layers[0].self_attn.config._attn_implementation == "sdpa"
    assert model.model.decoder.layers[0].self_attn.config._attn_implementation == "eager"
    assert torch.allclose(plain[given["attention_mask"] > 0], fused[given["attention_mask"] > 0], atol=1e-5)


def test_log_frequencies_floor_and_padding() -> None:
    from tarjama.training.corpus import unaligned

    logs = log_frequencies(unaligned([[2, 2, 3]], [[2]], 1.0), 6)[0]
    assert logs.tolist() == pytest.approx([0.0, np.log(1 / 3), 0.0, np.log(1 / 3), np.log(1 / 3), -1e4])


# Noise

_WORDS = st.sampled_from("The minister of Lebanon said that 1,200 people were in Beirut on 5 May".split())


@given(st.lists(_WORDS, min_size=1, max_size=30), st.integers(0, 10_000))
def test_noise_keeps_every_number_in_its_place(words: list[str], seed: int) -> None:
    heavy = Noise(small=0.9, agreement=0.9, name=0.9, unreadable=0.2, twice=0.5, phrase=0.5, swap=0.5)
    made = spoil(" ".join(words), random.Random(seed), heavy)
    assert re.findall(r"\d[\d,]*", made) == re.findall(r"\d[\d,]*", " ".join(words))


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Noise(1, 0, 0, 0, 0, 0, 0), "Ministers has met Saad Hariri Beirut."),
        (Noise(0, 1, 0, 0, 0, 0, 0), "Ministers have met Saad Hariri in the Beirut."),
        (Noise(0, 0, 0, 1, 0, 0, 0), " ".join([UNREADABLE] * 8)),
        (Noise(0, 0, 0, 0, 0, 0, 0), "Ministers has met Saad Hariri in the Beirut."),
    ],
)
def test_faults_one_by_one(fault: Noise, expected: str) -> None:
    assert spoil("Ministers has met Saad Hariri in the Beirut.", random.Random(1), fault) == expected


def test_names_are_misspelt_lower_cased_or_lost() -> None:
    only_names = Noise(0, 0, 1, 0, 0, 0, 0)
    made = Counter(spoil("yesterday Hariri left", random.Random(seed), only_names).split()[1] for seed in range(60))
    assert {"hariri", "left"} <= made.keys()
    assert any(re.fullmatch("H[aeiou]r[aeiou]r[aeiou]", name) for name in made)


def test_noise_never_takes_the_last_mention_of_what_the_summary_says() -> None:
    sentences = ["They saw Saad Hariri there today.", "Later Saad left with Michel Aoun."]
    heavy = Noise(0, 0, 1, 0, 0, 0, 0)
    for seed in range(20):
        made = " ".join(noisy(sentences, "Hariri met Saad.", random.Random(seed), heavy))
        assert {"Hariri", "Saad"} <= set(re.findall(r"\w+", made))


# What is held out


def test_held_out_documents_never_get_into_training(data: Path) -> None:
    counts = prepare_summaries(data, data / "seeds", data / "work", RECIPE)
    assert counts["human: held out"] >= 10
    assert counts["desk_train: overlaps a test set"] >= 2  # the exact copy and the near one
    assert counts["desk_train: duplicate"] == counts["desk_train: kept"] > 10
    assert counts["news: overlaps a test set"] >= 1
    overlap = overlap_of(data, data / "seeds", RECIPE)
    for stage in ("pretrain", "finetune"):
        for text in _texts(data / "work", stage):
            assert not any(sentence in overlap for sentence in text)


def _texts(work: Path, stage: str) -> list[list[str]]:
    """The sources that training reads, clean ones only, as sentences."""
    import sentencepiece

    from tarjama.training.corpus import Corpus

    corpus = Corpus.load(work / f"{stage}.npz")
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(work / "joint.spm"))
    offsets = corpus.source_offsets
    texts = [
        pieces.decode([int(i) - 1 for i in corpus.source[offsets[n] : offsets[n + 1]]]) for n in range(len(corpus))
    ]
    assert texts
    return [re.split(r"(?<=\.) ", text) for text in texts]


def test_articles_with_one_summary_are_held_out_together(data: Path) -> None:
    pair = held_out_pairs(data, RECIPE, "test")[0]
    assert split_of(replace(pair, document="Another article."), RECIPE) == "test"
    splits = Counter(split_of(Pair("human", "", str(number)), SummaryRecipe()) for number in range(2000))
    assert splits["test"] / 2000 == pytest.approx(0.15, abs=0.03)
    assert splits["dev"] / 2000 == pytest.approx(0.03, abs=0.01)


def test_overlap_finds_what_is_held_out_and_nothing_else(data: Path) -> None:
    held = held_out_pairs(data, RECIPE, "test")[0]
    overlap = overlap_of(data, data / "seeds", RECIPE)
    assert isinstance(overlap, HeldOut)
    assert held.document in overlap
    assert "The central bank raised its main rate by a quarter of a point on Thursday morning." not in overlap


# All stages


def test_every_stage_from_data_to_an_evaluation(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tarjama.models import Task, locate
    from tarjama.training.summary_evaluate import evaluate_summarizer, write
    from tarjama.training.summary_export import export_summarizer
    from tarjama.training.summary_train import SummaryTrainer

    work, out = data / "work", data / "out"
    counts = prepare_summaries(data, data / "seeds", work, RECIPE)
    assert min(counts[f"finetune: {name}"] for name in ("human", "human, noisy", "desk_train", "desk_train, noisy")) > 0
    assert counts["pretrain: gap sentences"] > 20

    SummaryTrainer(work, data, RECIPE, steps=4).run()
    trainer = SummaryTrainer(work, data, RECIPE, steps=8)
    assert trainer.progress.step == 4  # goes on, with the second half of the run: fine-tuning
    assert trainer._stage() == 0
    trainer.run()
    assert trainer._stage() == 1
    printed = capsys.readouterr().out
    assert "resumed at step 4" in printed
    assert "rouge2" in printed

    made = export_summarizer(work, data, out, RECIPE)
    assert made.steps[-1] == 8
    assert locate(out, Task.SUMMARIZATION).revision[:4].isdigit()

    evaluation, shown = evaluate_summarizer(out, data, RECIPE)
    assert evaluation.documents == len(held_out_pairs(data, RECIPE, "test"))
    assert {gain.baseline for gain in evaluation.gains} >= {"lead-3", "extractive"}
    assert len(evaluation.gains) == 9
    assert not evaluation.ships
    assert "reference:" in shown
    table = write(evaluation, shown, work).read_text(encoding="utf-8")
    assert "new 2-grams" in table
    assert "Ships: no." in table
