"""The laws of a life: plan, hold, erase, crash, resume, restore, replay."""

from __future__ import annotations

import shutil
from datetime import timedelta
from urllib.parse import quote

import pytest

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, BRUNO, NOON, calls_of
from voxvalley_privacy.erasure import State
from voxvalley_privacy.stores import Conflict
from voxvalley_privacy.testing import assert_erased

SPELLINGS = [
    "14155550132",
    "4155550132",
    "415-555-0132",
    "415.555.0132",
    "(415) 555-0132",
    "415 555 0132",
    quote("+14155550132", safe=""),
    "\uff14\uff11\uff15\uff15\uff15\uff15\uff10\uff11\uff13\uff12",
]


def test_plan_then_execute(app):
    """What is the person's goes, what they share is masked, others stay; the certificate says it."""
    service = app.service()
    plan = service.plan("(415) 555-0132", ticket="T-1")
    assert [(1, 2), (1, 2)] == [(len(line.erase), len(line.mask)) for line in plan.lines]
    assert app.calls.count() == 4
    certificate = service.execute(plan)
    assert State.COMPLETE is certificate.state
    assert 3 == app.calls.count()
    assert "0132" not in certificate.to_json() + str(certificate) + repr(plan)


def test_l4_no_byte_of_the_person_is_left(app, tmp_path):
    """No file of the app holds any spelling after a complete erasure."""
    blob = app.vault.seal(ANA, record_id="CA1", data=b"body", kind="content")
    service = app.service()
    assert State.COMPLETE is service.execute(service.plan(ANA, ticket="T-1")).state
    assert vp.erasure.Shredded(NOON) == app.vault.open(ANA, record_id="CA1", blob=blob)
    texts = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    texts += [(event.body or "").encode() for event in app.store.scan()]
    for spelling in SPELLINGS:
        assert not any(spelling.encode() in text for text in texts)


@pytest.mark.parametrize(
    "scope",
    [{}, {"subjects": [ANA]}, {"kinds": ["call"]}, {"records": ["CA1"]}],
    ids=["all", "subject", "kind", "record"],
)
def test_l1_and_l3_a_hold_keeps_and_its_release_erases(app, scope):
    """What a hold covers stays whoever asks; its release leaves what no hold would have left."""
    service = app.service()
    hold = app.holds.place(matter="M-1", by="counsel", **scope)
    certificate = service.execute(service.plan(ANA, ticket="T-1"))
    assert State.OPEN is certificate.state
    assert "CA1" in [record.id for record in app.calls.every()]
    late = vp.erasure.sweep(
        vp.Inventory(app.targets),
        schedule=app.schedule,
        holds=app.holds,
        clock=lambda: NOON + timedelta(days=900),
    )
    assert late.held
    assert "CA1" in [record.id for record in app.calls.every()]
    app.holds.release(hold.id, by="counsel", reason="settled")
    assert 0 == app.calls.verify_absent(service.plan(ANA, ticket="T-2").person)
    assert '"state": "complete"' in service.certificate(ANA)


def test_l1_a_hold_that_is_placed_while_a_delete_goes_on(app):
    """A hold between plan and sweep makes the plan stale; one within the lease waits for it."""
    service = app.service()
    plan = service.plan(ANA, ticket="T-1")
    app.holds.place(matter="M-1", by="counsel", subjects=[ANA])
    with pytest.raises(Conflict):
        service.execute(plan)
    assert 4 == app.calls.count()


def test_a_store_of_holds_that_fails_holds_everything(app):
    """Without an answer about holds, nothing is erased."""
    service = app.service()
    app.holds.active = lambda: 1 / 0
    plan = service.plan(ANA, ticket="T-1")
    assert all(line.held and not line.erase for line in plan.lines)
    assert State.OPEN is service.execute(plan).state
    assert 4 == app.calls.count()


def test_l13_a_plan_of_yesterday(app):
    """A record that came, or a rule that changed, makes a plan stale."""
    service = app.service()
    plan = service.plan(ANA, ticket="T-1")
    with app.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO calls (sid, caller) VALUES ('CA9', ?)", (ANA,))
    with pytest.raises(Conflict):
        service.execute(plan)


