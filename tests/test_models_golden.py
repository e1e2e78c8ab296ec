"""The golden check: what passes, and what is garbage."""

from __future__ import annotations

import pytest

from fakes import FakeEngine
from tarjama.errors import ModelError
from tarjama.models import Task
from tarjama.models.golden import SUMMARIZATION, TRANSLATION, check, garbage, share_found

GOOD = (
    "Cairo is the capital of Egypt.",
    "The children went to school this morning.",
    "The UN announced a new plan to help refugees in Syria.",
    "The Prime Minister said the government will cut taxes next year.",
    "The temperature in Dubai reached 45 degrees Celsius on Friday.",
    "The man bought three books and a red car.",
)


def engine(*outputs: str, task: Task = Task.TRANSLATION) -> FakeEngine:
    fake = FakeEngine(task=task)
    fake.enqueue(*outputs)
    return fake


def test_good_translations_pass() -> None:
    fake = engine(*GOOD)
    check(fake)
    assert fake.sources == [golden.source for golden in TRANSLATION]


@pytest.mark.parametrize("position", range(len(GOOD)))
def test_one_weak_sentence_is_forgiven_two_are_not(position: int) -> None:
    outputs = [*GOOD]
    outputs[position] = "This is about something else."
    check(engine(*outputs))

    other = (position + 1) % len(GOOD)
    outputs[other] = "Nothing of what was said."
    with pytest.raises(ModelError, match=rf"golden sentence {min(position, other) + 1} .*expected words such as"):
        check(engine(*outputs))


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        ("", "no word came out"),
        ("...", "no word came out"),
        ("Cairo Cairo Cairo Cairo Egypt capital", "repeats a word"),
        ("the man of the man of the man of the man of the man of", "repeats itself"),
        ("القاهرة هي عاصمة مصر.", "not in the Latin alphabet"),
        ("Каир столица Египта", "not in the Latin alphabet"),
        ("Cairo القاهرة هي عاصمة مصر", "not in the Latin alphabet"),
        ("Cairo is the capital of Egypt.", ""),
        ("He said he would, and that he said he would is what he said.", ""),
        ("45", ""),
    ],
)
def test_garbage(output: str, fault: str) -> None:
    assert garbage(output) == fault


def test_garbage_in_one_sentence_is_enough() -> None:
    with pytest.raises(ModelError, match=r"golden sentence 3 .*repeats a word.*was not added") as error:
        check(engine(*GOOD[:2], "the the the the the", *GOOD[3:]))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("number", "text"), list(enumerate(GOOD)))
def test_every_good_translation_has_all_that_is_expected(number: int, text: str) -> None:
    assert share_found(TRANSLATION[number], text) == 1
    assert share_found(TRANSLATION[number], "") == 0


def test_a_year_is_not_the_un() -> None:
    assert share_found(TRANSLATION[2], "The sun rises, unable to plan.") == 0.25  # only "plan"


def test_summaries() -> None:
    good = (
        "Springfield's council voted to build a new bridge over the river.",
        "Salmon return to northern rivers two weeks earlier than thirty years ago, Oslo researchers found.",
    )
    check(engine(*good, task=Task.SUMMARIZATION))
    with pytest.raises(ModelError, match="golden sentence 2"):
        check(engine(good[0], "A man walked into a bar and asked for a drink.", task=Task.SUMMARIZATION))
    for golden, text in zip(SUMMARIZATION, good, strict=True):
        assert share_found(golden, text) == 1
