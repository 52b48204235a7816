"""The private cache: put, get, forget, purge, sweep, explain, revalidate."""

from __future__ import annotations

import asyncio
import gc
import traceback
import tracemalloc
from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.caching.messages import DATE, NOON, URL, code, policy, request, response
from tests.oracle import assert_no_canary
from voxvalley_privacy.caching import (
    AsyncPrivateCache,
    MemoryCacheStore,
    PrivateCache,
    Request,
    Response,
    SqliteCacheStore,
)
from voxvalley_privacy.errors import ConfigurationError, StoreError, StoreUnavailable
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.stores import FixedClock
from voxvalley_privacy.vocabulary import ContentKind

NUMBER = "+14155550132"
KEYS = KeyRing.generate()


@pytest.fixture
def clock():
    """Make a clock that stands at noon."""
    return FixedClock(NOON)


@pytest.fixture
def store():
    """Make a store in memory."""
    return MemoryCacheStore()


@pytest.fixture
def cache(clock, store):
    """Make a cache with it."""
    return PrivateCache(policy(clock=clock), keys=KEYS, store=store)


class _Broken:
    """A store that is down."""

    def __init__(self, error=StoreUnavailable):
        self.error = error

    def __getattr__(self, name):
        def call(*arguments):
            raise self.error("down")

        return call


def test_put_and_get(cache, clock):
    """A kept copy answers the same request until it is over."""
    assert cache.put(
        request(), response("max-age=60", ("ETag", '"1"'), ("Age", "10"), ("Connection", "x"))
    )
    clock.advance(timedelta(seconds=49))
    copy = cache.get(request())

    assert (200, b"<Response/>", ContentKind.XML, ()) == (
        copy.status,
        copy.body,
        copy.kind,
        copy.subjects,
    )
    assert ("59",) == copy.headers.get("age")
    assert ("VoxvalleyPrivacy; hit; ttl=1",) == copy.headers.get("cache-status")
    assert ('"1"',) == copy.headers.get("etag")
    assert "connection" not in copy.headers
    clock.advance(timedelta(seconds=1))
    assert None is cache.get(request())


def test_denied_put_keeps_nothing(cache, store):
    """What is denied is not in the store, and a copy that was permitted before stays."""
    assert not cache.put(request(), response("no-store"))
    assert "<MemoryCacheStore 0 copies, 0 bytes>" == repr(store)
    assert None is cache.get(request())


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        ("cache.too_large", response(body=b"x" * 101)),
        ("cache.incomplete", response("max-age=60", ("Content-Length", "12"))),
    ],
)
def test_bodies(expected, answer, store):
    """A body that is too large, or was cut, is not kept."""
    cache = PrivateCache(policy(most_bytes=100), keys=KEYS, store=store)

    assert expected == code(cache.put(request(), answer))
    assert cache.put(request(), response("max-age=60", ("Content-Length", "11")))
    assert cache.put(
        request(), response("max-age=60", ("Content-Length", "5"), ("Content-Encoding", "gzip"))
    )


def test_clock_that_goes_back(cache, clock):
    """A copy from the future is over, and stays over when the clock goes on again."""
    cache.put(request(), response())
    clock.advance(timedelta(seconds=-1))
    assert "cache.expired" == code(cache.explain(request()))
    clock.advance(timedelta(seconds=2))
    assert None is cache.get(request())


@pytest.mark.parametrize(
    "spelling",
    [
        "+14155550132",
        "+1 (415) 555-0132",
        "tel:+1-415-555-0132",
        "＋１４１５５５５０１３２",
        "001 415 555 0132",
    ],
)
def test_b7_127_forget_takes_any_spelling(cache, spelling):
    """A person is forgotten by any spelling of the number."""
    cache = PrivateCache(cache.policy, keys=KEYS, region="DE")
    cache.put(request(), response(subjects=[NUMBER]))
    cache.put(request(url=URL + "/2"), response(subjects=["+14155550133"]))

    assert 1 == cache.forget(spelling)
    assert None is cache.get(request())
    assert cache.get(request(url=URL + "/2"))


