"""A log that is still written: read as it grows, through rotation and truncation."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import IO

import attrs

from ..redaction import Redactor
from ._border import Tally
from ._frames import StreamReport
from ._line_format import Format, format_named, guess_log
from ._log_blocks import start_of_last
from ._log_lines import LogLines

__all__ = ["redact_growing"]

_BLOCK = 1 << 16
_LONGEST = 8 << 20  # bytes of a line that does not end


def redact_growing(
    src: str | os.PathLike[str],
    dst: IO[bytes],
    redact: Redactor,
    /,
    *,
    format: str | Format | None = None,  # noqa: A002 - what everybody calls it
    wait: float = 0.25,
    stop: Callable[[], bool] = lambda: False,
) -> StreamReport:
    """
    Treat a log as it grows, until *stop* says so; like `tail -F` from its first line.

    A log that was rotated is read to its end, and then the new one from its start; one that was
    truncated is read from its start. Each line is written once it has ended, and an entry of
    several lines once the next has begun or nothing came for two rounds.

    Args:
        src: The path of the log; it may not exist yet.

        dst: Where the lines go; it is flushed after each round.

        redact: A `voxvalley_privacy.Redactor`.

        format: As for `redact_log()`. Default: told from the lines that are there first.

        wait: Seconds between two looks at the file, more than 0.

        stop: Asked in each round; the rest of the file is read before the end.

    Returns:
        The counts, lines out always equal to lines in.
    """
    named = None if format is None else format_named(format)
    total = Tally()
    entries = _entries(_chunks(os.fspath(src), wait, stop), named)
    first = next(entries, b"")
    log = named or _told(first)
    work = LogLines.of(redact, log)
    for block in chain((first,), entries):
        data, tally = work(block)
        dst.write(data)
        dst.flush()
        total.add(tally)
    return StreamReport(
        records_in=total.records_in,
        records_out=total.records_out,
        marked=dict(total.marked),
        faults=dict(total.faults),
        format="text" if log is None else log.name,
        layouts=dict(total.layouts),
    )


def _told(block: bytes) -> Format | None:
    name = guess_log(block)
    return None if name is None else format_named(name)


@attrs.define
class _Tail:
    """The file that has the path now, and how far it was read."""

    path: str
    file: IO[bytes] | None = None

    def read(self) -> bytes:
        """Return what was written since; of a new or truncated file, from its start."""
        if self.file is None:
            self.file = self._open()
        if self.file is None:
            return b""
        if os.fstat(self.file.fileno()).st_size < self.file.tell():
            self.file.seek(0)
        return self.file.read(_BLOCK)

    def is_replaced(self) -> bool:
        """Whether another file has the path now."""
        if self.file is None:
            return False
        try:
            now = os.stat(self.path)
        except OSError:
            return False
        return not os.path.samestat(now, os.fstat(self.file.fileno()))

    def close(self) -> None:
        """Close the file."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def _open(self) -> IO[bytes] | None:
        try:
            return open(self.path, "rb", buffering=0)
        except FileNotFoundError:
            return None


def _chunks(path: str, wait: float, stop: Callable[[], bool]) -> Iterator[bytes | None]:
    """Yield what is written to a file; once a round b"" where nothing was; None between two."""
    tail = _Tail(path)
    try:
        while True:
            ending = stop()
            if chunk := tail.read():
                yield chunk
            elif tail.is_replaced():
                # What was written between the two looks comes first.
                yield tail.read()
                tail.close()
                yield None
            elif ending:
                return
            else:
                yield b""
                time.sleep(wait)
    finally:
        tail.close()


def _entries(chunks: Iterator[bytes | None], log: Format | None) -> Iterator[bytes]:
    """Yield whole lines, and entries of several lines whole."""
    held = b""
    idle = 0
    for chunk in chunks:
        idle = 0 if chunk else idle + 1
        is_cut = chunk is None and held and not held.endswith(b"\n")
        # The old file may not have ended its last line.
        held += b"\n" if is_cut else chunk or b""
        end = held.rfind(b"\n") + 1
        if len(held) - end > _LONGEST:
            held, end = held[: end + _LONGEST] + b"\n", end + _LONGEST + 1
        cut = end if idle >= 2 else min(end, start_of_last(held[:end], log))
        if cut:
            yield held[:cut]
            held = held[cut:]
    if held:
        yield held
