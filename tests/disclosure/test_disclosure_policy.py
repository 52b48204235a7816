"""Who gets which fields: laws D1 to D5, and every fault."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import voxvalley_privacy as vp
from voxvalley_privacy import stores
from voxvalley_privacy.disclosure import (
    Attestation,
    Contract,
    Disclosure,
    DisclosurePolicy,
    Recipient,
    RecipientRegister,
    change_feed,
    processing_records,
    subprocessor_page,
)
from voxvalley_privacy.facts import transfers
from voxvalley_privacy.stores import FixedClock
from voxvalley_privacy.testing import FAULTS, FaultyStore, assert_fails_closed

from .conftest import ANA, ATTESTED, BEN, CONTRACT, KEYS, LOGSHIP, NOW, policy_with, register_with

RECORD = {"sid": "CA1", "status": "completed", "caller": ANA, "callee": BEN}
ASK = Disclosure(to="logship", purpose="support", about=ANA, fields=RECORD, origin="FR", at=NOW)


def test_an_allow_grants_the_fields_of_both():
    """The grant is what the recipient may have of what the record has, and is on record."""
    policy = policy_with()

    decision = policy(ASK)

    assert decision
    assert {"sid", "status", "caller"} == decision.value.fields
    assert ("logship",) == policy.recipients_of("+1 415 555 0132")
    assert "unknown" == policy.accounting(ANA)[0].outcome


BROKEN = {
    "recipient.unknown": (None, {}),
    "recipient.purpose": (attrs.evolve(LOGSHIP, purposes={"billing"}), {}),
    "recipient.contract": (attrs.evolve(LOGSHIP, contract=None), {}),
    "transport.insecure": (attrs.evolve(LOGSHIP, tls=False), {}),
    "role.unknown": (attrs.evolve(LOGSHIP, role="friend"), {}),
    "transfer.no_mechanism": (attrs.evolve(LOGSHIP, transfer=""), {}),
    "transfer.place_unknown": (attrs.evolve(LOGSHIP, places=()), {}),
    "disclosure.fields": (attrs.evolve(LOGSHIP, fields=()), {}),
    "sale.forbidden": (LOGSHIP, {"purpose": "sale"}),
    "purpose.unknown": (LOGSHIP, {"purpose": "fun"}),
    "error.clock": (LOGSHIP, {"at": datetime(2026, 11, 25)}),  # noqa: DTZ001 - what is tested
}


@pytest.mark.parametrize("code", BROKEN)
def test_whatever_is_missing_denies(code):
    """Each missing part denies with its own reason."""
    recipient, changes = BROKEN[code]

    decision = policy_with(recipient)(attrs.evolve(ASK, **changes))

    assert not decision
    assert code in decision.codes


def test_a_transfer_needs_an_attestation_of_a_year():
    """Conditions that nobody attested lately are not met."""
    old = (attrs.evolve(ATTESTED[0], on=date(2025, 11, 1)),)

    assert ("transfer.unattested",) == policy_with(attestations=())(ASK).codes
    assert ("transfer.unattested",) == policy_with(attestations=old)(ASK).codes


@pytest.mark.parametrize(
    "row",
    [row for row in transfers() if row.kind == "permit" and row.origin == "EU"],
    ids=lambda r: r.key,
)
def test_d2_a_mechanism_permits_on_its_own_days_only(row):
    """The day before a mechanism begins and the day it ends deny."""
    place = min(row.destinations)
    if not (len(place) == 2 and place.isalpha()) and place != "*":
        pytest.skip("an area or organisation, not a country")
    place = "SG" if place == "*" else place
    days = [row.valid_from - timedelta(days=1), row.valid_from]
    days += [row.valid_until - timedelta(days=1), row.valid_until] if row.valid_until else []
    answers = []
    for day in days:
        contract = attrs.evolve(CONTRACT, valid=(date(1990, 1, 1), None))
        recipient = attrs.evolve(LOGSHIP, places=(place,), contract=contract, transfer=row.key)
        clock = FixedClock(datetime(1999, 1, 1, tzinfo=UTC))
        register = RecipientRegister(stores.memory(), keys=KEYS, clock=clock)
        register.put(recipient, effective=date(1999, 1, 1))
        said = (Attestation(about="logship", that=row.key, on=day, by="dpo"),)
        only = DisclosurePolicy(register, transfers=(row,), attestations=said)
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        answers.append(bool(only(attrs.evolve(ASK, at=at))))

    assert [False, True, True, False][: len(days)] == answers


PARTS = ["purposes", "fields", "places", "contract", "transfer"]


@settings(max_examples=60, deadline=None)
@given(gone=st.sets(st.sampled_from(PARTS), min_size=1), more=st.sampled_from(["CN", "RU", "??"]))
def test_d1_less_never_allows_more(gone, more):
    """Taking away parts of a recipient never allows, and one more place never does."""
    empty = {"purposes": (), "fields": (), "places": (), "contract": None, "transfer": ""}
    less = attrs.evolve(LOGSHIP, **{name: empty[name] for name in gone})

    assert not policy_with(less)(ASK)
    wider = attrs.evolve(LOGSHIP, places=("US", more))
    assert not policy_with(attrs.evolve(wider, **{name: empty[name] for name in gone}))(ASK)


@settings(max_examples=60, deadline=None)
@given(
    fields=st.sets(st.sampled_from(["sid", "status", "caller", "callee", "auth_token", "x"])),
    record=st.dictionaries(
        st.sampled_from(["sid", "status", "caller", "callee", "auth_token"]),
        st.sampled_from([ANA, BEN, f"call of {BEN}", "completed", "hunter2hunter2"]),
        min_size=1,
    ),
)
def test_d4_no_ungranted_value_leaves(fields, record):
    """What leaves is of granted fields, and shows no value of another field; no credential ever."""
    recipient = attrs.evolve(LOGSHIP, fields=fields)
    decision = policy_with(recipient)(attrs.evolve(ASK, fields=record.keys()))
    if not decision:
        return

    sent = decision.value.minimize(record)

    assert set(sent) <= fields & set(record)
    assert "auth_token" not in sent
    hidden = [value for name, value in record.items() if name not in decision.value.fields]
    assert not [v for v in sent.values() if any(other in v for other in hidden)]


def test_d5_the_past_does_not_change():
    """A correction is a new line; what was on the list on a past day stays."""
    clock = FixedClock(NOW - timedelta(days=100))
    register = register_with(clock=clock)
    before = register.as_of(date(2026, 9, 1))
    moment = clock()
    clock.advance(timedelta(days=60))

    register.put(attrs.evolve(LOGSHIP, places=("DE",)), effective=date(2026, 1, 1))

    assert before == register.as_of(date(2026, 9, 1))
    assert 1 == len(register.known_at(moment))
    assert 2 == len(register.known_at(clock()))


def test_a_new_sub_processor_waits_for_objections():
    """It counts from thirty days after the customers were told, and the duty says so."""
    register = register_with(None)

    decision = register.put(LOGSHIP, effective=NOW.date())

    assert NOW.date() + timedelta(days=30) == decision.value.effective
    assert ["recipient.tell_customers"] == [duty.code for duty in decision.obligations]
    assert ("recipient.unknown",) == DisclosurePolicy(register, attestations=ATTESTED)(ASK).codes


def test_an_objection_holds_for_its_tenant():
    """One tenant's objection stops disclosure of its data, and of nobody else's."""
    register = register_with()
    policy = DisclosurePolicy(register, attestations=ATTESTED)
    register.object_to("logship", tenant="acme")

    assert ("recipient.objected",) == policy(attrs.evolve(ASK, tenant="acme")).codes
    assert policy(attrs.evolve(ASK, tenant="other"))


def test_the_vendors_own_list_is_there():
    """An empty register holds the vendor's list, on the public page in three forms."""
    register = register_with(None)

    (aws,) = register.as_of(NOW.date())

    assert ("Amazon Web Services", ("US",)) == (aws.name, aws.places)
    for form in ("markdown", "html", "jsonld"):
        assert "Amazon Web Services" in subprocessor_page(register, day=NOW.date(), form=form)
    assert [(aws, "contract")] == list(register.dead(NOW.date()))