@pytest.mark.parametrize(
    "url",
    [
        URL + "?From=%2B14155550132&To=x",
        URL + "?From=+14155550132",
        URL + "?From=tel%3A%2B1-415-555-0132",
        "https://app.example.com/lookup/+14155550132",
        "https://app.example.com/lookup/%2B14155550132/carrier",
    ],
)
def test_numbers_in_the_address_are_subjects(cache, url):
    """A number in the address makes its person a subject, without being named."""
    cache.put(request(url=url), response())

    assert cache.get(request(url=url))
    assert 1 == cache.forget(NUMBER)
    assert None is cache.get(request(url=url))


def test_other_ids_are_subjects(cache):
    """A person may be known by another id than a number."""
    cache.put(request(), response(subjects=[" Astrid@example.com"]))

    assert 0 == cache.forget("bruno@example.com")
    assert 1 == cache.forget("astrid@example.com ")


def test_b8_139_forget_wins_over_what_was_begun(cache):
    """A response that was on its way when its person was forgotten is not kept, whatever comes first in the store."""
    ticket = cache.begin()
    cache.forget(NUMBER)

    assert "cache.erased" == code(cache.put(request(), response(subjects=[NUMBER]), ticket=ticket))
    assert cache.put(request(), response(subjects=["+14155550133"]), ticket=ticket)
    assert cache.put(request(), response(subjects=[NUMBER]))


def test_failed_erasure_stops_the_cache():
    """After a purge or forget that failed nothing is given out or kept, of any tenant, until it is done; every call tries."""

    class Once(MemoryCacheStore):
        down = False

        def forget(self, tag, /):
            if self.down:
                raise StoreUnavailable("down")
            return super().forget(tag)

    store = Once()
    cache = PrivateCache(policy(), keys=KEYS, store=store, pause=timedelta(0))
    acme = cache.for_tenant("acme")
    acme.put(request(), response(subjects=[NUMBER]))
    store.down = True
    with pytest.raises(StoreUnavailable):
        cache.for_tenant("acme").forget(NUMBER)

    assert (None, "error.store") == (acme.get(request()), code(cache.put(request(), response())))
    store.down = False
    assert None is acme.get(request())
    assert 0 == acme.forget(NUMBER)
    assert cache.put(request(), response())


def test_copy_that_cannot_be_removed(clock):
    """A copy that is over is a miss even if the store does not let go of it."""

    class Stuck(MemoryCacheStore):
        def delete(self, key, /):
            raise StoreUnavailable("down")

    cache = PrivateCache(policy(clock=clock), keys=KEYS, store=Stuck())
    cache.put(request(), response("max-age=1"))
    clock.advance(timedelta(seconds=1))
    assert None is cache.get(request())


def test_copies_show_nothing(cache):
    """A copy that was opened shows no body and no field."""
    cache.put(request(), response(body=b"+14155550132"))
    assert "<Copy xml 12 hidden>" == repr(cache._find(request(), cache.patience())[1])


class _Slow(MemoryCacheStore):
    """A store in which something happens between the check of a put and the put itself."""

    between = staticmethod(lambda: None)

    def put(self, entry, ticket, /):
        self.between()
        return super().put(entry, ticket)


def test_b8_139_forget_between_decision_and_store():
    """A forget that falls between the decision about a copy and its storing wins."""
    store = _Slow()
    cache = PrivateCache(policy(), keys=KEYS, store=store)
    store.between = lambda: cache.forget(NUMBER)

    assert "cache.erased" == code(cache.put(request(), response(subjects=[NUMBER])))
    assert None is cache.get(request())


