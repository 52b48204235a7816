"""
Carry a table of record schemas into the package: one JSON file a vendor, categories by their full names.

    python tools/import_record_schemas.py PATH/record_schemas.json

What a file says already stays as it is: edits by hand win, and where the table says another thing, it is printed. New
schemas, fields and settings are added. Line formats (`separator`, `key_value`, ...) are those of `line_formats.json`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import build_schema_index

TARGET = build_schema_index.FACTS / "schemas"

# Settings of a schema, in the order in which they are written.
SETTINGS = (
    *("version", "title", "source", "status", "notes", "found_under"),
    *("column_orders", "nested", "prefixed", "payloads", "direction"),
)
# How lines are cut is said by the line formats.
OF_LINES = {"separator", "key_value", "fixed_widths", "data_by_event", "column_prefix"}
# What `status` says in more words.
LEFT_OUT = {"quality"}

# A place of records: `data[].payload`; anything else is prose, and goes to the notes.
_PLACE = re.compile(r"\[\]|[A-Za-z_]\w*(?:\[\])*(?:\.[A-Za-z_]\w*(?:\[\])*)*")

Row = dict[str, Any]


def place_of(text: str) -> str | None:
    """Return a place as a path, None for prose and for the record itself."""
    return text if _PLACE.fullmatch(text) and text != "[]" else None


def row_of(described: Row, categories: dict[str, str]) -> Row:
    """Return a schema of the table as the package writes it."""
    row: Row = {"version": 1}
    row |= {name: described[name] for name in SETTINGS if name in described}
    fields = described["fields"].items()
    row["fields"] = {path: [categories[f["category"]], f["meaning"]] for path, f in fields}
    places = described.get("found_under", ())
    row["found_under"] = [place for place in map(place_of, places) if place is not None]
    prose = [text for text in places if place_of(text) is None and text != "[]"]
    notes = [described["notes"]] if "notes" in described else []
    row["notes"] = "; ".join(notes + [f"found under {text}" for text in prose])
    return ordered({name: value for name, value in row.items() if value})


def ordered(row: Row) -> Row:
    """Return a schema with its settings in order and its fields last."""
    settings = {name: row[name] for name in SETTINGS if name in row}
    return settings | {"fields": row["fields"]}


def merged(known: Row, new: Row) -> tuple[Row, list[str]]:
    """Return a known schema with what a table adds, and where the table says another thing."""
    said = [
        f"{path}: {field[0]} is kept, the table says {new['fields'][path][0]}"
        for path, field in known["fields"].items()
        if path in new["fields"] and new["fields"][path][0] != field[0]
    ]
    fields = known["fields"] | {
        path: field for path, field in new["fields"].items() if path not in known["fields"]
    }
    row = ordered(new | known | {"fields": fields})
    if len(fields) > len(known["fields"]):
        row["version"] = known["version"] + 1
    return row, said


def unknown_settings(described: Row) -> set[str]:
    """Return the settings of a row that this tool does not know."""
    return set(described) - {*SETTINGS, "fields"} - OF_LINES - LEFT_OUT


def main(source: Path) -> None:
    """Merge a table into the files under `facts/schemas`, and write the index anew."""
    table = json.loads(source.read_text(encoding="utf-8"))
    categories = {short: row["name"] for short, row in table["categories"].items()}
    vendors: dict[str, dict[str, Row]] = {}
    for name, described in table["schemas"].items():
        if unknown := unknown_settings(described):
            raise SystemExit(f"{name}: unknown settings {sorted(unknown)}")
        vendors.setdefault(name.partition(".")[0], {})[name] = row_of(described, categories)
    for vendor, rows in vendors.items():
        file = TARGET / f"{vendor}.json"
        known: dict[str, Row] = json.loads(file.read_bytes()) if file.exists() else {}
        for name, row in rows.items():
            known[name], said = merged(known[name], row) if name in known else (row, [])
            for sentence in said:
                print(f"{name}: {sentence}")
        file.write_text(as_text(known), encoding="utf-8")
    build_schema_index.main()


def as_text(rows: dict[str, Row]) -> str:
    """Return the text of one file: JSON with one setting and one field a line."""
    schemas = ",\n".join(f" {_json(name)}: {{\n{_body(row)}\n }}" for name, row in rows.items())
    return f"{{\n{schemas}\n}}\n"


def _body(row: Row) -> str:
    settings = [f"  {_json(name)}: {_json(row[name])}" for name in row if name != "fields"]
    fields = ",\n".join(
        f"   {_json(path)}: {_json(field)}" for path, field in row["fields"].items()
    )
    return ",\n".join([*settings, f'  "fields": {{\n{fields}\n  }}'])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
