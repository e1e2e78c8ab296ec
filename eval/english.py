"""English text as sentences, words and names, cut the same way for every system."""

from __future__ import annotations

import re

_WORD = r"[A-Z][A-Za-z\u00c0-\u024f]*(?:['’.-][A-Za-z\u00c0-\u024f]+)*"
# Particles join two capitalised words; "and" does not, or lists of countries would be one name.
_SPAN = re.compile(
    rf"(?:(?:al|el|Al|El)-)?{_WORD}"
    rf"(?:\s+(?:(?:of|the|bin|bint|ibn|abu|al|el|de|van|von|for)\s+){{0,2}}(?:(?:al|el)-)?{_WORD})*"
)
_TOKEN = re.compile(r"[A-Za-z\u00c0-\u024f0-9]+")
# Capitalised at the start of a sentence without being a name.
_NOT_NAMES = frozenset(
    "a about according after all also although among an and another any are as at because before both but by during "
    "each either even every first following for from further he her here his how however i if in indeed instead is it "
    "its last later many meanwhile more moreover most mr mrs ms my neither no nor not now of on once one only or other "
    "our over quoted recently say several she since so some such than that the their then there these they this those "
    "though three through thus to today two under until up was we were what when where which while who whose why with "
    "within without yesterday yet you".split()
)


def english_sentences(text: str) -> list[str]:
    """Split English text into sentences; line breaks always end one.

    sentencex as it is: the rules of our own rooms may change, and scores must not change with them.
    """
    from sentencex import segment

    return [part for line in text.splitlines() for sentence in segment("en", line) if (part := sentence.strip())]


def names(text: str) -> list[str]:
    """Return the names of an English text, in order, each as often as it appears.

    Names are spans of capitalised words: rough, but no model decides. A span at the start of a sentence loses its
    first word when that is a common one, and counts only if it has more than one word or is capitalised elsewhere
    in the text too: any word is capitalised there.
    """
    found: list[str] = []
    first_words: list[tuple[int, str]] = []
    for sentence in english_sentences(text):
        for match in _SPAN.finditer(sentence):
            span = match[0]
            opening = not _TOKEN.search(sentence[: match.start()])
            while (head := span.partition(" "))[0].lower() in _NOT_NAMES and span:
                span, opening = head[2], False
            if not span:
                continue
            if opening and " " not in span:
                first_words.append((len(found), span))
            found.append(span)
    elsewhere = {span for index, span in enumerate(found) if (index, span) not in first_words}
    unsure = {index for index, span in first_words if span not in elsewhere}
    return [span for index, span in enumerate(found) if index not in unsure]


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text in lower case, hyphens and marks taken as spaces."""
    return frozenset(_TOKEN.findall(text.lower()))


def absent(name: str, words: frozenset[str]) -> bool:
    """Tell whether some word of ``name`` is not among ``words`` (from :func:`words_of`)."""
    return not words_of(name) <= words
