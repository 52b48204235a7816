"""Put a redactor in front of what an app already writes to."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from ..errors import ConfigurationError
from ._border import Redact
from ._inline import Inline

__all__ = ["wrap"]

T = TypeVar("T")

_WHAT = {
    "append": "value",
    "appendleft": "value",
    "extend": "values",
    "extendleft": "values",
    "put": "value",
    "put_nowait": "value",
    "send": "value",
    "send_nowait": "value",
    "write": "value",
    "writelines": "values",
    "writerow": "row",
    "writerows": "rows",
}  # method -> what it takes


def wrap(target: T, redact: Redact, /) -> T:
    """
    Put *redact* in front of *target*, once.

    Args:
        target: Where records go.

            An object with `writerow`, `writerows`, `write`, `writelines`, `put`, `put_nowait`, `send`, `send_nowait`,
            `append`, `appendleft`, `extend` or `extendleft`: what these are given is treated, as in
            `producer.send("calls", record)`; numbers, flags and objects beside it pass, and every other attribute is the
            target's own, to read and to set. Rows that are lists are told by the schema's column order. A text is
            parsed when it is JSON; a whole record a call is treated best.

            Or a callable, sync or async, whose first argument is the record, by position or by name; one that takes
            only `**fields` gets them treated as one record. Other arguments are passed as they are.

        redact: A `voxvalley_privacy.Redactor`. If it fails, a placeholder is passed on, never the record.

    Returns:
        A stand-in for *target*. Results and errors of the target come through unchanged.

    Raises:
        voxvalley_privacy.ConfigurationError: If *target* is wrapped already, or is nothing records can be given to.
    """
    if isinstance(target, _Object | _Call):
        raise ConfigurationError("This target is wrapped already; wrap it once, with one redactor.")
    inline = Inline(redact)
    if _takes_records(target):
        return cast("T", (_CallableObject if callable(target) else _Object)(target, inline))
    if not callable(target):
        raise ConfigurationError(
            "'target' must be a callable or have a method such as writerow, write, put or append."
        )
    return cast("T", (_AsyncCall if _is_async(target) else _Call)(target, inline))


def _is_async(target: Callable[..., object]) -> bool:
    while isinstance(target, functools.partial):
        target = target.func
    called = getattr(target, "__call__", None)  # noqa: B004 # what is called may be a method
    return inspect.iscoroutinefunction(target) or inspect.iscoroutinefunction(called)


class _Call:
    """Stand in for a callable."""

    def __init__(self, target: Callable[..., Any], inline: Inline) -> None:
        self._target = target
        self._inline = inline
        self._first = _first_name(target)
        functools.update_wrapper(self, target)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = self._inline.call(args, kwargs, self._first)
        return self._target(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "_target"), name)

    def __repr__(self) -> str:
        return f"<wrapped {_named(self._target)}>"

    def __reduce__(self) -> tuple[object, ...]:
        return wrap, (self._target, self._inline.redact)


class _AsyncCall(_Call):
    """Stand in for a coroutine function."""

    async def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = self._inline.call(args, kwargs, self._first)
        return await self._target(*args, **kwargs)


class _Object:
    """Stand in for an object; what is neither treated nor told here is the object's own."""

    __slots__ = ("_vp_inline", "_vp_target")

    def __init__(self, target: Any, inline: Inline) -> None:
        object.__setattr__(self, "_vp_target", target)
        object.__setattr__(self, "_vp_inline", inline)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._vp_target, name)
        return (
            _Method(found, self._vp_inline, _WHAT[name])
            if name in _WHAT and callable(found)
            else found
        )

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._vp_target, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._vp_target, name)

    def __repr__(self) -> str:
        return f"<wrapped {_named(type(self._vp_target))}>"

    def __reduce__(self) -> tuple[object, ...]:
        return wrap, (self._vp_target, self._vp_inline.redact)

    def __bool__(self) -> bool:
        return bool(self._vp_target)

    def __len__(self) -> int:
        return len(self._vp_target)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._vp_target)

    def __next__(self) -> Any:
        return next(self._vp_target)

    def __contains__(self, item: object) -> bool:
        return item in self._vp_target

    def __getitem__(self, key: Any) -> Any:
        return self._vp_target[key]

    def __aiter__(self) -> Any:
        return aiter(self._vp_target)

    def __enter__(self) -> Any:
        return self._entered(self._vp_target.__enter__())

    def __exit__(self, *error: object) -> Any:
        return self._vp_target.__exit__(*error)

    async def __aenter__(self) -> Any:
        return self._entered(await self._vp_target.__aenter__())

    async def __aexit__(self, *error: object) -> Any:
        return await self._vp_target.__aexit__(*error)

    def _entered(self, entered: Any) -> Any:
        """Keep the redactor in front of what a `with` hands out."""
        if entered is self._vp_target:
            return self
        return wrap(entered, self._vp_inline.redact) if _takes_records(entered) else entered


class _CallableObject(_Object):
    """Stand in for an object that has a method of ours and is a callable too."""

    __slots__ = ()

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = self._vp_inline.call(args, kwargs, _first_name(self._vp_target))
        return self._vp_target(*args, **kwargs)


class _Method:
    """Stand in for one treated method of an object."""

    __slots__ = ("_inline", "_target", "_what")

    def __init__(self, target: Callable[..., Any], inline: Inline, what: str) -> None:
        self._target = target
        self._inline = inline
        self._what = what

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        # The raw arguments leave this frame before the target is called, so that no traceback can show them.
        args, kwargs = self._inline.method(self._what, args, kwargs)
        return self._target(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<wrapped {_named(self._target)}>"


def _takes_records(target: object) -> bool:
    return not inspect.isroutine(target) and any(
        callable(getattr(target, name, None)) for name in _WHAT
    )


def _first_name(target: Callable[..., Any]) -> str | None:
    """Return the name by which the first argument can be passed; None when there is none, or nobody can tell."""
    try:
        first = next(iter(inspect.signature(target).parameters.values()), None)
    except (ValueError, TypeError):
        return None
    return (
        first.name
        if first is not None and first.kind in (first.POSITIONAL_OR_KEYWORD, first.KEYWORD_ONLY)
        else None
    )


def _named(target: Any) -> str:
    name = getattr(target, "__qualname__", None)
    return name if isinstance(name, str) else type(target).__qualname__
