"""The question before data leaves, and the fields that an allow grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import attrs

from ..decisions import Decision
from ..protocols import Redact
from ..redaction import Redactor
from ._values_shown import Shown, leaves, without_secrets

__all__ = ["Audit", "Consents", "Disclosure", "Grant"]


class Audit(Protocol):
    """Where decisions are written down; `vp.AuditLog` is one."""

    def record(self, decision: Decision, /, *, actor: str, act: str, about: object) -> object:
        """Keep what was decided, or raise."""


@runtime_checkable
class Consents(Protocol):
    """Knows what people agreed to; `voxvalley_privacy.ConsentLedger` is one."""

    def permits(self, subject: Any, purpose: str, /, *, recipient: str, at: datetime) -> Decision:
        """Decide whether a consent of the person names the recipient and the purpose."""


def _told(places: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, places))


def _names(names: Iterable[object]) -> frozenset[str]:
    return frozenset(map(str, names))


@attrs.frozen(kw_only=True)
class Disclosure:
    """
    Ask whether fields of a person may go to somebody.

    Args:
        to: The recipient's name on the register.

        purpose: What for.

        about: The person.

        fields: The fields of the record.

        origin: ISO code of the place the data comes from.

        at: When; None for now, by the register's clock.

        tenant: The customer whose data it is; without one, an objection of any customer counts.

        role: In which role the sender acts: `controller`, `processor` or `subprocessor`.

        also: Other people in the record: the book names the disclosure for each of them.

        also_from: The places their data comes from, where known; each has to permit the transfer.
    """

    to: str
    purpose: str
    about: object = attrs.field(repr=lambda _: "<hidden>")
    fields: frozenset[str] = attrs.field(converter=_names)
    origin: str = ""
    at: datetime | None = None
    tenant: str = ""
    role: str = "processor"
    also: tuple[object, ...] = attrs.field(default=(), repr=lambda v: f"<{len(v)} hidden>")
    also_from: tuple[str, ...] = attrs.field(default=(), converter=_told)


@attrs.frozen(kw_only=True)
class Grant:
    """The fields that may leave; `minimize()` makes the record that may be sent."""

    fields: frozenset[str]
    redact: Redact | None = attrs.field(default=None, repr=False)
    entry: int = 0

    def minimize(self, record: Mapping[str, Any], /) -> dict[str, Any]:
        """
        Return the granted fields only, redacted.

        A field whose value shows the value of one that is not granted is left out too. Passwords,
        keys and codes never leave, at any depth, whatever the redactor is.
        """
        shown = record if self.redact is None else self.redact(record)
        if not isinstance(shown, Mapping):
            return {}
        granted = {name: value for name, value in shown.items() if name in self.fields}
        others = [value for name, value in record.items() if name not in self.fields]
        hidden = Shown(leaves(others))
        kept = {name: value for name, value in granted.items() if not hidden.by(value)}
        # A policy of a Redactor cannot keep a credential.
        return kept if isinstance(self.redact, Redactor) else without_secrets(kept)
