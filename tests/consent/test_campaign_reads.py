"""A campaign that is asked about in one read, and answers that grow old meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voxvalley_privacy.consent import Contact, Evidence, may_contact

SUE = "+13125550132"  # in Chicago, where it is noon
FORM = Evidence(method="web_form", affirmative=True)


@pytest.fixture
def sue(ledger):
    """Let Sue consent."""
    ledger.give(SUE, "marketing.sms", evidence=FORM)
    return Contact(to=SUE, purpose="marketing", channel="sms")


@pytest.fixture
def may(ledger):
    """Make the rule."""
    return may_contact(ledger)


class TestManyInTime:
    def test_b17_246_a_slow_app_reads_anew(self, may, ledger, sue, clock):
        """An opt-out that comes while an app sends to the others counts, as the rest is read anew."""
        answers = may.many([sue, sue, sue])
        assert next(answers)
        ledger.suppress(SUE)
        clock.advance(timedelta(seconds=21))
        assert [False, False] == list(map(bool, answers))

    def test_b17_246_people_of_one_answer_share_it(self, may, ledger):
        """Equal answers of one read are one object, so that a campaign costs little."""
        people = [f"+1312555{100 + n:04}" for n in range(3)]
        for number in people:
            ledger.give(number, "marketing.sms", evidence=FORM)
        asked = [Contact(to=to, purpose="marketing", channel="sms") for to in people]
        first, second, third = may.many(asked)
        assert first is second is third
