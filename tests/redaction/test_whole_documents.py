"""Documents in a text stay documents, and an id of a call has one token."""

from __future__ import annotations

import json

import pytest

import voxvalley_privacy as vp

KEYS = vp.KeyRing.generate()
PUBLIC = vp.Redactor(vp.policies.public(KEYS))
DEBUG = vp.Redactor(vp.policies.debug(KEYS))
PAIRS = [["From", "+14155550132"], ["To", "+442079460123"], *([name, "b"] for name in "ABCDEFG")]


@pytest.mark.parametrize("text", ['{"x":{}}', "[[],{}]", "[]", "{}", '{"a": [""]}', '{"a": "b"}'])
def test_json_stays_json_where_prose_is_dropped(text: str) -> None:
    """A text that is JSON is JSON afterwards, with whatever it held of prose replaced."""
    shape = type(json.loads(text))

    assert isinstance(json.loads(PUBLIC.text(text)), shape)


@pytest.mark.parametrize("many", [2, 6, 7, 9])
def test_pairs_stay_pairs_where_prose_is_dropped(many: int) -> None:
    """A list of pairs of any length is read by the names in it."""
    shown = json.loads(PUBLIC.text(json.dumps(PAIRS[:many])))

    assert many == len(shown)
    assert ["From", "[PARTY_NUMBER]"] == shown[0]


@pytest.mark.parametrize("text", ["Call-ID: {}", "got Call-ID: {} from the trunk", "call_id={}"])
def test_a_call_id_has_one_token(text: str) -> None:
    """A call id in a line gets the token that it gets in a field."""
    token = DEBUG({"call_id": "7c9e@192.0.2.17"})["call_id"]

    assert token.startswith("callid")
    assert text.format(token) == DEBUG.text(text.format("7c9e@192.0.2.17"))
