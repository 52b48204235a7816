"""The border between a stream and the redactor it was given: whatever happens behind it, nothing raw comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

import attrs

from ..placeholders import FAULT, UNPARSEABLE
from ..protocols import Redact

__all__ = ["FAULT", "MISALIGNED", "UNPARSEABLE", "Guard", "Redact", "Tally"]

MISALIGNED = "[MISALIGNED]"  # a cell of a row whose width says nothing about what stands where


@attrs.define(eq=False)
class Tally:
    """Count what happened to one part of a stream; parts are added up in the parent process."""

    records_in: int = 0
    records_out: int = 0
    marked: Counter[str] = attrs.field(factory=Counter)
    faults: Counter[str] = attrs.field(factory=Counter)

    def add(self, other: Tally, /) -> None:
        """Add the counts of another part."""
        self.records_in += other.records_in
        self.records_out += other.records_out
        self.marked.update(other.marked)
        self.faults.update(other.faults)


@attrs.frozen
class Guard:
    """
    Call a redactor so that no error of it comes through, and no value with it.

    Faults that the redactor itself counted while a part was treated are read off its `stats()`.
    """

    redact: Redact

    def record(self, record: Any, tally: Tally, /) -> Any:
        """Return *record* treated, or the placeholder record."""
        treated = self._call(record, tally)
        return {FAULT: FAULT} if treated is _FAILED else treated

    def fields(self, record: dict[str, Any], tally: Tally, /) -> dict[Any, Any] | None:
        """Return *record* treated; None when the redactor failed, or gave the whole record up."""
        treated = self._call(record, tally)
        given_up = not isinstance(treated, dict) or (FAULT in treated and FAULT not in record)
        return None if given_up else treated

    def text(self, text: str, tally: Tally, /) -> str:
        """Return *text* treated, or the placeholder."""
        try:
            treated = self.redact.text(text)
        except Exception:  # any fault gives less, never raw
            treated = None
        if isinstance(treated, str):
            return treated
        tally.faults["redactor"] += 1
        return FAULT

    def value(self, value: Any, tally: Tally, /) -> Any:
        """Return a value that is no record, treated as the only item of a list."""
        treated = self._call([value], tally)
        return treated[0] if isinstance(treated, list) and len(treated) == 1 else FAULT

    def pairs(self, pairs: Sequence[tuple[str, Any]], tally: Tally, /) -> list[tuple[str, Any]]:
        """
        Return *pairs* treated as one record in which names may repeat; a pair that was dropped has None.

        A repeated name stands in the record once, with the list of its values.
        """
        names = self.names([name for name, _ in pairs], tally)
        record: dict[str, Any] = {}
        repeated: dict[str, list[Any]] = {}
        for name, (_, value) in zip(names, pairs, strict=True):
            if name in repeated:
                repeated[name].append(value)
            elif name in record:
                record[name] = repeated[name] = [record[name], value]
            else:
                record[name] = value
        treated = self.fields(record, tally)
        if treated is None:
            return [(name, FAULT) for name in names]
        queues = {name: _queue(treated.get(name), len(values)) for name, values in repeated.items()}
        return [
            (name, next(queues[name]) if name in queues else treated.get(name)) for name in names
        ]

    def names(self, names: Iterable[str], tally: Tally, /) -> list[str]:
        """Return *names* with what is personal in them treated: a name can be a number."""
        return [name if _plain(name) else self.text(name, tally) for name in names]

    def faults(self) -> Counter[str]:
        """Return what the redactor has counted so far; two of these, subtracted, are the faults in between."""
        stats = getattr(self.redact, "stats", None)
        return Counter(stats().faults if callable(stats) else {})

    def _call(self, record: Any, tally: Tally, /) -> Any:
        try:
            return self.redact(record)
        except Exception:  # as in text()
            tally.faults["redactor"] += 1
        return _FAILED


_FAILED = object()


def _queue(treated: Any, length: int) -> Iterator[Any]:
    # Items can be dropped from a list; then nobody knows which, and none is given.
    if isinstance(treated, list) and len(treated) == length:
        return iter(treated)
    return repeat(treated if isinstance(treated, str) else None)


def _plain(name: str) -> bool:
    """Tell a name in which no finder finds anything: short, and only ASCII letters and separators."""
    return len(name) <= 64 and name.isascii() and name.translate(_SEPARATORS).isalpha()


_SEPARATORS = str.maketrans("", "", "_-.")
