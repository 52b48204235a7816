"""The ledger: giving and taking back, in every order, spelling and state of the store."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    Account,
    ConsentLedger,
    Contact,
    Evidence,
    Kind,
    Notice,
    Notices,
    Use,
    consented,
    not_opted_out,
)
from voxvalley_privacy.decisions import Effect
from voxvalley_privacy.errors import ConfigurationError, StoreError
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.testing import FaultyStore
from voxvalley_privacy.vocabulary import Purpose

from .conftest import NOON

SUE = "+14155550132"
FORM = Evidence(method="web_form", affirmative=True)
SMS = Purpose.MARKETING_SMS


def sms(to=SUE, *, purpose=SMS, at=NOON, **more):
    """Ask to send an SMS."""
    return Contact(to=to, purpose=purpose, channel="sms", at=at, **more)


class TestGiveAndTake:
    def test_the_contract(self, ledger):
        """What was given allows, in any spelling; what was taken back denies."""
        ledger.give("+919848012345", SMS, evidence=FORM)
        assert consented(ledger)(sms("+91 98480 12345"))
        assert ledger.withdraw("+91 98480 12345")
        assert ("consent.withdrawn",) == consented(ledger)(sms("+919848012345")).codes

    def test_nothing_on_record_denies(self, ledger):
        """Silence is no consent, and neither is having been asked."""
        assert ("consent.absent",) == consented(ledger)(sms()).codes
        ledger.request(SUE, SMS)
        assert ("consent.absent",) == consented(ledger)(sms()).codes

    @pytest.mark.parametrize(
        "evidence",
        [Evidence(method="web_form"), Evidence(method="f", affirmative=True, pre_ticked=True)],
    )
    def test_a_consent_that_cannot_be_shown_permits_nothing(self, ledger, evidence):
        """Only an affirmative act is consent."""
        ledger.give(SUE, SMS, evidence=evidence)
        assert ("consent.undemonstrable",) == consented(ledger)(sms()).codes

    @pytest.mark.parametrize(
        ("given_for", "asked", "expected"),
        [
            ("marketing", "marketing.sms", True),
            ("marketing.sms", "marketing.sms", True),
            ("marketing.sms", "marketing", True),  # by SMS
            ("marketing.email", "marketing.sms", False),
            ("marketing.email", "marketing.email", False),  # the channel is SMS
            ("marketing.sms.offers", "marketing.sms", False),
            ("marketing.sms", "marketing.sms.offers", True),
            ("analytics", "marketing.sms", False),
            ("marketin", "marketing", False),
        ],
    )
    def test_a_parent_covers_its_children(self, ledger, given_for, asked, expected):
        """A wider consent covers a narrower purpose, never the reverse; the channel in use decides."""
        if given_for == "marketin":
            with pytest.raises(ConfigurationError):
                ledger.give(SUE, given_for, evidence=FORM)
        else:
            ledger.give(SUE, given_for, evidence=FORM)
        assert expected is bool(consented(ledger)(sms(purpose=asked)))

    @pytest.mark.parametrize(
        "withdrawn",
        [None, "marketing", "marketing.sms", "marketing.sms.offers", "no such purpose", "*", ""],
    )
    def test_a_withdrawal_reaches_parents_and_children(self, ledger, withdrawn):
        """However widely or narrowly it is named, a withdrawal ends what it touches; an unknown purpose means all."""
        ledger.give(SUE, "marketing.sms", evidence=FORM)
        ledger.withdraw(SUE, withdrawn)
        assert not consented(ledger)(sms())

    def test_a_withdrawal_leaves_other_purposes_alone(self, ledger):
        """What was not named stays."""
        ledger.give(SUE, "analytics", evidence=FORM)
        ledger.give(SUE, SMS, evidence=FORM)
        ledger.withdraw(SUE, SMS)
        assert consented(ledger)(Use(of=SUE, purpose="analytics", at=NOON))

    def test_given_again_later(self, ledger, clock):
        """A new consent counts."""
        ledger.give(SUE, SMS, evidence=FORM)
        ledger.withdraw(SUE)
        clock.advance(timedelta(seconds=1))
        ledger.give(SUE, SMS, evidence=FORM)
        assert consented(ledger)(sms(at=clock()))

    def test_of_one_instant_the_withdrawal_wins(self, ledger):
        """A consent from the same instant as a withdrawal does not undo it, whatever the order."""
        ledger.withdraw(SUE)
        ledger.give(SUE, SMS, evidence=FORM)
        assert ("consent.withdrawn",) == consented(ledger)(sms()).codes

    def test_refused(self, ledger):
        """A refusal denies with its own reason."""
        ledger.refuse(SUE, SMS)
        assert ("consent.refused",) == consented(ledger)(sms()).codes

    def test_scopes_are_apart(self, ledger):
        """Controller, category and recipient must be those that were named."""
        ledger.give(SUE, SMS, evidence=FORM, controller="shop", recipient="partner")
        assert consented(ledger)(sms(controller="shop", recipient="partner"))
        for other in (
            {},
            {"controller": "shop"},
            {"controller": "shop", "recipient": "partner", "category": "LOCATION"},
        ):
            assert ("consent.absent",) == consented(ledger)(sms(**other)).codes

    def test_idempotency(self, ledger):
        """A consent with the same key is recorded once."""
        one = ledger.give(SUE, SMS, evidence=FORM, key="form 1")
        assert one == ledger.give(SUE, SMS, evidence=FORM, key="form 1")
        assert 1 == len(ledger.history(SUE))

    def test_reconfirming_revives_nothing(self, ledger, clock):
        """A confirmation after a withdrawal, or without a consent, permits nothing."""
        ledger.reconfirm(SUE, SMS, evidence=FORM)
        assert not consented(ledger)(sms())
        ledger.give(SUE, SMS, evidence=FORM)
        ledger.withdraw(SUE)
        clock.advance(timedelta(seconds=1))
        ledger.reconfirm(SUE, SMS, evidence=FORM)
        assert ("consent.withdrawn",) == consented(ledger)(sms(at=clock())).codes

    def test_what_needs_no_consent(self, ledger):
        """Service, security, billing and legal purposes rest on the contract or the law."""
        for purpose in ("service", "security", "billing.invoice", "legal"):
            assert ("consent.not_needed",) == consented(ledger)(
                Use(of=SUE, purpose=purpose, at=NOON)
            ).codes
        assert not consented(ledger)(Use(of=SUE, purpose="improve", at=NOON))


class TestExpiry:
    @pytest.mark.parametrize(("after", "expected"), [(-1, True), (0, False), (1, False)])
    def test_b7_123_expiry_at_the_boundary(self, ledger, after, expected):
        """A consent holds until just before its end."""
        end = NOON + timedelta(hours=1)
        ledger.give(SUE, SMS, evidence=FORM, expires=end)
        assert expected is bool(consented(ledger)(sms(at=end + timedelta(microseconds=after))))

    def test_expired_by_hand(self, ledger):
        """An expiry that is recorded ends the consent."""
        ledger.give(SUE, SMS, evidence=FORM)
        ledger.expire(SUE, SMS)
        assert ("consent.expired",) == consented(ledger)(sms()).codes

    def test_an_answer_does_not_outlive_the_consent(self, ledger):
        """An allow holds for a minute, or until the consent ends."""
        ledger.give(SUE, SMS, evidence=FORM, expires=NOON + timedelta(seconds=30))
        assert NOON + timedelta(seconds=30) == consented(ledger)(sms()).valid_until
        ledger.give(SUE, SMS, evidence=FORM)
        assert NOON + timedelta(seconds=60) == consented(ledger)(sms()).valid_until


class TestInput:
    @pytest.mark.parametrize(
        "subject",
        ["", " ", "stop", "911", "12345", None, 5, b"+14155550132", ["x"], "a@", "@b.c", "x" * 600],
    )
    def test_b7_125_no_subject(self, ledger, subject):
        """What is no number, e-mail address or account is denied, and cannot consent; it can withdraw."""
        assert not consented(ledger)(sms(subject))
        with pytest.raises(ConfigurationError) as caught:
            ledger.give(subject, SMS, evidence=FORM)
        assert "4155550132" not in str(caught.value)
        assert ledger.withdraw(subject)
        assert not consented(ledger)(sms(subject))

    @pytest.mark.parametrize(
        "purpose",
        [
            "",
            "*",
            "MARKETING",
            "Marketing.sms",
            "marketing.*",
            "marketing.",
            ".sms",
            "sales",
            None,
            5,
            "marketing sms",
        ],
    )
    def test_b7_124_unknown_purpose(self, ledger, purpose):
        """A purpose that is not spelled exactly is denied, and cannot be consented to."""
        assert ("purpose.unknown",) == consented(ledger)(sms(purpose=purpose)).codes
        with pytest.raises(ConfigurationError):
            ledger.give(SUE, purpose, evidence=FORM)

    @pytest.mark.parametrize("channel", ["", "SMS", "fax", "*", None, 3])
    def test_b7_124_unknown_channel(self, ledger, channel):
        """A channel that is not spelled exactly is denied."""
        asked = Contact(to=SUE, purpose=SMS, channel=channel, at=NOON)
        assert ("channel.unknown",) == consented(ledger)(asked).codes

    def test_b7_123_naive_times(self, ledger):
        """A time without a zone is denied, and refused when writing."""
        naive = datetime(2026, 11, 23)  # noqa: DTZ001
        assert ("error.clock",) == consented(ledger)(sms(at=naive)).codes
        with pytest.raises(ConfigurationError):
            ledger.give(SUE, SMS, evidence=FORM, expires=naive)

    @pytest.mark.parametrize("context", [None, 5, "x", object(), {}, {"to": SUE}])
    def test_a_context_of_the_wrong_kind(self, ledger, context):
        """Anything else than a contact is denied."""
        assert ("error.input",) == consented(ledger)(context).codes

    def test_b7_123_a_grant_from_the_future(self, ledger, clock):
        """A consent dated later than the contact cannot be judged."""
        clock.advance(timedelta(seconds=3))
        ledger.give(SUE, SMS, evidence=FORM)
        answer = consented(ledger)(sms())
        assert (Effect.INDETERMINATE, ("error.clock",)) == (answer.effect, answer.codes)
        assert consented(ledger)(sms(at=NOON + timedelta(seconds=1)))

    def test_b6_112_a_clock_that_goes_back(self, ledger, clock):
        """Order is the store's: a withdrawal dated ten years back still ends the consent."""
        ledger.give(SUE, SMS, evidence=FORM)
        clock.advance(timedelta(days=-3650))
        ledger.withdraw(SUE)
        assert ("consent.withdrawn",) == consented(ledger)(sms()).codes

    @pytest.mark.parametrize(
        "settings",
        [{"method": ""}, {"method": "a b"}, {"method": "a@b"}, {"method": "f", "artifact": "abc"}],
    )
    def test_evidence_holds_no_personal_data(self, settings):
        """Evidence is names and hashes."""
        with pytest.raises(ConfigurationError):
            Evidence(**settings)


