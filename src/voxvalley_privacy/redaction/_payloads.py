"""Payloads of a record: octets of a short message, decoded before anything looks at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ..placeholders import BYTES, FAULT, is_placeholder, label_of
from ..reading.sms import of_record, writable
from ..schemas import normal
from ..vocabulary import DataCategory
from ._plan import Table

__all__ = ["decode"]


class Pass(Protocol):
    """The pass over the record that the payload is in."""

    def mark(self, placeholder: str, reason: str, /) -> str:
        """Count a fault, and return the placeholder that shows it."""


_OCTETS = frozenset({str, bytes, bytearray, memoryview})


def decode(walk: Pass, record: dict[Any, Any], table: Table) -> None:
    """
    Put in place of a payload what it says; of what cannot be read, and of a part of a message, a
    placeholder.
    """
    spelled = {normal(key): key for key in record if type(key) is str}
    for field, told in table.payloads.items():
        key = spelled.get(normal(field), field)
        if _is_payload(record.get(key)):
            fields = {name: spelled.get(normal(other), other) for name, other in told.items()}
            record[key] = _said(walk, record, key, fields)


def _is_payload(value: object) -> bool:
    if type(value) is str and is_placeholder(value):
        return False
    return bool(value) and type(value) in _OCTETS


def _said(walk: Pass, record: dict[Any, Any], key: str, fields: Mapping[str, str]) -> str:
    try:
        data = of_record(record, key, fields)
    except Exception:  # a fault gives less, never raw, and never an exception into the call path
        return walk.mark(FAULT, "fault")
    if data.text is None:
        return walk.mark(BYTES, "bytes")
    # A number may be split over the parts, and a record holds one of them.
    whole = data.header.total == 1 and not data.header.length
    return writable(data.text) if whole else label_of(DataCategory.CONTENT)
