"""A cache policy in front of caches of others: their own classes, and a web server on this machine."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
import requests

import voxvalley_privacy as vp
from tests.integrations.web_server import running
from voxvalley_privacy.integrations import other_caches
from voxvalley_privacy.stores import FixedClock

BODY = b"<Response>call +14155550132</Response>"
XML = ("Content-Type", "text/xml")
PERMITS = [XML, ("Cache-Control", "max-age=300")]
POLICY = vp.CachePolicy({vp.ContentKind.XML: timedelta(minutes=2)})
PERMITTED = POLICY.as_filter(in_call=False)

# Others keep these, by their defaults or their reading of RFC 9111.
DENIED = {
    "nothing": [XML],
    "no-store": [XML, ("Cache-Control", 'max-age=60, no-store=""')],
    "malformed": [XML, ("Cache-Control", "max-age=60;no-store")],
    "cookie": [*PERMITS, ("Set-Cookie", "id=1")],
    "another-kind": [("Content-Type", "audio/mpeg"), ("Cache-Control", "max-age=300")],
}


@pytest.fixture
def server():
    """Run a web server with one answer that permits a copy, and those that do not."""
    with running() as web:
        web.answers["/permits"] = (200, PERMITS, BODY)
        for name, headers in DENIED.items():
            web.answers[f"/{name}"] = (200, headers, BODY)
        yield web


def _asked(server, path):
    return sum(1 for _, asked, _ in server.asked if asked == path)


def _octets(folder):
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


# requests-cache -----------------------------------------------------------------------------------


@pytest.fixture
def session(tmp_path):
    """Make a session of requests-cache with a file, behind the policy."""
    requests_cache = pytest.importorskip("requests_cache")
    made = requests_cache.CachedSession(
        str(tmp_path / "cache"), backend="sqlite", expire_after=3600
    )
    with other_caches.filtered_session(made, PERMITTED) as filtered:
        filtered.trust_env = False
        yield filtered
    made.cache.close()


def test_requests_cache_keeps_what_is_permitted(server, session):
    """A permitted response is kept no longer than it is permitted."""
    first, second = (session.get(f"{server.url}/permits") for _ in range(2))
    assert (False, True, BODY) == (first.from_cache, second.from_cache, second.content)
    assert timedelta(seconds=110) < second.expires - second.created_at <= timedelta(seconds=120)
    assert 1 == _asked(server, "/permits")


@pytest.mark.parametrize("name", DENIED)
def test_requests_cache_never_writes_the_rest(server, session, tmp_path, name):
    """What the policy denies is never written, not even for a moment."""
    assert [BODY, BODY] == [session.get(f"{server.url}/{name}").content for _ in range(2)]
    assert 2 == _asked(server, f"/{name}")
    assert b"5550132" not in _octets(tmp_path)


def test_requests_cache_drops_what_is_no_longer_permitted(server, session):
    """A copy goes when its renewed response permits none."""
    session.get(f"{server.url}/permits")
    server.answers["/permits"] = (200, [XML], BODY)
    session.get(f"{server.url}/permits", force_refresh=True)
    assert not session.cache.responses


# hishel -------------------------------------------------------------------------------------------


@pytest.fixture(params=[False, True], ids=["by-default", "by-rfc"])
def by_rfc(request):
    """Whether hishel goes by RFC 9111, or keeps every response."""
    return request.param


def _hishel(folder):
    hishel = pytest.importorskip("hishel")
    return hishel.SqliteStorage(database_path=folder / "hishel.db")


def test_hishel_keeps_what_is_permitted(server, tmp_path, by_rfc):
    """A permitted response is answered from hishel's storage."""
    storage = other_caches.filtered_storage(_hishel(tmp_path), PERMITTED)
    from hishel.httpx import CacheTransport

    transport = CacheTransport(httpx.HTTPTransport(), storage=storage, rfc=by_rfc)
    with httpx.Client(transport=transport, trust_env=False) as client:
        assert [BODY, BODY] == [client.get(f"{server.url}/permits").content for _ in range(2)]
    assert 1 == _asked(server, "/permits")
    storage.close()


@pytest.mark.parametrize("name", DENIED)
def test_hishel_never_writes_the_rest(server, tmp_path, by_rfc, name):
    """What the policy denies reaches the app as it came, and is never written."""
    storage = other_caches.filtered_storage(_hishel(tmp_path), PERMITTED)
    from hishel.httpx import CacheTransport

    transport = CacheTransport(httpx.HTTPTransport(), storage=storage, rfc=by_rfc)
    with httpx.Client(transport=transport, trust_env=False) as client:
        assert [BODY, BODY] == [client.get(f"{server.url}/{name}").content for _ in range(2)]
    storage.close()
    assert 2 == _asked(server, f"/{name}")
    assert b"5550132" not in _octets(tmp_path)


