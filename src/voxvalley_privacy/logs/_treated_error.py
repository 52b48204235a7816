"""
Copies of exceptions that are safe to hand on: same class name, same frames, treated texts.

Hooks and error trackers get such a copy in the place of an exception, so that a crash report keeps
its stack and its type, and loses the values of variables and the personal data in its texts.
"""

from __future__ import annotations

import linecache
from collections.abc import Iterator
from types import CodeType, TracebackType

from ..placeholders import BUDGET, FAULT
from ..reading import indented, one_line
from ._texts import Texts

__all__ = ["treated_error"]

_FRAMES = 100  # of one exception; the innermost are kept
_EXCEPTIONS = 32  # causes, contexts and members of groups altogether
_NOTES = 20
_RAISE = compile("raise error", "", "exec")


def treated_error(
    error: BaseException, texts: Texts, /, tb: TracebackType | None = None
) -> BaseException:
    """
    Return a copy of *error* without personal data. Never raises.

    Args:
        error: Stays as it is.

        texts: Treats messages, notes, names of files and functions.

        tb: The traceback to copy; omitted, that of *error*.

    Returns:
        An exception of a subclass of the same class and name, so that `isinstance` keeps its
        answers, with copies of causes, contexts, notes and frames. The frames have no variables.
        It has none of the attributes that the app's own class sets.
    """
    try:
        return _Copies(texts).of(error, tb)
    except Exception:  # a fault gives less, never raw, and never reaches the caller
        texts.fault()
        return RuntimeError(FAULT)


class _Copies:
    """Copy an exception and what led to it, within a budget, and each of them once."""

    __slots__ = ("_copies", "_texts")

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._copies: dict[int, BaseException] = {}

    def of(self, error: BaseException, tb: TracebackType | None = None) -> BaseException:
        """Return the copy of *error*."""
        known = self._copies.get(id(error))
        if known is not None:
            return known
        if len(self._copies) >= _EXCEPTIONS:
            return RuntimeError(BUDGET)
        text = self._texts.part("exception", _text_of(error))
        copied = _instance(error, text)
        self._copies[id(error)] = copied
        if isinstance(error, BaseExceptionGroup):
            copied = self._group(error, text)
            self._copies[id(error)] = copied
        self._link(error, copied)
        return copied.with_traceback(self._traceback(tb or error.__traceback__))

    def _group(self, error: BaseExceptionGroup[BaseException], text: str) -> BaseException:
        members = [self.of(member) for member in error.exceptions[:_EXCEPTIONS]]
        return BaseExceptionGroup(text, members)

    def _link(self, error: BaseException, copied: BaseException) -> None:
        if error.__cause__ is not None:
            copied.__cause__ = self.of(error.__cause__)
        if error.__context__ is not None and not error.__suppress_context__:
            copied.__context__ = self.of(error.__context__)
        copied.__suppress_context__ = error.__suppress_context__
        notes = vars(error).get("__notes__")
        if isinstance(notes, list) and notes:
            shown = [self._texts.part("exception", _text_of(note)) for note in notes[:_NOTES]]
            vars(copied)["__notes__"] = shown

    def _traceback(self, tb: TracebackType | None) -> TracebackType | None:
        copied: TracebackType | None = None
        for frame_tb in reversed([*_frames(tb)][-_FRAMES:]):
            code = frame_tb.tb_frame.f_code
            single = self._frame(code, frame_tb.tb_lineno)
            copied = TracebackType(copied, single.tb_frame, single.tb_lasti, frame_tb.tb_lineno)
        return copied

    def _frame(self, code: CodeType, line: int) -> TracebackType:
        """Return a traceback of one frame that has the names of *code*, and no variables."""
        file = self._texts.name(one_line(code.co_filename))
        source = linecache.getline(code.co_filename, line)
        if self._texts.name(source) != source:
            # Readers of the traceback would print this line of the source.
            file = f"{file} (source not shown)"
        name = self._texts.name(one_line(code.co_name))
        return _raised(_RAISE.replace(co_filename=file, co_name=name, co_firstlineno=line))


def _raised(code: CodeType) -> TracebackType:
    names: dict[str, object] = {"__name__": "", "error": RuntimeError()}
    try:
        exec(code, names)  # noqa: S102 - the only way to a frame: it runs `raise error`
    except RuntimeError as error:
        own = error.__traceback__
    names.clear()
    if own is None or own.tb_next is None:
        raise LookupError("There is no frame.")
    return own.tb_next


def _frames(tb: TracebackType | None) -> Iterator[TracebackType]:
    while tb is not None:
        yield tb
        tb = tb.tb_next


def _text_of(value: object) -> str:
    try:
        return indented(str(value))
    except Exception:  # its code is not ours
        return FAULT


def _instance(error: BaseException, text: str) -> BaseException:
    """Return an exception of the class of *error*, without running code of that class."""
    kind = type(error)
    for base in (kind, _builtin(kind)):
        try:
            copied = _builtin(base).__new__(_shown_as(base, kind, text))
            copied.args = (text,)
        except Exception:  # noqa: S112 - the class refuses to be subclassed
            continue
        return copied
    return RuntimeError(text)


def _builtin(kind: type[BaseException]) -> type[BaseException]:
    for base in kind.__mro__:
        is_group = base in (BaseExceptionGroup, ExceptionGroup)
        if base.__module__ == "builtins" and issubclass(base, BaseException) and not is_group:
            return base
    return Exception


def _shown_as(
    base: type[BaseException], kind: type[BaseException], text: str
) -> type[BaseException]:
    """Return a class with the name of *kind* whose instances show *text*."""
    if issubclass(base, BaseExceptionGroup):
        raise TypeError("Groups are built with their members.")
    return type(
        kind.__name__,
        (base,),
        {
            "__module__": kind.__module__,
            "__qualname__": kind.__qualname__,
            "__str__": lambda _: text,
            # A class of the app may have a property of this name, which printing would run.
            "__notes__": (),
            "__repr__": lambda _: f"{kind.__name__}({text!r})",
        },
    )
