"""Decisions: only an allow is true, a deny wins, and no fault passes for a yes."""

from __future__ import annotations

import asyncio
import json
import pickle
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy.decisions import (
    Decision,
    Effect,
    Obligation,
    PendingDecision,
    Reason,
    all_of,
    all_of_async,
    in_thread,
    shadow,
)
from voxvalley_privacy.errors import ConfigurationError, Denied, PrivacyError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FINE = Reason(code="test.fine", text="All is well.")
BAD = Reason(
    code="test.bad",
    text="It must not be.",
    citation="RFC 9999",
    as_of="2026-11-23",
    confidence="M",
    disputed=True,
)
YES = Decision.allow(FINE, evaluated_at=NOON)
NO = Decision.deny(BAD, evaluated_at=NOON)
PERHAPS = Decision.indeterminate(BAD, evaluated_at=NOON)


def say(answer: object):
    """Make a rule that always gives *answer*."""
    return lambda _: answer


def raising(context: object) -> Decision:
    """Fail as a rule of an app may."""
    raise KeyError(context)


async def later(context: object) -> Decision:
    """Allow, asynchronously."""
    return YES


effects = st.sampled_from([YES, NO, PERHAPS])


class TestDecision:
    def test_b7_131_only_an_allow_is_true(self):
        """A deny and an indeterminate answer are false."""
        assert [True, False, False] == [bool(YES), bool(NO), bool(PERHAPS)]

    def test_require(self):
        """An allow gives itself; anything else raises an error that is a PermissionError and pickles."""
        assert YES is YES.require()
        for answer in (NO, PERHAPS):
            with pytest.raises(Denied) as caught:
                answer.require()
            assert isinstance(caught.value, PermissionError)
            assert isinstance(caught.value, PrivacyError)
            assert answer == pickle.loads(pickle.dumps(caught.value)).decision

    def test_a_deny_without_a_reason_says_that_nothing_permits(self):
        """Nobody is refused without a reason."""
        assert ("no_applicable_rule",) == Decision.deny().codes

    def test_an_allow_needs_a_reason(self):
        """Nobody is allowed without a reason."""
        with pytest.raises(ConfigurationError):
            Decision.allow()

    def test_value_is_not_shown(self):
        """What a decision grants stays out of every text."""
        answer = Decision.allow(FINE, value="+14155550132")
        shown = repr(answer) + str(answer) + answer.explain() + answer.to_json()
        assert "4155550132" not in shown

    @pytest.mark.parametrize("text", ["+1 415 555 0132", "a@example.com", "٤١٥٥٥٥٠"])
    def test_no_personal_data_by_construction(self, text):
        """A reason or an obligation refuses texts that look like a number or an address."""
        for build in (
            lambda: Reason(code="a", text=text),
            lambda: Reason(code=text),
            lambda: Obligation(code=text),
        ):
            with pytest.raises(ConfigurationError) as caught:
                build()
            assert text not in str(caught.value)

    def test_naive_times_are_refused(self):
        """Every time has a zone."""
        naive = datetime(2026, 11, 23)  # noqa: DTZ001
        for settings in ({"evaluated_at": naive}, {"valid_until": naive}):
            with pytest.raises(ConfigurationError):
                Decision.allow(FINE, **settings)
        with pytest.raises(ConfigurationError):
            Obligation(code="a", due=naive)

    def test_an_unknown_effect_is_refused(self):
        """There are three effects, also by their names."""
        assert YES == Decision(effect="allow", reasons=[FINE], evaluated_at=NOON)
        with pytest.raises(ValueError, match="maybe"):
            Decision(effect="maybe", reasons=[FINE])

    def test_explain_and_json(self):
        """The texts name every reason, its source and what is still to do."""
        duty = Obligation(code="test.tell", text="Tell them.", due=NOON)
        answer = Decision.deny(
            BAD, obligations=[duty], evaluated_at=NOON, valid_until=NOON, policy="p1"
        )
        expected = (
            "DENY at 2026-11-23T12:00:00+00:00, valid until 2026-11-23T12:00:00+00:00\n"
            "  because test.bad: It must not be. [RFC 9999; as of 2026-11-23; confidence M; disputed]\n"
            "  must test.tell: Tell them. (due 2026-11-23T12:00:00+00:00)"
        )
        assert expected == answer.explain()
        shown = json.loads(answer.to_json())
        assert ["deny", "p1", "test.bad"] == [
            shown["effect"],
            shown["policy"],
            shown["reasons"][0]["code"],
        ]
        assert "2026-11-23T12:00:00+00:00" == shown["obligations"][0]["due"]

    def test_evaluated_now_unless_said(self):
        """A decision carries the time it was made at."""
        assert abs(Decision.allow(FINE).evaluated_at - datetime.now(UTC)) < timedelta(seconds=5)


