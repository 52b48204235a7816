"""Write payloads as a phone does, for what reads them."""

from __future__ import annotations

from voxvalley_privacy.reading.sms._gsm7 import BASIC, EXTENDED

_CODES = {char: [code] for code, char in enumerate(BASIC) if char != "\x1b"}
_CODES |= {char: [0x1B, code] for code, char in EXTENDED.items()}


def septets(text: str) -> bytes:
    """Spell a text in septets, one a byte."""
    return bytes(code for char in text for code in _CODES[char])


def packed(text: str, header: bytes = b"") -> bytes:
    """Pack a text behind a header."""
    bits, fill = 0, (-8 * len(header)) % 7
    codes = septets(text)
    for at, code in enumerate(codes):
        bits |= code << (fill + 7 * at)
    return header + bits.to_bytes(-(-(fill + 7 * len(codes)) // 8), "little")


def concatenated(reference: int, total: int, number: int, *, wide: bool = False) -> bytes:
    """Write the header of one part."""
    body = reference.to_bytes(2 if wide else 1, "big") + bytes([total, number])
    element = bytes([0x08 if wide else 0x00, len(body)]) + body
    return bytes([len(element)]) + element
