"""One number, one form: E.164; and numbers too short to belong to a person."""

from __future__ import annotations

from . import _metadata as _load
from ._address import digits_mean, host_means, take_apart
from ._metadata import PLANS, calling_code

__all__ = ["canonical", "is_short", "one_person"]

_SEPARATORS = dict.fromkeys(map(ord, " -.()/_\t\r\n"))
# FAULTS B1-7: letters typed or scanned for digits; Latin, Cyrillic and Greek.
_LOOKALIKES = str.maketrans("OoОоΟοlI|ІΙ", "0" * 6 + "1" * 5)
_IN_NUMBERS = frozenset(map(chr, (*b"+0123456789", *_SEPARATORS, *_LOOKALIKES)))
_EXTENSION_WORDS = frozenset({"", "x", "ext", "extn", "extension"})
_LONGEST_EXTENSION = 9
# Fifteen digits of E.164 and the longest prefix of an international call.
_MOST_DIGITS = 20
# Shorter ones are short codes, unless they lie in an assigned range.
_FEWEST_DIGITS = 7
# A stripped national prefix can show another one; no real number has three.
_ROUNDS = 3


def canonical(text: str, /, *, region: str | None = None) -> str | None:
    """
    Bring a phone number into its E.164 form.

    Args:
        text: E.164, international or, with a *region*, national spelling; a tel:, sip: or whatsapp:
            address; any decimal digits; percent-encoded. An extension is left out.

        region: ISO 3166-1 alpha-2 of the place the number was written in. A national reading goes
            before an international one, unless only the latter lies in an assigned range or begins
            with the region's own code.

    Returns:
        `+` and 7 to 15 digits, of a length that its calling code has; or None for anything else,
        for missing numbers (`is_withheld`), and for short codes. Its own result comes back
        unchanged.

    Source: ITU-T E.164 (2010-11), section 6; RFC 3966; RFC 3261, section 19.1.6.
    """
    if type(text) is not str:
        text = str.__str__(text)
    if _is_settled(text):
        return _one_spelling(text)
    address = take_apart(text)
    if address is None or host_means(address.host):
        return None
    number = _number(address.user)
    if number is None or digits_mean(number.removeprefix("+")):
        return None
    if number.startswith("+"):
        return _international(number)
    if context := _number(address.context):
        return _international(context + number)
    if region is not None and len(region) == 2:
        return _national(number, region.upper())
    # Without a region four short groups are an IPv4 address sooner than a number.
    if _is_dotted_quad(address.user):
        return None
    return _abroad(number)


def _is_settled(text: str) -> bool:
    """Whether phonenumbers would return *text* unchanged: nine in ten values end here."""
    plan = PLANS.get(text[:4])
    if plan is None or len(text) not in plan.lengths:
        return False
    if not text.isascii() or not text[1:].isdigit():
        return False
    return plan.unsettled is None or not text.startswith(plan.unsettled)


def _number(text: str) -> str | None:
    """Reduce *text* to digits with at most one plus before them, or return None."""
    number = text.translate(_SEPARATORS)
    if not _is_digits(number):
        number = _without_lookalikes(_without_extension(text).translate(_SEPARATORS))
    if not _is_digits(number) or len(number) > _MOST_DIGITS:
        return None
    return number


def _is_digits(number: str) -> bool:
    return number.isascii() and number.removeprefix("+").isdigit()


def _without_extension(text: str) -> str:
    end = next((i for i, character in enumerate(text) if character not in _IN_NUMBERS), len(text))
    # RFC 3601 pauses, RFC 3966 and written forms: x12, ext. 12, #12, p12, ",,12".
    word = text[end:].casefold().rstrip("0123456789 ,pw#*")
    digits = sum(map(str.isdigit, text[end:]))
    is_extension = word.strip(" .:=") in _EXTENSION_WORDS and digits <= _LONGEST_EXTENSION
    return text[:end] if is_extension else text


def _without_lookalikes(number: str) -> str:
    digits = number.translate(_LOOKALIKES)
    enough = max(_FEWEST_DIGITS, 2 * sum(map(str.isalpha, number)))
    return digits if len(digits) >= enough else number


def _is_dotted_quad(text: str) -> bool:
    groups = text.split(".")
    return len(groups) == 4 and all(group.isdecimal() and int(group) < 256 for group in groups)


