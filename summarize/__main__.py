"""``python -m tarjama.summarize FILE`` is ``tarjama summarize FILE``."""

from __future__ import annotations

import sys

from ..ui.cli import run

if __name__ == "__main__":
    sys.exit(run(["summarize", *sys.argv[1:]]))
