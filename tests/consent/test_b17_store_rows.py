"""Rows of B17 about what a store is opened with, and how long an answer holds."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    Evidence,
    InboundMessage,
    Inbox,
    may_contact,
    outside_quiet_hours,
)
from voxvalley_privacy.decisions import Decision, Reason
from voxvalley_privacy.errors import ConfigurationError, Denied

from .conftest import NOON

FORM = Evidence(method="web_form", affirmative=True)
YES = Reason(code="app.yes", text="Yes.")


class TestAnswersInTime:
    def test_b17_238_an_answer_past_its_time_is_refused(self):
        """From `valid_until` on an allow raises, by the app's clock or the machine's."""
        answer = Decision.allow(YES, evaluated_at=NOON, valid_until=NOON + timedelta(seconds=60))
        assert answer is answer.require(at=NOON + timedelta(seconds=59))
        with pytest.raises(Denied) as refused:
            answer.require(at=NOON + timedelta(seconds=60))
        assert ("decision.expired",) == refused.value.args[0].codes
        with pytest.raises(Denied):
            Decision.allow(YES, valid_until=datetime(2020, 1, 1, tzinfo=UTC)).require()

    def test_b17_238_a_time_without_a_zone_is_refused(self):
        """It could be any time."""
        with pytest.raises(ConfigurationError):
            Decision.allow(YES, valid_until=NOON).require(at=datetime(2026, 1, 1))  # noqa: DTZ001


class TestTheRegionOfAStore:
    @pytest.mark.parametrize("other", ["GB", None])
    def test_b17_232_another_region_is_refused(self, keys, clock, other):
        """National numbers would be other people; the error names both regions."""
        store = stores.memory()
        ledger = ConsentLedger(store, keys=keys, clock=clock, region="US")
        ledger.suppress("(312) 555-0132")
        with pytest.raises(ConfigurationError) as refused:
            ConsentLedger(store, keys=keys, clock=clock, region=other)
        assert "'US'" in str(refused.value)
        assert repr(other) in str(refused.value)

    def test_b17_232_the_same_region_goes_on(self, keys, clock):
        """Also after a rotation and for tenants, and it is kept once."""
        store = stores.memory()
        ConsentLedger(store, keys=keys, clock=clock, region="US").suppress("(312) 555-0132")
        again = ConsentLedger(store, keys=keys.rotate(), clock=clock, region="US")
        again.for_tenant("acme").suppress("(312) 555-0133")
        assert 1 == len(again.history("+13125550132"))
        assert 1 == sum(event.kind == "ledger.region" for event in store.scan())
        assert again.verify()

    def test_b17_232_two_processes_of_two_regions(self, keys, clock):
        """Of two that open an empty store, the second to write is refused."""
        store = stores.memory()
        first, second = (
            ConsentLedger(store, keys=keys, clock=clock, region=region) for region in ("US", "GB")
        )
        first.give("(312) 555-0132", "marketing.sms", evidence=FORM)
        with pytest.raises(ConfigurationError, match=r"'US'.*'GB'"):
            second.give("07700 900123", "marketing.sms", evidence=FORM)

    def test_b17_234_reviews_beside_other_books(self, keys, clock):
        """The queue of open reviews reads its own book, whatever else is in the store."""
        store = stores.memory()
        ledger = ConsentLedger(store, keys=keys, clock=clock, region="US")
        inbox = Inbox(ledger)
        inbox.receive(InboundMessage(sender="+13125550132", to="+14155550100", text="STOP"))
        assert () == inbox.reviews()


class TestHolidays:
    def test_of_the_package(self):
        """`package` closes the day of every country that the package knows."""
        rule = outside_quiet_hours(holidays="package")
        at = datetime(2026, 7, 15, 10, tzinfo=UTC)
        paris = Contact(to="+33612345678", purpose="marketing", channel="sms", at=at)
        assert rule(paris)
        bastille = Contact(
            to="+33612345678", purpose="marketing", channel="sms", at=at - timedelta(days=1)
        )
        assert ("quiet.closed",) == rule(bastille).codes

    def test_of_a_division(self):
        """A state has its own calendar, and an unknown place none."""
        calendars = outside_quiet_hours(holidays="package").holidays
        assert date(2026, 2, 17) in calendars["US-LA"]  # Mardi Gras
        assert date(2026, 2, 17) not in calendars["US"]
        assert "US-ZZ" not in calendars
        assert "XX" not in calendars
        assert "US-LA" in set(calendars)
        assert len(calendars) == len(list(calendars))

    def test_without_the_extra(self, ledger, monkeypatch):
        """What is not installed is refused when the rule is made, and says how to get it."""
        monkeypatch.setitem(sys.modules, "holidays", None)
        with pytest.raises(ConfigurationError, match=r"\[holidays\]"):
            may_contact(ledger, holidays="package")

    def test_another_word(self):
        """No other word is taken for calendars."""
        with pytest.raises(ConfigurationError):
            outside_quiet_hours(holidays="all")
