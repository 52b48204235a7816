"""One request's way through the cache, without input or output, for every client adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import attrs

from ..decisions import Decision
from ..vocabulary import ContentKind
from . import _cache_reasons as why
from ._grant import CACHE_NAME, cache_status
from ._messages import Request, Response
from ._private_cache import PrivateCache

__all__ = ["Exchange", "InCallOf", "KindOf", "PassingBody", "SubjectsOf", "fetch"]

KindOf: TypeAlias = "ContentKind | Callable[[Request, Response], ContentKind | None] | None"
SubjectsOf: TypeAlias = "Callable[[Request, Response], Iterable[str]] | None"
InCallOf: TypeAlias = "bool | Callable[[Request], bool] | None"

_READ_AT_ONCE = 65_536
_PASSING = f"{CACHE_NAME}; fwd=uri-miss"
_ABOUT_THE_KIND = frozenset({why.KIND_OFF.code, why.KIND_MISMATCH.code})


class Exchange:
    """
    Take one request through a cache.

    Return `stored` if there is something; else send `to_send`, and give what comes to `refreshed`,
    `wants` and `keep`. Functions of the app are called once, with the whole response; if one
    raises, nothing is kept, with the reason `error.input`, and the answer goes on to the app.

    Args:
        cache: Where copies are.

        request: As the app makes it.

        kind: What the response holds, or a function that says it; None if the content type does.

        subjects: Names those whom a response is about. Numbers and addresses in it are found
            without it.

        in_call: Whether it is fetched while the call that it is about goes on, or a function that
            says it; None if that is not known, which counts as yes.
    """

    __slots__ = (
        "_cache",
        "_is_wanted",
        "_kind",
        "_kind_of_head",
        "_plain",
        "_subjects",
        "_ticket",
        "_within",
        "stored",
        "to_send",
    )

    def __init__(
        self,
        cache: PrivateCache,
        request: Request,
        /,
        *,
        kind: KindOf = None,
        subjects: SubjectsOf = None,
        in_call: InCallOf = None,
    ) -> None:
        self._cache = cache
        self._plain = _with_call(request, in_call)
        self._kind = kind
        self._kind_of_head = self._possible_kinds()[0]
        self._subjects = subjects
        self._is_wanted = True
        self._within = cache.patience()
        self.stored: Response | None = cache.get(self._plain, within=self._within)
        self._ticket = None if self.stored else cache.begin(within=self._within)
        self.to_send: Request = self._conditional() or self._plain

    def refreshed(self, response: Response, /) -> Response | None:
        """
        Take a 304 to conditions that were ours.

        Returns:
            The answer. None if there is none: then, if `is_ours`, send the plain request.
        """
        if not self.is_ours(response):
            return None
        return self._cache.revalidated(
            self._plain, response, ticket=self._ticket, within=self._within
        )

    def is_ours(self, response: Response, /) -> bool:
        """Whether *response* is a 304 that the app did not ask for and could not understand."""
        return response.status == 304 and self.to_send is not self._plain

    def wants(self, head: Response, /) -> bool:
        """
        Whether a copy of this response could be kept, by its head.

        If not, there is no need to read its body at once.
        """
        self._is_wanted = False
        for kind in self._possible_kinds():
            decision = self._cache.policy(self._plain, attrs.evolve(head, kind=kind))
            self._is_wanted |= bool(decision)
            if decision.codes[0] not in _ABOUT_THE_KIND:
                self._kind_of_head = kind
        return self._is_wanted

    def passing(self, head: Response, /) -> PassingBody:
        """Return what collects the body of *head* while it passes on."""
        return PassingBody(self, head, self._cache.policy.most_bytes)

    def keep(self, response: Response, /) -> str:
        """Offer the whole response, or the head of one not wanted; return its Cache-Status."""
        described = self._described(response)
        if described is None:
            return cache_status(Decision.deny(why.INPUT, obligations=(why.CONTENT_NOT_CACHED,)))
        return cache_status(
            self._cache.put(self._plain, described, ticket=self._ticket, within=self._within)
        )

    def _conditional(self) -> Request | None:
        # Only a request that would not take a copy can make use of one by asking whether it holds.
        if self.stored is not None or "cache-control" not in self._plain.headers:
            return None
        return self._cache.conditional(self._plain, within=self._within)

    def _possible_kinds(self) -> tuple[ContentKind | None, ...]:
        if callable(self._kind):
            return (None, *[kind for kind, _ in self._cache.policy.lifetimes])
        return (self._kind,)

    def _described(self, response: Response) -> Response | None:
        if not self._is_wanted:
            # Its body was not read, so nobody is asked about it.
            return attrs.evolve(response, kind=self._kind_of_head)
        try:
            kind, subjects = self._kind, self._subjects
            if callable(kind):
                kind = kind(self._plain, response)
            named = () if subjects is None else subjects(self._plain, response)
            return attrs.evolve(response, kind=kind, subjects=named)
        except Exception:  # whatever the app's functions raise, it does not reach the call
            return None


class PassingBody:
    """
    Collect a body while it passes on to the app, and offer it to the cache at its end.

    Args:
        exchange: The way of its request.

        head: The response without its body.

        most_bytes: The largest body that is kept.
    """

    __slots__ = ("_chunks", "_exchange", "_head", "_is_given_up", "_most", "_passes_on", "size")

    def __init__(self, exchange: Exchange, head: Response, most_bytes: int, /) -> None:
        self._exchange = exchange
        self._head = head
        self._most = most_bytes
        self._chunks: list[bytes] = []
        self._is_given_up = False
        self._passes_on = False
        self.size: int = 0

    @property
    def at_once(self) -> int:
        """How many bytes are read before the app gets the first of them; what is more passes on."""
        return min(self._most, _READ_AT_ONCE)

    @property
    def octets(self) -> bytes:
        """The bytes that were collected so far."""
        return b"".join(self._chunks)

    def add(self, chunk: bytes, /) -> None:
        """Collect *chunk*; nothing more once the body is too large to be kept."""
        self.size += len(chunk)
        self._chunks.append(chunk)
        if self._passes_on and self.size > self._most:
            self._is_given_up = True
        if self._is_given_up:
            self._chunks.clear()

    def pass_on(self) -> str:
        """Return the Cache-Status of a body of which the rest still has to come."""
        self._passes_on = True
        if self.size <= self._most:
            return _PASSING
        self._is_given_up = True
        return self._offer()

    def finish(self) -> str:
        """Offer the whole body; return the Cache-Status."""
        if self._is_given_up:
            return _PASSING
        return self._offer()

    def _offer(self) -> str:
        octets = self.octets
        self._chunks.clear()
        return self._exchange.keep(attrs.evolve(self._head, body=octets))


def _with_call(request: Request, in_call: InCallOf) -> Request:
    if in_call is None:
        return request
    try:
        if callable(in_call):
            in_call = bool(in_call(request))
    except Exception:  # not known, which counts as yes
        return request
    return attrs.evolve(request, in_call=in_call)


def fetch(
    cache: PrivateCache,
    request: Request,
    send: Callable[[Request], Response],
    /,
    *,
    kind: KindOf = None,
    subjects: SubjectsOf = None,
    in_call: InCallOf = None,
) -> Response:
    """
    Answer *request* from the cache, or send it and keep what may be kept.

    It is for any client that has no adapter here.

    Args:
        cache: Where copies are.

        request: What is asked.

        send: Sends a request and returns the response with its whole body.

        kind: What the response holds, or a function that says it; None if the content type does.

        subjects: Names those whom a response is about.

        in_call: Whether the call that it is about goes on; None if *request* says it.

    Returns:
        The answer, with a Cache-Status field.
    """
    exchange = Exchange(cache, request, kind=kind, subjects=subjects, in_call=in_call)
    if exchange.stored is not None:
        return exchange.stored
    response = send(exchange.to_send)
    if (answer := exchange.refreshed(response)) is not None:
        return answer
    if exchange.is_ours(response):
        response = send(request)
    return attrs.evolve(
        response, headers=[*response.headers, ("Cache-Status", exchange.keep(response))]
    )
