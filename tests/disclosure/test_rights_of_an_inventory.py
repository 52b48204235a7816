"""Rights over the stores of an inventory: export, change, pins, states, restriction."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import stores
from voxvalley_privacy.stores import FixedClock
from voxvalley_privacy.testing import FAULTS, FaultyStore

from .conftest import ANA, BEN, KEYS, NOW, register_with

sa = pytest.importorskip("sqlalchemy")
OTHER = "+44 7700 900456"
CALLS = [
    ("CA1", ANA, BEN, "2026-11-20T10:00:00+00:00", "completed", f"ask {OTHER}", "high"),
    ("CA2", BEN, "(415) 555-0132", "2026-11-21T10:00:00+00:00", "busy", "", "low"),
    ("CA3", BEN, OTHER, "2026-11-22T10:00:00+00:00", "busy", "", "low"),
]


@pytest.fixture
def engine():
    """Return a database with calls and users."""
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    calls = "create table calls(sid text primary key, caller text, callee text, started_at text,"
    with engine.begin() as connection:
        connection.execute(sa.text(f"{calls} status text, note text, risk text)"))
        connection.execute(
            sa.text("create table users(id integer, phone text, name text, pin text)")
        )
        for call in CALLS:
            values = dict(zip("abcdefg", call, strict=True))
            connection.execute(sa.text("insert into calls values(:a,:b,:c,:d,:e,:f,:g)"), values)
        connection.execute(
            sa.text("insert into users values(1, :a, 'Ana Example', '9911')"), {"a": ANA}
        )
        connection.execute(
            sa.text("insert into users values(2, :a, 'Ben Example', '8822')"), {"a": BEN}
        )
    yield engine
    engine.dispose()


def inventory(engine):
    """Return both tables."""
    calls = vp.erasure.sql_table(
        engine, "calls", subject=("caller", "callee"), kind=vp.RecordKind.CALL,
        event_time="started_at", id="sid", text=("note",),
    )  # fmt: skip
    users = vp.erasure.sql_table(
        engine, "users", subject="phone", kind=vp.RecordKind.CALL, id="id", own=("name",)
    )
    return vp.Inventory([calls, users])


def rights_on(engine, **how):
    """Return rights as the contract builds them."""
    share = vp.Redactor(vp.policies.share(KEYS))
    how = {"register": register_with(None), "redact": share, "region": "US", **how}
    return vp.SubjectRights(inventory(engine), **how)


def asked(rights, kind="access", method="account"):
    """Return a verified request."""
    return rights.verify(rights.open(ANA, kind, received=NOW, place="GB"), method=method)


def test_an_inventory_is_exported_in_both_directions_and_in_any_spelling(engine):
    """The person's rows are inside, nobody else is, and what is left out is named."""
    rights = rights_on(engine)
    bundle = rights.access(asked(rights)).require().value

    calls = [json.loads(line) for line in bundle.files["calls.jsonl"].splitlines()]
    text = "".join(bundle.files.values())
    assert ["CA1", "CA2"] == [call["sid"] for call in calls]
    assert ["completed", "busy"] == [call["status"] for call in calls]
    assert '"name": "Ana Example"' in bundle.files["users.jsonl"]
    assert not [other for other in (BEN, OTHER, "Ben Example", "9911", "high") if other in text]
    omitted = {line["name"]: set(line["omitted"]) for line in bundle.manifest["stores"]}
    assert {"calls": {"note", "risk"}, "users": {"pin"}} == omitted
    assert "COMPLETE" == bundle.state


def test_a_change_reaches_the_own_columns_of_own_rows(engine):
    """A name is changed in the person's row, and in no other; a party of a call is history."""
    rights = rights_on(engine)

    assert rights.rectify(asked(rights, "rectify"), {"name": "Ana B. Example", "status": "x"})

    with engine.connect() as connection:
        names = [
            row[0] for row in connection.execute(sa.text("select name from users order by id"))
        ]
        states = {row[0] for row in connection.execute(sa.text("select status from calls"))}
    assert ["Ana B. Example", "Ben Example"] == names
    assert {"completed", "busy"} == states


