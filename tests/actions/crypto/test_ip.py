"""Prefix-preserving IP addresses."""

from __future__ import annotations

import csv
import ipaddress
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.actions.crypto.rings import OTHER, RING
from voxvalley_privacy.actions.crypto.crypto_pan import CryptoPan, IpPseudonymizer
from voxvalley_privacy.errors import ConfigurationError

replace = IpPseudonymizer(RING)


def _shared(one: bytes, other: bytes) -> int:
    """Count the bits that two addresses begin with alike."""
    differing = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    return 8 * len(one) - differing.bit_length()


@st.composite
def neighbours(draw, bits: int) -> tuple[bytes, bytes]:
    """Draw two addresses that share a prefix of a length drawn too."""
    one = draw(st.integers(0, 2**bits - 1))
    other = one ^ draw(st.integers(0, 2 ** draw(st.integers(0, bits)) - 1))
    return one.to_bytes(bits // 8, "big"), other.to_bytes(bits // 8, "big")


def test_vectors(corpus):
    """The reference pairs of Crypto-PAn and those of an independent implementation for IPv6."""
    with (corpus / "07_crypto" / "cryptopan_vectors.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        original = ipaddress.ip_address(row["original"])
        pan = CryptoPan(bytes.fromhex(row["key_hex"]), bits=original.max_prefixlen)

        assert ipaddress.ip_address(row["anonymised"]).packed == pan(original.packed)
    assert 75 == len(rows)


@pytest.mark.parametrize("bits", [32, 128])
def test_shared_prefixes_stay_exactly_as_long(bits):
    """Two addresses share as many bits afterwards as before, no fewer and no more."""
    pan = CryptoPan(bytes(range(32)), bits=bits)

    @given(neighbours(bits))
    def check(pair):
        one, other = pair
        assert _shared(one, other) == _shared(pan(one), pan(other))

    check()


@given(st.ip_addresses())
def test_the_result_is_an_address_of_the_same_version(address):
    """What replaces an address can be read as one."""
    assert address.version == ipaddress.ip_address(replace(str(address))).version


def test_spellings_of_an_address_have_one_result():
    """Case, zeros left out and a zone make no difference."""
    assert 1 == len(
        {
            replace(text)
            for text in ("2001:db8::1", "2001:0DB8:0:0::1", "2001:db8::0.0.0.1", "2001:db8::1%eth0")
        }
    )


@pytest.mark.parametrize(
    "text",
    ["", "anonymous", "192.0.2", "192.0.2.1:5060", "192.0.2.256", "192.0.2.01", "[2001:db8::1]"],
)
def test_what_is_no_address_has_no_result(text):
    """Nothing is guessed and nothing raised."""
    assert replace(text) is None


def test_b5_86_pairwise():
    """Rings, tenants, purposes and versions have results that tell nothing about each other."""
    made = [
        IpPseudonymizer(ring, purpose=purpose)("192.0.2.1")
        for ring in (RING, OTHER, RING.for_tenant("acme"))
        for purpose in ("", "test")
    ]
    as_six = ipaddress.IPv6Address(ipaddress.IPv4Address("192.0.2.1").packed + bytes(12))

    assert 6 == len(set(made))
    assert (
        ipaddress.IPv4Address(made[0]).packed
        != ipaddress.ip_address(replace(str(as_six))).packed[:4]
    )


def test_many_threads_at_once():
    """A replacer that is shared by threads gives what it gives to one; a cipher context that is shared would raise."""
    expected = {f"2001:db8::{number:x}": replace(f"2001:db8::{number:x}") for number in range(100)}
    wrong = []

    def work() -> None:
        try:
            wrong.extend(
                text
                for _ in range(10)
                for text, result in expected.items()
                if replace(text) != result
            )
        except RuntimeError as error:
            wrong.append(str(error))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)

    assert [] == wrong


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_b5_85_keys_of_other_lengths_are_refused(size):
    """A key of Crypto-PAn has 32 bytes."""
    with pytest.raises(ConfigurationError):
        CryptoPan(bytes(size), bits=32)
