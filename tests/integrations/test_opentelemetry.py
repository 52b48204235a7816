"""The OpenTelemetry exporters against its SDK: FAULTS B4, row 81."""

from __future__ import annotations

import logging

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, clean
from voxvalley_privacy import logs

pytest.importorskip("opentelemetry.sdk")

from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, StatusCode

from voxvalley_privacy.integrations.opentelemetry import log_exporter, span_exporter

REDACT = vp.Redactor(vp.policies.labels())
# The SDK's own handler for logging names a scope after the logger.
SCOPE = f"app.call.{CANARY}"
RESOURCE = Resource({"service.name": "calls", "host.owner": f"call {CANARY}"})


class Fails:
    """A redactor that fails."""

    def __call__(self, record):
        raise ValueError(CANARY)

    def text(self, text):
        raise ValueError(CANARY)


def words(span):
    """Write what a span holds but ids and times, whose digits are anyone's."""
    parts = [
        span.name,
        span.status.description,
        dict(span.attributes),
        dict(span.resource.attributes),
    ]
    scope = span.instrumentation_scope
    parts += [] if scope is None else [scope.name, dict(scope.attributes)]
    parts += [(event.name, dict(event.attributes)) for event in span.events]
    return str(parts + [dict(link.attributes) for link in span.links])


def traced(redact=REDACT):
    """Give a tracer, and where its spans end."""
    memory = InMemorySpanExporter()
    exporter = span_exporter(memory, redact)
    provider = TracerProvider(resource=RESOURCE)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider.get_tracer(SCOPE, attributes={"caller": CANARY}), memory, exporter


ATTRIBUTES = {
    "caller": CANARY,
    "call.to": CANARY,
    "note": f"call {CANARY}",
    "phone_number": 14155550132,
    "n": 5,
    "share": 0.5,
    "ok": True,
    "numbers": (CANARY, CANARY),
    "counts": (1, 2),
    "http.request.method": "POST",
    "service.owner": 14155550132,
}


def test_b4_81_spans():
    """Names, attributes of every type, events, links, status and resource are treated; technical values stay."""
    tracer, memory, exporter = traced()
    with tracer.start_as_current_span("first") as first:
        context = first.get_span_context()
    with (
        pytest.raises(ValueError, match="call"),
        tracer.start_as_current_span(
            f"call {CANARY}", attributes=ATTRIBUTES, links=[Link(context, {"caller": CANARY})]
        ) as span,
    ):
        span.add_event(f"ringing {CANARY}", {"caller": CANARY, "n": 5})
        span.set_status(StatusCode.ERROR, f"for {CANARY}")
        raise ValueError(f"call {CANARY}")
    shown = memory.get_finished_spans()[-1]
    clean(words(shown))
    assert (5, 0.5, True, (1, 2), "POST") == tuple(
        shown.attributes[name] for name in ("n", "share", "ok", "counts", "http.request.method")
    )
    assert span.get_span_context() == shown.context
    assert context == shown.links[0].context
    assert ["ringing [PHONE_NUMBER]", "exception"] == [event.name for event in shown.events]
    assert "ValueError" == shown.events[1].attributes["exception.type"]
    assert "calls" == shown.resource.attributes["service.name"]
    assert "app.call.[PHONE_NUMBER]" == shown.instrumentation_scope.name
    assert StatusCode.ERROR is shown.status.status_code
    assert exporter.force_flush()
    assert 2 == exporter.stats().records
    exporter.shutdown()


def test_span_whose_treatment_fails():
    """A fault leaves ids and times, nothing else, and is counted."""
    tracer, memory, exporter = traced(Fails())
    with tracer.start_as_current_span(f"call {CANARY}", attributes=ATTRIBUTES):
        pass
    shown = memory.get_finished_spans()[0]
    clean(words(shown))
    assert "[FAULT]" == shown.name
    assert not shown.attributes
    assert {"redactor": 1} == dict(exporter.stats().faults)


