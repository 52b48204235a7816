"""Discrete Laplace noise in whole numbers: no float is on the way, so no low bit tells anything."""

from __future__ import annotations

import secrets
from fractions import Fraction

__all__ = ["laplace", "margin"]

# A cell below the line passes the noisy one by chance in fewer than one of this many.
_CHANCE = 1_000_000


def laplace(scale: Fraction, /) -> int:
    """
    Draw a whole number x with a probability proportional to exp(-|x| / scale).

    Source: Canonne, Kamath, Steinke, The Discrete Gaussian for Differential Privacy, 2020,
    algorithm 2.
    """
    top, bottom = scale.numerator, scale.denominator
    while True:
        rest = secrets.randbelow(top)
        if not _happens(rest, top):
            continue
        rounds = 0
        while _happens(1, 1):
            rounds += 1
        size = (rest + top * rounds) // bottom
        negative = secrets.randbits(1)
        # Zero has no sign: half of its draws are taken again, or it would come up twice as often.
        if negative and not size:
            continue
        return -size if negative else size


def _happens(top: int, bottom: int) -> bool:
    """Return true with probability exp(-top / bottom), for a fraction from 0 to 1."""
    turn = 1
    while secrets.randbelow(bottom * turn) < top:
        turn += 1
    return turn % 2 == 1


def margin(scale: Fraction, /) -> int:
    """Return what a noisy count must have above the line, so that none below passes by chance."""
    # 0.6932 is above the logarithm of 2: halving often enough, counted in whole numbers.
    halvings = (_CHANCE // 2).bit_length()
    return int(scale * halvings * Fraction(6932, 10_000)) + 1