def test_reports_of_a_register():
    """The record of processing and the feed name each recipient."""
    register = register_with()
    register.retire("logship", effective=NOW.date())

    assert ["entered", "removed"] == [line["change"] for line in change_feed(register)]
    assert ["Amazon Web Services"] == [
        line["recipient"] for line in processing_records(register, day=NOW.date())
    ]


def test_a_mechanism_that_ends_makes_a_decision_stale():
    """The decision ends with the contract or mechanism, and the register lists who hangs on it."""
    decision = policy_with()(ASK)

    assert date(2027, 1, 1) == decision.valid_until.date()
    shield = attrs.evolve(LOGSHIP, transfer="PRIVACY_SHIELD")
    assert ("logship", "PRIVACY_SHIELD") in [
        (recipient.name, what) for recipient, what in register_with(shield).dead(NOW.date())
    ]


def test_a_third_party_needs_election_attestation_and_consent():
    """Who does not act on instruction needs the customer's word and the person's consent."""
    third = attrs.evolve(LOGSHIP, role="third_party", elected_by="acme")
    said = (
        *ATTESTED,
        Attestation(about="acme", that="privacy_policy", on=date(2026, 1, 1), by="ceo"),
    )
    ask = attrs.evolve(ASK, tenant="acme")
    yes = lambda _: vp.Decision.allow(vp.Reason(code="consent.given"))  # noqa: E731

    assert ("consent.absent",) == policy_with(third, attestations=said)(ask).codes[:1]
    assert policy_with(third, attestations=said, consents=yes)(ask)
    assert "attestation.stale" in policy_with(third, consents=yes)(ask).codes
    assert "recipient.not_elected" in policy_with(third, attestations=said, consents=yes)(ASK).codes


