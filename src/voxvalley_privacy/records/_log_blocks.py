"""Blocks of a log that hold whole entries: no message begins in one and ends in the next."""

from __future__ import annotations

from collections.abc import Iterator

from ._line_format import SIP_START, Format

__all__ = ["start_of_last", "whole_entries"]

_LONGEST_ENTRY = 1 << 18  # bytes that are held back until the rest of an entry comes


def whole_entries(read: Iterator[bytes], log: Format | None) -> Iterator[bytes]:
    """Cut blocks so that no message or block of pairs begins in one and ends in the next."""
    held = b""
    for block in read:
        whole = held + block
        cut = start_of_last(whole, log)
        if len(whole) - cut > _LONGEST_ENTRY or not block.endswith(b"\n"):
            cut = len(whole)
        held = whole[cut:]
        if cut:
            yield whole[:cut]
    if held:
        yield held


def start_of_last(block: bytes, log: Format | None) -> int:
    """Return where the last entry that may go on begins."""
    if log is not None and log.style:
        return max(block.rfind(b"\n\n") + 2, block.rfind(b"\n\r\n") + 3) if b"\n" in block else 0
    end = len(block)
    at = block.rfind(b"SIP/2.0", max(0, end - (1 << 16)))
    while at >= 0:
        start = block.rfind(b"\n", 0, at) + 1
        if SIP_START.match(block[start : at + 12].decode("utf-8", "replace")):
            return start
        at = block.rfind(b"SIP/2.0", max(0, end - (1 << 16)), start)
    return end