class TestSubjects:
    @pytest.mark.parametrize(
        "spelling",
        [
            "+14155550132",
            "+1 (415) 555-0132",
            "+1-415-555-0132",
            "+１４１５５５５０１３２",
            "001 415 555 0132",
            "sip:+14155550132@example.com",
        ],
    )
    def test_b7_127_one_number_one_record(self, keys, clock, spelling):
        """Every spelling of a number meets the same record."""
        ledger = ConsentLedger(stores.memory(), keys=keys, clock=clock, region="DE")
        ledger.give(SUE, SMS, evidence=FORM)
        assert consented(ledger)(sms(spelling))

    def test_accounts_and_addresses(self, ledger):
        """E-mail addresses and accounts are subjects too; none of them is another."""
        for subject in ("Ann@Example.com", Account("4155550132")):
            ledger.give(subject, "analytics", evidence=FORM)
        for subject, expected in (
            ("ann@example.COM", True),
            (Account("4155550132"), True),
            ("+4155550132", False),
        ):
            assert expected is bool(
                consented(ledger)(Use(of=subject, purpose="analytics", at=NOON))
            )

    def test_nothing_personal_is_stored(self, keys, tmp_path):
        """Neither database nor log nor repr holds a number."""
        path = tmp_path / "p.db"
        ledger = ConsentLedger(stores.sqlite(path), keys=keys)
        ledger.give(SUE, SMS, evidence=FORM)
        ledger.withdraw("ann@example.com")
        raw = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert b"4155550132" not in raw
        assert b"ann" not in raw
        assert "4155550132" not in repr(ledger) + repr(sms()) + repr(ledger.history(SUE)) + repr(
            Account("4155550132")
        )

    def test_rotated_keys_find_what_older_keys_wrote(self, keys, clock):
        """After a rotation, opt-outs and consents under the old key still count, in store order."""
        store = stores.memory()
        old = ConsentLedger(store, keys=keys, clock=clock)
        old.give(SUE, SMS, evidence=FORM)
        new = ConsentLedger(store, keys=keys.rotate(), clock=clock)
        assert consented(new)(sms())
        new.withdraw(SUE)
        assert not consented(new)(sms())
        new.verify(anchor=new.head())

    def test_other_keys_are_refused(self, keys, clock):
        """A ledger does not start on a store whose opt-outs it could not find."""
        store = stores.memory()
        ConsentLedger(store, keys=keys, clock=clock).withdraw(SUE)
        with pytest.raises(ConfigurationError):
            ConsentLedger(store, keys=KeyRing.generate(), clock=clock)

    def test_tenants_are_apart(self, keys, clock):
        """Two tenants' tokens of one number differ."""
        tokens = {
            ConsentLedger(stores.memory(), keys=keys.for_tenant(name)).token(SUE)
            for name in ("a", "b")
        }
        assert 2 == len(tokens)


