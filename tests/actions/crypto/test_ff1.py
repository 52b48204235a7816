"""Format-preserving pseudonyms."""

from __future__ import annotations

import csv
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.actions.crypto.rings import OTHER, RING
from voxvalley_privacy.actions import crypto as _crypto
from voxvalley_privacy.actions.crypto.ff1 import FF1, DigitPseudonymizer
from voxvalley_privacy.errors import ConfigurationError

KEY = bytes(range(32))
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"

replace = DigitPseudonymizer(RING)


def test_samples(corpus):
    """The nine samples that NIST published with FF1, both ways."""
    with (corpus / "07_crypto" / "nist_sp800_38g_ff1_samples.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        cipher, tweak = (
            FF1(bytes.fromhex(row["key"]), radix=int(row["radix"])),
            bytes.fromhex(row["tweak"] or ""),
        )
        plain, sealed = (
            tuple(map(LETTERS.index, row[name])) for name in ("plaintext", "ciphertext")
        )

        assert sealed == cipher.encrypt(plain, tweak)
        assert plain == cipher.decrypt(sealed, tweak)
    assert 9 == len(rows)


@pytest.mark.parametrize(
    ("name", "valid", "refused"),
    [
        ("base10", 3300, 545),
        ("base16", 3348, 524),
        ("base36", 2459, 395),
        ("base62", 2133, 341),
        ("radix10", 3300, 545),
        ("radix256", 1755, 266),
        ("radix65536", 918, 131),
    ],
)
def test_wycheproof(corpus, name, valid, refused):
    """
    All vectors both ways; those of fewer than a million values, which Wycheproof counts as valid, are refused.

    Source: the domain of a million is asked for by SP 800-38G r1 (2nd draft).
    """
    path = corpus / "07_crypto" / f"wycheproof_aes_ff1_{name}.json.gz"
    counts = {"valid": 0, "refused": 0}
    for group in json.loads(gzip.decompress(path.read_bytes()))["testGroups"]:
        alphabet = group.get("alphabet")
        for vector in group["tests"]:
            plain, sealed = (
                [*map(alphabet.find, t)] if alphabet else t for t in (vector["msg"], vector["ct"])
            )
            key, tweak = bytes.fromhex(vector["key"]), bytes.fromhex(vector["tweak"])
            if vector["result"] == "invalid" or group["radix"] ** len(plain) < 10**6:
                counts["refused"] += 1
                with pytest.raises(ConfigurationError):
                    FF1(key, radix=group["radix"]).encrypt(plain, tweak)
            else:
                counts["valid"] += 1
                cipher = FF1(key, radix=group["radix"])
                assert sealed == [*cipher.encrypt(plain, tweak)]
                assert plain == [*cipher.decrypt(sealed, tweak)]

    assert {"valid": valid, "refused": refused} == counts


@given(st.integers(2, 65536), st.data(), st.binary(max_size=40))
def test_decryption_undoes_encryption(radix, data, tweak):
    """Any radix, any length that is allowed, any tweak."""
    fewest = next(size for size in range(2, 21) if radix**size >= 10**6)
    numerals = data.draw(st.lists(st.integers(0, radix - 1), min_size=fewest, max_size=fewest + 30))
    cipher = FF1(KEY, radix=radix)

    sealed = cipher.encrypt(numerals, tweak)

    assert all(0 <= numeral < radix for numeral in sealed)
    assert tuple(numerals) == cipher.decrypt(sealed, tweak)


class TestRefusal:
    """FAULTS B5-98: no FF3, no small domains."""

    def test_b5_98_ff3_is_not_offered(self):
        """Nothing here is named after FF3."""
        assert not [name for name in dir(_crypto) if "ff3" in name.lower()]

    @pytest.mark.parametrize(
        ("radix", "size"), [(10, 4), (10, 5), (2, 19), (36, 3), (999, 2), (65536, 1), (10, 0)]
    )
    def test_b5_98_small_domains(self, radix, size):
        """Fewer than a million values are refused, as the last four digits of a number would be."""
        with pytest.raises(ConfigurationError, match="million"):
            FF1(KEY, radix=radix).encrypt([1] * size)

    @pytest.mark.parametrize(("radix", "size"), [(10, 6), (2, 20), (1000, 2)])
    def test_b5_98_a_million_is_enough(self, radix, size):
        """The smallest domains that are allowed work."""
        assert size == len(FF1(KEY, radix=radix).encrypt([1] * size))

    @pytest.mark.parametrize(
        ("key", "radix"), [(b"", 10), (bytes(31), 10), (bytes(64), 10), (KEY, 1), (KEY, 65537)]
    )
    def test_wrong_settings(self, key, radix):
        """Keys are AES keys, and the radix is what the standard allows."""
        with pytest.raises(ConfigurationError):
            FF1(key, radix=radix)

    @pytest.mark.parametrize("numeral", [10, -1, 2**40])
    def test_numerals_out_of_range_are_refused_and_not_shown(self, numeral):
        """The error says the range and not the numeral."""
        with pytest.raises(ConfigurationError) as caught:
            FF1(KEY).encrypt([4, 1, 5, 5, 5, 5, 0, 1, numeral])

        assert "A numeral is not in 0 to 9." == str(caught.value)


class TestDigits:
    """Digits for digits."""

    @given(st.from_regex(r"[0-9]{6,15}", fullmatch=True), st.text(max_size=4))
    def test_as_many_digits(self, digits, context):
        """The result has the length of the input, and is always the same."""
        made = replace(digits, context=context)

        assert len(digits) == len(made)
        assert made.isascii()
        assert made.isdigit()
        assert made == DigitPseudonymizer(RING)(digits, context=context)

    def test_one_to_one(self):
        """No two numbers become one."""
        assert 5000 == len(
            {
                replace(f"{200 + number // 100}55501{number % 100:02}", context="1")
                for number in range(5000)
            }
        )

    def test_leading_zeros_count(self):
        """A number with a zero in front is another number."""
        assert 3 == len({replace("000000"), replace("0000000"), replace("00000000")})

    def test_b5_86_pairwise(self):
        """Rings, tenants, purposes and contexts have unrelated results."""
        made = {
            DigitPseudonymizer(ring, purpose=purpose)("4155550132", context=context)
            for ring in (RING, OTHER, RING.for_tenant("acme"))
            for purpose in ("", "test")
            for context in ("", "1", "44")
        }

        assert 18 == len(made)

    @pytest.mark.parametrize(
        "text", ["", "0132", "50132", "+14155550132", "415 555 0132", "٤١٥٥٥٥٠١٣٢", "¹²³⁴⁵⁶"]
    )
    def test_b5_98_what_is_short_or_no_digits_has_no_result(self, text):
        """The last four digits are never replaced, and nothing raises."""
        assert replace(text) is None
