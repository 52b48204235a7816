"""The text form of key rings, and what is refused as a key."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy.errors import ConfigurationError
from voxvalley_privacy.keys import ALPHABET, KeyRing, spell, unspell

SECRET = bytes(range(7, 39))[::-1][:31] + b"\xf0"
OTHER = bytes(byte ^ 0xA7 for byte in SECRET)
RING = KeyRing({"bcdfgh": SECRET, "jkmnpr": OTHER}, active="bcdfgh", destroyed=["xxxxxx", "wwwwww"])


def _faults(*args, **settings) -> str:
    with pytest.raises(ConfigurationError) as caught:
        KeyRing(*args, **settings)
    return str(caught.value)


class TestSecrets:
    """FAULTS B5-85: what is not 32 random bytes is refused when the ring is built."""

    @pytest.mark.parametrize(
        ("secret", "fault"),
        [
            (b"", "32 bytes long"),
            (SECRET[:31], "32 bytes long"),
            (SECRET + b"\x01", "32 bytes long"),
            (SECRET.hex(), "must be bytes, not str"),
            (bytearray(SECRET), "must be bytes, not bytearray"),
            (None, "must be bytes, not NoneType"),
            (bytes(32), "one byte repeated"),
            (b"\xff" * 32, "one byte repeated"),
            (SECRET[:16] * 2, "too few different bytes"),
            (SECRET[:16].hex().encode(), "too few different bytes"),
            (b"Tr0ub4dor&3 zebra! qXw7Lp9-MkVc", "is text"),
            (bytes(range(32)), "is a sequence"),
            (bytes(range(255, 255 - 96, -3)), "is a sequence"),
        ],
    )
    def test_b5_85_weak_secrets(self, secret, fault):
        """Each kind of weak secret is refused with its reason, and never shown."""
        told = _faults({"bcdfgh": secret}, active="bcdfgh")

        assert fault in told
        if secret:
            shown = secret if isinstance(secret, str) else bytes(secret).decode("latin-1")
            assert shown not in told

    def test_b5_85_reused(self):
        """One secret does not serve under two ids."""
        assert "another id" in _faults({"bcdfgh": SECRET, "jkmnpr": SECRET}, active="bcdfgh")

    @given(st.binary(min_size=32, max_size=32).filter(lambda secret: len(set(secret)) > 20))
    def test_b5_85_random_secrets_pass(self, secret):
        """What looks random is taken, unless all of it can be typed."""
        if any(not 32 <= byte < 127 for byte in secret):
            assert ("bcdfgh",) == KeyRing({"bcdfgh": secret}, active="bcdfgh").key_ids

    def test_all_faults_are_told_at_once(self):
        """A broken ring is mended in one go."""
        told = _faults(
            {"bcdfgh": b"", "BAD": bytes(32), "xxxxxx": SECRET},
            active="nope",
            destroyed=["xxxxxx", "no"],
        )

        assert 6 == sum(
            fault in told
            for fault in (
                "keys[0].secret: must be 32 bytes",
                "keys[1].id: must be 6 letters",
                "keys[1].secret: is one byte repeated",
                "keys[2].id: was destroyed",
                "destroyed[1]: must be 6 letters",
                "active: must be the id",
            )
        )

    def test_an_empty_ring_is_refused(self):
        """A ring has one key at least."""
        assert "must have at least one key" in _faults({}, active="bcdfgh")


class TestRoundTrip:
    """FAULTS B5-92: one text per ring."""

    def test_b5_92_text_and_back(self):
        """The text form holds all that makes the ring."""
        text = RING.to_text()

        again = KeyRing.from_text(text)

        assert RING == again
        assert text == again.to_text()
        assert ("bcdfgh", "jkmnpr") == again.key_ids
        assert ("wwwwww", "xxxxxx") == again.destroyed_ids

    def test_the_text_is_one_line_of_letters_and_dots(self):
        """Nothing in it needs quoting in an environment variable or a shell."""
        assert not RING.to_text().strip(ALPHABET + "voxvalleykeysA.")

    def test_the_active_key_comes_first(self):
        """Which key is active survives, whatever the order they were given in."""
        ring = KeyRing({"bcdfgh": SECRET, "jkmnpr": OTHER}, active="jkmnpr")

        assert "jkmnpr" == KeyRing.from_text(ring.to_text()).active_id

    @pytest.mark.parametrize(
        "mangle",
        [
            str.upper,
            lambda text: text + "\n",
            lambda text: " " + text,
            lambda text: text + ".",
            lambda text: text.replace("keysA", "keysB"),
            lambda text: text.replace(".wwwwww.xxxxxx.", ".xxxxxx.wwwwww."),
            lambda text: text.replace(".wwwwww", ""),
            lambda text: text.replace(".wwwwww", ".wwwwww.wwwwww"),
            lambda text: text.replace("b", "é", 1),
            lambda text: ".".join(["voxvalleykeysA", *text.split(".")[2:]]),
            lambda text: "",
            lambda text: "voxvalleykeysA",
            lambda text: text.encode(),
            lambda text: None,
        ],
    )
    def test_b5_92_other_spellings_are_refused(self, mangle):
        """Junk, case, whitespace, another order or a missing part: not the text of a ring."""
        with pytest.raises(ConfigurationError) as caught:
            KeyRing.from_text(mangle(RING.to_text()))

        assert spell(SECRET).decode() not in str(caught.value)

    def test_every_letter_counts(self):
        """A text with one letter changed or left out is refused: it would make tokens that join with nothing."""
        text = RING.to_text()
        for index, letter in enumerate(text):
            for instead in ("", "b" if letter != "b" else "c"):
                with pytest.raises(ConfigurationError):
                    KeyRing.from_text(text[:index] + instead + text[index + 1 :])

    def test_b5_89_a_destroyed_id_cannot_come_back(self):
        """A text that has an id both destroyed and present is refused, even with a check that fits."""
        from voxvalley_privacy.keys import _text

        text = _text.write([("bcdfgh", SECRET), ("jkmnpr", OTHER)], ["jkmnpr"])

        with pytest.raises(ConfigurationError, match="was destroyed and cannot come back"):
            KeyRing.from_text(text)

    def test_an_id_stands_once(self):
        """A text with two secrets for one id is refused."""
        from voxvalley_privacy.keys import _text

        with pytest.raises(ConfigurationError, match="occurs twice"):
            KeyRing.from_text(_text.write([("bcdfgh", SECRET), ("bcdfgh", OTHER)], []))


class TestEnvironment:
    """Keys from an environment variable."""

    def test_from_env(self, monkeypatch):
        """The variable's text is the ring."""
        monkeypatch.setenv("VOXVALLEY_PRIVACY_KEYS", RING.to_text())

        assert RING == KeyRing.from_env()

    def test_a_missing_variable_is_named(self, monkeypatch):
        """The error tells which variable to set."""
        monkeypatch.delenv("OUR_KEYS", raising=False)

        with pytest.raises(ConfigurationError, match="OUR_KEYS"):
            KeyRing.from_env("OUR_KEYS")

    @pytest.mark.parametrize("load", [KeyRing.from_env, KeyRing.from_file])
    def test_a_text_in_the_wrong_place_is_not_shown(self, load):
        """A key text given as a name or path does not end up in the error."""
        with pytest.raises(ConfigurationError) as caught:
            load(RING.to_text())

        assert spell(SECRET).decode() not in str(caught.value)


class TestLetters:
    """The spelling of bytes."""

    @given(st.binary(max_size=40))
    def test_spell_and_back(self, data):
        """Every value has a spelling, in letters only, that reads back."""
        letters = spell(data).decode()

        assert data == unspell(letters)
        assert not letters.strip(ALPHABET)

    @given(st.text(max_size=8))
    def test_one_spelling_per_value(self, text):
        """What can be read is exactly what would be written."""
        data = unspell(text)

        assert data is None or text == spell(data).decode()

    @pytest.mark.parametrize("text", ["b", "bb c", "BB", "bbb", "ab", "bb\n", "11", "ｂｂ"])
    def test_other_letters_are_refused(self, text):
        """Half a byte, case, digits, whitespace and look-alikes are no spelling."""
        assert unspell(text) is None


def test_random_source_is_the_systems():
    """Secrets come from the operating system, so a forked process has others."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.write(writer, KeyRing.generate().to_text().encode())
        os._exit(0)
    mine = KeyRing.generate()
    os.waitpid(child, 0)

    assert mine != KeyRing.from_text(os.read(reader, 4096).decode())
    os.close(reader)
    os.close(writer)