def test_purge_is_a_tenants(cache):
    """A purge removes the copies of one tenant, and those that are on their way."""
    acme, other = cache.for_tenant("acme"), cache.for_tenant("other")
    for one in (cache, acme, other):
        one.put(request(), response())
    ticket = acme.begin()

    assert 1 == cache.purge("acme")
    assert (None, "cache.erased") == (
        acme.get(request()),
        code(acme.put(request(), response(), ticket=ticket)),
    )
    assert other.get(request())
    assert 1 == cache.purge()
    assert None is cache.get(request())
    assert 1 == other.purge("other")


def test_tenants_never_meet(cache):
    """A tenant does not find another's copies, nor forget them."""
    acme, other = cache.for_tenant("acme"), cache.for_tenant("other")
    acme.put(request(), response(subjects=[NUMBER]))

    assert (None, None) == (other.get(request()), cache.get(request()))
    assert 0 == other.forget(NUMBER)
    assert acme.get(request())


def test_rotation_forgets_what_older_keys_kept(store):
    """After the keys are rotated old copies are not found, and are forgotten and purged all the same."""
    old = PrivateCache(policy(), keys=KEYS, store=store)
    old.put(request(), response(subjects=[NUMBER]))
    old.put(request(url=URL + "/2"), response())
    new = PrivateCache(policy(), keys=KEYS.rotate(), store=store)

    assert None is new.get(request())
    assert 1 == new.forget(NUMBER)
    assert 1 == new.purge()


def test_sweep(cache, clock, store):
    """What is over is swept, of every tenant."""
    cache.put(request(), response("max-age=10"))
    cache.for_tenant("acme").put(request(), response("max-age=100"))
    clock.advance(timedelta(seconds=10))

    assert (1, 0) == (cache.sweep(), cache.sweep())
    assert "<MemoryCacheStore 1 copies" in repr(store)


@pytest.mark.parametrize("error", [StoreUnavailable, OSError, ValueError, KeyError])
def test_b8_140_store_that_is_down(error):
    """A store that is down is a miss and a denial; only what promises an erasure raises."""
    cache = PrivateCache(policy(), keys=KEYS, store=_Broken(error))

    assert (None, None) == (cache.get(request()), cache.begin())
    assert "error.store" == code(cache.put(request(), response()))
    assert "error.store" == code(cache.put(request(), response(), ticket=1))
    assert not cache.put(request(method="POST"), response())
    assert "error.store" == code(cache.explain(request()))
    for promise in (lambda: cache.forget(NUMBER), cache.purge, cache.sweep):
        with pytest.raises(StoreError):
            promise()


def _swap(entries):
    one, two = entries
    return {one.key: two.value, two.key: one.value}


@pytest.mark.parametrize(
    "harm",
    [
        lambda one, two: two,
        lambda one, two: b"",
        lambda one, two: one[:-1],
        lambda one, two: one + b"\0",
        lambda one, two: bytes([one[0] ^ 1]) + one[1:],
        lambda one, two: b"\0" * 15,
        lambda one, two: one[::-1],
    ],
)
def test_b8_140_wrong_swapped_or_corrupt(cache, store, harm):
    """A copy that is not exactly what was put under its key is a miss."""
    cache.put(request(), response(body=b"one"))
    cache.put(request(url=URL + "/2"), response(body=b"two"))
    (one, number), (two, _) = store._copies.values()
    store._copies[one.key] = (attrs.evolve(one, value=harm(one.value, two.value)), number)

    assert None is cache.get(request())
    assert "cache.unreadable" == code(cache.explain(request()))
    assert b"two" == cache.get(request(url=URL + "/2")).body


def test_every_bit_is_sealed(cache, store):
    """A change of any bit is a miss."""
    cache.put(request(), response())
    ((entry, number),) = store._copies.values()
    for at in range(len(entry.value)):
        octets = bytearray(entry.value)
        octets[at] ^= 1 << at % 8
        store._copies[entry.key] = (attrs.evolve(entry, value=bytes(octets)), number)
        assert None is cache.get(request())


