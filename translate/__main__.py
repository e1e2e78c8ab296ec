"""``python -m tarjama.translate FILE`` is ``tarjama translate FILE``."""

from __future__ import annotations

import sys

from ..ui.cli import run

if __name__ == "__main__":
    sys.exit(run(["translate", *sys.argv[1:]]))
