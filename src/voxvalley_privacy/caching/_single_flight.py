"""How a memo writes values, and how calls at the same time share the work of one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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


# What the caller works on, the outermost first, and so what a call in it must not wait for.
_LEADS: ContextVar[tuple[Flight, ...]] = ContextVar("leads", default=())
_waits = Lock()


class Flight:
    """The work for one key that others wait for."""

    def __init__(self) -> None:
        self.landed = Event()
        self.has_outcome = False
        # Whether everybody has to work: a generator or a file serves one only.
        self.is_unshared = False
        self.waits_for: list[Flight] = []  # what the work waits for itself
        self._body = b""
        self._fault: Exception | None = None
        self._waiting: list[Waiting] = []

    def succeed(self, body: bytes, /) -> None:
        """Note the result as it is written."""
        self._body, self.has_outcome = body, True

    def fail(self, fault: Exception, /) -> None:
        """Note what the work raised."""
        self._fault, self.has_outcome = fault, True

    @contextmanager
    def led(self) -> Iterator[None]:
        """Note that what is called in this block is the work of this flight."""
        token = _LEADS.set((*_LEADS.get(), self))
        try:
            yield
        finally:
            _LEADS.reset(token)

    @contextmanager
    def waited_for(self) -> Iterator[bool]:
        """Say whether the caller may wait: not where this flight waits for the caller's work."""
        leads = _LEADS.get()
        with _waits:
            may_wait = not self._is_held_up_by(leads)
            for flight in leads if may_wait else ():
                flight.waits_for.append(self)
        try:
            yield may_wait
        finally:
            with _waits:
                for flight in leads if may_wait else ():
                    flight.waits_for.remove(self)

    def _is_held_up_by(self, leads: tuple[Flight, ...]) -> bool:
        seen: set[int] = set()
        open_still = [self]
        while open_still:
            flight = open_still.pop()
            if any(flight is lead for lead in leads):
                return True
            if id(flight) not in seen:
                seen.add(id(flight))
                open_still += flight.waits_for
        return False

    def outcome(self) -> Any:
        """Return the result as a new object, or raise what the work raised."""
        if self._fault is not None:
            raise self._fault
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
        self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        self._lock = Lock()
        self._flights: dict[str, Flight] = {}

    def join(self, key: str) -> tuple[Flight, bool]:
        """Return the work for *key*, and whether the caller is the one to do it."""
        if self._pid != os.getpid():
            # Forked: whoever was at work stayed with the parent.
            self._start()
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
            if self._flights.get(key) is flight:
                del self._flights[key]
        flight.land()
