"""Pseudonyms."""

from __future__ import annotations

import hmac
import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy
from tests.actions.crypto.flips import bit_flips, mangled
from tests.actions.crypto.rings import OTHER, RING
from voxvalley_privacy import phone, redaction
from voxvalley_privacy.actions import crypto as _crypto
from voxvalley_privacy.actions.crypto.pseudonyms import Pseudonymizer, TokenCheck
from voxvalley_privacy.errors import ConfigurationError
from voxvalley_privacy.keys import ALPHABET, KeyRing, Mac

NUMBER = "+14155550132"

pseudonym = Pseudonymizer(RING, "phone")
is_token = TokenCheck(RING)


class TestForm:
    """Letters only, one form."""

    @given(
        st.text(),
        st.from_regex(r"[a-z]{1,32}", fullmatch=True).filter(
            lambda kind: not kind.startswith("seal")
        ),
    )
    def test_letters_only(self, text, kind):
        """A token is its kind, the version, the key id and 44 letters, whatever it stands for."""
        token = Pseudonymizer(RING, kind)(text)

        assert token.startswith(f"{kind}Abcdfgh")
        assert len(kind) + 51 == len(token)
        assert not token.removeprefix(f"{kind}A").strip(ALPHABET)
        assert is_token(token)

    @given(st.text(), st.text())
    def test_equal_values_have_equal_tokens_and_only_they(self, one, other):
        """Tokens join exactly as the values do."""
        assert (one == other) == (pseudonym(one) == pseudonym(other))

    def test_lone_surrogates_have_tokens_of_their_own(self):
        """Text that cannot be encoded is told apart too."""
        assert 3 == len({pseudonym("\udc80"), pseudonym("\udc81"), pseudonym("?")})

    @pytest.mark.parametrize(
        "kind", ["", "Phone", "phone1", "té", "a_b", "a b", "a" * 33, "seal", "sealed", "ａ"]
    )
    def test_kinds_are_lower_case_letters(self, kind):
        """A kind cannot be read as anything else, nor as a seal."""
        with pytest.raises(ConfigurationError, match="'kind'"):
            Pseudonymizer(RING, kind)

    def test_it_is_hmac_of_the_value(self):
        """The value's letters are the first half of HMAC-SHA-256, and the rest of it shows nowhere."""
        key = RING.derive("pseudonym/", "phone")

        spelled = pseudonym(NUMBER)[len("phoneAbcdfgh") :][:32]

        expected = hmac.digest(key, NUMBER.encode(), "sha256")[:16].hex()
        assert expected.translate(str.maketrans("0123456789abcdef", ALPHABET)) == spelled

    def test_values_of_an_action_compare_and_print(self):
        """A pseudonymizer is a value as policies are."""
        assert pseudonym == Pseudonymizer(RING, "phone")
        assert hash(pseudonym) == hash(Pseudonymizer(RING, "phone"))
        assert pseudonym != Pseudonymizer(RING, "phone", purpose="test")
        assert (
            "Pseudonymizer(keys=<KeyRing active=bcdfgh older=1 destroyed=1>, kind='phone', purpose='')"
            == repr(pseudonym)
        )


def test_b5_84_no_unkeyed_hash_is_offered():
    """Nothing public is a hash without a key, and nothing that makes tokens can be built without a ring."""
    names = {*voxvalley_privacy.__all__, *redaction.__all__, *_crypto.__all__}
    words = ("hash", "md5", "sha1", "sha2", "salt", "digest", "blake", "crc")

    assert set() == {name for name in names if any(word in name.lower() for word in words)}
    for factory in (
        Pseudonymizer,
        TokenCheck,
        _crypto.Sealer,
        _crypto.IpPseudonymizer,
        _crypto.DigitPseudonymizer,
    ):
        with pytest.raises((TypeError, AttributeError)):
            factory()
        with pytest.raises((TypeError, AttributeError)):
            factory(None, *(["phone"] if factory is Pseudonymizer else []))


def test_b5_86_pairwise():
    """Tenant, kind, purpose and key each have tokens that join with no others."""
    rings = [
        RING,
        OTHER,
        RING.for_tenant("a"),
        RING.for_tenant("b"),
        RING.for_tenant("a").for_tenant("b"),
    ]
    made = [
        Pseudonymizer(ring, kind, purpose=purpose)(NUMBER)[-44:]
        for ring, kind, purpose in itertools.product(
            rings, ["phone", "party", "ip"], ["", "test", "phone"]
        )
    ]

    # By no common part: no run of 12 letters at one place is shared.
    for start in range(33):
        assert len(made) == len({token[start : start + 12] for token in made})


