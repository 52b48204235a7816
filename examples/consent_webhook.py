"""A webhook and a sender: a storm of STOPs comes in, twice each and out of order, while a campaign goes out."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from urllib.parse import parse_qsl, urlencode

from voxvalley_privacy import facts, stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    Evidence,
    Inbox,
    MayContact,
    Senders,
    may_contact,
    read_plivo,
    read_twilio,
)
from voxvalley_privacy.errors import ConfigurationError, Denied
from voxvalley_privacy.keys import KeyRing

# Numbers that are reserved for fiction, in four area codes.
PEOPLE = [f"+1{area}555{100 + n:04}" for area in (212, 312, 415, 617) for n in range(100)]
SENDERS = Senders({"shop": ["+14155550100", "+14155550101"]})
FORM = Evidence(method="web_form", affirmative=True)
READERS = {"/twilio": read_twilio, "/plivo": read_plivo}
CONFIRMATION = "You will get no more messages from us."


class Webhook:
    """A WSGI application: mount it in any web framework, behind the check of the vendor's signature."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox

    def __call__(
        self, environ: dict[str, object], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        """Answer one delivery: 200 if it is on record, 503 if the vendor should deliver it again."""
        body = environ["wsgi.input"].read(1 << 16)  # type: ignore[attr-defined]  # as WSGI has it
        form = dict(parse_qsl(body.decode("utf-8", "replace")))
        try:
            message = READERS[str(environ["PATH_INFO"])](form)
        except (KeyError, ConfigurationError):
            start_response("400 Bad Request", [])
            return []
        outcome = self.inbox.receive(message)
        start_response(f"{outcome.http_status} Done", [("Content-Type", "text/plain")])
        return [CONFIRMATION.encode()] if outcome.reply else []


class Outbox:
    """Sends offers, each with a permit that is used in the line before the send."""

    def __init__(self, may: MayContact) -> None:
        self.may = may
        self.sent: Counter[str] = Counter()

    def offer(self, number: str) -> None:
        """Send one offer, if that is allowed now."""
        contact = Contact(to=number, purpose="marketing", channel="sms", sender="shop")
        try:
            self.may.permit(contact).use()
        except Denied as refused:
            self.sent[f"refused, {refused.args[0].codes[0]}"] += 1
        else:
            self.sent["sent"] += 1  # here a real app calls its vendor


def delivery(number: str, index: int, *, plivo: bool) -> tuple[str, dict[str, str]]:
    """Make the path and form of one STOP, as the vendor would post it."""
    to = SENDERS.groups[0][1][index % 2]
    if plivo:
        return "/plivo", {"From": number, "To": to, "Text": "STOP", "MessageUUID": f"p{index}"}
    return "/twilio", {"From": number, "To": to, "Body": "Stop.", "MessageSid": f"SM{index}"}


class Storm:
    """Delivers STOPs from many threads, and watches that nobody gets an offer after an answer of 200."""

    def __init__(self, webhook: Webhook, outbox: Outbox) -> None:
        self.webhook, self.outbox = webhook, outbox
        self.acknowledged: set[str] = set()
        self.answers: Counter[str] = Counter()
        self.lock = Lock()

    def deliver(self, path: str, form: dict[str, str]) -> None:
        """Post one form, and ask for an offer to the same person at once."""
        status: list[str] = []
        environ = {"PATH_INFO": path, "wsgi.input": BytesIO(urlencode(form).encode())}
        body = b"".join(self.webhook(environ, lambda line, _: status.append(line[:3])))
        with self.lock:
            self.answers[f"{status[0]}, {'confirmed' if body else 'silent'}"] += 1
            if status == ["200"]:
                self.acknowledged.add(form["From"])

    def check(self, number: str) -> bool:
        """Whether an offer went out although the STOP was answered with 200 before it was asked for."""
        stopped = number in self.acknowledged
        before = self.outbox.sent["sent"]
        self.outbox.offer(number)
        return stopped and self.outbox.sent["sent"] > before


def main() -> None:
    """Run the storm on one SQLite file."""
    with TemporaryDirectory() as folder:
        store = stores.sqlite(Path(folder) / "privacy.db")
        ledger = ConsentLedger(store, keys=KeyRing.generate())
        for number in PEOPLE:
            ledger.give(number, "marketing.sms", evidence=FORM)
        # At any hour of the day, so that the example has the same result by night.
        may = may_contact(ledger, senders=SENDERS, facts=open_at_all_hours())
        outbox = Outbox(may)
        storm = Storm(Webhook(Inbox(ledger, senders=SENDERS)), outbox)
        deliveries = [delivery(number, n, plivo=n % 3 == 0) for n, number in enumerate(PEOPLE[::2])]
        twice = deliveries * 2
        random.Random(7).shuffle(twice)
        with ThreadPoolExecutor(8) as pool:
            campaign = [pool.submit(outbox.offer, number) for number in PEOPLE]
            list(pool.map(lambda pair: storm.deliver(*pair), twice))
            for future in campaign:
                future.result()
        too_late = sum(storm.check(number) for number in PEOPLE)
        print(f"deliveries: {dict(sorted(storm.answers.items()))}")
        print(f"people who said STOP: {len(storm.acknowledged)} of {len(PEOPLE)}")
        print(f"offers after an answered STOP: {too_late}")
        refused = outbox.sent["refused, suppression.sender"]
        print(f"offers refused for a STOP, in two rounds: {refused}")
        if too_late or len(storm.acknowledged) != len(deliveries):
            raise SystemExit(1)
        store.close()


def open_at_all_hours() -> facts.Facts:
    """Return the tables with all hours open for the United States."""
    row = facts.QuietHours(
        key="US",
        source="",
        as_of=date(2026, 11, 25),
        confidence="H",
        channels=["sms"],
        days=range(7),
        start=time(0),
        end=time(23, 59, 59, 999999),
        holidays_open=True,
    )
    return facts.load().override("quiet_hours", row, reason="an example", approver="nobody")


if __name__ == "__main__":
    main()
