"""Onward transfer: sub-processors of sub-processors, all people of a record, every customer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.disclosure import Disclosure, DisclosurePolicy, LegalDisclosurePolicy

from .conftest import ANA, CONTRACT, LOGSHIP, NOW, register_with

LONG_AGO = date(2026, 1, 1)


def chain_with(last, *, depth):
    """Return a policy whose recipient passes data on, at the given depth, to *last*."""
    register = register_with(None)
    names = ["logship", *[f"sub{number}" for number in range(1, depth)], "last"]
    for name, below in zip(names, [*names[1:], ""], strict=True):
        recipient = attrs.evolve(
            last if name == "last" else LOGSHIP, name=name, subprocessors=(below,) if below else ()
        )
        register.put(recipient, effective=LONG_AGO, announced=LONG_AGO)
    return DisclosurePolicy(register), register


def ask(**how):
    """Return the question whether a call may go to the recipient."""
    how = {"about": ANA, "fields": {"sid"}, "origin": "US", **how}
    return Disclosure(to="logship", purpose="support", at=NOW, **how)


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"contract": None}, "recipient.contract"),
        ({"tls": False}, "transport.insecure"),
        ({"places": ("CN",)}, "transfer"),
        ({"places": ()}, "transfer.place_unknown"),
    ],
)
def test_d1_a_sub_processor_at_any_depth_has_to_be_in_order(depth, fault, code):
    """Whoever gets data in the end is looked at as who gets it first."""
    good = attrs.evolve(LOGSHIP, contract=CONTRACT)
    assert chain_with(good, depth=depth)[0](ask())
    decision = chain_with(attrs.evolve(good, **fault), depth=depth)[0](ask())
    assert decision.codes[0].startswith(code)


def test_d1_who_is_not_on_the_register_gets_nothing_through_another():
    """An unknown sub-processor of a sub-processor denies; a circle of two ends."""
    unknown = attrs.evolve(LOGSHIP, subprocessors=("nobody",))
    policy, register = chain_with(LOGSHIP, depth=1)
    register.put(attrs.evolve(unknown, name="last"), effective=LONG_AGO, announced=LONG_AGO)
    assert policy(ask()).codes == ("recipient.contract",)
    circle = attrs.evolve(LOGSHIP, name="last", subprocessors=("logship",))
    register.put(circle, effective=LONG_AGO, announced=LONG_AGO)
    assert policy(ask())


def test_an_objection_holds_below_and_without_a_tenant():
    """An objection to a sub-processor counts, and leaving the tenant out does not pass it."""
    policy, register = chain_with(LOGSHIP, depth=2)
    register.object_to("last", tenant="acme")
    assert policy(ask(tenant="acme")).codes == ("recipient.objected",)
    assert policy(ask()).codes == ("recipient.objected",)
    assert policy(ask(tenant="other"))


@pytest.mark.parametrize("order", [1, -1])
def test_each_person_of_a_record_has_a_place_to_leave(order):
    """A record goes nowhere that one of its people's countries does not permit."""
    policy = DisclosurePolicy(register_with(attrs.evolve(LOGSHIP, transfer="")))
    send = policy.to("logship", purpose="support", schema="twilio.call")
    caller, callee = (ANA, "+33199005555")[::order]
    with pytest.raises(vp.Denied, match="transfer"):
        send({"sid": "CA1", "from": caller, "to": callee, "status": "completed"})
    same = {"sid": "CA1", "from": ANA, "to": "+14155550133", "status": "completed"}
    assert send(same)["status"] == "completed"


def demand(**how):
    """Return a demand whose row delays the notice."""
    how = {"instrument": "traceback_request", "issuer": "agency", **how}
    return vp.LegalDemand(
        id="D-3",
        place="US",
        issued=NOW.date(),
        served_on="US",
        verified="portal",
        fields={"caller": "TRAFFIC_RECORDS"},
        subjects=[ANA],
        period=(NOW - timedelta(days=30), NOW),
        received=NOW,
        requester="agent:1",
        **how,
    )


def test_a_delayed_notice_is_not_given_by_an_export():
    """Until the authority was asked, the person is not shown what was handed over."""
    register = register_with()
    decision = LegalDisclosurePolicy(register)(demand().approved(by=("counsel:1", "officer:2")))
    policy = DisclosurePolicy(register)
    assert decision.obligations[0].code == "demand.ask_silence"
    assert policy.accounting(ANA) == ()
    hidden = policy.accounting(ANA, for_person=False)
    assert [line.hidden_until for line in hidden] == [decision.obligations[0].due]


@pytest.mark.parametrize("second", ["c:1\u200b", "C:1 ", "c: 1", "agent:1\u00ad", "\u2060", ""])
def test_d6_a_second_approver_is_another_person(second):
    """One person in two spellings, and the requester in another one, are not two approvers."""
    policy = LegalDisclosurePolicy(register_with())
    assert "approval.missing" in policy(demand().approved(by=("c:1", second))).codes


def test_a_gag_without_end_hides_for_ever():
    """Without an end, silence ends when somebody says so."""
    register = register_with()
    LegalDisclosurePolicy(register)(demand(gag=True).approved(by=("c:1", "o:2")))
    lines = DisclosurePolicy(register).accounting(ANA, for_person=False)
    assert lines[0].hidden_until == datetime.max.replace(tzinfo=UTC)


def test_people_of_a_nested_record_are_in_the_book():
    """A schema whose numbers are within parts of a record says whose it is."""
    listed = attrs.evolve(LOGSHIP, fields={"SMSMessageData"})
    policy = DisclosurePolicy(register_with(listed))
    send = policy.to("logship", purpose="support", schema="africastalking.sms", origin="US")
    group = [{"number": ANA, "status": "Success"}, {"number": "+14155550133"}]
    sent = send({"SMSMessageData": {"Recipients": group}})
    assert "4155550" not in str(sent)
    assert [len(policy.accounting(one["number"])) for one in group] == [1, 1]
    with pytest.raises(vp.Denied):
        send({"SMSMessageData": {"Recipients": []}})
