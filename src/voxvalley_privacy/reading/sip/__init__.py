"""SIP messages: headers, session descriptions and other bodies, alone or in a field of a record."""

from __future__ import annotations

from ._run import Engine
from ._sip_message import is_sip
from ._treated import in_record, session_in_record, treated

__all__ = ["Engine", "in_record", "is_sip", "session_in_record", "treated"]
