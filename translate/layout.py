"""Layouts: what a format holds besides its paragraphs, so that a translation can take their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .translation import TranslatedParagraph, Translation


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


def fill(
    layout: Layout,
    translation: Translation,
    text: Callable[[TranslatedParagraph], str] = lambda paragraph: paragraph.text,
) -> str:
    """Return a translation in a layout, each paragraph as ``text`` writes it.

    A paragraph that the translation lacks, because it was stopped, stays Arabic.
    """
    left = list(reversed(translation.paragraphs))
    texts = [text(left.pop()) if left and left[-1].source.text == source else source for source in layout.sources]
    return layout.fill(texts)
