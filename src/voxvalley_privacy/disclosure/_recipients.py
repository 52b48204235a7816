"""Recipients and their register: what was true on a day, and what was on record at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import attrs

from ..decisions import Decision, Obligation
from ..errors import ConfigurationError
from ..facts import Transfer, transfers
from ..keys import KeyRing
from ..ledgers import Book, Fold
from ..stores import Clock, Event, EventStore, system_clock
from ..vocabulary import Purpose
from ._disclosure_reasons import because

__all__ = ["ROLES", "VENDOR_LIST", "Contract", "Entered", "Recipient", "RecipientRegister"]

ROLES = frozenset(["processor", "subprocessor", "third_party", "affiliate"])
OBJECTION = timedelta(days=30)
_LONG_AGO = date(2020, 2, 1)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


@attrs.frozen(kw_only=True)
class Contract:
    """
    A contract with a recipient.

    Args:
        written: Whether it is in writing.

        instructions: Where the instructions are.

        onward_ban: Whether it forbids to pass data on.

        valid: First day, and the day from which it no longer holds (None while it does).
    """

    written: bool = False
    instructions: str = ""
    onward_ban: bool = False
    valid: tuple[date, date | None]

    @classmethod
    def from_dict(cls, table: Mapping[str, Any], /) -> Contract:
        """
        Build one from plain values; days are dates or texts such as `2026-01-31`.

        Raises:
            TypeError, ValueError: If a value is of another kind.
        """
        start, end = table["valid"] if len(table["valid"]) == 2 else (*table["valid"], None)
        return cls(**{**table, "valid": (_day(start), _day(end) if end else None)})

    def holds_on(self, day: date, /) -> bool:
        """Whether it binds the recipient on that day."""
        start, end = self.valid
        in_time = start <= day and (end is None or day < end)
        return self.written and bool(self.instructions) and self.onward_ban and in_time


def _names(names: Iterable[str]) -> frozenset[str]:
    if isinstance(names, str):
        raise ConfigurationError("Give a set of names, not one text.")
    return frozenset(map(str, names))


def _order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(_names(names)))


@attrs.frozen
class Recipient:
    """
    Somebody who gets data.

    Args:
        name: The name, as on the list.

        role: `processor`, `subprocessor`, `third_party` or `affiliate`.

        purposes: What for; `sale` is never one.

        fields: The names of the fields it may get.

        places: ISO codes of all countries it keeps or reads data in.

        contract: The contract; without one it gets nothing.

        transfer: The key of the mechanism that transfers rest on, such as `EU_SCC_2021`.

        services: What it does, for the public list.

        subprocessors: The names of its own sub-processors.

        elected_by: Which customer chose it, for a third party.

        tls: Whether it is reached by encrypted transport only.
    """

    name: str = attrs.field(validator=attrs.validators.min_len(1))
    role: str = attrs.field(kw_only=True)
    purposes: frozenset[str] = attrs.field(converter=_names, kw_only=True)
    fields: frozenset[str] = attrs.field(converter=_names, factory=frozenset, kw_only=True)
    places: tuple[str, ...] = attrs.field(converter=_order, default=(), kw_only=True)
    contract: Contract | None = attrs.field(default=None, kw_only=True)
    transfer: str = attrs.field(default="", kw_only=True)
    services: str = attrs.field(default="", kw_only=True)
    subprocessors: tuple[str, ...] = attrs.field(converter=_order, default=(), kw_only=True)
    elected_by: str = attrs.field(default="", kw_only=True)
    tls: bool = attrs.field(default=True, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if Purpose.SALE in self.purposes:
            raise ConfigurationError("'sale' is not a purpose that a recipient can have.")

    @classmethod
    def from_dict(cls, table: Mapping[str, Any], /) -> Recipient:
        """
        Build one from plain values, as a settings file holds them.

        Args:
            table: The arguments by name; `contract` is a table of the arguments of `Contract`, and
                days are dates or texts such as `2026-01-31`.

        Raises:
            voxvalley_privacy.ConfigurationError: If a name is unknown, missing, or of another kind.
        """
        try:
            values = dict(table)
            contract = values.pop("contract", None)
            return cls(**values, contract=contract and Contract.from_dict(contract))
        except (TypeError, ValueError, AttributeError) as error:
            fault = error
        if isinstance(fault, ConfigurationError):
            raise fault
        raise ConfigurationError("A recipient has a name, a role, purposes, and no other names.")

    def to_body(self) -> dict[str, Any]:
        """Return it as plain values."""
        return attrs.asdict(self, value_serializer=_plain)


def _plain(_: object, __: object, value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def _from_body(body: dict[str, Any]) -> Recipient:
    contract = body["contract"]
    return Recipient(**{**body, "contract": contract and Contract.from_dict(contract)})


# The vendor's own list: "Amazon Web Services", hosting; logging for debugging and monitoring; US.
VENDOR_LIST = (
    Recipient(
        "Amazon Web Services",
        role="subprocessor",
        purposes={Purpose.SERVICE, Purpose.SUPPORT},
        places=("US",),
        services="Hosting; logging for debugging and monitoring",
    ),
)


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
    """

    def __init__(
        self,
        store: EventStore,
        /,
        *,
        keys: KeyRing,
        clock: Clock = system_clock,
        objection: timedelta = OBJECTION,
    ) -> None:
        self._book = Book(store, keys=keys, name="recipients", clock=clock)
        self._streams = self._book.of_part("")
        self._fold = Fold(self._book, self._streams, _State, _step)
        self._objection = objection
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
        return tuple(entry for entry in self._fold().entries if entry.recorded <= moment)

    def find(self, name: str, day: date, /) -> Recipient | None:
        """
        Return the version of a recipient that counts on *day*.

        Raises:
            voxvalley_privacy.StoreError: If the register cannot be read and proved.
        """
        line = None
        for entry in (*_vendor_lines(), *self._fold().entries):
            if entry.recipient.name == name and entry.effective <= day:
                line = entry
        return None if line is None or line.retired else line.recipient

    def objected(self, name: str, tenant: str, /) -> bool:
        """Whether a tenant objected to a recipient."""
        return (name, tenant) in self._fold().objections

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
        return self._fold().entries

    def _lines(self, day: date) -> dict[str, Entered]:
        lines: dict[str, Entered] = {}
        for entry in (*_vendor_lines(), *self._fold().entries):
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
        recipient = _from_body(body["recipient"])
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
