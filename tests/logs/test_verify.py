"""`verify()` names every hole of a leaky app, and none of a protected one: FAULTS B4, row 68."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, Written, child, clean
from voxvalley_privacy import logs
from voxvalley_privacy.logs._gaps import GAPS

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "logs.md"

_REPORT = """
import json
print(json.dumps([[gap.code, gap.where] for gap in logs.verify()]))
"""


def _gaps(code):
    done = child(code + _REPORT)
    assert 0 == done.returncode, done.stderr
    return [tuple(pair) for pair in json.loads(done.stdout.splitlines()[-1])]


def _codes(code):
    return [gap[0] for gap in _gaps(code)]


def test_leaky_app_is_named_hole_by_hole():
    """A deliberately leaky app: each hole is named once, with where it is."""
    found = _gaps(
        """
import faulthandler, http.client, logging.handlers
logging.basicConfig(level="DEBUG", stream=io.StringIO())
own = logging.getLogger("app.calls"); own.addHandler(logging.StreamHandler(io.StringIO()))
for name in ("twilio.http_client", "urllib3.connectionpool", "httpx", "smpplib.client"):
    logging.getLogger(name)
http.client.HTTPConnection.debuglevel = 1
faulthandler.enable()
"""
    )
    for expected in (
        ("handler.unguarded", "logger root, StreamHandler"),
        ("handler.unguarded", "logger app.calls, StreamHandler"),
        ("handler.last_resort", "logging.lastResort"),
        ("logger.leaky", "logger twilio.http_client"),
        ("logger.leaky", "logger urllib3.connectionpool"),
        ("logger.leaky", "logger httpx"),
        ("logger.leaky", "logger smpplib.client"),
        ("hook.unguarded", "sys.excepthook"),
        ("hook.unguarded", "threading.excepthook"),
        ("hook.unguarded", "sys.unraisablehook"),
        ("hook.unguarded", "warnings.showwarning"),
        ("hook.unguarded", "asyncio"),
        ("http_client.debuglevel", "http.client.HTTPConnection"),
        ("faulthandler.enabled", "faulthandler"),
    ):
        assert 1 == found.count(expected), expected


def test_protected_app_has_no_gaps():
    """With every handler guarded and the hooks in place no gap is left."""
    protected = """
logging.basicConfig(level="DEBUG", stream=io.StringIO())
for name in ("twilio.http_client", "urllib3.connectionpool", "httpx"):
    logging.getLogger(name)
