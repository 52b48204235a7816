"""A patcher that treats loguru's records, and a sink for what is patched in later."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from ..errors import ConfigurationError
from ..logs.adapters import (
    FAULT,
    LogStats,
    Redact,
    Texts,
    checked,
    guards,
    indented,
    one_line,
    render,
)

__all__ = ["Patcher", "patcher", "sink"]

_TEXTS = ("name", "function", "module")
_NAMED = ("thread", "process", "file", "level")


@guards
class Patcher:
    """
    Treat loguru records in place: there is one for each call. Built by `patcher()`.

    Args:
        redact: Treats texts and fields.
    """

    __slots__ = ("_texts",)

    def __init__(self, redact: Redact) -> None:
        self._texts = Texts(redact)

    def __call__(self, record: Any, /) -> None:
        """Treat message, extras, names and exception; after a fault only placeholders are left."""
        self._texts.called()
        try:
            treated = self._treated(record)
        except Exception:  # a fault gives less, never raw, and never reaches the call path
            self._texts.fault()
            treated = _placeholders()
        record.update(treated)

    def stats(self) -> LogStats:
        """Return what was treated so far, in counts."""
        return self._texts.stats()

    def _treated(self, record: Any) -> dict[str, Any]:
        message = self._texts.part("message", indented(str(record["message"])))
        if record["exception"] is not None:
            # Loguru would render it with the variables of every frame.
            message += "\n" + self._texts.part("exception", render(tuple(record["exception"])))
        names = {name: self._name(record[name]) for name in _TEXTS}
        named = {name: self._named(record[name]) for name in _NAMED}
        extra = self._extra(record["extra"])
        return {"message": message, "extra": extra, "exception": None, **names, **named}

    def _extra(self, extra: dict[str, Any]) -> dict[str, Any]:
        treated = self._texts.fields("extra", extra)
        # `{extra[caller]}` in a format has to find something.
        shown = (name for name in extra if self._texts.name(str(name)) == name)
        return {**dict.fromkeys(shown), **treated}

    def _name(self, value: object) -> str | None:
        return None if value is None else self._texts.name(one_line(str(value)))

    def _named(self, value: Any) -> Any:
        name = self._texts.name(one_line(str(value.name)))
        path = self._texts.name(one_line(str(getattr(value, "path", ""))))
        if name == value.name and path == getattr(value, "path", ""):
            return value
        return _Named(
            name, getattr(value, "id", 0), path, getattr(value, "no", 0), getattr(value, "icon", "")
        )


def _placeholders() -> dict[str, Any]:
    named = {name: _Named(FAULT, 0) for name in ("thread", "process", "file")}
    names = dict.fromkeys(_TEXTS, FAULT)
    return {"message": FAULT, "extra": {}, "exception": None, **names, **named}


class _Named:
    """Take the place of loguru's own thread, process, file and level, with another name."""

    __slots__ = ("icon", "id", "name", "no", "path")

    def __init__(self, name: str, ident: int, path: str = "", no: int = 0, icon: str = "") -> None:
        self.name = name
        self.id = ident
        self.path = path
        self.no = no
        self.icon = icon

    def __format__(self, spec: str, /) -> str:
        return format(self.name, spec)

    def __repr__(self) -> str:
        return f"({self.name!r})"


@guards
class _Sink:
    """Treat the line and its fields before they come to a function or a stream."""

    def __init__(self, write: Callable[[Any], Any], redact: Redact) -> None:
        self._write = write
        self._texts = Texts(redact)
        self._patch = Patcher(redact)

    def __call__(self, message: Any, /) -> Any:
        return self._write(self._shown(message))

    def _shown(self, message: Any) -> Any:
        record = dict(message.record)
        self._patch(record)
        try:
            text = self._texts.text(indented(str(message)))
        except Exception:  # as in Patcher
            text = f"{FAULT}\n"
        shown = _Message(text)
        shown.record = record
        return shown


class _AsyncSink(_Sink):
    """Treat the line before it comes to a coroutine function."""

    async def __call__(self, message: Any, /) -> Any:
        return await self._write(self._shown(message))


class _Message(str):
    """A line with its record, as loguru passes it."""

    __slots__ = ("record",)
    record: dict[str, Any]


def patcher(redact: Redact, /) -> Patcher:
    """
    Build a patcher for `logger.configure(patcher=...)`.

    A patcher of a single logger, `logger.patch()`, runs after it. If that adds data, add sinks
    through `sink()` too.

    Args:
        redact: A redactor.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is not a redactor.
    """
    return Patcher(checked(redact, "patcher()"))


def sink(target: Any, redact: Redact, /) -> Callable[[Any], Any] | Callable[[Any], Awaitable[Any]]:
    """
    Build a sink for `logger.add()` that treats the whole line, with timestamp and traceback.

    Args:
        target: A function, a coroutine function, or a stream with `write`.

        redact: A redactor.

    Raises:
        voxvalley_privacy.ConfigurationError: If *target* is none of these, or *redact* is not a
            redactor.
    """
    redact = checked(redact, "sink()")
    if isinstance(target, logging.Handler):
        raise ConfigurationError(
            "sink(): protect a handler of logging with vp.logs.GuardedHandler instead."
        )
    write = getattr(target, "write", target)
    if not callable(write):
        raise ConfigurationError(
            "sink(): the target must be a function or a stream; open a path first."
        )
    return _AsyncSink(write, redact) if iscoroutinefunction(write) else _Sink(write, redact)
