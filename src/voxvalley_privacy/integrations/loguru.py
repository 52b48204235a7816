"""A patcher that treats loguru's records, and a sink for what is patched in later."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from ..errors import ConfigurationError
from ..logs.adapters import MARK, LogStats, Redact, Texts, checked, render, snapshot
from ..placeholders import FAULT
from ..reading import indented, one_line
from ..redaction import Tally

__all__ = ["Patcher", "patcher", "sink"]

_TEXTS = ("name", "function", "module")
_NAMED = ("thread", "process", "file", "level")


class Patcher:
    """
    Treat loguru records in place, which are made for each call; made by `patcher()`.

    Args:
        redact: Treats texts and fields.
    """

    __slots__ = ("_texts",)

    def __init__(self, redact: Redact) -> None:
        self._texts = Texts(redact, Tally())

    def __call__(self, record: Any, /) -> None:
        """Treat message, extras, names and exception; after a fault nothing but placeholders is left."""
        next(self._texts.tally.calls)
        try:
            treated = self._treated(record)
        except (
            Exception
        ):  # a fault gives less, never raw, and never an exception into the call path
            self._texts.fault()
            treated = {
                "message": FAULT,
                "extra": {},
                "exception": None,
                **dict.fromkeys(_TEXTS, FAULT),
            }
            treated.update((name, _Named(FAULT, 0)) for name in ("thread", "process", "file"))
        record.update(treated)

    def stats(self) -> LogStats:
        """Return what was treated so far, in counts."""
        return snapshot(self._texts.tally, self._texts.redact)

    def _treated(self, record: Any) -> dict[str, Any]:
        text = self._texts.text
        message = self._texts.part("message", indented(str(record["message"])))
        if record["exception"] is not None:
            # Loguru would render it with the variables of every frame.
            message += "\n" + self._texts.part("exception", render(tuple(record["exception"])))
        given = {
            name: one_line(value) if isinstance(value, str) else value
            for name, value in record["extra"].items()
        }
        extra = self._texts.record("extra", given)
        # `{extra[caller]}` in a format has to find something.
        extra = {
            **dict.fromkeys(name for name in record["extra"] if text(str(name)) == name),
            **extra,
        }
        named = {name: self._named(record[name]) for name in _NAMED}
        names = {
            name: None if record[name] is None else text(one_line(str(record[name])))
            for name in _TEXTS
        }
        return {"message": message, "extra": extra, "exception": None, **names, **named}

    def _named(self, value: Any) -> Any:
        name = self._texts.text(one_line(str(value.name)))
        path = self._texts.text(one_line(str(getattr(value, "path", ""))))
        if name == value.name and path == getattr(value, "path", ""):
            return value
        return _Named(
            name, getattr(value, "id", 0), path, getattr(value, "no", 0), getattr(value, "icon", "")
        )


class _Named:
    """Stand for loguru's own thread, process, file and level, with another name."""

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


class _Sink:
    """Stand before a function or a stream: the whole line is treated, as are the fields that come with it."""

    def __init__(self, write: Callable[[Any], Any], redact: Redact) -> None:
        self._write = write
        self._texts = Texts(redact, Tally())
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
    """Stand before a coroutine function."""

    async def __call__(self, message: Any, /) -> Any:
        return await self._write(self._shown(message))


class _Message(str):
    """Stand for loguru's text with its record."""

    __slots__ = ("record",)
    record: dict[str, Any]


for _guard in (Patcher, _Sink):
    setattr(_guard, MARK, True)


def patcher(redact: Redact, /) -> Patcher:
    """
    Make a patcher for `logger.configure(patcher=...)`.

    A patcher of a single logger, `logger.patch()`, runs after it; where those add data, add sinks through `sink()` too.

    Args:
        redact: A redactor.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is no redactor.
    """
    return Patcher(checked(redact, "patcher()"))


def sink(target: Any, redact: Redact, /) -> Callable[[Any], Any] | Callable[[Any], Awaitable[Any]]:
    """
    Make a sink for `logger.add()` that treats the line it is given, timestamp, traceback and all.

    Args:
        target: A function, a coroutine function, or a stream with `write`.

        redact: A redactor.

    Raises:
        voxvalley_privacy.ConfigurationError: If *target* is none of these, or *redact* no redactor.
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
