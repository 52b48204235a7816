"""Discrete Laplace noise in whole numbers: no float is on the way, so no low bit tells anything."""

from __future__ import annotations

import secrets
from fractions import Fraction

__all__ = ["Bits", "laplace", "margin"]

# A cell below the line passes the noisy one by chance in fewer than one of this many.
_CHANCE = 1_000_000
_CHUNK = 128  # bytes


class Bits:
    """
    Random bits, drawn many at a time: a call to the system for each costs more than the noise.

    For one release only: two threads or processes must never share bits.
    """

    def __init__(self) -> None:
        self._bits = 0
        self._left = 0

    def take(self, size: int, /) -> int:
        """Return so many bits, which are used once."""
        if self._left < size:
            self._bits = int.from_bytes(secrets.token_bytes(_CHUNK), "big")
            self._left = _CHUNK * 8
        taken = self._bits & ((1 << size) - 1)
        self._bits >>= size
        self._left -= size
        return taken

    def below(self, top: int, /) -> int:
        """Return a whole number from 0 that is below *top*, each with the same chance."""
        size = (top - 1).bit_length()
        if size > _CHUNK * 8:
            return secrets.randbelow(top)
        number = self.take(size)
        while number >= top:
            number = self.take(size)
        return number


def laplace(scale: Fraction, bits: Bits, /) -> int:
    """
    Draw a whole number x with a probability proportional to exp(-|x| / scale).

    Source: Canonne, Kamath, Steinke, The Discrete Gaussian for Differential Privacy, 2020,
    algorithm 2.
    """
    top, bottom = scale.numerator, scale.denominator
    while True:
        rest = bits.below(top)
        if not _happens(rest, top, bits):
            continue
        rounds = 0
        while _happens(1, 1, bits):
            rounds += 1
        size = (rest + top * rounds) // bottom
        negative = bits.take(1)
        # Zero has no sign: half of its draws are taken again, or it would come up twice as often.
        if negative and not size:
            continue
        return -size if negative else size


def _happens(top: int, bottom: int, bits: Bits) -> bool:
    """Return true with probability exp(-top / bottom), for a fraction from 0 to 1."""
    turn = 1
    while bits.below(bottom * turn) < top:
        turn += 1
    return turn % 2 == 1


def margin(scale: Fraction, /) -> int:
    """Return what a noisy count must have above the line, so that none below passes by chance."""
    # 0.6932 is above the logarithm of 2: halving often enough, counted in whole numbers.
    halvings = (_CHANCE // 2).bit_length()
    return int(scale * halvings * Fraction(6932, 10_000)) + 1
