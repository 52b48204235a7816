"""Methods of `logging` that are replaced while anything is protected, and locks over a fork."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from logging import Handler, Logger
from types import MethodType
from typing import Any, Protocol, Self

from ._handler_guard import Guard, guard_of, is_plain_handle

__all__ = [
    "Forks",
    "Guards",
    "Method",
    "add_handler_hook",
    "hook_or_new",
    "live_handlers",
    "lock",
    "loggers",
    "receivers",
    "upwards",
]

# The lock of `logging` itself: it is new in a forked child, and configuration is changed under it.
lock = logging._lock  # type: ignore[attr-defined]  # noqa: SLF001 - there is no public name for it
_EMIT = Guard.emit

# A handler may hang in a write of its own; a fork goes on without it then.
_PATIENCE_SECONDS = 1.0


class Guards(Protocol):
    """Guards handlers of the loggers that it reaches; `Protection` does."""

    @property
    def handlers(self) -> tuple[Handler, ...]:
        """The handlers that are guarded."""

    @property
    def reaches_all(self) -> bool:
        """Whether it reaches every logger there is."""

    def reaches(self, logger: Logger, /) -> bool:
        """Whether records that it protects come to the handlers of *logger*."""

    def guard(self, handler: Handler, /) -> None:
        """Guard one handler."""


class Method:
    """
    Replace a method of `logging` from `install()` to `remove()`.

    Args:
        name: Which method.

        owner: Of which class.
    """

    def __init__(self, name: str, owner: type = Logger) -> None:
        self._name = name
        self._owner = owner
        self.original: Callable[..., Any] = getattr(owner, name)

    def install(self) -> Self:
        """Take the place of the original."""
        setattr(self._owner, self._name, self)
        return self

    def remove(self) -> None:
        """Put the original back, unless somebody else has put theirs on top."""
        if self._owner.__dict__[self._name] is self:
            setattr(self._owner, self._name, self.original)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __call__(self, instance: Any, argument: Any, /) -> Any:
        """Do what the method does."""
        return self.original(instance, argument)


class _AddHandler(Method):
    """Guard a handler before it gets its first record. Holds all protections there are."""

    def __init__(self) -> None:
        super().__init__("addHandler")
        self.hold(())
        self._others = (_CallHandlers(self), _Handle(self))

    def install(self) -> Self:
        for method in self._others:
            method.install()
        return super().install()

    def remove(self) -> None:
        for method in self._others:
            method.remove()
        super().remove()

    def hold(self, protections: tuple[Any, ...], /) -> None:
        """Go by *protections* from now on."""
        self.protections: tuple[Any, ...] = protections
        # Loggers that no protection reaches, so that it is not asked for each record.
        self.outside: set[Logger] = set()

    def guard(self, logger: Logger, handler: Handler, /) -> None:
        """Guard a handler of *logger* where a protection reaches it."""
        reaching = [protection for protection in self.protections if protection.reaches(logger)]
        for protection in reaching:
            protection.guard(handler)
        if not reaching:
            self.outside.add(logger)

    def guard_alone(self, handler: Handler, /) -> None:
        """Guard a handler that may hang on no logger, where every logger is protected."""
        for protection in self.protections:
            if protection.reaches_all:
                protection.guard(handler)

    def guards_alone(self, handler: Handler, /) -> bool:
        """Whether `guard_alone()` is called with *handler* before its first record."""
        everywhere = any(protection.reaches_all for protection in self.protections)
        return everywhere and is_plain_handle(handler)

    def __call__(self, logger: Logger, hdlr: Handler) -> None:
        self.guard(logger, hdlr)
        super().__call__(logger, hdlr)


class _CallHandlers(Method):
    """Guard handlers that did not come through `addHandler`, before they are called."""

    def __init__(self, hook: _AddHandler) -> None:
        super().__init__("callHandlers")
        self._hook = hook

    def __call__(self, logger: Logger, record: logging.LogRecord) -> None:
        anywhere = False
        receiver: Logger | None = logger
        # Written out for speed: each record of every logger comes here.
        while receiver is not None:
            for handler in receiver.handlers:
                anywhere = True
                try:
                    if handler.__dict__["emit"].__func__ is _EMIT:
                        continue
                except (AttributeError, KeyError):
                    pass
                self._unguarded(receiver, handler)
            receiver = receiver.parent if receiver.propagate else None
        if not anywhere and logging.lastResort is not None:
            self._last_resort(logging.lastResort)
        self.original(logger, record)

    def _unguarded(self, logger: Logger, handler: Handler) -> None:
        if logger not in self._hook.outside:
            self._hook.guard(logger, handler)

    def _last_resort(self, handler: Handler) -> None:
        if guard_of(handler) is None:
            for protection in self._hook.protections:
                protection.guard(handler)


class _Handle(Method):
    """Guard handlers that hang on no logger, such as those of a `QueueListener`."""

    def __init__(self, hook: _AddHandler) -> None:
        super().__init__("handle", Handler)
        self._hook = hook

    def __call__(self, handler: Handler, record: logging.LogRecord) -> Any:
        # A guarded handler has a `handle` of its own, and comes here from nowhere.
        if guard_of(handler) is None and not isinstance(handler, logging.NullHandler):
            self._hook.guard_alone(handler)
            if guard_of(handler) is not None:
                return handler.handle(record)
        return self.original(handler, record)


def add_handler_hook() -> _AddHandler | None:
    """Return what guards handlers added later; None when nothing is protected."""
    hook = Logger.__dict__["addHandler"]
    return hook if isinstance(hook, _AddHandler) else None


def hook_or_new() -> _AddHandler:
    """Return what guards handlers added later, and install it first where it is missing."""
    return add_handler_hook() or _AddHandler().install()


def loggers() -> tuple[Logger, ...]:
    """Return the root logger and every other logger."""
    known = logging.root.manager.loggerDict.copy().values()
    return (logging.root, *(logger for logger in known if isinstance(logger, Logger)))


def live_handlers() -> tuple[Handler, ...]:
    """Return every handler that is alive, on a logger or not."""
    references: Any = vars(logging)["_handlerList"]  # there is no public list
    handlers = (reference() for reference in tuple(references))
    return tuple(handler for handler in handlers if isinstance(handler, Handler))


def upwards(logger: Logger, /) -> Iterator[Logger]:
    """Give a logger and its parents."""
    current: Logger | None = logger
    while current is not None:
        yield current
        current = current.parent


def receivers(logger: Logger, /) -> Iterator[Logger]:
    """Give the loggers whose handlers get what is logged to *logger*."""
    for receiver in upwards(logger):
        yield receiver
        if not receiver.propagate:
            return


# Forks ------------------------------------------------------------------------------------------


class Forks:
    """
    Let no process be forked while a guarded handler writes.

    `logging` makes its own locks new in a child, but not the lock inside a file object: a child
    forked in the middle of a write would wait for it for ever.
    """

    def __init__(self) -> None:
        self._held: list[Any] = []
        self._locked = False

    def before(self) -> None:
        """Wait until no guarded handler writes."""
        hook = add_handler_hook()
        if hook is None:
            return
        # First the lock of `logging`, in the order in which a reload of its configuration does.
        lock.acquire()
        self._locked = True
        until = time.monotonic() + _PATIENCE_SECONDS
        guarded = {handler for protection in hook.protections for handler in protection.handlers}
        for handler in guarded:
            left = max(0.0, until - time.monotonic())
            if (held := getattr(handler, "lock", None)) is not None and held.acquire(timeout=left):
                self._held.append(held)

    def in_parent(self) -> None:
        """Let the handlers write again."""
        while self._held:
            self._held.pop().release()
        if self._locked:
            self._locked = False
            lock.release()

    def in_child(self) -> None:
        """Forget the locks; `logging` has new ones."""
        self._held.clear()
        self._locked = False


if hasattr(os, "register_at_fork"):
    _forks = Forks()
    os.register_at_fork(
        before=_forks.before, after_in_parent=_forks.in_parent, after_in_child=_forks.in_child
    )
