"""Bytes to text, without luck: which encoding, or a message that says which byte and what was tried."""

from __future__ import annotations

import codecs

from ..errors import InputError


def decode(data: bytes, origin: str) -> tuple[str, str]:
    """Return the text and the name of its encoding; raises ``InputError``."""
    if not data:
        raise InputError(f"{origin}: the file is empty")
    encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    return data.decode(encoding), encoding
