"""Write a page for each vendor with built-in schemas; `generate.py` puts them beside its own."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import voxvalley_privacy as vp
from voxvalley_privacy import DataCategory as C
from voxvalley_privacy.categories import CATEGORIES
from voxvalley_privacy.schemas._parts import Part, free_parts, parts_of

_POLICIES = ("debug", "support", "billing", "analytics", "share", "public")
_FIELDS_OF_EXAMPLE = 9

# Values from ranges that are kept for examples, for the categories that an example shows.
_VALUES: Mapping[C, object] = {
    C.PARTY_NUMBER: "+14155550132",
    C.END_USER_NUMBER: "+14155550132",
    C.OWN_NUMBER: "+12125550198",
    C.PERSON_NAME: "Zoe Example",
    C.SIP_URI: "sip:zoe@example.com",
    C.NAME_ADDR: '"Zoe Example" <sip:zoe@example.com>',
    C.CHANNEL_NAME: "PJSIP/14155550132-0000002a",
    C.CONTENT: "Hi Zoe, your code is 847291",
    C.CREDENTIAL: "example-secret",
    C.DTMF: "4821#",
    C.SUBSCRIBER_ID: "zoe@example.com",
    C.IP_ADDRESS: "192.0.2.17",
    C.LOCATION: "37.77490,-122.41942",
    C.FREE_TEXT: "called from +14155550132",
    C.TIMESTAMP: "2026-11-23T10:15:30Z",
    C.DURATION: 62,
    C.STATUS: "completed",
    C.PRICE: "0.0075",
    C.RECORD_ID: "CA5f0e2c8a91d34b7786aa01c2f3e4d5b6",
}


def vendor_pages() -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the name and the lines of each page; a vendor of many fields has several."""
    for vendor, names in vp.schemas.by_vendor().items():
        for number, schemas in enumerate(_cut([*map(vp.schemas.get, names)]), 1):
            part = "" if number == 1 else f"-{number}"
            title = vendor if number == 1 else f"{vendor}, part {number}"
            yield f"vendors/{vendor}{part}.md", _page(title, schemas)


_FIELDS_A_PAGE = 390  # a page stays below 150 KB


def _cut(schemas: list[vp.Schema]) -> list[list[vp.Schema]]:
    pages: list[list[vp.Schema]] = [[]]
    fields = 0
    for schema in schemas:
        size = len(schema.fields) + 12  # the heading, the facts and the table of each
        if pages[-1] and fields + size > _FIELDS_A_PAGE:
            pages.append([])
            fields = 0
        pages[-1].append(schema)
        fields += size
    return pages


def schemas_page() -> Iterator[str]:
    """Yield the lines of the page that lists all schemas."""
    vendors = vp.schemas.by_vendor()
    count = len(vp.schemas.names())
    yield from ("# Schemas", "", f"The {count} built-in record schemas, by vendor.", "")
    yield "`vp.schemas.get(NAME)` gives one, `vp.Redactor(policy, schema=NAME)` uses it."
    yield "Each vendor has a page: the fields by category, what each policy does with them, and an example."
    yield ""
    yield from ("```{toctree}", ":hidden:", ":glob:", "", "vendors/*", "```", "")
    rows = (
        [f"[{vendor}](vendors/{vendor}.md)", ", ".join(f"`{name}`" for name in names)]
        for vendor, names in vendors.items()
    )
    yield from _table(["vendor", "schemas"], rows)


def _page(vendor: str, schemas: list[vp.Schema]) -> Iterator[str]:
    count = sum(len(schema.fields) for schema in schemas)
    yield from (f"# {vendor}", "", f"Schemas: {len(schemas)}. Fields: {count}.", "")
    yield from _example(schemas)
    yield from ("## What each policy does", "")
    categories = {field.category for schema in schemas for field in schema.fields.values()}
    rows = (
        [f"`{category.name}`", *(CATEGORIES[category].actions[policy] for policy in _POLICIES)]
        for category in C
        if category in categories
    )
    yield from _table(["category", *_POLICIES], rows)
    for schema in schemas:
        yield from _schema(schema)


def _schema(schema: vp.Schema) -> Iterator[str]:
    yield from ("", f"## `{schema.name}`", "")
    facts = {
        "what": schema.title,
        "version": str(schema.version),
        "status": schema.status,
        "source": schema.source,
        "found under": ", ".join(f"`{place}`" for place in schema.found_under),
        "rows without a header": ", ".join(
            _number_of_columns(order) for order in schema.column_orders
        ),
        "end user's side": "by the field `{field}`".format_map(schema.direction)
        if schema.direction
        else "",
        "to know": schema.notes,
    }
    yield from _table(["", ""], ([name, fact] for name, fact in facts.items() if fact))
    yield ""
    by_category: defaultdict[C, list[str]] = defaultdict(list)
    for path, field in schema.fields.items():
        by_category[field.category].append(f"`{path}`")
    rows = (
        [f"`{category.name}`", ", ".join(by_category[category])]
        for category in C
        if category in by_category
    )
    yield from _table(["category", "fields"], rows)


def _number_of_columns(order: tuple[str, ...]) -> str:
    is_open = order[-1] == "..."
    return f"{len(order) - 1} columns and more" if is_open else f"{len(order)} columns"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    columns = [*head]
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        cells = (cell.replace("|", "\\|").replace("\n", " ") for cell in row)
        yield f"| {' | '.join(cells)} |"


# The example --------------------------------------------------------------------------------------


def _example(schemas: list[vp.Schema]) -> Iterator[str]:
    """Yield a record of the schema that shows most, before and after."""
    examples = [(schema, example_record(schema)) for schema in schemas]
    schema, record = max(examples, key=lambda example: len(example[1]))
    if not record:
        return
    redacted = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()), schema)(record)
    yield from (
        "## Example",
        "",
        f"A record of `{schema.name}`, made up, and what `debug` shows of it.",
    )
    for shown in (record, redacted):
        yield from ("", "```json", *_json(shown), "```")
    yield ""


def example_record(schema: vp.Schema) -> dict[str, object]:
    """Return a made-up record of a schema: one field of each category that an example shows."""
    record: dict[str, object] = {}
    paths: dict[C, str] = {}
    for path, field in schema.fields.items():
        # Tokens are others with each key.
        is_stable = CATEGORIES[field.category].actions["debug"] != "token"
        if is_stable and all(free_parts(part) is None for part in parts_of(path)):
            paths.setdefault(field.category, path)
    shown = [category for category in _VALUES if category in paths][:_FIELDS_OF_EXAMPLE]
    for category in shown:
        _plant(record, parts_of(paths[category]), _VALUES[category])
    return record


def _plant(record: dict[str, object], parts: tuple[Part, ...], value: object) -> None:
    at: Any = record
    for part in parts[:-1]:
        below = at.setdefault(part.key, _listed({}, part))
        while isinstance(below, list):
            below = below[0]
        if not isinstance(below, dict):
            return
        at = below
    at.setdefault(parts[-1].key, _listed(value, parts[-1]))


def _listed(value: object, part: Part) -> object:
    for _ in range(part.lists):
        value = [value]
    return value


def _json(record: object) -> list[str]:
    return json.dumps(record, indent=2, ensure_ascii=False).splitlines()
