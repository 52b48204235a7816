"""Work on the batches of a source, here or in workers, and replace the destination at once."""

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
from ._border import FieldReport, Tally
from ._byte_source import HEAD, LINE_LIMIT, OVERLONG, Reader, Source, blocks, packer_of
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
    "replacing",
    "run",
]

Destination: TypeAlias = "str | os.PathLike[str] | IO[bytes] | IO[str]"

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class StreamReport:
    """
    Count what went through a stream. It holds no value of any record.

    Args:
        records_in: Records read. A row or line that could not be parsed counts as one.

        records_out: Records written; always equal to *records_in*.

        marked: Reason -> how many records came out as a placeholder, or in part as one.

        faults: Reason -> how often the redactor returned a placeholder because something failed.

        fields: Which fields of the first records are known; None where it was not looked at.

        format: The format in which it was read; None where the function is that of one format.

        layouts: For a log: format -> how many lines had it; `text` counts those that fit none.
    """

    records_in: int
    records_out: int
    marked: Mapping[str, int]
    faults: Mapping[str, int]
    fields: FieldReport | None = None
    format: str | None = None
    layouts: Mapping[str, int] = attrs.field(factory=dict)


def run(
    src: Source,
    dst: Destination,
    make: Callable[[Reader], tuple[Iterable[T], Callable[[T], tuple[bytes, Tally]]]],
    *,
    encoding: str | None = None,
    jobs: int = 1,
    progress: Callable[[int], object] | None = None,
) -> StreamReport:
    """
    Read *src* in batches, work on each, write the results in order to *dst*.

    Args:
        make: Looks at the start of the stream and returns its batches and the work to be done on
            each.

        encoding: The encoding of *src*; None for UTF-8, or UTF-16 with a byte order mark. The
            result is UTF-8.

        jobs: Worker processes; with 1 the work is done here. The result is the same for any
            number.

        progress: Called with the number of bytes read so far, after each batch.

    Raises:
        voxvalley_privacy.ConfigurationError: If *jobs* is less than 1, the work cannot be sent to
            a worker, or there is no such encoding.

        OSError: If packed data is damaged or cut.
    """
    if jobs < 1:
        raise ConfigurationError(f"'jobs' must be at least 1 (got {jobs}).")
    total = Tally()
    with _writing(dst) as write, _reading(src) as raw:
        reader = Reader(raw, encoding=encoding)
        batches, work = make(reader)
        if reader.bom:
            write(codecs.BOM_UTF8)
        for data, tally in in_order(batches, work, jobs=jobs):
            write(data)
            total.add(tally)
            if progress is not None:
                progress(reader.position)
        total.marked["encoding"] += reader.undecodable
    return StreamReport(
        records_in=total.records_in,
        records_out=total.records_out,
        marked=_sorted(total.marked),
        faults=_sorted(total.faults),
        layouts=_sorted(total.layouts),
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
    mode = None if existing is None else stat.S_IMODE(existing.st_mode)
    with _replacing(path, mode) as file, _packing(os.fsdecode(dst), file) as write:
        yield write


@contextlib.contextmanager
def replacing(dst: Destination) -> Iterator[Any]:
    """Give a binary file to write to; a path is replaced at the end, after an error it is not."""
    if not isinstance(dst, str | os.PathLike):
        yield dst
        return
    path = os.path.realpath(dst)
    mode = stat.S_IMODE(os.stat(path).st_mode) if os.path.exists(path) else None
    with _replacing(path, mode) as file:
        yield file


@contextlib.contextmanager
def _packing(name: str, out: BinaryIO) -> Iterator[Callable[[bytes], object]]:
    """Pack what is written to *out* when its name ends like a packed file's."""
    packer = packer_of(name)
    if packer is None:
        yield out.write
        return
    yield lambda data: out.write(packer.compress(data))
    out.write(packer.flush())


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
