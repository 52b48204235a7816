"""
Lines that differ only in the ids of their channels are treated once.

Every call of Asterisk has channels with a number of their own, `PJSIP/1001-0000002a`, which says
nothing of anybody and stays. Without it most messages of a log are a few hundred, again and again:
measured, 4 to 6 times as fast on an Asterisk full log.
"""

from __future__ import annotations

import re
from itertools import chain

__all__ = ["with_id", "with_ids", "without_id", "without_ids"]

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
    plain, ids = zip(*map(without_id, values), strict=True)
    return plain, [seen or [] for seen in ids]


def without_id(value: str, /) -> tuple[str, list[str] | None]:
    """Return one text with marks for the numbers of its channels, and these numbers, if any."""
    if "-0" not in value or "/" not in value:
        return value, None
    ids: list[str] = []

    def marked(channel: re.Match[str]) -> str:
        ids.append(channel[2])
        return f"{channel[1]}{_MARK}"

    return _ID.sub(marked, value), ids


def with_id(shown: str, ids: list[str], /) -> str | None:
    """Return a treated text with the numbers in the place of marks; None where a mark is gone."""
    pieces = shown.split(_MARK)
    if len(pieces) != len(ids) + 1:
        return None
    return "".join(chain.from_iterable(zip(pieces, [*ids, ""], strict=True)))


def with_ids(shown: tuple[str, ...], ids: list[list[str]], /) -> tuple[str, ...] | None:
    """Return treated texts with the numbers in the place of marks; None where a mark is gone."""
    if not ids:
        return shown
    whole = []
    for text, seen in zip(shown, ids, strict=True):
        joined = with_id(text, seen)
        if joined is None:
            return None
        whole.append(joined)
    return tuple(whole)