logs.protect(redact); logs.install_hooks(redact)
"""
    assert [] == _codes(protected)
    assert [] == _gaps(protected + 'logging.getLogger("smpplib.client")\n')


def test_captured_warnings_are_no_gap():
    """Warnings that go to a guarded logger need no hook."""
    found = _gaps("logging.captureWarnings(True); logs.protect(redact)\n")
    assert ("hook.unguarded", "warnings.showwarning") not in found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # Python 3.13 has no cgitb any more.
        *(
            [("import cgitb; cgitb.enable()", "hook.frame_locals")]
            if sys.version_info < (3, 13)
            else []
        ),
        ("import rich.traceback; rich.traceback.install(show_locals=True)", "hook.frame_locals"),
        (
            "import rich.logging; logging.getLogger('x').addHandler(rich.logging.RichHandler(tracebacks_show_locals=True))",
            "rich.show_locals",
        ),
        ("import structlog", "structlog.unguarded"),
        ("import structlog", "structlog.frame_locals"),
        (
            (
                "import structlog; structlog.configure(processors=[structlog.processors.dict_tracebacks,"
                " structlog.processors.JSONRenderer()])"
            ),
            "structlog.frame_locals",
        ),
        ("import loguru", "loguru.unguarded"),
        ("import loguru", "loguru.diagnose"),
        (
            "import sentry_sdk; sentry_sdk.init('https://k@o0.ingest.example.com/1')",
            "sentry.frame_locals",
        ),
        (
            "import sentry_sdk; sentry_sdk.init('https://k@o0.ingest.example.com/1')",
            "sentry.request_bodies",
        ),
        (
            "import sentry_sdk; sentry_sdk.init('https://k@o0.ingest.example.com/1')",
            "sentry.events",
        ),
        (
            "import sentry_sdk; sentry_sdk.init('https://k@o0.ingest.example.com/1', send_default_pii=True)",
            "sentry.default_pii",
        ),
        (
            (
                "from opentelemetry import trace\nfrom opentelemetry.sdk.trace import TracerProvider\n"
                "from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor\n"
                "p = TracerProvider(); p.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))\n"
                "trace.set_tracer_provider(p)"
            ),
            "opentelemetry.spans",
        ),
    ],
)
def test_b4_68_tools_that_show_frames(code, expected):
    """Tools that print local variables, or go past every handler, are named where they are loaded."""
    tool = code.split("import ")[1].split(";")[0].split(".")[0].split()[0]
    if tool != "cgitb":
        pytest.importorskip(tool)
    assert expected in _codes(f"warnings.simplefilter('ignore')\n{code}\n")


@pytest.mark.parametrize(
    "code",
    [
        (
            "import loguru\nfrom voxvalley_privacy.integrations.loguru import patcher\n"
            "loguru.logger.configure(patcher=patcher(redact))"
        ),
        (
            "import loguru\nfrom voxvalley_privacy.integrations.loguru import sink\n"
            "loguru.logger.remove(); loguru.logger.add(sink(sys.stdout, redact), diagnose=False)"
        ),
        (
            "import structlog\nfrom voxvalley_privacy.integrations.structlog import processor\n"
            "structlog.configure(processors=[processor(redact), structlog.processors.JSONRenderer()])"
        ),
        (
            "from opentelemetry import trace\nfrom opentelemetry.sdk.trace import TracerProvider\n"
            "from opentelemetry.sdk.trace.export import ConsoleSpanExporter, BatchSpanProcessor\n"
            "from voxvalley_privacy.integrations.opentelemetry import span_exporter\n"
            "p = TracerProvider(); p.add_span_processor(BatchSpanProcessor(span_exporter(ConsoleSpanExporter(), redact)))\n"
            "trace.set_tracer_provider(p)"
        ),
    ],
)
def test_b4_81_adapters_close_their_gaps(code):
    """With an adapter in place its tool is no gap."""
    pytest.importorskip(
        code.split("import ")[1].split()[0].split(".")[0]
        if code.startswith("import")
        else "opentelemetry"
    )
    assert not [
        code
        for code in _codes(f"{code}\n")
        if code.startswith(("loguru", "structlog", "opentelemetry"))
    ]


def test_processor_in_the_wrong_place():
    """A processor of ours that others come after is named."""
    pytest.importorskip("structlog")
    found = _codes(
        "import structlog\nfrom voxvalley_privacy.integrations.structlog import processor\n"
        "P = structlog.processors\n"
        "structlog.configure(processors=[processor(redact), P.add_log_level, P.TimeStamper(), P.JSONRenderer()])\n"
    )
    assert "structlog.order" in found


def test_logger_whose_methods_are_replaced():
    """Who stands before the handlers is named, under our own guard too; wrapped up as `logging` or not."""
    code = """
import functools, types
class Forwards:
    def __init__(self, inner): self.inner = inner
    def __get__(self, one, owner=None): return self if one is None else types.MethodType(self, one)
    def __call__(self, one, record): return self.inner(one, record)
@functools.wraps(logging.Logger.handle)
def handle(self, record, inner=logging.Logger.handle): return inner(self, record)
logging.Logger.handle = handle
logging.Logger.callHandlers = Forwards(logging.Logger.callHandlers)
logs.protect(redact)
"""
    found = [gap for gap in _gaps(code) if gap[0] == "logger.patched"]
    assert [
        ("logger.patched", f"Logger.{name} by __main__") for name in ("handle", "callHandlers")
    ] == found


def test_handler_whose_guard_is_passed_by():
    """A method that somebody puts on top of a guard opens the handler again."""
    found = _gaps("""
own = logging.getLogger("app.calls"); own.addHandler(logging.StreamHandler(io.StringIO()))
logs.protect(redact, own)
own.handlers[0].handle = lambda record: print(record.getMessage())
""")
    assert ("handler.unguarded", "logger app.calls, StreamHandler") in found


def test_tool_of_another_version():
    """A tool that cannot be looked at is a gap itself."""
    found = _codes("import types; sys.modules['loguru'] = types.ModuleType('loguru')\n")
    assert "verify.failed" in found


def test_gaps_tell_what_and_how_and_no_value():
    """Each gap says what leaks and how to mend it; a logger's name may hold a number."""
    made = Written()
    logger = logging.getLogger(f"call-{CANARY}")
    logger.addHandler(made.handler)
    try:
        gaps = logs.verify()
    finally:
        logger.removeHandler(made.handler)
    assert [gap for gap in gaps if gap.where.startswith("logger call-")]
    for gap in gaps:
        assert gap.leaks.endswith(".")
        assert gap.mend.endswith(".")
        clean(str(gap) + repr(gap))


