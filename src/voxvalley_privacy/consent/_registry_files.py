"""Tables of numbers, as public registries hand them out."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable

import attrs

from ..errors import ConfigurationError

__all__ = ["numbers_in"]

_NORTH_AMERICAN = re.compile("[0-9]{3},[0-9]{7}")
# The names of columns, as their letters alone: "Phone Numbers" is "phonenumbers".
_NUMBER = ("number", "phone", "msisdn", "telephone", "mobile", "tn", "subscriber", "cli")
_AREA = frozenset(["areacode", "npa"])
_CHANGE = frozenset(["action", "change", "changetype", "operation", "ops", "opstype", "type"])
_STATUS = frozenset(["answer", "consentstatus", "reassigned", "response", "result", "status"])
_SEPARATORS = (",", "\t", ";", "|")
_DELETED = ("d", "rem")  # "D", "deleted", "removed"
_CLEARED = frozenset(["accepted", "active", "approved", "n", "no", "valid"])


@attrs.frozen
class _Columns:
    """Where a table has what; -1 for nowhere."""

    number: int = 0
    area: int = -1
    change: int = -1
    status: int = -1

    def spelled(self, row: list[str]) -> str:
        """Return the number of a row; it may have its area code in another column."""
        area = _cell(row, self.area)
        return area + _cell(row, self.number)


def numbers_in(text: str, /, *, clears: bool) -> tuple[str, ...]:
    """
    Return the numbers that a file lists at its end.

    Args:
        text: The file.

        clears: Whether it says who may be contacted: then rows of another status do not count.

    Raises:
        voxvalley_privacy.ConfigurationError: If a line holds something else.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    table = csv.reader(lines, delimiter=_between(lines[0]))
    rows = [row for row in table if any(map(str.strip, row))]
    columns = _named(rows[0])
    if columns is None:
        columns = _unnamed(rows)
    else:
        del rows[0]
    if not rows:
        raise ConfigurationError("The registry's file names columns, and has no number.")
    listed: dict[str, None] = {}
    for row in rows:
        number = columns.spelled(row)
        if _takes_away(row, columns, clears=clears):
            listed.pop(number, None)
        else:
            listed[number] = None
    return tuple(listed)


def _between(line: str) -> str:
    """Return the sign between the columns of a line; a comma if there is another or none."""
    signs = [sign for sign in _SEPARATORS if sign in line]
    return signs[0] if signs else ","


def _takes_away(row: list[str], columns: _Columns, *, clears: bool) -> bool:
    if _cell(row, columns.change).casefold().startswith(_DELETED):
        return True
    if not clears or columns.status < 0:
        return False
    return _cell(row, columns.status).casefold() not in _CLEARED


def _cell(row: list[str], place: int) -> str:
    return row[place].strip() if 0 <= place < len(row) else ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text.casefold()))


# Columns


def _named(row: list[str]) -> _Columns | None:
    """Return the columns by the names in a first line; None if it has none."""
    if any(letter.isdecimal() for letter in "".join(row)):
        return None
    names = [_letters(cell) for cell in row]
    number = next((n for n, name in enumerate(names) if name.startswith(_NUMBER)), -1)
    if number < 0:
        raise ConfigurationError("The registry's file names no column of numbers.")
    return _Columns(
        number,
        area=_place(names, _AREA),
        change=_place(names, _CHANGE),
        status=_place(names, _STATUS),
    )


def _place(names: list[str], wanted: Iterable[str]) -> int:
    return next((n for n, name in enumerate(names) if name in wanted), -1)


def _unnamed(rows: list[list[str]]) -> _Columns:
    """Return the columns by what they hold: a number, or area code, number, time and change."""
    first = [cell.strip() for cell in rows[0]]
    if len(first) == 1:
        return _Columns()
    if not _NORTH_AMERICAN.fullmatch(",".join(first[:2])):
        raise ConfigurationError("The registry's file has columns that nobody named.")
    if len(first) == 2:
        return _Columns(1, area=0)
    return _Columns(1, area=0, change=len(first) - 1)
