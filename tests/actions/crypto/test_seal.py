"""Sealed values."""

from __future__ import annotations

import hmac
import itertools
import pickle

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given
from hypothesis import strategies as st

from tests.actions.crypto.flips import bit_flips, mangled
from tests.actions.crypto.rings import OTHER, RING
from voxvalley_privacy.actions.crypto import sealing as module
from voxvalley_privacy.actions.crypto.pseudonyms import Pseudonymizer, TokenCheck
from voxvalley_privacy.actions.crypto.sealing import Sealer, Siv
from voxvalley_privacy.errors import InvalidToken, KeyUnavailable
from voxvalley_privacy.keys import ALPHABET, KeyRing, spell, unspell
from voxvalley_privacy.vocabulary import DataCategory

NUMBER = "+14155550132"
PARTY = DataCategory.PARTY_NUMBER

sealer = Sealer(RING)


def _refused(text: str, by: Sealer = sealer) -> None:
    with pytest.raises(InvalidToken) as caught:
        by.unseal(text)
    assert str(InvalidToken()) == str(caught.value)
    assert not by.is_sealed(text)


class TestRoundTrip:
    """What was sealed comes back."""

    @given(st.sampled_from(DataCategory), st.text(alphabet=st.characters(exclude_categories=())))
    def test_any_text_of_any_category(self, category, text):
        """The category and the text come back as they were, and sealing again gives the same token."""
        token = sealer.seal(category, text)

        assert (category, text) == sealer.unseal(token)
        assert token == sealer.seal(category, text) == Sealer(RING).seal(*sealer.unseal(token))
        assert sealer.is_sealed(token)

    @pytest.mark.parametrize("size", [*range(34), 10_000])
    def test_every_length(self, size):
        """No length is lost in the padding, nor are zeros and marks at the end."""
        for text in ("x" * size, "\0" * size, "x" * size + "\x80", "\x80\0" * size):
            assert (DataCategory.CONTENT, text) == sealer.unseal(
                sealer.seal(DataCategory.CONTENT, text)
            )

    def test_letters_only(self):
        """A token is its kind, the version, and letters that no finder takes for a number."""
        token = sealer.seal(PARTY, NUMBER)

        assert token.startswith("sealpartynumberAbcdfgh")
        assert not token.removeprefix("sealpartynumberA").strip(ALPHABET)

    def test_numbers_have_one_length(self):
        """The length of a token does not tell how many digits a number has."""
        assert 1 == len({len(sealer.seal(PARTY, "+" + "0" * digits)) for digits in range(4, 15)})

    def test_every_category_has_a_kind_of_its_own(self):
        """No two categories are spelled alike, and none as a pseudonym can be."""
        kinds = {sealer.seal(category, NUMBER).partition("A")[0] for category in DataCategory}

        assert len(DataCategory) == len(kinds)
        assert all(kind.startswith("seal") and kind.islower() for kind in kinds)

    def test_older_keys_open_and_the_active_one_seals(self):
        """After rotation old tokens open, and new ones name the new key."""
        ring = RING.rotate()

        assert (PARTY, NUMBER) == Sealer(ring).unseal(sealer.seal(PARTY, NUMBER))
        assert Sealer(ring).seal(PARTY, NUMBER).startswith(f"sealpartynumberA{ring.active_id}")

    def test_pseudonyms_and_seals_are_told_apart(self):
        """Neither passes for the other."""
        assert not TokenCheck(RING)(sealer.seal(PARTY, NUMBER))
        assert not sealer.is_sealed(Pseudonymizer(RING, "phone")(NUMBER))

    def test_sealers_compare_by_their_rings(self):
        """A sealer is a value as policies are."""
        assert sealer == Sealer(RING) != Sealer(OTHER)


