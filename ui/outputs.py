"""Where results go: standard output, one file, or a directory with a file for each input.

A file appears whole or not at all, and an older one stays until then.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from ..errors import InputError, TarjamaError
from ..translate.readers import is_url
from .inputs import STDIN, display_name
from .render import Format, Result, render
from .writers import BINARY, DOCUMENTS, check_installed, document, encode

ENDINGS = {
    Format.TEXT: ".en.txt",
    Format.SIDE: ".side.txt",
    Format.JSON: ".en.json",
    Format.MD: ".en.md",
    Format.HTML: ".en.html",
    Format.DOCX: ".en.docx",
    Format.TMX: ".tmx",
    Format.SRT: ".en.srt",
}
_BY_SUFFIX = {
    ".json": Format.JSON,
    ".md": Format.MD,
    ".markdown": Format.MD,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".docx": Format.DOCX,
    ".tmx": Format.TMX,
    ".srt": Format.SRT,
}
# A text under such a name would open nowhere.
_NOT_WRITTEN = frozenset({".pdf", ".doc", ".odt", ".rtf", ".xlsx", ".pptx", ".epub", ".vtt"})


def format_of(target: str | None, default: Format) -> Format:
    """Return the format that the name given with ``-o`` asks for, or ``default``."""
    return _BY_SUFFIX.get(Path(target or "").suffix.lower(), default)


class OutputError(TarjamaError):
    """A result cannot be written where it was to go: nothing more can be done."""


class Output(Protocol):
    """Takes results one by one, ``count`` so far; ``close`` is called once, also after Ctrl-C."""

    @property
    def count(self) -> int:
        """How many results were added."""
        ...

    def add(self, result: Result) -> None:
        """Take a result."""
        ...

    def close(self) -> None:
        """Finish: nothing is lost that was added."""
        ...


def open_output(target: str | None, inputs: Sequence[str], form: Format) -> Output:
    """Choose the output for ``-o target``. A directory is one that exists, or a name that ends with a slash.

    Raises ``InputError`` when an input would be overwritten, the place does not exist or cannot hold the form: before
    any work is done.
    """
    check_installed(form)
    many = len(inputs) > 1
    if target is None or target == STDIN:
        if form in BINARY and sys.stdout.isatty():
            raise InputError(f"{form} is no text for a terminal; name a file: -o NAME.{form}")
        return _Stdout(form, many)
    path = Path(target)
    if os.path.isdir(path) or target.endswith(("/", os.sep)):
        directory = _Directory(path, form)
        for name in inputs:
            if _is_input(written := directory.place(name), inputs):
                raise InputError(f"-o {target}: {written} is one of the inputs; choose another directory")
        return directory
    if form in (Format.TEXT, Format.SIDE) and path.suffix.lower() in _NOT_WRITTEN:
        known = ", ".join(sorted({".txt", *_BY_SUFFIX}))
        raise InputError(f"-o {target}: {path.suffix} files are not written; {known} are")
    if form is Format.SRT and many:
        raise InputError(f"-o {target}: one SRT file holds one translation; name a directory (NAME/) for several")
    if _is_input(path, inputs):
        raise InputError(f"-o {target} is one of the inputs; choose another name")
    if not os.path.isdir(path.parent):
        raise InputError(f"-o {target}: there is no directory {path.parent}")
    return _File(path, form, many)


def _is_input(path: Path, inputs: Sequence[str]) -> bool:
    """Whether writing to ``path`` would overwrite an input. ``os.path`` takes what cannot be looked at as absent."""
    if not os.path.exists(path):
        return False
    return any(name != STDIN and os.path.exists(name) and os.path.samefile(path, name) for name in inputs)


class _Joined:
    """Several results as one: headings between texts, an array for JSON, one document for the forms that are one."""

    def __init__(self, form: Format, many: bool) -> None:
        self.form = form
        self.many = many
        self.count = 0
        self._results: list[Result] = []

    def add(self, result: Result, width: int, color: bool) -> str:
        self.count += 1
        if self.form in DOCUMENTS:
            self._results.append(result)
            return ""
        text = render(result, self.form, width=width, color=color)
        if not self.many:
            return text
        first = self.count == 1
        if self.form is Format.JSON:
            return ("[\n" if first else ",\n") + text.rstrip("\n")
        if self.form is Format.MD:
            return text if first else f"\n{text}"
        return f"{'' if first else chr(10)}==> {result.name} <==\n{text}"

    def end(self) -> bytes:
        if self._results:
            return document(self._results, self.form)
        if self.many and self.form is Format.JSON:
            return b"\n]\n" if self.count else b"[]\n"
        return b""


class _Stdout:
    """Each result at once, as wide as the terminal; a document at the end."""

    def __init__(self, form: Format, many: bool) -> None:
        self._joined = _Joined(form, many)

    @property
    def count(self) -> int:
        return self._joined.count

    def add(self, result: Result) -> None:
        color = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._write(self._joined.add(result, shutil.get_terminal_size((100, 24)).columns, color))

    def close(self) -> None:
        data = self._joined.end()
        self._write(data if self._joined.form in BINARY else data.decode())

    def _write(self, data: str | bytes) -> None:
        try:
            if isinstance(data, bytes):
                sys.stdout.buffer.write(data)
            else:
                sys.stdout.write(data)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            drop_stdout()
            raise OutputError(f"cannot write the result: {error.strerror}") from error


class _File:
    """All results in one file, written at the end."""

    def __init__(self, path: Path, form: Format, many: bool) -> None:
        self._path = path
        self._joined = _Joined(form, many)
        self._parts: list[str] = []

    @property
    def count(self) -> int:
        return self._joined.count

    def add(self, result: Result) -> None:
        self._parts.append(self._joined.add(result, 100, False))

    def close(self) -> None:
        if self.count:  # when every input failed, an older result stays
            write(self._path, "".join(self._parts).encode() + self._joined.end())


class _Directory:
    """One file for each result, written as soon as it is there."""

    def __init__(self, path: Path, form: Format) -> None:
        self._path = path
        self._form = form
        self._used: set[Path] = set()

    @property
    def count(self) -> int:
        return len(self._used)

    def place(self, name: str, number: int = 1) -> Path:
        """Return where the result of an input goes; ``number`` counts inputs of one name, a/news.txt and b/news.txt."""
        stem = "stdin" if name in (STDIN, display_name(STDIN)) else file_stem(name, "page")
        return self._path / f"{stem}{f'-{number}' if number > 1 else ''}{ENDINGS[self._form]}"

    def add(self, result: Result) -> None:
        path = next(path for number in count(1) if (path := self.place(result.name, number)) not in self._used)
        self._used.add(path)
        try:
            self._path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _cannot_write(self._path, error) from error
        write(path, encode(result, self._form))

    def close(self) -> None:
        pass


def file_stem(name: str, default: str) -> str:
    """Return the name of a file without its suffix, or as much of an address as a file's name can hold."""
    if not is_url(name):
        return Path(name).stem or default
    parts = urlsplit(name)
    return re.sub(r"[^\w.-]+", "-", Path(parts.path).stem or parts.hostname or "").strip("-.")[:80] or default


def drop_stdout() -> None:
    """Send what is left for standard output nowhere, so that Python does not complain about it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write(path: Path, data: bytes) -> None:
    """Write a whole file or none: to a temporary name beside it, then renamed.

    Devices and pipes are written directly. Raises ``OutputError`` that names the file and the reason.
    """
    path = path.resolve()  # a link stays a link
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    direct = path.exists() and not path.is_file()
    try:
        with open(path if direct else temporary, "wb") as file:
            file.write(data)
        if not direct:
            temporary.replace(path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        if not direct:
            temporary.unlink(missing_ok=True)


def _cannot_write(path: Path, error: OSError) -> OutputError:
    advice = "free some space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "choose another place with -o"
    return OutputError(f"cannot write {path}: {error.strerror or error}; {advice}")