class TestErasure:
    def test_b7_130_erasure_keeps_the_opt_out(self, ledger, clock):
        """Details go, the token and the opt-out stay; a consent given later counts again."""
        ledger.give(SUE, SMS, evidence=FORM, controller="shop")
        ledger.suppress(SUE)
        assert ledger.erase(SUE)
        history = ledger.history(SUE)
        assert [True, True, False, False] == [entry.scrubbed for entry in history]
        kinds = [Kind.GIVEN, Kind.SUPPRESSED, Kind.ERASED, Kind.SUPPRESSED]
        assert kinds == [entry.kind for entry in history]
        assert not not_opted_out(ledger)(sms())
        assert ("consent.erased",) == consented(ledger)(sms()).codes
        clock.advance(timedelta(seconds=1))
        ledger.give(SUE, SMS, evidence=FORM)
        assert consented(ledger)(sms(at=clock()))
        assert not not_opted_out(ledger)(sms(at=clock()))
        ledger.verify(anchor=ledger.head())

    def test_a_blanked_body_only_takes_away(self, ledger):
        """Whoever blanks details in the store can end consents, not make them, nor lift an opt-out."""
        ledger.give(SUE, SMS, evidence=FORM)
        ledger._books.store.scrub(ledger.token(SUE), through=1)
        assert not consented(ledger)(sms())


