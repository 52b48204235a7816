"""One progress bar over all files of a command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

__all__ = ["progress_over", "steps"]


class _Sized(Protocol):
    """A file by its path."""

    @property
    def path(self) -> str: ...


@contextmanager
def progress_over(files: Iterable[_Sized]) -> Iterator[Callable[[int], object] | None]:
    """Show one bar for all files; each call adds bytes. None where nobody looks."""
    sizes = [os.path.getsize(file.path) for file in files if os.path.isfile(file.path)]
    if not sys.stderr.isatty() or not sum(sizes):
        yield None
        return
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=sum(sizes))
        yield lambda more: bar.advance(task, more)


def steps(add: Callable[[int], object] | None) -> Callable[[int], object] | None:
    """Turn positions in one file into steps of the bar over all."""
    if add is None:
        return None
    before = 0

    def move(position: int) -> None:
        nonlocal before
        add(position - before)
        before = position

    return move
