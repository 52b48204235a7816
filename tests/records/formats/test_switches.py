"""Records of switches as they write them: BroadWorks with escaped commas, columns of fixed width."""

from __future__ import annotations

import io

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
    """Rows of any width are told, read by the known columns, and written with `\\,` again."""
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
