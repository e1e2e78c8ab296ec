"""What a reader should know about a translation as a whole, in plain English."""

from __future__ import annotations

from ..models.catalog import EMBEDDED
from .bypass import bypass
from .checks import Flag
from .translation import TranslatedParagraph, Translation

# Share of flagged sentences above which nobody should rely on the text.
UNRELIABLE = 1 / 3
# No check sees a wrong name or a fluent mistake, and the embedded model makes many (see its model card).
SMALL_MODEL = "The embedded model is small: names and details are often wrong, also where nothing is flagged."


def notes(result: Translation) -> tuple[str, ...]:
    """Return the notes of a translation, each one sentence."""
    article = result.article
    if not article.paragraphs:
        return ("There is no text in it.",)
    found: list[str] = list(article.notes)
    if len(result) < len(article.paragraphs):
        found.append(f"Stopped after {len(result)} of {len(article.paragraphs)} paragraphs.")
    if not article.encoding.startswith("utf-8"):
        found.append(f"The file was read as {article.encoding}.")
    if result.paragraphs and all(_untouched(paragraph) for paragraph in result.paragraphs):
        found.append("There is no Arabic in the text: it was left as it is.")
    elif left := sum(_untouched(p) and any(map(str.isalpha, p.source.text)) for p in result.paragraphs):
        if left == 1:
            found.append("1 paragraph is not Arabic and was left as it is.")
        else:
            found.append(f"{left} paragraphs are not Arabic and were left as they are.")
    if flagged := sum(sentence.flags not in ((), (Flag.NOT_ARABIC,)) for sentence in result.sentences):
        total = len(result.sentences)
        verb = "is" if flagged == 1 else "are"
        found.append(f"{flagged} of {total} sentences {verb} flagged: compare with the source.")
        if flagged > UNRELIABLE * total:
            found.append("Do not rely on this translation: the model is too weak for this text.")
    if result.provenance.model == EMBEDDED and any(sentence.score is not None for sentence in result.sentences):
        found.append(SMALL_MODEL)
    return tuple(found)


def _untouched(paragraph: TranslatedParagraph) -> bool:
    """Tell whether no sentence of a paragraph needed the model. One that was edited by hand has no score, and did."""
    return all(Flag.NOT_ARABIC in s.flags or bypass(s.source) is not None for s in paragraph.sentences)
