"""Texts on their way out, the code that sent them, and names that are replaced to see them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import attrs

from .known_leaks import safe_name

__all__ = ["Passage", "Patches", "caller", "is_library"]

_HERE = os.path.dirname(os.path.abspath(__file__))
_PACKAGE = os.path.dirname(_HERE)
_LIBRARIES = ("site-packages", "dist-packages", f"{os.sep}lib{os.sep}python3")


@attrs.frozen(kw_only=True)
class Passage:
    """A text that came to a watched place; the repr does not show it."""

    place: str
    where: str
    text: str = attrs.field(repr=False)
    mend: str
    finders: bool = True  # False where any run of digits may be chance, as in names of threads


# Replaced names
# --------------------------------------------------------------------------------------------------


@attrs.frozen
class _Patch:
    owner: Any
    name: str
    ours: object
    original: object


class Patches:
    """Names that are replaced, and put back where they are still ours."""

    def __init__(self) -> None:
        self._patches: list[_Patch] = []

    def put(self, owner: Any, name: str, build: Callable[[Any], object]) -> None:
        """Replace `owner.name` by what *build* makes of it, unless it is ours already."""
        original = getattr(owner, name)
        if any(patch.ours is original for patch in self._patches):
            return
        ours = build(original)
        setattr(owner, name, ours)
        self._patches.append(_Patch(owner, name, ours, original))

    def restore(self) -> None:
        """Put the originals back. Who replaced ours keeps theirs, and ours only pass on."""
        for patch in reversed(self._patches):
            if getattr(patch.owner, patch.name) is patch.ours:
                setattr(patch.owner, patch.name, patch.original)
        self._patches.clear()


def caller() -> str:
    """Return file and line of the code outside of libraries that led here."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - `inspect` reads sources, too slow
    while frame is not None and is_library(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return ""
    return f"{safe_name(os.path.basename(frame.f_code.co_filename))}:{frame.f_lineno}"


def is_library(path: str) -> bool:
    """Whether a file belongs to Python, to an installed package, or to this one."""
    if path.startswith((_PACKAGE, "<")):
        return True
    return any(part in path for part in _LIBRARIES)
