"""What a process keeps of the memory that it has freed."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="malloc of glibc")

# One large batch after one sentence: without help glibc keeps 70 to 143 MB of it (by the CPU's kernels; with it: 2).
_PROBE = """
import os, sys
from pathlib import Path
from tarjama.models import Decoding, ctranslate2_engine, load_engine

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

if sys.argv[1] == "glibc alone":
    ctranslate2_engine.keep_steady = ctranslate2_engine.return_freed_memory = lambda: None
engine = load_engine("embedded", threads=1)
sentence = "قال رئيس الوزراء العراقي إن القوات دخلت المدينة في 12 أكتوبر"
engine.generate([sentence])
before = resident()
engine.generate([f"{sentence} {number}" for number in range(200)], Decoding(batch_tokens=4096))
print(resident() - before)
"""


@pytest.mark.parametrize(("who", "kept"), [("the engine", False), ("glibc alone", True)])
def test_the_memory_of_a_large_batch_goes_back(who: str, kept: bool) -> None:
    done = subprocess.run([sys.executable, "-c", _PROBE, who], capture_output=True, text=True, check=True)
    assert (float(done.stdout) > 20) == kept
