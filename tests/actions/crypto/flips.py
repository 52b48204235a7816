"""Texts that are almost a token."""

from __future__ import annotations

from collections.abc import Iterator


def bit_flips(token: str) -> Iterator[str]:
    """Turn over each of the seven bits of each letter."""
    for index, letter in enumerate(token):
        for bit in range(7):
            yield token[:index] + chr(ord(letter) ^ 1 << bit) + token[index + 1 :]


def mangled(token: str) -> Iterator[str]:
    """Cut, extend, repeat, reverse and respell."""
    for length in range(len(token)):
        yield token[:length]
        yield token[len(token) - length :] if length else ""
        yield token[:length] + token[length + 1 :]
    yield from (token + more for more in ("b", "bb", "b" * 32, "\n", " ", "\0", "A", "é", token))
    yield from (more + token for more in ("b", " ", "\ufeff", "[", "0"))
    yield from (token.upper(), token.lower(), token.title(), token.swapcase(), token[::-1])
    # Full-width letters, which normalization would turn into the token.
    yield "".join(chr(ord(letter) + 0xFEE0) for letter in token)
    yield token.replace("b", "\N{CYRILLIC SMALL LETTER SOFT SIGN}", 1) if "b" in token else "b"
