"""What a store of sealed copies must do."""

from __future__ import annotations

from typing import Protocol

import attrs

__all__ = ["CacheStore", "Entry", "stripe"]


@attrs.frozen(kw_only=True)
class Entry:
    """
    Hold a sealed copy on its way into a store.

    Args:
        key: Where it is found: letters of `bcdfghjkmnprtvwx`, made by HMAC.

        value: The sealed copy.

        expires: When it ends, in seconds since 1970. The seal holds the time too; a store's own may be later, not earlier.

        lifetime: The same as seconds from now, for a store that has its own clock.

        tags: What it is erased by, in letters as the key: the tenant, each person it is about, its address.
    """

    key: str
    value: bytes = attrs.field(repr=lambda value: f"<{len(value)} bytes>")
    expires: float
    lifetime: float
    tags: tuple[str, ...]


class CacheStore(Protocol):
    """
    Keep sealed copies and forget them; it may be a customer's own, and `voxvalley_privacy.testing` tells whether it is right.

    Everything is safe to call from any thread. A fault raises `voxvalley_privacy.StoreError`; nothing is hidden, as only
    the caller knows whether a fault means a miss or a broken promise.
    """

    def ticket(self) -> int:
        """Return a number that says when a copy was begun: at least that of every `forget` that has returned."""
        ...

    def get(self, key: str, /) -> bytes | None:
        """Return the sealed copy under *key*; None if there is none."""
        ...

    def put(self, entry: Entry, ticket: int, /) -> bool:
        """
        Keep a copy, in one step with the check that nothing of it was forgotten since *ticket*.

        Returns:
            False, and nothing is kept, if `forget` was called for one of its tags after the ticket was taken. It may be
            false without that, never true with it.
        """
        ...

    def delete(self, key: str, /) -> bool:
        """Remove the copy under *key*; tell whether there was one."""
        ...

    def forget(self, tag: str, /) -> int:
        """
        Remove every copy with *tag*, and refuse those begun before now.

        Returns:
            How many were removed. When it returns, no octet of them is left where this store keeps them.
        """
        ...

    def sweep(self, now: float, /) -> int:
        """Remove every copy that ended by *now*; return how many."""
        ...


def stripe(tag: str, /) -> str:
    """
    Return the stripe that *tag* falls into: one of 4096.

    A store remembers the last `forget` of each stripe, not of each tag, so it needs no more memory however many people
    are forgotten. Two tags in one stripe cost a copy that need not have been refused, and nothing else.
    """
    return tag[:3]
