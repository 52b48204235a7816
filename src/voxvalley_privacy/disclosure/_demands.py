"""A demand of an authority as it came in, and what may be handed over for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import attrs

from ..errors import ConfigurationError
from ..ledgers import canonical_subject
from ..names import judge
from ..protocols import Redact
from ..vocabulary import DataCategory
from ._disclosure_asks import Grant

__all__ = ["REACHES", "Handover", "LegalDemand"]

REACHES = frozenset(["SUBSCRIBER_INFO", "TRAFFIC_RECORDS", "LOCATION", "CONTENT", "RECORDING"])
# What a name says -> how the table calls it. A message's own id and times are traffic; whatever
# can hold words is content.
_KINDS: dict[DataCategory, str] = {
    **dict.fromkeys(
        [
            DataCategory.PARTY_NUMBER,
            DataCategory.END_USER_NUMBER,
            DataCategory.OWN_NUMBER,
            DataCategory.TIMESTAMP,
            DataCategory.DURATION,
            DataCategory.RECORD_ID,
            DataCategory.CALL_ID,
            DataCategory.STATUS,
            DataCategory.IP_ADDRESS,
        ],
        "TRAFFIC_RECORDS",
    ),
    **dict.fromkeys(
        [DataCategory.PERSON_NAME, DataCategory.EMAIL_ADDRESS, DataCategory.SUBSCRIBER_ID],
        "SUBSCRIBER_INFO",
    ),
    **dict.fromkeys([DataCategory.LOCATION, DataCategory.COORDINATES], "LOCATION"),
    **dict.fromkeys(
        [
            DataCategory.CONTENT,
            DataCategory.FREE_TEXT,
            DataCategory.RAW_MESSAGE,
            DataCategory.MEDIA_URL,
            DataCategory.DTMF,
        ],
        "CONTENT",
    ),
    DataCategory.RECORDING: "RECORDING",
}


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    if isinstance(texts, str):
        raise ConfigurationError("Give several texts, not one.")
    return tuple(texts)


def _day(value: date | datetime | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def _kinds_of(fields: Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    if isinstance(fields, Mapping):
        return dict(fields)
    return {name: name if name in REACHES else _kind_of(name) for name in _texts(fields)}


def _kind_of(name: str) -> str:
    """Return the kind of a field by its name; empty if that does not say it."""
    category = judge((name,)).category
    return _KINDS.get(category, "") if category is not None else ""


@attrs.frozen(kw_only=True)
class LegalDemand:
    """
    A demand of an authority or a party, as it came in.

    Args:
        id: The file's id.

        instrument: The key of the instrument in the table, such as `sca_warrant`.

        place: The place whose law it comes from. US-CA is not US, and DE is not EU.

        issuer: Who issued it: one kind of the table, such as `court`.

        issuer_name: The name of who issued it, for the file.

        case: The number of the case or file.

        issued: The day of issue; validity counts from it. Without one nothing is handed over.

        served_on: ISO code of the place of the company that was served. Without one nothing is
            handed over: the demand may come from abroad.

        entity: The name of the company that was served, for the file.

        verified: How the sender was checked: `portal`, `call_back` or `certificate`.

        fields: Field of the records -> what it is: `SUBSCRIBER_INFO`, `TRAFFIC_RECORDS`,
            `LOCATION`, `CONTENT` or `RECORDING`. Or a set of these kinds, or of fields whose names
            say what they hold; a name that says nothing is not handed over.

        subjects: The people it names.

        period: From when (inclusive) to when (exclusive) records are asked.

        received: When it came in.

        requester: Who brought it in; may not approve it.

        expires: When it ends, if it says so.

        gag: Whether an order of silence was seen.

        gag_until: Until when it holds.

        statement: For an emergency: who is in danger, and who signed it.

        counsel: Reference of counsel's answer, for rows that are disputed or weak.

        approvers: Who approved; use `approved()`.
    """

    id: str
    instrument: str
    place: str
    issuer: str = ""
    issuer_name: str = ""
    case: str = ""
    issued: date | None = attrs.field(default=None, converter=_day)
    served_on: str = ""
    entity: str = ""
    verified: str = ""
    fields: Mapping[str, str] = attrs.field(converter=_kinds_of, hash=False)
    subjects: tuple[object, ...] = attrs.field(converter=tuple, repr=lambda v: f"<{len(v)} hidden>")
    period: tuple[datetime, datetime]
    received: datetime
    requester: str = ""
    expires: date | None = attrs.field(default=None, converter=_day)
    gag: bool = False
    gag_until: datetime | None = None
    statement: str = attrs.field(default="", repr=False)
    counsel: str = ""
    approvers: tuple[str, ...] = attrs.field(default=(), converter=_texts)

    @classmethod
    def from_dict(cls, table: Mapping[str, Any], /) -> LegalDemand:
        """
        Build one from plain values, as a file holds them; days and times are ISO 8601.

        Raises:
            voxvalley_privacy.ConfigurationError: If a name is unknown, missing, or of another kind.
        """
        values = dict(table)
        try:
            for name in ("received", "gag_until"):
                if isinstance(values.get(name), str):
                    values[name] = datetime.fromisoformat(values[name])
            for name in ("issued", "expires"):
                if isinstance(values.get(name), str):
                    values[name] = date.fromisoformat(values[name])
            start, end = values["period"]
            values["period"] = (_as_time(start), _as_time(end))
            return cls(**values)
        except (TypeError, ValueError, KeyError, AttributeError):
            pass
        raise ConfigurationError("A demand has the names of LegalDemand, and ISO times.")

    def approved(self, *, by: Iterable[str]) -> LegalDemand:
        """Return the demand with its approvers."""
        return attrs.evolve(self, approvers=_texts(by))


@attrs.frozen(kw_only=True)
class Handover:
    """Fields, people and period that may be handed over; `export()` applies them."""

    fields: frozenset[str]
    period: tuple[datetime, datetime]
    row: str
    people: frozenset[tuple[str, str]] = attrs.field(repr=lambda v: f"<{len(v)} hidden>")
    redact: Redact | None = attrs.field(default=None, repr=False)

    def export(
        self, records: Iterable[Mapping[str, Any]], /, *, about: Iterable[str], at: str
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """
        Return the records that are covered, with the covered fields, and a manifest.

        Args:
            records: The records to choose from.

            about: The fields that name the people of a record.

            at: The field with its time, as a time or as ISO 8601, with a zone.
        """
        names, rows, seen = tuple(about), [], 0
        grant = Grant(fields=self.fields, redact=self.redact)
        for record in records:
            seen += 1
            moment = _moment(record.get(at))
            if moment is None or not self.period[0] <= moment < self.period[1]:
                continue
            if {canonical_subject(record.get(name)) for name in names} & self.people:
                rows.append(grant.minimize(record))
        manifest = {
            "rows": len(rows),
            "rows_looked_at": seen,
            "fields": sorted(self.fields),
            "period": [moment.isoformat() for moment in self.period],
            "instrument_row": self.row,
        }
        return rows, manifest


def _as_time(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: object) -> datetime | None:
    """Return a time with a zone; None for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        return None
    return value
