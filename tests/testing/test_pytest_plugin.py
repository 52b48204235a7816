"""The fixtures in real runs of pytest, with real clients, servers and frameworks."""

from __future__ import annotations

import logging
import sqlite3
import sys
import tomllib
import warnings
from pathlib import Path

import fastapi  # noqa: F401 - so that the runs share it
import flask  # noqa: F401
import httpx
import pytest
import requests
import sqlalchemy  # noqa: F401

from tests.testing.plugins import PLUGIN

pytest_plugins = ("pytester",)

_ROOT = Path(__file__).resolve().parents[2]
HEAD = """
    import logging, sys, threading, warnings
    import pytest
    from voxvalley_privacy.testing import sample
    MESSAGE = sample("twilio.message_webhook")
    NUMBER, NAME = MESSAGE["From"], MESSAGE["ProfileName"]
    log = logging.getLogger("app")
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Run a test file in this process: what it says of outcomes, and what it prints."""
    pytester.makeini("[pytest]\n")
    # A build server gets failures twice, in full in the summary too; and the runs are guests in this process.
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)

    def run(body: str, *options: str):
        indented = HEAD + "".join(f"    {line}\n" for line in body.splitlines())
        pytester.makepyfile(test_app=indented)
        return pytester.runpytest_inprocess(
            *PLUGIN, "-p", "no:randomly", "-p", "no:cacheprovider", *options
        )

    return run


def test_entry_point():
    """The plugin is loaded by pytest itself wherever the package is installed."""
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert {"voxvalley_privacy": "voxvalley_privacy.testing.plugin"} == project["entry-points"][
        "pytest11"
    ]


def test_guard_fails_a_test_in_its_call(run):
    """A leak is a failure of the test, not an error beside it, and a clean test passes."""
    result = run(
        """
def test_leaks(privacy_guard):
    log.info("call from %s", NUMBER)
def test_is_clean(privacy_guard, tmp_path):
    log.info("call ended after %d s", 61)
    print("2026-11-25 12:00:00 ok 200")
    (tmp_path / "calls.log").write_text("started on 127.0.0.1:8000")
""",
        "--strict-markers",
    )

    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["*log record of 'app' (message) (from test_app.py:9):*"])


def test_own_failure_stays(run):
    """A test that fails by itself keeps its own failure; the leak is told beside it, once."""
    result = run(
        """
def test_fails(privacy_guard):
    print("from", NUMBER)
    assert 1 == 2, "its own failure"
def test_skips(privacy_guard):
    pytest.skip("not here")
@pytest.mark.xfail(strict=True)
def test_is_expected_to_leak(privacy_guard):
    print(NUMBER)
"""
    )
    text = result.stdout.str()

    result.assert_outcomes(failed=1, skipped=1, xfailed=1)
    assert "its own failure" in text
    assert 1 == text.count("privacy_guard: personal data reached 1 place(s).")
    assert "Captured privacy_guard call" in text


@pytest.mark.parametrize("options", [("-s",), ("-n", "1"), ("--capture=sys",)], ids=" ".join)
def test_options_of_pytest(run, options):
    """Without capture, under xdist and with capture of `sys` alone, the same tests fail."""
    result = run(
        """
def test_prints(privacy_guard):
    print("from", NUMBER)
def test_logs(privacy_guard):
    log.warning(NAME)
def test_err(privacy_guard):
    sys.stderr.write(NUMBER)
def test_fails(privacy_guard):
    print(NUMBER)
    assert 0
def test_is_clean(privacy_guard):
    print("fine")
""",
        *options,
    )
    text = result.stdout.str()

    result.assert_outcomes(failed=4, passed=1)
    assert 4 == text.count("privacy_guard: personal data reached 1 place(s).")
    assert "stdout (from test_app.py:9)" in text
    assert "assert 0" in text


def test_async_tests(run):
    """Tests that are awaited, by asyncio, trio and anyio's plugin, are watched as well."""
    result = run(
        """
import asyncio, httpx
@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_awaited(privacy_guard, anyio_backend):
    log.info(NUMBER)
@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_httpx(privacy_guard, anyio_backend):
    async def answer(request):
        return httpx.Response(200)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        await client.post("https://api.example.com/", content=NAME)
def test_run(privacy_guard):
    async def main():
        await asyncio.to_thread(print, NUMBER)
    asyncio.run(main())
""",
        "-p",
        "anyio",
    )

    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(["*request to api.example.com (body) (from test_app.py:*"])


