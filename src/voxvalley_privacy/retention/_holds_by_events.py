"""One hold, and the fold of the events that place, mirror and release holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum, unique

import attrs

from ..ledgers import details_of
from ..stores import Event
from ._schedule import RecordMeta

__all__ = ["Hold", "HoldState", "Opened", "apply", "hold_of"]


@unique
class HoldState(StrEnum):
    """The state of a hold."""

    PLACED = "placed"  # a deleter may still be at work under an older lease
    EFFECTIVE = "effective"
    REVIEW_DUE = "review_due"
    RELEASED = "released"


@attrs.frozen(kw_only=True)
class Hold:
    """
    Forbid destroying what is in its scope.

    Args:
        id: Its id.

        matter: The legal matter.

        by: Who placed it.

        placed: When.

        effective_at: From when no delete that began before it can still commit.

        review: When somebody must look whether it is still needed.

        subjects: Tokens of people; None for everybody.

        kinds: Kinds of records; None for all.

        records: Ids of records; None for all.

        between: The time of the records, half-open; None for any.

        released: Whether it is over.

        gagged: Whether a person's copy of a certificate says "law" in its place.

        authorized: Whether who placed it may. It holds all the same, and its review is due at once.
    """

    id: str
    matter: str
    by: str
    placed: datetime
    effective_at: datetime
    review: datetime | None = None
    subjects: frozenset[str] | None = attrs.field(default=None, repr=False)
    kinds: frozenset[str] | None = None
    records: frozenset[str] | None = attrs.field(default=None, repr=False)
    between: tuple[datetime, datetime] | None = None
    released: bool = False
    gagged: bool = False
    authorized: bool = True

    def covers(self, meta: RecordMeta, tokens: frozenset[str], /) -> bool:
        """Whether it forbids destroying a record; what is not known of that counts as covered."""
        is_outside = (
            _is_outside(frozenset({str(meta.kind)} - {""}), self.kinds),
            _is_outside(frozenset({meta.id} - {""}), self.records),
            _is_outside(tokens, self.subjects),
            self._is_of_another_time(meta.created),
        )
        return not any(is_outside)

    def _is_of_another_time(self, created: datetime | None) -> bool:
        if self.between is None or created is None:
            return False
        start, end = self.between
        known = created if created.tzinfo else created.replace(tzinfo=UTC)
        return not start <= known < end

    def state(self, now: datetime, /) -> HoldState:
        """Return its state at *now*."""
        if self.released:
            return HoldState.RELEASED
        if now < self.effective_at:
            return HoldState.PLACED
        if not self.authorized:
            return HoldState.REVIEW_DUE
        if self.review is not None and now >= self.review:
            return HoldState.REVIEW_DUE
        return HoldState.EFFECTIVE


@attrs.frozen
class Opened:
    """A lease that is open."""

    until: datetime
    joined: bool


def apply(event: Event, opened: dict[str, Opened], holds: dict[str, Hold]) -> None:
    """Take one event of the stream of holds into account."""
    details = details_of(event)
    name = str(details.get("id", ""))
    match event.kind:
        case "lease.opened":
            until = datetime.fromisoformat(str(details["until"]))
            opened[name] = Opened(until, bool(details.get("joined")))
        case "lease.closed":
            opened.pop(name, None)
            _wait_anew(event.at, opened, holds)
        case "hold.placed":
            hold = hold_of(details)
            holds[name] = _waiting(hold, opened.values())
        case "hold.mirrored" if name in holds:
            # Deletes that ask the mirror cannot overtake it: only the others are waited for.
            others = [lease for lease in opened.values() if not lease.joined]
            holds[name] = _waiting(holds[name], others)
        case "hold.released" if name in holds:
            holds[name] = attrs.evolve(holds[name], released=True)


def _wait_anew(now: datetime, opened: Mapping[str, Opened], holds: dict[str, Hold]) -> None:
    """Let holds be effective that waited only for a lease that is closed."""
    for hold_id, hold in holds.items():
        if hold.effective_at > now:
            older = [lease for lease in opened.values() if lease.until <= hold.effective_at]
            holds[hold_id] = _waiting(hold, older)


def _waiting(hold: Hold, leases: Iterable[Opened]) -> Hold:
    """Return a hold that is effective when every one of *leases* is over."""
    ends = [lease.until for lease in leases]
    return attrs.evolve(hold, effective_at=max([hold.placed, *ends]))


def hold_of(details: Mapping[str, object], /) -> Hold:
    """Return the hold that an event describes."""
    placed = datetime.fromisoformat(str(details["placed"]))
    return Hold(
        id=str(details["id"]),
        matter=str(details["matter"]),
        by=str(details["by"]),
        placed=placed,
        effective_at=placed,
        review=_time(details["review"]) if details["review"] else None,
        subjects=_names(details["subjects"]),
        kinds=_names(details["kinds"]),
        records=_names(details["records"]),
        between=_window(details["between"]),
        # Holds of older versions have neither.
        gagged=bool(details.get("gagged", False)),
        authorized=bool(details.get("authorized", True)),
    )


def _window(between: object) -> tuple[datetime, datetime] | None:
    if not isinstance(between, list | tuple):
        return None
    return _time(between[0]), _time(between[1])


def _is_outside(known: frozenset[str], scope: frozenset[str] | None) -> bool:
    """Whether what is known of a record is outside of a scope."""
    return scope is not None and bool(known) and not known & scope


def _time(value: object) -> datetime:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _names(value: object) -> frozenset[str] | None:
    return frozenset(map(str, value)) if isinstance(value, list) else None
