"""One made-up person over a table, files, a cache, a vault, and the books of the app."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

import voxvalley_privacy as vp
from voxvalley_privacy.audit import generate_signer

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANA, BRUNO, CAROL = "+14155550132", "+14155550199", "+14155550177"
ROWS = [
    ("CA1", ANA, None, "2026-11-01T00:00:00+00:00", ""),
    ("CA2", "(415) 555-0132", BRUNO, "2026-11-02T00:00:00+00:00", ""),
    ("CA3", BRUNO, None, "2026-11-03T00:00:00+00:00", "call 415.555.0132 back"),
    ("CA4", BRUNO, None, "2026-11-04T00:00:00+00:00", ""),
]


def table_in(path):
    """Make the table in a new file."""
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        connection.exec_driver_sql(
            "CREATE TABLE calls (sid TEXT PRIMARY KEY, caller TEXT, callee TEXT, started_at TEXT, note TEXT)"
        )
        connection.exec_driver_sql("INSERT INTO calls VALUES (?, ?, ?, ?, ?)", ROWS)
    return engine


def calls_of(engine, **settings):
    return vp.erasure.sql_table(
        engine,
        "calls",
        subject=("caller", "callee"),
        kind=vp.RecordKind.CALL,
        event_time="started_at",
        id="sid",
        text=("note",),
        **settings,
    )


def rows_as_dicts():
    return [
        {"id": sid, "from": caller, "to": callee, "at": at, "note": note}
        for sid, caller, callee, at, note in ROWS
    ]


@pytest.fixture
def app(tmp_path):
    """Make an app; `app.service()` is a new process of it."""
    folder = tmp_path / "cdr"
    folder.mkdir()
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows_as_dicts()))
    keys = vp.KeyRing.generate()
    engine = table_in(tmp_path / "calls.db")
    store = vp.stores.memory()
    clock = vp.stores.FixedClock(NOON)
    app = SimpleNamespace(keys=keys, engine=engine, store=store, clock=clock, folder=folder)
    app.schedule = vp.RetentionSchedule(
        [
            vp.retain(vp.RecordKind.CALL, at_most="P13M"),
            vp.retain(
                vp.RecordKind.BILLING, at_least="P18M", at_most="P24M", strength="law", source="law"
            ),
        ]
    )
    app.calls = calls_of(engine)
    app.files = vp.erasure.files(
        folder / "*.jsonl", subject=("from", "to"), kind="call", event_time="at"
    )
    app.vault = vp.SubjectVault(vp.stores.keys(tmp_path / "keys.db"), keys=keys, clock=clock)
    app.targets = [app.calls, app.files]
    app.signer = generate_signer()

    def holds(store=None):
        return vp.LegalHolds(store or app.store, keys=keys, clock=clock, region="US")

    def service(store=None, **settings):
        store = store or app.store
        app.holds = holds(store)
        app.audit = vp.AuditLog(store, keys=keys, signer=app.signer, clock=clock)
        return vp.ErasureService(
            vp.Inventory(app.targets),
            schedule=app.schedule,
            holds=app.holds,
            store=store,
            keys=keys,
            vault=app.vault,
            audit=app.audit,
            clock=clock,
            region="US",
            **settings,
        )

    app.service = service
    app.new_holds = holds
    return app
