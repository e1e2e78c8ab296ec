"""Results as text: plain, side by side, Markdown, JSON, subtitles. Other documents are in ``ui/writers``.

Every function takes results and returns a string; nothing here prints. A sentence that is not to be trusted
carries :data:`MARK` in the forms that people read, and its flags by name in JSON.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..translate import Article, Flag, Sentence, TranslatedParagraph, Translation, flag_text, normalize
from ..translate.layout import Layout, fill

if TYPE_CHECKING:
    from ..summarize import Summary

MARK = "[!]"


class Format(StrEnum):
    """How a result is written."""

    TEXT = "text"
    SIDE = "side"
    JSON = "json"
    MD = "md"
    HTML = "html"
    DOCX = "docx"
    TMX = "tmx"
    SRT = "srt"


@dataclass(frozen=True)
class Result:
    """What became of one input: a translation, a summary, or both. ``name`` is the file's, for headings."""

    name: str
    translation: Translation | None = None
    summary: Summary | None = None

    @property
    def stopped(self) -> str:
        """How far the work came, when it was stopped before the end."""
        if self.translation is None or len(self.translation) == len(self.translation.article.paragraphs):
            return ""
        return f"[stopped after {len(self.translation)} of {len(self.translation.article.paragraphs)} paragraphs]"


def render(result: Result, form: Format, *, width: int = 100, color: bool = False) -> str:
    """Return ``result`` in the given form, with a line end at its end; ``width`` and ``color`` are for ``side``.

    Markdown that was translated comes out as Markdown again, its headings, lists and code in their places; other
    sources and summaries as a table in Markdown. Raises ``InputError`` for a form that cannot hold the result.
    """
    if form is Format.SRT or (form is Format.MD and result.summary is None):
        if result.translation and (layout := layout_for(form, result.translation.article)):
            return _ended(fill(layout, result.translation, english))
        if form is Format.SRT:
            raise InputError(f"{result.name}: only the translation of subtitles can be SRT; use another --format")
    if form is Format.JSON:
        return json.dumps(as_dict(result), ensure_ascii=False, indent=2) + "\n"
    if form is Format.MD:
        return _markdown(result)
    if form is Format.SIDE:
        from .side import render_side

        return render_side(result, width, color)
    return _text(result)


def layout_for(form: Format, article: Article) -> Layout | None:
    """Return the article's layout when it is one of this form: Markdown or subtitles."""
    return article.layout if article.layout and article.layout.suffix == f".{form}" else None


def check_form(article: Article, form: Format) -> None:
    """Raise ``InputError`` when an article's translation cannot be written in a form: before it is made."""
    if form is Format.SRT and not layout_for(form, article):
        raise InputError(f"{article.origin}: only subtitles can be written as SRT; use another --format")


def as_dict(result: Result) -> dict[str, Any]:
    """Return plain data: ``Translation.to_dict()`` with ``summary`` in it, or the summary alone."""
    summary = result.summary.to_dict() if result.summary else None
    if result.translation is None:
        return {"origin": result.name, "summary": summary}
    return result.translation.to_dict() | ({"summary": summary} if summary else {})


def marked(paragraph: TranslatedParagraph) -> Iterator[tuple[str, str]]:
    """Yield a paragraph's English in pieces, each with :data:`MARK` or nothing before it: (mark, text)."""
    for index, sentence in enumerate(paragraph.sentences):
        if lead := normalize(sentence.lead) or (" " if index else ""):
            yield "", lead
        yield MARK if sentence.flags else "", sentence.target


def english(paragraph: TranslatedParagraph) -> str:
    """Return a paragraph's English with its marks, fit for a terminal."""
    return printable("".join(f"{mark} {text}" if mark else text for mark, text in marked(paragraph)))


def reasons(translation: Translation) -> list[tuple[Flag, tuple[int, ...]]]:
    """Return each flag that was raised with the numbers of its paragraphs (from 1), the most frequent first."""
    places: dict[Flag, list[int]] = {}
    for number, paragraph in enumerate(translation.paragraphs, 1):
        for flag in paragraph.flags:
            places.setdefault(flag, []).append(number)
    counts = flag_counts(translation)
    return [(flag, tuple(places[flag])) for flag, _ in counts.most_common()]


