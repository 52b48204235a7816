"""An admin lists, counts and exports a ledger without a number in it."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.consent import ConsentLedger, Evidence, LedgerAdmin
from voxvalley_privacy.errors import ConfigurationError, StoreError
from voxvalley_privacy.testing import FaultyStore

FORM = Evidence(method="web_form", affirmative=True)
SUE, BOB, ANN = "+13125550132", "+13125550133", "+13125550134"


@pytest.fixture
def filled(ledger, clock):
    """Let Sue consent twice, Bob take it back, and Ann say STOP."""
    ledger.give(SUE, "marketing.sms", evidence=FORM)
    ledger.give(SUE, "analytics", evidence=FORM, expires=clock() + timedelta(days=1))
    ledger.give(BOB, "marketing.sms", evidence=FORM)
    ledger.withdraw(BOB)
    ledger.suppress(ANN, sender="+14155550100")
    return LedgerAdmin(ledger)


def test_people(filled, ledger, clock):
    """Each person is there once, with what holds now."""
    sue, bob, ann = filled.people()
    assert [ledger.token(one) for one in (SUE, BOB, ANN)] == [one.token for one in (sue, bob, ann)]
    assert (("marketing.sms", "analytics"), False) == (sue.purposes, sue.opted_out)
    assert ((), 2) == (bob.purposes, bob.entries)
    assert (True, 1) == (ann.opted_out, ann.suppressions)
    clock.advance(timedelta(days=2))
    assert ("marketing.sms",) == next(filled.people()).purposes


def test_named_people(filled):
    """Named people come in their order; one without entries has none."""
    ann, nobody = filled.people([ANN, "+13125550199"])
    assert (True, False) == (ann.opted_out, nobody.opted_out)
    assert (0, None) == (nobody.entries, nobody.newest)


def test_counts(filled):
    """People, kinds and consents are counted."""
    counts = filled.counts()
    assert (3, 1) == (counts.people, counts.opted_out)
    assert {"marketing.sms": 1, "analytics": 1} == counts.consents
    assert 3 == counts.kinds["consent.given"]
    assert 1 == filled.counts([ANN, "+13125550199"]).people


def test_export(filled, ledger):
    """Every entry is a line of JSON, and no number is in it."""
    file = io.StringIO()
    assert 5 == filled.export(file)
    rows = list(map(json.loads, file.getvalue().splitlines()))
    assert ["consent.given"] * 3 == [row["kind"] for row in rows][:3]
    assert "web_form" == rows[0]["evidence"]["method"]
    assert {ledger.token(one) for one in (SUE, BOB, ANN)} == {row["token"] for row in rows}
    assert "555" not in "".join(row["token"] for row in rows)
    assert SUE not in file.getvalue()


def test_b17_247_lists_of_tenants(filled, ledger):
    """A tenant sees nobody but whom it names, and of them only its own entries."""
    tenant = ledger.for_tenant("acme")
    tenant.suppress(SUE)
    own = LedgerAdmin(tenant)
    for listing in (own.people, own.counts, lambda: own.export(io.StringIO())):
        with pytest.raises(ConfigurationError):
            list(listing() or ())
    sue, ann = own.people([SUE, ANN])
    assert ((1, True), (0, False)) == ((sue.entries, sue.opted_out), (ann.entries, ann.opted_out))


def test_what_waits_in_the_journal(keys, clock):
    """A withdrawal that the store could not take is listed too."""
    store = FaultyStore(stores.memory(), "unavailable", after=1)
    ledger = ConsentLedger(store, keys=keys, clock=clock)
    ledger.suppress(SUE)
    with pytest.raises(StoreError):
        LedgerAdmin(ledger).counts()
    store.after = 10**6
    (sue,) = LedgerAdmin(ledger).people()
    assert sue.opted_out
