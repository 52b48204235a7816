"""
The name of a function whose results are kept.

Two functions that may answer differently must not share it: not two lambdas of one module, not two
closures of one factory, not the methods of two objects.
"""

from __future__ import annotations

import json
import secrets
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any

__all__ = ["name_of_function"]

_DEPTH = 8  # of functions within functions
_SINGLE = frozenset({str, int, float, bool, type(None)})


def name_of_function(function: object, /) -> str:
    """
    Return a name that is the same in every process, and another for every other function.

    A function that refers to an object that can change, or to one of no stable text, has a name of
    this process only, and another each time it is decorated.
    """
    try:
        return json.dumps(_named(function, _DEPTH))
    except Exception:  # what it refers to is not ours
        return f"here {secrets.token_hex(16)}"


def _named(value: Any, depth: int) -> Any:
    if type(value) in _SINGLE:
        return value
    if depth == 0:
        raise ValueError
    match value:
        case bytes():
            return ["bytes", value.hex()]
        case tuple():
            return ["tuple", *[_named(item, depth - 1) for item in value]]
        case frozenset():
            return ["set", *sorted(json.dumps(_named(item, depth - 1)) for item in value)]
        case CodeType():
            return _code(value, depth)
        case FunctionType():
            return _function(value, depth)
        case MethodType() | partial():
            return _bound(value, depth)
        case type() if "<" not in value.__qualname__:
            return ["class", value.__module__, value.__qualname__]
    raise TypeError


def _function(function: FunctionType, depth: int) -> list[Any]:
    # All that a call of it can depend on but for globals, which its module names.
    cells = tuple([cell.cell_contents for cell in function.__closure__ or ()])
    settings = tuple((function.__kwdefaults__ or {}).items())
    parts = (function.__code__, function.__defaults__, settings, cells)
    where = [function.__module__, function.__qualname__]
    return ["function", *where, *[_named(part, depth - 1) for part in parts]]


def _bound(bound: Any, depth: int) -> list[Any]:
    if isinstance(bound, MethodType):
        parts: tuple[Any, ...] = (bound.__func__, bound.__self__)
    else:
        parts = (bound.func, bound.args, tuple(bound.keywords.items()))
    return ["bound", *[_named(part, depth - 1) for part in parts]]


def _code(code: CodeType, depth: int) -> list[Any]:
    parts = (code.co_code, code.co_consts, code.co_names)
    return ["code", *[_named(part, depth - 1) for part in parts]]
