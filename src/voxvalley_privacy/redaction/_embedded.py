"""Records inside texts: SIP messages, JSON and form bodies that stand in a field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from ..vocabulary import DataCategory
from ._patterns.shapes import FORM_BODY
from ._placeholders import OMIT, object_label
from ._plan import SCAN, FieldPlan, Table
from ._sip import in_record, is_sip

if TYPE_CHECKING:
    from ._walk import Walk

__all__ = ["embedded", "message"]

_MOST_LEVELS = 3


def message(walk: Walk, text: str) -> str | None:
    """Return a SIP message treated; None when *text* does not begin with the start line of one."""
    if "SIP/" not in text or not is_sip(text):
        return None
    made, run = in_record(walk.sip, text, walk.known)
    walk.needles += run.needles
    walk.kept += run.kept
    walk.scanned += run.scanned
    return made


def embedded(walk: Walk, text: str, table: Table) -> str | None:
    """Return a JSON or form text with its fields treated; None when it is neither."""
    if walk.levels >= _MOST_LEVELS or len(text) < 2:
        return None
    first = text.lstrip()[:1]
    if first in ("{", "["):
        return _json(walk, text, table)
    if "=" in text and "&" in text and FORM_BODY.fullmatch(text.strip()):
        return _form(walk, text, table)
    return None


def _json(walk: Walk, text: str, table: Table) -> str | None:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, (dict, list)):
        return None
    walk.levels += 1
    try:
        made = walk.other(parsed, FieldPlan(SCAN, DataCategory.UNKNOWN, "JSON in a text", None, walk.treater), table)
    finally:
        walk.levels -= 1
    return json.dumps(made, ensure_ascii=False, default=lambda value: object_label(type(value)))


def _form(walk: Walk, text: str, table: Table) -> str:
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
