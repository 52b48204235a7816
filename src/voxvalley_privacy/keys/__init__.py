"""Key rings, the keys derived from them, and the letters that tokens are spelled in."""

from __future__ import annotations

from ._derivation import Mac, hkdf_sha256
from ._ring import KeyRing
from ._text import ALPHABET, spell, unspell

__all__ = ["ALPHABET", "KeyRing", "Mac", "hkdf_sha256", "spell", "unspell"]