def test_nothing_personal_in_the_store(cache, store):
    """Keys, tags and values of a store hold no number, address or body; keys and tags are letters only."""
    cache.put(
        request(url=URL + "?From=%2B14155550132"),
        response(body=b"call +14155550132", subjects=[NUMBER]),
    )
    ((entry, _),) = store._copies.values()

    assert all(
        set(token) <= set("bcdfghjkmnprtvwx") and 48 == len(token)
        for token in (entry.key, *entry.tags)
    )
    assert all(
        part not in entry.value for part in (b"4155550132", b"example.com", b"voice", b"xml")
    )
    assert "4155550132" not in repr(entry)


@pytest.mark.parametrize(
    ("found", "header"),
    [
        (False, ("Cache-Control", "no-cache")),
        (False, ("Cache-Control", "no-store")),
        (False, ("Cache-Control", "max-age=0")),
        (False, ("Cache-Control", "max-age=9")),
        (True, ("Cache-Control", "max-age=10")),
        (False, ("Cache-Control", "min-fresh=51")),
        (True, ("Cache-Control", "min-fresh=50")),
        (True, ("Cache-Control", "max-stale=99999")),
        (True, ("Cache-Control", "only-if-cached")),
        (False, ("Cache-Control", "foo")),
        (False, ("Cache-Control", 'x="')),
        (False, ("Pragma", "no-cache")),
        (False, ("Range", "bytes=0-1")),
        (False, ("If-None-Match", '"1"')),
        (False, ("If-Modified-Since", DATE)),
        (True, ("X-Request-Id", "7")),
        (True, ("Traceparent", "00-x")),
    ],
)
def test_what_a_request_asks(cache, clock, found, header):
    """A request that asks for less age, for a part or for the server itself is not answered from a copy."""
    cache.put(request(), response())
    clock.advance(timedelta(seconds=10))

    assert found is (cache.get(request(header)) is not None)


@pytest.mark.parametrize(
    "other",
    [
        request(method="HEAD"),
        request(url=URL + "/"),
        request(url=URL + "?"),
        request(url=URL.upper().replace("HTTPS", "https")),
        request(url=URL.replace("https", "http")),
        request(url=URL.replace("example.com", "example.com:8443")),
        request(url=URL.replace("/voice", "//voice")),
        request(url=URL.replace("/voice", "/x/../voice")),
        request(url=URL.replace("/voice", "/%76oice")),
        request(url=URL + ";a"),
        request(url=URL + "%2f"),
        request(("X-Forwarded-Host", "evil.example.com")),
        request(("X-Forwarded-Proto", "http")),
        request(("X-Original-Url", "/admin")),
        request(("X-Http-Method-Override", "POST")),
        request(("Accept-Language", "en")),
        request(("Host", "evil.example.com")),
        request(body=b"x"),
        request(("Content-Length", "1")),
    ],
)
def test_b8_136_poisoning(cache, other):
    """A request that a server could answer otherwise does not share a copy, in either direction."""
    cache.put(request(), response())
    assert None is cache.get(other)
    cache.purge()
    cache.put(other, response())
    assert None is cache.get(request())


@pytest.mark.parametrize(
    "same",
    [
        request(url="HTTPS://APP.Example.COM/voice"),
        request(url="https://app.example.com:443/voice"),
        request(url=URL + "#part"),
        request(("Host", "APP.example.com")),
        request(("Host", "app.example.com:443")),
        request(("Connection", "close")),
        request(("Content-Length", "0")),
    ],
)
def test_one_request_in_several_spellings(cache, same):
    """Spellings that no server can tell apart share a copy."""
    cache.put(request(), response())
    assert cache.get(same)