def test_a_sub_processors_own_sub_processors_are_looked_at():
    """A chain is as good as its last link."""
    chain = attrs.evolve(LOGSHIP, subprocessors=("nobody",))

    assert ("recipient.contract",) == policy_with(chain)(ASK).codes


def test_in_front_of_any_sender():
    """A wrapped sender gets the granted fields, and nothing of a record that is denied."""
    sent = []
    policy = policy_with()
    post = vp.wrap(
        sent.append, policy.to("logship", purpose="support", about="caller", origin="FR")
    )

    post(RECORD)

    assert [{"status": "completed"}] == sent
    entry = policy(ASK).value.entry
    policy.outcome(ANA, entry, "sent")
    assert ["unknown", "sent"] == [line.outcome for line in policy.accounting(ANA)]


def test_a_schema_says_whose_a_record_is_and_what_may_be_shared():
    """The numbers of a schema name the people; each of them has the disclosure on record."""
    sent = []
    ship = attrs.evolve(LOGSHIP, fields={"status", "duration", "from"})
    policy = policy_with(ship)
    post = vp.wrap(
        sent.append, policy.to("logship", purpose=vp.Purpose.SUPPORT, schema="twilio.call")
    )

    post({"from": ANA, "to": BEN, "status": "completed", "duration": "61", "price": "0.01"})

    assert [{"status": "completed", "duration": "60"}] == sent
    assert 1 == len(policy.accounting(ANA)) == len(policy.accounting(BEN))
    with pytest.raises(vp.ConfigurationError):
        policy.to("logship", purpose="support")
    for record in ({"status": "completed"}, [ANA], "text", b"bytes", None):  # nobody is named
        with pytest.raises(vp.Denied):
            post(record)
    assert ("error.input",) == policy(attrs.evolve(ASK, about="")).codes