class TestNotices:
    def notices(self, **more):
        """Make two versions; the second is a material change."""
        first = Notice(
            id="n", version="1", published=NOON - timedelta(days=90), purposes=["marketing"]
        )
        second = Notice(
            id="n",
            version="2",
            published=NOON - timedelta(days=10),
            purposes=["marketing", "marketing.sms.ai"],
            material_change=True,
        )
        return Notices([second, first], **more)

    def ask(self, keys, clock, version, *, purpose=SMS, notices=None):
        """Give under a version of the notice and ask."""
        ledger = ConsentLedger(
            stores.memory(), keys=keys, clock=clock, notices=notices or self.notices()
        )
        evidence = Evidence(method="web_form", affirmative=True, notice="n", version=version)
        ledger.give(SUE, "marketing", evidence=evidence)
        return consented(ledger)(sms(purpose=purpose))

    def test_a_material_change_makes_consents_due(self, keys, clock):
        """Old purposes hold through the grace period and oblige to ask; after it they do not hold."""
        answer = self.ask(keys, clock, "1")
        assert answer
        assert [NOON + timedelta(days=20)] == [duty.due for duty in answer.obligations]
        late = self.ask(keys, clock, "1", notices=self.notices(grace=timedelta(days=10)))
        assert ("consent.reconfirm_due",) == late.codes

    def test_a_purpose_that_was_added_has_no_grace(self, keys, clock):
        """What the change added was never consented to."""
        assert ("consent.reconfirm_due",) == self.ask(
            keys, clock, "1", purpose="marketing.sms.ai"
        ).codes

    def test_the_new_version_and_an_unknown_one(self, keys, clock):
        """A consent under the newest version is not due; one under no known version denies."""
        assert () == self.ask(keys, clock, "2").obligations
        assert ("notice.unknown",) == self.ask(keys, clock, "3").codes

    def test_published_has_a_zone(self):
        """Times have zones."""
        with pytest.raises(ConfigurationError):
            Notice(id="n", version="1", published=datetime(2026, 1, 1), purposes=[])  # noqa: DTZ001


