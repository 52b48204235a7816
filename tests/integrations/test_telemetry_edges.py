"""Metrics, baggage and trace state of OpenTelemetry: FAULTS_2 B15, row 212."""

from __future__ import annotations

import json
import urllib.parse

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, clean

pytest.importorskip("opentelemetry.sdk")

from opentelemetry import baggage, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    InMemoryMetricReader,
    MetricExporter,
    MetricExportResult,
)
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
    InMemorySpanExporter,
)
from opentelemetry.trace.propagation.tracecontext import (
    TraceContextTextMapPropagator,
)

from voxvalley_privacy.integrations.opentelemetry import (
    metric_exporter,
    propagator,
    span_exporter,
)

REDACT = vp.Redactor(vp.policies.labels())
NAME = "Zoe Example"


class _Kept(MetricExporter):
    def __init__(self):
        super().__init__()
        self.batches = []
        self.calls = []

    def export(self, metrics_data, timeout_millis=10_000, **kwargs):
        self.batches.append(json.loads(metrics_data.to_json()))
        return MetricExportResult.SUCCESS

    def force_flush(self, timeout_millis=10_000):
        self.calls.append("flush")
        return True

    def shutdown(self, timeout_millis=30_000, **kwargs):
        self.calls.append("shutdown")


class _Fails:
    def __call__(self, record):
        raise ValueError(CANARY)

    def text(self, text):
        raise ValueError(CANARY)


def _metrics(name="calls"):
    reader = InMemoryMetricReader()
    meter = MeterProvider([reader]).get_meter("dialer")
    fields = {"from": CANARY, "status": "busy"}
    meter.create_counter(name, description=f"calls of {CANARY}").add(3, fields)
    meter.create_histogram("seconds").record(1.5, fields)
    return reader.get_metrics_data()


def test_b15_212_metrics_are_treated():
    """Attributes and descriptions of metrics are treated; names, values and kinds stay."""
    kept = _Kept()
    exporter = metric_exporter(kept, REDACT)
    assert MetricExportResult.SUCCESS is exporter.export(_metrics())
    clean(json.dumps(kept.batches))
    (resource,) = kept.batches[0]["resource_metrics"]
    counter, histogram = resource["scope_metrics"][0]["metrics"]
    (point,) = counter["data"]["data_points"]
    assert ("calls", 3, "busy") == (
        counter["name"],
        point["value"],
        point["attributes"]["status"],
    )
    assert 1.5 == histogram["data"]["data_points"][0]["sum"]
    assert exporter.force_flush()
    exporter.shutdown()
    assert ["flush", "shutdown"] == kept.calls
    assert exporter.stats().changed["attributes"]


def test_b15_212_metrics_with_a_redactor_that_fails():
    """A batch whose treatment fails is not exported."""
    kept = _Kept()
    exporter = metric_exporter(kept, _Fails())
    assert MetricExportResult.FAILURE is exporter.export(_metrics())
    assert [] == kept.batches
    assert 1 == exporter.stats().faults["redactor"]


def _traced(state):
    context = trace.SpanContext(
        0x104147E5EF4645378ACB432CC962F8EE,
        0x8F377C6455A40273,
        is_remote=True,
        trace_flags=trace.TraceFlags(1),
        trace_state=trace.TraceState(state),
    )
    return trace.set_span_in_context(trace.NonRecordingSpan(context))


def test_b15_212_baggage_and_trace_state_are_treated():
    """Headers to other services carry ids and harmless entries, and nothing personal."""
    inner = CompositePropagator([TraceContextTextMapPropagator(), W3CBaggagePropagator()])
    ours = propagator(inner, REDACT)
    context = _traced([("vendor", "t1"), ("caller", CANARY[1:])])
    for name, value in {"from": CANARY, "caller_name": NAME, "plan": "gold"}.items():
        context = baggage.set_baggage(name, value, context)
    headers = {}
    ours.inject(headers, context)
    shown = urllib.parse.unquote_plus(json.dumps(headers))
    clean(shown)
    assert NAME not in shown
    assert "00-104147e5ef4645378acb432cc962f8ee-8f377c6455a40273-01" == headers["traceparent"]
    assert "vendor=t1" == headers["tracestate"]
    assert "plan=gold" in headers["baggage"]
    assert inner.fields == ours.fields
    assert "gold" == baggage.get_baggage("plan", ours.extract(headers))
    assert CANARY == baggage.get_baggage("from", context)
    assert ours.stats().changed["trace_state"]


def test_b15_212_headers_with_a_redactor_that_fails():
    """After a fault no header is written, and nothing is raised."""
    headers = {}
    ours = propagator(W3CBaggagePropagator(), _Fails())
    ours.inject(headers, baggage.set_baggage("from", CANARY))
    assert {} == headers
    assert 1 == ours.stats().faults["redactor"]


@pytest.mark.parametrize("redact", [REDACT, _Fails()])
def test_b15_212_trace_state_of_spans_and_links(redact):
    """A span is exported without the entries of its trace state that hold something personal."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(span_exporter(exporter, redact)))
    state = [("vendor", "t1"), ("caller", CANARY[1:])]
    parent = _traced(state)
    link = trace.Link(trace.get_current_span(parent).get_span_context())
    tracer = provider.get_tracer("dialer")
    with tracer.start_as_current_span("dial", context=parent, links=[link]):
        pass
    (span,) = exporter.get_finished_spans()
    states = [span.context.trace_state, *(link.context.trace_state for link in span.links)]
    for shown in states:
        assert "caller" not in shown
    if redact is REDACT:
        assert ["t1", "t1"] == [shown["vendor"] for shown in states]
    clean(span.to_json())


@pytest.mark.parametrize("wrap", [metric_exporter, propagator])
def test_settings_are_checked(wrap):
    """Something that is not a redactor is refused when the wrapper is built."""
    with pytest.raises(vp.ConfigurationError, match=wrap.__name__):
        wrap(object(), "labels")
