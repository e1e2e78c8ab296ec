"""tarjama: an Arabic news article in English, paragraph beside paragraph, and its summary.

    >>> from tarjama import Translator, Summarizer
    >>> translation = Translator().translate(open("article.txt", encoding="utf-8").read())
    >>> print(translation.text)
    >>> print(Summarizer().summarize(translation, length="short").text)

The names below are imported when they are first used, so ``import tarjama`` costs milliseconds.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._digest import Digest, digest
    from .errors import DependencyError, InputError, LimitError, ModelError, TarjamaError
    from .summarize import Summarizer, Summary
    from .translate import Article, Translation, Translator

__version__ = "0.1.0"

_HOME_OF = {
    "Article": "translate",
    "DependencyError": "errors",
    "Digest": "_digest",
    "InputError": "errors",
    "LimitError": "errors",
    "ModelError": "errors",
    "Summarizer": "summarize",
    "Summary": "summarize",
    "TarjamaError": "errors",
    "Translation": "translate",
    "Translator": "translate",
    "digest": "_digest",
}

__all__ = [
    "Article",
    "DependencyError",
    "Digest",
    "InputError",
    "LimitError",
    "ModelError",
    "Summarizer",
    "Summary",
    "TarjamaError",
    "Translation",
    "Translator",
    "__version__",
    "digest",
]

# In a clone the rooms are beside this folder, not in it. Whoever runs `python -m tarjama` at the top of one gets this
# folder before any installed package, so it has to find its rooms. An installed package has them inside.
_CLONE = Path(__file__).parent.parent
if not (Path(__file__).parent / "translate").exists() and (_CLONE / "pyproject.toml").exists():
    __path__.append(str(_CLONE))


def __getattr__(name: str) -> object:
    """Import a public name on first use (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
