"""What the WSGI and the ASGI middleware share: which parts of a request and a response a log policy lets be read, and how."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import attrs

from ..decisions import Decision
from ..errors import ConfigurationError
from ..logs.adapters import METADATA, LogMode, LogPolicy
from ..placeholders import BYTES, TRUNCATED, UNPARSEABLE
from ..schemas import Schema
from ..vocabulary import DataCategory, LogKind

__all__ = ["Body", "Exchange", "HttpLog", "http_schema"]

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
    Return the schema of the records that the middleware makes.

    Args:
        body: Name of the built-in schema that bodies and queries follow, as `"twilio.voice_webhook"`.
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
        """Return forms and JSON as records, text as text, anything else and what is too long as a placeholder."""
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


def pairs(given: Iterable[tuple[str, str]], /) -> dict[str, object]:
    """Return names with their value, or with the list of their values where a name repeats."""
    found: dict[str, list[str]] = {}
    for name, value in given:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


@attrs.frozen
class HttpLog:
    """
    Write requests and responses as a log policy has it.

    Args:
        policy: Decides, by the rules for `APP_REQUEST` and `APP_RESPONSE`.

        write: Called with the kind and the treated record. What it raises is dropped.
    """

    policy: LogPolicy
    write: Callable[[LogKind, Mapping[str, object]], object]

    def __attrs_post_init__(self) -> None:
        policy: object = self.policy
        if not (isinstance(policy, LogPolicy) and callable(self.write)):
            raise ConfigurationError(
                "The middleware needs a vp.LogPolicy and a function that writes a kind and a record."
            )

    def begin(self) -> Exchange | None:
        """Return what is to be noted of the exchange that begins; None when nothing is."""
        try:
            request, response = (
                self.policy.decide(LogKind.APP_REQUEST),
                self.policy.decide(LogKind.APP_RESPONSE),
            )
        except Exception:  # a clock that fails: nothing is noted
            return None
        return Exchange(self, request, response) if request or response else None


class Exchange:
    """
    One request and its response, as far as they are looked at.

    Args:
        log: Writes.

        request: Whether the request is logged; its body is kept only when it is redacted or full.

        response: Whether the response is, likewise.
    """

    __slots__ = (
        "_decided",
        "_log",
        "_started",
        "fields",
        "head",
        "request_body",
        "response_body",
        "status",
    )

    def __init__(self, log: HttpLog, request: Decision, response: Decision) -> None:
        self._log = log
        self._decided = (request, response)
        self._started = time.monotonic()
        self.fields: Callable[[], dict[str, object]] = dict
        self.head: Callable[[], dict[str, object]] = dict
        self.status = 0
        self.request_body = Body() if _reads(request) else None
        self.response_body = Body() if _reads(response) else None

    def finish(self) -> None:
        """Write both; called once, when the response is out or the app has failed."""
        request, response = self._decided
        self._write(LogKind.APP_REQUEST, request, self._request)
        self._write(LogKind.APP_RESPONSE, response, self._response)

    def _write(
        self, kind: LogKind, decided: Decision, make: Callable[[bool], dict[str, object]]
    ) -> None:
        try:
            shown = self._log.policy(kind, lambda: make(_reads(decided)), decided=decided)
            if shown is not None:
                self._log.write(kind, shown)
        except Exception:  # noqa: S110 - a log that fails does not fail the call; nothing was written
            pass

    def _request(self, whole: bool) -> dict[str, object]:
        made = self.fields()
        made["at"] = datetime.now(UTC).isoformat(timespec="milliseconds")
        return self._whole(made, self.request_body) if whole else _technical(made)

    def _response(self, whole: bool) -> dict[str, object]:
        made = {
            "status": self.status,
            "seconds": round(time.monotonic() - self._started, 6),
            **self.head(),
        }
        return self._whole(made, self.response_body) if whole else _technical(made)

    def _whole(self, made: dict[str, object], body: Body | None) -> dict[str, object]:
        if body is not None and body.size:
            made["bytes"] = body.size
            made["body"] = body.parsed(str(made.get("type", "")))
        return made


def _technical(made: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in made.items() if _FIELDS.get(name) in METADATA}


def _reads(decided: Decision) -> bool:
    return bool(decided) and decided.value in (LogMode.REDACTED, LogMode.FULL)
