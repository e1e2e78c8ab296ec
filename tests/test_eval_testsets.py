"""Test sets from every kind of place, and what is said when they cannot be read."""

from __future__ import annotations

import gzip
import json
import lzma
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tarjama.errors import InputError
from tarjama.eval import TestSet, load_testset
from tarjama.eval.files import read_lines
from tarjama.eval.run import from_file
from tarjama.models import Task

ROWS = [('قال "نعم" اليوم', 'He said "yes" today'), ("السعر 3,5 دولار", "The price is 3.5 dollars"), ("NA", "NA")]
SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture(autouse=True)
def _no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TARJAMA_DATA", raising=False)


@pytest.mark.parametrize(
    ("name", "segments", "fingerprint"),
    [
        ("seed", 18, "1db9e1451871"),
        ("flores-dev", 100, None),
        ("desk-dev", 150, None),
        ("articles", 231, "c1b115a2c946"),
        ("seed-summary", 1, "090b8761eece"),
        ("article-summaries", 30, "880a2fd51199"),
    ],
)
def test_bundled_sets(name: str, segments: int, fingerprint: str | None) -> None:
    testset = load_testset(name)
    assert len(testset) == segments
    assert fingerprint is None or testset.fingerprint == fingerprint
    assert testset.task is (Task.SUMMARIZATION if "summar" in name else Task.TRANSLATION)


def test_bundled_seed_is_the_seed_article() -> None:
    testset = load_testset("seed")
    for suffix, side in ((".txt", testset.sources), (".en.txt", testset.references)):
        text = (SEEDS / f"000_6e9314a44e40c3cd{suffix}").read_text(encoding="utf-8")
        assert [line for line in text.split("\n") if line.strip()] == list(side)


def test_a_sample_says_that_it_is_one() -> None:
    assert load_testset("flores-dev").note == "sample: 100 of 997 sentences; set TARJAMA_DATA for all"
    assert [name for name, _ in load_testset("flores-dev").published] == [
        *("argos", "bergamot-base", "google", "microsoft", "nllb", "opusmt")
    ]


def test_data_directory_takes_the_place_of_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "eval").mkdir()
    (tmp_path / "eval" / "flores200_dev.tsv").write_text("مرحبا\tHello\nشكرا\tThanks\n", encoding="utf-8")
    (tmp_path / "eval" / "flores200_dev.google.en").write_text("Hi\nThanks\n", encoding="utf-8")
    monkeypatch.setenv("TARJAMA_DATA", str(tmp_path))
    testset = load_testset("flores-dev")
    assert testset.references == ("Hello", "Thanks")
    assert testset.note == "FLORES-200 dev, 997 sentences"
    assert from_file("google", dict(testset.published)["google"], testset).hypotheses == ("Hi", "Thanks")
    with pytest.raises(InputError, match=r"desk-dev: .*dev\.tsv\.xz does not exist; TARJAMA_DATA"):
        load_testset("desk-dev")


def test_full_set_that_is_not_bundled() -> None:
    with pytest.raises(InputError, match="desk-summaries is not bundled: set TARJAMA_DATA"):
        load_testset("desk-summaries")


def test_unknown_name_lists_the_names() -> None:
    with pytest.raises(InputError, match=r"unknown test set 'flores'.*seed, flores-dev, desk-dev, articles"):
        load_testset("flores")


def _write(directory: Path, kind: str) -> Path:
    path = directory / f"set.{kind}"
    if kind == "tsv":
        path.write_text("".join(f"{a}\t{b}\n" for a, b in ROWS), encoding="utf-8")
    elif kind == "tsv.xz":
        path.write_bytes(lzma.compress("".join(f"{a}\t{b}\n" for a, b in ROWS).encode()))
    elif kind == "csv":
        lines = ["ar,en", *(",".join('"' + text.replace('"', '""') + '"' for text in row) for row in ROWS)]
        path.write_text("\n".join(lines), encoding="utf-8")
    elif kind == "csv.gz":
        path.write_bytes(gzip.compress(_write(directory, "csv").read_bytes()))
    elif kind == "jsonl":
        path.write_text("\n".join(json.dumps({"source": a, "target": b}) for a, b in ROWS), encoding="utf-8")
    elif kind == "parquet":
        import pyarrow
        import pyarrow.parquet

        nested = [{"ar": a, "en": b} for a, b in ROWS]
        pyarrow.parquet.write_table(pyarrow.table({"id": [1, 2, 3], "translation": nested}), path)
    return path


@pytest.mark.parametrize("kind", ["tsv", "tsv.xz", "csv", "csv.gz", "jsonl", "parquet"])
def test_tables_of_every_kind(kind: str, tmp_path: Path) -> None:
    """Quotation marks, the word NA and commas come through as they are, whatever the format."""
    testset = load_testset(_write(tmp_path, kind))
    assert list(zip(testset.sources, testset.references, strict=True)) == ROWS


