"""Support, rights, visibility, posts, succession, incidents."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import voxvalley_privacy as vp
from voxvalley_privacy import stores
from voxvalley_privacy.disclosure import (
    ControllerSuccession,
    ExportSource,
    Incidents,
    PublicPosts,
    SubjectRights,
    SupportAccess,
    VisibilityPolicy,
    reusable,
)
from voxvalley_privacy.disclosure._request_terms import after
from voxvalley_privacy.ledgers import Book
from voxvalley_privacy.stores import FixedClock
from voxvalley_privacy.testing import FAULTS, FaultyStore

from .conftest import ANA, BEN, KEYS, NOW, register_with

REDACT = vp.Redactor(vp.policies.support(KEYS))
RECORD = {
    "caller": ANA,
    "status": "completed",
    "auth_token": "5ecret5ecret5ecret",
    "password": "x1y2z3",
}


def support(clock=None, store=None, **how):
    """Return access on a store of its own."""
    store = store or stores.memory()
    return SupportAccess(store, keys=KEYS, redact=REDACT, clock=clock or FixedClock(NOW), **how)


def granted(access):
    """Return a grant that is good."""
    grant = access.request(
        staff="agent:17",
        ticket="T-9",
        tenant="acme",
        kinds={"call"},
        until=NOW + timedelta(hours=8),
    )
    assert access.approve(grant.id, by="lead:2")
    assert access.consent(grant.id, by_customer="acme:admin")
    return grant


def test_d7_a_view_is_redacted_and_holds_no_credential():
    """Support sees the record through the redactor, and never a key or password."""
    access = support()

    view = access.view(granted(access), RECORD, kind="call")

    assert "completed" == view["status"]
    assert not {"auth_token", "password"} & set(view)
    assert "5550132" not in str(view)


@pytest.mark.parametrize("step", ["approve", "consent"])
def test_without_both_a_grant_is_nothing(step):
    """Approval and the customer's consent are both needed."""
    access = support()
    grant = access.request(
        staff="agent:17",
        ticket="T-9",
        tenant="acme",
        kinds={"call"},
        until=NOW + timedelta(hours=1),
    )
    if step == "approve":
        access.approve(grant.id, by="lead:2")
    else:
        access.consent(grant.id, by_customer="acme:admin")

    assert ("access.not_active",) == access.may_view(grant, "call").codes


def test_nobody_approves_their_own_access():
    """Not under an alias, and nobody consents for another tenant."""
    access = support(people={"a17": "p", "agent:17": "p"})
    grant = access.request(
        staff="agent:17", ticket="T", tenant="acme", kinds={"call"}, until=NOW + timedelta(hours=1)
    )

    for alias in ("a17", "A17", " agent:17", "\uff21gent:17"):
        assert not access.approve(grant.id, by=alias)
    assert not access.consent(grant.id, by_customer="other:admin")


def test_a_grant_ends_by_time_by_revoking_and_by_kind():
    """Each view asks again."""
    clock = FixedClock(NOW)
    access = support(clock)
    grant = granted(access)
    assert not access.may_view(grant, "recording")
    access.revoke(grant.id, by="lead:2")
    assert not access.may_view(grant, "call")

    other = granted(access)
    clock.advance(timedelta(hours=8))
    assert not access.may_view(other, "call")
    with pytest.raises(vp.Denied):
        access.request(
            staff="a", ticket="t", tenant="x", kinds=(), until=clock() + timedelta(hours=9)
        )


def test_break_glass_waits_for_its_review():
    """A person with a review overdue gets no second one; content needs an opt-in of before."""
    clock = FixedClock(NOW)
    access = support(clock)
    how = {"staff": "agent:17", "incident": "I-1", "reason": "outage", "tenant": "acme"}
    first = access.break_glass(**how, kinds={"call"})
    assert access.may_view(first, "call")
    with pytest.raises(vp.Denied):
        access.break_glass(**how, kinds={"recording"})
    clock.advance(timedelta(hours=73))
    with pytest.raises(vp.Denied):
        access.break_glass(**how, kinds={"call"})
    assert not access.review(first.id, by="agent:17")
    access.review(first.id, by="lead:2")

    assert access.break_glass(**how, kinds={"call"})


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_of_the_store_shows_a_record(fault):
    """Whatever the store does, support sees nothing."""
    store = FaultyStore(stores.memory(), fault, after=1_000_000)
    access = support(store=store)
    grant = granted(access)
    assert access.view(grant, RECORD, kind="call")
    store.after = store.calls

    with pytest.raises(vp.Denied):
        access.view(grant, RECORD, kind="call")


