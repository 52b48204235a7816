"""Guard every handler that the records of a logger reach, now and later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from logging import Logger
from pkgutil import resolve_name
from types import MethodType, TracebackType
from typing import Any, Self
from weakref import WeakSet

from ..errors import ConfigurationError
from ..redaction import Tally
from ._counts import LogStats, snapshot
from ._handler_guard import Guard, guard_of
from ._record import Treatment
from ._redact import Redact, checked

__all__ = ["GuardedHandler", "Method", "Protection", "add_handler_hook", "loggers", "protect"]

# The lock of `logging` itself: it is made anew in a forked child, and configuration is changed under it.
_lock = logging._lock  # type: ignore[attr-defined]  # noqa: SLF001 - there is no public name for it
_EMIT = Guard.emit


class Protection:
    """
    Stand for one `protect()`; use it as a context manager, or call `remove()`.

    Args:
        logger: Everything that its records reach is guarded.

        treatment: What the guards apply.
    """

    def __init__(self, logger: Logger, treatment: Treatment) -> None:
        self.logger = logger
        self._treatment = treatment
        self._handlers: WeakSet[logging.Handler] = WeakSet()

    @property
    def redact(self) -> Redact:
        """The redactor in use."""
        return self._treatment.texts.redact

    @property
    def handlers(self) -> tuple[logging.Handler, ...]:
        """The handlers that are guarded."""
        return tuple(self._handlers)

    def stats(self) -> LogStats:
        """Return what was treated so far, in counts."""
        return snapshot(self._treatment.texts.tally, self.redact)

    def remove(self) -> None:
        """Take the guards off again; those of other protections stay."""
        with _lock:
            hook = add_handler_hook()
            if hook is not None:
                hook.hold(tuple(p for p in hook.protections if p is not self))
                if not hook.protections:
                    hook.remove()
            for handler in self.handlers:
                _unguard(handler, self._treatment)
            self._handlers.clear()

    def guard(self, handler: logging.Handler, /) -> None:
        """Guard one handler; a guard that is there gets this redactor as one more."""
        if isinstance(handler, logging.NullHandler):
            return
        with _lock:
            guard = guard_of(handler) or Guard(handler, self._treatment)
            if self._treatment not in guard.treatments:
                guard.treatments += (self._treatment,)
            if handler not in self._handlers:
                self._handlers.add(handler)
                self._catch_up(handler)

    def _catch_up(self, handler: logging.Handler) -> None:
        """Treat what a handler like `MemoryHandler` has kept so far, and has yet to pass on."""
        kept: Any = getattr(handler, "buffer", None)
        for at, one in enumerate(tuple(kept) if type(kept) is list else ()):
            treated = self._treatment(one) if isinstance(one, logging.LogRecord) else one
            # No lock: it may be flushed meanwhile.
            if at < len(kept) and kept[at] is one:
                kept[at] = treated

    def reaches(self, logger: Logger, /) -> bool:
        """Say whether records of the protected logger or of its children come to the handlers of *logger*."""
        return (
            self.logger.root is self.logger
            or self.logger in _upwards(logger)
            or logger in _receivers(self.logger)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.remove()

    def __repr__(self) -> str:
        return f"<Protection of {len(self._handlers)} handlers>"


def protect(logger: Logger | str | None, redact: Redact) -> Protection:
    """
    Let no handler that the records of *logger* reach see personal data: its own, those of its children, those it propagates to.

    Handlers that are added later are guarded too. What is guarded is the handler, whatever else is logged to it.

    Args:
        logger: A logger or its name; None for every logger there is and will be.

        redact: A redactor. Its faults become placeholder records; the count is in `Protection.stats()`.

    Returns:
        The protection; asked for twice with an equal redactor, the same one.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is no redactor, or *logger* no logger.
    """
    redact = checked(redact, "protect()")
    target = (
        logging.getLogger(logger) if logger is None or isinstance(logger, str) else _logger(logger)
    )
    with _lock:
        hook = add_handler_hook() or _AddHandler().install()
        for known in hook.protections:
            if known.logger is target and known.redact == redact:
                protection = known
                break
        else:
            protection = Protection(target, Treatment(redact, Tally()))
            hook.hold((*hook.protections, protection))
        for one in loggers():
            if protection.reaches(one):
                for handler in tuple(one.handlers):
                    protection.guard(handler)
        if logging.lastResort is not None:
            protection.guard(logging.lastResort)
    return protection


class GuardedHandler:
    """
    Make a guarded handler, for `dictConfig` and `fileConfig`; what comes out is the handler itself.

    Args:
        of: The handler class, or where it is: `"logging.StreamHandler"`.

        redact: A redactor, or where it is: `"myapp.privacy:redact"`.

        args: For the handler class.

        kwargs: For the handler class.
    """

    def __new__(  # type: ignore[misc]  # fileConfig asks for a class
        cls,
        of: str | Callable[..., logging.Handler],
        redact: str | Redact,
        *args: Any,
        **kwargs: Any,
    ) -> logging.Handler:
        """Return the guarded handler."""
        make = resolve_name(of) if isinstance(of, str) else of
        treat = checked(
            resolve_name(redact) if isinstance(redact, str) else redact, "GuardedHandler()"
        )
        handler: logging.Handler = make(*args, **kwargs)
        Guard(handler, Treatment(treat, Tally()))
        return handler


class Method:
    """
    Stand for a method of `Logger`, from `install()` to `remove()`; called with a logger first.

    Args:
        name: Which one.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.original: Callable[..., None] = getattr(Logger, name)

    def install(self) -> Self:
        """Take the place of the original."""
        setattr(Logger, self._name, self)
        return self

    def remove(self) -> None:
        """Put the original back, unless somebody else has put theirs on top."""
        if Logger.__dict__[self._name] is self:
            setattr(Logger, self._name, self.original)

    def __get__(self, logger: Logger | None, owner: type[Logger] | None = None) -> Any:
        return self if logger is None else MethodType(self, logger)

    def __call__(self, logger: Logger, given: Any, /) -> None:
        """Stand for the method."""
        self.original(logger, given)


