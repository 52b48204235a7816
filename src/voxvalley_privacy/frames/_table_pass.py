"""One table through a redactor, batch by batch: each distinct value of a column is treated once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from operator import is_
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import ConfigurationError
from ..placeholders import OMIT, shown
from ..redaction import Cell, Column, Redactor
from ._column_types import (
    fitting,
    holds_maps,
    plain_type,
    result_type,
    samples_of,
    with_maps,
)
from ._crossings import Treated, crossing_rows

__all__ = ["TablePass"]

_MEMO = 50_000  # values of a column that are remembered from batch to batch


@attrs.frozen
class _Encoded:
    """A column as its distinct values; *codes* says for each row which."""

    values: list[Any]
    codes: list[int]
    array: Any

    def row(self, row: int) -> Any:
        return self.values[self.codes[row]]


class TablePass:
    """
    The way of one table, or of all batches of one.

    Args:
        schema: The Arrow schema of the table.

        redact: The redactor.

        memo: Values of a column that are remembered, with what became of them, until the pass is
            let go; 0 remembers none from one batch to the next. None: as many as the redactor
            remembers, 50,000 at most.

    Raises:
        voxvalley_privacy.ConfigurationError: If a setting is wrong, or two columns have one name.
    """

    def __init__(self, schema: Any, redact: Redactor, *, memo: int | None = None) -> None:
        if not isinstance(redact, Redactor):
            raise ConfigurationError("frames.redact() needs a vp.Redactor.")
        memo = min(_MEMO, redact.memo) if memo is None else memo
        if type(memo) is not int or memo < 0:
            raise ConfigurationError("'memo' must be a whole number, 0 or more.")
        self._names: tuple[str, ...] = tuple(schema.names)
        if len(set(self._names)) < len(self._names):
            raise ConfigurationError("Two columns of the table have one name.")
        self._redact = redact
        self._limit = memo
        self._types = {field.name: field.type for field in schema}
        self._plans = redact.by_column(self._names)
        self._memos: dict[tuple[str, str], dict[Hashable, Cell]] = {}
        self.rows = 0
        self.whole_rows = 0
        self._titles, self.schema = _result_schema(schema, redact)
        self._fit = {name: fitting(self.schema.field(self._titles[name]).type)
                     for name in self._titles}  # fmt: skip

    def batch(self, batch: Any, /, *, place: str = "") -> Any:
        """
        Return the treated copy of a `pyarrow.RecordBatch`, with the schema of the result.

        Args:
            place: Where the batch is from, for the text of an error: `row group 3`.

        Raises:
            voxvalley_privacy.ConfigurationError: If a column cannot be read, or is not of the type
                that the pass was begun with. The error names the column and holds no value.
        """
        columns = {
            name: self._encoded(name, batch.column(at), place)
            for at, name in enumerate(self._names)
        }
        return self.columns(columns, batch.num_rows)

    def _encoded(self, name: str, array: Any, place: str) -> _Encoded:
        try:
            encoded = _encode(array)
        except Exception:  # what Arrow says quotes values
            encoded = None
        if encoded is None:
            where = f" of {place}" if place else ""
            raise ConfigurationError(f"Column {shown(name)}{where} cannot be read.")
        return encoded

    def columns(self, columns: dict[str, _Encoded], rows: int, /) -> Any:
        """Return the batch of the result for columns that are encoded."""
        self.rows += rows
        changed: dict[int, dict[str, object]] = {}
        results = {name: list[object]() for name in self._titles}
        sources = {name: list[object]() for name in self._titles}
        codes = {name: list[int]() for name in self._titles}
        order: list[int] = []
        for side, chosen in self._sides(columns, rows).items():
            part = columns if len(chosen) == rows else _taken(columns, chosen)
            treated = self._by_column(part, side, len(chosen))
            crossing = (
                crossing_rows(list(treated.values()), self._plans[side], len(chosen))
                if self._plans is not None
                else set(range(len(chosen)))
            )
            for row in crossing:
                changed[len(order) + row] = self._whole_row(part, row)
            if self._plans is not None:
                self._plans[side].count(len(chosen) - len(crossing))
            for name in self._titles:
                shift = len(results[name])
                if name in treated:
                    sources[name] += part[name].values
                    results[name] += treated[name].values
                    codes[name] += (
                        [code + shift for code in treated[name].codes]
                        if shift
                        else list(treated[name].codes)
                    )
                else:
                    codes[name] += [0] * len(chosen)
            order += chosen
        self.whole_rows += len(changed)
        back = None if order == list(range(rows)) else _inverse(order)
        arrays = [
            self._array(
                name, columns[name], sources[name], results[name], codes[name], changed, back
            )
            for name in self._titles
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _sides(self, columns: dict[str, _Encoded], rows: int) -> dict[str, list[int]]:
        """Return the rows of each direction of a call that has a plan of its own."""
        everything = list(range(rows))
        if self._plans is None or len(self._plans) == 1:
            return {"": everything}
        field = columns.get(self._redact.direction)
        if field is None:
            return {"": everything}
        side_of = [
            value if type(value) is str and value in self._plans else "" for value in field.values
        ]
        sides: dict[str, list[int]] = {}
        for row, code in enumerate(field.codes):
            sides.setdefault(side_of[code], []).append(row)
        return sides or {"": everything}

    def _by_column(self, columns: dict[str, _Encoded], side: str, rows: int) -> dict[str, Treated]:
        if self._plans is None:
            return {}
        return {
            column.name: self._treated(column, side, columns[column.name])
            for column in self._plans[side].columns
        }

    def _treated(self, column: Column, side: str, encoded: _Encoded) -> Treated:
        values = encoded.values
        texts = [value for value in values if type(value) is str]
        # At most one of the distinct values is null.
        is_text = len(texts) + values.count(None) == len(values) if texts else False
        if is_text and column.keeps_all(texts):
            kept = texts if len(texts) == len(values) else [value or "" for value in values]
            return Treated(encoded.codes, values, kept)
        return Treated.of(self._cells(column, side, values), encoded.codes)

    def _cells(self, column: Column, side: str, values: Sequence[Any]) -> list[Cell]:
        treat = column.cell
        if column.is_kept:
            return [treat(value) for value in values]
        memo = self._memos.setdefault((side, column.name), {})
        cells: list[Cell] = []
        for value in values:
            known = memo.get(value) if type(value) is str else None
            if known is None:
                known = treat(value)
                if type(value) is str and len(memo) < self._limit:
                    memo[value] = known
            cells.append(known)
        return cells

    def _whole_row(self, columns: dict[str, _Encoded], row: int) -> dict[str, object]:
        record = {name: column.row(row) for name, column in columns.items()}
        return self._redact(record)

    def _array(
        self,
        name: str,
        source: _Encoded,
        sources: list[object],
        results: list[object],
        codes: list[int],
        changed: dict[int, dict[str, object]],
        back: list[int] | None,
    ) -> Any:
        """Return one column of the result."""
        title = self._titles[name]
        kind = self.schema.field(title).type
        for row, record in changed.items():
            value = record.get(title, OMIT)
            if self._plans is None or not _is_same(value, results[codes[row]]):
                codes[row] = len(results)
                results.append(value)
        if _may_stay(source.array, kind) and _is_same_list(results, sources):
            return source.array if source.array.type == kind else source.array.cast(kind)
        fit = self._fit[name]
        if back is not None:
            codes = [codes[at] for at in back]
        try:
            values = pa.array([fit(result) for result in results], kind)
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            values = None
        if values is None:  # a value that the type cannot hold: each is tried by itself
            values = pa.array([_or_null(fit(result), kind) for result in results], kind)
        return values.take(pa.array(codes, pa.int64()))


def _is_same(value: object, other: object) -> bool:
    return value is other or (type(value) is str and type(other) is str and value == other)


def _may_stay(array: Any, kind: Any) -> bool:
    """Whether a column can be handed on: its type is that of the result, but for a unit."""
    return array is not None and (array.type == kind or array.type.id == kind.id)


def _is_same_list(results: list[object], sources: list[object]) -> bool:
    return len(results) == len(sources) and all(map(is_, results, sources))


def _or_null(value: object, kind: Any) -> object:
    try:
        pa.array([value], kind)
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        return None
    return value


def _inverse(order: list[int]) -> list[int]:
    back = [0] * len(order)
    for at, row in enumerate(order):
        back[row] = at
    return back


def _taken(columns: dict[str, _Encoded], rows: list[int]) -> dict[str, _Encoded]:
    taken = {}
    for name, column in columns.items():
        codes = [column.codes[row] for row in rows]
        used = {code: at for at, code in enumerate(dict.fromkeys(codes))}
        values = [column.values[code] for code in used]
        taken[name] = _Encoded(values, [used[code] for code in codes], None)
    return taken


def _encode(array: Any) -> _Encoded:
    """Return a column of Arrow as its distinct values, as Python has them."""
    array = plain_array(array)
    kind = array.type
    if pa.types.is_nested(kind) or pa.types.is_null(kind):
        values = array.to_pylist()
        if holds_maps(kind):
            values = [with_maps(value, kind) for value in values]
        return _Encoded(values, list(range(len(values))), array)
    encoded = array.dictionary_encode(null_encoding="encode")
    return _Encoded(encoded.dictionary.to_pylist(), encoded.indices.to_pylist(), array)


def plain_array(array: Any, /) -> Any:
    """Return a column without what is only an encoding, and times to the microsecond."""
    while array.type != (kind := plain_type(array.type)):
        if isinstance(array.type, pa.BaseExtensionType):
            array = array.storage
        elif pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        else:
            array = pc.run_end_decode(array)
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return array.cast(pa.timestamp("us", kind.tz), safe=False)
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return array.cast(pa.duration("us"), safe=False)
    if pa.types.is_time64(kind) and kind.unit == "ns":
        return array.cast(pa.time64("us"), safe=False)
    if pa.types.is_string_view(kind):
        return array.cast(pa.string())
    if pa.types.is_binary_view(kind):
        return array.cast(pa.binary())
    return array


def encode_values(values: Iterable[Any], /) -> _Encoded:
    """Return values of Python, of any types, as an encoded column."""
    listed = list(values)
    return _Encoded(listed, list(range(len(listed))), None)


# The schema of the result -------------------------------------------------------------------------


def _result_schema(schema: Any, redact: Redactor) -> tuple[dict[str, str], Any]:
    """
    Return the name that each column has in the result, without those that are left out, and the
    result's schema; it holds no metadata, in which anything may stand.
    """
    # A redactor of its own, as what the samples come to is nobody's count.
    twin = attrs.evolve(redact)
    names = tuple(schema.names)
    plans = twin.by_column(names)
    if plans is None:
        return _schema_of_records(schema, twin)
    columns = [{column.name: column for column in plan.columns} for plan in plans.values()]
    titles: dict[str, str] = {}
    fields = []
    for field in schema:
        each = [side[field.name] for side in columns]
        if all(column.leaves_out for column in each):
            continue
        titles[field.name] = field.name
        fields.append(pa.field(field.name, _type_of(field.type, each)))
    return titles, pa.schema(fields)


def _type_of(kind: Any, columns: list[Column]) -> Any:
    samples = samples_of(kind)
    kinds = set()
    for column in columns:
        if column.leaves_out:
            continue
        results = tuple(column.cell(sample).value for sample in samples)
        is_text = column.writes_text and not pa.types.is_nested(kind)
        kinds.add(result_type(kind, ("",) if is_text else results))
    return _stable(kinds.pop() if len(kinds) == 1 else pa.string())


def _stable(kind: Any) -> Any:
    """Return a type of the result in the form that every batch of it has."""
    if pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_binary_view(kind):
        return pa.binary()
    return kind


def _schema_of_records(schema: Any, twin: Redactor) -> tuple[dict[str, str], Any]:
    """Return the same where whole records decide: by what comes of a record of samples."""
    nothing = twin(dict.fromkeys(schema.names))
    keys = list(nothing)
    result = twin({field.name: samples_of(field.type)[0] for field in schema})
    titles: dict[str, str] = {}
    fields = []
    for at, field in enumerate(schema):
        alone = list(twin({field.name: None}))
        title = keys[at] if len(keys) == len(schema) else next(iter(alone), None)
        if title is None:
            continue
        if title in titles.values():
            raise ConfigurationError("The names of two columns are personal, and come to one name.")
        titles[field.name] = title
        kind = result_type(field.type, (result.get(title),))
        fields.append(pa.field(title, _stable(kind)))
    return titles, pa.schema(fields)