class TestRefusal:
    """FAULTS B5-90, B5-92: one error for everything that is not exactly what was sealed."""

    def test_b5_90_every_bit_of_many_tokens(self):
        """No token with one bit turned over opens."""
        for number in range(30):
            for text in bit_flips(sealer.seal(PARTY, f"+141555501{number:02}")):
                # One that names another key is told so, as it would be with any other letters behind the id.
                with pytest.raises((InvalidToken, KeyUnavailable)):
                    sealer.unseal(text)

    def test_b5_90_every_bit_of_what_the_letters_spell(self):
        """Nor does one whose letters are all good, but spell one bit otherwise."""
        token = sealer.seal(PARTY, NUMBER)
        head, body = token[: -2 * 64], unspell(token[-2 * 64 :])
        assert head + spell(body).decode() == token
        for bit in range(8 * len(body)):
            flipped = int.from_bytes(body, "big") ^ 1 << bit
            _refused(head + spell(flipped.to_bytes(len(body), "big")).decode())

    def test_b5_92_cut_extended_respelled(self):
        """A token has one spelling and one length."""
        for text in mangled(sealer.seal(DataCategory.CONTENT, "x" * 40)):
            _refused(text)

    def test_b5_90_blocks_cannot_be_moved(self):
        """Whole blocks left out, repeated or exchanged: refused."""
        token = sealer.seal(DataCategory.CONTENT, "".join(map(chr, range(33, 97))))
        head, body = token[:-224], token[-224:]
        blocks = [body[start : start + 32] for start in range(0, len(body), 32)]
        for one, other in itertools.combinations(range(len(blocks)), 2):
            exchanged = blocks.copy()
            exchanged[one], exchanged[other] = blocks[other], blocks[one]
            if exchanged != blocks:
                _refused(head + "".join(exchanged))
        for place in range(len(blocks)):
            _refused(head + "".join(blocks[:place] + blocks[place + 1 :]))
            _refused(head + "".join(blocks[: place + 1] + blocks[place:]))

    def test_b5_90_every_length_behind_a_good_commitment(self):
        """Whatever is left behind the commitment, nothing of it is decrypted, and an empty rest is no empty text."""
        token = sealer.seal(PARTY, NUMBER)
        for letters in range(2, 64, 2):
            _refused(token[:-letters])
            _refused(token + "b" * letters)
        _refused(token[:-64])

    def test_b5_90_category_swap(self):
        """What was sealed as a number does not open as a body."""
        token = sealer.seal(PARTY, NUMBER)
        for category in DataCategory:
            kind = sealer.seal(category, "").partition("A")[0]
            if category is not PARTY:
                _refused(kind + token.removeprefix("sealpartynumber"))

    @pytest.mark.parametrize(
        "ring", [OTHER, RING.for_tenant("acme"), RING.for_tenant("acme").for_tenant("emea")]
    )
    def test_b5_90_other_rings_and_tenants(self, ring):
        """Whoever has the same key id and other secrets opens nothing."""
        _refused(sealer.seal(PARTY, NUMBER), Sealer(ring))
        _refused(Sealer(ring).seal(PARTY, NUMBER))

    def test_key_swap(self):
        """A token of one key does not open under another key of the same ring."""
        _refused(sealer.seal(PARTY, NUMBER).replace("bcdfgh", "jkmnpr", 1))

    @pytest.mark.parametrize(
        "text", ["", "seal", "sealA", "sealpartynumberAbcdfgh", "A", "[CONTENT]", NUMBER]
    )
    def test_other_texts(self, text):
        """Texts that are no tokens are invalid ones."""
        _refused(text)

    @given(st.text(max_size=60))
    def test_any_text(self, text):
        """No text makes anything else happen."""
        _refused("seal" + text)
        _refused(text)

    def test_b5_90_no_error_holds_the_text(self):
        """Neither the message nor what the error hangs on says anything of the token."""
        with pytest.raises(InvalidToken) as caught:
            sealer.unseal(sealer.seal(PARTY, NUMBER)[:-2] + "bb")

        assert () == caught.value.args[1:]
        assert caught.value.__context__ is None
        assert caught.value.__cause__ is None
        assert isinstance(pickle.loads(pickle.dumps(caught.value)), InvalidToken)

    def test_b5_94_comparison_is_of_bytes_and_in_constant_time(self, monkeypatch):
        """The commitments meet in compare_digest() as 32 bytes each."""
        met = []
        monkeypatch.setattr(hmac, "compare_digest", lambda one, other: met.append((one, other)))

        sealer.is_sealed(sealer.seal(PARTY, NUMBER))

        assert [(bytes, 32, bytes, 32)] == [(type(a), len(a), type(b), len(b)) for a, b in met]


class TestUnavailable:
    """FAULTS B5-95: that a key is missing is told, and nothing else can be learnt from it."""

    @pytest.mark.parametrize(("key_id", "state"), [("xxxxxx", "destroyed"), ("wwwwww", "unknown")])
    def test_b5_89_missing_keys_are_named(self, key_id, state):
        """A token of a destroyed or unknown key says which."""
        token = sealer.seal(PARTY, NUMBER).replace("bcdfgh", key_id, 1)

        with pytest.raises(KeyUnavailable) as caught:
            sealer.unseal(token)

        assert (key_id, state) == (caught.value.key_id, caught.value.state)
        assert not sealer.is_sealed(token)

    def test_b5_95_the_answer_depends_on_the_id_alone(self):
        """Authentic before or not, of whichever tenant: the same id has the same answer."""
        gone = RING.rotate().destroy("bcdfgh")
        authentic = sealer.seal(PARTY, NUMBER)
        tenants = Sealer(RING.for_tenant("acme")).seal(PARTY, NUMBER)
        junk = "sealpartynumberAbcdfgh" + "b" * 128

        answers = set()
        for token in (authentic, tenants, junk):
            with pytest.raises(KeyUnavailable) as caught:
                Sealer(gone).unseal(token)
            answers.add(str(caught.value))

        assert 1 == len(answers)

    def test_b5_95_never_made_and_another_tenants_go_the_same_way(self, monkeypatch):
        """A token of another tenant and one that nobody made are refused at the same step, before any decryption."""
        steps = []
        compare = hmac.compare_digest
        monkeypatch.setattr(
            hmac, "compare_digest", lambda *sides: steps.append("compare") or compare(*sides)
        )
        monkeypatch.setattr(Siv, "decrypt", lambda *parts: steps.append("decrypt"))

        _refused(Sealer(RING.for_tenant("acme")).seal(PARTY, NUMBER))
        made_by_another, steps[:] = steps.copy(), []
        _refused("sealpartynumberAbcdfgh" + "b" * 128)

        assert ["compare", "compare"] == made_by_another == steps


