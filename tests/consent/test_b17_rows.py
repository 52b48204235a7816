"""Rows of the second fault list that no other file has: journals, facts, erasure, imports, receipts, readers."""

from __future__ import annotations

import csv
import importlib
import json
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from voxvalley_privacy import facts, stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    Evidence,
    InboundMessage,
    Inbox,
    MessageClass,
    Party,
    Senders,
    Template,
    consent_receipt,
    consented,
    import_consents,
    may_contact,
    not_opted_out,
    outside_quiet_hours,
    read_plivo,
    read_telnyx,
    read_twilio,
    read_vonage,
)
from voxvalley_privacy.errors import ConfigurationError, StoreCorrupt
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.testing import FaultyStore

from .conftest import NOON

SUE, SHOP = "+14155550132", "+14155550100"
FORM = Evidence(method="web_form", affirmative=True)
SMS = Contact(to=SUE, purpose="marketing", channel="sms", at=NOON, sender=SHOP)
ACME = Senders({"acme": [SHOP]})
TABLES = facts.load()
SECOND = timedelta(seconds=1)


class TestJournal:
    @pytest.fixture
    def journal(self, tmp_path):
        """Name the file."""
        return tmp_path / "journal"

    @pytest.fixture
    def ledger(self, keys, clock, journal):
        """Make a ledger whose store takes nothing after the first consent."""
        store = FaultyStore(stores.memory(), "unavailable", after=10**6)
        ledger = ConsentLedger(store, keys=keys, clock=clock, journal=journal)
        ledger.give(SUE, "marketing.sms", evidence=FORM)
        ledger.store = store
        return ledger

    def fill(self, ledger):
        """Write one withdrawal to the journal."""
        ledger.store.after = ledger.store.calls
        ledger.withdraw(SUE)
        ledger.store.after = 10**6

    @pytest.mark.parametrize(
        "change",
        [
            lambda line: line.replace("withdrawn", "given"),
            lambda line: line[:-4] + 'ff"}',
            lambda line: json.dumps({"draft": json.loads(line)["draft"]}),
            lambda line: json.dumps({**json.loads(line), "mac": ""}),
            lambda line: json.dumps({**json.loads(line), "key": "nobody"}),
            lambda line: "[]",
            lambda line: "{}",
            lambda line: "\x00",
        ],
    )
    def test_b17_237_forged_lines(self, ledger, journal, change):
        """A line that the keys did not write is never applied: until somebody looks, every answer is no."""
        self.fill(ledger)
        forged = change(journal.read_text().rstrip("\n"))
        with journal.open("a") as file:
            file.write(f"{forged}\n{forged}\n")
        assert ("error.store_corrupt",) == consented(ledger)(SMS).codes
        assert 2 == ledger.quarantine()
        assert 1 == ledger.replay()
        assert ("consent.withdrawn",) == consented(ledger)(SMS).codes
        assert f"{forged}\n" * 2 == journal.with_name("journal.quarantined").read_text()
        assert 0 == ledger.quarantine()

    def test_b17_237_a_line_that_gives(self, keys, journal, clock):
        """Even one that is written with the right key cannot bring a consent."""
        from voxvalley_privacy.ledgers._journal import _to_line
        from voxvalley_privacy.stores import Draft

        ledger = ConsentLedger(stores.memory(), keys=keys, clock=clock, journal=journal)
        draft = Draft(
            stream=ledger.token(SUE),
            kind="consent.given",
            body="{}",
            at=NOON,
            key="",
            expected=None,
        )
        key = keys.derive("consent.journal", key_id=keys.active_id)
        journal.write_bytes(_to_line(draft, keys.active_id, key))
        with pytest.raises(StoreCorrupt):
            ledger.history(SUE)
        assert 1 == ledger.quarantine()
        assert () == ledger.history(SUE)

    def test_b17_236_a_line_of_a_lost_key(self, keys, ledger, journal, clock):
        """It cannot be read; it is put aside, not dropped, and does not stand in the way for ever."""
        self.fill(ledger)
        other = ConsentLedger(
            stores.memory(), keys=KeyRing.generate(), clock=clock, journal=journal
        )
        with pytest.raises(StoreCorrupt):
            other.history(SUE)
        assert 1 == other.quarantine()
        assert () == other.history(SUE)

    def test_without_a_file(self, keys):
        """In memory there is nothing to put aside."""
        assert 0 == ConsentLedger(stores.memory(), keys=keys).quarantine()


