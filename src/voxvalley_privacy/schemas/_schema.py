"""
Record schemas: which field of a record is what.

The built-in ones are data (`facts/schemas`), one file a vendor, each with its source and status.
`Schema` makes one's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import attrs

from ..errors import ConfigurationError
from ..placeholders import shown
from ..vocabulary import DataCategory
from ._folder import names, row_of
from ._parts import is_path, parts_of

__all__ = ["Field", "Schema", "get", "names"]

# What a schema may say of a payload, and the argument it becomes.
ROLES = {"coding": "data_coding", "flags": "esm_class", "length": "sm_length", "parts": "total"}


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


def _orders(given: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(order) for order in given)


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
            field names.

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
        default=(), converter=tuple, kw_only=True, repr=False
    )
    notes: str = attrs.field(default="", kw_only=True, repr=False)

    def __attrs_post_init__(self) -> None:
        faults = [
            (f"fields[{i}]", problem)
            for i, problem in enumerate(map(_problem, self.fields.items()))
            if problem
        ]
        if not self.name:
            faults.append(("name", "must be a text such as 'acme.cdr'"))
        for i, order in enumerate(self.column_orders):
            if not set(order) <= set(self.fields):
                faults.append(
                    (f"column_orders[{i}]", "names a column that is no field of the schema")
                )
        faults.extend(
            (f"found_under[{i}]", "must be a path such as 'data[].payload'")
            for i, path in enumerate(self.found_under)
            if not _is_place(path)
        )
        for role, known in (("nested", self.nested), ("prefixed", self.prefixed)):
            faults.extend(
                (role, "names no built-in schema")
                for target in known.values()
                if target not in names() and target != self.name
            )
        faults.extend(
            (
                f"payloads[{i}]",
                "must lead from a field to fields, by coding, flags, length or parts",
            )
            for i, told in enumerate(self.payloads.items())
            if not self._can_be_read(*told)
        )
        if faults:
            raise ConfigurationError("This schema cannot be used.", faults=tuple(faults))

    def _can_be_read(self, field: object, told: object) -> bool:
        return (
            field in self.fields
            and isinstance(told, Mapping)
            and all(
                role in ROLES and isinstance(other, str) and other in self.fields
                for role, other in told.items()
            )
        )

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


def _problem(item: tuple[object, object]) -> str:
    path, field = item
    if not is_path(path):
        return "the path must be a text such as 'legs[].sip'"
    if not isinstance(field, Field) or not isinstance(field.category, DataCategory):
        return "the category must be a vp.DataCategory"
    return ""


def _is_place(path: object) -> bool:
    """Whether records can come under a path; a list at the top is a place too."""
    return isinstance(path, str) and bool(path) and bool(parts_of(path))


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
