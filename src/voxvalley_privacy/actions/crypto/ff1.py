"""
FF1: numerals encrypted into as many numerals of the same radix.

FF3 and FF3-1 are not here: NIST withdrew them. Source: NIST SP 800-38G, algorithms 7 and 8; SP
800-38G r1 (2nd draft), section 5.1, for the smallest domain of a million.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import attrs

from ...errors import ConfigurationError
from ...keys import KeyRing

__all__ = ["FF1", "DigitPseudonymizer"]

_SMALLEST_DOMAIN = 10**6
_FEWEST_DIGITS = 6
_BLOCK = 16


class FF1:
    """
    Encrypt and decrypt sequences of numerals.

    Args:
        key: 16, 24 or 32 bytes, for AES.

        radix: How many numerals there are: 2 to 65536.

    Raises:
        voxvalley_privacy.ConfigurationError: If *key* or *radix* is out of range; later, if a
            sequence has fewer than a million
            values of its length or a numeral out of range.
    """

    __slots__ = ("_cipher", "_radix")

    def __init__(self, key: bytes, /, *, radix: int = 10) -> None:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        if len(key) not in {16, 24, 32} or not 2 <= radix <= 65536:
            raise ConfigurationError(
                f"FF1 needs a key of 16, 24 or 32 bytes and a radix of 2 to 65536 (got {radix})."
            )
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 # the chaining is done below
        self._radix = radix

    def encrypt(self, numerals: Sequence[int], tweak: bytes = b"", /) -> tuple[int, ...]:
        """Return the numerals that stand for *numerals* under *tweak*."""
        return self._permute(numerals, tweak, back=False)

    def decrypt(self, numerals: Sequence[int], tweak: bytes = b"", /) -> tuple[int, ...]:
        """Return the numerals that *numerals* stand for under *tweak*."""
        return self._permute(numerals, tweak, back=True)

    def _permute(self, numerals: Sequence[int], tweak: bytes, *, back: bool) -> tuple[int, ...]:
        self._check(numerals)
        size, half = len(numerals), len(numerals) // 2
        left, right = self._number(numerals[:half]), self._number(numerals[half:])
        # With its halves swapped, decryption is the same network run backwards.
        if back:
            right, left = self._feistel((right, left), size, tweak, range(9, -1, -1), -1)
        else:
            left, right = self._feistel((left, right), size, tweak, range(10), 1)
        return self._numerals(left, half) + self._numerals(right, size - half)

    def _feistel(
        self, halves: tuple[int, int], size: int, tweak: bytes, rounds: range, sign: int
    ) -> tuple[int, int]:
        one, other = halves
        radix = self._radix
        moduli = radix ** (size // 2), radix ** (size - size // 2)
        width = ((moduli[1] - 1).bit_length() + 7) // 8  # b: bytes that hold the longer half
        kept = 4 * ((width + 3) // 4) + 4  # d: bytes of the round function
        head = b"\1\2\1" + radix.to_bytes(3, "big") + bytes([10, size // 2 % 256])
        fixed = head + size.to_bytes(4, "big") + len(tweak).to_bytes(4, "big") + tweak
        fixed += bytes(-(len(tweak) + width + 1) % _BLOCK)
        # A new encryptor for each value, as one that two threads use at once raises; it serves all
        # rounds.
        aes = self._cipher.encryptor().update
        # What no round changes is chained once.
        whole = len(fixed) - len(fixed) % _BLOCK
        state, rest = _chain(aes, 0, fixed[:whole]), fixed[whole:]
        for index in rounds:
            last = _chain(aes, state, rest + bytes([index]) + other.to_bytes(width, "big"))
            number = _stretch(aes, last, kept)
            one, other = other, (one + sign * number) % moduli[index % 2]
        return one, other

    def _check(self, numerals: Sequence[int]) -> None:
        """Refuse what FF1 is not for, without showing it."""
        # Twenty numerals of any radix are more than a million already.
        if self._radix ** min(len(numerals), 20) < _SMALLEST_DOMAIN:
            raise ConfigurationError(
                f"FF1 needs a million values or more; {len(numerals)} numerals have fewer."
            )
        if not all(0 <= numeral < self._radix for numeral in numerals):
            raise ConfigurationError(f"A numeral is not in 0 to {self._radix - 1}.")

    def _number(self, numerals: Sequence[int]) -> int:
        number = 0
        for numeral in numerals:
            number = number * self._radix + numeral
        return number

    def _numerals(self, number: int, size: int) -> tuple[int, ...]:
        numerals = []
        for _ in range(size):
            number, numeral = divmod(number, self._radix)
            numerals.append(numeral)
        return tuple(reversed(numerals))


@attrs.frozen
class DigitPseudonymizer:
    """
    Replace digits by as many other digits, one to one.

    The result is a number like any other, possibly somebody's, and a replaced one cannot be told
    from a real one.

    Args:
        keys: The active key replaces.

        purpose: What the results are for, or any other context whose results must not join with
            others.
    """

    keys: KeyRing
    purpose: str = attrs.field(default="", kw_only=True)
    _cipher: FF1 = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(
            lambda self: FF1(self.keys.derive(f"digits/{self.purpose}")), takes_self=True
        ),
    )

    def __call__(self, digits: str, /, *, context: str = "") -> str | None:
        """
        Return the digits that stand for *digits* in *context*, as after a calling code.

        None unless *digits* are 6 or more digits of ASCII: shorter ones are a table that can be
        written down.
        """
        if len(digits) < _FEWEST_DIGITS or not (digits.isascii() and digits.isdigit()):
            return None
        return "".join(
            map(
                str,
                self._cipher.encrypt([*map(int, digits)], context.encode("utf-8", "surrogatepass")),
            )
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (partial(DigitPseudonymizer, self.keys, purpose=self.purpose), ())


def _chain(aes: Callable[[bytes], bytes], state: int, data: bytes) -> int:
    """Compute CBC-MAC, going on from *state*."""
    for start in range(0, len(data), _BLOCK):
        state ^= int.from_bytes(data[start : start + _BLOCK], "big")
        state = int.from_bytes(aes(state.to_bytes(_BLOCK, "big")), "big")
    return state


def _stretch(aes: Callable[[bytes], bytes], block: int, size: int) -> int:
    """Make a number of *size* bytes from a block."""
    if size <= _BLOCK:
        return block >> 8 * (_BLOCK - size)
    counted = b"".join(
        (block ^ index).to_bytes(_BLOCK, "big") for index in range(1, -(-size // _BLOCK))
    )
    stretched = block.to_bytes(_BLOCK, "big") + aes(counted)
    return int.from_bytes(stretched[:size], "big")
