"""The schemas that laws go through: all of them once, a third on each further interpreter."""

from __future__ import annotations

import os

import voxvalley_privacy as vp

__all__ = ["every_schema"]


def every_schema() -> tuple[str, ...]:
    """Give all names of schemas, or every third one where Hypothesis takes its quick profile."""
    names = vp.schemas.names()
    return names[::3] if os.environ.get("HYPOTHESIS_PROFILE") == "quick" else names
