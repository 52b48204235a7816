"""The Cache-Control parser: it never guesses."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy.caching import CacheControl, MalformedHeader, parse_cache_control

_RESTRICTIVE = ("no_store", "no_cache", "private")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", {}),
        (" , ,\t,", {}),
        ("max-age=60", {"max_age": 60}),
        ("MaX-aGe=60", {"max_age": 60}),
        ("max-age=007", {"max_age": 7}),
        ("max-age=0", {"max_age": 0}),
        ("max-age=99999999999", {"max_age": 2**31}),
        ("max-age=" + "9" * 5000, {"max_age": 2**31}),
        ("max-age=" + "0" * 5000 + "5", {"max_age": 5}),
        ("max-age=60, max-age=5, max-age=600", {"max_age": 5}),
        ("s-maxage=60,s-maxage=61", {"s_maxage": 60}),
        ("min-fresh=1, min-fresh=9", {"min_fresh": 9}),
        ("No-StOrE", {"no_store": True}),
        ("no-store=abc", {"no_store": True}),
        ('no-store=""', {"no_store": True}),
        ("private", {"private": True}),
        ('private=""', {"private": True}),
        ('private="a b"', {"private": True}),
        ("private=X-Foo", {"private_fields": frozenset({"x-foo"})}),
        ('private="A, b"', {"private_fields": frozenset({"a", "b"})}),
        (
            'private="a", private="b", private',
            {"private": True, "private_fields": frozenset({"a", "b"})},
        ),
        ("no-cache", {"no_cache": True}),
        ('no-cache="Set-Cookie,, x"', {"no_cache_fields": frozenset({"set-cookie", "x"})}),
        ('no-cache="a\\"b"', {"no_cache": True}),
        ("public", {"public": True}),
        ("stale-while-revalidate=60, stale-if-error=60, immutable, must-understand", {}),
        (
            "max-stale, max-stale=5, only-if-cached, no-transform, must-revalidate, proxy-revalidate",
            {},
        ),
        ("community=UCI", {"unknown": True}),
        ('ext="max-age=3600, no-store", max-age=1', {"unknown": True, "max_age": 1}),
    ],
)
def test_reads(line, expected):
    """What is well-formed is read as the standard has it, and duplicates as strictly as they can be."""
    assert CacheControl(**expected) == parse_cache_control(line)


@pytest.mark.parametrize(
    "line",
    [
        "max-age=",
        "private=",
        "no-store=",
        "max-age",
        "max-age=abc",
        "max-age=6_0",
        "max-age=+60",
        "max-age=-1",
        "max-age=1e9",
        "max-age=3600.0",
        "max-age='3600'",
        'max-age="60"',
        "max-age =60",
        "max-age= 60",
        "max-age=６0",
        "max-age=²",
        "max-age=60, max-age=abc",
        "max-age=60;no-store",
        "max-age=60 no-store",
        'private="a',
        'private="a\\"',
        'private="a"b',
        'private="a""b"',
        'no-store=a"b"',
        "public=x",
        "must-revalidate=1",
        "=5",
        '"no-store"',
        "no store",
        "max-age=60\r\n max-age=70",
        "max-age=60\x00",
        "max-age=60,\x7f",
        "max-age=60,\xa0no-store",
        "ⅿax-age=60",
        "max-age=60," + "a" * 8192,
        ",".join(["x=1"] * 10_000),
        "stale-if-error=x",
        "max-stale=x",
    ],
)
def test_b8_132_malformed(line):
    """What is not exactly as the grammar has it raises, and the error holds nothing of it."""
    with pytest.raises(MalformedHeader) as caught:
        parse_cache_control(line)
    assert line not in str(caught.value)


def test_lines_are_not_joined():
    """A quotation does not run from one line into the next, where a join would make one."""
    with pytest.raises(MalformedHeader):
        parse_cache_control('private="a', 'b", max-age=60')


def test_no_line():
    """A field that is not there says nothing."""
    assert CacheControl() == parse_cache_control()


def test_known_extensions_are_ignored():
    """An extension that the settings know restricts nothing."""
    assert CacheControl(max_age=1) == parse_cache_control(
        "Community=UCI, max-age=1", ignore=frozenset({"community"})
    )


def test_long_lines_are_not_remembered():
    """The same answer comes whether or not a line is short enough to be remembered."""
    line = "max-age=60, no-cache=" + "a" * 200
    assert parse_cache_control(line) == parse_cache_control(line)
    assert 60 == parse_cache_control(line).max_age


@given(st.text(max_size=60) | st.text(alphabet='",=\\ \tano-storemx01', max_size=60))
def test_fuzz(line):
    """Any text is read or raises `MalformedHeader`; nothing else comes out."""
    try:
        said = parse_cache_control(line)
    except MalformedHeader:
        return
    assert said.max_age is None or 0 <= said.max_age <= 2**31


_WELL_FORMED = st.sampled_from(
    [
        "max-age=60",
        "s-maxage=5",
        "public",
        "no-store",
        "private",
        'private="a"',
        "no-cache",
        "x=1",
        "immutable",
        "",
    ]
)


@given(st.lists(_WELL_FORMED, max_size=6), _WELL_FORMED)
def test_one_more_directive_never_permits_more_but_by_name(said, more):
    """Adding a directive keeps every restriction and never lengthens a lifetime that was named."""
    before, after = (
        parse_cache_control(", ".join(said)),
        parse_cache_control(", ".join([*said, more])),
    )
    assert all(getattr(after, name) >= getattr(before, name) for name in _RESTRICTIVE)
    assert after.unknown >= before.unknown
    assert before.private_fields <= after.private_fields
    assert before.max_age is None or after.max_age <= before.max_age
    assert before.s_maxage is None or after.s_maxage <= before.s_maxage


@given(
    st.text(
        alphabet=string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~", min_size=1, max_size=20
    )
)
def test_no_store_restricts_with_any_argument(argument):
    """`no-store` forbids whatever stands after it."""
    assert parse_cache_control(f"no-store={argument}").no_store
    assert parse_cache_control(f'max-age=60, no-store="{argument}"').no_store


@given(
    st.permutations(
        ["max-age=60", "no-store", 'private="a, b"', "s-maxage=5", "public", "max-age=9"]
    )
)
def test_order_does_not_matter(directives):
    """Directives mean the same in any order, on one line or on several."""
    expected = parse_cache_control(*sorted(directives))
    assert (
        expected == parse_cache_control(", ".join(directives)) == parse_cache_control(*directives)
    )
