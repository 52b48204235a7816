"""Records of switches as they write them: BroadWorks with escaped commas, columns of fixed width."""

from __future__ import annotations

import io
import json

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import records

_KEYS = vp.KeyRing.generate()
_RAW = ("4155550132", "7700900123", "Zoe", "482913")
_BROADWORKS = {
    "recordId": "00021833840050569E7C9120260301101112.5131-040000",
    "serviceProvider": "Acme\\, Inc",
    "type": "Normal",
    "userNumber": "+14155550132",
    "groupNumber": "+12125550198",
    "direction": "Terminating",
    "callingNumber": "+447700900123",
    "calledNumber": "+14155550132",
    "startTime": "20260301101112.513",
    "releaseTime": "20260301101215.001",
    "otherPartyName": "Example\\, Zoe",
    "chargedNumber": "+14155550132",
}


def _broadworks(columns: int) -> bytes:
    order = vp.schemas.get("broadworks.cdr").column_orders[0]
    row = ["" if name == "..." else _BROADWORKS.get(name, "") for name in order]
    row += [""] * (columns - len(row))
    row[150:151] = ["call +14155550132"]
    return (",".join(row[:columns]) + "\n").encode() * 3


def _treated(data: bytes, policy: str, **settings: object) -> tuple[str, records.StreamReport]:
    out = io.BytesIO()
    redact = vp.Redactor(getattr(vp.policies, policy)(_KEYS, region="US"))
    report = records.redact_file(io.BytesIO(data), out, redact, **settings)
    return out.getvalue().decode(), report


@pytest.mark.parametrize("policy", ["debug", "analytics", "share", "public"])
@pytest.mark.parametrize("columns", [200, 448])
def test_b14_195_broadworks_rows_have_names_and_keep_their_escapes(columns: int, policy: str):
    r"""Rows of any width are told, read by the known columns, and written with `\\,` again."""
    data = _broadworks(columns)
    redacted, report = _treated(data, policy, schema="broadworks.cdr", least_known=0)

    assert ("csv", "broadworks.cdr") == (records.kind_of(data), records.guess_schema(data, "csv"))
    assert (3, {}) == (report.records_out, dict(report.marked))
    assert [] == [raw for raw in _RAW if raw in redacted]
    plain = redacted.replace("\\,", "")
    assert {columns - 1} == {line.count(",") for line in plain.splitlines()}


def test_b14_195_a_broadworks_row_stays_useful():
    """Times, the direction and the kind of a record stay under debug; the end user's side is told."""
    redacted, _ = _treated(_broadworks(200), "debug", schema="broadworks.cdr")
    row = redacted.splitlines()[0]

    assert "Acme\\, Inc,Normal,+1********32,+12125550198,Terminating,+44********23" in row
    assert ",20260301101112.513," in row
    assert "call +1********32" in row


def test_a_column_order_may_leave_names_open():
    """`""` is a column of unknown name, `"..."` more of these; a wrong name is refused."""
    fields = {"a": "PARTY_NUMBER", "start": "TIMESTAMP"}
    schema = vp.Schema("acme.cdr", fields, column_orders=[("a", "", "start", "...")])
    row = b"+14155550132,x,2026-03-01 10:11:12,y,+14155550132\n"
    redact = vp.Redactor(vp.policies.debug(_KEYS), schema)
    out = io.BytesIO()
    records.redact_csv(io.BytesIO(row * 3), out, redact)

    assert "+1********32,x,2026-03-01 10:11:12,y,+1********32" == out.getvalue().decode().splitlines()[0]  # fmt: skip
    with pytest.raises(vp.ConfigurationError, match="column_orders"):
        vp.Schema("acme.cdr", fields, column_orders=[("a", "nothing", "...")])


@pytest.mark.parametrize(
    ("name", "record", "end_user"),
    [
        ("twilio.console_calls_csv", {"Direction": "Outgoing API", "From": "+12125550198", "To": "+14155550132"}, "To"),
        ("avaya.ipo_smdr", {"Direction": "I", "Caller": "+14155550132", "Called Number": "1001"}, "Caller"),
        ("messagebird.sms", {"direction": "mo", "originator": "+14155550132", "recipient": "+12125550198"}, "originator"),
        ("clicksend.sms", {"direction": "in", "from": "+14155550132", "to": "+12125550198"}, "from"),
    ],
)  # fmt: skip
def test_the_direction_says_which_side_is_the_end_users(
    name: str, record: dict[str, str], end_user: str
):
    """An action for end users takes that side alone."""
    policy = vp.policies.debug(_KEYS).with_actions(
        {
            vp.DataCategory.END_USER_NUMBER: vp.drop,
            vp.DataCategory.PARTY_NUMBER: vp.keep,
        }
    )

    assert set(record) - {end_user} == set(vp.Redactor(policy, name)(record))


# Columns of fixed width ---------------------------------------------------------------------------

_AVAYA = "101100125900  9     14155550132 7700900123       4711   4829130001002 \n"


def _logged(text: str, policy: str, **settings: object) -> tuple[str, records.StreamReport]:
    out = io.BytesIO()
    redact = vp.Redactor(getattr(vp.policies, policy)(_KEYS, region="US"))
    report = records.redact_log(io.BytesIO(text.encode()), out, redact, **settings)
    assert report.records_in == report.records_out
    return out.getvalue().decode(), report


