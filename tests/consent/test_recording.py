"""Recording: all legs, the strictest place."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy import facts
from voxvalley_privacy.consent import Leg, Recording, recording_allowed

AT = datetime(2026, 11, 23, 18, tzinfo=UTC)
TABLES = facts.load()
APPROVED = Path(__file__).parent / "approved"
RULE = recording_allowed()


def call(*legs, **more):
    """Make a call with an announcement of five seconds."""
    return Recording(legs=legs, at=AT, announcement_total_ms=5000, **more)


class TestLegs:
    def test_one_party(self):
        """New York to Texas needs no one else."""
        assert ("recording.one_party",) == tuple(
            dict.fromkeys(
                RULE(call(Leg(jurisdictions=["US-NY"]), Leg(jurisdictions=["US-TX"]))).codes
            )
        )

    def test_a_late_joiner_in_california(self):
        """The answer changes when somebody joins; while it records it must stop."""
        running = call(Leg(jurisdictions=["US-NY"]), active=True)
        assert RULE(running)
        joined = running.join(Leg(jurisdictions=["US-CA"]), at=AT)
        denied = RULE(joined)
        assert not denied
        assert ["recording.stop"] == [duty.code for duty in denied.obligations]
        assert "recording.consent_missing" in denied.codes
        agreed = joined.transfer(0, Leg(jurisdictions=["US-NY"], consent=True), at=AT).transfer(
            1, Leg(jurisdictions=["US-CA"], consent=True), at=AT
        )
        assert RULE(agreed)

    @pytest.mark.parametrize(
        ("heard", "expected"), [(5000, True), (4999, False), (0, False), (6000, True)]
    )
    def test_a_partial_announcement_counts_as_none(self, heard, expected):
        """Every leg must hear all of it."""
        legs = (
            Leg(jurisdictions=["GB"], announcement_ms=5000),
            Leg(jurisdictions=["GB"], announcement_ms=heard),
        )
        assert expected is bool(RULE(call(*legs)))

    def test_no_announcement_at_all(self):
        """Nothing played is not everything heard."""
        assert not RULE(Recording(legs=[Leg(jurisdictions=["GB"])], at=AT))

    def test_one_refusal_is_enough(self):
        """Even where one party's consent would do."""
        assert ("recording.refused",) == RULE(
            call(Leg(jurisdictions=["US-NY"]), Leg(jurisdictions=["US-NY"], consent=False))
        ).codes

    @pytest.mark.parametrize("jurisdictions", [[], ["ZZ"], ["US-NY", "ZZ"], [""]])
    def test_an_unknown_place_needs_all(self, jurisdictions):
        """It may be anywhere."""
        unknown = Leg(jurisdictions=jurisdictions)
        assert "recording.jurisdiction_unknown" in RULE(call(unknown)).codes
        assert RULE(call(attrs.evolve(unknown, consent=True)))

    @pytest.mark.parametrize("place", ["US", "AU", "US-ZZ"])
    def test_a_country_of_different_parts_is_not_known_enough(self, place):
        """It may be the part that asks everybody; naming the part settles it."""
        vague = Leg(jurisdictions=[place])
        assert "recording.jurisdiction_unknown" in RULE(call(vague)).codes
        assert RULE(call(attrs.evolve(vague, consent=True)))
        assert ("recording.one_party",) * 2 == RULE(call(Leg(jurisdictions=["US-TX"]))).codes
        assert (
            "recording.jurisdiction_unknown" not in RULE(call(Leg(jurisdictions=["GB-SCT"]))).codes
        )

    def test_the_recorder_counts(self):
        """Where it is recorded is a place too."""
        assert not RULE(call(Leg(jurisdictions=["US-NY"]), recorder="DE"))

    def test_nobody_and_no_zone(self):
        """A recording of nobody is denied, and so is a time without a zone."""
        assert ("recording.no_parties",) == RULE(call()).codes
        assert ("error.clock",) == RULE(
            Recording(legs=[Leg(consent=True)], at=datetime(2026, 1, 1), active=True)  # noqa: DTZ001
        ).codes

    def test_accepting_the_announcement_in_california(self):
        """If the app chooses so, staying on after the whole announcement is consent there, and not in Portugal."""
        lenient = recording_allowed(accept_notice=True)
        assert lenient(call(Leg(jurisdictions=["US-CA"], announcement_ms=5000)))
        assert not lenient(call(Leg(jurisdictions=["US-CA"], announcement_ms=10)))
        assert not lenient(
            call(
                Leg(jurisdictions=["US-CA"], announcement_ms=5000),
                Leg(jurisdictions=["PT"], announcement_ms=5000),
            )
        )

    def test_a_disputed_row_takes_no_announcement_for_consent(self):
        """Of two readings the stricter one is taken, whatever the app chose for the rest."""
        doubtful = [
            key for key, row in TABLES.recording.items() if row.notice_suffices and row.doubtful
        ]
        assert doubtful
        for key in doubtful:
            answer = recording_allowed(accept_notice=True)(
                call(Leg(jurisdictions=[key], announcement_ms=5000))
            )
            assert not answer
            assert "stricter reading" in answer.reasons[0].text


PLACES = st.lists(st.sampled_from([*TABLES.recording, "ZZ"]), max_size=2)
LEGS = st.builds(
    Leg,
    jurisdictions=PLACES,
    consent=st.sampled_from([True, False, None]),
    announcement_ms=st.sampled_from([0, 4999, 5000]),
)


@given(st.lists(LEGS, min_size=1, max_size=4), LEGS)
def test_one_more_party_never_allows_more(legs, more):
    """Whoever joins can only take away."""
    assert RULE(call(*legs)) or not RULE(call(*legs, more))


def table():
    """Lay out what each place needs, alone and with a party in New York."""
    lines = [
        "Recording: does it allow (#) or deny (.)?",
        "columns: nothing; all heard the announcement; all consented; one refused",
        "",
    ]
    for key, partner in product(sorted(TABLES.recording), (None, "US-NY")):
        answers = ""
        for leg in (Leg(), Leg(announcement_ms=5000), Leg(consent=True), Leg(consent=False)):
            places = [key] if partner is None else [key, partner]
            answers += (
                "#"
                if RULE(call(*[attrs.evolve(leg, jurisdictions=[place]) for place in places]))
                else "."
            )
        lines.append(f"{key}{' + ' + partner if partner else ''}: {answers}")
    return "\n".join(lines) + "\n"


def test_the_approved_table():
    """What each place needs is what was approved."""
    assert (APPROVED / "recording.txt").read_text() == table()
