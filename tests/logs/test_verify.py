"""`verify()` names every hole of a leaky app, and none of a protected one: FAULTS B4, row 68."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from tests.logs.conftest import CANARY, Written, child, clean
from voxvalley_privacy import logs

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
    """With every handler guarded and the hooks in place nothing is left but what no finder can read."""
    protected = """
logging.basicConfig(level="DEBUG", stream=io.StringIO())
for name in ("twilio.http_client", "urllib3.connectionpool", "httpx"):
    logging.getLogger(name)
logs.protect(redact); logs.install_hooks(redact)
"""
    assert [] == _codes(protected)
    assert [("logger.leaky", "logger smpplib.client")] == _gaps(
        protected + 'logging.getLogger("smpplib.client")\n'
    )


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
