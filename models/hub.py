"""The only connection that the program opens by itself: the download of a model that the user asked for."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import ModelError, require

_SECONDS = 8.0  # for the first answer of the hub
_FILES = (
    "config.json",
    "generation_config.json",
    "*.spm",
    "*.model",
    "vocab*.json",
    "target_vocab.json",
    "merges.txt",
    "tokenizer*.json",
    "special_tokens_map.json",
)
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")  # in this order: one of them is enough
_SHARDS = (("model.safetensors.index.json", "model-*.safetensors"), ("pytorch_model.bin.index.json", "*-of-*.bin"))


@dataclass(frozen=True)
class Snapshot:
    """A model's files at one commit of the hub: names and sizes in bytes."""

    repository: str
    commit: str
    licence: str
    files: dict[str, int]

    @property
    def bytes(self) -> int:
        """Size of the whole download."""
        return sum(self.files.values())


def look_up(repository: str, revision: str | None) -> Snapshot:
    """Ask the hub which files the model has. One request, no retries: without a network it fails in seconds.

    Raises:
        ModelError: the hub cannot be reached, or has no such model or no weights in it.
    """
    hub = require("huggingface_hub", "hub")
    try:
        info = hub.HfApi().model_info(repository, revision=revision, files_metadata=True, timeout=_SECONDS)
    except hub.errors.RepositoryNotFoundError as error:
        raise ModelError(f"the hub has no model {repository}, or it is private; check the spelling") from error
    except hub.errors.RevisionNotFoundError as error:
        raise ModelError(f"the hub's model {repository} has no revision {revision}") from error
    except Exception as error:  # httpx, httpx2, requests and OSError, by the version of huggingface_hub
        raise UnreachableError(f"the hub cannot be reached ({_reason(error)})") from error
    sizes = {item.rfilename: item.size or 0 for item in info.siblings or []}
    licence = getattr(info.card_data, "license", None) if info.card_data else None
    return Snapshot(repository, str(info.sha), str(licence or "unknown"), _wanted(repository, sizes))


class UnreachableError(ModelError):
    """There is no network, or the hub does not answer."""


def download(snapshot: Snapshot, target: Path, progress: Callable[[int, int], None]) -> None:
    """Fetch a snapshot into ``target``; what an earlier try left there is taken up. ``progress`` gets (done, total).

    Raises:
        ModelError: the connection was lost or the disk is full; running the same command again goes on from there.
    """
    hub = require("huggingface_hub", "hub")
    counter = _counter(snapshot.bytes, progress)
    try:
        for name in snapshot.files:
            hub.hf_hub_download(
                snapshot.repository, name, revision=snapshot.commit, local_dir=target, tqdm_class=counter
            )
    except Exception as error:
        raise UnreachableError(
            f"the download of {snapshot.repository} stopped ({_reason(error)}); the same command goes on from there"
        ) from error
    progress(snapshot.bytes, snapshot.bytes)


def _wanted(repository: str, sizes: dict[str, int]) -> dict[str, int]:
    weights = next(([name] for name in _WEIGHTS if name in sizes), None)
    if weights is None:
        index, shards = next(((i, s) for i, s in _SHARDS if i in sizes), (None, ""))
        if index is None:
            raise ModelError(f"the hub's model {repository} has neither {' nor '.join(_WEIGHTS)}")
        weights = [index, *fnmatch.filter(sizes, shards)]
    names = [name for name in sizes if any(fnmatch.fnmatchcase(name, pattern) for pattern in _FILES)]
    return {name: sizes[name] for name in [*names, *weights] if "/" not in name}


def _counter(total: int, progress: Callable[[int, int], None]) -> type:
    """What huggingface_hub takes for a tqdm class; adds the bytes of all files up and shows nothing itself."""
    done = 0

    class Counter:
        def __init__(self, *args: object, initial: int = 0, **settings: object) -> None:
            self.update(initial)  # of a file that is taken up

        def __enter__(self) -> Counter:
            return self

        def __exit__(self, *error: object) -> None:
            self.close()

        def update(self, n: float | None = 1) -> None:
            nonlocal done
            done += int(n or 0)
            progress(min(done, total), total)

        def close(self) -> None:
            pass

        # Called for each file with speeds; this counter has no line to show them on.
        def update_transfer(self, n: float | None = 1) -> None:
            pass

        def set_postfix_str(self, postfix: str, refresh: bool = False) -> None:
            pass

        def set_transfer_postfix_str(self, postfix: str, refresh: bool = False) -> None:
            pass

    return Counter


def _reason(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0][:160] or type(error).__name__
