"""What `scan` counts in messages with labels; see docs/reference/accuracy.md for what to expect."""

from __future__ import annotations

import csv
import gzip
import json
import re
from pathlib import Path

from tests.cli.test_cli import _run


def _counts(file: Path) -> dict[tuple[str, str], int]:
    done = _run("scan", "--schema", "none", str(file))
    assert (0, "") == (done.returncode, done.stderr)
    rows = [line.split("\t") for line in done.stdout.splitlines()[1:]]
    return {(category, field): int(count) for category, field, count in rows}


def _written(at: Path, texts: list[str]) -> Path:
    at.write_text("".join(json.dumps({"body": text}) + "\n" for text in texts), encoding="utf-8")
    return at


def test_codes_in_ten_languages(corpus: Path) -> None:
    """Every message that brings a one-time code is counted, and its code beside it; no template without one."""
    file = corpus / "02_sms" / "otp_templates_10_languages.tsv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    labeled = sum(row["code"] in row["filled"] for row in rows)
    typed = sum(
        re.fullmatch(r"[0-9]{4}|[0-9]{6}|[0-9]{8}", row["code"]) is not None for row in rows
    )

    assert {("ONE_TIME_CODE", "filled"): labeled, ("ONE_TIME_CODE", "code"): typed} == _counts(file)


def test_messages_of_people(corpus: Path, tmp_path: Path) -> None:
    """Of messages that people write to each other one in five hundred is counted, the real numbers in them among these."""
    lines = (
        (corpus / "02_sms" / "uci_SMSSpamCollection.tsv").read_text(encoding="utf-8").splitlines()
    )
    texts = [line.partition("\t")[2] for line in lines if line.startswith("Ham")]
    counts = _counts(_written(tmp_path / "ham.jsonl", texts))
    found = sum(count for (category, _), count in counts.items() if category != "CONTENT")

    assert len(texts) == counts.pop(("CONTENT", "body"))
    assert 0 < found <= len(texts) / 500


def test_messages_with_labeled_numbers(corpus: Path, tmp_path: Path) -> None:
    """Texts with a number are counted as often as they are labeled, within recall and precision of the table."""
    texts, labeled = [], 0
    for file in sorted((corpus / "01_pii_text").glob("lifebench_*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                texts.append(row["data_to_answer"])
                labeled += any(span["type"] == "PHONE" for span in row["pii_spans"])
    counted = _counts(_written(tmp_path / "messages.jsonl", texts))["PHONE_NUMBER", "body"]

    # Precision and recall of single numbers in LifeBench; what is too much are ids of bookings and meetings.
    assert labeled * 0.94 <= counted <= labeled / 0.70
