"""One object carries a log policy into logging, structlog, Celery and the web app."""

from __future__ import annotations

import asyncio
import io
import logging
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import logs
from voxvalley_privacy.integrations.app_logs import AppLogs
from voxvalley_privacy.integrations.wsgi import http_schema

KEYS = vp.KeyRing.generate()
REDACT = vp.Redactor(vp.policies.debug(KEYS), schema="twilio.call")
NUMBER = "+14155550132"
CALL = {"from": NUMBER, "status": "completed", "duration": "61", "auth_token": "0123456789abcdef"}
CLEAN = {"from": "+1********32", "status": "completed", "duration": "61"}
KINDS = {"calls": "call", "calls.quiet": vp.LogKind.DEBUG, "bills": "billing"}


def policy(redact=REDACT, **rules):
    """Make a log policy for Twilio's calls."""
    return vp.LogPolicy(rules, redact=redact, schemas=dict.fromkeys(rules, "twilio.call"))


def usual():
    """Make the policy that most tests use."""
    return policy(call="redacted", billing="metadata", debug="off")


@pytest.fixture
def out():
    """Give the text that a handler of the root logger writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s|%(levelname)s|%(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


# logging ------------------------------------------------------------------------------------------


def test_lines_go_by_the_kind_of_their_logger(out):
    """A line is redacted, cut to metadata or dropped as its logger's kind says; others are redacted."""
    with AppLogs(usual(), kinds=KINDS).protect():
        for name in ("calls.in", "calls.quiet.x", "bills", "other"):
            logging.getLogger(name).info("from %s: %s", NUMBER, CALL)
    shown = "from +1********32: {'from': '+1********32', 'status': 'completed', 'duration': '61'}"
    assert [
        f"calls.in|INFO|{shown}",
        "bills|INFO|billing status=completed duration=61",
        f"other|INFO|{shown}",
    ] == out.getvalue().splitlines()


def test_metadata_of_a_failure(out):
    """A line of metadata shows fields of records in `extra`, and the class of the error."""
    with AppLogs(usual(), kinds=KINDS).protect():
        try:
            raise LookupError(NUMBER)
        except LookupError:
            logging.getLogger("bills").exception("no bill for %s", NUMBER, extra={"cdr": CALL})
    assert "bills|ERROR|billing status=completed duration=61 error=LookupError\n" == out.getvalue()


def test_full_lines_show_all_but_credentials(out):
    """A kind that is full shows numbers, and no credential."""
    rule = logs.full(until=datetime.now(UTC) + timedelta(hours=1), ticket="TICKET-4711")
    with AppLogs(policy(call=rule), kinds=KINDS).protect():
        logging.getLogger("calls").info("%s", CALL)
    assert NUMBER in out.getvalue()
    assert CALL["auth_token"] not in out.getvalue()


def test_a_line_is_decided_about_once(out):
    """A sampled line comes to all handlers or to none, also where a queue is between."""
    chances = iter([0.0, 0.9])
    sampled = vp.LogPolicy(
        {"call": logs.LogRule(mode="redacted", sample=0.5)},
        redact=REDACT,
        chance=lambda: next(chances),
    )
    second = io.StringIO()
    handler = logging.StreamHandler(second)
    log = logging.getLogger("calls")
    log.addHandler(handler)
    try:
        with AppLogs(sampled, kinds=KINDS).protect():
            log.info("one")
            log.info("two")
    finally:
        log.removeHandler(handler)
    assert "calls|INFO|one\n" == out.getvalue()
    assert "one\n" == second.getvalue()


def test_a_policy_that_fails_gives_less(out):
    """Where the clock or the tenant cannot be asked, nothing of a kind is logged."""

    def fails():
        raise OSError(NUMBER)

    app = AppLogs(usual(), kinds=KINDS, tenants={"acme": usual()}, tenant=fails)
    with app.protect() as protection:
        logging.getLogger("calls").info("from %s", NUMBER)
        logging.getLogger("other").info("still there")
        assert {"policy"} == set(protection.stats().faults)
    assert "other|INFO|still there\n" == out.getvalue()
    assert app(vp.LogKind.CALL, CALL) is None
    assert ("log.no_rule",) == app.decide(vp.LogKind.CALL).codes


