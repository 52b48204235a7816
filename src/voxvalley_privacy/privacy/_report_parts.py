"""The tables of a report, as plain rows; a page of HTML and a page of Markdown are made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from ..categories import CATEGORIES
from ..disclosure import VENDOR_LIST
from ..facts import load
from ..logs import Gap
from ..placeholders import OMIT
from ..vocabulary import Audience, ContentKind, DataCategory
from ._description import length_in_words
from ._front_door import Privacy

__all__ = ["Part", "parts_of", "playground"]

# Made-up values from ranges that are reserved for examples.
_NUMBER = "+14155550132"
_EXAMPLES: Mapping[DataCategory, Any] = {
    DataCategory.PERSON_NAME: "Zoe Example",
    DataCategory.SIP_URI: f"sip:{_NUMBER}@pbx.example.com",
    DataCategory.NAME_ADDR: f'"Zoe Example" <sip:{_NUMBER}@pbx.example.com>',
    DataCategory.CHANNEL_NAME: f"PJSIP/{_NUMBER}-0000002a",
    DataCategory.IP_ADDRESS: "192.0.2.77",
    DataCategory.HOST: "pbx.example.com",
    DataCategory.CONTENT: "my code is 482913",
    DataCategory.FREE_TEXT: f"call {_NUMBER} back",
    DataCategory.MEDIA_URL: "https://media.example.com/m/1.jpg?sig=x",
    DataCategory.URL: f"https://app.example.com/hook?from={_NUMBER}",
    DataCategory.PRICE: "-0.0075",
    DataCategory.TIMESTAMP: "2026-03-04T05:06:07Z",
    DataCategory.DURATION: 61,
    DataCategory.STATUS: "completed",
    DataCategory.EMAIL_ADDRESS: "zoe@example.com",
    DataCategory.REGION: "CA",
}
_NUMBERS = frozenset(
    name for name, row in CATEGORIES.items() if row.number and name not in _EXAMPLES
)


_LONGEST = 48


@attrs.frozen
class Part:
    """
    One table of a report.

    Args:
        id: For links.

        title: Its heading.

        about: One sentence that says what it shows.

        head: The names of the columns.

        rows: The cells; texts.
    """

    id: str
    title: str
    about: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def _example(privacy: Privacy, audience: str, category: DataCategory) -> tuple[str, str]:
    """Return a made-up value and what the policy of an audience makes of it."""
    value = _EXAMPLES.get(category, _NUMBER if category in _NUMBERS else None)
    if value is None:
        return "", ""
    try:
        after = privacy.policies[audience].actions[category](value, category)
    except Exception:  # a fault gives less; the report says so
        return str(value), "[FAULT]"
    return str(value), "(left out)" if after is OMIT else _short(str(after))


def _short(text: str) -> str:
    """Cut a token, of which the beginning says enough."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _policy_map(privacy: Privacy) -> Iterator[tuple[str, ...]]:
    for category in DataCategory:
        cells = []
        before = ""
        for audience in privacy.policies:
            action = privacy.policies[audience].actions[category]
            before, after = _example(privacy, audience, category)
            cells.append(f"{action!r} → {after}" if after else repr(action))
        yield (category.value, before, *cells)


def _logs(privacy: Privacy) -> Iterator[tuple[str, ...]]:
    for kind, mode in privacy.log_modes.items():
        yield kind.value, str(mode)


def _cache(privacy: Privacy) -> Iterator[tuple[str, ...]]:
    lifetimes = dict(privacy.cache_policy.lifetimes)
    for kind in ContentKind:
        lifetime = lifetimes.get(kind)
        yield kind.value, "not kept" if lifetime is None else f"at most {lifetime}"


def _consent(privacy: Privacy) -> Iterator[tuple[str, ...]]:
    sources = {
        "ledger": "GDPR art. 7(1): consent can be shown",
        "no_rule": "47 CFR 64.1200(c)(1) and the state rows of quiet_hours.csv",
        "minimum_age": "GDPR art. 8(1) and age_limits.csv; the stricter of both",
        "accept_notice": "recording_consent.csv: strictest rule of every party",
        "reassignment_check": "47 CFR 64.1200(m), the reassigned numbers database",
    }
    for key, value in privacy.consent.items():
        yield key, "not set" if value is None else str(value), sources[key]


def _records(privacy: Privacy) -> Iterator[tuple[str, ...]]:
    for name, record in privacy.records.items():
        schema = record.schema.name if record.schema else "none"
        yield name, schema, ", ".join(record.audiences)


def _schedule(privacy: Privacy) -> Iterator[tuple[str, ...]]:
    for rule in privacy.retention.rules if privacy.retention else ():
        least = length_in_words(rule.at_least)
        most = length_in_words(rule.at_most)
        yield rule.kind, rule.place or "everywhere", least, most, rule.then.value, rule.source


def _retention(_privacy: Privacy) -> Iterator[tuple[str, ...]]:
    for row in load().retention:
        yield row.key, row.record, row.min_keep or "-", row.max_keep or "-", row.citation


def _gaps(gaps: Iterable[Gap]) -> Iterator[tuple[str, ...]]:
    for gap in gaps:
        yield gap.severity.value, gap.code, gap.where, gap.leaks, gap.mend


