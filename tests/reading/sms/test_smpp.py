"""Payloads in records of SMPP."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from tests.records.sms.packing import concatenated, septets
from voxvalley_privacy.records.sms import decode_short_message
from voxvalley_privacy.redaction import _payloads

C = vp.DataCategory
BODIES = vp.policies.labels().with_actions({C.CONTENT: vp.scan})
REDACT = vp.Redactor(BODIES, schema="smpp.sm")
CANARY = "14155550132"
TEXT = f"call +{CANARY} now"
SHOWN = "call [PHONE_NUMBER] now"


def said(data: object, **fields: object) -> object:
    """Redact a PDU and give its message."""
    return REDACT({"short_message": data, **fields})["short_message"]


@pytest.mark.parametrize(
    ("data", "coding"),
    [
        (septets(TEXT), 0),
        (TEXT.encode(), None),
        (TEXT.encode(), 1),
        (TEXT.encode("latin-1"), 3),
        (TEXT.encode("iso8859-5"), 6),
        (TEXT.encode("utf-16-be"), 8),
        (septets(TEXT), 0xF1),
        (bytearray(septets(TEXT)), 0),
        (memoryview(septets(TEXT)), 0),
        (TEXT.encode("utf-16-be").hex(), 8),
        (TEXT.encode("utf-16-be").hex().upper(), "0x08"),
        (septets(TEXT).hex(), 0),
        (TEXT, 8),
    ],
)
def test_b1_23_payloads_by_their_coding(data, coding):
    """Octets, their hexadecimal digits and decoded texts are read as `data_coding` says, and treated."""
    assert SHOWN == said(data, data_coding=coding, esm_class=0)


@pytest.mark.parametrize("coding", [2, 4, 5, 9, 0x20, 0xF4, 256, -1, "eight", 1.5, [8]])
def test_b1_23_what_cannot_be_read(coding):
    """Of binary, reserved and senseless codings a placeholder stands."""
    assert "[BYTES]" == said(TEXT.encode(), data_coding=coding)


def test_octets_above_the_alphabet():
    """Octets that the alphabet has no character for are no text."""
    assert "[BYTES]" == said(b"call \xe9", data_coding=0)
    assert "[BYTES]" == said(b"call \xe9", data_coding=1)


@pytest.mark.parametrize("number", [1, 2])
def test_b2_24_parts_in_records(number):
    """Of a part of a longer message only the label shows, by its header or by its TLV."""
    part = concatenated(7, 2, number) + septets("call +141555")
    assert "[CONTENT]" == said(part, esm_class=0x40, data_coding=0)
    assert "[CONTENT]" == said(part.hex(), esm_class="64", data_coding=0)
    assert "[CONTENT]" == said(b"call +141555", sar_total_segments=2)


def test_broken_header():
    """Where the flag says that there is a header and there is none, nothing shows; nor where somebody cut it off."""
    assert "[BYTES]" == said(b"\xff\x00\x03", esm_class=0x40)
    assert "[BYTES]" == said("call 141555", esm_class=0x40)


def test_address_from_a_gateway_that_sends_ascii():
    """An at sign of ASCII is not taken for an exclamation mark of GSM."""
    assert "[EMAIL_ADDRESS] ok" == said(b"zoe@example.com ok", data_coding=0)
    assert "¡hola!" == said(septets("¡hola!"), data_coding=0)


def test_digits_that_may_be_octets():
    """What may be a number or the digits of octets shows only where the length tells which it is."""
    assert "[BYTES]" == said("34313535353530313332")
    assert "[PHONE_NUMBER]" == said("34313535353530313332", sm_length=10)
    assert "[PHONE_NUMBER]" == said("4155550132", sm_length=10)
    assert "[BYTES]" == said("4155550132", sm_length=7)
    assert "cafe" == said("cafe")
    assert "deadbeef" == said("deadbeef", sm_length=8)
    assert "[BYTES]" == said("deadbeef")
    assert "[BYTES]" == said("deadbeef", data_coding=8)


def test_message_payload_and_other_spellings():
    """The long form is read alike, under any spelling of its key, in an envelope, and on the end user's side."""
    assert (
        SHOWN
        == REDACT({"message_payload": TEXT.encode("utf-16-be"), "data_coding": 8})[
            "message_payload"
        ]
    )
    assert (
        SHOWN == REDACT({"shortMessage": TEXT.encode("utf-16-be"), "dataCoding": 8})["shortMessage"]
    )
    assert SHOWN == REDACT({"data": [{"short_message": septets(TEXT)}]})["data"][0]["short_message"]