def emitted(redact=REDACT, **values):
    """Emit one log record, give what was exported."""
    memory = InMemoryLogRecordExporter()
    exporter = log_exporter(memory, redact)
    provider = LoggerProvider(resource=RESOURCE)
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    provider.get_logger(SCOPE, attributes={"caller": CANARY}).emit(**values)
    assert exporter.force_flush()
    provider.shutdown()
    shown = memory.get_finished_logs()[0]
    scope = shown.instrumentation_scope
    clean("" if scope is None else f"{scope.name} {dict(scope.attributes)}")
    return shown, exporter


@pytest.mark.parametrize(
    "body",
    [
        f"call {CANARY}",
        {"from": CANARY, "legs": [{"to": CANARY}]},
        [CANARY],
        14155550132,
        CANARY.encode(),
        None,
    ],
)
def test_b4_81_logs(body):
    """Bodies and attributes of every type are treated."""
    shown, exporter = emitted(
        body=body,
        attributes={**ATTRIBUTES, "nested": {"from": CANARY, "n": 5}},
        severity_text="WARN",
        event_name="ring",
    )
    clean(
        str([shown.log_record.body, dict(shown.log_record.attributes)])
        + str(dict(shown.resource.attributes))
    )
    assert 5 == shown.log_record.attributes["nested"]["n"]
    assert ("WARN", "ring") == (shown.log_record.severity_text, shown.log_record.event_name)
    assert 1 == exporter.stats().records


def test_exception_of_a_log_record():
    """An exception that comes along is treated in the attributes, and does not stay on the record."""
    shown, _ = emitted(body="failed", exception=ValueError(f"call {CANARY}"))
    clean(str(dict(shown.log_record.attributes)))
    assert shown.log_record.exception is None


def test_log_record_whose_treatment_fails():
    """A fault leaves a placeholder."""
    shown, exporter = emitted(
        Fails(), body=f"call {CANARY}", attributes=ATTRIBUTES, severity_text="WARN"
    )
    assert "[FAULT]" == shown.log_record.body
    assert not shown.log_record.attributes
    assert {"redactor": 1} == dict(exporter.stats().faults)


@pytest.mark.filterwarnings("ignore")
def test_b4_81_logging_handler_behind_a_guard():
    """The handler that sends records of logging to OpenTelemetry is guarded like any other."""
    from opentelemetry.sdk._logs import LoggingHandler

    memory = InMemoryLogRecordExporter()
    provider = LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(memory))
    log = logging.getLogger("otel")
    log.propagate = False
    handler = LoggingHandler(logger_provider=provider)
    log.addHandler(handler)
    with logs.protect(REDACT, log):
        try:
            int(f"{CANARY}x")
        except ValueError:
            log.exception("call %s", CANARY, extra={"caller": CANARY})
    log.removeHandler(handler)
    shown = memory.get_finished_logs()[0].log_record
    clean(str([shown.body, dict(shown.attributes)]))
    assert str(shown.body).startswith("call ")


def test_what_is_no_redactor_is_refused():
    """Wrong settings fail where they are made."""
    for make, exporter in (
        (span_exporter, InMemorySpanExporter()),
        (log_exporter, InMemoryLogRecordExporter()),
    ):
        with pytest.raises(vp.ConfigurationError):
            make(exporter, print)


def test_the_parent_of_a_span_has_no_trace_state():
    """An exporter of an app may send what the parent carries: its ids stay."""
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanContext, TraceState

    state = TraceState([("caller", CANARY[1:])])
    parent = SpanContext(1, 2, is_remote=True, trace_state=state)
    context = SpanContext(1, 3, is_remote=False)
    memory = InMemorySpanExporter()
    exporter = span_exporter(memory, vp.Redactor(vp.policies.labels()))
    exporter.export([ReadableSpan("call", context=context, parent=parent)])
    (span,) = memory.get_finished_spans()
    assert (1, 2, 0) == (span.parent.trace_id, span.parent.span_id, len(span.parent.trace_state))