def _recipients(privacy: Privacy) -> Iterator[tuple[str, ...]]:
    """Those of the settings, and before them whom the vendor's policy names."""
    listed = [listed.recipient for listed in privacy.recipients.values()]
    for each in (*VENDOR_LIST, *listed):
        contract = "in writing" if each.contract else "none"
        yield (
            each.name,
            each.role,
            each.services or ", ".join(sorted(each.purposes)),
            ", ".join(sorted(each.fields)) or "none",
            ", ".join(each.places) or "unknown",
            contract,
            each.transfer or "none",
        )


_RETENTION_ABOUT = (
    "The floors that laws set, from the table of facts; [retention] does not take them by itself."
)
# A room adds a part of the report as one entry: id, title, sentence, columns, rows.
_PARTS: tuple[tuple[str, str, str, tuple[str, ...], Any], ...] = (
    ("records", "Records", "Each kind of record, and who may see it.",
     ("record", "schema", "audiences"), _records),
    ("map", "Policy map", "Each category of data for each audience: the action, and an example.",
     ("category", "before", *Audience), _policy_map),
    ("logs", "Logs", "How much each kind of log holds.", ("log", "holds"), _logs),
    ("cache", "Cache", "A copy is kept only if the web server permits it as well.",
     ("content", "copies"), _cache),
    ("consent", "Consent", "What rules rest on, with the source.",
     ("setting", "value", "source"), _consent),
    ("schedule", "Retention", "The rules of [retention]; a record without one is kept.",
     ("record", "place", "at least", "at most", "then", "source"), _schedule),
    ("floors", "Floors of retention", _RETENTION_ABOUT,
     ("place", "record", "at least", "at most", "source"), _retention),
    ("subprocessors", "Sub-processors",
     "Whom the vendor's policy names, and [recipients]; nobody gets a field that is not listed.",
     ("name", "role", "what for", "fields", "places", "contract", "transfer"), _recipients),
)  # fmt: skip
_GAPS_HEAD = ("severity", "code", "where", "what leaks", "what to do")
_GAPS_ABOUT = "What self_check() found in the process that wrote this page."


def parts_of(privacy: Privacy, gaps: Iterable[Gap] | None = None, /) -> tuple[Part, ...]:
    """
    Return all tables of a report; a table that fails says so.

    Args:
        privacy: The configuration.

        gaps: What is wrong with it; None for what `self_check()` finds.
    """
    parts = []
    for name, title, about, head, rows in _PARTS:
        try:
            cells = tuple(rows(privacy))
        except Exception:  # the report is still written
            cells = (("This table could not be made.", *[""] * (len(head) - 1)),)
        parts.append(Part(name, title, about, head, cells))
    found = privacy.self_check() if gaps is None else gaps
    return (*parts, Part("gaps", "Gaps", _GAPS_ABOUT, _GAPS_HEAD, tuple(_gaps(found))))


# Playground ---------------------------------------------------------------------------------------

_SHORT = 3
_PLACEHOLDER = re.compile(r"\[[A-Z_]+\]")
_LETTERS_AND_DIGITS = re.compile(r"[^\W_]{2,}")
_MASKED_DIGITS = 5  # the most that a mask leaves


def playground(privacy: Privacy, name: str, record: Any, /) -> Part:
    """
    Show a record of the user's through each audience, without any value of it as it was.

    A cell says `kept` where an audience sees the value, and `kept in part` where a part of it would
    be in the page.
    """
    # Who may not see this kind of record has a column all the same, which says so.
    known = privacy.records.get(name)
    allowed = known.audiences if known else tuple(privacy.policies)
    before = dict(_leaves(record, ""))
    columns = {}
    for audience in privacy.policies:
        if audience in allowed:
            redact = privacy.redactor(name, audience=Audience(audience))
            columns[audience] = dict(_leaves(redact(record), ""))
    texts = [text for text in map(str, before.values()) if len(text) > _SHORT]
    rows = []
    for path, value in before.items():
        cells = [
            _cell(value, columns[audience].get(path, OMIT), texts)
            if audience in columns
            else "not for this audience"
            for audience in privacy.policies
        ]
        rows.append((privacy.redactor(audience="debug").text(path), *cells))
    about = "A record of your own as each audience sees it. No value of it is in this page."
    return Part("playground", "Playground", about, ("field", *privacy.policies), tuple(rows))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{at}]")
    else:
        yield path, value


def _cell(before: Any, after: Any, texts: list[str]) -> str:
    if after is OMIT:
        return "(left out)"
    if after == before:
        return "kept"
    shown = _short(str(after))
    if any(text in shown for text in texts) or _is_shown_in_part(shown, texts):
        return "kept in part"
    return shown


def _is_shown_in_part(shown: str, texts: list[str]) -> bool:
    """Whether words of the record are left beside placeholders, as in a note that was scanned."""
    runs = _LETTERS_AND_DIGITS.findall(_PLACEHOLDER.sub(" ", shown))
    return any(run in text for run in filter(_tells, runs) for text in texts)


def _tells(run: str) -> bool:
    if run.isdecimal():
        return len(run) > _MASKED_DIGITS
    return len(run) >= _SHORT or not run.isascii()