def test_an_open_request_pins_its_records_against_a_sweep(engine):
    """What a person asked for is not swept by age until it was answered, or its day is over."""
    clock = FixedClock(NOW)
    holds = vp.LegalHolds(stores.memory(), keys=KEYS, clock=clock, region="US")
    rights = rights_on(engine, holds=holds, register=register_with(None, clock=clock))
    schedule = vp.RetentionSchedule([vp.retain(vp.RecordKind.CALL, at_most="P1D")])
    request = asked(rights)

    def swept():
        how = {"schedule": schedule, "holds": holds, "dry_run": True, "clock": clock}
        return vp.sweep(inventory(engine), pinned=rights.pinned(), **how).erased

    assert 1 == swept()
    rights.access(request).require()
    assert frozenset() == rights.pinned()
    assert 3 == swept()
    asked(rights)
    clock.advance(timedelta(days=60))
    assert frozenset() == rights.pinned()


def test_a_request_goes_through_its_states():
    """Each step is on record, and the list of what waits names nobody."""
    rights = vp.SubjectRights([], register=register_with(None))
    request = rights.open(ANA, "access", received=NOW, place="FR")
    assert ["RECEIVED"] == [one.state for one in rights.waiting()]
    request = rights.acknowledge(request)
    request = rights.pause(request, reason="proof")

    extended = rights.extend(request, reason="many records").require().value

    assert "EXTENDED" == rights.waiting()[0].state
    assert extended.due == rights.waiting()[0].due > request.due
    assert ("request.no_extension",) == rights.extend(extended, reason="again").codes
    assert "5550132" not in repr(rights.waiting())
    refused = rights.refuse(extended, reason="excessive")
    assert ["request.tell_refusal"] == [duty.code for duty in refused.obligations]
    assert () == rights.waiting()


def test_an_extension_is_told_inside_the_first_term():
    """After the first term nothing is extended, and an unknown place has no extension."""
    clock = FixedClock(NOW)
    rights = vp.SubjectRights([], register=register_with(None, clock=clock))
    request = rights.open(ANA, "access", received=NOW, place="FR")
    elsewhere = rights.open(ANA, "access", received=NOW, place="XX")

    assert ("request.no_extension",) == rights.extend(elsewhere, reason="x").codes
    clock.advance(timedelta(days=32))
    assert ("request.late",) == rights.extend(request, reason="x").codes


def test_restricted_data_is_kept_and_not_used():
    """A restriction ends every use but legal ones; an objection ends its purpose and children."""
    rights = vp.SubjectRights([], register=register_with(None))
    assert rights.may_use(ANA, "service")
    rights.object(rights.open(ANA, "object", received=NOW, place="GB"), vp.Purpose.MARKETING)
    assert ("use.objected",) == rights.may_use(ANA, vp.Purpose.MARKETING_SMS).codes
    assert rights.may_use(ANA, "service")

    rights.restrict(rights.open(ANA, "restrict", received=NOW, place="GB"))

    assert ("use.restricted",) == rights.may_use("+1 415 555 0132", "service").codes
    assert rights.may_use(ANA, "legal")
    assert rights.may_use(BEN, "service")


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_of_the_store_lets_restricted_data_be_used(fault):
    """Whatever the store does, a restriction that was read once is not forgotten."""
    store = FaultyStore(stores.memory(), fault, after=1_000_000)
    register = vp.RecipientRegister(store, keys=KEYS, clock=FixedClock(NOW))
    rights = vp.SubjectRights([], register=register)
    rights.restrict(rights.open(ANA, "restrict", received=NOW, place="GB"))
    assert not rights.may_use(ANA, "service")
    store.after = store.calls

    assert not rights.may_use(ANA, "service")


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_of_the_store_hands_an_export_over(engine, fault):
    """An answer that is not on record is not given."""
    store = FaultyStore(stores.memory(), fault, after=1_000_000)
    register = vp.RecipientRegister(store, keys=KEYS, clock=FixedClock(NOW))
    rights = rights_on(engine, register=register)
    request = asked(rights)
    assert rights.access(request)
    store.after = store.calls

    assert not rights.access(request)


