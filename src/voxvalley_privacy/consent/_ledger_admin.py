"""List, count and export a ledger for an admin; people are tokens, or those whom the app names."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TextIO

import attrs

from ..errors import ConfigurationError
from ..ledgers import Subject, of_book
from ..stores import Event
from ._entries import Entry, Kind
from ._fold import History, Scope, standing, suppressions
from ._ledger import ConsentLedger

__all__ = ["LedgerAdmin", "LedgerCounts", "PersonStatus"]

_GRANTS = (Kind.GIVEN, Kind.RECONFIRMED)
_NOT_EXPORTED = frozenset(["key", "tenant"])


@attrs.frozen(kw_only=True)
class PersonStatus:
    """
    The state of one person now.

    Args:
        token: The token that names the person in the store.

        entries: How many entries there are about the person.

        newest: The time of the latest; None if there is none.

        opted_out: Whether a suppression of everything holds, for any sender.

        suppressions: How many suppressions hold.

        purposes: The purposes with a consent that holds, for the app's owner.
    """

    token: str
    entries: int
    newest: datetime | None
    opted_out: bool
    suppressions: int
    purposes: tuple[str, ...]


@attrs.frozen(kw_only=True)
class LedgerCounts:
    """
    How many there are of what.

    Args:
        people: People with any entry; one whose entries were written under two keys counts twice.

        opted_out: Those with a suppression of everything, for any sender.

        kinds: Entries by kind.

        consents: People by purpose with a consent that holds.
    """

    people: int
    opted_out: int
    kinds: Mapping[str, int]
    consents: Mapping[str, int]


class LedgerAdmin:
    """
    Read a whole ledger for an admin's pages; it changes nothing.

    The tokens of tenants cannot be told apart, so that a tenant's ledger lists only people whom the
    app names.

    Args:
        ledger: The ledger.
    """

    def __init__(self, ledger: ConsentLedger, /) -> None:
        self._ledger = ledger

    def people(self, subjects: Iterable[Subject] | None = None, /) -> Iterator[PersonStatus]:
        """
        Return the status of each person; hundreds are read at once.

        Args:
            subjects: Whose, in this order; None for everybody in the store, in the order in which
                they came.

        Raises:
            voxvalley_privacy.ConfigurationError: If *subjects* is None and this is a tenant's
                ledger.

            voxvalley_privacy.StoreError: If not everything can be read and proved.
        """
        now = self._ledger.now()
        for token, entries in self._histories(subjects):
            yield _status(token, entries, now)

    def counts(self, subjects: Iterable[Subject] | None = None, /) -> LedgerCounts:
        """
        Count people, entries and consents.

        Raises:
            voxvalley_privacy.ConfigurationError: See `people`.

            voxvalley_privacy.StoreError: See `people`.
        """
        now = self._ledger.now()
        people = opted_out = 0
        kinds: Counter[str] = Counter()
        consents: Counter[str] = Counter()
        for token, entries in self._histories(subjects):
            status = _status(token, entries, now)
            people += bool(entries)
            opted_out += status.opted_out
            kinds.update(entry.kind.value for entry in entries)
            consents.update(status.purposes)
        return LedgerCounts(people=people, opted_out=opted_out, kinds=kinds, consents=consents)

    def export(self, to: TextIO, /, subjects: Iterable[Subject] | None = None) -> int:
        """
        Write every entry as a line of JSON, person by person; return how many lines.

        The lines hold tokens, times and how consents were given; no number or address of a person.

        Raises:
            voxvalley_privacy.ConfigurationError: See `people`.

            voxvalley_privacy.StoreError: See `people`; what was written before is not all.
        """
        lines = 0
        for token, entries in self._histories(subjects):
            for entry in entries:
                to.write(json.dumps(_exported(token, entry), default=datetime.isoformat) + "\n")
                lines += 1
        return lines

    def _histories(self, subjects: Iterable[Subject] | None) -> Iterator[tuple[str, History]]:
        books = self._ledger.books
        if subjects is None:
            people = self._everybody()
        else:
            people = [books.subjects.tokens_of_anything(subject) for subject in subjects]
        for streams, entries in zip(people, books.histories_of(people), strict=True):
            if isinstance(entries, Exception):
                raise entries
            yield streams[0], entries

    def _everybody(self) -> list[tuple[str, ...]]:
        if self._ledger.tenant is not None:
            raise ConfigurationError(
                "A tenant's people cannot be told from others in the store: name the subjects."
            )
        books = self._ledger.books
        tokens = dict.fromkeys(event.stream for event in books.store.scan() if _is_own(event))
        tokens.update(dict.fromkeys(draft.stream for draft in books.journal.pending()))
        return [(token,) for token in tokens]


def _is_own(event: Event) -> bool:
    # Streams from before there were books have one dot.
    return event.stream.count(".") == 1 or of_book(event, "consent")


def _status(token: str, entries: History, now: datetime) -> PersonStatus:
    held = suppressions(entries)
    asked = dict.fromkeys(map(_granted, entries))
    return PersonStatus(
        token=token,
        entries=len(entries),
        newest=entries.newest,
        opted_out=any(map(_is_about_all, held)),
        suppressions=len(held),
        purposes=tuple(purpose for purpose in asked if purpose and _holds(entries, purpose, now)),
    )


def _granted(entry: Entry) -> str:
    """Return the purpose that an entry grants to the app's owner; empty for none."""
    return entry.purpose if entry.kind in _GRANTS and not entry.controller else ""


def _is_about_all(made: Entry) -> bool:
    return not made.purpose and not made.channel


def _holds(entries: History, purpose: str, now: datetime) -> bool:
    consent = standing(entries, Scope(purpose)).consent
    return consent is not None and (consent.expires is None or consent.expires > now)


def _exported(token: str, entry: Entry) -> dict[str, object]:
    details = attrs.asdict(
        entry, filter=lambda field, value: field.name not in _NOT_EXPORTED and _says(value)
    )
    return {"token": token, **details}


def _says(value: object) -> bool:
    return value not in ("", None, False, 0)
