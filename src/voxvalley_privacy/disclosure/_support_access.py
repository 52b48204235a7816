"""Access of support staff: approved, consented to, short, through a redactor, and on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from .. import policies
from ..decisions import Decision, Obligation
from ..errors import Denied
from ..keys import KeyRing
from ..ledgers import Book, Fold, fault_code
from ..protocols import Redact
from ..redaction import Redactor
from ..stores import Clock, Event, EventStore, system_clock
from ._disclosure_asks import Audit
from ._disclosure_reasons import because
from ._secret_names import without_credentials
from ._staff import Staff
from ._support_views import Viewed, Views

__all__ = ["AccessGrant", "SupportAccess"]

LONGEST = timedelta(hours=8)
_BROKEN = timedelta(hours=1)
_REVIEW = timedelta(hours=72)


def _kinds(kinds: Iterable[object]) -> frozenset[str]:
    return frozenset(map(str, kinds))


@attrs.frozen(kw_only=True)
class AccessGrant:
    """A request for access, and how far it came."""

    id: str
    staff: str
    ticket: str
    tenant: str
    kinds: frozenset[str] = attrs.field(converter=_kinds)
    until: datetime
    approved_by: str = ""
    consented_by: str = ""
    revoked: bool = False
    broken: bool = False
    reviewed: bool = False
    review_due: datetime | None = None

    def active(self, now: datetime, /) -> bool:
        """Whether records may be viewed."""
        agreed = self.broken or (self.approved_by and self.consented_by)
        return bool(agreed) and not self.revoked and now < self.until


class SupportAccess:
    """
    Let support look at records of a customer, for a while, for a reason, and never at credentials.

    Args:
        store: Keeps the grants and each view.

        keys: Makes tokens and seals events.

        redact: What every record is viewed through; a redactor of the support policy if left out.

        audit: Takes every view as well; if it fails, nothing is shown.

        clock: The time.

        people: Account -> person, for staff with several accounts.

        content_opted_in: Tenants that allow content to be seen after break-glass.

        removed: Approvers who no longer may approve: what they approved ends.
    """

    def __init__(
        self,
        store: EventStore,
        /,
        *,
        keys: KeyRing,
        redact: Redact | None = None,
        audit: Audit | None = None,
        clock: Clock = system_clock,
        people: Mapping[str, str] | None = None,
        content_opted_in: Iterable[str] = (),
        removed: Iterable[str] = (),
    ) -> None:
        self._book = Book(store, keys=keys, name="grants", clock=clock)
        self._streams = self._book.of_part("")
        self._fold: Fold[dict[str, AccessGrant]] = Fold(self._book, self._streams, dict, _step)
        self._views = Views(self._book)
        self._person = Staff(people)
        self._removed = frozenset(map(self._person, removed))
        self._redact = Redactor(policies.support(keys)) if redact is None else redact
        self._audit = audit
        self._opted_in = frozenset(content_opted_in)

    def __repr__(self) -> str:
        return f"SupportAccess({self._book!r})"

    def request(
        self, *, staff: str, ticket: str, tenant: str, kinds: Iterable[object], until: datetime
    ) -> AccessGrant:
        """
        Ask for access; nothing is granted yet.

        Args:
            staff: Who will look.

            ticket: Why.

            tenant: Whose records.

            kinds: Which kinds of records.

            until: When it ends, eight hours from now at most.

        Raises:
            voxvalley_privacy.Denied: If it is for too long, or says not who, why or whose.

            voxvalley_privacy.StoreError: If it was not stored.
        """
        now = self._book.now()
        if not (staff and ticket and tenant) or until.tzinfo is None:
            raise Denied(Decision.deny(because("error.input")))
        if not now < until <= now + LONGEST:
            raise Denied(Decision.deny(because("access.too_long")))
        event = self._write(
            "requested",
            {
                "staff": staff,
                "ticket": ticket,
                "tenant": tenant,
                "kinds": _kinds(kinds),
                "until": until,
            },
        )
        return self._grant(f"G{event.position}")

    def approve(self, grant_id: str, /, *, by: str) -> Decision:
        """Approve a request of somebody else."""
        grant = self._fold().get(grant_id)
        if grant is None:
            return Decision.deny(because("access.unknown"))
        others = {"", self._person(grant.staff), *self._removed, *self._people_of(grant)}
        if self._person(by) in others:
            return Decision.deny(because("access.self"))
        self._write("approved", {"id": grant_id, "by": by})
        return Decision.allow(because("access.recorded"))

    def consent(self, grant_id: str, /, *, by_customer: str) -> Decision:
        """Record that the customer agrees."""
        grant = self._fold().get(grant_id)
        if grant is None:
            return Decision.deny(because("access.unknown"))
        # A customer's person is named "tenant:person", so that nobody agrees for another tenant.
        tenant, _, person = by_customer.partition(":")
        ours = {"", self._person(grant.staff), self._person(grant.approved_by)}
        if tenant != grant.tenant or {self._person(by_customer), self._person(person)} & ours:
            return Decision.deny(because("access.self"))
        self._write("consented", {"id": grant_id, "by": by_customer})
        return Decision.allow(because("access.recorded"))

    def revoke(self, grant_id: str, /, *, by: str) -> Decision:
        """End a grant; a running export stops at its next record."""
        if not by or grant_id not in self._fold():
            return Decision.deny(because("access.unknown"))
        self._write("revoked", {"id": grant_id, "by": by})
        return Decision.allow(because("access.recorded"))

    def break_glass(
        self, *, staff: str, incident: str, reason: str, kinds: Iterable[object], tenant: str = ""
    ) -> AccessGrant:
        """
        Take access for an hour, without approval; it has to be reviewed in 72 hours.

        Args:
            staff: Who will look.

            incident: The incident that cannot wait.

            reason: Why it cannot.

            kinds: Which kinds of records: `account`, `billing`, `call` and `log`. Any other may be
                or hold content, and needs a tenant that opted in before.

            tenant: Whose records; those of every tenant if left out.

        Raises:
            voxvalley_privacy.Denied: If an earlier one of this person was not reviewed in time, or
                the kinds go too far.

            voxvalley_privacy.StoreError: If it was not stored.
        """
        now = self._book.now()
        asked = _kinds(kinds)
        if not (staff and incident and reason):
            raise Denied(Decision.deny(because("error.input")))
        if any(self._is_overdue(grant, staff, now) for grant in self._fold().values()):
            raise Denied(Decision.deny(because("access.review_due")))
        if not asked <= _RECORDS and tenant not in self._opted_in:
            raise Denied(Decision.deny(because("access.kind")))
        event = self._write(
            "broken",
            {
                "staff": staff,
                "ticket": incident,
                "reason": reason,
                "tenant": tenant,
                "kinds": asked,
                "until": now + _BROKEN,
                "review_due": now + _REVIEW,
            },
        )
        return self._grant(f"G{event.position}")

    def grants(self) -> tuple[AccessGrant, ...]:
        """
        Return every request and grant there was, in the order they came.

        Raises:
            voxvalley_privacy.StoreError: If they cannot be read and proved.
        """
        return tuple(self._fold().values())

    def views(self, grant_id: str, /) -> tuple[Viewed, ...]:
        """
        Return what was viewed under a grant: kinds, names of fields and times.

        Raises:
            voxvalley_privacy.StoreError: If not all of them can be read and proved.
        """
        return self._views.read(grant_id)

    def duties(self) -> tuple[Obligation, ...]:
        """Return the reviews that are open, and whom to tell."""
        open_ones = [
            grant for grant in self._fold().values() if grant.broken and not grant.reviewed
        ]
        duties = []
        for grant in open_ones:
            due = grant.review_due
            duties.append(Obligation(code="access.review", text="Review a break-glass.", due=due))
            duties.append(Obligation(code="access.tell", text="Tell approvers and the customer."))
        return tuple(duties)

    def review(self, grant_id: str, /, *, by: str) -> Decision:
        """Record the review of a break-glass, by somebody else."""
        grant = self._fold().get(grant_id)
        if grant is None:
            return Decision.deny(because("access.unknown"))
        if self._person(by) in {"", self._person(grant.staff)}:
            return Decision.deny(because("access.self"))
        self._write("reviewed", {"id": grant_id, "by": by})
        return Decision.allow(because("access.recorded"))

    def may_view(self, grant: AccessGrant, kind: object = None, /) -> Decision:
        """
        Decide whether a grant is good now, for a kind of record or for all that it names.

        The value of an allow is the grant as it is on record.
        """
        try:
            now = self._book.now()
            current = self._fold().get(grant.id)
        except Exception as error:  # whatever the store does: nothing is shown
            return Decision.deny(because(fault_code(error)))
        if current is None:
            return Decision.deny(because("access.unknown"))
        if not current.active(now) or self._person(current.approved_by) in self._removed:
            return Decision.deny(because("access.not_active"))
        asked = current.kinds if kind is None else {str(kind)}
        if not asked or not asked <= current.kinds:
            return Decision.deny(because("access.kind"))
        return Decision.allow(because("access.allowed"), valid_until=current.until, value=current)

    def view(
        self, grant: AccessGrant, record: Mapping[str, Any], /, *, kind: object = None
    ) -> dict[str, Any]:
        """
        Return a record as support may see it; the view is on record first, by field names.

        Args:
            grant: The grant, or the request that became one.

            record: The record.

            kind: Which kind of record it is; one of those that the grant names if left out.

        Raises:
            voxvalley_privacy.Denied: If the grant is not good for it, or the view cannot be written
                down.
        """
        decision = self.may_view(grant, kind)
        if not decision:
            raise Denied(decision)
        recorded = decision.value  # whatever was passed in
        assert isinstance(recorded, AccessGrant)
        shown = self._redact(record)
        if not isinstance(shown, Mapping):
            raise Denied(Decision.deny(because("error.input")))
        names = without_credentials(frozenset(map(str, shown)))
        view = {name: value for name, value in shown.items() if str(name) in names}
        try:
            entry = {"kind": _named(kind, recorded), "fields": sorted(view)}
            self._views.write(recorded.id, entry)
            if self._audit is not None:
                who, whose = recorded.staff, recorded.tenant
                self._audit.record(decision, actor=who, act="view", about=whose)
        except Exception:  # what cannot be written down is not shown
            unwritten = Decision.deny(because("audit.down"))
        else:
            return view
        raise Denied(unwritten)

    def _people_of(self, grant: AccessGrant) -> Iterable[str]:
        """Return who agreed for the customer, in both ways of writing it."""
        if grant.consented_by:
            yield self._person(grant.consented_by)
            yield self._person(grant.consented_by.partition(":")[2])

    def _is_overdue(self, grant: AccessGrant, staff: str, now: datetime) -> bool:
        same = grant.broken and self._person(grant.staff) == self._person(staff)
        late = grant.review_due is not None and grant.review_due <= now
        return same and late and not grant.reviewed

    def _write(self, kind: str, body: Mapping[str, object]) -> Event:
        return self._book.write(self._streams, kind, body)

    def _grant(self, grant_id: str) -> AccessGrant:
        return self._fold()[grant_id]


# Every other kind, one that is not known too, may hold what somebody said or wrote.
_RECORDS = frozenset(["account", "billing", "call", "log"])


def _named(kind: object, grant: AccessGrant) -> str:
    return ",".join(sorted(grant.kinds)) if kind is None else str(kind)


def _step(
    grants: dict[str, AccessGrant], event: Event, body: dict[str, Any]
) -> dict[str, AccessGrant]:
    if event.kind in {"requested", "broken"}:
        due = body.get("review_due")
        grant = AccessGrant(
            id=f"G{event.position}",
            staff=body["staff"],
            ticket=body["ticket"],
            tenant=body["tenant"],
            kinds=body["kinds"],
            until=datetime.fromisoformat(body["until"]),
            broken=event.kind == "broken",
            review_due=datetime.fromisoformat(due) if due else None,
        )
        return {**grants, grant.id: grant}
    known = grants.get(body["id"])
    if known is None:
        return grants
    return {**grants, known.id: attrs.evolve(known, **_change(event.kind, body["by"]))}


def _change(kind: str, by: str) -> dict[str, Any]:
    if kind == "approved":
        return {"approved_by": by}
    if kind == "consented":
        return {"consented_by": by}
    return {"revoked": True} if kind == "revoked" else {"reviewed": True}
