"""Messages from people: STOP, START, HELP, once each, whatever fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    Evidence,
    InboundMessage,
    Inbox,
    KeywordKind,
    MessageClass,
    Template,
    consented,
    import_consents,
    not_opted_out,
    outside_quiet_hours,
    read_plivo,
    read_telnyx,
    read_twilio,
    read_vonage,
    twilio_bulk_consents,
)
from voxvalley_privacy.decisions import all_of
from voxvalley_privacy.errors import ConfigurationError
from voxvalley_privacy.testing import FaultyStore

from .conftest import NOON

SUE, SHOP = "+14155550132", "+14155550100"
CONFIRM = Template(id="confirm", message_class=MessageClass.CONFIRMATION)
BILL = Template(id="bill", message_class=MessageClass.ADMINISTRATIVE)


LATER = NOON + timedelta(seconds=1)


def said(text, *, message_id="", signal=None, to=SHOP, at=NOON):
    """Receive a message."""
    return InboundMessage(sender=SUE, to=to, text=text, at=at, id=message_id, signal=signal)


def to_sue(*, sender=SHOP, at=NOON, **more):
    """Ask to send Sue a message."""
    return Contact(to=SUE, purpose="marketing", channel="sms", at=at, sender=sender, **more)


class TestOptOut:
    def test_one_confirmation(self, ledger):
        """The first STOP is answered once, within five minutes; a second, or the same again, is not."""
        first = Inbox(ledger).receive(said("STOP", message_id="m1"))
        assert (True, NOON + timedelta(minutes=5)) == (first.reply, first.reply_due)
        assert "suppression.confirm" in [duty.code for duty in first.decision.obligations]
        for again in (said("STOP", message_id="m1"), said("STOP", message_id="m2"), said("stop!")):
            assert not Inbox(ledger).receive(again).reply

    def test_one_of_many_threads_answers(self, keys, tmp_path):
        """Delivered to eight threads of two ledgers at once, one STOP is answered once."""
        ledgers = [ConsentLedger(stores.sqlite(tmp_path / "p.db"), keys=keys) for _ in range(2)]
        messages = (
            said("STOP", at=None),
            said("STOP", message_id="m1", to="+14155550101", at=None),
        )
        for message in messages:
            work = [(ledgers[n % 2], message) for n in range(16)]
            with ThreadPoolExecutor(8) as pool:
                found = list(pool.map(lambda pair: Inbox(pair[0]).receive(pair[1]).reply, work))
            assert 1 == sum(found)

    def test_the_confirmation_is_exempt_from_its_own_suppression(self, ledger):
        """It may go for five minutes, from that sender, with its template, by night; nothing else may."""
        outcome = Inbox(ledger).receive(said("STOP"))
        may = all_of(consented(ledger), not_opted_out(ledger), outside_quiet_hours())
        confirm = to_sue(template=CONFIRM, confirms=outcome.confirms)
        assert may(confirm)
        assert may(
            to_sue(template=CONFIRM, confirms=outcome.confirms, at=NOON + timedelta(minutes=5))
        )
        for other in (
            to_sue(
                template=CONFIRM,
                confirms=outcome.confirms,
                at=NOON + timedelta(minutes=5, seconds=1),
            ),
            to_sue(template=CONFIRM, confirms=outcome.confirms + 1),
            to_sue(template=CONFIRM),
            to_sue(confirms=outcome.confirms),
            to_sue(template=BILL, confirms=outcome.confirms),
        ):
            assert not not_opted_out(ledger)(other)

    def test_likely_suppresses_and_asks_a_human(self, ledger):
        """No confirmation goes out before a human looked."""
        outcome = Inbox(ledger).receive(said("please stop"))
        assert not outcome.reply
        assert "suppression.human_review" in [duty.code for duty in outcome.decision.obligations]
        assert not not_opted_out(ledger)(to_sue())

    @pytest.mark.parametrize("fault", ["unavailable", "bug", "corrupt"])
    def test_a_store_that_fails(self, keys, clock, fault):
        """Suppressed all the same, and not answered."""
        store = FaultyStore(stores.memory(), fault, after=1)
        ledger = ConsentLedger(store, keys=keys, clock=clock)
        outcome = Inbox(ledger).receive(said("STOP"))
        assert (False, ("withdrawal.in_memory",)) == (outcome.reply, outcome.decision.codes)
        store.after = 10**6
        assert not not_opted_out(ledger)(to_sue())

    def test_the_providers_word_counts(self, ledger):
        """What the provider took for a STOP is one, and a STOP that it missed is one too."""
        assert Inbox(ledger).receive(said("Hör auf", signal=KeywordKind.OPT_OUT)).reply
        other = said("stop", signal=KeywordKind.HELP, to="+14155550101")
        assert Inbox(ledger).receive(other).reply

    def test_administrative_messages(self, ledger):
        """A marketing opt-out does not stop a bill; a STOP to the sender does; the class needs its template."""
        ledger.suppress(SUE, purpose="marketing")
        rule = all_of(consented(ledger), not_opted_out(ledger))
        bill = Contact(
            to=SUE, purpose="billing", channel="sms", at=NOON, sender=SHOP, template=BILL
        )
        assert rule(bill)
        relabeled = rule(Contact(to=SUE, purpose="billing", channel="sms", at=NOON, sender=SHOP))
        assert not relabeled
        assert "message.promotional" in relabeled.codes
        Inbox(ledger).receive(said("STOP"))
        assert ("suppression.sender",) == not_opted_out(ledger)(bill).codes


class TestOptIn:
    def test_start_lifts_what_a_keyword_made(self, ledger, clock):
        """START takes back STOP for that sender; consent is still needed."""
        Inbox(ledger).receive(said("STOP"))
        clock.now = LATER
        outcome = Inbox(ledger).receive(said("START", at=LATER))
        assert ("suppression.lifted",) == outcome.decision.codes
        assert not_opted_out(ledger)(to_sue(at=LATER))
        assert not consented(ledger)(to_sue(at=LATER))

    def test_start_keeps_what_a_human_made(self, ledger):
        """It lifts nothing else."""
        ledger.suppress(SUE)
        assert ("suppression.kept",) == Inbox(ledger).receive(said("START")).decision.codes
        assert not not_opted_out(ledger)(to_sue())

    def test_yes_needs_a_question(self, ledger, clock):
        """YES lifts only while a question is open."""
        Inbox(ledger).receive(said("STOP"))
        assert KeywordKind.NONE is Inbox(ledger).receive(said("yes")).match.kind
        assert not not_opted_out(ledger)(to_sue())
        clock.now = LATER
        assert Inbox(ledger).receive(said("yes", at=LATER), pending_prompt=True).decision
        assert not_opted_out(ledger)(to_sue())

    def test_start_while_the_store_fails(self, keys, clock):
        """Nothing is lifted."""
        store = FaultyStore(stores.memory(), "unavailable", after=10**6)
        ledger = ConsentLedger(store, keys=keys, clock=clock)
        Inbox(ledger).receive(said("STOP"))
        store.after = store.calls
        assert not Inbox(ledger).receive(said("START")).decision
        store.after = 10**6
        assert not not_opted_out(ledger)(to_sue())


def test_help_is_answered(ledger):
    """HELP changes nothing and gets an answer."""
    outcome = Inbox(ledger).receive(said("HELP"))
    assert outcome.reply
    assert () == ledger.history(SUE)


def test_a_message_has_a_zone():
    """A time without a zone is refused before anything depends on it."""
    with pytest.raises(ConfigurationError):
        InboundMessage(sender=SUE, to=SHOP, text="STOP", at=NOON.replace(tzinfo=None))


def test_nothing_of_the_message_shows():
    """Neither sender nor text is in the repr."""
    assert "555013" not in repr(said("my number is 5550132"))


class TestReaders:
    def test_twilio(self):
        """OptOutType is the signal."""
        found = read_twilio(
            {"From": SUE, "To": SHOP, "Body": "x", "OptOutType": "STOP", "MessageSid": "SM1"},
            at=NOON,
        )
        assert (SUE, SHOP, "x", "SM1", KeywordKind.OPT_OUT) == (
            found.sender,
            found.to,
            found.text,
            found.id,
            found.signal,
        )

    @pytest.mark.parametrize(
        ("intent", "kind"),
        [
            ("optout", KeywordKind.OPT_OUT),
            ("optin", KeywordKind.OPT_IN),
            ("help", KeywordKind.HELP),
            ("", None),
        ],
    )
    def test_plivo(self, intent, kind):
        """MessageIntent is the signal."""
        assert (
            kind
            is read_plivo(
                {"From": SUE, "To": SHOP, "Text": "x", "MessageIntent": intent}, at=NOON
            ).signal
        )

    def test_telnyx(self):
        """Events carry the text, rows of the opt-out list are opt-outs."""
        payload = {
            "id": "1",
            "from": {"phone_number": SUE},
            "to": [{"phone_number": SHOP}],
            "text": "Stop",
        }
        event = read_telnyx(
            {"data": {"event_type": "message.received", "payload": payload}}, at=NOON
        )
        row = read_telnyx({"from": SHOP, "to": SUE, "keyword": "STOP"}, at=NOON)
        assert (SUE, SHOP, "Stop") == (event.sender, event.to, event.text)
        assert (SUE, SHOP, KeywordKind.OPT_OUT) == (row.sender, row.to, row.signal)

    def test_vonage(self):
        """Numbers come without a plus, the first word as keyword."""
        found = read_vonage(
            {
                "msisdn": SUE[1:],
                "to": "12345",
                "text": "stop it",
                "keyword": "STOP",
                "messageId": "1",
            },
            at=NOON,
        )
        assert (SUE, "12345", KeywordKind.OPT_OUT) == (found.sender, found.to, found.signal)

    @pytest.mark.parametrize("read", [read_twilio, read_plivo, read_telnyx, read_vonage])
    @pytest.mark.parametrize(
        "payload",
        [
            {},
            {"From": []},
            {"From": True},
            {"data": 3},
            {"data": {"payload": {"from": [], "to": {}}}},
        ],
    )
    def test_payloads_that_name_nobody(self, read, payload):
        """They are refused."""
        with pytest.raises(ConfigurationError):
            read(payload, at=NOON)

    def test_twilio_bulk(self, ledger):
        """What is known is told in requests of 25."""
        numbers = [f"+1415555{100 + n:04}" for n in range(60)]
        for number in numbers[:30]:
            ledger.give(
                number, "marketing.sms", evidence=Evidence(method="web_form", affirmative=True)
            )
        for number in numbers[20:40]:
            ledger.suppress(number, sender=SHOP, origin="keyword")
        ledger.withdraw(numbers[40])
        batches = list(
            twilio_bulk_consents(ledger, numbers, sender_id="MG1", purpose="marketing.sms")
        )
        assert [25, 16] == [len(batch) for batch in batches]
        items = [item for batch in batches for item in batch]
        assert [*["opt-in"] * 20, *["opt-out"] * 21] == [item["status"] for item in items]
        assert {"website", "opt-out-message", "others"} == {item["source"] for item in items}
        assert 41 == len({item["correlation_id"] for item in items})

    def test_twilio_bulk_does_not_raise_what_holds_no_more(self, ledger, clock):
        """A consent that is past its end is told as neither in nor out; as out once it is taken back."""
        form = Evidence(method="web_form", affirmative=True)
        ledger.give(SUE, "marketing.sms", evidence=form, expires=NOON + timedelta(days=1))
        tell = lambda: list(  # noqa: E731
            twilio_bulk_consents(ledger, [SUE], sender_id="MG1", purpose="marketing.sms")
        )
        assert "opt-in" == tell()[0][0]["status"]
        clock.advance(timedelta(days=1))
        assert [] == tell()
        ledger.withdraw(SUE)
        assert "opt-out" == tell()[0][0]["status"]


class TestImport:
    row = staticmethod(
        lambda **more: {
            "subject": SUE,
            "purpose": "marketing.sms",
            "status": "opt-in",
            "at": "2026-01-01T00:00:00Z",
            "affirmative": "yes",
            **more,
        }
    )

    def test_it_takes_over(self, ledger):
        """A consent by an affirmative act counts where nothing was taken back."""
        assert ("import.recorded",) == import_consents(ledger, [self.row()]).decisions[0].codes
        assert consented(ledger)(to_sue())

    def test_b7_128_it_cannot_raise(self, ledger, clock):
        """It cannot bring back what was withdrawn, unless it was given later and by an affirmative act."""
        ledger.withdraw(SUE)
        later = (NOON + timedelta(hours=1)).isoformat()
        rows = [self.row(), self.row(at=later, affirmative="no"), self.row(at=NOON.isoformat())]
        clock.advance(timedelta(hours=2))
        assert {("import.cannot_raise",)} == {
            decision.codes for decision in import_consents(ledger, rows).decisions
        }
        assert not consented(ledger)(to_sue(at=clock()))
        assert import_consents(ledger, [self.row(at=later)]).decisions[0]
        assert consented(ledger)(to_sue(at=clock()))

    def test_it_lowers(self, ledger):
        """An opt-out is taken whatever else the row says."""
        import_consents(ledger, [self.row()])
        assert import_consents(ledger, [{"subject": SUE, "status": " OPT-OUT "}]).decisions[0]
        assert not consented(ledger)(to_sue())

    @pytest.mark.parametrize(
        "change",
        [
            {"subject": ""},
            {"subject": "x"},
            {"purpose": "Marketing"},
            {"status": "maybe"},
            {"status": ""},
            {"at": "2026-01-01"},
            {"at": "soon"},
            {"at": (NOON + timedelta(seconds=3)).isoformat()},
            {"method": "a b"},
        ],
    )
    def test_malformed_rows(self, ledger, change):
        """A row that cannot be read records nothing."""
        assert ("import.malformed",) == import_consents(ledger, [self.row(**change)]).decisions[
            0
        ].codes
        assert not consented(ledger)(to_sue())


@pytest.mark.parametrize("payload", [b"From=%2B14155550132&Body=STOP", "STOP", None])
def test_the_bytes_of_a_body_are_no_payload(payload):
    """A body that nobody has read as a form is refused with a word on what to hand over."""
    with pytest.raises(ConfigurationError, match="must be a mapping"):
        read_twilio(payload)
