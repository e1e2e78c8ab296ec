"""Memory that a process keeps: the same after the first articles as after many."""

from __future__ import annotations

import ctypes
import os
import sys

# glibc, malloc.h: parameters of mallopt(3), and the variables with which a user sets them.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_SET_BY_USER = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")
# Measured, 200 articles, embedded model: resident 61 MB after 50 and 62 after 200 (without: 61 and 70), with no more
# page faults. 128 kB, glibc's first value, is as flat but took 1.7 times as long (one run each, on a busy core).
_THRESHOLD = 1 << 20  # bytes


def return_freed_memory() -> None:
    """Tell glibc's malloc to give blocks of 1 MiB and more back to the system when they are freed.

    By itself it does so at first, but every large block that is freed raises the size from which on it does (up to 32
    MiB, see mallopt(3)): the buffers of one long batch then stay for good, in pieces. Does nothing
    on a system without glibc and where the user has set malloc's thresholds.
    """
    if sys.platform != "linux" or any(name in os.environ for name in _SET_BY_USER):
        return
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_MMAP_THRESHOLD, _THRESHOLD)
        mallopt(_TRIM_THRESHOLD, _THRESHOLD)