def source(records, **changes):
    """Return a store whose recordings have a leg each."""
    fields = {"caller": "party", "callee": "party", "at": "time", "leg_a": "of:caller",
              "leg_b": "of:callee", "note": "own"}  # fmt: skip
    how = {"name": "calls", "find": lambda _: records, "count": lambda _: len(records)}
    return vp.ExportSource(**{**how, "fields": fields, **changes})


def exported(records, kind="access", **changes):
    """Return the bundle of a store."""
    rights = vp.SubjectRights([source(records, **changes)], register=register_with(None))
    return rights.access(asked(rights, kind)).require().value


def test_a_recording_goes_by_leg():
    """The person's own leg is inside; the other one is left out and named."""
    call = {"caller": ANA, "callee": BEN, "at": NOW, "leg_a": "ana.wav", "leg_b": "ben.wav"}

    bundle = exported([call])

    text = bundle.files["calls.jsonl"]
    assert "ana.wav" in text
    assert "ben.wav" not in text
    assert "belongs to somebody else" == bundle.manifest["stores"][0]["omitted"]["leg_b"]


@pytest.mark.parametrize(
    "note",
    [f"ask {OTHER}", {"text": [f"ask {OTHER}"]}, 447700900456, f"mail zoe@example.com or {OTHER}"],
)
def test_free_text_of_the_person_shows_nobody_else(note):
    """A third person in a text or value of any depth is replaced, and the manifest says so."""
    call = {"caller": ANA, "callee": BEN, "at": NOW, "note": note}

    bundle = exported([call])

    assert "900456" not in "".join(filter(str.isdigit, bundle.files["calls.jsonl"]))
    assert "zoe" not in bundle.files["calls.jsonl"]
    assert "note" in bundle.manifest["stores"][0]["omitted"]


def test_what_was_not_provided_is_not_portable():
    """Derived data is in an access, and named in a transfer to another service."""
    call = {"caller": ANA, "callee": BEN, "at": NOW, "note": "fine"}

    assert "fine" in exported([call], derived=True).files["calls.jsonl"]
    moved = exported([call], "port", derived=True)
    assert "fine" not in moved.files["calls.jsonl"]
    assert "note" in moved.manifest["stores"][0]["omitted"]


def test_history_gets_a_note():
    """Where records are history, what the person says is wrong is added to them."""
    notes = []
    history = source([], annotate=lambda who, changes: notes.append(dict(changes)))
    rights = vp.SubjectRights([history], register=register_with(None))

    assert rights.rectify(asked(rights, "rectify"), {"note": "wrong"})
    assert [{"note": "wrong"}] == notes


def test_a_use_that_is_not_known_is_refused():
    """A field has one of the uses that there are."""
    with pytest.raises(vp.ConfigurationError):
        source([], fields={"caller": "theirs"})


def test_an_empty_inventory_of_a_vendor_is_not_a_complete_export():
    """A store that cannot show the rows of a person is named, and the export is not complete."""

    class Vendor:
        name = "vendor"
        after = ()
        hold_support = "lease"

    offered = vp.erasure.Inventory([Vendor()]).export_sources()
    rights = vp.SubjectRights(offered, register=register_with(None))

    assert ("export.incomplete",) == rights.access(asked(rights)).codes
    bundle = rights.access(asked(rights), partial=True).value
    assert "FAILED" == bundle.manifest["stores"][0]["state"]


def test_what_is_left_out_hides_nothing_by_chance():
    """A field without a value hides no other; a number deep in a field that is left out does."""
    call = {"caller": ANA, "callee": BEN, "at": NOW, "note": "None of it is true", "extra": None,
            "flag": True}  # fmt: skip
    assert "None of it is true" in exported([call]).files["calls.jsonl"]

    deep = {**call, "note": "ask 900456 x", "extra": {"also": [["ask 900456 x"]]}}
    assert "900456" not in exported([deep]).files["calls.jsonl"]
