"""Quiet hours: every place a person may be, local time, both changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy import facts
from voxvalley_privacy.consent import (
    Contact,
    MessageClass,
    Template,
    Templates,
    outside_quiet_hours,
    within_caps,
)
from voxvalley_privacy.errors import ConfigurationError

TABLES = facts.load()
APPROVED = Path(__file__).parent / "approved"
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
NEW_YORK, CHICAGO = ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")


def contact(to="+12125550132", *, at, channel="sms", **more):
    """Ask to contact a number in New York, unless said otherwise."""
    return Contact(to=to, purpose="marketing", channel=channel, at=at, **more)


class TestWindows:
    @pytest.mark.parametrize(
        ("local", "expected"),
        [("07:59:59.999999", False), ("08:00", True), ("20:59:59.999999", True), ("21:00", False)],
    )
    def test_half_open(self, local, expected):
        """The first microsecond is inside, the last minute's end is not."""
        at = datetime.combine(date(2026, 11, 23), time.fromisoformat(local), NEW_YORK)
        assert expected is bool(outside_quiet_hours()(contact(at=at)))

    def test_the_next_opening_and_closing(self):
        """A deny says when to ask again; an allow says until when it holds."""
        night = outside_quiet_hours()(contact(at=datetime(2026, 11, 23, 22, tzinfo=NEW_YORK)))
        opening = datetime(2026, 11, 24, 8, tzinfo=NEW_YORK)
        assert (opening, [opening]) == (night.valid_until, [duty.due for duty in night.obligations])
        day = outside_quiet_hours()(contact(at=datetime(2026, 11, 23, 12, tzinfo=NEW_YORK)))
        assert datetime(2026, 11, 23, 21, tzinfo=NEW_YORK) == day.valid_until

    def test_all_places_must_be_open(self):
        """An area code with two zones is open when both are; a declared place adds itself."""
        both = contact(
            "+16055550132", at=datetime(2026, 11, 23, 8, 30, tzinfo=CHICAGO)
        )  # South Dakota
        assert ("quiet.closed",) == outside_quiet_hours()(both).codes
        east = contact(at=datetime(2026, 11, 23, 9, tzinfo=NEW_YORK))
        assert outside_quiet_hours()(east)
        west = attrs.evolve(east, jurisdictions=("US-CA",), zones=("America/Los_Angeles",))
        assert not outside_quiet_hours()(west)
        assert not outside_quiet_hours(trust_declared=True)(west)
        late = attrs.evolve(west, at=datetime(2026, 11, 23, 23, tzinfo=NEW_YORK))
        assert not outside_quiet_hours()(late)
        assert outside_quiet_hours(trust_declared=True)(late)

    def test_state_and_federal_rows_both_hold(self):
        """Texas opens at nine, on Sunday at noon."""
        rule = outside_quiet_hours()
        for day, hour, expected in ((23, 8, False), (23, 9, True), (22, 11, False), (22, 12, True)):
            at = datetime(2026, 11, day, hour, 30, tzinfo=CHICAGO)
            assert expected is bool(rule(contact("+12145550132", at=at))), (day, hour)

    @pytest.mark.parametrize("channel", ["email", "push"])
    def test_channels_without_hours(self, channel):
        """Nobody is woken by an e-mail."""
        assert outside_quiet_hours()(
            contact(at=datetime(2026, 11, 23, 3, tzinfo=NEW_YORK), channel=channel)
        )

    def test_only_an_emergency_ignores_them(self):
        """A row about solicitation lets administrative messages through; the template says what a message is."""
        templates = Templates(
            Template(id="bill", message_class=MessageClass.ADMINISTRATIVE),
            Template(id="code", message_class=MessageClass.EMERGENCY),
            Template(
                id="trick", message_class=MessageClass.EMERGENCY, promotional_blocks=["offer"]
            ),
        )
        at = datetime(2026, 11, 23, 3, tzinfo=NEW_YORK)
        found = {
            name: bool(outside_quiet_hours()(contact(at=at, template=templates[name])))
            for name in ("bill", "code", "trick", "none")
        }
        assert {"bill": True, "code": True, "trick": False, "none": False} == found


