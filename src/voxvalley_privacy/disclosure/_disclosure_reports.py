"""Reports: the public list of sub-processors, the record of processing, accounting, change feed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from html import escape
from typing import Any

import attrs

from ..errors import ConfigurationError
from ._disclosure_book import Disclosed
from ._recipient_values import Recipient
from ._recipients import RecipientRegister
from ._report_forms import table_of

__all__ = [
    "Activity",
    "accounting_table",
    "change_feed",
    "feed_page",
    "processing_page",
    "processing_records",
    "subprocessor_page",
]

_DPV = "https://w3id.org/dpv#"
_HEAD = ("Name", "Purpose", "Location")
_FEED_TITLE = "Changes of the list of sub-processors"
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

        form: `markdown`, `html`, `csv`, `json`, or `jsonld` with terms of the Data Privacy
            Vocabulary.

    Raises:
        voxvalley_privacy.ConfigurationError: If the form is unknown.

        voxvalley_privacy.StoreError: If the register cannot be read and proved.
    """
    listed = [one for one in register.as_of(day) if one.role == "subprocessor"]
    if form == "jsonld":
        return json.dumps(_jsonld(listed, day), sort_keys=True)
    title = f"Sub-processors as of {day.isoformat()}"
    return table_of(_HEAD, [_cells(recipient) for recipient in listed], form=form, title=title)


def _cells(recipient: Recipient) -> tuple[str, str, str]:
    what = recipient.services or ", ".join(sorted(recipient.purposes))
    return recipient.name, what, ", ".join(recipient.places)


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


@attrs.frozen(kw_only=True)
class Activity:
    """
    One processing activity of an app, for the record of all of them.

    Args:
        name: What is done, such as `Calls`.

        purposes: What for.

        people: Whose data: `end users`, `callers`.

        data: Which kinds of data.

        recipients: The names of recipients on the register; all of them if left out.

        retention: The kind of record, as the retention schedule calls it, or how long in words.

        security: How the data is protected, in words.
    """

    name: str
    purposes: tuple[str, ...] = attrs.field(converter=tuple)
    people: tuple[str, ...] = attrs.field(converter=tuple)
    data: tuple[str, ...] = attrs.field(converter=tuple)
    recipients: tuple[str, ...] | None = None
    retention: str = ""
    security: str = ""


_ACTIVITY_HEAD = (
    "Activity", "Controller", "Purposes", "People", "Data", "Recipients", "Transfers", "Retention",
    "Security",
)  # fmt: skip


def processing_page(
    register: RecipientRegister,
    activities: Iterable[Activity],
    /,
    *,
    day: date,
    controller: str,
    schedule: Any = None,
    form: str = "markdown",
) -> str:
    """
    Write the record of processing activities.

    Args:
        register: Says who the recipients are and what their transfers rest on.

        activities: What the app does.

        day: As of which day.

        controller: Name and contact of the controller.

        schedule: A `voxvalley_privacy.RetentionSchedule`, for how long each kind is kept.

        form: `markdown`, `html`, `csv` or `json`.

    Raises:
        voxvalley_privacy.ConfigurationError: If the form is unknown, or a recipient is not on the
            register on that day.

        voxvalley_privacy.StoreError: If the register cannot be read and proved.

    Source: GDPR art. 30(1).
    """
    listed = {recipient.name: recipient for recipient in register.as_of(day)}
    lines = []
    for activity in activities:
        named = tuple(listed) if activity.recipients is None else activity.recipients
        if not {*named} <= listed.keys():
            raise ConfigurationError("An activity names a recipient that is not on the register.")
        chosen = [listed[name] for name in named]
        cells = (
            activity.name,
            controller,
            ", ".join(activity.purposes),
            ", ".join(activity.people),
            ", ".join(activity.data),
            ", ".join(recipient.name for recipient in chosen),
            "; ".join(map(_transfer_of, chosen)),
            _kept(activity.retention, schedule),
            activity.security,
        )
        lines.append(cells)
    title = f"Record of processing activities as of {day.isoformat()}"
    return table_of(_ACTIVITY_HEAD, lines, form=form, title=title)


def _transfer_of(recipient: Recipient) -> str:
    places = ", ".join(recipient.places) or "place not known"
    return f"{recipient.name}: {places} ({recipient.transfer or 'no mechanism on record'})"


def _kept(kind: str, schedule: Any) -> str:
    rules = [rule for rule in getattr(schedule, "rules", ()) if str(rule.kind) == kind]
    texts = []
    for rule in rules:
        least = f"at least {_period(rule.at_least)}" if rule.at_least else ""
        most = f"at most {_period(rule.at_most)}" if rule.at_most else ""
        texts.append(", ".join(filter(None, [least, most, f"from {rule.since}"])))
    return "; ".join(texts) or kind


def _period(period: Any) -> str:
    """Write a period as ISO 8601, in the parts that it has."""
    months = f"{period.months}M" if period.months else ""
    days = f"{period.days}D" if period.days else ""
    hours = int(period.clock.total_seconds() // 3600)
    return f"P{months}{days}" + (f"T{hours}H" if hours else "")


def change_feed(register: RecipientRegister, /) -> tuple[dict[str, str], ...]:
    """
    Return every change of the list, in the order it was recorded; see `feed_page()`.

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


def feed_page(register: RecipientRegister, /, *, url: str, form: str = "json") -> str:
    """
    Write the changes of the list as a feed that readers subscribe to.

    Args:
        register: The recipients.

        url: The address of the public list.

        form: `json` for JSON Feed, or `atom`.

    Raises:
        voxvalley_privacy.ConfigurationError: If the form is unknown.

        voxvalley_privacy.StoreError: If the register cannot be read and proved.

    Source: JSON Feed 1.1; RFC 4287.
    """
    items = [(f"{url}#{number}", change) for number, change in enumerate(change_feed(register), 1)]
    if form == "json":
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": _FEED_TITLE,
            "home_page_url": url,
            "items": [
                {"id": key, "content_text": _said(one), "date_published": one["recorded"]}
                for key, one in reversed(items)
            ],
        }
        return json.dumps(feed, sort_keys=True)
    if form != "atom":
        raise ConfigurationError("'form' must be json or atom.")
    entries = "".join(
        f"<entry><id>{escape(key)}</id><title>{escape(_said(one))}</title>"
        f"<updated>{one['recorded']}</updated></entry>\n"
        for key, one in reversed(items)
    )
    updated = items[-1][1]["recorded"] if items else "1970-01-01T00:00:00+00:00"
    head = f"<id>{escape(url)}</id><title>{_FEED_TITLE}</title><updated>{updated}</updated>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}\n{entries}</feed>\n'


def _said(change: dict[str, str]) -> str:
    text = f"{change['name']}: {change['change']}, from {change['effective']}"
    return "".join(letter for letter in text if letter.isprintable())  # XML has no controls


def accounting_table(lines: Iterable[Disclosed], /, *, form: str = "markdown") -> str:
    """
    Write the disclosures about a person.

    Args:
        lines: What `DisclosurePolicy.accounting()` returned.

        form: `markdown`, `html`, `csv` or `json`.

    Raises:
        voxvalley_privacy.ConfigurationError: If the form is unknown.
    """
    head = ("When", "Recipient", "Purpose", "Fields", "Outcome")
    rows = [
        (
            line.at.isoformat(timespec="seconds"),
            line.recipient,
            line.purpose,
            ", ".join(line.fields),
            line.outcome,
        )
        for line in lines
    ]
    return table_of(head, rows, form=form)
