"""Rows as records: who is in them, what they are, and when that was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import attrs

from .. import schemas
from ..retention import RecordMeta
from ..schemas import Schema
from ..vocabulary import DataCategory
from ._people import NOBODY
from ._targets import Record

__all__ = ["RowShape", "as_time", "record_of", "shape_of"]

_PEOPLE = frozenset(
    [DataCategory.PARTY_NUMBER, DataCategory.END_USER_NUMBER, DataCategory.EMAIL_ADDRESS]
)
# The first that a schema has; else its first time.
_TIMES = (
    "start_time",
    "started_at",
    "call_start",
    "date_sent",
    "message_time",
    "date_created",
    "created_at",
)
# What "no time" is in a database: the first or last day there is, or the zero of a clock.
_NO_YEARS = frozenset([1, 9999])
_NO_TIMES = frozenset([datetime(1900, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)])
# Words of a schema's name, the surest first: a `twilio.call_recording` is a recording.
_KINDS = (
    ("recording", "recording"),
    ("voicemail", "recording"),
    ("transcript", "content"),
    ("message", "message"),
    ("sms", "message"),
    ("mdr", "message"),
    ("chat", "message"),
    ("call", "call"),
    ("cdr", "call"),
    ("voice", "call"),
    ("notification", "notification"),
    ("log", "log"),
)


@attrs.frozen
class RowShape:
    """
    The fields of a schema that an erasure needs; each empty where the schema does not say.

    Args:
        subject: The fields that name people.

        kind: What the rows are, one of `voxvalley_privacy.RecordKind`.

        event_time: The field with the time of the event.
    """

    subject: tuple[str, ...] = ()
    kind: str = ""
    event_time: str | None = None


def shape_of(schema: str | Schema | None, /) -> RowShape:
    """
    Return the fields of a schema that an erasure needs.

    Raises:
        voxvalley_privacy.ConfigurationError: If there is no such schema.
    """
    if schema is None:
        return RowShape()
    known = schemas.get(schema) if isinstance(schema, str) else schema
    times = _fields(known, frozenset([DataCategory.TIMESTAMP]))
    usual = [name for name in _TIMES if name in times]
    return RowShape(
        subject=_fields(known, _PEOPLE),
        kind=next((kind for word, kind in _KINDS if word in known.name.lower()), ""),
        event_time=next(iter([*usual, *times]), None),
    )


def _fields(schema: Schema, categories: frozenset[DataCategory]) -> tuple[str, ...]:
    """Return the fields of the top level that have one of some categories."""
    own = [path for path, field in schema.fields.items() if field.category in categories]
    return tuple(filter(str.isidentifier, own))


class HasRows(Protocol):
    """A target whose records are rows."""

    kind: str
    subject: tuple[str, ...]
    event_time: str | None
    events: Mapping[str, str]
    place: str


def record_of(
    target: HasRows,
    row: Mapping[str, Any],
    /,
    *,
    own_id: str,
    own: Sequence[str],
    texts: Sequence[object] = (),
) -> Record:
    """
    Describe a row.

    Args:
        target: Says which field is what.

        row: The row.

        own_id: Its id in the store.

        own: The fields in which the person is; others make it somebody else's too.

        texts: What else in the row may name people.
    """
    people = [(name, row.get(name)) for name in target.subject]
    others = [name for name, value in people if name not in own and value not in NOBODY]
    meta = RecordMeta(
        kind=target.kind,
        id=own_id,
        subjects=tuple([_text_of(value) for _, value in people if value]),
        created=as_time(row.get(target.event_time)) if target.event_time else None,
        events=_events(target.events, row),
        place=target.place,
    )
    return Record(meta=meta, shared=bool(others) or not own, texts=tuple(texts))


def _text_of(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def _events(fields: Mapping[str, str], row: Mapping[str, Any]) -> dict[str, datetime]:
    times = {name: as_time(row.get(field)) for name, field in fields.items()}
    return {name: at for name, at in times.items() if at is not None}


def as_time(value: object, /) -> datetime | None:
    """
    Return a time with its zone; UTC where none is said.

    A date is its first moment. What databases write where no time is known is none.
    """
    if isinstance(value, str):
        value = _time_in(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(), UTC)
    if not isinstance(value, datetime):
        return None
    known = value if value.tzinfo else value.replace(tzinfo=UTC)
    return None if known.year in _NO_YEARS or known in _NO_TIMES else known


def _time_in(text: str) -> datetime | None:
    """Read a time of ISO 8601, or one as in a mail header: vendors write both."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None