@pytest.mark.parametrize("name", ["permits", "nothing"])
def test_hishel_async(server, tmp_path, name):
    """The async storage keeps what is permitted, and nothing else."""
    hishel = pytest.importorskip("hishel")
    pytest.importorskip("anysqlite")
    from hishel.httpx import AsyncCacheTransport

    async def fetch():
        behind = hishel.AsyncSqliteStorage(database_path=tmp_path / "hishel.db")
        storage = other_caches.filtered_storage(behind, PERMITTED)
        transport = AsyncCacheTransport(httpx.AsyncHTTPTransport(), storage=storage)
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            bodies = [(await client.get(f"{server.url}/{name}")).content for _ in range(2)]
        await storage.close()
        return bodies

    assert [BODY, BODY] == asyncio.run(fetch())
    assert (1 if name == "permits" else 2) == _asked(server, f"/{name}")


@pytest.mark.parametrize("asks", [None, 5.0])
def test_hishel_entries_end_with_their_permission(tmp_path, asks):
    """An entry is stored with the lifetime that the policy permits, or with the app's own if less."""
    hishel = pytest.importorskip("hishel")
    given = []

    class Storage(hishel.BaseStorage):
        def create_entry(self, request, response, key, *, ttl=None, tti=None):
            given.append(ttl)

        def get_entries(self, key):
            return []

        def update_headers(self, entry, headers):
            given.append("updated")

        def remove_entry(self, entry):
            given.append("removed")

    storage = other_caches.filtered_storage(Storage(), PERMITTED)
    asked = hishel.Request("GET", "https://app.example.com/voice")
    storage.create_entry(
        asked, hishel.Response(200, hishel.Headers(dict(PERMITS))), "key", ttl=asks
    )
    assert [asks or 120.0] == given
    storage.update_headers("unknown", hishel.Headers(dict(PERMITS)))
    assert "removed" == given[-1]


def test_hishel_drops_what_is_no_longer_permitted(server, tmp_path):
    """A copy goes when the answer to its revalidation permits none."""
    storage = other_caches.filtered_storage(_hishel(tmp_path), PERMITTED)
    from hishel.httpx import CacheTransport

    server.answers["/etag"] = (200, [*PERMITS, ("ETag", '"1"')], BODY)
    transport = CacheTransport(httpx.HTTPTransport(), storage=storage, rfc=True)
    with httpx.Client(transport=transport, trust_env=False) as client:
        client.get(f"{server.url}/etag")
        server.answers["/etag"] = (200, [XML, ("ETag", '"1"'), ("Cache-Control", "private")], BODY)
        client.get(f"{server.url}/etag", headers={"Cache-Control": "no-cache"})
        assert BODY == client.get(f"{server.url}/etag").content
    storage.close()
    assert 3 == _asked(server, "/etag")


# diskcache and Django -----------------------------------------------------------------------------


@pytest.fixture(params=["diskcache", "django"])
def cache(request, tmp_path):
    """Give a cache of diskcache, and one of Django with files."""
    if request.param == "diskcache":
        with pytest.importorskip("diskcache").Cache(str(tmp_path / "disk")) as made:
            yield made
        return
    pytest.importorskip("django")
    from django.core.cache.backends.filebased import FileBasedCache

    yield FileBasedCache(str(tmp_path / "django"), {})


def _get(url):
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=30)


def test_a_body_is_kept_while_it_is_permitted(server, cache):
    """The body of a permitted response is kept for whole seconds, of requests and of httpx."""
    for response in (
        _get(f"{server.url}/permits"),
        httpx.get(f"{server.url}/permits", trust_env=False),
    ):
        assert timedelta(seconds=120) == other_caches.keep(cache, "menu", response, PERMITTED)
        assert BODY == cache.get("menu")


@pytest.mark.parametrize("name", DENIED)
def test_no_other_body_is_kept(server, cache, tmp_path, name):
    """What is denied is not written, and what was there before goes."""
    cache.set("menu", b"old")
    assert not other_caches.keep(cache, "menu", _get(f"{server.url}/{name}"), PERMITTED)
    assert cache.get("menu") is None
    assert b"5550132" not in _octets(tmp_path)


def test_less_than_a_second_is_not_kept(cache):
    """A lifetime of which no whole second is left would be none, or endless: nothing is kept."""
    clock = FixedClock(POLICY.clock())
    short = vp.CachePolicy({vp.ContentKind.XML: timedelta(milliseconds=900)}, clock=clock)
    asked = vp.caching.Request(method="GET", url="https://app.example.com/voice", in_call=False)
    answer = vp.caching.Response(status=200, headers=PERMITS, body=BODY)
    response = _Answer(answer, asked)
    assert not other_caches.keep(cache, "menu", response, short.as_filter(in_call=False))
    assert cache.get("menu") is None


class _Answer:
    """A response with its request, as clients give it."""

    def __init__(self, answer, asked):
        self.status_code, self.headers, self.content = answer.status, answer.headers, answer.body
        self.request = asked


@pytest.mark.parametrize(
    "build",
    [
        lambda: other_caches.filtered_session(requests.Session(), PERMITTED),
        lambda: other_caches.filtered_session(requests.Session(), POLICY),
        lambda: other_caches.filtered_storage({}, PERMITTED),
        lambda: other_caches.filtered_storage({}, bool),
        lambda: other_caches.keep({}, "key", None, PERMITTED),
        lambda: other_caches.keep({}, "key", None, None),
    ],
)
def test_wrong_settings(build):
    """What is not such a cache, or not a filter, is refused."""
    with pytest.raises(vp.ConfigurationError):
        build()
