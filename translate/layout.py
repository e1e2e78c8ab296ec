"""Layouts: what a format holds besides its paragraphs, so that a translation can take their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .translation import Translation


class Layout(Protocol):
    """Everything in a file but its paragraphs. Frozen, like all that an article holds."""

    @property
    def suffix(self) -> str:
        """The suffix of files in this format, for example ``.srt``."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """The texts of the paragraphs that have a place in it, in order."""
        ...

    def fill(self, texts: Sequence[str]) -> str:
        """Return the file with these texts in the places of ``sources``, one each."""
        ...


def fill(layout: Layout, translation: Translation) -> str:
    """Return a translation in a layout; a paragraph that the translation lacks (it was stopped) stays Arabic."""
    paragraphs = list(reversed(translation.paragraphs))
    texts = [
        paragraphs.pop().text if paragraphs and paragraphs[-1].source.text == source else source
        for source in layout.sources
    ]
    return layout.fill(texts)
