"""Every rule that asks a store, under every fault of it."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    CATALOG,
    ConsentLedger,
    Contact,
    Evidence,
    Leg,
    Person,
    Recording,
    Supplied,
    Tracking,
    consented,
    intake,
    never_sold,
    not_opted_out,
    number_current,
    old_enough,
    outside_quiet_hours,
    recording_allowed,
    tracking_allowed,
    within_caps,
)
from voxvalley_privacy.decisions import all_of
from voxvalley_privacy.testing import FAULTS, FaultyStore, assert_fails_closed

from .conftest import NOON

SUE = "+919848012345"
AT = NOON - timedelta(hours=12)  # morning in India
SMS = Contact(to=SUE, purpose="marketing.sms", channel="sms", at=AT)
BEACON = Tracking(technology="beacon", purpose="tracking", at=AT, of=SUE)
RULES = {
    "consented": (consented, SMS),
    "not_opted_out": (not_opted_out, SMS),
    "number_current": (number_current, SMS),
    "tracking_allowed": (tracking_allowed, BEACON),
    "five": (
        lambda ledger: all_of(
            consented(ledger),
            not_opted_out(ledger),
            number_current(ledger),
            outside_quiet_hours(),
            never_sold(),
        ),
        SMS,
    ),
}
CODES = {
    "unavailable": "error.store_unavailable",
    "corrupt": "error.store_corrupt",
    "os_error": "error.store_unavailable",
    "bug": "error.store_unavailable",
    "time_out": "error.store_unavailable",
    "stale": "error.store_stale",
    "partial": "error.store_stale",
    "empty": "error.store_stale",
    "skewed": "error.store_corrupt",
}


def filled(keys, store):
    """Record what every rule needs."""
    ledger = ConsentLedger(store, keys=keys, clock=stores.FixedClock(AT - timedelta(days=1)))
    for purpose in ("marketing.sms", "tracking"):
        ledger.give(SUE, purpose, evidence=Evidence(method="web_form", affirmative=True))
    ledger.record_reassignment_check(SUE, "no")
    return store


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_b7_126_every_rule_times_every_fault(keys, tmp_path, name, fault, kind):
    """No fault of the store makes a rule allow, raise or be late."""
    build, context = RULES[name]

    def make():
        return filled(
            keys, stores.memory() if kind == "memory" else stores.sqlite(tmp_path / f"{fault}.db")
        )

    assert_fails_closed(
        lambda store: build(ConsentLedger(store, keys=keys)),
        context,
        store=make,
        faults=[fault],
        within=timedelta(seconds=1),
    )


@pytest.mark.parametrize(("fault", "code"), CODES.items())
def test_each_fault_has_its_reason(keys, fault, code):
    """The reason says what was wrong with the store."""
    store = FaultyStore(filled(keys, stores.memory()), fault, after=10**6)
    rule = consented(ConsentLedger(store, keys=keys))
    assert rule(SMS)
    store.after = store.calls
    assert (code,) == rule(SMS).codes


def test_left_out_before_anything_was_read(keys):
    """A ledger that starts on a store which leaves events out sees the gap."""
    store = FaultyStore(filled(keys, stores.memory()), "partial")
    assert ("error.store_partial",) == consented(ConsentLedger(store, keys=keys))(SMS).codes


@pytest.mark.parametrize("how", ["unlinked", "garbage", "locked"])
def test_b7_126_a_file_in_trouble(keys, tmp_path, how):
    """Real trouble with a real file denies too, and a withdrawal is accepted all the same."""
    path = tmp_path / "p.db"
    store = filled(keys, stores.sqlite(path, timeout=timedelta(milliseconds=100)))
    ledger = ConsentLedger(store, keys=keys)
    other = None
    if how == "unlinked":
        path.unlink()
    elif how == "garbage":
        store.close()
        path.write_bytes(b"garbage" * 5000)
    else:
        import sqlite3

        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    if how == "locked":
        assert consented(ledger)(SMS)
    assert ("withdrawal.journaled",) == ledger.withdraw(SUE).codes
    assert not consented(ledger)(SMS)
    if other is not None:
        other.execute("ROLLBACK")
        other.close()
        assert 1 == ledger.replay()
        assert not consented(ledger)(SMS)
    store.close()


class Hostile:
    """Whoever asks it for anything gets an error."""

    def __getattribute__(self, name):
        raise RuntimeError(name)


WRONG = [
    None,
    3,
    "x",
    object(),
    Hostile(),
    Contact(to=None, purpose=None, channel=None, at=None),
    Contact(to=SUE, purpose="marketing.sms", channel="sms", at="now"),
    Contact(to=[SUE], purpose=["marketing"], channel=["sms"], at=AT),
    attrs.evolve(SMS, at=AT.replace(tzinfo=None)),
    attrs.evolve(BEACON, at=AT.replace(tzinfo=None)),
    Person(at=AT.replace(tzinfo=None), estimated_years=50),
    Person(at=AT, estimated_years="fifty"),
    Recording(legs=[None], at=AT),
    Recording(legs=[Leg(consent=True)], at=AT.replace(tzinfo=None)),
    Supplied(activity=[], fields=()),
]


# By their places: whoever looks at some of them gets an error.
@pytest.mark.parametrize("place", range(len(WRONG)))
def test_no_rule_takes_a_context_that_is_wrong(keys, place):
    """Whatever it is given, a rule answers, and the answer is a deny with a reason of the catalog."""
    ledger = ConsentLedger(filled(keys, stores.memory()), keys=keys)
    rules = [build(ledger) for build, _ in RULES.values()]
    rules += [outside_quiet_hours(), within_caps(caps=((1, timedelta(days=1)),)), never_sold()]
    rules += [old_enough(), recording_allowed(), intake({})]
    for rule in rules:
        answer = rule(WRONG[place])
        assert not answer, rule
        assert {*answer.codes} <= {*CATALOG}
