"""The copies of vendors: a table says what they can erase, and what only looks like it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

import attrs

from ..errors import ConfigurationError, StoreUnavailable
from ..ledgers import canonical_subject
from ..retention import RecordMeta
from ..stores import Clock, system_clock
from ._people import Person
from ._sql_target import as_time
from ._targets import BoundTarget, Commit, HoldSupport, Outcome, Record

if TYPE_CHECKING:
    import httpx

__all__ = ["VendorTarget", "endpoints", "plivo", "twilio", "vendor"]

_MOST_PAGES = 10_000
_GONE = 404
# Twilio, error 20009: the resource is not finished yet.
_NOT_FINISHED = "20009"


def endpoints(name: str, /) -> tuple[Mapping[str, str], ...]:
    """Return the rows of the table about a vendor."""
    table = resources.files("voxvalley_privacy.facts").joinpath("vendor_erasure_endpoints.csv")
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return tuple([row for row in rows if row["vendor"] == name])


@attrs.frozen(kw_only=True)
class _Listing:
    """How a vendor lists records of a number."""

    object: str  # the row of the table
    path: str
    rows: str
    id: str
    parties: tuple[tuple[str, str], ...]  # query parameter and field
    time: str
    kind: str


_LISTINGS = {
    "twilio": (
        _Listing(
            object="message",
            path="/2010-04-01/Accounts/{account}/Messages.json",
            rows="messages",
            id="sid",
            parties=(("From", "from"), ("To", "to")),
            time="date_sent",
            kind="message",
        ),
        _Listing(
            object="call record",
            path="/2010-04-01/Accounts/{account}/Calls.json",
            rows="calls",
            id="sid",
            parties=(("From", "from"), ("To", "to")),
            time="start_time",
            kind="call",
        ),
    ),
    "plivo": (
        _Listing(
            object="message record",
            path="/v1/Account/{account}/Message/",
            rows="objects",
            id="message_uuid",
            parties=(("from_number", "from_number"), ("to_number", "to_number")),
            time="message_time",
            kind="message",
        ),
        _Listing(
            object="recording",
            path="/v1/Account/{account}/Recording/",
            rows="objects",
            id="recording_id",
            parties=(("from_number", "from_number"), ("to_number", "to_number")),
            time="add_time",
            kind="recording",
        ),
    ),
}
_HOW_LONG = timedelta(days=30)


@attrs.define(kw_only=True, eq=False)
class VendorTarget(BoundTarget):
    """One vendor's copies; `vendor` makes it."""

    client: httpx.Client = attrs.field(repr=False)
    vendor: str
    account: str = attrs.field(repr=False)
    name: str
    place: str
    clock: Clock = attrs.field(repr=False)
    after: tuple[str, ...] = ()
    hold_support: HoldSupport = "lease"
    residue: str = "until the backups of the vendor are over"
    _mark: int = 0

    def find(self, person: Person, /) -> Sequence[Record]:
        spelling = canonical_subject(person.subject, region=person.region)
        found: dict[str, Record] = {}
        for listing in _LISTINGS[self.vendor]:
            for query, _ in listing.parties:
                asked = {query: spelling[1]} if spelling else {}
                for row in self._pages(listing, asked):
                    if any(person.is_in(row.get(field)) for _, field in listing.parties):
                        record = self._record(listing, row)
                        found[record.id] = record
        return list(found.values())

    def every(self) -> Iterator[Record]:
        for listing in _LISTINGS[self.vendor]:
            for row in self._pages(listing, {}):
                yield self._record(listing, row)

    def erase(self, records: Sequence[Record], person: Person | None, commit: Commit, /) -> Outcome:
        sorted_out: dict[str, list[str]] = {"done": [], "pending": [], "cannot": [], "failed": []}
        codes = set()
        for record in records:
            state, code = self._erase(record, commit)
            sorted_out[state].append(record.id)
            codes.add(code)
        return Outcome(
            **{state: tuple(ids) for state, ids in sorted_out.items()},
            due=self.clock() + _HOW_LONG if sorted_out["pending"] else None,
            code=min(codes - {""}, default=""),
        )

    def mask(self, records: Sequence[Record], person: Person, commit: Commit, /) -> Outcome:
        # A record at a vendor has the account's own number as its other party.
        return self.erase(records, person, commit)

    def verify_absent(self, person: Person, /) -> int:
        return len(self.find(person))

    def count(self) -> int:
        return sum(1 for _ in self.every())

    def mark(self) -> int:
        return self._mark

    def set_mark(self, position: int, /) -> None:
        self._mark = position

    def _record(self, listing: _Listing, row: Mapping[str, Any]) -> Record:
        when = row.get(listing.time)
        created = as_time(when)
        if created is None and isinstance(when, str):
            try:
                created = parsedate_to_datetime(when)
            except ValueError:
                created = None
        meta = RecordMeta(
            kind=listing.kind,
            id=f"{listing.object}#{row[listing.id]}",
            subjects=tuple([str(row.get(field)) for _, field in listing.parties]),
            created=created,
            place=self.place,
        )
        return Record(meta=meta)

    def _pages(self, listing: _Listing, asked: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        address = listing.path.format(account=self.account)
        query: Mapping[str, str] | None = asked
        for _ in range(_MOST_PAGES):
            page = self._get(address, query)
            yield from page[listing.rows]
            address = page.get("next_page_uri") or page.get("meta", {}).get("next")
            query = None
            if not address:
                return
        raise StoreUnavailable("A vendor's list does not end.")

    def _get(self, address: str, query: Mapping[str, str] | None) -> Any:
        failed = ""
        try:
            answer = self.client.get(address, params=query)
            if answer.status_code == 200:
                return answer.json()
            failed = str(answer.status_code)
        except Exception as error:  # whatever a client raises: its text may hold the address
            failed = type(error).__name__
        raise StoreUnavailable(f"A vendor's list cannot be read: {failed}.")

    def _erase(self, record: Record, commit: Commit) -> tuple[str, str]:
        name, _, own_id = record.id.partition("#")
        row = next((row for row in endpoints(self.vendor) if row["object"] == name), None)
        if row is None or row["effect"] != "erase" or row["method"] != "DELETE":
            return "cannot", "vendor.cannot_erase"
        address = self._address(row["path"], own_id)
        commit()
        try:
            answer = self.client.delete(address)
            if answer.status_code == 429 or _NOT_FINISHED in answer.text:
                return "pending", "vendor.later"
            if answer.status_code not in {200, 202, 204, _GONE}:
                return "failed", "vendor.failed"
            there = self.client.get(address)
        except Exception:  # whatever a client raises, nothing is known
            return "failed", "vendor.failed"
        # An answer of 204 says that it was accepted; only a 404 says that it is gone.
        return ("done", "") if there.status_code == _GONE else ("pending", "vendor.still_there")

    def _address(self, path: str, own_id: str) -> str:
        if self.vendor == "plivo":
            path = "/v1/Account/{account}" + path
        for name in ("{AccountSid}", "{account}"):
            path = path.replace(name, self.account)
        before, _, rest = path.partition("{")
        return before + own_id + rest.partition("}")[2]


def vendor(
    client: httpx.Client,
    /,
    *,
    vendor: str,
    account: str,
    name: str = "",
    place: str = "",
    clock: Clock = system_clock,
) -> VendorTarget:
    """
    Erase what a vendor keeps, as its API can.

    Args:
        client: An httpx client with the vendor's address and credentials.

        vendor: `twilio` or `plivo`.

        account: The account's id.

        name: The name of the target; the vendor's if empty.

        place: Whose law holds.

        clock: The time.

    Raises:
        voxvalley_privacy.ConfigurationError: If it is not known how this vendor lists records.
    """
    if vendor not in _LISTINGS:
        raise ConfigurationError(f"'vendor' must be one of {', '.join(sorted(_LISTINGS))}.")
    return VendorTarget(
        client=client, vendor=vendor, account=account, name=name or vendor, place=place, clock=clock
    )


def twilio(client: httpx.Client, /, *, account: str) -> VendorTarget:
    """Erase what Twilio keeps."""
    return vendor(client, vendor="twilio", account=account)


def plivo(client: httpx.Client, /, *, account: str) -> VendorTarget:
    """Erase what Plivo keeps; it keeps message records, and the certificate says so."""
    return vendor(client, vendor="plivo", account=account)
