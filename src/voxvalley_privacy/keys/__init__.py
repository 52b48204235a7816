"""Key rings and what is derived from them."""

from __future__ import annotations

from ._derivation import hkdf_sha256
from ._letters import ALPHABET, spell, unspell
from ._mac import Mac
from ._ring import KeyRing

__all__ = ["ALPHABET", "KeyRing", "Mac", "hkdf_sha256", "spell", "unspell"]
