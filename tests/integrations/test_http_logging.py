"""WSGI and ASGI middleware with webhooks of three vendors."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, clean
from voxvalley_privacy import logs
from voxvalley_privacy.integrations import asgi, wsgi
from voxvalley_privacy.integrations.asgi import http_schema

REDACT = vp.Redactor(vp.policies.labels())
_FORM = "application/x-www-form-urlencoded"
WEBHOOKS = {
    "twilio": (
        "twilio.voice_webhook",
        _FORM,
        urlencode(
            {
                "CallSid": "CA1",
                "From": CANARY,
                "To": "+442079460123",
                "CallStatus": "ringing",
                "Digits": "4321",
            }
        ),
    ),
    "plivo": (
        "plivo.message_webhook",
        _FORM,
        urlencode(
            {
                "MessageUUID": "a-b",
                "From": CANARY,
                "To": "+442079460123",
                "Text": f"my number is {CANARY}",
            }
        ),
    ),
    "vonage": (
        "vonage.messages_webhook",
        "application/json",
        json.dumps(
            {"message_uuid": "a-b", "from": CANARY, "to": "442079460123", "text": f"call {CANARY}"}
        ),
    ),
}


def policy(schema=None, **rules):
    """Make a log policy for the middleware."""
    schemas = {"app_request": http_schema(schema), "app_response": http_schema()}
    return logs.LogPolicy(rules, redact=REDACT, schemas=schemas)


def timeless(logged):
    """Write what was logged without times, whose digits are anyone's."""
    return json.dumps(
        [{k: v for k, v in record.items() if k not in ("at", "seconds")} for _, record in logged]
    )


class Input(io.BytesIO):
    """Count what is read."""

    def __init__(self, data):
        super().__init__(data)
        self.calls = 0

    def read(self, *size):
        self.calls += 1
        return super().read(*size)


def wsgi_app(read=True, answer=(b"<Response>", b"</Response>"), kind="text/xml"):
    """Make an app that reads a form and answers in parts."""

    def app(environ, start_response):
        if read:
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response("200 OK", [("Content-Type", kind), ("Set-Cookie", "session=secret")])
        return list(answer)

    return app


def over_wsgi(log_policy, body=b"", content_type=_FORM, app=None, write=None, **more):
    """Send one request through the WSGI middleware; give the answer, the input and what was logged."""
    logged = []
    middleware = wsgi.LogMiddleware(
        app or wsgi_app(),
        log_policy,
        write=write or (lambda kind, record: logged.append((kind, record))),
    )
    stream = Input(body)
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/calls/{CANARY}",
        "QUERY_STRING": urlencode({"From": CANARY, "To": ["a", "b"]}, doseq=True),
        "REMOTE_ADDR": "203.0.113.9",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": "Bearer secret",
        "HTTP_X_FORWARDED_FOR": "203.0.113.9",
        "wsgi.input": stream,
        **more,
    }
    started = []
    answer = middleware(environ, lambda *args: started.append(args) or started.append)
    text = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return text, stream, logged


