"""Bytes as they come: unpacked, in UTF-8, in blocks of whole lines."""

from __future__ import annotations

import bz2
import codecs
import contextlib
import errno
import io
import lzma
import os
import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import IO, Any, Protocol, TypeAlias

import attrs

from ..errors import ConfigurationError
from ..placeholders import shown

__all__ = [
    "BLOCK",
    "HEAD",
    "LINE_LIMIT",
    "OVERLONG",
    "PACKERS",
    "Reader",
    "Source",
    "blocks",
    "check_encoding",
    "packer_of",
    "plain_head",
]

Source: TypeAlias = "str | os.PathLike[str] | IO[bytes] | IO[str]"

# Bytes read at once: large enough for speed, small enough for a few in flight per worker.
BLOCK = 1 << 18
HEAD = 1 << 16  # bytes at the start that decide the layout
LINE_LIMIT = 8 << 20  # bytes of the longest line that is parsed
# In the place of a line above the limit; NUL keeps it from being read as a value.
OVERLONG = b"\x00[TRUNCATED]"

_UTF8_BOM = codecs.BOM_UTF8
_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


# Packed files -------------------------------------------------------------------------------------


class _Unpacker(Protocol):
    """The decompressors of `bz2` and `lzma` have this shape."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gunzip:
    """`zlib` in the shape of the other decompressors."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def needs_input(self) -> bool:
        return not self._inflate.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)


def _zstd() -> Any:
    # Python 3.14 has it; for older ones there is a package of the same shape.
    for module in ("compression.zstd", "backports.zstd"):
        with contextlib.suppress(ImportError):
            return import_module(module)
    raise ConfigurationError(
        "This Python has no zstd: use gzip, bzip2 or xz, or install backports.zstd."
    )


def _unzstd() -> _Unpacker:
    unpacker: _Unpacker = _zstd().ZstdDecompressor()
    return unpacker


def _zstd_writer() -> Any:
    return _zstd().ZstdCompressor()


@attrs.frozen
class _Packer:
    """One way to pack files: how they begin, how their names end, how they are read and written."""

    name: str
    magic: bytes
    suffix: str
    unpacker: Callable[[], _Unpacker]
    packer: Callable[[], Any]
    blocks: tuple[bytes, ...] = (b"",)

    def begins(self, start: bytes) -> bool:
        """Whether *start* is that of a file packed in this way."""
        block = start[len(self.magic) + 1 :]
        return start.startswith(self.magic) and block.startswith(self.blocks)


def _gzip_writer() -> Any:
    # Neither a name nor a time is written into the header.
    return zlib.compressobj(wbits=31)


# A text may begin with "BZh"; then comes the level, and a block or the end.
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")

# Source: RFC 1952, RFC 8878 and the manuals of bzip2 and xz.
PACKERS = (
    _Packer("gzip", b"\x1f\x8b", ".gz", _Gunzip, _gzip_writer),
    _Packer("bzip2", b"BZh", ".bz2", bz2.BZ2Decompressor, bz2.BZ2Compressor, _BZIP2_BLOCKS),
    _Packer("xz", b"\xfd7zXZ\x00", ".xz", lzma.LZMADecompressor, lzma.LZMACompressor),
    _Packer("zstd", b"(\xb5/\xfd", ".zst", _unzstd, _zstd_writer),
)


def packer_of(name: str, /) -> Any:
    """Return a new compressor for a file whose name ends like a packed one's; else None."""
    suffix = os.path.splitext(name)[1].casefold()
    for packer in PACKERS:
        if suffix == packer.suffix:
            return packer.packer()
    return None


_LONGEST_MAGIC = 10  # bytes that show how a file is packed


class _Unpacked:
    """Read the content of a packed stream, one part after another, a block at a time."""

    def __init__(self, packer: _Packer, start: bytes, read: Callable[[int], bytes]) -> None:
        self._packer = packer
        self._read = read
        self._unpacker = packer.unpacker()
        self._packed = start

    def __call__(self, size: int, /) -> bytes:
        while not self._unpacker.eof or self._next_part():
            packed, self._packed = self._packed, b""
            starved = not packed and self._unpacker.needs_input
            if starved:
                packed = self._read(BLOCK)
            if data := self._unpack(packed, size):
                return data
            if starved and not packed and not self._unpacker.eof:
                raise _damaged(self._packer)
        return b""

    def _next_part(self) -> bool:
        """Start on the next packed part, the way `cat a.gz b.gz` writes them; False at the end."""
        rest = self._unpacker.unused_data
        while len(rest) < _LONGEST_MAGIC and (more := self._read(BLOCK)):
            rest += more
        # Tapes and some tools fill the end with zeros.
        rest = rest.lstrip(b"\0")
        if not rest:
            return False
        if not self._packer.begins(rest):
            raise _damaged(self._packer)
        self._unpacker = self._packer.unpacker()
        self._packed = rest
        return True

    def _unpack(self, packed: bytes, size: int) -> bytes:
        try:
            return self._unpacker.decompress(packed, size)
        except (zlib.error, lzma.LZMAError, OSError, EOFError):
            pass  # raised outside, so that the error has no context
        raise _damaged(self._packer)


