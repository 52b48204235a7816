"""Whom to tell of a material change of a notice, and by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import attrs

from ..errors import ConfigurationError
from ..ledgers import Subject
from ._entries import Entry, Kind, Notices
from ._fold import Scope, standing
from ._ledger import ConsentLedger

__all__ = ["ToTell", "whom_to_tell"]

_GRANTS = frozenset([Kind.GIVEN, Kind.RECONFIRMED])


@attrs.frozen(kw_only=True)
class ToTell:
    """
    A person whose consent a changed notice ends.

    Args:
        subject: The person, as the app named them.

        purposes: The purposes of the consents that end.

        due: When the first of them ends.
    """

    subject: Subject = attrs.field(repr=lambda _: "<hidden>")
    purposes: tuple[str, ...]
    due: datetime


def whom_to_tell(ledger: ConsentLedger, subjects: Iterable[Subject], /) -> Iterator[ToTell]:
    """
    Return the people who consented under an older version of a notice, and by when to ask them.

    Args:
        ledger: With the versions of its notices.

        subjects: The people; the ledger holds tokens only.

    Raises:
        voxvalley_privacy.ConfigurationError: If the ledger has no notices.

        voxvalley_privacy.StoreError: If not everything can be read and proved.
    """
    if ledger.notices is None:
        raise ConfigurationError("The ledger was built without notices.")
    for subject in subjects:
        ends = dict(_ends(ledger, subject, ledger.notices))
        if ends:
            yield ToTell(subject=subject, purposes=tuple(sorted(ends)), due=min(ends.values()))


def _ends(
    ledger: ConsentLedger, subject: Subject, notices: Notices
) -> Iterator[tuple[str, datetime]]:
    """Yield each purpose whose consent ends, and when."""
    now = ledger.now()
    history = ledger.history(subject)
    for entry in history:
        if entry.kind not in _GRANTS or standing(history, _scope_of(entry)).consent != entry:
            continue
        seen = notices.find(entry)
        due = notices.due(seen, entry.purpose, now) if seen is not None else now
        if due is not None:
            yield entry.purpose, due


def _scope_of(entry: Entry) -> Scope:
    return Scope(
        purpose=entry.purpose,
        controller=entry.controller,
        category=entry.category,
        recipient=entry.recipient,
    )