class TestReassignment:
    def test_a_new_holder_did_not_consent(self, ledger, clock):
        """After a yes, no consent of before counts; a new one does."""
        ledger.give(SUE, SMS, evidence=FORM)
        ledger.record_reassignment_check(SUE, "no")
        assert consented(ledger)(sms())
        ledger.record_reassignment_check(SUE, "yes")
        assert ("number.reassigned",) == consented(ledger)(sms()).codes
        clock.advance(timedelta(seconds=1))
        ledger.give(SUE, SMS, evidence=FORM)
        assert consented(ledger)(sms(at=clock()))

    def test_answers_are_three(self, ledger):
        """Anything else is refused."""
        with pytest.raises(ConfigurationError):
            ledger.record_reassignment_check(SUE, "maybe")


class TestBetweenTheAnswerAndTheAct:
    def test_b7_122_an_answer_is_short_and_asked_again(self, ledger, clock):
        """A yes holds for a minute at most, so that who keeps one asks again at the write and sees the withdrawal."""
        ledger.give(SUE, SMS, evidence=FORM)
        kept = consented(ledger)(sms())
        ledger.withdraw(SUE)

        assert kept.require(at=clock()) is kept
        assert kept.valid_until - kept.evaluated_at <= timedelta(minutes=1)
        assert not consented(ledger)(sms(at=clock()))


class TestWhenTheStoreFails:
    @pytest.mark.parametrize("fault", ["unavailable", "corrupt", "os_error", "bug", "time_out"])
    def test_b7_126_a_withdrawal_is_accepted_and_replayed(self, keys, clock, fault, tmp_path):
        """It goes to the journal, every ledger that shares it sees it, and the store gets it later."""
        store = FaultyStore(stores.memory(), fault, after=10**6)
        journal = tmp_path / "journal"
        ledger = ConsentLedger(store, keys=keys, clock=clock, journal=journal)
        other = ConsentLedger(store.store, keys=keys, clock=clock, journal=journal)
        ledger.give(SUE, SMS, evidence=FORM)
        store.after = store.calls
        answer = ledger.withdraw(SUE)
        assert ("withdrawal.journaled",) == answer.codes
        assert answer
        assert 0 < journal.stat().st_size
        assert b"4155550132" not in journal.read_bytes()
        assert not consented(ledger)(sms())
        assert ("consent.withdrawn",) == consented(other)(sms()).codes
        assert 0 == journal.stat().st_size  # the host that only reads brought it to the store
        store.after = 10**6
        assert ("consent.withdrawn",) == consented(ledger)(sms()).codes
        assert 0 == ledger.replay()
        assert ("consent.withdrawn",) == consented(ledger)(sms()).codes
        ledger.verify(anchor=ledger.head())

    def test_without_a_journal_it_holds_in_memory(self, keys, clock, tmp_path):
        """Even with no disk at all the person has said no, and the answer says where that is kept."""
        store = FaultyStore(stores.memory(), "unavailable", after=10**6)
        ledger = ConsentLedger(
            store, keys=keys, clock=clock, journal=tmp_path / "no such folder" / "journal"
        )
        ledger.give(SUE, SMS, evidence=FORM)
        store.after = store.calls
        assert ("withdrawal.in_memory",) == ledger.withdraw(SUE).codes
        store.after = 10**6
        assert ("consent.withdrawn",) == consented(ledger)(sms()).codes

    def test_giving_raises(self, keys, clock):
        """A consent that was not stored is no consent, and the app learns of it."""
        ledger = ConsentLedger(
            FaultyStore(stores.memory(), "unavailable", after=1), keys=keys, clock=clock
        )
        with pytest.raises(StoreError):
            ledger.give(SUE, SMS, evidence=FORM)

    def test_a_replay_does_not_undo_a_later_consent(self, keys, clock, tmp_path):
        """What waits in the journal is stored before a new consent."""
        store = FaultyStore(stores.memory(), "unavailable", after=1)
        ledger = ConsentLedger(store, keys=keys, clock=clock, journal=tmp_path / "j")
        ledger.withdraw(SUE)
        store.after = 10**6
        clock.advance(timedelta(seconds=1))
        ledger.give(SUE, SMS, evidence=FORM)
        assert consented(ledger)(sms(at=clock()))

    def test_a_damaged_journal_denies_everybody(self, keys, clock, tmp_path):
        """It may hold anyone's withdrawal."""
        journal = tmp_path / "j"
        ledger = ConsentLedger(stores.memory(), keys=keys, clock=clock, journal=journal)
        ledger.give(SUE, SMS, evidence=FORM)
        journal.write_text("garbage\n")
        assert ("error.store_corrupt",) == consented(ledger)(sms()).codes
        assert ("withdrawal.recorded",) == ledger.withdraw(SUE).codes

    def test_a_torn_line_was_never_acknowledged(self, keys, clock, tmp_path):
        """A last line without its end is cut off by the next one."""
        journal = tmp_path / "j"
        journal.write_text('{"stream": "half')
        store = FaultyStore(stores.memory(), "unavailable", after=1)
        ledger = ConsentLedger(store, keys=keys, clock=clock, journal=journal)
        ledger.withdraw(SUE)
        store.after = 10**6
        assert 1 == ledger.replay()
        assert ("consent.withdrawn",) == consented(ledger)(sms()).codes


