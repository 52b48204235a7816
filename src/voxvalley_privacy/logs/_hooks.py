"""Treat what the interpreter prints when nobody handles an exception or a warning; reversible."""

from __future__ import annotations

import sys
import threading
import warnings
from types import TracebackType
from typing import Any, NamedTuple, Self, TextIO

from .. import policies
from ..placeholders import FAULT
from ..reading import indented, one_line
from ..redaction import Redactor
from ._logger_methods import lock
from ._protect import Protection, protect
from ._texts import Redact, Texts, checked
from ._traceback import render
from ._treated_error import treated_error
from ._treated_stream import TreatedStream

__all__ = ["Hooks", "hook_of", "install_hooks"]

# The interpreter's own hooks print, and are not called: we print in their place.
_ORIGINALS = (sys.__excepthook__, sys.__unraisablehook__, threading.__excepthook__)
_ORIGINAL_MODULES = ("warnings", "_warnings")


class Hooks:
    """
    The result of `install_hooks()`. Use it as a context manager, or call `remove()`.

    Args:
        redact: Treats what is printed.

        stderr: Whether `sys.stderr` is replaced too.
    """

    def __init__(self, redact: Redact, *, stderr: bool = True) -> None:
        self._redact = redact
        self._texts = Texts(redact)
        self._stderr = stderr
        self._stream: TreatedStream | None = None
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

    def is_of(self, redact: Redact, *, stderr: bool) -> bool:
        """Whether they were installed with equal settings, and are still installed."""
        return self.in_place and self._redact == redact and self._stderr is stderr

    def install(self) -> None:
        """Put the hooks in place."""
        for place, name, own in self._places:
            self._replaced[f"{place.__name__}.{name}"] = getattr(place, name)
            setattr(place, name, own)
        if self._stderr and sys.stderr is not None:
            self._replaced["sys.stderr"] = sys.stderr
            self._stream = TreatedStream(sys.stderr, self._texts)
            sys.stderr = self._stream
        # Tasks whose exception nobody asked for, and callbacks that fail, are logged here.
        self._asyncio = protect(self._redact, "asyncio")

    def remove(self) -> None:
        """Put back what was there, where nobody else has put theirs on top."""
        for place, name, own in self._places:
            replaced = self._replaced.pop(f"{place.__name__}.{name}", None)
            if replaced is not None and getattr(place, name) == own:
                setattr(place, name, replaced)
        self._give_stderr_back()
        if self._asyncio is not None:
            self._asyncio.remove()
            self._asyncio = None

    def _give_stderr_back(self) -> None:
        stderr = self._replaced.pop("sys.stderr", None)
        if stderr is not None and sys.stderr is self._stream:
            sys.stderr = stderr

    # The hooks ----------------------------------------------------------------------------------

    def exception(
        self, kind: type[BaseException], error: BaseException, tb: TracebackType | None, /
    ) -> None:
        """Do what `sys.excepthook` does."""
        before = self._before("sys.excepthook")
        if before is None or not self._called(before, *self._copied(kind, error, tb)):
            self._print("", (kind, error, tb))

    def thread(self, args: threading.ExceptHookArgs, /) -> None:
        """Do what `threading.excepthook` does."""
        if args.exc_type is SystemExit:
            return
        exc_info = (args.exc_type, args.exc_value, args.exc_traceback)
        name = one_line(getattr(args.thread, "name", "unknown"))
        before = self._before("threading.excepthook")
        if before is not None:
            copied = self._copied(*exc_info)
            if self._called(before, _ThreadArgs(*copied, _Named(self._shown(name)))):
                return
        self._print(f"Exception in thread {name}:\n", exc_info)

    def unraisable(self, args: sys.UnraisableHookArgs, /) -> None:
        """
        Do what `sys.unraisablehook` does.

        The object is named by its class only, as its repr can show anything.
        """
        where = getattr(args.object, "__qualname__", None) or type(args.object).__qualname__
        exc_info = (args.exc_type, args.exc_value, args.exc_traceback)
        before = self._before("sys.unraisablehook")
        if before is not None:
            kind, error, tb = self._copied(*exc_info)
            message = None if args.err_msg is None else self._shown(args.err_msg)
            if self._called(before, _Unraisable(kind, error, tb, message, self._shown(where))):
                return
        self._print(f"{args.err_msg or 'Exception ignored in'}: {where}\n", exc_info)

    def warning(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        """Do what `warnings.showwarning` does."""
        before = self._before("warnings.showwarning")
        if before is not None:
            copied = self._copied_warning(message)
            source = None if line is None else self._shown(line)
            if self._called(before, copied, category, self._named(filename), lineno, file, source):
                return
        try:
            text = indented(warnings.formatwarning(message, category, filename, lineno, line))
        except Exception:  # its text is not ours
            text = f"{category.__name__}\n"
        self._write(text, file)

    # What was there before ----------------------------------------------------------------------

    def _before(self, name: str) -> Any:
        """Return the hook that somebody put in place before ours; None for the interpreter's."""
        hook = self._replaced.get(name)
        if hook is None or hook in _ORIGINALS:
            return None
        if getattr(hook, "__module__", None) in _ORIGINAL_MODULES:
            return None
        return hook

    def _called(self, hook: Any, *args: object) -> bool:
        """Call a hook, and say whether it did its work."""
        try:
            hook(*args)
        except Exception:  # it is not ours
            return False
        return True

    def _copied(self, kind: Any, error: object, tb: Any) -> tuple[Any, Any, Any]:
        """Return the parts of an exception, treated."""
        if not isinstance(error, BaseException):
            return kind, None, None
        copied = treated_error(error, self._texts, tb)
        return type(copied), copied, copied.__traceback__

    def _copied_warning(self, message: Warning | str) -> BaseException | str:
        if isinstance(message, BaseException):
            return treated_error(message, self._texts)
        return self._shown(message)

    def _named(self, name: object) -> str:
        try:
            return self._texts.name(one_line(str(name)))
        except Exception:  # as in _shown
            return FAULT

    def _shown(self, value: object) -> str:
        try:
            return self._texts.text(indented(str(value)))
        except Exception:  # nothing is shown that was not treated
            return FAULT

    # Printing -----------------------------------------------------------------------------------

    def _print(self, head: str, exc_info: object) -> None:
        try:
            text = f"{head}{render(exc_info)}\n"
        except Exception:  # nothing is printed that was not treated
            text = f"{FAULT}\n"
        self._write(text, None)

    def _write(self, text: str, file: TextIO | None) -> None:
        try:
            redacted = self._texts.text(text)
        except Exception:  # as in _print
            redacted = FAULT
        target = file or sys.stderr
        try:
            target.write(redacted.removesuffix("\n") + "\n")
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


class _Named(NamedTuple):
    """The part of a thread that a hook may see."""

    name: str


class _ThreadArgs(NamedTuple):
    """Copy of what `threading.excepthook` gets."""

    exc_type: Any
    exc_value: Any
    exc_traceback: Any
    thread: _Named


class _Unraisable(NamedTuple):
    """Copy of what `sys.unraisablehook` gets; the object is its name."""

    exc_type: Any
    exc_value: Any
    exc_traceback: Any
    err_msg: str | None
    object: str


def install_hooks(redact: Redact | None = None, *, stderr: bool = True) -> Hooks:
    """
    Treat what the interpreter prints of exceptions and warnings, and what asyncio logs of tasks.

    It replaces `sys.excepthook`, `threading.excepthook`, `sys.unraisablehook` and
    `warnings.showwarning`, and protects the logger `asyncio`. A hook that another tool had put
    there is still called, with a treated copy of the exception; if it fails, we print.

    Args:
        redact: A redactor. Omitted: everything personal that is found becomes a label.

        stderr: Whether lines written to `sys.stderr` are treated too: texts of `sys.exit()` and of
            argparse, `print_exc()`, a child process that fails.

    Returns:
        The hooks; asked for twice with equal settings, the same ones.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is not a redactor.
    """
    redact = Redactor(policies.labels()) if redact is None else checked(redact, "install_hooks()")
    with lock:
        there = hook_of(sys.excepthook)
        # Removed hooks can come back when somebody else's hook on top of them goes.
        if there is not None and there.is_of(redact, stderr=stderr):
            return there
        hooks = Hooks(redact, stderr=stderr)
        hooks.install()
    return hooks


def hook_of(hook: object, /) -> Hooks | None:
    """Return whose method *hook* is; None when it is not ours."""
    owner = getattr(hook, "__self__", None)
    return owner if isinstance(owner, Hooks) else None
