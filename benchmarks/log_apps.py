"""
What leaves a real app through each of its channels, as it comes and protected.

    python -m benchmarks.log_apps                                      print the table
    python -m benchmarks.log_apps --write docs/reference/logs.md       write it into the page
    python -m benchmarks.log_apps --run flask --protected              print what one app wrote, as JSON

Each app is the real framework with its own server, worker or client, in an interpreter of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import importlib.util
import io
import json
import logging
import re
import subprocess
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import voxvalley_privacy as vp
from benchmarks.log_clients import CLIENTS
from voxvalley_privacy import logs

NUMBER = "+14155550132"
NAME = "Zoe Example"
# A number, in hexadecimal too; a name; an address.
_SECRETS = re.compile(rf"4155550132|{b'4155550132'.hex()}|Zoe|203\.0\.113\.9")
_START, _END = "<!-- apps -->", "<!-- end of apps -->"
_QUERY = f"From=%2B{NUMBER[1:]}"

Written = dict[str, str]


@functools.cache
def _redactor() -> vp.Redactor:
    # One for all apps of an interpreter: a handler has a guard for each redactor.
    return vp.Redactor(vp.policies.debug(vp.KeyRing.generate()))


class App:
    """
    One run of an app: collects what it writes, channel by channel.

    Args:
        protected: Whether the app is set up as its how-to page says.
    """

    def __init__(self, protected: bool) -> None:
        self.protected = protected
        self.redact = _redactor()
        self.out = io.StringIO()
        self.written: Written = {}
        if protected:
            logs.protect(self.redact)

    @contextlib.contextmanager
    def channel(self, name: str) -> Iterator[None]:
        """Take what is written to the output in the block as that of a channel."""
        start = len(self.out.getvalue())
        yield
        self.written[name] = self.out.getvalue()[start:]

    def handler(self) -> logging.Handler:
        """Give a handler that writes to the output."""
        return logging.StreamHandler(self.out)


def _fail(caller_name: str = NAME) -> None:
    raise ValueError(f"no route to {NUMBER}")


def _log_all(app: App, log: Any) -> None:
    """Log through the channels that every logger has."""
    with app.channel("message"):
        log.warning("call from " + NUMBER)  # noqa: G003 - as an f-string would be
    with app.channel("exception"):
        try:
            _fail()
        except ValueError:
            log.exception("call failed")


def _plain(app: App) -> None:
    log = logging.getLogger("calls")
    handler = app.handler()
    handler.setFormatter(
        logging.Formatter("%(message)s %(caller_name)s", defaults={"caller_name": ""})
    )
    log.addHandler(handler)
    _log_all(app, log)
    with app.channel("fields"):
        log.warning("call", extra={"caller_name": NAME})


def _json(app: App) -> None:
    from pythonjsonlogger.json import JsonFormatter

    log = logging.getLogger("calls")
    handler = app.handler()
    handler.setFormatter(JsonFormatter())
    log.addHandler(handler)
    _log_all(app, log)
    with app.channel("fields"):
        log.warning("call", extra={"cdr": {"caller_name": NAME}})


def _rich(app: App) -> None:
    from rich.console import Console
    from rich.logging import RichHandler

    log = logging.getLogger("calls")
    console = Console(file=app.out, width=200)
    log.addHandler(RichHandler(console=console, rich_tracebacks=True, tracebacks_show_locals=True))
    _log_all(app, log)


def _structlog(app: App) -> None:
    import structlog

    from voxvalley_privacy.integrations.structlog import processor

    ours = [processor(app.redact)] if app.protected else []
    structlog.configure(
        processors=[
            structlog.processors.dict_tracebacks,
            *ours,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(app.out),
    )
    log = structlog.get_logger()
    _log_all(app, log)
    with app.channel("fields"):
        log.warning("call", caller_name=NAME)


def _loguru(app: App) -> None:
    from loguru import logger

    from voxvalley_privacy.integrations.loguru import patcher

    logger.remove()
    if app.protected:
        logger.configure(patcher=patcher(app.redact))
    logger.add(app.out, format="{message} {extra}", diagnose=True)
    _log_all(app, logger)
    with app.channel("fields"):
        logger.bind(caller_name=NAME).warning("call")


# Web frameworks ---------------------------------------------------------------------------------


def _get(url: str, data: bytes | None = None) -> str:
    request = urllib.request.Request(url, data=data)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return str(error.read().decode())


def _flask(app: App) -> None:
    import flask
    from werkzeug.serving import make_server

    from voxvalley_privacy.integrations.flask import protect_app

    sys.stderr = app.out
    site = flask.Flask("calls")
    site.logger.setLevel(logging.INFO)
    logging.getLogger("werkzeug").setLevel(logging.INFO)

    @site.route("/sms", methods=["GET", "POST"])
    def sms() -> str:
        site.logger.warning("sms from %s", flask.request.values.to_dict())
        return "ok"

    @site.route("/fail")
    def fail() -> str:
        _fail()
        return ""

    if app.protected:
        policy = vp.LogPolicy({"app_request": "redacted"}, redact=app.redact)
        protect_app(site, app.redact, policy=policy)
    server = make_server("127.0.0.1", 0, site)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    with app.channel("access log"):
        _get(f"{url}/none?{_QUERY}")
    with app.channel("request"):
        _get(f"{url}/sms", f"{_QUERY}&ProfileName=Zoe+Example".encode())
    with app.channel("exception"):
        _get(f"{url}/fail")
    server.shutdown()


def _django(app: App) -> None:
    import django
    from django.conf import settings
    from django.core import mail
    from django.http import HttpResponse
    from django.test import Client
    from django.test.utils import setup_test_environment
    from django.urls import path

    def sms(request: Any) -> Any:
        logging.getLogger("calls").warning("sms from %s", request.POST.dict())
        return HttpResponse("ok")

    def fail(request: Any) -> Any:
        _fail()

    sys.stderr = app.out
    ours = {"DEFAULT_EXCEPTION_REPORTER": "voxvalley_privacy.integrations.django.Reporter"}
    settings.configure(
        **(ours if app.protected else {}),
        DEBUG=True,
        SECRET_KEY="x" * 50,
        ROOT_URLCONF=type("urls", (), {"urlpatterns": [path("sms", sms), path("fail", fail)]}),
        ADMINS=[("Admin", "admin@example.com")],
        ALLOWED_HOSTS=["*"],
        VOXVALLEY_PRIVACY_REDACT=app.redact,
        LOGGING={
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {
                "mail": {"class": "django.utils.log.AdminEmailHandler", "include_html": True},
                "out": {"class": "logging.StreamHandler"},
            },
            "root": {"handlers": ["out"]},
            "loggers": {"django.request": {"handlers": ["mail", "out"], "propagate": False}},
        },
    )
    django.setup()
    setup_test_environment(debug=True)
    client = Client(raise_request_exception=False)
    with app.channel("request"):
        client.post("/sms", {"From": NUMBER, "ProfileName": NAME})
    with app.channel("exception"):
        page = client.post("/fail?" + _QUERY, {"ProfileName": NAME})
    app.written["error page"] = page.content.decode()
    (sent,) = mail.outbox
    app.written["error mail"] = sent.subject + sent.body + str(sent.alternatives)


def _asgi(app: App, build: Callable[[Any, Any], Any]) -> None:
    import uvicorn

    sys.stdout = sys.stderr = app.out

    async def sms(body: bytes) -> str:
        logging.getLogger("uvicorn.error").warning("sms from %s", body.decode())
        return "ok"

    async def fail() -> None:
        _fail()

    config = uvicorn.Config(build(sms, fail), host="127.0.0.1", port=0, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    with app.channel("access log"):
        _get(f"{url}/none?{_QUERY}")
    with app.channel("request"):
        _get(f"{url}/sms", _QUERY.encode())
    with app.channel("exception"):
        _get(f"{url}/fail")
        # The client has its answer before the server has logged.
        server.should_exit = True
        thread.join(30)


def _fastapi(app: App) -> None:
    from fastapi import FastAPI, Request

    def build(sms: Any, fail: Any) -> Any:
        site = FastAPI()

        async def receive(request: Request) -> str:
            return str(await sms(await request.body()))

        receive.__annotations__["request"] = Request
        site.add_api_route("/sms", receive, methods=["POST"])
        site.add_api_route("/fail", fail)
        return site

    _asgi(app, build)


def _starlette(app: App) -> None:
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    def build(sms: Any, fail: Any) -> Any:
        async def receive(request: Any) -> Any:
            return PlainTextResponse(await sms(await request.body()))

        async def failing(request: Any) -> Any:
            await fail()

        return Starlette(routes=[Route("/sms", receive, methods=["POST"]), Route("/fail", failing)])

    _asgi(app, build)


_GUNICORN = """
import logging
def site(environ, start_response):
    if environ["PATH_INFO"] == "/fail":
        raise ValueError("no route to {number}")
    start_response("200 OK", [])
    return [b"ok"]
