"""Where results go: standard output, one file, or a directory with a file for each input.

A file appears whole or not at all, and an older one stays until then.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ..errors import InputError, TarjamaError
from .inputs import STDIN, display_name
from .render import Format, Result, render

_ENDINGS = {Format.TEXT: ".en.txt", Format.SIDE: ".side.txt", Format.JSON: ".en.json", Format.MD: ".en.md"}


def format_of(target: str | None, default: Format) -> Format:
    """Return the format that the name given with ``-o`` asks for, or ``default``."""
    by_suffix = {".json": Format.JSON, ".md": Format.MD}
    return by_suffix.get(Path(target or "").suffix.lower(), default)


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

    Raises ``InputError`` when an input would be overwritten or the place does not exist: before any work is done.
    """
    many = len(inputs) > 1
    if target is None or target == STDIN:
        return _Stdout(form, many)
    path = Path(target)
    if path.is_dir() or target.endswith(("/", os.sep)):
        return _Directory(path, form)
    if any(name != STDIN and Path(name).exists() and path.exists() and path.samefile(name) for name in inputs):
        raise InputError(f"-o {target} is one of the inputs; choose another name")
    if not path.parent.is_dir():
        raise InputError(f"-o {target}: there is no directory {path.parent}")
    return _File(path, form, many)


class _Joined:
    """One result after another as one text: headings between texts, an array for JSON."""

    def __init__(self, form: Format, many: bool) -> None:
        self.form = form
        self.many = many
        self.count = 0

    def add(self, result: Result, width: int, color: bool) -> str:
        self.count += 1
        text = render(result, self.form, width=width, color=color)
        if not self.many:
            return text
        first = self.count == 1
        if self.form is Format.JSON:
            return ("[\n" if first else ",\n") + text.rstrip("\n")
        if self.form is Format.MD:
            return text if first else f"\n{text}"
        return f"{'' if first else chr(10)}==> {result.name} <==\n{text}"

    def end(self) -> str:
        if self.many and self.form is Format.JSON:
            return "\n]\n" if self.count else "[]\n"
        return ""


class _Stdout:
    """Each result at once, as wide as the terminal."""

    def __init__(self, form: Format, many: bool) -> None:
        self._joined = _Joined(form, many)

    @property
    def count(self) -> int:
        return self._joined.count

    def add(self, result: Result) -> None:
        color = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._write(self._joined.add(result, shutil.get_terminal_size((100, 24)).columns, color))

    def close(self) -> None:
        self._write(self._joined.end())

    def _write(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            drop_stdout()
            raise TarjamaError(f"cannot write the result: {error.strerror}") from error


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
            write(self._path, "".join(self._parts) + self._joined.end())


class _Directory:
    """One file for each result, written as soon as it is there."""

    def __init__(self, path: Path, form: Format) -> None:
        self._path = path
        self._form = form
        self._used: set[str] = set()

    @property
    def count(self) -> int:
        return len(self._used)

    def add(self, result: Result) -> None:
        stem = "stdin" if result.name == display_name(STDIN) else Path(result.name).stem
        name, number = stem, 1
        while name in self._used:  # a/news.txt and b/news.txt
            number += 1
            name = f"{stem}-{number}"
        self._used.add(name)
        try:
            self._path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _cannot_write(self._path, error) from error
        write(self._path / (name + _ENDINGS[self._form]), render(result, self._form))

    def close(self) -> None:
        pass


def drop_stdout() -> None:
    """Send what is left for standard output nowhere, so that Python does not complain about it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write(path: Path, text: str) -> None:
    """Write a whole file or none: to a temporary name beside it, then renamed. Line ends are kept.

    Devices and pipes are written directly. Raises ``TarjamaError`` that names the file and the reason.
    """
    path = path.resolve()  # a link stays a link
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    direct = path.exists() and not path.is_file()
    try:
        with open(path if direct else temporary, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        if not direct:
            temporary.replace(path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        if not direct:
            temporary.unlink(missing_ok=True)


def _cannot_write(path: Path, error: OSError) -> TarjamaError:
    advice = "free some space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "choose another place with -o"
    return TarjamaError(f"cannot write {path}: {error.strerror or error}; {advice}")
