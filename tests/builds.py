"""What holds for one build of the library only."""

from __future__ import annotations

import pytest

import voxvalley_privacy as vp

__all__ = ["pure_only"]

pure_only = pytest.mark.skipif(
    vp.compiled, reason="Compiled code calls itself directly: nothing in it can be replaced."
)
