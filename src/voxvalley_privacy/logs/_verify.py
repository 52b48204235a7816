"""Look for what is still open: handlers, hooks, leaky loggers, other tools."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from logging import Logger
from types import FunctionType
from typing import Any

from ._gaps import Gap, gap, ignored_codes, leaky_logger
from ._handler_guard import guard_of, is_open
from ._hooks import hook_of
from ._logger_methods import Method, add_handler_hook, live_handlers, loggers, receivers
from ._tools import TOOLS
from ._treated_stream import TreatedStream

__all__ = ["verify"]

_SHOW_LOCALS = ("cgitb", "rich.traceback", "stackprinter", "better_exceptions", "IPython")
_METHODS = ("handle", "callHandlers", "makeRecord", "_log")


def verify(*, ignore: Iterable[str] = ()) -> tuple[Gap, ...]:
    """
    Return every gap found in the logging of this process, each with what leaks and how to mend it.

    All loggers and live handlers are looked at, the hooks that print exceptions and warnings,
    loggers of packages known to print requests, and other tools where they are loaded: structlog,
    loguru, rich, Sentry, OpenTelemetry, Celery, Django. Nothing is changed or imported.

    Args:
        ignore: Codes of gaps that are known and accepted.

    Returns:
        The gaps. An empty result says that nothing known is open, not that nothing is.

    Raises:
        voxvalley_privacy.ConfigurationError: If *ignore* holds anything but codes of gaps.
    """
    ignored = ignored_codes(ignore)
    gaps = chain.from_iterable(_gaps_of(check) for check in (*_CHECKS, *TOOLS))
    return tuple(known for known in gaps if known.code not in ignored)


def _gaps_of(check: Callable[[], Iterator[Gap]]) -> tuple[Gap, ...]:
    try:
        return tuple(check())
    except Exception:  # a tool of another version; what is not known is a gap
        return (gap("verify.failed", check.__name__.strip("_")),)


# Handlers ---------------------------------------------------------------------------------------


def _handlers() -> Iterator[Gap]:
    attached = [(logger, handler) for logger in loggers() for handler in logger.handlers]
    for logger, handler in attached:
        if is_open(handler):
            yield gap("handler.unguarded", f"logger {logger.name}, {type(handler).__name__}")
    if _last_resort_is_open():
        yield gap("handler.last_resort", "logging.lastResort")
    known = {handler for _, handler in attached} | {logging.lastResort}
    for handler in live_handlers():
        if handler not in known and _open_alone(handler):
            yield gap("handler.detached", type(handler).__name__)


def _last_resort_is_open() -> bool:
    return logging.lastResort is not None and is_open(logging.lastResort)


def _open_alone(handler: logging.Handler) -> bool:
    hook = add_handler_hook()
    if not is_open(handler):
        return False
    return hook is None or guard_of(handler) is not None or not hook.guards_alone(handler)


def _formatters() -> Iterator[Gap]:
    for handler in live_handlers():
        guard = guard_of(handler)
        if guard is not None and not guard.knows_its_lines():
            kind = type(handler.formatter).__name__
            yield gap("formatter.unknown", f"{type(handler).__name__}, formatter {kind}")


def _filters() -> Iterator[Gap]:
    for place, name in _filtered_places():
        for filter_ in place.filters:
            # The standard filter compares names.
            if type(filter_) is not logging.Filter:
                yield gap("filter.unknown", f"{name}, {_name_of(filter_)}")


def _filtered_places() -> Iterator[tuple[logging.Filterer, str]]:
    for logger in loggers():
        yield logger, f"logger {logger.name}"
    for handler in live_handlers():
        yield handler, type(handler).__name__


def _name_of(filter_: object) -> str:
    return str(getattr(filter_, "__qualname__", None) or type(filter_).__qualname__)


# Loggers ----------------------------------------------------------------------------------------


def _methods() -> Iterator[Gap]:
    for name in _METHODS:
        module = _module_of(Logger.__dict__[name])
        # Sentry is looked at by its options.
        if module != "logging" and not module.startswith("sentry_sdk."):
            yield gap("logger.patched", f"Logger.{name} by {module}")
    factory = logging.getLogRecordFactory()
    if factory is not logging.LogRecord:
        yield gap("filter.unknown", f"record factory {_name_of(factory)}")


def _module_of(method: Any) -> str:
    """
    Return the module in which a method was written.

    `type()` decides, not `isinstance()`: wrappers say that they are what they wrap.
    """
    while type(method) in _OUR_METHODS:
        method = method.original
    if type(method) is FunctionType:
        return str(method.__globals__["__name__"])
    return str(type(method).__module__)


_OUR_METHODS = frozenset({Method, *Method.__subclasses__()})


def _leaky_loggers() -> Iterator[Gap]:
    for logger in loggers():
        leaky = leaky_logger(logger.name)
        if leaky is None or not logger.isEnabledFor(leaky.level):
            continue
        if _reaches_open(logger):
            level = logging.getLevelName(leaky.level)
            yield gap(
                "logger.leaky",
                f"logger {logger.name}",
                leaks=f"It prints {leaky.prints}.",
                mend=f"Set its level above {level}, or protect() it.",
            )


def _reaches_open(logger: Logger) -> bool:
    """Whether a record of *logger* comes to a handler without a guard."""
    handlers = [handler for receiver in receivers(logger) for handler in receiver.handlers]
    if handlers:
        return any(map(is_open, handlers))
    return _last_resort_is_open()


# Hooks ------------------------------------------------------------------------------------------


def _exception_hooks() -> Iterator[Gap]:
    places = ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook"))
    hooks = [(f"{place.__name__}.{name}", getattr(place, name)) for place, name in places]
    installed = any(hook_of(hook) is not None for _, hook in hooks)
    for where, hook in hooks:
        if hook_of(hook) is not None:
            continue
        module = str(getattr(hook, "__module__", None) or type(hook).__module__)
        if module.startswith(_SHOW_LOCALS):
            yield gap("hook.frame_locals", f"{where} of {module}")
        elif installed:
            yield gap("hook.replaced", f"{where} of {module}")
        else:
            yield gap("hook.unguarded", where)


def _warning_hook() -> Iterator[Gap]:
    hook = warnings.showwarning
    captured = getattr(hook, "__module__", "") == "logging"
    if hook_of(hook) is not None:
        return
    if captured and not _reaches_open(logging.getLogger("py.warnings")):
        return
    yield gap("hook.unguarded", "warnings.showwarning")


def _asyncio() -> Iterator[Gap]:
    if _reaches_open(logging.getLogger("asyncio")):
        leaks = "Exceptions and names of tasks that nobody awaits are logged as they are."
        yield gap("hook.unguarded", "asyncio", leaks=leaks)


def _stderr() -> Iterator[Gap]:
    if sys.stderr is not None and type(sys.stderr) is not TreatedStream:
        yield gap("stderr.unguarded", "sys.stderr")


_CHECKS = (
    _handlers,
    _formatters,
    _filters,
    _methods,
    _leaky_loggers,
    _exception_hooks,
    _warning_hook,
    _asyncio,
    _stderr,
)