class TestKeys:
    @pytest.mark.parametrize("missing", [0, 1, 2])
    def test_b17_236_a_ring_without_a_key_that_events_need(self, clock, missing):
        """Whichever of three keys is missing, the ledger refuses to start: it would not find the opt-outs."""
        rings = [KeyRing.generate()]
        rings += [rings[0].rotate()]
        rings += [rings[1].rotate()]
        store = stores.memory()
        for ring in rings:
            ledger = ConsentLedger(store, keys=ring, clock=clock)
            for number in range(20):
                ledger.suppress(f"+1415555{number:04}")
        assert ConsentLedger(store, keys=rings[2]).verify()
        secrets = {key: ring._secrets[key] for ring in rings for key in ring.key_ids}
        lost = list(secrets)[missing]
        left = {key: secret for key, secret in secrets.items() if key != lost}
        with pytest.raises(ConfigurationError):
            ConsentLedger(store, keys=KeyRing(left, active=next(iter(left))))

    def test_b17_236_an_old_process_goes_on_during_a_rotation(self, keys, clock):
        """With the new key staged everywhere before it is used, both see what either writes."""
        store = stores.memory()
        staged = keys.stage()
        new_ring = staged.activate(staged.key_ids[-1])
        old, new = (ConsentLedger(store, keys=ring, clock=clock) for ring in (staged, new_ring))
        new.suppress(SUE)
        assert not not_opted_out(old)(SMS)
        new.lift(SUE)
        old.suppress(SUE)
        assert not not_opted_out(new)(SMS)

    def test_b17_235_a_store_without_a_durable_journal_says_so(self, keys, tmp_path):
        """An app can ask at its start whether an opt-out would survive the process."""
        assert ConsentLedger(stores.sqlite(tmp_path / "p.db"), keys=keys).journal_is_durable
        assert not ConsentLedger(stores.memory(), keys=keys).journal_is_durable


