"""The recipe on a sample: what must never reach the training data, and every stage once."""

from __future__ import annotations

import json
import lzma
import random
import re
from dataclasses import replace
from functools import partial
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import sentencepiece

pytest.importorskip("eflomal", reason="pip install 'tarjama[train]'")

from tarjama.training.augment import Change, careless, headline, other_months, other_numbers
from tarjama.training.backtranslate import news_sentences
from tarjama.training.corpus import Corpus, SubwordSampler, batches, concatenate, encode, unaligned
from tarjama.training.prepare import HeldOut, prepare, read_pairs, repair_thousands, sentence_fault
from tarjama.training.recipe import Recipe, Source

WORDS = {
    "قال": "said",
    "الوزير": "the minister",
    "الرئيس": "the president",
    "اليوم": "today",
    "في": "in",
    "بغداد": "Baghdad",
    "دمشق": "Damascus",
    "زار": "visited",
    "الجيش": "the army",
    "دخل": "entered",
    "المدينة": "the city",
    "غدا": "tomorrow",
}
RECIPE = replace(
    Recipe(),
    pieces=60,
    d_model=32,
    encoder_layers=1,
    decoder_layers=1,
    attention_heads=2,
    ffn_dim=64,
    batch_tokens=200,
    short_first_tokens=0,
    warmup_steps=5,
    alignment_tokens=20_000,
    learning_rate=5e-3,
    sources=(Source("desk", 1.0), Source("names", 0.5, sentences=False)),
)
STEPS = 240
HELD_OUT = "قتل 39 من أصل 43 قياديا أسسوا التنظيم في مدينة الموصل العراقية"