@pytest.mark.parametrize(
    "spelled",
    [
        "+14155550132",
        "+1 415 555 0132",
        "+1 (415) 555-0132",
        "tel:+1-415-555-0132",
        "\uff0b\uff11 415 555 0132",
    ],
)
def test_b5_87_spellings_of_a_number_have_one_token(spelled):
    """What makes the token is the canonical form."""
    assert pseudonym(NUMBER) == pseudonym(phone.canonical(spelled))


def test_b5_87_what_is_no_number_has_a_domain_of_its_own():
    """The same text under another kind never gives the token of a number."""
    assert phone.canonical("not a number") is None
    assert Pseudonymizer(RING, "party")(NUMBER)[-44:-12] != pseudonym(NUMBER)[-44:-12]


def test_b5_88_128_bits_and_no_way_to_have_fewer():
    """A token keeps 32 letters of four bits each, and no setting changes that."""
    values = [pseudonym(str(number))[12:44] for number in range(2000)]

    assert 2000 == len(set(values))
    # Every letter of them takes every value.
    assert all(set(ALPHABET) == {value[place] for value in values} for place in range(32))
    with pytest.raises(TypeError):
        Pseudonymizer(RING, "phone", bits=64)


class TestCheck:
    """FAULTS B5-90, B5-92: what is not exactly a token of these keys is none."""

    def test_b5_90_every_bit_of_many_tokens(self):
        """A hundred thousand tokens with one bit turned over: none is taken."""
        flipped = 0
        for number in range(256):
            for text in bit_flips(pseudonym(f"+1{415 + number // 100}55501{number % 100:02}")):
                flipped += 1
                assert not is_token(text), "a changed token was taken"

        assert flipped > 100_000

    def test_b5_90_every_letter_instead_of_every_letter(self):
        """Any other letter at any place is refused, whether of the alphabet or not."""
        token = pseudonym(NUMBER)
        for index, letter in enumerate(token):
            for other in {*ALPHABET, "A", "a", "z", "é", "\0"} - {letter}:
                assert not is_token(token[:index] + other + token[index + 1 :])

    def test_b5_92_cut_extended_respelled(self):
        """A token has one spelling."""
        for text in mangled(pseudonym(NUMBER)):
            assert not is_token(text)

    def test_swapped_parts(self):
        """The kind, id or value of one token does not go with the check of another."""
        one, other = pseudonym(NUMBER), pseudonym("+14155550133")

        assert not is_token(one[:44] + other[44:])
        assert not is_token(one.replace("phone", "party"))
        assert not is_token(one.replace("bcdfgh", "jkmnpr", 1))

    def test_other_rings_and_tenants(self):
        """A token is known to its own ring only, and to that ring under every key that still reads."""
        token = pseudonym(NUMBER)

        assert TokenCheck(RING.rotate())(token)
        assert not TokenCheck(OTHER)(token)
        assert not TokenCheck(RING.for_tenant("acme"))(token)
        assert not TokenCheck(KeyRing.generate())(token)
        assert not TokenCheck(RING.rotate().destroy("bcdfgh"))(token)

    def test_every_kind_and_purpose_is_known(self):
        """A reader need not know what a token was made for."""
        assert is_token(Pseudonymizer(RING, "anything", purpose="any purpose")(NUMBER))

    @given(st.text(max_size=80))
    def test_any_text(self, text):
        """Texts are no tokens, and no text makes the check raise."""
        assert not is_token(text)

    def test_forged_tokens(self):
        """Texts of the right form, with an id of the ring, are no tokens."""
        source = random.Random(84)
        for _ in range(20_000):
            assert not is_token("phoneAbcdfgh" + "".join(source.choices(ALPHABET, k=44)))

    def test_b5_94_comparison_is_of_bytes_and_in_constant_time(self, monkeypatch):
        """Whatever stands in the check's place, two byte strings of one length meet in compare_digest()."""
        met = []
        monkeypatch.setattr(hmac, "compare_digest", lambda one, other: met.append((one, other)))

        is_token(pseudonym(NUMBER))
        is_token(pseudonym(NUMBER)[:-12] + "\0" * 12)

        assert 2 == len(met)
        assert all(isinstance(side, bytes) and 12 == len(side) for pair in met for side in pair)

    def test_b5_94_text_beyond_ascii_does_not_raise(self):
        """What compare_digest() would raise on never reaches it."""
        for letter in ("\u0661", "\udc80"):
            assert not is_token(pseudonym(NUMBER)[:-1] + letter)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_hmac_is_hmac(key, message):
    """Two hash states keyed once compute what the standard library computes."""
    assert hmac.digest(key, message, "sha256") == Mac(key)(message)
