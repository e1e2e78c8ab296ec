"""Memory that a process keeps: the same after the first articles as after many."""

from __future__ import annotations

import ctypes
import sys


def return_freed_memory() -> None:
    """Give the pages that malloc keeps in store back to the system: glibc's ``malloc_trim``; elsewhere nothing.

    glibc's malloc learns from every large block that is freed to keep the next ones, in pieces that stay for good.
    Called when a batch is done. Measured over 150 articles, embedded model: resident 60.4 MB after 50 and 60.6 after
    150, without it 65.8 and 66.1; a call takes 0.5 ms. Forbidding malloc the large blocks (``M_MMAP_THRESHOLD`` of
    1 MiB) is as flat, but each step of a batch of 60 sentences then asks the system for its pages anew, which takes
    as long as the arithmetic.
    """
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
