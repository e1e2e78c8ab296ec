"""The page's own HTML: rows of the paired grid, the summary, notices. All text from outside is escaped here."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from ..translate import Flag, Paragraph, Sentence, TranslatedParagraph, flag_text, normalize
from .downloads import formats
from .reading import Reading

if TYPE_CHECKING:
    from ..summarize import Summary
    from ..translate import Translation

# Confidence in a sentence (geometric mean of its pieces' probabilities) under which its shade gets one step darker.
SHADES = (0.75, 0.6, 0.45)


@dataclass(frozen=True)
class View:
    """What the reader component draws; ``rows`` and ``summary`` are HTML, the rest is text.

    ``message`` is for the progress line and the screen reader, ``facts`` says what made the result, ``formats`` are
    those of downloads, with labels.
    """

    state: str = "idle"
    done: int = 0
    total: int = 0
    rows: tuple[str, ...] = ()
    message: str = ""
    facts: str = ""
    notes: tuple[str, ...] = ()
    summary: str = ""
    formats: tuple[tuple[str, str], ...] = ()


def view(reading: Reading, translation: Translation | None = None, summary: str | None = None) -> View:
    """Draw a reading. ``translation`` adds what is known at the end; ``summary`` stands in for the summary."""
    for index, source in enumerate(reading.article.paragraphs):
        if index not in reading.drawn:
            edited = {s for p, s in reading.machine if p == index}
            reading.drawn[index] = row(index, source, reading.paragraphs[index], edited)
    rows = tuple(reading.drawn[index] for index in range(len(reading.article.paragraphs)))
    done, total = reading.done, len(rows)
    if summary is None and reading.summary:
        summary = summary_html(reading.summary, reading.summary_places)
    message = _message(reading.state, done, total)
    facts, notes = ("", ()) if translation is None else (_facts(translation), translation.notes)
    notes = tuple(note for note in notes if note != f"{message}.")
    return View(reading.state, done, total, rows, message, facts, notes, summary or "", formats(reading.article))


def row(index: int, source: Paragraph, translated: TranslatedParagraph | None, edited: set[int]) -> str:
    """Return one pair of paragraphs: number, English, Arabic; the English is a placeholder until it is there.

    Sentences that belong together carry the same ``data-s``; the reasons of flagged ones are listed in words
    and tied to them with ``aria-describedby``.
    """
    if translated is None:
        english = '<p class="tj-wait"><span class="tj-hidden">Not translated yet</span></p>'
        arabic = f"<p>{escape(source.text)}</p>"
    else:
        english = f"<p>{''.join(_targets(index, translated, edited))}</p>{_reasons(index, translated, edited)}"
        arabic = f"<p>{''.join(_sources(index, translated))}</p>"
    return (
        f'<div role="row" class="tj-row" id="p{index}" data-gap="{escape(source.gap)}">'
        f'<div role="rowheader" class="tj-number">{index + 1}</div>'
        f'<div role="cell" class="tj-en" lang="en" dir="ltr">{english}</div>'
        f'<div role="cell" class="tj-ar" lang="ar" dir="rtl">{arabic}</div></div>'
    )


def _targets(index: int, paragraph: TranslatedParagraph, edited: set[int]) -> Iterator[str]:
    for number, sentence in enumerate(paragraph.sentences):
        lead = normalize(sentence.lead) or (" " if number else "")
        classes = ["tj-s", f"tj-c{shade(sentence)}"]
        if sentence.flags:
            classes.append("tj-flagged")
        if number in edited:
            classes.append("tj-edited")
        described = " ".join(f"f{index}-{flag}" for flag in sentence.flags)
        yield (
            f'{escape(lead)}<span class="{" ".join(classes)}" data-s="{index}.{number}" tabindex="-1"'
            + (f' title="{_confidence(sentence)}"' if sentence.score is not None else "")
            + (f' aria-describedby="{described}"' if described else "")
            + f">{escape(sentence.target)}</span>"
        )


def _sources(index: int, paragraph: TranslatedParagraph) -> Iterator[str]:
    for number, sentence in enumerate(paragraph.sentences):
        yield f'{escape(sentence.lead)}<span class="tj-s" data-s="{index}.{number}">{escape(sentence.source)}</span>'


def _reasons(index: int, paragraph: TranslatedParagraph, edited: set[int]) -> str:
    """List each flag once per paragraph, with the numbers of its sentences when there are several."""
    items = []
    several = len(paragraph.sentences) > 1
    for flag in paragraph.flags:
        numbers = [n for n, sentence in enumerate(paragraph.sentences, 1) if flag in sentence.flags]
        items.append(
            f'<li id="f{index}-{flag}">{_which(numbers) if several else ""}{escape(_sentence_case(flag, several))}</li>'
        )
    if edited:
        numbers = [number + 1 for number in sorted(edited)]
        items.append(
            f'<li class="tj-by-hand">{_which(numbers) if several else ""}{"e" if several else "E"}dited by hand</li>'
        )
    return f'<ul class="tj-reasons">{"".join(items)}</ul>' if items else ""


def _which(numbers: list[int]) -> str:
    return f"Sentence{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}: "


def _sentence_case(flag: Flag, inside: bool) -> str:
    text = flag_text(flag)
    return text if inside else text[:1].upper() + text[1:]


def shade(sentence: Sentence) -> int:
    """Return how unsure the model was, 0 (sure, or it was not asked) to 3."""
    if sentence.score is None:
        return 0
    return sum(math.exp(sentence.score) < threshold for threshold in SHADES)


def _confidence(sentence: Sentence) -> str:
    return f"The model&#39;s confidence: {math.exp(sentence.score or 0.0):.0%}"


def _message(state: str, done: int, total: int) -> str:
    if state == "running":
        return f"{done} of {total} paragraphs"
    if state == "done":
        return f"{total} paragraph{'s' if total != 1 else ''}"
    return f"{state.capitalize()} after {done} of {total} paragraphs"


def _facts(translation: Translation) -> str:
    made = translation.provenance
    time = f"{made.seconds:.1f} s · " if made.seconds >= 0.05 else ""  # all of it was remembered
    return f"{time}{made.model} model, beam {made.beam}"


_METHODS = {"extractive": "Extractive", "seq2seq": "Seq2seq", "unchanged": "Unchanged"}


def summary_html(summary: Summary, places: tuple[tuple[int, int], ...]) -> str:
    """Return the summary; a sentence that was taken from the article is a link to its place there."""
    sentences = []
    for sentence in summary.sentences:
        if sentence.source is None or sentence.source >= len(places):
            sentences.append(escape(sentence.text))
        else:
            p, s = places[sentence.source]
            sentences.append(
                f'<a href="#p{p}" data-s="{p}.{s}" title="From paragraph {p + 1}">{escape(sentence.text)}</a>'
            )
    note = summary.note.removeprefix("Extractive: ")  # the line above it says that already
    lost = f"In the summary but not in the text: {', '.join(summary.unsupported)}" if summary.unsupported else ""
    return (
        f'<p class="tj-summary-text" lang="en">{" ".join(sentences)}</p>'
        f'<p class="tj-method">{_METHODS[summary.method]} · {summary.coverage:.0%} of the text read</p>'
        + (f'<p class="tj-method">{escape(note[:1].upper() + note[1:])}</p>' if note else "")
        + (f'<ul class="tj-reasons"><li>{escape(lost)}</li></ul>' if lost else "")
    )


def notice(text: str, kind: str = "error") -> str:
    """Return a message for the line under the input; empty for no message."""
    return f'<p class="tj-notice tj-{kind}">{escape(text)}</p>' if text else ""
