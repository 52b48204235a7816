"""What lies behind the budget of a text is a finding."""

from __future__ import annotations

import voxvalley_privacy as vp


def test_what_was_not_looked_at_is_found():
    """A text of more than the budget ends with a finding over the rest, and only then."""
    redact = vp.Redactor(vp.policies.labels())
    size = redact.policy.budget.text
    assert redact.find("x " * (size // 2)) == ()
    text = "call +14155550132 " + "x " * size
    first, last = redact.find(text)
    assert text[first.start : first.end] == "+14155550132"
    assert (last.start, last.end, last.category) == (size, len(text), vp.DataCategory.UNKNOWN)
