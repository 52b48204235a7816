"""The decision table, row by row, and what hostile messages do to it."""

from __future__ import annotations

import json
import pickle
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.caching.messages import DATE, HOUR, MINUTE_AGO, NOON, code, policy, request, response
from voxvalley_privacy.caching import CachePolicy, Headers, Request, Response, cache_status
from voxvalley_privacy.errors import ConfigurationError
from voxvalley_privacy.vocabulary import ContentKind

XML, MEDIA, TEXT = ContentKind.XML, ContentKind.MEDIA, ContentKind.TEXT
NUMBER = ContentKind.PHONE_NUMBER
OTHERS_LEFT = {"Foo": "bar"}


def test_permitted():
    """With permission of the web server and of the settings a copy may be kept, on terms."""
    decision = policy()(
        request(), response("max-age=60", ("Date", MINUTE_AGO), ("Age", "50"), ("Vary", "Accept"))
    )

    assert "cache.expired" == code(decision)

    decision = policy()(
        request(), response("max-age=600", ("Date", MINUTE_AGO), ("Age", "90"), ("Vary", "Accept"))
    )
    grant = decision.value

    assert decision
    assert timedelta(seconds=510) == grant.lifetime
    assert NOON + timedelta(seconds=510) == decision.valid_until
    assert (timedelta(seconds=90), XML, ("accept",)) == (grant.age, grant.kind, grant.vary)
    assert (
        "VoxvalleyPrivacy; fwd=uri-miss; stored; ttl=510"
        == grant.cache_status
        == cache_status(decision)
    )


@pytest.mark.parametrize(
    ("expected", "settings", "asked", "answered"),
    [
        # Row 1: kinds.
        ("cache.kind_off", {"lifetimes": {MEDIA: HOUR}}, {}, {}),
        (
            "cache.kind_off",
            {"lifetimes": {TEXT: HOUR}},
            {},
            {"kind": None, "content_type": "text/plain"},
        ),
        ("cache.kind_off", {}, {"in_call": True}, {}),
        ("cache.kind_off", {"in_call": {MEDIA}}, {"in_call": True}, {}),
        ("cache.kind_off", {}, {}, {"kind": "pictures"}),
        ("cache.kind_mismatch", {}, {}, {"kind": MEDIA}),
        ("cache.kind_mismatch", {}, {}, {"content_type": None}),
        ("cache.kind_mismatch", {}, {}, {"content_type": "text/html"}),
        ("cache.kind_mismatch", {}, {}, {"kind": None, "content_type": "application/octet-stream"}),
        # Row 2: method, status, parts, cookies, Vary.
        ("cache.method", {}, {"method": "POST"}, {}),
        ("cache.method", {}, {"method": "HEAD"}, {}),
        ("cache.method", {}, {"method": "get"}, {}),
        ("cache.partial", {"statuses": {200}}, {}, {"status": 206}),
        ("cache.status", {}, {}, {"status": 404}),
        ("cache.status", {}, {}, {"status": 304}),
        ("cache.status", {}, {}, {"status": 503}),
        # Row 3: malformed.
        ("cache.malformed", {}, {}, {"cache_control": "max-age=60;no-store"}),
        ("cache.malformed", {}, {}, {"cache_control": "max-age=abc"}),
        # Row 4: no-store.
        ("cache.no_store", {}, {}, {"cache_control": "no-store"}),
        ("cache.no_store", {}, {}, {"cache_control": 'max-age=60, no-store=""'}),
        ("cache.no_store", {}, {}, {"cache_control": "max-age=60, no-store, must-understand"}),
        # Row 5: private.
        ("cache.private", {}, {}, {"cache_control": "private, max-age=60"}),
        ("cache.private", {}, {}, {"cache_control": 'private="x-foo", max-age=60'}),
        # Row 6: no-cache.
        ("cache.no_cache", {}, {}, {"cache_control": "no-cache, max-age=60"}),
        ("cache.no_cache", {"shared": False}, {}, {"cache_control": "no-cache, max-age=60"}),
        # Row 8: no lifetime.
        ("cache.no_permission", {}, {}, {"cache_control": None}),
        ("cache.no_permission", {}, {}, {"cache_control": ""}),
        ("cache.no_permission", {}, {}, {"cache_control": "public"}),
        ("cache.no_permission", {}, {}, {"cache_control": "immutable, stale-while-revalidate=60"}),
        ("cache.no_permission", {"shared": False}, {}, {"cache_control": "s-maxage=60"}),
        # Row 9: lifetime.
        ("cache.expired", {}, {}, {"cache_control": "max-age=0"}),
        ("cache.expired", {}, {}, {"cache_control": "max-age=60, max-age=0"}),
        ("cache.expired", {}, {}, {"cache_control": "s-maxage=0, max-age=60"}),
        # Unknown directives.
        ("cache.unknown_directive", {}, {}, {"cache_control": "max-age=60, community=UCI"}),
    ],
)
def test_denied(expected, settings, asked, answered):
    """Every row of the table that denies gives its own code, and tells logs."""
    decision = policy(**settings)(request(**asked), response(**answered))

    assert expected == code(decision)
    assert "log.content_not_cached" == decision.obligations[0].code
    assert NOON == decision.evaluated_at


