"""What stays of a log line beside what goes."""

from __future__ import annotations

import pytest

import voxvalley_privacy as vp

REDACT = vp.Redactor(vp.policies.labels())


@pytest.mark.parametrize(
    "line",
    [
        "261110 105799 8228 INFO dfs.DataNode: done",
        "started\n260302 235959 17 WARN pool: slow",
        "SOA serial 2026060301 TTL 604800 1800",
        "host hosted-eu-20260812-09 up",
        "VERBOSE[82851][C-91095278] pbx.c: up",
        "Codec Compare [PCMU:0:8000:20:64000:1]/[opus:116:48000:20:0:1]",
        "2 000000000000 eni-00fa2beeadb8c3082 up",
        "SMS: received 383450 (2 queued)\nSMS: inbound (0.12,0.80,3.41) msg/sec",
        "level=info query_hash=2309138473 length=1h0m0s",
        "[PUB call.dtmf 26] sent",
    ],
)
def test_a_line_without_anyone_stays(line: str) -> None:
    """Times, ids, serials and counts of a log line that holds nobody's data are left."""
    assert line == REDACT.text(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "auth: login user=zexample mfa=totp attempt=3",
            "auth: [CREDENTIAL] user=[SUBSCRIBER_ID] mfa=totp attempt=3",
        ),
        (
            "[to:VOXCO] [msg:129:id:5337236991 sub:001 stat:DELIVRD err:000 text:see you at ten]",
            "[to:VOXCO] [msg:129:id:5337236991 sub:001 stat:DELIVRD err:000 text:[CONTENT]]",
        ),
        (
            '"caller_name": "Zoe Example", "Body": "see you at ten"}',
            '"caller_name": "[PERSON_NAME]", "Body": "[CONTENT]"}',
        ),
        (
            r"x \\\"caller_name\\\": \\\"Zoe Example\\\"}",
            r"x \\\"caller_name\\\": \\\"[PERSON_NAME]\\\"}",
        ),
        (
            "<caller_name><![CDATA[Zoe Example]]></caller_name>",
            "<caller_name><![CDATA[[PERSON_NAME]]]></caller_name>",
        ),
        ("passport no. X1234567", "passport no. [NATIONAL_ID]"),
        ("passport AB123456 seen", "passport [NATIONAL_ID] seen"),
        ("Row (38675, 'Zoe Example', None)", "Row (38675, '[PERSON_NAME]', None)"),
        ("Registered SIP '627' at pbx", "Registered SIP '[SUBSCRIBER_ID]' at pbx"),
        (
            "Processing text message a->b in context default: see you at ten",
            "Processing text message a->b in context default: [CONTENT]",
        ),
    ],
)
def test_only_what_is_personal_goes(line: str, expected: str) -> None:
    """What is personal goes, and the fields beside it stay."""
    assert expected == REDACT.text(line)


@pytest.mark.parametrize("number", ["2026060301", "202606-0301", "00014155550132"])
def test_a_number_that_no_word_excuses_goes(number: str) -> None:
    """The same digits without the word for a serial, or behind zeros, are hidden."""
    assert number not in REDACT.text(f"reach me at {number} please")