def test_a_directory_opens_with_its_split(tmp_path: Path) -> None:
    for split, count in (("train", 3), ("test", 1)):
        rows = "\n".join(json.dumps({"ar": a, "en": b}) for a, b in ROWS[:count])
        (tmp_path / f"{split}.jsonl").write_text(rows, encoding="utf-8")
    assert len(load_testset(tmp_path)) == 1
    assert len(load_testset(tmp_path, split="train")) == 3
    with pytest.raises(InputError, match="no split 'dev'; there are: train, test"):
        load_testset(tmp_path, split="dev")


def test_columns_by_name(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"a": "مرحبا", "b": "Hello", "c": "Hi"}), encoding="utf-8")
    assert load_testset(path, source_column="a", reference_column="c").references == ("Hi",)
    with pytest.raises(InputError, match="which column is the source\\? give --source-column; there are: a, b, c"):
        load_testset(path)
    with pytest.raises(InputError, match="has no column 'x'; there are: a, b, c"):
        load_testset(path, source_column="x", reference_column="b")
    with pytest.raises(InputError, match="same column 'a'"):
        load_testset(path, source_column="a", reference_column="a")


def test_two_text_files(tmp_path: Path) -> None:
    source, reference = tmp_path / "a.ar", tmp_path / "a.en"
    source.write_text("مرحبا\u2028بكم\nشكرا\n", encoding="utf-8")  # U+2028 is text, not a line end
    reference.write_bytes(b"Hello to you\r\nThanks\r\n")
    testset = load_testset(source, references=reference)
    assert testset.sources == ("مرحبا\u2028بكم", "شكرا")
    assert testset.references == ("Hello to you", "Thanks")
    reference.write_text("Hello\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.ar has 2 lines and .*a\.en has 1"):
        load_testset(source, references=reference)


BAD_FILES = {
    "swapped sides": ("Hello\tمرحبا\nThanks\tشكرا\n", "references: 100% of the letters are Arabic"),
    "no Arabic": ("Bonjour\tHello\n", "the source side is not Arabic"),
    "a gap": ("مرحبا\tHello\nشكرا\t\n", "1 of 2 references are empty, first in row 2"),
    "no rows": ("", "cannot be read as a data set|no segments"),
    "one column": ("مرحبا\nشكرا\n", "which column is the source"),
}


@pytest.mark.parametrize(("text", "message"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_tables_that_cannot_be_used(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "set.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_testset(path)


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "set.docx"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError, match=r"not a table; give a \.tsv, \.csv, \.jsonl"):
        load_testset(path)


def test_broken_json_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"ar": "مرحبا", "en"', encoding="utf-8")
    with pytest.raises(InputError, match=r"set\.jsonl: cannot be read as a data set: "):
        load_testset(path)


@pytest.mark.tries_network
def test_hub_set_without_a_network() -> None:
    with pytest.raises(InputError, match="owner/name: no such file here, and the hub cannot be reached"):
        load_testset("owner/name")


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"a\nb\n", ["a", "b"]),
        (b"a\nb", ["a", "b"]),
        (b"a\n\nb\n", ["a", "", "b"]),
        (b"\xef\xbb\xbfa", ["a"]),
        (b"", []),
    ],
)
def test_lines(content: bytes, lines: list[str], tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes(content)
    assert read_lines(path) == lines


def test_lines_that_are_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes(b"ab\xff")
    with pytest.raises(InputError, match="not UTF-8 at byte 2"):
        read_lines(path)
    with pytest.raises(InputError, match="no such file"):
        read_lines(tmp_path / "none")


def test_outputs_of_another_length(tmp_path: Path) -> None:
    path = tmp_path / "out.en"
    path.write_text("one\ntwo\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"mine: .*out\.en has 2 lines, but seed has 18 segments"):
        from_file("mine", path, load_testset("seed"))
    path.write_text("مرحبا بالعالم\n" * 18, encoding="utf-8")
    with pytest.raises(InputError, match=r"mine .*100% of the letters are Arabic"):
        from_file("mine", path, load_testset("seed"))


def test_head_takes_outputs_of_the_whole() -> None:
    whole = load_testset("flores-dev")
    head = whole.head(7).head(5)
    assert len(head) == 5
    assert len(from_file("google", dict(whole.published)["google"], head).hypotheses) == 5
    assert whole.head(1000) is whole


def test_fingerprint_changes_with_any_character() -> None:
    testset = load_testset("seed")
    changed = replace(testset, references=(*testset.references[:-1], testset.references[-1] + "."))
    assert changed.fingerprint != testset.fingerprint
    assert TestSet("x", testset.sources, testset.references).fingerprint == testset.fingerprint


def test_bundled_data_stays_small() -> None:
    import tarjama.eval

    folder = Path(tarjama.eval.__file__).parent / "data"
    assert sum(os.path.getsize(path) for path in folder.iterdir()) < 600_000
