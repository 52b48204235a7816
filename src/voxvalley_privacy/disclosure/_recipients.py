"""The register of recipients: what was true on a day, and what was on record at a moment."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import attrs

from ..decisions import Decision, Obligation
from ..errors import StoreCorrupt
from ..facts import Transfer, transfers
from ..keys import KeyRing
from ..ledgers import Book, Fold
from ..stores import Clock, Event, EventStore, system_clock
from ._disclosure_reasons import because
from ._recipient_values import VENDOR_LIST, Recipient

__all__ = ["Entered", "RecipientRegister"]

OBJECTION = timedelta(days=30)
_LONG_AGO = date(2020, 2, 1)


@attrs.frozen(kw_only=True)
class Entered:
    """One line of the register."""

    recipient: Recipient
    effective: date
    recorded: datetime
    position: int
    retired: bool = False


@attrs.frozen
class _State:
    entries: tuple[Entered, ...] = ()
    objections: frozenset[tuple[str, str]] = frozenset()


class RecipientRegister:
    """
    Remember who gets data, since when, and since when that is on record.

    Entries are never edited. A correction is a new entry, and does not change what `as_of()` says
    of a day that is past.

    Args:
        store: Keeps the events.

        keys: Makes tokens and seals events.

        clock: The time of what is written.

        objection: How long customers have to object to a new sub-processor.

        seen: The `position()` that the app remembers elsewhere: a store that was restored from an
            older copy is refused.
    """

    def __init__(
        self,
        store: EventStore,
        /,
        *,
        keys: KeyRing,
        clock: Clock = system_clock,
        objection: timedelta = OBJECTION,
        seen: int = 0,
    ) -> None:
        self._book = Book(store, keys=keys, name="recipients", clock=clock)
        self._streams = self._book.of_part("")
        self._fold = Fold(self._book, self._streams, _State, _step)
        self._objection = objection
        self._seen = seen
        # Who keeps other books about recipients uses the same store and keys.
        self.store = store
        self.keys = keys
        self.clock = clock

    def __repr__(self) -> str:
        return f"RecipientRegister({self._book!r})"

    def put(
        self, recipient: Recipient, /, *, effective: date, announced: date | None = None
    ) -> Decision:
        """
        Enter a recipient, or a new version of one.

        Args:
            recipient: Who.

            effective: From which day. Never before today, and for a sub-processor never before the
                time to object is over.

            announced: The day the customers were told; today by default.

        Returns:
            A decision whose value is the `Entered` line, with the duty to tell the customers.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored.
        """
        now = self._book.now()
        day = max(effective, now.date())
        duties = []
        if recipient.role == "subprocessor":
            told = min(announced or now.date(), now.date())
            day = max(day, told + self._objection)
            due = datetime.combine(day - self._objection, now.timetz())
            duties.append(
                Obligation(
                    code="recipient.tell_customers",
                    text="Tell all customers, and how to object.",
                    due=due,
                )
            )
        body = {"recipient": recipient.to_body(), "effective": day.isoformat()}
        event = self._book.write(self._streams, "entered", body)
        entered = Entered(
            recipient=recipient, effective=day, recorded=event.at, position=event.position
        )
        return Decision.allow(because("recipient.recorded"), obligations=duties, value=entered)

    def retire(self, name: str, /, *, effective: date) -> Decision:
        """
        Take a recipient off the list from a day on.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored.
        """
        day = max(effective, self._book.now().date())
        body = {"name": name, "effective": day.isoformat()}
        self._book.write(self._streams, "retired", body)
        return Decision.allow(because("recipient.recorded"))

    def object_to(self, name: str, /, *, tenant: str) -> Decision:
        """
        Record a tenant's objection: for it, the recipient gets nothing from now on.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored.
        """
        self._book.write(self._streams, "objected", {"name": name, "tenant": tenant})
        return Decision.allow(because("recipient.recorded"))

    # Reading

    def position(self) -> int:
        """
        Return the position of the newest entry, to be remembered away from the store; 0 for none.

        Raises:
            voxvalley_privacy.StoreError: If the register cannot be read and proved.
        """
        events = self._book.read(self._streams)
        return events[-1].position if events else 0

    def _state(self) -> _State:
        """Return the state of now, unless the store is older than what was seen."""
        if self._seen and self.position() < self._seen:
            raise StoreCorrupt("The store is an older copy than the one that was seen.")
        return self._fold()

    def as_of(self, day: date, /) -> tuple[Recipient, ...]:
        """
        Return who was on the list on *day*, by name.

        Raises:
            voxvalley_privacy.StoreError: If the register cannot be read and proved.
        """
        return tuple(line.recipient for _, line in sorted(self._lines(day).items()))

    def known_at(self, moment: datetime, /) -> tuple[Entered, ...]:
        """
        Return what was on record at *moment*, entries for later days too.

        Raises:
            voxvalley_privacy.StoreError: If the register cannot be read and proved.
        """
        return tuple(entry for entry in self._state().entries if entry.recorded <= moment)

    def find(self, name: str, day: date, /) -> Recipient | None:
        """
        Return the version of a recipient that counts on *day*.

        Raises:
            voxvalley_privacy.StoreError: If the register cannot be read and proved.
        """
        line = None
        for entry in (*_vendor_lines(), *self._state().entries):
            if entry.recipient.name == name and entry.effective <= day:
                line = entry
        return None if line is None or line.retired else line.recipient

    def objected(self, name: str, tenant: str, /) -> bool:
        """
        Whether a tenant objected to a recipient; without a tenant, whether any did.

        Raises:
            voxvalley_privacy.StoreError: If the register cannot be read and proved.
        """
        objections = self._state().objections
        if tenant:
            return (name, tenant) in objections
        return any(recipient == name for recipient, _ in objections)

    def dead(
        self, day: date, /, *, mechanisms: tuple[Transfer, ...] | None = None
    ) -> tuple[tuple[Recipient, str], ...]:
        """
        Return who hangs on something that does not hold on *day*: recipient, and what it is.

        Raises:
            voxvalley_privacy.StoreError: If the register cannot be read and proved.
        """
        rows = transfers() if mechanisms is None else mechanisms
        alive = {row.key for row in rows if row.kind == "permit" and row.valid_on(day)}
        dead = []
        for recipient in self.as_of(day):
            if recipient.contract is None or not recipient.contract.holds_on(day):
                dead.append((recipient, "contract"))
            if recipient.transfer and recipient.transfer not in alive:
                dead.append((recipient, recipient.transfer))
        return tuple(dead)

    def changes(self) -> tuple[Entered, ...]:
        """Return every line in the order it was recorded, for a feed."""
        return self._state().entries

    def _lines(self, day: date) -> dict[str, Entered]:
        lines: dict[str, Entered] = {}
        for entry in (*_vendor_lines(), *self._state().entries):
            if entry.effective <= day:
                lines[entry.recipient.name] = entry
        return {name: line for name, line in lines.items() if not line.retired}


def _vendor_lines() -> tuple[Entered, ...]:
    return _VENDOR_LINES


def _step(state: _State, event: Event, body: dict[str, Any]) -> _State:
    if event.kind == "objected":
        objections = state.objections | {(body["name"], body["tenant"])}
        return attrs.evolve(state, objections=objections)
    retired = event.kind == "retired"
    if retired:
        recipient = Recipient(body["name"], role="", purposes=())
    else:
        recipient = Recipient.from_dict(body["recipient"])
    entry = Entered(
        recipient=recipient,
        effective=date.fromisoformat(body["effective"]),
        recorded=event.at,
        position=event.position,
        retired=retired,
    )
    return attrs.evolve(state, entries=(*state.entries, entry))


_VENDOR_LINES = tuple(
    Entered(
        recipient=recipient,
        effective=_LONG_AGO,
        recorded=datetime.fromisoformat("2020-02-01T00:00:00+00:00"),
        position=0,
    )
    for recipient in VENDOR_LIST
)
