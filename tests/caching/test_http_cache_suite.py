"""The public HTTP cache tests: what must not be reused is not, and where we are stricter has its reason."""

from __future__ import annotations

import pytest

from tests.caching.http_cache_suite import play

_LENIENT = {
    "accept_expires": True,
    "allow_authenticated": True,
    "statuses": (200, 203, 300, 301, 404, 410),
}

# Why a copy that the suite would let a cache reuse is not reused. Anything else would be a fault.
STRICTER = {
    "cache.absent": "the answer is to other fields, another method, or with credentials: everything asked is in the key",
    "cache.expired": "nothing is served stale, duplicates count as the least, targeted fields never lengthen",
    "cache.malformed": "what is not exactly as the grammar has it permits nothing",
    "cache.no_permission": "no lifetime is guessed, and targeted fields alone permit nothing",
    "cache.no_store": "a targeted field never outvotes no-store",
    "cache.partial": "parts are never kept",
    "cache.request": "a body in an encoding that cannot be read cannot be searched for people",
    "cache.requested": "conditions and ranges of the app go to the web server",
    "cache.set_cookie": "what sets a cookie is for one person",
    "cache.status": "only answers that are whole and meant to last are kept",
    "cache.unknown_directive": "a directive that is not known may restrict",
}


@pytest.mark.parametrize("settings", [{}, _LENIENT], ids=["default", "lenient"])
def test_what_must_not_be_reused(corpus, settings):
    """Where the suite says that a cache must not reuse, we do not, with any settings."""
    outcomes = list(play(corpus / "08_http" / "http_cache_tests.jsonl", **settings))

    assert 55 < sum(outcome.wanted == "not_cached" for outcome in outcomes)
    assert [] == [
        outcome.name for outcome in outcomes if outcome.wanted == "not_cached" and outcome.reused
    ]


def test_what_is_reused(corpus):
    """Where a copy is permitted it is reused, or there is a reason of ours."""
    outcomes = [
        one for one in play(corpus / "08_http" / "http_cache_tests.jsonl") if one.wanted == "cached"
    ]

    assert 40 < sum(one.reused for one in outcomes)
    assert set(STRICTER) == {one.reason for one in outcomes if not one.reused}
