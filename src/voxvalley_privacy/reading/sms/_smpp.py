"""
Messages as SMPP carries them, and the fields of a record that say how to read one.

Source: SMPP 3.4, sections 4.4.1 (submit_sm), 5.2.12 (esm_class) and 5.2.19 (data_coding).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ._user_data import UserData, UserDataHeader, decode_user_data, parse_udh

__all__ = ["decode_short_message", "of_record"]

# Octets written out, two digits each.
HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})+")

# No word has an inverted exclamation mark inside; an address that is not seen as one would stay.
_MARK_INSIDE = re.compile(r"(?<=[^\W_])¡(?=[^\W_])")

_UDHI = 0x40
_CODECS = {1: "ascii", 3: "latin-1", 6: "iso8859-5", 7: "iso8859-8"}
_UCS2 = 8
_SHORT = 4  # octets; hexadecimal digits of fewer say nothing of anyone
_GROUPS = 0xC0  # from here on the value is a data coding scheme of 3GPP TS 23.038


def decode_short_message(
    data: bytes | str,
    /,
    *,
    data_coding: int = 0,
    esm_class: int = 0,
    sm_length: int | None = None,
    total: int = 1,
) -> UserData:
    """
    Decode the message of an SMPP PDU.

    Args:
        data: The octets, or their hexadecimal digits, or the text that somebody decoded before.

        data_coding: As in the PDU. It is no data coding scheme: 3 says Latin-1.

        esm_class: As in the PDU; bit 6 says that a user data header comes first.

        sm_length: Octets of the message, as the PDU says; it tells hexadecimal digits from a text
            of such characters.

        total: Parts of the whole message, such as `sar_total_segments` says.

    Returns:
        The text and the part it is. The text is None when it cannot be known; nothing raises.
    """
    try:
        return _decoded(data, data_coding, bool(esm_class & _UDHI), sm_length, total)
    except (ValueError, TypeError):
        return UserData(text=None)


def of_record(record: Mapping[Any, Any], key: object, fields: Mapping[str, object], /) -> UserData:
    """
    Decode a field of a record.

    Args:
        record: The record.

        key: The field that holds the message.

        fields: Argument of `decode_short_message()` -> the key of the record that holds it.
    """
    told = {
        name: _whole(record[other])
        for name, other in fields.items()
        if record.get(other) is not None
    }
    return decode_short_message(record[key], **told)


def _whole(value: object) -> Any:
    """Return a number that came as one or as its text; -1, which nothing is, for anything else."""
    if isinstance(value, int):
        return int(value)
    if not isinstance(value, str) or len(value) > 10:
        return -1
    try:
        return int(value, 0)
    except ValueError:
        return -1


def _decoded(
    data: bytes | str, coding: int, udhi: bool, length: int | None, total: int
) -> UserData:
    raw = _octets(data, coding, length) if isinstance(data, str) else bytes(data)
    if isinstance(raw, str):
        # Who decoded it may have cut the header off: then nobody knows which part it is.
        return UserData(text=None if udhi else raw, header=UserDataHeader(total=total))
    header = UserDataHeader(total=total)
    if raw is not None and udhi:
        header = parse_udh(raw) or UserDataHeader(ports=True)
    if raw is None or header.ports or header.shifted:
        return UserData(text=None)
    return UserData(text=_text(raw[header.length :], coding), header=header)


def _octets(data: str, coding: int, length: int | None) -> bytes | str | None:
    """
    Return the octets that hexadecimal digits say, other texts as they are, and None for what may be
    either.
    """
    if HEXADECIMAL.fullmatch(data) is None:
        return data
    octets_a_character = 2 if coding == _UCS2 else 1
    if length == len(data) * octets_a_character:
        return data
    raw = bytes.fromhex(data)
    if length is None:
        return _octets_of_unknown_length(data, raw, coding)
    if length == len(raw):
        return raw
    return None


def _octets_of_unknown_length(data: str, raw: bytes, coding: int) -> bytes | str | None:
    if len(raw) < _SHORT:
        return data
    # The upper halves of the characters of most living scripts are small.
    if coding == _UCS2 and max(raw[::2]) >= 0x10:
        return None
    # Digits alone may be a number that somebody wrote.
    if coding != _UCS2 and data.isdigit():
        return None
    return raw


def _text(body: bytes, coding: int) -> str | None:
    if coding in _CODECS:
        return body.decode(_CODECS[coding])
    if coding == 0:
        return _default(body)
    if coding == _UCS2 or coding >= _GROUPS:
        return decode_user_data(body, dcs=coding, packed=False).text
    return None


def _default(body: bytes) -> str | None:
    """
    Read the default alphabet of an SMSC: that of GSM, or ASCII where an at sign gives it away.
    """
    text = decode_user_data(body, packed=False).text
    if text is None or _MARK_INSIDE.search(text) is None:
        return text
    return body.decode("ascii")
