"""Write the JSON Schema of the settings file, which ships with the library."""

from __future__ import annotations

import json
from pathlib import Path

from voxvalley_privacy.privacy import json_schema

TARGET = Path(__file__).resolve().parents[1] / "src/voxvalley_privacy/privacy/privacy.schema.json"

if __name__ == "__main__":
    TARGET.write_text(json.dumps(json_schema(), indent=1) + "\n", encoding="utf-8")