def _double(block: int) -> int:
    # Multiplication by x in GF(2^128). Source: RFC 5297, section 2.3.
    return (block << 1 & (1 << 128) - 1) ^ (0x87 if block >> 127 else 0)


def _cmac(key: bytes, data: bytes) -> int:
    mac = CMAC(algorithms.AES(key))
    mac.update(data)
    return int.from_bytes(mac.finalize(), "big")


def _context_for(key: bytes, tag: int, ciphertext: bytes) -> bytes:
    """Find the associated data under which AES-SIV with *key* takes *tag* and a ciphertext of two blocks."""
    mac_key, text_key = key[:32], key[32:]
    counter = (tag & ~(1 << 63 | 1 << 31)).to_bytes(16, "big")
    plain = Cipher(algorithms.AES(text_key), modes.CTR(counter)).encryptor().update(ciphertext)
    aes = Cipher(algorithms.AES(mac_key), modes.ECB())
    encrypt = lambda block: int.from_bytes(aes.encryptor().update(block.to_bytes(16, "big")), "big")  # noqa: E731
    decrypt = lambda block: int.from_bytes(aes.decryptor().update(block.to_bytes(16, "big")), "big")  # noqa: E731
    subkey = _double(encrypt(0))
    first, second = (int.from_bytes(plain[start : start + 16], "big") for start in (0, 16))
    # tag = E(second ^ d ^ subkey ^ E(first)), and d = double(CMAC(0)) ^ CMAC(context) of one full block: both can be undone.
    mixed = decrypt(tag) ^ subkey ^ encrypt(first) ^ second
    return (decrypt(mixed ^ _double(_cmac(mac_key, bytes(16)))) ^ subkey).to_bytes(16, "big")


class TestCommitment:
    """FAULTS B5-91: a token opens under one key, or under none."""

    def test_bare_aes_siv_does_not_commit(self):
        """One ciphertext, made without trying, opens under two keys to two texts: that is why there is a commitment."""
        tag, ciphertext = 0x0123456789ABCDEF_FEDCBA9876543210, b"one ciphertext under two keys..!"
        sealed = tag.to_bytes(16, "big") + ciphertext
        keys = [ring.derive("seal", length=96)[:64] for ring in (RING, OTHER)]

        texts = [Siv(key).decrypt(sealed, [_context_for(key, tag, ciphertext)]) for key in keys]

        assert None not in texts
        assert texts[0] != texts[1]

    def test_b5_91_refused_even_where_aes_siv_would_open_it(self, monkeypatch):
        """With a cipher that opens whatever it is given, the commitment alone keeps other keys from opening a token."""
        token, foreign = sealer.seal(PARTY, NUMBER), Sealer(OTHER).seal(PARTY, NUMBER)
        monkeypatch.setattr(Siv, "decrypt", lambda *parts: b"+14155550199\x80\0\0\0")

        assert (PARTY, "+14155550199") == sealer.unseal(token)
        _refused(foreign)
        _refused(token, Sealer(OTHER))

    def test_b5_91_one_body_cannot_carry_two_commitments(self):
        """The collision behind the commitment of either key fails under both: the associated data is not free."""
        tag, ciphertext = 0x0123456789ABCDEF_FEDCBA9876543210, b"one ciphertext under two keys..!"
        for ring in (RING, OTHER):
            commitment = ring.derive("seal", length=96)[64:]
            body = spell(commitment + tag.to_bytes(16, "big") + ciphertext).decode()
            for opener in (RING, OTHER):
                _refused(f"sealcontentAbcdfgh{body}", Sealer(opener))

    def test_commitments_differ(self):
        """Each key, tenant and ring has a commitment of its own, and it is no part of the cipher's key."""
        rings = [
            RING,
            OTHER,
            RING.for_tenant("a"),
            RING.for_tenant("b"),
            RING.rotate(),
            KeyRing.generate(),
        ]

        assert len(rings) == len({Sealer(ring).seal(PARTY, NUMBER)[-128:-64] for ring in rings})
        derived = RING.derive("seal", length=96)
        assert derived[64:] not in derived[:64]


def test_the_kinds_are_a_closed_list():
    """Every category can be sealed, and the table cannot be changed by accident."""
    assert set(DataCategory) == set(module._KINDS)
    with pytest.raises(TypeError):
        module._KINDS[PARTY] = "x"
