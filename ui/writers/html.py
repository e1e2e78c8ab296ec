"""One HTML page that needs nothing else: English left, Arabic right, a row for each paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from ...translate import Sentence, TranslatedParagraph, Translation
from ..render import Result, provenance_line, summary_heading, summary_notes
from .parts import clean, is_headline, notes, reasons, title

# Colours have a contrast of at least 4.5:1 on both grounds (WCAG 2.2, AA).
_STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1e; --soft: #5c5c61; --ground: #fff; --line: #d9d9de; --mark: #fff1c2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececef; --soft: #a5a5ac; --ground: #17171a; --line: #3a3a40; --mark: #4a3c10; }
}
body { margin: 0 auto; max-width: 75rem; padding: 1.5rem; color: var(--ink); background: var(--ground);
  font: 1.05rem/1.6 Georgia, "Times New Roman", serif; }
h1 { font-size: 1.7rem; line-height: 1.25; }
h2 { font-size: 1.15rem; margin-top: 2.5rem; }
.small, footer { color: var(--soft); font-size: .85rem; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th { text-align: start; font-weight: normal; color: var(--soft); font-size: .85rem; }
th, td { padding: .7rem 1rem .7rem 0; vertical-align: top; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
[dir=rtl] { padding: .7rem 0 .7rem 1rem; font-family: "Noto Naskh Arabic", "Geeza Pro", "Arabic Typesetting", serif;
  font-size: 1.15rem; line-height: 1.9; }
tr.headline td { font-weight: bold; font-size: 1.25rem; }
mark { color: inherit; background: var(--mark); text-decoration: underline dotted; text-underline-offset: .2em; }
.why { margin: .4rem 0 0; padding-inline-start: 1.1rem; color: var(--soft); font-size: .85rem; }
@media (max-width: 40rem) {
  thead { display: none; } tr, td { display: block; } td { padding: .5rem 0; } td:first-child { border: 0; }
}
@media print { tr { break-inside: avoid; } body { padding: 0; max-width: none; } }
"""


def write_html(results: Sequence[Result]) -> bytes:
    """Return a page with the results, without scripts and without anything from the network."""
    heading = title(results[0]) if len(results) == 1 else f"{len(results)} articles"
    body = "\n<hr>\n".join("\n".join(_article(result)) for result in results)
    page = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="generator" content="tarjama">
<title>{_text(heading)}</title>
<style>{_STYLE}</style>
</head>
<body>
{body}
</body>
</html>
"""
    return page.encode()


def _article(result: Result) -> Iterator[str]:
    yield "<article>"
    yield f"<h1>{_text(title(result))}</h1>"
    if summary := result.summary:
        yield f'<section class="summary"><h2>{_text(summary_heading(summary))}</h2>'
        yield f"<p>{_text(summary.text)}</p>"
        yield from (f'<p class="small">{_text(note)}</p>' for note in summary_notes(summary))
        yield "</section>"
    if translation := result.translation:
        yield '<section class="translation">' + ("<h2>Translation</h2>" if result.summary else "")
        yield from (f'<p class="small">{_text(note)}</p>' for note in notes(result))
        yield '<table>\n<thead><tr><th scope="col">English</th>'
        yield '<th scope="col" dir="rtl" lang="ar">العربية</th></tr></thead>\n<tbody>'
        yield from (_row(translation, paragraph) for paragraph in translation.paragraphs)
        yield "</tbody>\n</table></section>"
    yield f"<footer><p>{_text(provenance_line(result))}</p></footer>\n</article>"


def _row(translation: Translation, paragraph: TranslatedParagraph) -> str:
    kind = ' class="headline"' if is_headline(translation, paragraph) else ""
    english = " ".join(_sentence(sentence) for sentence in paragraph.sentences)
    why = "".join(f"<li>{_text(reasons(sentence))}</li>" for sentence in paragraph.sentences if sentence.flags)
    flags = f'<ul class="why" aria-label="Not to be trusted">{why}</ul>' if why else ""
    arabic = _text(paragraph.source.text)
    return f'<tr{kind}><td lang="en">{english}{flags}</td><td dir="rtl" lang="ar">{arabic}</td></tr>'


def _sentence(sentence: Sentence) -> str:
    text = _text(sentence.target)
    return f'<mark title="{_text(reasons(sentence))}">{text}</mark>' if sentence.flags else text


def _text(text: str) -> str:
    return escape(clean(text))
