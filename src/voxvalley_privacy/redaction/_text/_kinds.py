"""What a run of digits is: the check digits and shapes only name it, they never decide whether it is hidden."""

from __future__ import annotations

from ...vocabulary import DataCategory as C
from .._patterns import numbers

__all__ = ["kind_of", "luhn"]

_PHONE = C.PHONE_NUMBER  # the most frequent by far; a look into an enumeration has its price
_SHORTEST_CARD, _LONGEST_CARD = 12, 19  # digits; Source: ISO/IEC 7812-1:2017
_LONGEST_PHONE = 15  # Source: ITU-T E.164
_SHORTEST_ICCID = 18  # Source: ITU-T E.118
_MOST = 4  # characters of a run for each digit of it
_SSN = 11  # 123-45-6789

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
    if text[start - 1 : start] == "+":
        return _PHONE
    if end - start > _MOST * _LONGEST_CARD:
        return C.PHONE_NUMBER
    run = text[start:end]
    digits = run.replace(" ", "").replace("-", "")
    if not digits.isdigit():
        digits = "".join(numbers.DIGITS.findall(run))
    size = len(digits)
    if size > _LONGEST_CARD:
        return C.PHONE_NUMBER
    before = text[start - _BEFORE if start > _BEFORE else 0 : start].lower()
    for word, kind in _SAID_OF_SHORT if size < _SHORTEST_CARD else _SAID_OF_LONG:
        if word in before:
            return kind
    if size < _SHORTEST_CARD:
        return _PHONE if len(run) == size else _short_kind(text, start, end, run)
    if digits[:2] == "89" and size >= _SHORTEST_ICCID:
        return C.ICCID
    if size == _SHORTEST_CARD:
        return (
            C.AADHAAR
            if [len(group) for group in run.replace("-", " ").split(" ")] == [4, 4, 4]
            else C.PHONE_NUMBER
        )
    if size > _LONGEST_PHONE or (luhn(digits) and digits[0] in "3456"):
        return C.PAYMENT_CARD
    return C.PHONE_NUMBER


def _short_kind(text: str, start: int, end: int, run: str, /) -> C:
    """Tell the few kinds that have fewer digits than a card."""
    if (
        len(run) == _SSN
        and run[3] in "- "
        and run[6] == run[3]
        and run.replace(run[3], "").isdigit()
    ):
        return C.US_SSN
    # Two groups and a street behind them are house numbers: they look like a number, and are named
    # for what they are.
    if run.count(" ") == 1 and numbers.STREET.match(text, end) is not None:
        return C.LOCATION
    return C.PHONE_NUMBER
