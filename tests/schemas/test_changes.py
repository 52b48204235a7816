"""What two schemas say differently."""

from __future__ import annotations

import voxvalley_privacy as vp
from voxvalley_privacy import DataCategory as C


def test_changes_tell_what_was_added_changed_and_taken_out() -> None:
    """Each path that is read differently is told once, with both categories."""
    before = vp.Schema("acme.a", {"same": C.STATUS, "gone": C.STATUS, "other": C.RECORD_ID})
    after = vp.Schema("acme.b", {"same": C.STATUS, "other": C.CALL_ID, "new": C.PRICE})

    assert (
        vp.schemas.Change("gone", C.STATUS, None),
        vp.schemas.Change("other", C.RECORD_ID, C.CALL_ID),
        vp.schemas.Change("new", None, C.PRICE),
    ) == vp.schemas.changes(before, after)


def test_a_schema_has_no_changes_against_itself() -> None:
    """Built-in schemas are named; the same one gives nothing, and backwards is the reverse."""
    there = vp.schemas.changes("twilio.call", "twilio.message")
    back = vp.schemas.changes("twilio.message", "twilio.call")

    assert () == vp.schemas.changes("twilio.call", "twilio.call")
    assert {(c.path, c.before, c.after) for c in there} == {
        (c.path, c.after, c.before) for c in back
    }