def test_the_call_site_of_the_contract():
    """Redactor and kind may be left out: the support policy, and the kinds that are granted."""
    access = SupportAccess(stores.memory(), keys=KEYS, clock=FixedClock(NOW))
    grant = granted(access)

    view = access.view(grant, RECORD)

    assert "completed" == view["status"]
    assert "5550132" not in str(view)
    broken = access.break_glass(staff="agent:17", incident="I-1", reason="outage", kinds={"call"})
    assert access.may_view(broken, "call")
    with pytest.raises(vp.Denied):
        access.break_glass(staff="a", incident="I", reason="r", kinds={vp.RecordKind.CONTENT})


def test_every_view_can_be_read_again_by_field_names():
    """However many there are, each view of a grant is on record, in order, without values."""
    store = stores.memory()
    access = support(store=store)
    grant = granted(access)
    for turn in range(130):
        access.view(grant, {"status": "ok", f"f{turn}": 1}, kind="call")
    access.view(granted(access), RECORD, kind="call")

    views = support(store=store).views(grant.id)

    assert 130 == len(views)
    assert ("f129", "status") == views[-1].fields
    again = support(store=store)
    again.view(grant, {"status": "ok"}, kind="call")
    assert 131 == len(again.views(grant.id))


def test_an_approval_ends_with_its_approver():
    """Who was removed approves nothing, and what they approved is over."""
    store = stores.memory()
    grant = granted(support(store=store))
    after_removal = support(store=store, removed=["LEAD:2"])

    assert not after_removal.may_view(grant, "call")
    assert not after_removal.approve(grant.id, by="lead:2")
    assert after_removal.approve(grant.id, by="lead:3")
    assert after_removal.may_view(grant, "call")


def test_no_step_of_a_grant_that_is_not_there():
    """Nothing is said to be recorded that cannot be."""
    access = support()

    for decision in (
        access.approve("G9", by="lead:2"),
        access.consent("G9", by_customer="acme:admin"),
        access.revoke("G9", by="lead:2"),
        access.review("G9", by="lead:2"),
    ):
        assert ("access.unknown",) == decision.codes
    grant = granted(access)
    assert not access.consent(grant.id, by_customer="acme:")
    nothing = access.break_glass(staff="agent:17", incident="I-1", reason="outage", kinds=())
    assert ("access.kind",) == access.may_view(nothing).codes


# Rights


def sources(records, **changes):
    """Return a store of calls."""

    def find(subject):
        return [r for r in records if subject in (r["caller"], r["callee"])]

    how = {
        "name": "calls",
        "find": find,
        "count": lambda subject: len(find(subject)),
        "fields": {
            "caller": "party",
            "callee": "party",
            "at": "time",
            "status": "own",
            "note": "own",
        },
        "recording": "audio",
    }
    return [ExportSource(**{**how, **changes})]


def call(caller, callee, *, days=1, **more):
    """Return a record."""
    return {
        "caller": caller,
        "callee": callee,
        "at": NOW - timedelta(days=days),
        "status": "ok",
        **more,
    }


def export(records, who=ANA, *, method="account", held_since=None, partial=False, **changes):
    """Open, verify and answer a request."""
    rights = SubjectRights(sources(records, **changes), register=register_with(None))
    request = rights.open(who, "access", received=NOW, place="GB")
    request = rights.verify(request, method=method, held_since=held_since)
    return rights.access(request, partial=partial)


def test_an_export_holds_both_directions_and_masks_the_other():
    """Sent and received records are inside, the other party is not."""
    bundle = export([call(ANA, BEN), call(BEN, ANA), call(BEN, BEN)]).value

    text = "".join(bundle.files.values())
    assert "COMPLETE" == bundle.state
    assert 2 == len(bundle.files["calls.jsonl"].splitlines())
    assert BEN not in text
    assert 2 == text.count(ANA) // 2  # in JSON lines and in CSV


@settings(max_examples=60, deadline=None)
@given(
    note=st.sampled_from(["fine", f"ask {BEN}", "ask 7700 900123", "+44 7700 900 123", ANA]),
    extra=st.sampled_from(["internal risk score", "other"]),
    way=st.booleans(),
)
def test_d9_no_canary_of_another_is_inside(note, extra, way):
    """No spelling of the other party is in an export; what is left out is named."""
    pair = (ANA, BEN) if way else (BEN, ANA)
    bundle = export([call(*pair, note=note, staff_note=extra, audio="x.wav")]).value

    text = "".join(bundle.files.values())
    assert "900123" not in "".join(filter(str.isdigit, json.dumps(bundle.files["calls.jsonl"])))
    assert extra not in text
    assert {"audio", "staff_note"} <= set(bundle.manifest["stores"][0]["omitted"])