class TestNotOptedOut:
    def test_a_stop_is_for_its_sender(self, ledger):
        """A keyword stops one sender, in any spelling; if the sender is unknown, it stops."""
        ledger.suppress(SUE, sender="+1 (415) 555-0100", origin="keyword")
        rule = not_opted_out(ledger)
        assert ("suppression.sender",) == rule(sms(sender="+14155550100")).codes
        assert rule(sms(sender="+14155550101"))
        assert not rule(sms())

    def test_b7_lifting(self, ledger, clock):
        """A keyword lifts what a keyword made for that sender; by hand, what is named."""
        ledger.suppress(SUE, sender="A", origin="keyword")
        ledger.suppress(SUE, sender="B", origin="manual")
        clock.advance(timedelta(seconds=1))
        ledger.lift(SUE, sender="A", origin="keyword")
        ledger.lift(SUE, sender="B", origin="keyword")
        rule = not_opted_out(ledger)
        asked = [sms(sender=sender, at=clock()) for sender in ("A", "B")]
        assert [True, False] == list(map(bool, map(rule, asked)))
        ledger.lift(SUE, sender="B")
        assert rule(asked[1])

    def test_an_allow_does_not_outlive_a_minute(self, ledger):
        """The person may opt out at any time."""
        assert NOON + timedelta(seconds=60) == not_opted_out(ledger)(sms()).valid_until


KINDS = st.sampled_from(
    ["give", "give_sms", "withdraw", "withdraw_sms", "refuse", "suppress", "lift", "erase"]
)


class TestHistories:
    @given(st.lists(KINDS, max_size=12))
    def test_no_yes_after_a_no(self, keys, history):
        """Whatever happened before: after a withdrawal, a refusal or an erasure the next answer is no."""
        clock = stores.FixedClock(NOON)
        ledger = ConsentLedger(stores.memory(), keys=keys, clock=clock)
        acts = {
            "give": lambda: ledger.give(SUE, "marketing", evidence=FORM),
            "give_sms": lambda: ledger.give(SUE, SMS, evidence=FORM),
            "withdraw": lambda: ledger.withdraw(SUE),
            "withdraw_sms": lambda: ledger.withdraw(SUE, SMS),
            "refuse": lambda: ledger.refuse(SUE, SMS),
            "suppress": lambda: ledger.suppress(SUE),
            "lift": lambda: ledger.lift(SUE),
            "erase": lambda: ledger.erase(SUE),
        }
        for act in history:
            clock.advance(timedelta(seconds=1))
            acts[act]()
            answer = consented(ledger)(sms(at=clock()))
            if act in {"withdraw", "withdraw_sms", "refuse", "erase"}:
                assert not answer
                assert not not_opted_out(ledger)(sms(at=clock()))
            elif act in {"give", "give_sms"}:
                assert answer
            elif act == "suppress":
                assert not not_opted_out(ledger)(sms(at=clock()))
            json.loads(answer.to_json())
        assert len(history) <= ledger.verify()


def test_now_is_in_utc():
    """The system clock has a zone."""
    assert UTC is stores.system_clock().tzinfo


def test_evidence_that_is_a_text_is_refused_before_it_is_stored(ledger):
    """A text in place of evidence leaves nothing on record, so that the record stays readable."""
    for record in (ledger.give, ledger.reconfirm):
        with pytest.raises(ConfigurationError, match="evidence"):
            record("+14155550132", "marketing", evidence="web form")
    assert () == ledger.history("+14155550132")
