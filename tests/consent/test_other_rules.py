"""Age, tracking, sale, intake, reassigned numbers, templates, receipts, reasons."""

from __future__ import annotations

import ast
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy.consent as package
from voxvalley_privacy.consent import (
    CATALOG,
    Contact,
    Evidence,
    Intake,
    MessageClass,
    Party,
    Person,
    Supplied,
    Template,
    Templates,
    Tracking,
    Use,
    consent_receipt,
    consent_record,
    consented,
    intake,
    never_sold,
    number_current,
    old_enough,
    sign_receipt,
    tracking_allowed,
    verify_receipt,
)
from voxvalley_privacy.errors import ConfigurationError, InvalidToken
from voxvalley_privacy.vocabulary import Purpose

from .conftest import NOON

SUE = "+14155550132"
FORM = Evidence(method="web_form", affirmative=True)


class TestAge:
    @pytest.mark.parametrize(
        ("born", "at", "expected"),
        [
            (
                date(2010, 11, 23),
                datetime(2026, 11, 23, 11, 59, 59, tzinfo=UTC),
                False,
            ),  # still the 22nd somewhere
            (date(2010, 11, 23), datetime(2026, 11, 23, 12, tzinfo=UTC), True),
            (date(2010, 11, 24), datetime(2026, 11, 23, 12, tzinfo=UTC), False),
            (date(2008, 2, 29), datetime(2026, 3, 1, 11, 59, tzinfo=UTC), True),  # 17 already
            (date(2012, 2, 29), datetime(2028, 2, 29, 12, tzinfo=UTC), True),
            (date(2008, 2, 29), datetime(2024, 2, 29, 12, tzinfo=UTC), True),
            (date(2027, 1, 1), datetime(2026, 11, 23, 12, tzinfo=UTC), False),
        ],
    )
    def test_birthdays(self, born, at, expected):
        """The day counts when it has begun everywhere; who is not yet born is not old enough."""
        assert expected is bool(old_enough()(Person(birth_date=born, at=at, jurisdictions=["DE"])))

    def test_29_february_turns_on_1_march(self):
        """In a common year the birthday is 1 March."""
        ages = [
            Person(
                birth_date=date(2008, 2, 29), at=datetime(2026, month, day, 12, tzinfo=UTC)
            ).years()
            for month, day in ((2, 28), (3, 1))
        ]
        assert [17, 18] == ages

    @pytest.mark.parametrize(
        ("places", "years", "expected"),
        [
            (["FR"], 16, True),
            (["FR"], 15, False),
            (["IN"], 17, False),
            (["FR", "IN"], 17, False),
            ([], 17, False),
            (["ZZ"], 17, False),
            (["ZZ"], 18, True),
            (["US-CA"], 16, True),
        ],
    )
    def test_the_strictest_place(self, places, years, expected):
        """The floor, the local row and every place hold; an unknown place counts as eighteen."""
        assert expected is bool(
            old_enough()(Person(estimated_years=years, at=NOON, jurisdictions=places))
        )

    def test_unknown_and_known_child(self):
        """Without an age the answer is no; a known child must be removed."""
        assert ("age.unknown",) == old_enough()(Person(at=NOON)).codes
        known = old_enough()(Person(at=NOON, birth_date=date(1980, 1, 1), known_child=True))
        assert ("age.known_child",) == known.codes
        assert [NOON, NOON, NOON + timedelta(hours=72)] == [duty.due for duty in known.obligations]
        assert ("error.clock",) == old_enough()(Person(at=datetime(2026, 1, 1))).codes  # noqa: DTZ001

    def test_settings(self):
        """The floor cannot go below sixteen, nor the time to erase above 72 hours."""
        for settings in ({"floor": 15}, {"erase_within": timedelta(hours=73)}):
            with pytest.raises(ConfigurationError):
                old_enough(**settings)
        assert not old_enough(floor=21)(Person(at=NOON, estimated_years=20, jurisdictions=["FR"]))

    @given(st.dates(date(1950, 1, 1), date(2026, 11, 22)), st.integers(0, 20_000))
    def test_nobody_grows_younger(self, born, hours):
        """Whoever is old enough stays so."""
        then = Person(birth_date=born, at=NOON, jurisdictions=["FR"])
        later = Person(birth_date=born, at=NOON + timedelta(hours=hours), jurisdictions=["FR"])
        assert bool(old_enough()(later)) or not old_enough()(then)
        assert str(born) not in repr(then)


