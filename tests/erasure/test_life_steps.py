"""A hold at every step of every path, and the process killed at every step: the laws hold."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, NOON, calls_of
from voxvalley_privacy.erasure import State
from voxvalley_privacy.retention import HoldState
from voxvalley_privacy.stores import Conflict
from voxvalley_privacy.testing import person_of

SOAK = bool(os.environ.get("VOXVALLEY_SOAK"))
LATE = NOON + timedelta(days=900)
SHAPES = {
    "all": {},
    "subject": {"subjects": [ANA]},
    "kind": {"kinds": ["call", "content"]},
    "record": {"records": ["CA1", "CA2"]},
    "time": {"between": (NOON - timedelta(days=60), NOON)},
}


def _execute(app, service):
    service.execute(service.plan(ANA, ticket="T-1"))


def _sweep(app, service):
    vp.sweep(vp.Inventory(app.targets), schedule=app.schedule, holds=app.holds, clock=lambda: LATE)


def _resume(app, service):
    first = app.holds.place(matter="M-0", by="counsel")
    service.execute(service.plan(ANA, ticket="T-1"))
    app.holds.release(first.id, by="counsel", reason="settled")


def _replay(app, service):
    service.execute(service.plan(ANA, ticket="T-1"))
    with app.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO calls VALUES ('CA1', ?, NULL, '2026-11-01T00:00:00+00:00', '')",
            (ANA,),
        )
        connection.exec_driver_sql("DELETE FROM privacy_mark WHERE store = 'calls'")
    service.replay(app.calls)


PATHS = {"execute": _execute, "sweep": _sweep, "resume": _resume, "replay": _replay}


class Stepper:
    """Call something at the n-th call of a function of a life in this thread."""

    FOLDERS = tuple(str(Path(vp.__file__).parent / room) for room in ("erasure", "retention"))

    def __init__(self, step, act):
        self.step, self.act, self.count = step, act, 0

    def __call__(self, frame, event, _):
        if event == "call" and frame.f_code.co_filename.startswith(self.FOLDERS):
            self.count += 1
            if self.count == self.step:
                self.act()

    def __enter__(self):
        sys.setprofile(self)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)


def _there(app):
    """Return what is there: rows by their ids and people, lines, and whether the key is."""
    rows = {(record.id, record.meta.subjects) for record in app.calls.every()}
    lines = {record.meta.subjects for record in app.files.every()}
    opened = app.vault.open(ANA, record_id="CA1", blob=app.blob)
    return rows, lines, bool(opened)


def _covered(app, hold, there):
    rows, lines, opened = there
    scope = {record.id for record in app.calls.every() if app.holds.covering(record.meta, [hold])}
    is_content = vp.retention.RecordMeta(kind="content", subjects=(ANA,))
    return (
        {row for row in rows if row[0] in scope},
        {line for line in lines if hold.records is None and ANA in line},
        opened and app.holds.covering(is_content, [hold]) is not None,
    )


def _steps_of(app, path):
    service = app.service()
    with Stepper(-1, None) as stepper:
        PATHS[path](app, service)
    return stepper.count


@pytest.fixture
def life(app, tmp_path):
    """Give the app a sealed content, and rows of the person alone."""
    app.blob = app.vault.seal(ANA, record_id="CA1", data=b"x", kind="content")
    return app


# Where in a path the hold comes: of 1,000 parts of its steps.
PLACES = [300, 550, 800]
CASES = [(path, shape) for path in PATHS for shape in SHAPES]
if not SOAK:
    CASES = [("execute", "subject"), ("sweep", "all"), ("resume", "kind"), ("replay", "record")]
# About as many steps as each path has; a test that would come too late fails.
STEPS = {"execute": 1_800, "sweep": 490, "resume": 3_300, "replay": 2_000}


@pytest.mark.parametrize(("path", "shape"), CASES)
@pytest.mark.parametrize("place", range(0, 1000, 5) if SOAK else PLACES)
def test_l1_and_l2_a_hold_at_any_step_of_any_path(life, path, shape, place):
    """What a hold covers when it is effective is there at the end, wherever in a path it came."""
    service = life.service()
    placed = []

    def place_now():
        before = sys.getprofile()
        sys.setprofile(None)
        holds = []
        thread = Thread(
            target=lambda: holds.append(
                life.holds.place(matter="M-1", by="counsel", **SHAPES[shape])
            )
        )
        thread.start()
        thread.join(0.6)  # a hold that waits for a lock goes on meanwhile
        if holds and holds[0].state(NOON) is HoldState.EFFECTIVE:
            placed.append((holds[0], _covered(life, holds[0], _there(life))))
        sys.setprofile(before)

    with Stepper(max(1, STEPS[path] * place // 1000), place_now) as stepper:
        with suppress(Conflict):  # a hold between plan and execution makes the plan stale
            PATHS[path](life, service)
    assert stepper.step <= stepper.count or placed
    for hold, covered in placed:
        rows, lines, opened = _there(life)
        assert covered[0] <= rows, hold.effective_at
        assert covered[1] <= lines
        assert opened or not covered[2]
    # Whatever came of the path: what is there now stays, as the hold is effective by now.
    if life.holds.active():
        left = _covered(life, life.holds.active()[0], _there(life))
        service.resume()
        _sweep(life, service)
        rows, lines, opened = _there(life)
        assert left[0] <= rows
        assert left[1] <= lines
        assert opened or not left[2]


# kill -9

_CHILD = """
    import os, signal, sys
    sys.path.insert(0, {root!r})
    from tests.erasure.test_life_steps import Stepper, process_of
    service = process_of({folder!r})
    step = int(sys.argv[1])
    with Stepper(step, lambda: os.kill(os.getpid(), signal.SIGKILL)) as stepper:
        service.execute(service.plan({ana!r}, ticket="T-1"))
    print(stepper.count)
