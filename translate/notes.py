"""What a reader should know about a translation as a whole, in plain English."""

from __future__ import annotations

from .checks import Flag
from .script import ARABIC_LETTER
from .translation import TranslatedParagraph, Translation

# Share of flagged sentences above which nobody should rely on the text.
UNRELIABLE = 1 / 3


def notes(result: Translation) -> tuple[str, ...]:
    """Return the notes of a translation, each one sentence."""
    article = result.article
    if not article.paragraphs:
        return ("There is no text in it.",)
    found: list[str] = []
    if len(result) < len(article.paragraphs):
        found.append(f"Stopped after {len(result)} of {len(article.paragraphs)} paragraphs.")
    if not article.encoding.startswith("utf-8"):
        found.append(f"The file was read as {article.encoding}.")
    if left := sum(_left(paragraph) for paragraph in result.paragraphs):
        if left == len(result):
            found.append("There is no Arabic in the text: it was left as it is.")
        else:
            found.append(f"{_count(left, 'paragraph')} not Arabic and left as {'it is' if left == 1 else 'they are'}.")
    if flagged := len(result.flagged):
        total = len(result.sentences)
        found.append(
            f"{flagged} of {total} sentences {'is' if flagged == 1 else 'are'} flagged: compare with the source."
        )
        if flagged > UNRELIABLE * total:
            found.append("Do not rely on this translation: the model is too weak for this text.")
    return tuple(found)


def _left(paragraph: TranslatedParagraph) -> bool:
    """Tell whether a paragraph was left as it is because it holds no Arabic."""
    return Flag.NOT_ARABIC in paragraph.flags or not ARABIC_LETTER.search(paragraph.source.text)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun} is" if number == 1 else f"{number} {noun}s are"
