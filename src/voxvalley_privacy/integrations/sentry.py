"""One hook for Sentry that treats events, transactions, breadcrumbs, log entries and metrics."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from ..logs.adapters import FAULT, LogStats, Redact, Texts, checked, guards, one_line, same_lines
from ._sentry_parts import OF_TRACE, of_machine, of_sampling, without_raw_attachments

__all__ = ["BeforeSend", "before_send"]

_Item = dict[str, Any]
_Treat = Callable[[Any], Any]

# Written by the SDK or set by the developer; what the developer set is the same for all people.
_KEPT = frozenset(
    {
        "event_id",
        "timestamp",
        "start_timestamp",
        "time_unix_nano",
        "release",
        "dist",
        "environment",
        "sdk",
        "modules",
        "transaction_info",
        "in_app",
        "handled",
        "same_process_as_parent",
        "sampled",
        "crashed",
        "current",
        "main",
        "inferred_data_source",
    }
)
_NUMBERS = frozenset({"lineno", "colno", "severity_number"})
_IDS = frozenset({"trace_id", "span_id", "parent_span_id", "replay_id", "segment_id"})
_ID = re.compile(r"[0-9A-Fa-f-]{8,36}")
# Names from the program.
_NAMES = frozenset(
    {
        "logger",
        "module",
        "category",
        "server_name",
        "culprit",
        "status",
        "op",
        "origin",
        "method",
        "type",
        "level",
        "platform",
        "severity_text",
        "unit",
    }
)
# Attributes of spans and log entries that hold numbers of the machine, not of people.
_NUMBERS_OF_MACHINE = re.compile(
    r"""
      thread\.id | process\.pid | code\.line\.number | code\.lineno   # places in the program
    | http\.response\.status_code | http\.status_code                 # outcomes
    | sentry\.sample_rate | sentry\.sdk\.version                      # the SDK's own
    | process\.runtime\.version
    """,
    re.VERBOSE,
)
# Set by the developer, as the fields of an event with these names.
_SET = frozenset({"sentry.release", "sentry.environment", "sentry.dist"})
_TECHNICAL = ("sentry.", "code.", "thread.", "process.", "logger.", "telemetry.", "server.address")
_PARAMETER = "sentry.message.parameter"
_MOST_DIGITS = 20
# Only spans that are sent one by one have it.
_STREAMED = "is_segment"


@guards
class BeforeSend:
    """
    Return a treated copy of what Sentry is about to send. Built by `before_send()`.

    Args:
        redact: Treats texts and fields.
    """

    __slots__ = ("_parts", "_texts")

    def __init__(self, redact: Redact) -> None:
        self._texts = Texts(redact)
        self._parts: dict[str, _Treat] = {
            "logentry": self._log_entry,
            "exception": self._values(self._exception),
            "threads": self._values(self._thread),
            "breadcrumbs": self._values(self._breadcrumb),
            "spans": self._each(self._span),
            "contexts": self._contexts,
            "request": self._request,
            "stacktrace": self._stacktrace,
            "user": self._named_record("user"),
            "tags": self._attributes,
            "extra": self._named_record("extra"),
            "measurements": self._measurements,
            "fingerprint": self._each(self._text),
        }

    def __call__(self, item: Any, hint: Any = None, /) -> Any:
        """
        Return what is sent of an event, a transaction, a breadcrumb, a log entry or a metric.

        After a fault: of an event its ids, level and release with `[FAULT]`; of a span that is sent
        by itself `[FAULT]`; of anything else None, so that it is not sent.
        """
        self._texts.called()
        try:
            without_raw_attachments(hint, self._texts)
            return self._treated(item)
        except Exception:  # a fault gives less, never raw, and never reaches the call path
            self._texts.fault()
        return _placeholder(item)

    def stats(self) -> LogStats:
        """Return what was treated so far, in counts."""
        return self._texts.stats()

    def _treated(self, item: _Item) -> _Item:
        if "severity_number" in item:
            return self._log(item)
        if "event_id" in item:
            return self._event(item)
        if _STREAMED in item:
            return self._log(item)
        if _is_metric(item):
            return self._metric(item)
        return self._breadcrumb(item)

    # Items --------------------------------------------------------------------------------------

    def _event(self, event: _Item) -> _Item:
        return {name: self._field(name, value) for name, value in event.items()}

    def _field(self, name: str, value: Any) -> Any:
        """Treat a field that the protocol of events defines; any other as a field of a record."""
        if name in _KEPT:
            return value
        if name in _NUMBERS:
            return value if isinstance(value, int) else None
        if name in _IDS:
            return self._id(value)
        if name in _NAMES and isinstance(value, str):
            return self._texts.name(one_line(value))
        if name in self._parts:
            return self._parts[name](value)
        if isinstance(value, str):
            return self._text(value)
        return self._any(name, value)

    def _log(self, entry: _Item) -> _Item:
        attributes = self._attributes(entry.get("attributes") or {})
        rest = {name: value for name, value in entry.items() if name != "attributes"}
        return {**self._event(rest), "attributes": attributes}

    def _measurements(self, measurements: Mapping[str, Any]) -> _Item:
        """Keep numbers, and treat the names and units that they have."""
        return {
            self._texts.name(one_line(str(name))): {
                "value": measured.get("value"),
                "unit": self._texts.name(one_line(str(measured.get("unit", "")))),
            }
            for name, measured in measurements.items()
        }

    def _metric(self, metric: _Item) -> _Item:
        treated = self._log(metric)
        treated["name"] = self._texts.name(one_line(str(metric.get("name"))))
        # A sum or a time can have as many digits as a phone number has.
        return {**treated, "value": metric["value"]}

    def _breadcrumb(self, crumb: _Item) -> _Item:
        data = crumb.get("data")
        rest = {name: value for name, value in crumb.items() if name != "data"}
        treated = self._event(rest)
        if isinstance(data, Mapping):
            treated["data"] = self._attributes(data)
        return treated

    # Parts of an event --------------------------------------------------------------------------

    def _log_entry(self, entry: _Item) -> _Item:
        params = entry.get("params")
        rest = {name: value for name, value in entry.items() if name != "params"}
        treated = self._event(rest)
        if params:
            # With parameters, the message is a template of the program.
            treated["message"] = self._texts.name(same_lines(str(entry.get("message"))))
            treated["params"] = self._texts.redact(params)
        return treated

    def _exception(self, exception: _Item) -> _Item:
        mechanism = exception.get("mechanism")
        rest = {name: value for name, value in exception.items() if name != "mechanism"}
        treated = self._event(rest)
        # The class of the exception is how Sentry groups.
        treated["type"] = self._texts.name(str(exception.get("type")))
        if isinstance(mechanism, Mapping):
            treated["mechanism"] = self._event(dict(mechanism))
        return treated

    def _thread(self, thread: _Item) -> _Item:
        treated = self._event({name: value for name, value in thread.items() if name != "id"})
        treated["id"] = _short_number(thread.get("id"))
        return treated

    def _stacktrace(self, stacktrace: _Item | None) -> _Item | None:
        if stacktrace is None:
            return None
        return {"frames": [*map(self._frame, stacktrace.get("frames") or ())]}

    def _frame(self, frame: _Item) -> _Item:
        """Leave out the variables of a frame; its place in the source stays."""
        return {name: self._source(value) for name, value in frame.items() if name != "vars"}

    def _source(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._texts.name(same_lines(value))
        if isinstance(value, list):
            return [self._texts.name(one_line(str(line))) for line in value]
        return value if isinstance(value, int | float) else None

    def _span(self, span: _Item) -> _Item:
        data = {
            name: span[name] for name in ("data", "tags") if isinstance(span.get(name), Mapping)
        }
        rest = {name: value for name, value in span.items() if name not in data}
        treated = self._event(rest)
        treated.update((name, self._attributes(value)) for name, value in data.items())
        return treated

    def _contexts(self, contexts: _Item) -> _Item:
        return {name: self._context(name, value) for name, value in contexts.items()}

    def _context(self, name: str, context: Any) -> Any:
        if not isinstance(context, Mapping):
            return self._any(name, context)
        if name == "trace":
            return self._trace(dict(context))
        own = of_machine(name, context)
        rest = {key: value for key, value in context.items() if key not in own}
        treated = self._texts.record("contexts", {name: rest}).get(name) if rest else {}
        if not own:
            return treated
        machine = {key: self._source(value) for key, value in own.items()}
        return {**(treated if isinstance(treated, Mapping) else {}), **machine}

    def _trace(self, trace: _Item) -> _Item:
        sampling = trace.pop("dynamic_sampling_context", None)
        more = {name: trace.pop(name) for name in [*trace] if name not in OF_TRACE}
        treated = {**self._texts.record("contexts", more), **self._span(trace)}
        if isinstance(sampling, Mapping):
            treated["dynamic_sampling_context"] = of_sampling(sampling, self._texts)
        return treated

    def _request(self, request: _Item) -> _Item:
        fields = dict(request)
        kept = {"method": fields.pop("method", None), "url": self._text(str(fields.pop("url", "")))}
        fields.pop("cookies", None)
        query = fields.pop("query_string", None)
        if isinstance(query, str):
            fields["query"] = dict(parse_qsl(query, keep_blank_values=True))
        treated = self._texts.record("request", fields)
        # The name under which Sentry shows it; it takes a mapping there, too.
        if "query" in treated:
            treated["query_string"] = treated.pop("query")
        return {**treated, **kept}

    def _attributes(self, attributes: Any) -> Any:
        """Treat attributes, tags or data; what the SDK itself adds is kept, texts of it treated."""
        fields = dict(attributes)
        own: _Item = {}
        for name in attributes:
            if str(name).startswith(_PARAMETER):
                own[name] = self._any("argument", fields.pop(name))
            elif _NUMBERS_OF_MACHINE.fullmatch(str(name)):
                own[name] = _short_number(fields.pop(name))
            elif name in _SET:
                own[name] = fields.pop(name)
            elif str(name).startswith(_TECHNICAL):
                own[name] = self._leaf(fields.pop(name))
        return {**self._texts.record("attributes", fields), **own}

    # Values -------------------------------------------------------------------------------------

    def _text(self, value: Any) -> str:
        return self._texts.part("message", same_lines(str(value)))

    def _leaf(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._texts.name(same_lines(value))
        return self._any("value", value)

    def _id(self, value: Any) -> Any:
        if value is None or _ID.fullmatch(str(value)):
            return value
        return self._text(value)

    def _any(self, name: str, value: Any) -> Any:
        return self._texts.record("fields", {name: value}).get(name)

    def _named_record(self, name: str) -> _Treat:
        return lambda fields: self._any(name, fields)

    def _values(self, treat: _Treat) -> _Treat:
        """Treat each member of a part that may be a list or hold one as `values`."""
        each = self._each(treat)

        def treated(part: Any) -> Any:
            if isinstance(part, Mapping):
                return {**part, "values": each(part.get("values") or ())}
            return each(part or ())

        return treated

    def _each(self, treat: _Treat) -> _Treat:
        def treated(members: Iterable[Any]) -> list[Any]:
            return [treat(member) for member in members]

        return treated


def _is_metric(item: _Item) -> bool:
    return "event_id" not in item and isinstance(item.get("value"), int | float)


def _short_number(value: Any) -> Any:
    """Keep a number of the machine, also as text; anything longer is not one."""
    text = str(value)
    return value if len(text) <= _MOST_DIGITS and text.replace(".", "").isalnum() else FAULT


def _placeholder(item: Any) -> _Item | None:
    if isinstance(item, dict) and _STREAMED in item:
        # Sentry sends the original of a span for which a hook returns nothing.
        return {"name": FAULT, "attributes": {}}
    if not isinstance(item, dict) or "event_id" not in item or item.get("type") == "transaction":
        return None
    kept = ("event_id", "timestamp", "level", "platform", "release", "environment")
    shown = {name: item[name] for name in kept if isinstance(item.get(name), str)}
    return {**shown, "logentry": {"message": FAULT}}


def before_send(redact: Redact, /) -> BeforeSend:
    """
    Build the hook for `sentry_sdk.init()`.

    It fits `before_send`, `before_send_transaction`, `before_send_log` and `before_breadcrumb`, and
    `before_send_metric` and `before_send_span` of versions that have them.

    Templates of messages, release, versions of modules, ids of traces and threads, and places in
    the source are kept; variables of frames and cookies are left out; the rest is treated.
    Attachments that are texts of at most 256 KiB are treated, and others are left out.

    No hook sees sessions: with `session_mode="application"` they hold the id of the user.

    Args:
        redact: A redactor.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is not a redactor.
    """
    return BeforeSend(checked(redact, "before_send()"))
