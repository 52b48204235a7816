"""From the question to the send: one rule, one read, a permit that is asked again in the line before."""

from __future__ import annotations

import asyncio
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import attrs
import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    Evidence,
    InboundMessage,
    Inbox,
    MessageClass,
    Senders,
    Template,
    may_contact,
    registry,
    registry_file,
)
from voxvalley_privacy.decisions import Decision, Reason
from voxvalley_privacy.errors import ConfigurationError, Denied
from voxvalley_privacy.testing import FAULTS, FaultyStore, assert_fails_closed

from .conftest import NOON

SUE = "+13125550132"  # in Chicago, where it is noon
FORM = Evidence(method="web_form", affirmative=True)
ACME = Senders({"acme": ["+14155550100", "+14155550101"], "other": ["+14155550109"]})
CODE = Template(id="code", message_class=MessageClass.EMERGENCY)
BILL = Template(id="bill", message_class=MessageClass.ADMINISTRATIVE)
DAY = timedelta(days=1)


@pytest.fixture
def sue(ledger, clock):
    """Let Sue consent an hour ago."""
    clock.advance(timedelta(hours=-1))
    ledger.give(SUE, "marketing.sms", evidence=FORM)
    clock.advance(timedelta(hours=1))
    return Contact(to=SUE, purpose="marketing", channel="sms", sender="acme")


@pytest.fixture
def may(ledger):
    """Make the rule."""
    return may_contact(ledger, senders=ACME)


def why(refused):
    """Return the codes of what was raised."""
    return refused.value.args[0].codes


def test_a_number_without_country_is_where_the_ledger_says(keys, clock):
    """Hours are known for a national spelling, as the ledger knows its country."""
    here = ConsentLedger(stores.memory(), keys=keys, clock=clock, region="US")
    here.give("(312) 555-0132", "marketing.sms", evidence=FORM)
    ask = Contact(to="312 555 0132", purpose="marketing", channel="sms", sender="acme")
    decision = may_contact(here, senders=ACME)(ask)
    assert "quiet.open" in decision.codes
    assert decision
    assert "quiet.closed" in may_contact(here)(attrs.evolve(ask, at=NOON + DAY / 2)).codes


class Reads:
    """A store that counts reads."""

    def __init__(self):
        self.store, self.reads = stores.memory(), 0

    def __getattr__(self, name):
        return getattr(self.store, name)

    def read(self, *streams):
        """Count, and read."""
        self.reads += 1
        return self.store.read(*streams)


