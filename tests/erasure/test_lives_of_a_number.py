"""Who held a number, when, and under which ticket: after a restore, a rotation, another request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, ROWS
from voxvalley_privacy.erasure import State
from voxvalley_privacy.erasure._targets import HoldPlaced

SECOND = datetime(2026, 11, 2, tzinfo=UTC)
POLICY = [vp.retain(vp.RecordKind.CALL, at_least="P12M", at_most="P24M")]


def _rows(app):
    return {record.id: record.meta.subjects for record in app.calls.every()}


def _restore(app):
    """Bring the rows of before back, as a backup would."""
    with app.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM calls")
        connection.exec_driver_sql("INSERT INTO calls VALUES (?, ?, ?, ?, ?)", ROWS)
        connection.exec_driver_sql("DELETE FROM privacy_mark WHERE store = 'calls'")


def _notes(app):
    with app.engine.connect() as connection:
        return "".join(connection.exec_driver_sql("SELECT note FROM calls").scalars())


def test_l6_a_replay_erases_a_minor_as_the_request_did(app):
    """A floor of policy keeps nothing of a minor, after a restore neither."""
    app.schedule = vp.RetentionSchedule(POLICY)
    service = app.service()
    service.execute(service.plan(ANA, ticket="T-1", minor=True))
    erased = _rows(app), _notes(app)
    _restore(app)
    app.service().replay(app.calls)
    assert erased == (_rows(app), _notes(app))
    assert "0132" not in _notes(app)


def test_l6_a_replay_leaves_the_next_holder_alone(app):
    """Records of after the person gave the number away are another life."""
    service = app.service()
    service.execute(service.plan(ANA, ticket="T-1", held_by_person=(None, SECOND)))
    _restore(app)
    service.replay(app.calls)
    assert "CA1" not in _rows(app)
    assert "(415) 555-0132" in _rows(app)["CA2"]
    assert not service.fenced({"from": ANA, "at": "2026-11-10T00:00:00Z"})
    assert service.fenced({"from": ANA, "at": "2026-11-01T00:00:00Z"})


@pytest.mark.parametrize("is_new", [False, True])
def test_every_life_of_a_number_stays_erased(app, is_new):
    """A second erasure with other bounds opens nothing that the first had closed."""
    service = app.service()
    service.execute(service.plan(ANA, ticket="T-1"))
    later = (datetime(2026, 11, 15, tzinfo=UTC), None)
    service.execute(service.plan(ANA, ticket="T-2", held_by_person=later))
    service = app.service() if is_new else service
    assert service.fenced({"from": ANA, "at": "2026-11-01T00:00:00Z"})
    assert service.fenced({"from": ANA, "at": "2026-11-16T00:00:00Z"})


@pytest.mark.parametrize("is_new", [False, True])
def test_a_minor_stays_one_after_the_request_is_closed(app, is_new):
    """What is left of a minor is for no billing, in a new process neither."""
    service = app.service()
    assert State.COMPLETE == service.execute(service.plan(ANA, ticket="T-1", minor=True)).state
    service = app.service() if is_new else service
    assert not service.permits(ANA, vp.Purpose.BILLING)
    assert service.permits(ANA, vp.Purpose.LEGAL)


def test_a_request_outlives_another_of_the_same_number(app):
    """A request that is held is taken up, though one of another time was closed meanwhile."""
    app.targets, app.vault = [app.calls], None
    service = app.service()
    hold = app.holds.place(matter="M-1", by="counsel", records=["CA1"])
    first = service.plan(ANA, ticket="T-1", held_by_person=(None, SECOND))
    assert State.OPEN == service.execute(first).state
    second = service.plan(ANA, ticket="T-2", held_by_person=(SECOND, None))
    assert State.COMPLETE == service.execute(second).state
    app.holds.release(hold.id, by="counsel", reason="settled")
    assert "CA1" not in _rows(app)
    assert () == service.resume()
    # Now that nothing waits, the ledger names nobody.
    assert not [e for e in app.store.scan() if e.kind == "erasure.requested" and e.body]


def test_a_ticket_that_comes_again_is_another_erasure(app):
    """A ticket that was closed is taken up when it comes again and cannot be finished."""
    service = app.service()
    assert State.COMPLETE == service.execute(service.plan(ANA, ticket="T-1")).state
    _restore(app)
    hold = app.holds.place(matter="M-1", by="counsel")
    assert State.OPEN == service.execute(service.plan(ANA, ticket="T-1")).state
    app.holds.release(hold.id, by="counsel", reason="settled")
    assert "CA1" not in _rows(app)
    assert () == service.resume()


def test_an_open_request_is_closed_where_it_began_when_keys_rotate(app):
    """A request of before a rotation is finished once, and its fence keeps its time."""
    service = app.service()
    hold = app.holds.place(matter="M-1", by="counsel")
    service.execute(service.plan(ANA, ticket="T-1"))
    keys = app.keys.rotate()
    clock = vp.stores.FixedClock(app.clock() + timedelta(days=3))
    holds = vp.LegalHolds(app.store, keys=keys, clock=clock, region="US")
    rotated = vp.ErasureService(
        vp.Inventory(app.targets),
        schedule=app.schedule,
        holds=holds,
        store=app.store,
        keys=keys,
        clock=clock,
        region="US",
    )
    holds.release(hold.id, by="counsel", reason="settled")
    assert () == rotated.resume()
    assert not rotated.fenced({"from": ANA, "at": (app.clock() + timedelta(days=1)).isoformat()})


def test_l6_a_replay_never_raises_for_a_hold(app, monkeypatch):
    """Holds that come again and again end a replay: it keeps, says so, and can be repeated."""
    service = app.service()
    service.execute(service.plan(ANA, ticket="T-1"))
    _restore(app)

    def refuse(*_):
        raise HoldPlaced("A hold was placed meanwhile.")

    with monkeypatch.context() as patched:
        patched.setattr(type(app.calls), "erase", refuse)
        outcome = service.replay(app.calls)
        assert "hold.placed" == outcome.code
        assert outcome.failed
        assert ("erasure.replay_due",) == service.guard(app.calls).codes
    hold = app.holds.place(matter="M-1", by="counsel", records=["CA1"])
    assert ("CA1",) == service.replay(app.calls).held
    app.holds.release(hold.id, by="counsel", reason="settled")
    service.replay(app.calls)
    assert "CA1" not in _rows(app)


def test_a_ledger_that_fails_after_a_sweep_leaves_it_open(app, monkeypatch):
    """What was erased is said, the certificate is open, and resume() ends it."""
    service = app.service()
    plan = service.plan(ANA, ticket="T-1")
    append = app.store.append

    def failing(*drafts, **settings):
        if any(draft.kind == "erasure.result" for draft in drafts):
            raise vp.StoreUnavailable("down")
        return append(*drafts, **settings)

    with monkeypatch.context() as patched:
        patched.setattr(type(app.store), "append", lambda _, *d, **s: failing(*d, **s))
        certificate = service.execute(plan)
    assert State.OPEN == certificate.state
    assert 1 == certificate.lines[0].erased
    assert ("ledger", 1) == (certificate.lines[-1].store, certificate.lines[-1].failed)
    assert [State.COMPLETE] == [each.state for each in service.resume()]


def test_one_request_that_cannot_be_read_keeps_no_other_waiting(app, monkeypatch):
    """Every open request is tried; a failure is told at the end."""
    service = app.service()
    hold = app.holds.place(matter="M-1", by="counsel")
    other = "+14155550101"
    for ticket, person in (("T-0", other), ("T-1", ANA)):
        service.execute(service.plan(person, ticket=ticket))
    plan = service.plan

    def failing(subject, **settings):
        if subject == other:
            raise vp.StoreUnavailable("down")
        return plan(subject, **settings)

    monkeypatch.setattr(service, "plan", failing)
    app.holds.release(hold.id, by="counsel", reason="settled")  # it is released all the same
    assert "CA1" not in _rows(app)
    with pytest.raises(vp.StoreUnavailable):
        service.resume()
