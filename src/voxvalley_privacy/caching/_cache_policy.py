"""The rule: a copy is kept only if the web server permits it and the settings allow its kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import attrs

from ..decisions import Decision, Effect, Reason
from ..errors import ConfigurationError
from ..stores import Clock, system_clock
from ..vocabulary import ContentKind
from . import _cache_reasons as why
from ._cache_control import CacheControl, MalformedHeader, parse_lines
from ._cache_filter import CacheFilter
from ._checks import (
    CREDENTIALS,
    asks_for_no_store,
    carries_credentials,
    is_for_all,
    limits_of,
    message_fault,
    names_in,
    possible_kinds,
    refuses_copies,
    restriction,
    vary_of,
)
from ._freshness import freshness, targeted
from ._grant import CacheGrant, stripped
from ._headers import Headers, is_token, listed
from ._messages import Request, Response
from ._request_key import (
    UNKEYED,
    WHOLE_QUERY,
    QueryRule,
    has_credentials,
    link_end,
    varies_by,
)
from ._times import now_by

__all__ = ["NOTHING_ASKED", "CachePolicy"]

NOTHING_ASKED = CacheControl()

# Statuses whose answer is complete and can be permitted explicitly (RFC 9110, section 15.1).
_STATUSES = frozenset({200, 203, 300, 301, 404, 410})
# Pragma says one thing only, and is about to be forgotten: whoever still sends it gets what it
# asked for.
_SERVER_ONLY = listed(
    """
    if-match if-modified-since if-none-match if-range if-unmodified-since pragma range
    """
)
_ALLOWED = (why.ALLOWED,)
_OBLIGATIONS = (why.CONTENT_NOT_CACHED,)


def _lower(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)


def _frozen_names(names: Iterable[str]) -> frozenset[str]:
    # One text is one name, and no row of letters.
    if isinstance(names, str):
        return frozenset((names,))
    return frozenset(names)


def _frozen(values: Iterable[int]) -> frozenset[int]:
    return frozenset(values)


def _bool_or_kinds(kinds: bool | Iterable[ContentKind]) -> bool | frozenset[ContentKind]:
    if isinstance(kinds, bool):
        return kinds
    return frozenset(kinds)


def _pairs(lifetimes: Mapping[ContentKind, timedelta]) -> tuple[tuple[ContentKind, timedelta], ...]:
    return tuple(lifetimes.items())


@attrs.frozen
class CachePolicy:
    """
    Decide whether a copy of a response may be kept, on which terms, and why not.

    Without explicit permission of the web server, and a lifetime set here for the kind of content,
    the answer is no. No lifetime is ever guessed and nothing is ever served stale.

    Args:
        lifetimes: The longest lifetime of a copy, for each kind of content that may be kept at all.

        shared: Whether copies can reach more than one user of the app; then `private` denies and
            `s-maxage` counts.

        in_call: Which kinds may be kept from a call in progress: True for all, False for none, or
            kinds.

        statuses: Which statuses are kept: any of 200, 203, 300, 301, 404, 410.

        allow_authenticated: Whether answers to requests with credentials or cookies are kept where
            the web server says `public` or `s-maxage`.

        accept_expires: Whether Expires permits a copy where there is no Cache-Control.

        unkeyed: More names of request fields that change nothing in an answer, as a request id.

        unkeyed_query: Names of parameters of the query that change nothing in an answer, such as
            `CallSid`. What the web server says in No-Vary-Search is heeded without it.

        extensions: Names of Cache-Control extensions that are known to restrict nothing.

        most_bytes: The largest body that is kept.

        clock: Gives the time, with a time zone.

    Raises:
        voxvalley_privacy.ConfigurationError: If settings are wrong; all faults at once.

    Source: RFC 9111, section 3; stricter where it leaves a choice.
    """

    lifetimes: tuple[tuple[ContentKind, timedelta], ...] = attrs.field(converter=_pairs)
    shared: bool = attrs.field(default=True, kw_only=True)
    in_call: bool | frozenset[ContentKind] = attrs.field(
        default=False, kw_only=True, converter=_bool_or_kinds
    )
    statuses: frozenset[int] = attrs.field(
        default=frozenset({200}), kw_only=True, converter=_frozen
    )
    allow_authenticated: bool = attrs.field(default=False, kw_only=True)
    accept_expires: bool = attrs.field(default=False, kw_only=True)
    unkeyed: frozenset[str] = attrs.field(default=frozenset(), kw_only=True, converter=_lower)
    unkeyed_query: frozenset[str] = attrs.field(
        default=frozenset(), kw_only=True, converter=_frozen_names
    )
    extensions: frozenset[str] = attrs.field(default=frozenset(), kw_only=True, converter=_lower)
    most_bytes: int = attrs.field(default=10 * 2**20, kw_only=True)
    clock: Clock = attrs.field(default=system_clock, kw_only=True, repr=False)
    _by_kind: dict[ContentKind, timedelta] = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(lambda self: dict(self.lifetimes), takes_self=True),
    )
    _unkeyed: frozenset[str] = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(lambda self: UNKEYED | self.unkeyed, takes_self=True),
    )

    _in_call: frozenset[ContentKind] = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(lambda self: _kinds_in_call(self.in_call), takes_self=True),
    )
    _query: QueryRule = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(lambda self: _query_rule(self.unkeyed_query), takes_self=True),
    )

    def __attrs_post_init__(self) -> None:
        faults = tuple(self._faults())
        if faults:
            raise ConfigurationError("The cache policy cannot be used.", faults=faults)

    def _faults(self) -> Iterator[tuple[str, str]]:
        for kind, lifetime in self.lifetimes:
            yield from _lifetime_faults(kind, lifetime)
        yield from self._name_faults()
        if not (isinstance(self.in_call, bool) or self.in_call <= self._by_kind.keys()):
            yield "in_call", "names a kind that 'lifetimes' does not allow at all"
        if not self.statuses or not self.statuses <= _STATUSES:
            yield "statuses", "must be any of 200, 203, 300, 301, 404, 410"
        if self.most_bytes < 1:
            yield "most_bytes", "must be at least 1"

    def _name_faults(self) -> Iterator[tuple[str, str]]:
        if self.unkeyed & (CREDENTIALS | {"range"}):
            yield "unkeyed", "a credential, a cookie or a range must be part of the key"
        if any(has_credentials(f"?{name}") for name in self.unkeyed_query):
            yield "unkeyed_query", "a credential must be part of the key"
        if not all(map(is_token, self.unkeyed | self.extensions)):
            yield "unkeyed, extensions", "every name must be a token"

    def __call__(self, request: Request, response: Response, /) -> Decision:
        """
        Decide about one response.

        Returns:
            An allow whose value is a `CacheGrant` and which is valid as long as the copy may be
            kept; or a deny with the obligation `log.content_not_cached`. It never raises for what
            request and response hold.
        """
        now = now_by(self.clock)
        if now is None:
            return _deny(why.CLOCK, None)
        try:
            outcome = self._judge(request, response, now)
        except MalformedHeader:
            outcome = why.MALFORMED
        except Exception:  # what cannot be judged is not kept
            outcome = why.INPUT
        if isinstance(outcome, Reason):
            return _deny(outcome, now)
        return Decision(
            effect=Effect.ALLOW,
            reasons=_ALLOWED,
            value=outcome,
            evaluated_at=now,
            valid_until=now + outcome.lifetime,
        )

    def request_text(self, request: Request, query: QueryRule | None = None, /) -> str | None:
        """
        Return the canonical text of *request*, which a key is made from; None if it has none.

        Args:
            request: As sent.

            query: Which parameters of the query count, by the word of the server; those of the
                settings if None.
        """
        return request.text(self._unkeyed, self._query if query is None else query)

    def asked_of_cache(self, request: Request, /) -> CacheControl | None:
        """
        Return the directives of *request* for a copy.

        None if only the web server can answer it.
        """
        headers = request.headers
        if request.method != "GET" or not _SERVER_ONLY.isdisjoint(headers.names):
            return None
        lines = headers.get("cache-control")
        if not lines:
            return NOTHING_ASKED
        try:
            asked = parse_lines(lines, self.extensions)
        except MalformedHeader:
            return None
        return None if refuses_copies(asked) else asked

    def query_rule(self, response: Response, /) -> QueryRule | None:
        """Return which parameters of the query count by the word of the server; None without it."""
        return varies_by(response.headers, self.unkeyed_query)

    def as_filter(
        self, *, kind: ContentKind | None = None, in_call: bool | None = None
    ) -> CacheFilter:
        """
        Return this policy as a function for other caches, such as requests-cache, hishel or
        Django's.

        Args:
            kind: What the responses hold; None if the content type says it.

            in_call: Whether they are fetched while the call that they are about goes on; None if
                that is not known, which counts as yes.

        Returns:
            A callable that takes a response, of `requests`, `httpx` or this library, and returns
            the lifetime of a copy: a `timedelta`, which is zero, and so false, where none may be
            kept.
        """
        return CacheFilter(self, kind=kind, in_call=in_call)

    def _judge(self, request: Request, response: Response, now: datetime) -> CacheGrant | Reason:
        headers = response.headers
        kind = self._kind(request, response)
        if isinstance(kind, Reason):
            return kind
        if reason := message_fault(
            request, response, statuses=self.statuses, most_bytes=self.most_bytes
        ):
            return reason
        vary = vary_of(headers.get("vary"))
        # A star says that no key is ever enough; what is not part of the key cannot be varied by.
        if vary is None or not self._unkeyed.isdisjoint(vary):
            return why.VARY
        said = parse_lines(headers.get("cache-control"), self.extensions)
        targets = targeted(headers)
        if reason := self._restriction(request, response, said, targets):
            return reason
        terms = self._terms(request, headers, said, targets, now)
        if isinstance(terms, Reason):
            return terms
        text = self.request_text(request, self.query_rule(response))
        if text is None:
            return why.REQUEST
        lifetime, age = terms
        connection = names_in(headers.get("connection")) if "connection" in headers else ()
        return CacheGrant(
            lifetime=min(lifetime, self._by_kind[kind]),
            kind=kind,
            request_text=text,
            vary=vary,
            strip=stripped(connection, said.no_cache_fields, said.private_fields),
            age=age,
        )

    def _kind(self, request: Request, response: Response) -> ContentKind | Reason:
        declared = response.kind
        if declared is not None and declared not in self._by_kind:
            return why.KIND_OFF
        kinds = possible_kinds(request, response)
        if not kinds:
            return why.KIND_MISMATCH
        if request.in_call is not False and not self._in_call >= kinds:
            return why.KIND_IN_CALL
        if declared is not None:
            return declared
        # An answer of several possible kinds must be allowed as each of them, and is kept as the
        # shortest-lived.
        if not self._by_kind.keys() >= kinds:
            return why.KIND_OFF
        return min(kinds, key=self._by_kind.__getitem__)

    def _restriction(
        self,
        request: Request,
        response: Response,
        said: CacheControl,
        targets: tuple[CacheControl, ...],
    ) -> Reason | None:
        asked = parse_lines(request.headers.get("cache-control"), self.extensions)
        if asks_for_no_store(request, response, asked):
            return why.NO_STORE
        if asked.unknown:
            return why.UNKNOWN
        for each in (said, *targets):
            if reason := restriction(each, is_shared=self.shared):
                return reason
        return self._credentials(request, said)

    def _credentials(self, request: Request, said: CacheControl) -> Reason | None:
        if self.allow_authenticated and is_for_all(said):
            return None
        return why.CREDENTIALS if carries_credentials(request) else None

    def _terms(
        self,
        request: Request,
        headers: Headers,
        said: CacheControl,
        targets: tuple[CacheControl, ...],
        now: datetime,
    ) -> tuple[timedelta, timedelta] | Reason:
        fresh = freshness(
            headers,
            said,
            now,
            shared=self.shared,
            accept_expires=self.accept_expires,
            limits=tuple(limits_of(targets)) if targets else (),
        )
        if fresh is None:
            return why.NO_PERMISSION
        lifetime, age = fresh
        left = lifetime - age
        if "?" in request.url and has_credentials(request.url):
            # A copy must not open what the link no longer does.
            end = link_end(request.url)
            if end is not None:
                left = min(left, end - now)
        if left <= timedelta(0):
            return why.EXPIRED
        return left, age


def _kinds_in_call(kinds: bool | frozenset[ContentKind]) -> frozenset[ContentKind]:
    if kinds is True:
        return frozenset(ContentKind)
    return kinds or frozenset()


def _query_rule(ignored: frozenset[str]) -> QueryRule:
    if not ignored:
        return WHOLE_QUERY
    return QueryRule(ignored=ignored)


def _lifetime_faults(kind: object, lifetime: object) -> Iterator[tuple[str, str]]:
    if not isinstance(kind, ContentKind):
        yield "lifetimes", "every key must be a ContentKind, such as ContentKind.XML"
    elif not isinstance(lifetime, timedelta) or lifetime <= timedelta(0):
        yield f"lifetimes[{kind}]", "must be a timedelta above zero"


def _deny(reason: Reason, now: datetime | None) -> Decision:
    return Decision.deny(reason, obligations=_OBLIGATIONS, evaluated_at=now)
