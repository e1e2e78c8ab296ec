"""Where model files are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .catalog import Task


@dataclass(frozen=True)
class InstalledModel:
    """A model directory on this machine.

    ``revision`` is the hub commit, or for embedded weights a date and checksum; ``bytes`` is the size on disk.
    """

    name: str
    task: Task
    directory: Path
    layout: Literal["ctranslate2", "transformers"]
    revision: str
    licence: str
    bytes: int