def over_asgi(log_policy, parts=(b"",), content_type=_FORM, app=None, write=None):
    """Send one request through the ASGI middleware; give what was sent, how often it read, and what was logged."""
    logged, sent = [], []
    waiting = list(parts)

    async def receive():
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    async def echo(scope, receive, send):
        while (await receive())["more_body"]:
            pass
        await send(
            {
                "type": "http.response.start",
                "status": 201,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": b'{"from": "', "more_body": True})
        await send({"type": "http.response.body", "body": f'{CANARY}"}}'.encode()})

    middleware = asgi.LogMiddleware(
        app or echo, log_policy, write=write or (lambda kind, record: logged.append((kind, record)))
    )
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/calls/{CANARY}",
        "query_string": urlencode({"From": CANARY}).encode(),
        "client": ("203.0.113.9", 5000),
        "headers": [(b"content-type", content_type.encode()), (b"authorization", b"Bearer secret")],
    }
    asyncio.run(middleware(scope, receive, send))
    return sent, waiting, logged


@pytest.mark.parametrize("vendor", WEBHOOKS)
@pytest.mark.parametrize("over", [over_wsgi, over_asgi])
def test_webhooks_are_logged_treated(vendor, over):
    """Forms and JSON of three vendors are parsed and treated by their schema; path, query and headers too."""
    schema, kind, body = WEBHOOKS[vendor]
    data = body.encode()
    log_policy = policy(schema, app_request="redacted", app_response="redacted")
    if over is over_wsgi:
        _, _, logged = over_wsgi(log_policy, data, kind)
    else:
        _, _, logged = over_asgi(log_policy, (data[:7], data[7:]), kind)
    assert [vp.LogKind.APP_REQUEST, vp.LogKind.APP_RESPONSE] == [kind for kind, _ in logged]
    text = timeless(logged)
    clean(text)
    for raw in ("secret", "4321", "203.0.113.9", "my number"):
        assert raw not in text
    request, response = (record for _, record in logged)
    assert "POST" == request["method"]
    assert len(data) == request["bytes"]
    assert response["status"] in (200, 201)
    assert set(
        json.loads(body)
        if kind.endswith("json")
        else dict(pair.split("=") for pair in body.split("&"))
    ) >= set(request["body"])


@pytest.mark.parametrize("mode", ["metadata", "off"])
def test_body_is_never_read_for_less_than_redacted(mode):
    """Metadata holds technical fields only, off nothing; neither the app's input nor its answer is touched."""
    log_policy = policy("twilio.voice_webhook", app_request=mode, app_response=mode)
    _, stream, logged = over_wsgi(log_policy, b"From=x", app=wsgi_app(read=False))
    assert 0 == stream.calls
    if mode == "off":
        assert [] == logged
    else:
        assert {"method", "type", "at"} == set(logged[0][1])
        assert {"status", "seconds", "type"} == set(logged[1][1])
    sent, waiting, logged = over_asgi(log_policy, (b"From=x",), app=_unread)
    assert [b"From=x"] == waiting
    assert 204 == sent[0]["status"]


async def _unread(scope, receive, send):
    await send({"type": "http.response.start", "status": 204})
    await send({"type": "http.response.body"})


@pytest.mark.parametrize("mode", ["metadata", "redacted"])
def test_the_type_of_an_answer_is_shown_without_its_parameters(mode):
    """A charset does not hide the type; the headers of a treated record have all of it."""
    app = wsgi_app(kind="text/html; charset=utf-8")
    _, _, logged = over_wsgi(policy(app_response=mode), app=app)
    ((_, record),) = logged
    assert "text/html" == record["type"]
    assert "text/html; charset=utf-8" == record.get("headers", {}).get(
        "content-type", "text/html; charset=utf-8"
    )


def test_off_leaves_app_and_server_alone():
    """With both kinds off the app gets the server's own objects."""
    seen = []

    def app(environ, start_response):
        seen.append((environ["wsgi.input"], start_response))
        return [b""]

    _, stream, _ = over_wsgi(policy(), app=app)
    assert seen[0][0] is stream

    async def async_app(scope, receive, send):
        seen.append((receive, send))

    over_asgi(policy(), app=async_app)
    assert "over_asgi" in seen[1][0].__qualname__


def test_body_that_the_app_does_not_read_is_not_read():
    """Redacted too, nothing is read that the app does not ask for."""
    _, stream, logged = over_wsgi(
        policy(app_request="redacted"), b"From=x", app=wsgi_app(read=False)
    )
    assert 0 == stream.calls
    assert "body" not in logged[0][1]


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"From=%2B14155550132&x", _FORM, "[UNPARSEABLE]"),
        (b'{"from": ', "application/json", "[UNPARSEABLE]"),
        (b"[" * 50_000, "application/json", "[UNPARSEABLE]"),
        (b"\xff\xfe", "text/plain", "[UNPARSEABLE]"),
        (b"x" * 70_000, "text/plain", "[TRUNCATED]"),
        (b"--x\r\n", "multipart/form-data; boundary=x", "[BYTES]"),
        (b"<x>+14155550132</x>", "text/xml", None),
        (b'{"from": "+14155550132"}', "application/problem+json; charset=utf-8", None),
        (b"From=%2B14155550132&From=x", _FORM, None),
    ],
)
def test_bodies_of_any_kind(body, kind, expected):
    """What cannot be parsed, is too long or is no text is a placeholder."""
    _, _, logged = over_wsgi(policy(app_request="redacted"), body, kind)
    clean(timeless(logged))
    if expected is not None:
        assert expected == logged[0][1]["body"]


@pytest.mark.parametrize("how", ["read", "readline", "readlines", "iterate"])
def test_every_way_to_read_an_input(how):
    """However the app reads, it gets what there is and the log notes it."""

    def app(environ, start_response):
        stream = environ["wsgi.input"]
        ways = {
            "read": lambda: stream.read(),
            "readline": lambda: stream.readline() + stream.readline(),
            "readlines": lambda: b"".join(stream.readlines()),
            "iterate": lambda: b"".join(stream),
        }
        assert stream.seekable()
        body = ways[how]()
        write = start_response("200 OK", [("Content-Type", "text/plain")])
        write(body)
        return []

    _, _, logged = over_wsgi(
        policy(app_request="redacted", app_response="redacted"), b"a\nb", "text/plain", app=app
    )
    assert [3, 3] == [record["bytes"] for _, record in logged]
    assert ["[CONTENT]", "[CONTENT]"] == [record["body"] for _, record in logged]