def test_a_carrier_gets_numbers_by_a_redactor_of_its_own():
    """Without a redactor no number leaves; another redactor is a choice that is written down."""
    raw = policy_with(redact=lambda record: record)

    assert ANA not in str(policy_with()(ASK).value.minimize(RECORD))
    assert ANA == raw(ASK).value.minimize(RECORD)["caller"]


def test_a_consent_ledger_is_asked_for_third_parties():
    """A consent for the recipient and purpose lets a third party have data, until it is taken back."""
    third = attrs.evolve(LOGSHIP, role="affiliate")
    ledger = vp.ConsentLedger(stores.memory(), keys=KEYS, clock=FixedClock(NOW))
    policy = policy_with(third, consents=ledger)
    yes = vp.Evidence(method="web_form", affirmative=True)

    assert "consent.absent" in policy(ASK).codes
    ledger.give(ANA, "support", evidence=yes)
    assert "consent.absent" in policy(ASK).codes  # for somebody else
    ledger.give(ANA, "support", evidence=yes, recipient="logship")
    assert policy(ASK)
    ledger.withdraw(ANA)
    assert "consent.withdrawn" in policy(ASK).codes


def test_a_wrapped_sender_sends_nothing_of_a_denied_record():
    """A denied record is an error, and the target is not called."""
    sent = []
    policy = policy_with(None)
    post = vp.wrap(
        sent.append, policy.to("logship", purpose="support", about="caller", origin="FR")
    )
    with pytest.raises(vp.Denied):
        post(RECORD)

    assert [] == sent


class Broken:
    """An audit log that fails."""

    def record(self, decision, /, *, actor, act, about):
        """Fail."""
        raise OSError("full")


def test_d3_without_its_entry_nothing_leaves():
    """An audit log that fails denies."""
    assert not policy_with(audit=Broken())(ASK)


@pytest.mark.parametrize("fault", FAULTS)
def test_d3_every_fault_of_the_store_denies(fault):
    """Whatever the store does, nothing leaves."""

    def store():
        filled = stores.memory()
        register_with(LOGSHIP, filled)
        return filled

    def build(faulty):
        register = RecipientRegister(faulty, keys=KEYS, clock=FixedClock(NOW))
        return DisclosurePolicy(register, attestations=ATTESTED)

    assert_fails_closed(build, ASK, store=store, faults=[fault])


def test_a_register_from_an_old_copy_is_seen():
    """A store with fewer lines than it had denies."""
    store = FaultyStore(stores.memory(), "empty", after=1_000_000)
    policy = DisclosurePolicy(register_with(LOGSHIP, store), attestations=ATTESTED)
    assert policy(ASK)

    store.after = store.calls

    assert ("error.store_corrupt",) == policy(ASK).codes


def test_a_register_restored_from_an_old_copy_is_refused_after_a_restart():
    """The position that the app remembers elsewhere tells that the store is an older one."""
    old = stores.memory()
    register_with(LOGSHIP, old)
    newer = register_with(LOGSHIP, old)
    newest = newer.position()

    def policy(seen):
        clock = FixedClock(NOW)
        copy = stores.memory()
        register_with(LOGSHIP, copy)
        register = RecipientRegister(copy, keys=KEYS, clock=clock, seen=seen)
        return DisclosurePolicy(register, attestations=ATTESTED)

    assert policy(newest - 1)(ASK)
    assert ("error.store_corrupt",) == policy(newest)(ASK).codes


def test_no_value_shows_in_anything():
    """Contexts, decisions and grants print no number."""
    decision = policy_with()(ASK)

    assert "5550132" not in repr(ASK) + repr(decision) + decision.explain() + decision.to_json()


def test_sale_is_no_purpose_of_a_recipient():
    """A recipient cannot be built for a sale."""
    with pytest.raises(vp.ConfigurationError):
        Recipient(name="x", role="processor", purposes={"sale"})
    assert not Contract(valid=(date(2026, 1, 1), None)).holds_on(NOW.date())