def test_d9_a_source_that_lies_ends_partial():
    """A count that differs, or a store that is down, is no complete export."""
    one = [call(ANA, BEN)]

    assert ("export.incomplete",) == export(one, count=lambda _: 2).codes
    assert "PARTIAL" == export(one, count=lambda _: 2, partial=True).value.state
    down = export(one, find=lambda _: 1 / 0, partial=True).value
    assert "FAILED" == down.manifest["stores"][0]["state"]


def test_d10_a_number_alone_is_answered_for_the_time_it_was_held():
    """Records of an earlier holder are not shown to the person who has the number now."""
    records = [call(ANA, BEN, days=1), call(ANA, BEN, days=400)]

    assert 1 == export(records, method="otp_sms").value.manifest["stores"][0]["rows"]
    since = NOW - timedelta(days=500)
    assert (
        2 == export(records, method="otp_sms", held_since=since).value.manifest["stores"][0]["rows"]
    )


def test_an_unverified_request_gets_nothing():
    """Asking is accepted; an answer needs a method that is known."""
    rights = SubjectRights(sources([call(ANA, BEN)]), register=register_with(None))
    request = rights.open(ANA, "access", received=NOW, place="GB")

    assert ("request.unverified",) == rights.access(request).codes
    with pytest.raises(vp.Denied):
        rights.verify(request, method="said so")


@pytest.mark.parametrize(
    ("place", "due"),
    [
        ("FR", datetime(2026, 2, 28, tzinfo=UTC)),
        ("BR", datetime(2026, 2, 15, tzinfo=UTC)),
        ("XX", datetime(2026, 3, 2, tzinfo=UTC)),
    ],
)
def test_deadlines_come_from_the_table(place, due):
    """Months are calendar months, and an unknown place has the library's term."""
    rights = SubjectRights([], register=register_with(None))

    request = rights.open(ANA, "access", received=datetime(2026, 1, 31, tzinfo=UTC), place=place)

    assert due == request.due == request.obligations[0].due


def test_terms_in_every_unit():
    """A month rolls back to its last day; hours and days are as they are."""
    start = datetime(2024, 1, 31, tzinfo=UTC)

    assert datetime(2024, 2, 29, tzinfo=UTC) == after(start, 1, "months")
    assert start + timedelta(hours=72) == after(start, 72, "hours")


def test_a_change_reaches_own_data_only():
    """Fields of the person are changed; fields of the record are not."""
    changed = []
    how = sources([], rectify=lambda who, changes: changed.append(dict(changes)))
    rights = SubjectRights(how, register=register_with(None))
    request = rights.open(ANA, "rectify", received=NOW, place="GB")
    request = rights.verify(request, method="account")

    assert rights.rectify(request, {"note": "new", "at": "never", "password": "x"})
    assert [{"note": "new"}] == changed
    assert not rights.rectify(request, {"at": "never"})


def test_requests_are_accepted_while_the_store_fails():
    """Opening, restricting and objecting never depend on the store."""
    store = FaultyStore(stores.memory(), "unavailable", after=0)
    register = vp.RecipientRegister(store, keys=KEYS, clock=FixedClock(NOW))
    withdrawn = []
    rights = SubjectRights([], register=register, withdraw=lambda *what: withdrawn.append(what))

    request = rights.open(ANA, "object", received=NOW, place="GB")

    assert rights.object(request, "analytics")
    assert rights.restrict(request)
    assert [(ANA, "analytics")] == withdrawn
    assert len(rights.unstored) == 3


# Visibility


PROFILE = {"id": "u1", "name": "Ana Example", "number": ANA, "visibility": {"name": "public"}}
FIELDS = st.fixed_dictionaries(
    {"number": st.sampled_from([ANA, BEN, ""]), "city": st.text(max_size=4)}
)


def test_the_most_private_setting_wins():
    """User, customer and vendor can each hide, and none of them can show alone."""
    see = VisibilityPolicy(customer={"name": "members"}, vendor={"number": "public"})

    assert {"id": "u1", "number": ANA} == see(PROFILE, viewer="public")
    assert see(PROFILE, viewer="public") == see(viewer="public", profile=PROFILE)
    assert {"id", "name", "number"} == set(see(PROFILE, viewer="member"))
    assert {"id"} == set(VisibilityPolicy()({"id": "u1", "number": ANA}, viewer="member"))


