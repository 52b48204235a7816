"""What a run of digits is: the check digits and shapes only name it, they never decide whether it is hidden."""

from __future__ import annotations

import re

from ..vocabulary import DataCategory as C

__all__ = [
    "ANY_SCRIPT",
    "BEYOND",
    "CLUSTER",
    "DIGITS",
    "EXTENSION",
    "FIRST_DIGITS",
    "IN_LONG_WORD",
    "LAST_DIGITS",
    "NAME_WORD",
    "NEXT_NUMBER",
    "PLAIN",
    "RUN",
    "SCHEME",
    "STREET",
    "kind_of",
    "luhn",
]

# Runs of digits: seven or more with at most three other characters between two of them
# --------------------------------------------------------------------------------------------------

# A text that has no ASCII digit, no @ : = and nothing of this holds nothing for any finder: digits of many scripts (Nd is \d, the
# ranges are No) and wide @ : =.
ANY_SCRIPT = re.compile(
    r"[\d²³¹\u1369-\u1371\u19da\u2070-\u2079\u2080-\u2089\u2460-\u24ff\u2776-\u2793\ufe13\ufe55\ufe66\ufe6b\uff1a\uff1d\uff20"
    r"\U00010a40-\U00010a43\U00010e60-\U00010e68\U00011052-\U0001105a\U0001f100-\U0001f10a]"
)

# In the shape of a text: four digits or more with at most three other characters between two of them.
CLUSTER = re.compile(r"0(?:-{0,3}+0){3,}+")
# A letter that Latin-1 does not have; some look like digits.
BEYOND = re.compile(r"[^\W\x00-\xff]")
RUN = re.compile(r"[0-9](?:[\W_]{0,3}+[0-9]){6,}+")

# Spellings of ten digits and more that are no part of any reason: 415-555-0132 · (415) 555-0132 · 1 415 555 0132 · 07700 900123, and
# eight and more right behind a plus, which can be nothing but a phone number; bare digits and groups of four. Behind an assignment,
# or glued to something, they could be another thing.
PLAIN = re.compile(
    r"(?<![^ \n+(])(?<![:=][ \n+(])(?:(?:1[ -])?(?:[0-9]{3}(?:\) ?|[ -])[0-9]{3}[ -][0-9]{4}|[0-9]{5} [0-9]{6})|(?<=\+)[0-9]{8,15}"
    r"|(?P<bare>[0-9]{10,13}|[0-9]{15,18}|[0-9]{4}(?: [0-9]{4}){3}|[0-9]{4}(?:-[0-9]{4}){3}))"
    r"(?![0-9A-Za-z]|[\W_]{1,3}[0-9]|[-_/:.,][^\s])"
)

# A digit beside a letter, in a word that is long enough to be a token, a key or a blob
IN_LONG_WORD = re.compile(r"[0-9](?:(?=[A-Za-z])|(?<=[A-Za-z].))(?:(?=\S{8})|(?<=\S{9}))")

# A search for a set is several times faster than one for a repeat.
DIGITS = re.compile(r"[0-9][0-9]*+")

# 415 555 0132 x17, ext. 17, #17
EXTENSION = re.compile(
    r"[ ,;]{0,2}(?:x|ext\.?|extn\.?|extension|#|poste|Durchwahl|доб\.?) ?[0-9]{1,6}(?![0-9])",
    re.IGNORECASE,
)

# What stands between two numbers rather than inside one: a line end, a list mark, a new plus.
NEXT_NUMBER = re.compile(r"[\n,;|&]|/ | /|\+|\) ?\(|  ")

# The words of a name, and what stands before an address.
NAME_WORD = re.compile(r"[^\W\d_]+")
SCHEME = re.compile(r"^<?(?:sips?|tel|mailto):", re.IGNORECASE)

# Behind two house numbers in a row: up to four words of a name and a word for a street, on either side of it.
STREET = re.compile(
    r"(?: [^\W\d_][\w'.-]{0,24}){0,5}? (?:st|street|road|rd|drive|dr|ave|avenue|lane|ln|place|pl|square|sq|way|court|ct|blvd|boulevard|"
    r"highway|hwy|terrace|crescent|parkway|pkwy|rue|via|calle|rua|avenida|ulica|ul|gate|vej|laan)(?![^\W_])"
    r"|(?: [^\W\d_][\w'.-]{0,24}){0,4}?[^\W\d_](?:stra(?:ss|ß)e|str|straat|gasse|weg|gata|gatan|vägen|vej|veien|katu|tie|utca)(?![^\W_])",
    re.IGNORECASE,
)

# Three digits or more at the beginning of a text, and, read backwards, at its end
FIRST_DIGITS = re.compile(r"[\W_]{0,3}+[0-9](?:[\W_]{0,3}+[0-9]){2,}+")
LAST_DIGITS = re.compile(r"[\W_]{0,3}+[0-9](?:[\W_]{0,3}+[0-9]){2,}+\+?")


# What a run of digits is: the check digits and shapes only name it, they never decide whether it is hidden
# --------------------------------------------------------------------------------------------------

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
        digits = "".join(DIGITS.findall(run))
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
    if run.count(" ") == 1 and STREET.match(text, end) is not None:
        return C.LOCATION
    return C.PHONE_NUMBER
