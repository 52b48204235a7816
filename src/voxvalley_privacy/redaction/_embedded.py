"""
What a field holds in a form of its own: SIP messages, JSON and form bodies, octets of a short
message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

from ..placeholders import BYTES, FAULT, OMIT, is_placeholder, label_of, object_label
from ..reading import Needle
from ..reading.sip import Engine, in_record, is_sip
from ..reading.sms import of_record, writable
from ..schemas import normal
from ..vocabulary import DataCategory
from ._plan import SCAN, FieldPlan, Table
from ._propagation import Known
from ._treat import Treater

__all__ = ["decode", "embedded", "message"]

# From=%2B14155550132&Body=hi: two pairs at least, no white space.
FORM_BODY = re.compile(
    r"[A-Za-z_][\w.\[\]-]{0,63}=[^&\s=]*(?:&[A-Za-z_][\w.\[\]-]{0,63}=[^&\s=]*)+"
)

_MOST_LEVELS = 3


class Pass(Protocol):
    """What is asked of the pass over the record that a text stands in."""

    treater: Treater
    sip: Engine
    known: Known | None
    levels: int
    kept: list[str]
    scanned: list[str]
    needles: list[Needle]

    def value(self, value: Any, field: FieldPlan, table: Table) -> object:
        """Return the treated copy of a value."""

    def other(self, value: Any, field: FieldPlan, table: Table) -> object:
        """Return the treated copy of a value that is not a text."""

    def mark(self, placeholder: str, reason: str) -> str:
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
        value = record.get(key)
        if value and type(value) in _OCTETS and not (type(value) is str and is_placeholder(value)):
            fields = {name: spelled.get(normal(other), other) for name, other in told.items()}
            record[key] = _said(walk, record, key, fields)


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


def message(walk: Pass, text: str) -> str | None:
    """Return a SIP message treated; None when *text* does not begin with the start line of one."""
    if not is_sip(text):
        return None
    made, run = in_record(walk.sip, text, walk.known)
    walk.needles += run.needles
    walk.kept += run.kept
    walk.scanned += run.scanned
    return made


def embedded(walk: Pass, text: str, table: Table) -> str | None:
    """Return a JSON or form text with its fields treated; None when it is neither."""
    if walk.levels >= _MOST_LEVELS or len(text) < 2:
        return None
    first = text.lstrip()[:1]
    if first in ("{", "["):
        return _json(walk, text, table)
    if "=" in text and "&" in text and FORM_BODY.fullmatch(text.strip()):
        return _form(walk, text, table)
    return None


def _json(walk: Pass, text: str, table: Table) -> str | None:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, (dict, list)):
        return None
    walk.levels += 1
    try:
        made = walk.other(
            parsed,
            FieldPlan(SCAN, DataCategory.UNKNOWN, "JSON in a text", None, walk.treater),
            table,
        )
    finally:
        walk.levels -= 1
    return json.dumps(made, ensure_ascii=False, default=lambda value: object_label(type(value)))


def _form(walk: Pass, text: str, table: Table) -> str:
    fields = Table(None, walk.treater, table.scan_unknown)
    pairs: list[tuple[str, str]] = []
    walk.levels += 1
    try:
        for key, value in parse_qsl(text.strip(), keep_blank_values=True):
            field = fields.learn(key)
            made = walk.value(value, field, fields)
            if made is not OMIT:
                pairs.append((field.key or key, str(made)))
    finally:
        walk.levels -= 1
    return urlencode(pairs)
