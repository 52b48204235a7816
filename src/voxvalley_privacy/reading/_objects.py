"""
Records that are objects: their fields, and a copy of the same class with other values, built
without running its code.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["fields_of", "rebuild"]


def fields_of(value: object, kind: type, /) -> dict[str, object] | None:
    """
    Return the fields of an attrs, dataclass or pydantic object; None for any other.

    Fields are read past the class's own `__getattribute__`, which is not ours to run.
    """
    names = _names(kind)
    if names is None:
        return None
    found: dict[str, object] = {}
    for name in names:
        try:
            found[name] = object.__getattribute__(value, name)
        except AttributeError:
            continue
    return found


def _names(kind: type) -> tuple[str, ...] | None:
    for base in kind.__mro__:
        own = vars(base)
        if "__attrs_attrs__" in own:
            return tuple(a.name for a in own["__attrs_attrs__"])
        if "__dataclass_fields__" in own:
            return tuple(own["__dataclass_fields__"])
        if "__pydantic_fields__" in own:
            return tuple(own["__pydantic_fields__"])
    return None


def rebuild(value: object, kind: type, fields: Mapping[str, object], /) -> object:
    """
    Return a new object of *kind* with *fields*; neither `__init__` nor validators see the treated
    values.
    """
    made: object = object.__new__(kind)
    # Pydantic keeps which fields were set beside them; its copy needs the same.
    for name in ("__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__"):
        if hasattr(kind, name):
            inner = (
                object.__getattribute__(value, name) if name == "__pydantic_fields_set__" else None
            )
            object.__setattr__(made, name, set(inner) if isinstance(inner, set) else None)
    for name, item in fields.items():
        object.__setattr__(made, name, item)
    return made
