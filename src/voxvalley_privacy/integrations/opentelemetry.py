"""OpenTelemetry exporters that treat spans, log records and metrics before they leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from opentelemetry.context import Context
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, Status

from ..logs.adapters import FAULT, LogStats, Redact, Texts, checked, guards

__all__ = ["log_exporter", "span_exporter"]

# What a backend sorts by. It is kept whatever the policy does with unknown fields; texts are treated.
_TECHNICAL = (
    "service.",
    "telemetry.",
    "exception.type",
    "http.request.method",
    "http.response.status_code",
    "code.",
)
_LARGE = 999_999  # longer numbers can be anyone's


class _Telemetry(Texts):
    """Treat what spans and log records have in common."""

    __slots__ = ("_resource",)

    def __init__(self, redact: Redact) -> None:
        super().__init__(redact)
        self._resource: tuple[Resource, Resource] | None = None

    def attributes(self, given: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return attributes treated as one record."""
        if not given:
            return {}
        fields = dict(given)
        own = {
            name: fields.pop(name)
            for name in given
            if name.startswith(_TECHNICAL) and _technical(fields[name])
        }
        treated = self.record("attributes", fields)
        # An attribute without a value is none.
        kept = {name: value for name, value in treated.items() if value is not None}
        return {
            **{
                name: self.text(value) if type(value) is str else value
                for name, value in own.items()
            },
            **kept,
        }

    def resource(self, given: Resource) -> Resource:
        """Return a resource treated; there is one for a whole process, so the last is remembered."""
        known = self._resource
        if known is not None and known[0] is given:
            return known[1]
        made = Resource(self.attributes(given.attributes), given.schema_url)
        self._resource = (given, made)
        return made

    def scope(self, given: InstrumentationScope | None) -> InstrumentationScope | None:
        """Return a scope treated; the SDK's own handler for logging names it after the logger."""
        if given is None:
            return None
        name, attributes = self.text(given.name), self.attributes(given.attributes)
        return InstrumentationScope(name, given.version, given.schema_url, attributes)

    def value(self, given: Any) -> Any:
        """Return the body of a log record treated, of whatever type."""
        if type(given) is str:
            return self.text(given)
        treated = self.redact([given])
        return treated[0] if isinstance(treated, list) and len(treated) == 1 else FAULT


def _technical(value: object) -> bool:
    return type(value) is str or (type(value) is int and abs(value) <= _LARGE)


@guards
class _SpanExporter(SpanExporter):
    """Export treated copies of spans. Built by `span_exporter()`."""

    def __init__(self, exporter: SpanExporter, redact: Redact) -> None:
        self._exporter = exporter
        self._telemetry = _Telemetry(redact)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([self._shown(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)

    def stats(self) -> LogStats:
        """Return what was treated so far, in counts."""
        return self._telemetry.stats()

    def _shown(self, span: ReadableSpan) -> ReadableSpan:
        self._telemetry.called()
        try:
            return self._treated(span)
        except Exception:  # a fault gives less, never raw, and never reaches the call path
            self._telemetry.fault()
        return _span(span, FAULT, resource=Resource({}), instrumentation_scope=None)

    def _treated(self, span: ReadableSpan) -> ReadableSpan:
        telemetry = self._telemetry
        description = span.status.description
        return _span(
            span,
            telemetry.text(span.name),
            resource=telemetry.resource(span.resource),
            instrumentation_scope=telemetry.scope(span.instrumentation_scope),
            attributes=telemetry.attributes(span.attributes),
            events=[
                Event(
                    telemetry.text(event.name),
                    telemetry.attributes(event.attributes),
                    event.timestamp,
                )
                for event in span.events
            ],
            links=[
                Link(link.context, telemetry.attributes(link.attributes)) for link in span.links
            ],
            status=Status(
                span.status.status_code,
                None if description is None else telemetry.text(description),
            ),
        )


def _span(span: ReadableSpan, name: str, **treated: Any) -> ReadableSpan:
    return ReadableSpan(
        name,
        context=span.context,
        parent=span.parent,
        kind=span.kind,
        start_time=span.start_time,
        end_time=span.end_time,
        **treated,
    )


@guards
class _LogExporter(LogRecordExporter):
    """Export treated copies of log records. Built by `log_exporter()`."""

    def __init__(self, exporter: LogRecordExporter, redact: Redact) -> None:
        self._exporter = exporter
        self._telemetry = _Telemetry(redact)

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        return self._exporter.export([self._shown(record) for record in batch])

    def shutdown(self) -> None:
        self._exporter.shutdown()  # type: ignore[no-untyped-call]  # the SDK says no type

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)

    def stats(self) -> LogStats:
        """Return what was treated so far, in counts."""
        return self._telemetry.stats()

    def _shown(self, readable: ReadableLogRecord) -> ReadableLogRecord:
        telemetry = self._telemetry
        telemetry.called()
        try:
            treated = {
                "body": telemetry.value(readable.log_record.body),
                "attributes": telemetry.attributes(readable.log_record.attributes),
                "severity_text": _text_or_none(telemetry, readable.log_record.severity_text),
                "event_name": _text_or_none(telemetry, readable.log_record.event_name),
            }
            resource = telemetry.resource(readable.resource)
            scope = telemetry.scope(readable.instrumentation_scope)
        except Exception:  # as for spans
            telemetry.fault()
            treated = {"body": FAULT, "attributes": {}, "severity_text": None, "event_name": None}
            resource, scope = Resource({}), None
        record = copy(readable.log_record)
        # Neither belongs to what is exported; both hold raw values.
        record.__dict__.update(treated, exception=None, context=Context())
        return ReadableLogRecord(record, resource, scope, readable.limits)


def _text_or_none(telemetry: _Telemetry, given: str | None) -> str | None:
    return None if given is None else telemetry.text(given)


def span_exporter(exporter: SpanExporter, redact: Redact, /) -> _SpanExporter:
    """
    Put a redactor in front of a span exporter.

    Args:
        exporter: Gets treated copies; a span whose treatment fails keeps its ids and times and nothing else.

        redact: A redactor.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is not a redactor.
    """
    return _SpanExporter(exporter, checked(redact, "span_exporter()"))


def log_exporter(exporter: LogRecordExporter, redact: Redact, /) -> _LogExporter:
    """
    Put a redactor in front of a log exporter.

    Args:
        exporter: Gets treated copies; a record whose treatment fails keeps its ids, times and severity and nothing else.

        redact: A redactor.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is not a redactor.
    """
    return _LogExporter(exporter, checked(redact, "log_exporter()"))
