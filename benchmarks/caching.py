"""
Time decisions, hits and erasures, and see what each cache keeps of ten responses that permit no copy; print ratios and a table.

    python -m benchmarks.caching
"""

from __future__ import annotations

import os
import random
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from benchmarks import peers
from voxvalley_privacy.caching import (
    CachePolicy,
    MemoryCacheStore,
    PrivateCache,
    PrivateMemo,
    Request,
    Response,
    fetch,
)
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.stores import FixedClock
from voxvalley_privacy.vocabulary import ContentKind

URL = "https://media.example.com/prompts/welcome.wav"
REQUEST_FIELDS = [
    ("Host", "media.example.com"),
    ("Accept", "*/*"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Connection", "keep-alive"),
    ("User-Agent", "app/1.0"),
]
RESPONSE_FIELDS = [
    ("Content-Type", "audio/x-wav"),
    ("Content-Length", "1024"),
    ("Cache-Control", "public, max-age=3600"),
    ("Date", formatdate(usegmt=True)),
    ("ETag", '"5f2c"'),
    ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ("Server", "nginx"),
    ("Vary", "Accept-Encoding"),
]
BODY = os.urandom(1024)
POLICY = CachePolicy({ContentKind.MEDIA: timedelta(hours=1), ContentKind.TEXT: timedelta(hours=1)})

# Each permits no copy; None is a response without the field.
TRAPS = [
    None,
    'max-age=60, no-store=""',
    "max-age=60, private=",
    "max-age=60, private=x-foo, no-store",
    "max-age=60;no-store",
    "max-age=60, no-store;",
    "max-age=abc",
    "max-age=6_0",
    "max-age=60, max-age=abc",
    "max-age=60, No-StOrE",
]
MARKER = b"a body that nobody permitted to keep"


def request(url=URL):
    return Request(method="GET", url=url, headers=REQUEST_FIELDS, in_call=False)


def response(subjects=()):
    return Response(
        status=200, headers=RESPONSE_FIELDS, body=BODY, kind=ContentKind.MEDIA, subjects=subjects
    )


def hishel_decision():
    try:
        import hishel
    except ImportError:
        return None
    asked = hishel.Request(method="GET", url=URL, headers=hishel.Headers(dict(REQUEST_FIELDS)))
    answered = hishel.Response(status_code=200, headers=hishel.Headers(dict(RESPONSE_FIELDS)))
    state = hishel.CacheMiss(request=asked, options=hishel.CacheOptions(shared=True))
    assert type(state.next(answered)) is hishel.StoreAndUse
    return lambda: state.next(answered)


def time_decision():
    asked, answered = request(), response()
    fresh = {
        "ours": lambda: POLICY(asked, answered),
        "ours, messages made anew": lambda: POLICY(request(), response()),
    }
    if theirs := hishel_decision():
        fresh["hishel"] = theirs
    times = peers.seconds_per_call(fresh)
    for name, seconds in times.items():
        print(f"decision  {name:26} {seconds * 1e6:7.1f} us  {seconds / times['ours']:6.2f} x ours")


def time_hit():
    cache = PrivateCache(POLICY, keys=KeyRing.generate())
    asked = request()
    assert cache.put(asked, response())
    cipher, key, sealed = AESSIV(os.urandom(64)), "b" * 48, {}
    sealed[key] = cipher.encrypt(BODY + bytes(400), [key.encode()])
    assert cache.get(asked) is not None
    times = peers.seconds_per_call(
        {
            "floor": lambda: cipher.decrypt(sealed[key], [key.encode()]),
            "hit": lambda: cache.get(asked),
        }
    )
    ratio = times["hit"] / times["floor"]
    print(
        f"hit       {times['hit'] * 1e6:.1f} us, {ratio:.2f} x a dict lookup and one AES-SIV open"
    )


def time_forget():
    found = {}
    for entries in (1_000, 10_000, 100_000):
        cache = PrivateCache(
            POLICY, keys=KeyRing.generate(), store=MemoryCacheStore(most_bytes=2**30)
        )
        for number in range(entries):
            cache.put(request(f"{URL}?n={number}"), response((f"user-{number // 2}",)))
        timings = []
        for number in range(200):
            started = time.perf_counter()
            assert cache.forget(f"user-{number}") == 2
            timings.append(time.perf_counter() - started)
        found[entries] = sorted(timings)[100]
    for entries, seconds in found.items():
        print(
            f"forget    {entries:7} copies {seconds * 1e6:7.1f} us  {seconds / found[1_000]:5.2f} x with 1,000"
        )


def seconds_of(call):
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


class _Hung(MemoryCacheStore):
    """A store behind a network that does not answer."""

    answers_at_once = False

    def get(self, key, /):
        time.sleep(5)


def time_store_down():
    first, later = [], []
    for _ in range(20):
        cache = PrivateCache(POLICY, keys=KeyRing.generate(), store=_Hung())
        first.append(seconds_of(lambda cache=cache: fetch(cache, request(), lambda _: response())))
        later += [
            seconds_of(lambda cache=cache: fetch(cache, request(), lambda _: response()))
            for _ in range(20)
        ]
    print(
        f"store hung  first fetch {sorted(first)[10] * 1e3:5.1f} ms, "
        f"then {sorted(later)[200] * 1e3:5.2f} ms a fetch"
    )


def time_memo():
    keys = KeyRing.generate()
    cache = PrivateCache(POLICY, keys=keys)
    asked = request()
    assert cache.put(asked, response())
    memo = PrivateMemo(keys=keys, kind=ContentKind.PHONE_NUMBER, ttl=timedelta(hours=1))

    @memo
    def lookup(number):
        return {"carrier": "Example Mobile", "type": "mobile", "country": "US"}

    lookup("+14155550132")
    times = peers.seconds_per_call(
        {"cache": lambda: cache.get(asked), "memo": lambda: lookup("+14155550132")}
    )
    ratio = times["memo"] / times["cache"]
    print(f"memo      hit {times['memo'] * 1e6:.1f} us, {ratio:.2f} x a hit of the cache")


def replay_a_day(max_age):
    """Play 10,000 calls of a day to 50 answer documents, each with the id of its call."""
    noon = datetime(2026, 11, 23, tzinfo=UTC)
    clock = FixedClock(noon)
    policy = CachePolicy(
        {ContentKind.XML: timedelta(days=1)}, unkeyed_query=("CallSid", "From"), clock=clock
    )
    cache = PrivateCache(policy, keys=KeyRing.generate())
    chance = random.Random(5550100)
    documents = [f"https://app.example.com/voice/{number}" for number in range(50)]
    weights = [1 / (rank + 1) for rank in range(50)]
    fields = [("Content-Type", "text/xml"), ("Cache-Control", f"max-age={max_age}")]
    fetched = 0
    for call, second in enumerate(sorted(chance.uniform(0, 86_400) for _ in range(10_000))):
        clock.now = noon + timedelta(seconds=second)
        (document,) = chance.choices(documents, weights)
        url = f"{document}?CallSid=CA{call:032x}&From=%2B1415555{chance.randint(100, 199):04d}"
        asked = Request(method="GET", url=url, headers=REQUEST_FIELDS[1:], in_call=False)
        if cache.get(asked) is None:
            fetched += 1
            cache.put(asked, Response(status=200, headers=fields, body=b"<Response/>"))
    print(f"day       max-age={max_age:5}  hits {1 - fetched / 10_000:6.1%} of 10,000 calls")


class _Server(BaseHTTPRequestHandler):
    def do_GET(self):
        trap = TRAPS[int(self.path.strip("/"))]
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(MARKER)))
        if trap is not None:
            self.send_header("Cache-Control", trap)
        self.end_headers()
        self.wfile.write(MARKER)

    def log_message(self, *arguments):
        pass


