"""One request's way through the cache, without any input or output: what every client adapter is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import attrs

from ..vocabulary import ContentKind
from ._grant import cache_status
from ._messages import Request, Response
from ._private_cache import PrivateCache

__all__ = ["Exchange", "KindOf", "SubjectsOf", "fetch"]

KindOf: TypeAlias = "ContentKind | Callable[[Request, Response], ContentKind | None] | None"
SubjectsOf: TypeAlias = "Callable[[Request, Response], Iterable[str]] | None"


class Exchange:
    """
    Take one request through a cache: `stored`, or send `to_send` and give what comes to `refreshed`, `wants` and `keep`.

    Args:
        cache: Where copies are.

        request: As the app makes it.

        kind: What the response holds, or a function that tells; None if the content type tells.

        subjects: Tells whom a response is about; numbers in the address are found without it.
    """

    __slots__ = ("_cache", "_kind", "_plain", "_subjects", "_ticket", "stored", "to_send")

    def __init__(
        self,
        cache: PrivateCache,
        request: Request,
        /,
        *,
        kind: KindOf = None,
        subjects: SubjectsOf = None,
    ) -> None:
        self._cache = cache
        self._plain = request
        self._kind = kind
        self._subjects = subjects
        self.stored: Response | None = cache.get(request)
        self._ticket = None if self.stored else cache.begin()
        # Only a request that would not take a copy can make use of one by asking whether it still holds.
        asks_server = self.stored is None and "cache-control" in request.headers
        self.to_send: Request = (cache.conditional(request) if asks_server else None) or request

    def refreshed(self, response: Response, /) -> Response | None:
        """
        Take a 304 to conditions that were ours.

        Returns:
            The answer. None if there is none: then, if `is_ours`, send the plain request.
        """
        if not self.is_ours(response):
            return None
        return self._cache.revalidated(self._plain, response, ticket=self._ticket)

    def is_ours(self, response: Response, /) -> bool:
        """Tell whether *response* is a 304 that the app did not ask for and could not understand."""
        return response.status == 304 and self.to_send is not self._plain

    def wants(self, head: Response, /) -> bool:
        """Tell from a response without its body whether the body is worth reading at once, to keep a copy."""
        return bool(self._cache.policy(self._plain, self._told(head)))

    def keep(self, response: Response, /) -> str:
        """Offer the whole response, or the head of one that was not wanted; return its Cache-Status."""
        return cache_status(self._cache.put(self._plain, self._told(response), ticket=self._ticket))

    def _told(self, response: Response) -> Response:
        kind = self._kind(self._plain, response) if callable(self._kind) else self._kind
        subjects = () if self._subjects is None else self._subjects(self._plain, response)
        return attrs.evolve(response, kind=kind, subjects=tuple(subjects))


def fetch(
    cache: PrivateCache,
    request: Request,
    send: Callable[[Request], Response],
    /,
    *,
    kind: KindOf = None,
    subjects: SubjectsOf = None,
) -> Response:
    """
    Answer *request* from the cache, or send it and keep what may be kept: for any client that has no adapter here.

    Args:
        cache: Where copies are.

        request: What is asked.

        send: Sends a request and returns the response with its whole body.

        kind: What the response holds, or a function that tells; None if the content type tells.

        subjects: Tells whom a response is about.

    Returns:
        The answer, with a Cache-Status field.
    """
    exchange = Exchange(cache, request, kind=kind, subjects=subjects)
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
