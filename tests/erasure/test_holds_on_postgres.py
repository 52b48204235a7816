"""Holds and deletes on a real PostgreSQL, where two transactions go on at once."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, ROWS
from tests.stores import postgres
from voxvalley_privacy.erasure import HoldPlaced, Permit
from voxvalley_privacy.testing import ErasureTargetContract, person_of


@pytest.fixture(scope="module")
def engine(request):
    """Reach the PostgreSQL of the tests."""
    engine = sa.create_engine(postgres.url(request))
    yield engine
    engine.dispose()


@pytest.fixture
def calls(engine):
    """Make a table of its own, with due and token columns, and no mark or hold."""
    name = f"calls_{uuid.uuid4().hex[:8]}"
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS privacy_mark, privacy_hold")
        connection.exec_driver_sql(
            f"CREATE TABLE {name} (sid TEXT PRIMARY KEY, caller TEXT, callee TEXT,"
            " started_at TEXT, note TEXT, privacy_due BIGINT, caller_token TEXT, callee_token TEXT)"
        )
        table = sa.table(name, *map(sa.column, ("sid", "caller", "callee", "started_at", "note")))
        names = ("sid", "caller", "callee", "started_at", "note")
        rows = [dict(zip(names, row, strict=True)) for row in ROWS]
        connection.execute(sa.insert(table), rows)
    return vp.erasure.sql_table(
        engine,
        name,
        subject=("caller", "callee"),
        kind=vp.RecordKind.CALL,
        event_time="started_at",
        id="sid",
        text=("note",),
        due="privacy_due",
        tokens={"caller": "caller_token", "callee": "callee_token"},
        keys=vp.KeyRing.generate(),
        region="US",
    )


class TestTableOfPostgres(ErasureTargetContract):
    """A table of PostgreSQL."""

    @pytest.fixture
    def target(self, calls):
        """Return the table."""
        return calls


def test_l2_a_hold_waits_for_a_delete_that_is_under_way(calls):
    """The mirror gives up while a delete has its lock, and is noted after its commit."""
    found = [record for record in calls.find(person_of(ANA)) if not record.shared]
    noted = []
    calls.erase(found, person_of(ANA), lambda: noted.append(calls.mirror_hold("a-hold")))
    assert [False] == noted
    assert calls.mirror_hold("a-hold")
    assert 1 == calls.holds_seen()


def test_l2_a_hold_that_came_first_stops_the_delete(calls):
    """A hold that was noted after the holds were read empties the statement."""
    found = calls.find(person_of(ANA))
    seen = calls.holds_seen()
    assert calls.mirror_hold("a-hold")
    for act in (calls.erase, calls.mask):
        with pytest.raises(HoldPlaced):
            act(found, person_of(ANA), Permit(lambda: None, holds_seen=seen))
    assert 4 == calls.count()


def test_a_sweep_by_columns(calls):
    """Due and token columns are filled and used as on SQLite."""
    keys, store = vp.KeyRing.generate(), vp.stores.memory()
    holds = vp.LegalHolds(store, keys=keys, region="US")
    schedule = vp.RetentionSchedule([vp.retain(vp.RecordKind.CALL, at_most="P99Y")])
    inventory = vp.Inventory([calls])
    assert 4 == calls.refresh()
    assert 0 == vp.sweep(inventory, schedule=schedule, holds=holds).erased
    assert [] == [*calls.looked_at(schedule, vp.stores.system_clock())]
    schedule = vp.RetentionSchedule([vp.retain(vp.RecordKind.CALL, at_most="PT1S")])
    holds.place(matter="M-1", by="counsel", records=["CA4"])
    late = vp.stores.FixedClock(vp.stores.system_clock().replace(year=2030))
    report = vp.sweep(inventory, schedule=schedule, holds=holds, clock=late)
    assert (3, 1) == (report.erased, report.held)