def _say_done(target, records, *_):
    return vp.erasure.Outcome(done=tuple(record.id for record in records))


def _flip(data, context):
    return bytes(byte ^ 0x55 for byte in data)


class Killed(BaseException):
    """The process ends here."""


class _Dies:
    """A store that dies before or after the n-th write."""

    def __init__(self, store, after, late):
        self.store, self.left, self.late = store, after, late

    def __getattr__(self, name):
        return getattr(self.store, name)

    def append(self, *drafts, seal):
        self.left -= 1
        if self.left == 0 and not self.late:
            raise Killed
        events = self.store.append(*drafts, seal=seal)
        if self.left == 0:
            raise Killed
        return events


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("step", range(1, 14))
def test_l8_killed_at_any_step_and_resumed(app, step, late):
    """After a crash at any write, a new process ends in the same state, once."""
    service = app.service(_Dies(app.store, step, late))
    try:
        service.execute(service.plan(ANA, ticket="T-1"))
    except Killed:
        pass
    service = app.service()
    if not any(event.kind == "erasure.requested" for event in app.store.scan()):
        service.execute(service.plan(ANA, ticket="T-1"))
    service.resume()
    kinds = [event.kind for event in app.store.scan()]
    assert 1 == kinds.count("erasure.requested") == kinds.count("erasure.closed")
    assert 3 == app.calls.count()
    assert 3 == app.files.count()
    assert () == service.resume()
    app.audit.verify()


@pytest.mark.parametrize("failing", ["find", "erase", "mask", "verify_absent"])
def test_l8_a_store_that_fails_leaves_the_certificate_open(app, failing, monkeypatch):
    """The others are tried; the certificate is open until the store is back."""
    service = app.service()
    plan = service.plan(ANA, ticket="T-1")
    with monkeypatch.context() as patch:
        patch.setattr(type(app.files), failing, lambda *_: 1 / 0)
        if failing == "find":
            plan = service.plan(ANA, ticket="T-1")
        certificate = service.execute(plan)
    assert State.OPEN is certificate.state
    assert 3 == app.calls.count()
    assert [State.COMPLETE] == [one.state for one in service.resume()]


def test_a_store_that_lies_about_a_delete(app, monkeypatch):
    """Who says done and still has the record is found out by looking again."""
    service = app.service()
    plan = service.plan(ANA, ticket="T-1")
    with monkeypatch.context() as patch:
        patch.setattr(type(app.calls), "erase", _say_done)
        certificate = service.execute(plan)
    assert State.OPEN is certificate.state
    assert "store.still_there" in [line.code for line in certificate.lines]


def test_a_floor_of_law_keeps_and_is_named(app):
    """What a law keeps makes EXCEPT, with the law and the date; a policy's floor not for a minor."""
    floor = {"at_least": "P18M", "at_most": "P24M", "source": "47 CFR 42.6"}
    for strength, state in (("law", State.EXCEPT), ("policy", State.COMPLETE)):
        app.schedule = vp.RetentionSchedule(
            [vp.retain(vp.RecordKind.CALL, strength=strength, **floor)]
        )
        service = app.service()
        plan = service.plan(ANA, ticket=f"T-{strength}", minor=True)
        assert timedelta(hours=72) == plan.due - plan.made_at
        certificate = service.execute(plan)
        assert state is certificate.state
    assert "47 CFR 42.6" not in str(certificate)


def test_lives_of_a_number(app):
    """Records of before the person held the number stay; a newer call is a new life."""
    service = app.service()
    since = NOON.replace(month=11, day=2)
    service.execute(service.plan(ANA, ticket="T-1", held_by_person=(since, None)))
    assert 4 == app.calls.count()
    assert service.fenced({"from": "415-555-0132", "at": "2026-11-05T00:00:00+00:00"})
    assert service.fenced({"from": ANA})
    assert not service.fenced({"from": ANA, "at": "2026-12-05T00:00:00+00:00"})
    assert not service.fenced({"from": BRUNO})
    # Of before the person held the number: another life, also for a replay.
    assert not service.fenced({"from": ANA, "at": "2026-10-05T00:00:00+00:00"})
    app.calls.set_mark(0)
    service.replay(app.calls)
    assert "CA1" in [record.id for record in app.calls.every()]


