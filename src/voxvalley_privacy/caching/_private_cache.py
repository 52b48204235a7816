"""The cache: nothing is in it without permission, nothing can be read from it without the keys, all can be forgotten."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from threading import Lock
from urllib.parse import unquote, urljoin

import attrs

from ..decisions import Decision, Reason
from ..errors import ConfigurationError
from ..keys import KeyRing
from ..phone import canonical
from ..stores.copies import CacheStore, Entry, GuardedCacheStore, MemoryCacheStore
from . import _cache_reasons as why
from ._cache_policy import CachePolicy
from ._grant import CACHE_NAME, CacheGrant
from ._headers import Headers
from ._messages import Request, Response
from ._request_key import split_url
from ._vault import Copy, Vault

__all__ = ["PrivateCache"]

_MOST_REMEMBERED = 1024
# What a 304 says of these is not about the body that is kept.
_OF_THE_BODY = frozenset({"age", "content-encoding", "content-length", "content-range"})
_HIT = b"%b\nAge: %d\nCache-Status: " + CACHE_NAME.encode() + b"; hit; ttl=%d"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class PrivateCache:
    """
    Keep copies of responses where the policy allows it, sealed, and forget those of a person at once.

    Every method is safe to call from any thread. What goes wrong is a miss for `get` and a denial for `put`; only
    `forget`, `purge` and `sweep` raise, as they must not claim what they did not do.

    Args:
        policy: Decides what may be kept.

        keys: Make the keys of copies, and seal them. After a rotation old copies are no longer found, and are forgotten
            all the same.

        store: Where sealed copies are kept: memory of this process if None.

        tenant: Whose copies these are; tenants never find each other's.

        region: Where national numbers of people were written, as `US`.
    """

    def __init__(
        self,
        policy: CachePolicy,
        /,
        *,
        keys: KeyRing,
        store: CacheStore | None = None,
        tenant: str = "",
        region: str | None = None,
    ) -> None:
        if not isinstance(policy, CachePolicy):
            raise ConfigurationError(
                "A PrivateCache needs a CachePolicy: without one nothing is permitted."
            )
        self.policy = policy
        self._keys = keys
        # Tenants share the guard: an erasure that failed for one stops all.
        store = MemoryCacheStore() if store is None else store
        self._store = store if isinstance(store, GuardedCacheStore) else GuardedCacheStore(store)
        self._tenant = tenant
        self._region = region
        self._vault = Vault(keys, tenant=tenant, region=region)
        self._denied = _Remembered()

    def __repr__(self) -> str:
        return f"<PrivateCache {self._store!r}>"

    def for_tenant(self, tenant: str, /) -> PrivateCache:
        """Return the cache of another tenant in the same store."""
        return PrivateCache(
            self.policy, keys=self._keys, store=self._store, tenant=tenant, region=self._region
        )

    def begin(self) -> int | None:
        """
        Take a ticket before a response is fetched; None if the store gives none.

        With it, `put` refuses a response that was already on its way when its person was forgotten.
        """
        try:
            return self._store.ticket()
        except Exception:  # what the store cannot tell is not kept
            return None

    def put(
        self, request: Request, response: Response, /, *, ticket: int | None = None
    ) -> Decision:
        """
        Keep a copy, if the web server permits it and the settings allow it.

        An answer to a request that may have changed something, as POST, removes the copies of its address.

        Args:
            request: As sent.

            response: As received. The people it is about are its subjects, and every number in the address.

            ticket: What `begin` gave before the request was sent.

        Returns:
            What was decided, and done: an allow with a `CacheGrant` means that the copy is kept.
        """
        ticket = self.begin() if ticket is None else ticket
        decision = self.policy(request, response)
        if why.INPUT in decision.reasons:
            return decision
        self._invalidate(request, response)
        outcome = self._keep(request, response, decision, ticket) if decision else None
        if outcome is not None:
            decision = _denied(outcome, decision)
        if not decision and (text := self.policy.request_text(request)) is not None:
            self._denied.add(self._vault.key(text), decision.reasons[0])
        return decision

    def get(self, request: Request, /) -> Response | None:
        """
        Return the kept copy that answers *request*; None for any reason not to.

        It has an Age and a Cache-Status field, and no subjects: a copy does not hold them.
        """
        found = self._find(request)
        return None if isinstance(found, Reason) else _answer(*found[1:])

    def explain(self, request: Request, /) -> Decision:
        """
        Tell why a copy is there or not: as `get`, but with the reason.

        Returns:
            An allow that ends with the copy; or a deny, with the reason of the last `put` that was refused.
        """
        found = self._find(request)
        now = self.policy.clock()
        if not isinstance(found, Reason):
            until = datetime.fromtimestamp(found[1].expires, UTC)
            return Decision.allow(why.PRESENT, evaluated_at=now, valid_until=until)
        text = self.policy.request_text(request) if found is why.ABSENT else None
        last = None if text is None else self._denied.get(self._vault.key(text))
        return Decision.deny(last or found, obligations=(why.CONTENT_NOT_CACHED,), evaluated_at=now)

    def forget(self, subject: str, /) -> int:
        """
        Remove every copy about a person, in any spelling of the number, and those that are on their way in.

        Returns:
            How many were removed.

        Raises:
            voxvalley_privacy.ConfigurationError: If *subject* is no text, or an empty one.

            voxvalley_privacy.StoreError: If the store did not do it. Later calls try again, and nothing is given out or
                kept until it is done.
        """
        # Nothing removed for a number that got lost on the way would look like nothing kept.
        given: object = subject
        if not (isinstance(given, str) and given.strip()):
            raise ConfigurationError("forget(): give it a phone number, or another id, as text.")
        return self._forget("subject", self._vault.subject(subject))

    def purge(self, tenant: str | None = None, /) -> int:
        """
        Remove every copy of *tenant*; of this cache's own if None.

        Raises:
            voxvalley_privacy.StoreError: If the store did not do it.
        """
        if tenant is None or tenant == self._tenant:
            return self._forget("tenant", "")
        return self.for_tenant(tenant).purge()

    def sweep(self) -> int:
        """
        Remove every copy that is over, of all tenants; what is over is never given out before that either.

        Raises:
            voxvalley_privacy.StoreError: If the store did not do it.
        """
        return self._store.sweep(self.policy.clock().timestamp())

    def conditional(self, request: Request, /) -> Request | None:
        """
        Return *request* with the conditions of the kept copy, to ask the web server whether it still holds.

        Returns:
            None if there is no fresh copy, it has neither ETag nor Last-Modified, or the request has its own conditions.
        """
        found = self._find(_without_cache_control(request))
        if isinstance(found, Reason):
            return None
        kept = Headers(kept=found[1].fields)
        conditions = [
            (condition, kept.get(name)[0])
            for condition, name in (
                ("If-None-Match", "etag"),
                ("If-Modified-Since", "last-modified"),
            )
            if name in kept
        ]
        return (
            attrs.evolve(request, headers=[*request.headers, *conditions]) if conditions else None
        )

    def revalidated(
        self, request: Request, response: Response, /, *, ticket: int | None = None
    ) -> Response | None:
        """
        Take the web server's 304 for what `conditional` asked.

        Its fields replace those of the copy, which never ends later than before; it ends now if the server no longer
        permits it. The answer to this one request is good even then: the server just said so.

        Args:
            request: The plain request, without the conditions.

            response: The 304.

            ticket: What `begin` gave before the request was sent.

        Returns:
            The answer; None if the copy is no longer there, or this is no 304: then ask again without conditions.

        Source: RFC 9111, section 4.3.4.
        """
        ticket = self.begin() if ticket is None else ticket
        plain = _without_cache_control(request)
        found = self._find(plain)
        if isinstance(found, Reason) or response.status != 304:
            return None
        key, copy, _ = found
        newer = {name for name in response.headers.names if name not in _OF_THE_BODY}
        kept = [
            (name, value) for name, value in Headers(kept=copy.fields) if name.lower() not in newer
        ]
        fresh = [(name, value) for name, value in response.headers if name.lower() in newer]
        merged = Response(
            status=copy.status, headers=[*kept, *fresh], body=copy.body, kind=copy.kind
        )
        decision = self.policy(plain, merged)
        grant = decision.value
        if not isinstance(grant, CacheGrant):
            self._drop(key)
            return merged
        made = decision.evaluated_at.timestamp()
        renewed = copy._replace(
            made=made,
            expires=min(copy.expires, made + grant.lifetime.total_seconds()),
            age=grant.age.total_seconds(),
            fields=merged.headers.keep(without=grant.strip),
        )
        self._write(key, renewed, ticket)
        return _answer(renewed, made)

    def _keep(
        self, request: Request, response: Response, decision: Decision, ticket: int | None
    ) -> Reason | None:
        grant = decision.value
        assert isinstance(grant, CacheGrant)
        if len(response.body) > self.policy.most_bytes:
            return why.TOO_LARGE
        if not _is_complete(response):
            return why.INCOMPLETE
        made = decision.evaluated_at.timestamp()
        copy = Copy(
            made=made,
            expires=made + grant.lifetime.total_seconds(),
            age=grant.age.total_seconds(),
            status=response.status,
            kind=grant.kind,
            tags=self._tags(request, response),
            fields=response.headers.keep(without=grant.strip),
            body=response.body,
        )
        return self._write(self._vault.key(grant.request_text), copy, ticket)

    def _tags(self, request: Request, response: Response) -> bytes:
        subjects = {
            self._vault.subject(subject)
            for subject in (*response.subjects, *numbers_in(request.url))
        }
        tags = [
            *self._vault.tags("tenant", ""),
            *self._vault.tags("address", _address(request.url)),
        ]
        tags += [
            tag for subject in sorted(subjects) for tag in self._vault.tags("subject", subject)
        ]
        return " ".join(tags).encode()

    def _write(self, key: str, copy: Copy, ticket: int | None) -> Reason | None:
        if ticket is None:
            return why.STORE
        sealed = self._vault.seal(key, copy)
        lifetime = copy.expires - copy.made
        entry = Entry(
            key=key,
            value=sealed,
            expires=copy.expires,
            lifetime=lifetime,
            tags=tuple(copy.tags.decode().split()),
        )
        try:
            return None if self._store.put(entry, ticket) else why.ERASED
        except Exception:  # whatever a store raises, the copy is not kept
            return why.STORE

    def _find(self, request: Request) -> tuple[str, Copy, float] | Reason:
        if not isinstance(request, Request):
            return why.REQUEST
        asked = self.policy.asked_of_cache(request)
        if asked is None:
            return why.REQUESTED
        text = self.policy.request_text(request)
        if text is None:
            return why.REQUEST
        key = self._vault.key(text)
        try:
            sealed = self._store.get(key)
        except Exception:  # whatever a store raises, it is a miss
            return why.STORE
        if sealed is None:
            return why.ABSENT
        copy = self._vault.open(key, sealed)
        if copy is None:
            return why.UNREADABLE
        now = self.policy.clock().timestamp()
        if not copy.made <= now < copy.expires:
            # Also when the clock went back: it may go forward again, and what is over must stay over.
            self._drop(key)
            return why.EXPIRED
        is_young = asked.max_age is None or copy.age_at(now) <= asked.max_age
        return (
            (key, copy, now)
            if is_young and copy.expires - now >= asked.min_fresh
            else why.REQUESTED
        )

    def _forget(self, what: str, value: str) -> int:
        return sum(
            map(self._store.forget, self._vault.tags(what, value, key_ids=self._vault.key_ids))
        )

    def _invalidate(self, request: Request, response: Response) -> None:
        # RFC 9111, section 4.4: what may have changed is no longer what was kept.
        if request.method in _SAFE_METHODS or response.status >= 400:
            return
        try:
            for address in _changed(request, response):
                self._forget("address", address)
        except Exception:  # a copy that stays ends by itself
            return

    def _drop(self, key: str) -> None:
        try:
            self._store.delete(key)
        except Exception:  # a copy that stays ends by itself
            return


def _answer(copy: Copy, now: float) -> Response:
    fields = _HIT % (copy.fields, copy.age_at(now), copy.expires - now)
    return Response(
        status=copy.status, headers=Headers(kept=fields), body=copy.body, kind=copy.kind
    )


class _Remembered:
    """Hold the last reasons, by key."""

    def __init__(self) -> None:
        self._reasons: OrderedDict[str, Reason] = OrderedDict()
        self._lock = Lock()

    def add(self, key: str, reason: Reason, /) -> None:
        with self._lock:
            self._reasons[key] = reason
            self._reasons.move_to_end(key)
            if len(self._reasons) > _MOST_REMEMBERED:
                self._reasons.popitem(last=False)

    def get(self, key: str, /) -> Reason | None:
        return self._reasons.get(key)


def _denied(reason: Reason, decision: Decision) -> Decision:
    return Decision.deny(
        reason, obligations=(why.CONTENT_NOT_CACHED,), evaluated_at=decision.evaluated_at
    )


def _is_complete(response: Response) -> bool:
    lengths = response.headers.get("content-length")
    # A client may have decoded the body; then its length says nothing.
    return (
        not lengths
        or "content-encoding" in response.headers
        or int(lengths[0]) == len(response.body)
    )


def _without_cache_control(request: Request) -> Request:
    headers = [
        pair for pair in request.headers if pair[0].lower() not in {"cache-control", "pragma"}
    ]
    return attrs.evolve(request, headers=headers)


def _address(url: str) -> str:
    return "\n".join(split_url(url) or ())


def _changed(request: Request, response: Response) -> set[str]:
    places = [
        line for name in ("location", "content-location") for line in response.headers.get(name)
    ]
    parts = [
        split_url(url) for url in (request.url, *[urljoin(request.url, place) for place in places])
    ]
    # Only of the same server: nobody may empty another's copies.
    return {"\n".join(part) for part in parts if part and parts[0] and part[:2] == parts[0][:2]}


def numbers_in(url: str, /) -> tuple[str, ...]:
    """Return every phone number that is a value of the query of *url* or a segment of its path; at most 64 are tried."""
    path, _, query = url.partition("#")[0].partition("?")
    values = [value for part in query.split("&") if (value := part.partition("=")[2])]
    segments = path.split("/")[3:]
    found = [unquote(value) for value in (*values, *segments)[:64]]
    return tuple([value for value in found if canonical(value) is not None])
