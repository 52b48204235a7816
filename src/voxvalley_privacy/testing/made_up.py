"""
Made-up people for tests: a value for each category, from ranges that belong to nobody.

The values are recognizable: `canaries_in()` finds them in a text without being told which were
used, so a guard needs no list that tests and workers would have to share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

import attrs

from .. import schemas
from ..errors import ConfigurationError
from ..schemas import Schema
from ..vocabulary import DataCategory
from .decodings import squeezed, views

__all__ = ["CanaryHit", "canaries_in", "canary", "sample"]

C = DataCategory

# Who there is. The words are in no dictionary, so that each of them gives a leak away.
_GIVEN = ("Zorabelle", "Quillamar", "Brindavo", "Ottimarne", "Feodrune", "Lysandwe", "Marvolinde")
_FAMILY = ("Quenwicke", "Harrowmint", "Vexlendorf", "Plimsorth", "Dunmarrowe", "Fennimoore")
_CODES = ("847291", "736184", "918237", "640917", "582736")
_AREAS = ("212", "312", "415", "617", "713")
# Every message and every secret has one of these words in it.
_CONTENT_WORD = "quibblefenn"
_SECRET_WORD = "swordfinchel"  # noqa: S105 - it marks made-up secrets
_USER_WORD = "lodgerwyn"

# +1 NXX 555 0100 to 0199 are kept for fiction.
_NANP = re.compile(r"555[ .()-]{0,2}01[ .-]{0,1}\d\d")
# +44 7700 900000 to 900999 too.
_OFCOM = re.compile(r"7700[ .-]{0,2}900[ .-]{0,1}\d{3}")
# The networks of RFC 5737 and RFC 3849
_ADDRESS = re.compile(
    r"(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d|2001:0?db8:[0-9a-f:]", re.IGNORECASE
)
# Network 001-01 is for tests; no equipment has a number of this range.
_SUBSCRIBER = re.compile(r"0010199\d{7}")
# The place in the sea that is farthest from any land
_PLACE = re.compile(r"48\.87\d{2}")
_CODE = re.compile(rf"(?<!\d)(?:{'|'.join(_CODES)})(?!\d)")
_NAME = re.compile("|".join((*_GIVEN, *_FAMILY)), re.IGNORECASE)
_CONTENT = re.compile(_CONTENT_WORD, re.IGNORECASE)
_SECRET = re.compile(_SECRET_WORD, re.IGNORECASE)
_USER = re.compile(_USER_WORD, re.IGNORECASE)

_IN_TEXT = (
    (_NANP, C.PARTY_NUMBER),
    (_OFCOM, C.PARTY_NUMBER),
    (_ADDRESS, C.IP_ADDRESS),
    (_SUBSCRIBER, C.SUBSCRIBER_ID),
    (_PLACE, C.LOCATION),
    (_CODE, C.ONE_TIME_CODE),
    (_NAME, C.PERSON_NAME),
    (_CONTENT, C.CONTENT),
    (_SECRET, C.CREDENTIAL),
    (_USER, C.SUBSCRIBER_ID),
)
# What is between the characters of these does not hide them.
_IN_SQUEEZED = tuple(
    row for row in _IN_TEXT if row[0] in {_NANP, _OFCOM, _SUBSCRIBER, _NAME, _CONTENT, _SECRET}
)


@attrs.frozen
class CanaryHit:
    """Say that a made-up value can be read in a text, and its category; never the value."""

    category: DataCategory


def canaries_in(text: str, /) -> tuple[CanaryHit, ...]:
    """
    Find values of `sample()` and `canary()` in a text, in any spelling and encoding.

    Args:
        text: Any text.

    Returns:
        One hit for each category, in the order of the categories' names.
    """
    hits = {category for view in views(text) for category in _seen_in(view)}
    return tuple(CanaryHit(category) for category in sorted(hits))


def _seen_in(view: str) -> Iterator[DataCategory]:
    for pattern, category in _IN_TEXT:
        if pattern.search(view) is not None:
            yield category
    bare = squeezed(view)
    for pattern, category in _IN_SQUEEZED:
        if pattern.search(bare) is not None:
            yield category


# A person, and what a vendor would write of one
# --------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class _Person:
    """One made-up person with everything that a record may say."""

    name: str
    number: str  # in E.164
    address: str
    code: str
    tail: str  # seven digits that make ids of this person differ
    letters: str  # for opaque ids, which hold no digits that could look like a number

    @classmethod
    def drawn(cls, random: Random) -> _Person:
        return cls(
            name=f"{random.choice(_GIVEN)} {random.choice(_FAMILY)}",
            number=_number(random),
            address=f"192.0.2.{random.randrange(1, 255)}",
            code=random.choice(_CODES),
            tail=f"{random.randrange(10**7):07d}",
            letters="".join(random.choices("abcdef", k=32)),
        )

    @property
    def digits(self) -> str:
        return self.number[1:]

    @property
    def given(self) -> str:
        return self.name.partition(" ")[0]


def _number(random: Random) -> str:
    if random.randrange(4) == 0:
        return f"+447700900{random.randrange(1000):03d}"
    return f"+1{random.choice(_AREAS)}55501{random.randrange(100):02d}"


def _luhn(body: str) -> str:
    """Return *body* with the check digit of ISO/IEC 7812 after it."""
    doubled = [int(digit) * (2 - at % 2) for at, digit in enumerate(reversed(body))]
    total = sum(value // 10 + value % 10 for value in doubled)
    return body + str(-total % 10)


_Value = Callable[[_Person], str]
_VALUES: Mapping[DataCategory, _Value] = {
    C.PARTY_NUMBER: lambda who: who.number,
    C.END_USER_NUMBER: lambda who: who.number,
    C.PHONE_NUMBER: lambda who: who.number,
    C.OWN_NUMBER: lambda who: "ExampleCo",
    C.FORMATTED_NUMBER: lambda who: f"({who.digits[-10:-7]}) {who.digits[-7:-4]}-{who.digits[-4:]}",
    C.PERSON_NAME: lambda who: who.name,
    C.SIP_URI: lambda who: f"sip:{who.number}@sip.example.com;user=phone",
    C.NAME_ADDR: lambda who: f'"{who.name}" <{who.digits}>',
    C.CHANNEL_NAME: lambda who: f"PJSIP/{who.digits}-0000002a",
    C.IP_ADDRESS: lambda who: who.address,
    C.HOST: lambda who: "pbx.example.com",
    C.CONTENT: lambda who: f"{_CONTENT_WORD} for {who.name}: your code is {who.code}",
    C.MEDIA_URL: lambda who: f"https://media.example.com/{who.digits}/{_CONTENT_WORD}.mp3",
    C.RECORDING: lambda who: f"https://recordings.example.com/{who.digits}.wav",
    C.CREDENTIAL: lambda who: f"{_SECRET_WORD}-{who.tail}",
    C.DTMF: lambda who: f"{who.code}#",
    C.PRICE: lambda who: "0.0075",
    C.TIMESTAMP: lambda who: "2026-01-15T10:30:00Z",
    C.DURATION: lambda who: "61",
    C.DEVICE_ID: lambda who: _luhn(f"0010199{who.tail}"),
    C.USER_AGENT: lambda who: "ExamplePhone/2.1",
    C.SUBSCRIBER_ID: lambda who: f"00101990{who.tail}",
    C.LOCATION: lambda who: f"-48.87{who.tail[:2]},-123.39{who.tail[2:4]}",
    C.REGION: lambda who: "US",
    C.RECORD_ID: lambda who: f"SM{who.letters}",
    C.CALL_ID: lambda who: f"{who.letters[:12]}@{who.address}",
    C.ACCOUNT_ID: lambda who: f"AC{who.letters[::-1]}",
    C.STATUS: lambda who: "completed",
    # No words beside it: one policy may keep them in this field and not in that one.
    C.FREE_TEXT: lambda who: who.number,
    C.URL: lambda who: f"https://app.example.com/hook?To=%2B{who.digits}&key={_SECRET_WORD}",
    C.RAW_MESSAGE: lambda who: f"PJSIP/{who.number}@trunk,30,tT",
    C.CONSENT_SIGNAL: lambda who: "STOP",
    C.CONTENT_HASH: lambda who: who.letters,
    C.EMAIL_ADDRESS: lambda who: f"{_USER_WORD}.{who.given.lower()}@example.com",
    C.PAYMENT_CARD: lambda who: "4111111111111111",
    C.IMEI: lambda who: _luhn(f"0010199{who.tail}"),
    C.IMSI: lambda who: f"00101990{who.tail}",
    C.ONE_TIME_CODE: lambda who: f"your code is {who.code}",
    C.COORDINATES: lambda who: f"-48.87{who.tail[:2]},-123.39{who.tail[2:4]}",
}


def canary(category: DataCategory | str, /, *, seed: int = 0) -> str:
    """
    Return a made-up value of one category, for a test to plant.

    Args:
        category: A category, or its name.

        seed: Another one gives another person; the same one always the same value.

    Raises:
        voxvalley_privacy.ConfigurationError: If there is no such category, or nothing is kept free
            for fiction in it.
    """
    name = str(category)
    if name not in DataCategory.__members__:
        raise ConfigurationError("canary(): there is no category of this name.")
    value = _VALUES.get(DataCategory(name))
    if value is None:
        raise ConfigurationError(f"canary(): {name} has no range that belongs to nobody.")
    return value(_Person.drawn(Random(f"canary {seed}")))  # noqa: S311 - a test repeats its values


def sample(schema: Schema | str, /, *, seed: int = 0) -> dict[str, Any]:
    """
    Return a filled record of a schema.

    Numbers, addresses and names are made up, from ranges that belong to nobody. `assert_clean()`
    and the fixture `privacy_guard` recognize them wherever they come out.

    Args:
        schema: A schema, or the name of a built-in one.

        seed: Another one gives other people; the same one always the same record.

    Returns:
        A new record with a value at each path of the schema.

    Raises:
        voxvalley_privacy.ConfigurationError: If there is no such schema.
    """
    known = schemas.get(schema) if isinstance(schema, str) else schema
    random = Random(f"{known.name} {seed}")  # noqa: S311 - a test repeats its records
    record: dict[str, Any] = {}
    for path, field in known.fields.items():
        value = _VALUES.get(field.category, _VALUES[C.STATUS])
        _plant(record, path, value(_Person.drawn(random)))
    if known.direction:
        record[known.direction["field"]] = next(iter(known.direction["end_user"]))
    return record


# Paths of a schema
# --------------------------------------------------------------------------------------------------


def _plant(record: dict[str, Any], path: str, value: str) -> None:
    *inner, last = path.split(".")
    at = record
    for part in inner:
        at = _entered(at, part)
    key = _key(last)
    if isinstance(at.get(key), dict | list):  # the schema lists a record and its fields
        return
    at[key] = [value] if "[]" in last else value


def _entered(at: dict[str, Any], part: str) -> dict[str, Any]:
    """Return the mapping below a key, with a list around it where the path has one."""
    key = _key(part)
    below = at.get(key)
    if isinstance(below, list) and below and isinstance(below[0], dict):
        return below[0]
    if isinstance(below, dict):
        return below
    entered: dict[str, Any] = {}
    at[key] = [entered] if "[]" in part else entered
    return entered


def _key(part: str) -> str:
    """Return a key that a part of a path allows: `MediaUrl{N}` allows `MediaUrl1`."""
    name = part.replace("[]", "")
    for start, end in (("{", "}"), ("<", ">")):
        head, mark, rest = name.partition(start)
        if mark:
            name = f"{head}1{rest.partition(end)[2]}"
    name = name.replace("*", "Thing")
    # A RADIUS attribute is listed with its number, `User-Name(1)`, and comes as a name.
    head, mark, tail = name.partition("(")
    return head if mark and tail[:-1].isdigit() else name
