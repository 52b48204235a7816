"""The cache as an app uses it: people, credentials, slow stores, functions that raise (FAULTS_2, B16)."""

from __future__ import annotations

import ast
import asyncio
import gzip
import json
import os
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.caching.messages import HOUR, NOON, URL, code, policy, request, response
from voxvalley_privacy.caching import (
    AsyncPrivateCache,
    CachePolicy,
    Exchange,
    MemoryCacheStore,
    PrivateCache,
    RedisCacheStore,
    Request,
    Response,
    SqliteCacheStore,
    fetch,
)
from voxvalley_privacy.detection import pattern_finder
from voxvalley_privacy.errors import ConfigurationError, StoreUnavailable
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.stores.copies import _copy_guard
from voxvalley_privacy.vocabulary import ContentKind, DataCategory

KEYS = KeyRing.generate()
NUMBER = "+14155550132"
OTHER = "+447700900123"


class Slow(MemoryCacheStore):
    """A store that takes its time, as one on another machine does."""

    answers_at_once = False

    def __init__(self, seconds=0.0):
        super().__init__()
        self.seconds, self.calls = seconds, 0

    def _wait(self):
        self.calls += 1
        time.sleep(self.seconds)

    def ticket(self):
        self._wait()
        return super().ticket()

    def get(self, key, /):
        self._wait()
        return super().get(key)

    def put(self, entry, ticket, /):
        self._wait()
        return super().put(entry, ticket)


