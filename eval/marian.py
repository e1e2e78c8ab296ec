"""The embedded weights as Hugging Face's ``MarianMTModel``, for comparing speed on the same weights.

The package carries the weights once, in CTranslate2's format; its ``model.bin`` (binary version 6, layout in
ctranslate2/specs/model_spec.py) is read back here and the int8 matrices are multiplied out to float32.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ModelError, require

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Arrays = dict[str, npt.NDArray[np.generic]]

_BINARY_VERSION = 6
_DTYPES = ("float32", "int8", "int16", "int32", "float16")  # the order of CTranslate2's enumeration
_ACTIVATIONS = {0: "relu", 2: "swish"}  # those of Marian models


def read_arrays(path: Path) -> Arrays:
    """Return every array of a ``model.bin`` by name, aliases included. Raises ``ModelError`` for other versions."""
    import numpy as np

    data = path.read_bytes()
    offset = 0

    def take(form: str) -> Any:
        nonlocal offset
        (value,) = struct.unpack_from(f"<{form}", data, offset)
        offset += struct.calcsize(f"<{form}")
        return value

    def text() -> str:
        nonlocal offset
        length = take("H")  # with the closing zero
        offset += length
        return data[offset - length : offset - 1].decode()

    if (version := take("I")) != _BINARY_VERSION:
        raise ModelError(f"{path}: binary version {version}; only {_BINARY_VERSION} can be read back")
    text(), take("I")  # name and revision of the specification
    arrays: Arrays = {}
    for _ in range(take("I")):
        name = text()
        shape = [take("I") for _ in range(take("B"))]
        dtype = np.dtype(_DTYPES[take("B")])
        size = take("I")
        arrays[name] = np.frombuffer(data, dtype, size // dtype.itemsize, offset).reshape(shape)
        offset += size
    for _ in range(take("I")):
        alias = text()
        arrays[alias] = arrays[text()]
    return arrays


def load_marian(directory: Path) -> Any:
    """Return a ``MarianMTModel`` with the weights of a converted model.

    ``<pad>`` becomes the last piece, as in every Marian model on the hub: it starts the decoder with a zero
    embedding and is never predicted. Raises ``DependencyError`` without torch and transformers.
    """
    torch, transformers = require("torch", "hub"), require("transformers", "hub")
    arrays = read_arrays(directory / "model.bin")
    weights = {name: torch.from_numpy(_plain(name, arrays)) for name in arrays if not name.endswith("_scale")}
    pieces = json.loads((directory / "shared_vocabulary.json").read_text(encoding="utf-8"))
    config = transformers.MarianConfig(**_shape(weights), **_specials(pieces))
    model = transformers.MarianMTModel(config)
    never = [len(pieces), pieces.index("<unk>")]  # as CTranslate2 does with disable_unk
    model.generation_config = transformers.GenerationConfig(suppress_tokens=never, **_specials(pieces))
    state = dict(_layers(weights, config))
    embeddings = weights["decoder/embeddings/weight"]
    state["model.shared.weight"] = torch.cat([embeddings, torch.zeros_like(embeddings[:1])])
    bias = weights.get("decoder/projection/bias", torch.zeros(len(pieces)))
    state["final_logits_bias"] = torch.cat([bias, torch.tensor([-1e4])])[None]
    missing, unexpected = model.load_state_dict(state, strict=False)
    absent = [name for name in missing if "embed_" not in name and name != "lm_head.weight"]  # tied or computed
    if absent or unexpected:
        raise ModelError(f"{directory}: not a plain Marian model ({', '.join([*absent, *unexpected][:3])})")
    model.tie_weights()
    return model.eval()


def _plain(name: str, arrays: Arrays) -> npt.NDArray[np.float32]:
    """Return an array as float32: quantised rows are divided by their scale."""
    import numpy as np

    value = arrays[name].astype(np.float32)
    scale = arrays.get(f"{name}_scale")
    return value / scale.astype(np.float32)[:, None] if scale is not None else value


def _shape(weights: dict[str, Any]) -> dict[str, Any]:
    vocabulary, size = weights["decoder/embeddings/weight"].shape
    shape: dict[str, Any] = {
        "vocab_size": vocabulary + 1,
        "d_model": size,
        "scale_embedding": float(weights["encoder/scale_embeddings"]) > 1,
        "activation_function": _ACTIVATIONS[int(weights["encoder/activation"])],
        "max_position_embeddings": len(weights["decoder/position_encodings/encodings"]),
        "tie_word_embeddings": True,
    }
    for side in ("encoder", "decoder"):
        layers = {name.split("/")[1] for name in weights if name.startswith(f"{side}/layer_")}
        shape |= {
            f"{side}_layers": len(layers),
            f"{side}_attention_heads": int(weights[f"{side}/num_heads"]),
            f"{side}_ffn_dim": len(weights[f"{side}/layer_0/ffn/linear_0/bias"]),
        }
    return shape


def _specials(pieces: list[str]) -> dict[str, int]:
    pad, end = len(pieces), pieces.index("</s>")
    return {"pad_token_id": pad, "decoder_start_token_id": pad, "eos_token_id": end, "forced_eos_token_id": end}


def _layers(weights: dict[str, Any], config: Any) -> Any:
    """Yield (name, tensor) of every layer; CTranslate2 keeps query, key and value in one matrix."""
    for side, layers in (("encoder", config.encoder_layers), ("decoder", config.decoder_layers)):
        attentions = {"self_attention": "self_attn", "attention": "encoder_attn"}
        if side == "encoder":
            del attentions["attention"]
        for layer in range(layers):
            ours, theirs = f"{side}/layer_{layer}", f"model.{side}.layers.{layer}"
            for kind in ("weight", "bias"):
                for attention, name in attentions.items():
                    parts = [weights[key] for key in _numbered(weights, f"{ours}/{attention}/linear_", kind)]
                    *inputs, output = parts
                    split = [piece for part in inputs for piece in part.split(config.d_model)]
                    for projection, value in zip("qkv", split, strict=True):
                        yield f"{theirs}.{name}.{projection}_proj.{kind}", value
                    yield f"{theirs}.{name}.out_proj.{kind}", output
                for number in (0, 1):
                    yield f"{theirs}.fc{number + 1}.{kind}", weights[f"{ours}/ffn/linear_{number}/{kind}"]
            for block, name in (*attentions.items(), ("ffn", "final")):
                for kind, greek in (("weight", "gamma"), ("bias", "beta")):
                    yield f"{theirs}.{name}_layer_norm.{kind}", weights[f"{ours}/{block}/layer_norm/{greek}"]


def _numbered(weights: dict[str, Any], prefix: str, kind: str) -> list[str]:
    return sorted(name for name in weights if name.startswith(prefix) and name.endswith(f"/{kind}"))