def test_policies_that_show_no_text_show_metadata(out):
    """A policy that drops free text still shows the metadata of a line."""
    strict = vp.Redactor(vp.policies.analytics(KEYS), schema="twilio.call")
    with AppLogs(policy(strict, billing="metadata"), kinds=KINDS).protect():
        logging.getLogger("bills").info("done", extra={"cdr": CALL})
    assert "bills|INFO|billing status=completed duration=61\n" == out.getvalue()


def test_own_finders_count_in_every_mode(out):
    """Ids that only the app's own finders know are hidden by a log policy too."""
    own = vp.pattern_finder(vp.DataCategory.SUBSCRIBER_ID, r"AC-\d{2}-\d{4}")
    redact = vp.Redactor(vp.policies.labels(), schema="twilio.call", finders=[own])
    by_kind = policy(redact, call="redacted", billing="metadata")
    with AppLogs(by_kind, kinds=KINDS).protect():
        logging.getLogger("calls").info("account AC-12-3456")
        logging.getLogger("bills").info("x", extra={"cdr": {"status": "AC-12-3456 done"}})
    assert "AC-12-3456" not in out.getvalue()
    assert "AC-12-3456" not in str(by_kind("call", {"note": "account AC-12-3456"}))


# Tenants ------------------------------------------------------------------------------------------


def test_each_tenant_has_its_policy(out):
    """The tenant of the moment decides; one that is not listed has the policy of all."""
    current = ContextVar("current", default=None)
    app = AppLogs(usual(), kinds=KINDS, tenants={"acme": policy()}, tenant=current.get)
    with app.protect():
        for tenant in (None, "acme", "other"):
            current.set(tenant)
            logging.getLogger("calls").info("of %s", tenant)
            assert (tenant == "acme") is not bool(app.decide(vp.LogKind.CALL))
        current.set(None)
    assert ["calls|INFO|of None", "calls|INFO|of other"] == out.getvalue().splitlines()


# structlog ----------------------------------------------------------------------------------------


def test_structlog_events_go_by_the_kind_of_their_logger():
    """Events are redacted, cut to metadata or dropped; the kind is that of the field `logger`."""
    structlog = pytest.importorskip("structlog")
    seen = []
    log = structlog.wrap_logger(
        structlog.ReturnLogger(),
        processors=[
            structlog.processors.add_log_level,
            AppLogs(usual(), kinds=KINDS).structlog(),
            lambda *event: seen.append(event[2]) or "",
        ],
    )
    for name in ("calls", "calls.quiet", "bills", "other"):
        log.info("from +14155550132", logger=name, cdr=CALL)
    assert [
        {"cdr": CLEAN, "event": "from +1********32", "level": "info", "logger": "calls"},
        {
            "status": "completed",
            "duration": "61",
            "event": "billing",
            "level": "info",
            "logger": "bills",
        },
        {"cdr": CLEAN, "event": "from +1********32", "level": "info", "logger": "other"},
    ] == seen


def test_structlog_drops_what_cannot_be_decided():
    """An event of a kind is dropped where its policy cannot be asked."""
    structlog = pytest.importorskip("structlog")

    def fails():
        raise OSError

    app = AppLogs(usual(), kinds=KINDS, tenants={"acme": usual()}, tenant=fails)
    with pytest.raises(structlog.DropEvent):
        app.structlog()(None, "info", {"event": NUMBER, "logger": "calls"})


# Celery -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("redacted", "no route to +1********32"), ("metadata", "[FREE_TEXT]"), ("off", "[FREE_TEXT]")],
)
def test_celery_stores_what_the_policy_says(rule, expected):
    """A stored failure is redacted, or only says that there was one."""
    celery = pytest.importorskip("celery")
    app = celery.Celery(
        "calls", broker="memory://", backend="cache+memory://", set_as_current=False
    )
    AppLogs(policy(debug=rule)).celery(app)
    app.backend.store_result("t", LookupError(f"no route to {NUMBER}"), "FAILURE")
    stored = app.backend.get_task_meta("t")["result"]
    assert expected == str(stored)
    headers = {"argsrepr": f"('{NUMBER}',)", "kwargsrepr": "{}"}
    app.voxvalley_privacy_tasks.publish(headers, ((NUMBER,), {"from": NUMBER}))
    assert NUMBER not in str(headers)


