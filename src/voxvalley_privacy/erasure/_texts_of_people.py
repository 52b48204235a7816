"""Find numbers and addresses in text, whatever stands beside them."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import unquote

__all__ = ["decoded", "plain_text", "spans_in"]

Span = tuple[int, int]
# How many digits a spelling has: short numbers are nobody's, and none has more than 15 and "011".
_FEWEST, _MOST = 7, 18
_INVISIBLE = re.compile("[\\x00\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_DASHES = re.compile("[\u2010-\u2013\u2212]")
_LONG_DASHES = re.compile("[\u2014\u2015]")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\[nrtbf]")
_GROUP = re.compile(r"[+(]{0,2}(\d+)")
# What may be between the groups of a number.
_BETWEEN = re.compile(r"[\s.()\[\]\-/_+*\u00b7]{1,6}")
_ODD = re.compile(r"(?<=\d)[\s+*\u00b7\[\]_]{1,6}")
_ADDRESS = re.compile(
    r"""
    ([^\s<>"',;:/?&=()\[\]{}@]{1,64})     # the local part, perhaps with a sign in front of it
    @ ((?:[^\W_]|-){1,63} (?:\.(?:[^\W_]|-){1,63}){1,8})  # the host
    """,
    re.VERBOSE,
)
# A sign that begins no mailbox, though a local part may have it.
_SIGN = re.compile(r"[^\w.%+\-]")


def plain_text(text: str, /) -> str:
    """Return a text in plain signs: wide ones, dashes and digits of every script are one."""
    if text.isascii():
        return text.replace("\0", "")
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    plain = _LONG_DASHES.sub(" - ", _DASHES.sub("-", plain))
    return "".join([str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain])


def decoded(text: str, /) -> str:
    """Return a text with one layer less of percent signs, entities and escapes."""
    text = unquote(text) if "%" in text else text
    text = html.unescape(text) if "&" in text else text
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else " "


def spans_in(text: str, is_in: Callable[[str], bool], /, *, tail: str = "") -> Iterator[Span]:
    """
    Yield where a plain text names somebody.

    A number is tried with and without the groups of digits beside it: in a line of a log a time,
    a count or another number may stand there.

    Args:
        text: The text.

        is_in: Whether a spelling is theirs.

        tail: The last digits of their number, where those are known.
    """
    yield from _numbers(text, is_in, tail)
    for found in _ADDRESS.finditer(text):
        start = next((at for at in _starts(found) if is_in(text[at : found.end()])), None)
        if start is not None:
            yield start, found.end()


def _starts(address: re.Match[str]) -> Iterator[int]:
    yield address.start()
    for sign in _SIGN.finditer(address[1]):
        yield address.start() + sign.end()


def _numbers(text: str, is_in: Callable[[str], bool], tail: str) -> Iterator[Span]:
    groups = [*_GROUP.finditer(text)]
    done = 0
    for place, first in enumerate(groups):
        if first.start() < done:
            continue
        end = _end_of(text, groups, place, is_in, tail)
        if end:
            yield first.start(), end
            done = end


def _end_of(
    text: str, groups: list[re.Match[str]], place: int, is_in: Callable[[str], bool], tail: str
) -> int:
    """Return the end of the longest number that begins with a group; 0 if none does."""
    start = groups[place].start()
    ends = [*_joined(text, groups, place)]
    # Where no digits are known, each try costs as much as a whole reading: the usual ones are made.
    tried = ends if tail else [*ends[:3], *ends[3:][-1:]]
    for digits, end in reversed(tried):
        if digits.endswith(tail) and is_in(_ODD.sub(" ", text[start:end])):
            return end
    return 0


def _joined(text: str, groups: list[re.Match[str]], place: int) -> Iterator[tuple[str, int]]:
    """Yield the digits from a group on and their end, while they can be one number."""
    digits, end = groups[place][1], groups[place].end()
    later = iter(groups[place + 1 : place + _MOST])
    while len(digits) <= _MOST:
        if len(digits) >= _FEWEST:
            yield digits, end
        group = next(later, None)
        if group is None or _BETWEEN.fullmatch(text, end, group.start(1)) is None:
            return
        digits, end = digits + group[1], group.end()
