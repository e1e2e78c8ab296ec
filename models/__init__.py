"""The only room that knows about model files: what models there are, where they lie, how to run them."""

from __future__ import annotations

from .catalog import Task
from .engine import Decoding, Engine, Generated, load_engine
from .store import InstalledModel

__all__ = ["Decoding", "Engine", "Generated", "InstalledModel", "Task", "load_engine"]
