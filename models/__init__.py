"""The only room that knows about model files: what models there are, where they lie, how to run them."""

from __future__ import annotations

from .acquire import Progress, add
from .catalog import CATALOG, CatalogEntry, Task
from .engine import Decoding, Engine, Generated, load_engine
from .layout import InstalledModel
from .store import home, installed, locate, remove

__all__ = [
    "CATALOG",
    "CatalogEntry",
    "Decoding",
    "Engine",
    "Generated",
    "InstalledModel",
    "Progress",
    "Task",
    "add",
    "home",
    "installed",
    "load_engine",
    "locate",
    "remove",
]
