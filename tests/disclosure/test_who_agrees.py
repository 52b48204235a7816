"""Who may agree, in any spelling of an account; what is put on record; settings of a profile."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import stores
from voxvalley_privacy.disclosure import SupportAccess, VisibilityPolicy
from voxvalley_privacy.stores import FixedClock

from .conftest import ANA, KEYS, NOW

SPELLINGS = ["agent:17\u200b", " Agent:17", "agent: 17", "ａgent:17", "agent:17\u00ad", "\u200b"]


def access_with(**how):
    """Return an access whose clock stands still."""
    return SupportAccess(stores.memory(), keys=KEYS, clock=FixedClock(NOW), **how)


def asked(access):
    """Return a request of one agent."""
    until = NOW + timedelta(hours=8)
    return access.request(staff="agent:17", ticket="T", tenant="acme", kinds={"call"}, until=until)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_nobody_agrees_to_an_own_access_in_another_spelling(spelling):
    """An account with a mark that nobody sees is no other account, and no account at all."""
    access = access_with()
    grant = asked(access)
    assert not access.approve(grant.id, by=spelling)
    assert not access.consent(grant.id, by_customer=f"acme:{spelling}")
    assert not access.review(grant.id, by=spelling)


def test_one_person_does_not_approve_and_consent():
    """The approver does not agree for the customer as well, whichever comes first."""
    access = access_with()
    first, second = asked(access), asked(access)
    assert access.approve(first.id, by="lead:2")
    assert not access.consent(first.id, by_customer="acme:lead:2")
    assert access.consent(second.id, by_customer="acme:lead:2")
    assert not access.approve(second.id, by="lead:2")


@pytest.mark.parametrize("kind", ["voicemail", "messages", "sms", "Content ", "notification"])
def test_breaking_the_glass_reaches_no_kind_that_may_hold_content(kind):
    """A kind that is not known counts as content."""
    access = access_with(content_opted_in=["acme"])
    with pytest.raises(vp.Denied, match="kind"):
        access.break_glass(staff="agent:17", incident="I", reason="r", kinds={kind})
    assert access.break_glass(
        staff="agent:17", incident="I", reason="r", kinds={kind}, tenant="acme"
    )


def test_a_view_is_on_record_as_of_the_grant_on_record():
    """A grant that was changed on its way in does not change who looked at what."""
    entries = []

    class Notes:
        def record(self, decision, **entry):
            entries.append(entry)

    access = access_with(audit=Notes())
    grant = asked(access)
    access.approve(grant.id, by="lead:2")
    access.consent(grant.id, by_customer="acme:admin")
    access.view(attrs.evolve(grant, staff="x", tenant="y", kinds={"z"}), {"sid": "CA1"})
    assert entries == [{"actor": "agent:17", "act": "view", "about": "acme"}]
    assert [view.kind for view in access.views(grant.id)] == ["call"]


@pytest.mark.parametrize(
    "unreadable", ['{"number": "private"}', [("number", "private")], "private", b"{}", 0, ()]
)
def test_settings_that_cannot_be_read_show_nothing(unreadable):
    """A profile whose settings are no mapping shows its id, whatever the defaults are."""
    policy = VisibilityPolicy(default="public", customer={"number": "public"})
    profile = {"id": 1, "number": ANA, "visibility": unreadable}
    assert policy(profile, viewer="public") == {"id": 1}


def test_without_ids_no_hidden_value_decides_the_order():
    """Profiles without an id come in the order of what is shown of them."""
    policy = VisibilityPolicy(default="public")
    profiles = [
        {"uid": uid, "number": number, "visibility": {"number": "private"}}
        for uid, number in ((2, "a"), (1, "b"))
    ]
    assert policy.many(profiles, viewer="public") == [{"uid": 1}, {"uid": 2}]
