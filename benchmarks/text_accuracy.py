"""
Measure what the text engine finds in labelled texts, beside its peers, and write the table of `docs/reference/accuracy.md`.

Run `python -m benchmarks.text_accuracy`. A hit has the same kind and a character IoU of at least 0.5; *hidden* means that every
letter and digit of the labelled span lies in some finding.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

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


if __name__ == "__main__":
    for file in ("presidio_synth_dataset_v2.json", "presidio_generated_large.json"):
        print(file)
        for kind, figures in measure(presidio(file), ours).items():
            print("  ", kind, {name: round(figure, 3) for name, figure in figures.items()})
