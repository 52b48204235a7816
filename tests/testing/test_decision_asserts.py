"""Assertions about decisions, tables of them, and what makes snapshots repeat themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.testing import FixedClock, assert_denied, decision_table, fixed_keys

NO = vp.Decision.deny(vp.Reason(code="cache.no_permission", text="No permission."))
YES = vp.Decision.allow(vp.Reason(code="cache.permitted", text="Permitted."))


def test_deny_for_the_reason_passes():
    """A deny with the code is returned."""
    assert NO is assert_denied(NO, "cache.no_permission")


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (YES, "but the rule allows"),
        (NO, "but the reasons are: deny: cache.no_permission"),
        (None, "NoneType is not a Decision"),
        (False, "bool is not a Decision"),
    ],
)
def test_anything_else_fails(decision, message):
    """An allow, another reason, and whatever is not a decision fail."""
    with pytest.raises(AssertionError, match=message):
        assert_denied(decision, "no_opt_in")


def test_pending_decision_fails():
    """A decision that nobody awaited is not a deny."""
    pending = vp.all_of_async(lambda context: NO)(None)

    with pytest.raises(AssertionError, match="was it awaited"):
        assert_denied(pending, "cache.no_permission")


def test_table_shows_each_context():
    """A table has a line for each context, and is the same in every run."""
    rule = lambda minor: NO if minor else YES  # noqa: E731

    assert (
        "| context | answer | reasons | obligations |\n"
        "| --- | --- | --- | --- |\n"
        "| a minor | deny | cache.no_permission |  |\n"
        "| an adult | allow | cache.permitted |  |\n"
    ) == decision_table(rule, {"a minor": True, "an adult": False})


def test_fixed_keys_give_fixed_tokens():
    """Two rings of fixed keys give one token, which stays the same between releases."""
    tokens = {
        vp.pseudonym(fixed_keys())("+14155550132", vp.DataCategory.PARTY_NUMBER) for _ in "ab"
    }

    assert 1 == len(tokens)


def test_clock_stands_still():
    """The fixed clock shows what it was told."""
    clock = FixedClock(datetime(2026, 1, 15, tzinfo=UTC))
    clock.advance(timedelta(hours=1))

    assert datetime(2026, 1, 15, 1, tzinfo=UTC) == clock()
