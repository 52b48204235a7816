"""The bundle of an export: files of each store, and a manifest that says what is in them."""

from __future__ import annotations

import json
from typing import Any, Literal

import attrs

from ..ledgers import canonical_subject
from ..protocols import Redact
from ._disclosure_policy import DisclosurePolicy
from ._export_rows import Exporter
from ._exports import Bundle, ExportSource, SubjectRequest, csv_text, json_line
from ._recipients import RecipientRegister

__all__ = ["Bundles"]


@attrs.frozen
class Bundles:
    """
    Make the export of a request.

    Args:
        sources: Every store with records of people.

        register: The recipients, for the transfers.

        disclosures: The policy whose book says who got data.

        redact: Finds in the person's own texts what is of somebody else.

        region: The country of numbers without a country code.
    """

    sources: tuple[ExportSource, ...]
    register: RecipientRegister = attrs.field(kw_only=True)
    disclosures: DisclosurePolicy | None = attrs.field(kw_only=True)
    redact: Redact = attrs.field(kw_only=True)
    region: str | None = attrs.field(kw_only=True)

    def spelled(self, subject: object, /) -> object:
        """Return a person as books without a country know them: a number with its country code."""
        known = canonical_subject(subject, region=self.region)
        return known[1] if known is not None and known[0] != "account" else subject

    def of(self, request: SubjectRequest) -> Bundle:
        """Return everything on record about the person who asked."""
        files: dict[str, str] = {}
        stores = []
        exporter = Exporter(
            request=request,
            me=canonical_subject(request.subject, region=self.region),
            region=self.region,
            redact=self.redact,
        )
        for source in self.sources:
            rows, line = exporter.rows(source)
            stores.append(line)
            files[f"{source.name}.jsonl"] = "".join(json_line(row) + "\n" for row in rows)
            files[f"{source.name}.csv"] = csv_text(rows)
        state: Literal["COMPLETE", "PARTIAL"] = "COMPLETE"
        if any(line["state"] != "COMPLETE" for line in stores):
            state = "PARTIAL"
        manifest = {
            "state": state,
            "stores": stores,
            "recipients": self._recipients(request),
            "transfers": self._transfers(),
            "verified_by": request.method,
            "window": [at.isoformat() for at in request.window or ()],
        }
        files["manifest.json"] = json.dumps(manifest, sort_keys=True, default=str)
        return Bundle(files=files, manifest=manifest, state=state)

    def _recipients(self, request: SubjectRequest) -> list[dict[str, Any]]:
        if self.disclosures is None:
            return []
        return [
            {"recipient": line.recipient, "purpose": line.purpose, "fields": list(line.fields)}
            for line in self.disclosures.accounting(self.spelled(request.subject))
        ]

    def _transfers(self) -> list[dict[str, Any]]:
        day = self.register.clock().date()
        return [
            {"recipient": one.name, "places": list(one.places), "transfer": one.transfer}
            for one in self.register.as_of(day)
        ]
