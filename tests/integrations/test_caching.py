"""Fetching through a private cache: the plain function, httpx and requests, against a web server on this machine."""

from __future__ import annotations

import asyncio
import gzip
from datetime import timedelta

import aiohttp
import httpx
import pytest
import requests
import trio
import urllib3

from tests.integrations import web_server
from voxvalley_privacy.caching import (
    AsyncPrivateCache,
    CachePolicy,
    PrivateCache,
    Request,
    Response,
    fetch,
)
from voxvalley_privacy.errors import ConfigurationError
from voxvalley_privacy.integrations import aiohttp as of_aiohttp
from voxvalley_privacy.integrations.httpx import AsyncCachingTransport, CachingTransport
from voxvalley_privacy.integrations.requests import CachingAdapter
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.vocabulary import ContentKind

XML = [("Content-Type", "text/xml")]
HOUR = ("Cache-Control", "max-age=3600")
BODY = b"<Response><Say>Hello</Say></Response>" * 40
LARGE = BODY * 500


@pytest.fixture
def server():
    """Run a web server."""
    with web_server.running() as running:
        yield running


@pytest.fixture
def cache():
    """Make a cache of XML and media."""
    lifetimes = {ContentKind.XML: timedelta(hours=1), ContentKind.PHONE_NUMBER: timedelta(hours=1)}
    return PrivateCache(CachePolicy(lifetimes, most_bytes=2000), keys=KeyRing.generate())


def _by_httpx(cache, url, headers, method, **settings):
    with httpx.Client(transport=CachingTransport(cache, **settings), trust_env=False) as client:
        answer = client.request(method, url, headers=headers)
    return answer.status_code, answer.headers, answer.content


def _by_httpx_async(cache, url, headers, method, **settings):
    async def work():
        transport = AsyncCachingTransport(cache, **settings)
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            answer = await client.request(method, url, headers=headers)
        return answer.status_code, answer.headers, answer.content

    return asyncio.run(work())


def _by_httpx_on_trio(cache, url, headers, method, **settings):
    async def work():
        transport = AsyncCachingTransport(cache, **settings)
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            answer = await client.request(method, url, headers=headers)
        return answer.status_code, answer.headers, answer.content

    return trio.run(work)


def _by_aiohttp(cache, url, headers, method, **settings):
    async def work():
        async with aiohttp.ClientSession() as session:
            answer = await of_aiohttp.fetch(
                cache, session, url, method=method, headers=headers, **settings
            )
        return answer.status, dict(answer.headers), answer.body

    return asyncio.run(work())


def _by_requests(cache, url, headers, method, **settings):
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", CachingAdapter(cache, **settings))
        answer = session.request(method, url, headers=headers)
        return answer.status_code, answer.headers, answer.content


def _by_function(cache, url, headers, method, **settings):
    def send(asked):
        with httpx.Client(trust_env=False) as client:
            sent = [(name, value) for name, value in asked.headers if name.lower() != "host"]
            answer = client.request(asked.method, asked.url, headers=sent)
        return Response(status=answer.status_code, headers=answer.headers.raw, body=answer.content)

    answer = fetch(cache, Request(method=method, url=url, headers=headers or {}), send, **settings)
    return answer.status, dict(answer.headers), answer.body


@pytest.fixture(
    params=[
        _by_httpx,
        _by_httpx_async,
        _by_httpx_on_trio,
        _by_aiohttp,
        _by_requests,
        _by_function,
    ]
)
def get(request, server, cache):
    """Fetch by each client in turn."""

    def run(path="/voice", headers=None, method="GET", **settings):
        told = {"in_call": False, **settings}
        return request.param(cache, server.url + path, headers, method, **told)

    return run


def _status(headers):
    (found,) = [value for name, value in headers.items() if name.lower() == "cache-status"]
    return found


def test_permitted(server, get):
    """What is permitted is fetched once, and the app is told so."""
    server.answers["/voice"] = (200, [*XML, HOUR], BODY)
    first, second = get(), get()

    assert [(200, BODY), (200, BODY)] == [(status, body) for status, _, body in (first, second)]
    assert "VoxvalleyPrivacy; fwd=uri-miss; stored; ttl=3" in _status(first[1])
    assert "VoxvalleyPrivacy; hit; ttl=3" in _status(second[1])
    assert 1 == len(server.asked)


