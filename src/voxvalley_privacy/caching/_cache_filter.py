"""The policy for caches of others: whether a copy may be kept, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs

from ..decisions import Decision
from ..vocabulary import ContentKind
from ._grant import CacheGrant
from ._headers import Headers, headers_of
from ._messages import Request, Response

__all__ = ["CacheFilter"]

_NOT_AT_ALL = timedelta(0)


@attrs.frozen
class CacheFilter:
    """
    Answer for how long a copy of a response may be kept; made by `CachePolicy.as_filter`.

    It never raises: what cannot be read is not kept.

    Args:
        decide: The policy.

        kind: What the responses hold; None if the content type says it.

        in_call: Whether they are fetched while the call that they are about goes on; None if that
            is not known, which counts as yes.
    """

    decide: Callable[[Request, Response], Decision]
    kind: ContentKind | None = attrs.field(default=None, kw_only=True)
    in_call: bool | None = attrs.field(default=None, kw_only=True)

    def __call__(self, response: Any, /, request: Any = None) -> timedelta:
        """
        Return the lifetime of a copy of *response*; zero, which is false, if none may be kept.

        Args:
            response: Of `requests`, `requests_cache`, `httpx`, `hishel` or this library.

            request: What was asked; that of the response if None.
        """
        grant = self.decision(response, request).value
        if not isinstance(grant, CacheGrant):
            return _NOT_AT_ALL
        return grant.lifetime

    def seconds(self, response: Any, /, request: Any = None) -> int:
        """
        Return the lifetime in whole seconds.

        For Django's `timeout=` and diskcache's `expire=`.
        """
        return int(self(response, request).total_seconds())

    def decision(self, response: Any, /, request: Any = None) -> Decision:
        """Return the decision about *response* with its reasons."""
        try:
            asked = _request(response.request if request is None else request)
            answered = _response(response)
        except Exception:  # what is not of a known shape is not kept; the policy says so
            return self.decide(None, None)  # type: ignore[arg-type]
        if self.in_call is not None:
            asked = attrs.evolve(asked, in_call=self.in_call)
        if self.kind is not None:
            answered = attrs.evolve(answered, kind=self.kind)
        return self.decide(asked, answered)


def _request(request: Any) -> Request:
    if isinstance(request, Request):
        return request
    body = getattr(request, "body", b"")
    return Request(
        method=str(request.method),
        url=str(request.url),
        headers=_headers(request.headers),
        # Any body denies; its content does not matter.
        body=b"body" if body else b"",
    )


def _response(response: Any) -> Response:
    if isinstance(response, Response):
        return response
    status = getattr(response, "status_code", None)
    return Response(
        status=int(response.status if status is None else status),
        headers=_headers(response.headers),
    )


def _headers(headers: Any) -> Headers:
    # `multi_items` of httpx keeps the lines of a field apart.
    if hasattr(headers, "multi_items"):
        headers = headers.multi_items()
    return headers_of(headers)
