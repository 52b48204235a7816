"""One table of spellings over tables, texts, names, holds, fences, keys and the log of acts."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, NOON
from tests.ledgers.test_books import SPELLINGS
from voxvalley_privacy.audit import generate_signer
from voxvalley_privacy.decisions import Decision, Reason
from voxvalley_privacy.retention import RecordMeta
from voxvalley_privacy.testing import person_of

PERSON = person_of(ANA)


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Erase the person once; every book is asked for each spelling."""
    folder = tmp_path_factory.mktemp("books")
    keys, store = vp.KeyRing.generate(), vp.stores.memory()
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE calls (sid TEXT PRIMARY KEY, caller TEXT)")
    calls = vp.erasure.sql_table(engine, "calls", subject="caller", kind="call", id="sid")
    clock = vp.stores.FixedClock(NOON)
    holds = vp.LegalHolds(store, keys=keys, region="US", clock=clock)
    service = vp.ErasureService(
        vp.Inventory([calls]),
        schedule=vp.RetentionSchedule([vp.retain(vp.RecordKind.CALL, at_most="P13M")]),
        holds=holds,
        store=store,
        keys=keys,
        region="US",
        clock=clock,
    )
    service.execute(service.plan(ANA, ticket="T-1"))
    hold = holds.place(matter="M-1", by="counsel", subjects=[ANA])
    vault = vp.SubjectVault(vp.stores.keys(folder / "keys.db"), keys=keys, region="US")
    blob = vault.seal(ANA, record_id="CA1", data=b"hi", kind="content")
    return engine, calls, service, holds, hold, vault, blob


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_l4_and_l1_every_book_takes_it_for_the_person(books, spelling):
    """Plan, fence, certificate, hold, key and table are of the person, whatever the spelling."""
    engine, calls, service, holds, hold, vault, blob = books
    assert ANA == service.plan(spelling, ticket="T-2").person.subject
    assert service.fenced({"from": spelling, "at": "2026-11-01T00:00:00Z"})
    assert service.certificate(spelling)
    meta = RecordMeta(kind="call", id="1", subjects=(spelling,))
    assert hold == holds.covering(meta, [hold])
    assert "hi" == vault.open(spelling, record_id="CA1", blob=blob).reveal()
    assert holds.pseudonyms(ANA) == holds.pseudonyms(spelling)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM calls")
        connection.exec_driver_sql("INSERT INTO calls VALUES ('1', ?)", (spelling,))
    assert 1 == calls.verify_absent(PERSON)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_l4_in_texts_names_and_keys(tmp_path, spelling):
    """Within a text, as a key of JSON and in a list it is found, and nothing of it is left."""
    record = {"note": f"please call {spelling} back", spelling: ["x", spelling]}
    assert PERSON.names(record)
    left = PERSON.without(record)
    assert not PERSON.names(left)
    for digits in ("4155550132", "5550132"):
        assert digits not in "".join(sign for sign in json.dumps(left) if sign.isdigit())


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_l11_and_l4_the_log_of_acts_forgets_it(spelling):
    """What was recorded about the person is forgotten by any spelling."""
    log = vp.AuditLog(
        vp.stores.memory(), keys=vp.KeyRing.generate(), signer=generate_signer(), region="US"
    )
    log.record(Decision.allow(Reason(code="a.b")), actor="agent", act="calls.read", about=ANA)
    assert 1 == log.forget(spelling)
    assert 1 == log.verify()
