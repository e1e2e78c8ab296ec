"""What every document says about a result, in the same words."""

from __future__ import annotations

import re
from pathlib import PurePath

from ...translate import Sentence, TranslatedParagraph, Translation, flag_text
from ..render import Result, printable

# XML 1.0 has no way to write the rest; such characters carry nothing to read.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Drop the characters that neither XML nor a page can hold."""
    return _NOT_XML.sub("", printable(text))


def is_headline(translation: Translation, paragraph: TranslatedParagraph) -> bool:
    """Tell the paragraph that the source named as its title."""
    return bool(paragraph.source.text) and paragraph.source.text == translation.article.title


def title(result: Result) -> str:
    """Return the headline in English, or the name of the file."""
    if translation := result.translation:
        for paragraph in translation.paragraphs[:3]:
            if is_headline(translation, paragraph):
                return clean(paragraph.text)
    return clean(PurePath(result.name).name or result.name)


def reasons(sentence: Sentence) -> str:
    """Say why a sentence is not to be trusted; empty for one without flags."""
    return "; ".join(flag_text(flag) for flag in sentence.flags)


def notes(result: Result) -> list[str]:
    """Return what a reader should know about the translation as a whole."""
    found = [clean(note) for note in result.translation.notes] if result.translation else []
    return [*found, clean(result.stopped).strip("[]").capitalize() + "."] if result.stopped else found
