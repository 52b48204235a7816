"""Short messages: their payloads, and the fields of a record that say how to read them."""

from __future__ import annotations

from ._payload import UserData, UserDataHeader, decode_user_data, parse_udh, writable
from ._smpp import ROLES, decode_short_message, of_record

__all__ = [
    "ROLES",
    "UserData",
    "UserDataHeader",
    "decode_short_message",
    "decode_user_data",
    "of_record",
    "parse_udh",
    "writable",
]
