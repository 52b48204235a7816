"""What every test gets: the corpus, and how hard Hypothesis tries."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from tests import require

_CHECKOUT = Path(__file__).resolve().parents[1]

# No deadline: on a busy machine it fails what is right; time is measured in benchmarks/.
# A database is named, since Hypothesis takes none where CI is set, and then looks for one through the settings of all
# parameters of a test, until the stack ends.
_ALWAYS = settings(
    deadline=None,
    derandomize=False,
    print_blob=True,
    database=DirectoryBasedExampleDatabase(_CHECKOUT / ".hypothesis" / "examples"),
)
settings.register_profile("default", _ALWAYS, max_examples=60)
settings.register_profile("quick", _ALWAYS, max_examples=15)
settings.register_profile(
    "ci", _ALWAYS, max_examples=150, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Find the reference corpus, which is read and never copied."""
    folder = Path(
        os.environ.get("VOXVALLEY_PRIVACY_CORPUS") or _CHECKOUT.parent / "shared" / "data"
    )
    if not folder.is_dir():
        require.absent("The reference corpus is not on this machine.", required_by=require.CORPUS)
    return folder