def test_an_account_is_not_searched(app):
    """A person who could be found nowhere gets no plan, and no certificate."""
    with pytest.raises(vp.ConfigurationError):
        app.service().plan(vp.consent.Account("u-7"), ticket="T-1")


def test_l6_a_restored_copy(app, tmp_path):
    """A copy of before the erasure answers nothing until it is replayed; twice is once."""
    backup = tmp_path / "backup"
    shutil.copy(tmp_path / "calls.db", backup)
    service = app.service()
    service.execute(service.plan(ANA, ticket="T-1"))
    assert service.guard(app.calls)
    app.engine.dispose()
    shutil.copy(backup, tmp_path / "calls.db")
    assert ("erasure.replay_due",) == service.guard(app.calls).codes
    assert 3 == len(service.replay(app.calls).done)
    assert service.guard(app.calls)
    assert () == service.replay(app.calls).done
    assert 3 == app.calls.count()
    app.calls.set_mark(10_000)
    assert ("erasure.ledger_older",) == service.guard(app.calls).codes


def test_l6_replay_under_a_hold_keeps(app, tmp_path):
    """A hold forbids what a replay would erase."""
    backup = tmp_path / "backup"
    shutil.copy(tmp_path / "calls.db", backup)
    service = app.service()
    service.execute(service.plan(ANA, ticket="T-1"))
    app.engine.dispose()
    shutil.copy(backup, tmp_path / "calls.db")
    app.holds.place(matter="M-1", by="counsel", subjects=[ANA])
    service.replay(calls_of(app.engine))
    assert "CA1" in [record.id for record in app.calls.every()]


def test_l9_and_l13_a_sweep(app):
    """A dry run counts what a sweep erases; afterwards a scan finds nothing overdue."""
    app.service()
    settings = {"schedule": app.schedule, "holds": app.holds}
    late = NOON + timedelta(days=900)
    inventory = vp.Inventory(app.targets)
    dry = vp.erasure.sweep(inventory, dry_run=True, clock=lambda: late, **settings)
    assert 8 == dry.erased
    assert {"calls": 4, "*.jsonl": 4} == vp.erasure.verify(inventory, now=late, **settings)
    assert dry.erased == vp.erasure.sweep(inventory, clock=lambda: late, **settings).erased
    assert {} == vp.erasure.verify(inventory, now=late, **settings)
    assert 0 == app.calls.count()


def test_consents_are_erased_and_opt_outs_stay(app):
    """The ledger of consents is one more store; a suppression survives."""
    ledger = vp.ConsentLedger(app.store, keys=app.keys, region="US")
    ledger.suppress(ANA)
    service = app.service(consents=ledger)
    assert State.COMPLETE is service.execute(service.plan(ANA, ticket="T-1")).state
    assert any(entry.kind == "suppression.made" for entry in ledger.history(ANA))
    assert ledger.verify()


def test_l7_keys_of_a_vault(app, tmp_path):
    """Unknown keys raise, destroyed ones say when, other records and tenants do not open."""
    blob = app.vault.seal(ANA, record_id="CA1", data=b"hi", kind="content")
    with pytest.raises(vp.InvalidToken):
        app.vault.open(ANA, record_id="CA2", blob=blob)
    with pytest.raises(vp.InvalidToken):
        app.vault.open(ANA, record_id="CA1", blob=blob[:-1] + bytes([blob[-1] ^ 1]))
    other = vp.SubjectVault(vp.stores.keys(tmp_path / "other.db"), keys=app.keys)
    with pytest.raises(vp.KeyUnavailable):
        other.open(ANA, record_id="CA1", blob=blob)
    assert 1 == app.vault.rewrap(app.keys.rotate())
    assert "hi" == app.vault.open(ANA, record_id="CA1", blob=blob).reveal()
    assert 1 == app.vault.shred("tel:+1-415-555-0132")
    assert 0 == app.vault.shred(ANA)
    again = app.vault.seal(ANA, record_id="CA1", data=b"new", kind="content")
    assert vp.erasure.Shredded(NOON) == app.vault.open(ANA, record_id="CA1", blob=blob)
    assert "new" == app.vault.open(ANA, record_id="CA1", blob=again).reveal()


