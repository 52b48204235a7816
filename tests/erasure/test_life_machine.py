"""Any order of saving, holding, releasing, erasing and sweeping keeps the laws."""

from __future__ import annotations

import os
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, BRUNO, NOON, calls_of
from voxvalley_privacy.erasure import State
from voxvalley_privacy.testing import person_of

_SOAK = bool(os.environ.get("VOXVALLEY_SOAK"))


class Life(RuleBasedStateMachine):
    """One table, two people, holds and requests."""

    def __init__(self):
        super().__init__()
        self.engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
        with self.engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE TABLE calls (sid TEXT PRIMARY KEY, caller TEXT, callee TEXT,"
                " started_at TEXT, note TEXT)"
            )
        self.keys = vp.KeyRing.generate()
        self.store = vp.stores.memory()
        self.clock = vp.stores.FixedClock(NOON)
        self.now = NOON
        self.calls = calls_of(self.engine)
        self.schedule = vp.RetentionSchedule([vp.retain(vp.RecordKind.CALL, at_most="P13M")])
        self.holds = vp.LegalHolds(self.store, keys=self.keys, clock=self._time)
        self.service = vp.ErasureService(
            vp.Inventory([self.calls]),
            schedule=self.schedule,
            holds=self.holds,
            store=self.store,
            keys=self.keys,
            clock=self._time,
        )
        self.number = 0
        self.must_stay: set[str] = set()
        self.backup: tuple[list[tuple], list[tuple]] | None = None
        self.erased: set[str] = set()

    def _time(self):
        self.now += timedelta(milliseconds=1)
        return self.now

    @rule(who=st.sampled_from([(ANA, None), (ANA, BRUNO), (BRUNO, None)]), old=st.booleans())
    def save(self, who, old):
        """A call is saved."""
        self.number += 1
        self.erased -= {*who}  # a new life, which a copy may bring back
        at = NOON - timedelta(days=900 if old else 1)
        row = (f"CA{self.number}", *who, at.isoformat(), "")
        with self.engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO calls VALUES (?, ?, ?, ?, ?)", row)

    @rule(subject=st.sampled_from([None, ANA, BRUNO]))
    def hold(self, subject):
        """A hold is placed; nothing that it covers may go."""
        self.holds.place(matter="M", by="counsel", subjects=None if subject is None else [subject])

    @rule()
    def release(self):
        """The oldest hold is released, and erasures it deferred are done."""
        for hold in self.holds.active()[:1]:
            self.must_stay.clear()
            self.holds.release(hold.id, by="counsel", reason="settled")

    @rule(subject=st.sampled_from([ANA, BRUNO]))
    def erase(self, subject):
        """A person asks; COMPLETE means that nobody finds them."""
        plan = self.service.plan(subject, ticket=f"T-{self.number}-{self.now.timestamp()}")
        certificate = self.service.execute(plan)
        held = sum(len(line.held) for line in plan.lines)
        assert (held > 0) is (certificate.state is State.OPEN)
        assert held == len(self.calls.find(plan.person))
        self.erased.add(subject)

    @rule()
    def sweep(self):
        """What is due goes, unless it is held."""
        settings_ = {"schedule": self.schedule, "holds": self.holds}
        inventory = vp.Inventory([self.calls])
        vp.erasure.sweep(inventory, clock=self._time, **settings_)
        assert {} == vp.erasure.verify(inventory, now=self.now, **settings_)

    @rule()
    def back_up(self):
        """Rows and marks are copied."""
        with self.engine.connect() as connection:
            self.backup = tuple(
                [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}")]
                for name in ("calls", "privacy_mark")
            )

    @precondition(lambda self: self.backup is not None)
    @rule()
    def restore(self):
        """L6: a copy is read only when every erasure is done in it again, but for what is held."""
        self.must_stay.clear()
        with self.engine.begin() as connection:
            for name, rows in zip(("calls", "privacy_mark"), self.backup, strict=True):
                connection.exec_driver_sql(f"DELETE FROM {name}")
                for row in rows:
                    marks = ", ".join("?" * len(row))
                    connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", row)
        if not self.calls.guard():
            self.service.replay(self.calls)
            assert self.calls.guard()
        active = self.holds.active()
        for subject in self.erased:
            for record in self.calls.find(person_of(subject)):
                assert self.holds.covering(record.meta, active) is not None

    @invariant()
    def held_records_stay(self):
        """L1: what an active hold covered at any time is still there."""
        active = self.holds.active()
        there = {record.id: record for record in self.calls.every()}
        assert self.must_stay <= {*there}
        self.must_stay |= {
            key for key, record in there.items() if self.holds.covering(record.meta, active)
        }


Life.TestCase.settings = settings(
    max_examples=20_000 if _SOAK else 12, stateful_step_count=40 if _SOAK else 12, deadline=None
)
TestLife = Life.TestCase
