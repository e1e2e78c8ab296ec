"""Hugging Face directory to CTranslate2 directory, once."""

from __future__ import annotations

import contextlib
import filecmp
import hashlib
import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import ModelError, require
from .card import ModelCard
from .codec import language_code
from .layout import InstalledModel, inspect_directory
from .store import home

_log = logging.getLogger(__name__)
_CONVERTED = ".converted"  # inside the models' folder: conversions of directories that were given by path


def convert(source: Path, target: Path, card: ModelCard, quantization: str = "int8") -> None:
    """Convert the Hugging Face model in ``source`` into the new directory ``target``, tokenizer and card included.

    Weights that are tied, the bias of the output layer and the start from a zero embedding are kept by
    CTranslate2's own converter. ``card`` is completed with what the configuration says.

    Raises:
        ModelError: the weights are broken or do not fit the configuration.
        DependencyError: torch and transformers (extra ``hub``) are missing.
    """
    transformers = require("transformers", "hub")
    require("torch", "hub")
    if any((source / name).is_file() for name in ("source.spm", "spiece.model")):
        require("sentencepiece", "hub")
    try:
        with quiet(transformers):
            config = transformers.AutoConfig.from_pretrained(source, local_files_only=True)
            tokenizer = transformers.AutoTokenizer.from_pretrained(source, local_files_only=True)
            _converter(source).convert(str(target), quantization=quantization, force=True)
    except Exception as error:  # a broken file shows itself as any of a dozen exceptions
        line = (str(error).splitlines() or [""])[0][:200]
        raise ModelError(f"{source} cannot be converted ({type(error).__name__}: {line}); copy it again") from error
    _copy_tokenizer(source, target, tokenizer)
    complete_card(card, source, config, tokenizer).write(target)


def converted(model: InstalledModel) -> InstalledModel:
    """The CTranslate2 form of a Hugging Face directory: made at first use and kept in the models' folder.

    A directory whose weights were written since is converted anew.
    """
    place = hashlib.sha256(str(model.directory.resolve()).encode()).hexdigest()[:16]
    target = home() / _CONVERTED / f"{model.directory.resolve().name}-{place}"
    if not _is_newer(target / "model.bin", model.directory):
        card = ModelCard(model.name, model.task, model.licence, model.revision, str(model.directory.resolve()))
        with fresh(target) as partial:
            convert(model.directory, partial, card)
    return replace(inspect_directory(target, model.task), revision=model.revision)


@contextlib.contextmanager
def fresh(target: Path) -> Iterator[Path]:
    """Give a temporary folder beside ``target`` that takes its place at the end, whole or not at all."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    except OSError as error:
        raise ModelError(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def complete_card(card: ModelCard, source: Path, config: Any, tokenizer: Any) -> ModelCard:
    """Add to ``card`` the special pieces and the longest sequence that a transformers configuration states."""
    prefix = language_code(source / "vocab.json")
    specific = (getattr(config, "task_specific_params", None) or {}).get(card.task.value, {})
    if text := specific.get("prefix"):  # T5: "summarize: "
        prefix = tuple(tokenizer.tokenize(text.strip()))  # the text after it brings its own space
    start = getattr(config, "forced_bos_token_id", None)
    if (source / "generation_config.json").is_file() and start is None:
        generation = require("transformers", "hub").GenerationConfig.from_pretrained(source, local_files_only=True)
        start = generation.forced_bos_token_id
    return replace(
        card,
        source_prefix=prefix,
        target_prefix=() if start is None else (tokenizer.convert_ids_to_tokens(start),),
        max_positions=getattr(config, "max_position_embeddings", None) or 512,  # T5 has no limit but its training's
    )


@contextlib.contextmanager
def quiet(transformers: Any) -> Iterator[None]:
    """Keep transformers' progress bars and advice off the terminal."""
    logging = transformers.utils.logging
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


# Where CTranslate2 reads the place of layer norms: in the hub's configurations, but not in new ones.
_NORMS = {"bart": (False, True), "pegasus": (True, False)}


def _converter(source: Path) -> Any:
    from ctranslate2.converters import TransformersConverter

    class LocalConverter(TransformersConverter):  # type: ignore[misc]
        """Loads from ``source`` only, and completes configurations that were written by transformers 5."""

        def load_model(self, model_class: Any, name: str, **settings: Any) -> Any:
            config = settings["config"]
            before, embedding = _NORMS.get(config.model_type, (False, False))
            config.normalize_before = getattr(config, "normalize_before", before)
            config.normalize_embedding = getattr(config, "normalize_embedding", embedding)
            model = model_class.from_pretrained(name, local_files_only=True, **settings)
            if config.model_type == "marian" and model.get_input_embeddings().weight[-1].abs().max() > 0:
                _log.warning(
                    "%s: the embedding of <pad>, from which decoding starts, is not zero as Marian's is: outputs may "
                    "differ a little from those of transformers",
                    name,
                )
            return model

        def load_tokenizer(self, tokenizer_class: Any, name: str, **settings: Any) -> Any:
            return tokenizer_class.from_pretrained(name, local_files_only=True, **settings)

    return LocalConverter(str(source))


def _copy_tokenizer(source: Path, target: Path, tokenizer: Any) -> None:
    spm = [source / "source.spm", source / "target.spm"]
    if all(path.is_file() for path in spm):
        if filecmp.cmp(spm[0], spm[1], shallow=False):
            shutil.copyfile(spm[0], target / "joint.spm")
        else:
            for path in spm:
                shutil.copyfile(path, target / path.name)
        return
    try:
        tokenizer.backend_tokenizer.save(str(target / "tokenizer.json"))
    except AttributeError as error:
        raise ModelError(f"{source} has no fast tokenizer; add its tokenizer.json") from error


def _is_newer(made: Path, source: Path) -> bool:
    weights = [path for pattern in ("*.safetensors", "*.bin", "*.spm", "*.json") for path in source.glob(pattern)]
    return made.is_file() and all(path.stat().st_mtime <= made.stat().st_mtime for path in weights)
