"""The command with a fake engine, as a program of its own: for tests of signals, pipes and exit codes.

FAKE_INTERRUPT_AT=N sends Ctrl-C in the N-th call of the engine.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from fakes import FakeEngine
from tarjama.models import Decoding, Generated
from tarjama.translate import translator
from tarjama.ui.cli import main


class _Interrupting(FakeEngine):
    def generate(
        self, inputs: Sequence[str] | Sequence[Sequence[str]], decoding: Decoding = Decoding()
    ) -> list[Generated]:
        if len(self.history) + 1 == int(os.environ.get("FAKE_INTERRUPT_AT", "0")):
            os.kill(os.getpid(), signal.SIGINT)
        return super().generate(inputs, decoding)


if __name__ == "__main__":
    engine = _Interrupting()
    translator.load_engine = lambda *args, **kwargs: engine  # type: ignore[assignment]
    sys.exit(main())
