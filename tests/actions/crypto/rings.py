"""Key rings that never change, so that what they make can stand in a test."""

from __future__ import annotations

import hashlib

from voxvalley_privacy.keys import KeyRing


def _secret(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


RING = KeyRing(
    {"bcdfgh": _secret("one"), "jkmnpr": _secret("two")}, active="bcdfgh", destroyed=["xxxxxx"]
)
OTHER = KeyRing({"bcdfgh": _secret("three"), "tvwxbc": _secret("four")}, active="bcdfgh")
