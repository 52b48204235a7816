"""A vendor's API in this process, made of the table of what vendors can erase."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from ..erasure import vendor_endpoint, vendor_endpoints
from ..errors import ConfigurationError
from ..stores import Clock, system_clock

if TYPE_CHECKING:
    import httpx

__all__ = ["VENDOR_FAULTS", "RecordedVendor"]

VENDOR_FAULTS = (
    "",
    "busy",
    "half_pages",
    "lingers",
    "limit",
    "shifts",
    "silent",
    "soft_delete",
    "unavailable",
)
_PAGE = 2
_AND_NOTHING = 204


@attrs.frozen
class _List:
    """A list that a vendor gives: the name of its rows, the field of their id, their object."""

    rows: str
    id: str
    object: str


# Lists by their name in the path; of other vendors, records are given by their object.
_LISTS = {
    "twilio": {
        "Messages": _List("messages", "sid", "message"),
        "Calls": _List("calls", "sid", "call record"),
        "Recordings": _List("recordings", "sid", "recording"),
    },
    "plivo": {
        "Message": _List("objects", "message_uuid", "message record"),
        "Recording": _List("objects", "recording_id", "recording"),
    },
}


class RecordedVendor:
    """
    Answer as a vendor does, over `httpx` and without a network.

    Args:
        vendor: One of the table `vendor_erasure_endpoints.csv`.

        records: Records by the name of their list at Twilio or Plivo, such as `Messages` or
            `Recording`; or by their object in the table, such as `recording`, with the parts of
            their id joined by "/" in a field `id`.

        fault: What goes wrong: `busy` (not finished yet), `half_pages` (a page fails midway),
            `lingers` (a delete is acknowledged, and the record stays), `limit` (too many
            requests), `shifts` (a record goes while pages are read, so that the next page passes
            one over), `silent` (no answer), `soft_delete` (what is deleted is in lists that ask for
            it), `unavailable` (an error).

        delay: How long a record stays that a delete was accepted for.

        limited: How many requests are refused as too many, before the first is answered.

        clock: The time, for *delay*.

    Raises:
        voxvalley_privacy.ConfigurationError: If the vendor, fault or an object is not known.
    """

    def __init__(
        self,
        vendor: str,
        records: Mapping[str, Iterable[Mapping[str, Any]]],
        /,
        *,
        fault: str = "",
        delay: timedelta = timedelta(0),
        limited: int = 0,
        clock: Clock = system_clock,
    ) -> None:
        if not vendor_endpoints(vendor) or fault not in VENDOR_FAULTS:
            raise ConfigurationError("RecordedVendor does not know this vendor or fault.")
        self._lists = _LISTS.get(vendor, {})
        for name in records:
            if name not in self._lists and vendor_endpoint(vendor, name) is None:
                raise ConfigurationError("RecordedVendor does not know this list or object.")
        self.fault = fault
        self.vendor = vendor
        self.records: dict[str, list[dict[str, Any]]] = {
            name: [dict(row) for row in rows] for name, rows in records.items()
        }
        # What was deleted softly: it is listed where a client asks for it.
        self.soft: dict[str, list[dict[str, Any]]] = {}
        self.asked: list[tuple[str, str]] = []
        # Redactions that were asked for, as the vendor read them.
        self.redacted: list[dict[str, Any]] = []
        # Deletes that hang up or cancel, or that the vendor does not have: none may be called.
        self.traps: list[str] = []
        self.limited: int = limited
        self._delay = delay
        self._clock = clock
        self._going: list[tuple[datetime, str, dict[str, Any]]] = []
        self._erasable = [
            _without_note(path)
            for row in vendor_endpoints(vendor)
            if row["effect"] == "erase" and row["method"] == "DELETE"
            for path in row["path"].split(" ; ")
        ]

    def client(self) -> httpx.Client:
        """Return a client of this vendor, with made-up credentials."""
        import httpx

        return httpx.Client(
            transport=httpx.MockTransport(self._answer),
            base_url=f"https://api.{self.vendor}.example",
            auth=("AC1", "secret"),
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        import httpx

        self.asked.append((request.method, request.url.path))
        self._let_go()
        if self.fault == "silent":
            raise httpx.ReadTimeout("The vendor does not answer.")
        if self.fault == "unavailable":
            return httpx.Response(503)
        if self.limited > 0:
            self.limited -= 1
            return httpx.Response(429, headers={"Retry-After": "0"})
        acts = {"DELETE": self._delete, "GET": self._get, "POST": self._redact}
        act = acts.get(request.method)
        return httpx.Response(405) if act is None else act(request)

    def _let_go(self) -> None:
        """Let records go whose delay is over."""
        now = self._clock()
        for until, name, row in self._going:
            if until <= now and row in self.records[name]:
                self.records[name].remove(row)
        self._going = [waiting for waiting in self._going if waiting[0] > now]

    # Lists and records

    def _get(self, request: httpx.Request) -> httpx.Response:
        import httpx

        for name, listing in self._lists.items():
            if request.url.path.endswith((f"/{name}.json", f"/{name}/")):
                return self._page(request, name, listing.rows)
        found = self._find(request.url.path)
        if found is None:
            return httpx.Response(404)
        return httpx.Response(200, json=found[1])

    def _page(self, request: httpx.Request, name: str, rows: str) -> httpx.Response:
        import httpx

        query = dict(request.url.params)
        start = int(query.pop("Page", 0))
        if self.fault == "half_pages" and start:
            return httpx.Response(500)
        with_soft = query.pop("IncludeSoftDeleted", "") == "true"
        shown = [*self.records.get(name, ()), *(self.soft.get(name, ()) if with_soft else ())]
        matching = [row for row in shown if _matches(row, query)]
        page: dict[str, Any] = {rows: matching[start : start + _PAGE]}
        if start + _PAGE < len(matching):
            following = request.url.copy_set_param("Page", str(start + _PAGE))
            page["next_page_uri"] = str(following.raw_path, "ascii")
            if self.fault == "shifts":
                # Another client deletes the first record while this one reads.
                self.fault = ""
                self.records[name].remove(matching[0])
        return httpx.Response(200, json=page)

    def _find(self, path: str) -> tuple[str, dict[str, Any]] | None:
        """Return the list of the record at a path, and the record."""
        for name, row in self._everything():
            endpoint = vendor_endpoint(self.vendor, self._object_of(name))
            if endpoint is None:
                continue
            # Records that cannot be erased have no path in the table; their list has one.
            wanted = endpoint.address("AC1", self._id_of(name, row)) if endpoint.erases else ""
            if wanted and _same_record(path, wanted, endpoint.path):
                return name, row
        return None

    def _everything(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, rows in self.records.items():
            for row in rows:
                yield name, row

    def _object_of(self, name: str) -> str:
        return self._lists[name].object if name in self._lists else name

    def _id_of(self, name: str, row: Mapping[str, Any]) -> str:
        return str(row[self._lists[name].id if name in self._lists else "id"])

    # Deletes and redactions

    def _delete(self, request: httpx.Request) -> httpx.Response:
        import httpx

        path = request.url.path
        if not any(_fits(path, template) for template in self._erasable):
            self.traps.append(path)
            return httpx.Response(_AND_NOTHING)
        if self.fault == "limit":
            return httpx.Response(429, headers={"Retry-After": "0"})
        if self.fault == "busy":
            return httpx.Response(409, json={"code": 20009})
        found = self._find(path)
        if found is not None and self.fault != "lingers":
            self._remove(*found)
        return httpx.Response(_AND_NOTHING)

    def _remove(self, name: str, row: dict[str, Any]) -> None:
        if self._delay:
            self._going.append((self._clock() + self._delay, name, row))
            return
        self.records[name].remove(row)
        if self.fault == "soft_delete":
            self.soft.setdefault(name, []).append({**row, "status": "deleted"})

    def _redact(self, request: httpx.Request) -> httpx.Response:
        import httpx

        if not request.url.path.startswith("/v1/redact/"):
            self.traps.append(request.url.path)
            return httpx.Response(404)
        if self.fault == "busy":
            return httpx.Response(403, json={"title": "premature-redaction"})
        self.redacted.append(json.loads(request.content))
        return httpx.Response(_AND_NOTHING)


def _without_note(path: str) -> str:
    return path.partition(" ")[0].partition("?")[0].removeprefix("/")


def _matches(row: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    """Whether a record has the values that are asked for; `CallSid` is its `call_sid`."""
    plain = {name.replace("_", "").lower(): str(value) for name, value in row.items()}
    return all(plain.get(name.replace("_", "").lower()) == text for name, text in query.items())


def _same_record(path: str, wanted: str, template: str) -> bool:
    """Whether two paths differ in nothing but the account."""
    names = template.split("/")
    parts, others = path.split("/"), wanted.split("/")
    if not len(parts) == len(others) == len(names):
        return False
    is_account = ["account" in name.lower() or "auth_id" in name for name in names]
    return all(
        skip or part == other for skip, part, other in zip(is_account, parts, others, strict=True)
    )


def _fits(path: str, template: str) -> bool:
    """Whether the end of *path* has the form of *template*."""
    wanted = template.split("/")
    parts = path.split("/")[-len(wanted) :]
    return len(parts) == len(wanted) and all(map(_fits_part, parts, wanted))


def _fits_part(part: str, wanted: str) -> bool:
    before, opened, rest = wanted.partition("{")
    if not opened:
        return part == wanted
    return part.startswith(before) and part.endswith(rest.partition("}")[2]) and bool(part)