def _write(path: Path, pairs: list[tuple[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{arabic}\t{english}\n" for arabic, english in pairs)
    if path.suffix == ".xz":
        path.write_bytes(lzma.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    chance = random.Random(7)
    pairs = []
    for _ in range(400):
        chosen = chance.sample(list(WORDS), chance.randint(4, 7))
        pairs.append((" ".join(chosen) + ".", " ".join(WORDS[word] for word in chosen) + "."))
    seed = (HELD_OUT + " هذا الأسبوع", "This repeats the seed article and has to go away")
    _write(tmp_path / "desk" / "train.tsv.xz", [*pairs, pairs[0], seed, ("Hello there friends", "Hello there friends")])
    _write(tmp_path / "desk" / "dev.tsv.xz", pairs[:20:2])
    _write(tmp_path / "parallel" / "names.tsv.xz", list(WORDS.items()))
    _write(tmp_path / "eval" / "flores200_dev.tsv", [("لا يهم هذا النص أحدا", "Nobody minds this text")])
    (tmp_path / "news").mkdir()
    too_long = "Thoroughly " + "extraordinarily incomprehensible " * 8 + "jargon."  # more pieces than a model reads
    news = "\n".join([too_long, *(english.capitalize() for _, english in pairs[20:100])])
    (tmp_path / "news" / "en.txt.xz").write_bytes(lzma.compress(news.encode()))
    own = "\n".join(f"{HELD_OUT}. {arabic}" for arabic, _ in pairs[100:160])
    (tmp_path / "news" / "ar.txt.xz").write_bytes(lzma.compress(own.encode()))
    (tmp_path / "articles").mkdir()
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "seed.txt").write_text("عنوان\n" + HELD_OUT + ".", encoding="utf-8")
    return tmp_path


def test_prepare_drops_what_it_must_and_says_so(data: Path) -> None:
    counts = prepare(data, data / "seeds", data / "work", RECIPE)
    kept = (data / "work" / "pairs.tsv").read_text(encoding="utf-8")
    assert "Hello" not in kept
    assert "seed article" not in kept
    assert counts["desk: source not Arabic"] == 1
    assert counts["desk: overlaps a test set"] >= 11  # ten desk-dev sentences and the seed
    assert sum(counts.values()) == 403 + len(WORDS)
    assert json.loads((data / "work" / "prepare.json").read_text()) == counts
    held_out = {arabic for arabic, _ in read_pairs(data / "desk" / "dev.tsv.xz")}
    assert not held_out & {line.split("\t")[1] for line in kept.splitlines()}


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        (HELD_OUT, True),
        (HELD_OUT.replace("أصل", "اصل"), True),  # one word in thirteen differs
        ("مقدمة طويلة " + HELD_OUT, True),
        ("قتل 39 من أصل", False),  # too short to be told from chance
        ("زار الرئيس اليوم بغداد ثم عاد إلى دمشق مع الوزير", False),
    ],
)
def test_overlap(text: str, inside: bool) -> None:
    assert (text in HeldOut([HELD_OUT])) is inside


@pytest.mark.parametrize(
    ("arabic", "english", "expected"),
    [
        ("مبلغ 030 943 7 دولار", "an amount of $7,943,030", "مبلغ 7,943,030 دولار"),
        ("مبلغ 500 12 دولار", "$12,500", "مبلغ 12,500 دولار"),
        ("القرار 500 12 مادة", "resolution 500, 12 articles", "القرار 500 12 مادة"),
    ],
)
def test_reversed_thousands(arabic: str, english: str, expected: str) -> None:
    assert repair_thousands(arabic, english) == expected


@pytest.mark.parametrize(
    ("arabic", "english", "fault"),
    [
        ("قال الرئيس اليوم", "The president said today", None),
        ("قال الرئيس", "The president said today that he would not go anywhere at all", "length ratio"),
        ("كلمة " * 101, "word " * 101, "too long"),
        ("The president said", "The president said", "source not Arabic"),
        ("قال الرئيس", "قال الرئيس", "target not English"),
    ],
)
def test_sentence_fault(arabic: str, english: str, fault: str | None) -> None:
    assert sentence_fault(arabic, english) == fault


def test_every_stage_from_data_to_a_model_that_translates(data: Path) -> None:
    from tarjama.models import Task, load_engine
    from tarjama.training.augment import add_augmented
    from tarjama.training.backtranslate import (
        add_back_translations,
        back_translate,
        prepare_reverse,
        reverse_recipe,
    )
    from tarjama.training.begin import begin
    from tarjama.training.checkpoints import average, last_checkpoints, restart, runs
    from tarjama.training.corpus import build_corpus, load_corpora
    from tarjama.training.export import averages, export
    from tarjama.training.grow import grow_runs
    from tarjama.training.selftrain import add_own_translations, arabic_sentences, translate_news
    from tarjama.training.team import run_team
    from tarjama.training.tokenizer import train_tokenizer
    from tarjama.training.train import Trainer, train

    work = data / "work"
    prepare(data, data / "seeds", work, RECIPE)
    train_tokenizer(work, RECIPE)
    corpus = build_corpus(work, RECIPE)
    assert (corpus.alignment >= 0).mean() > 0.5

    # English to Arabic, from there back: the pairs that it makes join the training data.
    reverse = reverse_recipe(RECIPE)
    Trainer(prepare_reverse(work), data, reverse, steps=STEPS).run()
    made = back_translate(work, data, data / "seeds", RECIPE, sentences=100)
    sides = [line.split("\t") for line in (work / "back.tsv").read_text(encoding="utf-8").splitlines()]
    usable = set(news_sentences(data, data / "seeds", RECIPE))
    assert {english for _, english in sides} == {text for text in usable if "jargon" not in text} < usable
    assert sum("الوزير" in arabic for arabic, english in sides if "minister" in english) >= 5
    assert add_back_translations(made, work, RECIPE) >= 10
    assert add_augmented(work, RECIPE) >= 20
    assert len(load_corpora(work)) >= len(corpus) + 30

    trainer = Trainer(work, data, RECIPE, steps=STEPS // 2)
    trainer.run()
    resumed = Trainer(work, data, RECIPE, steps=STEPS)
    assert resumed.progress == trainer.progress
    run_team(2, partial(train, work=work, data=data, recipe=RECIPE, steps=STEPS))
    resumed = Trainer(work, data, RECIPE, steps=STEPS)
    assert resumed.progress.step == STEPS
    assert resumed.progress.tokens > 2.5 * trainer.progress.tokens  # one half alone, the other by two

    made = export(work, data, data / "model", RECIPE)
    assert made.dev_bleu[0] > 20
    assert restart(work).joinpath(f"{STEPS:08d}.pt").exists()
    again = Trainer(work, data, replace(RECIPE, decay_share=1.0), minutes=2.0)
    assert again.progress == replace(resumed.progress, seconds=0.0)
    assert again.model.lm_head.weight.equal(resumed.model.lm_head.weight)
    again.progress.seconds = 30.0
    assert again._rate_factor() == 0.75

    wider = replace(RECIPE, ffn_dim=96, warmup_steps=1)
    grow_runs(work, data / "grown", wider)
    grown = Trainer(data / "grown", data, wider, steps=2)
    assert grown.progress == replace(resumed.progress, step=0, seconds=0.0)
    assert grown.model.lm_head.weight.equal(average(runs(work)[-1])["lm_head.weight"])
    grown.run()
    assert grown.model.model.encoder.layers[0].fc2.weight[:, 64:].abs().max() > 0  # the new units take part

    begun = data / "begun"
    begin(made.directory, begun, RECIPE)
    ((_, _, converted),) = averages(begun, RECIPE, last_checkpoints(begun, (1,)), data / "converted")
    for name in ("model.bin", "config.json", "joint.spm", "shared_vocabulary.json"):
        assert (converted / name).read_bytes() == (made.directory / name).read_bytes()
    assert [len(mixture) for mixture in runs(begun)] == [2]  # the finished weights, and the run that begins with them
    with pytest.raises(FileExistsError, match="holds a run already"):
        begin(made.directory, begun, RECIPE)
    with pytest.raises(ValueError, match="does not fit into the recipe's network"):
        begin(made.directory, data / "other", wider)

    # The finished model translates the Arabic news: what no check doubts joins the training data.
    usable_arabic = set(arabic_sentences(data, data / "seeds", RECIPE))
    assert len(usable_arabic) == 60  # none of them the held-out one
    written = translate_news(made.directory, work, data, data / "seeds", RECIPE, sentences=25)
    lines = [line.split("\t") for line in written.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 25
    assert all(float(score) < 0 and arabic in usable_arabic for score, arabic, _ in lines)
    before = len(load_corpora(work))
    translate_news(made.directory, work, data, data / "seeds", RECIPE, sentences=30)
    assert [line.split("\t") for line in written.read_text(encoding="utf-8").splitlines()][:25] == lines
    added = add_own_translations(written, work, RECIPE)
    assert 0 < added <= 30
    assert len(load_corpora(work)) == before + added

    engine = load_engine(made.directory, Task.TRANSLATION)
    # Which words so small a model knows differs from run to run (61 to 70 of 75 in six runs).
    arabic, english = zip(*read_pairs(data / "desk" / "dev.tsv.xz"), strict=True)
    generated = [made.text for made in engine.generate(list(arabic))]
    known = [
        word in text for text, wanted in zip(generated, english, strict=True) for word in wanted.rstrip(".").split()
    ]
    assert sum(known) > 0.6 * len(known)


def test_learning_curves_tell_tricks_apart_and_leave_the_work_as_it_was(data: Path) -> None:
    from tarjama.training.corpus import build_corpus
    from tarjama.training.curves import Arm, arms, learning_curve
    from tarjama.training.tokenizer import train_tokenizer

    work = data / "work"
    prepare(data, data / "seeds", work, RECIPE)
    train_tokenizer(work, RECIPE)
    build_corpus(work, RECIPE)
    before = sorted(work.rglob("*"))
    chosen = arms(RECIPE)
    curves = {name: learning_curve(work, data, chosen[name], 6_000, points=2) for name in ("recipe", "random-weights")}
    curves["fewer pieces"] = learning_curve(work, data, Arm(replace(RECIPE, pieces=50)), 2_000, points=2)

    assert [len(curve) for curve in curves.values()] == [2, 2, 2]
    for curve, wanted in zip(curves.values(), (6_000, 6_000, 2_000), strict=True):
        assert wanted <= curve[-1].pieces < wanted + 2 * RECIPE.batch_tokens
        assert sorted(point.seconds for point in curve) == [point.seconds for point in curve]
    assert curves["recipe"][0].loss < curves["random-weights"][0].loss - 0.2
    assert curves["recipe"][-1].loss < curves["recipe"][0].loss
    assert sorted(work.rglob("*")) == before


def test_the_checkpoints_of_runs_and_of_the_last_run(tmp_path: Path) -> None:
    from tarjama.training.checkpoints import last_checkpoints, runs

    last = [tmp_path / "checkpoints" / f"000000{number}.pt" for number in (49, 50)]
    former = [[tmp_path / f"checkpoints-{number}" / f"000000{number:02d}.pt"] for number in (2, 9, 10)]
    for path in (*last, *(path for run in former for path in run)):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert runs(tmp_path)[:4] == [[former[0], last], [former[1], last], [former[2], last], [*former[:2], last]]
    assert runs(tmp_path)[-1] == [*former, last]
    assert len(runs(tmp_path)) == 7
    assert last_checkpoints(tmp_path, (1, 2, 4)) == [[last[1:]], [last]]
    (tmp_path / "checkpoints" / "00000010.pt").touch()  # what restart made of the former run's last: not this run's own
    assert runs(tmp_path)[-1] == [*former, last]


def test_a_new_run_can_begin_with_the_mean_of_all_before_it(tmp_path: Path) -> None:
    import torch

    from tarjama.training.checkpoints import restart

    for folder, weights in {"checkpoints-1": [1.0], "checkpoints-2": [2.0], "checkpoints": [5.0, 7.0]}.items():
        (tmp_path / folder).mkdir()
        for step, weight in enumerate(weights, start=int(weights[0])):
            state = {
                "model": {"w": torch.tensor([weight])},
                "optimizer": folder,
                "progress": {"step": step, "seconds": weight},
            }
            torch.save(state, tmp_path / folder / f"0000000{step}.pt")

    assert restart(tmp_path, mean=True) == tmp_path / "checkpoints-3"

    (first,) = (tmp_path / "checkpoints").iterdir()
    began = torch.load(first)
    assert began["model"]["w"].tolist() == [3.0]  # of 1, 2, and the 6 in the middle of the last run
    assert (began["optimizer"], began["progress"]) == ("checkpoints", {"step": 6, "seconds": 0.0})
    kept = sorted((tmp_path / "checkpoints-3").iterdir())
    assert [torch.load(path)["progress"]["seconds"] for path in kept] == [5.0, 7.0]


def test_a_grown_network_gives_what_the_small_one_gave(tmp_path: Path) -> None:
    import torch

    from tarjama.training.grow import grow
    from tarjama.training.model import new_model

    small, large = (new_model(40, replace(RECIPE, ffn_dim=width)).eval() for width in (64, 100))
    large.load_state_dict(grow(small.state_dict(), large.state_dict()))
    ids = torch.tensor([[5, 6, 7, 8, 9]])
    given, wanted = (model(input_ids=ids, decoder_input_ids=ids).logits for model in (large, small))
    assert torch.allclose(given, wanted, atol=1e-5)
    first = large.model.decoder.layers[0]
    assert first.fc1.weight[64:].abs().min() > 0  # or nothing could be learnt


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"ffn_dim": 32}, "fc1.weight is (64, 32) in the run and (32, 32) in the recipe"),
        ({"d_model": 64}, "is (41, 32) in the run and (41, 64) in the recipe"),
        ({"encoder_layers": 2}, "other layers"),
    ],
)
def test_a_network_grows_in_nothing_but_the_width_of_feed_forward_layers(sizes: dict[str, int], message: str) -> None:
    from tarjama.training.grow import grow
    from tarjama.training.model import new_model

    small, large = (new_model(40, replace(RECIPE, **given)).state_dict() for given in ({}, sizes))
    with pytest.raises(ValueError, match=re.escape(message)):
        grow(small, large)