@pytest.mark.parametrize(
    ("expected", "header"),
    [
        ("cache.set_cookie", ("Set-Cookie", "a=b")),
        ("cache.set_cookie", ("set-cookie2", "a=b")),
        ("cache.partial", ("Content-Range", "bytes 0-1/2")),
        ("cache.vary", ("Vary", "*")),
        ("cache.vary", ("Vary", "Accept, *")),
        ("cache.vary", ("Vary", "a b")),
        ("cache.vary", ("Vary", "X-Request-Id")),
        ("cache.no_store", ("Pragma", "No-Cache")),
        ("cache.expired", ("Age", "60")),
        ("cache.expired", ("Age", "99999999999999999999")),
        ("cache.malformed", ("Age", "-1")),
        ("cache.malformed", ("Age", "1, 2")),
        ("cache.malformed", ("Age", "１")),
        ("cache.expired", ("Date", MINUTE_AGO)),
        ("cache.malformed", ("Date", "yesterday")),
        ("cache.malformed", ("Cache-Control", "max-age=6_0")),
        ("cache.no_store", ("Cache-Control", "no-store")),
        ("cache.no_store", ("CDN-Cache-Control", "no-store")),
        ("cache.no_store", ("CDN-Cache-Control", "no-store=?0")),
        ("cache.private", ("Example-CDN-Cache-Control", "private")),
        ("cache.expired", ("CDN-Cache-Control", "max-age=0")),
        ("cache.expired", ("CDN-Cache-Control", "max-age=0, max-age=600")),
        ("cache.malformed", ("CDN-Cache-Control", "max-age=10000, &&&&&")),
        ("cache.malformed", ("CDN-Cache-Control", "max-age= 100")),
        ("cache.malformed", ("CDN-Cache-Control", "max-age=abc")),
        ("cache.malformed", ("CDN-Cache-Control", "max-age=-5")),
        ("cache.unknown_directive", ("CDN-Cache-Control", "foobar, max-age=3600")),
        ("cache.no_store", ("Surrogate-Control", "no-store")),
        ("cache.malformed", ("Surrogate-Control", "max-age=600+30")),
        ("cache.too_large", ("Content-Length", "99999999999")),
        ("cache.malformed", ("Content-Length", "abc")),
        ("cache.malformed", ("Content-Length", "9" * 30)),
        ("cache.malformed", ("X-Bad", "a\r\nSet-Cookie: b")),
        ("cache.malformed", ("X-Folded", "a\n b")),
        ("cache.malformed", ("X Bad", "a")),
        ("cache.malformed", ("X-Nul", "a\0")),
        ("cache.malformed", ("X-Long", "a" * 1_000_000)),
        ("cache.kind_mismatch", ("Content-Type", "text/xml")),
    ],
)
def test_denied_by_a_response_field(expected, header):
    """One more field in a permitted response denies it."""
    assert expected == code(policy()(request(), response("max-age=60", header)))


