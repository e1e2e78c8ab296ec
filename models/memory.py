"""Memory that a process keeps: the same after the first articles as after many."""

from __future__ import annotations

import ctypes
import os
import sys

# glibc, malloc.h: parameters of mallopt(3), and the variables with which a user sets them.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_SET_BY_USER = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_ARENA_MAX", "GLIBC_TUNABLES")
# Bytes. Above the buffers of a step (12 MB: 60 sentences, beam 4, 12,000 pieces): a smaller limit, 1 MiB, makes each
# step ask the system for its pages anew, which takes as long as the arithmetic (300 sentences: 25 s and 13).
_LARGE_BLOCK = 16 << 20


def keep_steady() -> None:
    """Fix the size from which on glibc's malloc takes a block from the system, and its one arena; elsewhere nothing.

    By itself malloc raises that size with every large block that is freed (up to 32 MiB, see mallopt(3)), so that a
    process keeps more after many articles than after a few; and of a thread's own arena ``malloc_trim`` leaves the
    top (45 MB after a batch of 4,096 pieces, measured in every second process; one arena for all threads is as fast:
    600 sentences in 6.2 to 6.7 s, with more 6.4 to 6.7). Where the user has set any of them, all stay.
    """
    mallopt = _glibc("mallopt")
    if mallopt and not any(name in os.environ for name in _SET_BY_USER):
        mallopt(_MMAP_THRESHOLD, _LARGE_BLOCK)
        mallopt(_TRIM_THRESHOLD, 2 * _LARGE_BLOCK)
        mallopt(_ARENA_MAX, 1)


def return_freed_memory() -> None:
    """Give the pages that malloc keeps in store back to the system, with glibc; elsewhere do nothing.

    For the end of a batch: it takes 0.7 ms (150 articles, embedded model).
    """
    if trim := _glibc("malloc_trim"):
        trim(0)


def _glibc(function: str) -> ctypes._NamedFuncPointer | None:
    return getattr(ctypes.CDLL(None), function, None) if sys.platform == "linux" else None