class TestUnknown:
    @pytest.mark.parametrize(
        "to", ["+18005550132", "+882555012345", "ann@example.com", "no number"]
    )
    def test_no_place(self, to):
        """Where it is not known where a person may be, the answer is no."""
        asked = contact(to, at=datetime(2026, 11, 23, 18, tzinfo=UTC))
        assert ("contact.location_unknown",) == outside_quiet_hours()(asked).codes

    def test_no_such_zone(self):
        """One unknown zone makes the place unknown."""
        asked = contact(at=datetime(2026, 11, 23, 18, tzinfo=UTC), zones=["Mars/Olympus"])
        assert ("contact.location_unknown",) == outside_quiet_hours()(asked).codes

    def test_a_declared_place_brings_its_zones(self):
        """Florida's hours are in Florida's time, whatever the number says; a place without known zones has none."""
        asked = contact(
            "+14155550132",
            at=datetime(2026, 11, 23, 18, 30, tzinfo=LOS_ANGELES),
            jurisdictions=["US-FL"],
        )
        assert not outside_quiet_hours()(asked)
        assert not outside_quiet_hours(trust_declared=True)(asked)
        assert outside_quiet_hours()(attrs.evolve(asked, jurisdictions=["US-CA"]))
        assert outside_quiet_hours()(attrs.evolve(asked, jurisdictions=["US"]))
        early = attrs.evolve(asked, at=datetime(2026, 11, 23, 9, tzinfo=NEW_YORK))
        assert not outside_quiet_hours()(early)  # Pensacola keeps Chicago's time
        noon = attrs.evolve(asked, at=datetime(2026, 11, 23, 10, tzinfo=CHICAGO))
        assert outside_quiet_hours(trust_declared=True)(noon)
        abroad = attrs.evolve(noon, jurisdictions=["GB"])
        assert ("contact.location_unknown",) == outside_quiet_hours()(abroad).codes
        everywhere = datetime(2026, 11, 23, 10, tzinfo=LOS_ANGELES)
        assert outside_quiet_hours()(attrs.evolve(abroad, zones=["Europe/London"], at=everywhere))

    def test_no_hours_for_the_channel(self):
        """Spain has hours for calls only: an SMS is denied, unless the narrowest hours are asked for."""
        noon = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Madrid"))
        asked = contact("+34612345678", at=noon)
        assert ("quiet.no_rule_known",) == outside_quiet_hours()(asked).codes
        assert outside_quiet_hours(no_rule="strictest", holidays={"ES": []})(asked)

    def test_holidays(self):
        """Where holidays are closed a calendar must be given, and its days are closed."""
        paris = ZoneInfo("Europe/Paris")
        asked = contact(
            "+33612345678", at=datetime(2026, 12, 25, 11, tzinfo=paris), channel="voice"
        )
        assert ("quiet.holidays_unknown",) == outside_quiet_hours()(asked).codes
        closed = outside_quiet_hours(holidays={"FR": [date(2026, 12, 25)]})(asked)
        assert ("quiet.closed",) == closed.codes
        assert datetime(2026, 12, 28, 10, tzinfo=paris) == closed.valid_until
        assert outside_quiet_hours(holidays={"FR": []})(asked)


