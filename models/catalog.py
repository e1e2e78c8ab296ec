"""The named models, as data.

A name is a convenience: any hub id (``owner/name``) and any local model directory works where a name does.
Revisions are pinned where a commit is known; None takes the newest, and the commit that came is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

EMBEDDED = "embedded"


class Task(StrEnum):
    """What a model does."""

    TRANSLATION = "translation"
    SUMMARIZATION = "summarization"


@dataclass(frozen=True)
class CatalogEntry:
    """A model with a name: ``source`` is "embedded" or a hub id, ``megabytes`` the download (None: not known)."""

    name: str
    task: Task
    source: str
    revision: str | None
    licence: str
    megabytes: int | None
    note: str


CATALOG: tuple[CatalogEntry, ...] = (
    CatalogEntry(
        EMBEDDED,
        Task.TRANSLATION,
        EMBEDDED,
        None,
        "CC-BY-NC-SA-4.0",
        0,
        "comes with the package; small and weak: read its MODEL_CARD.md",
    ),
    CatalogEntry(
        "opus-mt-ar-en",
        Task.TRANSLATION,
        "Helsinki-NLP/opus-mt-ar-en",
        None,
        "Apache-2.0",
        311,  # 76.8 M parameters of 4 bytes, and 4 MB of tokenizer
        "77 M parameters; BLEU 33.9 on FLORES-200 test",
    ),
    CatalogEntry(
        "opus-mt-tc-big-ar-en",
        Task.TRANSLATION,
        "Helsinki-NLP/opus-mt-tc-big-ar-en",
        None,
        "CC-BY-4.0",
        None,
        "the best and the slowest; BLEU 42.8 on FLORES-200 devtest",
    ),
    CatalogEntry(
        EMBEDDED,
        Task.SUMMARIZATION,
        EMBEDDED,
        None,
        "CC-BY-NC-SA-4.0",
        0,
        "comes with the package",
    ),
    CatalogEntry(
        "distilbart-cnn",
        Task.SUMMARIZATION,
        "sshleifer/distilbart-cnn-12-6",
        "a4f8f3ea906ed274767e9906dbaede7531d660ff",
        "Apache-2.0",
        1222,
        "306 M parameters; ROUGE-2 21.3 on CNN/DailyMail",
    ),
    CatalogEntry(
        "bart-large-cnn",
        Task.SUMMARIZATION,
        "facebook/bart-large-cnn",
        "37f520fa929c961707657b28798b30c003dd100b",
        "MIT",
        1625,
        "406 M parameters; ROUGE-2 21.1 on CNN/DailyMail",
    ),
)


def find(name: str, task: Task | None = None) -> CatalogEntry | None:
    """Return the entry with this name or hub id, or None; ``task`` None accepts either task."""
    for entry in CATALOG:
        if name in (entry.name, entry.source) and task in (None, entry.task):
            return entry
    return None


def names(task: Task) -> list[str]:
    """Every name for ``task``, the default first."""
    return [entry.name for entry in CATALOG if entry.task is task]
