"""Requests, responses and policies for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from voxvalley_privacy.caching import CachePolicy, Request, Response
from voxvalley_privacy.stores import FixedClock
from voxvalley_privacy.vocabulary import ContentKind

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
DATE = "Mon, 23 Nov 2026 12:00:00 GMT"
MINUTE_AGO = "Mon, 23 Nov 2026 11:59:00 GMT"
URL = "https://app.example.com/voice"
HOUR = timedelta(hours=1)
EVERY_KIND = dict.fromkeys(ContentKind, HOUR)


def policy(lifetimes=None, **settings):
    """Make a policy that allows every kind for an hour, at noon."""
    return CachePolicy(
        lifetimes or EVERY_KIND, clock=settings.pop("clock", FixedClock(NOON)), **settings
    )


def request(*headers, url=URL, method="GET", **more):
    """Make a request; no call goes on."""
    return Request(method=method, url=url, headers=headers, **{"in_call": False, **more})


def response(
    cache_control="max-age=60",
    *headers,
    status=200,
    kind=ContentKind.XML,
    content_type="text/xml",
    **more,
):
    """Make a response that the web server permits to keep for a minute; None leaves a field out."""
    fields = [("Cache-Control", cache_control)] if cache_control is not None else []
    fields += [("Content-Type", content_type)] if content_type is not None else []
    return Response(
        status=status,
        headers=[*fields, *headers],
        body=more.pop("body", b"<Response/>"),
        kind=kind,
        **more,
    )


def code(decision):
    """Give the one code of a decision."""
    (only,) = decision.codes
    return only