_FIELD = st.tuples(
    st.sampled_from(["A", "b", "X-Forwarded-Host"]),
    st.sampled_from(["1", "2", "1,2", "1\nb:2", ""]),
)
_REQUESTS = st.builds(
    lambda url, headers: Request(method="GET", url=url, headers=headers),
    st.sampled_from(
        [
            "https://a.example.com/",
            "https://a.example.com/1",
            "https://a.example.com/?A:1",
            "http://a:1",
        ]
    ),
    st.lists(_FIELD, max_size=3),
)


@given(_REQUESTS, _REQUESTS)
def test_b8_136_equal_keys_mean_equal_requests(one, two):
    """Two requests have one key only if a server sees the same method, address and fields."""

    def seen(asked):
        by_name = {name: asked.headers.get(name) for name in asked.headers.names}
        return asked.method, asked.url, tuple(sorted(by_name.items()))

    text = policy().request_text(one)
    if text is not None and text == policy().request_text(two):
        assert seen(one) == seen(two)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "M-SEARCH"])
def test_unsafe_requests_invalidate(cache, method):
    """What may have changed an address removes its copies, of all variants; a refused change does not."""
    cache.put(request(), response())
    cache.put(request(("Accept", "text/xml")), response())
    cache.put(request(method=method), response(status=500))
    assert cache.get(request())
    cache.put(request(method=method), response(None, status=204))

    assert (None, None) == (cache.get(request()), cache.get(request(("Accept", "text/xml"))))


def test_explain(cache, clock):
    """An explanation tells why a copy is there or not."""
    assert "cache.absent" == code(cache.explain(request()))
    cache.put(request(), response("private, max-age=60"))
    assert "cache.private" == code(cache.explain(request()))
    cache.put(request(), response())
    present = cache.explain(request())
    assert present
    assert ("cache.present", NOON + timedelta(seconds=60)) == (code(present), present.valid_until)
    assert "cache.requested" == code(cache.explain(request(("Cache-Control", "no-cache"))))
    assert "cache.request" == code(cache.explain(request(url="x")))
    clock.advance(timedelta(minutes=5))
    assert "cache.expired" == code(cache.explain(request()))


def test_remembered_reasons_are_bounded(cache):
    """However many requests are denied, only the last reasons are remembered."""
    for at in range(3000):
        cache.put(request(url=f"{URL}/{at}"), response("no-store"))

    assert 1024 == len(cache._denied._values)
    assert "cache.absent" == code(cache.explain(request(url=f"{URL}/0")))
    assert "cache.no_store" == code(cache.explain(request(url=f"{URL}/2999")))


def test_b8_138_key_flood_is_bounded():
    """A flood of different requests takes no more memory than the limits allow."""
    cache = PrivateCache(
        policy(), keys=KEYS, store=MemoryCacheStore(most_entries=200, most_bytes=400_000)
    )
    body = b"x" * 1000

    def flood(start):
        for at in range(start, start + 1500):
            cache.put(request(url=f"{URL}/{at}"), response(body=body, subjects=[f"user{at}"]))

    flood(0)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    flood(10_000)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()

    # What is traced is what the second flood put; it replaced as much of the first.
    assert 200 * 3_000 > grown
    assert 200 == len(cache._store._store._copies)


_ETAG = ("ETag", '"v1"')
_RELOAD = ("Cache-Control", "no-cache")


def test_conditional(cache):
    """A reload asks with the conditions of the copy, if there is one and it has any."""
    assert None is cache.conditional(request(_RELOAD))
    cache.put(request(), response())
    assert None is cache.conditional(request(_RELOAD))
    cache.put(request(), response("max-age=60", _ETAG, ("Last-Modified", DATE)))
    asked = cache.conditional(request(_RELOAD))

    assert [_RELOAD, ("If-None-Match", '"v1"'), ("If-Modified-Since", DATE)] == list(asked.headers)
    assert None is cache.conditional(request(_RELOAD, ("If-None-Match", '"own"')))


