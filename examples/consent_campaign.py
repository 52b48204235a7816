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
    Person,
    Recording,
    consented,
    never_sold,
    not_opted_out,
    old_enough,
    outside_quiet_hours,
    recording_allowed,
    within_caps,
)
from voxvalley_privacy.decisions import Decision, all_of
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


def answers(ledger: ConsentLedger, at: datetime) -> Counter[str]:
    """Every tenth subscriber answers the first message, in one of seven languages or in a sentence."""
    found: Counter[str] = Counter()
    for turn, number in enumerate(SUBSCRIBERS[::10]):
        message = InboundMessage(
            sender=number, to=SENDER, text=WORDS[turn % len(WORDS)], at=at, id=f"m{turn}"
        )
        outcome = Inbox(ledger).receive(message)
        found[f"{outcome.match.kind}, {'answered once' if outcome.reply else 'not answered'}"] += 1
    return found


def campaign(ledger: ConsentLedger, at: datetime) -> tuple[Counter[str], dict[str, Decision]]:
    """Ask for every subscriber; count the answers by their first reason, and keep one of each."""
    may_send = all_of(
        consented(ledger),
        not_opted_out(ledger),
        outside_quiet_hours(),
        within_caps(caps=((2, timedelta(days=1)),)),
        never_sold(),
    )
    counted: Counter[str] = Counter()
    examples: dict[str, Decision] = {}
    for index, number in enumerate(SUBSCRIBERS):
        sent = [at - timedelta(hours=hours) for hours in range(1, 3)] if index % 15 == 7 else []
        # The app knows of the British that they are; the area codes tell of the Americans.
        places = ["GB"] if number.startswith("+44") else []
        decision = may_send(
            Contact(
                to=number,
                purpose="marketing",
                channel="sms",
                at=at,
                sender=SENDER,
                attempts=sent,
                jurisdictions=places,
            )
        )
        first = "sent" if decision else f"not sent, {decision.codes[0]}"
        counted[first] += 1
        examples.setdefault(first, decision)
    return counted, examples


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
    sign_up(ledger)
    clock.now = CAMPAIGN - timedelta(days=1)
    replies = answers(ledger, clock.now)
    clock.now = CAMPAIGN
    counted, examples = campaign(ledger, CAMPAIGN)
    before, after = late_joiner(CAMPAIGN)
    lines = [
        "Answers to the first message:",
        *[f"{count:6}  {what}" for what, count in sorted(replies.items())],
    ]
    lines += ["", "The campaign:", *[f"{count:6}  {what}" for what, count in counted.most_common()]]
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
