"""What can go wrong, in five classes.

``str(error)`` is the one line a user sees: what was wrong, what is allowed, what to do next. It never holds
the text that was being translated, only names, sizes and limits.
"""

from __future__ import annotations

import importlib
from types import ModuleType


class TarjamaError(Exception):
    """The base of every error that tarjama raises on purpose."""


class InputError(TarjamaError):
    """What the user gave cannot be read, or is not Arabic text."""


class ModelError(TarjamaError):
    """A model is missing, broken, or made for another task."""


class LimitError(TarjamaError):
    """The input is larger than what is allowed."""


class DependencyError(TarjamaError):
    """An optional package is not installed; the message says the command that installs it."""


def require(module: str, extra: str) -> ModuleType:
    """Import an optional module, or say which extra of tarjama brings it.

    Any failed import counts, not only an absent package: one that is half installed, or that misses a package
    of its own, is mended by the same command.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DependencyError(
            f"{module} cannot be imported ({reason}); install it with: pip install 'tarjama[{extra}]'"
        ) from error