"""


def process_of(folder):
    """Return the service of a new process over files in a folder."""
    import sqlalchemy as sa

    folder = Path(folder)
    store = vp.stores.sqlite(folder / "privacy.db")
    keys = vp.KeyRing.from_text((folder / "ring.txt").read_text())
    engine = sa.create_engine(f"sqlite:///{folder / 'calls.db'}", poolclass=sa.pool.NullPool)
    files = vp.erasure.files(
        folder / "cdr" / "*.jsonl", subject=("from", "to"), kind="call", event_time="at"
    )
    return vp.ErasureService(
        vp.Inventory([calls_of(engine), files]),
        schedule=vp.RetentionSchedule([vp.retain(vp.RecordKind.CALL, at_most="P13M")]),
        holds=vp.LegalHolds(store, keys=keys, region="US"),
        store=store,
        keys=keys,
        vault=vp.SubjectVault(vp.stores.keys(folder / "keys.db"), keys=keys),
        region="US",
    )


@pytest.mark.parametrize("place", range(10, 1000, 4) if SOAK else [450, 850])
def test_l8_kill_9_at_any_step(app, tmp_path, place):
    """A process that is killed leaves no certificate that is too good, and resume() ends it."""
    (tmp_path / "ring.txt").write_text(app.keys.to_text())
    root = str(Path(__file__).parents[2])
    code = textwrap.dedent(_CHILD).format(root=root, folder=str(tmp_path), ana=ANA)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(vp.__file__).parents[1])])}
    step = KILLED_IN * place // 1000
    done = subprocess.run(
        [sys.executable, "-c", code, str(step)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
    )
    assert done.returncode in {-signal.SIGKILL, 0}, done.stderr
    service = process_of(tmp_path)
    calls, files = service._inventory.targets
    certificate = service.certificate(ANA)
    if certificate is not None and json.loads(certificate)["state"] == "complete":
        assert 0 == calls.verify_absent(person_of(ANA)) + files.verify_absent(person_of(ANA))
    service.resume()
    if service.certificate(ANA) is None:
        service.execute(service.plan(ANA, ticket="T-1"))
    assert State.COMPLETE == json.loads(service.certificate(ANA))["state"]
    assert (3, 3) == (calls.count(), files.count())
    assert 0 == calls.verify_absent(person_of(ANA)) + files.verify_absent(person_of(ANA))
    assert calls.guard()
    assert () == service.resume()


KILLED_IN = 1_780


# Power loss


def test_l8_a_file_is_there_in_full_before_its_name_is(app, monkeypatch):
    """Content, then name, then folder reach the disk, in this order, before anything is done."""
    done = []
    sync, replace = os.fsync, Path.replace

    def note_sync(handle):
        kind = "folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "content"
        done.append(kind)
        sync(handle)

    def note_replace(path, other):
        done.append("name")
        return replace(path, other)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    ana = person_of(ANA)
    app.files.erase([one for one in app.files.find(ana) if not one.shared], ana, lambda: None)
    assert ["content", "name", "folder"] == done
    done.clear()
    app.files.set_mark(7)
    assert ["content", "name", "folder"] == done
