"""Other programs on the same weights: what the bench compares with. Each needs packages of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..errors import require
from .marian import load_marian


def hugging_face_generate(directory: Path, threads: int) -> Callable[[Sequence[list[str]], int], Any]:
    """Return a function that decodes one batch of pieces with ``MarianMTModel.generate`` and a beam.

    ``directory`` is a converted model, whose weights are read back, or a Hugging Face one. Outputs are bounded at
    twice the longest source, as ours are.
    """
    torch, transformers = require("torch", "hub"), require("transformers", "hub")
    torch.set_num_threads(threads)
    if (directory / "model.bin").is_file():
        model = load_marian(directory)
        pieces = json.loads((directory / "shared_vocabulary.json").read_text(encoding="utf-8"))
        ids = {piece: index for index, piece in enumerate(pieces)}
    else:
        model = transformers.MarianMTModel.from_pretrained(directory).eval()
        ids = json.loads((directory / "vocab.json").read_text(encoding="utf-8"))
    pad, unknown = model.config.pad_token_id, ids["<unk>"]

    def generate(sentences: Sequence[list[str]], beam: int) -> Any:
        longest = max(map(len, sentences))
        rows = [[ids.get(piece, unknown) for piece in sentence] for sentence in sentences]
        inputs = torch.tensor([row + [pad] * (longest - len(row)) for row in rows])
        with torch.inference_mode():
            return model.generate(
                input_ids=inputs,
                attention_mask=inputs != pad,
                num_beams=beam,
                do_sample=False,
                max_new_tokens=2 * longest + 14,
            )

    return generate


def argos_translate(directory: Path, folder: Path, threads: int, beam: int) -> Callable[[str], str]:
    """Return argos-translate's function on the weights of a converted model, packaged under ``folder``.

    Sentences are split by us: argos-translate's own splitter wants to download a model. Raises ``DependencyError``.
    """
    translation = _argos(directory, folder, threads, beam).underlying
    return lambda text: str(translation.hypotheses(text, num_hypotheses=1)[0].value)


def libretranslate(directory: Path, folder: Path, threads: int, beam: int) -> Callable[[str], str]:
    """Return LibreTranslate's ``/translate`` on the same package, called without a socket.

    Raises ``DependencyError`` when it is not installed (it pins its packages, so in an environment of its own).
    """
    _argos(directory, folder, threads, beam)
    main: Any = require("libretranslate.main", "bench")
    options = ["--disable-web-ui", "--disable-files-translation", "--req-limit", "-1", "--char-limit", "-1"]
    # It greets on standard output, which is for figures.
    with contextlib.redirect_stdout(sys.stderr):
        client = main.create_app(main.get_parser().parse_args(options)).test_client()

    def translate(text: str) -> str:
        answer = client.post("/translate", json={"q": text, "source": "ar", "target": "en", "format": "text"})
        if answer.status_code != 200:
            raise RuntimeError(f"LibreTranslate answered {answer.status_code}")
        return str(answer.get_json()["translatedText"])

    return translate


class _OurSplitter:
    """Takes the place of argos-translate's sentence splitter."""

    def split_sentences(self, text: str) -> list[str]:
        from ..translate import split

        return [piece.strip() for piece in split(text)]


def _argos(directory: Path, folder: Path, threads: int, beam: int) -> Any:
    """Install a converted model for argos-translate alone in ``folder``; return its Arabic-English translation."""
    # Importing it makes directories in the user's home unless these say otherwise.
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = str(folder / name.lower())
    os.environ |= {
        "ARGOS_PACKAGES_DIR": str(folder / "packages"),
        "ARGOS_INTRA_THREADS": str(threads),
        "ARGOS_INTER_THREADS": "1",
        "ARGOS_DEVICE_TYPE": "cpu",
        "ARGOS_BEAM_SIZE": str(beam),
    }
    # Two of them: with fewer than two packages LibreTranslate goes to the network for more.
    write_argos_package(directory, folder / "packages" / "ar_en", "ar", "en")
    write_argos_package(directory, folder / "packages" / "en_ar", "en", "ar")
    argos: Any = require("argostranslate.translate", "bench")
    arabic = next(language for language in argos.get_installed_languages() if language.code == "ar")
    translation = next(found for found in arabic.translations_from if found.to_lang.code == "en")
    translation.underlying.sentencizer = _OurSplitter()
    return translation


def write_argos_package(directory: Path, package: Path, source: str, target: str) -> None:
    """Write ``metadata.json``, ``sentencepiece.model`` and ``model/``: what an installed argos package holds.

    argos-translate does not append ``</s>``, which Marian models need, so CTranslate2 is told to.
    """
    shutil.copytree(directory, package / "model")
    config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    (package / "model" / "config.json").write_text(json.dumps(config | {"add_source_eos": True}), encoding="utf-8")
    pieces = next(directory / name for name in ("joint.spm", "source.spm") if (directory / name).is_file())
    shutil.copyfile(pieces, package / "sentencepiece.model")
    metadata = {
        "package_version": "1.0",
        "argos_version": "1.9",
        "from_code": source,
        "from_name": source,
        "to_code": target,
        "to_name": target,
        "type": "translate",
    }
    (package / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
