"""Play the public HTTP cache tests against a `PrivateCache` between a client and a server that are made up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import attrs

from voxvalley_privacy.caching import CachePolicy, PrivateCache, Request, Response, fetch
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.stores import FixedClock
from voxvalley_privacy.vocabulary import ContentKind

from .messages import NOON

_PAUSE = timedelta(seconds=3)


@attrs.frozen
class Outcome:
    """What came of one request: whether the suite wants it from a copy, whether it was, and why not."""

    suite: str
    kind: str
    name: str
    wanted: str
    reused: bool
    reason: str


def play(path: Path, **settings: object) -> Iterator[Outcome]:
    """Play every case of the file and tell what came of each request with an expectation."""
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        clock = FixedClock(NOON)
        shared = not case.get("browser_only", False)
        policy = CachePolicy(
            {ContentKind.TEXT: timedelta(days=40_000)}, clock=clock, shared=shared, **settings
        )
        cache = PrivateCache(policy, keys=_KEYS)
        for step in case["requests"]:
            wanted = step.get("expected_type")
            request = _request(case, step, clock)
            why = cache.explain(request).codes[0]
            reused = _send(cache, request, step, clock)
            if wanted in {"cached", "not_cached"}:
                yield Outcome(
                    case["suite"], case.get("kind", "required"), case["id"], wanted, reused, why
                )
            if step.get("pause_after"):
                clock.advance(_PAUSE)


_KEYS = KeyRing.generate()


def _send(cache: PrivateCache, request: Request, step: dict, clock: FixedClock) -> bool:
    sent = []

    def server(asked: Request) -> Response:
        sent.append(asked)
        status = step.get("response_status", [200])[0]
        headers = [
            ("Content-Type", "text/plain"),
            *_headers(step.get("response_headers", ()), clock),
        ]
        if (
            status == 200
            and step.get("expected_type", "").endswith("validated")
            and "if-none-match" in asked.headers
        ):
            status = 304
        lengths = [value for name, value in headers if name.lower() == "content-length"]
        body = b"x" * (int(lengths[0]) if lengths and lengths[0].isdigit() else 5)
        types = [pair for pair in headers if pair[0].lower() == "content-type"]
        return Response(
            status=status, headers=[p for p in headers if p not in types] + types[-1:], body=body
        )

    fetch(cache, request, server, kind=ContentKind.TEXT)
    return not sent


def _request(case: dict, step: dict, clock: FixedClock) -> Request:
    url = f"https://cache.example.com/{case['id']}/{step.get('filename', '')}"
    if "query_arg" in step:
        url += "?" + step["query_arg"]
    return Request(
        in_call=False,
        method=step.get("request_method", "GET"),
        url=url,
        headers=_headers(step.get("request_headers", ()), clock),
        body=step.get("request_body", "").encode(),
    )


def _headers(pairs: list, clock: FixedClock) -> list[tuple[str, str]]:
    return [(name, _value(name, value, clock)) for name, value, *_ in pairs]


def _value(name: str, value: object, clock: FixedClock) -> str:
    # Numbers in these fields stand for seconds from now.
    if isinstance(value, int) and name.lower() in {
        "date",
        "expires",
        "last-modified",
        "if-modified-since",
    }:
        return format_datetime(clock.now + timedelta(seconds=value), usegmt=True)
    return str(value)
