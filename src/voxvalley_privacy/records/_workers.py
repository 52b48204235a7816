"""Do the same work on many batches, here or in worker processes, results in order."""

from __future__ import annotations

import contextlib
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import ConfigurationError, NotPicklable

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

__all__ = ["in_order"]

_AHEAD = 2  # batches that are in a worker: the one that it works on, and the next

T = TypeVar("T")
R = TypeVar("R")


def in_order(batches: Iterable[T], work: Callable[[T], R], *, jobs: int) -> Iterator[R]:
    """
    Yield `work(batch)` for each batch, in order.

    With more than one job each worker holds at most two batches and one result, so memory stays
    bounded.

    Raises:
        voxvalley_privacy.ConfigurationError: If *work* cannot be pickled.

        ChildProcessError: If a worker ends before its work is done.
    """
    return map(work, batches) if jobs == 1 else _in_workers(batches, _pickled(work), jobs)


def _pickled(work: Callable[[T], R]) -> bytes:
    try:
        return pickle.dumps(work)
    except NotPicklable:
        problem = (
            "its keys were not loaded by reference: use KeyRing.from_env() or KeyRing.from_file()"
        )
    except Exception:  # the cause may hold a value
        problem = "something in it cannot be pickled"
    raise ConfigurationError(
        f"This redactor cannot be sent to worker processes; {problem}, or 'jobs=1'."
    )


def _in_workers(batches: Iterable[T], work: bytes, jobs: int) -> Iterator[R]:
    from multiprocessing import get_context

    # spawn, not fork: a forked copy of a program with threads or open stores is not safe to run.
    context = get_context("spawn")
    workers: list[tuple[SpawnProcess, Connection]] = []
    try:
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, work), daemon=True)
            process.start()
            theirs.close()
            workers.append((process, ours))
        yield from _dealt(batches, [ours for _, ours in workers])
    except (EOFError, BrokenPipeError, ConnectionResetError):
        lost = True
    else:
        lost = False
    finally:
        for process, ours in workers:
            ours.close()
            process.terminate()
            process.join()
    if lost:
        raise ChildProcessError(
            "A worker process ended before its work was done; no output was written."
        )


def _dealt(batches: Iterable[T], pipes: list[Connection]) -> Iterator[R]:
    """
    Send batches to the workers in turn and take results back in the same turn.

    While one batch is worked on the next lies ready in the same worker: it does not wait while a
    result is written and a batch is read and parsed here.
    """
    turns = cycle(pipes)
    busy: deque[Connection] = deque()
    for batch in batches:
        if len(busy) == _AHEAD * len(pipes):
            # The oldest result is of the worker whose turn it is.
            yield busy.popleft().recv()
        pipe = next(turns)
        pipe.send((batch,))
        busy.append(pipe)
    for pipe in pipes:
        pipe.send(None)
    while busy:
        yield busy.popleft().recv()


def _serve(pipe: Connection, pickled: bytes) -> None:
    # An interrupt is the parent's to handle; a traceback from here could show a record.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(Exception):
        tasks: SimpleQueue[tuple[Any] | None] = SimpleQueue()
        Thread(target=_receive, args=(pipe, tasks), daemon=True).start()
        work = pickle.loads(pickled)  # noqa: S301 - made by the parent
        while (task := tasks.get()) is not None:
            pipe.send(work(*task))


def _receive(pipe: Connection, tasks: SimpleQueue[tuple[Any] | None]) -> None:
    """Take tasks as they come, so that the parent never waits until one is begun."""
    task: tuple[Any] | None = (None,)
    while task is not None:
        try:
            task = pipe.recv()
        except Exception:  # the parent is gone
            task = None
        tasks.put(task)
