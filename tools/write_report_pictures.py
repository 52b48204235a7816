"""Write the pictures of a report in the docs, by Chromium: light, dark and on a phone."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import voxvalley_privacy as vp
from voxvalley_privacy.privacy import report_html

TARGET = Path(__file__).resolve().parents[1] / "docs" / "pictures"
WINDOWS = {"light": ("1280,1000", ()), "phone": ("500,900", ()), "dark": ("1280,1000", ("--blink-settings=preferredColorScheme=0",))}  # fmt: skip


def main() -> None:
    """Write the pictures of the report of an ordinary configuration."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium is not installed; .ci/services installs it.")
    privacy = vp.Privacy(
        records={"call_log": {"schema": "twilio.call", "audiences": ["debug", "support"]}},
        logs={"call": "redacted"},
        cache={"lifetimes": {"media": "1h"}},
    )
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        page.write_text(report_html(privacy), encoding="utf-8")
        for name, (size, more) in WINDOWS.items():
            subprocess.run(
                [
                    chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                    f"--window-size={size}", f"--user-data-dir={folder}/{name}", *more,
                    f"--screenshot={TARGET}/report-{name}.png", page.as_uri(),
                ],
                check=True, capture_output=True,
            )  # fmt: skip


if __name__ == "__main__":
    main()
