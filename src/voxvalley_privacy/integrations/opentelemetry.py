"""OpenTelemetry exporters that treat spans, log records and metrics before they leave."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Any

from opentelemetry import baggage, trace
from opentelemetry.context import Context
from opentelemetry.propagators.textmap import TextMapPropagator, default_getter, default_setter
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult
from opentelemetry.sdk.metrics.export import (
    Metric,
    MetricExporter,
    MetricExportResult,
    MetricsData,
    ResourceMetrics,
    ScopeMetrics,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, SpanContext, Status, TraceState

from ..logs.adapters import FAULT, LogStats, Redact, checked, guards
from ._telemetry import Telemetry

__all__ = ["log_exporter", "metric_exporter", "propagator", "span_exporter"]


@guards
class _SpanExporter(SpanExporter):
    """Export treated copies of spans. Built by `span_exporter()`."""

    def __init__(self, exporter: SpanExporter, redact: Redact) -> None:
        self._exporter = exporter
        self._telemetry = Telemetry(redact)

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
            context=telemetry.span_context(span.context),
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
                Link(telemetry.span_context(link.context), telemetry.attributes(link.attributes))
                for link in span.links
            ],
            status=Status(
                span.status.status_code,
                None if description is None else telemetry.text(description),
            ),
        )


def _span(span: ReadableSpan, name: str, **treated: Any) -> ReadableSpan:
    return ReadableSpan(
        name,
        context=treated.pop("context", None) or _bare(span.context),
        parent=None if span.parent is None else _bare(span.parent),
        kind=span.kind,
        start_time=span.start_time,
        end_time=span.end_time,
        **treated,
    )


def _bare(context: SpanContext) -> SpanContext:
    """Return a context without its trace state."""
    return SpanContext(
        context.trace_id, context.span_id, context.is_remote, context.trace_flags, TraceState()
    )


@guards
class _LogExporter(LogRecordExporter):
    """Export treated copies of log records. Built by `log_exporter()`."""

    def __init__(self, exporter: LogRecordExporter, redact: Redact) -> None:
        self._exporter = exporter
        self._telemetry = Telemetry(redact)

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
                "severity_text": _name_or_none(telemetry, readable.log_record.severity_text),
                "event_name": _name_or_none(telemetry, readable.log_record.event_name),
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


def _name_or_none(telemetry: Telemetry, name: str | None) -> str | None:
    return None if name is None else telemetry.name(name)


# Metrics ----------------------------------------------------------------------------------------


@guards
class _MetricExporter(MetricExporter):
    """Export treated copies of metrics. Built by `metric_exporter()`."""

    def __init__(self, exporter: MetricExporter, redact: Redact) -> None:
        # A reader asks the exporter for both.
        super().__init__(exporter._preferred_temporality, exporter._preferred_aggregation)  # noqa: SLF001 - there is no public name
        self._exporter = exporter
        self._telemetry = Telemetry(redact)

    def export(
        self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any
    ) -> MetricExportResult:
        self._telemetry.called()
        try:
            shown = MetricsData([*map(self._resource, metrics_data.resource_metrics)])
        except Exception:  # a fault gives less, never raw, and never reaches the call path
            self._telemetry.fault()
            return MetricExportResult.FAILURE
        return self._exporter.export(shown, timeout_millis, **kwargs)

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        self._exporter.shutdown(timeout_millis, **kwargs)

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        return self._exporter.force_flush(timeout_millis)

    def stats(self) -> LogStats:
        """Return what was treated so far, in counts."""
        return self._telemetry.stats()

    def _resource(self, metrics: ResourceMetrics) -> ResourceMetrics:
        scopes = [*map(self._scope, metrics.scope_metrics)]
        return replace(
            metrics, resource=self._telemetry.resource(metrics.resource), scope_metrics=scopes
        )

    def _scope(self, metrics: ScopeMetrics) -> ScopeMetrics:
        scope = self._telemetry.scope(metrics.scope) or metrics.scope
        return replace(metrics, scope=scope, metrics=[*map(self._metric, metrics.metrics)])

    def _metric(self, metric: Metric) -> Metric:
        points: Any = [*map(self._point, metric.data.data_points)]
        return replace(
            metric,
            name=self._telemetry.name(metric.name),
            description=self._telemetry.text(metric.description or ""),
            data=replace(metric.data, data_points=points),
        )

    def _point(self, point: Any) -> Any:
        exemplars = [
            replace(
                exemplar,
                filtered_attributes=self._telemetry.attributes(exemplar.filtered_attributes),
            )
            for exemplar in getattr(point, "exemplars", ())
        ]
        return replace(
            point, attributes=self._telemetry.attributes(point.attributes), exemplars=exemplars
        )


# Propagation ------------------------------------------------------------------------------------


@guards
class _Propagator(TextMapPropagator):
    """Send treated baggage and trace state to other services. Built by `propagator()`."""

    def __init__(self, inner: TextMapPropagator, redact: Redact) -> None:
        self._inner = inner
        self._telemetry = Telemetry(redact)

    @property
    def fields(self) -> set[str]:
        return self._inner.fields

    def extract(
        self, carrier: Any, context: Context | None = None, getter: Any = default_getter
    ) -> Context:
        return self._inner.extract(carrier, context, getter)

    def inject(
        self, carrier: Any, context: Context | None = None, setter: Any = default_setter
    ) -> None:
        self._telemetry.called()
        try:
            shown = self._shown(context)
        except Exception:  # a fault sends nothing, and never reaches the call path
            self._telemetry.fault()
            return
        self._inner.inject(carrier, shown, setter)

    def stats(self) -> LogStats:
        """Return what was treated so far, in counts."""
        return self._telemetry.stats()

    def _shown(self, context: Context | None) -> Context:
        current = trace.get_current_span(context).get_span_context()
        span = trace.NonRecordingSpan(self._telemetry.span_context(current))
        entries = self._telemetry.attributes(baggage.get_all(context))
        shown = trace.set_span_in_context(span, baggage.clear(context))
        for name, value in entries.items():
            shown = baggage.set_baggage(self._telemetry.name(name), value, shown)
        return shown


# Building them ----------------------------------------------------------------------------------


def span_exporter(exporter: SpanExporter, redact: Redact, /) -> _SpanExporter:
    """
    Put a redactor in front of a span exporter.

    Args:
        exporter: Gets treated copies; a span whose treatment fails keeps only its ids and times.

        redact: A redactor.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is not a redactor.
    """
    return _SpanExporter(exporter, checked(redact, "span_exporter()"))


def log_exporter(exporter: LogRecordExporter, redact: Redact, /) -> _LogExporter:
    """
    Put a redactor in front of a log exporter.

    Args:
        exporter: Gets treated copies; a record whose treatment fails keeps only its ids, times
            and severity.

        redact: A redactor.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is not a redactor.
    """
    return _LogExporter(exporter, checked(redact, "log_exporter()"))


def metric_exporter(exporter: MetricExporter, redact: Redact, /) -> _MetricExporter:
    """
    Put a redactor in front of a metric exporter.

    Args:
        exporter: Gets treated copies; a batch whose treatment fails is not exported.

        redact: A redactor.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is not a redactor.
    """
    return _MetricExporter(exporter, checked(redact, "metric_exporter()"))


def propagator(inner: TextMapPropagator, redact: Redact, /) -> _Propagator:
    """
    Put a redactor in front of a propagator, so that headers carry no personal baggage.

    Args:
        inner: Writes treated baggage and trace state, with the ids as they are. If the treatment
            fails, it writes nothing. It reads headers as before.

        redact: A redactor.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is not a redactor.
    """
    return _Propagator(inner, checked(redact, "propagator()"))
