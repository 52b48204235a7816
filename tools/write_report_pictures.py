"""Write the pictures of a report in the docs, by Chromium: light, dark and on a phone."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import voxvalley_privacy as vp
from voxvalley_privacy.privacy import report_html

TARGET = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SCREENS: Mapping[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 1000}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 1000}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}


def report() -> str:
    """Return the report of an ordinary configuration, whose tokens are the same in every run."""
    privacy = vp.Privacy(
        records={"call_log": {"schema": "twilio.call", "audiences": ["debug", "support"]}},
        logs={"call": "redacted"},
        cache={"lifetimes": {"media": "1h"}},
        keys=vp.testing.fixed_keys(),
    )
    return report_html(privacy)


def main() -> None:
    """Take a picture of each screen."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium is not installed; .ci/services installs it.")
    TARGET.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, screen in SCREENS.items():
            page = browser.new_page(**screen)
            page.set_content(report())
            page.screenshot(path=TARGET / f"report-{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
