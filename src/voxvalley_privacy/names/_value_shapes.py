"""Claims about shape: whether a value can be what the name of its field says."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..vocabulary import DataCategory as C
from ._word_classes import ENUMERATED

__all__ = ["VALUE_DECIDES", "counts", "fits", "is_enumerated", "is_numbered"]

# Names of these are too common to be believed without a look at the value: `channel`, `to`.
VALUE_DECIDES = frozenset(
    {C.CHANNEL_NAME, C.IP_ADDRESS, C.LOCATION, C.MEDIA_URL, C.PARTY_NUMBER, C.RECORDING, C.SIP_URI}
)

_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# A sender of up to eleven capitals and digits. Source: 3GPP TS 23.038, 7-bit alphabet in an address.
_SENDER_ID = re.compile(r"(?=[A-Z0-9]*[A-Z]{3})[A-Z0-9]{3,11}")
# caller=metrics.go:110: the line of a program that wrote the log.
_SOURCE_LINE = re.compile(r"[\w./-]{1,200}\.[a-z]{1,4}:[0-9]{1,6}")
# web-form-v3, carrier-a, gw-1: one of several things.
_ONE_OF_SEVERAL = re.compile(r"[a-z]{2,20}(?:-[a-z]{1,20}){0,4}-(?:v?[0-9]{1,2}|[a-z])")
_CODE_OF_REPORT = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
_REFERENCE = re.compile(r"(?:urn|arn|https?|data):\S+", re.IGNORECASE)
# What this library made of a value; a record that was treated before holds such tokens.
_OWN_TOKEN = re.compile(r"[a-z]{2,24}[A-Z][bcdfghjkmnprtvwx]{30,120}")
_NOBODY = (_REFERENCE, _UUID, _TIME, _SENDER_ID, _SOURCE_LINE, _ONE_OF_SEVERAL)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_COUNT = re.compile(r"\d{1,5}")
_DIGITS_THEMSELVES = frozenset({C.DTMF, C.LOCATION, C.ONE_TIME_CODE, C.PARTY_NUMBER})
_LONGEST_SHAPE = 256
_DIGITS_OF_SOMEONE = 6
_LONGEST_BLANK = 2
_DIGITS = 3  # of the shortest number of a party that is told from a count


# Read whole values with `fullmatch` or from one place with `match`, and are never searched for.
WHOLE = frozenset({"_ONE_OF_SEVERAL", "_OWN_TOKEN", "_SENDER_ID", "_SOURCE_LINE"})


def fits(category: C, value: object, /) -> bool:
    """
    Whether a value has the shape of what the name of its field says.

    Only what plainly is something else does not fit: a switch, a count, a word of an enumeration, a
    point in time. What does not fit is looked through as a text that nothing is known of.

    Args:
        category: What the name says.

        value: The value as it was handed in.
    """
    if value is None or isinstance(value, bool):
        return False
    text = value if isinstance(value, str) else str(value)
    if len(text) > _LONGEST_SHAPE:
        # Nothing that long is a switch, a count or a word of an enumeration.
        return True
    check = _CHECKS.get(category, _any_text)
    return check(text.strip(), isinstance(value, str))


def is_enumerated(value: object, /) -> bool:
    """Whether a value is a word of an enumeration that many systems share: `active`, `sms`."""
    return isinstance(value, str) and value in ENUMERATED


def counts(category: C, value: object, /) -> bool:
    """Whether a value under a plural name is how many there are: `participants: 3`."""
    return category not in _DIGITS_THEMSELVES and _COUNT.fullmatch(str(value)) is not None


def _any_text(text: str, is_text: bool) -> bool:
    return text != "" and text.lower() not in ("0", "true", "false", "null")


def _written(text: str, is_text: bool) -> bool:
    # A short number in a field for texts is a count or a code, if it was no text to begin with.
    return _any_text(text, is_text) and (is_text or len(text.lstrip("-")) > _DIGITS)


def _is_a_secret(text: str, is_text: bool) -> bool:
    # Nobody's secret is a number of three digits; a code that unlocks has four.
    # `dsn=2.0.0` is the code of a delivery report, not an address with a password.
    if _CODE_OF_REPORT.fullmatch(text):
        return False
    if len(text) <= _LONGEST_BLANK and not any(map(str.isalnum, text)):
        return False  # `password=-`: a log's way to say none
    return _any_text(text, is_text) and not (
        _NUMBER.fullmatch(text) and len(text.lstrip("+-")) <= _DIGITS
    )


def is_numbered(value: object, /) -> bool:
    """Whether a value has a digit and the length of the number of a person."""
    text = str(value)
    return sum(map(str.isalnum, text)) >= _DIGITS_OF_SOMEONE and any(map(str.isdigit, text))


def _names_someone(text: str, is_text: bool) -> bool:
    if text in ENUMERATED or _OWN_TOKEN.fullmatch(text):
        return False
    if _UUID.fullmatch(text) or _TIME.fullmatch(text):
        return False
    # A longer number is somebody's, though no name: it is hidden as one.
    return not (_NUMBER.fullmatch(text) and len(text) < _DIGITS_OF_SOMEONE) and _any_text(
        text, is_text
    )


def _identifies(text: str, is_text: bool) -> bool:
    return (
        text not in ENUMERATED
        and not text.startswith("-")
        and _TIME.fullmatch(text) is None
        and _any_text(text, is_text)
    )


def _reaches_someone(text: str, is_text: bool) -> bool:
    if text in ENUMERATED or text.startswith("-"):
        return False
    for pattern in _NOBODY:
        if pattern.fullmatch(text):
            return False
    digits = sum(map(str.isdigit, text))
    return digits >= _DIGITS or any(map(str.isalpha, text))


def _names_a_channel(text: str, is_text: bool) -> bool:
    return "/" in text or "@" in text or sum(map(str.isdigit, text)) >= _DIGITS


def _is_somewhere(text: str, is_text: bool) -> bool:
    if text in ENUMERATED or _TIME.fullmatch(text) or _REFERENCE.fullmatch(text):
        return False
    if not is_text and len(text) < _DIGITS and _NUMBER.fullmatch(text):
        return False
    return _any_text(text, is_text)


def _is_a_file(text: str, is_text: bool) -> bool:
    return text not in ENUMERATED and any(map(str.isalpha, text)) and _TIME.fullmatch(text) is None


def _is_a_host(text: str, is_text: bool) -> bool:
    return text not in ENUMERATED and (":" in text or "." in text)


def _is_an_address(text: str, is_text: bool) -> bool:
    return ":" in text or "/" in text or "?" in text


_CHECKS: dict[C, Callable[[str, bool], bool]] = {
    C.CHANNEL_NAME: _names_a_channel,
    C.CONTENT: _written,
    C.CREDENTIAL: _is_a_secret,
    C.DEVICE_ID: _identifies,
    C.DTMF: _identifies,
    C.EMAIL_ADDRESS: _names_someone,
    C.IP_ADDRESS: _is_a_host,
    C.LOCATION: _is_somewhere,
    C.MEDIA_URL: _is_a_file,
    C.NAME_ADDR: _reaches_someone,
    C.NATIONAL_ID: _identifies,
    C.PARTY_NUMBER: _reaches_someone,
    C.PERSON_NAME: _names_someone,
    C.RECORDING: _is_a_file,
    C.SIP_URI: _reaches_someone,
    C.URL: _is_an_address,
    C.SUBSCRIBER_ID: _identifies,
}
