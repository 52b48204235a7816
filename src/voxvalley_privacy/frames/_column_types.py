"""
The types of a redacted table: told by the schema and the policy, never by the data of a batch.

A text stays text. A number, a time or bytes keep their type where the policy shows them or makes
them coarser, and become text where it writes a label, a mask or a token. A map becomes its JSON
text, as its keys are data. What has no place in a type is null: less, never raw.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa

from ..placeholders import OMIT

__all__ = ["fitting", "plain_type", "result_type", "samples_of", "with_maps"]

_TIME = dt.datetime(2026, 11, 23, 20, 15, 31, tzinfo=dt.UTC)

# A value of each kind that nobody would hide by its look: what comes of it tells the type.
_SAMPLES: tuple[tuple[Callable[[Any], bool], tuple[object, ...]], ...] = (
    (pa.types.is_boolean, (True,)),
    (pa.types.is_integer, (60, 1_764_000_000)),
    (pa.types.is_floating, (60.0, 1_764_000_000.0)),
    (pa.types.is_decimal, (Decimal(60),)),
    (pa.types.is_timestamp, (_TIME,)),
    (pa.types.is_date, (_TIME.date(),)),
    (pa.types.is_time, (_TIME.time(),)),
    (pa.types.is_duration, (dt.timedelta(seconds=60),)),
)


def _is_bytes(kind: Any) -> bool:
    types = pa.types
    return bool(
        types.is_binary(kind)
        or types.is_large_binary(kind)
        or types.is_fixed_size_binary(kind)
        or types.is_binary_view(kind)
    )


def _is_text(kind: Any) -> bool:
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _is_list(kind: Any) -> bool:
    types = pa.types
    return bool(
        types.is_list(kind)
        or types.is_large_list(kind)
        or types.is_fixed_size_list(kind)
        or types.is_list_view(kind)
        or types.is_large_list_view(kind)
    )


def plain_type(kind: Any, /) -> Any:
    """Return a type without what is only an encoding or a name: the values are the same."""
    if isinstance(kind, pa.BaseExtensionType):
        return plain_type(kind.storage_type)
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return plain_type(kind.value_type)
    return kind


def samples_of(kind: Any, /) -> tuple[object, ...]:
    """Return values of a type, which tell what comes of them; nested ones hold one of each."""
    kind = plain_type(kind)
    if pa.types.is_struct(kind):
        return ({field.name: samples_of(field.type)[0] for field in kind},)
    if _is_list(kind):
        return ([samples_of(kind.value_type)[0]],)
    for fits, samples in _SAMPLES:
        if fits(kind):
            return samples
    return (None,)


def result_type(kind: Any, results: tuple[object, ...], /) -> Any:
    """Return the type that values of *kind* have in the result, by what came of the samples."""
    kind = plain_type(kind)
    if pa.types.is_struct(kind):
        return _struct_type(kind, results[0])
    if _is_list(kind):
        return _list_type(kind, results[0])
    if _is_text(kind) or _is_bytes(kind) or pa.types.is_null(kind):
        return _binary_of_any_size(kind)
    is_known = any(fits(kind) for fits, _ in _SAMPLES)
    if not is_known or all(isinstance(result, str) for result in results):
        return pa.string()
    return kind


def _binary_of_any_size(kind: Any) -> Any:
    # A placeholder has a length of its own.
    return pa.binary() if pa.types.is_fixed_size_binary(kind) else kind


def _struct_type(kind: Any, result: object) -> Any:
    names = [field.name for field in kind]
    is_plain = isinstance(result, dict) and result.keys() <= set(names)
    if not is_plain or not names or len(set(names)) < len(names):
        return pa.string()  # a personal name of a field, or a place too deep: the JSON text of it
    assert isinstance(result, dict)
    return pa.struct(
        [pa.field(field.name, result_type(field.type, (result.get(field.name),))) for field in kind]
    )


def _list_type(kind: Any, result: object) -> Any:
    if not isinstance(result, list):
        return pa.string()
    item = result[0] if result else None
    inner = result_type(kind.value_type, (item,))
    return pa.large_list(inner) if pa.types.is_large_list(kind) else pa.list_(inner)


def with_maps(value: object, kind: Any, /) -> object:
    """Return a value of Arrow with its maps as dicts, as a record has them."""
    kind = plain_type(kind)
    if value is None:
        return None
    if pa.types.is_map(kind) and isinstance(value, list):
        pairs = [(key, with_maps(item, kind.item_type)) for key, item in value]
        names = [key for key, _ in pairs if isinstance(key, str)]
        return dict(pairs) if len(set(names)) == len(pairs) else pairs
    if pa.types.is_struct(kind) and isinstance(value, dict):
        return {field.name: with_maps(value.get(field.name), field.type) for field in kind}
    if _is_list(kind) and isinstance(value, list):
        return [with_maps(item, kind.value_type) for item in value]
    return value


def holds_maps(kind: Any, /) -> bool:
    """Whether values of a type need `with_maps()`."""
    kind = plain_type(kind)
    if pa.types.is_map(kind):
        return True
    if pa.types.is_struct(kind):
        return any(holds_maps(field.type) for field in kind)
    return _is_list(kind) and holds_maps(kind.value_type)


# Values ------------------------------------------------------------------------------------------

_PYTHON: tuple[tuple[Callable[[Any], bool], tuple[type, ...]], ...] = (
    (pa.types.is_boolean, (bool,)),
    (pa.types.is_integer, (int,)),
    (pa.types.is_floating, (float, int)),
    (pa.types.is_decimal, (Decimal, int)),
    (pa.types.is_timestamp, (dt.datetime,)),
    (pa.types.is_date, (dt.date,)),
    (pa.types.is_time, (dt.time,)),
    (pa.types.is_duration, (dt.timedelta,)),
)


def fitting(kind: Any, /) -> Callable[[object], object]:
    """Return what brings a treated value into a type of the result; None where it has no place."""
    if _is_text(kind):
        return _as_text
    if _is_bytes(kind):
        return _as_bytes
    if pa.types.is_struct(kind):
        fields = {field.name: fitting(field.type) for field in kind}
        return lambda value: _as_struct(value, fields)
    if _is_list(kind):
        item = fitting(kind.value_type)
        return lambda value: [item(one) for one in value] if isinstance(value, list) else None
    types = next((types for fits, types in _PYTHON if fits(kind)), ())
    return lambda value: value if type(value) in types else None


def _as_struct(value: object, fields: dict[str, Callable[[object], object]]) -> object:
    if not isinstance(value, dict):
        return None
    return {name: fit(value.get(name)) for name, fit in fields.items()}


def _as_bytes(value: object) -> object:
    if isinstance(value, str):
        return value.encode()
    return value if isinstance(value, bytes) else None


def _as_text(value: object) -> object:
    if type(value) is str or value is None:
        return value
    if value is OMIT:
        return None
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, default=_plain_text, ensure_ascii=False)
    return _plain_text(value)


def _plain_text(value: object) -> str:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, str | bool | int | float | Decimal | dt.timedelta):
        return str(value)
    return "[OBJECT]"
