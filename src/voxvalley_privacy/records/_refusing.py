"""Stand in for a function that must not get records of people who were erased."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

__all__ = ["Refuse", "Refusing"]

Refuse = Callable[[object], bool]


class Refusing:
    """
    Ask before each call; a record that is refused is dropped, and counted.

    Args:
        target: What is called with the others.

        refuse: Whether a record is refused; if it fails, the record is refused.
    """

    def __init__(self, target: Callable[..., Any], refuse: Refuse, /) -> None:
        self._target = target
        self._refuse = refuse
        self._waits = inspect.iscoroutinefunction(getattr(target, "__wrapped__", target))
        self.refused = 0
        functools.update_wrapper(self, target)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if not self._is_refused(args, kwargs):
            return self._target(*args, **kwargs)
        self.refused += 1
        return _nothing() if self._waits else None

    def _is_refused(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        try:
            return any(self._refuse(value) for value in (*args, *kwargs.values()))
        except Exception:  # whatever it raises: what cannot be judged does not come in
            return True


async def _nothing() -> None:
    """Take the place of a call that was refused."""
