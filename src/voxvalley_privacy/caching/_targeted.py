"""Fields for caches of one kind, as CDN-Cache-Control: here they only ever restrict."""

from __future__ import annotations

from ._cache_control import CacheControl, MalformedHeader, parse_cache_control
from ._headers import Headers
from ._structured import parse_dictionary

__all__ = ["targeted"]

# Understood, and no restriction on keeping a copy that is never served stale.
_HARMLESS = frozenset(
    (
        *(
            "public",
            "immutable",
            "must-revalidate",
            "proxy-revalidate",
            "must-understand",
            "no-transform",
        ),
        *("stale-while-revalidate", "stale-if-error"),
    )
)


def targeted(headers: Headers, /) -> tuple[CacheControl, ...]:
    """
    Read every targeted field: any name that ends in `-cache-control`, and Surrogate-Control.

    Returns:
        One answer for each; of it only restrictions may be used. All targets count, ours or not.

    Raises:
        voxvalley_privacy.caching.MalformedHeader: If one cannot be read; the standard would ignore it.

    Source: RFC 9213, section 2.
    """
    # One search for what is hardly ever there, instead of one for each name.
    names = " ".join(headers.names)
    if "-cache-control" not in names and "surrogate-control" not in names:
        return ()
    found = [
        _from_dictionary(", ".join(headers.get(n)))
        for n in headers.names
        if n.endswith("-cache-control")
    ]
    return (*found, parse_cache_control(*headers.get("surrogate-control")))


def _from_dictionary(text: str) -> CacheControl:
    members = parse_dictionary(text)
    names = {name for name, _ in members}
    return CacheControl(
        no_store="no-store" in names,
        no_cache="no-cache" in names,
        private="private" in names,
        max_age=_least(members, "max-age"),
        s_maxage=_least(members, "s-maxage"),
        unknown=not names <= _HARMLESS | {"no-store", "no-cache", "private", "max-age", "s-maxage"},
    )


def _least(members: tuple[tuple[str, object], ...], wanted: str) -> int | None:
    found = [value for name, value in members if name == wanted]
    if any(type(value) is not int or value < 0 for value in found):
        raise MalformedHeader("A lifetime in a targeted field is not a number of seconds.")
    return min((value for value in found if isinstance(value, int)), default=None)
