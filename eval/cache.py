"""What systems said before, kept on disk: a second run is instant, an interrupted one goes on."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..models import home


@dataclass(frozen=True)
class Said:
    """One output; ``seconds`` is its share of the time of the batch it was made in."""

    text: str
    seconds: float


def folder(name: str) -> Path:
    """Return ``name`` under the evaluation part of the user's cache (``TARJAMA_HOME``)."""
    return home().parent / "eval" / name


class OutputCache:
    """Outputs of one system, one JSON line each, found by source text.

    ``identity`` is everything that the outputs depend on: another identity is another file. Lines are only ever
    appended, and a line cut off by a kill is skipped, so any moment is a good one to stop. When the disk
    refuses, the outputs of this run are kept in memory and ``trouble`` says why.
    """

    def __init__(self, name: str, identity: Mapping[str, str]) -> None:
        digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:16]
        self.path = folder("outputs") / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', name)[-60:]}-{digest}.jsonl"
        self.trouble = ""
        self._said: dict[str, Said] = {}
        self._read()

    def get(self, source: str) -> Said | None:
        """Return what the system said to this source, or None."""
        return self._said.get(_key(source))

    def add(self, pairs: Iterable[tuple[str, Said]]) -> None:
        """Keep outputs, on disk at once."""
        lines = []
        for source, said in pairs:
            self._said[_key(source)] = said
            lines.append(json.dumps([_key(source), said.text, said.seconds], ensure_ascii=False) + "\n")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                # A new line first: the last one may have been cut off, and blank lines are skipped.
                file.write("\n" + "".join(lines))
        except OSError as error:
            self.trouble = f"outputs are not kept for the next run: {self.path}: {error.strerror}"

    def _read(self) -> None:
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return
        for line in text.split("\n"):
            try:
                key, output, seconds = json.loads(line)
            except ValueError:
                continue
            self._said[key] = Said(output, seconds)


def _key(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:24]
