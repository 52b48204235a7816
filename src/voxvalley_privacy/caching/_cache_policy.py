"""The rule: a copy is kept only if the web server permits it and the settings allow its kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

import attrs

from ..decisions import Decision, Effect, Reason
from ..errors import ConfigurationError
from ..stores import Clock, system_clock
from ..vocabulary import ContentKind
from . import _cache_reasons as why
from ._cache_control import CacheControl, MalformedHeader, parse_lines
from ._freshness import freshness, targeted
from ._grant import CacheGrant, stripped
from ._headers import is_token, strip_space
from ._kinds import kinds_of_path, kinds_of_type
from ._messages import Request, Response
from ._request_key import UNKEYED

__all__ = ["CachePolicy"]

# Statuses whose answer is complete and can be permitted explicitly (RFC 9110, section 15.1).
_STATUSES = frozenset({200, 203, 300, 301, 404, 410})
_CREDENTIALS = frozenset(
    ("authorization", "cookie", "cookie2", "proxy-authorization", "x-api-key", "x-auth-token")
)
# Pragma says one thing only, and is about to be forgotten: whoever still sends it gets what it asked for.
_SERVER_ONLY = frozenset(
    (
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "pragma",
        "range",
    )
)
_ALLOWED = (why.ALLOWED,)
_OBLIGATIONS = (why.CONTENT_NOT_CACHED,)


def _lower(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)


def _frozen(values: Iterable[int]) -> frozenset[int]:
    return frozenset(values)


def _bool_or_kinds(kinds: bool | Iterable[ContentKind]) -> bool | frozenset[ContentKind]:
    return kinds if isinstance(kinds, bool) else frozenset(kinds)


def _pairs(lifetimes: Mapping[ContentKind, timedelta]) -> tuple[tuple[ContentKind, timedelta], ...]:
    return tuple(lifetimes.items())


@attrs.frozen
class CachePolicy:
    """
    Decide whether a copy of a response may be kept, on which terms, and why not.

    Without explicit permission of the web server, and a lifetime set here for the kind of content, the answer is no. No
    lifetime is ever guessed and nothing is ever served stale.

    Args:
        lifetimes: The longest lifetime of a copy, for each kind of content that may be kept at all.

        shared: Whether copies can reach more than one user of the app; then `private` denies and `s-maxage` counts.

        in_call: Which kinds may be kept from a call in progress: True for all, False for none, or kinds.

        statuses: Which statuses are kept: any of 200, 203, 300, 301, 404, 410.

        allow_authenticated: Whether answers to requests with credentials or cookies are kept where the web server says
            `public` or `s-maxage`.

        accept_expires: Whether Expires permits a copy where there is no Cache-Control.

        unkeyed: More names of request fields that change nothing in an answer, as a request id.

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

    def __attrs_post_init__(self) -> None:
        faults = tuple(self._faults())
        if faults:
            raise ConfigurationError("The cache policy cannot be used.", faults=faults)

    def _faults(self) -> Iterator[tuple[str, str]]:
        for kind, lifetime in self.lifetimes:
            yield from _lifetime_faults(kind, lifetime)
        if not (isinstance(self.in_call, bool) or self.in_call <= self._by_kind.keys()):
            yield "in_call", "names a kind that 'lifetimes' does not allow at all"
        if not self.statuses or not self.statuses <= _STATUSES:
            yield "statuses", "must be any of 200, 203, 300, 301, 404, 410"
        if self.most_bytes < 1:
            yield "most_bytes", "must be at least 1"
        if self.unkeyed & (_CREDENTIALS | {"range"}):
            yield "unkeyed", "a credential, a cookie or a range must be part of the key"
        if not all(map(is_token, self.unkeyed | self.extensions)):
            yield "unkeyed, extensions", "every name must be a token"

    def __call__(self, request: Request, response: Response, /) -> Decision:
        """
        Decide about one response.

        Returns:
            An allow whose value is a `CacheGrant` and which is valid as long as the copy may be kept; or a deny with the
            obligation `log.content_not_cached`. It never raises for what request and response hold.
        """
        now = self.clock()
        if now.tzinfo is None:
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

    def request_text(self, request: Request, /) -> str | None:
        """Return the canonical text of *request*, which a key is made from; None if it has none."""
        return request.text(self._unkeyed)

    def asked_of_cache(self, request: Request, /) -> CacheControl | None:
        """Return what *request* asks of a copy; None if only the web server can answer it: a part, a condition, a reload."""
        headers = request.headers
        if request.method != "GET" or not _SERVER_ONLY.isdisjoint(headers.names):
            return None
        try:
            asked = parse_lines(headers.get("cache-control"), self.extensions)
        except MalformedHeader:
            return None
        return (
            None
            if asked.no_store or asked.no_cache or asked.no_cache_fields or asked.unknown
            else asked
        )

    def _judge(self, request: Request, response: Response, now: datetime) -> CacheGrant | Reason:
        headers = response.headers
        kind = self._kind(request, response)
        if isinstance(kind, Reason):
            return kind
        if reason := self._message_fault(request, response):
            return reason
        vary = _vary(headers.get("vary"))
        # A star says that no key is ever enough; what is not part of the key cannot be varied by.
        if vary is None or not self._unkeyed.isdisjoint(vary):
            return why.VARY
        said = parse_lines(headers.get("cache-control"), self.extensions)
        asked = parse_lines(request.headers.get("cache-control"), self.extensions)
        targets = targeted(headers)
        if reason := self._restriction(request, response, asked, said, targets):
            return reason
        limits = (
            [s for target in targets for s in (target.max_age, target.s_maxage) if s is not None]
            if targets
            else ()
        )
        fresh = freshness(
            headers,
            said,
            now,
            shared=self.shared,
            accept_expires=self.accept_expires,
            limits=limits,
        )
        if fresh is None:
            return why.NO_PERMISSION
        lifetime, age = fresh
        if lifetime <= age:
            return why.EXPIRED
        text = self.request_text(request)
        if text is None:
            return why.REQUEST
        return CacheGrant(
            lifetime=min(lifetime - age, self._by_kind[kind]),
            kind=kind,
            request_text=text,
            vary=vary,
            strip=stripped(
                _names(headers.get("connection")) if "connection" in headers else (),
                said.no_cache_fields,
                said.private_fields,
            ),
            age=age,
        )

    def _kind(self, request: Request, response: Response) -> ContentKind | Reason:
        kind, types = response.kind, response.headers.get("content-type")
        if kind is not None and kind not in self._by_kind:
            return why.KIND_OFF
        possible = kinds_of_type(types[0]) if len(types) == 1 else frozenset()
        path = kinds_of_path(request.url)
        # What could be several kinds must be allowed as each of them, and is kept as the shortest-lived.
        kinds = possible if kind is None else [kind] if kind in possible else ()
        if not kinds or (path is not None and not path.issuperset(kinds)):
            return why.KIND_MISMATCH
        if kind is None and not self._by_kind.keys() >= possible:
            return why.KIND_OFF
        if request.in_call and not (
            self.in_call if isinstance(self.in_call, bool) else self.in_call.issuperset(kinds)
        ):
            return why.KIND_IN_CALL
        return kind or min(kinds, key=self._by_kind.__getitem__)

    def _message_fault(self, request: Request, response: Response) -> Reason | None:
        headers = response.headers
        if request.method != "GET":
            return why.METHOD
        if response.status == 206 or "content-range" in headers or "range" in request.headers:
            return why.PARTIAL
        if response.status not in self.statuses:
            return why.STATUS
        if "set-cookie" in headers or "set-cookie2" in headers:
            return why.SET_COOKIE
        if not headers.sound:
            return why.MALFORMED
        return why.TOO_LARGE if _length(headers.get("content-length")) > self.most_bytes else None

    def _restriction(
        self,
        request: Request,
        response: Response,
        asked: CacheControl,
        said: CacheControl,
        targets: tuple[CacheControl, ...],
    ) -> Reason | None:
        if asked.no_store or _pragma(request) or _pragma(response):
            return why.NO_STORE
        if asked.unknown:
            return why.UNKNOWN
        for restriction in (said, *targets):
            if restriction.no_store:
                return why.NO_STORE
            if self.shared and (restriction.private or restriction.private_fields):
                return why.PRIVATE
            if restriction.no_cache:
                return why.NO_CACHE
            if restriction.unknown:
                return why.UNKNOWN
        if not (
            _CREDENTIALS.isdisjoint(request.headers.names)
            or (self.allow_authenticated and _for_all(said))
        ):
            return why.CREDENTIALS
        return None