def seconds_of(call):
    """Measure one call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def through(cache, answer=None, **settings):
    """Fetch once, and return the Cache-Status."""
    fields = dict(fetch(cache, request(), lambda asked: answer or response(), **settings).headers)
    return fields["Cache-Status"]


class TestTimeBudget:
    """219: a store cannot hold up a call."""

    def test_b16_219_hung(self):
        """The first fetch through a hung store costs the budget once, later ones nothing."""
        cache = PrivateCache(policy(), keys=KEYS, store=Slow(1.5))
        assert 0.6 > seconds_of(lambda: through(cache))
        assert 0.02 > min(seconds_of(lambda: through(cache)) for _ in range(5))
        assert "error.store" in through(cache)

    def test_b16_219_slow(self):
        """Calls that are each within the budget share it."""
        store = Slow(0.3)
        cache = PrivateCache(policy(), keys=KEYS, store=store, budget=timedelta(seconds=0.5))
        assert "error.store" in through(cache)
        assert 2 == store.calls

    def test_b16_219_within_the_budget(self):
        """A store that answers in time is used."""
        cache = PrivateCache(policy(), keys=KEYS, store=Slow(0.001), budget=timedelta(seconds=5))
        assert "stored" in through(cache)
        assert "hit" in through(cache)

    def test_b16_219_tries_again_after_the_pause(self):
        """After the pause one call tries, and all use the store again when it works."""
        store = Slow(2.0)
        cache = PrivateCache(
            policy(),
            keys=KEYS,
            store=store,
            budget=timedelta(seconds=0.5),
            pause=timedelta(seconds=0.3),
        )
        through(cache)
        store.seconds = 0.0
        assert "error.store" in through(cache)
        time.sleep(0.4)
        assert "stored" in through(cache)

    def test_b16_219_one_call_tries(self):
        """While one call tries whether the store works again, others do not wait for it."""
        store = Slow(0.3)
        cache = PrivateCache(policy(), keys=KEYS, store=store, pause=timedelta(seconds=0.5))
        through(cache)
        time.sleep(0.6)
        threads = [threading.Thread(target=cache.get, args=(request(),)) for _ in range(10)]
        before = store.calls
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 1 == store.calls - before

    def test_b16_219_redis_down(self):
        """A server that does not take connections."""
        redis = pytest.importorskip("redis")
        store = RedisCacheStore(redis.Redis(port=1))
        cache = PrivateCache(policy(), keys=KEYS, store=store)
        assert 0.6 > seconds_of(lambda: through(cache))
        assert 0.02 > min(seconds_of(lambda: through(cache)) for _ in range(5))
        with pytest.raises(StoreUnavailable):
            cache.forget(NUMBER)

    def test_b16_219_redis_hung(self):
        """A server that takes connections and says nothing."""
        redis = pytest.importorskip("redis")
        with socket.create_server(("127.0.0.1", 0)) as server:
            client = redis.Redis(port=server.getsockname()[1], socket_timeout=2)
            cache = PrivateCache(policy(), keys=KEYS, store=RedisCacheStore(client))
            assert 0.6 > seconds_of(lambda: through(cache))
            assert "error.store" in through(cache)
            client.close()

    def test_b16_219_sqlite_locked(self, tmp_path):
        """A file that another program holds."""
        import sqlite3

        store = SqliteCacheStore(tmp_path / "cache.db")
        cache = PrivateCache(policy(), keys=KEYS, store=store)
        other = sqlite3.connect(tmp_path / "cache.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert 0.6 > seconds_of(lambda: through(cache))
        other.execute("ROLLBACK")
        other.close()
        store.close()

    def test_b16_219_forget_fails_closed(self):
        """A forget that fails stops the cache until it is done, breaker or not."""

        class Broken(Slow):
            broken = True

            def forget(self, tag, /):
                if self.broken:
                    raise StoreUnavailable("broken")
                return super().forget(tag)

        store = Broken()
        patient = {"budget": timedelta(seconds=10), "pause": timedelta(0)}
        cache = PrivateCache(policy(), keys=KEYS, store=store, **patient)
        cache.put(request(), response(subjects=[NUMBER]))
        with pytest.raises(StoreUnavailable):
            cache.forget(NUMBER)
        assert None is cache.get(request())
        store.broken = False
        assert None is cache.get(request())
        assert "stored" in through(cache)

    def test_b16_219_many_calls_at_once(self):
        """Many threads use a store at the same time, each with its own answer."""
        cache = PrivateCache(policy(), keys=KEYS, store=Slow(0.001), budget=timedelta(seconds=10))
        bodies = {}

        def work(at):
            asked = request(url=f"{URL}/{at}")
            cache.put(asked, response(body=b"<R>%d</R>" % at))
            bodies[at] = cache.get(asked).body

        threads = [threading.Thread(target=work, args=(at,)) for at in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {at: b"<R>%d</R>" % at for at in range(30)} == bodies

    def test_b16_219_too_many_calls_wait(self):
        """A store that hangs holds up a bounded number of threads."""
        helpers = _copy_guard._Helpers()
        release = threading.Event()
        faults = []
        for _ in range(_copy_guard._MOST_HELPERS + 2):
            try:
                helpers.call(release.wait, 0.0001)
            except StoreUnavailable as fault:
                faults.append(str(fault))
        release.set()
        assert 2 == sum("Too many" in fault for fault in faults)

    def test_b16_219_helpers_end(self, monkeypatch):
        """A helper without work ends, and another takes its place when there is some."""
        monkeypatch.setattr(_copy_guard, "_IDLE_SECONDS", 0.02)
        helpers = _copy_guard._Helpers()
        for _ in range(3):
            assert 7 == helpers.call(lambda: 7, 5)
            time.sleep(0.1)
            assert (0, 0) == (helpers._count, len(helpers._idle))

    def test_b16_219_used_up(self):
        """A fetch without time left does not ask the store at all."""
        patience = _copy_guard.Patience(0.01)
        patience(lambda seconds: time.sleep(0.02))
        with pytest.raises(StoreUnavailable, match="used up"):
            patience(lambda seconds: seconds)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="There is no fork here.")
    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_b16_230_fork_with_helpers(self):
        """A forked child has helpers of its own."""
        helpers = _copy_guard._Helpers()
        helpers.call(int, 5)
        child = os.fork()
        if child == 0:
            os._exit(0 if helpers.call(lambda: 7, 5) == 7 else 1)
        assert 0 == os.waitpid(child, 0)[1]

    @pytest.mark.parametrize(
        "settings", [{"budget": timedelta(0)}, {"pause": timedelta(seconds=-1)}]
    )
    def test_wrong_settings(self, settings):
        """A budget is above zero, a pause not below."""
        with pytest.raises(ConfigurationError):
            PrivateCache(policy(), keys=KEYS, **settings)


def is_forgotten(asked, answered, subject, **settings):
    """Keep an answer, forget somebody, and return whether the answer is gone; None if not kept."""
    cache = PrivateCache(policy(), keys=KEYS, **settings)
    if not cache.put(asked, answered):
        return None
    cache.forget(subject)
    return cache.get(asked) is None


class TestPeople:
    """220, 221: what cannot be tagged is not kept."""

    @pytest.mark.parametrize(
        "place",
        [
            "/14155550132.json",
            "/calls/14155550132.json",
            "?n=a,14155550132",
            "?n=%2B447700900100,%2B14155550132",
            "?q=call-14155550132-now",
            "?To=+14155550132",
            "?To=%252B14155550132",
            "?To=(415)+555-0132&cc=1",
            "/lookup/+1%20415%20555%200132/carrier",
            "?" + "&".join(f"a{at}=x" for at in range(100)) + "&To=14155550132",
            "/sip:+14155550132@example.com",
            "?u=tel:+1-415-555-0132",
        ],
    )
    def test_b16_221_number_in_the_address(self, place):
        """A number anywhere in the address is found."""
        asked = request(url="https://app.example.com" + place)
        assert is_forgotten(asked, response(content_type="text/xml", kind=None), NUMBER) in {
            True,
            None,
        }
        assert is_forgotten(
            request(url="https://app.example.com" + place.replace(".json", "")), response(), NUMBER
        )

    @pytest.mark.parametrize("spelled", ["4155550132", "(415) 555-0132", "415.555.0132"])
    def test_b16_220_national_number_with_region(self, spelled):
        """A national number in path or query is found with its region, and without one by its digits."""
        for url in (f"{URL}/{spelled.replace(' ', '%20')}", f"{URL}?n={spelled.replace(' ', '+')}"):
            assert is_forgotten(request(url=url), response(), NUMBER, region="US")
            assert is_forgotten(request(url=url), response(), NUMBER)

    def test_b16_220_digits_of_another_script(self):
        """A national number in the digits of another script is found by them."""
        digits = "٤١٥٥٥٥٠١٣٢"
        assert is_forgotten(request(), response(body=f"<Dial>{digits}</Dial>".encode()), NUMBER)

    def test_b16_221_body_of_another_code(self):
        """A body that is not UTF-8 is searched as far as it is ASCII."""
        body = "<Say>Grüße</Say><Dial>+14155550132</Dial>".encode("latin-1")
        assert is_forgotten(request(), response(body=body), NUMBER)

    def test_b16_221_number_in_a_field_of_the_key(self):
        """A number in a field of the request."""
        assert is_forgotten(request(("X-Caller", "+1 415 555 0132")), response(), NUMBER)

    def test_b16_221_number_in_a_kept_field(self):
        """A number in a field of the response."""
        answered = response("max-age=60", ("Content-Disposition", "inline; filename=14155550132"))
        assert is_forgotten(request(), answered, NUMBER)

    def test_b16_221_email_in_the_query(self):
        """An e-mail address in the query."""
        asked = request(url=URL + "?user=astrid%40example.com")
        assert is_forgotten(asked, response(), "Astrid@example.com")

    @pytest.mark.parametrize(
        "body",
        [
            b"<Response><Dial>+14155550132</Dial></Response>",
            b"<Response><Dial>(415) 555-0132</Dial></Response>",
            b"<Response><Sip>sip:14155550132@example.com</Sip></Response>",
        ],
    )
    def test_b16_221_number_in_the_body(self, body):
        """The number that an answer document dials."""
        assert is_forgotten(request(), response(body=body), NUMBER)

    def test_b16_221_compressed_body(self):
        """A body that comes compressed is read all the same."""
        body = gzip.compress(b"<Response><Dial>+14155550132</Dial></Response>")
        answered = response("max-age=60", ("Content-Encoding", "gzip"), body=body)
        assert is_forgotten(request(), answered, NUMBER)

    @pytest.mark.parametrize(
        ("headers", "body"),
        [
            ([("Content-Encoding", "br")], b"x"),
            ([], "<Dial>+14155550132</Dial>".encode("utf-16")),
            ([], b"<a>" + b" " * 70_000 + b"</a>"),
            ([], b"".join(b"<N>+1415555%04d</N>" % at for at in range(100))),
            ([("Content-Encoding", "gzip")], gzip.compress(b" " * 70_000)),
        ],
    )
    def test_b16_221_what_cannot_be_read_is_not_kept(self, headers, body):
        """A body that cannot be searched, or is about too many people, is not kept."""
        cache = PrivateCache(policy(), keys=KEYS)
        assert "cache.request" == code(
            cache.put(request(), response("max-age=60", *headers, body=body))
        )

    def test_b16_221_media_is_not_read(self):
        """The octets of a recording are kept whatever digits they have."""
        cache = PrivateCache(policy(), keys=KEYS)
        answered = response(
            kind=ContentKind.MEDIA, content_type="audio/mpeg", body=b"\0+14155550132" * 9000
        )
        assert cache.put(request(), answered)

    def test_own_finders(self):
        """A finder of the app finds its account numbers."""
        finder = pattern_finder(DataCategory.SUBSCRIBER_ID, r"AC-\d{2}-\d{4}")
        answered = response(body=b"<Account>AC-12-3456</Account>")
        assert is_forgotten(request(), answered, "ac-12-3456", finders=[finder])
        assert not is_forgotten(request(), answered, "ac-12-3456")

    def test_forget_without_country(self):
        """A spelling that names no country removes every number that ends so."""
        assert is_forgotten(request(), response(subjects=[NUMBER]), "5550132")
        assert is_forgotten(request(), response(subjects=[NUMBER]), "(415) 555-0132")

    def test_others_stay(self):
        """Nobody else is forgotten."""
        asked = request(url=URL + "?To=%2B447700900123")
        assert not is_forgotten(asked, response(subjects=["user-7"]), NUMBER)


class TestCredentials:
    """227: a credential in the query is a credential."""

    @pytest.mark.parametrize(
        "query",
        [
            "api_key=abcdef12",
            "apikey=abcdef12",
            "ApiKey=abcdef12",
            "key=abcdef12",
            "access_token=abcdef12",
            "auth=abcdef12",
            "sig=abcdef12&se=2026-11-23T13%3A00%3A00Z",
            "X-Amz-Signature=abcdef12&X-Amz-Date=20261123T120000Z&X-Amz-Expires=600",
            "X-Goog-Signature=abcdef12",
            "Expires=1790000000&Signature=abcdef12&Key-Pair-Id=abc",
            "AWSAccessKeyId=abc",
            "client%5Fsecret=abcdef12",
        ],
    )
    def test_b16_227_denied(self, query):
        """It denies as an Authorization field does."""
        asked = request(url=f"{URL}?{query}")
        assert "cache.credentials" == code(policy()(asked, response("public, max-age=60")))

    @pytest.mark.parametrize(
        "query", ["CallSid=CA1", "To=1", "keyword=a", "monkey=b", "page=2", "sid=3", "hotel=x"]
    )
    def test_b16_227_others_are_none(self, query):
        """Other parameters do not deny."""
        assert policy()(request(url=f"{URL}?{query}"), response())

    @pytest.mark.parametrize(
        "query",
        [
            "sig=x&se=2026-11-23T12%3A00%3A30Z",
            "X-Amz-Signature=x&X-Amz-Date=20261123T115930Z&X-Amz-Expires=60",
            f"Signature=x&Expires={int(NOON.timestamp()) + 30}",
        ],
    )
    def test_b16_227_never_beyond_the_link(self, query):
        """Where they are allowed, a copy ends with its link."""
        asked = request(url=f"{URL}?{query}")
        decision = policy(allow_authenticated=True)(asked, response("public, max-age=600"))
        assert timedelta(seconds=30) == decision.value.lifetime

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("sig=x&se=soon", "cache.malformed"),
            ("sig=x&se=2026-11-23T11%3A59%3A59Z", "cache.expired"),
            ("Signature=x&X-Amz-Date=20261123T115930Z&X-Amz-Expires=1e3", "cache.malformed"),
            ("Signature=x&Expires=99999999999999999999", "cache.malformed"),
        ],
    )
    def test_b16_227_end_that_cannot_be_read(self, query, expected):
        """A link that is over, or whose end cannot be read, permits nothing."""
        asked = request(url=f"{URL}?{query}")
        decision = policy(allow_authenticated=True)(asked, response("public, max-age=600"))
        assert expected == code(decision)


def _raises(*_):
    raise RuntimeError(NUMBER)


class TestFunctionsOfTheApp:
    """222, 223: `kind=`, `subjects=` and `in_call=`."""

    @pytest.mark.parametrize("name", ["kind", "subjects"])
    def test_b16_223_a_function_that_raises(self, name):
        """It does not reach the call; nothing is kept, and the reason says so."""
        cache = PrivateCache(policy(), keys=KEYS)
        assert "error.input" in through(cache, in_call=False, **{name: _raises})
        assert None is cache.get(request())

    @pytest.mark.parametrize("subjects", [7, [7], [None]])
    def test_b16_223_results_of_other_types(self, subjects):
        """Subjects that are not texts are the same."""
        cache = PrivateCache(policy(), keys=KEYS)
        assert "error.input" in through(cache, subjects=lambda *_: subjects)

    def test_b16_223_called_once_with_the_body(self):
        """Each function is called once, with the whole response."""
        seen = []
        cache = PrivateCache(policy(), keys=KEYS)
        exchange = Exchange(
            cache,
            request(),
            kind=lambda asked, answered: seen.append(answered.body) or ContentKind.XML,
            subjects=lambda asked, answered: seen.append(answered.body) or [NUMBER],
        )
        head = response(body=b"", kind=None)
        assert exchange.wants(head)
        assert [] == seen
        assert "stored" in exchange.keep(response(kind=None))
        assert [b"<Response/>"] * 2 == seen

    def test_b16_223_not_called_for_what_is_not_wanted(self):
        """Nobody is asked about a response that no kind permits."""
        cache = PrivateCache(policy(), keys=KEYS)
        exchange = Exchange(cache, request(), kind=_raises, subjects=_raises)
        head = response("no-store", kind=None)
        assert not exchange.wants(head)
        assert "cache.no_store" in exchange.keep(head)

    def test_b16_222_unknown_is_in_call(self):
        """A request that does not say it is taken to be in a call."""
        cache = PrivateCache(policy(), keys=KEYS)
        asked = Request(method="GET", url=URL)
        assert "cache.kind_off" == code(cache.put(asked, response()))
        told = dict(fetch(cache, asked, lambda _: response(), in_call=False).headers)
        assert "stored" in told["Cache-Status"]
        assert "stored" in through(
            PrivateCache(policy(), keys=KEYS), in_call=lambda asked: asked.url != URL
        )
        assert "kind_off" in through(PrivateCache(policy(), keys=KEYS), in_call=lambda asked: True)
        broken = dict(
            fetch(
                cache, Request(method="GET", url=URL + "/2"), lambda _: response(), in_call=_raises
            ).headers
        )
        assert "kind_off" in broken["Cache-Status"]


class TestQuery:
    """228: parameters that change nothing."""

    def test_b16_228_unkeyed_query(self):
        """A parameter of the settings is not part of the key, wherever it is."""
        cache = PrivateCache(policy(unkeyed_query=("CallSid",)), keys=KEYS)
        cache.put(request(url=URL + "?CallSid=CA1&menu=2"), response())
        assert cache.get(request(url=URL + "?menu=2&CallSid=CA2"))
        assert cache.get(request(url=URL + "?menu=2"))
        assert cache.get(request(url=URL + "?Call%53id=CA3&menu=2"))
        assert None is cache.get(request(url=URL + "?menu=3&CallSid=CA1"))

    def test_b16_228_one_name_as_a_text(self):
        """One name as a text is one name."""
        assert frozenset({"CallSid"}) == policy(unkeyed_query="CallSid").unkeyed_query

    def test_b16_228_credentials_are_never_left_out(self):
        """A credential is part of the key, by settings and by the word of a server."""
        with pytest.raises(ConfigurationError, match="unkeyed_query"):
            policy(unkeyed_query=("token",))
        cache = PrivateCache(policy(allow_authenticated=True), keys=KEYS)
        answered = response("public, max-age=60", ("No-Vary-Search", "params"))
        cache.put(request(url=URL + "?token=a"), answered)
        assert cache.get(request(url=URL + "?token=a&x=1"))
        assert None is cache.get(request(url=URL + "?token=b"))

    @pytest.mark.parametrize(
        ("field", "same", "other"),
        [
            ('params=("CallSid")', "?CallSid=9&menu=2", "?CallSid=1&menu=3"),
            ("params", "?anything=else", None),
            ('params, except=("menu")', "?CallSid=9&menu=2&x=1", "?CallSid=1&menu=3"),
            ("key-order", "?menu=2&CallSid=1", "?menu=2&CallSid=2"),
            ('key-order, params=("x")', "?x=1&menu=2&CallSid=1", "?menu=3&CallSid=1"),
        ],
    )
    def test_b16_228_no_vary_search(self, field, same, other):
        """What the server says of its parameters is heeded."""
        cache = PrivateCache(policy(), keys=KEYS)
        cache.put(
            request(url=URL + "?CallSid=1&menu=2"),
            response("max-age=60", ("No-Vary-Search", field)),
        )
        assert cache.get(request(url=URL + same))
        assert other is None or cache.get(request(url=URL + other)) is None

    @pytest.mark.parametrize(
        "field",
        [
            "params=(",
            "params=1",
            'except=("a")',
            "key-order=2",
            "params=(1)",
            'params=?0, except=("a")',
        ],
    )
    def test_b16_228_field_that_cannot_be_read(self, field):
        """Then the whole query counts."""
        cache = PrivateCache(policy(), keys=KEYS)
        cache.put(request(url=URL + "?a=1"), response("max-age=60", ("No-Vary-Search", field)))
        assert cache.get(request(url=URL + "?a=1"))
        assert None is cache.get(request(url=URL + "?a=2"))

    def test_b16_228_taken_back(self):
        """An answer without the field ends the rule."""
        cache = PrivateCache(policy(), keys=KEYS)
        cache.put(request(url=URL + "?a=1"), response("max-age=60", ("No-Vary-Search", "params")))
        cache.put(request(url=URL + "?a=2"), response())
        assert None is cache.get(request(url=URL + "?a=3"))


def test_b16_224_above_the_limit_of_the_store():
    """An answer above the limit of the store is refused with that reason."""
    cache = PrivateCache(policy(), keys=KEYS, store=MemoryCacheStore(most_bytes=500))
    assert cache.put(request(), response())
    assert "cache.too_large" == code(cache.put(request(url=URL + "/2"), response(body=b" " * 600)))
    assert cache.get(request())


def test_b16_224_tenants_share():
    """A tenant that floods the store does not push out another's copies."""
    cache = PrivateCache(policy(), keys=KEYS, store=MemoryCacheStore(most_entries=10))
    acme = cache.for_tenant("acme")
    acme.put(request(), response())
    for at in range(50):
        cache.put(request(url=f"{URL}/{at}"), response())
    assert acme.get(request())