def test_policies_that_look_at_no_text():
    """Where content is a label, dropped or kept, nothing is decoded."""
    assert (
        "[CONTENT]"
        == vp.Redactor(vp.policies.labels(), schema="smpp.sm")({"short_message": TEXT})[
            "short_message"
        ]
    )
    kept = vp.Redactor(BODIES.with_actions({C.CONTENT: vp.keep}), schema="smpp.sm")
    assert b"hello" == kept({"short_message": b"hello"})["short_message"]
    dropped = vp.Redactor(BODIES.with_actions({C.CONTENT: vp.drop}), schema="smpp.sm")
    assert {} == dropped({"short_message": TEXT})


def test_known_values_in_the_decoded_text():
    """A number of the addresses is found in the decoded text, and the input is left as it was."""
    pdu = {
        "source_addr": "+447700900123",
        "short_message": "from 07700 900123".encode("utf-16-be"),
        "data_coding": 8,
    }
    before = dict(pdu)
    assert "900123" not in str(REDACT(pdu))
    assert before == pdu


def test_empty_and_foreign_values():
    """An empty message stays empty, and one that is no text goes the way of other values."""
    assert b"" == said(b"")
    assert "" == said("")
    assert said(None) is None
    assert "call [PHONE_NUMBER]" == said([f"call +{CANARY}"])[0]


def test_own_schema_says_how():
    """A schema of one's own names the fields that say how a payload is read."""
    schema = vp.Schema(
        "acme.pdu", {"ud": C.CONTENT, "dc": C.STATUS}, payloads={"ud": {"coding": "dc"}}
    )
    redact = pickle.loads(pickle.dumps(vp.Redactor(BODIES, schema=schema)))
    assert SHOWN == redact({"ud": TEXT.encode("utf-16-be"), "dc": 8})["ud"]


@pytest.mark.parametrize(
    "payloads",
    [
        {"none": {"coding": "dc"}},
        {"ud": {"coding": "none"}},
        {"ud": {"color": "dc"}},
        {"ud": "dc"},
        {"ud": None},
    ],
)
def test_own_schema_that_cannot_be(payloads):
    """Fields that are not there and roles that nobody knows are told with their place."""
    with pytest.raises(vp.ConfigurationError, match=r"payloads\[0\]"):
        vp.Schema("acme.pdu", {"ud": C.CONTENT, "dc": C.STATUS}, payloads=payloads)


def test_fault_in_the_decoder(monkeypatch):
    """A fault gives a placeholder and a count, never the payload."""

    def broken(*_):
        raise RuntimeError(TEXT)

    monkeypatch.setattr(_payloads, "of_record", broken)
    redact = vp.Redactor(BODIES, schema="smpp.sm")
    assert "[FAULT]" == redact({"short_message": TEXT})["short_message"]
    assert {"fault": 1} == dict(redact.stats().faults)


def test_decoding_alone():
    """The decoder gives the text and the part, and raises for nothing it is given."""
    data = decode_short_message(concatenated(7, 2, 1) + septets("call"), esm_class=0x40)
    assert ("call", 7, 2, 1) == (
        data.text,
        data.header.reference,
        data.header.total,
        data.header.number,
    )
    assert decode_short_message(object()).text is None
    assert decode_short_message(b"x", data_coding="x").text is None


@given(
    st.binary(max_size=40) | st.text(max_size=40) | st.text("0123456789abcdefABCDEF", max_size=40),
    st.integers(-1, 300) | st.text(max_size=4) | st.none(),
    st.integers(0, 255) | st.none(),
    st.integers(0, 60) | st.none(),
    st.integers(0, 3) | st.none(),
)
@example(b"\x05\x00\x03\x07\x02\x01\xd8", 8, 0x40, None, None)
def test_nothing_raises_and_nothing_raw(data, coding, flags, length, parts):
    """Whatever stands in the fields, a text comes out, and never a fault."""
    before = REDACT.stats().faults.get("fault", 0)
    pdu = {"short_message": data, "data_coding": coding, "esm_class": flags, "sm_length": length}
    made = REDACT({**pdu, "sar_total_segments": parts})["short_message"]
    assert isinstance(made, str) or not data
    assert before == REDACT.stats().faults.get("fault", 0)


@given(
    st.sampled_from([0, 1, 3, 8]),
    st.booleans(),
    st.text("abc é", max_size=8),
    st.text("abc", max_size=8),
)
def test_number_in_any_coding(coding, hexadecimal, before, after):
    """A number shows in no coding, and redacting twice changes nothing."""
    codec = {0: "latin-1", 1: "ascii", 3: "latin-1", 8: "utf-16-be"}[coding]
    raw = f"{before} +{CANARY} {after}".encode(codec, "replace")
    pdu = {
        "short_message": raw.hex() if hexadecimal else raw,
        "data_coding": coding,
        "sm_length": len(raw),
    }
    once = REDACT(pdu)
    assert_no_canary(str(once["short_message"]), CANARY)
    assert once == REDACT(once)
