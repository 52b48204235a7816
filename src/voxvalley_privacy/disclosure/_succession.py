"""Succession of controllers, reuse of data, and the register of incidents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import attrs

from ..decisions import Decision, Obligation
from ..keys import KeyRing
from ..ledgers import Book, body_of
from ..names import judge
from ..stores import Clock, EventStore, system_clock
from ..vocabulary import DataCategory, Purpose
from ._disclosure_reasons import because
from ._request_terms import term_of

__all__ = ["ControllerSuccession", "Incident", "Incidents", "identifiable", "reusable"]

_PURPOSES = frozenset(map(str, Purpose))
_OF_NOBODY = frozenset(
    [DataCategory.STATUS, DataCategory.DURATION, DataCategory.PRICE, DataCategory.TIMESTAMP]
)


def reusable(old: str, new: str, /) -> Decision:
    """
    Decide whether data that is kept for one purpose may be used for another.

    Args:
        old: The purpose it was collected for.

        new: The purpose it is wanted for: the same, or a dotted child of it.
    """
    before, after = str(old), str(new)
    known = {before.partition(".")[0], after.partition(".")[0]} <= _PURPOSES
    if not known or Purpose.SALE in {before, after}:
        return Decision.deny(because("purpose.unknown"))
    if after == before or after.startswith(f"{before}."):
        return Decision.allow(because("reuse.allowed"))
    return Decision.deny(because("reuse.denied"))


def identifiable(name: str, /) -> bool:
    """
    Whether a field counts as personal: all do but those known to say nothing of a person.

    An address of a network, an id of a device, a full URL and a browser are personal, whatever a
    policy calls them; so is a field whose name says nothing.

    Args:
        name: The name of the field.
    """
    return judge((name,)).category not in _OF_NOBODY


@attrs.frozen(kw_only=True)
class ControllerSuccession:
    """
    Decide about a consent after somebody else became the controller.

    Args:
        old: The controller of before.

        new: The controller from then on.

        effective: From which day.

        keeps_policy: Whether the successor keeps the policy. If not, every purpose is frozen until
            people consent anew.

    `voxvalley_privacy.consent.carry_over()` writes a ledger anew under the successor's keys.
    """

    old: str
    new: str
    effective: date
    keeps_policy: bool = False

    def __call__(self, consented_to: str, purpose: str, /, *, day: date) -> Decision:
        """
        Decide whether a consent that *old* got lets *new* use data for *purpose* on a day.

        Args:
            consented_to: The purpose of the consent.

            purpose: What the successor wants; never more than the consent.

            day: When.
        """
        if day < self.effective or not self.keeps_policy:
            return Decision.deny(because("succession.frozen"))
        allowed = reusable(consented_to, purpose)
        if not allowed:
            return allowed
        return Decision.allow(because("succession.kept"), value=self.new)


@attrs.frozen(kw_only=True)
class Incident:
    """One line of the register of incidents."""

    id: str
    noticed: datetime
    what: str
    affected: int
    places: tuple[str, ...]
    told: tuple[str, ...] = ()


class Incidents:
    """
    Keep the register of breaches: who is affected, who has to be told and when, and who was.

    Args:
        store: Keeps the register.

        keys: Makes tokens and seals events.

        clock: The time of what is written.
    """

    def __init__(self, store: EventStore, /, *, keys: KeyRing, clock: Clock = system_clock) -> None:
        self._book = Book(store, keys=keys, name="incidents", clock=clock)
        self._streams = self._book.of_part("")

    def record(
        self, *, noticed: datetime, what: str, affected: int, places: Iterable[str]
    ) -> Decision:
        """
        Record an incident, notified or not.

        Args:
            noticed: When it was noticed.

            what: What happened, in words and without values.

            affected: How many people.

            places: ISO codes of where they are.

        Returns:
            A decision with the `Incident`, and a duty for each place with its due time.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored.
        """
        where = tuple(places)
        body = {"what": what, "affected": affected, "places": where, "noticed": noticed}
        event = self._book.write(self._streams, "noticed", body)
        incident = Incident(
            id=f"I{event.position}", noticed=noticed, what=what, affected=affected, places=where
        )
        duties = [duty for place in where for duty in _duties(place, noticed)]
        return Decision.allow(because("incident.recorded"), obligations=duties, value=incident)

    def told(self, incident_id: str, whom: str, /) -> None:
        """
        Record that somebody was told.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored.
        """
        self._book.write(self._streams, "told", {"id": incident_id, "whom": whom})

    def all(self) -> tuple[Incident, ...]:
        """
        Return every incident.

        Raises:
            voxvalley_privacy.StoreError: If the register cannot be read and proved.
        """
        incidents: dict[str, Incident] = {}
        for event in self._book.read(self._streams):
            body: dict[str, Any] = body_of(event)
            if event.kind == "told":
                known = incidents[body["id"]]
                incidents[known.id] = attrs.evolve(known, told=(*known.told, body["whom"]))
                continue
            incidents[f"I{event.position}"] = Incident(
                id=f"I{event.position}",
                noticed=datetime.fromisoformat(body["noticed"]),
                what=body["what"],
                affected=body["affected"],
                places=tuple(body["places"]),
            )
        return tuple(incidents.values())


def _duties(place: str, noticed: datetime) -> list[Obligation]:
    duties = []
    for request, text in (
        ("breach_authority", "Tell the authority."),
        ("breach_persons", "Tell the people."),
        ("incident_authority", "Tell the authority for incidents."),
    ):
        try:
            due, _ = term_of(request, place, noticed)
        except KeyError:
            continue  # the table has no term for this place
        duties.append(Obligation(code=f"incident.{request}", text=text, due=due))
    if not duties:
        # No term is known for the place: the shortest common one, and counsel.
        due, _ = term_of("breach_authority", "EU", noticed)
        duties.append(Obligation(code="incident.ask_counsel", text="Ask whom to tell.", due=due))
    return duties
