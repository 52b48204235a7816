"""
The decodings of a text that a reader could try, three of them on top of each other.

Each decoder returns one text, whatever it found, so that the work stays linear in the output.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import html
import json
import lzma
import quopri
import re
import sys
import unicodedata
import urllib.parse
import zlib
from collections.abc import Callable
from itertools import chain
from typing import Any

__all__ = ["bytes_as_text", "squeezed", "unaccented", "unpacked", "views"]

_ROUNDS = 3
_LONG = 20_000  # characters; a longer text is decoded once
_MOST_VIEWS = 48
_MOST_INFLATED = 4_000_000  # bytes; a small file may inflate to anything

# Letters that are read as digits
_CONFUSABLE = str.maketrans("OoОоΟοlI|", "000000111")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_ASCII_RUNS = re.compile(rb"[\t -~]{4,}")
_WIDE_RUNS = re.compile(rb"(?:[\t -~]\0){4,}|(?:\0[\t -~]){4,}")
# Octets of a dump: `2b:31:34`, `2b 31 34`, `0x2b, 0x31, 0x34`
_SPACED_HEX = re.compile(r"(?:(?:0x)?[0-9A-Fa-f]{2}[ ,:'\"-]{1,4}){7,}(?:0x)?[0-9A-Fa-f]{2}")
_HEX_OCTET = re.compile(r"[0-9A-Fa-f]{2}")
_BASE32 = re.compile(r"[A-Z2-7]{16,}")
_HEX = re.compile(r"[0-9A-Fa-f]{8,}")
_ESCAPE = re.compile(
    r"""
    \\u\{([0-9A-Fa-f]{1,6})\}     # of JavaScript
    | \\u([0-9A-Fa-f]{4})
    | \\U([0-9A-Fa-f]{8})
    | \\x([0-9A-Fa-f]{2})
    | \\([0-3][0-7]{2})            # octal
    """,
    re.VERBOSE,
)
# Colors of a terminal
_ANSI = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")
_MARKUP = re.compile(r"<[^<>]{0,200}>")
_SEPARATORS = re.compile(r"[\W_]+")
_QUOTED_PRINTABLE = re.compile(r"=[0-9A-F]{2}")


def views(text: str, /) -> tuple[str, ...]:
    """
    Return a text and everything that three rounds of decoding make of it, one for a long text.

    Args:
        text: Any text; lone surrogates are fine.
    """
    seen = dict.fromkeys((text, text[::-1]))
    fresh = {text}
    rounds = 1 if len(text) > _LONG else _ROUNDS
    for _ in range(rounds):
        fresh = set(chain.from_iterable(map(_decoded, fresh))) - seen.keys()
        seen.update(dict.fromkeys(sorted(fresh)))
        if len(seen) > _MOST_VIEWS:
            break
    return tuple(seen)


def squeezed(text: str, /) -> str:
    """Return a text without what is between its letters and digits."""
    return _SEPARATORS.sub("", text)


def unaccented(text: str, /) -> str:
    """Return a text without the accents of its letters, as it is written where there are none."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFD", text)
    bare = "".join(char for char in parts if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", bare)


def bytes_as_text(data: bytes, /) -> str:
    """
    Return what can be read in octets.

    Text is returned as it is. Of anything else come the runs of ASCII characters, of one octet or
    of two, and what gzip and zlib data hold.
    """
    inside = unpacked(data)
    if inside:
        return bytes_as_text(inside) if _is_packed(inside) else inside.decode("utf-8", "replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _runs_in(data)
    return _runs_in(data) if "\0" in text else text


def _runs_in(data: bytes) -> str:
    runs = _ASCII_RUNS.findall(data)
    runs += [run.replace(b"\0", b"") for run in _WIDE_RUNS.findall(data)]
    return b"\n".join(runs).decode("ascii")


# How compressed data begins, and what inflates one member of it
_PACKERS: tuple[tuple[bytes, Callable[[], Any]], ...] = (
    (b"\x1f\x8b", lambda: zlib.decompressobj(31)),
    (b"\x78", lambda: zlib.decompressobj(15)),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ", lzma.LZMADecompressor),
)


def _is_packed(data: bytes) -> bool:
    return data.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ"))


def unpacked(data: bytes, /) -> bytes:
    """Return what gzip, zlib, bzip2 and xz data hold, all members; empty for anything else."""
    inside = b""
    while len(inside) < _MOST_INFLATED and data:
        member, data = _member(data)
        if not member:
            break
        inside += member
    return inside


def _member(data: bytes) -> tuple[bytes, bytes]:
    """Return the first member, and what follows it."""
    for start, packer in _PACKERS:
        if data.startswith(start):
            unpack = packer()
            try:
                return unpack.decompress(data, _MOST_INFLATED), unpack.unused_data
            except (zlib.error, lzma.LZMAError, OSError, EOFError):
                break
    return b"", b""


def _decoded(text: str) -> list[str]:
    return [decoded for decode in _DECODERS if (decoded := decode(text))]


def _plain(text: str) -> str:
    """Bring compatible characters and digits of every script to ASCII; drop what does not show."""
    if text.isascii():
        return ""
    folded = unicodedata.normalize("NFKC", text)
    shown = (char for char in folded if unicodedata.category(char) not in {"Cf", "Mn", "Me"})
    return "".join(str(unicodedata.digit(char, char)) for char in shown)


def _confusable(text: str) -> str:
    return text.translate(_CONFUSABLE)


def _unmarked(text: str) -> str:
    return _MARKUP.sub("", _ANSI.sub("", text))


def _unquoted(text: str) -> str:
    return urllib.parse.unquote(text) if "%" in text else ""


def _unescaped_html(text: str) -> str:
    return html.unescape(text) if "&" in text else ""


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return ""
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = int(match[5], 8) if match[5] else int("".join(filter(None, match.groups())), 16)
    return chr(code) if code <= sys.maxunicode else match[0]


def _from_json(text: str) -> str:
    """Return a text that is a JSON string inside of JSON."""
    if '"' not in text:
        return ""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _from_quoted_printable(text: str) -> str:
    if _QUOTED_PRINTABLE.search(text) is None:
        return ""
    return quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")


def _from_base64(text: str) -> str:
    """Return what the runs of Base64 letters in a text say, where it is readable."""
    return "\n".join(_readable(_octets(run)) for run in _BASE64.findall(text)).strip()


def _octets(run: str) -> bytes:
    bare = run.rstrip("=").replace("-", "+").replace("_", "/")
    if len(bare) % 4 == 1:
        bare = bare[:-1]
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4))
    except (ValueError, binascii.Error):
        return b""


