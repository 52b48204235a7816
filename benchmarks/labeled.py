"""Texts with labels, for `text_accuracy`: those of the corpus, which is no part of the project, and harmless ones made here."""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

CHECKOUT = Path(__file__).resolve().parents[1]

Span = tuple[int, int, str]
Row = tuple[str, list[Span]]
Place = tuple[int, int]

_MARK = re.compile(r"<([A-Z_]+):([^<>]*)>")
_NUMBER = re.compile(r"\+?[0-9 ().-]{7,20}")
_NUMBER_KEYS = frozenset(
    {"from", "to", "phone", "recipient", "caller", "callee", "forwardedfrom", "fromformatted", "toformatted", "nationalformat",
     "firstparty", "secondparty", "callerid", "msisdn", "number"}
)  # fmt: skip
_TIMES = ("date", "time", "created", "updated")
_IDS = ("id", "sid", "uuid")


def corpus() -> Path:
    return Path(os.environ.get("VOXVALLEY_PRIVACY_CORPUS") or CHECKOUT.parent / "shared" / "data")


def _json_lines(name: str) -> Iterator[dict[str, object]]:
    path = corpus() / name
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        yield from map(json.loads, lines)


def presidio(name: str) -> list[Row]:
    rows = json.loads((corpus() / "01_pii_text" / name).read_text(encoding="utf-8"))
    return [
        (
            row["full_text"],
            [
                (one["start_position"], one["end_position"], one["entity_type"])
                for one in row["spans"]
            ],
        )
        for row in rows
    ]


def lifebench() -> list[Row]:
    kinds = {"PHONE": "PHONE_NUMBER", "EMAIL": "EMAIL_ADDRESS"}
    return [
        (row["data_to_answer"], [(one["start"], one["end"], kinds.get(one["type"], one["type"])) for one in row["pii_spans"]])
        for file in sorted((corpus() / "01_pii_text").glob("lifebench_*.jsonl.gz"))
        for row in _json_lines(f"01_pii_text/{file.name}")
    ]  # fmt: skip


def polish() -> list[Row]:
    """Give the labels that are no names; the text of a name is for other tools."""
    return [
        (row["text"], [(one["start"], one["end"], one["label"]) for one in row["entities"] if one["label"] not in {"PERSON", "ORG", "LOC"}])
        for row in _json_lines("01_pii_text/pl_pii_bench_docs.jsonl")
    ]  # fmt: skip


def piisa() -> list[Row]:
    """Read the labels out of the masked texts, which hold them as `<KIND:value>`."""
    rows = []
    for row in _json_lines("01_pii_text/piisa_regex_cases.jsonl"):
        text, masked = row["case"]
        spans: list[Span] = []
        shift = 0
        for mark in _MARK.finditer(masked):
            start = mark.start() - shift
            spans.append((start, start + len(mark[2]), mark[1]))
            shift += len(mark[0]) - len(mark[2])
        rows.append((text, spans))
    return rows


def ham() -> list[str]:
    lines = (
        (corpus() / "02_sms" / "uci_SMSSpamCollection.tsv").read_text(encoding="utf-8").splitlines()
    )
    return [line.partition("\t")[2] for line in lines if line.startswith("Ham")]


def examples() -> list[dict[str, str]]:
    """Give the example mobile number of every region, spelled in several ways."""
    with (corpus() / "06_phone" / "phonenumbers_example_numbers.tsv").open(
        encoding="utf-8", newline=""
    ) as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["type"] == "MOBILE"]


def fixtures(name: str) -> Iterator[tuple[dict[str, object], list[Place], list[Place]]]:
    """
    Give documents of an API, each with the places of its numbers, and of its ids and times, in its JSON text.

    Nobody labeled them: a number is what looks like one under a key that says so, an id or time what has such a key.
    """
    for row in _json_lines(f"04_cpaas/{name}.jsonl"):
        body = row["body"]
        if isinstance(body, dict):
            text = json.dumps(body, ensure_ascii=False)
            values = {
                (k, v) for k, v in _leaves(body) if isinstance(v, str) and any(map(str.isdigit, v))
            }
            numbers = {pair for pair in values if _is_number(*pair)}
            others = {pair for pair in values - numbers if _is_technical(pair[0])}
            yield body, _places(text, numbers), _places(text, others)


def _leaves(value: object, key: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield key, value


def _places(text: str, values: set[tuple[str, str]]) -> list[Place]:
    return [place for key, value in sorted(values) for place in _found(text, key, value)]


def _found(text: str, key: str, value: str) -> Iterator[Place]:
    head = f"{json.dumps(key, ensure_ascii=False)}: "
    spelled = json.dumps(value, ensure_ascii=False)
    at = text.find(head + spelled)
    while at >= 0:
        start = at + len(head) + 1
        yield start, start + len(spelled) - 2
        at = text.find(head + spelled, start)


def _is_number(key: str, value: str) -> bool:
    plain = key.lower().replace("_", "")
    named = plain in _NUMBER_KEYS or plain.endswith(
        ("phone", "phonenumber", "fromnumber", "tonumber")
    )
    return named and _NUMBER.fullmatch(value) is not None and sum(map(str.isdigit, value)) >= 7


def _is_technical(key: str) -> bool:
    low = key.lower()
    return low.endswith(_IDS) or any(word in low for word in _TIMES)


def harmless(count: int = 300) -> dict[str, list[str]]:
    """Make texts that hold nothing personal, by kind."""
    chance = random.Random(7)
    made: dict[str, list[str]] = {}
    for _ in range(count):
        moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.random() * 2e8)
        price = chance.random() * 10 ** chance.randint(0, 6)
        version = ".".join(str(chance.randint(0, 40)) for _ in range(3))
        low, high = chance.randint(1024, 65535), chance.randint(1024, 65535)
        for kind, texts in {
            "UUID": [str(UUID(int=chance.getrandbits(128))), UUID(int=chance.getrandbits(128)).hex],
            "timestamp": [
                moment.isoformat(), f"{moment:%Y-%m-%d %H:%M:%S,%f}", f"{moment:%a, %d %b %Y %H:%M:%S +0000}", f"{moment:%Y%m%dT%H%M%SZ}",
                f"{moment:%d/%b/%Y:%H:%M:%S +0530}", f"{moment:%d.%m.%Y %H:%M}", f"ts={moment.timestamp():.0f}",
            ],
            "price": [f"${price:,.2f}", f"{price:.2f} EUR", f"Rs. {price:.0f}", f"USD {price / 1000:.4f}", f"₹{price:,.0f}"],
            "version": [f"v{version}", f"version {version}", f"Chrome/{chance.randint(80, 130)}.0.{low % 9000}.{high % 200}", f"{version}-rc1"],
            "ports": [f"{low}:{high}", f"ports {low}-{high}", f"port={low} rport={high}", f"port pair {low}/{high}"],
        }.items():  # fmt: skip
            made.setdefault(kind, []).extend(f"It says {text} here." for text in texts)
    return made
