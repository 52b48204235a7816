"""Follow a call: the lines of redacted files that carry one token, in the order of their times."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import attrs

from ..errors import ConfigurationError
from ._byte_source import Reader, blocks
from ._line_format import SIP_START

__all__ = ["Followed", "follow"]

_LONGEST_ENTRY = 500  # lines of a message or a block


@attrs.frozen(kw_only=True)
class Followed:
    """
    One line, or one message of several lines, of a redacted file.

    Args:
        file: The file, as it was named.

        line: The number of its first line, from 1.

        time: As it is written in the line, or in the last line before it that has one.

        text: The line, or the lines of the message.
    """

    file: str
    line: int
    time: str
    text: str


def follow(token: str, files: Iterable[str | os.PathLike[str]], /) -> tuple[Followed, ...]:
    """
    Return the lines of redacted files that carry one token, in the order of their times.

    A SIP message, and a block of lines with names and values, is one entry. Times without a zone
    are taken for UTC, times without a year for the year of the newest time that has one; lines
    without a time have that of the line before them, and come first where there is none.

    Args:
        token: The whole token, as it is in one of the files, or a number that the policy shows.

        files: Paths of redacted files, also packed.

    Raises:
        voxvalley_privacy.ConfigurationError: If the token is shorter than six characters.

        OSError: If a file cannot be read.
    """
    if len(token.strip()) < 6:
        raise ConfigurationError("follow(): the token must have at least 6 characters.")
    seen: list[tuple[_Moment, Followed]] = []
    newest = 0
    for file in files:
        for entry in _entries(os.fspath(file)):
            newest = max(newest, entry.moment.year)
            if _carries(entry.text, token.strip()):
                seen.append((entry.moment, entry.followed(os.fspath(file))))
    seen.sort(key=lambda each: each[0].seconds(newest))
    return tuple(followed for _, followed in seen)


def _carries(text: str, token: str) -> bool:
    """Whether the token is in a text, and not only as a part of a longer one."""
    at = text.find(token)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(token) :][:1]
        glued = token[-1].isalnum() and after.isalnum()
        if not glued and not (token[0].isalpha() and before.isalpha() and before.islower()):
            return True
        # A branch of SIP is a cookie and then the token.
        if not glued and text[:at].endswith("z9hG4bK"):
            return True
        at = text.find(token, at + 1)
    return False


# Times --------------------------------------------------------------------------------------------

_TIME = re.compile(
    r"""
    (?<![\d.]) (?P<epoch> 1\d{9} ) (?P<rest> \.\d{1,6} )? (?![\d])       # seconds since 1970
    | (?P<year> (?:19|20)\d\d ) [-/] (?P<month> \d\d ) [-/] (?P<day> \d\d )  # 2026-03-01
      [ T] (?P<at> \d\d:\d\d:\d\d ) (?: [.,] (?P<part> \d{1,6} ) )?
    | (?P<name> Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec )        # Mar  1
      \ (?P<of> [ \d]\d ) \ (?P<when> \d\d:\d\d:\d\d ) (?: \. (?P<fraction> \d{1,6} ) )?
    | (?P<date> \d\d ) / (?P<called> [A-Z][a-z]{2} ) / (?P<century> \d{4} )  # 01/Mar/2026
      : (?P<clock> \d\d:\d\d:\d\d )
    """,
    re.VERBOSE,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEAD_OF_LINE = 4_000  # characters in which a time is looked for


@attrs.frozen
class _Moment:
    """A time as it is written; *year* is 0 where none is."""

    written: str = ""
    year: int = 0
    month: int = 1
    day: int = 1
    clock: str = "00:00:00"
    fraction: float = 0.0

    def seconds(self, newest: int) -> float:
        """Return seconds since 1970, in the year *newest* where none is written."""
        if not self.written:
            return float("-inf")
        hours, minutes, rest = map(int, self.clock.split(":"))
        try:
            start = datetime(self.year or newest or 1970, self.month, self.day, tzinfo=UTC)
            past = timedelta(hours=hours, minutes=minutes, seconds=rest + self.fraction)
            return (start + past).timestamp()
        except (ValueError, OverflowError):
            return float("-inf")


def _moment(text: str) -> _Moment | None:
    matched = _TIME.search(text[:_HEAD_OF_LINE])
    if matched is None:
        return None
    if matched["epoch"]:
        at = datetime.fromtimestamp(int(matched["epoch"]), UTC)
        written = partial(_Moment, matched[0], at.year, at.month, at.day)
        return written(f"{at:%H:%M:%S}", float(matched["rest"] or 0))
    if matched["year"]:
        date = (int(matched["year"]), int(matched["month"]), int(matched["day"]))
        return _Moment(matched[0], *date, matched["at"], _fraction(matched["part"]))
    if matched["name"]:
        date = (0, 1 + _MONTHS.index(matched["name"]), int(matched["of"]))
        return _Moment(matched[0], *date, matched["when"], _fraction(matched["fraction"]))
    if matched["called"] not in _MONTHS:
        return None
    month = 1 + _MONTHS.index(matched["called"])
    return _Moment(
        matched[0], int(matched["century"]), month, int(matched["date"]), matched["clock"]
    )


def _fraction(digits: str | None) -> float:
    return float(f"0.{digits}") if digits else 0.0


# Entries ------------------------------------------------------------------------------------------


@attrs.frozen
class _Entry:
    line: int
    moment: _Moment
    text: str

    def followed(self, file: str) -> Followed:
        return Followed(file=file, line=self.line, time=self.moment.written, text=self.text)


def _entries(file: str) -> Iterator[_Entry]:
    """Yield the entries of a file: lines, and messages and blocks of several lines."""
    last = _Moment()
    held: list[str] = []
    start = 0
    for number, line in enumerate(_lines(file), 1):
        moment = _moment(line)
        if held and (not _goes_on(line, moment) or len(held) >= _LONGEST_ENTRY):
            yield _Entry(start, last, "\n".join(held))
            held = []
        if held:
            held.append(line)
            continue
        last = moment or last
        if SIP_START.match(line):
            held, start = [line], number
        elif line.strip():
            yield _Entry(number, last, line)
    if held:
        yield _Entry(start, last, "\n".join(held))


def _goes_on(line: str, moment: _Moment | None) -> bool:
    """Whether a line belongs to the message before it; the body of one has times of its own."""
    if SIP_START.match(line) or line.startswith(("---", "<---", "===")):
        return False
    return moment is None or _FIELD.match(line) is not None


# A header of a message, or a line of a session description.
_FIELD = re.compile(r"[A-Za-z][A-Za-z-]{0,40}: ?|[a-z]=")
# Matched at the start of a line only.
WHOLE = frozenset({"_FIELD"})


def _lines(file: str) -> Iterator[str]:
    with open(file, "rb") as raw:
        for block in blocks(Reader(raw)):
            text = block.decode("utf-8", "replace")
            yield from (line.removesuffix("\r") for line in text.removesuffix("\n").split("\n"))