class _AddHandler(Method):
    """Guard a handler before it gets its first record. Holds all protections there are."""

    def __init__(self) -> None:
        super().__init__("addHandler")
        self.hold(())
        self._calls = _CallHandlers(self)

    def install(self) -> Self:
        self._calls.install()
        return super().install()

    def remove(self) -> None:
        self._calls.remove()
        super().remove()

    def hold(self, protections: tuple[Protection, ...], /) -> None:
        """Go by *protections* from now on."""
        self.protections = protections
        self.outside: set[Logger] = (
            set()
        )  # loggers that none of them reaches, so that it is not asked for each record

    def guard(self, logger: Logger, handler: logging.Handler, /) -> None:
        """Guard a handler of *logger* where a protection reaches it."""
        reached = [protection for protection in self.protections if protection.reaches(logger)]
        for protection in reached:
            protection.guard(handler)
        if not reached:
            self.outside.add(logger)

    def __call__(self, logger: Logger, hdlr: logging.Handler) -> None:
        self.guard(logger, hdlr)
        super().__call__(logger, hdlr)


class _CallHandlers(Method):
    """Guard handlers that came past `addHandler`, as in `logger.handlers = [...]`, before they are called."""

    def __init__(self, hook: _AddHandler) -> None:
        super().__init__("callHandlers")
        self._hook = hook

    def __call__(self, logger: Logger, record: logging.LogRecord) -> None:
        one: Logger | None = logger
        found = False
        while one is not None:
            for handler in one.handlers:
                found = True
                if (
                    getattr(handler.__dict__.get("emit"), "__func__", None) is not _EMIT
                    and one not in self._hook.outside
                ):
                    self._hook.guard(one, handler)
            one = one.parent if one.propagate else None
        if not found and logging.lastResort is not None and guard_of(logging.lastResort) is None:
            for protection in self._hook.protections:
                protection.guard(logging.lastResort)
        self.original(logger, record)


def add_handler_hook() -> _AddHandler | None:
    """Return what guards handlers added later; None when nothing is protected."""
    hook = Logger.__dict__["addHandler"]
    return hook if isinstance(hook, _AddHandler) else None


def loggers() -> tuple[Logger, ...]:
    """Return the root logger and every other one."""
    return (
        logging.root,
        *(
            one
            for one in logging.root.manager.loggerDict.copy().values()
            if isinstance(one, Logger)
        ),
    )


def _logger(given: object) -> Logger:
    logger = given.logger if isinstance(given, logging.LoggerAdapter) else given
    if not isinstance(logger, Logger):
        raise ConfigurationError(
            "protect(): the first argument must be a logger, the name of one, or None for all."
        )
    return logger


def _upwards(logger: Logger) -> Iterator[Logger]:
    one: Logger | None = logger
    while one is not None:
        yield one
        one = one.parent


def _receivers(logger: Logger) -> Iterator[Logger]:
    """Give the loggers whose handlers get what is logged to *logger*."""
    for one in _upwards(logger):
        yield one
        if not one.propagate:
            return


def _unguard(handler: logging.Handler, treatment: Treatment) -> None:
    guard = guard_of(handler)
    if guard is None:
        return
    guard.treatments = tuple(t for t in guard.treatments if t is not treatment)
    if not guard.treatments:
        guard.release()
