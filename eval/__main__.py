"""``python -m tarjama.eval`` is ``tarjama eval``."""

from __future__ import annotations

import importlib
import sys

if __name__ == "__main__":
    # The command line is a room above this one: found by name, so that no import points up.
    sys.exit(importlib.import_module("tarjama.ui.cli").run(["eval", *sys.argv[1:]]))
