"""Plans and certificates: what goes, what stays and why. They name records, never people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum, unique

import attrs

from ..decisions import Obligation
from ._people import Person
from ._targets import Record

__all__ = ["Certificate", "Line", "Plan", "PlanLine", "State"]


@unique
class State(StrEnum):
    """How much of an erasure is done."""

    COMPLETE = "complete"
    EXCEPT = "except"  # the rest is kept by law, or a vendor cannot erase it
    OPEN = "open"  # held, pending, failed, or not looked at


@attrs.frozen(kw_only=True)
class PlanLine:
    """Say how the records of one store would be treated."""

    store: str
    erase: tuple[Record, ...] = ()
    mask: tuple[Record, ...] = ()
    held: tuple[Record, ...] = ()
    retained: tuple[tuple[Record, str, datetime | None], ...] = ()
    unknown: tuple[Record, ...] = ()  # perhaps of another holder of the number: no time is known
    gagged: int = 0  # of those that are held: by a hold that the person may not learn of
    failed: str = ""

    @property
    def kept(self) -> tuple[Record, ...]:
        """Records that a hold or a floor keeps."""
        return (*self.held, *[record for record, _, _ in self.retained])

    def facts(self) -> list[object]:
        """Return what a digest is made of."""
        parts: list[object] = [self.store, self.failed]
        groups = (self.erase, self.mask, self.held, self.unknown)
        parts.extend(sorted(record.id for record in records) for records in groups)
        parts.append(sorted([record.id, source] for record, source, _ in self.retained))
        return parts


@attrs.frozen(kw_only=True)
class Plan:
    """
    Say what an erasure would do today; it changes nothing.

    Args:
        ticket: The request.

        lines: What would become of each store.

        digest: Changes with any record, hold or rule.

        made_at: When it was made.

        due: By when the erasure must be done.

        minor: Whether the person is a minor: only floors of law hold.

        overridden: Who set floors of policy aside, and why; None if nobody did.
    """

    ticket: str
    lines: tuple[PlanLine, ...]
    digest: str
    made_at: datetime
    due: datetime
    minor: bool = False
    overridden: tuple[str, str] | None = None
    person: Person = attrs.field(repr=False)

    @property
    def law_only(self) -> bool:
        """Whether only floors of law hold."""
        return self.minor or self.overridden is not None

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        """The duties of the app; for a minor it closes the account first."""
        erase = Obligation(
            code="erasure.finish", text="Erase what is not kept by law.", due=self.due
        )
        if not self.minor:
            return (erase,)
        return (
            Obligation(code="minor.terminate_account", text="Close the account.", due=self.made_at),
            Obligation(code="minor.stop_marketing", text="Send no marketing.", due=self.made_at),
            erase,
        )

    def __str__(self) -> str:
        rows = [f"plan {self.ticket}, due {self.due:%Y-%m-%d}"]
        for line in self.lines:
            counts = (
                f"erase {len(line.erase)}, mask {len(line.mask)}, held {len(line.held)}, "
                f"retained {len(line.retained)}"
            )
            rows.append(f"  {line.store}: {line.failed or counts}")
        return "\n".join(rows)


@attrs.frozen(kw_only=True)
class Line:
    """Count how the records of one store were treated."""

    store: str
    erased: int = 0
    masked: int = 0
    held: int = 0
    gagged: int = 0
    retained: tuple[tuple[str, int, datetime | None], ...] = ()
    pending: int = 0
    pending_due: datetime | None = None
    cannot: int = 0
    failed: int = 0
    code: str = ""
    verified_at: datetime | None = None
    residue: str = ""
    residue_until: datetime | None = None

    @property
    def state(self) -> State:
        """How much is done here; what was not verified is open."""
        waits = self.held + self.pending + self.failed
        if waits or self.verified_at is None:
            return State.OPEN
        return State.EXCEPT if self.retained or self.cannot else State.COMPLETE


@attrs.frozen(kw_only=True)
class Certificate:
    """
    Show what was erased; never better than the truth.

    Args:
        ticket: The request.

        subject: A salted commitment to the person.

        lines: What became of each store.

        keys_destroyed: How many data keys were destroyed; None if none could be.

        at: When it was made.

        backups_clear_on: When the last backup that may hold them is gone.

        receipt: The leaf in the audit log, in hexadecimal.

        recipients_told: The recipients of the person's data that were told.
    """

    ticket: str
    subject: str
    lines: tuple[Line, ...]
    keys_destroyed: int | None = 0
    at: datetime
    backups_clear_on: datetime
    receipt: str = ""
    recipients_told: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """The worst state of any store."""
        states = {line.state for line in self.lines}
        if State.OPEN in states or self.keys_destroyed is None or not self.lines:
            return State.OPEN
        return State.EXCEPT if State.EXCEPT in states else State.COMPLETE

    def to_json(self) -> str:
        """Write it as one line of JSON."""
        details = attrs.asdict(self)
        details["state"] = str(self.state)
        for line, shown in zip(self.lines, details["lines"], strict=True):
            shown["state"] = str(line.state)
        return json.dumps(details, sort_keys=True, default=str)

    def for_person(self) -> str:
        """
        Write the copy for the person as one line of JSON.

        It names no receipt and no codes. What a gagged hold keeps is as what a law keeps, in
        every state too, and no key that it keeps is counted.
        """
        lines = tuple([_as_by_law(line) for line in self.lines])
        is_gagged = lines != self.lines
        keys = 0 if is_gagged and self.keys_destroyed is None else self.keys_destroyed
        copy = attrs.evolve(self, lines=lines, keys_destroyed=keys)
        shown = json.loads(copy.to_json())
        for name in ("receipt", "recipients_told"):
            del shown[name]
        for line in shown["lines"]:
            del line["gagged"], line["code"]
        return json.dumps(shown, sort_keys=True)

    def __str__(self) -> str:
        rows = [f"certificate {self.ticket}: {self.state.upper()} at {self.at:%Y-%m-%d %H:%M} UTC"]
        rows.extend(f"  {line.store}: {line.state}; {_counts(line)}" for line in self.lines)
        rows.append(f"  data keys destroyed: {self.keys_destroyed}")
        rows.append(f"  backups are over on {self.backups_clear_on:%Y-%m-%d}")
        return "\n".join(rows)


def _as_by_law(line: Line) -> Line:
    """Return a line in which a gagged hold is a law."""
    if not line.gagged:
        return line
    by_law = ("law", line.gagged, None)
    return attrs.evolve(
        line, held=line.held - line.gagged, gagged=0, retained=(*line.retained, by_law)
    )


def _counts(line: Line) -> str:
    names: Sequence[str] = ("erased", "masked", "held", "pending", "cannot", "failed")
    counts = [f"{name} {getattr(line, name)}" for name in names if getattr(line, name)]
    for source, number, until in line.retained:
        end = f"until {until:%Y-%m-%d}" if until else "until its period begins and ends"
        counts.append(f"retained {number} by {source} {end}")
    return ", ".join([*counts, *filter(None, [line.code])]) or "nothing there"