def _damaged(packer: _Packer) -> OSError:
    return OSError(errno.EIO, f"The {packer.name} data is damaged or cut")


# Reading ------------------------------------------------------------------------------------------


def check_encoding(encoding: str | None, /) -> None:
    """Refuse the name of an encoding that does not exist, or is not one of text."""
    if encoding is None or _is_text_encoding(encoding):
        return
    raise ConfigurationError(
        f"There is no encoding {shown(encoding)}; common ones are utf-8, cp1252 and latin-1."
    )


def _is_text_encoding(encoding: str) -> bool:
    try:
        return isinstance(codecs.getincrementaldecoder(encoding)("replace").decode(b"a"), str)
    except Exception:  # codecs of bytes fail as they like
        return False


class Reader:
    """
    Read bytes from a file object; packed data is unpacked, other encodings become UTF-8.

    *position* is how many bytes were read so far, as stored; *bom* is whether the stream began with
    a byte order mark; *decoded* is whether it had another encoding; *undecodable* counts the
    characters that came out as U+FFFD.
    """

    def __init__(self, raw: IO[Any], *, encoding: str | None = None) -> None:
        check_encoding(encoding)
        self._raw = raw
        self._bytes: Callable[[int], bytes] = self._stored
        self._decode: codecs.IncrementalDecoder | None = None
        self._ahead = b""
        self.position = 0
        self.bom = False
        self.undecodable = 0
        start = self._start()
        if encoding is not None and codecs.lookup(encoding).name not in ("utf-8", "utf-8-sig"):
            self._decode = codecs.getincrementaldecoder(encoding)("replace")
        elif start.startswith(_UTF16_BOMS):
            self.bom = True
            self._decode = codecs.getincrementaldecoder("utf-16")("replace")
        elif start.startswith(_UTF8_BOM):
            self.bom, start = True, start[len(_UTF8_BOM) :]
        self._ahead = self._in_utf8(start)

    @property
    def decoded(self) -> bool:
        """Whether the bytes had another encoding than UTF-8."""
        return self._decode is not None

    def head(self, size: int = HEAD) -> bytes:
        """Return up to *size* bytes from the start, which stay unread; call it before `read`."""
        while len(self._ahead) < size and (more := self._next(BLOCK)):
            self._ahead += more
        return self._ahead[:size]

    def take(self, size: int) -> bytes:
        """Return *size* bytes of the head, which are read now."""
        taken, self._ahead = self._ahead[:size], self._ahead[size:]
        return taken

    def read(self, size: int, /) -> bytes:
        """Return some bytes, about *size*; none at the end."""
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            return ahead
        return self._next(size)

    def _start(self) -> bytes:
        """Return the first bytes; packed data is unpacked from here on."""
        start = self._at_least(b"", _LONGEST_MAGIC)
        for packer in PACKERS:
            if packer.begins(start):
                self._bytes = _Unpacked(packer, start, self._stored)
                return self._at_least(b"", len(_UTF8_BOM))
        return start

    def _at_least(self, start: bytes, size: int) -> bytes:
        while len(start) < size and (more := self._bytes(BLOCK)):
            start += more
        return start

    def _next(self, size: int) -> bytes:
        while chunk := self._bytes(size):
            if text := self._in_utf8(chunk):
                return text
        return self._in_utf8(b"", final=True)

    def _in_utf8(self, chunk: bytes, *, final: bool = False) -> bytes:
        if self._decode is None:
            return chunk
        text = self._decode.decode(chunk, final)
        self.undecodable += text.count("\ufffd")
        return text.encode("utf-8", "replace")

    def _stored(self, size: int) -> bytes:
        chunk = self._raw.read(size) or b""
        data = chunk.encode("utf-8", "replace") if isinstance(chunk, str) else bytes(chunk)
        self.position += len(data)
        return data


def plain_head(head: bytes, /, *, encoding: str | None = None) -> bytes:
    """
    Return the first bytes of a file, unpacked and in UTF-8.

    Args:
        head: The bytes as stored; they may be cut anywhere.

        encoding: Their encoding. Default: UTF-8, or UTF-16 with a byte order mark.
    """
    reader = Reader(io.BytesIO(head), encoding=encoding)
    with contextlib.suppress(OSError):  # packed data that is cut here
        return reader.head()
    return reader.take(HEAD)


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