@pytest.mark.parametrize("name", ["Date", "Age", "Content-Length", "Expires"])
def test_duplicates_of_single_fields(name):
    """A field that may stand once and stands twice permits nothing, even if both say the same."""
    value = {
        "Date": DATE,
        "Expires": "Mon, 23 Nov 2026 13:00:00 GMT",
        "Age": "0",
        "Content-Length": "11",
    }[name]
    pairs = [(name, value), (name, value)] + ([("Date", DATE)] if name == "Expires" else [])
    answer = response(None if name == "Expires" else "max-age=60", *pairs)

    assert "cache.malformed" == code(policy(accept_expires=True)(request(), answer))


@pytest.mark.parametrize(
    ("expected", "header"),
    [
        ("cache.no_store", ("Cache-Control", "no-store")),
        ("cache.no_store", ("Pragma", "no-cache")),
        ("cache.malformed", ("Cache-Control", 'max-age="')),
        ("cache.unknown_directive", ("Cache-Control", "foo")),
        ("cache.partial", ("Range", "bytes=0-1")),
        ("cache.credentials", ("Authorization", "Basic abc")),
        ("cache.credentials", ("Cookie", "a=b")),
        ("cache.credentials", ("Proxy-Authorization", "Basic abc")),
        ("cache.credentials", ("X-Api-Key", "abc")),
        ("cache.request", ("Host", "other.example.com")),
        ("cache.request", ("Content-Length", "5")),
        ("cache.request", ("Transfer-Encoding", "chunked")),
        ("cache.request", ("X-Bad", "a\r\nb")),
    ],
)
def test_denied_by_a_request_field(expected, header):
    """One field of the request denies a permitted response."""
    assert expected == code(policy()(request(header), response()))


@pytest.mark.parametrize(
    ("permitted", "cache_control"),
    [
        (True, "public, max-age=60"),
        (True, "s-maxage=60"),
        (False, "max-age=60, must-revalidate"),
        (False, "max-age=60"),
    ],
)
def test_b8_133_authorization(permitted, cache_control):
    """With credentials a copy needs `public` or `s-maxage`, and the setting; must-revalidate alone is not enough."""
    asked, answer = request(("Authorization", "Basic abc")), response(cache_control)

    assert "cache.credentials" == code(policy()(asked, answer))
    assert permitted is bool(policy(allow_authenticated=True)(asked, answer))


@pytest.mark.parametrize(
    ("stripped", "cache_control"),
    [("x-foo", 'private="X-Foo", max-age=60'), ("x-foo", "max-age=60, no-cache=X-Foo")],
)
def test_listed_fields_are_stripped(stripped, cache_control):
    """A private cache keeps the rest of a response whose fields are private or not to be reused."""
    decision = policy(shared=False)(request(), response(cache_control, ("Connection", "X-Bar")))

    assert {stripped, "x-bar", "connection", "transfer-encoding"} <= decision.value.strip


def test_private_cache_keeps_private():
    """A cache of one user keeps what is private to that user."""
    assert policy(shared=False)(request(), response("private, max-age=60"))


@pytest.mark.parametrize(
    ("seconds", "answer"),
    [
        (60, response("max-age=60")),
        (60, response("s-maxage=60, max-age=5")),
        (5, response("s-maxage=60, max-age=600", ("CDN-Cache-Control", "max-age=5"))),
        (60, response("max-age=60", ("CDN-Cache-Control", "max-age=5000, stale-if-error=7"))),
        (7, response("max-age=60", ("Surrogate-Control", "max-age=7"))),
        (3600, response("max-age=99999999999")),
        (60, response("max-age=60, stale-while-revalidate=600, stale-if-error=600, immutable")),
        (60, response("max-age=60", ("Date", "Mon, 23 Nov 2026 12:30:00 GMT"))),
        (60, response("max-age=60", ("Pragma", "unrecognised"))),
    ],
)
def test_lifetime(seconds, answer):
    """The lifetime is what the server says, lessened by age and targeted fields, and never above the settings."""
    assert timedelta(seconds=seconds) == policy()(request(), answer).value.lifetime