def test_a_network_does_not_grow_into_a_folder_with_a_run(tmp_path: Path) -> None:
    from tarjama.training.grow import grow_runs

    (tmp_path / "checkpoints").mkdir()
    with pytest.raises(FileExistsError, match="holds a run already"):
        grow_runs(tmp_path, tmp_path, RECIPE)


def test_the_first_run_is_averaged_with_no_other(tmp_path: Path) -> None:
    from tarjama.training.checkpoints import last_checkpoints, runs

    with pytest.raises(FileNotFoundError, match="train first"):
        last_checkpoints(tmp_path, (1,))
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "00000050.pt").touch()
    assert runs(tmp_path) == []


@pytest.mark.parametrize(
    ("arabic", "english", "faithful"),
    [
        ("زار الوزير بغداد في 12 مايو", "The minister visited Baghdad on 12 May.", True),
        ("زار الوزير بغداد", "The minister visited Baghdad on 12 May.", False),
        ("زار الوزير بغداد في 21 مايو", "The minister visited Baghdad on 12 May.", False),
        ("قتل 35 شخصا", "They were killed.", False),
        ("قتل 1,200 شخص", "1,200 people were killed.", True),
        ("قتل ثلاثة أشخاص", "Three people were killed.", True),
        ("الوزير الوزير الوزير الوزير زار بغداد", "The minister visited Baghdad.", False),
    ],
)
def test_back_translations_that_lose_numbers_or_loop_are_left_out(arabic: str, english: str, faithful: bool) -> None:
    from tarjama.training.backtranslate import is_faithful

    assert is_faithful(arabic, english) is faithful


