"""
The shapes that values have to have to be shown.

A field whose category a policy shows makes a claim: that it holds a time, an amount, a state. What
the remote end writes can stand there too. A value that fits the shape of the claim is shown; any
other is looked through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..categories import CATEGORIES
from ..vocabulary import DataCategory

__all__ = ["holds_a_person", "shows"]

_LONGEST_STATE = 48
_LONGEST_TIME = 40
_LONGEST_MEASURE = 20  # digits of a count of bytes or nanoseconds
_LONGEST_ID = 200
_PHONE_DIGITS = 7  # from which digits in a row could be a phone number
_SHORTEST_INTERNATIONAL, _LONGEST_NUMBER = 10, 13  # digits of nearly all numbers in use
_LONGEST_PHONE = 15  # Source: ITU-T E.164

_STATE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/+;=-]*")
_AMOUNT = re.compile(r"[A-Z]{0,3}[$€£₹¥]?\s?[+-]?[0-9][0-9.,]{0,12}\s?[$€£₹¥]?[A-Za-z]{0,3}")
_DECIMALS = re.compile(r"[0-9][.,][0-9]{1,6}\s?[$€£₹¥A-Za-z]*\Z")
_MEASURE = re.compile(r"[+-]?[0-9]{0,9}(?:[.,][0-9]{1,12})?\s?[A-Za-zµμ%/]{0,12}")
_CLOCK = re.compile(r"[0-9]{1,3}(?::[0-9]{2}){1,2}(?:[.,][0-9]{1,9})?")

# 2026-11-23T10:11:12.123456+00:00, 23/11/2026 10:11, 2026/11/23, 10:11:12.
_NUMERIC_TIME = re.compile(
    r"(?:[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}[T ]?)?"
    r"(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)?"
    r"\s?(?:Z|UTC|GMT|[AP]M|[+-][0-9]{2}:?[0-9]{2})?"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
# Mon, 23 Nov 2026 10:11:12 +0000, Nov 23 10:11:12 2026, 23/Nov/2026:10:11:12 +0000.
_NAMED_TIME = re.compile(
    rf"(?:[A-Z][a-z]{{2,8}},?\s)?(?:[0-9]{{1,2}}[\s/-])?{_MONTH}(?:[\s/,:-]{{1,2}}[0-9:.]+){{1,3}}"
    r"(?:\s(?:[A-Z]{3}|[+-][0-9]{4}))?(?:\s[0-9]{4})?"
)
# Seconds, milli-, micro- and nanoseconds since 1970, from 2001 to 2033; Asterisk's `epoch.n`;
# seconds since year 0, as Erlang and Kazoo count.
_EPOCH = re.compile(r"(?:(?:1[0-9]|20)[0-9]{8}(?:[0-9]{3}){0,3}|6[34][0-9]{9})(?:\.[0-9]{1,9})?")

# 2611240708, 260301101112, 20261123101112. Source: SMPP 3.4, section 7.1.1, and receipts.
# 20261123101112.513: BroadWorks accounting records.
_PACKED_TIME = re.compile(
    r"(?:20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:\.[0-9]{1,3})?)?(?:[0-9]{3}[+R-])?"
)

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]{8,128}")
# Ids that open something together with a secret beside them.
_KEY_ID = re.compile(r"(?:AKIA|ASIA|SK|GOOG)[0-9A-Z]{12}")
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/=+-]*")
_DIGIT_RUN = re.compile(rf"[0-9]{{{_PHONE_DIGITS},}}")
_IPV4 = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])")
# A Call-ID with the host that made it, a WhatsApp id with the number of the other side in base64.
_HOLDS_A_PERSON = re.compile(r"[^\s@\[\]*]+@[^\s@]+|wamid\.\S+", re.IGNORECASE)

_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?(?::[0-9]{1,5})?")
_REGION = re.compile(r"[^\W_][^\W_ .,'’/()+-]*(?:[ .,'’/()+-]{1,2}[^\W_]+){0,5}\.?\)?")
_HASH = re.compile(r"(?:[a-z0-9]{2,10}[:=])?[A-Za-z0-9+/_=-]{16,200}")


# Columns of nothing but full times or UUIDs, one a line: what most tables hold in most of their
# cells. One call for a column takes a tenth of the time of one for each cell.
_LINES_OF_TIMES = re.compile(
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(?:[.,][0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?\n)++"
)
_LINES_OF_UUIDS = re.compile(r"(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\n)++")
_LINES = {"time": _LINES_OF_TIMES, "id": _LINES_OF_UUIDS}


# Read whole values with `fullmatch` or from one place with `match`, and are never searched for.
WHOLE = frozenset({"_HOLDS_A_PERSON", "_LINES_OF_TIMES", "_LINES_OF_UUIDS"})


def shows(category: DataCategory, text: str, /) -> bool:
    """
    Whether a text looks like what a shown category claims to hold.

    Args:
        category: What the schema or the name of the field says.

        text: The value.

    Returns:
        False for any category that no policy shows, and for what could hold a personal part.
    """
    shape = CATEGORIES[category].shape
    check = _SHAPES.get(shape) if shape is not None else None
    return check is not None and check(text.strip())


def all_show(category: DataCategory, texts: Sequence[str], /) -> bool:
    """
    Whether each of the texts plainly is what a shown category claims to hold.

    False says nothing: each text is then asked for by `shows()`.
    """
    lines = _LINES.get(CATEGORIES[category].shape or "")
    if lines is None or not texts:
        return False
    joined = "\n".join(texts) + "\n"
    return joined.count("\n") == len(texts) and lines.fullmatch(joined) is not None


def holds_a_person(text: str, /) -> bool:
    """Whether an id is of a kind that holds an address or a number of somebody."""
    return _HOLDS_A_PERSON.fullmatch(text) is not None


def _digits(text: str) -> int:
    return sum(map(text.count, "0123456789"))


def _is_no_phone_number(text: str) -> bool:
    """Whether a text is nothing but digits, and too few or too many for an international number."""
    return text.isdigit() and not _SHORTEST_INTERNATIONAL <= len(text) <= _LONGEST_NUMBER


def _is_state(text: str) -> bool:
    if not text:
        return True
    if _is_no_phone_number(text):
        return True
    fits = len(text) <= _LONGEST_STATE and _STATE.fullmatch(text) is not None
    return fits and _digits(text) < _PHONE_DIGITS and _IPV4.search(text) is None


def _is_time(text: str) -> bool:
    if not text:
        return True
    if len(text) > _LONGEST_TIME:
        return False
    shapes = (_EPOCH, _NUMERIC_TIME, _NAMED_TIME, _PACKED_TIME)
    return any(shape.fullmatch(text) is not None for shape in shapes)


def _is_measure(text: str) -> bool:
    if _is_no_phone_number(text) and len(text) <= _LONGEST_MEASURE:
        return True
    if _EPOCH.fullmatch(text) is not None:
        return True
    return _MEASURE.fullmatch(text) is not None or _CLOCK.fullmatch(text) is not None


def _is_amount(text: str) -> bool:
    if _AMOUNT.fullmatch(text) is None or "+" in text:
        return False
    return _digits(text) < _PHONE_DIGITS or _DECIMALS.search(text) is not None


def _is_id(text: str) -> bool:
    if _KEY_ID.match(text):
        return False
    if len(text) > _LONGEST_ID or _IPV4.search(text) or holds_a_person(text):
        return False
    text = _UUID.sub("", text)
    if not text or _EPOCH.fullmatch(text) or _is_no_phone_number(text):
        return True
    if _ID.fullmatch(text) is None:
        return False
    if _HEX.fullmatch(text) and not text.isdigit():
        return True
    runs = [len(run) for run in _DIGIT_RUN.findall(text)]
    return all(run > _LONGEST_PHONE for run in runs)


def _is_host(text: str) -> bool:
    if _IPV4.search(text) or _DIGIT_RUN.search(text):
        return False
    return not text or _HOST.fullmatch(text) is not None


def _is_region(text: str) -> bool:
    return not text or (_REGION.fullmatch(text) is not None and _digits(text) < _PHONE_DIGITS)


def _is_software(text: str) -> bool:
    return "@" not in text and _DIGIT_RUN.search(text) is None and _IPV4.search(text) is None


def _is_hash(text: str) -> bool:
    return not text or (_HASH.fullmatch(text) is not None and not text.isdigit())


_SHAPES: dict[str, Callable[[str], bool]] = {
    "amount": _is_amount,
    "hash": _is_hash,
    "host": _is_host,
    "id": _is_id,
    "measure": _is_measure,
    "region": _is_region,
    "software": _is_software,
    "status": _is_state,
    "time": _is_time,
}
