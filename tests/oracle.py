"""
The decode-closure oracle: everything a reader could turn an output into, searched for a canary.

A canary is a made-up number, card or code that a test plants in an input. If five of its digits in a row can be read in any
decoding of what came out, it leaked.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import json
import quopri
import re
import unicodedata
import urllib.parse
import zlib

__all__ = ["assert_no_canary", "closure", "leaked"]

_ROUNDS = 3
_MOST = 400  # texts in one closure; an output that decodes to more is not a test's
_RUN = 5  # consecutive digits that give a number away

_CONFUSABLE = str.maketrans(
    {
        "O": "0",
        "o": "0",
        "О": "0",
        "о": "0",
        "Ο": "0",
        "ο": "0",
        "l": "1",
        "I": "1",
        "|": "1",
        "i": "1",
    }
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){4,}")
_JSON_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_MARKUP = re.compile(r"<[^<>]*>")


def closure(text: str) -> set[str]:
    """Give every text that three rounds of decoding can make of *text*, itself among them."""
    seen = {text}
    fresh = {text}
    for _ in range(_ROUNDS):
        fresh = {made for one in fresh for made in _once(one)} - seen
        seen |= fresh
        if not fresh or len(seen) > _MOST:
            break
    return seen | {one[::-1] for one in seen}


def _once(text: str) -> set[str]:
    made = {
        _plain(text),
        _plain(text).translate(_CONFUSABLE),
        _MARKUP.sub("", _ANSI.sub("", text)),
        urllib.parse.unquote(text.replace("+", "%2B")),
        html.unescape(text),
        _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text),
        _from_json(text),
        quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace"),
    }
    for run in _BASE64.findall(text):
        made |= _from_bytes(_from_base64(run))
    for run in _HEX.findall(text):
        made |= _from_bytes(binascii.unhexlify(run))
    return made


def _plain(text: str) -> str:
    """Bring compatible characters and digits of every script to ASCII, and drop what does not show."""
    folded = unicodedata.normalize("NFKC", text)
    kept = (char for char in folded if unicodedata.category(char) not in {"Cf", "Mn", "Me"})
    return "".join(str(unicodedata.digit(char, char)) for char in kept)


def _from_json(text: str) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _from_base64(run: str) -> bytes:
    bare = run.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(bare[: len(bare) - (len(bare) % 4 == 1)] + "=" * (-len(bare) % 4))
    except (ValueError, binascii.Error):
        return b""


def _from_bytes(data: bytes) -> set[str]:
    made = {data.decode("utf-8", "replace"), data.decode("utf-16-be", "replace")}
    for inflate in (gzip.decompress, zlib.decompress):
        try:
            made.add(inflate(data).decode("utf-8", "replace"))
        except (OSError, EOFError, zlib.error):
            continue
    return made


def leaked(text: str, canary_digits: str, *, run: int = _RUN) -> list[str]:
    """Give the parts of a canary that can be read in *text*, each *run* digits long."""
    parts = [canary_digits[at : at + run] for at in range(len(canary_digits) - run + 1)] or [
        canary_digits
    ]
    # What stands between two digits does not hide them: they are read with and without it.
    views = {view for one in closure(text) for view in (one, re.sub(r"[\W_]+", "", one))}
    return [part for part in parts if any(part in view for view in views)]


def assert_no_canary(text: str, canary_digits: str, *, run: int = _RUN) -> None:
    """Fail if *run* digits of a canary in a row can be read in *text* or in anything it decodes to."""
    found = leaked(text, canary_digits, run=run)
    assert not found, f"{len(found)} parts of the canary can be read in the output"
