"""One progress bar over all files of a command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

__all__ = ["progress_of_stores", "progress_over", "steps"]


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


@contextmanager
def progress_of_stores(inventory: Any) -> Iterator[None]:
    """Show a bar that moves with each store of an inventory; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("stores", total=len(inventory.targets))

        def move(name: str) -> None:
            bar.update(task, advance=1, description=name)

        inventory.watching.append(move)
        try:
            yield
        finally:
            inventory.watching.remove(move)


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
