"""Test sets: bundled samples, a data directory, your own files, anything that ``datasets`` opens."""

from __future__ import annotations

import hashlib
import json
import lzma
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from ..errors import InputError
from ..models import Task
from .inputs import arabic_share, mostly_arabic

BUNDLED = Path(__file__).parent / "data"

# name: (task, what it is). The order is that of `--help`.
NAMED = {
    "seed": (Task.TRANSLATION, "the seed article, 18 paragraphs"),
    "flores-dev": (Task.TRANSLATION, "FLORES-200 dev, 997 sentences (bundled: every tenth)"),
    "desk-dev": (Task.TRANSLATION, "held-out news sentences of the project's desk, 1573 (bundled: 150)"),
    "articles": (Task.TRANSLATION, "30 news articles, paragraph by paragraph"),
    "seed-summary": (Task.SUMMARIZATION, "the seed article's English and its summary"),
    "article-summaries": (Task.SUMMARIZATION, "the English of the 30 articles and their summaries"),
    "desk-summaries": (Task.SUMMARIZATION, "60 English news articles and their summaries (TARJAMA_DATA only)"),
}
_IN_DATA = {
    "flores-dev": "eval/flores200_dev.tsv",
    "desk-dev": "desk/dev.tsv.xz",
    "desk-summaries": "summaries/desk_dev.jsonl.xz",
}
_FULL_SIZE = {"flores-dev": 997, "desk-dev": 1573}


@dataclass(frozen=True)
class TestSet:
    """Parallel texts: what systems are given and what is hoped for, one segment per item.

    A segment is a sentence, a paragraph or (for summaries) a document. ``note`` says what a reader of the
    scores must know, ``origin`` is where it was read from. ``published`` maps names of systems to files with
    their outputs.
    """

    __test__: ClassVar[bool] = False  # not a test class, whatever pytest thinks of the name

    name: str
    sources: tuple[str, ...]
    references: tuple[str, ...]
    task: Task = Task.TRANSLATION
    note: str = ""
    origin: str = ""
    published: tuple[tuple[str, Path], ...] = ()
    whole: int = 0

    def __len__(self) -> int:
        return len(self.references)

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change when any character of the set does."""
        text = json.dumps([self.sources, self.references], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def head(self, count: int) -> TestSet:
        """Return the first ``count`` segments, with a note that says so; systems' outputs may stay whole."""
        if count >= len(self):
            return self
        note = f"first {count} of {len(self)} segments" + (f" of: {self.note}" if self.note else "")
        sources, references = self.sources[:count], self.references[:count]
        return replace(self, sources=sources, references=references, note=note, whole=self.whole or len(self))


def load_testset(
    name: str | Path,
    *,
    references: str | Path | None = None,
    data: str | Path | None = None,
    source_column: str = "",
    reference_column: str = "",
    split: str = "",
    task: Task | None = None,
) -> TestSet:
    """Return a test set by name, file, directory or hub id.

    ``name`` is one of ``NAMED``; a TSV, CSV, JSONL, JSON or Parquet file (also ``.xz``, ``.gz``); a text file with
    one segment per line, with ``references`` naming the other side; or a directory or hub id that
    ``datasets.load_dataset`` opens, read at ``split`` (default: test, else validation, else the only one).
    Columns are found by name (ar, source, en, target, ...) or by position unless given; ``a.b`` reads inside
    a nested column. ``data`` takes the place of ``TARJAMA_DATA``. Raises ``InputError``.
    """
    from .files import read_columns, read_lines

    name = str(name)
    if name in NAMED:
        return _named(name, Path(found) if (found := data or os.environ.get("TARJAMA_DATA", "")) else None)
    if references is not None:
        sources, targets = read_lines(Path(name)), read_lines(Path(references))
        if len(sources) != len(targets):
            raise InputError(f"{name} has {len(sources)} lines and {references} has {len(targets)}; they must match")
    elif Path(name).exists() or "/" in name:
        sources, targets = read_columns(name, source_column, reference_column, split)
    else:
        raise InputError(
            f"unknown test set {name!r}: no such file, and the names are {', '.join(NAMED)} "
            "(or a hub id such as owner/name)"
        )
    return _checked(TestSet(Path(name).stem, tuple(sources), tuple(targets), task or Task.TRANSLATION, origin=name))