def flag_counts(translation: Translation) -> Counter[Flag]:
    """Count the sentences that carry each flag."""
    return Counter(flag for sentence in translation.sentences for flag in sentence.flags)


def summary_heading(summary: Summary) -> str:
    """Say what the summary is and how much of the article it stands on."""
    kinds = {
        "extractive": "sentences chosen from the text",
        "seq2seq": "written by a model",
        "unchanged": "the text itself",
    }
    return f"Summary ({kinds[summary.method]}; {summary.coverage:.0%} of the text read)"


def summary_notes(summary: Summary) -> list[str]:
    """Return what a reader of the summary should know."""
    notes = [summary.note] if summary.note else []
    if summary.unsupported:
        notes.append(f"In the summary but not in the text: {', '.join(summary.unsupported)}.")
    return notes


def provenance_line(result: Result) -> str:
    """Return one line on what made the result."""
    provenance = (result.translation or result.summary).provenance  # type: ignore[union-attr]
    return (
        f"tarjama {provenance.version}, model {provenance.model} ({provenance.revision}), {provenance.engine}, "
        f"beam {provenance.beam}; {provenance.source_characters:,} characters in {provenance.seconds:.1f} s"
    )


def printable(text: str) -> str:
    """Drop control characters that would command the terminal instead of being shown on it."""
    return _CONTROLS.sub("", text)


_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _text(result: Result) -> str:
    """The English article, gaps as in the source; then the summary under a heading."""
    parts: list[str] = []
    if translation := result.translation:
        text = translation.article.lead
        for paragraph in translation.paragraphs:
            text += english(paragraph) + paragraph.source.gap
        parts.append(_ended(text))
    if result.stopped:
        parts.append(f"{result.stopped}\n")
    if summary := result.summary:
        if parts:
            parts.append(f"\n{summary_heading(summary)}\n\n")
        parts.append(_ended(printable(summary.text)))
    return "".join(parts)


def _ended(text: str) -> str:
    return text if text.endswith(("\n", "\r")) else f"{text}\n"


def _markdown(result: Result) -> str:
    """Everything, for reading: summary, pairs of paragraphs in a table, what is not to be trusted, what made it."""
    lines = [f"# {_escaped(result.name)}", ""]
    if summary := result.summary:
        lines += [f"## {summary_heading(summary)}", "", _escaped(summary.text), ""]
        lines += [f"> {_escaped(note)}\n" for note in summary_notes(summary)]
    if translation := result.translation:
        lines += ["## Translation", ""]
        lines += [f"> {_escaped(note)}\n" for note in translation.notes]
        lines += ["| | English | العربية |", "|---:|:---|---:|"]
        lines += [_row(number, paragraph) for number, paragraph in enumerate(translation.paragraphs, 1)]
        if translation.flagged:
            lines += ["", f"## Not to be trusted ({_escaped(MARK)})", ""]
            lines += [_warning(number, sentence) for number, sentence in _flagged(translation)]
    return "\n".join([*lines, "", "---", "", _escaped(provenance_line(result)), ""])


def _row(number: int, paragraph: TranslatedParagraph) -> str:
    target, source = _escaped(english(paragraph)), _escaped(paragraph.source.text)
    return f'| {number} | {target} | <span dir="rtl" lang="ar">{source}</span> |'


def _flagged(translation: Translation) -> Iterator[tuple[int, Sentence]]:
    for number, paragraph in enumerate(translation.paragraphs, 1):
        yield from ((number, sentence) for sentence in paragraph.sentences if sentence.flags)


def _warning(number: int, sentence: Sentence) -> str:
    why = "; ".join(flag_text(flag) for flag in sentence.flags)
    return f'- Paragraph {number}, {why}: <span dir="rtl" lang="ar">{_escaped(sentence.source)}</span>'


def _escaped(text: str) -> str:
    """Keep a text what it is in Markdown and HTML, on one line."""
    text = " ".join(printable(text).split())
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#~])", r"\\\1", text)
