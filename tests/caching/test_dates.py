"""HTTP dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy.caching._freshness import parse_date


@given(st.integers(min_value=-2_000_000_000, max_value=200_000_000_000))
def test_round_trip(seconds):
    """What the standard library writes is read back."""
    at = datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
    assert at == parse_date(format_datetime(at, usegmt=True))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 8:49:37 GMT ",
        "Sun, 06 Nov 1994 08.49.37 GMT",
        "Sun  06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Mon, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:60 GMT",
        "Sun, 31 Feb 2026 08:49:37 GMT",
        "Sun, +6 Nov 1994 08:49:37 GMT",
        "Sun, ０6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:4\n:37 GMT",
    ],
)
def test_refuses(text):
    """Anything but an exact IMF-fixdate is no date."""
    assert None is parse_date(text)
