"""The WSGI middleware under Werkzeug and Django, Django's error pages, Flask: FAULTS_2 B15, row 206."""

from __future__ import annotations

import io
import json
import logging

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, child, clean
from voxvalley_privacy import logs
from voxvalley_privacy.integrations.wsgi import LogMiddleware, http_schema

FORM = f"MessageSid=SM1&From=%2B{CANARY[1:]}&Body=my+pin+is+4821".encode()
REDACT = vp.Redactor(vp.policies.labels())


def _policy():
    return vp.LogPolicy(
        {vp.LogKind.APP_REQUEST: "redacted"},
        redact=REDACT,
        schemas={vp.LogKind.APP_REQUEST: http_schema("twilio.message_webhook")},
    )


def _flask():
    flask = pytest.importorskip("flask")
    site = flask.Flask("calls")

    @site.post("/sms")
    def sms():
        return flask.request.form["From"]

    return site


def test_b15_206_a_body_read_by_readinto_is_seen():
    """Werkzeug reads the body by `readinto()`: the record holds it, and the app gets it whole."""
    site, logged = _flask(), []
    site.wsgi_app = LogMiddleware(site.wsgi_app, _policy(), write=lambda _, r: logged.append(r))
    answer = site.test_client().post(
        "/sms", data=FORM, content_type="application/x-www-form-urlencoded"
    )
    assert CANARY == answer.text
    answer.close()
    (record,) = logged
    assert len(FORM) == record["bytes"]
    assert "SM1" == record["body"]["MessageSid"]
    assert "[PARTY_NUMBER]" == record["body"]["From"]
    clean(json.dumps(record))


@pytest.mark.parametrize(
    "read",
    [
        lambda stream: stream.read(),
        lambda stream: b"".join(iter(lambda: stream.read(7), b"")),
        lambda stream: stream.read1(1000),
        lambda stream: stream.readline(),
        lambda stream: b"".join(stream.readlines()),
        lambda stream: b"".join(stream),
        lambda stream: next(stream),
        lambda stream: stream.readall(),
        lambda stream: _into(stream.readinto),
        lambda stream: _into(stream.readinto1),
        lambda stream: io.BufferedReader(io.BytesIO(stream.read())).read(),
    ],
)
def test_b15_206_every_way_to_read_is_seen(read):
    """Whatever way a server offers to read a body, the app gets it and the record holds it."""
    logged, got = [], []

    def app(environ, start_response):
        got.append(read(environ["wsgi.input"]))
        start_response("200 OK", [])
        return []

    kind = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "REQUEST_METHOD": "POST"}
    environ = {**kind, "wsgi.input": io.BytesIO(FORM), "PATH_INFO": "/sms"}
    site = LogMiddleware(app, _policy(), write=lambda _, r: logged.append(r))
    site(environ, lambda status, headers: None).close()
    assert [FORM] == got
    assert len(FORM) == logged[0]["bytes"]


def _into(readinto):
    buffer = bytearray(1000)
    return bytes(buffer[: readinto(buffer)])


def test_flask_logs_requests_by_policy():
    """`protect_app()` guards the app's logger and logs requests by it."""
    pytest.importorskip("flask")
    from voxvalley_privacy.integrations.flask import protect_app

    site = _flask()
    out = io.StringIO()
    site.logger.addHandler(logging.StreamHandler(out))
    site.logger.setLevel(logging.INFO)
    with protect_app(site, REDACT, policy=_policy()):
        answer = site.test_client().post(
            "/sms", data=FORM, content_type="application/x-www-form-urlencoded"
        )
        answer.close()
        site.logger.warning("sms from %s", CANARY)
    clean(out.getvalue())
    assert "app_request" in out.getvalue()
    assert "sms from [PHONE_NUMBER]" in out.getvalue()


def test_flask_settings_are_checked():
    """Wrong settings are refused when the app is protected, also those without effect."""
    pytest.importorskip("flask")
    from voxvalley_privacy.integrations.flask import protect_app

    site = _flask()
    with pytest.raises(vp.ConfigurationError, match="Flask app"):
        protect_app(object(), REDACT)
    with pytest.raises(vp.ConfigurationError, match="protect_app"):
        protect_app(site, "labels")
    with pytest.raises(vp.ConfigurationError, match="no effect"):
        protect_app(site, REDACT, write=print)


_DJANGO = """
import django, json
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

def sms(request):
    return HttpResponse(request.POST["From"])

def fail(request):
    caller_name = "Zoe Example"
    try:
        raise KeyError(request.POST["From"])
    except KeyError as error:
        raise ValueError(f"no route to {CANARY}") from error

settings.configure(
    DEBUG=True, SECRET_KEY="secret-of-the-site" * 3, ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=type("urls", (), {"urlpatterns": [path("sms", sms), path("fail", fail)]}),
    DEFAULT_EXCEPTION_REPORTER="voxvalley_privacy.integrations.django.Reporter",
    **EXTRA,
)
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
"""


