"""A webhook for Twilio and Plivo and a worker that sends, on one PostgreSQL: STOP to no message."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response

import voxvalley_privacy as vp
from voxvalley_privacy.consent import read_plivo, read_twilio
from voxvalley_privacy.stores import EventStore, system_clock

SENDERS = vp.Senders({"acme": ["+14155550100", "+14155550101"]})


def open_ledger(
    store: EventStore,
    keys: vp.KeyRing,
    journal: Path,
    clock: Callable[[], datetime] = system_clock,
) -> vp.ConsentLedger:
    """Open the ledger that every process shares; the journal is this host's own."""
    return vp.ConsentLedger(store, keys=keys, journal=journal, region="US", clock=clock)


def webhooks(ledger: vp.ConsentLedger) -> FastAPI:
    """Make the app that the vendors call."""
    app = FastAPI()
    inbox = vp.Inbox(ledger, senders=SENDERS)
    readers = {"twilio": read_twilio, "plivo": read_plivo}

    @app.post("/inbound/{vendor}")
    async def inbound(vendor: str, request: Request) -> Response:
        from asyncio import to_thread

        payload = dict(parse_qsl((await request.body()).decode()))
        try:
            message = readers[vendor](payload)
        except (KeyError, vp.ConfigurationError):
            return Response(status_code=400)
        outcome = await to_thread(inbox.receive, message)
        # 503 where an opt-out is not on a disk yet: the vendor delivers it again.
        return Response(status_code=outcome.http_status)

    return app


def send_all(
    ledger: vp.ConsentLedger, contacts: Iterable[vp.Contact], send: Callable[[vp.Contact], object]
) -> int:
    """Send to whom it is allowed in the line before; return to how many."""
    may = vp.may_contact(ledger, senders=SENDERS)
    contacts = list(contacts)
    sent = 0
    for contact, decision in zip(contacts, may.many(contacts), strict=True):
        if not decision:
            continue
        try:
            may.permit(contact).use()
        except vp.Denied:
            continue
        send(contact)
        sent += 1
    return sent
