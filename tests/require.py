"""Skip a test whose means are not on this machine, or fail it where they must be."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

CORPUS = "VOXVALLEY_PRIVACY_REQUIRE_CORPUS"
SERVICES = "VOXVALLEY_PRIVACY_REQUIRE_SERVICES"


def absent(reason: str, *, required_by: str) -> NoReturn:
    """
    Skip the running test, or fail it if the flag is set.

    Args:
        reason: What is not there.

        required_by: The environment variable that turns this skip into a failure: `CORPUS` or `SERVICES`.
    """
    if os.environ.get(required_by) == "1":
        pytest.fail(f"{reason} ({required_by}=1)", pytrace=False)
    pytest.skip(reason)
