"""Contacts and uses of data that an app asks about, and the templates of its messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum, unique
from functools import cached_property, lru_cache

import attrs

from ..decisions import Reason
from ..errors import ConfigurationError
from ..ledgers import Subject
from ..vocabulary import Channel, Purpose
from ._basis_names import Basis
from ._consent_reasons import because
from ._entries import covers, known_purpose
from ._fold import Scope

__all__ = [
    "NOW",
    "Contact",
    "MessageClass",
    "Template",
    "Templates",
    "Use",
    "family",
    "input_fault",
    "marketing_through",
    "needs_consent",
]


@unique
class MessageClass(StrEnum):
    """The class of a message; it comes from a registered template, not from the caller."""

    PROMOTIONAL = "promotional"
    ADMINISTRATIVE = "administrative"  # about the service the person uses
    EMERGENCY = "emergency"  # danger, or a code the person is waiting for
    CONFIRMATION = "confirmation"  # the one answer to an opt-out


@attrs.frozen(kw_only=True)
class Template:
    """
    A registered message.

    Args:
        id: Its name.

        message_class: Its class.

        promotional_blocks: Names of the parts that promote something. With one of them the message
            is promotional.

        version: Counts its changes, from 1.

        reason: Why its class differs from that of the version before.

        approver: Who decided that.
    """

    id: str
    message_class: MessageClass = attrs.field(converter=MessageClass)
    promotional_blocks: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    version: int = 1
    reason: str = ""
    approver: str = ""

    @property
    def accounted_for(self) -> bool:
        """Whether reason and approver are named."""
        return bool(self.reason and self.approver)

    @property
    def counts_as(self) -> MessageClass:
        """The class in force."""
        return MessageClass.PROMOTIONAL if self.promotional_blocks else self.message_class


class Templates:
    """
    Every version of every template.

    Args:
        templates: All versions; a class that changes between two of them needs a *reason* and an
            *approver*.

    Raises:
        voxvalley_privacy.ConfigurationError: If a version is there twice, or a class changed
            without a reason; all at once.
    """

    def __init__(self, *templates: Template) -> None:
        faults = []
        self._newest: dict[str, Template] = {}
        for template in sorted(templates, key=lambda template: (template.id, template.version)):
            before = self._newest.get(template.id)
            path = f"{template.id}[{template.version}]"
            if before is not None and before.version == template.version:
                faults.append((path, "this version is there twice"))
            elif _changed_class(before, template) and not template.accounted_for:
                faults.append(
                    (path, "its class changed: 'reason' and 'approver' must say why and by whom")
                )
            self._newest[template.id] = template
        if faults:
            raise ConfigurationError("The templates are not consistent.", faults=tuple(faults))

    def __getitem__(self, template_id: str, /) -> Template | None:
        return self._newest.get(template_id)


def _changed_class(before: Template | None, template: Template) -> bool:
    return before is not None and before.counts_as is not template.counts_as


_NO_CONSENT_NEEDED = (Purpose.SERVICE, Purpose.SECURITY, Purpose.BILLING, Purpose.LEGAL)
# No time was named. Without a zone: a rule that does not know a clock denies, a rule with a ledger
# asks its clock.
NOW = datetime.max  # noqa: DTZ901 - its lack of a zone is the point


def _time_or_now(at: datetime | None) -> datetime:
    return NOW if at is None else at


def family(channel: str, /) -> str:
    """Return the channel that *channel* counts as: a picture message is an SMS."""
    return "sms" if channel == Channel.MMS else channel


def marketing_through(channel: str, purpose: str | None, /) -> str:
    """Return the purpose of marketing through *channel*; an unknown one for anything else."""
    if purpose not in (None, Purpose.MARKETING) or channel not in tuple(Channel):
        return "?"
    return f"{Purpose.MARKETING}.{family(channel)}"


@lru_cache(maxsize=256)
def needs_consent(purpose: str, /) -> bool:
    """Whether *purpose* needs consent: everything does, except the contract and legal duties."""
    return not any(covers(free, purpose) for free in _NO_CONSENT_NEEDED)


@attrs.frozen(kw_only=True)
class Use:
    """
    A use of a person's data.

    Args:
        of: Whose; a number, an e-mail address or an `Account`.

        purpose: What for.

        at: When, with a time zone.

        controller: For whom; empty for the app's owner.

        category: Which kind of data; empty for what the purpose needs.

        recipient: Who else gets it; empty for nobody.
    """

    of: Subject = attrs.field(repr=lambda _: "<hidden>")
    purpose: str
    at: datetime
    controller: str = ""
    category: str = ""
    recipient: str = ""

    @property
    def subject(self) -> Subject:
        """The person."""
        return self.of

    @property
    def message_class(self) -> MessageClass | None:
        """None: a use is not a message."""
        return None

    @property
    def notes(self) -> tuple[Reason, ...]:
        """Reasons that go with every deny."""
        return ()

    @cached_property
    def scope(self) -> Scope:
        """The consent that is needed."""
        return Scope(self.purpose, self.controller, self.category, self.recipient)


def _optional_times(times: Iterable[datetime] | None) -> tuple[datetime, ...] | None:
    return None if times is None else tuple(times)


@attrs.frozen(kw_only=True)
class Contact:
    """
    A person to contact, and how. Nothing is checked here: the rules deny a contact that is wrong.

    Args:
        to: Whom.

        purpose: What for.

        channel: How; one of `voxvalley_privacy.Channel`.

        at: When, with a time zone; None for now, by the clock of the ledger that a rule asks.

        sender: From which number, sender id or group of senders.

        template: The registered template of the message; without one it counts as promotional.

        jurisdictions: Where the person may be, as "US-CA" or "FR", besides where the number may be.

        zones: In which time zones, as "America/New_York", besides those of the number. Name them
            with *jurisdictions* outside North America that are not the number's own: there is no
            answer without local time.

        attempts: When this person was contacted before; None if that is not known.

        confirms: For a confirmation: the position of the opt-out it confirms.

        controller: For whom; empty for the app's owner.

        category: Which kind of data is used; empty for what the purpose needs.

        recipient: Who else gets it; empty for nobody.

        basis: On which basis the person may be contacted; asked by `basis_accepted` only.
    """

    to: Subject = attrs.field(repr=lambda _: "<hidden>")
    purpose: str
    channel: str
    at: datetime = attrs.field(default=None, converter=_time_or_now)
    sender: str = ""
    template: Template | None = None
    jurisdictions: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    zones: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    attempts: tuple[datetime, ...] | None = attrs.field(default=None, converter=_optional_times)
    confirms: int = 0
    controller: str = ""
    category: str = ""
    recipient: str = ""
    basis: Basis | None = None

    @property
    def subject(self) -> Subject:
        """The person."""
        return self.to

    @property
    def message_class(self) -> MessageClass:
        """The class that the message counts as."""
        return MessageClass.PROMOTIONAL if self.template is None else self.template.counts_as

    @property
    def notes(self) -> tuple[Reason, ...]:
        """Reasons that go with every deny."""
        if not self._relabeled:
            return ()
        return (because("message.promotional"),)

    @property
    def _relabeled(self) -> bool:
        return not needs_consent(self.purpose) and self.message_class is MessageClass.PROMOTIONAL

    @cached_property
    def scope(self) -> Scope:
        """The consent that is needed: for marketing, that for the channel it comes through."""
        return _asked(
            self.purpose,
            self.channel,
            self._relabeled,
            self.controller,
            self.category,
            self.recipient,
        )


_BY_CHANNEL = frozenset(
    [Purpose.MARKETING, *[f"{Purpose.MARKETING}.{channel}" for channel in Channel]]
)


@lru_cache(maxsize=1024)
def _asked(purpose: str, channel: str, relabeled: bool, *rest: str) -> Scope:
    # "Marketing by e-mail" does not allow an SMS: the channel that is used decides.
    if relabeled or purpose in _BY_CHANNEL:
        return Scope(f"{Purpose.MARKETING}.{family(Channel(channel))}", *rest)
    return Scope(purpose, *rest)


_CHANNELS = frozenset(Channel)
_CONTEXTS = (Contact, Use)


def input_fault(context: object, /) -> Reason | None:
    """Return what is wrong with a context, apart from whom it is about; None for nothing."""
    if not isinstance(context, _CONTEXTS):
        return because("error.input")
    if context.at.tzinfo is None:
        return because("error.clock")
    if not known_purpose(context.purpose):
        return because("purpose.unknown")
    if isinstance(context, Contact) and context.channel not in _CHANNELS:
        return because("channel.unknown")
    return None
