"""Results as files to open elsewhere: HTML, Word and TMX. Forms for the terminal are in ``ui/render.py``."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import require
from ..render import Format, Result, render

# Forms that are one document, however many results go into it.
DOCUMENTS = frozenset({Format.HTML, Format.DOCX, Format.TMX})
BINARY = frozenset({Format.DOCX})


def check_installed(form: Format) -> None:
    """Raise ``DependencyError`` when what writes a form is missing: before the work whose result it would hold."""
    if form is Format.DOCX:
        require("docx", "files")


def encode(result: Result, form: Format) -> bytes:
    """Return a result as a file in any form. Raises what ``document`` and ``render`` raise."""
    return document([result], form) if form in DOCUMENTS else render(result, form).encode()


def document(results: Sequence[Result], form: Format) -> bytes:
    """Return one document with all results, one after another.

    Raises ``DependencyError`` when Word documents are asked for without the extra ``files``.
    """
    if form is Format.HTML:
        from .html import write_html

        return write_html(results)
    if form is Format.DOCX:
        from .docx import write_docx

        return write_docx(results)
    if form is Format.TMX:
        from .tmx import write_tmx

        return write_tmx(results)
    raise ValueError(f"{form} is no document")
