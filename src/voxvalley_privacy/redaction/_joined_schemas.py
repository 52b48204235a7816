"""Several schemas of one redactor, joined into one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..categories import hidden
from ..errors import ConfigurationError
from ..schemas import Field, Schema, get
from ..vocabulary import DataCategory

__all__ = ["joined_schema"]


def joined_schema(schemas: Schema | str | Iterable[Schema | str] | None, /) -> Schema | None:
    """
    Return the one schema that a redactor reads records by.

    Fields of several schemas are joined. Where two of them disagree about a field, the category of
    which the policies hide more counts, whatever the order: a record of either kind is then never
    shown more than its own schema would show.

    Raises:
        voxvalley_privacy.ConfigurationError: If the list is empty, holds something else, or two of
            the schemas read the inside of one field in different ways.
    """
    if schemas is None or isinstance(schemas, Schema):
        return schemas
    if isinstance(schemas, str):
        return get(schemas)
    listed = _listed(schemas)
    if len(listed) == 1:
        return listed[0]
    return Schema(
        "+".join(schema.name for schema in listed),
        _fields(listed),
        column_orders=tuple(dict.fromkeys(o for schema in listed for o in schema.column_orders)),
        nested=_agreed(listed, "nested"),
        prefixed=_agreed(listed, "prefixed"),
        payloads=_agreed(listed, "payloads"),
        direction=_direction(listed),
        found_under=tuple(dict.fromkeys(p for schema in listed for p in schema.found_under)),
    )


def _listed(schemas: Any) -> tuple[Schema, ...]:
    is_list = isinstance(schemas, Iterable) and not isinstance(schemas, (bytes, Mapping))
    items = list(schemas) if is_list else []
    if not items or not all(isinstance(item, (Schema, str)) for item in items):
        raise ConfigurationError(
            "Redactor(): 'schema' must be a vp.Schema, the name of a built-in one, or a list of "
            "these that is not empty."
        )
    return tuple(dict.fromkeys(item if isinstance(item, Schema) else get(item) for item in items))


def _fields(schemas: tuple[Schema, ...]) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for schema in schemas:
        for path, field in schema.fields.items():
            known = fields.setdefault(path, field)
            if hidden(field.category) > hidden(known.category):
                fields[path] = field
    _end_user_side(schemas, fields)
    return fields


def _end_user_side(schemas: tuple[Schema, ...], fields: dict[str, Field]) -> None:
    """Take both sides of a call for the end user's where schemas tell the sides in two ways."""
    directions = [schema.direction for schema in schemas if schema.direction is not None]
    if _direction(schemas) is not None:
        return
    for direction in directions:
        for path in direction["end_user"].values():
            fields[path] = Field(DataCategory.END_USER_NUMBER, fields[path].meaning)


def _direction(schemas: tuple[Schema, ...]) -> Mapping[str, Any] | None:
    """Return how the sides of a call are told, if all schemas that tell them agree."""
    directions = [dict(schema.direction) for schema in schemas if schema.direction is not None]
    if not directions or any(direction != directions[0] for direction in directions):
        return None
    return directions[0]


def _agreed(schemas: tuple[Schema, ...], part: str) -> dict[str, Any]:
    """Return a mapping of all schemas; they must agree, as a value is read in one way."""
    agreed: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    for schema in schemas:
        for path, target in getattr(schema, part).items():
            if agreed.setdefault(path, target) != target:
                faults.append((f"{schema.name}.{part}", f"reads {path!r} in another way"))
    if faults:
        raise ConfigurationError(
            "These schemas cannot be used by one redactor.", faults=tuple(faults)
        )
    return agreed
