"""Holds in the database of the records, marks in the deleting transaction, due and token columns."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, BRUNO, NOON, calls_of
from voxvalley_privacy.erasure import HoldPlaced, Permit, State, sweep, verify
from voxvalley_privacy.retention import HoldState, is_pseudonym
from voxvalley_privacy.testing import person_of

LATE = NOON + timedelta(days=900)


@pytest.fixture
def indexed(app):
    """Give the table of the app due and token columns."""
    with app.engine.begin() as connection:
        for column in ("privacy_due INTEGER", "caller_token TEXT", "callee_token TEXT"):
            connection.exec_driver_sql(f"ALTER TABLE calls ADD COLUMN {column}")
    app.calls = vp.erasure.sql_table(
        app.engine,
        "calls",
        subject=("caller", "callee"),
        kind=vp.RecordKind.CALL,
        event_time="started_at",
        id="sid",
        due="privacy_due",
        tokens={"caller": "caller_token", "callee": "callee_token"},
        keys=app.keys,
        region="US",
    )
    app.targets = [app.calls]
    return app


def _held_and_swept(app, **settings):
    return {"schedule": app.schedule, "holds": app.holds, **settings}


# Cure 1: the deleting statement asks the database about holds


@pytest.mark.parametrize("act", ["erase", "mask"])
def test_l2_no_delete_overtakes_a_hold_that_its_database_knows(app, act):
    """A hold that is noted after holds were read empties the statement, whatever the lease says."""
    app.service()
    found = app.calls.find(person_of(ANA))
    seen = app.calls.holds_seen()
    hold = app.holds.place(matter="M-1", by="counsel", subjects=[ANA])
    assert HoldState.EFFECTIVE is hold.state(NOON)
    with pytest.raises(HoldPlaced):
        getattr(app.calls, act)(found, person_of(ANA), Permit(lambda: None, holds_seen=seen))
    assert found == app.calls.find(person_of(ANA))


def test_l2_a_mirrored_hold_need_not_wait_for_joined_leases(app):
    """It is effective at once where every open lease asks the database; else when those are over."""
    app.service()
    with app.holds.lease(joined=True):
        hold = app.holds.place(matter="M-1", by="counsel")
        assert HoldState.EFFECTIVE is hold.state(NOON)
        with app.holds.lease():
            assert HoldState.PLACED is app.holds.place(matter="M-2", by="counsel").state(NOON)


def test_l1_a_hold_within_the_deleting_transaction_is_accepted(app):
    """Whoever deletes has the lock: the hold is placed all the same, and waits for the lease."""
    service = app.service()
    plan = service.plan(ANA, ticket="T-1")
    placed = []

    def place():
        placed.append(app.holds.place(matter="M-1", by="counsel"))

    app.calls.erase(plan.lines[0].erase, plan.person, place)
    assert "M-1" == placed[0].matter
    assert ["M-1"] == [hold.matter for hold in app.holds.active()]


def test_l1_a_hold_in_between_lets_the_sweep_begin_anew(app, monkeypatch):
    """A hold after the holds were read, and before the delete, keeps what it covers."""
    service = app.service()
    plan = service.plan(ANA, ticket="T-1")
    first = app.calls.erase

    def place_first(records, person, commit):
        if not app.holds.active():
            app.holds.place(matter="M-1", by="counsel", records=["CA1"])
        return first(records, person, commit)

    monkeypatch.setattr(type(app.calls), "erase", lambda _self, *words: place_first(*words))
    certificate = service.execute(plan)
    assert State.OPEN is certificate.state
    assert "CA1" in [record.id for record in app.calls.every()]


def test_a_mirror_of_an_older_backup_only_keeps(app):
    """A hold that the database knows and the ledger does not stops every delete."""
    app.service()
    app.calls.mirror_hold("of another ledger")
    found = [record for record in app.calls.find(person_of(ANA)) if not record.shared]
    assert 1 == len(app.calls.erase(found, person_of(ANA), lambda: None).done)
    with pytest.raises(HoldPlaced):
        again = Permit(lambda: None, holds_seen=0)
        app.calls.erase([*app.calls.every()], person_of(ANA), again)


# Marks


def test_l6_the_mark_moves_with_the_last_delete(app):
    """The transaction that deletes last has moved the mark; one that is undone has not."""
    app.service()
    found = [record for record in app.calls.find(person_of(ANA)) if not record.shared]

    def fail():
        raise vp.StoreUnavailable("The lease is over.")

    with pytest.raises(vp.StoreUnavailable):
        app.calls.erase(found, person_of(ANA), Permit(fail, mark=7))
    assert 0 == app.calls.mark()
    app.calls.erase(found, person_of(ANA), Permit(lambda: None, mark=7))
    assert 7 == app.calls.mark()


def test_l6_a_copy_between_two_erasures(app, tmp_path):
    """A copy that has seen the first erasure and not the second answers nothing."""
    service = app.service()
    service.execute(service.plan(ANA, ticket="T-1"))
    backup = tmp_path / "backup"
    shutil.copy(tmp_path / "calls.db", backup)
    assert app.calls.guard()
    service.execute(service.plan(BRUNO, ticket="T-2"))
    assert app.calls.guard()
    app.engine.dispose()
    shutil.copy(backup, tmp_path / "calls.db")
    assert ("erasure.replay_due",) == app.calls.guard().codes
    service.replay(app.calls)
    assert app.calls.guard()
    assert () == tuple(app.calls.find(person_of(BRUNO)))


def test_a_target_of_no_service_answers_nothing(app):
    """What no ledger of erasures knows is not read."""
    assert not calls_of(app.engine).guard()


# Columns


def test_a_person_is_found_by_tokens(indexed):
    """With tokens the same records are found, in any spelling, before and after they are filled."""
    ana = person_of("tel:+1-415-555-0132")
    before = [record.id for record in indexed.calls.find(ana)]
    assert ["CA1", "CA2"] == before
    assert 4 == indexed.calls.refresh()
    assert 0 == indexed.calls.refresh()
    assert before == [record.id for record in indexed.calls.find(ana)]
    with indexed.engine.connect() as connection:
        query = indexed.calls.columns.finds(ana)
        assert 2 == len(connection.execute(indexed.calls.table.select().where(query)).all())
    tokens = indexed.calls.tokens_in({"caller": "(415) 555-0132"})
    assert 1 == len(tokens)
    assert "0132" not in repr(tokens)


def test_a_wrong_token_hides_nobody(indexed):
    """Looking again reads every row: a certificate is open where a token is of somebody else."""
    service = indexed.service()
    indexed.calls.refresh()
    with indexed.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE calls SET caller_token = 'x' WHERE sid = 'CA1'")
    certificate = service.execute(service.plan(ANA, ticket="T-1"))
    assert (State.OPEN, "store.still_there") == (certificate.state, certificate.lines[0].code)


def test_l9_a_due_column_finds_what_a_scan_finds(indexed):
    """A sweep by index erases what one by scan would, also after the schedule changed."""
    indexed.service()
    inventory = vp.Inventory(indexed.targets)
    assert 0 == sweep(inventory, clock=lambda: NOON, **_held_and_swept(indexed)).erased
    with indexed.engine.connect() as connection:
        missing = connection.scalar(
            sa.select(sa.func.count()).where(indexed.calls.table.c.privacy_due.is_(None))
        )
    assert 0 == missing
    looked_at = indexed.calls.looked_at(indexed.schedule, NOON)
    assert [] == [*looked_at]
    indexed.schedule = vp.RetentionSchedule([vp.retain(vp.RecordKind.CALL, at_most="P21D")])
    # By the calendar where a day begins first and ends last: only the first call is due.
    report = sweep(inventory, clock=lambda: NOON, **_held_and_swept(indexed))
    assert 1 == report.erased
    assert {} == verify(inventory, now=NOON)
    report = sweep(inventory, clock=lambda: LATE, limit=2, **_held_and_swept(indexed))
    assert 2 == report.erased
    assert report.oldest_overdue
    report = sweep(inventory, clock=lambda: LATE, **_held_and_swept(indexed))
    assert (1, None) == (report.erased, report.oldest_overdue)


def test_held_rows_do_not_fill_a_batch(app):
    """As many held records as a batch has do not keep those behind them."""
    app.service()
    app.holds.place(matter="M-1", by="counsel", records=["CA1", "CA2"])
    app.targets = [app.calls]
    inventory = vp.Inventory(app.targets)
    report = sweep(inventory, clock=lambda: LATE, limit=2, **_held_and_swept(app))
    assert (2, 2) == (report.erased, report.held)


@pytest.mark.parametrize(
    "settings",
    [{"due": "nowhere"}, {"due": "note"}, {"tokens": {"caller": "note", "callee": "note"}}],
    ids=["missing", "text", "without keys"],
)
def test_columns_that_cannot_be_used(app, settings):
    """A due column that is not there or no number, and tokens without keys, are refused."""
    with pytest.raises(vp.ConfigurationError):
        calls_of(app.engine, **settings)


# Pseudonyms


def _pseudonymizing(**more):
    rules = [vp.retain(vp.RecordKind.CALL, at_most="P1M", then="pseudonymize")]
    rules += [vp.retain(vp.RecordKind.CALL, at_most=period) for period in more.values()]
    return vp.RetentionSchedule(rules)


def test_a_sweep_pseudonymizes(app):
    """People become pseudonyms, also in text and files; twice is once; nothing else changes."""
    app.service()
    app.schedule = _pseudonymizing()
    inventory = vp.Inventory(app.targets)
    dry = sweep(inventory, clock=lambda: LATE, dry_run=True, **_held_and_swept(app))
    report = sweep(inventory, clock=lambda: LATE, **_held_and_swept(app))
    assert 8 == report.pseudonymized == dry.pseudonymized
    assert (0, ()) == (report.erased, report.failed)
    assert 0 == sweep(inventory, clock=lambda: LATE, **_held_and_swept(app)).pseudonymized
    people = [person for record in app.calls.every() for person in record.meta.subjects]
    assert all(map(is_pseudonym, people))
    assert 2 == len({*people})
    assert {} == verify(inventory, now=LATE)
    assert "0132" not in (app.folder / "a.jsonl").read_text()


def test_a_pseudonym_is_held_and_erased_with_its_person(app):
    """A hold on a person covers what was pseudonymized before, and an erasure finds it."""
    service = app.service()
    app.schedule = _pseudonymizing()
    app.targets = [app.calls]
    sweep(vp.Inventory(app.targets), clock=lambda: LATE, **_held_and_swept(app))
    assert 1 == len(service.plan(ANA, ticket="T-1").lines[0].erase)
    hold = app.holds.place(matter="M-1", by="counsel", subjects=["415-555-0132"])
    assert 2 == len(service.plan(ANA, ticket="T-1").lines[0].held)
    app.holds.release(hold.id, by="counsel", reason="settled")
    assert State.COMPLETE is service.execute(service.plan(ANA, ticket="T-2")).state


def test_what_is_due_for_both_is_erased(indexed):
    """Where one rule pseudonymizes and a later one erases, each comes in its time."""
    indexed.service()
    indexed.schedule = _pseudonymizing(erase="P13M")
    inventory = vp.Inventory(indexed.targets)
    soon = NOON + timedelta(days=60)
    first = sweep(inventory, clock=lambda: soon, **_held_and_swept(indexed))
    assert (4, 0) == (first.pseudonymized, first.erased)
    sweep(inventory, clock=lambda: soon, **_held_and_swept(indexed))
    assert [] == [*indexed.calls.looked_at(indexed.schedule, soon)]
    last = sweep(inventory, clock=lambda: LATE, **_held_and_swept(indexed))
    assert (0, 4) == (last.pseudonymized, last.erased)


def test_a_store_that_cannot_pseudonymize_says_so(app):
    """Its records stay, and the report names it."""

    class Plain:
        name, after, residue, hold_support = "plain", (), "nothing", "lease"

        def every(self):
            at = datetime(2024, 1, 1, tzinfo=UTC)
            meta = vp.retention.RecordMeta(kind="call", id="1", subjects=(ANA,), created=at)
            return iter([vp.erasure.Record(meta=meta)])

    app.service()
    app.schedule = _pseudonymizing()
    report = sweep(vp.Inventory([Plain()]), clock=lambda: LATE, **_held_and_swept(app))
    assert (("plain", "target.cannot_pseudonymize"),) == report.failed
    assert 0 == report.pseudonymized


def test_l10_a_target_that_does_not_say_how_it_knows_of_holds(app):
    """It is refused when the inventory is built."""
    app.calls.hold_support = ""
    with pytest.raises(vp.ConfigurationError, match="hold_support"):
        vp.Inventory([app.calls])
