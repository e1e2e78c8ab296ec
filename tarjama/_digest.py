"""Translation and summary in one call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from .summarize import Summary
    from .translate import Article, Translation


@dataclass(frozen=True)
class Digest:
    """An article in English and its summary."""

    translation: Translation
    summary: Summary

    def to_dict(self) -> dict[str, Any]:
        """Return the translation's plain data with the summary's under ``summary``."""
        return {**self.translation.to_dict(), "summary": self.summary.to_dict()}


def digest(
    text: str | Article,
    *,
    length: Literal["short", "medium", "long"] = "medium",
    model: str | Path = "embedded",
    summary_model: str | Path = "embedded",
    beam: int | None = None,
    threads: int | None = None,
) -> Digest:
    """Translate an Arabic article and condense it to an English summary.

    ``beam`` None is that of ``Translator`` and ``Summarizer``, ``threads`` None one per core. For more than one
    article make a ``Translator`` and a ``Summarizer`` once and call them. Raises ``ModelError`` when a model cannot be
    loaded.
    """
    from .summarize import Summarizer
    from .translate import Translator

    settings: dict[str, Any] = {"threads": threads} if beam is None else {"threads": threads, "beam": beam}
    summarizer = Summarizer(summary_model, **settings)  # before the long work: a wrong name must not cost a translation
    translation = Translator(model, **settings).translate(text)
    return Digest(translation, summarizer.summarize(translation, length))
