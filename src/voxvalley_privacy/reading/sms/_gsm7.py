"""
The GSM 7-bit default alphabet and how septets are packed.

Source: 3GPP TS 23.038 version 18, sections 6.1.2.1 (packing), 6.2.1 and 6.2.1.1 (alphabet and its
extension).
"""

from __future__ import annotations

__all__ = ["BASIC", "EXTENDED", "spelled", "unpacked"]

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
_ESCAPE = 0x1B


def unpacked(data: bytes, /, *, count: int | None = None, fill: int = 0) -> bytes:
    """
    Return the septets in *data*, one a byte.

    Args:
        data: Packed septets, the first in the low bits.

        count: How many there are, as the length field says; None for as many as fit.

        fill: Bits before the first one, 0 to 6, that bring it to a septet boundary behind a header.
    """
    bits = int.from_bytes(data, "little") >> fill
    fit = max(0, (8 * len(data) - fill) // 7)
    size = fit if count is None else max(0, min(count, fit))
    return bytes((bits >> 7 * at) & 0x7F for at in range(size))


def spelled(septets: bytes, /) -> str:
    """
    Return the text that septets, one a byte, spell; an extension that nobody defined reads as the
    table says, a space.
    """
    out = []
    escaped = False
    for septet in septets:
        if escaped:
            out.append(EXTENDED.get(septet, " " if septet == _ESCAPE else BASIC[septet & 0x7F]))
            escaped = False
        elif septet == _ESCAPE:
            escaped = True
        else:
            out.append(BASIC[septet & 0x7F])
    return "".join(out)