def test_revalidation_never_extends(cache, clock):
    """A 304 renews the fields of the copy and never its end."""
    cache.put(request(), response("max-age=60", _ETAG, ("X-A", "old"), subjects=[NUMBER]))
    clock.advance(timedelta(seconds=50))
    answer = cache.revalidated(
        request(_RELOAD),
        response("max-age=3600", _ETAG, ("X-A", "new"), ("Content-Length", "0"), status=304),
    )

    assert (200, b"<Response/>", ("new",)) == (
        answer.status,
        answer.body,
        answer.headers.get("x-a"),
    )
    assert ("max-age=3600",) == answer.headers.get("cache-control")
    clock.advance(timedelta(seconds=9))
    assert ("new",) == cache.get(request()).headers.get("x-a")
    clock.advance(timedelta(seconds=1))
    assert None is cache.get(request())


def test_revalidation_may_shorten(cache, clock):
    """A 304 that names an earlier end is obeyed."""
    cache.put(request(), response("max-age=60", _ETAG))
    cache.revalidated(request(_RELOAD), response("max-age=5", status=304))
    clock.advance(timedelta(seconds=5))
    assert None is cache.get(request())


@pytest.mark.parametrize("cache_control", ["no-store", "private", "max-age=abc", "max-age=0"])
def test_revalidation_may_withdraw(cache, cache_control):
    """A 304 that no longer permits a copy removes it; the answer to this one request is good."""
    cache.put(request(), response("max-age=60", _ETAG))
    answer = cache.revalidated(request(_RELOAD), response(cache_control, status=304))

    assert b"<Response/>" == answer.body
    assert None is cache.get(request())


def test_revalidated_copy_is_still_forgotten(cache):
    """A copy that was revalidated has its subjects still, and a late 304 does not bring it back."""
    cache.put(request(), response("max-age=60", _ETAG, subjects=[NUMBER]))
    cache.revalidated(request(_RELOAD), response("max-age=60", status=304))
    assert 1 == cache.forget(NUMBER)

    cache.put(request(), response("max-age=60", _ETAG, subjects=[NUMBER]))
    ticket = cache.begin()
    cache.forget(NUMBER)
    assert None is cache.revalidated(
        request(_RELOAD), response("max-age=60", status=304), ticket=ticket
    )
    assert None is cache.get(request())


def test_not_revalidated(cache):
    """Anything but a 304 about a copy that is there revalidates nothing."""
    assert None is cache.revalidated(request(), response(status=304))
    cache.put(request(), response())
    assert None is cache.revalidated(request(), response(status=200))


def test_forget_in_a_file_is_proven_by_search(tmp_path):
    """After forget, neither the sealed copy nor its key nor the person's tag is anywhere in the file."""
    path = tmp_path / "cache.db"
    store = SqliteCacheStore(path)
    cache = PrivateCache(policy(), keys=KEYS, store=store, budget=timedelta(seconds=10))
    cache.put(request(), response(body=b"x" * 20_000, subjects=[NUMBER]))
    key = cache._shelf.key(cache.policy.request_text(request()))
    traces = [
        store.get(key)[:64],
        key.encode(),
        cache._shelf._vault.tag("subject", f"number:{NUMBER}").encode(),
    ]

    def present():
        octets = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        return [trace in octets for trace in traces]

    assert [True] * 3 == present()
    assert 1 == cache.forget(NUMBER)
    assert [False] * 3 == present()
    store.close()


def test_async(cache):
    """The asynchronous cache does what the other does, and an answer that is not awaited is no yes."""

    async def work():
        acache = AsyncPrivateCache(cache)
        pending = acache.put(request(), response(subjects=[NUMBER]))
        with pytest.raises(TypeError):
            bool(pending)
        assert await pending
        assert await acache.explain(request())
        assert b"<Response/>" == (await acache.get(request())).body
        ticket = await acache.begin()
        assert 1 == await acache.forget(NUMBER)
        assert "cache.erased" == code(
            await acache.put(request(), response(subjects=[NUMBER]), ticket=ticket)
        )
        await acache.put(request(), response())
        assert (1, 0) == (await acache.purge(), await acache.sweep())

    asyncio.run(work())


