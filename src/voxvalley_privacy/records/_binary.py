"""Binary data, recognized by its content and refused."""

from __future__ import annotations

from ..errors import ConfigurationError

__all__ = ["refuse_binary"]

# How binary files begin, to name them. Source: the specifications and `file(1)`.
_BINARY = (
    (b"PAR1", "Parquet"),
    (b"Obj\x01", "Avro"),
    (b"ORC", "ORC"),
    (b"ARROW1", "Arrow"),
    (b"\xd4\xc3\xb2\xa1", "a packet capture (pcap)"),
    (b"\xa1\xb2\xc3\xd4", "a packet capture (pcap)"),
    (b"\x4d\x3c\xb2\xa1", "a packet capture (pcap)"),
    (b"\xa1\xb2\x3c\x4d", "a packet capture (pcap)"),
    (b"\x0a\x0d\x0d\x0a", "a packet capture (pcapng)"),
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook"),
    (b"SQLite format 3", "a SQLite database"),
    (b"%PDF", "a PDF"),
    (b"RIFF", "audio"),
    (b"OggS", "audio"),
    (b"7z\xbc\xaf", "a 7z archive"),
)
# Controls that text has too: tab, line ends, form feed, the end of a DOS file, colors, a separator.
_CONTROLS = bytes({*range(32)} - {9, 10, 11, 12, 13, 26, 27, 30})
_MOST_CONTROLS = 0.1  # of text whose format was named: a torn log has a hole of NULs


def refuse_binary(head: bytes, /, *, named: bool) -> None:
    """
    Refuse data that is not text.

    Args:
        head: The first bytes, unpacked and in UTF-8.

        named: Whether the caller named the format, so that a few controls are damage.

    Raises:
        voxvalley_privacy.ConfigurationError: If the bytes are binary; the message says of which
            kind, where it is known.
    """
    if not head or not _is_binary(head, named=named):
        return
    kinds = (kind for magic, kind in _BINARY if head.startswith(magic))
    if _is_ber(head):
        raise ConfigurationError(
            "This is ASN.1 (BER), not text, and cannot be read: call records such as TAP3, NRTRDE"
            " and CHF are. Have a decoder write them as JSON or XML, and name the schema:"
            " gsma.tap3, gsma.nrtrde or 3gpp.chf_record."
        )
    raise ConfigurationError(
        f"This is {next(kinds, 'binary data')}, not text, and cannot be read; convert it to CSV,"
        " JSON or text first, or name its encoding if it is text (--encoding utf-16-le)."
    )


def _is_binary(head: bytes, *, named: bool) -> bool:
    controls = len(head) - len(head.translate(None, _CONTROLS))
    strange = head.decode("utf-8", "replace").count("\ufffd")
    if _is_ber(head) and controls + strange:
        return True
    if named:
        return controls > _MOST_CONTROLS * len(head)
    return b"\0" in head or (controls > 0.005 * len(head) and strange > 0.02 * len(head))


def _is_ber(head: bytes) -> bool:
    """Whether the bytes begin with an element of ASN.1 that holds others (X.690, section 8.1)."""
    is_constructed = head[0] & 0x20 and head[0] & 0x1F != 0x1F
    if not is_constructed or len(head) < 3:
        return False
    length = head[1]
    if length < 0x80:
        return 2 + length == len(head)
    size = length & 0x7F
    whole = 2 + size + int.from_bytes(head[2 : 2 + size], "big")
    return 1 <= size <= 4 and whole >= len(head) // 2