@pytest.mark.parametrize(
    ("code", "status", "headers"),
    [
        ("no_permission", 200, XML),
        ("no_store", 200, [*XML, HOUR, ("Cache-Control", "no-store")]),
        ("set_cookie", 200, [*XML, HOUR, ("Set-Cookie", "a=b")]),
        ("malformed", 200, [*XML, HOUR, ("Cache-Control", "max-age=6_0")]),
        ("status", 404, [*XML, HOUR]),
        ("kind_mismatch", 200, [("Content-Type", "text/html"), HOUR]),
    ],
)
def test_denied(server, get, code, status, headers):
    """What is not permitted is fetched each time, comes through whole, and the app is told why."""
    server.answers["/voice"] = (status, headers, BODY)

    for _ in range(2):
        got = get()
        assert (status, BODY, f"VoxvalleyPrivacy; fwd=uri-miss; detail=cache.{code}") == (
            got[0],
            got[2],
            _status(got[1]),
        )
    assert 2 == len(server.asked)


def test_compressed(server, get):
    """A compressed answer is kept as it came, and read the same both times."""
    server.answers["/voice"] = (
        200,
        [*XML, HOUR, ("Content-Encoding", "gzip")],
        gzip.compress(BODY),
    )

    assert [BODY, BODY] == [get()[2], get()[2]]
    # The client below the plain function has decoded the body already; what it gives is kept as it gives it.
    assert 1 == len(server.asked)


def test_large(server, get):
    """A body that is larger than the settings allow comes through whole and is not kept."""
    server.answers["/voice"] = (200, [*XML, HOUR, ("Connection", "close")], LARGE)
    server.answers["/told"] = (200, [*XML, HOUR], LARGE)

    for path in ("/voice", "/told"):
        got = get(path)
        assert (LARGE, True) == (got[2], "cache.too_large" in _status(got[1]))
    assert "cache.too_large" in _status(get("/told")[1])
    assert 3 == len(server.asked)


def test_rest_of_a_large_body_at_once(server, cache):
    """What is left of a large body can be read in one go, as by an app that takes the raw stream."""
    server.answers["/voice"] = (200, [*XML, HOUR, ("Connection", "close")], LARGE)
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", CachingAdapter(cache))
        answer = session.get(server.url + "/voice", stream=True)
        assert LARGE == answer.raw.read()


def test_post_is_never_kept_and_invalidates(server, get):
    """A POST goes through, is not kept, and removes the copy of its address."""
    server.answers["/voice"] = (200, [*XML, HOUR], BODY)
    get()

    assert "VoxvalleyPrivacy; fwd=method; detail=cache.method" == _status(get(method="POST")[1])
    get()
    assert ["GET", "POST", "GET"] == [method for method, _, _ in server.asked]


def test_reload_revalidates(server, get):
    """A reload asks whether the copy still holds, and gets it."""
    server.answers["/voice"] = (200, [*XML, HOUR, ("ETag", '"v1"')], BODY)
    first = get()
    got = get(headers={"Cache-Control": "no-cache"})

    assert (200, BODY) == got[::2] == first[::2]
    assert '"v1"' == server.asked[1][2]["If-None-Match"]
    assert "hit" in _status(got[1])
    assert "hit" in _status(get()[1])
    assert 2 == len(server.asked)


def test_reload_of_what_changed(server, get):
    """A reload of what has changed replaces the copy."""
    server.answers["/voice"] = (200, [*XML, HOUR, ("ETag", '"v1"')], BODY)
    get()
    server.answers["/voice"] = (200, [*XML, HOUR, ("ETag", '"v2"')], b"<new/>")

    assert b"<new/>" == get(headers={"Cache-Control": "no-cache"})[2]
    assert b"<new/>" == get()[2]
    assert 2 == len(server.asked)


