"""
Render an exception as text within a budget: causes, contexts, notes and groups.

The variables of a frame are never shown. The standard library renders groups by recursion without
a limit, and lets `str()` of an exception raise.
"""

from __future__ import annotations

from collections.abc import Iterator
from traceback import StackSummary, walk_tb
from types import TracebackType

from ..placeholders import BUDGET, CYCLE, DEPTH, FAULT
from ..reading import indented

__all__ = ["led_by", "render"]

_FRAMES = 100  # of one exception; the innermost are kept
_CHAIN = 16  # causes and contexts
_GROUP_DEPTH = 10
_GROUP_WIDTH = 15
_EXCEPTIONS = 100  # in one text
_NOTES = 20

_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def render(exc_info: object, /) -> str:
    """
    Return the raw text of an exception; treat it before it is shown.

    Args:
        exc_info: The usual tuple, an exception, or something else that was passed as `exc_info`.
    """
    kind, error, tb = _taken_apart(exc_info)
    if not isinstance(error, BaseException):
        return _class_name(kind) if isinstance(kind, type) else ""
    if not isinstance(tb, TracebackType):
        tb = error.__traceback__
    return "".join(_Rendering().chain(error, tb, 0)).rstrip("\n")


def _taken_apart(exc_info: object) -> tuple[object, object, object]:
    if isinstance(exc_info, tuple) and len(exc_info) == 3:
        return exc_info
    return None, exc_info, None


_Link = tuple[BaseException, TracebackType | None, str]


class _Rendering:
    """The rest of the budget, and the exceptions that were shown."""

    __slots__ = ("left", "seen")

    def __init__(self) -> None:
        self.left = _EXCEPTIONS
        self.seen: set[int] = set()

    def chain(self, error: BaseException, tb: TracebackType | None, depth: int) -> Iterator[str]:
        """Give an exception after what led to it, the oldest first."""
        links, beyond = self._links(error, tb)
        yield beyond
        for link, its_tb, leads_to in reversed(links):
            yield from self.single(link, its_tb, depth)
            yield leads_to

    def _links(self, error: BaseException, tb: TracebackType | None) -> tuple[list[_Link], str]:
        """Return an exception and what led to it, each with what it leads to, and where it ends."""
        links: list[_Link] = []
        current: BaseException | None = error
        leads_to = ""
        while current is not None:
            if id(current) in self.seen:
                return links, f"{CYCLE}\n{leads_to}"
            if len(links) >= _CHAIN:
                return links, f"{BUDGET}\n{leads_to}"
            self.seen.add(id(current))
            links.append((current, tb, leads_to))
            current, leads_to = led_by(current)
            tb = current.__traceback__ if current is not None else None
        return links, ""

    def single(self, error: BaseException, tb: TracebackType | None, depth: int) -> Iterator[str]:
        """Give one exception: its frames, its line, its notes, and its group."""
        self.left -= 1
        if self.left < 0:
            yield BUDGET + "\n"
            return
        if tb is not None:
            yield "Traceback (most recent call last):\n"
            yield from StackSummary.extract(walk_tb(tb), limit=-_FRAMES).format()
        words = _text_of(error)
        name = _class_name(type(error))
        yield f"{name}: {words}\n" if words else f"{name}\n"
        notes = getattr(error, "__notes__", ())
        for note in notes[:_NOTES] if isinstance(notes, list) else ():
            yield f"  {_text_of(note)}\n"
        if isinstance(error, BaseExceptionGroup):
            yield from self.group(error, depth)

    def group(self, error: BaseExceptionGroup[BaseException], depth: int) -> Iterator[str]:
        """Give the members of a group, indented."""
        if depth >= _GROUP_DEPTH:
            yield f"  {DEPTH}\n"
            return
        for number, member in enumerate(error.exceptions, 1):
            if number > _GROUP_WIDTH or self.left <= 0:
                yield f"  {BUDGET}\n"
                return
            yield f"  +-- {number}\n"
            for piece in self.chain(member, member.__traceback__, depth + 1):
                yield _barred(piece)


def led_by(error: BaseException, /) -> tuple[BaseException | None, str]:
    """Return the exception that led to *error*, and the sentence between the two."""
    if error.__cause__ is not None:
        return error.__cause__, _CAUSE
    if error.__suppress_context__:
        return None, ""
    return error.__context__, _CONTEXT


def _barred(text: str) -> str:
    return "".join(f"  | {line}" for line in text.splitlines(keepends=True))


def _text_of(value: object) -> str:
    try:
        return indented(str(value))
    except Exception:  # its code is not ours
        return FAULT


def _class_name(kind: type) -> str:
    if kind.__module__ in ("builtins", "__main__"):
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"
