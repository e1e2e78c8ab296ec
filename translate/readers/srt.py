"""SRT: subtitles to sentences, and English sentences back to subtitles with the same times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import InputError, require
from ..article import Article, Paragraph

# A sentence that runs over several subtitles is translated as one: halves of sentences make no sense to a model.
# Only where sentences can be told: most subtitles of films have no full stops, and nothing says where one ends.
_LEAST_ENDS = 0.25  # share of subtitles that end a sentence
_LONGEST = 300  # characters of a joined sentence
_PAUSE = 1_500  # milliseconds of silence that end a sentence
_ENDS = re.compile(r"[.!?؟۔…][\"'”’»)\]]*$")
_DASH = re.compile(r"[-–—]\s*")
_LINE = 42  # characters of a subtitle's line: what fits a screen (Netflix and BBC guidelines: 42, 37)
_TAG = re.compile(r"\{[^}]*\}")
_PLACE = re.compile(r"\{\\an?\d+\}")


@dataclass(frozen=True)
class Part:
    """A place in a subtitle: the paragraph that it shows a part of, and how long that part was in the source."""

    paragraph: int
    size: int
    dash: bool  # another speaker


@dataclass(frozen=True)
class Cue:
    """One subtitle; times in milliseconds. ``place`` is the tag that moves it on the screen."""

    start: int
    end: int
    parts: tuple[Part, ...]
    italic: bool = False
    place: str = ""


@dataclass(frozen=True)
class Subtitles:
    """The layout of an SRT file."""

    cues: tuple[Cue, ...]
    sources: tuple[str, ...]
    suffix: str = ".srt"

    def fill(self, texts: Sequence[str]) -> str:
        """Return an SRT file with the same times; a text that spans subtitles is shared out by their length."""
        sizes: list[list[int]] = [[] for _ in texts]
        for cue in self.cues:
            for part in cue.parts:
                sizes[part.paragraph].append(part.size)
        shares = [iter(share(text, size)) for text, size in zip(texts, sizes, strict=True)]
        blocks = []
        for number, cue in enumerate(self.cues, 1):
            lines = [f"{'- ' if part.dash else ''}{next(shares[part.paragraph])}" for part in cue.parts]
            text = "\n".join(lines) if len(lines) > 1 else "\n".join(_two_lines(line) for line in lines)
            text = f"<i>{text}</i>" if cue.italic and text else text
            shown = f"{cue.place}{text}\n" if text else ""
            blocks.append(f"{number}\n{_time(cue.start)} --> {_time(cue.end)}\n{shown}")
        return "\n".join(blocks)


def read_srt(text: str, encoding: str, origin: str) -> Article:
    """Read subtitles; sentences that run over several of them are one paragraph.

    Raises ``InputError`` when there are no subtitles in the file.
    """
    pysubs2 = require("pysubs2", "files")
    try:
        events = pysubs2.SSAFile.from_string(text, format_="srt").events
    except (pysubs2.Pysubs2Error, ValueError, OverflowError) as error:
        raise InputError(f"{origin}: these subtitles cannot be read: {error}") from None
    if not events:
        raise InputError(f"{origin}: no subtitles are in it: a time such as 00:00:01,000 --> 00:00:02,500 is missing")
    spoken = [_utterances(event.text) for event in events]
    last = [utterances[-1] for utterances in spoken if utterances]
    joins = sum(bool(_ENDS.search(utterance)) for utterance in last) >= _LEAST_ENDS * len(last)
    texts: list[str] = []
    cues: list[Cue] = []
    for event, utterances in zip(events, spoken, strict=True):
        parts = []
        for utterance in utterances:
            goes_on = joins and len(utterances) == 1 and bool(cues) and event.start - cues[-1].end < _PAUSE
            if goes_on and cues[-1].parts and _open(texts[-1], utterance):
                texts[-1] += f" {utterance}"
            else:
                texts.append(utterance)
            parts.append(Part(len(texts) - 1, len(utterance), len(utterances) > 1))
        place = _PLACE.match(event.text)
        italic = r"{\i1}" in event.text[:20]
        cues.append(Cue(event.start, event.end, tuple(parts), italic, place[0] if place else ""))
    paragraphs = tuple(Paragraph(text, "\n") for text in texts)
    layout = Subtitles(tuple(cues), tuple(texts))
    return Article(paragraphs, origin=origin, encoding=encoding, layout=layout)


def _utterances(text: str) -> list[str]:
    """Return what is said in a subtitle: its lines joined, or one text each when every line begins with a dash."""
    lines = [" ".join(line.split()) for line in re.split(r"\\[Nn]|\n", _TAG.sub("", text).replace(r"\h", " "))]
    lines = [line for line in lines if line]
    if len(lines) > 1 and all(_DASH.match(line) for line in lines):
        return [said for line in lines if (said := _DASH.sub("", line, count=1))]
    return [" ".join(lines)] if lines else []


def _open(text: str, following: str) -> bool:
    """Tell whether a text stops in the middle of a sentence, and the next one may go on with it."""
    return not _ENDS.search(text) and not _DASH.match(following) and len(text) + len(following) < _LONGEST


def share(text: str, sizes: Sequence[int]) -> list[str]:
    """Cut a text between words into as many parts as there are ``sizes``, as long in proportion.

    A cut after punctuation is preferred. With fewer words than parts, the last parts are empty.
    """
    words = text.split()
    if len(sizes) == 1:
        return [" ".join(words)]
    total, length = sum(sizes) or 1, len(text)
    parts: list[str] = []
    begin = filled = said = 0
    for number, size in enumerate(sizes[:-1]):
        said += size
        wanted = said / total * length
        later = len(sizes) - number - 1  # parts that want a word too
        best, cost, reach = begin, float("inf"), filled
        for end in range(begin + 1, max(begin + 1, len(words) - later) + 1):
            if end > len(words):
                break
            reach += len(words[end - 1]) + 1
            off = abs(reach - wanted) - (0.08 * length if words[end - 1][-1] in ".,;:!?" else 0.0)
            if off < cost:
                best, cost, kept = end, off, reach
        if best > begin:
            filled = kept
        parts.append(" ".join(words[begin:best]))
        begin = best
    return [*parts, " ".join(words[begin:])]


def _two_lines(text: str) -> str:
    """Break a long line near its middle."""
    if len(text) <= _LINE:
        return text
    middle = len(text) / 2
    spaces = [place for place, character in enumerate(text) if character == " "]
    if not spaces:
        return text
    cut = min(spaces, key=lambda place: abs(place - middle))
    return f"{text[:cut]}\n{text[cut + 1 :]}"


def _time(milliseconds: int) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d},{milliseconds:03d}"
