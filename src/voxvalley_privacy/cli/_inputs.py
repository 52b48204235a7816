"""Which files a command reads: those that are named, and those in folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from ..redaction import scrub

__all__ = ["Input", "inputs", "one_file"]


@attrs.frozen
class Input:
    """
    One file to read: its path, its place below an output folder, and its name in messages.

    The name of a file in a folder can be a number, and is then shown treated.
    """

    path: str
    below: str
    shown: str
    is_in_folder: bool = False

    @property
    def is_pipe(self) -> bool:
        """Whether it is standard input."""
        return self.path == "-"

    @property
    def named(self) -> str:
        """Its name in an error; empty for standard input."""
        return "" if self.is_pipe else self.shown


def inputs(paths: Iterable[str], *, without: str | None = None) -> list[Input]:
    """
    Return the files of *paths*, those in folders too, each once.

    Links to folders are not followed. An output folder *without* that lies in one of the folders is
    left out.
    """
    files: dict[str, Input] = {}
    for path in paths:
        for file in _in_folder(path, without) if os.path.isdir(path) else [one_file(path)]:
            files.setdefault(os.path.abspath(file.path), file)
    return list(files.values())


def one_file(path: str) -> Input:
    """Return the file that the user named."""
    return Input(path, os.path.basename(path), path)


def _in_folder(folder: str, without: str | None) -> Iterator[Input]:
    is_inside = without is not None and _is_below(without, folder)

    def refuse(error: OSError) -> None:
        # What cannot be listed was not looked at: the rest must not be called all of it.
        name = _shown(folder, str(error.filename))
        raise OSError(error.errno, f"{name}: {error.strerror}")

    for here, folders, names in os.walk(folder, onerror=refuse):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(here, name)
            below = os.path.relpath(path, folder)
            if not is_inside or not _is_below(path, str(without)):
                yield Input(path, below, _shown(folder, path), is_in_folder=True)


def _shown(folder: str, path: str) -> str:
    return os.path.join(folder, scrub(os.path.relpath(path, folder)))


def _is_below(path: str, folder: str) -> bool:
    return Path(os.path.realpath(folder)) in Path(os.path.realpath(path)).parents
