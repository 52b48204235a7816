"""
Write `facts/schema_index.json`: what the schemas hold, so that no file is read for a list or a guess.

    python tools/build_schema_index.py [--check]

Run it after every change in `facts/schemas`. A file that the index does not know is read all the same.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from voxvalley_privacy.schemas._folder import entries_of

FACTS = Path(__file__).resolve().parents[1] / "src" / "voxvalley_privacy" / "facts"
TARGET = FACTS / "schema_index.json"


def written() -> str:
    """Return the index of the folder, one schema a line."""
    files: list[str] = []
    for file in sorted((FACTS / "schemas").glob("*.json")):
        entries = entries_of(json.loads(file.read_bytes()))
        lines = [
            f"  {json.dumps(name)}: {json.dumps(entry, ensure_ascii=False)}"
            for name, entry in entries.items()
        ]
        schemas = ",\n".join(lines)
        size = file.stat().st_size
        files.append(f' "{file.name}": {{"size": {size}, "schemas": {{\n{schemas}\n }}}}')
    return "{\n" + ",\n".join(files) + "\n}\n"


def main() -> None:
    """Write the index, or say that it is not what the folder makes of it."""
    text = written()
    if "--check" in sys.argv:
        if TARGET.read_text(encoding="utf-8") != text:
            raise SystemExit("The index is not that of the folder; run this tool.")
        return
    TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
