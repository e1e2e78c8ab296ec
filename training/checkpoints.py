"""Checkpoints of a run and of the runs before it: which there are, their mean, and a new run that begins with them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import torch

Mixture = list[list[Path]]  # of each run the checkpoints that take part


def average(mixture: Mixture) -> dict[str, torch.Tensor]:
    """Mean of the weights of runs, each of which is the mean of its checkpoints.

    The mean of checkpoints along a run at a constant rate generalises better than its end (Izmailov et al. 2018), and
    the mean of runs better than each of them (Wortsman et al. 2022): RESULTS.md, runs 5 and 6.
    """
    return _mean([_mean([_weights(path) for path in checkpoints]) for checkpoints in mixture])


def _weights(path: Path) -> dict[str, torch.Tensor]:
    weights: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)["model"]
    return weights


def _mean(states: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    return {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}


def last_checkpoints(work: Path, counts: Iterable[int]) -> list[Mixture]:
    """Return the last ``count`` checkpoints of this run for each of ``counts``, or as many as there are.

    Raises ``FileNotFoundError`` when there is none.
    """
    checkpoints = sorted((work / "checkpoints").glob("*.pt"))
    if not checkpoints:
        raise FileNotFoundError(f"no checkpoint in {work / 'checkpoints'}: train first")
    return [[checkpoints[-count:]] for count in sorted({min(count, len(checkpoints)) for count in counts})]


def runs(work: Path) -> list[Mixture]:
    """Return every choice of the runs that ``restart`` has put aside, each with this run; the one of all runs last."""
    former = sorted(work.glob("checkpoints-*"), key=lambda folder: int(folder.name.split("-")[1]))
    folders = [*former, work / "checkpoints"]
    *past, last = [_own_checkpoints(folder, folders[:number]) for number, folder in enumerate(folders)]
    return [[*chosen, last] for count in range(1, len(past) + 1) for chosen in combinations(past, count)]


def _own_checkpoints(folder: Path, earlier: list[Path]) -> list[Path]:
    """Return the checkpoints of a run but the one it began with, which an earlier run's has the name of."""
    checkpoints = sorted(folder.glob("*.pt"))
    begun = len(checkpoints) > 1 and any((other / checkpoints[0].name).exists() for other in earlier)
    return checkpoints[1:] if begun else checkpoints


def restart(work: Path, mean: bool = False) -> Path:
    """Begin a new run with the weights of the last one, its clock at zero; return where its checkpoints are kept.

    With ``mean``, the new run begins with the mean of all runs so far.
    Raises ``FileNotFoundError`` when there is no checkpoint to begin with.
    """
    (((last,),),) = last_checkpoints(work, (1,))
    state = torch.load(last, weights_only=True)
    if mean and (mixtures := runs(work)):
        state["model"] = average(mixtures[-1])
    state["progress"]["seconds"] = 0.0
    kept = work / f"checkpoints-{1 + len(list(work.glob('checkpoints-*')))}"
    last.parent.rename(kept)
    last.parent.mkdir()
    torch.save(state, last)
    return kept