@pytest.mark.parametrize(
    ("arabic", "english", "score", "trusted"),
    [
        ("زار الوزير بغداد في 12 مايو", "The minister visited Baghdad on 12 May.", -0.3, True),
        ("زار الوزير بغداد في 12 مايو", "The minister visited Baghdad on 12 May.", -0.9, False),
        ("زار الوزير بغداد في 12 مايو", "The minister visited Baghdad in May.", -0.3, False),
        ("زار الوزير بغداد في 12 مايو", "The minister the minister the minister visited on 12 May.", -0.3, False),
        ("زار الوزير بغداد في مايو", "The minister visited بغداد in May.", -0.3, False),
        ("Baghdad and Damascus في", "Baghdad and Damascus.", -0.1, False),
    ],
)
def test_own_translations_that_a_check_doubts_are_left_out(
    arabic: str, english: str, score: float, trusted: bool
) -> None:
    from tarjama.training.selftrain import is_trusted

    assert is_trusted(arabic, english, score, -0.7) is trusted


LINKS = Corpus(
    source=np.array([5, 6, 7, 8, 9], dtype=np.uint16),
    source_offsets=np.array([0, 3, 5]),
    target=np.array([15, 16, 17, 18], dtype=np.uint16),
    target_offsets=np.array([0, 2, 4]),
    alignment=np.array([2, -1, 1, 0], dtype=np.int16),
    repeat=np.array([1.0, 0.5], dtype=np.float32),
)


