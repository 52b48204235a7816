"""The copies of vendors: a table says what they can erase, and what only looks like it."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

import attrs

from ..errors import ConfigurationError, StoreUnavailable
from ..ledgers import canonical_subject
from ..retention import RecordMeta
from ..stores import Clock, system_clock
from ._people import Person
from ._shape_of_rows import as_time
from ._targets import BoundTarget, Commit, HoldSupport, Outcome, Record
from ._vendor_lists import LISTINGS, Listing
from ._vendor_table import VENDORS, Endpoint, endpoint_of, residue_of

if TYPE_CHECKING:
    import httpx

__all__ = ["VendorTarget", "plivo", "twilio", "vendor"]

_MOST_PAGES = 10_000
_TRIES = 3
_LONGEST_WAIT = 5.0  # seconds
_GONE = 404
_TOO_MANY = 429
_ACCEPTED = frozenset([200, 202, 204, _GONE])
# Twilio, error 20009: the resource is not finished yet.
_NOT_FINISHED = "20009"
_HOW_LONG = timedelta(days=30)

State = Literal["done", "pending", "cannot", "failed"]
# Returns the object and the id of every record of a number, such as ("recording", "r-1").
Ids = Callable[[str], Iterable[tuple[str, str]]]


@attrs.define(kw_only=True, eq=False)
class VendorTarget(BoundTarget):
    """One vendor's copies; `vendor` makes it."""

    client: httpx.Client = attrs.field(repr=False)
    vendor: str
    account: str = attrs.field(repr=False)
    name: str
    place: str
    clock: Clock = attrs.field(repr=False)
    wait: Callable[[float], None] = attrs.field(repr=False)
    ids: Ids | None = attrs.field(default=None, repr=False)
    after: tuple[str, ...] = ()
    hold_support: HoldSupport = "lease"
    residue: str = "until the backups of the vendor are over"
    _mark: int = 0

    # Finding

    def find(self, person: Person, /) -> Sequence[Record]:
        spelling = canonical_subject(person.subject, region=person.region)
        found = self._listed(person, spelling[1] if spelling else None)
        if self.ids is not None and spelling is not None:
            found.update({record.id: record for record in self._named(self.ids(spelling[1]))})
        # What belongs to a record goes before it: nothing would find it afterwards.
        return [*found.values()][::-1]

    def _listed(self, person: Person, number: str | None) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for listing in LISTINGS.get(self.vendor, ()):
            for row in self._rows_of(listing, person, number, found.values()):
                record = self._record(listing, row)
                found[record.id] = record
        return found

    def _rows_of(
        self, listing: Listing, person: Person, number: str | None, found: Iterable[Record]
    ) -> Iterator[Mapping[str, Any]]:
        for asked in _questions(listing, number, found):
            for row in self._pages(listing, asked):
                # Lists by number are not trusted to have understood it.
                if listing.parent or _is_of(listing, row, person):
                    yield row

    def _named(self, ids: Iterable[tuple[str, str]]) -> Iterator[Record]:
        """Return the records that the app names, as far as the vendor still has them."""
        for name, own_id in ids:
            endpoint = endpoint_of(self.vendor, name)
            if endpoint is None:
                raise ConfigurationError("'ids' names an object that the table does not have.")
            if endpoint.erases and self._is_gone(endpoint, own_id):
                continue
            kind = "recording" if "recording" in name else "message"
            yield Record(meta=RecordMeta(kind=kind, id=f"{name}#{own_id}", place=self.place))

    def every(self) -> Iterator[Record]:
        for listing in LISTINGS.get(self.vendor, ()):
            for row in self._pages(listing, {}):
                yield self._record(listing, row)

    def verify_absent(self, person: Person, /) -> int:
        return len(self.find(person))

    def count(self) -> int:
        return sum(1 for _ in self.every())

    def mark(self) -> int:
        return self._mark

    def set_mark(self, position: int, /) -> None:
        self._mark = position

    # Erasing

    def erase(self, records: Sequence[Record], person: Person | None, commit: Commit, /) -> Outcome:
        ids: dict[State, list[str]] = {"done": [], "pending": [], "cannot": [], "failed": []}
        codes = {""}
        residues: list[timedelta] = []
        for record in records:
            state, code = self._erased(record, commit)
            ids[state].append(record.id)
            codes.add(code)
            residue = residue_of(self.vendor, record.id.partition("#")[0])
            residues += [residue] if residue is not None and state != "failed" else []
        return Outcome(
            done=tuple(ids["done"]),
            pending=tuple(ids["pending"]),
            cannot=tuple(ids["cannot"]),
            failed=tuple(ids["failed"]),
            due=self.clock() + _HOW_LONG if ids["pending"] else None,
            residue_until=self.clock() + max(residues) if residues else None,
            code=min(codes - {""}, default=""),
        )

    def mask(self, records: Sequence[Record], person: Person, commit: Commit, /) -> Outcome:
        # A record at a vendor has the account's own number as its other party.
        return self.erase(records, person, commit)

    def _erased(self, record: Record, commit: Commit) -> tuple[State, str]:
        name, _, own_id = record.id.partition("#")
        endpoint = endpoint_of(self.vendor, name)
        # Rows that hang up or cancel are never called, and rows without a path cannot be.
        if endpoint is None or not (endpoint.erases or endpoint.redacts):
            return "cannot", "vendor.cannot_erase"
        commit()
        try:
            if endpoint.redacts:
                return self._redacted(endpoint, name, own_id)
            return self._deleted(endpoint, own_id)
        except Exception:  # whatever a client raises, nothing is known
            return "failed", "vendor.failed"

    def _deleted(self, endpoint: Endpoint, own_id: str) -> tuple[State, str]:
        answer = self._send(endpoint, endpoint.address(self.account, own_id), own_id)
        if answer.status_code == _TOO_MANY or _NOT_FINISHED in answer.text:
            return "pending", "vendor.later"
        if answer.status_code not in _ACCEPTED:
            return "failed", "vendor.failed"
        # An answer of 204 says that it was accepted; only a 404 says that it is gone.
        return (
            ("done", "") if self._is_gone(endpoint, own_id) else ("pending", "vendor.still_there")
        )

    def _redacted(self, endpoint: Endpoint, name: str, own_id: str) -> tuple[State, str]:
        product = name.partition("(")[2].rstrip(")")
        asked = {"id": own_id, "product": product}
        if product == "sms":
            asked["type"] = "outbound"
        answer = self._send(endpoint, endpoint.path, own_id, body=asked)
        if answer.status_code == _TOO_MANY:
            return "pending", "vendor.later"
        if answer.status_code not in _ACCEPTED:
            return "failed", "vendor.failed"
        # The content and the other party are gone; logs and the record itself are not.
        return "cannot", "vendor.redacted_only"

    def _send(
        self,
        endpoint: Endpoint,
        address: str,
        own_id: str,
        body: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send one request; a vendor that is busy is asked again a little later."""
        # The same key for the same act, so that a vendor who saw it does not do it twice.
        key = sha256(f"{endpoint.object}#{own_id}".encode()).hexdigest()
        headers = {"Idempotency-Key": key}
        for _ in range(_TRIES - 1):
            answer = self.client.request(
                endpoint.method, self._url(endpoint, address), json=body, headers=headers
            )
            if answer.status_code != _TOO_MANY:
                return answer
            self.wait(_seconds(answer.headers.get("Retry-After")))
        return self.client.request(
            endpoint.method, self._url(endpoint, address), json=body, headers=headers
        )

    def _is_gone(self, endpoint: Endpoint, own_id: str) -> bool:
        url = self._url(endpoint, endpoint.address(self.account, own_id))
        answer = self.client.get(url)
        if answer.status_code not in {200, _GONE}:
            raise StoreUnavailable("A vendor does not say whether a record is gone.")
        return answer.status_code == _GONE

    def _url(self, endpoint: Endpoint, address: str) -> str:
        """Return the address at the host of the row, where the client is one of the vendor."""
        host = endpoint.host.partition("/")[0]
        of_vendor = self.client.base_url.host.partition(".")[2]
        if "{" in host or host.partition(".")[2] != of_vendor:
            return address
        return f"https://{host}{address}"

    # Lists

    def _record(self, listing: Listing, row: Mapping[str, Any]) -> Record:
        meta = RecordMeta(
            kind=listing.kind,
            id=f"{listing.object}#{row[listing.id]}",
            subjects=tuple([str(row.get(field)) for _, field in listing.parties]),
            created=as_time(row.get(listing.time)),
            place=self.place,
        )
        return Record(meta=meta)

    def _pages(self, listing: Listing, asked: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
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


def _questions(
    listing: Listing, number: str | None, found: Iterable[Record]
) -> list[dict[str, str]]:
    """Return what a list is asked for: each party in turn, or each record that has more."""
    if not listing.parent:
        return [{query: number} if number else {} for query, _ in listing.parties]
    ids = [record.id.partition("#") for record in found]
    return [{listing.of[0]: own_id} for name, _, own_id in ids if name == listing.parent]


def _is_of(listing: Listing, row: Mapping[str, Any], person: Person) -> bool:
    return any(person.is_in(row.get(field)) for _, field in listing.parties)


def _seconds(retry_after: str | None) -> float:
    try:
        return min(float(retry_after or 1), _LONGEST_WAIT)
    except ValueError:
        return 1.0


def vendor(
    client: httpx.Client,
    /,
    *,
    vendor: str,
    account: str = "",
    name: str = "",
    place: str = "",
    ids: Ids | None = None,
    clock: Clock = system_clock,
    wait: Callable[[float], None] = time.sleep,
) -> VendorTarget:
    """
    Erase what a vendor keeps, as its API can.

    Args:
        client: An httpx client with the vendor's address and credentials.

        vendor: One of the table `vendor_erasure_endpoints.csv`.

        account: The account's id; that of the client's credentials if empty.

        name: The name of the target; the vendor's if empty.

        place: Whose law holds.

        ids: Returns what the vendor has of a number in E.164, as pairs of an object of the table
            and an id, such as `("recording", "r-1")`; ids of several parts are joined by "/". The
            records of an app have them, and the vendor's reports. Twilio and Plivo are asked for
            their lists too; for the others it is needed.

        clock: The time.

        wait: Waits some seconds, where a vendor asks to.

    Raises:
        voxvalley_privacy.ConfigurationError: If the vendor is not in the table, the account is not
            known, or *ids* is missing.
    """
    if vendor not in VENDORS:
        raise ConfigurationError(f"'vendor' must be one of {', '.join(VENDORS)}.")
    if vendor not in LISTINGS and ids is None:
        raise ConfigurationError("This vendor's records are found by 'ids' only.")
    return VendorTarget(
        client=client,
        vendor=vendor,
        account=account or _account_of(client),
        name=name or vendor,
        place=place,
        ids=ids,
        clock=clock,
        wait=wait,
    )


def _account_of(client: httpx.Client) -> str:
    """Return the user name of a client's credentials: at these vendors, the account."""
    import httpx

    if client.auth is not None:
        request = next(client.auth.auth_flow(httpx.Request("GET", client.base_url)))
        scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            return base64.b64decode(coded).decode().partition(":")[0]
    raise ConfigurationError("'account' is needed where the client has no credentials of its own.")


def twilio(client: httpx.Client, /, *, account: str = "", ids: Ids | None = None) -> VendorTarget:
    """
    Erase what Twilio keeps: messages, calls and their recordings.

    Args:
        client: An httpx client with the vendor's address and credentials.

        account: The account's id; that of the client's credentials if empty.

        ids: More records of a number, as for `vendor`.
    """
    return vendor(client, vendor="twilio", account=account, ids=ids)


def plivo(client: httpx.Client, /, *, account: str = "", ids: Ids | None = None) -> VendorTarget:
    """
    Erase what Plivo keeps; it keeps message records, and the certificate says so.

    Args:
        client: An httpx client with the vendor's address and credentials.

        account: The account's id; that of the client's credentials if empty.

        ids: More records of a number, as for `vendor`.
    """
    return vendor(client, vendor="plivo", account=account, ids=ids)
