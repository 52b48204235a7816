"""Numbers too short to belong to a person: short codes, emergency numbers, extensions, service codes."""

from __future__ import annotations

from ._address import take_apart
from ._canonical import canonical

__all__ = ["is_short"]

# Source: CTIA Short Code Monitoring Handbook: five or six digits; ITU-T E.164 has none shorter than seven with
# their calling code. Emergency numbers have two (France 17) to six.
_LENGTHS = range(2, 7)


def is_short(text: str, /, *, region: str | None = None) -> bool:
    """
    Tell whether *text* is a number that is masked whole, since any part of it would say all.

    Args:
        text: A number field's value in any spelling.

        region: ISO 3166-1 alpha-2; numbers of 4 to 6 digits that people have there, as on Ascension, are not short.

    Returns:
        True for 2 to 6 digits, and for service codes: digits, `*` and `#` that begin with `*` or `#`.
    """
    address = take_apart(text)
    if address is None:
        return False
    body = "".join(character for character in address.user if character not in " -()+")
    if body.startswith(("*", "#")):
        digits = body.replace("*", "").replace("#", "")
        return digits.isascii() and (digits.isdigit() or not digits)
    return (
        len(body) in _LENGTHS
        and body.isascii()
        and body.isdigit()
        and canonical(text, region=region) is None
    )
