"""English text to sentences and back, and what a sentence is good for in a summary."""

from __future__ import annotations

import re
from itertools import pairwise

_TERMINATOR = re.compile(r"[.!?…]['\"’”»)\]]*$")
# What sentencex cuts and should not: behind a list number, and behind abbreviations that it does not know.
_STUB = re.compile(
    r"(?:\W*(?:\d{1,3}|[A-Za-z]{1,2})|(?:.*\W)?(?:Ft|Ms|Cdr|Amb|Tues?|Weds?|Thu(?:rs?)?))\.\s*", re.DOTALL
)
_WORD = re.compile(r"\w+")

# "DUBAI, Aug 3 (Reuters) - Oil", "(CNN) -- A", "Riyadh (SPA): The": a place, an agency in brackets, a dash.
_DATELINE = re.compile(
    r"(?:[A-Z][\w.’'-]*(?:[ ,/]+(?:[A-Z][\w.’'-]*|\d{1,2}))*\s*)?"
    r"\([A-Z][^()]{1,30}\)\s*(?:[-–—]+|:)\s+(?=[\"“'‘]?[A-Z0-9])"
)
_BOILERPLATE = re.compile(
    r"\W*(?:(?:see |read |watch )?also|read more|see more|more on this|related(?: \w+)?|watch|listen|photos?|pictures?"
    r"|images?|videos?|image caption|media caption|captions?|credits?|source|share|follow us|keywords?|tags?)\s?[:|]"
    r"|\W*(?:image caption|media caption|media playback|click here|subscribe|sign up|follow us|share this|hide caption"
    r"|all rights reserved|copyright|©|\(?(?:additional )?(?:reporting|writing|editing|translation) by\b)",
    re.IGNORECASE,
)
# "Akhbar Al Aan | Dubai - United Arab Emirates - (Dima Najm)": parts that are names, kept apart by bars and dashes.
_BYLINE_PART = re.compile(r"\s*[|•·]\s*|\s+[-–—/]+\s+|[()]")
_FUNCTION_WORDS = frozenset("a al an and bin by de el for from in of on the to with".split())


def split(text: str) -> list[str]:
    """Cut English text into sentences; ``"".join(split(text)) == text``, white space stays with the sentence before it.

    A line break ends a sentence, except inside paragraphs that were wrapped to a fixed width. sentencex does the
    rest: on English news it kept apart what NLTK needs a trained model for (``U.S.``, ``Jan. 5``, ``3.30 p.m.``,
    quotations of several sentences, ``Lloyd J. Austin III``).
    """
    pieces: list[str] = []
    for line in _lines(text):
        pieces.extend(_segment(line))
    return pieces


def words(text: str) -> int:
    """Number of words: runs of anything but white space."""
    return len(text.split())


def is_finished(sentence: str) -> bool:
    """True when the sentence ends with a full stop, a question or exclamation mark, or an ellipsis."""
    return bool(_TERMINATOR.search(sentence.rstrip()))


def is_question(sentence: str) -> bool:
    """True when the sentence ends with a question mark."""
    match = _TERMINATOR.search(sentence.rstrip())
    return bool(match and match[0][0] == "?")


def is_boilerplate(sentence: str) -> bool:
    """True for what surrounds an article: cross-links ("Also: ..."), credits, captions, bylines and datelines."""
    return bool(_BOILERPLATE.match(sentence)) or _is_byline(sentence)


def is_loop(sentence: str) -> bool:
    """True when more than half of the word pairs of a sentence of 8 words or more are repetitions of one another."""
    found = [word.lower() for word in _WORD.findall(sentence)]
    if len(found) < 8:
        return False
    pairs = set(pairwise(found))
    return len(pairs) < 0.5 * (len(found) - 1)


def without_dateline(sentence: str) -> str:
    """Return the sentence without the "CITY (Agency) - " in front."""
    match = _DATELINE.match(sentence)
    return sentence[match.end() :] if match else sentence


def _is_byline(sentence: str) -> bool:
    """True when the sentence is names kept apart by bars, dashes and brackets, and nothing else."""
    parts = [part.strip(" .") for part in _BYLINE_PART.split(sentence)]
    parts = [part for part in parts if part]
    named = (word[:1].isupper() or word.lower() in _FUNCTION_WORDS for part in parts for word in part.split())
    return 2 <= len(parts) <= 8 and words(sentence) <= 25 and not sentence.rstrip().endswith(("!", "?")) and all(named)


def _lines(text: str) -> list[str]:
    """Cut at line breaks, which stay with the line before them, except in wrapped paragraphs."""
    lines = text.splitlines(keepends=True)
    # In a list of headlines hardly a line begins in lower case; in wrapped prose most do.
    starts = [line.lstrip()[0].islower() for line in lines[1:] if line.strip()]
    wrapped = sum(starts) > 0.3 * len(starts)
    joined: list[str] = []
    for line in lines:
        if joined and (not line.strip() or (wrapped and not _ends_paragraph(joined[-1]))):
            joined[-1] += line
        else:
            joined.append(line)
    return joined


def _ends_paragraph(line: str) -> bool:
    blank_line_follows = line[len(line.rstrip()) :].replace("\r\n", "\n").count("\n") > 1
    return blank_line_follows or is_finished(line)


def _segment(line: str) -> list[str]:
    import sentencex

    pieces: list[str] = []
    for piece in sentencex.segment("en", line):
        if pieces and (not piece.strip() or not _WORD.search(piece) or _STUB.fullmatch(pieces[-1])):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces or [line]
