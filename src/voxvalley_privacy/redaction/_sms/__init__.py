"""Short messages: their payloads, and the fields of a record that say how to read them."""

from __future__ import annotations

from ._payload import UserData, UserDataHeader, decode_user_data, parse_udh, writable

__all__ = ["UserData", "UserDataHeader", "decode_user_data", "parse_udh", "writable"]