def _lifetime_faults(kind: object, lifetime: object) -> Iterator[tuple[str, str]]:
    if not isinstance(kind, ContentKind):
        yield "lifetimes", "every key must be a ContentKind"
    elif not isinstance(lifetime, timedelta) or lifetime <= timedelta(0):
        yield f"lifetimes[{kind}]", "must be a timedelta above zero"


def _for_all(said: CacheControl) -> bool:
    # must-revalidate alone, which RFC 9111 section 3.5 lets count, is no word about who may see it.
    return said.public or said.s_maxage is not None


def _deny(reason: Reason, now: datetime | None) -> Decision:
    return Decision.deny(reason, obligations=_OBLIGATIONS, evaluated_at=now)


def _names(lines: tuple[str, ...]) -> tuple[str, ...]:
    names = ",".join(lines).lower().split(",")
    return tuple([text for name in names if (text := strip_space(name))])


def _vary(lines: tuple[str, ...]) -> tuple[str, ...] | None:
    if not lines:
        return ()
    # Servers say the same few things again and again; what is long is not remembered.
    return _vary_again(lines) if len(lines) == 1 and len(lines[0]) <= 128 else _field_names(lines)


def _field_names(lines: tuple[str, ...]) -> tuple[str, ...] | None:
    names = _names(lines)
    return names if "*" not in names and all(map(is_token, names)) else None


_vary_again = lru_cache(maxsize=256)(_field_names)


def _pragma(message: Request | Response) -> bool:
    return (
        "pragma" in message.headers
        and "no-cache" in ",".join(message.headers.get("pragma")).lower()
    )


def _length(lines: tuple[str, ...]) -> int:
    if not lines:
        return 0
    # 18 digits are more than anybody stores; int() of a text without end takes time without end.
    text = lines[0]
    if len(lines) > 1 or len(text) > 18 or not (text.isascii() and text.isdigit()):
        raise MalformedHeader("Content-Length is not a number, or stands twice.")
    return int(text)