def bundled(name: str) -> TestSet:
    """Return a named test set from the package, whatever ``TARJAMA_DATA`` says."""
    return _named(name, None)


def _named(name: str, data: Path | None) -> TestSet:
    task, what = NAMED[name]
    if name in ("seed", "articles", "seed-summary", "article-summaries"):
        file = BUNDLED / ("seed.jsonl" if name.startswith("seed") else "articles.jsonl")
        pairs = _article_pairs(file, task)
        return _checked(TestSet(name, *_unzip(pairs), task, what, f"bundled {file.name}"))
    if data is not None:
        file = data / _IN_DATA[name]
        if not file.is_file():
            raise InputError(
                f"{name}: {file} does not exist; TARJAMA_DATA (or --data) must name a directory that has it"
            )
        note = what.partition(" (")[0]
        return _checked(TestSet(name, *_unzip(_pairs(file)), task, note, str(file), _published(file)))
    file = BUNDLED / f"{name}.tsv"
    if not file.is_file():
        raise InputError(
            f"{name} is not bundled: set TARJAMA_DATA (or give --data) to a directory with {_IN_DATA[name]}"
        )
    pairs = list(_pairs(file))
    note = f"sample: {len(pairs)} of {_FULL_SIZE[name]} sentences; set TARJAMA_DATA for all"
    return _checked(TestSet(name, *_unzip(pairs), task, note, f"bundled {file.name}", _published(file)))


def _published(file: Path) -> tuple[tuple[str, Path], ...]:
    """Find ``flores200_dev.google.en`` and the like beside ``flores200_dev.tsv``."""
    return tuple((found.name.split(".")[1], found) for found in sorted(file.parent.glob(f"{file.stem}.*.en")))


def _pairs(file: Path) -> Iterable[tuple[str, str]]:
    with lzma.open(file, "rt", encoding="utf-8") if file.suffix == ".xz" else file.open(encoding="utf-8") as lines:
        for line in lines:
            if ".jsonl" in file.suffixes:
                record = json.loads(line)
                yield record["document"], record["summary"]
            else:
                source, _, reference = line.rstrip("\n").partition("\t")
                yield source, reference


def _article_pairs(file: Path, task: Task) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if task is Task.SUMMARIZATION:
            pairs.append(("\n".join(record["paragraphs_en"]), record["summary_en"]))
            continue
        if record["title_ar"]:
            pairs.append((record["title_ar"], record["title_en"]))
        pairs.extend(zip(record["paragraphs_ar"], record["paragraphs_en"], strict=True))
    return pairs


def _unzip(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    sources, references = zip(*pairs, strict=True)
    return sources, references


def _checked(testset: TestSet) -> TestSet:
    """Raise ``InputError`` when a side is empty, has gaps, or is in the other language."""
    if not len(testset):
        raise InputError(f"{testset.name}: there are no segments in it")
    for side, texts in (("source", testset.sources), ("reference", testset.references)):
        blank = [index for index, text in enumerate(texts) if not text.strip()]
        if blank:
            raise InputError(
                f"{testset.name}: {len(blank)} of {len(texts)} {side}s are empty, first in row {blank[0] + 1}"
            )
    mostly_arabic(f"{testset.name}: references", testset.references, "the English references")
    if testset.task is Task.TRANSLATION and arabic_share(" ".join(testset.sources)) < 0.3:
        raise InputError(
            f"{testset.name}: the source side is not Arabic; name the column with --source-column, "
            "or give --task summarization"
        )
    return testset