class TestFacts:
    def test_b17_239_a_row_says_what_it_binds(self):
        """A rule about solicitation lets bills through by night, and its answer names the law."""
        bill = Template(id="bill", message_class=MessageClass.ADMINISTRATIVE)
        night = datetime(2026, 11, 25, 7, tzinfo=UTC)  # 23:00 in California
        contact = attrs.evolve(SMS, at=night, purpose="billing", template=bill)
        (reason, *_) = outside_quiet_hours()(contact).reasons
        assert "quiet.exempt" == reason.code
        assert "64.1200(c)(1)" in reason.citation
        # Colombia's law binds reminders of debts too.
        bogota = attrs.evolve(contact, to="+576015550132", at=NOON.replace(hour=4))
        rule = outside_quiet_hours(holidays={"CO": ()})
        assert ("quiet.closed",) == rule(bogota).codes

    @pytest.mark.parametrize("to", ["+17875550132", "+19395550132", "+16715550132", "+13405550132"])
    def test_b17_240_territories(self, to):
        """Puerto Rico, Guam and the Virgin Islands have the federal hours."""
        noon = datetime(2026, 11, 25, 17 if to[2:5] != "671" else 2, tzinfo=UTC)
        answer = outside_quiet_hours()(attrs.evolve(SMS, to=to, at=noon))
        assert ("quiet.open",) == answer.codes
        assert "47 CFR 64.1200" in answer.reasons[0].citation

    @pytest.mark.parametrize(
        ("no_rule", "codes"),
        [
            ("deny", "quiet.no_rule_known"),
            ("allow", "quiet.no_rule_known"),
            ("strictest", "quiet.open"),
        ],
    )
    def test_b17_240_no_rule_known(self, no_rule, codes):
        """No rule known is apart from forbidden; the app chooses once what it means."""
        morning = datetime(2026, 11, 25, 11, tzinfo=UTC)
        rule = outside_quiet_hours(no_rule=no_rule, holidays={"PL": ()})
        answer = rule(attrs.evolve(SMS, to="+48221234567", at=morning))
        assert (codes,) == answer.codes
        assert (no_rule != "deny") is bool(answer)

    def test_a_calendar_that_knows_any_year(self):
        """A calendar is only asked whether a day is in it: some, as those of the package `holidays`, never end."""

        class EveryNewYear:
            def __contains__(self, day):
                return (day.month, day.day) == (1, 1)

        rule = outside_quiet_hours(holidays={"FR": EveryNewYear()})
        paris = attrs.evolve(SMS, to="+33612345678")
        for year, month, allowed in ((2027, 1, False), (2031, 1, False), (2027, 2, True)):
            at = datetime(year, month, 1 if month == 1 else 2, 11, tzinfo=UTC)
            assert allowed is bool(rule(attrs.evolve(paris, at=at)))

    def test_b17_240_only_three_choices(self):
        """Another word is refused when the rule is made."""
        with pytest.raises(ConfigurationError):
            outside_quiet_hours(no_rule="maybe")

    @pytest.mark.parametrize(
        ("overlay", "code"),
        [("1689", "1407"), ("1364", "1270"), ("1930", "1812"), ("1448", "1850")],
    )
    def test_b17_241_overlays(self, overlay, code):
        """An area code laid over another is where that one is."""
        one, other = TABLES.places[overlay], TABLES.places[code]
        assert (one.regions, one.zones) == (other.regions, other.zones)

    def test_b17_241_every_overlay(self, corpus):
        """Every overlay may be wherever the codes that it overlays are."""
        path = corpus.parent / "facts" / "nanp_area_codes.csv"
        rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
        overlays = [(row["code"], row["overlay_of"]) for row in rows if row["overlay_of"]]
        assert len(overlays) > 100
        for overlay, codes in overlays:
            for code in codes.split():
                one, other = TABLES.places[overlay], TABLES.places[code]
                assert {*one.regions} >= {*other.regions}, overlay
                assert {*one.zones} >= {*other.zones}, overlay

    @pytest.mark.parametrize("name", ["write_hours", "write_facts"])
    def test_the_pages_of_facts(self, name):
        """Each page of the docs is the one that the tables make, and no row is left out."""
        tool = importlib.import_module(f"tools.{name}")
        text = tool.page()
        assert text == tool.OUT.read_text("utf-8")
        assert text.count("\n| ") > 100

    def test_tables_of_registries_and_bases(self):
        """Every row has a source, a date and a law, and says how long it holds where that is known."""
        for row in (*TABLES.registries, *TABLES.bases):
            assert row.source
            assert row.as_of.year >= 2026
            assert all(part.strip() in TABLES.sources for part in row.source.split(",")), row
        fresh = {row.key: row.freshness for row in TABLES.registries if row.freshness}
        assert timedelta(days=28) == fresh["GB"]
        months = {(row.key, row.basis): row.months for row in TABLES.bases}
        assert 18 == months["US", "established_business_relationship"]


