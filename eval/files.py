"""Reading other people's files: text lines, and tables through ``datasets``."""

from __future__ import annotations

import csv
import gzip
import lzma
from pathlib import Path
from typing import Any

from ..errors import InputError, require

_SOURCE_NAMES = ("ar", "arabic", "source", "src", "document", "article", "text", "translation.ar", "sentence_arb_Arab")
_REFERENCE_NAMES = (
    *("en", "english", "target", "reference", "ref", "summary", "highlights", "translation.en", "sentence_eng_Latn"),
)
_BUILDERS = {".tsv": "csv", ".csv": "csv", ".jsonl": "json", ".json": "json", ".parquet": "parquet"}
_PACKED = {".xz": lzma.open, ".gz": gzip.open}


def read_lines(path: Path) -> list[str]:
    """Return the lines of a UTF-8 text file. Only line feeds end a line: U+2028 and the like are text."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; convert it first") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    lines = text.split("\n")
    return [line.removesuffix("\r") for line in (lines[:-1] if lines[-1] == "" else lines)]


def read_columns(name: str, source: str, reference: str, split: str) -> tuple[list[str], list[str]]:
    """Return two columns of a table file, a directory or a hub data set, opened by ``datasets``."""
    path = Path(name)
    builder = _BUILDERS.get(Path(path.stem).suffix if path.suffix in _PACKED else path.suffix)
    if path.is_file() and builder is None:
        raise InputError(
            f"{name}: not a table; give a .tsv, .csv, .jsonl, .json or .parquet file, or a text file together with "
            "--reference FILE"
        )
    rows = _file(path, builder) if builder else _folder_or_hub(name, split)
    rows = rows.flatten()
    columns = list(rows.column_names)
    chosen = [
        _column(name, "source", source, columns, _SOURCE_NAMES),
        _column(name, "reference", reference, columns, _REFERENCE_NAMES),
    ]
    if chosen[0] == chosen[1]:
        raise InputError(
            f"{name}: source and reference are the same column {chosen[0]!r}; there are: {', '.join(columns)}"
        )
    sources, references = (["" if value is None else str(value) for value in rows[column]] for column in chosen)
    return sources, references


def _file(path: Path, builder: str) -> Any:
    options: dict[str, Any] = {}
    if builder == "csv":
        separator = "\t" if ".tsv" in path.suffixes else ","
        # In a TSV a quotation mark is a quotation mark.
        quoted = separator == ","
        options = {"sep": separator, "quoting": csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE}
        names = _first_row(path, separator, quoted)
        if not {field.strip().lower() for field in names} & {*_SOURCE_NAMES, *_REFERENCE_NAMES}:
            names = [str(number + 1) for number in range(len(names))]
            options |= {"header": None, "names": names}
        datasets: Any = require("datasets", "eval")
        # Everything is text, or the word NA would be a gap and 3.50 would be 3.5.
        options |= {"features": datasets.Features({name: datasets.Value("string") for name in names})}
        options |= {"keep_default_na": False}
    return _load(str(path), builder, data_files=str(path), split="train", **options)


def _first_row(path: Path, separator: str, quoted: bool) -> list[str]:
    opener: Any = _PACKED.get(path.suffix, open)
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as lines:
            return next(
                csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE), []
            )
    except (OSError, ValueError, lzma.LZMAError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None


def _folder_or_hub(name: str, split: str) -> Any:
    require("datasets", "eval")
    if not Path(name).exists():
        _find_on_hub(name)
    splits = _load(name, name)
    wanted = [split] if split else ["test", "validation", "dev", *splits]
    for candidate in wanted:
        if candidate in splits:
            return splits[candidate]
    raise InputError(f"{name}: has no split {split!r}; there are: {', '.join(splits)}")


def _find_on_hub(name: str) -> None:
    """Raise within seconds when the hub or the data set cannot be reached: ``datasets`` tries for half a minute."""
    hub: Any = require("huggingface_hub", "eval")
    try:
        hub.HfApi().dataset_info(name, timeout=10)
    except hub.errors.RepositoryNotFoundError:
        raise InputError(f"{name}: no such file here and no such data set on the hub") from None
    except Exception as error:  # httpx, OSError, offline mode: one meaning
        raise InputError(
            f"{name}: no such file here, and the hub cannot be reached ({type(error).__name__}); without a network "
            "give a file, or a copy of the data set as a directory"
        ) from None


def _load(shown: str, builder: str, **options: Any) -> Any:
    datasets: Any = require("datasets", "eval")
    from .cache import folder

    datasets.disable_progress_bars()
    datasets.logging.set_verbosity_error()
    try:
        return datasets.load_dataset(builder, cache_dir=str(folder("datasets")), **options)
    except Exception as error:  # every format has its own errors; the first line says what is wrong
        cause: BaseException = error
        while cause.__cause__ is not None:
            cause = cause.__cause__
        reason = (str(cause).splitlines() or [type(cause).__name__])[0]
        raise InputError(f"{shown}: cannot be read as a data set: {reason}") from error


def _column(name: str, side: str, given: str, columns: list[str], usual: tuple[str, ...]) -> str:
    if given:
        if given in columns:
            return given
        raise InputError(f"{name}: has no column {given!r}; there are: {', '.join(columns)}")
    for column in columns:
        if column.lower() in [candidate.lower() for candidate in usual]:
            return column
    if columns == ["1", "2"]:
        return "1" if side == "source" else "2"
    raise InputError(f"{name}: which column is the {side}? give --{side}-column; there are: {', '.join(columns)}")