def test_fixtures_beside_the_guard(run):
    """Capsys before and after the guard, capfd, caplog, recwarn and threads work and are watched."""
    """The fixtures capsys before and after the guard, capfd, caplog, recwarn and threads work and are watched."""
    result = run(
        """
def test_capsys_first(capsys, privacy_guard):
    print(NAME)
    assert NAME in capsys.readouterr().out
def test_capsys_last(privacy_guard, capsys):
    print(NAME)
    assert NAME in capsys.readouterr().out
def test_capfd(privacy_guard, capfd):
    print(NAME)
    assert NAME in capfd.readouterr().out
def test_caplog(privacy_guard, caplog):
    log.warning(NAME)
    assert NAME in caplog.text
def test_thread(privacy_guard):
    thread = threading.Thread(target=print, args=(NUMBER,))
    thread.start()
    thread.join()
def test_late(request):
    request.getfixturevalue("privacy_guard")
    print(NUMBER)
def test_own_warning_is_not_a_leak(privacy_guard):
    with pytest.warns(UserWarning):
        warnings.warn(NAME)
"""
    )

    result.assert_outcomes(failed=6, passed=1)


def test_fixture_that_leaks_before(run):
    """What a fixture wrote before the guard was there is found in what pytest captured."""
    result = run(
        """
@pytest.fixture
def app():
    print(NUMBER)
def test_app(app, privacy_guard):
    pass
"""
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*stdout of a fixture: PARTY_NUMBER*"])


def test_fixture_that_leaks_afterwards(run):
    """What a fixture of the app writes after the test is an error of that test."""
    result = run(
        """
@pytest.fixture
def app(privacy_guard, tmp_path):
    yield
    (tmp_path / "last.txt").write_text(NUMBER)
def test_app(app):
    pass
"""
    )

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*file last.txt, line 1: *"])


def test_allowed_places(run):
    """A place can be allowed by marker or call, with a reason; everything else still fails."""
    result = run(
        """
import httpx
def send():
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
        client.post("https://sms.example.com/", json={"to": NUMBER})
@pytest.mark.privacy_allow("request to sms.example.com (body)", reason="the vendor delivers it")
def test_marker(privacy_guard):
    send()
def test_call(privacy_guard):
    privacy_guard.allow("request to sms.example.com", reason="the vendor delivers it")
    send()
@pytest.mark.privacy_allow("request to other.example.com", reason="another one")
def test_other(privacy_guard):
    send()
@pytest.mark.privacy_allow("stdout", reason=" ")
def test_no_reason(privacy_guard):
    pass
""",
        "--strict-markers",
    )

    result.assert_outcomes(passed=2, failed=1, errors=1)
    result.stdout.fnmatch_lines(["*allow() needs the name of a place, and a reason.*"])


def test_own_records_are_watched(run):
    """Values of a record that is not a sample are looked for after `watch()`."""
    result = run(
        """
OWN = {"From": "+14155550132", "ProfileName": "Zoe Example"}
def test_watched(privacy_guard):
    privacy_guard.watch(OWN, "twilio.message_webhook")
    print("hello Zoe")
def test_unwatched(privacy_guard):
    print("hello Zoe")
def test_checked_at_once(privacy_guard):
    print(NUMBER)
    with pytest.raises(AssertionError, match="stdout"):
        privacy_guard.check()
    assert [leak.place for leak in privacy_guard.leaks] == ["stdout"]
"""
    )

    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines(["*stdout (from test_app.py:11): PERSON_NAME*"])


def test_protected_app_is_clean(run):
    """An app whose logs are protected passes, as the guard sees what handlers see."""
    result = run(
        """
import voxvalley_privacy as vp
@pytest.fixture
def protected():
    protection = vp.logs.protect(vp.Redactor(vp.policies.labels()))
    yield
    protection.remove()
def test_protected_after(privacy_guard, protected):
    log.warning("from %s", NUMBER, extra={"caller": NUMBER})
def test_protected_before(protected, privacy_guard):
    try:
        raise LookupError(NUMBER)
    except LookupError:
        log.exception("failed")
"""
    )

    result.assert_outcomes(passed=2)


def test_real_server(run):
    """Requests and httpx over a real connection are watched, and what comes in is not."""
    """What requests, httpx, urllib and urllib3 send over a real connection is watched, and what comes in is not."""
    result = run(
        """
import http.server, httpx, requests, urllib.request, urllib3
@pytest.fixture
def server():
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(NAME.encode())
        def log_message(self, *args):
            pass
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
def test_requests(privacy_guard, server):
    assert requests.post(server, data={"caller": NUMBER}, timeout=5).text == NAME
def test_requests_file(privacy_guard, server, tmp_path):
    (tmp_path / "in.txt").write_text(NUMBER)
    privacy_guard.allow("file in.txt", reason="the test wrote it")
    with open(tmp_path / "in.txt", "rb") as file:
        requests.post(server, data=file, timeout=5)
def test_httpx(privacy_guard, server):
    assert httpx.post(server, data={"caller": NUMBER}).text == NAME
def test_urllib(privacy_guard, server):
    with urllib.request.urlopen(server, data=NUMBER.encode(), timeout=5) as answer:
        assert answer.read().decode() == NAME
def test_urllib3(privacy_guard, server):
    assert urllib3.PoolManager().request("POST", server, fields={"caller": NUMBER}).status == 200
def test_clean(privacy_guard, server):
    with urllib.request.urlopen(server, data=b"id=7", timeout=5) as answer:
        assert answer.read().decode() == NAME
    assert urllib3.PoolManager().request("POST", server, body=b"id=7").status == 200
    assert requests.post(server, data={"id": "7"}, timeout=5).text == NAME
    assert httpx.post(server, json={"id": "7"}).text == NAME
"""
    )

    result.assert_outcomes(failed=5, passed=1)
    assert 5 == result.stdout.str().count("request to 127.0.0.1 (body) (from test_app.py:")


def test_canary_through_frameworks(run):
    """A canary goes through Flask and FastAPI; answers, errors and files are searched."""
    result = run(
        """
from fastapi import FastAPI, Form
from fastapi.testclient import TestClient
from flask import Flask, request
from typing import Annotated
api = FastAPI()
flask = Flask("app")
@api.post("/echo")
async def echo(From: Annotated[str, Form()]):
    return {"you": From}
@api.post("/ok")
async def ok(From: Annotated[str, Form()]):
    return {"status": "ok"}
@flask.post("/sms")
def sms():
    log.info("message %s", request.form["MessageSid"])
    return "ok"
@flask.post("/error")
def error():
    raise LookupError(request.form["From"])
WEBHOOK = "twilio.message_webhook"
def through(client, path):
    return lambda form: client.post(path, data=form)
def test_echo(privacy_canary):
    privacy_canary.feed(through(TestClient(api), "/echo"), WEBHOOK)
def test_ok(privacy_canary):
    assert privacy_canary.feed(through(TestClient(api), "/ok"), WEBHOOK).json() == {"status": "ok"}
def test_flask(privacy_canary):
    assert privacy_canary.feed(through(flask.test_client(), "/sms"), WEBHOOK, seed=5).text == "ok"
def test_refused(privacy_canary):
    privacy_canary.feed(through(flask.test_client(), "/nowhere"), WEBHOOK)
def test_error(privacy_canary):
    flask.testing = True
    with pytest.raises(LookupError):
        privacy_canary.feed(through(flask.test_client(), "/error"), WEBHOOK)
@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_awaited(privacy_canary, anyio_backend):
    async def post(record):
        return record["From"]
    await privacy_canary.feed_async(post, WEBHOOK)
@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_awaited_error(privacy_canary, anyio_backend):
    async def post(record):
        raise LookupError(record["From"])
    with pytest.raises(LookupError):
        await privacy_canary.feed_async(post, WEBHOOK)
""",
        "-p",
        "anyio",
        "-W",
        "ignore",  # starlette would rather have another client
    )
    text = result.stdout.str()

    result.assert_outcomes(failed=5, passed=2)
    assert "body of the response: " in text
    assert "the app answered with status 404" in text
    assert "error of the app" in text
    assert "value that the app returned" in text


def test_unhappy_apps(run):
    """Log arguments that do not fit, a closed stream, and a locked or broken database do no harm."""
    result = run(
        """
import sqlite3
def test_arguments(privacy_guard, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    log.warning("%d of %d", NUMBER)
def test_broken(privacy_guard, tmp_path):
    (tmp_path / "a.db").write_bytes(b"SQLite format 3\\0" + b"\\1" * 400 + NUMBER.encode())
def test_locked(privacy_guard, tmp_path):
    database = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    database.execute("CREATE TABLE calls (caller)")
    database.execute("BEGIN EXCLUSIVE")
    database.execute("INSERT INTO calls VALUES (7)")
    privacy_guard.check()
    database.close()
def test_wal(privacy_guard, tmp_path):
    database = sqlite3.connect(str(tmp_path / "b.db"))
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE calls (caller)")
    database.execute("INSERT INTO calls VALUES (?)", (NUMBER,))
    database.commit()
    privacy_guard.check()
def test_memory(privacy_guard):
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE calls AS SELECT ?", (NUMBER,))
    database.close()
def test_link(privacy_guard, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "octets").write_bytes(bytes(range(256)) * 40)
def test_epoch_is_no_number(privacy_guard, tmp_path):
    database = sqlite3.connect(tmp_path / "c.db")
    database.execute("CREATE TABLE calls (created)")
    database.execute("INSERT INTO calls VALUES (1790000000)")
    database.commit()
    database.close()
"""
    )

    result.assert_outcomes(failed=3, passed=4)


def test_streams_and_files_of_all_kinds(run):
    """Octets and lines on streams, loggers of their own, blobs, nested archives and names are seen."""
    result = run(
        """
import base64, gzip, os, sqlite3, subprocess, zlib, httpx
own = logging.getLogger("own")
own.propagate = False
own.setLevel(logging.INFO)
def test_buffer(privacy_guard):
    sys.stdout.buffer.write(NUMBER.encode())
    sys.stdout.buffer.flush()
def test_lines(privacy_guard):
    assert sys.stdout.isatty() in (True, False)
    sys.stdout.writelines(["a\\n", NUMBER, "\\n"])
def test_own_logger(privacy_guard):
    own.info(NUMBER)
def test_stack(privacy_guard):
    log.info("x", extra={"user": {"name": NAME}}, stack_info=True)
def test_child_beside_own_output(privacy_guard):
    print("fine")
    subprocess.run(["sh", "-c", "echo $0 >&2", NUMBER], check=True)
def test_child_of_a_failing_test(privacy_guard):
    subprocess.run(["echo", NUMBER], check=True)
    assert 0
def test_blob(privacy_guard, tmp_path):
    database = sqlite3.connect(f"file:{tmp_path}/a%20b.db", uri=True)
    database.execute("CREATE TABLE calls (raw, note)")
    database.execute("INSERT INTO calls VALUES (?, NULL)", (zlib.compress(NUMBER.encode()),))
    database.commit()
    database.close()
def test_lines_of_base64(privacy_guard, tmp_path):
    text = base64.encodebytes(b"x" * 50 + NUMBER.encode() + b"y" * 50).decode()
    (tmp_path / "mail.txt").write_text(text)
def test_folder(privacy_guard, tmp_path):
    (tmp_path / NAME).mkdir()
def test_library_logs(privacy_guard):
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
        client.get("https://x.example.com/" + NUMBER)
"""
    )
    text = result.stdout.str()

    result.assert_outcomes(failed=10)
    for place in (
        "stderr of a child process",
        "stdout of a child process",
        "log record of 'own' (message)",
        "log record of 'app' (extra)",
        "SQLite file a b.db, table calls, column raw",
        "name of a file in tmp_path",
        "log record of 'httpx' (message) (from test_app.py:",
    ):
        assert place in text


def test_sqlite_elsewhere(run, tmp_path):
    """A SQLite file outside of tmp_path is searched as soon as it is opened, by SQLAlchemy too."""
    result = run(
        f"""
import sqlalchemy
PATH = {str(tmp_path / "app.db")!r}
def test_elsewhere(privacy_guard):
    engine = sqlalchemy.create_engine("sqlite:///" + PATH)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE calls (caller)"))
        connection.execute(sqlalchemy.text("INSERT INTO calls VALUES (:n)"), {{"n": NUMBER}})
    engine.dispose()
"""
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*SQLite file app.db, table calls, column caller: *"])


def test_everything_is_put_back(run):
    """After a guarded test, streams, loggers, warnings and clients are as they were."""

    def state():
        return (
            sys.stdout,
            sys.stderr,
            warnings.showwarning,
            httpx.HTTPTransport.handle_request,
            httpx.MockTransport.handle_async_request,
            requests.Session.send,
            sqlite3.connect,
            logging.getLogger().level,
            list(logging.getLogger().handlers),
        )

    before = state()
    run("def test_leaks(privacy_guard):\n    log.info(NUMBER)")

    assert before == state()


def test_names_with_values_are_hidden(run):
    """A logger, host, header or table that is named after a number is not shown in the message."""
    from voxvalley_privacy.testing.made_up import canaries_in

    result = run(
        """
import httpx, sqlite3
def test_names(privacy_guard, tmp_path):
    logging.getLogger(NUMBER).warning(NUMBER)
    (tmp_path / NUMBER).mkdir()
    (tmp_path / NUMBER / "a.txt").write_text(NAME)
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
        client.get("https://x.example.com/", headers={NUMBER: NUMBER})
"""
    )

    result.assert_outcomes(failed=1)
    assert () == canaries_in(result.stdout.str())


def test_message_hides_captured_output(run):
    """What pytest shows of a leaking test's output is hidden; that of a clean failing test is shown."""
    result = run(
        """
def test_leaks(privacy_guard):
    print("number", NUMBER)
def test_fails(privacy_guard):
    print("a helpful line")
    assert 0
"""
    )
    text = result.stdout.str()

    assert "[hidden: personal data was found here]" in text
    assert "a helpful line" in text
    assert "number +" not in text
