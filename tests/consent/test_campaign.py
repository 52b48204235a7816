"""The page on the campaign shows what its example prints."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).parents[2]


def test_the_page_is_a_run():
    """Every number on the page comes from a run of the example."""
    from examples.consent_campaign import report

    page = (_ROOT / "docs" / "how-to" / "consent-campaign.md").read_text("utf-8")
    shown = page.partition("<!-- report -->\n```text\n")[2].partition(
        "\n```\n<!-- end of report -->"
    )[0]
    assert report() == shown