class TestOneRead:
    def test_it_joins_everything(self, may, sue, ledger):
        """Consent, opt-outs, hours, caps and sale are asked, and every reason is there."""
        assert {"consent.given", "suppression.none", "quiet.open", "cap.within"} < {*may(sue).codes}
        ledger.suppress(SUE, sender="+14155550101")
        assert ("suppression.sender",) == may(sue).codes[:1]

    def test_one_read_for_five_rules(self, keys, clock):
        """The ledger is read once."""
        store = Reads()
        may = may_contact(ConsentLedger(store, keys=keys, clock=clock), senders=ACME)
        may(Contact(to=SUE, purpose="marketing", channel="sms", sender="acme"))
        assert 1 == store.reads

    def test_now_is_the_ledgers(self, may, sue, clock):
        """Without a time the contact is about now; by night that is no."""
        assert clock() == may(sue).evaluated_at
        clock.advance(timedelta(hours=12))
        assert "quiet.closed" in may(sue).codes

    def test_b17_238_a_contact_of_hours_ago(self, may, sue, clock):
        """An old time cannot open the night, nor bring a time before the withdrawal back."""
        old = attrs.evolve(sue, at=clock() - timedelta(hours=2))
        assert ("contact.too_old",) == may(old).codes
        assert may(attrs.evolve(sue, at=clock() - timedelta(seconds=59)))

    @pytest.mark.parametrize("fault", FAULTS)
    def test_every_fault_of_the_store(self, keys, fault):
        """No fault makes it allow, raise or be late."""
        clock = stores.FixedClock(NOON)

        def make():
            store = stores.memory()
            ConsentLedger(store, keys=keys, clock=clock).give(SUE, "marketing.sms", evidence=FORM)
            return store

        assert_fails_closed(
            lambda store: may_contact(ConsentLedger(store, keys=keys, clock=clock)),
            Contact(to=SUE, purpose="marketing", channel="sms"),
            store=make,
            faults=[fault],
            within=timedelta(seconds=1),
        )

    @pytest.mark.parametrize(
        "wrong", [None, 5, "x", object(), {}, Contact(to=[], purpose=0, channel=0)]
    )
    def test_what_is_not_a_contact(self, may, wrong):
        """Alone or among many, it is denied."""
        assert not may(wrong)
        assert [False] == list(map(bool, may.many([wrong])))

    def test_a_rule_of_the_app(self, ledger, sue):
        """More rules join in; one that fails denies."""
        no = Decision.deny(Reason(code="app.vip", text="Not to guests of honor."))
        assert "app.vip" in may_contact(ledger, rules=[lambda _: no])(sue).codes
        assert "error.rule" in may_contact(ledger, rules=[lambda _: 1 / 0])(sue).codes

    def test_erased_and_from_the_future(self, may, sue, ledger, clock):
        """An entry from the future makes the answer uncertain, alone and among many."""
        clock.advance(DAY)
        ledger.request(SUE, "analytics")
        clock.advance(-DAY)
        assert ("error.clock",) == may(sue).codes == next(may.many([sue])).codes


class TestMany:
    def test_b17_246_as_one_by_one(self, may, ledger, sue):
        """Many at once get the answers that each gets alone, in their order."""
        people = [f"+1312555{100 + n:04}" for n in range(60)]
        for number in people[:40]:
            ledger.give(number, "marketing.sms", evidence=FORM)
        for number in people[20:50]:
            ledger.suppress(number, sender="+14155550100")
        ledger.withdraw(people[0])
        contacts = [attrs.evolve(sue, to=number) for number in [*people, "n/a", SUE, people[1]]]
        assert [may(one).codes for one in contacts] == [one.codes for one in may.many(contacts)]
        assert 20 == sum(map(bool, may.many(contacts)))

    def test_b17_246_one_read_for_hundreds(self, keys, clock):
        """A campaign of 1,200 is three reads; the contacts are taken as the answers are."""
        store = Reads()
        may = may_contact(ConsentLedger(store, keys=keys, clock=clock), senders=ACME)
        taken = []

        def contacts():
            for n in range(1200):
                taken.append(n)
                yield Contact(to=f"+1312555{n:04}", purpose="marketing", channel="sms")

        answers = may.many(contacts())
        next(answers)
        assert (1, 500) == (store.reads, len(taken))
        assert 1199 == len(list(answers))
        assert 3 == store.reads

    def test_b17_246_a_person_of_1000_events(self, may, ledger, sue, clock):
        """What is added to a long history is folded, not the whole again for each rule."""
        for _ in range(500):
            ledger.suppress(SUE, sender="other")
            clock.advance(timedelta(milliseconds=1))
            ledger.lift(SUE, sender="other")
        assert may(sue)
        history = ledger.history(SUE)
        assert history is ledger.history(SUE)
        assert ledger.suppress(SUE)
        assert history == ledger.history(SUE)[:-1]
        assert not may(sue)

    def test_a_store_that_fails_for_a_part(self, keys, clock):
        """Nobody whose history cannot be had is contacted."""
        store = FaultyStore(stores.memory(), "unavailable", after=3)
        may = may_contact(ConsentLedger(store, keys=keys, clock=clock))
        contacts = [
            Contact(to=f"+1312555{n:04}", purpose="marketing", channel="sms") for n in range(1500)
        ]
        answers = list(may.many(contacts))
        assert 1500 == len(answers)
        assert not any(answers)
        assert ("error.store_unavailable",) == answers[-1].codes


