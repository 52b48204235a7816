"""How many raw values one redactor holds in memory: never more than was asked."""

from __future__ import annotations

from threading import Lock
from typing import Any, Protocol

__all__ = ["Remembered", "Remembers"]


class Remembers(Protocol):
    """
    A place that remembers answers by value.

    Args:
        memo: The answers of this generation; always the same dict, as its `get` is kept at hand.

        older: Those of the generation before.
    """

    memo: dict[Any, Any]
    older: dict[Any, Any]


class Remembered:
    """
    Counts the values that all places of a redactor hold together, in two generations.

    When the newer generation holds half of what is permitted, the older one is forgotten and the
    newer takes its place. A value that recurs is taken over, one that does not is gone after two
    turns.

    Args:
        most: Values in both generations together; 0 remembers none.
    """

    __slots__ = ("_half", "_lock", "_new", "_newer", "_older")

    def __init__(self, most: int, /) -> None:
        self._half: int = most // 2
        self._new: int = 0
        self._newer: list[Remembers] = []
        self._older: list[Remembers] = []
        self._lock = Lock()

    def put(self, place: Remembers, key: object, answer: object, /) -> None:
        """Remember an answer, if anything may be remembered and no other thread is at it."""
        # Who would have to wait does not remember: a lock that is held when a process forks would
        # else be held for ever in the child.
        if self._half == 0 or not self._lock.acquire(blocking=False):
            return
        try:
            if self._new >= self._half:
                self._turn()
            if not place.memo:
                self._newer.append(place)
            place.memo[key] = answer
            self._new += 1
        finally:
            self._lock.release()

    def _turn(self) -> None:
        for place in self._older:
            place.older = {}
        for place in self._newer:
            place.older = place.memo.copy()
            place.memo.clear()
        self._older, self._newer, self._new = self._newer, [], 0
