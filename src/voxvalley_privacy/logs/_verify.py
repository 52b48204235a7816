"""Look for what is still open: handlers, hooks, leaky loggers, other tools."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from itertools import chain
from logging import Logger
from types import FunctionType

from ._gaps import Gap
from ._handler_guard import is_open
from ._hooks import hook_of
from ._protect import Method, loggers
from ._tools import TOOLS
from ._vendors import LEAKY

__all__ = ["verify"]

_PROTECT = "Call vp.logs.protect(None, redact)."
_HOOKS = "Call vp.logs.install_hooks(redact)."
_LOCALS_HOOKS = ("cgitb", "rich.traceback", "stackprinter", "better_exceptions", "IPython")


def verify() -> tuple[Gap, ...]:
    """
    Return every hole found in the logging of this process, each with what leaks and how to mend it.

    It looks at all loggers and handlers, at the hooks that print exceptions and warnings, at loggers of packages known to print
    requests, and at structlog, loguru, rich, sentry and OpenTelemetry where they are loaded. It changes nothing and never raises;
    an empty answer says that nothing known is open, not that nothing is.
    """
    return tuple(
        chain.from_iterable(
            _asked(check) for check in (_handlers, _methods, _vendors, _hooks, *TOOLS)
        )
    )


def _asked(check: Callable[[], Iterator[Gap]]) -> tuple[Gap, ...]:
    try:
        return tuple(check())
    except Exception:  # a tool of another version; not to know is a hole
        name = check.__name__.strip("_")
        return (
            Gap(
                "verify.failed",
                name,
                "This could not be looked at.",
                "Look at its configuration yourself.",
            ),
        )


def _handlers() -> Iterator[Gap]:
    for logger in loggers():
        for handler in logger.handlers:
            if is_open(handler):
                yield Gap(
                    "handler.unguarded",
                    f"logger {logger.name}, {type(handler).__name__}",
                    "Messages, arguments, extras and tracebacks are written as they are.",
                    _PROTECT,
                )
    if logging.lastResort is not None and is_open(logging.lastResort):
        yield Gap(
            "handler.last_resort",
            "logging.lastResort",
            "Warnings of loggers without a handler are written to stderr as they are.",
            _PROTECT,
        )


def _methods() -> Iterator[Gap]:
    for name in ("handle", "callHandlers"):
        method = Logger.__dict__[name]
        while isinstance(method, Method):
            method = method.original
        # What is wrapped is shown as the wrapper; its module is where it was written, whatever it says of itself.
        module = (
            method.__globals__["__name__"]
            if isinstance(method, FunctionType)
            else type(method).__module__
        )
        # Sentry is looked at by its options.
        if module != "logging" and not str(module).startswith("sentry_sdk."):
            yield Gap(
                "logger.patched",
                f"Logger.{name} by {module}",
                "It sees records before any handler does, as they are.",
                "Turn its forwarding of logs off, or let it read from a guarded handler.",
            )


def _vendors() -> Iterator[Gap]:
    for logger in loggers():
        for leaky in LEAKY:
            if logger.name != leaky.name and not logger.name.startswith(f"{leaky.name}."):
                continue
            if logger.isEnabledFor(leaky.level) and (leaky.encoded or _open(logger)):
                mend = f"Set its level above {logging.getLevelName(leaky.level)}" + (
                    "." if leaky.encoded else ", or protect() it."
                )
                yield Gap(
                    "logger.leaky", f"logger {logger.name}", f"It prints {leaky.prints}.", mend
                )


def _open(logger: logging.Logger) -> bool:
    """Say whether a record of *logger* comes to a handler without a guard."""
    found = False
    one: logging.Logger | None = logger
    while one is not None:
        for handler in one.handlers:
            found = True
            if is_open(handler):
                return True
        one = one.parent if one.propagate else None
    return not found and logging.lastResort is not None and is_open(logging.lastResort)


def _hooks() -> Iterator[Gap]:
    for place, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        hook = getattr(place, name)
        if hook_of(hook) is not None:
            continue
        where = f"{place.__name__}.{name}"
        module = getattr(hook, "__module__", None) or type(hook).__module__
        if str(module).startswith(_LOCALS_HOOKS):
            leaks = "Exceptions are printed with the values of local variables."
            yield Gap("hook.frame_locals", f"{where} of {module}", leaks, _HOOKS)
        else:
            yield Gap(
                "hook.unguarded",
                where,
                "Exceptions that nobody catches are printed as they are.",
                _HOOKS,
            )
    captured = getattr(warnings.showwarning, "__module__", "") == "logging"
    if hook_of(warnings.showwarning) is None and not (
        captured and not _open(logging.getLogger("py.warnings"))
    ):
        yield Gap(
            "hook.unguarded",
            "warnings.showwarning",
            "Texts of warnings are printed as they are.",
            _HOOKS,
        )
    if _open(logging.getLogger("asyncio")):
        leaks = "Exceptions and names of tasks that nobody awaits are logged as they are."
        yield Gap("hook.unguarded", "asyncio", leaks, _HOOKS)