class TestTracking:
    ask = staticmethod(
        lambda **more: Tracking(
            **{"technology": "cookie", "purpose": "tracking", "at": NOON, "of": SUE, **more}
        )
    )

    def test_consent(self, ledger):
        """Cookies need consent, unless they are strictly necessary."""
        rule = tracking_allowed(ledger)
        assert rule(self.ask(strictly_necessary=True, of=None))
        assert ("consent.absent",) == rule(self.ask()).codes
        assert ("tracking.no_subject",) == rule(self.ask(of=None)).codes
        ledger.give(SUE, "tracking", evidence=FORM)
        assert rule(self.ask())

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ("1", "gpc.opt_out"),
            ("0", "gpc.malformed"),
            ("", "gpc.malformed"),
            ("true", "gpc.malformed"),
            (" 1", "gpc.malformed"),
        ],
    )
    def test_sec_gpc(self, ledger, value, code):
        """The signal beats consent, and so does one that is malformed; not where nothing is shared."""
        for purpose in ("tracking", "analytics"):
            ledger.give(SUE, purpose, evidence=FORM)
        rule = tracking_allowed(ledger)
        assert code in rule(self.ask(sec_gpc=value)).codes
        assert rule(self.ask(sec_gpc=value, purpose="analytics"))

    @pytest.mark.parametrize("purpose", ["advertising", "marketing.email", "disclosure", "sale"])
    def test_what_is_never_necessary(self, ledger, purpose):
        """Calling an advertisement strictly necessary does not make it so."""
        assert not tracking_allowed(ledger)(self.ask(purpose=purpose, strictly_necessary=True))

    def test_a_consent_confirmed_in_its_face(self, ledger):
        """Only an opt-in that was confirmed although the browser signals beats the signal."""
        ledger.give(
            SUE,
            "tracking",
            evidence=Evidence(method="banner", affirmative=True, conflict_confirmed=True),
        )
        assert "gpc.overridden" in tracking_allowed(ledger)(self.ask(sec_gpc="1")).codes
        assert tracking_allowed(ledger)(self.ask(sec_gpc="1"))

    @pytest.mark.parametrize(
        ("version", "disclosed", "expected"),
        [(None, False, True), ((2, 2), False, False), ((2, 2), True, True), ((2, 3), False, True)],
    )
    def test_tcf(self, ledger, version, disclosed, expected):
        """An old string without disclosed vendors is no consent."""
        ledger.give(SUE, "tracking", evidence=FORM)
        assert expected is bool(
            tracking_allowed(ledger)(self.ask(tcf_version=version, tcf_disclosed_vendors=disclosed))
        )

    @pytest.mark.parametrize(
        "change",
        [
            {"technology": "telepathy"},
            {"purpose": "Tracking"},
            {"at": datetime(2026, 1, 1)},  # noqa: DTZ001
            {"technology": None},
        ],
    )
    def test_unknown(self, ledger, change):
        """What is not known is denied, even if it is called necessary."""
        assert not tracking_allowed(ledger)(self.ask(strictly_necessary=True, **change))


def test_never_sold(ledger):
    """No consent allows a sale."""
    ledger.give(SUE, Purpose.SALE, evidence=FORM)
    for purpose in ("sale", "sale.to_brokers"):
        assert ("sale.forbidden",) == never_sold()(Use(of=SUE, purpose=purpose, at=NOON)).codes
        assert ("sale.forbidden",) == consented(ledger)(Use(of=SUE, purpose=purpose, at=NOON)).codes
        for necessary in (True, False):
            beacon = Tracking(
                technology="beacon", purpose=purpose, at=NOON, of=SUE, strictly_necessary=necessary
            )
            assert ("sale.forbidden",) == tracking_allowed(ledger)(beacon).codes
    assert never_sold()(Use(of=SUE, purpose="analytics", at=NOON))
    assert ("error.clock",) == never_sold()(
        Use(of=SUE, purpose="analytics", at=NOON.replace(tzinfo=None))
    ).codes


class TestIntake:
    rule = intake(
        {
            "signup": Intake(
                mandatory={"email"}, voluntary={"birthday": "marketing", "company": "service"}
            )
        }
    )

    def test_missing(self):
        """Without mandatory information nothing goes on; the reason names the field."""
        denied = self.rule(Supplied(activity="signup", fields=["company"]))
        assert ("intake.missing",) == denied.codes
        assert "email" in denied.explain()

    def test_fields_without_a_purpose_are_stripped(self):
        """What nobody agreed to is not kept; unknown names are not repeated."""
        asked = Supplied(
            activity="signup",
            fields=["email", "birthday", "company", "+14155550132"],
            purposes=["service"],
        )
        answer = self.rule(asked)
        assert answer
        assert {"email", "company"} == answer.value
        assert ["intake.strip", "intake.strip_unknown"] == [
            duty.code for duty in answer.obligations
        ]
        assert "4155550132" not in answer.explain() + repr(asked)

    def test_unknown_activity(self):
        """It is denied."""
        assert ("intake.unknown_activity",) == self.rule(
            Supplied(activity="raffle", fields=[])
        ).codes

    def test_settings(self):
        """All faults are told at once."""
        with pytest.raises(ConfigurationError) as caught:
            intake({"a": Intake(mandatory={"x y", "z"}, voluntary={"z": "nothing"})})
        assert 3 == len(caught.value.faults)


