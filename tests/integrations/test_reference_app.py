"""The reference app: webhooks of two vendors and a worker, on PostgreSQL, in a storm of STOPs."""

from __future__ import annotations

import asyncio
import importlib.util
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

import voxvalley_privacy as vp
from tests.stores import postgres
from voxvalley_privacy.stores import FixedClock

pytest.importorskip("fastapi", reason="FastAPI is not installed.")
pytest.importorskip("sqlalchemy", reason="The extra `sql` is not installed.")
httpx = pytest.importorskip("httpx", reason="The extra `httpx` is not installed.")
from voxvalley_privacy.stores.sql import sql  # noqa: E402

APP = Path(__file__).parents[2] / "examples" / "consent_reference_app.py"
FORM = vp.Evidence(method="web_form", affirmative=True)
PEOPLE = [f"+1312555{100 + n:04}" for n in range(40)]


def load_app():
    """Import the example."""
    spec = importlib.util.spec_from_file_location("consent_reference_app", APP)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stop_of(vendor, number, word):
    """Return a payload as the vendor has it."""
    if vendor == "twilio":
        return {"From": number, "To": "+14155550100", "Body": word, "MessageSid": f"SM{number}"}
    return {"From": number, "To": "+14155550101", "Text": word, "MessageUUID": f"u{number}"}


def deliver(application, forms):
    """Post all forms at once, and return the answers in their order."""

    async def post_all():
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://example.com") as client:
            posts = [client.post(f"/inbound/{vendor}", data=form) for vendor, form in forms]
            return [answer.status_code for answer in await asyncio.gather(*posts)]

    return asyncio.run(post_all())


def test_a_storm_of_stops(request, tmp_path):
    """Thirty people say STOP, each twice, at once and to two vendors: ten get a message."""
    app = load_app()
    clock = FixedClock(datetime(2026, 7, 15, 17, tzinfo=UTC))
    keys, table = vp.KeyRing.generate(), f"reference_{uuid4().hex[:8]}"
    address = postgres.url(request)

    def process(name):
        return app.open_ledger(sql(address, table=table), keys, tmp_path / name, clock)

    web, worker = process("web"), process("worker")
    for number in PEOPLE:
        worker.give(number, "marketing.sms", evidence=FORM)
    clock.advance(timedelta(seconds=5))
    stops = [(number, ("twilio", "plivo")[n % 2]) for n, number in enumerate(PEOPLE[:30] * 2)]
    forms = [(vendor, stop_of(vendor, number, "STOP")) for number, vendor in stops]
    assert {200} == set(deliver(app.webhooks(web), forms))
    sent = []
    contacts = [
        vp.Contact(to=number, purpose="marketing", channel="sms", sender="acme")
        for number in PEOPLE
    ]
    assert 10 == app.send_all(worker, contacts, sent.append)
    assert PEOPLE[30:] == [contact.to for contact in sent]
    assert worker.verify() > 70
    report = {**stop_of("twilio", PEOPLE[35], "STOP"), "MessageStatus": "delivered"}
    assert [400, 400] == deliver(app.webhooks(web), [("nobody", {"a": "b"}), ("twilio", report)])
