"""Do the same work on many batches, here or in worker processes, results in order."""

from __future__ import annotations

import contextlib
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from ..errors import ConfigurationError, NotPicklable

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

__all__ = ["in_order"]

T = TypeVar("T")
R = TypeVar("R")


def in_order(batches: Iterable[T], work: Callable[[T], R], *, jobs: int) -> Iterator[R]:
    """
    Yield `work(batch)` for each batch, in order.

    With more than one job each worker holds one batch and one result, so memory stays bounded.

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

    A worker takes its next batch before it sends the result of the last, so neither side waits for
    the other to read.
    """
    busy: deque[Connection] = deque()
    idle = deque(pipes)
    for batch in batches:
        if idle:
            pipe = idle.popleft()
            pipe.send((batch,))
        else:
            pipe = busy.popleft()
            pipe.send((batch,))
            yield pipe.recv()
        busy.append(pipe)
    for pipe in busy:
        pipe.send(None)
        yield pipe.recv()


def _serve(pipe: Connection, pickled: bytes) -> None:
    # An interrupt is the parent's to handle; a traceback from here could show a record.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(Exception):
        work = pickle.loads(pickled)  # noqa: S301 - made by the parent
        task = pipe.recv()
        while task is not None:
            result = work(*task)
            task = pipe.recv()
            pipe.send(result)
