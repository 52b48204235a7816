"""Credentials and opaque blobs."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from operator import ne

from ..vocabulary import DataCategory
from ._folding import lowered
from ._shapes import ID_TOKEN
from .findings import Finding

__all__ = [
    "ASSIGNS",
    "BLOB",
    "HEXADECIMAL",
    "JWT",
    "KEY_BLOCK",
    "KEY_SHAPES",
    "PRIVATE_KEY",
    "REST_OF_LINE",
    "SCHEME",
    "VALUE",
    "VOX_TOKEN",
    "find_announced",
    "find_keys",
    "find_named",
    "find_private_keys",
    "may_announce",
]

# Credentials: what opens something, by its own shape or by the name beside it
# --------------------------------------------------------------------------------------------------

PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----END))*+(?:-----END[A-Z0-9 ]{0,50}-----)?"
)

JWT = re.compile(r"eyJ(?<![A-Za-z0-9_-]eyJ)[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]*+){1,4}")

# What stands between a name and its value, the value in quotes or bare, and the value of an Authorization header: all of the line.
# The last letters of the name are those of some name of a secret, or a quote or a blank behind it.
ASSIGNS = re.compile(
    r"[:=](?<=[DSEHTNYLVCdsehtnylvc2 \t\"'\\].)(?<=(?:[RWIrwi][Dd]|[SNLsnl][Ss]|[SDRsdr][Ee]|[STst][Hh]|[Ee][Tt]|[EIOeio][Nn]|[Ee][Yy]|[Aa][Ll]|[VCvc]2|[Vv][VCvc]"
    r"|[DSEHTNYLVCdsehtnylvc2 \t\"'\\][ \t\"'\\])[:=])>?"
)
VALUE = re.compile(
    r"[ \t]{0,3}(?:\\{0,8}\"(?P<double>[^\"\r\n\\]{1,4096}+)|'(?P<single>[^'\r\n]{1,4096}+)|(?P<bare>[^\s\"'&;,<>{}\[\]()]{3,4096}+))"
)
REST_OF_LINE = re.compile(r"[ \t\"']{0,4}(?P<secret>[^\r\n\"'\s][^\r\n]*+)")

# Bearer … · Basic …
SCHEME = re.compile(
    r" (?:(?<=[Bb]earer )|(?<=BEARER )|(?<=[Bb]asic )|(?<=BASIC )|(?<=[Dd]igest )|(?<=[Tt]oken )|(?<=[Aa]pi[Kk]ey ))"
    r"[ \t]{0,2}(?P<secret>[A-Za-z0-9._~+/-]{8,}+={0,2})"
)

# The auth token of vox-cpaas, anchored on its first underscore: eight hexadecimal digits stand before it; a project id has pid_ in front.
VOX_TOKEN = re.compile(r"_(?<=[0-9a-f]{8}_)(?:[0-9a-f]{4}_){3}[0-9a-f]{12}(?![0-9A-Za-z])")

# Keys of Twilio, Telnyx, SendGrid, Stripe, Slack, GitHub, GitLab, npm, AWS and Google; an account id with its token behind it, as in a
# Basic pair.
KEY_SHAPES = re.compile(
    r"SK[0-9a-f]{32}(?![0-9A-Za-z])"
    r"|AC[0-9a-f]{32}[:/, ]{1,2}[0-9a-f]{32}(?![0-9A-Za-z])"
    r"|MA[A-Z0-9]{18}[:/, ]{1,2}[A-Za-z0-9+/=]{40,60}"
    r"|KEY[0-9A-F]{12,64}(?:_[A-Za-z0-9]{10,40})?"
    r"|SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}"
    r"|sk_(?:live|test)_[A-Za-z0-9]{10,99}|rk_(?:live|test)_[A-Za-z0-9]{10,99}|xox[abeoprs]-[A-Za-z0-9-]{10,250}"
    r"|gh[oprsu]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_-]{20,64}|npm_[A-Za-z0-9]{36}"
    r"|A[KS]IA[A-Z0-9]{16}(?![0-9A-Za-z])|AIza[A-Za-z0-9_-]{35}"
)

# A long word of an encoding's alphabet; `_secrets` tells blobs from names.
BLOB = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{25,}+={0,2}")

# What bytes look like in hexadecimal
HEXADECIMAL = re.compile(r"(?:[0-9A-F]{2})+|(?:[0-9a-f]{2})+")


# Credentials and opaque blobs
# --------------------------------------------------------------------------------------------------

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
    yield from _whole(JWT, text)
    for match in SCHEME.finditer(text):
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
        yield from _whole(KEY_SHAPES, text, start, end + _SECOND_KEY)
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
    yield from _whole(PRIVATE_KEY, text)


def find_named(text: str, /) -> Iterator[Finding]:
    """Find what stands behind a colon or an equals sign and the name of a secret."""
    told = 0  # what is a part of a value already
    for mark in ASSIGNS.finditer(text):
        start = mark.start()
        if start < told:
            continue
        name = text[max(0, start - _NAME) : start].rstrip(" \t\"'\\").lower()
        if name.endswith(_NAMES):
            value = VALUE.match(text, mark.end())
            if value is not None:
                told = value.end()
                if _is_secret(value[value.lastgroup or 0], name):
                    yield Finding(*value.span(value.lastgroup or 0), DataCategory.CREDENTIAL)
        elif name.endswith("authorization"):
            line = REST_OF_LINE.match(text, mark.end())
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
    for match in VOX_TOKEN.finditer(text, start, end):
        left = match.start() - _VOX_HEAD
        yield Finding(
            left - len(_PID) * text.endswith(_PID, 0, left), match.end(), DataCategory.CREDENTIAL
        )


def _blobs_in(text: str, start: int, end: int) -> Iterator[Finding]:
    """Find long words in base64 or hexadecimal that are not an id of a known shape."""
    for match in BLOB.finditer(text, start, end):
        if any(_is_blob(part) for part in match[0].rstrip("=").split("/")):
            yield Finding(match.start(), match.end(), DataCategory.RAW_MESSAGE)


def _is_blob(word: str, /) -> bool:
    """Tell an encoding from a name: digits in it, and its kinds of characters change often."""
    if len(word) < _LONG or word.isdigit() or not any(map(str.isdigit, word)):
        return False
    kind, _, rest = word.partition("-")
    if ID_TOKEN.fullmatch(word) or (kind.isalpha() and ID_TOKEN.fullmatch(rest)):  # USR-7f3c1f7e-…
        return False
    if HEXADECIMAL.fullmatch(word):
        return True
    kinds = word.encode().translate(_KINDS, b"+/_=-")
    changes: int = sum(map(ne, kinds, kinds[1:]))
    return _MIXED * changes >= len(kinds)
