"""Records of requests and responses for a log policy; shared by the WSGI and ASGI middleware."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import parse_qsl

import attrs

from ..decisions import Decision
from ..errors import ConfigurationError
from ..logs.adapters import METADATA, LogMode, LogPolicy
from ..placeholders import BYTES, TRUNCATED, UNPARSEABLE
from ..schemas import Schema
from ..vocabulary import DataCategory, LogKind

__all__ = ["Body", "Exchange", "HttpLog", "Policies", "http_schema"]


class Policies(Protocol):
    """Anything that says which log policy counts now: a `LogPolicy`, or `AppLogs`."""

    def current(self) -> LogPolicy:
        """Return the policy that counts now."""


_FIELDS = {
    "at": DataCategory.TIMESTAMP,
    "method": DataCategory.STATUS,
    "status": DataCategory.STATUS,
    "seconds": DataCategory.DURATION,
    "bytes": DataCategory.DURATION,
    "type": DataCategory.STATUS,
    "client": DataCategory.IP_ADDRESS,
    "path": DataCategory.FREE_TEXT,
}
_BODY_LIMIT = 65_536
_TEXTS = ("text/", "application/xml", "application/twiml+xml")


def http_schema(body: str | None = None, /) -> Schema:
    """
    Return the schema of the records that the middleware writes.

    Args:
        body: Name of the built-in schema that bodies and queries follow, such as
            `"twilio.voice_webhook"`.
    """
    nested = {} if body is None else {"body": body, "query": body}
    return Schema(f"http.{body or 'exchange'}", {**_FIELDS}, nested=nested)


class Body:
    """Keep the first bytes that pass by; whoever reads them reads at its own pace."""

    __slots__ = ("_kept", "size")

    def __init__(self) -> None:
        self._kept = bytearray()
        self.size = 0

    def add(self, data: bytes, /) -> None:
        """Take note of *data*."""
        self.size += len(data)
        room = _BODY_LIMIT - len(self._kept)
        if room > 0:
            self._kept += data[:room]

    def parsed(self, content_type: str, /) -> object:
        """Return forms and JSON as records, text as text, the rest as a placeholder."""
        if self.size > _BODY_LIMIT:
            return TRUNCATED
        kind = content_type.partition(";")[0].strip().lower()
        try:
            text = self._kept.decode()
            if kind == "application/x-www-form-urlencoded":
                return pairs(parse_qsl(text, keep_blank_values=True, strict_parsing=True))
            if kind == "application/json" or kind.endswith("+json"):
                return json.loads(text)
        except (ValueError, RecursionError):
            return UNPARSEABLE
        return text if kind.startswith(_TEXTS) else BYTES


def pairs(named: Iterable[tuple[str, str]], /) -> dict[str, object]:
    """Return names with their value, or a list of values where a name repeats."""
    values_of: dict[str, list[str]] = {}
    for name, value in named:
        values_of.setdefault(name, []).append(value)
    return {name: _single_or_all(values) for name, values in values_of.items()}


def _single_or_all(values: list[str]) -> object:
    return values[0] if len(values) == 1 else values


@attrs.frozen
class HttpLog:
    """
    Write requests and responses as a log policy says.

    Args:
        policy: Decides, by the rules for `APP_REQUEST` and `APP_RESPONSE`.

        write: Called with the kind and the treated record. Its exceptions are dropped.
    """

    policy: Policies
    write: Callable[[LogKind, Mapping[str, object]], object]

    def __attrs_post_init__(self) -> None:
        current = getattr(self.policy, "current", None)
        if not (callable(current) and callable(self.write)):
            raise ConfigurationError(
                "The middleware needs a vp.LogPolicy, and a function of a kind and a record."
            )

    def begin(self) -> Exchange | None:
        """Begin to note an exchange; None when nothing of it is logged."""
        try:
            policy = self.policy.current()
            request = policy.decide(LogKind.APP_REQUEST)
            response = policy.decide(LogKind.APP_RESPONSE)
        except Exception:  # a clock that fails: nothing is noted
            return None
        if not request and not response:
            return None
        return Exchange(self, policy, request, response)


class Exchange:
    """
    One request and its response.

    Args:
        log: Writes.

        policy: The one of the tenant whose request it is.

        request: Whether the request is logged. Its body is kept only when it is redacted or full.

        response: Whether the response is logged; its body likewise.
    """

    __slots__ = (
        "_decided",
        "_log",
        "_policy",
        "_started",
        "_written",
        "fields",
        "head",
        "request_body",
        "response_body",
        "status",
    )

    def __init__(
        self, log: HttpLog, policy: LogPolicy, request: Decision, response: Decision
    ) -> None:
        self._log = log
        self._policy = policy
        self._decided = (request, response)
        self._started = time.monotonic()
        self._written = False
        self.fields: Callable[[], dict[str, object]] = dict
        self.head: Callable[[], dict[str, object]] = dict
        self.status = 0
        self.request_body = _body(request)
        self.response_body = _body(response)

    def finish(self) -> None:
        """Write both, once: when the response is out, it is closed or the app has failed."""
        if self._written:
            return
        self._written = True
        request, response = self._decided
        self._write(LogKind.APP_REQUEST, request, self._request)
        self._write(LogKind.APP_RESPONSE, response, self._response)

    def _write(
        self, kind: LogKind, decided: Decision, build: Callable[[bool], dict[str, object]]
    ) -> None:
        try:
            logged = self._policy(kind, lambda: build(_reads(decided)), decided=decided)
            if logged is not None:
                self._log.write(kind, logged)
        except Exception:  # noqa: S110 - a log that fails does not fail the call
            pass

    def _request(self, whole: bool) -> dict[str, object]:
        fields = self.fields()
        fields["at"] = datetime.now(UTC).isoformat(timespec="milliseconds")
        return _record(fields, self.request_body, whole)

    def _response(self, whole: bool) -> dict[str, object]:
        seconds = round(time.monotonic() - self._started, 6)
        fields = {"status": self.status, "seconds": seconds, **self.head()}
        return _record(fields, self.response_body, whole)


def _record(fields: dict[str, object], body: Body | None, whole: bool) -> dict[str, object]:
    content_type = str(fields.get("type", ""))
    if content_type:
        # Parameters, such as a charset, are no words that a scan knows: they would hide the type.
        fields["type"] = content_type.partition(";")[0].strip()
    if not whole:
        return {name: value for name, value in fields.items() if _FIELDS.get(name) in METADATA}
    if body is not None and body.size:
        fields["bytes"] = body.size
        fields["body"] = body.parsed(content_type)
    return fields


def _body(decided: Decision) -> Body | None:
    return Body() if _reads(decided) else None


def _reads(decided: Decision) -> bool:
    return bool(decided) and decided.value in (LogMode.REDACTED, LogMode.FULL)
