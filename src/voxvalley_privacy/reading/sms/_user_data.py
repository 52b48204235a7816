"""
The content of a message: the user data header, and the text in its alphabet.

Source: 3GPP TS 23.040 version 18, section 9.2.3.24 (header); 3GPP TS 23.038 version 18, sections 4
(coding scheme) and 6.2 (alphabets).
"""

from __future__ import annotations

import attrs

from ._gsm7 import spelled, unpacked

__all__ = ["UserData", "UserDataHeader", "decode_user_data", "parse_udh", "writable"]

_LONGEST = 65_536  # bytes; a message_payload TLV holds no more
_CONCATENATED, _CONCATENATED_WIDE = 0x00, 0x08
_SINGLE_SHIFT, _LOCKING_SHIFT = 0x24, 0x25
_PORTS = frozenset({0x04, 0x05})
# Groups of coding schemes above the general ones.
_ALPHABETS = {0xC: "gsm7", 0xD: "gsm7", 0xE: "ucs2", 0xF: "gsm7"}


@attrs.frozen(kw_only=True)
class UserDataHeader:
    """
    Say which part of which message this is.

    Args:
        reference: Number that the parts of one message share; None when it is in one part.

        total: How many parts there are, 1 to 255.

        number: Which one this is, 1 to *total*.

        wide: Whether the reference has 16 bits rather than 8.

        length: Bytes that the header takes, its length byte among them.

        shifted: Whether a national language table is used: digits may then be spelled in ways the
            default alphabet does not say.

        ports: Whether it is addressed to a program, so that its content is data.
    """

    reference: int | None = None
    total: int = 1
    number: int = 1
    wide: bool = False
    length: int = 0
    shifted: bool = False
    ports: bool = False


@attrs.frozen(kw_only=True)
class UserData:
    """
    Hold what was decoded; its repr shows no text.

    Args:
        text: The text; None when it is binary, compressed, or in an alphabet that is not known.

        header: Which part it is.
    """

    text: str | None = attrs.field(
        repr=lambda text: "None" if text is None else f"<{len(text)} hidden>"
    )
    header: UserDataHeader = UserDataHeader()


def parse_udh(data: bytes, /) -> UserDataHeader | None:
    """
    Read the user data header that *data* begins with.

    Returns:
        The header; None when it is broken: longer than the data, an element that reaches over its
        end, a part 0 or beyond the total. Of an element that comes twice the last one holds.
    """
    if not data or data[0] >= len(data):
        return None
    end = 1 + data[0]
    header = UserDataHeader(length=end)
    at = 1
    while at < end:
        if at + 1 >= end or at + 2 + data[at + 1] > end:
            return None
        kind, body = data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + len(body)
        if kind in (_CONCATENATED, _CONCATENATED_WIDE):
            wide = kind == _CONCATENATED_WIDE
            if len(body) != (4 if wide else 3) or not 1 <= body[-1] <= body[-2]:
                return None
            reference = int.from_bytes(body[:-2], "big")
            header = attrs.evolve(
                header, reference=reference, total=body[-2], number=body[-1], wide=wide
            )
        elif kind in (_SINGLE_SHIFT, _LOCKING_SHIFT):
            header = attrs.evolve(header, shifted=True)
        elif kind in _PORTS:
            header = attrs.evolve(header, ports=True)
    return header


def decode_user_data(
    data: bytes | str,
    /,
    *,
    dcs: int = 0,
    udhi: bool = False,
    septets: int | None = None,
    packed: bool = True,
) -> UserData:
    """
    Decode the user data of a message.

    Args:
        data: The bytes, or their hexadecimal digits.

        dcs: The data coding scheme: 0 GSM 7-bit, 4 binary, 8 UCS-2, and the other groups that say
            one of these.

        udhi: Whether the data begins with a header, as the message's flag says (SMPP: bit 6 of
            esm_class).

        septets: How many septets there are, the header's among them, as TP-UDL says; None for as
            many as fit.

        packed: Whether septets are packed, as in a PDU. SMPP gateways mostly send them one a byte.

    Returns:
        The text and the part it is. The text is None when it cannot be known; nothing raises.
    """
    raw = _bytes(data)
    if raw is None:
        return UserData(text=None)
    header = parse_udh(raw) if udhi else UserDataHeader()
    if header is None:
        return UserData(text=None)
    return UserData(text=_text(raw, header, dcs, septets, packed=packed), header=header)


def writable(text: str, /) -> str:
    """Return *text* with halves of surrogate pairs replaced: no file takes them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _bytes(data: bytes | str) -> bytes | None:
    if len(data) > 2 * _LONGEST:
        return None
    try:
        return bytes.fromhex(data) if isinstance(data, str) else bytes(data)
    except (ValueError, TypeError):
        return None


def _text(
    raw: bytes, header: UserDataHeader, dcs: int, septets: int | None, *, packed: bool
) -> str | None:
    alphabet = _alphabet(dcs)
    body = raw[header.length :]
    if header.ports or header.shifted or alphabet is None:
        return None
    if alphabet == "ucs2":
        # Pairs of surrogates are read, as phones write them; a part may end in half a pair.
        return body[: len(body) // 2 * 2].decode("utf-16-be", "surrogatepass")
    if not packed:
        return spelled(body) if not any(byte & 0x80 for byte in body) else None
    head = -(-8 * header.length // 7)  # septets that the header takes
    count = None if septets is None else septets - head
    return spelled(unpacked(body, count=count, fill=(-8 * header.length) % 7))


def _alphabet(dcs: int) -> str | None:
    """
    Return the alphabet that a coding scheme says; None for binary, compressed and reserved ones.
    """
    if not 0 <= dcs <= 0xFF:
        return None
    group = dcs >> 4
    if group < 8:
        compressed = dcs & 0x20
        return None if compressed else ("gsm7", None, "ucs2", None)[dcs >> 2 & 3]
    if group == 0xF and dcs & 0x04:  # eight bits
        return None
    return _ALPHABETS.get(group)