def test_needs_a_policy():
    """A cache without a policy is refused: nothing is permitted."""
    with pytest.raises(ConfigurationError):
        PrivateCache(None, keys=KEYS)


def test_repr(cache):
    """The repr tells no key."""
    assert "<PrivateCache <MemoryCacheStore 0 copies, 0 bytes>>" == repr(cache)


def test_unsafe_requests_invalidate_what_they_name(cache):
    """A change names other addresses of the same server that have changed, and none of another server."""
    for url in (URL + "/new", URL + "/old", "https://other.example.com/"):
        cache.put(request(url=url), response())
    named = [
        ("Location", "/voice/new"),
        ("Content-Location", URL + "/old"),
        ("Location", "https://other.example.com/"),
    ]
    cache.put(request(method="POST"), response(None, *named, status=201))

    assert [None, None] == [cache.get(request(url=URL + place)) for place in ("/new", "/old")]
    assert cache.get(request(url="https://other.example.com/"))


class TestWrongTypes:
    """What is not what it should be is refused where it is made, and is a miss or a denial in a call."""

    def test_one_subject_as_a_text(self):
        """A number that stands alone is one person, whose copies are found again."""
        cache = PrivateCache(policy(), keys=KeyRing.generate())
        assert cache.put(request(), response(subjects="+14155550132"))

        assert 1 == cache.forget("+1 415 555 0132")
        assert None is cache.get(request())

    @pytest.mark.parametrize(
        ("make", "wrong"),
        [
            (response, {"subjects": None}),
            (response, {"subjects": (None,)}),
            (response, {"subjects": (b"+14155550132",)}),
            (response, {"body": "text"}),
            (response, {"body": None}),
            (request, {"url": None}),
            (request, {"url": b"https://app.example.com/"}),
            (request, {"method": None}),
        ],
    )
    def test_a_message_of_other_types(self, make, wrong):
        """It cannot be made, and the error shows nothing of it."""
        with pytest.raises(ConfigurationError) as caught:
            make(**wrong)
        assert_no_canary(str(caught.value), "14155550132")

    @pytest.mark.parametrize(
        "headers",
        [
            None,
            7,
            "Host: a",
            ["Host: a"],
            [("Host",)],
            [("Host", None)],
            [("Host", "+14155550132", "x")],
        ],
    )
    def test_headers_of_other_types(self, headers):
        """They cannot be made, and the error shows nothing of them."""
        for make, more in ((Request, {"method": "GET", "url": URL}), (Response, {"status": 200})):
            with pytest.raises(ConfigurationError) as caught:
                make(headers=headers, **more)
            assert_no_canary("".join(traceback.format_exception(caught.value)), "14155550132")

    @pytest.mark.parametrize("nothing", [None, "GET", 7, object()])
    def test_what_is_no_message(self, nothing):
        """It is a miss, and nothing is kept."""
        cache = PrivateCache(policy(), keys=KeyRing.generate())

        assert None is cache.get(nothing)
        assert not cache.explain(nothing)
        assert ("error.input",) == cache.put(nothing, response()).codes
        assert ("error.input",) == cache.put(request(), nothing).codes

    @pytest.mark.parametrize(
        "nobody", [None, "", " ", b"+14155550132", 14155550132, ["+14155550132"]]
    )
    def test_nobody_is_not_forgotten(self, nobody):
        """Whoever got lost on the way is not reported as forgotten."""
        cache = PrivateCache(policy(), keys=KeyRing.generate())
        cache.put(request(), response(subjects=("+14155550132",)))

        with pytest.raises(ConfigurationError):
            cache.forget(nobody)
        assert cache.get(request()) is not None
