"""What every test gets: the corpus, and how hard Hypothesis tries."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import require

# No deadline: on a busy machine it fails what is right. Time is measured in benchmarks/.
settings.register_profile("default", max_examples=60, deadline=None)
settings.register_profile("quick", max_examples=15, deadline=None)
settings.register_profile(
    "ci", max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

_CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Find the reference corpus, which is read and never copied."""
    folder = Path(os.environ.get("VOXVALLEY_PRIVACY_CORPUS") or _CHECKOUT.parent / "shared" / "data")
    if not folder.is_dir():
        require.absent("The reference corpus is not on this machine.", required_by=require.CORPUS)
    return folder