def _from_hex(text: str) -> str:
    runs = (run[: len(run) // 2 * 2] for run in _HEX.findall(text))
    return "\n".join(_readable(binascii.unhexlify(run)) for run in runs).strip()


def _from_spaced_hex(text: str) -> str:
    runs = ("".join(_HEX_OCTET.findall(run)) for run in _SPACED_HEX.findall(text))
    return "\n".join(_readable(binascii.unhexlify(run)) for run in runs).strip()


def _from_base32(text: str) -> str:
    runs = (run[: len(run) // 8 * 8] for run in _BASE32.findall(text))
    return "\n".join(_readable(base64.b32decode(run)) for run in runs).strip()


def _readable(data: bytes) -> str:
    """Return the text of octets; nothing where most of them are no letters, as in a hash."""
    if _is_packed(data) or data[:1] == b"\x78":
        return bytes_as_text(data)
    letters = sum(32 <= octet < 127 for octet in data)
    return bytes_as_text(data) if letters * 2 >= len(data) else ""


_DECODERS: tuple[Callable[[str], str], ...] = (
    _plain,
    _confusable,
    _unmarked,
    _unquoted,
    _unescaped_html,
    _unescaped,
    _from_json,
    _from_quoted_printable,
    _from_base64,
    _from_hex,
    _from_spaced_hex,
    _from_base32,
)
