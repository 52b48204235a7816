"""Holes in other logging and error tools of this process; only tools that are loaded are looked at, none is imported."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from typing import Any

from ._gaps import Gap, ours

__all__ = ["TOOLS"]

_LOCALS = "The values of local variables stand in its tracebacks, raw."


def _structlog() -> Iterator[Gap]:
    structlog = sys.modules.get("structlog")
    if structlog is None:
        return
    processors = structlog.get_config()["processors"]
    treated_at = max((at for at, one in enumerate(processors) if ours(one)), default=None)
    if treated_at is None:
        yield Gap(
            "structlog.unguarded",
            "structlog",
            "Events go past every handler of logging as they are.",
            "Put voxvalley_privacy.integrations.structlog.processor(redact) before the renderer.",
        )
    elif treated_at < len(processors) - 2:
        yield Gap(
            "structlog.order",
            "structlog",
            "Processors after ours may add raw data.",
            "Put processor(redact) last but one, right before the renderer.",
        )
    for at, one in enumerate(processors):
        if _shows_locals(one) and (treated_at is None or at < treated_at):
            yield Gap(
                "structlog.frame_locals",
                f"structlog processor {type(one).__name__}",
                _LOCALS,
                "Use ExceptionDictTransformer(show_locals=False), or put processor(redact) before it.",
            )


def _shows_locals(processor: object) -> bool:
    for name in ("format_exception", "_exception_formatter", "exception_formatter"):
        if getattr(getattr(processor, name, None), "show_locals", False):
            return True
    return False


def _loguru() -> Iterator[Gap]:
    loguru = sys.modules.get("loguru")
    if loguru is None:
        return
    core: Any = loguru.logger._core  # noqa: SLF001 - there is no public way to ask
    patched = ours(core.patcher)
    for handler in core.handlers.values():
        sink = handler._sink  # noqa: SLF001 - as above
        inner = next(
            (
                getattr(sink, name)
                for name in ("_function", "_stream", "_handler")
                if hasattr(sink, name)
            ),
            None,
        )
        if not patched and not ours(inner):
            yield Gap(
                "loguru.unguarded",
                f"loguru sink {type(sink).__name__}",
                "Messages and extras are written as they are.",
                "Call logger.configure(patcher=voxvalley_privacy.integrations.loguru.patcher(redact)).",
            )
        if not patched and getattr(handler._exception_formatter, "_diagnose", False):  # noqa: SLF001 - as above
            yield Gap(
                "loguru.diagnose",
                f"loguru sink {type(sink).__name__}",
                _LOCALS,
                "Add the sink with diagnose=False, or configure the patcher.",
            )


def _rich() -> Iterator[Gap]:
    if "rich" not in sys.modules:
        return
    from ._protect import loggers

    for logger in loggers():
        for handler in logger.handlers:
            if getattr(handler, "tracebacks_show_locals", False) and _unguarded(handler):
                yield Gap(
                    "rich.show_locals",
                    f"logger {logger.name}, {type(handler).__name__}",
                    _LOCALS,
                    "Set tracebacks_show_locals=False, or protect() the logger.",
                )


def _unguarded(handler: logging.Handler) -> bool:
    from ._handler_guard import guard_of

    return guard_of(handler) is None


def _sentry() -> Iterator[Gap]:
    sentry: Any = sys.modules.get("sentry_sdk")
    if sentry is None or not sentry.get_client().is_active():
        return
    options: dict[str, Any] = sentry.get_client().options
    if options.get("include_local_variables"):
        yield Gap(
            "sentry.frame_locals",
            "sentry_sdk",
            _LOCALS,
            "Call init(include_local_variables=False).",
        )
    if options.get("send_default_pii"):
        yield Gap(
            "sentry.default_pii",
            "sentry_sdk",
            "Users, cookies and client addresses are sent.",
            "Call init(send_default_pii=False).",
        )
    if options.get("max_request_body_size") not in (None, "never"):
        yield Gap(
            "sentry.request_bodies",
            "sentry_sdk",
            "Bodies of requests are sent, webhooks with numbers and messages among them.",
            'Call init(max_request_body_size="never").',
        )
    if options.get("before_send") is None:
        yield Gap(
            "sentry.events",
            "sentry_sdk",
            "Messages of exceptions and breadcrumbs are sent as they are; a redactor that fails would be skipped.",
            "Call init(before_send=...) with a function that treats the event and returns None on a fault.",
        )


def _opentelemetry() -> Iterator[Gap]:
    trace: Any = sys.modules.get("opentelemetry.trace")
    provider = getattr(trace, "_TRACER_PROVIDER", None)
    active = getattr(provider, "_active_span_processor", None)
    for processor in getattr(active, "_span_processors", ()):
        exporter = getattr(processor, "span_exporter", None) or getattr(
            getattr(processor, "_batch_processor", None), "_exporter", None
        )
        if exporter is not None and not ours(exporter):
            yield Gap(
                "opentelemetry.spans",
                f"span exporter {type(exporter).__name__}",
                "Attributes, events and error messages of spans are exported as they are.",
                "Wrap it: voxvalley_privacy.integrations.opentelemetry.span_exporter(exporter, redact).",
            )


def _http_client() -> Iterator[Gap]:
    client: Any = sys.modules.get("http.client")
    if client is not None and client.HTTPConnection.debuglevel > 0:
        yield Gap(
            "http_client.debuglevel",
            "http.client.HTTPConnection",
            "Requests and responses are printed to stdout, past every handler.",
            "Set debuglevel to 0.",
        )


def _faulthandler() -> Iterator[Gap]:
    module: Any = sys.modules.get("faulthandler")
    if module is not None and module.is_enabled():
        yield Gap(
            "faulthandler.enabled",
            "faulthandler",
            "After a crash file and function names are written past every handler; no values.",
            "Let it write to a file that only engineers read.",
        )


TOOLS = (_structlog, _loguru, _rich, _sentry, _opentelemetry, _http_client, _faulthandler)