def _django(code, extra="{}"):
    pytest.importorskip("django")
    return child(f"EXTRA = {extra}\n{_DJANGO}\n{code}")


def test_b15_206_django_under_the_middleware():
    """A Django app under the middleware gets its body, and the record holds it treated."""
    done = _django(
        """
from io import BytesIO
from django.core.wsgi import get_wsgi_application
from voxvalley_privacy.integrations.wsgi import LogMiddleware, http_schema
policy = vp.LogPolicy({"app_request": "redacted"}, redact=redact,
                      schemas={"app_request": http_schema("twilio.message_webhook")})
logged = []
site = LogMiddleware(get_wsgi_application(), policy, write=lambda _, r: logged.append(r))
form = b"MessageSid=SM1&From=%2B14155550132"
environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/sms", "wsgi.input": BytesIO(form),
           "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(form)),
           "SERVER_NAME": "app.example.com", "SERVER_PORT": "80"}
answer = site(environ, lambda status, headers: None)
assert b"+14155550132" == b"".join(answer)
answer.close()
print(json.dumps(logged))
"""
    )
    assert not done.returncode, done.stderr
    (record,) = json.loads(done.stdout.splitlines()[-1])
    assert "[PARTY_NUMBER]" == record["body"]["From"]
    clean(json.dumps(record))


@pytest.mark.parametrize(
    "extra",
    [
        "{}",
        "{'VOXVALLEY_PRIVACY_REDACT': vp.Redactor(vp.policies.debug(vp.KeyRing.generate()))}",
    ],
)
def test_django_error_page_is_treated(extra):
    """The page of DEBUG keeps types and places; messages and posts are treated, no settings shown."""
    done = _django(
        """
page = client.post("/fail?To=%2B14155550132", {"From": CANARY, "ProfileName": "Zoe Example"})
print(page.content.decode())
page = client.post("/fail", {"From": CANARY}, headers={"accept": "text/plain"})
print(page.content.decode())
""",
        extra,
    )
    assert not done.returncode, done.stderr
    clean(done.stdout)
    assert "ValueError" in done.stdout
    assert "the direct cause" in done.stdout
    assert "in fail" in done.stdout
    assert "Zoe Example" not in done.stdout
    assert "secret-of-the-site" not in done.stdout


def test_django_error_mail_keeps_the_stack():
    """A mail of a guarded handler holds type, place and cause of the error, treated."""
    done = _django(
        """
from django.core import mail
from django.utils.log import AdminEmailHandler

logging.getLogger("django.request").addHandler(AdminEmailHandler(include_html=True))
with logs.protect(vp.Redactor(vp.policies.labels())):
    client.post("/fail?To=%2B14155550132", {"From": CANARY, "ProfileName": "Zoe Example"})
    logging.getLogger("django.request").error("no exception %s", CANARY)
for sent in mail.outbox:
    print(sent.subject, sent.body, sent.alternatives)
""",
        "{'ADMINS': [('Ops', 'ops@example.com')], "
        "'EMAIL_BACKEND': 'django.core.mail.backends.locmem.EmailBackend'}",
    )
    assert not done.returncode, done.stderr
    clean(done.stdout)
    assert "Internal Server Error: /fail" in done.stdout
    assert "in fail" in done.stdout
    assert "the direct cause" in done.stdout
    assert "no exception [PHONE_NUMBER]" in done.stdout
    assert "Request data not supplied" in done.stdout
    assert "[FAULT]" not in done.stdout
    assert "Zoe Example" not in done.stdout


def test_django_error_page_with_a_redactor_that_fails():
    """With a redactor that fails the page shows placeholders and nothing raw."""
    done = _django(
        """
page = client.post("/fail?To=%2B14155550132", {"From": CANARY, "ProfileName": "Zoe Example"})
assert 500 == page.status_code
print(page.content.decode())
""",
        "{'VOXVALLEY_PRIVACY_REDACT': type('R', (), {'__call__': lambda s, r: 1 / 0, 'text': lambda s, t: 1 / 0})()}",
    )
    assert not done.returncode, done.stderr
    clean(done.stdout)
    assert "Zoe Example" not in done.stdout
    assert "[FAULT]" in done.stdout


def test_verify_names_django_without_the_reporter():
    """`verify()` names the error page of Django until the reporter is set."""
    code = "print([gap.code for gap in logs.verify() if gap.code.startswith('django')])"
    assert "[]" == _django(code).stdout.strip()
    done = _django(
        "settings.DEFAULT_EXCEPTION_REPORTER = 'django.views.debug.ExceptionReporter'\n" + code
    )
    assert "['django.debug_page']" == done.stdout.strip()


def test_gaps_of_this_process_have_codes_of_the_page():
    """Every gap that is found here has a known severity."""
    assert {"high", "medium", "low"} >= {gap.severity.value for gap in logs.verify()}
