"""What stands in a number's place when there is no number: a token for it would join strangers."""

from __future__ import annotations

from typing import Literal

from ._address import take_apart

__all__ = ["DIALED_WORDS", "digits_mean", "host_means", "is_withheld", "sentinel"]

Absence = Literal["withheld", "unavailable"]

_WORDS: dict[str, Absence] = {
    # RFC 3323, section 4.1.1.3: the user part and the display name of a caller who asks for privacy.
    "anonymous": "withheld",
    # Twilio, changelog of 2022-11-16: withheld caller ids arrive as words, as ANONYMOUS or RESTRICTED.
    "restricted": "withheld",
    "blocked": "withheld",
    "unavailable": "unavailable",  # also ITU-T Q.1912.5, for a calling number that ISUP did not bring
    "unknown": "unavailable",
    # Display texts of phones, gateways and carriers; no document lists them all.
    "private": "withheld",
    "withheld": "withheld",
    "hidden": "withheld",
    "nocallerid": "withheld",
    "calleridblocked": "withheld",
    "calleridrestricted": "withheld",
    "calleridwithheld": "withheld",
    "anonymouscaller": "withheld",
    "blockedcaller": "withheld",
    "blockednumber": "withheld",
    "hiddennumber": "withheld",
    "numberwithheld": "withheld",
    "privatecaller": "withheld",
    "privatenumber": "withheld",
    "restrictednumber": "withheld",
    "withheldnumber": "withheld",
    "calleridunavailable": "unavailable",
    "calleridunknown": "unavailable",
    "notavailable": "unavailable",
    "numberunavailable": "unavailable",
    "outofarea": "unavailable",
    "unavailablenumber": "unavailable",
    "unknowncaller": "unavailable",
    "unknownnumber": "unavailable",
    # Asterisk chan_sip, DEFAULT_CALLERID: sent where a call has no caller id; some builds say Unknown.
    "asterisk": "unavailable",
}

# The words above, dialed on a keypad: Twilio put them in From and To until 2022, and old records hold them.
DIALED_WORDS: dict[str, Absence] = {
    "266696687": "withheld",  # ANONYMOUS
    "7378742833": "withheld",  # RESTRICTED
    "2562533": "withheld",  # BLOCKED
    "8656696": "unavailable",  # UNKNOWN
    "86282452253": "unavailable",  # UNAVAILABLE; the only one whose length is possible, as a Chinese number
}

_HOSTS: dict[str, Absence] = {
    "anonymous.invalid": "withheld",  # RFC 3323, section 4.1.1.3, whatever the user part
    "unknown.invalid": "unavailable",  # carriers send unavailable@unknown.invalid
}


def digits_mean(digits: str, /) -> Absence | None:
    """Say what ASCII *digits* without a plus stand for, if not for a number."""
    # FreeSWITCH, SWITCH_DEFAULT_CLID_NUMBER: ten zeros where nothing is known; others write fewer or more.
    # Three zeros are the emergency number of Australia.
    if len(digits) > 3 and not digits.strip("0"):
        return "unavailable"
    return DIALED_WORDS.get(digits)


def host_means(host: str, /) -> Absence | None:
    """Say what the *host* of a SIP address stands for, if not for a host."""
    return _HOSTS.get(host.casefold()) if host else None


def sentinel(text: str, /) -> Absence | None:
    """
    Tell whether *text* stands for a missing number, and why it is missing.

    Args:
        text: A number field's value in any spelling: with a scheme, quotes, a display name, percent-encoded.

    Returns:
        `withheld` if the caller hid the number, `unavailable` if the network does not know it, else None.
    """
    address = take_apart(text)
    if address is None:
        return None
    key = "".join(filter(str.isalnum, address.user)).casefold()
    return host_means(address.host) or digits_mean(key) or _WORDS.get(key)


def is_withheld(text: str, /) -> bool:
    """Tell whether *text* stands for a number that is missing, hidden by the caller or unknown to the network."""
    return sentinel(text) is not None
