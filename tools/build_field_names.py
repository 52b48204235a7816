"""
Write `facts/field_names.json`: what the record schemas say of names that the words alone would judge otherwise.

    python tools/build_field_names.py MORE_SCHEMAS.json ...
    python tools/build_field_names.py --check MORE_SCHEMAS.json ...

Read are the schemas of the package and the tables given. A name that is personal in one schema and technical in none is
personal; one that is technical in two or more and personal in none is technical; the others are left to the words.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from voxvalley_privacy.names import TECHNICAL, Verdict, words_of
from voxvalley_privacy.names._judge import judge_by_words
from voxvalley_privacy.names._word_classes import MODIFIERS, NEUTRAL, WRAPPERS
from voxvalley_privacy.vocabulary import DataCategory as C

FACTS = Path(__file__).resolve().parents[1] / "src" / "voxvalley_privacy" / "facts"
TARGET = FACTS / "field_names.json"

# Categories that say neither: they are looked through, whatever the name.
_OPEN = frozenset({C.FREE_TEXT, C.RAW_MESSAGE, C.URL, C.UNKNOWN})
_SCHEMAS_OF_TECHNICAL = 2
# Schemas give a group's category to all in it; what the last word measures is not personal for that.
_MEASURED = frozenset({C.DURATION, C.TIMESTAMP, C.PRICE})
_MEASURES = frozenset(
    {"class", "count", "length", "method", "permission", "size", "status", "type", "version"}
)
# Names of files are technical; which of them hold a recording the words say.
_FILES = frozenset({"filename", "filepath", "prefix"})
_OF_FILES = frozenset({("file", "name"), ("file", "path")})
_FIELDS_OF_HEAD = 3

Said = dict[tuple[tuple[str, ...], ...], dict[C, set[str]]]


def fields(more: list[Path]) -> Iterator[tuple[str, str, C]]:
    """Yield schema, path and category of every field of every schema."""
    for file in (*sorted((FACTS / "schemas").glob("*.json")), *more):
        table: dict[str, Any] = json.loads(file.read_text("utf-8"))
        full = {short: row["name"] for short, row in table.get("categories", {}).items()}
        for schema, described in table.get("schemas", table).items():
            for path, row in described["fields"].items():
                name = row[0] if isinstance(row, list) else row["category"]
                yield schema, path, C(full.get(str(name), str(name)))


def steps_of(path: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of the last two names of a path."""
    steps = (words_of(step) for step in path.replace("[]", "").replace("*", "").split("."))
    return tuple(words for words in steps if words)[-2:]


def collected(more: list[Path]) -> Said:
    """Return what the schemas say of each name, with the name above it and without."""
    said: Said = defaultdict(lambda: defaultdict(set))
    for schema, path, category in fields(more):
        steps = steps_of(path)
        if not steps or category in _OPEN:
            continue
        for name in {steps, steps[-1:]}:
            said[name][category].add(schema)
    return said


def agreed(said: dict[C, set[str]]) -> C | None:
    """Return the category that the schemas agree on, as far as personal or technical goes."""
    personal = {category for category in said if category not in TECHNICAL}
    if personal and len(personal) < len(said):
        return None
    schemas = set().union(*said.values())
    if not personal and len(schemas) < _SCHEMAS_OF_TECHNICAL:
        return None
    return max(sorted(said), key=lambda category: len(said[category]))


def generic(name: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a name by itself is too common to mean anything: `value`, `data`, `x`."""
    words = [word for word in name[-1] if not word.isdigit()]
    return len(name) == 1 and (
        len("".join(words)) < 3 or all(word in MODIFIERS | NEUTRAL | WRAPPERS for word in words)
    )


def doubtful(name: tuple[tuple[str, ...], ...], judged: Verdict, said: dict[C, set[str]]) -> bool:
    """Whether the words know better than a single schema: a measure in a personal group, the id of a record."""
    if judged.category in _MEASURED or name[-1][-1] in _MEASURES:
        return True
    return judged.category is C.RECORD_ID or name[-1][-2:] in _OF_FILES or name[-1][-1] in _FILES


def built(more: list[Path]) -> str:
    """Return the content of the table."""
    said = collected(more)
    names: dict[str, set[str]] = defaultdict(set)
    for name, categories in said.items():
        category = agreed(categories)
        if category is None or generic(name):
            continue
        judged = judge_by_words(name)
        if (category in TECHNICAL) == (not judged.personal):
            continue
        if doubtful(name, judged, categories):
            continue
        names[category.value].add("".join(word for step in name for word in step))
    rows = {category: " ".join(sorted(entries)) for category, entries in sorted(names.items())}
    table = {"names": rows, "heads": " ".join(heads(said))}
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def heads(said: Said) -> list[str]:
    """Return the last words that are technical in every schema, and in several names."""
    seen: dict[str, list[bool]] = defaultdict(list)
    for name, categories in said.items():
        if len(name) == 1:
            seen[name[0][-1]].append(all(category in TECHNICAL for category in categories))
    return sorted(
        word
        for word, technical in seen.items()
        if len(technical) >= _FIELDS_OF_HEAD and all(technical) and word.isalpha()
    )


def main(arguments: list[str]) -> int:
    """Write the table, or tell with `--check` whether it is fresh."""
    content = built([Path(argument) for argument in arguments if argument != "--check"])
    if "--check" in arguments:
        return int(content != TARGET.read_text("utf-8"))
    TARGET.write_text(content, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
