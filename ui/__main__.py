"""``python -m tarjama.ui`` is ``tarjama ui``."""

from __future__ import annotations

import sys

from .cli import run

if __name__ == "__main__":
    sys.exit(run(["ui", *sys.argv[1:]]))
