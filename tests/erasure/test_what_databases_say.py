"""Databases that keep what they were told to delete, and settings that would erase too much."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, BRUNO, NOON
from voxvalley_privacy.erasure import State
from voxvalley_privacy.retention import Disposition

START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)


def _table(*statements):
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    return engine


@pytest.mark.parametrize("peer", [None, "+14155550101"])
def test_l1_an_id_that_two_rows_have(app, peer):
    """Where two rows have one id, another's row neither goes nor changes, and that is said."""
    engine = _table("CREATE TABLE legs (call_id INTEGER, phone TEXT, peer TEXT)")
    with engine.begin() as connection:
        rows = [(1, ANA, peer), (1, BRUNO, peer)]
        connection.exec_driver_sql("INSERT INTO legs VALUES (?, ?, ?)", rows)
    legs = vp.erasure.sql_table(
        engine, "legs", subject=("phone", "peer"), kind="call", id="call_id"
    )
    app.targets, app.vault = [legs], None
    service = app.service()
    certificate = service.execute(service.plan(ANA, ticket="T-1"))
    assert State.OPEN == certificate.state
    assert [ANA, BRUNO] == [record.meta.subjects[0] for record in legs.every()]


def test_a_trigger_that_keeps_rows(app):
    """A row that a database keeps is counted as failed, never as erased."""
    with app.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER keep BEFORE DELETE ON calls BEGIN SELECT RAISE(IGNORE); END"
        )
    service = app.service()
    report = vp.sweep(
        vp.Inventory([app.calls]),
        schedule=app.schedule,
        holds=app.holds,
        clock=lambda: NOON.replace(year=2030),
    )
    assert 0 == report.erased
    assert (("calls", "store.still_there"),) == report.failed
    assert State.OPEN == service.execute(service.plan(ANA, ticket="T-1")).state


def test_l1_a_sweep_keeps_evidence_about_a_person_on_hold(app):
    """Rows of others whose text names a person on hold are held, in tables and files."""
    app.service()
    app.holds.place(matter="M-1", by="counsel", subjects=[ANA])
    report = vp.sweep(
        vp.Inventory([app.calls, app.files]),
        schedule=app.schedule,
        holds=app.holds,
        clock=lambda: NOON.replace(year=2030),
    )
    assert (2, 6) == (report.erased, report.held)
    assert {"CA1", "CA2", "CA3"} == {record.id for record in app.calls.every()}
    assert (
        Disposition.ERASE
        == app.schedule(next(app.calls.every()).meta, now=NOON.replace(year=2030)).value
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("phoneNumber TEXT", None),
        ("recipient TEXT", None),
        ("customerPhone TEXT", None),
        ("contact TEXT", "ana@example.com"),
        ("who BIGINT", int(ANA[1:])),
        ("who TEXT", ANA[1:]),
        ("raw BLOB", ANA.encode()),
        ("note TEXT", "call +1 (415) 555-0132 back"),
    ],
)
def test_l10_however_a_column_names_people(column, value):
    """Names in any style and people in any type or text are seen; times, counts and ids are not."""
    engine = _table(
        "CREATE TABLE calls (id INTEGER PRIMARY KEY, caller TEXT)",
        f"CREATE TABLE more (id INTEGER PRIMARY KEY, at BIGINT, status TEXT, n REAL, {column})",
    )
    with engine.begin() as connection:
        row = (1793880000123, 1793880000, "2026-11-01 09:00:00", 1234567.5, value)
        connection.exec_driver_sql("INSERT INTO more VALUES (?, ?, ?, ?, ?)", row)
    calls = vp.erasure.sql_table(engine, "calls", subject="caller", kind="call", id="id")
    with pytest.raises(vp.ConfigurationError) as caught:
        vp.Inventory([calls]).check(engine)
    assert [f"more.{column.partition(' ')[0]}"] == [path for path, _ in caught.value.faults]


@pytest.mark.parametrize("bounds", [(END, START), (START, START)])
def test_a_time_that_ends_before_it_begins(app, bounds):
    """It would erase nothing and be called complete: it is refused."""
    with pytest.raises(vp.ConfigurationError):
        app.service().plan(ANA, ticket="T-1", held_by_person=bounds)


def test_times_without_a_zone(app):
    """Where no zone is said, it is UTC: in bounds, and in a question."""
    app.targets, app.vault = [app.calls], None
    service = app.service()
    bounds = tuple([at.replace(tzinfo=None) for at in (START, END)])
    certificate = service.execute(service.plan(ANA, ticket="T-1", held_by_person=bounds))
    assert 1 == certificate.lines[0].erased
    assert service.fenced(ANA, at=bounds[0])
    assert not service.permits(ANA, vp.Purpose.ANALYTICS, at=bounds[0])


@pytest.mark.parametrize("value", [ANA.encode(), {ANA}, {"to": [{ANA.encode()}]}, Decimal(ANA[1:])])
def test_a_late_record_of_any_type(app, value):
    """A fence sees a person in any value that can name one."""
    service = app.service()
    service.execute(service.plan(ANA, ticket="T-1"))
    assert service.fenced(value)
    assert not service.fenced({"to": {BRUNO}})


@pytest.mark.parametrize("value", [None, 10**400, Decimal("NaN"), float("inf"), object(), {}])
def test_what_names_nobody(app, value):
    """What can name nobody is no late record, and raises nothing."""
    service = app.service()
    service.execute(service.plan(ANA, ticket="T-1"))
    assert not service.fenced(value)
