"""A vendor's API in this process, made of the table of what vendors can erase."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..erasure import vendor_endpoints
from ..errors import ConfigurationError

if TYPE_CHECKING:
    import httpx

__all__ = ["VENDOR_FAULTS", "RecordedVendor"]

VENDOR_FAULTS = ("", "busy", "half_pages", "lingers", "limit", "silent", "unavailable")
_PAGE = 2
_LISTS = {
    "twilio": {"Messages": ("messages", "sid"), "Calls": ("calls", "sid")},
    "plivo": {"Message": ("objects", "message_uuid"), "Recording": ("objects", "recording_id")},
}


class RecordedVendor:
    """
    Answer as a vendor does, over `httpx` and without a network.

    Args:
        vendor: `twilio` or `plivo`.

        records: Records by the name of their list, such as `Messages` or `Recording`.

        fault: What goes wrong: `busy` (not finished yet), `half_pages` (a page fails midway),
            `lingers` (a delete is acknowledged, and the record stays), `limit` (too many
            requests), `silent` (no answer), `unavailable` (an error).
    """

    def __init__(
        self,
        vendor: str,
        records: Mapping[str, Iterable[Mapping[str, Any]]],
        /,
        *,
        fault: str = "",
    ) -> None:
        if vendor not in _LISTS or fault not in VENDOR_FAULTS:
            raise ConfigurationError("RecordedVendor does not know this vendor or fault.")
        self.fault = fault
        self.vendor = vendor
        self.records: dict[str, list[dict[str, Any]]] = {
            name: [dict(row) for row in rows] for name, rows in records.items()
        }
        self.asked: list[tuple[str, str]] = []
        # Deletes that hang up or cancel, or that the vendor does not have: none may be called.
        self.traps: list[str] = []
        self._erasable = [
            row["path"].removeprefix("/")
            for row in vendor_endpoints(vendor)
            if row["effect"] == "erase" and row["method"] == "DELETE"
        ]

    def client(self) -> httpx.Client:
        """Return a client of this vendor."""
        import httpx

        base = f"https://api.{self.vendor}.example"
        return httpx.Client(transport=httpx.MockTransport(self._answer), base_url=base)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        import httpx

        self.asked.append((request.method, request.url.path))
        if self.fault == "silent":
            raise httpx.ReadTimeout("The vendor does not answer.")
        if self.fault == "unavailable":
            return httpx.Response(503)
        if request.method == "DELETE":
            return self._delete(request)
        return self._get(request)

    def _get(self, request: httpx.Request) -> httpx.Response:
        import httpx

        for name, (rows, own_id) in _LISTS[self.vendor].items():
            if request.url.path.endswith((f"/{name}.json", f"/{name}/")):
                return self._page(request, name, rows)
            if f"/{name}/" in request.url.path:
                found = self._find(request, name, own_id)
                return httpx.Response(200 if found else 404, json=found)
        return httpx.Response(404)

    def _page(self, request: httpx.Request, name: str, rows: str) -> httpx.Response:
        import httpx

        query = dict(request.url.params)
        start = int(query.pop("Page", 0))
        asked = {key.lower(): value for key, value in query.items()}
        matching = [
            row
            for row in self.records.get(name, ())
            if all(str(row.get(key)) == value for key, value in asked.items())
        ]
        if self.fault == "half_pages" and start:
            return httpx.Response(500)
        page: dict[str, Any] = {rows: matching[start : start + _PAGE]}
        if start + _PAGE < len(matching):
            following = str(
                request.url.copy_set_param("Page", str(start + _PAGE)).raw_path, "ascii"
            )
            page["next_page_uri"] = following
        return httpx.Response(200, json=page)

    def _delete(self, request: httpx.Request) -> httpx.Response:
        import httpx

        path = request.url.path
        if not any(_fits(path, template) for template in self._erasable):
            self.traps.append(path)
            return httpx.Response(204)
        if self.fault == "limit":
            return httpx.Response(429)
        if self.fault == "busy":
            return httpx.Response(409, json={"code": 20009})
        for name, (_, own_id) in _LISTS[self.vendor].items():
            found = self._find(request, name, own_id)
            if found is not None and self.fault != "lingers":
                self.records[name].remove(found)
        return httpx.Response(204)

    def _find(self, request: httpx.Request, name: str, own_id: str) -> dict[str, Any] | None:
        asked = request.url.path.rstrip("/").rpartition("/")[2].removesuffix(".json")
        if f"/{name}/" not in request.url.path:
            return None
        return next((row for row in self.records.get(name, ()) if row[own_id] == asked), None)


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
