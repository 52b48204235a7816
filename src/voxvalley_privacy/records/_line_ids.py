"""
Lines that differ only in the ids of their channels are treated once.

Every call of Asterisk has channels with a number of their own, `PJSIP/1001-0000002a`, which says
nothing of anybody and stays. Without it most messages of a log are a few hundred, again and again:
measured, 4 to 6 times as fast on an Asterisk full log.
"""

from __future__ import annotations

import re

__all__ = ["with_ids", "without_ids"]

# The name of a channel as the reader of channels knows it, and its number: eight hex digits.
_ID = re.compile(
    r"""
    ( (?<![\w/]) (?: PJSIP | SIP | IAX2 | DAHDI | SCCP ) /  # the technology
      [A-Za-z0-9_.]{1,40} (?: -[A-Za-z][A-Za-z0-9_.]{0,40} )? )  # the peer
    ( -0[0-9a-f]{7} ) (?![\w-])                                # the number
    """,
    re.VERBOSE,
)
_MARK = "-0000000a"


def without_ids(values: tuple[str, ...], /) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return texts with one mark for the number of each channel, and these numbers by text."""
    if not any("/" in value and "-0" in value for value in values):
        return values, []
    ids = [[number for _, number in _ID.findall(value)] for value in values]
    plain = (
        _ID.sub(rf"\1{_MARK}", value) if seen else value
        for value, seen in zip(values, ids, strict=True)
    )
    return tuple(plain), ids


def with_ids(shown: tuple[str, ...], ids: list[list[str]], /) -> tuple[str, ...] | None:
    """Return treated texts with the numbers in the place of marks; None where a mark is gone."""
    if not ids:
        return shown
    whole = []
    for text, seen in zip(shown, ids, strict=True):
        pieces = text.split(_MARK)
        if len(pieces) != len(seen) + 1:
            return None
        whole.append("".join([pieces[0], *(a + b for a, b in zip(seen, pieces[1:], strict=True))]))
    return tuple(whole)