class TestClockChanges:
    @given(
        st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001
        st.sampled_from(
            [
                "America/New_York",
                "Europe/London",
                "Australia/Lord_Howe",
                "Asia/Calcutta",
                "America/St_Johns",
            ]
        ),
    )
    def test_open_exactly_when_the_local_clock_says_so(self, naive, zone):
        """For any instant the answer is that of the wall clock there, and a deny's opening is open."""
        at = naive.replace(tzinfo=UTC)
        asked = contact("+12125550132", at=at, jurisdictions=["US-NY"], zones=[zone])
        rule = outside_quiet_hours(trust_declared=True)
        answer = rule(asked)
        assert bool(answer) is (time(8) <= at.astimezone(ZoneInfo(zone)).time() < time(21))
        assert answer.valid_until > at
        assert bool(answer) is not bool(rule(attrs.evolve(asked, at=answer.valid_until)))

    @given(st.integers(0, 48 * 60), st.sampled_from([date(2026, 3, 7), date(2026, 10, 31)]))
    def test_a_window_that_starts_in_the_gap_or_the_fold(self, minutes, day):
        """Hours from half past two, on days on which half past two is skipped or comes twice."""
        row = facts.QuietHours(
            key="US",
            source="",
            as_of=TABLES.as_of,
            confidence="H",
            channels=["sms"],
            days=range(7),
            start=time(2, 30),
            end=time(3, 15),
            holidays_open=True,
        )
        changed = TABLES.override("quiet_hours", row, reason="test", approver="tests")
        at = datetime.combine(day, time(12), NEW_YORK).astimezone(UTC) + timedelta(minutes=minutes)
        rule = outside_quiet_hours(facts=changed)
        answer = rule(contact(at=at))
        assert bool(answer) is (time(2, 30) <= at.astimezone(NEW_YORK).time() < time(3, 15))
        if not answer:
            assert rule(contact(at=answer.valid_until))


class TestFacts:
    def test_disputed_rows_say_so(self):
        """The stricter reading was taken, and the reason says so, with source and date."""
        (reason,) = outside_quiet_hours()(
            contact("+919848012345", at=datetime(2026, 11, 23, 6, tzinfo=UTC))
        ).reasons
        assert (True, "M", "2026-11-25") == (reason.disputed, reason.confidence, reason.as_of)
        assert "stricter" in reason.text
        assert "TCCCPR" in reason.citation

    def test_an_old_pack_says_so(self):
        """Past its age every reason that rests on the pack says it."""
        at = datetime(2028, 1, 3, 12, tzinfo=NEW_YORK)
        (reason,) = outside_quiet_hours()(contact(at=at)).reasons
        assert "past its age" in reason.text

    def test_a_pack_that_grows_old_in_use_says_so(self):
        """What a rule remembers of a place does not hide that the pack is past its age by now."""
        hours, caps = outside_quiet_hours(), within_caps()
        noon = datetime(2026, 11, 23, 12, tzinfo=NEW_YORK)
        sent = [noon - timedelta(hours=hour) for hour in (1, 2, 3)]
        tired = contact("+13055550132", at=noon, attempts=sent)
        french = contact("+33612345678", at=noon, channel="voice")
        for rule, asked in ((hours, contact(at=noon)), (hours, french), (caps, tired)):
            assert "past its age" not in rule(asked).explain()
            years = timedelta(days=2 * 365)
            later = attrs.evolve(
                asked, at=noon + years, attempts=[before + years for before in sent]
            )
            assert "past its age" in rule(later).explain()

    @given(
        st.sampled_from(["+12125550132", "+16055550132", "+13055550132"]),
        st.lists(st.integers(0, 600), max_size=8),
    )
    def test_what_was_asked_before_changes_nothing(self, number, quarters):
        """A rule that remembers answers as one that was never asked."""
        rule = outside_quiet_hours()
        for quarter in quarters:
            asked = contact(
                number, at=datetime(2026, 10, 30, tzinfo=UTC) + timedelta(minutes=15 * quarter)
            )
            assert outside_quiet_hours()(asked) == rule(asked)

    def test_overrides_need_a_reason_and_an_approver(self):
        """Who changes a fact answers for it, and the reason shows it."""
        row = attrs.evolve(TABLES.quiet_hours["US"][0], end=time(20))
        named = {"reason": "asked by +1 415 555 0132", "approver": "dpo"}
        for settings in (
            {"reason": "", "approver": "dpo"},
            {"reason": "stricter", "approver": ""},
            named,
        ):
            with pytest.raises(ConfigurationError):
                TABLES.override("quiet_hours", row, **settings)
        for rows in ((), (row, attrs.evolve(row, key="FR")), (TABLES.ages["FR"],)):
            with pytest.raises(ConfigurationError):
                TABLES.override("quiet_hours", *rows, reason="stricter", approver="dpo")
        changed = TABLES.override("quiet_hours", row, reason="stricter", approver="dpo")
        answer = outside_quiet_hours(facts=changed)(
            contact(at=datetime(2026, 11, 23, 20, 30, tzinfo=NEW_YORK))
        )
        assert "override: stricter" in answer.reasons[0].citation
        assert ("stricter", "dpo") == (changed.overrides[0].reason, changed.overrides[0].approver)
        assert not TABLES.overrides

    def test_windows_must_not_cross_midnight(self):
        """Such a row is refused when it is made."""
        with pytest.raises(ConfigurationError):
            attrs.evolve(TABLES.quiet_hours["US"][0], start=time(22), end=time(6))

    def test_every_row_has_a_source_and_a_date(self):
        """No row stands without where and when it was found."""
        rows = [
            *TABLES.recording.values(),
            *TABLES.ages.values(),
            *TABLES.keywords,
            *[r for g in TABLES.quiet_hours.values() for r in g],
        ]
        for row in rows:
            assert row.source
            assert row.as_of.year >= 2026
            assert row.confidence in {"H", "M", "L", "policy"}
            keys = [part.strip() for part in row.source.split(",")]
            assert all(
                key in TABLES.sources
                or key.rstrip("abcd") in TABLES.sources
                or key in {"-", "policy", "seed"}
                for key in keys
            ), row


