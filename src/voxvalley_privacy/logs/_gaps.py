"""Gaps: every hole that `verify()` can name, and loggers of packages that print requests."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from enum import StrEnum, unique

import attrs

from ..errors import ConfigurationError
from ..redaction import scrub

__all__ = [
    "GAPS",
    "LEAKY",
    "MARK",
    "Gap",
    "LeakyLogger",
    "Severity",
    "gap",
    "ignored_codes",
    "leaky_logger",
    "ours",
]

# Adapters carry this attribute, so that they are recognized without being imported.
MARK = "__voxvalley_privacy_guard__"


@unique
class Severity(StrEnum):
    """How much leaks through a gap."""

    HIGH = "high"  # personal data leaves in normal operation
    MEDIUM = "medium"  # personal data leaves when something fails, or only from some code
    LOW = "low"  # nothing personal is known to leave, or it could not be looked at


@attrs.frozen
class _Kind:
    """
    The facts that all gaps of one code share.

    Args:
        severity: How much leaks.

        leaks: What leaves.

        mend: How to close it.
    """

    severity: Severity
    leaks: str
    mend: str


_HIGH, _MEDIUM, _LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW
_PROTECT = "Call vp.logs.protect(redact)."
_HOOKS = "Call vp.logs.install_hooks(redact)."
_LOCALS = "Its tracebacks show the values of local variables."

# fmt: off
GAPS = {
    "handler.unguarded": _Kind(_HIGH, "Messages, arguments, extras and tracebacks are written as they are.", _PROTECT),
    "handler.detached": _Kind(_HIGH, "It is on no logger, and writes the records that are passed to it as they are.", _PROTECT),
    "handler.last_resort": _Kind(_MEDIUM, "Warnings of loggers without a handler are written to stderr as they are.", _PROTECT),
    "formatter.unknown": _Kind(_LOW, "It may add data of its own to a line after the line's fields were treated.", "Call vp.logs.protect(redact, second_pass=True)."),
    "filter.unknown": _Kind(_LOW, "It sees records as they are, before the handler is guarded.", "Check that it sends and stores nothing."),
    "logger.patched": _Kind(_HIGH, "It sees records before any handler does, as they are.", "Turn its forwarding of logs off, or let it read from a guarded handler."),
    "logger.leaky": _Kind(_HIGH, "It prints requests.", "Set its level higher, or protect() it."),
    "hook.unguarded": _Kind(_MEDIUM, "Exceptions and warnings that nobody handles are printed as they are.", _HOOKS),
    "hook.frame_locals": _Kind(_MEDIUM, "Exceptions are printed with the values of local variables.", _HOOKS),
    "hook.replaced": _Kind(_MEDIUM, "A hook was put on top of ours, and gets exceptions as they are.", "Call vp.logs.install_hooks(redact) after the tool that put it there."),
    "stderr.unguarded": _Kind(_LOW, "Texts of sys.exit(), of argparse, of print_exc() and of failing child processes are printed as they are.", "Call vp.logs.install_hooks(redact)."),
    "structlog.unguarded": _Kind(_HIGH, "Events do not pass the handlers of logging and are written as they are.", "Put voxvalley_privacy.integrations.structlog.processor(redact) before the renderer."),
    "structlog.order": _Kind(_MEDIUM, "Processors after ours may add raw data.", "Put processor(redact) last but one, right before the renderer."),
    "structlog.frame_locals": _Kind(_MEDIUM, _LOCALS, "Use ExceptionDictTransformer(show_locals=False), or put processor(redact) before it."),
    "loguru.unguarded": _Kind(_HIGH, "Messages and extras are written as they are.", "Call logger.configure(patcher=voxvalley_privacy.integrations.loguru.patcher(redact))."),
    "loguru.diagnose": _Kind(_MEDIUM, _LOCALS, "Add the sink with diagnose=False, or configure the patcher."),
    "rich.show_locals": _Kind(_MEDIUM, _LOCALS, "Set tracebacks_show_locals=False, or protect() the logger."),
    "sentry.events": _Kind(_HIGH, "Messages of exceptions and breadcrumbs are sent as they are.", "Call init(before_send=voxvalley_privacy.integrations.sentry.before_send(redact))."),
    "sentry.transactions": _Kind(_HIGH, "Names, descriptions and data of spans are sent as they are.", "Call init(before_send_transaction=before_send(redact))."),
    "sentry.logs": _Kind(_HIGH, "Log entries are sent as they are.", "Call init(before_send_log=before_send(redact))."),
    "sentry.metrics": _Kind(_MEDIUM, "Names and attributes of metrics are sent as they are.", "Call init(before_send_metric=before_send(redact))."),
    "sentry.spans": _Kind(_HIGH, "Names and attributes of spans that are sent one by one are sent as they are.", "Call init(before_send_span=before_send(redact))."),
    "sentry.frame_locals": _Kind(_MEDIUM, _LOCALS, "Call init(include_local_variables=False), or use before_send(redact)."),
    "sentry.default_pii": _Kind(_MEDIUM, "Users, cookies and client addresses are sent.", "Call init(send_default_pii=False)."),
    "sentry.request_bodies": _Kind(_MEDIUM, "Bodies of requests are sent, such as webhooks with numbers and messages.", 'Call init(max_request_body_size="never").'),
    "opentelemetry.spans": _Kind(_HIGH, "Attributes, events and error messages of spans are exported as they are.", "Wrap it: voxvalley_privacy.integrations.opentelemetry.span_exporter(exporter, redact)."),
    "opentelemetry.logs": _Kind(_HIGH, "Bodies and attributes of log records are exported as they are.", "Wrap it: voxvalley_privacy.integrations.opentelemetry.log_exporter(exporter, redact)."),
    "opentelemetry.metrics": _Kind(_MEDIUM, "Attributes of metrics are exported as they are.", "Wrap it: voxvalley_privacy.integrations.opentelemetry.metric_exporter(exporter, redact)."),
    "opentelemetry.baggage": _Kind(_LOW, "Baggage and trace state are sent to other services as they are.", "Call set_global_textmap(voxvalley_privacy.integrations.opentelemetry.propagator(get_global_textmap(), redact))."),
    "celery.unguarded": _Kind(_MEDIUM, "Arguments, results and errors of tasks are kept and sent as events as they are.", "Call voxvalley_privacy.integrations.celery.protect_tasks(app, redact)."),
    "django.debug_page": _Kind(_MEDIUM, "Error pages and error mails show settings, requests and local variables.", "Set DEFAULT_EXCEPTION_REPORTER to voxvalley_privacy.integrations.django.Reporter."),
    "http_client.debuglevel": _Kind(_HIGH, "Requests and responses are printed to stdout, past every handler.", "Set debuglevel to 0."),
    "faulthandler.enabled": _Kind(_LOW, "After a crash, file and function names are written past every handler; no values.", "Let it write to a file that only engineers read."),
    "verify.failed": _Kind(_LOW, "This could not be looked at.", "Look at its configuration yourself."),
}
# fmt: on


@attrs.frozen
class Gap:
    """
    A hole that personal data can leave through, and how to close it.

    Args:
        code: A stable dotted name, such as `handler.unguarded`.

        where: Which handler, logger, hook or tool. Names are treated too: a logger can be named
            after a caller.

        leaks: What leaves.

        mend: How to close it.

        severity: How much leaks.
    """

    code: str
    where: str = attrs.field(converter=scrub)
    leaks: str
    mend: str
    severity: Severity = Severity.HIGH

    def __str__(self) -> str:
        return f"{self.code} ({self.severity}) at {self.where}: {self.leaks} {self.mend}"


def gap(code: str, where: str, /, *, leaks: str = "", mend: str = "") -> Gap:
    """Return a gap of a known code; *leaks* and *mend* say more than its table does."""
    kind = GAPS[code]
    return Gap(code, where, leaks or kind.leaks, mend or kind.mend, kind.severity)


def ignored_codes(ignore: Iterable[str], /) -> frozenset[str]:
    """
    Return the codes to leave out.

    Raises:
        voxvalley_privacy.ConfigurationError: If one is not the code of a gap.
    """
    codes = tuple(ignore)
    if isinstance(ignore, str):
        codes = (ignore,)
    unknown = [at for at, code in enumerate(codes) if code not in GAPS]
    if unknown:
        faults = tuple((f"ignore[{at}]", "is not the code of a gap") for at in unknown)
        raise ConfigurationError("verify(): 'ignore' cannot be used.", faults=faults)
    return frozenset(codes)


def ours(adapter: object, /) -> bool:
    """Whether *adapter* is one of our adapters, or a method of one."""
    if getattr(type(adapter), MARK, False):
        return True
    return bool(getattr(type(getattr(adapter, "__self__", None)), MARK, False))


# Loggers ----------------------------------------------------------------------------------------


@attrs.frozen
class LeakyLogger:
    """
    A logger that prints personal data, read from the sources of its package.

    Args:
        name: Its name; its children are included.

        level: The lowest level at which personal data is in the text.

        prints: What is printed.

        encoded: It prints octets as hexadecimal digits, in which no finder sees a number: guards
            replace them as a whole.
    """

    name: str
    level: int
    prints: str
    encoded: bool = False


_DEBUG, _INFO = logging.DEBUG, logging.INFO

LEAKY = (
    LeakyLogger("twilio.http_client", _INFO, "the addresses, forms and headers of API requests"),
    LeakyLogger("vonage", _DEBUG, "API requests and responses"),
    LeakyLogger("vonage_http_client", _DEBUG, "API requests and responses"),
    LeakyLogger("telnyx", _DEBUG, "API requests and responses"),
    LeakyLogger("messagebird", _DEBUG, "API requests and responses"),
    LeakyLogger(
        "smpplib",
        _DEBUG,
        "protocol units in hexadecimal, with numbers and message bodies",
        encoded=True,
    ),
    LeakyLogger(
        "smpp",
        _DEBUG,
        "protocol units in hexadecimal, with numbers and message bodies",
        encoded=True,
    ),
    LeakyLogger("urllib3", _DEBUG, "addresses with their queries"),
    LeakyLogger("requests", _DEBUG, "addresses with their queries"),
    LeakyLogger("httpx", _INFO, "addresses with their queries"),
    LeakyLogger("httpcore", _DEBUG, "request and response headers"),
    LeakyLogger("hpack", _DEBUG, "request and response headers"),
    LeakyLogger("aiohttp.access", _INFO, "client addresses and request lines"),
    LeakyLogger("uvicorn.access", _INFO, "client addresses and request lines"),
    LeakyLogger("gunicorn.access", _INFO, "client addresses and request lines"),
    LeakyLogger("werkzeug", _INFO, "client addresses and request lines"),
    LeakyLogger("django.server", _INFO, "request lines"),
    LeakyLogger("django.db.backends", _DEBUG, "statements with their parameters"),
    LeakyLogger("sqlalchemy.engine", _INFO, "statements with their parameters"),
    LeakyLogger("pymongo.command", _DEBUG, "commands with their documents"),
    LeakyLogger("botocore", _DEBUG, "requests and responses with their bodies"),
    LeakyLogger("boto3", _DEBUG, "requests and their parameters"),
    LeakyLogger("celery.app.trace", _INFO, "what tasks return"),
    LeakyLogger("celery.worker.strategy", _DEBUG, "arguments of tasks"),
    LeakyLogger("websockets", _DEBUG, "frames with their content"),
    LeakyLogger("pika", _DEBUG, "frames with their content"),
    LeakyLogger("kafka", _DEBUG, "requests with their content"),
    LeakyLogger("openai", _DEBUG, "requests with their content"),
)


def leaky_logger(name: str, /) -> LeakyLogger | None:
    """Return what is known of a logger by its name or a parent's; None for any other."""
    for leaky in LEAKY:
        if name == leaky.name or name.startswith(f"{leaky.name}."):
            return leaky
    return None
