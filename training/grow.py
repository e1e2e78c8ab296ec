"""A larger network that begins with what a smaller one knows: wider feed-forward layers.

The new units write zero at first, so that the grown network translates exactly as the small one did and learns on
from there (as Net2Net does with copied units, Chen et al. 2016). What many CPU runs have learnt is not thrown away when
the network has become too small for what there is to learn.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import torch

from .checkpoints import average, last_checkpoints, runs
from .model import new_model
from .recipe import Recipe
from .tokenizer import pad_id

State = dict[str, torch.Tensor]
_FILES = ("corpus.npz", "joint.spm", "vocab.json")  # of a work folder: what a run reads


def grow_runs(work: Path, out: Path, recipe: Recipe) -> Path:
    """Make ``out`` a work folder for a run of ``recipe`` that begins with the mean of all runs of ``work``, grown.

    Each of these runs comes along, grown too, so that means with it can be tried; so do corpus, vocabulary and text
    made from text. Pieces go on being counted, steps and clock begin at zero. Return the first checkpoint.
    Raises ``FileExistsError`` when ``out`` has a run, and ``ValueError`` when the run's network does not fit into the
    recipe's.
    """
    folder = out / "checkpoints"
    if folder.exists():
        raise FileExistsError(f"{folder} holds a run already; choose another folder to grow into")
    (*_, mixture) = runs(work) or last_checkpoints(work, (1,))
    progress = torch.load(mixture[-1][-1], map_location="cpu", weights_only=True)["progress"]
    large = new_model(pad_id(work), recipe).state_dict()
    for number, run in enumerate(mixture, start=1):
        former = out / f"checkpoints-{number}"
        former.mkdir(parents=True)
        torch.save({"model": grow(average([run]), large)}, former / run[-1].name)
    folder.mkdir()
    for name in _FILES:
        shutil.copyfile(work / name, out / name)
    if (work / "extra").is_dir():
        shutil.copytree(work / "extra", out / "extra", dirs_exist_ok=True)
    first = folder / "00000000.pt"
    torch.save({"model": grow(average(mixture), large), "progress": progress | {"step": 0, "seconds": 0.0}}, first)
    return first


def grow(small: State, large: State) -> State:
    """Return the weights ``small`` in the shapes of ``large``, those of an untrained network.

    New units of a feed-forward layer read with the untrained network's weights; what they write weighs zero.
    Raises ``ValueError`` when the two differ in anything but the width of these layers, or ``large`` is narrower.
    """
    if small.keys() != large.keys():
        raise ValueError("the recipe's network has other layers than that of the run: only their width can grow")
    return {name: _widen(weight.float(), large[name], name) for name, weight in small.items()}


def _widen(small: torch.Tensor, large: torch.Tensor, name: str) -> torch.Tensor:
    layer = name.rpartition(".")[0]
    fits = small.shape == large.shape or layer.endswith(("fc1", "fc2"))
    if not fits or any(a > b for a, b in zip(small.shape, large.shape, strict=True)):
        raise ValueError(f"{name} is {tuple(small.shape)} in the run and {tuple(large.shape)} in the recipe")
    grown = torch.zeros_like(large) if layer.endswith("fc2") else large.clone()
    grown[tuple(slice(size) for size in small.shape)] = small
    return grown
