"""SIP messages: redact a request or a response, its headers, its session description and its other bodies."""

from __future__ import annotations

from ._message import is_sip
from ._redact import redact_sip

__all__ = ["is_sip", "redact_sip"]