# The web app --------------------------------------------------------------------------------------


def _wsgi(app, path="/sms"):
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "wsgi.input": io.BytesIO(b"")}
    answer = app(environ, lambda status, headers: None)
    body = b"".join(answer)
    getattr(answer, "close", lambda: None)()
    return body


def _asgi(app):
    sent = []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/sms", "query_string": b"", "headers": []}
    asyncio.run(app(scope, receive, send))
    return sent


def test_requests_are_logged_for_the_tenant():
    """The middleware asks the policy of the tenant, and writes as the app says."""
    current = ContextVar("current", default=None)
    written = []
    app = AppLogs(
        vp.LogPolicy(
            {"app_request": "metadata"}, redact=REDACT, schemas={"app_request": http_schema()}
        ),
        tenants={"acme": policy()},
        tenant=current.get,
        write=lambda kind, record: written.append((kind, record["method"])),
    )

    def site(environ, start_response):
        start_response("200 OK", [])
        return [b"ok"]

    async def async_site(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    for tenant in ("acme", None):
        current.set(tenant)
        assert b"ok" == _wsgi(app.wsgi(site))
        assert 200 == _asgi(app.asgi(async_site))[0]["status"]
    assert [("app_request", "POST")] * 2 == written


def test_records_are_written_to_a_logger_unless_the_app_says_where(out):
    """Without `write` the treated record goes to a logger with the name of its kind."""
    assert CLEAN == AppLogs(usual())(vp.LogKind.CALL, lambda: CALL)
    assert f"voxvalley_privacy.call|INFO|{CLEAN}\n" == out.getvalue()


def test_a_writer_that_fails_does_not_fail_the_call():
    """Whatever `write` raises stays in the library."""
    assert AppLogs(usual(), write=lambda kind, record: 1 / 0)(vp.LogKind.CALL, CALL) is None


# Counters -----------------------------------------------------------------------------------------


def test_counters_are_an_endpoint_without_values(out):
    """Prometheus reads counts of kinds, tenants and lines; no tenant and no value is in them."""
    current = ContextVar("current", default=None)
    app = AppLogs(
        usual(), kinds=KINDS, tenants={"Zoe Example": policy(call="off")}, tenant=current.get
    )
    with app.protect():
        logging.getLogger("calls").info("from %s", NUMBER)
        current.set("Zoe Example")
        app(vp.LogKind.CALL, CALL)
    text = _wsgi(app.metrics_wsgi).decode()
    assert text == _asgi(app.metrics_asgi)[1]["body"].decode() == app.metrics()
    assert 'changed_total{source="app.call",part="redacted"} 1' in text
    assert 'changed_total{source="app.tenant_a.call",part="off"} 1' in text
    assert 'records_total{source="app.lines_a"}' in text
    assert "Zoe" not in text
    assert "5550132" not in text


@pytest.mark.parametrize(
    ("paths", "settings"),
    [
        (["policy"], {"policy": REDACT}),
        (["kinds[0]"], {"kinds": {"calls": "nonsense"}}),
        (["tenants[0]", "tenant"], {"tenants": {"": usual()}}),
        (["tenants"], {"tenants": 3}),
        (["tenant"], {"tenant": lambda: None}),
        (["tenant"], {"tenant": 3, "tenants": {"acme": usual()}}),
        (["write"], {"write": 3}),
    ],
)
def test_wrong_settings(paths, settings):
    """All wrong settings are named at once when it is built."""
    given = {"policy": usual(), **settings}
    with pytest.raises(vp.ConfigurationError) as caught:
        AppLogs(given.pop("policy"), **given)
    assert paths == [path for path, _ in caught.value.faults]