def test_expires():
    """Expires permits a copy only if the settings say so, there is a Date, and there is no Cache-Control."""
    pair = (("Date", DATE), ("Expires", "Mon, 23 Nov 2026 12:05:00 GMT"))

    assert "cache.no_permission" == code(policy()(request(), response(None, *pair)))
    assert (
        timedelta(minutes=5)
        == policy(accept_expires=True)(request(), response(None, *pair)).value.lifetime
    )
    assert "cache.no_permission" == code(
        policy(accept_expires=True)(request(), response(None, pair[1]))
    )
    assert "cache.no_permission" == code(
        policy(accept_expires=True)(request(), response("public", *pair))
    )
    assert "cache.malformed" == code(
        policy(accept_expires=True)(request(), response(None, pair[0], ("Expires", "0")))
    )


def test_in_call():
    """Content of a call in progress is kept only for the kinds that are named."""
    asked = request(in_call=True)

    assert policy(in_call=True)(asked, response())
    assert policy(in_call={XML})(asked, response())


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        (XML, "application/xml"),
        (XML, "Text/XML; charset=utf-8"),
        (XML, "application/twiml+xml"),
        (MEDIA, "audio/x-wav"),
        (MEDIA, "image/png"),
        (NUMBER, "application/json"),
        (NUMBER, "application/problem+json"),
        (TEXT, "text/plain"),
    ],
)
def test_kinds(kind, content_type):
    """A kind comes with the content types it can have."""
    assert kind is policy()(request(), response(kind=kind, content_type=content_type)).value.kind


def test_undeclared_kind():
    """What could be several kinds must be allowed as each of them, and is kept as the shortest-lived."""
    lifetimes = {TEXT: HOUR, NUMBER: timedelta(seconds=5), ContentKind.TELEPHONE_IDENTIFIER: HOUR}
    answer = response(kind=None, content_type="application/json")

    assert timedelta(seconds=5) == policy(lifetimes)(request(), answer).value.lifetime
    assert XML is policy()(request(), response(kind=None)).value.kind


@pytest.mark.parametrize(
    "path",
    [
        "/calls/+14155550132/x.css",
        "/me%2Ecss",
        "/me%252ecss",
        "/me;x.JS",
        "/me%00.ico",
        "/me.wav",
        "/me.html?a=b",
        "/me%25252ecss",
    ],
)
def test_b8_137_deception(path):
    """A path that ends like something else is not kept: `/calls/+14155550132/x.css` is no style sheet."""
    decision = policy()(request(url=f"https://app.example.com{path}"), response())

    assert "cache.kind_mismatch" == code(decision)


@pytest.mark.parametrize("rest", ["?a=/b", "/?a=/b", "", "/"])
def test_addresses_without_a_path(rest):
    """An address without a path is the root's."""
    with_root = request(url="https://app.example.com/" + rest.removeprefix("/"))
    assert policy().request_text(with_root) == policy().request_text(
        request(url="https://app.example.com" + rest)
    )


def test_long_content_types():
    """A content type of any length is told."""
    assert policy()(request(), response(content_type="text/xml; x=" + "a" * 200))


@pytest.mark.parametrize(
    "path",
    [
        "/voice",
        "/voice.xml",
        "/voice.php",
        "/v1.2/voice",
        "/voice.xml?x=y.css",
        "/",
        "/100%25",
        "/%2525252ecss",
    ],
)
def test_plain_paths(path):
    """A path that ends like what it is, or says nothing, is fine."""
    assert policy()(request(url=f"https://app.example.com{path}"), response())


