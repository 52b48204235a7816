"""Reports: the public list of sub-processors, the record of processing, accounting, change feed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from html import escape
from typing import Any

from ._disclosure_book import Disclosed
from ._recipients import Recipient, RecipientRegister

__all__ = ["accounting_table", "change_feed", "processing_records", "subprocessor_page"]

_DPV = "https://w3id.org/dpv#"
_HEAD = ("Name", "Purpose", "Location")
_DPV_ROLES = {
    "subprocessor": "dpv:DataSubProcessor",
    "processor": "dpv:DataProcessor",
    "third_party": "dpv:ThirdParty",
    "affiliate": "dpv:Recipient",
}


def subprocessor_page(register: RecipientRegister, /, *, day: date, form: str = "markdown") -> str:
    """
    Write the public list of sub-processors as of a day.

    Args:
        register: The recipients.

        day: The day.

        form: `markdown`, `html` or `jsonld` with terms of the Data Privacy Vocabulary.

    Raises:
        ValueError: If the form is unknown.

        voxvalley_privacy.StoreError: If the register cannot be read and proved.
    """
    listed = [one for one in register.as_of(day) if one.role == "subprocessor"]
    if form == "markdown":
        return _markdown(listed, day)
    if form == "html":
        return _html(listed, day)
    if form == "jsonld":
        return json.dumps(_jsonld(listed, day), sort_keys=True)
    raise ValueError("'form' must be markdown, html or jsonld.")


def _cells(recipient: Recipient) -> tuple[str, str, str]:
    what = recipient.services or ", ".join(sorted(recipient.purposes))
    return recipient.name, what, ", ".join(recipient.places)


def _markdown(listed: list[Recipient], day: date) -> str:
    lines = [f"# Sub-processors as of {day.isoformat()}", "", f"| {' | '.join(_HEAD)} |"]
    lines.append("|---|---|---|")
    for recipient in listed:
        cells = [cell.replace("|", "\\|") for cell in _cells(recipient)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _html(listed: list[Recipient], day: date) -> str:
    head = "".join(f"<th>{name}</th>" for name in _HEAD)
    rows = [
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in _cells(recipient))}</tr>"
        for recipient in listed
    ]
    table = f"<table>\n<tr>{head}</tr>\n{chr(10).join(rows)}\n</table>"
    return f"<h1>Sub-processors as of {day.isoformat()}</h1>\n{table}\n"


def _jsonld(listed: Iterable[Recipient], day: date) -> dict[str, Any]:
    return {
        "@context": {"dpv": _DPV, "dct": "http://purl.org/dc/terms/"},
        "dct:valid": day.isoformat(),
        "dpv:hasRecipient": [_node(recipient) for recipient in listed],
    }


def _node(recipient: Recipient) -> dict[str, Any]:
    return {
        "@type": _DPV_ROLES.get(recipient.role, "dpv:Recipient"),
        "dpv:hasName": recipient.name,
        "dpv:hasPurpose": sorted(recipient.purposes),
        "dpv:hasLocation": list(recipient.places),
        "dct:description": recipient.services,
    }


def processing_records(register: RecipientRegister, /, *, day: date) -> tuple[dict[str, Any], ...]:
    """
    Return the recipients' part of the record of processing activities.

    Raises:
        voxvalley_privacy.StoreError: If the register cannot be read and proved.

    Source: GDPR art. 30(1)(d), (e).
    """
    return tuple(
        {
            "recipient": recipient.name,
            "role": recipient.role,
            "purposes": sorted(recipient.purposes),
            "fields": sorted(recipient.fields),
            "places": list(recipient.places),
            "transfer": recipient.transfer,
            "contract": recipient.contract is not None and recipient.contract.holds_on(day),
        }
        for recipient in register.as_of(day)
    )


def change_feed(register: RecipientRegister, /) -> tuple[dict[str, str], ...]:
    """
    Return every change of the list, in the order it was recorded.

    Raises:
        voxvalley_privacy.StoreError: If the register cannot be read and proved.
    """
    return tuple(
        {
            "name": entry.recipient.name,
            "change": "removed" if entry.retired else "entered",
            "effective": entry.effective.isoformat(),
            "recorded": entry.recorded.isoformat(),
        }
        for entry in register.changes()
    )


def accounting_table(lines: Iterable[Disclosed], /) -> str:
    """Write the disclosures about a person as a table in Markdown."""
    table = ["| When | Recipient | Purpose | Fields | Outcome |", "|---|---|---|---|---|"]
    for line in lines:
        when = line.at.isoformat(timespec="seconds")
        fields = ", ".join(line.fields)
        table.append(f"| {when} | {line.recipient} | {line.purpose} | {fields} | {line.outcome} |")
    return "\n".join(table) + "\n"
