"""The border between a stream and its redactor: whatever happens there, nothing raw comes back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

import attrs

from ..errors import Denied
from ..placeholders import FAULT, UNPARSEABLE
from ..protocols import Redact

__all__ = ["FAULT", "MISALIGNED", "UNPARSEABLE", "FieldReport", "Guard", "Redact", "Tally"]

MISALIGNED = "[MISALIGNED]"  # a cell of a row whose width is not that of the columns


@attrs.define(eq=False)
class Tally:
    """Count what happened to one part of a stream; parts are added up in the parent process."""

    records_in: int = 0
    records_out: int = 0
    marked: Counter[str] = attrs.field(factory=Counter)
    faults: Counter[str] = attrs.field(factory=Counter)
    layouts: Counter[str] = attrs.field(factory=Counter)

    def add(self, other: Tally, /) -> None:
        """Add the counts of another part."""
        self.records_in += other.records_in
        self.records_out += other.records_out
        self.marked.update(other.marked)
        self.faults.update(other.faults)
        self.layouts.update(other.layouts)


@attrs.frozen(kw_only=True)
class FieldReport:
    """
    Say which fields of the first records are known.

    Args:
        schema: The name of the schema; None without one.

        by_schema: Paths that the schema knows.

        by_name: Paths whose names say what they hold.

        unknown: All other paths. A name that could be personal is shown treated.
    """

    schema: str | None
    by_schema: tuple[str, ...]
    by_name: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """The paths that are known, by the schema or by their names."""
        return (*self.by_schema, *self.by_name)

    @property
    def total(self) -> int:
        """How many paths there are."""
        return len(self.known) + len(self.unknown)


@attrs.frozen
class Guard:
    """
    Call a redactor so that no error of it comes through, and no value with it.

    The faults that the redactor itself counted while a part was treated come from its `stats()`.
    """

    redact: Redact

    def record(self, record: Any, tally: Tally, /) -> Any:
        """Return *record* treated, or the placeholder record."""
        treated = self._call(record, tally)
        return {FAULT: FAULT} if treated is _FAILED else treated

    def fields(self, record: dict[str, Any], tally: Tally, /) -> dict[Any, Any] | None:
        """Return *record* treated; None when the redactor failed, or gave the whole record up."""
        treated = self._call(record, tally)
        if not isinstance(treated, dict):
            return None
        given_up = FAULT in treated and FAULT not in record
        return None if given_up else treated

    def text(self, text: str, tally: Tally, /) -> str:
        """Return *text* treated, or the placeholder."""
        try:
            treated = self.redact.text(text)
        except Denied:  # a rule in front of a sender says no: nothing is sent
            raise
        except Exception:  # any fault gives less, never raw
            treated = None
        if isinstance(treated, str):
            return treated
        tally.faults["redactor"] += 1
        return FAULT

    def value(self, value: Any, tally: Tally, /) -> Any:
        """Return a value that is not a record, treated as the only item of a list."""
        treated = self._call([value], tally)
        if not isinstance(treated, list) or len(treated) != 1:
            return FAULT
        return treated[0]

    def pairs(self, pairs: Sequence[tuple[str, Any]], tally: Tally, /) -> list[tuple[str, Any]]:
        """
        Return *pairs* treated as one record in which names may repeat; a dropped pair has None.

        A repeated name is in the record once, with the list of its values.
        """
        names = self.names([name for name, _ in pairs], tally)
        values = [value for _, value in pairs]
        record = dict(zip(names, values, strict=True))
        repeated: dict[str, list[Any]] = {}
        if len(record) < len(names):
            repeated = _repeated(names, values)
        treated = self.fields(record | repeated, tally)
        if treated is None:
            return list(zip(names, repeat(FAULT)))
        if not repeated:
            return list(zip(names, map(treated.get, names), strict=True))
        queues = {name: _queue(treated.get(name), len(each)) for name, each in repeated.items()}
        return [
            (name, next(queues[name]) if name in queues else treated.get(name)) for name in names
        ]

    def names(self, names: Iterable[str], tally: Tally, /) -> list[str]:
        """Return *names* with what is personal in them treated: a name can be a number."""
        return [name if _plain(name) else self.text(name, tally) for name in names]

    def faults(self) -> Counter[str]:
        """Return the redactor's counts so far; the faults in between are the difference of two."""
        stats = getattr(self.redact, "stats", None)
        return Counter(stats().faults if callable(stats) else {})

    def _call(self, record: Any, tally: Tally, /) -> Any:
        try:
            return self.redact(record)
        except Denied:  # a rule in front of a sender says no: nothing is sent
            raise
        except Exception:  # as in text()
            tally.faults["redactor"] += 1
        return _FAILED


_FAILED = object()


def _repeated(names: Sequence[str], values: Sequence[Any]) -> dict[str, list[Any]]:
    """Return the names that occur more than once, each with all its values."""
    lists = defaultdict(list)
    for name, value in zip(names, values, strict=True):
        lists[name].append(value)
    return {name: each for name, each in lists.items() if len(each) > 1}


def _queue(treated: Any, length: int) -> Iterator[Any]:
    # Items can be dropped from a list; nobody knows which, so then none is returned.
    if isinstance(treated, list) and len(treated) == length:
        return iter(treated)
    return repeat(treated if isinstance(treated, str) else None)


def _plain(name: str) -> bool:
    """Whether no finder finds anything in a name: it is short, ASCII letters and separators."""
    if len(name) > 64 or not name.isascii():
        return False
    return name.translate(_SEPARATORS).isalpha()


_SEPARATORS = str.maketrans("", "", "_-.")