def test_a_corpus_turned_round_has_its_links_turned_round() -> None:
    turned = LINKS.reverse()
    assert turned.source.tolist() == [15, 16, 17, 18]
    assert turned.target_offsets.tolist() == [0, 3, 5]
    assert turned.alignment.tolist() == [-1, -1, 0, 1, 0]
    assert turned.reverse().alignment.tolist() == LINKS.alignment.tolist()


def test_corpora_one_after_the_other() -> None:
    both = concatenate([LINKS, unaligned([[1, 2]], [[3, 4, 5]], 0.25)])
    assert len(both) == 3
    assert both.source[both.source_offsets[2] : both.source_offsets[3]].tolist() == [1, 2]
    assert both.target[both.target_offsets[2] : both.target_offsets[3]].tolist() == [3, 4, 5]
    assert both.alignment.tolist() == [2, -1, 1, 0, -1, -1, -1]
    assert both.repeat.tolist() == [1.0, 0.5, 0.25]


@pytest.mark.parametrize(
    ("change", "pair", "expected"),
    [
        (other_numbers, ("قتل 39 شخصا عام 2016", "39 people died in 2016"), r"\b(\d\d)\b.*\b((?:19|20)\d\d)\b"),
        (other_numbers, ("قتل ثلاثة", "Three died"), None),
        (other_numbers, ("النسبة 3.55 في المئة", "The rate was 3.55 percent"), None),  # a part of a number is none
        (other_months, ("في 3 يوليو", "on July 3"), "تموز|يوليو/تموز"),
        (other_months, ("بيان يوليوس", "a statement in July"), None),
        (headline, ("زار الرئيس بغداد.", "The president visited Baghdad."), r"بغداد$"),
        (headline, ("زار الرئيس بغداد", "The president visited Baghdad."), None),
    ],
)
def test_augmented_pairs(change: Change, pair: tuple[str, str], expected: str | None) -> None:
    for number in range(20):
        made = change(pair, random.Random(number))
        if expected is None:
            assert made is None
        else:
            assert made is not None
            assert re.search(expected, made[0])
            digits = re.compile(r"\d+")
            assert digits.findall(made[0]) == digits.findall(made[1])


