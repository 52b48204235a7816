"""Put a redactor in front of what an app already writes to."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar, cast

from ..errors import ConfigurationError
from ..schemas import MORE_COLUMNS
from ._border import Guard, Redact, Tally
from ._column_orders import column_names
from ._csv import treat_row
from ._jsonl import NOT_JSON, JsonWriter, parse_json, treated
from ._published import Published, arguments_of
from ._refusing import Refuse, Refusing

__all__ = ["wrap"]

T = TypeVar("T")

# Method -> its first argument.
_TAKES = {
    "append": "value",
    "appendleft": "value",
    "basic_publish": "value",
    "extend": "values",
    "extendleft": "values",
    "produce": "value",
    "publish": "value",
    "put": "value",
    "put_nowait": "value",
    "send": "value",
    "send_and_wait": "value",
    "send_nowait": "value",
    "write": "value",
    "writelines": "values",
    "writerow": "row",
    "writerows": "rows",
}


def wrap(target: T, redact: Redact, /, *, refuse: Refuse | None = None) -> T:
    """
    Put *redact* in front of *target*, once.

    Args:
        target: Where records go.

            An object with `writerow`, `writerows`, `write`, `writelines`, `put`, `put_nowait`,
            `send`, `send_nowait`, `send_and_wait`, `publish`, `produce`, `basic_publish`, `append`,
            `appendleft`, `extend` or `extendleft`: the arguments of these methods are treated, such
            as the record of `producer.send("calls", record)`, its key and its headers; numbers,
            flags and objects beside it pass, and every other attribute is the target's own, to read
            and to set. Names of topics, exchanges and routing keys stay unless one of their words
            is personal. The columns of a row that is a list are named by the schema's
            column order. A text is parsed when it is JSON; one whole record in each call is treated
            best.

            Or a callable, sync or async, whose first argument is the record, by position or by
            name; one that takes only `**fields` gets them treated as one record. Other arguments
            are passed as they are. Where the first argument is a `topic`, `exchange`, `queue`,
            `subject` or `routing_key`, all are treated, as those of such a method are.

        redact: A `voxvalley_privacy.Redactor`. If it fails, a placeholder is passed on, never the
            record.

        refuse: Whether a record must not come in at all, such as `fenced` of a
            `voxvalley_privacy.ErasureService`. The call is then left out, and counted by the
            attribute `refused`. For callables only.

    Returns:
        A stand-in for *target*. Results and errors of the target come through unchanged.

    Raises:
        voxvalley_privacy.ConfigurationError: If *target* is wrapped already, or cannot take
            records.

        voxvalley_privacy.Denied: From a call, if *redact* is `DisclosurePolicy.to()` and the record
            may not leave; the target is not called.
    """
    if isinstance(target, _Object | _Call):
        raise ConfigurationError("This target is wrapped already; wrap it once, with one redactor.")
    stand_in = _stand_in(target)(target, _Inline(redact))
    if refuse is None:
        return cast("T", stand_in)
    if not isinstance(stand_in, _Call):
        raise ConfigurationError("'refuse' needs a target that is called with the record.")
    return cast("T", Refusing(stand_in, refuse))


def _stand_in(target: object) -> Callable[[Any, _Inline], object]:
    """Return the class that takes the place of *target*."""
    if _takes_records(target):
        return _CallableObject if callable(target) else _Object
    if callable(target):
        return _AsyncCall if _is_async(target) else _Call
    raise ConfigurationError(
        "'target' must be a callable or have a method such as writerow, write, put or append."
    )


def _is_async(target: Callable[..., object]) -> bool:
    while isinstance(target, functools.partial):
        target = target.func
    called = getattr(target, "__call__", None)  # noqa: B004 # what is called may be a method
    return inspect.iscoroutinefunction(target) or inspect.iscoroutinefunction(called)


# Stand-ins ---------------------------------------------------------------------------------------


class _Call:
    """Stand in for a callable."""

    def __init__(self, target: Callable[..., Any], inline: _Inline) -> None:
        self._target = target
        self._inline = inline
        self._first = _first_name(target)
        self._published = arguments_of(target, first=True)
        functools.update_wrapper(self, target)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = self._inline.call(args, kwargs, self._first, self._published)
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
        args, kwargs = self._inline.call(args, kwargs, self._first, self._published)
        return await self._target(*args, **kwargs)


class _Object:
    """Stand in for an object; attributes that are neither treated nor defined here are its own."""

    __slots__ = ("_vp_inline", "_vp_target")

    def __init__(self, target: Any, inline: _Inline) -> None:
        object.__setattr__(self, "_vp_target", target)
        object.__setattr__(self, "_vp_inline", inline)

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._vp_target, name)
        if name in _TAKES and callable(attribute):
            return _Method(attribute, self._vp_inline, _TAKES[name])
        return attribute

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
        """Keep the redactor in front of the object that a `with` returns."""
        if entered is self._vp_target:
            return self
        if not _takes_records(entered):
            return entered
        return wrap(entered, self._vp_inline.redact)


class _CallableObject(_Object):
    """Stand in for an object that has a treated method and is a callable too."""

    __slots__ = ()

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = self._vp_inline.call(args, kwargs, _first_name(self._vp_target))
        return self._vp_target(*args, **kwargs)


class _Method:
    """Stand in for one treated method of an object."""

    __slots__ = ("_inline", "_takes", "_target")

    def __init__(self, target: Callable[..., Any], inline: _Inline, takes: str) -> None:
        self._target = target
        self._inline = inline
        self._takes = takes

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        # The raw arguments leave this frame before the call: no traceback can show them.
        args, kwargs = self._inline.method(self._takes, args, kwargs, arguments_of(self._target))
        return self._target(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<wrapped {_named(self._target)}>"


def _takes_records(target: object) -> bool:
    if inspect.isroutine(target):
        return False
    return any(callable(getattr(target, name, None)) for name in _TAKES)


def _first_name(target: Callable[..., Any]) -> str | None:
    """Return the name by which the first argument can be passed; None when there is none."""
    try:
        parameters = inspect.signature(target).parameters.values()
    except (ValueError, TypeError):
        return None
    first = next(iter(parameters), None)
    if first is None or first.kind not in (first.POSITIONAL_OR_KEYWORD, first.KEYWORD_ONLY):
        return None
    return first.name


def _named(target: Any) -> str:
    name = getattr(target, "__qualname__", None)
    if isinstance(name, str):
        return name
    return type(target).__qualname__


# Values, rows and calls, one at a time ------------------------------------------------------------

_RECORDS = (str, bytes, bytearray, memoryview, Mapping, list, tuple, set, frozenset)


class _Inline:
    """
    Treat the arguments of a method or a callable.

    Nothing here calls the target: no frame of this library holds a record while the target runs.
    """

    __slots__ = ("_guard", "redact")

    def __init__(self, redact: Redact) -> None:
        self.redact = redact
        self._guard = Guard(redact)

    def value(self, value: Any) -> Any:
        """Return a record or a text treated; a text that is JSON is treated as its value."""
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
        self,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        first: str | None,
        published: tuple[str, ...] = (),
    ) -> tuple[Any, dict[str, Any]]:
        """Return the arguments of a call with the first one treated; see `method`."""
        if published:
            return Published(self.value, self._beside).call(published, args, kwargs)
        if args:
            return (self.value(args[0]), *args[1:]), kwargs
        if first in kwargs:
            return args, {**kwargs, first: self.value(kwargs[first])}
        if not kwargs:
            return args, kwargs
        redacted = self.value(kwargs)
        return args, redacted if isinstance(redacted, dict) else {}

    def method(
        self,
        takes: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        published: tuple[str, ...] = (),
    ) -> tuple[Any, dict[str, Any]]:
        """
        Return the arguments of a method treated; the first one is what `_TAKES` says.

        Where the method publishes to a named place, *published* are the names of its arguments.
        """
        if published:
            return Published(self.value, self._beside).call(published, args, kwargs)
        clean: Callable[[Any], Any] = self.row if takes.startswith("row") else self.value
        if takes.endswith("s"):
            clean = functools.partial(map, clean)
        if args:
            return (clean(args[0]), *map(self._beside, args[1:])), self._all_beside(kwargs)
        named = iter(kwargs.items())
        first = {name: clean(arg) for name, arg in islice(named, 1)}
        return args, first | self._all_beside(dict(named))

    def _all_beside(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {name: self._beside(arg) for name, arg in kwargs.items()}

    def _beside(self, arg: Any) -> Any:
        """Treat an argument after the first that can be a record: `send(topic, record)`."""
        return self.value(arg) if isinstance(arg, _RECORDS) else arg

    def _is_header(self, cells: list[Any]) -> bool:
        """Whether a row holds only field names of the schema."""
        fields = getattr(getattr(self.redact, "schema", None), "fields", ())
        return bool(cells) and all(isinstance(cell, str) and cell in fields for cell in cells)

    def _names(self, cells: list[Any]) -> tuple[str, ...]:
        schema = getattr(self.redact, "schema", None)
        orders = getattr(schema, "column_orders", ())
        for order in orders:
            if len(order) == len(cells) and set(order).isdisjoint(("", MORE_COLUMNS)):
                return tuple(order)
        texts = [cell if isinstance(cell, str) else "" for cell in cells]
        names = column_names(orders, [texts])
        return names or column_names((), [texts]) or ()

    def _text(self, text: str) -> str:
        body = text.strip(" \t\r\n")
        if body[:1] not in ("{", "["):
            return self._guard.text(text, Tally())
        value = parse_json(body, Tally())
        if value is not NOT_JSON:
            start = text.index(body)
            return text[:start] + self._json(body, value) + text[start + len(body) :]
        if "\n" in body:
            return "".join(map(self._text, text.splitlines(keepends=True)))
        return self._guard.text(text, Tally())

    def _json(self, text: str, value: Any) -> str:
        """Return *value*, which *text* holds, treated and written alike."""
        write = JsonWriter.like(text.encode("utf-8", "replace"))
        return write.or_marked(treated(value, self._guard, Tally()), Tally())
