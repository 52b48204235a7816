"""What a run of digits is: the check digits and shapes only name it, they never decide whether it is hidden."""

from __future__ import annotations

from ...vocabulary import DataCategory as C  # noqa: N817 - a table reads better so

__all__ = ["kind_of", "luhn"]

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
    run = text[start:end]
    digits = run if run.isdigit() else "".join(filter(str.isdigit, run))
    size = len(digits)
    if size == 9 and len(run) == 11 and run[3] == run[6] == "-":
        return C.US_SSN
    if size < 12 or size > 19 or text[start - 1 : start] == "+":
        return C.PHONE_NUMBER
    before = text[max(0, start - 24) : start].lower()
    if "imei" in before:
        return C.IMEI
    if "imsi" in before:
        return C.IMSI
    if digits[:2] == "89" and size >= 18:
        return C.ICCID
    if size == 12:
        shape = run[4:5] in " -" and run[9:10] == run[4] and len(run) == 14
        if "card" in before and "aadhaar" not in before:
            return C.PAYMENT_CARD
        return C.AADHAAR if shape or "aadhaar" in before or "aadhar" in before else C.PHONE_NUMBER
    if size >= 16 or "card" in before or (luhn(digits) and digits[0] in "3456"):
        return C.PAYMENT_CARD
    return C.PHONE_NUMBER
