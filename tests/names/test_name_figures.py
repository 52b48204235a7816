"""How the judge does on public names of fields, and whether its table is fresh."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import voxvalley_privacy as vp
from tests import require
from voxvalley_privacy.names import judge
from voxvalley_privacy.vocabulary import DataCategory as C

ROOT = Path(__file__).resolve().parents[2]
TECHNICAL = {
    "TECHNICAL",
    "STATUS",
    "RECORD_ID",
    "ACCOUNT_ID",
    "TIMESTAMP",
    "DURATION",
    "PRICE",
    "HOST",
    "REGION",
}
HARD = ("PERSON_NAME", "CREDENTIAL", "CONTENT", "LOCATION", "SUBSCRIBER_ID")


def _path(row: dict[str, str]) -> tuple[str, ...]:
    name = row["path"].replace("[]", "")
    return tuple(name.split(".")) if row["format"] == "json" else (name,)


def test_public_names(corpus: Path) -> None:
    """Nearly all names of the hard categories are told by the name alone, and nearly all technical ones left alone."""
    file = corpus / "13_field_names" / "names.jsonl"
    if not file.is_file():
        require.absent("The names of fields are not in this corpus.", required_by=require.CORPUS)
    seen: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        category = row["category"]
        if row.get("doubt") or category not in TECHNICAL.union(HARD):
            continue
        technical = category in TECHNICAL
        verdict = judge(_path(row), row["sample"] if technical else "kestrel")
        group = "technical" if technical else category
        seen[group] += 1
        right[group] += technical != (
            verdict.personal and verdict.category not in (C.FREE_TEXT, C.URL)
        )
    shares = {group: right[group] / seen[group] for group in seen}

    assert [] == [group for group in HARD if shares[group] < 0.93], shares
    assert shares["technical"] >= 0.975


def test_the_table_is_fresh(corpus: Path) -> None:
    """`facts/field_names.json` is what its tool makes of the schemas."""
    more = corpus.parent / "facts" / "record_schemas_2.json"
    if not more.is_file():
        require.absent(
            "The second table of schemas is not on this machine.", required_by=require.CORPUS
        )
    command = [sys.executable, str(ROOT / "tools" / "build_field_names.py"), "--check", str(more)]

    assert 0 == subprocess.run(command, check=False).returncode


def test_the_words_are_in_order() -> None:
    """Each list of words is sorted, each category says why, and no phrase is in two categories."""
    table = json.loads((Path(vp.__file__).parent / "facts" / "field_words.json").read_text("utf-8"))
    seen: dict[str, str] = {}
    for category, languages in table.items():
        assert category in C.__members__
        assert languages.pop("why")
        for words in languages.values():
            assert sorted(words) == words
            assert {category} >= {
                seen.setdefault(word.replace(" ", ""), category) for word in words
            }


def test_first_judgement_is_cheap() -> None:
    """The package and its redactors load without the words; the first judgement reads them."""
    code = (
        "import voxvalley_privacy as vp; from voxvalley_privacy.names import _lexicon, judge;"
        "vp.Redactor(vp.policies.labels()); assert 0 == _lexicon.lexicon.cache_info().currsize;"
        "judge(('caller',)); assert 1 == _lexicon.lexicon.cache_info().currsize"
    )

    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
