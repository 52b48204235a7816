"""A local file for withdrawals that the store could not take: on the disk at once, read by every check, replayed later."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock

import attrs

from ..errors import StoreCorrupt
from ..stores import Draft

try:
    import fcntl
except (
    ImportError
):  # pragma: no cover - not on Windows, where threads of one process still take turns
    fcntl = None  # type: ignore[assignment]  # tested for below

__all__ = ["Journal"]


class Journal:
    """
    Keep drafts until they are replayed.

    Args:
        path: The file, or None to keep them in memory only. Processes that share a store share the file.
    """

    def __init__(self, path: Path | None, /) -> None:
        self._path = path
        self._lock = Lock()
        self._memory: list[Draft] = []
        self._cached: tuple[tuple[int, int, int], tuple[Draft, ...]] = ((0, 0, 0), ())

    def add(self, draft: Draft, /) -> bool:
        """Keep *draft*; tell whether it is on the disk, and not only in memory."""
        if self._path is not None:
            line = (json.dumps(attrs.asdict(draft), default=datetime.isoformat) + "\n").encode()
            try:
                with self._held() as handle:
                    assert handle is not None
                    _append(handle, line)
            except OSError:
                pass
            else:
                return True
        self._memory.append(draft)
        return False

    def pending(self) -> tuple[Draft, ...]:
        """
        Return what waits; two system calls when nothing does.

        Raises:
            voxvalley_privacy.StoreCorrupt: If the file cannot be read: it may hold any withdrawal.
        """
        return (*self._in_file(), *self._memory)

    @contextmanager
    def replaying(self) -> Iterator[tuple[Draft, ...]]:
        """Hold the journal while its drafts are stored; forget them if that went well."""
        if not self.pending():
            yield ()
            return
        with self._held() as handle:
            drafts = self.pending()
            yield drafts
            if handle is not None:
                os.ftruncate(handle, 0)
                os.fsync(handle)
            self._memory = [draft for draft in self._memory if draft not in drafts]

    def _in_file(self) -> tuple[Draft, ...]:
        if self._path is None:
            return ()
        try:
            state = os.stat(self._path)
        except FileNotFoundError:
            return ()
        except OSError:
            raise StoreCorrupt("The journal of withdrawals cannot be read.") from None
        if not state.st_size:
            return ()
        stamp = (state.st_ino, state.st_size, state.st_mtime_ns)
        if self._cached[0] != stamp:
            self._cached = (stamp, _parse(self._path))
        return self._cached[1]

    @contextmanager
    def _held(self) -> Iterator[int | None]:
        with self._lock:
            if self._path is None:
                yield None
                return
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                if fcntl is not None:
                    fcntl.flock(handle, fcntl.LOCK_EX)
                yield handle
            finally:
                os.close(handle)


def _append(handle: int, line: bytes) -> None:
    data = _read(handle)
    # A last line without its end was never acknowledged.
    end = data.rfind(b"\n") + 1
    if end != len(data):
        os.ftruncate(handle, end)
    os.lseek(handle, end, os.SEEK_SET)
    written = os.write(handle, line)
    if written != len(line):
        os.ftruncate(handle, end)
        raise OSError("The disk is full.")
    os.fsync(handle)


def _read(handle: int) -> bytes:
    os.lseek(handle, 0, os.SEEK_SET)
    parts = []
    while part := os.read(handle, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _parse(path: Path) -> tuple[Draft, ...]:
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
        rows = [json.loads(line) for line in lines]
        return tuple([Draft(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in rows])
    except (OSError, ValueError, TypeError, KeyError):
        pass
    raise StoreCorrupt("The journal of withdrawals cannot be read.")
