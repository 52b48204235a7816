"""
Record schemas: which field of a record is what.

The built-in ones are data (`facts/schemas`), one file a vendor, each with its source and status.
`Schema` makes one's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any

import attrs

from ..errors import ConfigurationError
from ..placeholders import shown
from ..vocabulary import DataCategory
from ._folder import names, row_of
from ._parts import is_path, is_place

__all__ = ["Field", "Schema", "get", "names"]

# What a schema may say of a payload, and the argument it becomes.
ROLES = {"coding": "data_coding", "flags": "esm_class", "length": "sm_length", "parts": "total"}


# The place of a wrong setting, and what is wrong.
Fault = tuple[str, str]


@attrs.frozen
class Field:
    """
    The meaning of one path of a schema.

    Paths are dotted; `[]` means the items of a list, `*`, `{N}` and `<name>` any run of characters
    in a key: `legs[].sip`, `SipHeader_*`, `ml{N}_midx{M}_ip`. A part in quotes is a key as it is,
    with its dots, brackets and stars: `attributes."sip.callID"`.
    """

    category: DataCategory
    meaning: str = ""


def _fields(given: Mapping[str, object]) -> Mapping[str, Field]:
    """
    Take categories, names of categories or `Field`s; anything else is left for the check to name.
    """
    return MappingProxyType({path: _field(field) for path, field in given.items()})


def _field(given: Any) -> Any:
    if isinstance(given, str) and given in DataCategory.__members__:
        return Field(DataCategory(given))
    return given


MORE_COLUMNS = "..."  # at the end of a column order: others of unknown names follow


def _orders(given: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(order) for order in given)


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


def _frozen(given: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(given))


@attrs.frozen(eq=False)
class Schema:
    """
    Say which field of a record is what.

    Args:
        name: A dotted name, `vendor.record`.

        fields: Path -> `DataCategory` (or its name, or a `Field` with a meaning).

        version: Counts up when a built-in schema changes; `schemas.get("twilio.call@1")` asks for
            one.

        column_orders: The orders in which rows without a header come, each a tuple of top-level
            field names; `""` is a column of unknown name, and `"..."` at the end says that more of
            these follow.

        nested: Field -> name of the schema that its value follows.

        prefixed: Prefix of a key -> name of the schema that the rest of the key follows.

        payloads: Field -> the fields that say how the octets in it are read, by their roles:
            `{"coding": "data_coding"}`; others are `flags` (esm_class), `length` (sm_length) and
            `parts` (sar_total_segments).

        direction: `{"field": ..., "end_user": {value: field}}`: which side is the end user's, told
            by a field.

        found_under: Paths under which records come: `("entry[].changes[].value.messages[]",)`.
            Their keys are looked through.

        notes: What else there is to know.

    Raises:
        voxvalley_privacy.ConfigurationError: All faults at once, each with its path.
    """

    name: str
    fields: Mapping[str, Field] = attrs.field(
        converter=_fields, repr=lambda fields: f"<{len(fields)} fields>"
    )
    version: int = attrs.field(default=1, kw_only=True)
    title: str = attrs.field(default="", kw_only=True, repr=False)
    source: str = attrs.field(default="", kw_only=True, repr=False)
    status: str = attrs.field(default="", kw_only=True, repr=False)
    column_orders: tuple[tuple[str, ...], ...] = attrs.field(
        default=(), converter=_orders, kw_only=True, repr=False
    )
    nested: Mapping[str, str] = attrs.field(
        factory=dict, converter=_frozen, kw_only=True, repr=False
    )
    prefixed: Mapping[str, str] = attrs.field(
        factory=dict, converter=_frozen, kw_only=True, repr=False
    )
    payloads: Mapping[str, Mapping[str, str]] = attrs.field(
        factory=dict, converter=_frozen, kw_only=True, repr=False
    )
    direction: Mapping[str, Any] | None = attrs.field(default=None, kw_only=True, repr=False)
    found_under: tuple[str, ...] = attrs.field(
        default=(), converter=_texts, kw_only=True, repr=False
    )
    notes: str = attrs.field(default="", kw_only=True, repr=False)

    def __attrs_post_init__(self) -> None:
        faults = (*self._faults_of_name(), *self._faults_of_lists(), *self._faults_of_targets())
        if faults:
            raise ConfigurationError("This schema cannot be used.", faults=faults)

    def _faults_of_name(self) -> Iterator[Fault]:
        if not self.name:
            yield "name", "must be a text such as 'acme.cdr'"

    def _faults_of_lists(self) -> Iterator[Fault]:
        """Yield what is wrong with each entry, with its place."""
        yield from _numbered("fields", map(_problem_of_field, self.fields.items()))
        yield from _numbered("column_orders", map(self._problem_of_order, self.column_orders))
        yield from _numbered("found_under", map(_problem_of_place, self.found_under))
        yield from _numbered("payloads", map(self._problem_of_payload, self.payloads.items()))

    def _faults_of_targets(self) -> Iterator[Fault]:
        """Yield where another schema is named that is not there."""
        built_in = set(names())
        nested = set(self.nested.values()) - built_in
        # Keys with a prefix may follow this schema itself.
        prefixed = set(self.prefixed.values()) - built_in - {self.name}
        yield from (("nested", "names no built-in schema") for _ in nested)
        yield from (("prefixed", "names no built-in schema") for _ in prefixed)

    def _problem_of_order(self, order: tuple[str, ...]) -> str:
        *_, last = order or ("",)
        names = order[:-1] if last == MORE_COLUMNS else order
        if set(filter(None, names)) <= set(self.fields):
            return ""
        return "names a column that is no field of the schema"

    def _problem_of_payload(self, payload: tuple[object, object]) -> str:
        field, told = payload
        if field in self.fields and isinstance(told, Mapping):
            others = set(map(self._is_field, told.values()))
            if set(told) <= set(ROLES) and others <= {True}:
                return ""
        return "must lead from a field to fields, by coding, flags, length or parts"

    def _is_field(self, name: object) -> bool:
        return isinstance(name, str) and name in self.fields

    @property
    def columns(self) -> tuple[str, ...]:
        """The first column order, for rows without a header; empty when none is known."""
        return self.column_orders[0] if self.column_orders else ()

    def __eq__(self, other: object, /) -> bool:
        return isinstance(other, Schema) and _state(self) == _state(other)

    def __hash__(self) -> int:
        return hash((self.name, self.version, len(self.fields)))

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (_state(self),))


def _state(schema: Schema) -> dict[str, Any]:
    values = {a.name: getattr(schema, a.name) for a in attrs.fields(Schema)}
    return {name: dict(v) if isinstance(v, Mapping) else v for name, v in values.items()}


def _rebuild(state: dict[str, Any]) -> Schema:
    return Schema(**state)


def _numbered(name: str, problems: Iterable[str]) -> Iterator[Fault]:
    for number, problem in enumerate(problems):
        if problem:
            yield f"{name}[{number}]", problem


def _problem_of_field(item: tuple[object, object]) -> str:
    path, field = item
    if not is_path(path):
        return "the path must be a text such as 'legs[].sip'"
    if isinstance(field, Field) and isinstance(field.category, DataCategory):
        return ""
    named = str(getattr(field, "category", field))
    close = get_close_matches(named.upper(), DataCategory.__members__, n=1)
    nearest = f", such as {close[0]}" if close else ""
    return f"the category must be a vp.DataCategory{nearest}"


def _problem_of_place(place: object) -> str:
    return "" if is_place(place) else "must be a path such as 'data[].payload'"


@cache
def _built(name: str) -> Schema | None:
    row = row_of(name)
    if row is None:
        return None
    fields = {
        path: Field(DataCategory(category), meaning)
        for path, (category, meaning) in row["fields"].items()
    }
    settings = {setting: value for setting, value in row.items() if setting != "fields"}
    return Schema(name, fields, **settings)


def get(name: str, /) -> Schema:
    """
    Return a built-in schema.

    Args:
        name: As in `names()`, `"twilio.call"`; with a version when a program depends on it,
            `"twilio.call@1"`.

    Raises:
        voxvalley_privacy.ConfigurationError: If there is no such schema; it names the nearest ones.
    """
    plain, _, version = name.partition("@")
    schema = _built(plain)
    if schema is None:
        from difflib import get_close_matches

        near = ", ".join(get_close_matches(plain, names(), n=3)) or "see vp.schemas.names()"
        raise ConfigurationError(f"There is no schema {shown(plain)} (near: {near}).")
    if version not in ("", str(schema.version)):
        raise ConfigurationError(
            f"Schema {shown(plain)} has version {schema.version} here, not {shown(version)}."
        )
    return schema
