"""Entries, the evidence of consents, and notices: everything that the ledger keeps on record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum, unique
from functools import lru_cache
from typing import Any

import attrs

from ..errors import ConfigurationError, StoreCorrupt
from ..ledgers import salted, unsalted
from ..stores import Clock, Event
from ..vocabulary import Purpose

__all__ = [
    "Entry",
    "Evidence",
    "Kind",
    "Notice",
    "Notices",
    "covers",
    "from_event",
    "known_purpose",
    "zoned",
]


@unique
class Kind(StrEnum):
    """The kind of an event."""

    REQUESTED = "consent.requested"  # asked, not yet answered
    GIVEN = "consent.given"
    RECONFIRMED = "consent.reconfirmed"  # confirmed under a newer notice
    REFUSED = "consent.refused"
    WITHDRAWN = "consent.withdrawn"
    EXPIRED = "consent.expired"
    SUPPRESSED = "suppression.made"
    LIFTED = "suppression.lifted"
    CHECKED = "number.checked"  # asked whether the number went to another person
    ERASED = "subject.erased"
    REVIEWED = "suppression.reviewed"  # a person read what was only likely
    ATTEMPTED = "contact.attempted"  # a message was sent, or a call was placed


_TOP = frozenset(Purpose)
_LONGEST_NAME = 100


def known_purpose(purpose: object, /) -> bool:
    """Whether *purpose* is a `Purpose` or a dotted child of one, in exactly that spelling."""
    if not isinstance(purpose, str):
        return False
    if purpose in _TOP:
        return True
    parent, dot, child = purpose.rpartition(".")
    if not dot or len(purpose) > _LONGEST_NAME:
        return False
    return child.isidentifier() and child.islower() and known_purpose(parent)


def covers(parent: str, child: str, /) -> bool:
    """Whether a consent to *parent* covers *child*, which is the same purpose or below it."""
    return parent == child or child.startswith(parent + ".")


def _check_method(_: object, attribute: attrs.Attribute[str], text: str) -> None:
    if not text:
        raise ConfigurationError("'method' must not be empty.")
    _check_name(_, attribute, text)


def _check_name(_: object, attribute: attrs.Attribute[str], text: str) -> None:
    if len(text) > _LONGEST_NAME or "@" in text or any(map(str.isspace, text)):
        raise ConfigurationError(f"{attribute.name!r} must be a short name without spaces and '@'.")


def _check_hash(_: object, attribute: attrs.Attribute[str], text: str) -> None:
    if text and (len(text) < 64 or text.strip("0123456789abcdef")):
        raise ConfigurationError(
            f"{attribute.name!r} must be a hash of at least 256 bits in lower-case hexadecimal."
        )


@attrs.frozen(kw_only=True)
class Evidence:
    """
    How a consent was given, without the form or message itself.

    Args:
        method: How it was given, for example `web_form`, `voice` or `double_opt_in`.

        affirmative: Whether the person did something to consent. Without it the consent permits
            nothing.

        pre_ticked: Whether the box was ticked for them. Such a consent permits nothing.

        notice: Id of the notice they saw.

        version: Version of that notice.

        artifact: SHA-256 or longer, in hexadecimal, of the form, recording or message kept
            elsewhere.

        conflict_confirmed: Whether they confirmed although their browser signals an opt-out.
    """

    method: str = attrs.field(validator=_check_method)
    affirmative: bool = False
    pre_ticked: bool = False
    notice: str = attrs.field(default="", validator=_check_name)
    version: str = attrs.field(default="", validator=_check_name)
    artifact: str = attrs.field(default="", validator=_check_hash)
    conflict_confirmed: bool = False


@attrs.frozen(kw_only=True)
class Entry:
    """
    One event in the history of a subject. It holds no personal data.

    Args:
        kind: What happened.

        at: When.

        position: Its place in the store; 0 while it is in the local journal only.

        purpose: To which purpose, and its children; empty for all.

        controller: For whom the data is used; empty for the app's owner.

        category: Of which kind of data; empty for what the purpose needs.

        recipient: Who else gets it; empty for nobody.

        evidence: How a consent came about.

        expires: When it ends by itself.

        sender: The number or sender id that a suppression is about; empty for all.

        group: The group of senders that it is about, by its name in `Senders`; empty for none.

        channel: The channel that it is about; empty for all.

        message_class: For an attempt: the class of the message.

        origin: What made a suppression: `keyword`, `likely`, `scoped`, `wrong_number`,
            `confirmed`, `manual`,
            `import`.

        refers: For a review: the position of the entry that was reviewed. For a copy of a
            suppression: the position of the first.

        stands: For a review: whether that entry holds.

        carried: For an erasure: whether what still holds is written anew behind it.

        answer: What the reassignment check said: `yes`, `no` or `no_data`.

        tenant: For a suppression in a tenant's ledger: what shows that tenant that it is theirs.

        scrubbed: Whether its details were erased; then it only takes away.

        key: The bound idempotency key.
    """

    kind: Kind
    at: datetime
    position: int = 0
    purpose: str = ""
    controller: str = ""
    category: str = ""
    recipient: str = ""
    evidence: Evidence | None = None
    expires: datetime | None = None
    sender: str = ""
    group: str = ""
    channel: str = ""
    message_class: str = ""
    origin: str = ""
    answer: str = ""
    refers: int = 0
    stands: bool = False
    carried: bool = False
    scrubbed: bool = False
    tenant: str = attrs.field(default="", eq=False, repr=False)
    key: str = attrs.field(default="", eq=False, repr=False)

    def to_body(self) -> str:
        """Write the details as JSON."""
        return salted(attrs.asdict(self, filter=_worth_writing))


_IN_COLUMNS = {"kind", "at", "position", "scrubbed", "key"}


def _worth_writing(attribute: attrs.Attribute[object], value: object) -> bool:
    return attribute.name not in _IN_COLUMNS and value not in ("", None, False)


def zoned(clock: Clock, /) -> Clock:
    """Return *clock*; raise ConfigurationError if its times have no zone."""
    if clock().tzinfo is None:
        raise ConfigurationError("The clock must give times with a time zone.")
    return clock


@lru_cache(maxsize=1024)
def _evidence(details: tuple[tuple[str, Any], ...]) -> Evidence:
    # Most consents of an app come through the same few forms: each is checked once.
    return Evidence(**dict(details))


def from_event(event: Event, /) -> Entry:
    """
    Read a stored event.

    Raises:
        voxvalley_privacy.StoreCorrupt: If this version cannot read it.
    """
    try:
        kind = Kind(event.kind)
        known: dict[str, Any] = {
            "kind": kind,
            "at": event.at,
            "position": event.position,
            "key": event.key,
        }
        if event.body is None:
            return Entry(**known, scrubbed=True)
        details = unsalted(event.body)
        if "evidence" in details:
            details["evidence"] = _evidence(tuple(details["evidence"].items()))
        if "expires" in details:
            details["expires"] = datetime.fromisoformat(details["expires"])
        return Entry(**known, **details)
    except (ValueError, TypeError, KeyError):
        pass
    raise StoreCorrupt(f"The event at position {event.position} cannot be read by this version.")


# Notices: a material change makes older consents due again.


@attrs.frozen(kw_only=True)
class Notice:
    """
    One version of a privacy notice.

    Args:
        id: Which notice.

        version: Which version of it.

        published: From when it is shown, with a time zone.

        purposes: What it asks consent for.

        material_change: Whether those who consented to an older version must confirm.
    """

    id: str
    version: str
    published: datetime = attrs.field()
    purposes: tuple[str, ...] = attrs.field(converter=tuple)
    material_change: bool = False

    @published.validator
    def _has_zone(self, _: object, published: datetime) -> None:
        if published.tzinfo is None:
            raise ConfigurationError("'published' must have a time zone.")


def _ordered(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    return tuple(sorted(notices, key=lambda notice: notice.published))


@attrs.frozen
class Notices:
    """
    Every version of every notice that was ever shown.

    Args:
        versions: All of them.

        grace: How long a consent to an old purpose holds after a material change. A purpose that
            the change added has none.
    """

    versions: tuple[Notice, ...] = attrs.field(converter=_ordered)
    grace: timedelta = attrs.field(default=timedelta(days=30), kw_only=True)

    def find(self, entry: Entry, /) -> Notice | None:
        """Return the version that *entry* names."""
        evidence = entry.evidence
        if evidence is None:
            return None
        named = (evidence.notice, evidence.version)
        return next(
            (notice for notice in self.versions if (notice.id, notice.version) == named), None
        )

    def due(self, seen: Notice, purpose: str, at: datetime, /) -> datetime | None:
        """Return until when a consent under *seen* holds for *purpose*; None if nothing changed."""
        changed = [notice for notice in self.versions if _changes(notice, seen, at)]
        if not changed:
            return None
        first_change = changed[0].published
        if not _asks_for(seen.purposes, purpose):
            return first_change
        listed = {name for notice in changed for name in notice.purposes}
        added = listed.difference(seen.purposes)
        if _asks_for(added, purpose):
            return first_change
        return first_change + self.grace


def _changes(notice: Notice, seen: Notice, at: datetime) -> bool:
    """Whether *notice* is a later version of *seen*, shown by *at*, that needs a new consent."""
    if notice.id != seen.id or not notice.material_change:
        return False
    return seen.published < notice.published <= at


def _asks_for(listed: Iterable[str], purpose: str) -> bool:
    return any(covers(name, purpose) for name in listed)