"""


def _gunicorn(app: App) -> None:
    import socket
    import tempfile

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "calls_site.py").write_text(_GUNICORN.replace("{number}", NUMBER))
        protect = (
            "import voxvalley_privacy as vp\nvp.logs.protect(vp.Redactor(vp.policies.labels()))\n"
        )
        Path(folder, "gunicorn.conf.py").write_text(protect if app.protected else "")
        command = [sys.executable, "-m", "gunicorn", "calls_site:site", "-b", f"127.0.0.1:{port}"]
        with subprocess.Popen(
            [*command, "--access-logfile", "-", "-c", "gunicorn.conf.py", "--no-control-socket"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as server:
            _wait_for(port)
            _get(f"http://127.0.0.1:{port}/sms?{_QUERY}")
            _get(f"http://127.0.0.1:{port}/fail")
            server.terminate()
            lines = server.communicate(timeout=30)[0].splitlines()
    access = [line for line in lines if "GET /" in line and "[ERROR]" not in line]
    app.written["access log"] = "\n".join(access)
    app.written["exception"] = "\n".join(line for line in lines if line not in access)


def _wait_for(port: int) -> None:
    import socket

    def answers() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    _wait_until(answers)


def _wait_until(done: Callable[[], bool]) -> None:
    for _ in range(600):
        if done():
            return
        time.sleep(0.05)
    raise TimeoutError


# Workers, trackers, telemetry -------------------------------------------------------------------


def _celery(app: App) -> None:
    from celery import Celery
    from celery.contrib.testing.worker import start_worker

    from voxvalley_privacy.integrations.celery import protect_tasks

    sys.stderr = app.out
    tasks = Celery("calls", broker="memory://", backend="cache+memory://")
    tasks.conf.update(
        result_extended=True, worker_hijack_root_logger=False, task_send_sent_event=True
    )
    if app.protected:
        protect_tasks(tasks, app.redact)
    logging.getLogger().addHandler(app.handler())

    @tasks.task(name="dial")
    def dial(record: Any) -> Any:
        if record.get("fail"):
            _fail()
        return record

    headers: list[str] = []
    from celery import signals

    signals.before_task_publish.connect(lambda headers=None, **_: seen(headers), weak=False)

    def seen(message: Any) -> None:
        headers.append(message["argsrepr"] + message["kwargsrepr"])

    with start_worker(tasks, pool="solo", perform_ping_check=False, loglevel="INFO"):
        with app.channel("result"):
            dial.delay({"From": NUMBER, "caller_name": NAME}).get(timeout=30)
            _wait_until(lambda: "succeeded" in app.out.getvalue())
        with app.channel("exception"):
            failed = dial.delay({"fail": True, "From": NUMBER, "caller_name": NAME})
            failed.get(timeout=30, propagate=False)
            # The result is there before the worker has logged.
            _wait_until(lambda: "raised unexpected" in app.out.getvalue())
        app.written["stored failure"] = str(
            tasks.backend.get(tasks.backend.get_key_for_task(failed.id))
        )
    app.written["message header"] = "".join(headers)


def _sentry(app: App) -> None:
    import sentry_sdk
    from sentry_sdk.transport import Transport

    from voxvalley_privacy.integrations.sentry import before_send

    class Kept(Transport):
        def capture_envelope(self, envelope: Any) -> None:
            for item in envelope.items:
                app.written[str(item.type)] = item.payload.get_bytes().decode()

    hook = before_send(app.redact) if app.protected else None
    sentry_sdk.init(
        "https://key@o0.ingest.example.com/1",
        transport=Kept,
        before_send=hook,
        before_send_transaction=hook,
        before_send_log=hook,
        before_send_metric=hook,
        before_breadcrumb=hook,
        enable_logs=True,
        send_default_pii=True,
        traces_sample_rate=1.0,
    )
    log = logging.getLogger("calls")
    log.addHandler(logging.NullHandler())
    with sentry_sdk.start_transaction(name=f"call {NUMBER}"):
        log.warning("call from %s", NUMBER)
        try:
            _fail()
        except ValueError:
            log.exception("call failed", extra={"caller_name": NAME})
    sentry_sdk.flush()


def _opentelemetry(app: App) -> None:
    from opentelemetry import baggage
    from opentelemetry.baggage.propagation import W3CBaggagePropagator
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import ConsoleLogRecordExporter, SimpleLogRecordProcessor
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import (
        ConsoleMetricExporter,
        PeriodicExportingMetricReader,
    )
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

    from voxvalley_privacy.integrations import opentelemetry as ours

    def before(exporter: Any, wrap: Callable[[Any, Any], Any]) -> Any:
        return wrap(exporter, app.redact) if app.protected else exporter

    fields = {"from": NUMBER, "caller_name": NAME}
    tracer = TracerProvider()
    spans = before(ConsoleSpanExporter(out=app.out), ours.span_exporter)
    tracer.add_span_processor(SimpleSpanProcessor(spans))
    with (
        app.channel("span"),
        contextlib.suppress(ValueError),
        tracer.get_tracer("calls").start_as_current_span("dial", attributes=fields),
    ):
        _fail()
    logger = LoggerProvider()
    records = before(ConsoleLogRecordExporter(out=app.out), ours.log_exporter)
    logger.add_log_record_processor(SimpleLogRecordProcessor(records))
    with app.channel("log"):
        logger.get_logger("calls").emit(body=f"call from {NUMBER}", attributes=fields)
    exporter = before(ConsoleMetricExporter(out=app.out), ours.metric_exporter)
    meter = MeterProvider([PeriodicExportingMetricReader(exporter, 3_600_000)])
    with app.channel("metric"):
        meter.get_meter("calls").create_counter("calls").add(1, fields)
        meter.force_flush()
    carrier: dict[str, str] = {}
    context = baggage.set_baggage("caller_name", NAME, baggage.set_baggage("from", NUMBER))
    before(W3CBaggagePropagator(), ours.propagator).inject(carrier, context)
    app.written["baggage"] = json.dumps(carrier)
    meter.shutdown()


# Clients and databases --------------------------------------------------------------------------


def _httpx(app: App) -> None:
    import httpx

    log = logging.getLogger("httpx")
    log.setLevel(logging.INFO)
    log.addHandler(app.handler())
    transport = httpx.MockTransport(lambda request: httpx.Response(200))
    with app.channel("request line"), httpx.Client(transport=transport) as client:
        client.get(f"https://api.example.com/sms?{_QUERY}")


def _requests(app: App) -> None:
    from http.server import BaseHTTPRequestHandler, HTTPServer

    import requests

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    log = logging.getLogger("urllib3")
    log.setLevel(logging.DEBUG)
    log.addHandler(app.handler())
    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    with app.channel("request line"):
        requests.get(f"http://127.0.0.1:{server.server_port}/sms?{_QUERY}", timeout=30)
    server.shutdown()


def _aiohttp(app: App) -> None:
    import asyncio

    from aiohttp import ClientSession, web

    async def fail(request: Any) -> Any:
        _fail()

    async def logged(text: str) -> None:
        # The client has its answer before the server has logged.
        while text not in app.out.getvalue():  # noqa: ASYNC110 - a log is not an event
            await asyncio.sleep(0.01)

    async def serve() -> None:
        site = web.Application()
        site.router.add_get("/fail", fail)
        runner = web.AppRunner(site)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with ClientSession() as client:
            with app.channel("access log"):
                async with client.get(f"{url}/none?{_QUERY}") as answer:
                    await answer.read()
                await logged("GET /none")
            with app.channel("exception"):
                async with client.get(f"{url}/fail") as answer:
                    await answer.read()
                await logged("GET /fail")
        await runner.cleanup()

    log = logging.getLogger("aiohttp")
    log.setLevel(logging.INFO)
    log.addHandler(app.handler())
    asyncio.run(serve())


def _sqlalchemy(app: App) -> None:
    import sqlalchemy

    sys.stdout = app.out
    engine = sqlalchemy.create_engine("sqlite://", echo=True)
    insert = "INSERT INTO calls VALUES (:caller)"
    with app.channel("statement"), engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE calls (caller TEXT)"))
        connection.execute(sqlalchemy.text(insert), {"caller": NUMBER})


APPS: dict[str, tuple[str, Callable[[App], None]]] = {
    "logging": ("logging", _plain),
    "python-json-logger": ("pythonjsonlogger", _json),
    "rich": ("rich", _rich),
    "structlog": ("structlog", _structlog),
    "loguru": ("loguru", _loguru),
    "Flask and Werkzeug": ("flask", _flask),
    "Django": ("django", _django),
    "FastAPI and uvicorn": ("fastapi", _fastapi),
    "Starlette and uvicorn": ("starlette", _starlette),
    "gunicorn": ("gunicorn", _gunicorn),
    "aiohttp server": ("aiohttp", _aiohttp),
    "httpx": ("httpx", _httpx),
    "requests and urllib3": ("requests", _requests),
    "SQLAlchemy echo": ("sqlalchemy", _sqlalchemy),
    "Celery": ("celery", _celery),
    "Sentry": ("sentry_sdk", _sentry),
    "OpenTelemetry": ("opentelemetry", _opentelemetry),
    **CLIENTS,
}


# These leave nothing behind for each other, and run in one interpreter.
_TOGETHER = (
    "logging",
    "python-json-logger",
    "rich",
    "structlog",
    "loguru",
    "httpx",
    "requests and urllib3",
    *CLIENTS,
)


def installed() -> list[str]:
    """Give the apps whose framework is installed."""
    return [name for name, (module, _) in APPS.items() if importlib.util.find_spec(module)]


def run(name: str, *, protected: bool) -> Written:
    """Run an app in an interpreter of its own; give what left through each channel."""
    together = tuple(each for each in installed() if each in _TOGETHER)
    written = _run(together if name in together else (name,), protected)[name]
    if isinstance(written, str):
        raise RuntimeError(written)  # noqa: TRY004 - why the app failed
    return written


@functools.cache
def _run(names: tuple[str, ...], protected: bool) -> dict[str, Written | str]:
    command = [sys.executable, "-m", "benchmarks.log_apps", "--run", *names]
    done = subprocess.run(
        [*command, *(["--protected"] if protected else [])],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=Path(__file__).resolve().parents[1],
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    written: dict[str, Written | str] = json.loads(done.stdout.splitlines()[-1])
    return written


def _ran(name: str, protected: bool) -> Written | str:
    """Run an app here; give what it wrote, or why it failed."""
    app = App(protected)
    try:
        APPS[name][1](app)
    except Exception:  # the others run
        return traceback.format_exc()
    return app.written


def verdict(text: str) -> str:
    """Say what came out: `leaks`, `safe`, or `nothing` where a line is lost."""
    if _SECRETS.search(text):
        return "leaks"
    return "safe" if text.strip() else "nothing"


def table() -> Iterator[str]:
    """Give the lines of the table: one a channel of an app."""
    yield "| app | channel | as it comes | **voxvalley_privacy** |"
    yield "|---|---|---|---|"
    for name in installed():
        before, after = run(name, protected=False), run(name, protected=True)
        for channel, text in before.items():
            yield f"| {name} | {channel} | {verdict(text)} | {verdict(after.get(channel, ''))} |"


def main() -> None:
    """Run one app, or print the table, or write it into a page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", choices=APPS, nargs="+")
    parser.add_argument("--protected", action="store_true")
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    if arguments.run:
        out = sys.stdout
        written = {name: _ran(name, arguments.protected) for name in arguments.run}
        print(json.dumps(written), file=out, flush=True)
        return
    text = "\n".join(table())
    if arguments.write is None:
        print(text)
        return
    page = arguments.write
    before, _, rest = page.read_text(encoding="utf-8").partition(_START)
    page.write_text(f"{before}{_START}\n{text}\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
