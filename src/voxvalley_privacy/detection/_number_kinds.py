"""The kind of a number: check digits and shapes only name it, they never decide if it is hidden."""

from __future__ import annotations

import re

from ..vocabulary import DataCategory as C
from ._digit_shapes import DIGITS, LONGEST_NUMBER

__all__ = ["AADHAAR", "SSN", "STREET", "kind_of", "luhn"]

_PHONE = C.PHONE_NUMBER  # the most frequent by far; a look into an enumeration has its price

_SHORTEST_CARD, _LONGEST_CARD = 12, 19  # digits; Source: ISO/IEC 7812-1:2017
_CARD_BEGINS = "3456"
_SHORTEST_ICCID = 18  # Source: ITU-T E.118
_ICCID_BEGINS = "89"
_MOST = 4  # characters of a run for each digit of it
SSN = re.compile(r"[0-9]{3}(?P<mark>[- ])[0-9]{2}(?P=mark)[0-9]{4}")
AADHAAR = re.compile(r"[0-9]{4}(?:[- ][0-9]{4}){2}")

# What a word shortly before a run says of it, by whether the run is as long as a card number.
_BEFORE = 24
_SAID = (
    ("license", C.SUBSCRIBER_ID),
    ("licence", C.SUBSCRIBER_ID),
    ("passport", C.SUBSCRIBER_ID),
    ("card", C.PAYMENT_CARD),
)
_SAID_OF_SHORT = (
    ("zip", C.LOCATION),
    ("postal", C.LOCATION),
    ("postcode", C.LOCATION),
    ("social security", C.US_SSN),
    ("ssn", C.US_SSN),
    *_SAID,
)
_SAID_OF_LONG = (
    ("imei", C.IMEI),
    ("imsi", C.IMSI),
    ("iccid", C.ICCID),
    ("aadhaar", C.AADHAAR),
    ("aadhar", C.AADHAAR),
    (" cc ", C.PAYMENT_CARD),
    *_SAID,
)

# Behind two house numbers: up to four words of a name and a word for a street, on either side of it
STREET = re.compile(
    r"""
    (?:[ ][^\W\d_][\w'.-]{0,24}){0,5}?[ ]
    (?:avenida|ave|avenue|blvd|boulevard|calle|court|crescent|ct|dr|drive|gate|highway|hwy|laan|lane
      |ln|parkway|pkwy|pl|place|rd|road|rua|rue|square|sq|st|street|terrace|ul|ulica|vej|via|way)
    (?![^\W_])
    | (?:[ ][^\W\d_][\w'.-]{0,24}){0,4}?[^\W\d_]
    (?:gasse|gata|gatan|katu|straat|stra(?:ss|ß)e|str|tie|utca|veien|vej|vägen|weg)
    (?![^\W_])
    """,
    re.IGNORECASE | re.VERBOSE,
)

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn(digits: str, /) -> bool:
    """
    Say whether the last digit is the check digit of the others.

    Source: ISO/IEC 7812-1:2017, annex B.
    """
    values = [ord(digit) - 48 for digit in reversed(digits)]
    return (sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])) % 10 == 0


def kind_of(text: str, start: int, end: int, /) -> C:
    """Name a run of at least seven digits."""
    if text[start - 1 : start] == "+" or end - start > _MOST * _LONGEST_CARD:
        return _PHONE
    run = text[start:end]
    digits = run.replace(" ", "").replace("-", "")
    if not digits.isdigit():
        digits = "".join(DIGITS.findall(run))
    size = len(digits)
    if size > _LONGEST_CARD:
        return _PHONE
    before = text[max(0, start - _BEFORE) : start].lower()
    for word, kind in _SAID_OF_SHORT if size < _SHORTEST_CARD else _SAID_OF_LONG:
        if word in before:
            return kind
    if size >= _SHORTEST_CARD:
        return _long_kind(run, digits)
    return _PHONE if len(run) == size else _short_kind(text, end, run)


def _long_kind(run: str, digits: str, /) -> C:
    """Name a run that has as many digits as a card number, or is nearly as long."""
    size = len(digits)
    if size >= _SHORTEST_ICCID and digits.startswith(_ICCID_BEGINS):
        return C.ICCID
    if size == _SHORTEST_CARD:
        return C.AADHAAR if AADHAAR.fullmatch(run) else _PHONE
    if size > LONGEST_NUMBER:
        return C.PAYMENT_CARD
    is_card = digits[0] in _CARD_BEGINS and luhn(digits)
    return C.PAYMENT_CARD if is_card else _PHONE


def _short_kind(text: str, end: int, run: str, /) -> C:
    """Name a run in groups that has fewer digits than a card number."""
    if SSN.fullmatch(run) is not None:
        return C.US_SSN
    # Two groups and a street behind them are house numbers: they look like a number, and are named
    # for what they are.
    if run.count(" ") == 1 and STREET.match(text, end) is not None:
        return C.LOCATION
    return _PHONE
