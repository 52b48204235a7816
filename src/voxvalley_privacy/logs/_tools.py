"""Gaps in other logging and error tools. Only loaded tools are looked at; none is imported."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from ._gaps import MARK, Gap, gap, ours
from ._handler_guard import guard_of
from ._logger_methods import loggers

__all__ = ["TOOLS"]


# Loggers of their own ---------------------------------------------------------------------------


def _structlog() -> Iterator[Gap]:
    structlog = sys.modules.get("structlog")
    if structlog is None:
        return
    processors = structlog.get_config()["processors"]
    treated_at = max((at for at, known in enumerate(processors) if ours(known)), default=-1)
    if treated_at < 0:
        yield gap("structlog.unguarded", "structlog")
    elif treated_at < len(processors) - 2:
        yield gap("structlog.order", "structlog")
    # What comes before ours is treated.
    for processor in filter(_shows_locals, processors[treated_at + 1 :]):
        yield gap("structlog.frame_locals", f"structlog processor {type(processor).__name__}")


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
    if ours(core.patcher):
        return
    for handler in core.handlers.values():
        sink = handler._sink  # noqa: SLF001 - as above
        where = f"loguru sink {type(sink).__name__}"
        if not ours(_first(sink, "_function", "_stream", "_handler")):
            yield gap("loguru.unguarded", where)
        if getattr(handler._exception_formatter, "_diagnose", False):  # noqa: SLF001 - as above
            yield gap("loguru.diagnose", where)


def _first(owner: object, *names: str) -> Any:
    """Return the first attribute that *owner* has."""
    for name in names:
        if hasattr(owner, name):
            return getattr(owner, name)
    return None


def _rich() -> Iterator[Gap]:
    if "rich" not in sys.modules:
        return
    for logger in loggers():
        for handler in logger.handlers:
            if getattr(handler, "tracebacks_show_locals", False) and guard_of(handler) is None:
                yield gap("rich.show_locals", f"logger {logger.name}, {type(handler).__name__}")


# Error trackers and telemetry -------------------------------------------------------------------


# What our hook treats, so that it is a gap only without it: option -> the values that are safe.
_SAFE_OPTIONS: dict[str, tuple[str, tuple[object, ...]]] = {
    "include_local_variables": ("sentry.frame_locals", (None, False)),
    "send_default_pii": ("sentry.default_pii", (None, False)),
    "max_request_body_size": ("sentry.request_bodies", (None, "never")),
}
# What is sent besides events: the options that turn it on, and the hook that it needs.
_STREAMS = (
    ("sentry.transactions", ("traces_sample_rate", "traces_sampler"), "before_send_transaction"),
    ("sentry.logs", ("enable_logs",), "before_send_log"),
    ("sentry.metrics", ("enable_metrics",), "before_send_metric"),
)


def _sentry() -> Iterator[Gap]:
    sentry: Any = sys.modules.get("sentry_sdk")
    if sentry is None or not sentry.get_client().is_active():
        return
    options: dict[str, Any] = sentry.get_client().options
    if not ours(options.get("before_send")):
        yield from _sentry_events(options)
    # Older versions keep some options apart.
    options = {**(options.get("_experiments") or {}), **_set_options(options)}
    for code, names, hook in _STREAMS:
        if not options.keys().isdisjoint(names) and hook not in options:
            yield gap(code, "sentry_sdk")
    if options.get("trace_lifecycle") == "stream" and "before_send_span" not in options:
        yield gap("sentry.spans", "sentry_sdk")


def _sentry_events(options: dict[str, Any]) -> Iterator[Gap]:
    if options.get("before_send") is None:
        yield gap("sentry.events", "sentry_sdk")
    for name, (code, safe) in _SAFE_OPTIONS.items():
        if options.get(name) not in safe:
            yield gap(code, "sentry_sdk")


def _set_options(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value}


def _opentelemetry() -> Iterator[Gap]:
    for exporter in _exporters(_provider("trace", "_TRACER_PROVIDER"), "_active_span_processor"):
        yield gap("opentelemetry.spans", f"span exporter {type(exporter).__name__}")
    logs = _provider("_logs._internal", "_LOGGER_PROVIDER")
    for exporter in _exporters(logs, "_multi_log_record_processor"):
        yield gap("opentelemetry.logs", f"log exporter {type(exporter).__name__}")
    metrics = _provider("metrics._internal", "_METER_PROVIDER")
    for exporter in map(_exporter_of, getattr(metrics, "_metric_readers", ())):
        if exporter is not None and not ours(exporter):
            yield gap("opentelemetry.metrics", f"metric exporter {type(exporter).__name__}")
    propagate: Any = sys.modules.get("opentelemetry.propagate")
    if propagate is not None and not ours(propagate.get_global_textmap()):
        yield gap(
            "opentelemetry.baggage", f"propagator {type(propagate.get_global_textmap()).__name__}"
        )


def _provider(module: str, name: str) -> Any:
    return getattr(sys.modules.get(f"opentelemetry.{module}"), name, None)


def _exporter_of(processor: Any) -> Any:
    """Return the exporter of a reader or processor; those that work in batches keep it deeper."""
    batch = getattr(processor, "_batch_processor", processor)
    return _first(processor, "span_exporter", "_exporter") or getattr(batch, "_exporter", None)


def _exporters(provider: Any, name: str) -> Iterator[object]:
    """Give the exporters of a provider that are not ours."""
    active = getattr(provider, name, None)
    processors: Iterable[Any] = _first(active, "_span_processors", "_log_record_processors") or ()
    for exporter in map(_exporter_of, processors):
        if exporter is not None and not ours(exporter):
            yield exporter


# Frameworks -------------------------------------------------------------------------------------


def _celery() -> Iterator[Gap]:
    celery: Any = sys.modules.get("celery._state")
    if celery is None:
        return
    for app in celery._get_active_apps():  # noqa: SLF001 - there is no public list
        # The app that Celery itself makes has no name.
        if app.main not in (None, "default") and not ours(getattr(app, _PROTECTED, None)):
            yield gap("celery.unguarded", f"celery app {app.main}")


_PROTECTED = "voxvalley_privacy_tasks"
_REPORTER = "voxvalley_privacy.integrations.django.Reporter"


def _django() -> Iterator[Gap]:
    django: Any = sys.modules.get("django.conf")
    if django is None or not django.settings.configured:
        return
    name = str(django.settings.DEFAULT_EXCEPTION_REPORTER)
    module, _, attribute = name.rpartition(".")
    reporter = getattr(sys.modules.get(module), attribute, None)
    if name != _REPORTER and not getattr(reporter, MARK, False):
        yield gap("django.debug_page", "django.views.debug")


# The standard library ---------------------------------------------------------------------------


def _http_client() -> Iterator[Gap]:
    client: Any = sys.modules.get("http.client")
    if client is not None and client.HTTPConnection.debuglevel > 0:
        yield gap("http_client.debuglevel", "http.client.HTTPConnection")


def _faulthandler() -> Iterator[Gap]:
    module: Any = sys.modules.get("faulthandler")
    if module is not None and module.is_enabled():
        yield gap("faulthandler.enabled", "faulthandler")


TOOLS = (
    _structlog,
    _loguru,
    _rich,
    _sentry,
    _opentelemetry,
    _celery,
    _django,
    _http_client,
    _faulthandler,
)
