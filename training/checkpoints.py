"""Checkpoints of a run and of the runs before it: which there are, their mean, and a new run that begins with them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import torch


def average(paths: list[Path]) -> dict[str, torch.Tensor]:
    """Mean of the weights of several checkpoints (Vaswani et al. 2017, section 6.1)."""
    states = [torch.load(path, map_location="cpu", weights_only=True)["model"] for path in paths]
    return {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}


def last_checkpoints(work: Path, counts: Iterable[int]) -> list[list[Path]]:
    """Return the last ``count`` checkpoints for each of ``counts``. Raises ``FileNotFoundError`` when there is none."""
    checkpoints = sorted((work / "checkpoints").glob("*.pt"))
    if not checkpoints:
        raise FileNotFoundError(f"no checkpoint in {work / 'checkpoints'}: train first")
    return [checkpoints[-count:] for count in sorted({min(count, len(checkpoints)) for count in counts})]


def runs(work: Path) -> list[list[Path]]:
    """Return the last checkpoint of this run with those of the run before it, of the two before it, and so on.

    A later run that went on with other data forgets some of what it knew; the mean of the two often knows both
    (model soups, Wortsman et al. 2022; RESULTS.md, run 5). Former runs are what ``restart`` has put aside.
    """
    former = sorted(work.glob("checkpoints-*"), key=lambda folder: int(folder.name.split("-")[1]))
    last = [max(folder.glob("*.pt")) for folder in (*former, work / "checkpoints")]
    return [last[-count:] for count in range(2, len(last) + 1)]


def restart(work: Path, mean: bool = False) -> Path:
    """Begin a new run with the weights of the last one, its clock at zero; return where its checkpoints are kept.

    With ``mean``, the new run begins with the mean of the last weights of all runs so far.
    Raises ``FileNotFoundError`` when there is no checkpoint to begin with.
    """
    ((last,),) = last_checkpoints(work, (1,))
    state = torch.load(last, weights_only=True)
    if mean and (groups := runs(work)):
        state["model"] = average(groups[-1])
    state["progress"]["seconds"] = 0.0
    kept = work / f"checkpoints-{1 + len(list(work.glob('checkpoints-*')))}"
    last.parent.rename(kept)
    last.parent.mkdir()
    torch.save(state, last)
    return kept
