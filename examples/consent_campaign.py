"""An SMS campaign to 1,000 made-up subscribers: who gets it, who does not, and why."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    Evidence,
    InboundMessage,
    Inbox,
    Leg,
    MayContact,
    Person,
    Recording,
    Senders,
    may_contact,
    old_enough,
    recording_allowed,
)
from voxvalley_privacy.decisions import Decision
from voxvalley_privacy.errors import Denied
from voxvalley_privacy.keys import KeyRing

# Ranges that are reserved for fiction: 100 numbers in each of eight area codes, 200 British mobiles.
AREAS = (212, 305, 312, 303, 602, 415, 907, 808)
SUBSCRIBERS = (
    *[f"+1{area}555{100 + index:04}" for area in AREAS for index in range(100)],
    *[f"+447700900{index:03}" for index in range(200)],
)
SENDER = "+14155550100"
SIGNED_UP = datetime(2026, 11, 1, 17, tzinfo=UTC)
CAMPAIGN = datetime(
    2026, 11, 23, 16, 30, tzinfo=UTC
)  # half past eight in California, half past six in Hawaii
WORDS = (
    "STOP",
    "Arrêt",
    "Stopp!",
    "parar",
    "BAJA",
    "iptal",
    "стоп",
    "please stop",
    "thanks, see you on Friday",
)
FORM = Evidence(method="web_form", affirmative=True, notice="sms-offers", version="3")


def sign_up(ledger: ConsentLedger) -> None:
    """Everybody but every 20th consents; every 25th box was ticked beforehand."""
    for index, number in enumerate(SUBSCRIBERS):
        if index % 20 == 19:
            continue
        ticked = Evidence(method="web_form", affirmative=True, pre_ticked=True)
        ledger.give(number, "marketing.sms", evidence=ticked if index % 25 == 24 else FORM)


def answers(inbox: Inbox, at: datetime) -> Counter[str]:
    """Every tenth subscriber answers the first message, each answer is delivered twice, out of order."""
    messages = [
        InboundMessage(
            sender=number, to=SENDER, text=WORDS[turn % len(WORDS)], at=at, id=f"m{turn}"
        )
        for turn, number in enumerate(SUBSCRIBERS[::10])
    ]
    counted: Counter[str] = Counter()
    for message in [*messages, *reversed(messages)]:
        outcome = inbox.receive(message)
        counted[f"{outcome.match.kind}, {'answered' if outcome.reply else 'not answered'}"] += 1
    return counted


def offers(at: datetime) -> list[Contact]:
    """Ask for every subscriber; every 15th got two messages of another system this morning."""
    return [
        Contact(
            to=number,
            purpose="marketing",
            channel="sms",
            sender="shop",
            attempts=[at - timedelta(hours=1), at - timedelta(hours=2)] if index % 15 == 7 else [],
            # The app knows of the British that they are; the area codes tell of the Americans.
            jurisdictions=["GB"] if number.startswith("+44") else [],
        )
        for index, number in enumerate(SUBSCRIBERS)
    ]


def campaign(
    may: MayContact, contacts: list[Contact]
) -> tuple[Counter[str], dict[str, Decision], list[Contact]]:
    """Count the answers by their first reason, keep one of each, and those who may be contacted."""
    counted: Counter[str] = Counter()
    examples: dict[str, Decision] = {}
    allowed = []
    for contact, decision in zip(contacts, may.many(contacts), strict=True):
        first = "allowed" if decision else f"not allowed, {decision.codes[0]}"
        counted[first] += 1
        examples.setdefault(first, decision)
        if decision:
            allowed.append(contact)
    return counted, examples, allowed


def send(may: MayContact, inbox: Inbox, contacts: list[Contact]) -> Counter[str]:
    """Send to everybody three times, with permits; every 50th says STOP while the message is on its way."""
    sent: Counter[str] = Counter()
    for index, contact in enumerate([*contacts, *contacts, *contacts]):
        try:
            permit = may.permit(contact)
            if index % 50 == 0:
                inbox.receive(InboundMessage(sender=contact.to, to=SENDER, text="STOP"))
            permit.use()  # in the line before the send
        except Denied as refused:
            (decision,) = refused.args
            sent[f"refused, {decision.codes[0]}"] += 1
        else:
            sent["sent"] += 1
    return sent


def fifteen_years_old(at: datetime) -> Decision:
    """Somebody signs up in France a week before their sixteenth birthday."""
    return old_enough()(Person(birth_date=date(2010, 11, 30), at=at, jurisdictions=["FR"]))


def late_joiner(at: datetime) -> tuple[Decision, Decision]:
    """A recorded call between New York and Texas is joined from California."""
    call = Recording(
        legs=[Leg(jurisdictions=["US-NY"]), Leg(jurisdictions=["US-TX"])], at=at, active=True
    )
    allowed = recording_allowed()
    return allowed(call), allowed(call.join(Leg(jurisdictions=["US-CA"]), at=at))


def report() -> str:
    """Run everything and tell it."""
    clock = stores.FixedClock(SIGNED_UP)
    ledger = ConsentLedger(stores.memory(), keys=KeyRing.generate(), clock=clock)
    senders = Senders({"shop": [SENDER, "+14155550101"]})
    inbox = Inbox(ledger, senders=senders)
    may = may_contact(ledger, senders=senders, caps=((2, timedelta(days=1)),))
    sign_up(ledger)
    clock.now = CAMPAIGN - timedelta(days=1)
    replies = answers(inbox, clock.now)
    clock.now = CAMPAIGN
    counted, examples, allowed = campaign(may, offers(CAMPAIGN))
    sent = send(may, inbox, allowed)
    before, after = late_joiner(CAMPAIGN)
    lines = [
        "Answers to the first message:",
        *[f"{count:6}  {what}" for what, count in sorted(replies.items())],
    ]
    lines += ["", "The campaign:", *[f"{count:6}  {what}" for what, count in counted.most_common()]]
    lines += ["", "Three rounds of sending, with permits, two a day allowed:"]
    lines += [f"{count:6}  {what}" for what, count in sent.most_common()]
    lines += ["", f"Open reviews of likely opt-outs: {len(inbox.reviews())}"]
    lines += ["", "One of each:"]
    for what, decision in sorted(examples.items()):
        lines += ["", f"[{what}]", decision.explain()]
    lines += ["", "[a 15-year-old signs up]", fifteen_years_old(CAMPAIGN).explain()]
    lines += [
        "",
        "[a recorded call]",
        before.explain(),
        "",
        "[somebody joins from California]",
        after.explain(),
    ]
    return "\n".join(lines)


def main() -> None:
    print(report())


if __name__ == "__main__":
    main()