def test_a_key_service_wraps(app, tmp_path):
    """Any service that wraps and unwraps can hold the keys of keys."""
    vault = vp.SubjectVault.from_kms(
        vp.stores.keys(tmp_path / "kms.db"), keys=app.keys, wrap=_flip, unwrap=_flip
    )
    blob = vault.seal(ANA, record_id="CA1", data=b"hi", kind="content")
    assert "hi" == vault.open(ANA, record_id="CA1", blob=blob).reveal()


def test_a_hold_on_content_keeps_its_keys_and_says_so(app):
    """A hold on a kind that only the vault has keeps its keys, and the certificate is open."""
    blob = app.vault.seal(ANA, record_id="CA1", data=b"hi", kind="content")
    service = app.service()
    app.holds.place(matter="M-1", by="counsel", kinds=["content"])
    certificate = service.execute(service.plan(ANA, ticket="T-1"))
    assert (State.OPEN, None) == (certificate.state, certificate.keys_destroyed)
    assert "hi" == app.vault.open(ANA, record_id="CA1", blob=blob).reveal()


def test_late_records_are_refused(app):
    """A wrapped function drops records of an erased life, and takes those of a new one."""
    service = app.service()
    saved = []
    save = vp.wrap(saved.append, vp.Redactor(vp.policies.labels()), refuse=service.fenced)
    service.execute(service.plan(ANA, ticket="T-1"))
    save({"from": ANA, "at": "2026-11-01T00:00:00+00:00"})
    assert [] == saved
    save({"from": ANA, "at": "2026-12-05T00:00:00+00:00"})
    save({"from": BRUNO, "at": "2026-11-01T00:00:00+00:00"})
    assert 2 == len(saved)


def test_erased_finds_what_is_left(app):
    """The check for an app's own tests fails while any store still finds the person."""
    inventory = vp.Inventory(app.targets)
    with pytest.raises(AssertionError) as caught:
        assert_erased(inventory, "(415) 555-0132")
    assert "0132" not in str(caught.value)
    service = app.service()
    service.execute(service.plan(ANA, ticket="T-1"))
    assert_erased(inventory, ANA)


@pytest.fixture
def inventory(app):
    """Return the stores of the app, as an app's own tests do."""
    return vp.Inventory(app.targets)


def test_the_fixture_erased(app, inventory, erased):
    """A test names the person only; stores come from the fixture `inventory`, or are named."""
    for words in ((ANA,), (inventory, ANA)):
        with pytest.raises(AssertionError) as caught:
            erased(*words)
        assert "0132" not in str(caught.value)
    service = app.service()
    service.execute(service.plan(ANA, ticket="T-1"))
    erased("(415) 555-0132")


def test_a_cache_and_redis_keys(app):
    """Cached copies are forgotten; forgetting again finds nothing."""
    kept = {"lookup:+14155550132": "x", "lookup:+14155550199": "y"}

    class Client:
        def unlink(self, *names):
            return sum(kept.pop(name, None) is not None for name in names)

        def exists(self, *names):
            return sum(name in kept for name in names)

    cache = vp.PrivateCache(vp.CachePolicy({}), keys=app.keys)
    app.targets += [
        vp.erasure.cache(cache),
        vp.erasure.keyed(Client(), lambda number: [f"lookup:{number}"]),
    ]
    service = app.service()
    assert State.COMPLETE is service.execute(service.plan(ANA, ticket="T-1")).state
    assert ["lookup:+14155550199"] == [*kept]
