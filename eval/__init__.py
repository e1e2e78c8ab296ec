"""How good is it: metrics with intervals, test sets, paired comparison, a report, a quality gate, a bench.

    >>> from tarjama.eval import compare, load_testset, score
    >>> print(score(["The minister resigned."], ["The minister stepped down."]))  # doctest: +SKIP

``score`` and ``compare`` take plain lists of strings and return a ``Report``; ``load_testset`` opens test sets;
``tarjama eval --help`` is the same for the terminal. Needs ``pip install 'tarjama[eval]'``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .metrics import PairedTest, Score
    from .results import Report
    from .scoring import compare, score
    from .testsets import TestSet, load_testset

__all__ = ["PairedTest", "Report", "Score", "TestSet", "compare", "load_testset", "score"]

_HOME_OF = {
    "PairedTest": "metrics",
    "Report": "results",
    "Score": "metrics",
    "TestSet": "testsets",
    "compare": "scoring",
    "load_testset": "testsets",
    "score": "scoring",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use (PEP 562): `tarjama --help` must not wait for numpy."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