def test_conditions_of_the_app_pass_through(server, get):
    """A 304 to the app's own condition is the app's."""
    server.answers["/voice"] = (200, [*XML, HOUR, ("ETag", '"v1"')], BODY)
    get()
    assert 304 == get(headers={"If-None-Match": '"v1"'})[0]


def test_declared_kind_and_subjects(server, get, cache):
    """The app declares what it fetches, and about whom."""
    server.answers["/lookup"] = (
        200,
        [("Content-Type", "application/json"), HOUR],
        b'{"carrier": "x"}',
    )
    told = {
        "kind": lambda request, response: ContentKind.PHONE_NUMBER,
        "subjects": lambda *_: ["+14155550132"],
    }

    assert "detail=cache.kind_off" in _status(get("/lookup")[1])
    assert "stored" in _status(get("/lookup", **told)[1])
    assert 1 == cache.forget("+1 415 555 0132")
    assert "stored" in _status(get("/lookup", **{**told, "kind": ContentKind.PHONE_NUMBER})[1])


def test_forgotten_while_it_is_fetched(server, get, cache):
    """A person who is forgotten while an answer about them is on its way is not kept."""
    server.answers["/voice?From=%2B14155550132"] = (200, [*XML, HOUR], BODY)
    answer = server.answer

    def forget_first(handler):
        cache.forget("+14155550132")
        answer(handler)

    server.answer = forget_first

    assert "detail=cache.erased" in _status(get("/voice?From=%2B14155550132")[1])


def test_withdrawn_while_it_is_asked(server, get, cache):
    """If the copy is gone when the 304 comes, the answer is fetched without conditions."""
    server.answers["/voice"] = (200, [*XML, HOUR, ("ETag", '"v1"')], BODY)
    get()
    answer = server.answer

    def purge_first(handler):
        cache.purge()
        answer(handler)

    server.answer = purge_first

    assert (200, BODY) == get(headers={"Cache-Control": "no-cache"})[::2]
    assert [True, False] == ["If-None-Match" in headers for _, _, headers in server.asked[1:]]


def test_adapters_close_what_is_below():
    """Closing an adapter closes the transport it was given."""
    closed = []

    class Below(httpx.BaseTransport, httpx.AsyncBaseTransport):
        def close(self):
            closed.append("sync")

        async def aclose(self):
            closed.append("async")

    class Adapter(requests.adapters.BaseAdapter):
        def close(self):
            closed.append("requests")

    cache = PrivateCache(CachePolicy({}), keys=KeyRing.generate())
    CachingTransport(cache, Below()).close()
    asyncio.run(AsyncCachingTransport(cache, Below()).aclose())
    CachingAdapter(cache, Adapter()).close()

    assert ["sync", "async", "requests"] == closed


MEDIA = [("Content-Type", "audio/mpeg"), ("Cache-Control", "max-age=3600")]
CHUNK = bytes(range(256)) * 256
RECORDING = CHUNK * 160