class TestCaps:
    ask = staticmethod(
        lambda attempts, **more: contact(
            "+13055550132",
            at=datetime(2026, 11, 23, 12, tzinfo=NEW_YORK),
            attempts=attempts,
            **more,
        )
    )

    def test_three_a_day_in_florida(self):
        """The third attempt within a day is the last; the deny says when the next may come."""
        noon = datetime(2026, 11, 23, 12, tzinfo=NEW_YORK)
        before = [noon - timedelta(hours=hours) for hours in (1, 5, 23, 25)]
        denied = within_caps()(self.ask(before))
        assert ("cap.reached",) == denied.codes
        assert noon + timedelta(hours=1) == denied.valid_until
        assert within_caps()(self.ask(before[1:]))

    def test_unknown_attempts(self):
        """Where a cap applies and attempts are not known, the answer is no; elsewhere it does not matter."""
        assert ("cap.unknown",) == within_caps()(self.ask(None)).codes
        assert within_caps()(contact(at=datetime(2026, 11, 23, 12, tzinfo=NEW_YORK)))
        own = within_caps(caps=((1, timedelta(days=7)),))
        assert not own(
            contact(
                at=datetime(2026, 11, 23, 12, tzinfo=NEW_YORK),
                attempts=[datetime(2026, 11, 20, tzinfo=UTC)],
            )
        )


def table():
    """Lay out every hour of a week for every jurisdiction that has hours."""
    lines = [
        "Allowed hours by local time: # allowed, . not. One line a weekday (Mon to Sun), 24 hours, no holidays.",
        "",
    ]
    rule = outside_quiet_hours(holidays=dict.fromkeys(TABLES.quiet_hours, ()), trust_declared=True)
    for key in sorted(TABLES.quiet_hours):
        for channel in ("voice", "sms"):
            week = []
            for day in range(7):
                start = datetime(2026, 11, 23 + day, tzinfo=UTC)
                hours = [
                    contact(
                        at=start + timedelta(hours=h),
                        channel=channel,
                        jurisdictions=[key],
                        zones=["UTC"],
                    )
                    for h in range(24)
                ]
                week.append("".join("#" if rule(hour) else "." for hour in hours))
            lines += (
                [f"{key} {channel}", *[f"  {day}" for day in week]]
                if any("#" in day for day in week)
                else []
            )
    return "\n".join(lines) + "\n"


def test_the_approved_table():
    """The hours of every place are those that were approved."""
    assert (APPROVED / "quiet_hours.txt").read_text() == table()
