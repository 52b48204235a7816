"""How a memo writes values, and how calls at the same time share the work of one."""

from __future__ import annotations

import json
from enum import Enum
from threading import Event, Lock
from typing import Any

from ._threads import Waiting

__all__ = ["Flight", "Flights", "read", "text_of", "written"]

_OCTETS, _JSON = b"o", b"j"  # how a result is written
_SINGLE = frozenset({str, int, float, bool})
_DEPTH = 16  # of a result or an argument
_ENCODER = json.JSONEncoder(sort_keys=True, allow_nan=False)


# Results and arguments as texts
# --------------------------------------------------------------------------------------------------


def text_of(arguments: object, /) -> str:
    """
    Return a text of *arguments* that is the same in every process, and different for others.

    Raises:
        TypeError, ValueError: If they have none.
    """
    return _ENCODER.encode(_stable(arguments))


def written(result: Any, /) -> bytes:
    """
    Return *result* as octets.

    Raises:
        TypeError, ValueError: If JSON would give back something else.
    """
    if isinstance(result, bytes):
        return _OCTETS + result
    _check_json(result, _DEPTH)
    return _JSON + _ENCODER.encode(result).encode()


def read(body: bytes, /) -> Any:
    """Undo `written`."""
    if body[:1] == _OCTETS:
        return body[1:]
    return json.loads(body[1:])


def _check_json(value: Any, depth: int) -> None:
    """Refuse what would come back from JSON as something else."""
    if value is None or type(value) in _SINGLE:
        return
    if depth == 0:
        raise ValueError
    if type(value) is dict and _has_names(value):
        value = list(value.values())
    if type(value) is not list:
        raise TypeError
    for item in value:
        _check_json(item, depth - 1)


def _has_names(value: dict[Any, Any]) -> bool:
    return all(type(name) is str for name in value)


def _stable(value: Any, depth: int = _DEPTH) -> Any:
    """
    Return *value* in a form whose JSON is the same in every process, and different for another.

    Everything that is not a single value is a list that begins with its kind.
    """
    if value is None or type(value) in _SINGLE:
        return value
    if depth == 0:
        raise ValueError
    match value:
        case list() | tuple():
            return ["list", *[_stable(item, depth - 1) for item in value]]
        case dict() if _has_names(value):
            return ["dict", {name: _stable(item, depth - 1) for name, item in value.items()}]
        case bytes():
            return ["bytes", value.hex()]
        case Enum():
            return ["enum", type(value).__module__, type(value).__qualname__, value.name]
    raise TypeError


# One works, the others wait
# --------------------------------------------------------------------------------------------------


class Flight:
    """The work for one key that others wait for."""

    def __init__(self) -> None:
        self.landed = Event()
        self.has_outcome = False
        self._result: Any = None
        self._body: bytes | None = None
        self._fault: Exception | None = None
        self._waiting: list[Waiting] = []

    def succeed(self, result: Any, body: bytes | None, /) -> None:
        """Note the result, and how it is written."""
        self._result, self._body, self.has_outcome = result, body, True

    def fail(self, fault: Exception, /) -> None:
        """Note what the work raised."""
        self._fault, self.has_outcome = fault, True

    def outcome(self) -> Any:
        """Return the result, as a new object where it can be, or raise what the work raised."""
        if self._fault is not None:
            raise self._fault
        if self._body is None:
            return self._result
        return read(self._body)

    async def wait(self) -> None:
        """Wait without holding up the event loop."""
        waiting = Waiting()
        self._waiting.append(waiting)
        # Landed in between: nobody will wake this one any more.
        if not self.landed.is_set():
            await waiting.wait()

    def land(self) -> None:
        """Wake everybody who waits."""
        self.landed.set()
        for waiting in self._waiting:
            waiting.wake()


class Flights:
    """The work that goes on, by key."""

    def __init__(self) -> None:
        self.landings = 0
        self._lock = Lock()
        self._flights: dict[str, Flight] = {}

    def join(self, key: str) -> tuple[Flight, bool]:
        """Return the work for *key*, and whether the caller is the one to do it."""
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None:
                return flight, False
            flight = self._flights[key] = Flight()
            return flight, True

    def land(self, key: str, flight: Flight) -> None:
        """End the work for *key*."""
        with self._lock:
            self.landings += 1
            del self._flights[key]
        flight.land()
