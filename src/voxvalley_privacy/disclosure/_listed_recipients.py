"""Bring a register in line with a list, such as that of a settings file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ..decisions import Obligation
from ._recipient_values import VENDOR_LIST, Recipient
from ._recipients import RecipientRegister

__all__ = ["enter_listed"]


def enter_listed(
    register: RecipientRegister,
    recipients: Iterable[Recipient],
    /,
    *,
    effective: date,
    announced: date | None = None,
) -> tuple[Obligation, ...]:
    """
    Enter the recipients of a list that are new or changed, and retire those that it does not name.

    Twice is once. The vendor's own list stays, unless the list has a version of it.

    Args:
        register: The register.

        recipients: The list.

        effective: From which day, as for `put()`.

        announced: The day the customers were told.

    Returns:
        The duties: whom to tell, and by when.

    Raises:
        voxvalley_privacy.StoreError: If not all of it was stored; do it again then.
    """
    listed = {recipient.name: recipient for recipient in recipients}
    newest = {entry.recipient.name: entry for entry in register.changes()}
    duties: list[Obligation] = []
    for name, recipient in listed.items():
        known = newest.get(name)
        if known is None or known.retired or known.recipient != recipient:
            decision = register.put(recipient, effective=effective, announced=announced)
            duties += decision.obligations
    kept = {recipient.name for recipient in VENDOR_LIST} | listed.keys()
    for name, entry in newest.items():
        if name not in kept and not entry.retired:
            register.retire(name, effective=effective)
    return tuple(duties)
