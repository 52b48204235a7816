"""A local file for withdrawals that the store could not take: read by checks, replayed later."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import attrs

from ..errors import StoreCorrupt
from ..stores import Draft

try:
    import fcntl
except ImportError:  # pragma: no cover - on Windows threads of one process still take turns
    fcntl = None  # type: ignore[assignment]  # tested for below

__all__ = ["Journal"]


@attrs.frozen
class _Seen:
    """
    Remember a journal's file as it was when it was last read.

    Args:
        stamp: Inode, size and time of the file.

        end: Where its last whole line ended.

        last: That line; it holds a mac, so that no other file has it in the same place.

        drafts: All of it.
    """

    stamp: tuple[int, int, int] = (0, 0, 0)
    end: int = 0
    last: bytes = b""
    drafts: tuple[Draft, ...] = ()


class Journal:
    """
    Keep drafts until they are replayed.

    Args:
        path: The file, or None to keep them in memory only. Processes that share a store share the
            file.

        keys: Mac keys by key id: a line that was not written with one of them counts as damage.

        active: The id of the key that new lines are written with.

        kinds: The kinds of events that it may hold: those that only take away, so that no damage
            and no forgery can make a permission of a line.
    """

    def __init__(
        self,
        path: Path | None,
        /,
        *,
        keys: Mapping[str, bytes],
        active: str,
        kinds: Collection[str],
    ) -> None:
        self._kinds = kinds
        self._path = path
        self._keys = keys
        self._active = active
        self._lock = Lock()
        self._memory: list[Draft] = []
        self._seen = _Seen()

    @property
    def is_durable(self) -> bool:
        """Whether it is a file, and survives the process."""
        return self._path is not None

    def add(self, draft: Draft, /) -> bool:
        """Keep *draft*; say whether it is on the disk, and not only in memory."""
        if self._path is not None:
            line = _to_line(draft, self._active, self._keys[self._active])
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
            waiting = tuple(self._memory)
            yield (*self._in_file(), *waiting)
            if handle is not None:
                os.ftruncate(handle, 0)
                os.fsync(handle)
            # Others may have added some meanwhile, behind these.
            del self._memory[: len(waiting)]

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
        seen = self._seen
        if seen.stamp != stamp:
            seen = self._seen = self._read_on(self._path, stamp, seen)
        return seen.drafts

    def _read_on(self, path: Path, stamp: tuple[int, int, int], seen: _Seen) -> _Seen:
        """Read the lines that were added, or all of them if those before are not as they were."""
        try:
            with path.open("rb") as file:
                if stamp[0] != seen.stamp[0] or not _still_holds(file, seen):
                    seen = _Seen()
                file.seek(seen.end)
                added = file.read()
            lines = added[: added.rfind(b"\n") + 1].splitlines(keepends=True)
            drafts = [_from_line(line, self._keys, self._kinds) for line in lines]
        except (OSError, ValueError, TypeError, KeyError):
            pass
        else:
            end = seen.end + sum(map(len, lines))
            last = lines[-1] if lines else seen.last
            return _Seen(stamp, end, last, (*seen.drafts, *drafts))
        raise StoreCorrupt("The journal of withdrawals cannot be read.")

    def quarantine(self) -> int:
        """Move lines that cannot be proved to a file beside the journal; return their number."""
        if self._path is None:
            return 0
        with self._held() as handle:
            assert handle is not None
            lines = _read(handle).splitlines(keepends=True)
            readable = [line for line in lines if _is_readable(line, self._keys, self._kinds)]
            damaged = [line for line in lines if line not in readable]
            if damaged:
                _keep_aside(self._path, damaged)
                _rewrite(handle, readable)
        return len(damaged)

    @contextmanager
    def _held(self) -> Iterator[int | None]:
        with self._lock:
            if self._path is None:
                yield None
                return
            is_new = not self._path.exists()
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                if is_new:
                    _keep_name(self._path)
                if fcntl is not None:
                    fcntl.flock(handle, fcntl.LOCK_EX)
                yield handle
            finally:
                os.close(handle)


def _keep_name(path: Path) -> None:
    """Write the name of a new file to the disk: its lines alone would be lost with the power."""
    if fcntl is None:
        return  # where there is no fcntl, a folder cannot be opened
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _still_holds(file: BinaryIO, seen: _Seen) -> bool:
    """Whether the lines that were read are still there, by the last of them."""
    file.seek(seen.end - len(seen.last))
    return file.read(len(seen.last)) == seen.last


def _append(handle: int, line: bytes) -> None:
    size = os.lseek(handle, 0, os.SEEK_END)
    end = _end_of_lines(handle, size)
    # A last line without its end was never acknowledged.
    if end != size:
        os.ftruncate(handle, end)
    os.lseek(handle, end, os.SEEK_SET)
    written = os.write(handle, line)
    if written != len(line):
        os.ftruncate(handle, end)
        raise OSError("The disk is full.")
    os.fsync(handle)


def _end_of_lines(handle: int, size: int) -> int:
    """Return where the last whole line ends; of a file that ends with one, no more is read."""
    if size == 0:
        return 0
    os.lseek(handle, size - 1, os.SEEK_SET)
    if os.read(handle, 1) == b"\n":
        return size
    return _read(handle).rfind(b"\n") + 1


def _read(handle: int) -> bytes:
    os.lseek(handle, 0, os.SEEK_SET)
    parts = []
    while part := os.read(handle, 1 << 20):
        parts.append(part)
    return b"".join(parts)


# Lines: a draft with a mac over it, so that nobody without the keys can add one


def _to_line(draft: Draft, key_id: str, key: bytes) -> bytes:
    text = json.dumps(attrs.asdict(draft), default=datetime.isoformat, sort_keys=True)
    line = {"draft": text, "key": key_id, "mac": _mac(key, text)}
    return (json.dumps(line) + "\n").encode()


def _mac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def _from_line(line: bytes, keys: Mapping[str, bytes], kinds: Collection[str]) -> Draft:
    """Return the draft of a line; raise ValueError, TypeError or KeyError for any other line."""
    parts = json.loads(line)
    if not hmac.compare_digest(_mac(keys[parts["key"]], parts["draft"]), parts["mac"]):
        raise ValueError("The line was not written with this key.")
    fields = json.loads(parts["draft"])
    if fields["kind"] not in kinds:
        raise ValueError("The line gives something.")
    return Draft(**{**fields, "at": datetime.fromisoformat(fields["at"])})


def _is_readable(line: bytes, keys: Mapping[str, bytes], kinds: Collection[str]) -> bool:
    try:
        _from_line(line, keys, kinds)
    except (ValueError, TypeError, KeyError):
        return False
    return line.endswith(b"\n")


def _keep_aside(path: Path, lines: list[bytes]) -> None:
    aside = path.with_name(path.name + ".quarantined")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, b"".join(lines))
        os.fsync(handle)
    finally:
        os.close(handle)
    _keep_name(aside)


def _rewrite(handle: int, lines: list[bytes]) -> None:
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, b"".join(lines))
    os.fsync(handle)
