"""Minors, floors that are set aside, what is left and for what, recipients, copies for a person."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

import voxvalley_privacy as vp
from tests.erasure.conftest import ANA, BRUNO, NOON
from voxvalley_privacy.consent import Person, old_enough
from voxvalley_privacy.decisions import Decision, Reason
from voxvalley_privacy.erasure import State
from voxvalley_privacy.retention import HoldState
from voxvalley_privacy.testing import RecordedVendor, person_of


def _floor(app, strength):
    app.schedule = vp.RetentionSchedule(
        [
            vp.retain(
                vp.RecordKind.CALL,
                at_least="P18M",
                at_most="P24M",
                strength=strength,
                source="47 CFR 42.6",
            )
        ]
    )
    return app.service()


def test_a_minor_found_by_the_age_rule(app):
    """The plan is due in 72 hours, every other use is denied at once, and resume() erases."""
    service = app.service()
    decision = old_enough()(Person(at=NOON, known_child=True))
    plan = service.minor_found(ANA, decision, ticket="T-1")
    assert NOON + timedelta(hours=72) == plan.due
    assert (
        "minor.terminate_account",
        "minor.stop_marketing",
        "erasure.finish",
    ) == tuple(duty.code for duty in plan.obligations)
    assert service.fenced({"from": "415-555-0132", "at": "2026-11-01T00:00:00Z"})
    assert not service.permits(ANA, vp.Purpose.BILLING)
    assert service.permits(ANA, vp.Purpose.LEGAL)
    assert [State.COMPLETE] == [certificate.state for certificate in service.resume()]
    assert 0 == app.calls.verify_absent(person_of(ANA))


def test_nobody_else_is_erased_by_the_age_rule(app):
    """An age that is old enough, or unknown, begins nothing."""
    service = app.service()
    unknown = old_enough()(Person(at=NOON))
    assert service.minor_found(ANA, unknown, ticket="T-1") is None
    assert 4 == app.calls.count()


def test_what_is_left_is_for_laws_and_bills(app):
    """Of who was erased nothing is used for service or marketing; a new life is another matter."""
    service = _floor(app, "law")
    assert State.EXCEPT is service.execute(service.plan(ANA, ticket="T-1")).state
    assert service.permits("(415) 555-0132", vp.Purpose.BILLING)
    assert not service.permits(ANA, vp.Purpose.MARKETING)
    assert service.permits(ANA, vp.Purpose.MARKETING, at=NOON + timedelta(days=1))
    assert service.permits(BRUNO, vp.Purpose.MARKETING)


@pytest.mark.parametrize(("strength", "state"), [("law", "except"), ("policy", "complete")])
def test_a_floor_of_policy_is_set_aside_by_a_name(app, strength, state):
    """A named person with a reason sets floors of policy aside, and none of a law."""
    service = _floor(app, strength)
    assert State.EXCEPT is service.execute(service.plan(ANA, ticket="T-0")).state
    plan = service.plan(ANA, ticket="T-1", overridden=("officer:2", "the person insists"))
    assert state == service.execute(plan).state
    with pytest.raises(vp.ConfigurationError):
        service.plan(ANA, ticket="T-2", overridden=("officer:2", ""))


def test_a_gagged_hold_is_a_law_to_the_person(app):
    """The person's copy names no hold, no receipt and no code."""
    service = app.service()
    app.holds.place(matter="M-1", by="counsel", subjects=[ANA], gagged=True)
    certificate = service.execute(service.plan(ANA, ticket="T-1"))
    shown = certificate.for_person()
    assert {"held": 0, "retained": [["law", 3, None]]} == {
        name: json.loads(shown)["lines"][0][name] for name in ("held", "retained")
    }
    for word in ("M-1", "gagged", "receipt", "code", "0132", "open"):
        assert word not in shown
    assert 0 == json.loads(shown)["keys_destroyed"]
    assert State.OPEN == certificate.state


def test_a_hold_by_somebody_without_the_right(app):
    """It keeps all the same, its review is due at once, and its release takes the right."""
    app.service()
    holds = vp.LegalHolds(
        app.store, keys=app.keys, clock=app.clock, may=lambda by, act: by == "counsel"
    )
    hold = holds.place(matter="M-1", by="intern", kinds={vp.RecordKind.CALL})
    assert HoldState.REVIEW_DUE is hold.state(NOON)
    assert holds.active()
    with pytest.raises(vp.ConfigurationError):
        holds.release(hold.id, by="intern", reason="settled")
    assert holds.release(hold.id, by="counsel", reason="settled").released


def test_recipients_are_told(app):
    """Who got data of the person is told; who could not be told leaves it open."""
    down = {"crm"}

    def tell(name, subject):
        assert ANA == subject
        if name in down:
            raise ConnectionError

    service = app.service(recipients=lambda subject: ("crm", "logship"), tell=tell)
    certificate = service.execute(service.plan(ANA, ticket="T-1"))
    assert (State.OPEN, ("logship",)) == (certificate.state, certificate.recipients_told)
    down.clear()
    assert [("crm", "logship")] == [one.recipients_told for one in service.resume()]
    with pytest.raises(vp.ConfigurationError):
        app.service(tell=tell)


