"""FAULTS B5-93: worker processes make the same tokens, and there is no nonce that two of them could share."""

from __future__ import annotations

import multiprocessing
import os

import pytest

from tests.actions.crypto.rings import RING
from voxvalley_privacy.actions.crypto.crypto_pan import IpPseudonymizer
from voxvalley_privacy.actions.crypto.ff1 import DigitPseudonymizer
from voxvalley_privacy.actions.crypto.pseudonyms import Pseudonymizer
from voxvalley_privacy.actions.crypto.sealing import Sealer
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.vocabulary import DataCategory

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="This system does not fork.")

PARTY = DataCategory.PARTY_NUMBER
NUMBERS = [f"+1415555{number:04}" for number in range(100, 200)]


def _make(keys: KeyRing) -> list[str | None]:
    pseudonym, sealer = Pseudonymizer(keys, "phone"), Sealer(keys)
    address, digits = IpPseudonymizer(keys), DigitPseudonymizer(keys)
    made: list[str | None] = []
    for number in NUMBERS:
        made += [
            pseudonym(number),
            sealer.seal(PARTY, number),
            address(f"192.0.2.{number[-2:].lstrip('0') or 0}"),
            digits(number[2:]),
        ]
    return made


def _fork(work) -> str:
    """Run *work* in a forked child and return what it wrote."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        with os.fdopen(writer, "w") as pipe:
            pipe.write(work())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told


def test_b5_93_forked_workers_make_the_same_tokens():
    """Eight children, forked from a process that had used its keys, make what it makes."""
    here = "\n".join(map(str, _make(RING)))

    assert {here} == {_fork(lambda: "\n".join(map(str, _make(RING)))) for _ in range(8)}


def test_b5_93_no_two_values_share_a_synthetic_nonce():
    """The tag that AES-SIV counts from differs for all values and categories, in whichever worker they are sealed."""

    def work() -> str:
        sealer = Sealer(RING)
        return "\n".join(
            sealer.seal(category, number)[-64:-32]
            for number in NUMBERS
            for category in DataCategory
        )

    workers = [_fork(work) for _ in range(8)]

    assert 1 == len(set(workers))
    assert len(NUMBERS) * len(DataCategory) == len(set(workers[0].splitlines()))


def test_spawned_workers_load_the_keys_by_their_reference(monkeypatch):
    """A ring from the environment reaches a new process as its name, and makes the same tokens there."""
    monkeypatch.setenv("VOXVALLEY_PRIVACY_KEYS", RING.to_text())
    keys = KeyRing.from_env().for_tenant("acme")

    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = pool.map(Pseudonymizer(keys, "phone"), NUMBERS[:3])

    assert [
        Pseudonymizer(RING.for_tenant("acme"), "phone")(number) for number in NUMBERS[:3]
    ] == there