class _Recording(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A recording of 10 MiB that comes bit by bit."""

    def __init__(self, chunks=160, fault=None):
        self.given, self.chunks, self.fault = 0, chunks, fault

    def __iter__(self):
        for _ in range(self.chunks):
            self.given += 1
            yield CHUNK
        if self.fault is not None:
            raise self.fault

    async def __aiter__(self):
        for chunk in self:
            yield chunk

    def read(self, size=-1):
        rest = self.chunks - self.given
        count = rest if size is None or size < 0 else min(rest, max(1, size // len(CHUNK)))
        self.given += count
        return CHUNK * count

    def close(self):
        pass

    async def aclose(self):
        pass


class _Plays(httpx.BaseTransport, httpx.AsyncBaseTransport, requests.adapters.BaseAdapter):
    """A server that sends a recording."""

    def __init__(self, recording, headers=MEDIA):
        super().__init__()
        self.recording, self.headers = recording, headers

    def handle_request(self, request):
        return httpx.Response(200, headers=self.headers, stream=self.recording)

    async def handle_async_request(self, request):
        return self.handle_request(request)

    def send(self, request, **settings):
        raw = urllib3.HTTPResponse(
            self.recording, headers=dict(self.headers), status=200, preload_content=False
        )
        return requests.adapters.HTTPAdapter().build_response(request, raw)

    def close(self):
        pass


def _stream_by_httpx(cache, server, most):
    with httpx.Client(transport=CachingTransport(cache, server, in_call=False)) as client:
        with client.stream("GET", "https://media.example.com/1") as answer:
            chunks = answer.iter_raw()
            first, given = next(chunks), server.recording.given
            whole = first + b"".join(chunks)
        return given, whole, _status(answer.headers)


def _stream_by_httpx_async(cache, server, most):
    async def work():
        transport = AsyncCachingTransport(cache, server, in_call=False)
        async with (
            httpx.AsyncClient(transport=transport) as client,
            client.stream("GET", "https://media.example.com/1") as answer,
        ):
            chunks = answer.aiter_raw()
            first, given = await anext(chunks), server.recording.given
            whole = first + b"".join([chunk async for chunk in chunks])
        return given, whole, _status(answer.headers)

    return asyncio.run(work())


def _stream_by_requests(cache, server, most):
    with requests.Session() as session:
        session.mount("https://", CachingAdapter(cache, server, in_call=False))
        answer = session.get("https://media.example.com/1", stream=True)
        chunks = answer.iter_content(len(CHUNK))
        first, given = next(chunks), server.recording.given
        return given, first + b"".join(chunks), _status(answer.headers)


@pytest.fixture(params=[_stream_by_httpx, _stream_by_httpx_async, _stream_by_requests])
def stream(request):
    """Stream by each client in turn."""

    def run(recording, most_bytes=20 * 2**20):
        lifetimes = {ContentKind.MEDIA: timedelta(hours=1)}
        cache = PrivateCache(
            CachePolicy(lifetimes, most_bytes=most_bytes),
            keys=KeyRing.generate(),
            budget=timedelta(seconds=10),
        )
        run.cache = cache
        return request.param(cache, _Plays(recording), most_bytes)

    return run


def _copies(cache):
    """Count the copies in the store: the fields that a client adds are part of the key."""
    return int(repr(cache).split()[2])


def test_b16_226_media_is_streamed_on(stream):
    """A recording of 10 MiB reaches the app as it comes, and is kept at its end."""
    given, whole, status = stream(_Recording())
    assert given < 20
    assert whole == RECORDING
    assert ("VoxvalleyPrivacy; fwd=uri-miss", 1) == (status, _copies(stream.cache))


def test_b16_226_media_that_is_too_large(stream):
    """A recording that turns out to be too large passes, and is not kept."""
    _, whole, _ = stream(_Recording(), most_bytes=2**20)
    assert (True, 0) == (whole == RECORDING, _copies(stream.cache))


def test_b16_226_media_that_breaks_off(stream):
    """A recording that breaks off is not kept."""
    given = []
    recording = _Recording(chunks=10, fault=httpx.ReadError("gone"))
    recording.read = lambda size=-1: given.append(1) or (CHUNK if len(given) < 9 else _break_off())
    with pytest.raises((httpx.ReadError, requests.exceptions.RequestException, OSError)):
        stream(recording)
    assert 0 == _copies(stream.cache)


def _break_off():
    raise OSError


def test_private_cache_on_trio(cache):
    """The asynchronous cache keeps, gives and forgets copies under trio too."""
    asked = Request(method="GET", url="http://app.example.com/voice", in_call=False)
    answer = Response(status=200, headers=[*XML, HOUR], body=BODY)

    async def work():
        copies = AsyncPrivateCache(cache)
        kept = await copies.put(asked, answer)
        return bool(kept), (await copies.get(asked)).body, await copies.purge()

    kept, body, purged = trio.run(work)
    assert (True, BODY) == (kept, body)
    assert 1 == purged


@pytest.mark.parametrize("adapter", [CachingTransport, AsyncCachingTransport, CachingAdapter])
def test_a_policy_is_no_cache(adapter):
    """A policy in place of a cache is refused when the adapter is made, not with the first call."""
    with pytest.raises(ConfigurationError, match="PrivateCache"):
        adapter(CachePolicy({}))
