"""Guard every handler that the records of a logger reach, now and later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from logging import Handler, Logger
from pkgutil import resolve_name
from types import TracebackType
from typing import Any, Self, TypeAlias
from weakref import WeakSet

from ..errors import ConfigurationError
from ._handler_guard import Guard, guard_of
from ._logger_methods import (
    add_handler_hook,
    hook_or_new,
    live_handlers,
    lock,
    loggers,
    receivers,
    upwards,
)
from ._record import Treatment
from ._texts import LogStats, Redact, checked

__all__ = ["GuardedHandler", "Protection", "protect", "protect_by"]

_Excluded: TypeAlias = Handler | type[Handler]


class Protection:
    """
    The result of `protect()`. Use it as a context manager, or call `remove()`.

    Args:
        logger: Everything that its records reach is guarded.

        treatment: What the guards apply.

        exclude: Handlers, and classes of handlers, that are not guarded.
    """

    def __init__(
        self, logger: Logger, treatment: Treatment, exclude: tuple[_Excluded, ...] = ()
    ) -> None:
        self.logger = logger
        self._treatment = treatment
        self._handlers: WeakSet[Handler] = WeakSet()
        self._exclude = exclude

    @property
    def redact(self) -> Redact:
        """The redactor in use."""
        return self._treatment.texts.redact

    @property
    def handlers(self) -> tuple[Handler, ...]:
        """The handlers that are guarded."""
        return tuple(self._handlers)

    @property
    def reaches_all(self) -> bool:
        """Whether every logger is protected."""
        return self.logger.root is self.logger

    def stats(self) -> LogStats:
        """Return what was treated so far, in counts."""
        return self._treatment.texts.stats()

    def is_of(self, logger: Logger, treatment: Treatment, exclude: tuple[_Excluded, ...]) -> bool:
        """Whether it was built from equal settings."""
        return (
            self.logger is logger and self._treatment.equals(treatment) and self._exclude == exclude
        )

    def install(self) -> None:
        """Guard the handlers that there are."""
        handlers = [handler for logger in self._reached() for handler in logger.handlers]
        if self.reaches_all:
            handlers += live_handlers()
        if logging.lastResort is not None:
            handlers.append(logging.lastResort)
        for handler in handlers:
            self.guard(handler)

    def _reached(self) -> Iterator[Logger]:
        return filter(self.reaches, loggers())

    def remove(self) -> None:
        """Take the guards off again; those of other protections stay."""
        with lock:
            hook = add_handler_hook()
            if hook is not None:
                hook.hold(tuple(other for other in hook.protections if other is not self))
                if not hook.protections:
                    hook.remove()
            for handler in self.handlers:
                _unguard(handler, self._treatment)
            self._handlers.clear()

    def guard(self, handler: Handler, /) -> None:
        """Guard one handler; where it has a guard, that guard applies this redactor too."""
        if isinstance(handler, logging.NullHandler) or self._excludes(handler):
            return
        with lock:
            try:
                self._guard(handler)
            except (AttributeError, TypeError):
                if isinstance(handler, Handler):
                    raise
                # An object with slots, to which nothing can be added. `verify()` names it.

    def _guard(self, handler: Handler) -> None:
        guard = guard_of(handler)
        if guard is None:
            Guard(handler, self._treatment)
        else:
            guard.add(self._treatment)
        if handler not in self._handlers:
            self._handlers.add(handler)
            self._catch_up(handler)

    def _excludes(self, handler: Handler) -> bool:
        for excluded in self._exclude:
            if handler is excluded:
                return True
            if isinstance(excluded, type) and isinstance(handler, excluded):
                return True
        return False

    def _catch_up(self, handler: Handler) -> None:
        """Treat what a handler such as `MemoryHandler` has kept so far, and has yet to pass on."""
        kept: Any = getattr(handler, "buffer", None)
        if type(kept) is not list:
            return
        for at, record in enumerate(tuple(kept)):
            if not isinstance(record, logging.LogRecord):
                continue
            treated = self._treatment(record)
            # No lock: it may be flushed meanwhile.
            if at < len(kept) and kept[at] is record:
                kept[at] = treated

    def reaches(self, logger: Logger, /) -> bool:
        """Whether records of the protected logger or its children come to handlers of *logger*."""
        if self.reaches_all or self.logger in upwards(logger):
            return True
        return logger in receivers(self.logger)

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


def protect(
    redact: Redact,
    /,
    logger: Logger | str | None = None,
    *,
    second_pass: bool = False,
    exclude: Iterable[_Excluded] = (),
) -> Protection:
    """
    Let no handler that the records of *logger* reach see personal data.

    These are its own handlers, those of its children, and those it propagates to; also handlers
    that are added later. The handler itself is guarded, whatever else is logged to it.

    Args:
        redact: A redactor. Its faults become placeholder records; `Protection.stats()` counts them.

        logger: A logger or its name. None for every logger and every handler, now and later.

        second_pass: Whether a formatted line is treated once more, so that what a formatter added
            is treated too. Lines that hold nothing but treated fields are left as they are.

        exclude: Handlers, or classes of handlers, that see records as they are, such as the
            handlers of a test framework. `verify()` still names them.

    Returns:
        The protection; asked for twice with equal settings, the same one.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is not a redactor, *logger* not a logger,
            or *exclude* holds anything but handlers.
    """
    treatment = Treatment(checked(redact, "protect()"), second_pass=bool(second_pass))
    return protect_by(treatment, logger, exclude)


def protect_by(
    treatment: Treatment, logger: Logger | str | None, exclude: Iterable[_Excluded]
) -> Protection:
    """Guard handlers with a treatment; see `protect`."""
    target = _target(logger)
    excluded = _excluded(exclude)
    with lock:
        hook = hook_or_new()
        for known in hook.protections:
            if isinstance(known, Protection) and known.is_of(target, treatment, excluded):
                protection = known
                break
        else:
            protection = Protection(target, treatment, excluded)
            hook.hold((*hook.protections, protection))
        protection.install()
    return protection


class GuardedHandler:
    """
    Build a guarded handler, for `dictConfig` and `fileConfig`. The result is the handler itself.

    Args:
        of: The handler class, or where it is: `"logging.StreamHandler"`.

        redact: A redactor, or where it is: `"myapp.privacy:redact"`.

        args: For the handler class.

        kwargs: For the handler class.
    """

    def __new__(  # type: ignore[misc]  # fileConfig asks for a class
        cls,
        of: str | Callable[..., Handler],
        redact: str | Redact,
        *args: Any,
        **kwargs: Any,
    ) -> Handler:
        """Return the guarded handler."""
        build = resolve_name(of) if isinstance(of, str) else of
        redactor = resolve_name(redact) if isinstance(redact, str) else redact
        treatment = Treatment(checked(redactor, "GuardedHandler()"))
        handler: Handler = build(*args, **kwargs)
        Guard(handler, treatment)
        return handler


def _target(logger: object) -> Logger:
    if logger is None or isinstance(logger, str):
        return logging.getLogger(logger)
    if isinstance(logger, logging.LoggerAdapter):
        logger = logger.logger
    if not isinstance(logger, Logger):
        raise ConfigurationError(
            "protect(): 'logger' must be a logger, the name of a logger, or None for all."
        )
    return logger


def _excluded(exclude: object) -> tuple[Any, ...]:
    excluded = tuple(exclude) if isinstance(exclude, Iterable) else (exclude,)
    for handler in excluded:
        is_class = isinstance(handler, type) and issubclass(handler, Handler)
        if not is_class and not isinstance(handler, Handler):
            raise ConfigurationError(
                "protect(): 'exclude' must hold handlers or classes of handlers."
            )
    return excluded


def _unguard(handler: Handler, treatment: Treatment) -> None:
    guard = guard_of(handler)
    if guard is None:
        return
    guard.hold(tuple(other for other in guard.treatments if other is not treatment))
    if not guard.treatments:
        guard.release()