class TestErasure:
    @pytest.fixture
    def inbox(self, ledger):
        """Make an inbox of one brand."""
        return Inbox(ledger, senders=ACME)

    def say(self, inbox, clock, text):
        """Receive a message a second later."""
        clock.advance(SECOND)
        inbox.receive(InboundMessage(sender=SUE, to=SHOP, text=text, at=clock()))

    def may(self, ledger, clock, **asked):
        """Whether an offer may go out now."""
        contact = attrs.evolve(SMS, at=clock(), **asked)
        rules = consented(ledger)(contact), not_opted_out(ledger, senders=ACME)(contact)
        return all(map(bool, rules))

    def test_b17_242_a_stop_outlives_the_erasure_and_start_ends_it(self, ledger, inbox, clock):
        """Erased, she is not contacted; with a new consent and START she is."""
        self.say(inbox, clock, "STOP")
        ledger.erase(SUE)
        clock.advance(SECOND)
        ledger.give(SUE, "marketing.sms", evidence=FORM)
        assert not self.may(ledger, clock)
        self.say(inbox, clock, "START")
        assert self.may(ledger, clock)
        ledger.verify(anchor=ledger.head())

    def test_b17_242_a_marketing_opt_out_stays_one_of_marketing(self, ledger, clock):
        """It does not grow to an opt-out from everything, however often she is erased."""
        ledger.suppress(SUE, purpose="marketing")
        for _ in range(3):
            clock.advance(SECOND)
            ledger.erase(SUE)
        bill = Template(id="bill", message_class=MessageClass.ADMINISTRATIVE)
        contact = attrs.evolve(SMS, at=clock(), purpose="billing", template=bill)
        assert not_opted_out(ledger)(contact)
        assert not not_opted_out(ledger)(attrs.evolve(SMS, at=clock()))
        ledger.lift(SUE, purpose="marketing")
        clock.advance(SECOND)
        ledger.give(SUE, "marketing.sms", evidence=FORM)
        assert self.may(ledger, clock)

    def test_b17_242_a_reassigned_number(self, ledger, inbox, clock):
        """The former holder's opt-outs end with the new holder's consent, and not before."""
        self.say(inbox, clock, "STOP")
        clock.advance(SECOND)
        ledger.record_reassignment_check(SUE, "yes")
        assert not self.may(ledger, clock)
        clock.advance(SECOND)
        ledger.give(SUE, "marketing.sms", evidence=FORM)
        assert self.may(ledger, clock)
        self.say(inbox, clock, "STOP")
        assert not self.may(ledger, clock)

    def test_b17_242_an_old_start_after_the_erasure(self, ledger, inbox, clock):
        """A START of before the STOP that arrives after the erasure changes nothing."""
        early = clock()
        self.say(inbox, clock, "STOP")
        ledger.erase(SUE)
        inbox.receive(InboundMessage(sender=SUE, to=SHOP, text="START", at=early, id="t"))
        clock.advance(SECOND)
        ledger.give(SUE, "marketing.sms", evidence=FORM)
        assert not self.may(ledger, clock)

    def test_an_erasure_that_fails(self, keys, clock):
        """The consents end at once, and the opt-outs hold in their widest sense."""
        store = FaultyStore(stores.memory(), "unavailable", after=10**6)
        ledger = ConsentLedger(store, keys=keys, clock=clock)
        ledger.give(SUE, "marketing.sms", evidence=FORM)
        store.after = store.calls
        with pytest.raises(OSError, match="purpose"):
            ledger.erase(SUE)
        store.after = 10**6
        assert not consented(ledger)(SMS)


