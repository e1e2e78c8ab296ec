"""What a process keeps of the memory that it has freed."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="malloc of glibc")

# A large block is freed: glibc alone then takes the next ones from its heap, where a small one above them holds them.
_PROBE = """
import ctypes, os, sys
from pathlib import Path
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
if sys.argv[1] == "engine":
    from tarjama.models import load_engine
    engine = load_engine("embedded", threads=1)

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

libc.free(libc.malloc(30_000_000))
before = resident()
block = libc.malloc(20_000_000)
ctypes.memset(block, 1, 20_000_000)
small = libc.malloc(100_000)
ctypes.memset(small, 1, 100_000)
libc.free(block)
print(resident() - before)
"""
_LARGE = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}


@pytest.mark.parametrize(
    ("who", "user", "kept"),
    [("engine", {}, False), ("nobody", {}, True), ("engine", _LARGE, True)],
    ids=["an engine returns freed blocks", "glibc alone keeps them", "the user's own setting stands"],
)
def test_freed_blocks_go_back(who: str, user: dict[str, str], kept: bool) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC", "GLIBC"))}
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, who], env=environment | user, capture_output=True, text=True, check=True
    )
    assert (float(done.stdout) > 15) == kept
