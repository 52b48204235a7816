"""
The cache.

Nothing is in it without permission, nothing can be read from it without the keys, all can be
forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import attrs

from ..decisions import Decision, Reason
from ..detection import Finder
from ..errors import ConfigurationError
from ..keys import KeyRing
from ..stores.copies import CacheStore, Patience
from . import _cache_reasons as why
from ._answers import (
    Remembered,
    address_of,
    answer_of,
    changed_addresses,
    denied,
    is_complete,
    merged,
    place_of,
    without_cache_control,
)
from ._cache_control import CacheControl
from ._cache_policy import NOTHING_ASKED, CachePolicy
from ._grant import CacheGrant
from ._headers import Headers
from ._messages import Request, Response
from ._request_key import QueryRule
from ._times import now_by, seconds_by
from ._vault import BUDGET, PAUSE, Copy, guarded, shelf_of, subject_of
from ._whom import People

__all__ = ["PrivateCache"]

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_CONDITIONS = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))


class PrivateCache:
    """
    Keep copies of responses where the policy allows it, sealed, and forget those of a person at
    once.

    Every method is safe to call from any thread. A fault is a miss for `get` and a denial for
    `put`; only `forget`, `purge` and `sweep` raise, as they must not claim what they did not do.

    Args:
        policy: Decides what may be kept.

        keys: Make the keys of copies, and seal them. After a rotation old copies are no longer
            found, and are forgotten all the same.

        store: Where sealed copies are kept: memory of this process if None.

        tenant: Whose copies these are; tenants never find each other's.

        region: Where national numbers of people were written, such as `US`.

        finders: Look for people in addresses, fields and bodies, beside the finders of the library.

        budget: How long all store calls of one fetch may take together. A store that is not in
            memory is called from helper threads, so that a call ends in time.

        pause: How long a store is left alone after a fault: until then every `get` is a miss and
            nothing is kept.
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
        finders: Iterable[Finder] = (),
        budget: timedelta = BUDGET,
        pause: timedelta = PAUSE,
    ) -> None:
        if not isinstance(policy, CachePolicy):
            raise ConfigurationError(
                "A PrivateCache needs a CachePolicy: without one nothing is permitted."
            )
        self.policy = policy
        self._seconds = seconds_by(policy.clock)
        self._keys = keys
        self._store = guarded(store, budget, pause)
        self._tenant = tenant
        self._people = People(region=region, finders=tuple(finders))
        self._shelf = shelf_of(keys, self._store, tenant, self._people)
        self._denied: Remembered[Reason] = Remembered()
        self._query_rules: Remembered[QueryRule] = Remembered()

    def __repr__(self) -> str:
        return f"<PrivateCache {self._store!r}>"

    def for_tenant(self, tenant: str, /) -> PrivateCache:
        """Return the cache of another tenant in the same store."""
        return PrivateCache(
            self.policy,
            keys=self._keys,
            store=self._store,
            tenant=tenant,
            region=self._people.region,
            finders=self._people.finders,
        )

    def patience(self) -> Patience:
        """Return the time budget of one fetch; give it to each call that the fetch makes."""
        return self._store.patience()

    def begin(self, *, within: Patience | None = None) -> int | None:
        """
        Take a ticket before a response is fetched; None if the store gives none.

        With it, `put` refuses a response that was already on its way when its person was forgotten.
        """
        return self._shelf.begin(within or self._store.patience())

    def put(
        self,
        request: Request,
        response: Response,
        /,
        *,
        ticket: int | None = None,
        within: Patience | None = None,
    ) -> Decision:
        """
        Keep a copy, if the web server permits it and the settings allow it.

        An answer to a request that may have changed something, such as POST, removes the copies of
        its address.

        Args:
            request: As sent.

            response: As received. The people it is about are its subjects, and everybody who is
                found in the address, the fields and the body.

            ticket: The result of `begin` before the request was sent.

            within: The time budget of this fetch; a new one if None.

        Returns:
            The decision, and what was done: an allow with a `CacheGrant` means that the copy is
                kept.
        """
        within = within or self._store.patience()
        ticket = self.begin(within=within) if ticket is None else ticket
        decision = self.policy(request, response)
        if why.INPUT in decision.reasons:
            return decision
        self._invalidate(request, response, within)
        outcome = None
        if decision:
            outcome = self._keep(request, response, decision, ticket, within)
        if outcome is not None:
            decision = denied(outcome, decision)
        if not decision and (text := self.policy.request_text(request)) is not None:
            self._denied.add(self._shelf.key(text), decision.reasons[0])
        return decision

    def get(self, request: Request, /, *, within: Patience | None = None) -> Response | None:
        """
        Return the kept copy that answers *request*; None for any reason not to.

        It has an Age and a Cache-Status field, and no subjects: a copy does not hold them.
        """
        found = self._find(request, within or self._store.patience())
        if isinstance(found, Reason):
            return None
        return answer_of(*found[1:])

    def explain(self, request: Request, /) -> Decision:
        """
        Say why a copy is there or not: as `get`, but with the reason.

        Returns:
            An allow that ends with the copy; or a deny, with the reason of the last `put` that was
            refused.
        """
        found = self._find(request, self.patience())
        now = now_by(self.policy.clock)
        if not isinstance(found, Reason):
            until = datetime.fromtimestamp(found[1].expires, UTC)
            return Decision.allow(why.PRESENT, evaluated_at=now, valid_until=until)
        reason = found
        if found is why.ABSENT and (text := self.policy.request_text(request)) is not None:
            reason = self._denied.get(self._shelf.key(text)) or found
        return Decision.deny(reason, obligations=(why.CONTENT_NOT_CACHED,), evaluated_at=now)

    def forget(self, subject: str, /) -> int:
        """
        Remove every copy about a person, in any spelling of the number, and those on their way in.

        A spelling that names no country removes the copies about every number with its last seven
        digits.

        Returns:
            How many were removed.

        Raises:
            voxvalley_privacy.ConfigurationError: If *subject* is not a text, or an empty one.

            voxvalley_privacy.StoreError: If the store did not do it. Later calls try again, and
                nothing is given out or kept until it is done.
        """
        return self._shelf.forget(subject_of(subject))

    def purge(self, tenant: str | None = None, /) -> int:
        """
        Remove every copy of *tenant*; of this cache's own if None.

        Raises:
            voxvalley_privacy.StoreError: If the store did not do it.
        """
        if tenant is None or tenant == self._tenant:
            return self._shelf.purge()
        return self.for_tenant(tenant).purge()

    def sweep(self) -> int:
        """
        Remove every copy that is over, of all tenants; it is never given out before that either.

        Each `put` removes a few of them, so a store that is used needs no sweep.

        Raises:
            voxvalley_privacy.StoreError: If the store did not do it.
        """
        return self._shelf.sweep(self.policy.clock().timestamp())

    def conditional(self, request: Request, /, *, within: Patience | None = None) -> Request | None:
        """
        Return *request* with the conditions of the kept copy, to ask whether it still holds.

        Returns:
            None if there is no fresh copy, it has neither ETag nor Last-Modified, or the request
            has its own conditions.
        """
        found = self._find(without_cache_control(request), within or self._store.patience())
        if isinstance(found, Reason):
            return None
        kept = Headers(kept=found[1].fields)
        conditions = [
            (condition, kept.get(name)[0]) for condition, name in _CONDITIONS if name in kept
        ]
        if not conditions:
            return None
        return attrs.evolve(request, headers=[*request.headers, *conditions])

    def revalidated(
        self,
        request: Request,
        response: Response,
        /,
        *,
        ticket: int | None = None,
        within: Patience | None = None,
    ) -> Response | None:
        """
        Take the web server's 304 for the conditions of `conditional`.

        Its fields replace those of the copy, which never ends later than before; it ends now if the
        server no longer permits it. The answer to this one request is good even then: the server
        just said so.

        Args:
            request: The plain request, without the conditions.

            response: The 304.

            ticket: The result of `begin` before the request was sent.

            within: The time budget of this fetch; a new one if None.

        Returns:
            The answer; None if the copy is no longer there, or this is not a 304: then ask again
            without conditions.

        Source: RFC 9111, section 4.3.4.
        """
        within = within or self._store.patience()
        ticket = self.begin(within=within) if ticket is None else ticket
        plain = without_cache_control(request)
        kept_copy = self._find(plain, within)
        if isinstance(kept_copy, Reason) or response.status != 304:
            return None
        key, copy, _ = kept_copy
        renewed_answer = merged(copy, response)
        decision = self.policy(plain, renewed_answer)
        grant = decision.value
        if not isinstance(grant, CacheGrant):
            self._shelf.drop(key, within)
            return renewed_answer
        now = decision.evaluated_at.timestamp()
        renewed = copy._replace(
            made=now,
            expires=min(copy.expires, now + grant.lifetime.total_seconds()),
            age=grant.age.total_seconds(),
            fields=renewed_answer.headers.keep(without=grant.strip),
        )
        self._shelf.write(key, renewed, ticket, within)
        return answer_of(renewed, now)

    def _keep(
        self,
        request: Request,
        response: Response,
        decision: Decision,
        ticket: int | None,
        within: Patience,
    ) -> Reason | None:
        grant = decision.value
        assert isinstance(grant, CacheGrant)
        if len(response.body) > self.policy.most_bytes:
            return why.TOO_LARGE
        if not is_complete(response):
            return why.INCOMPLETE
        names = self._people.about(request, response, grant.kind)
        if names is None:
            return why.PEOPLE
        now = decision.evaluated_at.timestamp()
        copy = Copy(
            made=now,
            expires=now + grant.lifetime.total_seconds(),
            age=grant.age.total_seconds(),
            status=response.status,
            kind=grant.kind,
            tags=self._shelf.tags(names, address_of(request.url)),
            fields=response.headers.keep(without=grant.strip),
            body=response.body,
        )
        self._learn_query(request, response)
        return self._shelf.write(self._shelf.key(grant.request_text), copy, ticket, within)

    def _learn_query(self, request: Request, response: Response) -> None:
        rule = self.policy.query_rule(response)
        place = place_of(request.url)
        if rule is None:
            self._query_rules.drop(place)
        else:
            self._query_rules.add(place, rule)

    def _find(self, request: Request, within: Patience) -> tuple[str, Copy, float] | Reason:
        if not isinstance(request, Request):
            return why.REQUEST
        asked = self.policy.asked_of_cache(request)
        if asked is None:
            return why.REQUESTED
        rule = self._query_rules.get(place_of(request.url)) if self._query_rules else None
        text = self.policy.request_text(request, rule)
        if text is None:
            return why.REQUEST
        key = self._shelf.key(text)
        now = self._seconds()
        if now is None:
            return why.CLOCK
        copy = self._shelf.find(key, now, within)
        if isinstance(copy, Reason):
            return copy
        if asked is not NOTHING_ASKED and not _is_enough(copy, now, asked):
            return why.REQUESTED
        return key, copy, now

    def _invalidate(self, request: Request, response: Response, within: Patience) -> None:
        # RFC 9111, section 4.4: what may have changed is no longer what was kept.
        if request.method in _SAFE_METHODS or response.status >= 400:
            return
        for address in changed_addresses(request, response):
            self._shelf.outdate(address, within)


def _is_enough(copy: Copy, now: float, asked: CacheControl) -> bool:
    """Whether *copy* is as young, and stays as fresh, as a request asks of it."""
    if asked.max_age is not None and copy.age_at(now) > asked.max_age:
        return False
    return copy.expires - now >= asked.min_fresh
