"""
Fetch through a private cache with the client of aiohttp (extra `aiohttp`).

    answer = await fetch(cache, session, "https://app.example.com/voice", in_call=False)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientResponse, ClientSession

from ..caching import (
    InCallOf,
    KindOf,
    PrivateCache,
    Request,
    Response,
    SubjectsOf,
    fetch_async,
)

__all__ = ["fetch"]

# The session has unpacked the body; these fields describe it as it was sent.
_OF_THE_PACKED_BODY = frozenset({"content-encoding", "content-length", "transfer-encoding"})


async def fetch(
    cache: PrivateCache,
    session: ClientSession,
    url: str,
    /,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    kind: KindOf = None,
    subjects: SubjectsOf = None,
    in_call: InCallOf = None,
    **settings: Any,
) -> Response:
    """
    Answer from a copy, or send the request with *session* and keep what may be kept.

    Args:
        cache: Where copies are.

        session: Sends requests; redirects are not followed unless *settings* say so.

        url: The whole address.

        method: The HTTP method.

        headers: Fields of the request, besides those of the session.

        kind: What the response holds, or a function that says it; None if the content type does.

        subjects: Names those whom a response is about. Numbers and addresses in it are found
            without it.

        in_call: Whether the response is fetched while the call that it is about goes on, or a
            function of the request; None if that is not known, which counts as yes.

        settings: For `ClientSession.request()`, such as `data` or `timeout`.

    Returns:
        Status, header fields and the whole body, unpacked, with a Cache-Status field.

    Raises:
        aiohttp.ClientError: As the session does.
    """
    own = dict(headers or {})
    # The session adds fields of its own, which can be what permits or forbids a copy.
    asked = Request(method=method, url=url, headers=[*session.headers.items(), *own.items()])

    async def send(request: Request) -> Response:
        # What a copy asks for beyond the app's own fields, such as If-None-Match.
        more = list(request.headers)[len(asked.headers) :]
        sent = session.request(
            method, url, **{"allow_redirects": False, **settings}, headers={**own, **dict(more)}
        )
        async with sent as response:
            return await _whole(response)

    return await fetch_async(cache, asked, send, kind=kind, subjects=subjects, in_call=in_call)


async def _whole(response: ClientResponse) -> Response:
    body = await response.read()
    packed = "Content-Encoding" in response.headers
    headers = [
        (name, value)
        for name, value in response.headers.items()
        if not (packed and name.lower() in _OF_THE_PACKED_BODY)
    ]
    return Response(status=response.status, headers=headers, body=body)
