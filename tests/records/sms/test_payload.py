"""Payloads: headers, alphabets, and bytes that are neither."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from tests.records.sms.packing import concatenated, packed, septets
from voxvalley_privacy.actions._plain import scan
from voxvalley_privacy.reading.sms._gsm7 import BASIC, EXTENDED
from voxvalley_privacy.records import sms

REDACT = vp.Redactor(vp.policies.labels().with_actions({vp.DataCategory.CONTENT: scan}))
NUMBER = "14155550132"
GSM = st.text(alphabet=sorted({*BASIC, *EXTENDED.values()} - {"\x1b"}), min_size=1, max_size=150)


class TestAlphabets:
    """3GPP TS 23.038: septets, their packing, and UCS-2."""

    def test_known_octets(self):
        """The word that every description of the packing uses decodes from its known octets."""
        assert "hellohello" == sms.decode_user_data("E8329BFD4697D9EC37", septets=10).text

    @given(GSM)
    def test_packed_septets_come_back(self, text):
        """What was packed is read, with every character of the table and its extension."""
        assert text == sms.decode_user_data(packed(text), septets=len(septets(text))).text

    @given(GSM, st.booleans())
    def test_fill_bits_behind_a_header(self, text, wide):
        """Behind a header septets begin at the next boundary of septets, whatever its length."""
        header = concatenated(7, 2, 1, wide=wide)
        count = -(-8 * len(header) // 7) + len(septets(text))

        decoded = sms.decode_user_data(packed(text, header).hex(), udhi=True, septets=count)

        assert (text, 7, 2, 1, wide) == (
            decoded.text, decoded.header.reference, decoded.header.total, decoded.header.number, decoded.header.wide
        )  # fmt: skip

    @given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=70))
    def test_ucs2_with_surrogate_pairs(self, text):
        """UCS-2 is read as UTF-16, so that characters beyond the first plane come whole."""
        assert text == sms.decode_user_data(text.encode("utf-16-be"), dcs=8).text

    @pytest.mark.parametrize("dcs", [0x04, 0x0C, 0x20, 0x28, 0x84, 0xF4, -1, 256])
    def test_binary_compressed_and_unknown_schemes_are_no_text(self, dcs):
        """Eight-bit data, compressed text and reserved coding schemes come out as the placeholder."""
        assert "[BYTES]" == sms.redact_pdu_payload(NUMBER.encode(), REDACT, dcs=dcs)

    @pytest.mark.parametrize(
        ("dcs", "alphabet"),
        [(0, "7"), (0x11, "7"), (0xC0, "7"), (0xF1, "7"), (8, "2"), (0x18, "2"), (0xE0, "2")],
    )
    def test_groups_of_coding_schemes(self, dcs, alphabet):
        """Message classes, waiting indications and stored messages say their alphabet in their group."""
        data = packed("hi there") if alphabet == "7" else "hi there".encode("utf-16-be")

        assert "hi there" == sms.decode_user_data(data, dcs=dcs, septets=8).text

    def test_septets_one_a_byte(self):
        """Gateways send septets unpacked; a byte above is then no text."""
        assert "[hi" == sms.decode_user_data(b"\x1b\x3chi", packed=False).text
        assert None is sms.decode_user_data(b"caf\xe9", packed=False).text


class TestHeaders:
    """3GPP TS 23.040, section 9.2.3.24."""

    @pytest.mark.parametrize(
        "broken",
        [
            "",
            "05",
            "050003070201",
            "06000307020100ff"[:10],
            "0500030702",
            "050003070203",
            "050003070200",
            "0504030702",
            "020003",
        ],
    )
    def test_broken_headers(self, broken):
        """A header that is cut, or says a part beyond the total, is no header, and what has it no text."""
        data = bytes.fromhex(broken)
        header = sms.parse_udh(data)

        assert header is None or header.number <= header.total
        assert sms.redact_pdu_payload(data + NUMBER.encode(), REDACT, udhi=True) != NUMBER

    def test_ports_and_national_tables_are_no_text(self):
        """Data for a program, and text in a national table, come out as the placeholder."""
        for header in ("06050415810000", "03240101", "03250101"):
            assert "[BYTES]" == sms.redact_pdu_payload(
                bytes.fromhex(header) + packed(NUMBER), REDACT, udhi=True
            )

    @given(
        st.binary(max_size=200),
        st.integers(-1, 300),
        st.booleans(),
        st.booleans(),
        st.none() | st.integers(-5, 400),
    )
    def test_any_bytes(self, data, dcs, udhi, is_packed, count):
        """No bytes raise, and what comes out can be written."""
        made = sms.redact_pdu_payload(
            data, REDACT, dcs=dcs, udhi=udhi, packed=is_packed, septets=count
        )

        assert made.encode().decode() == made


@pytest.mark.parametrize("dcs", [0, 8])
def test_b1_23_a_number_in_a_payload(dcs):
    """A number in a packed or UCS-2 payload, in hex, is hidden as in the text it spells."""
    text = f"call +{NUMBER} now"
    data = packed(text) if dcs == 0 else text.encode("utf-16-be")

    made = sms.redact_pdu_payload(data.hex().upper(), REDACT, dcs=dcs, septets=len(text))

    assert "call [PHONE_NUMBER] now" == made


@pytest.mark.parametrize("data", ["zz", "4", None, 12, "41" * 200_000])
def test_what_is_no_payload(data):
    """What is no hexadecimal, no bytes, or too long is a placeholder."""
    assert sms.redact_pdu_payload(data, REDACT) in {"[BYTES]", "[FAULT]"}


def test_a_lone_part_shows_no_text():
    """Of a part without the others only the label of content comes out."""
    made = sms.redact_pdu_payload(packed("half +141555", concatenated(1, 2, 1)), REDACT, udhi=True)

    assert "[CONTENT]" == made


def test_b2_28_a_policy_that_labels_content():
    """Where the policy labels message bodies, a body with a code in it is a label as a whole."""
    made = sms.redact_pdu_payload(
        packed("Your code is 847291"), vp.Redactor(vp.policies.labels()), septets=19
    )

    assert_no_canary(made, "847291", run=3)


def test_reprs_show_no_text():
    """A decoded payload does not show its text."""
    assert "hello" not in repr(sms.decode_user_data(packed("hello")))