def test_b16_230_async_cache_under_cancellation():
    """A task that gives up on a slow store leaves the cache as it was."""
    cache = AsyncPrivateCache(PrivateCache(policy(), keys=KEYS, store=Slow(0.02)))

    async def work():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(cache.get(request()), 0.001)
        return await cache.forget(NUMBER)

    assert 0 == asyncio.run(work())


def cases(shared):
    """Read the cases of area cache."""
    lines = (shared / "cases" / "open.jsonl").read_text().splitlines()
    return [case for case in map(json.loads, lines) if case["area"] == "cache"]


def played(case):
    """Return whether a case is allowed: `GET URL request=[...] response=[...] {settings}`."""
    line, _, rest = case["input"].partition(" request=")
    asked, _, rest = rest.partition(" response=")
    answered, _, settings = rest.partition("] ")
    fields = [("Content-Type", "audio/mpeg"), *ast.literal_eval(answered + "]")]
    decide = CachePolicy(
        {ContentKind.MEDIA: HOUR}, in_call=True, **(ast.literal_eval(settings) if settings else {})
    )
    message = Request(method="GET", url=line.partition(" ")[2], headers=ast.literal_eval(asked))
    return bool(decide(message, Response(status=200, headers=fields)))


def test_cases_from_public_reports(corpus):
    """Each case of area cache comes out as it should."""
    found = cases(corpus.parent)
    expected = {case["id"]: not _is_denied(case["expected"]) for case in found}
    assert len(found) > 3
    assert expected == {case["id"]: played(case) for case in found}


def _is_denied(expected):
    return "deny" in expected.partition(" unless ")[0]


def test_clock_of_the_link_is_that_of_the_policy():
    """The end of a link is compared with the clock of the policy."""
    asked = request(url=f"{URL}?sig=x&se=2026-11-23T12%3A00%3A30Z")
    late = policy(allow_authenticated=True, clock=lambda: datetime(2026, 11, 23, 12, 1, tzinfo=UTC))
    assert "cache.expired" == code(late(asked, response("public, max-age=600")))


def test_others_are_named():
    """The reason of what cannot be tagged says why, without a value."""
    cache = PrivateCache(policy(), keys=KEYS)
    body = b"".join(b"<N>+1415555%04d</N>" % at for at in range(100))
    decision = cache.put(request(), response(body=body, subjects=[OTHER]))
    assert "could not be forgotten" in decision.reasons[0].text
    assert "415555" not in repr(decision)
