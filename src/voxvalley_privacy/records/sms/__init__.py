"""Short messages: payloads, their headers, and messages in parts."""

from __future__ import annotations

from ...reading.sms import (
    UserData,
    UserDataHeader,
    decode_short_message,
    decode_user_data,
    parse_udh,
)
from ._buffer import Part, PartBuffer, TreatedPart
from ._payload import redact_pdu_payload

__all__ = [
    "Part",
    "PartBuffer",
    "TreatedPart",
    "UserData",
    "UserDataHeader",
    "decode_short_message",
    "decode_user_data",
    "parse_udh",
    "redact_pdu_payload",
]
