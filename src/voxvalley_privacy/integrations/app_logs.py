"""One object that carries a log policy into everything an app logs with."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any

import attrs

from ..decisions import Decision
from ..errors import ConfigurationError
from ..logs import LogStats, Protection, metrics
from ..logs.adapters import (
    FAULT,
    Kinds,
    LogPolicy,
    Redact,
    flattened,
    guards,
    protect_by_kind,
)
from ..placeholders import label_of
from ..vocabulary import DataCategory, LogKind
from . import asgi, wsgi

__all__ = ["AppLogs"]

_HIDDEN = label_of(DataCategory.FREE_TEXT)
_METRICS = "text/plain; version=0.0.4; charset=utf-8"

Write = Callable[[LogKind, Any], object]


class AppLogs:
    """
    Carry a log policy into `logging`, structlog, Celery and the web app, for each tenant its own.

    Args:
        policy: What each kind of log may hold.

        kinds: Name of a logger -> kind of what it and its children log. Lines of other loggers are
            redacted.

        tenants: Name of a tenant -> its policy. A tenant that is not listed has *policy*.

        tenant: Returns the name of the tenant of the moment, or None, such as `current.get` of a
            context variable. If it raises, nothing of a kind is logged.

        write: Called with the kind and the treated record by `AppLogs` itself and by the
            middleware. Omitted: logged at level INFO, by the logger `voxvalley_privacy.` and kind.

    Raises:
        voxvalley_privacy.ConfigurationError: All faults at once, each with its path.
    """

    def __init__(
        self,
        policy: LogPolicy,
        /,
        *,
        kinds: Mapping[str, LogKind | str] = MappingProxyType({}),
        tenants: Mapping[str, LogPolicy] = MappingProxyType({}),
        tenant: Callable[[], str | None] | None = None,
        write: Write | None = None,
    ) -> None:
        faults = [*_faults(policy, tenants, tenant, write)]
        if faults:
            raise ConfigurationError("AppLogs() cannot be used.", faults=tuple(faults))
        self.policy = policy
        self._off = LogPolicy({}, redact=policy.redact)
        self._tenants = dict(tenants)
        self._tenant = tenant
        self._kinds = Kinds(kinds)
        self._write = write or _write_to_a_logger
        self._protections: list[Protection] = []

    def current(self) -> LogPolicy:
        """Return the policy of the tenant of the moment."""
        if self._tenant is None:
            return self.policy
        return self._tenants.get(self._tenant() or "", self.policy)

    def decide(self, kind: LogKind, /, *, cached: Decision | None = None) -> Decision:
        """Decide for the tenant of the moment; see `LogPolicy.decide`. It never raises."""
        try:
            return self.current().decide(kind, cached=cached)
        except Exception:  # a clock or a tenant that fails gives less
            return self._off.decide(kind)

    def __call__(self, kind: LogKind, record: Any, /, *, cached: Decision | None = None) -> Any:
        """
        Write what may be logged of *record*, and return it; None where nothing may.

        It never raises: what cannot be decided or written is not.

        Args:
            kind: Which log it is for.

            record: A record, or a callable that returns it: not called when nothing is logged.

            cached: As for `LogPolicy.decide`.
        """
        try:
            logged = self.current()(kind, record, cached=cached)
            if logged is not None:
                self._write(LogKind(kind), logged)
        except Exception:  # a log that fails does not fail the call
            return None
        return logged

    # Everything an app logs with ----------------------------------------------------------------

    def protect(
        self,
        logger: logging.Logger | str | None = None,
        /,
        *,
        second_pass: bool = False,
        exclude: Iterable[logging.Handler | type[logging.Handler]] = (),
    ) -> Protection:
        """
        Guard every handler like `vp.logs.protect`, and let in only what the policy says.

        A line of a kind that is off is dropped, of one that is sampled perhaps. One of which only
        metadata is logged keeps time, place, level and the technical fields of its records; one
        that is full keeps all but credentials. A line is decided about once, however many handlers
        it comes to.

        Args:
            logger: As for `vp.logs.protect`.

            second_pass: Likewise.

            exclude: Likewise.
        """
        protection = protect_by_kind(
            self.current, self.policy, self._kinds, logger, second_pass=second_pass, exclude=exclude
        )
        self._protections.append(protection)
        return protection

    def structlog(self) -> Any:
        """
        Return a structlog processor; put it right before the renderer.

        The kind of an event is that of its logger: its field `logger`, or its logger's name. Events
        of a kind that is off are dropped.
        """
        from .structlog import Processor

        return _ByKind(self, Processor)

    def celery(
        self, app: Any, /, *, kind: LogKind | str = LogKind.DEBUG, results: bool = False
    ) -> Any:
        """
        Let Celery write about tasks what the policy says of a kind.

        These are arguments in message headers and events, failures in the result backend; what
        tasks log is guarded by `protect()`. Where only metadata may be logged, or nothing, a label
        replaces texts.

        Args:
            app: The Celery app.

            kind: The kind that tasks are.

            results: As for `protect_tasks`.
        """
        from .celery import protect_tasks

        return protect_tasks(app, _ByPolicy(self, LogKind(kind)), results=results)

    def wsgi(self, app: Any, /, *, remember: bool = False) -> wsgi.LogMiddleware:
        """Return *app* with its requests and responses logged; see `integrations.wsgi`."""
        return wsgi.LogMiddleware(app, self, write=self._write, remember=remember)

    def asgi(self, app: Any, /, *, remember: bool = False) -> asgi.LogMiddleware:
        """Return *app* with its requests and responses logged; see `integrations.asgi`."""
        return asgi.LogMiddleware(app, self, write=self._write, remember=remember)

    # Counters -----------------------------------------------------------------------------------

    def stats(self) -> Mapping[str, LogStats]:
        """Return the counts of all policies and protections so far, by tenant and kind."""
        counts = {str(kind): stats for kind, stats in self.policy.stats().items()}
        # A tenant may be a person's name: counters tell tenants apart by their place alone.
        for at, policy in enumerate(self._tenants.values()):
            for kind, stats in policy.stats().items():
                counts[f"tenant_{_letters(at)}.{kind}"] = stats
        for at, protection in enumerate(self._protections):
            counts[f"lines_{_letters(at)}"] = protection.stats()
        return counts

    def metrics(self) -> str:
        """Return the counts in the text format of Prometheus; see `vp.logs.metrics`."""
        return metrics({"app": self})

    def metrics_wsgi(
        self, environ: Mapping[str, Any], start_response: Callable[..., Any], /
    ) -> Iterable[bytes]:
        """Answer a scrape: a WSGI app, to be mounted where Prometheus may ask."""
        del environ
        start_response("200 OK", [("Content-Type", _METRICS)])
        return [self.metrics().encode()]

    async def metrics_asgi(
        self,
        scope: Mapping[str, Any],
        receive: Callable[..., Any],
        send: Callable[[MutableMapping[str, Any]], Any],
        /,
    ) -> None:
        """Answer a scrape: an ASGI app, to be mounted where Prometheus may ask."""
        del receive
        if scope["type"] != "http":
            return
        headers = [(b"content-type", _METRICS.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.metrics().encode()})

    # For the adapters ---------------------------------------------------------------------------

    def kind_of(self, name: object, /) -> LogKind | None:
        """Return the kind of what a logger logs; None where nothing is said of it."""
        return self._kinds.of(name)


def _faults(
    policy: object, tenants: object, tenant: object, write: object
) -> Iterable[tuple[str, str]]:
    if not isinstance(policy, LogPolicy):
        yield "policy", "must be a vp.LogPolicy"
    if not isinstance(tenants, Mapping):
        yield "tenants", "must be names of tenants, each with its vp.LogPolicy"
        return
    for at, (name, own) in enumerate(tenants.items()):
        if not isinstance(name, str) or not name or not isinstance(own, LogPolicy):
            yield f"tenants[{at}]", "must be the name of a tenant and its vp.LogPolicy"
    if tenant is not None and not callable(tenant):
        yield "tenant", "must be a function that returns the name of a tenant"
    if bool(tenants) != (tenant is not None):
        yield "tenant", "and 'tenants' have no effect without each other"
    if write is not None and not callable(write):
        yield "write", "must be a function of a kind and a record"


def _letters(at: int) -> str:
    # Names of counters hold no digits that could be somebody's.
    return str(at).translate(str.maketrans("0123456789", "abcdefghij"))


def _write_to_a_logger(kind: LogKind, record: Any) -> None:
    logging.getLogger(f"voxvalley_privacy.{kind.value}").info("%s", record)


@guards
class _ByKind:
    """The structlog processor of an app's log policy."""

    def __init__(self, logs: AppLogs, processor: Callable[[Redact], Any]) -> None:
        self._logs = logs
        self._processor = processor
        self._redacts = processor(logs.policy.redact)
        self._processors: dict[int, Any] = {}

    def __call__(
        self, logger: Any, method: str, event_dict: MutableMapping[str, Any], /
    ) -> Mapping[str, Any]:
        name = event_dict.get("logger") or getattr(logger, "name", None)
        kind = self._logs.kind_of(name)
        if kind is None:
            treated: Mapping[str, Any] = self._redacts(logger, method, event_dict)
            return treated
        shown = self._shown(kind, logger, method, event_dict)
        if shown is None:
            from structlog import DropEvent

            raise DropEvent
        return shown

    def _shown(
        self, kind: LogKind, logger: Any, method: str, event: MutableMapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Return what may be logged of an event; None where nothing may, or that is not known."""
        try:
            policy = self._logs.current()
            decision = policy.decide(kind)
            if not decision:
                policy(kind, None, decided=decision)
                return None
            redact = policy.treating(kind, decision)
            if redact is not None:
                treated: Mapping[str, Any] = self._of(redact)(logger, method, event)
                return treated
            return self._metadata(policy, kind, logger, method, event, decision)
        except Exception:  # a clock or a tenant that fails gives less
            return None

    def _of(self, redact: Redact) -> Any:
        if id(redact) not in self._processors:
            self._processors[id(redact)] = self._processor(redact)
        return self._processors[id(redact)]

    def _metadata(
        self,
        policy: LogPolicy,
        kind: LogKind,
        logger: Any,
        method: str,
        event: Mapping[str, Any],
        decision: Decision,
    ) -> Mapping[str, Any]:
        own = {name: event[name] for name in ("level", "logger", "timestamp") if name in event}
        fields = flattened({name: value for name, value in event.items() if name not in own})
        shown = policy(kind, fields, decided=decision) or {}
        treated = self._redacts(logger, method, {**own, "event": kind.value})
        return {**shown, **treated}


@attrs.frozen
class _ByPolicy:
    """
    A redactor that treats as the policy of the moment says of one kind.

    Args:
        logs: Has the policy.

        kind: Of what is treated.
    """

    _logs: AppLogs
    _kind: LogKind

    def __call__(self, record: Any, /) -> Any:
        redact = self._redact()
        return _hidden(record) if redact is None else redact(record)

    def text(self, text: str, /) -> str:
        redact = self._redact()
        return _HIDDEN if redact is None else redact.text(text)

    def _redact(self) -> Redact | None:
        try:
            policy = self._logs.current()
            return policy.treating(self._kind, policy.decide(self._kind))
        except Exception:  # as above
            return None


def _hidden(record: Any) -> Any:
    """Return a record of the same shape that says nothing."""
    if isinstance(record, Mapping):
        return {}
    if isinstance(record, list | tuple):
        return type(record)([_HIDDEN] if record else [])
    return _HIDDEN if isinstance(record, str) else FAULT
