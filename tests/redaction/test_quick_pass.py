"""Flat records are looked up in one loop; it comes to what the walk comes to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.redaction.test_one_reading import POLICIES, SHAPES

KEYS = vp.KeyRing.generate()
TEXTS = st.sampled_from(
    [
        *(
            "+14155550132",
            "call-14155550132-a",
            "Zoe Example",
            "zoe_example",
            "completed",
            "",
            "4821",
        ),
        *("2026-11-25T10:00:00Z", "7c9e@192.0.2.17", "zoe@example.com", "[PERSON_NAME]"),
        *(SHAPES["json"], SHAPES["url"]),
    ]
)
VALUES = TEXTS | st.sampled_from([None, True, 1, 1.0, 60, 14155550132, 0.5, ["Zoe"], b"Zoe"])
NAMES = ("from", "caller_name", "email", "status", "call_id", "start", "note", "duration", "digits")
RECORDS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)


@pytest.mark.parametrize("policy", POLICIES)
@settings(derandomize=True, database=None)
@given(record=RECORDS)
def test_a_record_that_comes_again_comes_out_alike(policy: str, record: dict[str, object]) -> None:
    """The loop, which needs to have seen the keys, gives and counts what the walk did."""
    redact = vp.Redactor(getattr(vp.policies, policy)(KEYS))
    walked = redact(record)
    counted = dict(redact.stats().treated)
    looked_up = redact(record)

    assert repr(walked) == repr(looked_up)
    assert {name: 2 * count for name, count in counted.items()} == dict(redact.stats().treated)


def test_a_number_and_a_truth_of_equal_value_keep_their_types() -> None:
    """What is known of one value is not taken for another that is equal to it."""
    redact = vp.Redactor(vp.policies.debug(KEYS))
    values = [1, True, 1.0, "1"]

    assert [repr(value) for value in values] == [
        repr(redact({"duration": value})["duration"]) for value in values
    ]
