"""Results: what a translation is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from .article import Article, Paragraph
from .checks import Flag
from .normalize import normalize

SCHEMA = "tarjama.translation/1"


@dataclass(frozen=True)
class Sentence:
    """One sentence and its English.

    ``lead`` is the white space before it in the source, ``score`` the mean log-probability per piece (None:
    the sentence needed no model), ``flags`` what may be wrong. A sentence for which the model gave nothing
    has its source as target and the flag ``EMPTY``.
    """

    source: str
    target: str
    score: float | None = None
    flags: tuple[Flag, ...] = ()
    lead: str = ""


@dataclass(frozen=True)
class TranslatedParagraph:
    """A paragraph of the source and its sentences."""

    source: Paragraph
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The English, with the white space of the source between sentences (one space for none or a line end)."""
        text = ""
        for sentence in self.sentences:
            lead = normalize(sentence.lead)
            lead = " " if text and "\n" in lead else lead
            text += (lead or (" " if text else "")) + sentence.target
        return text

    @property
    def flags(self) -> tuple[Flag, ...]:
        """Every flag of its sentences, once."""
        return tuple(dict.fromkeys(flag for sentence in self.sentences for flag in sentence.flags))


@dataclass(frozen=True)
class Provenance:
    """What made a result. ``seconds`` is wall time; of a call with many articles, their share by length."""

    model: str
    revision: str
    engine: str
    beam: int
    version: str
    seconds: float
    source_characters: int


@dataclass(frozen=True)
class Translation:
    """An article in English: iterate for paragraphs, ``text`` for the whole."""

    article: Article
    paragraphs: tuple[TranslatedParagraph, ...]
    provenance: Provenance
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.paragraphs)

    def __iter__(self) -> Iterator[TranslatedParagraph]:
        return iter(self.paragraphs)

    @property
    def text(self) -> str:
        """The English article; gaps between paragraphs are those of the source."""
        return self.article.lead + "".join(paragraph.text + paragraph.source.gap for paragraph in self.paragraphs)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences, in order."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph.sentences)

    @property
    def flagged(self) -> tuple[Sentence, ...]:
        """The sentences with flags."""
        return tuple(sentence for sentence in self.sentences if sentence.flags)

    @property
    def score(self) -> float | None:
        """Mean score of the sentences that went through the model; None if none did."""
        scores = [sentence.score for sentence in self.sentences if sentence.score is not None]
        return sum(scores) / len(scores) if scores else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, in the schema ``tarjama.translation/1``.

        ``schema``, ``origin``, ``encoding``, ``title``, ``lead``, ``text`` (the English article), ``score``
        (number or null), ``notes`` (list of strings), ``paragraphs``: list of ``source``, ``target``, ``gap``,
        ``flags`` and ``sentences``: list of ``source``, ``target``, ``lead``, ``score`` (number or null),
        ``flags`` (slugs of ``Flag``); ``provenance``: the fields of ``Provenance``. Fields may be added;
        none changes its meaning without a new schema number.
        """
        return {
            "schema": SCHEMA,
            "origin": self.article.origin,
            "encoding": self.article.encoding,
            "title": self.article.title,
            "lead": self.article.lead,
            "text": self.text,
            "score": self.score,
            "notes": list(self.notes),
            "paragraphs": [_paragraph(paragraph) for paragraph in self.paragraphs],
            "provenance": asdict(self.provenance),
        }

    def to_json(self, indent: int | None = 2) -> str:
        """Return ``to_dict`` as JSON; Arabic letters are written as they are."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)


def _paragraph(paragraph: TranslatedParagraph) -> dict[str, Any]:
    return {
        "source": paragraph.source.text,
        "target": paragraph.text,
        "gap": paragraph.source.gap,
        "flags": [flag.value for flag in paragraph.flags],
        "sentences": [
            {
                "source": sentence.source,
                "target": sentence.target,
                "lead": sentence.lead,
                "score": sentence.score,
                "flags": [flag.value for flag in sentence.flags],
            }
            for sentence in paragraph.sentences
        ],
    }
