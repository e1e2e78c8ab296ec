"""``tarjama.json``: what a model directory says about itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ..errors import ModelError
from .catalog import Task

FILE = "tarjama.json"


@dataclass(frozen=True)
class ModelCard:
    """Provenance, and the special pieces that no CTranslate2 file records.

    ``source_prefix`` goes before each source (``>>eng<<`` of multilingual Marian models, T5's "summarize:"); the
    output is made to begin with ``target_prefix`` (BART's ``<s>``). ``max_positions`` is the longest sequence on
    either side, in pieces. Keys of the file that are not fields here are for people to read.
    """

    name: str
    task: Task
    licence: str
    revision: str
    source: str = ""
    source_prefix: tuple[str, ...] = ()
    target_prefix: tuple[str, ...] = ()
    max_positions: int = 512

    def write(self, directory: Path) -> None:
        """Write ``tarjama.json`` into ``directory``."""
        (directory / FILE).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read_card(directory: Path) -> ModelCard | None:
    """Read ``directory/tarjama.json``; None when there is none.

    Raises:
        ModelError: the file is not JSON, or a field is missing or of the wrong type.
    """
    path = directory / FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return ModelCard(
            name=str(data["name"]),
            task=Task(data["task"]),
            licence=str(data["licence"]),
            revision=str(data["revision"]),
            source=str(data.get("source", "")),
            source_prefix=_pieces(data.get("source_prefix", ())),
            target_prefix=_pieces(data.get("target_prefix", ())),
            max_positions=int(data.get("max_positions", 512)),
        )
    except FileNotFoundError:
        return None
    except KeyError as error:
        raise ModelError(f"{path} has no {error}; remove the file, or add the model again") from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ModelError(f"{path} cannot be read ({error}); remove the file, or add the model again") from error


def _pieces(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(piece, str) for piece in value):
        raise TypeError(f"a list of pieces was expected, not {value!r}")
    return tuple(value)
