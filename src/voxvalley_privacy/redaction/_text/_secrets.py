"""Credentials and opaque blobs."""

from __future__ import annotations

from collections.abc import Iterator

from ...vocabulary import DataCategory
from .._findings import Finding
from .._patterns import reasons, secrets

__all__ = ["find_blobs", "find_keys", "find_secrets", "has_long_word", "may_name_secret"]

_STEMS = ("pass", "pwd", "secret", "token", "key", "auth", "cred", "cvv", "cvc", "signature", "bearer", "basic", "digest")
_NO_SECRET = frozenset({"true", "false", "null", "none", "undefined", "required", "invalid", "expired", "missing", "hidden", "redacted"})
_LONG = 20  # letters and digits from which a word can be a key or a part of a blob
_BLOB = 25  # letters and digits from which a word can be a blob
_PID = "pid_"
_VOX_HEAD = 8  # digits of a token of vox-cpaas before its first underscore
_MIXED = 4  # of its characters, one in so many changes its kind in a blob


def may_name_secret(text: str, /) -> bool:
    """Say whether a word in the text announces a credential, or a key block begins."""
    low = text.lower()
    for stem in _STEMS:  # noqa: SIM110 - any() costs three times as much, and this runs for every text
        if stem in low:
            return True
    return "eyJ" in text or "-----BEGIN" in text


def find_secrets(text: str, /) -> Iterator[Finding]:
    """Find credentials that a name, a scheme or a frame announces."""
    for pattern in (secrets.PRIVATE_KEY, secrets.JWT):
        for match in pattern.finditer(text):
            yield Finding(match.start(), match.end(), DataCategory.CREDENTIAL)
    for match in secrets.AUTHORIZATION.finditer(text):
        yield Finding(*match.span("secret"), DataCategory.CREDENTIAL)
    for match in secrets.SCHEME.finditer(text):
        secret = match["secret"]
        if len(secret) >= _LONG or any(map(str.isdigit, secret)) or secret.endswith("="):
            yield Finding(*match.span("secret"), DataCategory.CREDENTIAL)
    for match in secrets.NAMED_SECRET.finditer(text):
        group = match.lastgroup or "bare"
        value = match[group]
        # A label is no secret: redacting twice changes nothing.
        if value.lower().rstrip(".!?") not in _NO_SECRET:
            yield Finding(*match.span(group), DataCategory.CREDENTIAL)


def has_long_word(text: str, /) -> bool:
    """Say whether a word is long enough to be a key or a blob."""
    return len(text) >= _BLOB and max(map(len, text.split()), default=0) >= _BLOB


def find_keys(text: str, /) -> Iterator[Finding]:
    """Find keys by their own shape."""
    for match in secrets.KEY_SHAPES.finditer(text):
        yield Finding(match.start(), match.end(), DataCategory.CREDENTIAL)
    for match in secrets.VOX_TOKEN.finditer(text):
        start = match.start() - _VOX_HEAD
        yield Finding(start - len(_PID) * text.endswith(_PID, 0, start), match.end(), DataCategory.CREDENTIAL)


def find_blobs(text: str, /) -> Iterator[Finding]:
    """Find long words in base64 or hexadecimal that are not an id of a known shape."""
    for match in secrets.BLOB.finditer(text):
        if any(_is_blob(part) for part in match[0].rstrip("=").split("/")):
            yield Finding(match.start(), match.end(), DataCategory.RAW_MESSAGE)


def _is_blob(word: str, /) -> bool:
    """Tell an encoding from a name: digits in it, and its kinds of characters change often."""
    if len(word) < _LONG or word.isdigit() or not any(map(str.isdigit, word)) or reasons.ID_TOKEN.fullmatch(word):
        return False
    kinds = [char.isupper() + 2 * char.isdigit() for char in word if char.isalnum()]
    return _MIXED * sum(left != right for left, right in zip(kinds, kinds[1:], strict=False)) >= len(kinds)