@pytest.mark.parametrize(
    "url",
    [
        "/voice",
        "ftp://app.example.com/",
        "https://user:pw@app.example.com/",
        "https:///voice",
        "https://app.example.com/a b",
        "https://app.example.com/a\\b",
        "https://app.example.com/ä",
        "https://app.example.com/\x7f",
        "https://app%2eexample.com/",
        "https://app.example.com/" + "a" * 9000,
    ],
)
def test_ambiguous_addresses(url):
    """An address that two servers could read in two ways permits nothing."""
    assert "cache.request" == code(policy()(request(url=url), response()))


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (Response(status="200", headers=[("Content-Type", "text/xml")], kind=XML), request()),
        (Response(status=200, headers=[("Content-Type", "text/xml")], kind=[]), request()),
        (Response(status=None, headers={}, kind=None), request()),
        (response(), Request(method="", url="")),
        (response(), None),
        (None, request()),
    ],
)
def test_wrong_types(answer, asked):
    """Messages that are not made of the right types deny; nothing is raised."""
    assert not policy()(asked, answer)


def test_naive_clock():
    """A clock without a time zone denies."""
    assert "error.clock" == code(
        policy(clock=lambda: NOON.replace(tzinfo=None))(request(), response())
    )


_JUNK = st.text(max_size=30)
_NAMES = st.sampled_from(
    [
        "Cache-Control",
        "Vary",
        "Age",
        "Date",
        "Expires",
        "Pragma",
        "CDN-Cache-Control",
        "Content-Length",
        "Content-Type",
    ]
)


@given(
    st.lists(st.tuples(_NAMES | _JUNK, _JUNK), max_size=6),
    st.lists(st.tuples(_NAMES | _JUNK, _JUNK), max_size=6),
)
def test_fuzz_never_raises_and_never_permits_more(asked, answered):
    """Whatever stands in the messages, the answer is a decision, and more fields never permit what is forbidden."""
    forbidden = response("no-store", *answered)

    assert not policy()(request(*asked), forbidden)
    policy(shared=False, accept_expires=True, allow_authenticated=True)(
        request(*asked), response(None, *answered)
    )


@given(
    st.sampled_from(["no-store", "private", "no-cache", "x-unknown", "max-age=0", "max-age=abc"])
)
def test_one_more_line_never_permits(line):
    """A restriction on a line of its own counts as much as on the first."""
    assert not policy()(request(), response("public, max-age=60", ("Cache-Control", line)))


@pytest.mark.parametrize(
    ("path", "settings"),
    [
        ("lifetimes", {"lifetimes": {"media": HOUR}}),
        ("lifetimes[media]", {"lifetimes": {MEDIA: timedelta(0)}}),
        ("lifetimes[media]", {"lifetimes": {MEDIA: 60}}),
        ("in_call", {"lifetimes": {MEDIA: HOUR}, "in_call": {XML}}),
        ("statuses", {"statuses": {206}}),
        ("statuses", {"statuses": ()}),
        ("most_bytes", {"most_bytes": 0}),
        ("unkeyed", {"unkeyed": {"Authorization"}}),
        ("unkeyed, extensions", {"extensions": {"a b"}}),
    ],
)
def test_wrong_settings(path, settings):
    """Wrong settings fail where the policy is built, with their path."""
    with pytest.raises(ConfigurationError) as caught:
        policy(**settings)
    assert path == caught.value.faults[0][0]


def test_all_faults_at_once():
    """All faults of a policy are told at once."""
    with pytest.raises(ConfigurationError) as caught:
        policy(most_bytes=0, statuses={500}, unkeyed={"cookie"})
    assert 3 == len(caught.value.faults)


def test_nothing_is_allowed_by_default():
    """A policy without kinds keeps nothing."""
    assert "cache.kind_off" == code(CachePolicy({})(request(), response()))


