"""What a summary is made from: a text or a translation, cut into English sentences with what is known of each."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import InputError
from ..translate import Flag
from .sentences import is_boilerplate, is_finished, is_loop, is_question, split, without_dateline, words

if TYPE_CHECKING:
    from ..translate import Provenance, Translation

# A line without a full stop that is shorter than this many words is a headline, a caption or a link; a longer
# one is a sentence whose writer left the full stop out.
HEADLINE_WORDS = 15
_WORD = re.compile(r"\w+")
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]")
_ARABIC = re.compile(r"[\u0620-\u064a\u0671-\u06d3\u0750-\u077f\ufb50-\ufdfb\ufe70-\ufefc]")


@dataclass(frozen=True)
class SourceSentence:
    """One English sentence of the source, white space collapsed.

    ``source`` is its index among the sentences of the source (``translation.sentences``, or those of
    :func:`~tarjama.summarize.sentences.split` that hold text); several share one where a translated
    sentence came out as two. ``doubtful``: its translation is flagged, or it repeats itself. ``aside``: not
    running text (headline, byline, link, question). ``english``: False for what was left in Arabic.
    ``confidence``: 0 to 1, the geometric mean of the token probabilities; 1 for a text.
    """

    text: str
    source: int
    doubtful: bool = False
    aside: bool = False
    english: bool = True
    confidence: float = 1.0

    @property
    def words(self) -> int:
        """Length in words."""
        return words(self.text)


@dataclass(frozen=True)
class Source:
    """The text to summarize; ``flagged`` and ``total`` count the sentences of a translation (0 for a text)."""

    text: str
    sentences: tuple[SourceSentence, ...]
    characters: int
    flagged: int = 0
    total: int = 0
    provenance: Provenance | None = None

    @property
    def words(self) -> int:
        """Length of the source in words."""
        return words(self.text)

    @property
    def doubtful_share(self) -> float:
        """Share of the words that stand in doubtful sentences, what is left in Arabic included."""
        doubtful = sum(sentence.words for sentence in self.sentences if sentence.doubtful or not sentence.english)
        return doubtful / max(1, sum(sentence.words for sentence in self.sentences))


def read(text: str | Translation) -> Source:
    """Cut a text or a translation into sentences.

    Raises ``InputError`` when there is nothing to read, or when a text is not English.
    """
    source = _read_text(text) if isinstance(text, str) else _read_translation(text)
    if not source.text.strip():
        raise InputError("the text is empty: there is nothing to summarize")
    if not any(sentence.english and _LATIN.search(sentence.text) for sentence in source.sentences):
        raise _not_english(source)
    return source


def tiers(sentences: Sequence[SourceSentence]) -> list[list[int]]:
    """Return three ever larger sets of indices: sound running text; all running text; all that is English.

    A sentence that was said before is in none.
    """
    seen: set[str] = set()
    english: list[int] = []
    for index, sentence in enumerate(sentences):
        key = " ".join(_WORD.findall(sentence.text.lower()))
        if sentence.english and key and key not in seen:
            seen.add(key)
            english.append(index)
    running = [index for index in english if not sentences[index].aside]
    return [[index for index in running if not sentences[index].doubtful], running, english]


def _read_text(text: str) -> Source:
    if not _is_english(text):
        raise _not_english(Source(text, (), len(text)))
    pieces = [piece for piece in split(text) if piece.strip()]
    return Source(text, tuple(_sentence(piece, index) for index, piece in enumerate(pieces)), len(text))


def _read_translation(translation: Translation) -> Source:
    sentences: list[SourceSentence] = []
    flagged = 0
    for index, sentence in enumerate(translation.sentences):
        # A model likes to put a full stop behind headlines, bylines and links: the Arabic tells them apart.
        short = words(sentence.source) < HEADLINE_WORDS and not is_finished(sentence.source.replace("؟", "?"))
        # What was not Arabic was left as it is, so nothing can be wrong with its translation.
        doubtful = any(flag is not Flag.NOT_ARABIC for flag in sentence.flags)
        flagged += doubtful
        confidence = 1.0 if sentence.score is None else math.exp(min(0.0, sentence.score))
        pieces = [piece for piece in split(sentence.target) if piece.strip()]
        sentences += [_sentence(piece, index, doubtful, short, confidence) for piece in pieces]
    # Not `translation.text`: that may hold the marks of a format, such as the times of subtitles.
    text = "\n".join(paragraph.text for paragraph in translation.paragraphs)
    return Source(
        text,
        tuple(sentences),
        len(text),
        flagged,
        len(translation.sentences),
        translation.provenance,
    )


def _sentence(
    piece: str, index: int, flagged: bool = False, aside: bool = False, confidence: float = 1.0
) -> SourceSentence:
    text = " ".join(piece.split())
    body = without_dateline(text)
    short = words(body) < HEADLINE_WORDS and not is_finished(body)
    aside = aside or short or words(body) < 4 or is_question(body) or is_boilerplate(text)
    return SourceSentence(body, index, flagged or is_loop(body), aside, _is_english(body), confidence)


def _is_english(text: str) -> bool:
    """True when at least half of the letters are Latin: French and numbers pass; Arabic, Hebrew, Russian do not."""
    return 2 * len(_LATIN.findall(text)) >= len(_LETTER.findall(text))


def _not_english(source: Source) -> InputError:
    if not _LETTER.search(source.text):
        return InputError("the text has no words: there is nothing to summarize")
    if source.total:
        return InputError("the translation holds no English: there is nothing to summarize")
    if 2 * len(_ARABIC.findall(source.text)) > len(_LETTER.findall(source.text)):
        return InputError(
            "the text is Arabic, and summaries are made of English: translate it first "
            "(`tarjama digest` translates and summarizes)"
        )
    return InputError("the text is not English: only English text, or a translation into English, can be summarized")
