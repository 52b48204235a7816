"""Schedules, and holds that no delete overtakes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from voxvalley_privacy import retention, stores
from voxvalley_privacy.retention import (
    Disposition,
    HoldState,
    LegalHolds,
    Period,
    RecordKind,
    RecordMeta,
    RetentionSchedule,
    ceiling_end,
    floor_end,
    retain,
)
from voxvalley_privacy.testing import FaultyStore

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
ANA = "+14155550132"


def test_calendar_months_round_up_and_down():
    """A floor ends where its last day ends last, a ceiling where that begins first."""
    month = Period.parse("P1M")
    assert datetime(2026, 3, 2, 12, tzinfo=UTC) <= floor_end(NOON, month)
    assert ceiling_end(NOON, month) <= datetime(2026, 2, 28, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "P", "18M", "P0D", "P1.5M", "P-1M", "PT"])
def test_what_is_no_period(text):
    """Periods are those of ISO 8601, above zero."""
    with pytest.raises(vp.ConfigurationError):
        Period.parse(text)


def test_faults_of_a_schedule_come_all_at_once():
    """A gap, an overlap and a floor above a ceiling are named together."""
    low = retain(RecordKind.CALL, at_least="P2Y", since="x")
    high = retain(RecordKind.CALL, at_most="P1Y", since="x")
    floor = retain(RecordKind.BILLING, at_least="P1Y")
    with pytest.raises(vp.ConfigurationError) as caught:
        RetentionSchedule([low, high, high, floor])
    assert 4 == len(caught.value.faults)


def _call(created=NOON, **events):
    return RecordMeta(kind="call", id="CA1", subjects=(ANA,), created=created, events=events)


def test_floor_ceiling_and_missing_trigger():
    """Within the floor a record is kept, after the ceiling due, without its trigger restricted."""
    rule = retain(
        RecordKind.CALL, at_least="P1M", at_most="P2M", since="call_end", strength="law", source="x"
    )
    schedule = RetentionSchedule([rule])
    late = NOON + timedelta(days=80)
    assert Disposition.KEEP is schedule(_call(call_end=NOON), now=NOON).value
    assert Disposition.ERASE is schedule(_call(call_end=NOON), now=late).value
    missing = schedule(_call(), now=late)
    assert (Disposition.RESTRICT, ("trigger.missing",)) == (missing.value, missing.codes)
    unknown = schedule(RecordMeta(kind="fax", created=NOON), now=late)
    assert (Disposition.RESTRICT, False) == (unknown.value, bool(unknown))


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 900)), min_size=1, max_size=4),
    st.tuples(st.booleans(), st.integers(1, 900)),
    st.integers(0, 1500),
)
def test_l12_a_floor_never_makes_due_earlier_a_ceiling_never_later(rules, more, days):
    """One more floor never erases what was kept; one more ceiling never keeps what was erased."""

    def rule(item, number):
        is_floor, length = item
        period = f"P{length}D"
        bounds = {"at_least": period} if is_floor else {"at_most": period}
        return retain(RecordKind.CALL, source=str(number), prefer=not is_floor, **bounds)

    made = [rule(item, number) for number, item in enumerate(rules)]
    base = retain(RecordKind.CALL, at_most="P1000D", prefer=True)
    now = NOON + timedelta(days=days)
    before = RetentionSchedule([base, *made])(_call(), now=now).value
    after = RetentionSchedule([base, *made, rule(more, 99)])(_call(), now=now).value
    if more[0] and before is not Disposition.ERASE:
        assert after is not Disposition.ERASE
    if not more[0] and before is Disposition.ERASE:
        assert after is Disposition.ERASE


@pytest.fixture
def clock():
    return stores.FixedClock(NOON)


def _holds(clock, store=None):
    return LegalHolds(store or stores.memory(), keys=vp.KeyRing.generate(), clock=clock)


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        ({}, True),
        ({"subjects": ["(415) 555-0132"]}, False),
        ({"subjects": ["+1 415 555 0132"]}, True),
        ({"subjects": ["+14155550199"]}, False),
        ({"kinds": [RecordKind.CALL]}, True),
        ({"kinds": [RecordKind.MESSAGE]}, False),
        ({"records": ["CA1"]}, True),
        ({"between": (NOON, NOON + timedelta(days=1))}, True),
        ({"between": (NOON - timedelta(days=1), NOON)}, False),
    ],
)
def test_scope_of_a_hold(clock, scope, covered):
    """A hold covers by people, kinds, ids and time of the record."""
    holds = _holds(clock)
    holds.place(matter="M-1", by="counsel", **scope)
    assert covered is (holds.covering(_call(), holds.active()) is not None)


def test_what_is_not_known_is_held(clock):
    """A record without people, kind or time is held by every hold."""
    holds = _holds(clock)
    holds.place(
        matter="M-1", by="counsel", subjects=[ANA], between=(NOON, NOON + timedelta(hours=1))
    )
    assert holds.covering(RecordMeta(kind=""), holds.active())


def test_l2_a_hold_waits_for_older_leases(clock):
    """A hold under an open lease is not effective until that is closed or over."""
    holds = _holds(clock)
    with holds.lease(timedelta(seconds=30)) as lease:
        hold = holds.place(matter="M-1", by="counsel")
        assert HoldState.PLACED is hold.state(clock())
        assert lease.until == hold.effective_at
    assert HoldState.EFFECTIVE is holds.active()[0].state(clock())
    with pytest.raises(ZeroDivisionError), holds.lease(timedelta(seconds=30)):
        raise ZeroDivisionError
    second = holds.place(matter="M-2", by="counsel")
    assert HoldState.PLACED is second.state(clock())
    assert HoldState.EFFECTIVE is second.state(NOON + timedelta(seconds=31))


def test_a_lease_that_is_over_commits_nothing(clock):
    """The deleter asks in the line before its commit."""
    holds = LegalHolds(stores.memory(), keys=vp.KeyRing.generate(), clock=lambda: moments.pop(0))
    moments = [NOON, NOON + timedelta(seconds=31), NOON]
    with holds.lease(timedelta(seconds=30)) as lease, pytest.raises(vp.StoreError):
        holds.require_time(lease)


def test_a_hold_is_accepted_while_the_store_fails(clock):
    """Placing goes to the journal, and is read from there."""
    store = FaultyStore(stores.memory(), fault="unavailable", after=0)
    hold = _holds(clock, store).place(matter="M-1", by="counsel")
    assert "M-1" == hold.matter


def test_release(clock):
    """A released hold covers nothing; a release needs a name and a reason."""
    holds = _holds(clock)
    hold = holds.place(matter="M-1", by="counsel", review="P6M")
    assert HoldState.REVIEW_DUE is hold.state(NOON + timedelta(days=190))
    with pytest.raises(vp.ConfigurationError):
        holds.release(hold.id, by="", reason="")
    with pytest.raises(vp.ConfigurationError):
        holds.release("nobody", by="counsel", reason="settled")
    holds.release(hold.id, by="counsel", reason="settled")
    assert () == holds.active()
    assert "retention" == retention.__name__.rpartition(".")[2]


@pytest.mark.parametrize(
    "scope",
    [
        {"subjects": "+1 415 555 0132"},
        {"subjects": 14155550132},
        {"kinds": "call"},
        {"kinds": RecordKind.CALL},
        {"records": "CA1"},
        {"between": (datetime(2026, 1, 1), datetime(2027, 1, 1))},  # noqa: DTZ001 - without a zone
    ],
)
def test_l1_a_scope_of_one(clock, scope):
    """One name is a scope as a list of it is, and a time without a zone is of UTC."""
    holds = _holds(clock)
    holds.place(matter="M-1", by="counsel", **scope)
    meta = RecordMeta(kind="call", id="CA1", subjects=(ANA,), created=NOON)
    assert holds.covering(meta, holds.active()) is not None


@pytest.mark.parametrize(
    "scope",
    [{"subjects": []}, {"kinds": ()}, {"records": iter(())}, {"between": (NOON, NOON)}],
)
def test_a_hold_that_would_hold_nothing(clock, scope):
    """A scope without anything in it is refused, as nobody would see that it holds nothing."""
    with pytest.raises(vp.ConfigurationError):
        _holds(clock).place(matter="M-1", by="counsel", **scope)


@pytest.mark.parametrize("period", ["P9999Y", "P9999M", "P99999D", "PT99999H", "P1D"])
@pytest.mark.parametrize(
    "start", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_times_at_the_ends_of_the_calendar(period, start):
    """Databases write such times for "never" and "not yet": both have an end, and raise nothing."""
    floor, ceiling = (
        floor_end(start, Period.parse(period)),
        ceiling_end(start, Period.parse(period)),
    )
    assert ceiling <= floor
