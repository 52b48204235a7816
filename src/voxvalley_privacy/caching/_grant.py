"""The terms of a permitted copy, and the Cache-Status of an answer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import attrs

from ..decisions import Decision
from ..vocabulary import ContentKind
from ._cache_reasons import KIND_OFF, METHOD
from ._headers import listed

__all__ = ["CACHE_NAME", "CacheGrant", "cache_status"]

CACHE_NAME = "VoxvalleyPrivacy"

# Fields about the connection, and about who asked a proxy: never part of a copy (RFC 9111, section
# 3.1).
_CONNECTION = listed(
    """
    age connection keep-alive proxy-authenticate proxy-authentication-info proxy-authorization
    proxy-connection te trailer transfer-encoding upgrade
    """
)


@attrs.frozen(kw_only=True)
class CacheGrant:
    """
    Hold the terms of a permitted copy.

    Args:
        lifetime: How long it may be kept from now on; never more than the settings allow for its
            kind.

        kind: What it holds.

        request_text: The canonical text of the request, from which a key is made by HMAC. It holds
            the whole address, so it is not shown and not stored.

        vary: The request fields that the answer depends on, in lower case; all are part of the key.

        strip: Names of response fields, in lower case, that must not be part of the copy.

        age: How old the answer was when it came.
    """

    lifetime: timedelta
    kind: ContentKind
    request_text: str = attrs.field(repr=False)
    vary: tuple[str, ...] = ()
    strip: frozenset[str] = frozenset()
    age: timedelta = timedelta(0)

    @property
    def cache_status(self) -> str:
        """The Cache-Status of an answer that was fetched and kept on these terms (RFC 9211)."""
        return f"{CACHE_NAME}; fwd=uri-miss; stored; ttl={int(self.lifetime.total_seconds())}"


def stripped(*names: Collection[str]) -> frozenset[str]:
    """Return the fields that no copy has, and *names*: those that the response excludes."""
    return _CONNECTION.union(*names) if any(names) else _CONNECTION


def cache_status(decision: Decision, /) -> str:
    """
    Return the Cache-Status field of a fetched answer: the decision about it.

    Returns:
        One list member, such as `VoxvalleyPrivacy; fwd=uri-miss; detail=cache.no_store`. It holds
        no address and no key.

    Source: RFC 9211, section 2.
    """
    if isinstance(decision.value, CacheGrant) and decision:
        return decision.value.cache_status
    code = decision.codes[0]
    forward = {METHOD.code: "method", KIND_OFF.code: "bypass"}.get(code, "uri-miss")
    return f"{CACHE_NAME}; fwd={forward}; detail={code}"
