"""A person is forgotten in whatever way an answer or an argument writes them."""

from __future__ import annotations

import gzip
import zlib
from datetime import timedelta

import pytest

from voxvalley_privacy.caching import CachePolicy, PrivateCache, PrivateMemo, Request, Response
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.vocabulary import ContentKind

NUMBER = "+14155550132"
ADDRESS = "caller@example.com"
BODY = f'{{"of": "{NUMBER}"}}'.encode()
MAIL = f'{{"of": "{ADDRESS}"}}'
LIFETIME = timedelta(minutes=10)


def raw_deflate(body, level):
    """Compress as servers do that leave out the header of zlib."""
    writer = zlib.compressobj(level, wbits=-zlib.MAX_WBITS)
    return writer.compress(body) + writer.flush()


BODIES = {
    "two members": (gzip.compress(b"[]") + gzip.compress(BODY), "gzip", "", NUMBER),
    "raw deflate": (raw_deflate(BODY, 9), "deflate", "", NUMBER),
    "raw deflate, stored": (raw_deflate(BODY, 0), "deflate", "", NUMBER),
    "decoded by a client": (BODY, "deflate", "", NUMBER),
    "escape of JSON": (rb'{"of": "caller\u0040example.com"}', "", "", ADDRESS),
    "line break of JSON": (rb'{"of": "write to\ncaller@example.com"}', "", "", ADDRESS),
    "percent": (b'{"of": "/users?id=caller%40example.com"}', "", "", ADDRESS),
    "percent twice": (b'{"of": "/users?id=caller%2540example.com"}', "", "", ADDRESS),
    "entity": (b'{"of": "caller&#64;example.com"}', "", "", ADDRESS),
    "EBCDIC": (MAIL.encode("cp500"), "", "; charset=cp500", ADDRESS),
    "UTF-7": (MAIL.encode().replace(b"@", b"+AEA-"), "", "; charset=utf-7", ADDRESS),
    "parameters": (b'{"of": "sip:caller@example.com;transport=tcp"}', "", "", ADDRESS),
    "IPv6": (b'{"of": "2001:db8::1"}', "", "", "2001:0DB8:0:0:0::1"),
}


@pytest.mark.parametrize("kind", BODIES)
def test_forget_finds_a_person_in_a_body_however_it_is_written(kind):
    """No copy is left of a body with the person in it, or none was kept."""
    body, encoding, code, person = BODIES[kind]
    fields = [
        ("Content-Type", "application/json" + code),
        ("Cache-Control", "max-age=600"),
        *[("Content-Encoding", encoding) for _ in range(1) if encoding],
    ]
    cache = PrivateCache(CachePolicy({ContentKind.PHONE_NUMBER: LIFETIME}), keys=KeyRing.generate())
    request = Request(method="GET", url="https://lookup.example.com/v1", in_call=False)
    answer = Response(status=200, headers=fields, body=body, kind=ContentKind.PHONE_NUMBER)
    is_kept = bool(cache.put(request, answer))
    removed = cache.forget(person)
    assert (int(is_kept), None) == (removed, cache.get(request))


@pytest.mark.parametrize("code", ["punycode", "idna", "rot13", "zlib", "no-such-code"])
def test_a_body_in_a_code_that_cannot_be_read_is_not_kept(code):
    """What cannot be searched is not kept, and costs no time."""
    fields = [("Content-Type", f"application/json; charset={code}"), ("Cache-Control", "max-age=9")]
    cache = PrivateCache(CachePolicy({ContentKind.PHONE_NUMBER: LIFETIME}), keys=KeyRing.generate())
    request = Request(method="GET", url="https://lookup.example.com/v1", in_call=False)
    answer = Response(status=200, headers=fields, body=BODY, kind=ContentKind.PHONE_NUMBER)
    assert ("cache.request",) == cache.put(request, answer).codes


ADDRESSES = {
    "host": ("https://u-4155550132.example.com/v1", [], NUMBER),
    "ETag": ("https://lookup.example.com/v1", [("ETag", f'"{NUMBER}"')], NUMBER),
    "field": ("https://lookup.example.com/v1", [("X-Of", "caller%40example.com")], ADDRESS),
}


@pytest.mark.parametrize("kind", ADDRESSES)
def test_forget_finds_a_person_in_host_and_fields(kind):
    """Host, entity tag and encoded fields name people too."""
    url, more, person = ADDRESSES[kind]
    fields = [("Content-Type", "application/json"), ("Cache-Control", "max-age=600"), *more]
    cache = PrivateCache(CachePolicy({ContentKind.PHONE_NUMBER: LIFETIME}), keys=KeyRing.generate())
    request = Request(method="GET", url=url, in_call=False)
    answer = Response(status=200, headers=fields, body=b"{}", kind=ContentKind.PHONE_NUMBER)
    assert cache.put(request, answer)
    assert 1 == cache.forget(person)


@pytest.mark.parametrize(
    ("argument", "person"),
    [
        (NUMBER.encode(), NUMBER),
        (14155550132.0, NUMBER),
        ("to=%2B1%20415%20555%200132", NUMBER),
        (r'{"of": "caller\u0040example.com"}', ADDRESS),
        ("sip:caller@example.com;lr", "sip:caller@example.com"),
        ("caller@example.com", "sip:caller@example.com;lr"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_a_memo_forgets_a_person_in_an_argument_however_it_is_written(argument, person):
    """Octets, floats, escapes and parameters hide nobody."""
    memo = PrivateMemo(keys=KeyRing.generate(), kind=ContentKind.PHONE_NUMBER, ttl=LIFETIME)
    memo(lambda asked: "answer")(argument)
    assert 1 == memo.forget(person)