class TestReassigned:
    def test_a_check_grows_old(self, ledger):
        """A no holds for 45 days, no data never; only marketing asks."""
        rule = number_current(ledger)
        bill = Template(id="bill", message_class="administrative")

        def ask(days=0, purpose="marketing"):
            at = NOON + timedelta(days=days)
            return rule(Contact(to=SUE, purpose=purpose, channel="sms", at=at, template=bill))

        assert not ask()
        assert ask(purpose="billing")
        ledger.record_reassignment_check(SUE, "no")
        assert [True, False] == [bool(ask(44)), bool(ask(45))]
        ledger.record_reassignment_check(SUE, "no_data")
        assert not ask()
        with pytest.raises(ConfigurationError):
            number_current(ledger, max_age=timedelta(0))


def test_templates_keep_a_trace():
    """A class does not change between versions without a reason and an approver."""
    old = Template(id="t", message_class=MessageClass.PROMOTIONAL)
    with pytest.raises(ConfigurationError) as caught:
        Templates(
            old,
            Template(id="t", version=2, message_class="administrative"),
            Template(id="u", message_class="emergency"),
            Template(id="u", message_class="emergency"),
        )
    assert 2 == len(caught.value.faults)
    known = Templates(
        old,
        Template(
            id="t", version=2, message_class="administrative", reason="no offer", approver="dpo"
        ),
    )
    assert MessageClass.ADMINISTRATIVE is known["t"].counts_as
    assert known["?"] is None


class TestReceipts:
    party = Party(id="c1", name="Example Ltd", url="https://example.com/privacy")

    def test_record(self, ledger):
        """A record has every event, and a token in the place of the person."""
        ledger.give(
            SUE,
            "marketing.sms",
            evidence=Evidence(
                method="web_form", affirmative=True, notice="n", version="1", artifact="0" * 64
            ),
        )
        ledger.withdraw(SUE, "marketing.sms")
        record = consent_record(ledger, SUE, controller=self.party)
        (purpose,) = record["pii_processing"]["purposes"]
        assert ["consent given", "consent withdrawn"] == [
            event["event_state"] for event in purpose["event"]
        ]
        assert ("n@1", ledger.token(SUE)) == (purpose["privacy_notice"], record["pii_principal_id"])
        assert "4155550132" not in json.dumps(record)

    def test_signature(self, ledger):
        """A signed receipt verifies; any change, another key or no signature does not."""
        ledger.give(SUE, "marketing.sms", evidence=FORM)
        receipt = consent_receipt(ledger, SUE, controller=self.party, at=NOON)
        key = Ed25519PrivateKey.generate()
        signed = json.loads(json.dumps(sign_receipt(receipt, key=key)))
        assert receipt == verify_receipt(signed, key=key.public_key())
        for wrong in (
            {**signed, "record_id": "x"},
            receipt,
            {**receipt, "signature": "x"},
            {**receipt, "signature": {"algorithm": "Ed25519", "value": "!"}},
        ):
            with pytest.raises(InvalidToken):
                verify_receipt(wrong, key=key.public_key())
        with pytest.raises(InvalidToken):
            verify_receipt(signed, key=Ed25519PrivateKey.generate().public_key())

    def test_signing_again_replaces_the_signature(self, ledger):
        """As when keys change."""
        receipt = consent_receipt(ledger, SUE, controller=self.party, at=NOON)
        old, new = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        assert receipt == verify_receipt(
            sign_receipt(sign_receipt(receipt, key=old), key=new), key=new.public_key()
        )


class TestCatalog:
    folder = Path(package.__file__).parent

    def used(self):
        """Collect every reason code that the sources name."""
        for file in self.folder.glob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if (
                    isinstance(node, ast.Constant)
                    and node.value in CATALOG
                    and file.name != "_consent_reasons.py"
                ):
                    yield node.value

    def test_it_is_closed(self):
        """No source file makes a reason of its own."""
        makers = [
            file.name
            for file in self.folder.glob("*.py")
            if "Reason(code" in file.read_text("utf-8")
        ]
        assert ["_consent_reasons.py"] == makers

    def test_it_has_no_dead_codes(self):
        """Every code of the catalog is given by some rule."""
        assert set() == set(CATALOG) - set(self.used())

    def test_the_page(self):
        """The reference page is the one that the catalog makes."""
        from tools.write_reason_codes import page

        assert page() == Path(__file__).parents[2].joinpath(
            "docs", "reference", "reason-codes.md"
        ).read_text("utf-8")