def keeps_ours(url):
    import httpx

    from voxvalley_privacy.integrations.httpx import CachingTransport

    store = MemoryCacheStore()
    cache = PrivateCache(POLICY, keys=KeyRing.generate(), store=store)
    with httpx.Client(
        transport=CachingTransport(cache, kind=ContentKind.TEXT, in_call=False)
    ) as client:
        client.get(url)
    return not repr(store).startswith("<MemoryCacheStore 0 copies")


def keeps_hishel(url):
    import hishel
    import hishel.httpx
    import httpx

    with tempfile.TemporaryDirectory() as folder:
        storage = hishel.SqliteStorage(database_path=Path(folder) / "cache.db")
        options = hishel.CacheOptions(shared=True)
        transport = hishel.httpx.CacheTransport(httpx.HTTPTransport(), storage=storage, rfc=options)
        with httpx.Client(transport=transport) as client:
            client.get(url)
            return any(MARKER in file.read_bytes() for file in Path(folder).iterdir())


def keeps_cachecontrol(url):
    import requests
    from cachecontrol import CacheControl
    from cachecontrol.cache import DictCache

    cache = DictCache()
    with CacheControl(requests.Session(), cache=cache) as session:
        session.get(url)
    return any(MARKER in value for value in cache.data.values())


def keeps_requests_cache(url):
    import requests_cache

    with requests_cache.CachedSession(backend="memory", cache_control=True) as session:
        session.get(url)
        return len(session.cache.responses) > 0


def tell_traps():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    caches = {
        "ours": keeps_ours,
        "hishel": keeps_hishel,
        "CacheControl": keeps_cachecontrol,
        "requests-cache": keeps_requests_cache,
    }
    print(
        "\nWhat is kept of a response that permits no copy (a shared cache, or the nearest setting):\n"
    )
    print("Cache-Control".ljust(40), *(name.ljust(15) for name in caches))
    for number, trap in enumerate(TRAPS):
        told = [
            tell(keeps, f"http://127.0.0.1:{server.server_port}/{number}").ljust(15)
            for keeps in caches.values()
        ]
        print((trap or "(no header)").ljust(40), *told)
    server.shutdown()


def tell(keeps, url):
    try:
        return "KEPT" if keeps(url) else "-"
    except ImportError:
        return "not here"


def main():
    time_decision()
    time_hit()
    time_forget()
    time_store_down()
    time_memo()
    for max_age in (600, 3600, 14_400, 86_400):
        replay_a_day(max_age)
    tell_traps()


if __name__ == "__main__":
    main()
