"""
Measure what the text engine finds in labelled texts, beside its peers, and write the table of `docs/reference/accuracy.md`.

Run `python -m benchmarks.text_accuracy`. A hit has the same kind and a character IoU of at least 0.5; *hidden* means that every
letter and digit of the labelled span lies in some finding.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from voxvalley_privacy.redaction._text import find_in_text

Span = tuple[int, int, str]
Finder = Callable[[str], Iterable[Span]]

CHECKOUT = Path(__file__).resolve().parents[1]
KINDS = {
    "PHONE_NUMBER": "PHONE_NUMBER",
    "CREDIT_CARD": "PAYMENT_CARD",
    "EMAIL_ADDRESS": "EMAIL_ADDRESS",
    "IP_ADDRESS": "IP_ADDRESS",
}


def corpus() -> Path:
    return Path(os.environ.get("VOXVALLEY_PRIVACY_CORPUS") or CHECKOUT.parent / "shared" / "data")


def ours(text: str) -> list[Span]:
    return [(start, end, category.value) for start, end, category in find_in_text(text)]


def iou(a: Span, b: Span) -> float:
    both = min(a[1], b[1]) - max(a[0], b[0])
    return both / (max(a[1], b[1]) - min(a[0], b[0])) if both > 0 else 0.0


def hidden(text: str, span: Span, found: Iterable[Span]) -> bool:
    covered = {at for start, end, _ in found for at in range(start, end)}
    return all(at in covered for at in range(span[0], span[1]) if text[at].isalnum())


def presidio(name: str) -> list[tuple[str, list[Span]]]:
    rows = json.loads((corpus() / "01_pii_text" / name).read_text(encoding="utf-8"))
    return [
        (
            row["full_text"],
            [(span["start_position"], span["end_position"], span["entity_type"]) for span in row["spans"]],
        )
        for row in rows
    ]


def measure(rows: list[tuple[str, list[Span]]], find: Finder) -> dict[str, dict[str, float]]:
    """Give precision, recall and hidden share by kind, and where the phone findings lie."""
    gold = dict.fromkeys(KINDS, 0)
    hits, hid, found_of, right = dict(gold), dict(gold), dict(gold), dict(gold)
    in_any = in_phone = phones = 0
    for text, spans in rows:
        found = list(find(text))
        for kind, ours_kind in KINDS.items():
            mine = [one for one in found if one[2] == ours_kind]
            labelled = [span for span in spans if span[2] == kind]
            gold[kind] += len(labelled)
            found_of[kind] += len(mine)
            hits[kind] += sum(any(iou(span, one) >= 0.5 for one in mine) for span in labelled)
            right[kind] += sum(any(iou(span, one) >= 0.5 for span in labelled) for one in mine)
            hid[kind] += sum(hidden(text, span, found) for span in labelled)
        for one in found:
            if one[2] == "PHONE_NUMBER":
                phones += 1
                overlapped = {span[2] for span in spans if span[0] < one[1] and one[0] < span[1]}
                in_any += bool(overlapped)
                in_phone += "PHONE_NUMBER" in overlapped
    return {
        kind: {
            "gold": gold[kind],
            "precision": right[kind] / found_of[kind] if found_of[kind] else 1.0,
            "recall": hits[kind] / gold[kind] if gold[kind] else 1.0,
            "hidden": hid[kind] / gold[kind] if gold[kind] else 1.0,
        }
        for kind in KINDS
    } | {"phone findings": {"in_any": in_any / max(phones, 1), "in_phone": in_phone / max(phones, 1)}}


def peers() -> dict[str, Finder]:
    """Give the peers that can be imported here; figures of the others stand in the issue."""
    made: dict[str, Finder] = {"ours": ours}
    try:
        import phonenumbers
    except ImportError:
        return made

    def matcher(text: str) -> list[Span]:
        return [(match.start, match.end, "PHONE_NUMBER") for match in phonenumbers.PhoneNumberMatcher(text, "GB")]

    made["phonenumbers matcher (GB)"] = matcher
    return made


SPELLED: dict[str, Callable[[dict[str, str]], str]] = {
    "national": lambda row: row["national"],
    "E.164": lambda row: row["e164"],
    "international": lambda row: row["international"],
    "bare digits": lambda row: row["e164"][1:],
    "00 prefix": lambda row: "00" + row["e164"][1:],
    "dialed from the US": lambda row: row["from_US"],
    "dialed from Germany": lambda row: row["from_DE"],
    "RFC 3966": lambda row: row["rfc3966"],
}


def examples(find: Finder) -> dict[str, float]:
    """Give the share of the regions' example mobile numbers that are hidden, by spelling; the number is the whole text."""
    with (corpus() / "06_phone" / "phonenumbers_example_numbers.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["type"] == "MOBILE"]
    shares = {}
    for name, spell in SPELLED.items():
        texts = [spell(row) for row in rows]
        shares[name] = sum(hidden(text, (0, len(text), ""), find(text)) for text in texts) / len(texts)
    return shares


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


def ham() -> list[str]:
    lines = (corpus() / "02_sms" / "uci_SMSSpamCollection.tsv").read_text(encoding="utf-8").splitlines()
    return [line.partition("\t")[2] for line in lines if line.startswith("Ham")]


def lifebench() -> list[tuple[str, list[Span]]]:
    rows = []
    for file in sorted((corpus() / "01_pii_text").glob("lifebench_*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                kinds = {"PHONE": "PHONE_NUMBER", "EMAIL": "EMAIL_ADDRESS"}
                spans = [
                    (span["start"], span["end"], kinds.get(span["type"], span["type"])) for span in row["pii_spans"]
                ]
                rows.append((row["data_to_answer"], spans))
    return rows


def polish() -> dict[str, tuple[int, int]]:
    """Give by kind how many values with digits or an at sign there are and how many are hidden."""
    counts: dict[str, tuple[int, int]] = {}
    with (corpus() / "01_pii_text" / "pl_pii_bench_docs.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            found = ours(row["text"])
            for entity in row["entities"]:
                if entity["label"] not in {"PERSON", "ORG", "LOC"}:
                    every, hid = counts.get(entity["label"], (0, 0))
                    span = (entity["start"], entity["end"], "")
                    counts[entity["label"]] = (every + 1, hid + hidden(row["text"], span, found))
    return counts


def page() -> str:
    """Write the page."""
    lines = ["# Accuracy", "", (__doc__ or "").strip().splitlines()[0], ""]
    lines += [
        "A hit has the same kind and a character IoU of at least 0.5; *hidden* means that every letter and digit of the labeled span lies in some finding.",
        "The corpora are not a part of the project; `python -m benchmarks.text_accuracy` writes this page anew where they are.",
        "",
    ]
    for name, rows in (
        ("presidio-research synth_dataset_v2", presidio("presidio_synth_dataset_v2.json")),
        ("presidio-research generated_large", presidio("presidio_generated_large.json")),
        ("LifeBench, five personas, model-made labels", lifebench()),
    ):
        lines += [
            f"## {name}",
            "",
            "| engine | kind | labeled | precision | recall | hidden |",
            "|---|---|---|---|---|---|",
        ]
        for who, find in peers().items():
            figures = measure(rows, find)
            for kind, one in figures.items():
                if kind in KINDS and one["gold"] and (who == "ours" or kind == "PHONE_NUMBER"):
                    lines.append(
                        f"| {who} | {kind} | {one['gold']} | {one['precision']:.3f} | {one['recall']:.3f} | {one['hidden']:.3f} |"
                    )
            inside = figures["phone findings"]
            lines.append(
                f"| {who} | phone findings inside a labeled span: any {inside['in_any']:.3f}, phone {inside['in_phone']:.3f} | | | | |"
            )
        lines.append("")
    engines = peers()
    lines += [
        "## The example mobile number of all regions, share hidden",
        "",
        "| spelling | " + " | ".join(engines) + " |",
        "|---|" + "---|" * len(engines),
    ]
    shares = {who: examples(find) for who, find in engines.items()}
    lines += [f"| {name} | " + " | ".join(f"{shares[who][name]:.3f}" for who in engines) + " |" for name in SPELLED]
    lines += [
        "",
        "What is missed in national form has six digits or fewer and no word beside it that says it is a number.",
        "",
    ]
    lines += ["## What is not personal, texts touched", "", "| kind | texts | touched |", "|---|---|---|"]
    lines += [
        f"| {kind} | {len(texts)} | {sum(bool(ours(text)) for text in texts)} |" for kind, texts in harmless().items()
    ]
    messages = ham()
    lines.append(
        f"| UCI ham, real numbers and addresses among them | {len(messages)} | {sum(bool(ours(text)) for text in messages)} |"
    )
    lines += ["", "## pl-pii-bench, share hidden", "", "| kind | values | hidden |", "|---|---|---|"]
    lines += [f"| {kind} | {every} | {hid / every:.3f} |" for kind, (every, hid) in sorted(polish().items())]
    lines += [
        "",
        "Identity cards, passports and vehicle numbers that mix letters and digits, and postal codes, have no finder.",
        "",
        "## Known limits",
        "",
        '- Digits spelled as words ("two zero two") and letters of a keypad (1-800-FLOWERS) are not read.',
        "- A base64 word of fewer than 20 characters looks like any id and is left alone.",
        "- Numbers of six digits and fewer are found only by the words beside them or by the groups they are spelled in.",
        "- A number that is dressed up as a UUID, a date or a price with its sign is taken for one.",
        "- Names are found only where a field of the record says them.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    target = CHECKOUT / "docs" / "reference" / "accuracy.md"
    target.write_text(page(), encoding="utf-8")
    print(target.read_text(encoding="utf-8"))
