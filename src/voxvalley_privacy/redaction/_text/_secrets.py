"""Credentials and opaque blobs."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from operator import ne

from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import reasons, secrets
from ._shape import lowered

__all__ = [
    "KEY_BLOCK",
    "find_announced",
    "find_keys",
    "find_named",
    "find_private_keys",
    "may_announce",
]

# How the names of secrets end, in lower case and without quotes and blanks.
_NAMES = (
    "password", "passwd", "pwd", "pass", "passphrase", "passcode", "passhash", "secret", "token", "tokens", "key", "key_id", "keyid",
    "signature", "credential", "credentials", "cvv", "cvv2", "cvc", "cvc2", "auth", "authtoken", "pin",
)  # fmt: skip
_VAGUE = ("key", "pin", "auth", "pass", "code")
_NAME = 24  # characters of a name that are looked at
_NO_SECRET = frozenset(
    {
        "true",
        "false",
        "null",
        "none",
        "undefined",
        "required",
        "invalid",
        "expired",
        "missing",
        "hidden",
        "redacted",
    }
)
_LONG = 20  # letters and digits from which a word can be a key or a part of a blob
_PID = "pid_"
KEY_BLOCK = "-----BEGIN"  # without which there is no private key
_SECOND_KEY = 70  # characters behind a word in which the second part of a pair can end
_KINDS = bytes(
    chr(code).isupper() + 2 * chr(code).isdigit() for code in range(256)
)  # of characters in a blob
_KEY = "x" * 15  # the shortest key, as `words_of` shows it
_BLOB = 25  # characters of the shortest blob
_VOX_HEAD = 8  # digits of a token of vox-cpaas before its first underscore
_MIXED = 4  # of its characters, one in so many changes its kind in a blob


def may_announce(text: str, /) -> bool:
    """Say whether the end of a scheme's name, or the beginning of a web token, stands in a text."""
    low = lowered(text)
    return (
        "earer " in low
        or "asic " in low
        or "oken " in low
        or "eyj" in low
        or "igest " in low
        or "pikey " in low
    )


def find_announced(text: str, /) -> Iterator[Finding]:
    """Find credentials that a scheme announces, and web tokens."""
    yield from _whole(secrets.JWT, text)
    for match in secrets.SCHEME.finditer(text):
        secret = match["secret"]
        if len(secret) >= _LONG or any(map(str.isdigit, secret)) or secret.endswith("="):
            yield Finding(*match.span("secret"), DataCategory.CREDENTIAL)


def find_keys(text: str, words: str, /) -> Iterator[Finding]:
    """Find keys by their shape, and blobs, in the long words of a text."""
    start = words.find(_KEY)
    while start >= 0:
        end = words.find(" ", start)
        if end < 0:
            end = len(words)
        yield from _whole(secrets.KEY_SHAPES, text, start, end + _SECOND_KEY)
        yield from _vox_tokens_in(text, start, end)
        if end - start >= _BLOB:
            yield from _blobs_in(text, start, end)
        start = words.find(_KEY, end)


def _whole(
    pattern: re.Pattern[str], text: str, start: int = 0, end: int = sys.maxsize
) -> Iterator[Finding]:
    for match in pattern.finditer(text, start, end):
        yield Finding(match.start(), match.end(), DataCategory.CREDENTIAL)


def find_private_keys(text: str, /) -> Iterator[Finding]:
    """Find blocks of a private key, to their end or the end of the text."""
    yield from _whole(secrets.PRIVATE_KEY, text)


def find_named(text: str, /) -> Iterator[Finding]:
    """Find what stands behind a colon or an equals sign and the name of a secret."""
    told = 0  # what is a part of a value already
    for mark in secrets.ASSIGNS.finditer(text):
        start = mark.start()
        if start < told:
            continue
        name = text[max(0, start - _NAME) : start].rstrip(" \t\"'\\").lower()
        if name.endswith(_NAMES):
            value = secrets.VALUE.match(text, mark.end())
            if value is not None:
                told = value.end()
                if _is_secret(value[value.lastgroup or 0], name):
                    yield Finding(*value.span(value.lastgroup or 0), DataCategory.CREDENTIAL)
        elif name.endswith("authorization"):
            line = secrets.REST_OF_LINE.match(text, mark.end())
            if line is not None:
                told = line.end()
                yield Finding(*line.span("secret"), DataCategory.CREDENTIAL)


def _is_secret(value: str, name: str, /) -> bool:
    """Tell a secret from a word about one: `token: invalid`, `key: value`."""
    if value.lower().rstrip(".!?") in _NO_SECRET:
        return False
    # A key or a pin is many things; one that is a secret has a digit, or is long.
    return not name.endswith(_VAGUE) or len(value) >= _LONG or any(map(str.isdigit, value))


def _vox_tokens_in(text: str, start: int, end: int) -> Iterator[Finding]:
    for match in secrets.VOX_TOKEN.finditer(text, start, end):
        left = match.start() - _VOX_HEAD
        yield Finding(
            left - len(_PID) * text.endswith(_PID, 0, left), match.end(), DataCategory.CREDENTIAL
        )


def _blobs_in(text: str, start: int, end: int) -> Iterator[Finding]:
    """Find long words in base64 or hexadecimal that are not an id of a known shape."""
    for match in secrets.BLOB.finditer(text, start, end):
        if any(_is_blob(part) for part in match[0].rstrip("=").split("/")):
            yield Finding(match.start(), match.end(), DataCategory.RAW_MESSAGE)


def _is_blob(word: str, /) -> bool:
    """Tell an encoding from a name: digits in it, and its kinds of characters change often."""
    if len(word) < _LONG or word.isdigit() or not any(map(str.isdigit, word)):
        return False
    kind, _, rest = word.partition("-")
    if reasons.ID_TOKEN.fullmatch(word) or (
        kind.isalpha() and reasons.ID_TOKEN.fullmatch(rest)
    ):  # USR-7f3c1f7e-…
        return False
    if secrets.HEXADECIMAL.fullmatch(word):
        return True
    kinds = word.encode().translate(_KINDS, b"+/_=-")
    changes: int = sum(map(ne, kinds, kinds[1:]))
    return _MIXED * changes >= len(kinds)
