"""The policies to start from, one for each audience, and the parts of one's own."""

from __future__ import annotations

from ._policy import Budget, Policy
from ._presets import analytics, billing, debug, labels, public, share, support

__all__ = [
    "Budget",
    "Policy",
    "analytics",
    "billing",
    "debug",
    "labels",
    "public",
    "share",
    "support",
]
