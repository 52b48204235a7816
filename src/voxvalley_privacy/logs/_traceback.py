"""
Render an exception as text within a budget: causes, contexts, notes and groups, never the variables of a frame.

The standard library renders groups by recursion without a bound, and lets `str()` of an exception raise.
"""

from __future__ import annotations

from collections.abc import Iterator
from traceback import StackSummary, walk_tb
from types import TracebackType

from ..placeholders import BUDGET, CYCLE, DEPTH, FAULT
from ..reading import indented

__all__ = ["ExcInfo", "render"]

ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]

_FRAMES = 100  # of one exception; the innermost are kept
_CHAIN = 16  # causes and contexts
_GROUP_DEPTH = 10
_GROUP_WIDTH = 15
_EXCEPTIONS = 100  # altogether
_NOTES = 20

_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def render(exc_info: object, /) -> str:
    """Return the raw text of what `exc_info` holds: the usual tuple, an exception, or something else."""
    kind, error, tb = None, exc_info, None
    if isinstance(exc_info, tuple) and len(exc_info) == 3:
        kind, error, tb = exc_info
    if not isinstance(error, BaseException):
        return _named(kind) if isinstance(kind, type) else ""
    return "".join(
        _Rendering().chain(error, tb if isinstance(tb, TracebackType) else error.__traceback__, 0)
    ).rstrip("\n")


class _Rendering:
    """Hold what is left of the budget, and which exceptions were shown."""

    __slots__ = ("left", "seen")

    def __init__(self) -> None:
        self.left = _EXCEPTIONS
        self.seen: set[int] = set()

    def chain(self, error: BaseException, tb: TracebackType | None, depth: int) -> Iterator[str]:
        """Give an exception after what led to it, the oldest first."""
        links: list[tuple[BaseException, TracebackType | None, str]] = []
        led_to = ""
        current: BaseException | None = error
        while current is not None:
            if id(current) in self.seen or len(links) >= _CHAIN:
                yield (CYCLE if id(current) in self.seen else BUDGET) + "\n" + led_to
                break
            self.seen.add(id(current))
            links.append((current, tb, led_to))
            if current.__cause__ is not None:
                current, led_to = current.__cause__, _CAUSE
            else:
                current, led_to = (
                    None if current.__suppress_context__ else current.__context__,
                    _CONTEXT,
                )
            tb = current.__traceback__ if current is not None else None
        for link, its_tb, leads_to in reversed(links):
            yield from self.one(link, its_tb, depth)
            yield leads_to

    def one(self, error: BaseException, tb: TracebackType | None, depth: int) -> Iterator[str]:
        """Give one exception: its frames, its line, its notes, and what it groups."""
        self.left -= 1
        if self.left < 0:
            yield BUDGET + "\n"
            return
        if tb is not None:
            yield "Traceback (most recent call last):\n"
            yield from StackSummary.extract(walk_tb(tb), limit=-_FRAMES).format()
        words = _shown(error)
        yield f"{_named(type(error))}: {words}\n" if words else f"{_named(type(error))}\n"
        notes = getattr(error, "__notes__", ())
        for note in notes[:_NOTES] if isinstance(notes, list) else ():
            yield f"  {_shown(note)}\n"
        if isinstance(error, BaseExceptionGroup):
            yield from self.group(error, depth)

    def group(self, error: BaseExceptionGroup[BaseException], depth: int) -> Iterator[str]:
        """Give the members of a group, indented."""
        if depth >= _GROUP_DEPTH:
            yield f"  {DEPTH}\n"
            return
        for number, member in enumerate(error.exceptions):
            if number >= _GROUP_WIDTH or self.left <= 0:
                yield f"  {BUDGET}\n"
                return
            yield f"  +-- {number + 1}\n"
            for piece in self.chain(member, member.__traceback__, depth + 1):
                yield "".join(f"  | {line}" for line in piece.splitlines(keepends=True))


def _shown(value: object) -> str:
    try:
        return indented(str(value))
    except Exception:  # its code is not ours
        return FAULT


def _named(kind: type) -> str:
    module = kind.__module__
    return (
        kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}"
    )
