"""What the interpreter prints by itself when nobody catches an exception or sees a warning: treated, and reversible."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from types import TracebackType
from typing import Any, Self, TextIO

from .. import policies
from ..placeholders import FAULT
from ..reading import indented, one_line
from ..redaction import Redactor
from ._protect import Protection, protect
from ._redact import Redact, checked
from ._traceback import render

__all__ = ["Hooks", "hook_of", "install_hooks"]


class Hooks:
    """
    Stand for one `install_hooks()`; use it as a context manager, or call `remove()`.

    Args:
        redact: Treats what is printed.
    """

    def __init__(self, redact: Redact) -> None:
        self._redact = redact
        self._asyncio: Protection | None = None
        self._places = (
            (sys, "excepthook", self.exception),
            (threading, "excepthook", self.thread),
            (sys, "unraisablehook", self.unraisable),
            (warnings, "showwarning", self.warning),
        )
        self._replaced: dict[str, Any] = {}

    @property
    def in_place(self) -> bool:
        """Whether the hooks are installed."""
        return bool(self._replaced)

    def install(self) -> None:
        """Put the hooks in place."""
        for place, name, mine in self._places:
            self._replaced[f"{place.__name__}.{name}"] = getattr(place, name)
            setattr(place, name, mine)
        # Tasks whose exception nobody asked for, and callbacks that fail, are logged under this name.
        self._asyncio = protect("asyncio", self._redact)

    def remove(self) -> None:
        """Put back what was there, where nobody else has put theirs on top."""
        for place, name, mine in self._places:
            replaced = self._replaced.pop(f"{place.__name__}.{name}", None)
            if replaced is not None and getattr(place, name) == mine:
                setattr(place, name, replaced)
        if self._asyncio is not None:
            self._asyncio.remove()
            self._asyncio = None

    def exception(
        self, kind: type[BaseException], error: BaseException, tb: TracebackType | None, /
    ) -> None:
        """Stand for `sys.excepthook`."""
        self._print("", (kind, error, tb))

    def thread(self, args: threading.ExceptHookArgs, /) -> None:
        """Stand for `threading.excepthook`."""
        if args.exc_type is SystemExit:
            return
        name = args.thread.name if args.thread is not None else "unknown"
        self._print(
            f"Exception in thread {one_line(name)}:\n",
            (args.exc_type, args.exc_value, args.exc_traceback),
        )

    def unraisable(self, args: sys.UnraisableHookArgs, /) -> None:
        """Stand for `sys.unraisablehook`; the object is named by its class only, as its repr is anyone's."""
        where = getattr(args.object, "__qualname__", None) or type(args.object).__qualname__
        head = f"{args.err_msg or 'Exception ignored in'}: {where}\n"
        self._print(head, (args.exc_type, args.exc_value, args.exc_traceback))

    def warning(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        """Stand for `warnings.showwarning`."""
        try:
            text = indented(warnings.formatwarning(message, category, filename, lineno, line))
        except Exception:  # its text is not ours
            text = f"{category.__name__}\n"
        self._write(text, file)

    def _print(self, head: str, exc_info: object) -> None:
        try:
            text = f"{head}{render(exc_info)}\n"
        except Exception:  # nothing is printed that was not treated
            text = f"{FAULT}\n"
        self._write(text, None)

    def _write(self, text: str, file: TextIO | None) -> None:
        try:
            treated = self._redact.text(text)
        except Exception:  # as in _print
            treated = FAULT
        target = file if file is not None else sys.stderr
        try:
            target.write(treated if treated.endswith("\n") else f"{treated}\n")
            target.flush()
        except Exception:  # there may be no stderr any more
            return

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
        return f"<Hooks, {'in place' if self.in_place else 'removed'}>"


def install_hooks(redact: Redact | None = None) -> Hooks:
    """
    Treat what the interpreter prints of exceptions and warnings, and what asyncio logs of tasks.

    It takes the place of `sys.excepthook`, `threading.excepthook`, `sys.unraisablehook` and `warnings.showwarning`, and
    protects the logger `asyncio`. A hook that was there before is not called: it would get the raw exception.

    Args:
        redact: A redactor; without one everything personal that is found becomes a label.

    Returns:
        The hooks; asked for twice with an equal redactor, the same ones.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is no redactor.
    """
    redact = Redactor(policies.labels()) if redact is None else checked(redact, "install_hooks()")
    with logging._lock:  # type: ignore[attr-defined]  # noqa: SLF001 - see _protect.py
        there = hook_of(sys.excepthook)
        # One that was removed can come back when somebody else's hook on top of it goes.
        if there is not None and there.in_place and there._redact == redact:  # noqa: SLF001 - its own class
            return there
        hooks = Hooks(redact)
        hooks.install()
    return hooks


def hook_of(hook: object, /) -> Hooks | None:
    """Return whose method *hook* is; None when it is not ours."""
    owner = getattr(hook, "__self__", None)
    return owner if isinstance(owner, Hooks) else None