def test_careless_spelling_leaves_english_and_words_alone() -> None:
    pair = ("قالت الحكومة، أمس: بلغت 3.5 نسبة كبيرة.", "The government said a share of 3.5 was large.")
    for number in range(50):
        made = careless(pair, random.Random(number))
        if made is not None:
            assert made[1] == pair[1]
            assert made[0] != pair[0]
            assert "3.5" in made[0]
            letters = re.sub(r"[^\w]", "", made[0]).replace("ه", "ة")
            assert letters == re.sub(r"[^\w]", "", pair[0]).replace("ه", "ة")


def test_only_whole_clean_sentences_are_translated_back(data: Path) -> None:
    lines = [
        "The minister visited Baghdad today and met the president.",
        "THE MINISTER VISITED BAGHDAD TODAY AND MET THE PRESIDENT.",
        "Read more at https://example.org about the visit today.",
        "the minister visited baghdad today and met the president.",  # the first again
        "Too short.",
        "This repeats the seed article and has to go away now and then some more",
        "Nobody minds this text.",  # four words of a test set
    ]
    (data / "news" / "en.txt.xz").write_bytes(lzma.compress("\n".join(lines).encode()))
    assert list(news_sentences(data, data / "seeds", replace(RECIPE, back_words=(4, 45)))) == lines[:1]


def test_a_sampled_segmentation_is_the_same_text_in_other_pieces() -> None:
    model = Path(str(files("tarjama.models"))) / "weights" / "ar-en" / "joint.spm"
    text = "قال رئيس الوزراء العراقي إن القوات دخلت المدينة في 12 أكتوبر"
    (source,) = encode(model, [text])
    decode = sentencepiece.SentencePieceProcessor(model_file=str(model)).decode

    def draw(share: float, source: list[int], recipe: Recipe = RECIPE) -> list[list[int]]:
        sampler = SubwordSampler(model, replace(recipe, sampled_share=share), np.random.default_rng(1))
        return [sampler(source) for _ in range(40)]

    drawn = draw(1.0, source)
    assert len({tuple(ids) for ids in drawn}) > 20
    assert {decode([piece - 1 for piece in ids]) for ids in drawn} == {decode([piece - 1 for piece in source])}
    assert all(ids[0] == 1 for ids in draw(1.0, [1, *source]))  # the tag of a back-translation stays where it is
    assert draw(0.0, source) == [source] * 40
    assert 10 <= draw(0.5, source).count(source) <= 30
    assert draw(1.0, [*source, 1]) == [[*source, 1]] * 40  # an unknown piece has no text to go back to
    longest = replace(RECIPE, max_pieces=len(source) + 1)
    assert max(map(len, draw(1.0, source, longest))) == len(source)


@pytest.mark.parametrize(
    ("device", "able", "expected"),
    [
        ("cuda", {}, True),
        ("cpu", {"avx512_bf16": True, "amx_bf16": False}, True),
        ("cpu", {"avx512_bf16": False, "amx_bf16": True}, True),
        ("cpu", {"avx512_f": True, "avx512_bf16": False}, False),
        ("cpu", {"neon": True}, False),
    ],
)
def test_products_are_taken_in_bfloat16_where_there_are_units_for_it(
    device: str, able: dict[str, bool], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from tarjama.training.train import multiplies_in_bfloat16

    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    assert multiplies_in_bfloat16(torch.device(device)) is expected


def test_batches_cover_an_epoch_in_proportion(data: Path) -> None:
    corpus = Corpus(
        source=np.arange(60, dtype=np.uint16) % 7 + 2,
        source_offsets=np.arange(0, 61, 3),
        target=np.arange(40, dtype=np.uint16) % 5 + 2,
        target_offsets=np.arange(0, 41, 2),
        alignment=np.zeros(40, dtype=np.int16),
        repeat=np.array([2.0] * 10 + [0.0] * 10, dtype=np.float32),
    )
    made = list(batches(corpus, replace(RECIPE, batch_tokens=24), 10, np.random.default_rng(1)))
    assert sorted(len(batch.source) for batch in made) == [2, 6, 6, 6]  # as many as fit
    for batch in made:  # filled up to multiples of four, so that there are few shapes
        assert batch.source.shape == batch.target.shape == batch.alignment.shape == (len(batch.source), 4)
        assert (batch.target[:, 2] == 0).all()
        assert (batch.target[:, 3:] == -1).all()
    with pytest.raises(ValueError, match="at most 2 pieces"):
        next(batches(corpus, RECIPE, 2, np.random.default_rng(1)))
