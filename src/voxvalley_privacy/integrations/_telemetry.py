"""Treat what spans, log records and metrics have in common: attributes, resources, scopes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, TraceState

from ..logs.adapters import FAULT, Redact, Texts

__all__ = ["Telemetry"]

# What a backend sorts by: kept whatever the policy does with unknown fields; texts are treated.
_TECHNICAL = (
    "service.",
    "telemetry.",
    "exception.type",
    "http.request.method",
    "http.response.status_code",
    "code.",
)
_LARGE = 999_999  # longer numbers can be anyone's


class Telemetry(Texts):
    """Treat what spans and log records have in common."""

    __slots__ = ("_resource",)

    def __init__(self, redact: Redact) -> None:
        super().__init__(redact)
        self._resource: tuple[Resource, Resource] | None = None

    def attributes(self, raw: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return attributes treated as one record."""
        if not raw:
            return {}
        fields = dict(raw)
        own = {
            name: fields.pop(name)
            for name in raw
            if name.startswith(_TECHNICAL) and _technical(fields[name])
        }
        treated = self.record("attributes", fields)
        # An attribute without a value is none.
        kept = {name: value for name, value in treated.items() if value is not None}
        return {**{name: self._technical(value) for name, value in own.items()}, **kept}

    def _technical(self, value: Any) -> Any:
        return self.name(value) if type(value) is str else value

    def resource(self, resource: Resource) -> Resource:
        """Return a resource treated; a process has one, so the last is remembered."""
        known = self._resource
        if known is not None and known[0] is resource:
            return known[1]
        treated = Resource(self.attributes(resource.attributes), resource.schema_url)
        self._resource = (resource, treated)
        return treated

    def scope(self, scope: InstrumentationScope | None) -> InstrumentationScope | None:
        """Return a scope treated; the SDK's own handler for logging names it after the logger."""
        if scope is None:
            return None
        name, attributes = self.name(scope.name), self.attributes(scope.attributes)
        return InstrumentationScope(name, scope.version, scope.schema_url, attributes)

    def span_context(self, context: SpanContext) -> SpanContext:
        """Return the context of a span with its trace state treated; ids stay."""
        entries = [(key, str(value)) for key, value in context.trace_state.items()]
        treated = [(key, self.name(value)) for key, value in entries]
        if treated == entries:
            return context
        # An entry that held something personal is left out: a label may not be allowed in it.
        kept = [entry for entry in entries if entry in treated]
        self.count("trace_state")
        return SpanContext(
            context.trace_id,
            context.span_id,
            context.is_remote,
            context.trace_flags,
            TraceState(kept),
        )

    def value(self, body: Any) -> Any:
        """Return the body of a log record treated, of whatever type."""
        if type(body) is str:
            return self.text(body)
        treated = self.redact([body])
        return treated[0] if isinstance(treated, list) and len(treated) == 1 else FAULT


def _technical(value: object) -> bool:
    return type(value) is str or (type(value) is int and abs(value) <= _LARGE)
