"""What a schema says of rows: who is in them, what they are, and when that was."""

from __future__ import annotations

import attrs

from .. import schemas
from ..schemas import Schema
from ..vocabulary import DataCategory

__all__ = ["RowShape", "shape_of"]

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
    plain = {path: field.category for path, field in known.fields.items() if path.isidentifier()}
    people = [path for path, category in plain.items() if category in _PEOPLE]
    times = [path for path, category in plain.items() if category is DataCategory.TIMESTAMP]
    first = next((name for name in _TIMES if name in times), None)
    kinds = [kind for word, kind in _KINDS if word in known.name.lower()]
    return RowShape(
        subject=tuple(people),
        kind=next(iter(kinds), ""),
        event_time=first or next(iter(times), None),
    )
