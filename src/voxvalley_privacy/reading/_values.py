"""
A value before any policy looks at it: its text, what it says it is, and how to know it
again elsewhere.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import re
import uuid
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any, NamedTuple

from ..categories import IDENTIFYING, NUMBERS
from ..names import is_word_of_names
from ..phone import sentinel
from ..placeholders import UNAVAILABLE, VENDOR_MARKS, WITHHELD, is_placeholder
from ..vocabulary import DataCategory

__all__ = ["Needle", "as_text", "needle_of", "preset"]

# 10^77: far above any number or id, far below where str() of an integer is slow or refused.
_LABELS = re.compile(r"(?:\[[A-Z_]+\])+")
_MOST_BITS = 256
_LONGEST = 256  # characters of a value that is looked for elsewhere
_TELLING = 4  # characters from which a value tells anything
_SHORTEST_NAME = 3  # letters of a name or a user that is looked for
_DIGITS_OF_A_NUMBER = 7
_SCHEMES = ("sip:", "sips:", "tel:")
# Accounts that programs run under, which are in any log of theirs.
_PROGRAMS = frozenset(
    (
        "apache", "asterisk", "daemon", "freeswitch", "git", "kamailio", "kong", "mongodb",
        "mysql", "nginx", "nobody", "opensips", "pbx", "postgres", "rabbitmq", "redis", "root",
        "rtpengine", "systemd", "ubuntu", "uwsgi",
    )
)  # fmt: skip
_LARGEST = 10**77


class Needle(NamedTuple):
    """
    A personal value of a typed field, and what shows that another text may hold it.

    *digits* are the last seven digits of a number, *folded* a text in lower case; one of them is
    empty.
    """

    digits: str
    folded: str
    value: str
    category: DataCategory
    words: tuple[str, ...] = ()


def preset(text: str, category: DataCategory, /) -> str | None:
    """
    Return the replacement of a value that means no data: empty, withheld by the caller,
    redacted by a vendor.

    Such values must not reach an action: a token for `anonymous` would join every withheld caller.
    """
    if not text or text.isspace():
        return text
    if is_placeholder(text):
        return text
    if category in NUMBERS:
        kind = sentinel(text)
        if kind == "withheld":
            return WITHHELD
        if kind is not None:
            return UNAVAILABLE
    if text in VENDOR_MARKS:
        return text
    if len(text) <= 20 and not text.strip("Xx*"):
        return text
    return None


def needle_of(text: str, category: DataCategory, /) -> Needle | None:
    """Return what tells *text* in another field, or None when it is too short to tell anything."""
    if category not in IDENTIFYING or len(text) > _LONGEST:
        return None
    if text.startswith("[") and _LABELS.fullmatch(text) is not None:
        return None
    if category in NUMBERS or category is DataCategory.NAME_ADDR:
        return _address_needle(text, category)
    if category is DataCategory.PERSON_NAME:
        return _name_needle(text)
    if category is DataCategory.SUBSCRIBER_ID:
        return Needle("", text.casefold(), text, category) if _is_a_user(text) else None
    return Needle("", text.casefold(), text, category) if len(text) >= _TELLING else None


def _name_needle(text: str) -> Needle | None:
    folded = text.casefold()
    # Two ideographs are a name; in letters it takes three.
    if len(folded) < _SHORTEST_NAME - (not folded.isascii()) or "://" in folded:
        return None
    if len(folded) == _SHORTEST_NAME and is_word_of_names(folded):
        return None  # `ivr`, as a program is called
    words = tuple([word for word in folded.split() if len(word) >= _SHORTEST_NAME])
    return Needle("", folded, text, DataCategory.PERSON_NAME, words)


def _address_needle(text: str, category: DataCategory) -> Needle | None:
    """Return what tells a number or the user of an address; in brackets, the name before, too."""
    _, bracket, address = text.casefold().partition("<")
    if not bracket and sentinel(text) is not None:
        return None
    user = _user_of(address.partition(">")[0] if bracket else text.casefold())
    # A number without a canonical form may be a national one; its last digits are the same in
    # every spelling.
    digits = "".join([char for char in user if char in "0123456789"])
    if len(digits) >= _DIGITS_OF_A_NUMBER:
        return Needle(digits[-_DIGITS_OF_A_NUMBER:], "", text, category)
    if bracket:
        return Needle("", "", text, category)
    if " " in user:
        # A display name by itself, not `call from a friend`; what begins with a label was treated.
        is_name = not any(word[0].islower() or word[0] == "[" for word in text.split())
        return _name_needle(text) if is_name else None
    return Needle("", user, text, category) if _is_a_user(user) else None


def _user_of(address: str) -> str:
    """Return the user of an address; of a number by itself, the number."""
    user, at, _ = address.rpartition("@")
    if at or address.startswith(_SCHEMES):
        return (user or address).rpartition(":")[2]
    return address


def _is_a_user(text: str) -> bool:
    """Whether a word can tell a user: places and programs are named by words that fields have."""
    if len(text) < _SHORTEST_NAME or not any(map(str.isalpha, text)):
        return len(text) >= _TELLING
    word = text.casefold()
    return word not in _PROGRAMS and not is_word_of_names(word)


def as_text(value: Any, kind: type, /) -> str | None:
    """
    Return a scalar as the text it would be written as, or None when it has none that is safe to ask
    for.
    """
    if issubclass(kind, str):
        return str.__str__(value)  # the subclass's own is not ours to run
    write = _WRITERS.get(kind)
    if write is not None:
        return write(value)
    if issubclass(kind, Enum):
        return _member_text(value)
    if issubclass(kind, os.PathLike) and kind.__module__ == "pathlib":
        return str(os.fspath(value))
    return None


def _whole_text(value: int) -> str | None:
    if value.bit_length() > _MOST_BITS:
        return None
    return str(value)


def _real_text(value: float | Decimal) -> str | None:
    if not isfinite(value) or not -_LARGEST < value < _LARGEST:
        return None
    whole = int(value)
    if whole == value:
        return str(whole)
    return format(value, "f")


def _bytes_text(value: bytes | bytearray | memoryview) -> str | None:
    try:
        return bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        return None


def _member_text(member: Enum) -> str | None:
    inner = object.__getattribute__(member, "_value_")
    if issubclass(type(inner), Enum):
        return None
    return as_text(inner, type(inner))


_WRITERS: dict[type, Callable[[Any], str | None]] = {
    int: _whole_text,
    float: _real_text,
    Decimal: _real_text,
    bytes: _bytes_text,
    bytearray: _bytes_text,
    memoryview: _bytes_text,
    **dict.fromkeys((uuid.UUID, dt.datetime, dt.date, dt.time, dt.timedelta), str),
    **dict.fromkeys((ipaddress.IPv4Address, ipaddress.IPv6Address), str),
    **dict.fromkeys((ipaddress.IPv4Network, ipaddress.IPv6Network), str),
}