class TestPermits:
    def test_b17_238_it_asks_again(self, may, sue, ledger):
        """A STOP between the permit and the send is seen."""
        permit = may.permit(sue)
        Inbox(ledger, senders=ACME).receive(
            InboundMessage(sender=SUE, to="+14155550101", text="STOP")
        )
        with pytest.raises(Denied) as refused:
            permit.use()
        assert "suppression.sender" in why(refused)

    def test_b17_238_it_is_short(self, may, sue, clock):
        """Past its time it is refused, and so is a clock that went back."""
        for by, code in ((timedelta(seconds=60), "permit.expired"), (-DAY, "error.clock")):
            permit = may.permit(sue)
            clock.advance(by)
            with pytest.raises(Denied) as refused:
                permit.use()
            assert (code,) == why(refused)
            clock.advance(-by)

    def test_it_is_for_one_contact(self, may, sue):
        """Used once, it is refused, also by another thread."""
        permit = may.permit(sue)

        def use(_):
            try:
                return bool(permit.use())
            except Denied:
                return False

        with ThreadPoolExecutor(8) as pool:
            assert 1 == sum(pool.map(use, range(16)))

    def test_what_is_not_allowed_gets_none(self, may, sue, ledger):
        """Where the answer is no there is no permit."""
        ledger.withdraw(SUE)
        with pytest.raises(Denied):
            may.permit(sue)

    def test_caps_need_no_table(self, ledger, sue, clock):
        """Attempts are recorded by the permit, and count for the sender's group and channel."""
        may = may_contact(ledger, senders=ACME, caps=((2, DAY),))
        for number in ("+14155550100", "+14155550101"):
            may.permit(attrs.evolve(sue, sender=number)).use()
        assert "cap.reached" in may(sue).codes
        assert may(attrs.evolve(sue, sender="other"))
        assert may(attrs.evolve(sue, template=CODE))
        clock.advance(DAY)
        assert may(sue)

    def test_a_cap_holds_in_many_threads(self, keys, clock, tmp_path):
        """Eight threads of two ledgers with permits for a cap of three send three times."""
        store = stores.sqlite(tmp_path / "p.db")
        ledgers = [ConsentLedger(store, keys=keys, clock=clock) for _ in range(2)]
        ledgers[0].give(SUE, "marketing.sms", evidence=FORM)
        contact = Contact(to=SUE, purpose="marketing", channel="sms", sender="acme")
        rules = [may_contact(one, senders=ACME, caps=((3, DAY),)) for one in ledgers]
        permits = [rules[n % 2].permit(contact) for n in range(12)]

        def use(permit):
            try:
                return bool(permit.use())
            except Denied:
                return False

        with ThreadPoolExecutor(8) as pool:
            sent = sum(pool.map(use, permits))
        # Fewer where many wrote at once and one gave up; never more.
        assert 1 <= sent <= 3
        attempts = [entry for entry in ledgers[0].history(SUE) if entry.channel]
        assert sent == len(attempts)

    def test_an_attempt_that_cannot_be_recorded(self, keys, clock):
        """Then nothing may be sent: no cap would know of it."""
        store = FaultyStore(stores.memory(), "unavailable", after=10**6)
        ledger = ConsentLedger(store, keys=keys, clock=clock)
        ledger.give(SUE, "marketing.sms", evidence=FORM)
        may = may_contact(ledger)
        permit = may.permit(Contact(to=SUE, purpose="marketing", channel="sms"))
        store.after = store.calls + 1  # the read works, the write does not
        with pytest.raises(Denied):
            permit.use()

    def test_an_erased_attempt_counts(self, ledger, sue, clock):
        """An erasure does not make room under a cap."""
        may = may_contact(ledger, senders=ACME, caps=((1, DAY),))
        may.permit(sue).use()
        ledger.erase(SUE)
        clock.advance(timedelta(seconds=3))
        ledger.give(SUE, "marketing.sms", evidence=FORM)
        assert ("cap.reached",) == tuple(code for code in may(sue).codes if code[:3] == "cap")

    def test_in_an_event_loop(self, may, sue):
        """The same, awaited."""
        assert asyncio.run(may.permit(sue).use_async())

    def test_nothing_shows(self, may, sue):
        """No number is in the repr, nor in what is raised."""
        permit = may.permit(sue)
        permit.use()
        with pytest.raises(Denied) as refused:
            permit.use()
        shown = f"{permit!r} {may!r} {refused.value!r} {pickle.dumps(refused.value)!r}"
        assert "5550132" not in shown