@pytest.mark.parametrize("policy", ["debug", "analytics", "share", "public"])
def test_b14_202_columns_of_fixed_width_keep_their_places(policy: str):
    """Each line has its length, each column its place, and nothing personal is left."""
    text = _AVAYA * 2 + "CDR report for Zoe Example\n"
    redacted, report = _logged(text, policy)

    assert {"avaya.cm_unformatted": 2, "text": 1} == dict(report.layouts)
    assert [len(_AVAYA)] * 2 == [len(line) for line in redacted.splitlines(keepends=True)[:2]]
    assert [] == [raw for raw in _RAW if raw in redacted]
    assert redacted.startswith("10")


def test_b14_205_fixed_widths_of_ones_own():
    """Columns are as wide as the format says; what is between them and behind them is searched."""
    own = records.Format(
        "acme.smdr",
        fields={"who": "PARTY_NUMBER", "name": "PERSON_NAME"},
        widths=[("at", 8), ("", 2), ("who", 14), ("name", 13)],
    )
    line = f"10:11:12  {'+14155550132':<14}{'Zoe':>13} mail zoe@example.com\n"
    redacted, _ = _logged(line, "debug", format=own)

    assert redacted.startswith(f"10:11:12  {'+1********32':<14}[PERSON_NAME] mail emailaddress")
    for widths in ([("a", 0)], [("a", 2), ("a", 3)], [("a",)], [(1, 2)]):
        with pytest.raises(vp.ConfigurationError, match="widths"):
            records.Format("acme.smdr", widths=widths)


@pytest.mark.parametrize("policy", ["debug", "analytics", "public"])
def test_b14_202_messages_in_logs_of_avaya_and_broadworks(policy: str):
    """Frames stay, indented messages are treated whole, and the format is told."""
    invite = [
        "INVITE sip:+447700900123@example.com SIP/2.0",
        'From: "Zoe Example" <sip:+14155550132@192.0.2.17>;tag=a71b',
        "To: <sip:+447700900123@example.com>",
        "Call-ID: 7c9e@192.0.2.17",
        "CSeq: 1 INVITE",
    ]
    indented = "".join(f"{' ' * 20}{line}\n" for line in invite)
    plain = "".join(f"{line}\n" for line in invite)
    office = f"   7926441mS SIP Rx: UDP 192.0.2.17:5060 -> 192.0.2.18:5060\n{indented}"
    switch = (
        "2026.03.01 10:11:12:513 UTC | Info       | Sip | +14155550132 | localHost4821\n\n"
        f"\tudp 823 Bytes IN from 192.0.2.17:5060\n{plain}\n"
    )
    for name, text in (("sip.avaya_ipo", office), ("sip.broadworks", switch)):
        redacted, report = _logged(text * 3, policy)
        assert (name, 15) == (report.format, report.layouts["sip.message"])
        assert [] == [raw for raw in (*_RAW, "192.0.2.17") if raw in redacted]
        assert 3 == redacted.count("CSeq: 1 INVITE")


# Roaming and charging records, as decoders write them ---------------------------------------------

_TAP3 = {
    "batchControlInfo": {"sender": "USAAA", "recipient": "GBRBB", "fileSequenceNumber": "00042"},
    "callEventDetails": [
        {
            "mobileOriginatedCall": {
                "basicCallInformation": {
                    "chargeableSubscriber": {
                        "simChargeableSubscriber": {"imsi": "310150123456789", "msisdn": "14155550132"}
                    },
                    "destination": {"calledNumber": "447700900123"},
                    "totalCallEventDuration": 62,
                }
            }
        }
    ],
}  # fmt: skip
_CHF = {
    "recordType": "chargingFunctionRecord",
    "subscriberIdentifier": {"subscriptionIDData": "14155550132"},
    "duration": 62,
    "pDUSessionChargingInformation": {
        "userIdentifier": "310150123456789",
        "pDUAddress": {"pDUIPv4Address": "192.0.2.17"},
    },
}


def _xml(value: object, name: str) -> str:
    """Write a record as decoders do: the only item of a list is an element without a list."""
    if isinstance(value, list):
        return f"<{name}>{''.join(_xml(item, '')[2:-3] for item in value)}</{name}>"
    if isinstance(value, dict):
        value = "".join(_xml(item, key) for key, item in value.items())
    return f"<{name}>{value}</{name}>"


@pytest.mark.parametrize("kind", ["json", "xml"])
@pytest.mark.parametrize(
    ("name", "root", "record"),
    [("gsma.tap3", "transferBatch", _TAP3), ("3gpp.chf_record", "CHFRecord", _CHF)],
)
def test_tap3_and_chf_as_json_and_xml(name: str, root: str, record: dict, kind: str):
    """They are guessed, each field is the schema's, and both have the same tokens."""
    data = (json.dumps({root: record}) if kind == "json" else _xml(record, root)).encode()
    redacted, report = _treated(data, "debug", schema=name, format=kind)
    plain = vp.Redactor(vp.policies.debug(_KEYS, region="US"), name)(record)

    assert name == records.guess_schema(data, kind)
    assert () == report.fields.unknown
    for raw in ("4155550132", "7700900123", "310150123456789", "192.0.2.17"):
        assert raw not in redacted
    tokens = [text for text in _texts(plain) if text.startswith(("subscriberid", "+1", "+44"))]
    assert tokens
    assert [] == [token for token in tokens if token not in redacted]


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def test_columns_without_quotes_stay_so():
    """A switch that quotes texts and leaves counts bare finds its file as it wrote it."""
    row = '"x","+14155550132","a ""b"" c","y",60,56,"ANSWERED","z"\n'
    out = io.BytesIO()
    records.redact_csv(
        io.BytesIO(row.encode() * 3),
        out,
        vp.Redactor(vp.policies.debug(_KEYS)),
        columns=["note", "from", "title", "kind", "duration", "billsec", "status", "x"],
    )

    assert row.replace("+14155550132", "+1********32") * 3 == out.getvalue().decode()
