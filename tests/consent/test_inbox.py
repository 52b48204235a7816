"""The inbox: any order, any number of repeats, groups of senders, reviews, and what the provider is told."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    Account,
    ConsentLedger,
    Contact,
    Evidence,
    InboundMessage,
    Inbox,
    KeywordKind,
    KeywordMatch,
    MessageClass,
    Senders,
    Template,
    may_contact,
    not_opted_out,
)
from voxvalley_privacy.errors import ConfigurationError
from voxvalley_privacy.testing import FaultyStore

from .conftest import NOON

SUE = "+14155550132"
ACME = Senders(
    {
        "acme": ["+14155550100", "+14155550101", "40404", "MG0123", "rcs-agent-acme"],
        "other": ["+14155550109"],
    }
)
FORM = Evidence(method="web_form", affirmative=True)
BILL = Template(id="bill", message_class=MessageClass.ADMINISTRATIVE)
LATER = timedelta(minutes=1)


def message(text, *, to="+14155550100", at=NOON, message_id="", **more):
    """Receive a message from Sue."""
    return InboundMessage(sender=SUE, to=to, text=text, at=at, id=message_id, **more)


def contact(*, sender="acme", to=SUE, at=NOON + timedelta(hours=1), **more):
    """Ask to send Sue an offer."""
    asked = {"purpose": "marketing", "channel": "sms", **more}
    return Contact(to=to, at=at, sender=sender, **asked)


@pytest.fixture
def clock():
    """Stand still an hour after noon: messages of noon are of the past."""
    return stores.FixedClock(NOON + timedelta(hours=1))


@pytest.fixture
def inbox(ledger):
    """Make an inbox for two brands."""
    return Inbox(ledger, senders=ACME)


def may(inbox, **asked):
    """Whether Sue may get an offer."""
    return bool(not_opted_out(inbox.ledger, senders=inbox.senders)(contact(**asked)))


# Row 231: order and repeats


WORDS = st.sampled_from(["STOP", "START", "HELP", "please stop texting me", "thanks", "stopall"])
NUMBERS = st.sampled_from(["+14155550100", "+14155550101", "40404", "+14155550109", "+14155559999"])
LOGS = st.lists(st.tuples(WORDS, NUMBERS, st.integers(0, 5)), max_size=8)
ASKED = [(sender, kind) for sender in ("acme", "+14155550101", "other") for kind in (None, BILL)]


def answers(keys, messages):
    """Return what may be sent after *messages* came in."""
    clock = stores.FixedClock(NOON + timedelta(hours=1))
    inbox = Inbox(ConsentLedger(stores.memory(), keys=keys, clock=clock), senders=ACME)
    for one in messages:
        inbox.receive(one)
    rule = not_opted_out(inbox.ledger, senders=ACME)
    asked = [
        contact(sender=sender, template=template, purpose="billing" if template else "marketing")
        for sender, template in ASKED
    ]
    return [bool(rule(one)) for one in asked]


def by_hand(log, sender_names, *, promotional):
    """Fold a sorted log as a person would: the last word about this sender counts, and a no wins a tie."""
    no = yes = likely = None
    for word, to, minute in log:
        known = ACME.scope(to) is not None
        about = not known or to in sender_names
        if word == "stopall" or (word == "STOP" and about):
            no = minute if no is None else max(no, minute)
        if word.startswith("please") and about:
            likely = minute if likely is None else max(likely, minute)
        if word == "START" and known and to in sender_names:
            yes = minute if yes is None else max(yes, minute)
    blocked = [no, likely] if promotional else [no]
    return any(minute is not None and (yes is None or minute >= yes) for minute in blocked)


@given(LOGS, st.randoms(use_true_random=False))
def test_b17_231_any_order_with_repeats(keys, log, random):
    """However messages are ordered and repeated on their way, the result is that of their times."""
    messages = [
        message(word, to=to, at=NOON + timedelta(minutes=minute), message_id=f"m{index}")
        for index, (word, to, minute) in enumerate(log)
    ]
    in_order = sorted(messages, key=lambda one: one.at)
    shuffled = [*messages, *random.sample(messages, len(messages) // 2)]
    random.shuffle(shuffled)

    expected = answers(keys, in_order)

    assert expected == answers(keys, shuffled)
    assert expected == answers(keys, [*shuffled, *in_order])
    groups = {
        "acme": ACME.groups[0][1],
        "+14155550101": ACME.groups[0][1],
        "other": ACME.groups[1][1],
    }
    for (sender, template), allowed in zip(ASKED, expected, strict=True):
        assert allowed is not by_hand(log, groups[sender], promotional=template is None)


def test_b17_231_a_start_delivered_again(inbox):
    """STOP, START, STOP and the same START once more: the newer STOP stays."""
    for text, minute, message_id in (
        ("STOP", 0, "s1"),
        ("START", 1, "t1"),
        ("STOP", 2, "s2"),
        ("START", 1, "t1"),
    ):
        inbox.receive(message(text, at=NOON + timedelta(minutes=minute), message_id=message_id))
    assert not may(inbox)


def test_b17_231_a_start_without_a_time_delivered_again(inbox, clock):
    """Where the provider names no time, the first delivery of an id counts."""
    for text, message_id in (("STOP", "s1"), ("START", "t1"), ("STOP", "s2"), ("START", "t1")):
        clock.advance(LATER)
        inbox.receive(message(text, at=None, message_id=message_id))
    assert not may(inbox, at=clock())


def test_b17_231_a_start_delivered_again_after_a_rotation(keys, clock):
    """An id is known under every key of the ring."""
    store = stores.memory()
    inbox = Inbox(ConsentLedger(store, keys=keys, clock=clock), senders=ACME)
    inbox.receive(message("STOP", message_id="s1", at=None))
    clock.advance(LATER)
    inbox.receive(message("START", message_id="t1", at=None))
    clock.advance(LATER)
    inbox = Inbox(ConsentLedger(store, keys=keys.rotate(), clock=clock), senders=ACME)
    inbox.receive(message("STOP", message_id="s2", at=None))
    clock.advance(LATER)
    inbox.receive(message("START", message_id="t1", at=None))
    assert not may(inbox, at=clock())


def test_b17_231_a_yes_from_the_future(inbox):
    """A START dated in the future is refused, and delivered again later; a STOP counts from now."""
    ahead = NOON + timedelta(days=1)
    outcome = inbox.receive(message("START", at=ahead, message_id="t1"))
    assert (503, ("error.clock",)) == (outcome.http_status, outcome.decision.codes)
    assert 200 == inbox.receive(message("STOP", at=ahead, message_id="s1")).http_status
    assert not may(inbox)


def test_b17_231_a_vendors_clock_that_is_ahead(inbox, clock):
    """A START whose time is a second ahead does not undo a STOP that comes now, without a time."""
    inbox.receive(message("START", at=clock() + timedelta(seconds=1), message_id="t1"))
    inbox.receive(message("STOP", at=None, message_id="s1"))
    assert not may(inbox, at=clock() + timedelta(seconds=5))


# Row 233: groups


@pytest.mark.parametrize("to", ["+14155550100", "(415) 555-0101", "40404", "mg0123", "acme"])
def test_b17_233_a_stop_counts_for_the_group(ledger, to):
    """A STOP to one number of a brand holds for its other numbers, ids and channels, and for no other brand."""
    senders = attrs.evolve(ACME, region="US")
    inbox = Inbox(ledger, senders=senders)
    inbox.receive(message("STOP", to=to))
    for sender in ("acme", "+14155550100", "+14155550101", "40404", "MG0123", "rcs-agent-acme"):
        assert not may(inbox, sender=sender)
        assert not may(inbox, sender=sender, channel="voice")
    assert may(inbox, sender="+14155550109")


def test_b17_233_a_number_that_leaves_its_group(ledger):
    """What was said to a group or to a number of it holds for both after they part."""
    Inbox(ledger, senders=ACME).receive(message("STOP"))
    parted = Senders({"acme": ["+14155550101"], "new": ["+14155550100"]})
    rule = not_opted_out(ledger, senders=parted)
    assert [False, False] == [bool(rule(contact(sender=sender))) for sender in ("acme", "new")]


def test_b17_233_stopall(inbox):
    """STOPALL stops every brand; a START to one of them ends it there alone."""
    inbox.receive(message("STOPALL"))
    assert [False, False] == [may(inbox, sender=sender) for sender in ("acme", "other")]
    inbox.receive(message("START", at=NOON + LATER))
    assert [True, False] == [may(inbox, sender=sender) for sender in ("acme", "other")]


def test_b17_233_a_number_of_no_group(inbox):
    """A STOP to a number that no group has counts for all; a contact from there is denied."""
    rule = not_opted_out(inbox.ledger, senders=ACME)
    assert ("sender.unknown",) == rule(contact(sender="+14155550177")).codes
    inbox.receive(message("STOP", to="+14155550177"))
    assert [False, False] == [may(inbox, sender=sender) for sender in ("acme", "other")]


@pytest.mark.parametrize(
    "groups",
    [{"a": []}, {"": ["1"]}, {"a": [""]}, {"a": ["+14155550100"], "b": ["1 415 555 0100"]}],
)
def test_groups_that_are_wrong(groups):
    """They are refused when they are made."""
    with pytest.raises(ConfigurationError):
        Senders(groups)


# Row 234: reviews


def test_b17_234_a_review_ends_only_its_entry(inbox):
    """A likely opt-out that was none is cleared; a real STOP before it stays."""
    inbox.receive(message("STOP", message_id="s1"))
    outcome = inbox.receive(message("please stop texting me", message_id="l1"))
    (review,) = outcome.reviews
    assert [review.position] == [waiting.position for waiting in inbox.reviews()]
    inbox.resolve(review.position, stands=False)
    assert () == inbox.reviews()
    assert not may(inbox)


def test_b17_234_a_likely_opt_out_that_was_none(inbox):
    """Cleared, it blocks no longer; read as a no, it stops everything as STOP does."""
    (review,) = inbox.receive(message("please stop texting me")).reviews
    assert not may(inbox)
    assert may(inbox, template=BILL, purpose="billing")
    inbox.resolve(review.position, stands=False)
    assert may(inbox)
    (review,) = inbox.receive(message("please stop texting me", at=NOON + LATER)).reviews
    inbox.resolve(review.position, stands=True)
    assert not may(inbox, template=BILL, purpose="billing")


def test_b17_234_what_cannot_be_resolved(inbox):
    """A certain STOP, a position that nothing has, and a review that is closed are refused."""
    confirms = inbox.receive(message("STOP", at=None)).confirms
    assert confirms
    (review,) = inbox.receive(message("please stop texting me", to="+14155550109")).reviews
    inbox.resolve(review.position, stands=True)
    for position in (confirms, review.position, 0, 99):
        with pytest.raises(ConfigurationError):
            inbox.resolve(position, stands=False)


def test_b17_234_another_process_sees_the_queue(inbox, keys, clock):
    """The queue is in the store; erasing a person leaves one open review of theirs."""
    inbox.receive(message("please stop texting me"))
    other = Inbox(ConsentLedger(inbox.ledger.books.store, keys=keys, clock=clock), senders=ACME)
    assert ["likely"] == [review.why for review in other.reviews()]
    other.ledger.erase(SUE)
    (review,) = inbox.reviews()
    inbox.resolve(review.position, stands=False)
    assert () == other.reviews()
    clock.advance(LATER)
    other.ledger.give(SUE, "marketing.sms", evidence=FORM)
    assert may(inbox, at=clock())


@pytest.mark.parametrize(
    ("kind", "scope", "blocked"),
    [
        ("wrong_number", None, ["sms", "voice", "bill"]),
        ("opt_out_likely", None, ["sms", "voice"]),
        ("opt_out_scoped", "voice", ["voice"]),
        ("opt_out_scoped", "text", ["sms"]),
        ("opt_out_scoped", "part", ["sms", "voice"]),
    ],
)
def test_what_each_kind_blocks(ledger, kind, scope, blocked):
    """Likely blocks marketing, a narrow opt-out what it names, a wrong number everything; each waits for a review."""

    @attrs.frozen
    class Match:
        kind: str
        scope: object
        token: str = ""
        needs_prompt: bool = False

    inbox = Inbox(ledger, senders=ACME, classify=lambda _: Match(kind, scope))
    outcome = inbox.receive(message("words"))
    assert 1 == len(outcome.reviews) == len(inbox.reviews())
    assert "suppression.human_review" in [duty.code for duty in outcome.decision.obligations]
    open_ways = {
        "sms": may(inbox),
        "voice": may(inbox, channel="voice"),
        "bill": may(inbox, template=BILL, purpose="billing"),
    }
    assert blocked == [way for way, is_open in open_ways.items() if not is_open]


# Row 235: what the provider is told


@pytest.mark.parametrize("fault", ["unavailable", "bug", "corrupt", "time_out"])
def test_b17_235_an_opt_out_that_is_not_durable(keys, clock, fault):
    """The provider is asked to deliver it again; meanwhile it holds in this process."""
    store = FaultyStore(stores.memory(), fault, after=1)
    inbox = Inbox(ConsentLedger(store, keys=keys, clock=clock), senders=ACME)
    outcome = inbox.receive(message("STOP", message_id="s1"))
    assert (503, False) == (outcome.http_status, outcome.reply)
    assert 503 == inbox.receive(message("START", message_id="t1", at=NOON + LATER)).http_status
    store.after = 10**6
    assert not may(inbox)
    again = inbox.receive(message("STOP", message_id="s1"))
    assert 200 == again.http_status
    assert 1 == sum(entry.origin == "keyword" for entry in inbox.ledger.history(SUE))


def test_b17_235_an_opt_out_in_the_journal(keys, clock, tmp_path):
    """On the disk it is durable: the provider need not deliver it again."""
    store = FaultyStore(stores.memory(), "unavailable", after=1)
    ledger = ConsentLedger(store, keys=keys, clock=clock, journal=tmp_path / "journal")
    outcome = Inbox(ledger, senders=ACME).receive(message("STOP"))
    assert (200, ("withdrawal.journaled",)) == (outcome.http_status, outcome.decision.codes)


def test_b17_235_a_host_that_only_reads_brings_the_journal_to_the_store(keys, clock, tmp_path):
    """Then a third host, which has no journal of its own, sees the opt-out too."""
    store = FaultyStore(stores.memory(), "unavailable", after=1)
    journal = tmp_path / "journal"
    writer = ConsentLedger(store, keys=keys, clock=clock, journal=journal)
    reader = ConsentLedger(store.store, keys=keys, clock=clock, journal=journal)
    elsewhere = ConsentLedger(store.store, keys=keys, clock=clock)
    writer.suppress(SUE)
    assert not_opted_out(elsewhere)(contact())
    assert not not_opted_out(reader)(contact())
    assert not not_opted_out(elsewhere)(contact())


# Row 232 and other ways in


@pytest.mark.parametrize("sender", ["n/a", "", "unknown", "12345", "(415) 555-0132", "x@g.us"])
def test_b17_232_nobody_who_can_be_matched(inbox, sender):
    """It is kept and counted, somebody must find out who it was, and no confirmation goes out."""
    outcome = inbox.receive(InboundMessage(sender=sender, to="40404", text="STOP", at=NOON))
    assert ("withdrawal.recorded", "withdrawal.unmatched") == outcome.decision.codes
    assert "withdrawal.match" in [duty.code for duty in outcome.decision.obligations]
    assert not outcome.reply


def test_another_way_to_say_no(inbox):
    """A web form or an agent's note counts for all the person's numbers, addresses and accounts."""
    account, address = Account("u-17"), "sue@example.com"
    form = InboundMessage(
        sender=account, to="acme", signal=KeywordKind.OPT_OUT, also=(SUE, address), at=NOON
    )
    inbox.receive(form)
    for subject in (account, SUE, address):
        assert not may(inbox, to=subject)
    assert may(inbox, sender="other")


def test_help_and_ordinary_words(inbox):
    """HELP gets an answer, other words nothing; neither is recorded."""
    outcome = inbox.receive(message("HELP"))
    assert (True, 200) == (outcome.reply, outcome.http_status)
    assert KeywordKind.NONE is inbox.receive(message("see you on Friday")).match.kind
    assert () == inbox.ledger.history(SUE)


def test_the_confirmation_after_a_likely_opt_out(inbox):
    """A likely opt-out before it does not keep the confirmation of a real STOP back."""
    inbox.receive(message("please stop texting me", at=None))
    assert inbox.receive(message("STOP", at=None)).reply


def test_a_confirmation_that_would_be_late(inbox):
    """A STOP that was on its way for an hour counts, and is not confirmed: the five minutes are over."""
    outcome = inbox.receive(message("STOP"))
    assert (False, 0, None) == (outcome.reply, outcome.confirms, outcome.reply_due)
    assert not may(inbox)


def test_a_review_outlives_an_erasure(inbox):
    """What a human found to be a no is not asked again after the person was erased."""
    (review,) = inbox.receive(message("please stop texting me")).reviews
    inbox.resolve(review.position, stands=True)
    inbox.ledger.erase(SUE)
    assert () == inbox.reviews()
    assert not may(inbox, template=BILL, purpose="billing")


def test_b17_247_tenants(ledger):
    """What one tenant suppresses, lifts or erases does not touch another."""
    one, two = ledger.for_tenant("one"), ledger.for_tenant("two")
    for tenant in (one, two):
        tenant.give(SUE, "marketing.sms", evidence=FORM)
    one.suppress(SUE)
    assert [False, True] == [bool(not_opted_out(tenant)(contact())) for tenant in (one, two)]
    two.suppress(SUE)
    one.lift(SUE)
    assert [True, False] == [bool(not_opted_out(tenant)(contact())) for tenant in (one, two)]
    one.erase(SUE)
    assert [True, False] == [entry.scrubbed for entry in one.history(SUE)][:1] + [
        entry.scrubbed for entry in two.history(SUE)
    ][:1]
    assert 3 == len({tenant.token(SUE) for tenant in (one, two, ledger)})
    ledger.verify(anchor=ledger.head())
    with pytest.raises(ConfigurationError):
        ledger.for_tenant("")


def test_nothing_of_a_message_shows():
    """Neither the sender, nor the text, nor what else is theirs is in the repr."""
    shown = repr(message("my number is 5550132", also=("+14155550133",)))
    assert "555013" not in shown


def test_a_classifier_that_fails(ledger):
    """What could not be read may be a no: marketing stops until a human has read it."""
    inbox = Inbox(ledger, senders=ACME, classify=lambda _: 1 / 0)
    outcome = inbox.receive(message("hello"))
    assert (200, 1) == (outcome.http_status, len(inbox.reviews()))
    assert not may(inbox)
    assert may(inbox, template=BILL, purpose="billing")


def test_a_match_of_another_kind_changes_nothing(ledger):
    """A kind that this version does not know is no opt-out, and no opt-in either."""
    inbox = Inbox(ledger, classify=lambda _: KeywordMatch(kind=KeywordKind.NONE))
    assert KeywordKind.NONE is inbox.receive(message("STOP")).match.kind


@pytest.mark.parametrize(
    "text",
    ["Proszę nie wysyłać mi więcej wiadomości", "Bitte schicken Sie mir keine SMS mehr"],
)
def test_a_language_that_is_not_of_the_country(inbox, text):
    """A no is heard in whatever language it is said, also from a number of another country."""
    inbox.ledger.give(SUE, "marketing", evidence=FORM)
    before = may(inbox)
    outcome = inbox.receive(message(text))
    assert outcome.match.kind is KeywordKind.OPT_OUT_LIKELY
    assert before
    assert not may(inbox)


def test_what_is_no_ledger_message_or_group_is_refused(ledger):
    """A store for a ledger, a payload for a message, a text for a list: each is refused at once."""
    with pytest.raises(ConfigurationError, match="not its store"):
        Inbox(stores.memory())
    with pytest.raises(ConfigurationError, match="not its store"):
        may_contact(stores.memory())
    with pytest.raises(ConfigurationError, match="read_twilio"):
        Inbox(ledger).receive({"From": "+14155550132", "Body": "STOP"})
    for groups in (["+14155550100"], {"acme": "+14155550100"}, "acme"):
        with pytest.raises(ConfigurationError, match="members"):
            Senders(groups)
