"""
The texts of an answer in every way in which a reader may read them.

A name that is written with escapes, in another code or in a part of its own has to be found too:
what is not found cannot be forgotten.
"""

from __future__ import annotations

import codecs
import html
import re
import zlib
from collections.abc import Iterator, Mapping
from ipaddress import IPv6Address, ip_address
from unicodedata import normalize
from urllib.parse import unquote

from ._messages import Response

__all__ = ["bodies_as_text", "canonical_id", "plain_id", "readings", "texts_in"]

_MOST_CHARACTERS = 65_536  # of a body that is read
_ROUNDS = 3  # of escapes within escapes
_GZIP = b"\x1f\x8b"
_SCHEME = re.compile(r"^(?:mailto|sips?|tel|xmpp):")
_END_OF_ADDRESS = re.compile(r"[;?>\s]")
_ESCAPE = re.compile(
    r"""
    \\ (?: u(?P<four>[0-9A-Fa-f]{4}) | x(?P<two>[0-9A-Fa-f]{2}) | (?P<sign>[nrtbf"'/\\]) )
    """,
    re.VERBOSE,
)
# Codecs that are no codes of texts on the web, some of them slow.
_NOT_CODES = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})


def readings(text: str, /) -> Iterator[str]:
    """Give a text as it is written, and with its escapes resolved, where it has any."""
    yield text
    for _ in range(_ROUNDS):
        resolved = _resolved(text)
        if resolved == text:
            return
        text = resolved
        yield text


def _resolved(text: str) -> str:
    if "%" in text:
        text = unquote(text)
    if "&" in text:
        text = html.unescape(text)
    if "\\" in text:
        text = _ESCAPE.sub(_sign, text)
    return text


def _sign(escape: re.Match[str]) -> str:
    digits = escape["four"] or escape["two"]
    if digits:
        return chr(int(digits, 16))
    # A line break or a tab ends a word; the others stand for themselves.
    return escape["sign"] if escape["sign"] in "\"'/\\" else " "


# Ids
# --------------------------------------------------------------------------------------------------


def plain_id(subject: str, /) -> str:
    """Return an id without case, and without the scheme of an address."""
    return _SCHEME.sub("", subject.strip().casefold())


def canonical_id(subject: str, /) -> str:
    """Return an id in the form that all its spellings share: parameters and zeros left out."""
    plain = plain_id(normalize("NFKC", unquote(subject)).strip("<>[]\"' "))
    if "@" in plain:
        return _END_OF_ADDRESS.split(plain, maxsplit=1)[0]
    try:
        address = ip_address(plain.partition("%")[0])
    except ValueError:
        return plain
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.compressed


# Bodies
# --------------------------------------------------------------------------------------------------


def bodies_as_text(response: Response, /) -> list[str] | None:
    """Return a body in each way in which it may be read; None if it cannot be read at all."""
    bodies = _decoded(response.body, response.headers.get("content-encoding"))
    code = _code_of(",".join(response.headers.get("content-type")))
    if bodies is None or code is None:
        return None
    texts: list[str] = []
    for body in bodies:
        # With zeros in it, it is written in a code in which nothing would be found.
        if b"\0" in body or len(body) > _MOST_CHARACTERS:
            return None
        texts += _as_text(body, code)
    return texts


def _as_text(body: bytes, code: str) -> Iterator[str]:
    try:
        yield body.decode()
    except UnicodeDecodeError:
        # Digits and signs are the same in every other code that is a superset of ASCII.
        yield body.decode("latin-1")
    if code:
        yield body.decode(code, "replace")


def _code_of(content_type: str) -> str | None:
    """Return the code that a body names, empty for none; None for one that is not known."""
    _, found, code = content_type.lower().partition("charset=")
    name = code.partition(";")[0].partition(",")[0].strip("\"' ")
    if not found or name in {"", "utf-8", "us-ascii"}:
        return ""
    try:
        known = codecs.lookup(name).name
        b"a".decode(known)  # refuses what is no code of texts
    except (LookupError, ValueError):
        return None
    return None if known.replace("_", "-") in _NOT_CODES else known


def _decoded(body: bytes, encodings: tuple[str, ...]) -> list[bytes] | None:
    encoding = ",".join(encodings).strip().lower()
    if encoding in {"", "identity"}:
        return [body]
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        return None
    try:
        # 32: the header tells gzip from zlib.
        text = _inflated(body, zlib.MAX_WBITS | 32)
    except zlib.error:
        return _without_header(body, encoding)
    return None if text is None else [text]


def _without_header(body: bytes, encoding: str) -> list[bytes] | None:
    if body.startswith(_GZIP):
        return None
    # A client may have decoded the body, and left the field.
    bodies = [body]
    if encoding == "deflate":
        try:
            text = _inflated(body, -zlib.MAX_WBITS)
        except zlib.error:
            return bodies
        return None if text is None else [text, *bodies[: b"\0" not in body]]
    return bodies


def _inflated(body: bytes, form: int) -> bytes | None:
    """Return all members of a compressed body; None if there is too much, or not all of it."""
    text = b""
    while body:
        reader = zlib.decompressobj(form)
        text += reader.decompress(body, _MOST_CHARACTERS + 1 - len(text))
        if not reader.eof or len(text) > _MOST_CHARACTERS:
            return None
        body = reader.unused_data.lstrip(b"\0")
    return text


# Arguments and results
# --------------------------------------------------------------------------------------------------


def texts_in(value: object, /) -> Iterator[str]:
    """Give the texts and numbers in a value that JSON could hold."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield from _text_of_octets(value)
    elif isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        yield str(int(value))
    elif isinstance(value, Mapping):
        for pair in value.items():
            yield from texts_in(pair)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)


def _text_of_octets(octets: bytes) -> Iterator[str]:
    # Speech and pictures are no text, and hold zeros or octets that UTF-8 does not.
    if len(octets) > _MOST_CHARACTERS or b"\0" in octets:
        return
    try:
        yield octets.decode()
    except UnicodeDecodeError:
        return