def _national(digits: str, region: str) -> str | None:
    reading, abroad = _load.read(digits, region), _abroad(digits)
    if reading is None or (abroad is not None and _prefers(abroad, reading)):
        return abroad
    if not reading.valid and len(digits) < _FEWEST_DIGITS:
        return None
    return _international(reading.e164)


def _prefers(abroad: str, reading: _load.Reading) -> bool:
    """Whether the international reading goes before the national one."""
    if abroad == reading.e164:
        return False
    # A number that begins with the region's own calling code is not a national one, though Germany
    # has one for "4915...".
    if reading.valid and calling_code(abroad) != calling_code(reading.e164):
        return False
    return _is_assigned(abroad)


def _is_assigned(e164: str) -> bool:
    reading = _load.read(e164, None)
    return reading is not None and reading.valid


def _abroad(digits: str) -> str | None:
    """Read *digits* as an international number without its plus."""
    for prefix in ("00", "011"):
        if digits.startswith(prefix):
            return _international("+" + digits.removeprefix(prefix))
    # Seven digits are a local number, a date or, seldom, a number of Niue or Tokelau.
    return _international("+" + digits) if len(digits) > _FEWEST_DIGITS else None


_TWO_SPELLINGS = ("+521", "+55")
_WITH_A_DIGIT_MORE = 14  # characters of +52 1 55 1234 5678, +54 9 11 2345 6789
_OF_BRAZIL_BEFORE = 13  # characters of +55 11 8765 4321, a mobile number before its ninth digit
_MOBILE_IN_BRAZIL = frozenset("6789")


def _one_spelling(number: str) -> str:
    """
    Return the one form of a number that is in use with and without a digit: one person, one token.

    Source: IFT of Mexico, no 1 before mobile numbers since 2019-08-03; Anatel resolution 553, a
    ninth digit before mobile numbers of Brazil. Argentina's 9 stays, as it is a part of the E.164
    form of its mobile numbers; `one_person()` leaves it out.
    """
    if not number.startswith(_TWO_SPELLINGS):
        return number
    if number.startswith("+55"):
        is_old = len(number) == _OF_BRAZIL_BEFORE and number[5] in _MOBILE_IN_BRAZIL
        return f"{number[:5]}9{number[5:]}" if is_old else number
    return number[:3] + number[4:] if len(number) == _WITH_A_DIGIT_MORE else number


def one_person(number: str, /) -> str:
    """
    Return what tells the subscriber of a number in canonical form from every other one.

    Source: ITU-T Operational Bulletin, Argentina: a 9 before mobile numbers in calls from abroad,
    which networks leave out at home. No two subscribers share the ten digits behind it.
    """
    if number.startswith("+549") and len(number) == _WITH_A_DIGIT_MORE:
        return f"+54{number[4:]}"
    return number


def _international(number: str) -> str | None:
    """Return the form of *number* that another reading does not change."""
    number = _one_spelling(number)
    for _ in range(_ROUNDS):
        if _is_settled(number):
            return _one_spelling(number)
        plan = PLANS.get(number[:4])
        # Where no prefix can be stripped, reading would not change a number of the wrong length.
        if plan is None or not number.startswith(plan.unsettled or ()) or digits_mean(number[1:]):
            return None
        reading = _load.read(number, None)
        if reading is None:
            return None
        if reading.e164 != number:
            number = reading.e164
            continue
        if len(number) in plan.lengths:
            return number
        return None
    return None


# Short numbers: short codes, emergency numbers, extensions, service codes -------------------------

# Source: CTIA Short Code Monitoring Handbook: five or six digits; ITU-T E.164 has none shorter than
# seven with their calling code. Emergency numbers have two (France 17) to six.
_LENGTHS = range(2, 7)


def is_short(text: str, /, *, region: str | None = None) -> bool:
    """
    Whether *text* is a number that is masked whole, since any part of it would identify it.

    Args:
        text: A number field's value in any spelling.

        region: ISO 3166-1 alpha-2; numbers of 4 to 6 digits that people have there, as on
            Ascension, are not short.

    Returns:
        True for 2 to 6 digits, and for service codes such as `*69` and `#31#`.
    """
    address = take_apart(text)
    if address is None:
        return False
    body = "".join([character for character in address.user if character not in " -()+"])
    if not body.isascii():
        return False
    if body.startswith(("*", "#")):
        return _is_service_code(body)
    if len(body) not in _LENGTHS or not body.isdigit():
        return False
    return canonical(text, region=region) is None


def _is_service_code(body: str) -> bool:
    digits = body.replace("*", "").replace("#", "")
    return not digits or digits.isdigit()