@settings(max_examples=80, deadline=None)
@given(one=FIELDS, other=FIELDS, viewer=st.sampled_from(["contact", "member", "public", "?"]))
def test_d8_hidden_values_change_nothing(one, other, viewer):
    """Profiles that differ in hidden fields only give the same views, order, counts and errors."""
    see = VisibilityPolicy(vendor={"name": "public"})
    shown = [{"id": f"u{i}", "name": f"N{i}", "visibility": {}} for i in range(3)]
    left = [{**profile, **one} for profile in shown]
    right = [{**profile, **other} for profile in shown[::-1]]

    def by_number(view):
        return view["number"] == ANA

    assert see.many(left, viewer=viewer) == see.many(right, viewer=viewer)
    assert (
        []
        == see.search(left, by_number, viewer=viewer)
        == see.search(right, by_number, viewer=viewer)
    )
    assert see.around(lambda: left, viewer=viewer)() == see.around(lambda: right, viewer=viewer)()


def test_a_first_post_asks_and_findings_are_duties():
    """Nothing is published before the person knows; a number in a draft is shown to the author."""
    book = Book(stores.memory(), keys=KEYS, name="posts", clock=FixedClock(NOW))
    posts = PublicPosts(redact=vp.Redactor(vp.policies.labels()), acknowledged=book)
    draft = "call me on +1 415 555 0132"
    assert ("post.acknowledge",) == posts(draft, author=ANA).codes
    posts.acknowledge(ANA)

    decision = posts(draft, author=ANA)

    assert decision
    assert ["post.show_findings"] == [duty.code for duty in decision.obligations]
    assert "0132" not in decision.value
    posts.derived(ANA, "P1", "search index")
    assert ("search index",) == posts.delete(ANA, "P1").value


def test_posts_on_a_store_ask_every_author_once():
    """A store takes the place of a book; without an author nobody is known to have been told."""
    posts = PublicPosts(redact=vp.Redactor(vp.policies.public(KEYS)), acknowledged=stores.memory())

    assert ("post.acknowledge",) == posts("hello").codes
    posts.acknowledge(ANA)
    assert posts("hello", author="+1 415 555 0132")
    assert not posts("hello", author=BEN)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_of_the_store_publishes_a_post(fault):
    """Whatever the store does, nothing is published."""
    store = FaultyStore(stores.memory(), fault, after=1_000_000)
    posts = PublicPosts(
        redact=vp.Redactor(vp.policies.labels()), acknowledged=store, keys=KEYS,
        clock=FixedClock(NOW),
    )  # fmt: skip
    posts.acknowledge(ANA)
    assert posts("hello", author=ANA)
    store.after = store.calls

    assert not posts("hello", author=ANA)


def test_fields_that_could_find_somebody_are_personal():
    """Addresses, devices, browsers and whatever is not known count as personal."""
    personal = ["ip", "user_agent", "page_url", "device_id", "latitude", "caller", "whatever"]

    assert [True] * len(personal) == [vp.identifiable(name) for name in personal]
    assert not any(map(vp.identifiable, ["status", "duration", "created_at", "price"]))


def test_a_successor_that_drops_the_policy_freezes_purposes():
    """A purpose goes over only with the policy, and never wider than the consent."""
    takeover = ControllerSuccession(old="a", new="b", effective=date(2026, 1, 1))
    kept = attrs.evolve(takeover, keeps_policy=True)
    day = date(2026, 2, 1)

    assert not takeover("marketing.sms", "marketing.sms", day=day)
    assert kept("marketing", "marketing.sms", day=day)
    assert not kept("marketing.sms", "marketing", day=day)
    assert not reusable("service", "serviceability")
    assert not reusable("sale", "sale")


def test_incidents_are_recorded_with_their_deadlines():
    """Each place has its own term, and who was told is on record."""
    incidents = Incidents(stores.memory(), keys=KEYS, clock=FixedClock(NOW))

    decision = incidents.record(
        noticed=NOW, what="A bucket was open.", affected=12, places=("FR", "IN")
    )
    incidents.told(decision.value.id, "the authority of FR")

    dues = {duty.code: duty.due for duty in decision.obligations}
    assert NOW + timedelta(hours=6) == dues["incident.incident_authority"]
    assert ("the authority of FR",) == incidents.all()[0].told
