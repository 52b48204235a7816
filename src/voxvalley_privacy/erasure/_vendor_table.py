"""The table of what each vendor can erase, redact, or only seems to."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import timedelta
from importlib import resources

import attrs

from ..errors import ConfigurationError

__all__ = ["VENDORS", "Endpoint", "endpoint_of", "endpoints", "residue_of"]

_PARAMETER = re.compile(r"\{([^{}]+)\}")
_NOTE = re.compile(r" \([^()]*\)$")  # what is said behind a path
# The account stands in a path under these names; everything else in braces is of the record.
_ACCOUNT = frozenset(["AccountSid", "account_sid", "accountId", "auth_id", "project_id"])
_UNDER = {"plivo": "/v1/Account/{auth_id}"}

# How long what is behind a delete stays, by the column `completion` or `removes` of the table.
_RESIDUES = {
    ("twilio", "message"): timedelta(days=30),
    ("twilio", "call record"): timedelta(days=30),
    ("twilio", "recording"): timedelta(days=40),
    ("twilio", "conference recording"): timedelta(days=40),
    ("bandwidth", "recording"): timedelta(hours=48),
    ("vonage", "transaction (sms)"): timedelta(days=31),
    ("vonage", "transaction (voice)"): timedelta(days=31),
}


@attrs.frozen(kw_only=True)
class Endpoint:
    """
    One row of the table.

    Args:
        vendor: Whose API.

        object: What it is about, such as `message`.

        effect: `erase`, `redact`, `none`, `trap`, `prevent`, `retention` or `find`.

        method: The HTTP method.

        path: With names in braces; empty where the table names no single path.

        host: The API's host.
    """

    vendor: str
    object: str
    effect: str
    method: str
    path: str
    host: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path that a record fills, from left to right."""
        return tuple([name for name in _PARAMETER.findall(self.path) if name not in _ACCOUNT])

    @property
    def erases(self) -> bool:
        """Whether one DELETE of a record is an erasure."""
        return self.effect == "erase" and self.method == "DELETE" and bool(self.path)

    @property
    def redacts(self) -> bool:
        """Whether it takes the person out of a record that stays."""
        return self.effect == "redact" and self.path.startswith("/v1/redact/")

    def address(self, account: str, own_id: str, /) -> str:
        """
        Return the path of a record.

        Args:
            account: The account's id.

            own_id: The record's id; ids of several parts are joined by "/".

        Raises:
            voxvalley_privacy.ConfigurationError: If it has another number of parts.
        """
        parts = own_id.split("/")
        if len(parts) != len(self.parameters):
            raise ConfigurationError("A record's id at a vendor has another number of parts.")
        left = iter(parts)
        return _PARAMETER.sub(
            lambda name: account if name[1] in _ACCOUNT else next(left), self.path
        )


def endpoints(name: str, /) -> tuple[Mapping[str, str], ...]:
    """Return the rows of the table about a vendor."""
    return tuple([row for row in _rows() if row["vendor"] == name])


def endpoint_of(vendor: str, name: str, /) -> Endpoint | None:
    """Return the row about an object of a vendor; None if there is none."""
    row = next((row for row in endpoints(vendor) if row["object"] == name), None)
    return None if row is None else _endpoint(row)


def residue_of(vendor: str, name: str, /) -> timedelta | None:
    """Return how long the vendor keeps what it says is gone; None if the table does not say."""
    return _RESIDUES.get((vendor, name))


def _rows() -> list[dict[str, str]]:
    table = resources.files("voxvalley_privacy.facts").joinpath("vendor_erasure_endpoints.csv")
    return [*csv.DictReader(table.read_text(encoding="utf-8").splitlines())]


def _endpoint(row: Mapping[str, str]) -> Endpoint:
    # Where a row names several paths, the first is the one of its object.
    path = _NOTE.sub("", row["path"].partition(" ; ")[0]).partition(" ")[0].partition("?")[0]
    if not path.startswith("/"):
        path = ""
    return Endpoint(
        vendor=row["vendor"],
        object=row["object"],
        effect=row["effect"],
        method=row["method"],
        path=path and _UNDER.get(row["vendor"], "") + path,
        host=row["host"],
    )


VENDORS = tuple(sorted({row["vendor"] for row in _rows()}))
