"""
Results of functions, kept as copies of responses are.

Sealed, for a time, and forgotten on demand.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import attrs

from ..detection import Finder
from ..errors import ConfigurationError
from ..keys import KeyRing
from ..stores import Clock, system_clock
from ..stores.copies import CacheStore, Patience
from ..vocabulary import ContentKind
from ._function_names import name_of_function
from ._single_flight import Flight, Flights, read, text_of, written
from ._threads import run_in_thread
from ._vault import BUDGET, PAUSE, Copy, guarded, shelf_of, subject_of
from ._whom import People

__all__ = ["PrivateMemo"]

P = ParamSpec("P")
R = TypeVar("R")

_MOST_BYTES = 2**20
_MISSING = object()
_NO_STATUS = 0  # of a kept result: only answers have one

SubjectsOfCall = Callable[..., Iterable[str]]


class PrivateMemo:
    """
    Keep results of functions: lookups, consent answers, prompts, synthesized speech.

    Decorate a function, plain or async. Equal arguments find the kept result, as long as it lives;
    calls at the same time with equal arguments wait for one of them. Keys are HMACs, results are
    sealed, and `forget` removes those about a person, as it does for a `PrivateCache` in the same
    store with the same keys and tenant.

    A function that refers to objects of its own, such as a method of an object or a closure over a
    dict, shares its results with no other function and no other process.

    A call in the work that would have to wait for itself is made as if it were not decorated.

    Results that JSON can hold, and bytes, are kept, and are given back as new objects. With a
    result of another type, an argument that has no stable text (such as `self`), or a fault of the
    store or of *subjects*, the function is called as if it were not decorated. An exception goes to
    all who wait for it, and is not kept.

    Args:
        keys: Make the keys of copies, and seal them.

        kind: What the results hold.

        ttl: How long a result is kept. There is no web server that could permit it: it is your
            word.

        subjects: Names those whom a call is about, from its arguments. Numbers and addresses in
            texts among the arguments and results are found without it.

        negative_ttl: How long None is kept; as long as other results if None, not at all if zero.

        store: Where sealed copies are kept: memory of this process if None.

        tenant: Whose copies these are.

        region: Where national numbers were written, such as `US`.

        finders: Look for people, beside the finders of the library.

        most_bytes: The largest result that is kept.

        budget: How long all store calls of one call may take together.

        pause: How long a store is left alone after a fault.

        clock: Gives the time, with a time zone.

    Raises:
        voxvalley_privacy.ConfigurationError: If settings are wrong; all faults at once.
    """

    def __init__(
        self,
        *,
        keys: KeyRing,
        kind: ContentKind,
        ttl: timedelta,
        subjects: SubjectsOfCall | None = None,
        negative_ttl: timedelta | None = None,
        store: CacheStore | None = None,
        tenant: str = "",
        region: str | None = None,
        finders: Iterable[Finder] = (),
        most_bytes: int = _MOST_BYTES,
        budget: timedelta = BUDGET,
        pause: timedelta = PAUSE,
        clock: Clock = system_clock,
    ) -> None:
        faults = (*_faults(kind, ttl, negative_ttl, most_bytes), *_faults_of_calls(subjects, clock))
        if faults:
            raise ConfigurationError("The memo cannot be used.", faults=faults)
        self._kind = kind
        self._ttl = ttl.total_seconds()
        negative = ttl if negative_ttl is None else negative_ttl
        self._negative_ttl = negative.total_seconds()
        self._subjects = subjects
        self._most_bytes = most_bytes
        self._clock = clock
        self._store = guarded(store, budget, pause)
        people = People(region=region, finders=tuple(finders))
        self._shelf = shelf_of(keys, self._store, tenant, people)
        self._flights: Flights = Flights()

    def __repr__(self) -> str:
        return f"<PrivateMemo {self._kind} {self._store!r}>"

    def __call__(self, function: Callable[P, R], /) -> Callable[P, R]:
        """Return *function* with its results kept; an async function stays one."""
        name = name_of_function(function)
        if _is_async(function):
            asynchronous = cast("Callable[..., Awaitable[Any]]", function)
            return cast("Callable[P, R]", self._wrapped_async(asynchronous, name))

        @wraps(function)
        def remembered(*args: P.args, **settings: P.kwargs) -> R:
            call = self._call(name, args, settings)
            if call is None:
                return function(*args, **settings)
            return cast("R", self._answer(call, lambda: function(*args, **settings)))

        return remembered

    def forget(self, subject: str, /) -> int:
        """
        Remove every result about a person, in any spelling, and those that are on their way in.

        Raises:
            voxvalley_privacy.StoreError: If the store did not do it; see `PrivateCache.forget`.
        """
        return self._shelf.forget(subject_of(subject))

    def purge(self) -> int:
        """
        Remove every copy of the tenant, also those of a `PrivateCache` in the same store.

        Raises:
            voxvalley_privacy.StoreError: If the store did not do it.
        """
        return self._shelf.purge()

    def _wrapped_async(
        self, function: Callable[..., Awaitable[Any]], name: str
    ) -> Callable[..., Awaitable[Any]]:
        @wraps(function)
        async def remembered(*args: Any, **settings: Any) -> Any:
            call = self._call(name, args, settings)
            if call is None:
                return await function(*args, **settings)
            return await self._answer_async(call, lambda: function(*args, **settings))

        return remembered

    # One call: look, or be the one who works, or wait for the one who does
    # ----------------------------------------------------------------------------------------------

    def _call(self, name: str, args: tuple[Any, ...], settings: dict[str, Any]) -> _Call | None:
        try:
            text = text_of([args, settings])
        except Exception:  # what has no stable text has no key
            return None
        key = self._shelf.key(f"memo\n{self._kind}\n{name}\n{text}")
        return _Call(key, args, settings, self._store.patience())

    def _answer(self, call: _Call, work: Callable[[], Any]) -> Any:
        while True:
            seen = self._flights.landings
            kept = self._kept(call)
            if kept is not _MISSING:
                return kept
            flight, leads = self._flights.join(call.key)
            if leads:
                return self._lead(call, flight, work, seen)
            with flight.waited_for() as may_wait:
                if may_wait:
                    flight.landed.wait()
            if flight.has_outcome:
                return flight.outcome()
            if flight.is_unshared or not may_wait:
                return work()

    def _lead(self, call: _Call, flight: Flight, work: Callable[[], Any], seen: int) -> Any:
        try:
            if seen != self._flights.landings:
                # Somebody may have kept it since it was looked for.
                kept = self._kept(call)
                if kept is not _MISSING:
                    return kept
            ticket = self._shelf.begin(call.within)
            with flight.led():
                result = work()
            self._keep(call, result, ticket, flight)
        except Exception as fault:
            flight.fail(fault)
            raise
        finally:
            self._flights.land(call.key, flight)
        return result

    async def _answer_async(self, call: _Call, work: Callable[[], Awaitable[Any]]) -> Any:
        while True:
            seen = self._flights.landings
            kept = await self._apart(self._kept, call)
            if kept is not _MISSING:
                return kept
            flight, leads = self._flights.join(call.key)
            if leads:
                return await self._lead_async(call, flight, work, seen)
            with flight.waited_for() as may_wait:
                if may_wait:
                    await flight.wait()
            if flight.has_outcome:
                return flight.outcome()
            if flight.is_unshared or not may_wait:
                return await work()

    async def _lead_async(
        self, call: _Call, flight: Flight, work: Callable[[], Awaitable[Any]], seen: int
    ) -> Any:
        try:
            if seen != self._flights.landings:
                kept = await self._apart(self._kept, call)
                if kept is not _MISSING:
                    return kept
            ticket = await self._apart(self._shelf.begin, call.within)
            with flight.led():
                result = await work()
            await self._apart(self._keep, call, result, ticket, flight)
        except Exception as fault:
            flight.fail(fault)
            raise
        finally:
            # Also when the task is cancelled: then one of those who wait works.
            self._flights.land(call.key, flight)
        return result

    async def _apart(self, do: Callable[..., Any], *args: Any) -> Any:
        """Do what may wait for a disk or a server without holding up the event loop."""
        if self._store.answers_at_once:
            return do(*args)
        return await run_in_thread(do, *args)

    # Results in and out of the store
    # ----------------------------------------------------------------------------------------------

    def _kept(self, call: _Call) -> Any:
        try:
            copy = self._shelf.find(call.key, self._clock().timestamp(), call.within)
            return read(copy.body) if isinstance(copy, Copy) else _MISSING
        except Exception:  # a clock that fails: the function is called
            return _MISSING

    def _keep(self, call: _Call, result: Any, ticket: int | None, flight: Flight) -> None:
        try:
            body = written(result)
        except Exception:  # a result of another type is not kept
            flight.is_unshared = True
            return
        flight.succeed(body)
        lifetime = self._negative_ttl if result is None else self._ttl
        names = self._names(call, result)
        if lifetime <= 0 or len(body) > self._most_bytes or names is None:
            return
        try:
            now = self._clock().timestamp()
        except Exception:  # nothing is kept of which nobody can say how old it is
            return
        copy = Copy(
            made=now,
            expires=now + lifetime,
            age=0.0,
            status=_NO_STATUS,
            kind=self._kind,
            tags=self._shelf.tags(names, call.key),
            fields=b"",
            body=body,
        )
        self._shelf.write(call.key, copy, ticket, call.within)

    def _names(self, call: _Call, result: Any) -> frozenset[str] | None:
        """Return the names of those whom a call is about; None if that cannot be said."""
        people = self._shelf.people
        try:
            subjects: Iterable[str] = ()
            if self._subjects is not None:
                subjects = self._subjects(*call.args, **call.settings)
            return people.of_call((call.args, call.settings, result), subjects)
        except Exception:  # a function of the app that failed: nothing is kept
            return None


@attrs.frozen
class _Call:
    """A call with its key and its time budget."""

    key: str
    args: tuple[Any, ...]
    settings: dict[str, Any]
    within: Patience


def _faults(
    kind: object, ttl: object, negative_ttl: object, most_bytes: int
) -> Iterable[tuple[str, str]]:
    if not isinstance(kind, ContentKind):
        yield "kind", "must be a ContentKind"
    if not isinstance(ttl, timedelta) or ttl <= timedelta(0):
        yield "ttl", "must be a timedelta above zero"
    if negative_ttl is not None and not isinstance(negative_ttl, timedelta):
        yield "negative_ttl", "must be a timedelta"
    if most_bytes < 1:
        yield "most_bytes", "must be at least 1"


def _faults_of_calls(subjects: object, clock: object) -> Iterable[tuple[str, str]]:
    if subjects is not None and not callable(subjects):
        yield "subjects", "must be a function of the arguments"
    if not callable(clock):
        yield "clock", "must be a function that gives the time"


def _is_async(function: Any) -> bool:
    if inspect.iscoroutinefunction(function):
        return True
    # An object that can be called.
    return inspect.iscoroutinefunction(vars(type(function)).get("__call__"))