class TestImports:
    STATUSES = (
        "unsubscribed",
        "Unsubscribed (by admin)",
        "opted-out",
        "OPT_OUT",
        "opt out",
        "STOP",
        "stopped",
        "dnc",
        "do not contact",
        "Do-Not-Call",
        "blocklisted",
        "blacklisted",
        "blocked",
        "revoked",
        "complained",
        "suppressed",
        "not subscribed",
        "declined",
        "cancelled",
        "0",
        "false",
    )

    @pytest.mark.parametrize("status", STATUSES)
    def test_b17_243_words_that_end_a_consent(self, ledger, status):
        """Whatever an exporter calls it, it ends the consent."""
        ledger.give(SUE, "marketing.sms", evidence=FORM)
        report = import_consents(ledger, [{"subject": SUE, "status": status}])
        assert ("withdrawal.recorded",) == report.decisions[0].codes
        assert not consented(ledger)(SMS)

    def test_b17_243_times_are_kept(self, ledger):
        """An opt-out has the time of its row; one from the future counts from now."""
        rows = [
            {"subject": SUE, "status": "stop", "at": "2026-01-01T10:00:00+01:00"},
            {"subject": SUE, "status": "stop", "at": "2036-01-01T00:00:00Z"},
            {"subject": SUE, "status": "stop", "at": "yesterday"},
        ]
        import_consents(ledger, rows)
        times = [entry.at for entry in ledger.history(SUE)]
        assert [datetime(2026, 1, 1, 9, tzinfo=UTC), NOON, NOON] == times

    def test_b17_243_the_same_file_twice(self, ledger, clock):
        """Nothing is doubled, and the report says so."""
        rows = [
            {"subject": SUE, "status": "stop", "at": "2026-01-01T00:00:00Z"},
            {"subject": "+14155550133", "status": "unsubscribed"},
            {
                "subject": "+14155550134",
                "status": "subscribed",
                "purpose": "marketing.sms",
                "affirmative": "yes",
                "at": "2026-01-01T00:00:00Z",
            },
        ]
        import_consents(ledger, rows)
        size = ledger.verify()
        clock.advance(SECOND)
        report = import_consents(ledger, rows)
        assert size == ledger.verify()
        assert 2 == report.counts["import.repeated"]

    def test_b17_243_a_new_no_after_a_new_yes(self, ledger, clock):
        """A row without a time that comes again after a new consent ends that one too."""
        row = {"subject": SUE, "status": "unsubscribed"}
        import_consents(ledger, [row])
        clock.advance(SECOND)
        ledger.give(SUE, "marketing.sms", evidence=FORM)
        clock.advance(SECOND)
        assert consented(ledger)(attrs.evolve(SMS, at=clock()))
        import_consents(ledger, [row])
        assert not consented(ledger)(attrs.evolve(SMS, at=clock()))

    def test_b17_243_in_the_order_of_the_file(self, ledger, clock):
        """A consent that follows an opt-out in the file is judged after it."""
        base = {"subject": SUE, "purpose": "marketing.sms", "affirmative": "yes"}
        rows = [
            {**base, "status": "stop", "at": "2026-02-01T00:00:00Z"},
            {**base, "status": "given", "at": "2026-01-01T00:00:00Z"},
            {**base, "status": "given", "at": "2026-03-01T00:00:00Z"},
        ]
        report = import_consents(ledger, rows)
        codes = ["withdrawal.recorded", "import.cannot_raise", "import.recorded"]
        assert codes == [decision.codes[0] for decision in report.decisions]

    def test_b17_243_a_store_that_fails(self, keys, clock):
        """Every opt-out is kept, and the report says where."""
        store = FaultyStore(stores.memory(), "unavailable", after=1)
        ledger = ConsentLedger(store, keys=keys, clock=clock)
        rows = [
            {"subject": f"+1415555{n:04}", "status": "stop", "at": "2026-01-01T00:00:00Z"}
            for n in range(5)
        ]
        assert {"withdrawal.in_memory": 5} == dict(import_consents(ledger, rows).counts)


def test_b17_249_a_receipt_of_someone_who_said_stop(ledger, clock):
    """It says from whom she wants no messages, for what, and since when."""
    ledger.give(SUE, "marketing.sms", evidence=FORM)
    clock.advance(SECOND)
    Inbox(ledger, senders=ACME).receive(InboundMessage(sender=SUE, to=SHOP, text="STOP"))
    ledger.suppress(SUE, purpose="analytics")
    receipt = consent_receipt(ledger, SUE, controller=Party(id="acme", name="Acme"), at=clock())
    since = clock().isoformat()
    assert [
        {"sender": SHOP, "group": "acme", "purpose": "all", "since": since, "origin": "keyword"},
        {"sender": "all", "group": "", "purpose": "analytics", "since": since, "origin": "manual"},
    ] == receipt["suppressions"]
    clock.advance(SECOND)
    Inbox(ledger, senders=ACME).receive(InboundMessage(sender=SUE, to=SHOP, text="START"))
    receipt = consent_receipt(ledger, SUE, controller=Party(id="acme", name="Acme"), at=clock())
    assert ["manual"] == [made["origin"] for made in receipt["suppressions"]]