def test_app_that_fails_is_logged_and_raises():
    """The app's exception goes on as it was; the log says 500."""

    def app(environ, start_response):
        raise KeyError("app")

    async def async_app(scope, receive, send):
        raise KeyError("app")

    logged = []
    log_policy = policy(app_response="metadata")
    for run in (over_wsgi, over_asgi):
        with pytest.raises(KeyError):
            run(
                log_policy,
                app=app if run is over_wsgi else async_app,
                write=lambda kind, record: logged.append(record),
            )
    assert [500, 500] == [record["status"] for record in logged]


def test_exc_info_of_start_response_goes_on():
    """An app that starts its answer anew passes its exception through."""
    seen = []

    def app(environ, start_response):
        start_response("500 X", [], ("info",))
        return [b""]

    middleware = wsgi.LogMiddleware(
        app, policy(app_response="metadata"), write=lambda kind, record: seen.append(record)
    )
    answer = middleware({"REQUEST_METHOD": "GET"}, lambda *args: seen.append(args))
    list(answer)
    answer.close()
    assert ("500 X", [], ("info",)) == seen[0]
    assert 500 == seen[1]["status"]


def test_log_that_cannot_be_written_fails_nothing():
    """A writer that raises, and a clock that raises, do not touch the call."""

    def write(kind, record):
        raise OSError

    assert b"<Response></Response>" == over_wsgi(policy(app_request="redacted"), write=write)[0]
    ticking = [datetime.now(UTC)]
    log_policy = logs.LogPolicy(
        {"app_request": "redacted"}, redact=REDACT, clock=lambda: ticking[0]
    )
    ticking[0] = None
    assert b"<Response></Response>" == over_wsgi(log_policy)[0]


def test_answer_of_an_app_is_closed():
    """An answer's own `close` is called, and its failure goes on after the log is written."""

    class Answer:
        closed = False

        def __iter__(self):
            yield b"x"

        def close(self):
            Answer.closed = True
            raise BrokenPipeError

    def app(environ, start_response):
        start_response("200 OK", [])
        return Answer()

    logged = []
    with pytest.raises(BrokenPipeError):
        over_wsgi(
            policy(app_response="metadata"),
            app=app,
            write=lambda kind, record: logged.append(record),
        )
    assert Answer.closed
    assert logged


def test_an_answer_that_nobody_closes_is_logged_once():
    """A server that loses its client may never close the answer: what went out is written all the same."""
    logged = []
    middleware = wsgi.LogMiddleware(
        wsgi_app(),
        policy(app_request="metadata", app_response="metadata"),
        write=lambda kind, record: logged.append(kind),
    )
    environ = {"CONTENT_LENGTH": "0", "wsgi.input": Input(b"")}
    answer = middleware(environ, lambda *args: None)
    b"".join(answer)
    assert [vp.LogKind.APP_REQUEST, vp.LogKind.APP_RESPONSE] == logged
    answer.close()
    assert 2 == len(logged)


def test_other_protocols_pass_through():
    """Websockets and lifespans are none of our business."""
    seen = []

    async def app(scope, receive, send):
        seen.append(receive)

    middleware = asgi.LogMiddleware(app, policy(app_request="redacted"), write=print)
    asyncio.run(middleware({"type": "lifespan"}, "receive", "send"))
    assert ["receive"] == seen


def test_full_for_a_while():
    """Full shows bodies but no credentials."""
    rule = logs.full(until=datetime.now(UTC) + timedelta(hours=1), ticket="T")
    _, _, logged = over_wsgi(policy(app_request=rule), urlencode({"From": CANARY}).encode())
    assert CANARY == logged[0][1]["body"]["From"]
    assert "secret" not in json.dumps(logged)


def test_wrong_settings_are_refused():
    """A policy or a writer that is none fails where the middleware is made."""
    for make in (wsgi.LogMiddleware, asgi.LogMiddleware):
        with pytest.raises(vp.ConfigurationError):
            make(print, REDACT, write=print)
        with pytest.raises(vp.ConfigurationError):
            make(print, policy(), write=None)


@pytest.mark.filterwarnings("ignore")
def test_fastapi_webhook():
    """A FastAPI app takes the middleware as any other; its handler gets the form it would have got."""
    fastapi = pytest.importorskip("fastapi")
    testclient = pytest.importorskip("fastapi.testclient")
    app, logged = fastapi.FastAPI(), []

    async def voice(request):
        form = await request.form()
        return {"answer": form["From"]}

    # FastAPI goes by the class itself.
    voice.__annotations__["request"] = fastapi.Request
    app.post("/voice")(voice)
    app.add_middleware(
        asgi.LogMiddleware,
        policy=policy("twilio.voice_webhook", app_request="redacted", app_response="metadata"),
        write=lambda kind, record: logged.append((kind, record)),
    )
    answer = testclient.TestClient(app).post("/voice", data={"From": CANARY, "CallSid": "CA1"})
    assert {"answer": CANARY} == answer.json()
    clean(timeless(logged))
    assert {"From": "[PARTY_NUMBER]", "CallSid": "CA1"} == logged[0][1]["body"]