class TestLaws:
    AT_FIVE = NOON.replace(hour=22)  # five in the afternoon in Miami

    @pytest.mark.parametrize(("template", "allowed"), [(CODE, True), (BILL, True), (None, False)])
    def test_b17_239_caps_bind_what_the_row_says(self, ledger, clock, template, allowed):
        """In Florida three offers a day are a cap; codes and bills go out, and do not count."""
        miami = "+13055550132"
        clock.now = self.AT_FIVE - DAY
        ledger.give(miami, "marketing.sms", evidence=FORM)
        clock.now = self.AT_FIVE
        may = may_contact(ledger)
        offer = Contact(to=miami, purpose="marketing", channel="sms")
        bill = attrs.evolve(offer, purpose="billing", template=BILL)
        for contact in (bill, bill, bill, offer, offer, offer):
            may.permit(contact).use()
        purpose = "billing" if template else "marketing"
        answer = may(attrs.evolve(offer, purpose=purpose, template=template))
        assert allowed is bool(answer)
        assert allowed is ("cap.reached" not in answer.codes)


class TestRegistries:
    LISTED = ("(312) 555-0132", "+13125550133")

    def of(self, as_of=NOON, **more):
        """Make the rule."""
        return registry("US", self.LISTED, as_of=as_of, **more)

    def test_who_is_listed_is_not_asked(self, ledger, sue):
        """A listed number is denied with the registry's law; another is not."""
        may = may_contact(ledger, senders=ACME, registries=[self.of()])
        (reason,) = [one for one in may(sue).reasons if one.code == "registry.listed"]
        assert "47 CFR 64.1200(c)(2)" in reason.citation
        ledger.give("+13125550134", "marketing.sms", evidence=FORM)
        assert may(attrs.evolve(sue, to="+13125550134"))

    def test_a_copy_that_is_too_old(self, sue):
        """After 31 days it denies everybody it is about; a copy from the future too."""
        rule = self.of()
        asked = attrs.evolve(sue, to="+13125550134")
        for at, code in (
            (NOON + timedelta(days=30), "registry.absent"),
            (NOON + timedelta(days=31), "registry.stale"),
            (NOON - DAY, "error.clock"),
        ):
            assert (code,) == rule(attrs.evolve(asked, at=at)).codes

    @pytest.mark.parametrize(
        "change",
        [
            {"template": BILL},
            {"to": "+447700900123"},
            {"to": "sue@example.com"},
            {"channel": "email"},
        ],
    )
    def test_whom_it_does_not_bind(self, sue, change):
        """Bills, other countries, mail and other channels pass."""
        assert ("registry.exempt",) == self.of()(attrs.evolve(sue, at=NOON, **change)).codes

    def test_territories_and_bases(self, sue):
        """Puerto Rico is in the list of the United States; the app knows who signed."""
        asked = attrs.evolve(sue, at=NOON, to="+17875550132")
        assert ("registry.absent",) == self.of()(asked).codes
        signed = self.of(unless=lambda contact: contact.to == SUE)
        assert ("registry.exempt",) == signed(attrs.evolve(sue, at=NOON)).codes

    def test_a_file(self, sue, tmp_path):
        """One number a line, in the spelling of the country."""
        path = tmp_path / "dnc.txt"
        path.write_text("3125550132\n3125550133\n")
        rule = registry_file("National Do Not Call Registry", path, as_of=NOON)
        assert ("registry.listed",) == rule(attrs.evolve(sue, at=NOON)).codes
        assert "5550132" not in repr(rule)

    @pytest.mark.parametrize(
        "text", ["", "\n", "3125550132,x", "<html>404</html>", "Phone\n", "Name,City\na,b", None]
    )
    def test_a_file_that_is_wrong(self, tmp_path, text):
        """A download that failed is not an empty list."""
        path = tmp_path / "dnc.txt"
        if text is not None:
            path.write_text(text)
        with pytest.raises(ConfigurationError) as refused:
            registry_file("US", path, as_of=NOON)
        assert "312" not in str(refused.value)

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("DNC", "312,5550132\n312,5550139\n"),
            (
                "DNC",
                "312,5550132,2026-07-01,A\n312,5550134,2026-07-01,A\n312,5550134,2026-07-02,D\n",
            ),
            ("DNC", "Area Code,Phone Number\n312,5550132\n"),
            ("RND", "TN,Date,Response\n3125550134,2026-07-01,no\n3125550132,2026-07-01,yes\n"),
            ("RND", "TN,Date,Response\n3125550134,2026-07-01,no\n3125550132,2026-07-01,no_data\n"),
        ],
    )
    def test_files_of_the_united_states(self, sue, tmp_path, name, text):
        """Columns, names of columns, changes and answers are read as the registries write them."""
        path = tmp_path / "numbers.csv"
        path.write_text("\ufeff" + text, "utf-8")
        rule = registry_file(name, path, as_of=NOON)
        asked = attrs.evolve(sue, at=NOON)
        assert not rule(asked)
        assert rule(attrs.evolve(asked, to="+13125550134"))

    def test_files_of_other_countries(self, sue, tmp_path):
        """Britain's has numbers alone; India's has preferences, and a consent in DLT goes before it."""
        (tmp_path / "tps.txt").write_text("07700900123\n07700900124\n")
        (tmp_path / "dnd.csv").write_text(
            "Service Area Code,Phone Numbers,Preferences,Opstype,Phone Type\n"
            '1,9198765432,"1,2",A,1\n1,9198765433,0,A,1\n1,9198765434,0,D,1\n'
        )
        (tmp_path / "dlt.csv").write_text(
            "MSISDN,Header,Consent Id,Status\n919198765433,ACME,1,ACTIVE\n919198765432,ACME,2,REVOKED\n"
        )
        tps = registry_file("TPS", tmp_path / "tps.txt", as_of=NOON)
        dlt = registry_file("DLT", tmp_path / "dlt.csv", as_of=NOON)
        dnd = registry_file("DND", tmp_path / "dnd.csv", as_of=NOON, unless=dlt)
        asked = attrs.evolve(sue, at=NOON)
        # Made-up numbers of +44 are of no one country: they may be British.
        called = attrs.evolve(asked, to="+447700900123", channel="voice")
        assert ("registry.listed",) == tps(called).codes
        two, three, four = (attrs.evolve(asked, to=f"+91919876543{n}") for n in (2, 3, 4))
        assert [False, True, True] == [bool(dnd(contact)) for contact in (two, three, four)]
        assert ("registry.not_cleared",) == dlt(two).codes
        assert ("registry.cleared",) == dlt(three).codes

    def test_wrong_settings(self):
        """An unknown registry and a time without a zone are refused."""
        for name, at in (("Atlantis", NOON), ("US", NOON.replace(tzinfo=None))):
            with pytest.raises(ConfigurationError):
                registry(name, [], as_of=at)


class Hostile:
    """Something else than a contact, that raises when it is looked at."""

    @property
    def to(self):
        """Raise."""
        raise RuntimeError


@pytest.mark.parametrize("given", [None, 5, "x", Hostile()])
def test_what_is_no_contact_is_denied_by_every_door(ledger, given):
    """A list with something else in it is answered to its end."""
    may = may_contact(ledger)
    assert [False, False] == [bool(answer) for answer in may.many([given, given])]
    assert not may(given)
    assert not may.attempt(given)
    odd = Contact(to="+14155550132", purpose="marketing", channel=["sms"])
    assert not may.attempt(odd)
