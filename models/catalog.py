"""The named models, as data.

A name is a convenience: any hub id (``owner/name``) and any local model directory works where a name does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Task(StrEnum):
    """What a model does."""

    TRANSLATION = "translation"
    SUMMARIZATION = "summarization"