def test_l7_kinds_of_an_app(app):
    """A key of a kind that only the app knows is destroyed, or held, as any other."""
    blob = app.vault.seal(ANA, record_id="CA1", data=b"x", kind="fax")
    service = app.service()
    hold = app.holds.place(matter="M-1", by="counsel", kinds=["fax"])
    certificate = service.execute(service.plan(ANA, ticket="T-1"))
    assert (State.OPEN, None) == (certificate.state, certificate.keys_destroyed)
    assert app.vault.open(ANA, record_id="CA1", blob=blob)
    app.holds.release(hold.id, by="counsel", reason="settled")
    assert not app.vault.open(ANA, record_id="CA1", blob=blob)


def test_l7_every_vault_is_tried(app, tmp_path):
    """A shred that fails in one of several vaults is reported, and the others are shredded."""
    other = vp.SubjectVault(vp.stores.keys(tmp_path / "other.db"), keys=app.keys, clock=app.clock)
    blobs = [
        vault.seal(ANA, record_id="CA1", data=b"x", kind="content") for vault in (app.vault, other)
    ]
    good, app.vault = app.vault, [app.vault, other]

    def fail(*_words, **_settings):
        raise vp.StoreUnavailable("The disk is full.")

    shred, good.shred = good.shred, fail
    service = app.service()
    certificate = service.execute(service.plan(ANA, ticket="T-1"))
    assert (State.OPEN, None) == (certificate.state, certificate.keys_destroyed)
    assert not other.open(ANA, record_id="CA1", blob=blobs[1])
    good.shred = shred
    assert [1] == [one.keys_destroyed for one in service.resume()]
    assert not good.open(ANA, record_id="CA1", blob=blobs[0])


def test_call_sites_of_the_design(app, tmp_path, monkeypatch):
    """Files by a schema, vendors by the credentials of their client, guards, a scan with no more."""
    row = {"from": ANA, "to": BRUNO, "start_time": "2024-01-01T00:00:00Z"}
    (tmp_path / "twilio.jsonl").write_text(json.dumps(row) + "\n")
    monkeypatch.chdir(tmp_path)
    files = vp.erasure.files("*.jsonl", schema="twilio.call")
    assert ("call", "start_time") == (files.kind, files.event_time)
    server = RecordedVendor("twilio", {"Messages": [], "Calls": []})
    inventory = vp.Inventory([app.calls, files, vp.erasure.twilio(server.client())])
    with pytest.raises(vp.ConfigurationError):
        vp.erasure.verify(inventory)
    app.targets = inventory.targets
    service = app.service()
    assert service.guard(files)
    assert files.guard()
    vp.sweep(inventory, schedule=app.schedule, holds=app.holds, audit=app.audit, limit=1_000)
    assert 0 == files.count()
    assert {} == vp.erasure.verify(inventory)
    for settings in ({}, {"subject": "from"}, {"schema": "smpp.bind"}):
        with pytest.raises(vp.ConfigurationError):
            vp.erasure.files("*.jsonl", **settings)


def test_an_allow_that_names_no_child(app):
    """A decision without the obligation begins nothing, whatever else it says."""
    yes = Decision.allow(Reason(code="age.old_enough"))
    assert app.service().minor_found(ANA, yes, ticket="T-1") is None


def test_keys_of_months(app, tmp_path):
    """With keys by month age is a key drop; a hold keeps every key of its kind."""
    clock = vp.stores.FixedClock(NOON)
    vault = vp.SubjectVault(
        vp.stores.keys(tmp_path / "months.db"), keys=app.keys, monthly=True, clock=clock
    )
    app.service()

    def seal(name):
        return vault.seal(ANA, record_id=name, data=b"x", kind="content")

    november, again = seal("CA1"), seal("CA2")
    clock.advance(timedelta(days=30))
    december = seal("CA3")
    hold = app.holds.place(matter="M-1", by="counsel", subjects=[BRUNO])
    assert 0 == vault.expire(clock(), kinds=["content"], holds=app.holds)
    app.holds.release(hold.id, by="counsel", reason="settled")
    assert 1 == vault.expire(clock(), kinds=["content", "recording"], holds=app.holds)
    for name, blob, is_there in (("CA1", november, 0), ("CA2", again, 0), ("CA3", december, 1)):
        assert bool(is_there) is bool(vault.open(ANA, record_id=name, blob=blob))
    assert 1 == vault.shred(ANA, kinds=["content"])
    with pytest.raises(vp.ConfigurationError):
        app.vault.expire(NOON, kinds=["content"], holds=app.holds)


def test_a_key_that_another_process_destroys(app, tmp_path):
    """An open key is used no more once it is destroyed, whoever destroys it."""
    one, two = (
        vp.SubjectVault(vp.stores.keys(tmp_path / "shared.db"), keys=app.keys) for _ in range(2)
    )
    one.seal(ANA, record_id="CA1", data=b"x", kind="content")
    assert 1 == two.shred(ANA)
    blob = one.seal(ANA, record_id="CA2", data=b"y", kind="content")
    assert "y" == two.open(ANA, record_id="CA2", blob=blob).reveal()
