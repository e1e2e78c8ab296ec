"""What the command line names, as articles."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable

from ..errors import InputError
from ..translate import Article
from ..translate.readers import is_url

STDIN = "-"
STDIN_NAME = "standard input"


def expand(names: Iterable[str]) -> list[str]:
    """Replace patterns by the files they match, sorted, for shells that leave that to the program.

    A file whose own name looks like a pattern is that file. A pattern without a match stays as it is, and
    reading it says so.
    """
    found: list[str] = []
    for name in names:
        found += (sorted(glob.glob(name, recursive=True)) if _is_pattern(name) else []) or [name]
    return found


def _is_pattern(name: str) -> bool:
    return glob.has_magic(name) and not os.path.exists(name)


def read(name: str, *, wrapped: bool = False) -> Article:
    """Read one input; ``-`` is standard input, ``http://`` and ``https://`` are read from the network.

    Raises ``TarjamaError``, one line each.
    """
    if name == STDIN:
        return Article.from_bytes(sys.stdin.buffer.read(), STDIN_NAME, wrapped=wrapped)
    if is_url(name):
        return Article.from_url(name)
    if _is_pattern(name):
        raise InputError(f"{name}: no file matches this pattern")
    return Article.from_file(name, wrapped=wrapped)


def display_name(name: str) -> str:
    """The name that messages and headings use."""
    return STDIN_NAME if name == STDIN else name
