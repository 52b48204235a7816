"""
The tests of the SMS app: they only check that it does its job; `privacy_guard` does the rest.

`pytest app_tests.py` next to the app as `app.py`.
"""

from __future__ import annotations

from contextlib import closing

import app
import httpx
import pytest
import requests

from voxvalley_privacy.testing import sample

SCHEMA = "twilio.message_webhook"


@pytest.fixture
def message(privacy_guard):
    made_up = sample(SCHEMA)
    privacy_guard.watch(made_up, SCHEMA)
    return made_up


@pytest.fixture
def client():
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(204))) as client:
        yield client


class NoNetwork(requests.adapters.BaseAdapter):
    def send(self, request, **settings):
        response = requests.Response()
        response.status_code, response.request, response.url = 204, request, request.url
        return response

    def close(self):
        pass


@pytest.fixture
def session():
    with requests.Session() as session:
        session.mount("https://", NoNetwork())
        yield session


@pytest.fixture
def database(tmp_path, privacy_guard):
    with closing(app.open_database(tmp_path / "app.db")) as database:
        yield database


def test_echo(privacy_canary):
    client = app.web.test_client()
    answer = privacy_canary.feed(lambda form: client.post("/echo", data=form), SCHEMA)
    assert "received" in answer.get_json()


def test_header(privacy_canary):
    client = app.web.test_client()
    privacy_canary.feed(lambda form: client.post("/header", data=form), SCHEMA)


def test_log_message(message):
    app.log_message(message)


def test_log_extra(message):
    app.log_extra(message)


def test_log_error(message):
    app.log_error(message)


def test_print_out(message, capsys):
    app.print_out(message)
    assert capsys.readouterr().out.startswith("received: ")


def test_write_err(message):
    app.write_err(message)


def test_warn(message):
    app.warn(message)


def test_write_log_file(message, tmp_path):
    app.write_log_file(message, tmp_path)
    assert (tmp_path / "audit.log").read_text().startswith("stored ")


def test_write_csv(message, tmp_path):
    app.write_csv(message, tmp_path)
    assert len((tmp_path / "messages.csv").read_text().splitlines()) == 2


def test_name_file(message, tmp_path):
    app.name_file(message, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_compress(message, tmp_path):
    app.compress(message, tmp_path)
    assert (tmp_path / "message.json.gz").exists()


def test_archive(message, tmp_path):
    app.archive(message, tmp_path)
    assert (tmp_path / "messages.zip").exists()


def test_store(message, database):
    app.store(message, database)
    assert database.execute("SELECT count(*) FROM messages").fetchone() == (1,)


def test_delete(message, database):
    app.delete(message, database)
    assert database.execute("SELECT count(*) FROM queue").fetchone() == (0,)


def test_look_up(message, client):
    assert app.look_up(message, client).status_code == 204


def test_trace(message, client):
    assert app.trace(message, client).status_code == 204


def test_report(message, client):
    assert app.report(message, client).status_code == 204


def test_fetch(message, session):
    assert app.fetch(message, session).status_code == 204


def test_count(message, session):
    assert app.count(message, session).status_code == 204


def test_run_child(message):
    app.run_child(message)
