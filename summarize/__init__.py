"""English text in, a short summary out, with what is known of how far it can be trusted.

``Summarizer`` is the entry, ``Summary`` what comes back.
"""

from __future__ import annotations

from .summarizer import Length, Summarizer, Summary, SummarySentence

__all__ = ["Length", "Summarizer", "Summary", "SummarySentence"]
