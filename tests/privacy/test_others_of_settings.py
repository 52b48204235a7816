"""Demands, support, requests, incidents and releases from one configuration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.stores import FixedClock

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ANA = "+14155550132"


@pytest.fixture
def accounts():
    """Return the books of a configuration, in memory."""
    privacy = vp.Privacy(keys=vp.KeyRing.generate(), region="US")
    return privacy.accounts(vp.stores.memory(), clock=FixedClock(NOW))


def test_support_is_asked_approved_and_on_record(accounts):
    """Staff see records through the support policy, by the books of the configuration."""
    access = accounts.support(people={"a17": "p1"})
    grant = access.request(
        staff="a17", ticket="T", tenant="acme", kinds={"call"}, until=NOW + timedelta(hours=1)
    )
    access.approve(grant.id, by="lead:2")
    access.consent(grant.id, by_customer="acme:admin")

    assert {"status": "ok"} == access.view(grant, {"status": "ok", "password": "x"})
    assert 1 == len(accounts.support().views(grant.id))


def test_a_demand_to_preserve_is_a_hold_of_the_configuration(accounts):
    """The hold is in the book that sweeps and erasures ask."""
    demand = vp.LegalDemand(
        id="D-1", instrument="preservation_request", place="US", subjects=[ANA], received=NOW,
        period=(NOW - timedelta(days=9), NOW), fields={"caller"}, requester="agent:1",
    )  # fmt: skip

    assert ("instrument.preserve",) == accounts.demands()(demand).codes
    assert ["D-1"] == [hold.matter for hold in accounts.holds().all()]


def test_an_open_request_pins_by_the_same_tokens_as_holds(accounts):
    """Requests, holds and sweeps of one configuration know a person by the same token."""

    class Nothing:
        """A store without records."""

        name, after, subject, event_time, hold_support = "empty", (), ("caller",), None, "lease"

        def rows_of(self, person, /):
            """Return nothing."""
            return iter(())

    rights = accounts.rights(vp.Inventory([Nothing()]))
    request = rights.open("(415) 555-0132", "access", received=NOW, place="US-CA")

    assert accounts.holds().tokens([ANA]) == rights.pinned()
    bundle = rights.access(rights.verify(request, method="account")).require().value
    assert "COMPLETE" == bundle.state


def test_incidents_and_releases_are_kept_in_the_same_store(accounts):
    """Each book is opened again with what was written into it."""
    accounts.incidents().record(noticed=NOW, what="Lost.", affected=1, places=["FR"])
    accounts.releases().budget("calls", epsilon="1")

    assert 1 == len(accounts.incidents().all())
    with pytest.raises(vp.ConfigurationError):
        accounts.releases().budget("calls", epsilon="2")


@pytest.mark.parametrize("name", ["demands", "support"])
def test_an_option_that_is_not_known_is_refused(accounts, name):
    """A wrong option is said, and has no silent effect."""
    with pytest.raises(vp.ConfigurationError):
        getattr(accounts, name)(colour="blue")
