"""Treat one value, row or call at a time, on its way to somebody else's code."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ._border import Guard, Redact, Tally
from ._csv import treat_row
from ._jsonl import NOT_JSON, JsonWriter, parse_json, treated
from ._layout import column_names

__all__ = ["Inline"]

_RECORDS = (str, bytes, bytearray, memoryview, Mapping, list, tuple, set, frozenset)


class Inline:
    """
    Treat what a method or a callable is given.

    Nothing here calls the target: no frame of ours holds a record while the target runs.
    """

    __slots__ = ("_guard", "redact")

    def __init__(self, redact: Redact) -> None:
        self.redact = redact
        self._guard = Guard(redact)

    def value(self, value: Any) -> Any:
        """Return a record or a text treated; a text that is JSON is treated as what it says."""
        if isinstance(value, str):
            return self._text(str.__str__(value))
        if isinstance(value, bytes | bytearray | memoryview):
            return self._text(bytes(value).decode("utf-8", "replace")).encode("utf-8", "replace")
        return self._guard.record(value, Tally())

    def row(self, row: Any) -> Any:
        """Return a row treated: a mapping as a record, a list by the schema's column order."""
        if isinstance(row, Mapping) or not isinstance(row, Iterable) or isinstance(row, str):
            return self._guard.record(row, Tally())
        cells = list(row)
        if self._is_header(cells):
            return cells
        return treat_row(self._guard, self._names(cells), cells, Tally())

    def call(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], first: str | None
    ) -> tuple[Any, dict[str, Any]]:
        """Return the arguments of a call with the first one treated."""
        if args:
            return (self.value(args[0]), *args[1:]), kwargs
        if first in kwargs:
            return args, {**kwargs, first: self.value(kwargs[first])}
        treated = self.value(kwargs) if kwargs else kwargs
        return args, treated if isinstance(treated, dict) else {}

    def method(
        self, what: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Any, dict[str, Any]]:
        """Return the arguments of a method that takes *what*, `value`, `values`, `row` or `rows`, with that and what stands beside it treated."""
        clean: Callable[[Any], Any] = self.row if what.startswith("row") else self.value
        if what.endswith("s"):
            clean = functools.partial(map, clean)
        first = None if args else next(iter(kwargs), None)
        return (
            tuple(self._beside(arg) if at else clean(arg) for at, arg in enumerate(args)),
            {
                name: clean(arg) if name == first else self._beside(arg)
                for name, arg in kwargs.items()
            },
        )

    def _beside(self, arg: Any) -> Any:
        """Treat what can be a record, or a part of one, beside what a method is given first: `send(topic, record)`."""
        return self.value(arg) if isinstance(arg, _RECORDS) else arg

    def _is_header(self, cells: list[Any]) -> bool:
        """Tell a row of nothing but field names of the schema."""
        fields = getattr(getattr(self.redact, "schema", None), "fields", ())
        return bool(cells) and all(isinstance(cell, str) and cell in fields for cell in cells)

    def _names(self, cells: list[Any]) -> tuple[str, ...]:
        schema = getattr(self.redact, "schema", None)
        orders = getattr(schema, "column_orders", ())
        for order in orders:
            if len(order) == len(cells):
                return tuple(order)
        texts = [cell if isinstance(cell, str) else "" for cell in cells]
        return column_names(orders, [texts]) or column_names((), [texts]) or ()

    def _text(self, text: str) -> str:
        tally = Tally()
        body = text.strip(" \t\r\n")
        if body[:1] in ("{", "["):
            value = parse_json(body, tally)
            if value is not NOT_JSON:
                start = text.index(body)
                written = JsonWriter.like(body.encode("utf-8", "replace")).or_marked(
                    treated(value, self._guard, tally), tally
                )
                return text[:start] + written + text[start + len(body) :]
            if "\n" in body:
                return "".join([self._text(line) for line in text.splitlines(keepends=True)])
        return self._guard.text(text, tally)
