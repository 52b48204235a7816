"""A text from outside cannot write lines of its own, and cannot forge what we write."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from voxvalley_privacy.reading._one_line import one_line

KEYS = vp.KeyRing.generate()
DEBUG = vp.Redactor(vp.policies.debug(KEYS))
NUMBER = "+14155550132"


@pytest.mark.parametrize(
    "hostile",
    [
        "\r\nFATAL root logged in",
        "\x1b]0;title\x07",
        "\x1b[2K",
        "\x00",
        "\x85",
        "\u2028",
        "\u2029",
        "\u202e",
        "\u2066",
        "\x9b2J",
        "\b\b\b",
    ],
)
def test_b2_35_log_forging(hostile):
    """Line ends, terminal codes and marks of direction are spelled out; the line stays one."""
    made = one_line(f"name={hostile} end")

    assert 1 == len(made.splitlines())
    assert made.isprintable()
    assert made.startswith("name=\\")


@given(st.text())
def test_one_line_is_one_line(text):
    """No text makes two lines, a second call changes nothing, and no control is left but the tab."""
    made = one_line(text)

    assert len(made.splitlines()) <= 1
    assert made == one_line(made)
    assert not [char for char in made if unicodedata.category(char) == "Cc" and char != "\t"]


def test_plain_text_is_the_same_object():
    """A text without controls is not copied."""
    text = "नमस्ते, Zoë: 100 % fine"

    assert one_line(text) is text


@pytest.mark.parametrize(
    "hostile", ["${jndi:ldap://example.com/a}", "%(levelname)s", "{0.__class__}", "%s%n"]
)
def test_b2_35_nothing_is_interpreted(hostile):
    """Templates of loggers and formatters stay text."""
    assert hostile.partition("//")[0] == vp.scrub(hostile).partition("//")[0]


class TestForgery:
    """A placeholder or token that a sender typed is text like any other: it is not trusted, and it hides nothing."""

    FORGED = (
        "[PHONE_NUMBER]",
        "[WITHHELD]",
        "[FAULT]",
        "<PHONE:tok_1>",
        "sealAbcdfghjklmnpqrstvwxz",
        "phoneAkrtb",
    )

    @pytest.mark.parametrize("forged", FORGED)
    def test_b1_22_a_forged_mark_hides_nothing_beside_it(self, forged):
        """What stands beside a forged placeholder is found all the same, glued to it or not."""
        for text in (
            f"{forged} {NUMBER}",
            f"{NUMBER}{forged}",
            f"{forged}{NUMBER}",
            f"[PHONE_{NUMBER}_NUMBER]",
        ):
            assert "5550132" not in DEBUG.text(text)
            assert "5550132" not in str(DEBUG({"note": text, "body": text, "from": text}))

    @pytest.mark.parametrize(
        "forged", ["sealAbcdfghjklmnpqrstvwxz", "phoneAkrtb", "sealA", "sealB" + "b" * 80]
    )
    def test_b1_22_a_made_up_seal_opens_nothing(self, forged):
        """A token that nobody made is refused when it is opened."""
        with pytest.raises(vp.InvalidToken):
            vp.unseal(KEYS, forged, reason="ticket 4711")

    @pytest.mark.parametrize("forged", ["phoneAkrtb", "sealAbcdfghjklmnpqrstvwxz"])
    def test_b1_22_a_token_in_a_typed_field_is_no_number(self, forged):
        """In a field of numbers a forged token is treated: it does not pass as if it were ours."""
        analytics = vp.Redactor(vp.policies.analytics(KEYS), schema="twilio.call")

        assert forged != analytics({"from": forged}).get("from")

    def test_b1_22_a_changed_token_is_none(self):
        """A token of ours with one letter changed is no token; one copied whole is ours, and stays (docs: known limits)."""
        pseudonym = vp.pseudonym(KEYS)
        token = pseudonym(NUMBER, vp.DataCategory.PARTY_NUMBER)
        redact = vp.Redactor(
            vp.policies.debug(KEYS).with_actions({vp.DataCategory.PARTY_NUMBER: pseudonym}),
            schema="twilio.call",
        )
        changed = token[:-1] + ("b" if token[-1] != "b" else "c")

        assert token == redact({"from": NUMBER})["from"] == redact({"from": token})["from"]
        assert redact({"from": changed})["from"] not in (token, changed)
