"""Processes that train together."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="pip install 'tarjama[train]'")

import torch

from tarjama.training.team import Team, run_team


def _meet(team: Team, folder: Path, tokens: tuple[tuple[int, int], ...]) -> None:
    model = torch.nn.Linear(2, 1)
    with torch.no_grad():
        model.weight.fill_(float(team.rank + 5))
    team.start(model)
    seen = [model.weight[0, 0].item()]
    for number, of_each in enumerate(tokens):
        with torch.no_grad():
            model.weight.fill_(4.0 * team.rank + number)
        seen += [team.average(model, of_each[team.rank]), model.weight[0, 0].item(), model.weight[0, 1].item()]
    (folder / str(team.rank)).write_text(json.dumps(seen), encoding="utf-8")


def test_members_start_alike_and_leave_with_the_mean(tmp_path: Path) -> None:
    run_team(2, partial(_meet, folder=tmp_path, tokens=((300, 100), (0, 50), (0, 0))))
    #          first weights; then all tokens, and the mean 0 x 3/4 + 4 x 1/4; 1 x 0 + 5 x 1; 2 x 1/2 + 6 x 1/2
    expected = [5.0, 400, 1.0, 1.0, 50, 5.0, 5.0, 0, 4.0, 4.0]
    for rank in ("0", "1"):
        assert json.loads((tmp_path / rank).read_text()) == expected


def test_a_team_of_one_keeps_its_weights(tmp_path: Path) -> None:
    run_team(1, partial(_meet, folder=tmp_path, tokens=((300, 100),)))
    assert json.loads((tmp_path / "0").read_text()) == [5.0, 300, 0.0, 0.0]


def _fail(team: Team) -> None:
    if team.rank == 1:
        raise ValueError("no pair to train on")


def test_a_fault_of_one_member_is_raised(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no pair to train on"):
        run_team(2, _fail)