class TestAllOf:
    def test_empty_is_refused(self):
        """An empty conjunction would allow everything."""
        for join in (all_of, all_of_async):
            with pytest.raises(ConfigurationError):
                join()

    @pytest.mark.parametrize("wrong", [None, True, "consented", []])
    def test_what_is_no_rule_is_refused(self, wrong):
        """It is told when the rules are joined, not at the first question."""
        for join in (all_of, all_of_async):
            with pytest.raises(ConfigurationError):
                join(say(YES), wrong)

    @given(st.lists(effects, min_size=1, max_size=5))
    def test_deny_overrides(self, answers):
        """One deny denies, else one unknown makes unknown; only all allows allow; every reason is kept."""
        joined = all_of(*map(say, answers))(None)
        found = {answer.effect for answer in answers}
        expected = next(e for e in (Effect.DENY, Effect.INDETERMINATE, Effect.ALLOW) if e in found)
        assert expected == joined.effect
        assert {reason for answer in answers for reason in answer.reasons} == set(joined.reasons)

    @given(st.lists(effects, min_size=1, max_size=4), effects)
    def test_one_more_rule_never_allows_more(self, answers, more):
        """Adding a rule can only take away."""
        before = all_of(*map(say, answers))(None)
        after = all_of(*map(say, [*answers, more]))(None)
        assert bool(before) or not after

    @pytest.mark.parametrize("rule", [raising, say(True), say(None), say("allow"), lambda: YES])
    def test_a_broken_rule_denies(self, rule):
        """A rule that raises or returns something else is a deny that shows no value."""
        answer = all_of(say(YES), rule)("+14155550132")
        assert Effect.DENY is answer.effect
        assert "error.rule" == answer.codes[0]
        assert "4155550132" not in answer.explain()

    def test_a_class_named_after_a_number_is_not_shown(self):
        """The name of what was raised is told without digits."""
        named = type("Error14155550132", (Exception,), {})

        def rule(_):
            raise named

        assert "A rule raised Error." == all_of(rule)(None).reasons[0].text

    def test_times_are_the_strictest(self):
        """The joined answer ends with the first of its parts."""
        soon = Decision.allow(FINE, evaluated_at=NOON, valid_until=NOON + timedelta(seconds=1))
        late = Decision.allow(
            FINE, evaluated_at=NOON + timedelta(seconds=1), valid_until=NOON + timedelta(hours=1)
        )
        joined = all_of(say(late), say(soon), say(YES))(None)
        assert (NOON, NOON + timedelta(seconds=1)) == (joined.evaluated_at, joined.valid_until)

    def test_rules_compare_and_print(self):
        """A joined rule is a value."""
        rule = say(YES)
        assert all_of(rule) == all_of(rule)


class TestAsync:
    @pytest.mark.parametrize("pending", [all_of_async(later)(None), in_thread(say(YES))(None)])
    def test_b7_131_a_pending_decision_has_no_truth(self, pending):
        """A forgotten await raises instead of passing for a yes."""
        with pytest.raises(TypeError, match="await"):
            bool(pending)
        assert asyncio.run(_await(pending))

    def test_joins_rules_of_both_kinds(self):
        """Plain and asynchronous rules join; a fault in either denies."""
        assert asyncio.run(_await(all_of_async(later, say(YES))(None)))
        for broken in (raising, say(True), say(NO)):
            assert not asyncio.run(_await(all_of_async(later, broken)(None)))

    def test_a_slow_rule_is_a_deny(self):
        """Past its time a rule counts as a deny."""
        slow = in_thread(lambda _: time.sleep(0.2) or YES, timeout=timedelta(milliseconds=5))
        assert ("error.timeout",) == asyncio.run(_await(slow(None))).codes

    def test_timeout_must_be_positive(self):
        """A rule needs some time."""
        with pytest.raises(ConfigurationError):
            in_thread(say(YES), timeout=timedelta(0))


async def _await(pending: PendingDecision) -> Decision:
    return await pending


class TestShadow:
    @given(effects, effects)
    def test_live_decides(self, live, candidate):
        """The candidate is reported and never changes the effect."""
        seen = []
        answer = shadow(say(live), say(candidate), report=lambda *both: seen.append(both))(None)
        assert live.effect is answer.effect
        assert ([] if bool(live) is bool(candidate) else [(live, candidate)]) == seen
        assert bool(seen) is any(code.startswith("shadow.") for code in answer.codes)

    def test_a_failing_candidate_or_report_is_harmless(self):
        """A trial run never disturbs the live answer."""

        def report(*_):
            raise RuntimeError

        answer = shadow(say(YES), raising, report=report)(None)
        assert ("test.fine", "shadow.would_deny") == answer.codes
        assert answer

    def test_a_failing_live_rule_denies(self):
        """Even a candidate that allows cannot help a live rule that fails."""
        answer = shadow(raising, say(YES))(None)
        assert ("error.rule", "shadow.would_allow") == answer.codes
        assert not answer
