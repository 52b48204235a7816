"""Real formats: every record of the corpus's call and webhook files through the schema that fits it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import DataCategory as C
from voxvalley_privacy.schemas._paths import Node, compile_paths

KEYS = vp.KeyRing.generate()
NUMBERS = frozenset({C.PARTY_NUMBER, C.END_USER_NUMBER, C.FORMATTED_NUMBER, C.SIP_URI, C.NAME_ADDR, C.CONTENT,
                     C.SUBSCRIBER_ID, C.DEVICE_ID, C.CREDENTIAL, C.DTMF})  # fmt: skip
# A run of digits by itself: not a part of a UUID, nor the epoch that FreeSWITCH puts before one.
_RUN = re.compile(r"(?<![\w-])\d{7,15}(?![\w-]|%3A)")
VENDORS = {
    "twilio_openapi_examples.jsonl": "twilio.", "vonage_openapi_examples.jsonl": "vonage.", "vonage_sdk_fixtures.jsonl": "vonage.",
    "telnyx_openapi_examples.jsonl": "telnyx.", "plivo_fixtures.jsonl": "plivo.", "courier_webhooks.jsonl": "",
}  # fmt: skip


def _records(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        body = row.get("body", row.get("payload"))
        if isinstance(body, str) and body[:1] in "{[":
            try:
                body = json.loads(body)
            except ValueError:
                continue
        yield from (
            item for item in (body if isinstance(body, list) else [body]) if isinstance(item, dict)
        )


def _best(record: dict[str, Any], prefix: str) -> vp.Schema | None:
    scored = [
        (
            sum(
                key in schema.fields or any(p.startswith(f"{key}.") for p in schema.fields)
                for key in record
            ),
            schema.name,
        )
        for schema in map(vp.schemas.get, vp.schemas.names())
        if schema.name.startswith(prefix) and not schema.name.startswith("sip.")
    ]
    score, name = max(scored)
    return vp.schemas.get(name) if score >= 2 else None


def _digits(value: object, node: Node | None, category: C | None = None) -> Iterator[str]:
    """Give the digit runs of everything that the schema calls a number or worse."""
    if isinstance(value, dict):
        for key, item in value.items():
            child = node.child(key) if node is not None else None
            yield from _digits(item, child, child.category if child is not None else None)
    elif isinstance(value, list):
        inner = node.items if node is not None else None
        for item in value:
            yield from _digits(
                item, inner or node, inner.category if inner is not None else category
            )
    elif category in NUMBERS and isinstance(value, str | int):
        yield from (run for run in _RUN.findall(str(value)) if run.strip("0"))


def _check(record: dict[str, Any], schema: vp.Schema) -> int:
    runs = set(_digits(record, compile_paths(schema)))
    for policy in (vp.policies.debug(KEYS), vp.policies.analytics(KEYS), vp.policies.share(KEYS)):
        redact = vp.Redactor(policy, schema)
        made = redact(record)
        shown = json.dumps(made)
        assert {} == dict(redact.stats().faults)
        assert [] == [run[-7:] for run in runs if run[-7:] in shown], schema.name
        assert redact(made) == made
    return len(runs)


@pytest.mark.parametrize("name", VENDORS)
def test_vendor_examples(corpus: Path, name: str) -> None:
    """No number of a typed field shows in any record of the vendors' examples, and none faults."""
    seen = runs = 0
    for record in _records(corpus / "04_cpaas" / name):
        schema = _best(record, VENDORS[name])
        if schema is not None:
            seen += 1
            runs += _check(record, schema)

    assert seen > 10
    assert runs > 0


def test_freeswitch_cdr(corpus: Path) -> None:
    """FreeSWITCH's JSON records keep their states and lose their numbers."""
    for line in (corpus / "03_cdr" / "freeswitch_json_cdr.jsonl").read_text().splitlines():
        _check(json.loads(line)["cdr"], vp.schemas.get("freeswitch.json_cdr"))


def test_freeswitch_events(corpus: Path) -> None:
    """FreeSWITCH's channel events, with their channel variables, lose their numbers."""
    for line in (corpus / "03_cdr" / "freeswitch_channel_events.jsonl").read_text().splitlines():
        _check(json.loads(line)["event"], vp.schemas.get("freeswitch.event_caller"))


def _rows(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    "name",
    ["asterisk_Master_lab.csv", "asterisk_testsuite_Master.csv", "asterisk_testsuite_Master2.csv"],
)
def test_asterisk_csv(corpus: Path, tmp_path: Path, name: str) -> None:
    """Asterisk's CSV goes through in both column orders: callers go, dispositions stay."""
    redact = vp.Redactor(vp.policies.debug(KEYS), "asterisk.cdr_csv")
    report = vp.records.redact_csv(corpus / "03_cdr" / name, tmp_path / "out.csv", redact)

    before, after = _rows(corpus / "03_cdr" / name), _rows(tmp_path / "out.csv")
    assert {} == dict(report.marked)
    assert [len(row) for row in before] == [len(row) for row in after]
    for old, new in zip(before, after, strict=True):
        assert {"ANSWERED", "NO ANSWER", "BUSY", "FAILED"} & set(old) == {
            "ANSWERED",
            "NO ANSWER",
            "BUSY",
            "FAILED",
        } & set(new)
        assert "client1" not in str(new)
        assert "client2" not in str(new)


def test_sms_and_voice_table(corpus: Path, tmp_path: Path) -> None:
    """A table of 4,793 rows under column names of its own loses every party's number without a schema."""
    source = corpus / "03_cdr" / "aws_blog_cdr_sms_voice.csv"
    report = vp.records.redact_csv(
        source, tmp_path / "out.csv", vp.Redactor(vp.policies.debug(KEYS))
    )
    rows = _rows(source)
    numbers = {row[2] for row in rows[1:]}
    shown = (tmp_path / "out.csv").read_text()

    assert len(rows) - 1 == report.records_out
    assert [] == [number for number in numbers if number in shown]