@pytest.mark.parametrize(
    ("code", "where"),
    [
        (
            (
                "import wrapt\n@wrapt.patch_function_wrapper('logging', 'Logger.callHandlers')\n"
                "def forward(wrapped, instance, args, kwargs): return wrapped(*args, **kwargs)"
            ),
            "Logger.callHandlers by ",
        ),
        (
            (
                "make = logging.Logger.makeRecord\n"
                "def export(self, *args, **kwargs): return make(self, *args, **kwargs)\n"
                "logging.Logger.makeRecord = export"
            ),
            "Logger.makeRecord by __main__",
        ),
    ],
)
def test_b15_208_what_sees_records_first_is_named(code, where):
    """A wrapper that says it is a function, and a patched `makeRecord`, are found by their type."""
    if "wrapt" in code:
        pytest.importorskip("wrapt")
    found = [gap for gap in _gaps(code + "\nlogs.protect(redact)") if gap[0] == "logger.patched"]
    assert 1 == len(found)
    assert found[0][1].startswith(where)


@pytest.mark.parametrize(
    ("code", "where"),
    [
        (
            (
                "class Exports:\n    def filter(self, record): return True\n"
                "logging.getLogger('calls').addFilter(Exports())"
            ),
            "logger calls, Exports",
        ),
        (
            (
                "def exports(record): return True\n"
                "h = logging.StreamHandler(io.StringIO()); h.addFilter(exports)"
            ),
            "StreamHandler, exports",
        ),
        (
            "class Own(logging.LogRecord): pass\nlogging.setLogRecordFactory(Own)",
            "record factory Own",
        ),
    ],
)
def test_b15_208_filters_and_factories_of_an_app_are_named(code, where):
    """A filter may export what it sees: it is named, with low severity; one of `logging` is not."""
    found = [gap for gap in _gaps(code + "\nlogs.protect(redact)") if gap[0] == "filter.unknown"]
    assert [("filter.unknown", where)] == found
    assert [] == [
        gap
        for gap in _gaps("logging.getLogger('calls').addFilter(logging.Filter('calls'))")
        if gap[0] == "filter.unknown"
    ]


_TELEMETRY = """
from opentelemetry import metrics, propagate, trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, ConsoleLogRecordExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
from voxvalley_privacy.integrations import opentelemetry as ours
raw = {raw}
def before(exporter, wrap):
    return exporter if raw else wrap(exporter, redact)
spans = TracerProvider()
spans.add_span_processor(BatchSpanProcessor(before(ConsoleSpanExporter(), ours.span_exporter)))
trace.set_tracer_provider(spans)
records = LoggerProvider()
exporter = before(ConsoleLogRecordExporter(), ours.log_exporter)
records.add_log_record_processor(BatchLogRecordProcessor(exporter))
set_logger_provider(records)
exporter = before(ConsoleMetricExporter(), ours.metric_exporter)
metrics.set_meter_provider(MeterProvider([PeriodicExportingMetricReader(exporter)]))
propagate.set_global_textmap(before(propagate.get_global_textmap(), ours.propagator))
"""


def test_b15_212_verify_tells_which_exporters_are_not_wrapped():
    """Exporters of spans, logs and metrics, and the propagator, are named until they are wrapped."""
    pytest.importorskip("opentelemetry.sdk")
    named = {"opentelemetry." + kind for kind in ("spans", "logs", "metrics", "baggage")}
    assert named <= set(_codes(_TELEMETRY.replace("{raw}", "True")))
    assert set() == named & set(_codes(_TELEMETRY.replace("{raw}", "False")))


def test_b15_214_an_integrator_can_assert_on_it(redact):
    """Under pytest, a protected app has no gap of high severity; what is accepted is left out."""
    with logs.protect(redact), logs.install_hooks(redact):
        gaps = logs.verify(ignore=("faulthandler.enabled", "filter.unknown", "formatter.unknown"))
    # Tools that other tests have loaded are not this app's.
    own = [gap for gap in gaps if gap.code.startswith(("handler", "hook", "logger"))]
    assert [] == [gap for gap in own if gap.severity is logs.Severity.HIGH]
    assert "faulthandler.enabled" not in {gap.code for gap in gaps}


def test_b15_214_severity_and_ignore():
    """Each gap has a severity; a code that does not exist is refused, one code needs no tuple."""
    codes = {gap.code for gap in logs.verify()}
    assert {"high", "medium", "low"} >= {gap.severity.value for gap in logs.verify()}
    for code in codes:
        assert codes - {code} == {gap.code for gap in logs.verify(ignore=code)}
    with pytest.raises(vp.ConfigurationError, match=r"ignore\[1\]"):
        logs.verify(ignore=("hook.unguarded", "no.such.gap"))


def test_the_page_lists_every_gap():
    """The reference page has a row for each code, with its severity."""
    text = _PAGE.read_text(encoding="utf-8")
    for code, kind in GAPS.items():
        assert f"| `{code}` | {kind.severity.value} | {kind.leaks} |" in text