def test_value():
    """Policies compare, hash and pickle."""
    one = CachePolicy({XML: HOUR}, in_call={XML}, unkeyed=["X-Trace"])

    assert (
        one
        == pickle.loads(pickle.dumps(one))
        == CachePolicy({XML: HOUR}, in_call=[XML], unkeyed=["x-trace"])
    )
    assert 1 == len({one, CachePolicy({XML: HOUR}, in_call={XML}, unkeyed=["X-Trace"])})


def test_nothing_is_shown():
    """No repr, explanation or JSON shows an address, a field or a body."""
    asked = request(("X-From", "+14155550132"), url="https://app.example.com/?From=%2B14155550132")
    answer = response(
        "max-age=60", ("X-To", "+14155550132"), body=b"+14155550132", subjects=["+14155550132"]
    )
    decision = policy()(asked, answer)
    shown = f"{asked!r} {answer!r} {decision!r} {decision.value!r} {decision.explain()} {decision.to_json()}"

    assert "4155550132" not in shown
    json.loads(decision.to_json())


@pytest.mark.parametrize(
    ("status", "settings", "asked"),
    [
        ("VoxvalleyPrivacy; fwd=method; detail=cache.method", {}, {"method": "POST"}),
        ("VoxvalleyPrivacy; fwd=bypass; detail=cache.kind_off", {"lifetimes": {MEDIA: HOUR}}, {}),
        ("VoxvalleyPrivacy; fwd=uri-miss; detail=cache.request", {}, {"url": "x"}),
    ],
)
def test_cache_status(status, settings, asked):
    """A denial is told to other caches by its code."""
    assert status == cache_status(policy(**settings)(request(**asked), response()))


def test_headers():
    """Fields are found by name in any case, keep their order, and take octets, mappings and headers."""
    headers = Headers([(b"A", b"\xe4 "), (b"a", b"2")])

    assert ("ä", "2") == headers.get("a")
    assert [("A", "ä "), ("a", "2")] == list(headers)
    assert headers == Request(method="GET", url="", headers=headers).headers
    assert [("Foo", "bar")] == list(Request(method="GET", url="", headers=OTHERS_LEFT).headers)
    assert headers == Headers(kept=headers.keep())
    assert 1 == len({headers, Headers(kept=headers.keep())})
    assert 2 == len(headers)
    with pytest.raises(AttributeError):
        getattr(headers, "nothing")  # noqa: B009 - a slot that is not there
    assert headers == pickle.loads(pickle.dumps(headers))
    assert "a" in headers
    assert "b" not in headers


@pytest.mark.parametrize(
    ("expected", "asked", "answered"),
    [
        ("cache.set_cookie", (), ("Set-Cookie", "a=b")),
        ("cache.set_cookie", (), ("Set-Cookie", "")),
        ("cache.vary", (), ("Vary", "*")),
        ("cache.vary", (), ("Vary", "accept, *")),
        ("cache.credentials", ("Cookie", "locale=fr"), ("Vary", "accept")),
    ],
)
def test_b8_134_what_is_for_one_person(expected, asked, answered):
    """Cookies on either side, and answers that vary by what no key holds, are not kept, whatever else permits it."""
    answer = response("public, s-maxage=600, max-age=600", answered)

    assert expected == code(policy()(request(*([asked] if asked else [])), answer))


@pytest.mark.parametrize(
    "headers",
    [
        [("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")],
        [("ETag", '"1"')],
        [("Cache-Control", "public")],
        [("Cache-Control", "must-revalidate, immutable")],
        [("Cache-Control", "stale-while-revalidate=600")],
        [],
    ],
)
@pytest.mark.parametrize("shared", [True, False])
def test_b8_135_no_lifetime_is_guessed(headers, shared):
    """Without a lifetime from the web server there is none: no tenth of the age, no default."""
    answer = response(None, *headers)

    assert "cache.no_permission" == code(policy(shared=shared)(request(), answer))
