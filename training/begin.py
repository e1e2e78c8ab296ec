"""A run that begins with a finished model: the int8 weights of CTranslate2, back in the network that they came from.

Checkpoints are large and stay where they were made; the weights in this repository are enough to train on from. What
rounding to int8 costs is regained in the first steps (RESULTS.md, run 9).
"""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from .model import NEVER, new_model
from .recipe import Recipe
from .train import Progress

Array = npt.NDArray[np.generic]
_VERSION = 6  # of CTranslate2's file; specs/model_spec.py there writes it
_TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)  # by the number that stands for each


def begin(weights: Path, work: Path, recipe: Recipe) -> Path:
    """Write the tokenizer of ``weights``, a folder like ``models/weights/ar-en``, and a first checkpoint to ``work``.

    Return the checkpoint. The finished weights count as a run before this one, so that means with them are tried.
    ``corpus`` has to follow, without ``tokenizer`` before it. Raises ``FileExistsError`` when there is a run in
    ``work``, and ``ValueError`` when the recipe's network is of another shape.
    """
    checkpoints, former = work / "checkpoints", work / "checkpoints-1"
    if any(checkpoints.glob("*.pt")):
        raise FileExistsError(f"{checkpoints} holds a run already; choose another folder to begin in")
    pieces = json.loads((weights / "shared_vocabulary.json").read_text(encoding="utf-8"))
    model = new_model(len(pieces), recipe)
    state = model.state_dict()
    finished = dict(marian_weights(read_variables(weights / "model.bin")))
    if {name: value.shape for name, value in (state | finished).items()} != {n: v.shape for n, v in state.items()}:
        raise ValueError(f"{weights} does not fit into the recipe's network; choose the recipe that it was made by")
    model.load_state_dict(state | finished)
    for folder in (checkpoints, former):
        folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(weights / "joint.spm", work / "joint.spm")
    vocabulary = {piece: number for number, piece in enumerate([*pieces, "<pad>"])}
    (work / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False, indent=0), encoding="utf-8")
    first = checkpoints / f"{0:08d}.pt"
    torch.save({"model": model.state_dict(), "progress": vars(Progress())}, first)
    shutil.copyfile(first, former / first.name)
    return first


def read_variables(path: Path) -> dict[str, Array]:
    """Return the arrays of CTranslate2's ``model.bin`` by name, as they are stored."""
    with path.open("rb") as file:
        (version,) = _unpack("I", file)
        if version != _VERSION:
            raise ValueError(f"{path} is of version {version} of CTranslate2's format; only {_VERSION} can be read")
        _text(file)
        _, count = _unpack("II", file)
        variables: dict[str, Array] = {}
        for _ in range(count):
            name = _text(file)
            (rank,) = _unpack("B", file)
            shape = _unpack(f"{rank}I", file)
            kind, size = _unpack("=BI", file)
            variables[name] = np.frombuffer(file.read(size), dtype=_TYPES[kind]).reshape(shape)
        (aliases,) = _unpack("I", file)
        for _ in range(aliases):
            alias = _text(file)
            variables[alias] = variables[_text(file)]
    return variables


def _unpack(form: str, file: IO[bytes]) -> tuple[int, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))


def _text(file: IO[bytes]) -> str:
    (length,) = _unpack("H", file)
    return file.read(length)[:-1].decode()


def marian_weights(variables: dict[str, Array]) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield (name, weights) as ``MarianMTModel`` has them, float32, from the arrays of a converted model."""

    def stored(name: str) -> torch.Tensor:
        value = variables[name].astype(np.float32)
        if f"{name}_scale" in variables:
            value = value / variables[f"{name}_scale"].astype(np.float32)[:, None]
        return torch.from_numpy(value)

    def linear(source: str, *targets: str) -> Iterator[tuple[str, torch.Tensor]]:
        for part in ("weight", "bias"):
            for target, value in zip(targets, stored(f"{source}/{part}").chunk(len(targets)), strict=True):
                yield f"{target}.{part}", value

    def norm(source: str, target: str) -> Iterator[tuple[str, torch.Tensor]]:
        yield f"{target}.weight", stored(f"{source}/gamma")
        yield f"{target}.bias", stored(f"{source}/beta")

    # <pad>, the last piece, is not in a finished model: its embedding is zero, and it is never predicted.
    embeddings = functional.pad(stored("decoder/embeddings/weight"), (0, 0, 0, 1))
    for name in ("model.shared", "model.encoder.embed_tokens", "model.decoder.embed_tokens", "lm_head"):
        yield f"{name}.weight", embeddings
    yield "final_logits_bias", functional.pad(stored("decoder/projection/bias"), (0, 1), value=NEVER)[None]
    for side in ("encoder", "decoder"):
        layers = 1 + max(int(name.split("/")[1][6:]) for name in variables if name.startswith(f"{side}/layer_"))
        for number in range(layers):
            source, target = f"{side}/layer_{number}", f"model.{side}.layers.{number}"
            own = f"{target}.self_attn"
            yield from linear(f"{source}/self_attention/linear_0", f"{own}.q_proj", f"{own}.k_proj", f"{own}.v_proj")
            yield from linear(f"{source}/self_attention/linear_1", f"{own}.out_proj")
            yield from norm(f"{source}/self_attention/layer_norm", f"{own}_layer_norm")
            if side == "decoder":
                cross = f"{target}.encoder_attn"
                yield from linear(f"{source}/attention/linear_0", f"{cross}.q_proj")
                yield from linear(f"{source}/attention/linear_1", f"{cross}.k_proj", f"{cross}.v_proj")
                yield from linear(f"{source}/attention/linear_2", f"{cross}.out_proj")
                yield from norm(f"{source}/attention/layer_norm", f"{cross}_layer_norm")
            yield from linear(f"{source}/ffn/linear_0", f"{target}.fc1")
            yield from linear(f"{source}/ffn/linear_1", f"{target}.fc2")
            yield from norm(f"{source}/ffn/layer_norm", f"{target}.final_layer_norm")