class TestReaders:
    @pytest.mark.parametrize(
        ("read", "payload"),
        [
            (
                read_twilio,
                {"From": SHOP, "To": SUE, "Body": "STOP to end", "MessageStatus": "sent"},
            ),
            (read_twilio, {"From": SHOP, "To": SUE, "SmsStatus": "delivered"}),
            (read_twilio, {"from": SHOP, "to": SUE, "direction": "outbound-api"}),
            (read_plivo, {"From": SHOP, "To": SUE, "Status": "delivered"}),
            (read_plivo, {"from_number": SHOP, "to_number": SUE, "message_direction": "outbound"}),
            (
                read_telnyx,
                {
                    "data": {
                        "event_type": "message.sent",
                        "payload": {"from": {"phone_number": SHOP}},
                    }
                },
            ),
            (
                read_telnyx,
                {"data": {"payload": {"direction": "outbound", "from": {"phone_number": SHOP}}}},
            ),
            (read_vonage, {"msisdn": SUE, "to": SHOP, "status": "delivered"}),
        ],
    )
    def test_b17_245_outbound_events(self, read, payload):
        """A report about a message of ours is not taken for a message from a person."""
        with pytest.raises(ConfigurationError):
            read(payload)

    @pytest.mark.parametrize(
        ("read", "payload"),
        [
            (
                read_twilio,
                {
                    "from": SUE,
                    "to": SHOP,
                    "body": "STOP",
                    "direction": "inbound",
                    "status": "received",
                    "date_sent": "Mon, 23 Nov 2026 18:00:00 +0000",
                },
            ),
            (
                read_telnyx,
                {
                    "data": {
                        "event_type": "message.received",
                        "payload": {
                            "direction": "inbound",
                            "from": {"phone_number": SUE},
                            "to": [{"phone_number": SHOP}],
                            "text": "STOP",
                            "received_at": "2026-11-23T18:00:00.000+00:00",
                        },
                    }
                },
            ),
            (
                read_vonage,
                {
                    "msisdn": SUE[1:],
                    "to": SHOP,
                    "text": "STOP",
                    "message-timestamp": "2026-11-23 18:00:00",
                },
            ),
            (
                read_plivo,
                {
                    "from_number": SUE,
                    "to_number": SHOP,
                    "Text": "STOP",
                    "message_direction": "inbound",
                    "message_time": "2026-11-23 18:00:00+00:00",
                },
            ),
        ],
    )
    def test_b17_245_inbound_messages_have_their_own_time(self, read, payload):
        """The provider's time counts, so that messages are ordered as they were sent."""
        message = read(payload, at=NOON + timedelta(days=1))
        assert (SUE, SHOP, "STOP", NOON) == (message.sender, message.to, message.text, message.at)

    def test_a_time_that_cannot_be_read(self):
        """Then the caller's time counts, or now."""
        payload = {"msisdn": SUE, "to": SHOP, "text": "x", "timestamp": "soon"}
        assert NOON == read_vonage(payload, at=NOON).at
        assert read_vonage(payload).at is None


def test_b17_246_a_long_history_is_fast(ledger, clock):
    """The answer about a person of 1,000 events does not take much longer than about one of 1 event."""
    from time import thread_time

    may = may_contact(ledger)
    short, long = "+13125550132", "+13125550133"
    for number, events in ((short, 1), (long, 1000)):
        for _ in range(events):
            ledger.give(number, "marketing.sms", evidence=FORM)

    def seconds(number):
        asked = attrs.evolve(SMS, to=number, at=clock(), sender="")
        assert may(asked)
        started = thread_time()
        for _ in range(200):
            may(asked)
        return thread_time() - started

    # In turn, and without the time of others: the machine may be busy.
    rounds = [(seconds(long), seconds(short)) for _ in range(5)]
    slow, fast = map(min, zip(*rounds, strict=True))
    assert slow < 5 * fast
