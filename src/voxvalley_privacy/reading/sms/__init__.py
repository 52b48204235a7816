"""Short messages: their payloads, and the fields of a record that say how to read them."""

from __future__ import annotations

from ._smpp import decode_short_message, of_record
from ._user_data import UserData, UserDataHeader, decode_user_data, parse_udh, writable

__all__ = [
    "UserData",
    "UserDataHeader",
    "decode_short_message",
    "decode_user_data",
    "of_record",
    "parse_udh",
    "writable",
]
