"""Read a source in blocks of whole lines, work on them, and replace the destination at once."""

from __future__ import annotations

import codecs
import contextlib
import os
import secrets
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any, BinaryIO, TypeAlias, TypeVar, cast

import attrs

from ..errors import ConfigurationError
from ._border import Tally
from ._workers import in_order

__all__ = [
    "HEAD",
    "LINE_LIMIT",
    "OVERLONG",
    "Destination",
    "Reader",
    "Source",
    "StreamReport",
    "blocks",
    "run",
]

Source: TypeAlias = "str | os.PathLike[str] | IO[bytes] | IO[str]"
Destination: TypeAlias = "str | os.PathLike[str] | IO[bytes] | IO[str]"

T = TypeVar("T")

# Bytes read at once: large enough for speed, small enough for a few in flight per worker.
BLOCK = 1 << 18
HEAD = 1 << 16  # bytes at the start that decide the layout
LINE_LIMIT = 8 << 20  # bytes of the longest line that is parsed
# In the place of a line above the limit; NUL keeps it from being read as a value.
OVERLONG = b"\x00[TRUNCATED]"

_UTF8_BOM = codecs.BOM_UTF8
_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@attrs.frozen(kw_only=True)
class StreamReport:
    """
    Count what went through a stream. It holds no value of any record.

    Args:
        records_in: Records read. A row or line that could not be parsed counts as one.

        records_out: Records written; always equal to *records_in*.

        marked: Reason -> how many records came out as a placeholder, or in part as one.

        faults: Reason -> how often the redactor returned a placeholder because something failed.
    """

    records_in: int
    records_out: int
    marked: Mapping[str, int]
    faults: Mapping[str, int]


class Reader:
    """
    Read bytes from a file object; a text is encoded, UTF-16 with a byte order mark becomes UTF-8.

    *position* is how many bytes were read so far; *bom* is whether the stream began with a byte
    order mark.
    """

    def __init__(self, raw: IO[Any]) -> None:
        self._raw = raw
        self._decode: codecs.IncrementalDecoder | None = None
        self._ahead = b""
        self.position = 0
        self.bom = False
        start = b""
        while len(start) < len(_UTF8_BOM) and (more := self._read(BLOCK)):
            start += more
        if start.startswith(_UTF8_BOM):
            self.bom, start = True, start[len(_UTF8_BOM) :]
        elif start.startswith(_UTF16_BOMS):
            self.bom = True
            self._decode = codecs.getincrementaldecoder("utf-16")("replace")
            start = self._decode.decode(start).encode()
        self._ahead = start

    def head(self, size: int = HEAD) -> bytes:
        """Return up to *size* bytes from the start, which stay unread; call it before `read`."""
        while len(self._ahead) < size and (more := self._next(BLOCK)):
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int, /) -> bytes:
        """Return some bytes, about *size*; none at the end."""
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            return ahead
        return self._next(size)

    def _next(self, size: int) -> bytes:
        while chunk := self._read(size):
            if self._decode is None:
                return chunk
            if text := self._decode.decode(chunk):
                return text.encode()
        if self._decode is None:
            return b""
        return self._decode.decode(b"", final=True).encode()

    def _read(self, size: int) -> bytes:
        chunk = self._raw.read(size) or b""
        data = chunk.encode("utf-8", "replace") if isinstance(chunk, str) else bytes(chunk)
        self.position += len(data)
        return data


def blocks(reader: Reader, *, limit: int = LINE_LIMIT, newline: bytes = b"\n") -> Iterator[bytes]:
    """
    Yield blocks of whole lines; only the last may lack its line end.

    Args:
        reader: Where the bytes come from.

        limit: Bytes; the sentinel `OVERLONG` replaces a longer line, so memory stays constant.

        newline: The end of a line.
    """
    parts: list[bytes] = []
    held = 0
    while chunk := reader.read(BLOCK):
        cut = chunk.rfind(newline)
        if cut < 0:
            held += len(chunk)
            parts = [OVERLONG] if held > limit else [*parts, chunk]
            continue
        if held > limit:
            chunk, cut = chunk[(first := chunk.find(newline)) :], cut - first
        parts.append(chunk[: cut + len(newline)])
        yield b"".join(parts)
        parts = [chunk[cut + len(newline) :]]
        held = len(parts[0])
    if last := b"".join(parts):
        yield last


def run(
    src: Source,
    dst: Destination,
    make: Callable[[Reader], tuple[Iterable[T], Callable[[T], tuple[bytes, Tally]]]],
    *,
    jobs: int = 1,
    progress: Callable[[int], object] | None = None,
) -> StreamReport:
    """
    Read *src* in batches, work on each, write the results in order to *dst*.

    Args:
        make: Looks at the start of the stream and returns its batches and the work to be done on
            each.

        jobs: Worker processes; with 1 the work is done here. The result is the same for any
            number.

        progress: Called with the number of bytes read so far, after each batch.

    Raises:
        voxvalley_privacy.ConfigurationError: If *jobs* is less than 1, or the work cannot be sent
            to a worker.
    """
    if jobs < 1:
        raise ConfigurationError(f"'jobs' must be at least 1 (got {jobs}).")
    total = Tally()
    with _writing(dst) as write, _reading(src) as raw:
        reader = Reader(raw)
        batches, work = make(reader)
        if reader.bom:
            write(_UTF8_BOM)
        for data, tally in in_order(batches, work, jobs=jobs):
            write(data)
            total.add(tally)
            if progress is not None:
                progress(reader.position)
    return StreamReport(
        records_in=total.records_in,
        records_out=total.records_out,
        marked=_sorted(total.marked),
        faults=_sorted(total.faults),
    )


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return {reason: n for reason, n in sorted(counts.items()) if n}


@contextlib.contextmanager
def _reading(src: Source) -> Iterator[IO[Any]]:
    if isinstance(src, str | os.PathLike):
        with open(src, "rb", buffering=0) as opened:  # paths are whatever open() takes
            yield cast("BinaryIO", opened)
    else:
        yield src


@contextlib.contextmanager
def _writing(dst: Destination) -> Iterator[Callable[[bytes], object]]:
    if not isinstance(dst, str | os.PathLike):
        is_text = hasattr(dst, "encoding")
        yield _TextWriter(cast("IO[str]", dst)) if is_text else cast("IO[bytes]", dst).write
        return
    path = os.path.realpath(dst)
    existing = os.stat(path) if os.path.exists(path) else None
    if existing is not None and not stat.S_ISREG(existing.st_mode):
        # A pipe or a device cannot be replaced.
        with open(path, "wb") as out:
            yield out.write
        return
    with _replacing(path, None if existing is None else stat.S_IMODE(existing.st_mode)) as out:
        yield out.write


@contextlib.contextmanager
def _replacing(path: str, mode: int | None) -> Iterator[BinaryIO]:
    """Write a file beside *path* and rename it at the end; after an error *path* is as it was."""
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(6)}.tmp")
    # Created empty with the mode of the umask, closed to others while it is written.
    handle = os.open(
        temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666
    )
    try:
        with open(handle, "wb") as out:
            if mode is None:
                mode = stat.S_IMODE(os.fstat(handle).st_mode)
            os.chmod(temporary, 0o600)
            yield out
            out.flush()
            os.fsync(handle)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(folder)


def _sync_folder(folder: str) -> None:
    # A rename is safe only when its folder is; not every system lets one sync a folder.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@attrs.frozen
class _TextWriter:
    out: IO[str]

    def __call__(self, data: bytes, /) -> object:
        return self.out.write(data.decode("utf-8", "replace"))
