"""Several processes train one model, each with steps of its own, and twice a minute they take the mean of its weights.

Local SGD (Stich 2019). Two threads of one process share matrices that are too small for it, and wait for each other
at every one of them; two processes wait twice a minute. A member whose core is busy with other work takes fewer steps
and counts for less in the mean.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import torch
from torch import distributed, multiprocessing


class Team:
    """One member's view of the team. A team of one, the default, never meets and needs no ``torch.distributed``.

    ``meeting`` is a file that does not exist yet and that all members can write: they find each other there.
    """

    def __init__(self, rank: int = 0, size: int = 1, meeting: Path | None = None) -> None:
        self.rank, self.size = rank, size
        if size > 1:
            distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=size)

    @property
    def leads(self) -> bool:
        """Whether this member writes checkpoints and reports."""
        return self.rank == 0

    def start(self, model: torch.nn.Module) -> None:
        """Wait for all members and give them the first one's weights."""
        if self.size > 1:
            for weight in model.parameters():
                distributed.broadcast(weight.data, 0)

    def average(self, model: torch.nn.Module, tokens: int) -> int:
        """Give all members the mean of their weights, by the ``tokens`` each trained on since the last time.

        Returns the tokens of all members together.
        """
        if self.size == 1:
            return tokens
        counts = torch.tensor([float(tokens)], dtype=torch.float64)
        distributed.all_reduce(counts)
        total = counts.item()
        weights = [weight.data for weight in model.parameters()]
        share = tokens / total if total else 1 / self.size  # two meetings in a row: no step between them
        flat = torch.cat([weight.flatten() for weight in weights]) * share
        distributed.all_reduce(flat)
        for weight, mean in zip(weights, flat.split([weight.numel() for weight in weights]), strict=True):
            weight.copy_(mean.view_as(weight))
        return int(total)

    def leave(self) -> None:
        """Say goodbye to the others, when the run is over."""
        if self.size > 1:
            distributed.destroy_process_group()


def _member(rank: int, size: int, meeting: str, work: Callable[[Team], None]) -> None:
    torch.set_num_threads(1)
    team = Team(rank, size, Path(meeting))
    work(team)
    team.leave()


def run_team(size: int, work: Callable[[Team], None]) -> None:
    """Call ``work`` with its ``Team`` in ``size`` processes, of one thread each; here, when ``size`` is 1.

    ``work`` must be picklable. An exception in one process stops all of them and is raised here.
    """
    if size == 1:
        work(Team())
        return
    with tempfile.TemporaryDirectory() as folder:
        multiprocessing.spawn(_member, args=(size, f"{folder}/meeting", work), nprocs=size)
