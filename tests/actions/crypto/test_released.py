"""
Tokens that were released: a change here is a breaking change, as stored tokens would no longer join or open.

`tests/vectors/tokens_a.json` was made once, from keys made for it, and is never made again: a new format gets a new file.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from voxvalley_privacy.actions.crypto.crypto_pan import IpPseudonymizer
from voxvalley_privacy.actions.crypto.ff1 import DigitPseudonymizer
from voxvalley_privacy.actions.crypto.pseudonyms import Pseudonymizer, TokenCheck
from voxvalley_privacy.actions.crypto.sealing import Sealer
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.vocabulary import DataCategory

RELEASED = json.loads((Path(__file__).parents[2] / "vectors" / "tokens_a.json").read_text())


@pytest.fixture(params=RELEASED["cases"], ids=lambda case: "/".join(case["tenants"]) or "no tenant")
def case(request):
    """Give each tenant's tokens."""
    return request.param


@pytest.fixture(params=[lambda ring: ring, KeyRing.rotate], ids=["as released", "rotated"])
def reader(request, case):
    """Give a ring that reads the case's tokens: the one that made them, and one that was rotated since."""
    return request.param(_ring(case))


def _ring(case) -> KeyRing:
    ring = KeyRing.from_text(RELEASED["keys"])
    for name in case["tenants"]:
        ring = ring.for_tenant(name)
    return ring


def test_the_text_of_the_keys_is_read_and_written():
    """A released key text loads, and is written as it was."""
    ring = KeyRing.from_text(RELEASED["keys"])

    assert RELEASED["keys"] == ring.to_text()
    assert (("bcdfgh", "jkmnpr"), ("xxxxxx",)) == (ring.key_ids, ring.destroyed_ids)


def test_values_still_get_their_tokens(case):
    """Everything that was made is made again, letter for letter."""
    ring = _ring(case)

    for released in case["pseudonyms"]:
        assert released["token"] == Pseudonymizer(
            ring, released["kind"], purpose=released["purpose"]
        )(released["value"])
    for released in case["seals"]:
        assert released["token"] == Sealer(ring).seal(
            DataCategory(released["category"]), released["value"]
        )
    for released in case["addresses"]:
        assert released["result"] == IpPseudonymizer(ring, purpose=released["purpose"])(
            released["value"]
        )
    for released in case["digits"]:
        replace = DigitPseudonymizer(ring, purpose=released["purpose"])
        assert released["result"] == replace(released["value"], context=released["context"])


def test_tokens_are_still_known_and_still_open(case, reader):
    """Everything that was made is read, after a rotation too."""
    for released in case["pseudonyms"]:
        assert TokenCheck(reader)(released["token"])
    for released in case["seals"]:
        assert (released["category"], released["value"]) == Sealer(reader).unseal(released["token"])
