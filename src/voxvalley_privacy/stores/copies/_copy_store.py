"""The contract of a store of sealed copies."""

from __future__ import annotations

from typing import Protocol

import attrs

from ...errors import ConfigurationError

__all__ = ["CacheStore", "Entry", "check_limits", "stripe"]


@attrs.frozen(kw_only=True)
class Entry:
    """
    Hold a sealed copy on its way into a store.

    Args:
        key: Where it is found: letters of `bcdfghjkmnprtvwx`, made by HMAC.

        value: The sealed copy.

        expires: When it ends, in seconds since 1970. The seal holds the time too; a store's own may
            be later, not earlier.

        lifetime: The same as seconds from now, for a store that has its own clock.

        tags: What it is erased by, in letters as the key: the tenant, each person it is about, its
            address.

        owner: Whose it is, in letters: the tag of the tenant. A store that is full takes room from
            the owner that holds most.
    """

    key: str
    value: bytes = attrs.field(repr=lambda value: f"<{len(value)} bytes>")
    expires: float
    lifetime: float
    tags: tuple[str, ...]
    owner: str = ""


class CacheStore(Protocol):
    """
    Keep sealed copies and forget them; `voxvalley_privacy.testing` tests a store of your own.

    Everything is safe to call from any thread. A fault raises `voxvalley_privacy.StoreError`:
    nothing is hidden, as only the caller knows whether a fault means a miss or a broken promise.
    """

    def ticket(self) -> int:
        """
        Return a number that says when a copy was begun.

        It is at least that of every `forget` that has returned.
        """
        ...

    def get(self, key: str, /) -> bytes | None:
        """
        Return the sealed copy under *key*; None if there is none.

        Returns:
            None also for a copy that was put with a ticket from before a `forget` of one of its
            tags, whatever else the store has lost.
        """
        ...

    def put(self, entry: Entry, ticket: int, /) -> bool:
        """
        Keep a copy, in one step with the check that nothing of it was forgotten since *ticket*.

        Returns:
            False, and nothing is kept, if `forget` was called for one of its tags after the ticket
            was taken, or there is no room. It may be false without that, never true with it.
        """
        ...

    def delete(self, key: str, /) -> bool:
        """Remove the copy under *key*; return whether there was one."""
        ...

    def forget(self, tag: str, /) -> int:
        """
        Remove every copy with *tag*, and refuse those begun before now.

        Returns:
            How many were removed. After it returns, `get` gives none of them, whatever is lost.
        """
        ...

    def sweep(self, now: float, /) -> int:
        """Remove every copy that ended by *now*; return how many."""
        ...


def stripe(tag: str, /) -> str:
    """
    Return the stripe of *tag*: one of 4096.

    A store remembers the last `forget` of each stripe, not of each tag, so it needs no more memory
    however many people are forgotten. Two tags in one stripe cost a copy that need not have been
    refused, and nothing else.
    """
    return tag[:3]


def check_limits(most_entries: int, most_bytes: int, /) -> None:
    """Refuse limits below 1."""
    if most_entries < 1 or most_bytes < 1:
        raise ConfigurationError("'most_entries' and 'most_bytes' must be at least 1.")
