"""The demonstration: made-up records of three systems, before and after."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .. import policies, records
from ..keys import KeyRing
from ..redaction import Redactor

__all__ = ["run"]

_ASTERISK = '''\
"","14155550132","447700900123","outbound","""Ann Example"" <14155550132>","PJSIP/1001-0000002a","SIP/carrier-0000002b",\
"Dial","SIP/carrier/447700900123,30,tT","2026-11-23 20:15:31","2026-11-23 20:15:35","2026-11-23 20:16:31",60,56,"ANSWERED",\
"DOCUMENTATION","1795464931.42",""
"","anonymous","1001","from-trunk","""Anonymous"" <anonymous>","SIP/carrier-0000002c","PJSIP/1001-0000002d","Dial",\
"PJSIP/1001,20","2026-11-23 20:20:02","","2026-11-23 20:20:22",20,0,"NO ANSWER","DOCUMENTATION","1795465202.44","cb 4155550199"
'''

# The first call of the CDR, in the log of the PBX and on the wire.
_FULL = """\
[2026-11-23 20:15:31.204] VERBOSE[2114][C-0000002a] pbx.c: Executing [447700900123@outbound:1] \
Dial("PJSIP/1001-0000002a", "SIP/carrier/447700900123,30,tT") in new stack
[2026-11-23 20:15:31.398] NOTICE[2114][C-0000002a] app_dial.c: "Ann Example" <14155550132> calls +447700900123
[2026-11-23 20:15:35.011] VERBOSE[2114][C-0000002a] app_dial.c: SIP/carrier-0000002b answered PJSIP/1001-0000002a
"""

_TRACE = """\
<--- Received SIP request (342 bytes) from UDP:192.0.2.17:5060 --->
INVITE sip:447700900123@pbx.example.com SIP/2.0
Via: SIP/2.0/UDP 192.0.2.17:5060;branch=z9hG4bK776asdhds
From: "Ann Example" <sip:14155550132@pbx.example.com>;tag=a71b
To: <sip:447700900123@pbx.example.com>
Call-ID: 7c9e@192.0.2.17
CSeq: 1 INVITE
Content-Length: 0

<--- Transmitting SIP response (287 bytes) to UDP:192.0.2.17:5060 --->
SIP/2.0 200 OK
Via: SIP/2.0/UDP 192.0.2.17:5060;branch=z9hG4bK776asdhds
From: "Ann Example" <sip:14155550132@pbx.example.com>;tag=a71b
To: <sip:447700900123@pbx.example.com>;tag=b82c
Call-ID: 7c9e@192.0.2.17
CSeq: 1 INVITE
Content-Length: 0

"""

_TWILIO = [
    {
        "sid": "CA0123456789abcdef0123456789abcdef", "account_sid": "AC0123456789abcdef0123456789abcdef",
        "from": "+14155550132", "from_formatted": "(415) 555-0132", "to": "+447700900123", "caller_name": "ANN EXAMPLE",
        "direction": "outbound-api", "status": "completed", "start_time": "Mon, 23 Nov 2026 20:15:31 +0000",
        "duration": "60", "price": "-0.0140", "price_unit": "USD",
        "uri": "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Calls/CA0123456789abcdef0123456789abcdef.json",
    },
    {
        "sid": "CAfedcba9876543210fedcba9876543210", "account_sid": "AC0123456789abcdef0123456789abcdef",
        "from": "sip:bob@pbx.example.com", "to": "+14155550132", "caller_name": "BOB EXAMPLE", "direction": "inbound",
        "status": "no-answer", "start_time": "Mon, 23 Nov 2026 20:20:02 +0000", "duration": "0", "price": None,
        "price_unit": "USD", "note_of_agent": "call back on +1 415 555 0199, mail bob@example.com",
    },
]  # fmt: skip

_FREESWITCH = {
    "core-uuid": "0b4c6e1d-52aa-4c1f-8f0e-7d1c2b3a4f56", "switchname": "pbx",
    "channel_data": {"state": "CS_REPORTING", "direction": "inbound"},
    "variables": {
        "uuid": "91d7c3f0-6a1b-4f5e-9c2d-3e4f5a6b7c8d", "sip_from_user": "14155550132",
        "sip_from_uri": "14155550132%40192.0.2.17", "sip_network_ip": "192.0.2.17",
        "channel_name": "sofia/internal/14155550132@192.0.2.17", "digits_dialed": "9921", "billsec": "56",
        "hangup_cause": "NORMAL_CLEARING", "sip_user_agent": "Example%20Phone/2.1",
    },
    "callflow": [{"caller_profile": {
        "caller_id_name": "Ann%20Example", "caller_id_number": "14155550132", "destination_number": "447700900123",
        "network_addr": "192.0.2.17", "chan_name": "sofia/internal/14155550132@192.0.2.17"}}],
}  # fmt: skip


def run(folder: Path | None) -> None:
    """Write the records, redact the files as an integrator would, and print both sides."""
    with tempfile.TemporaryDirectory() as temporary:
        at = folder or Path(temporary)
        at.mkdir(parents=True, exist_ok=True)
        keys = KeyRing.generate()
        policy = policies.debug(keys)
        console = Console(width=None if Console().is_terminal else 150, highlight=False)

        (at / "Master.csv").write_text(_ASTERISK, encoding="utf-8")
        records.redact_csv(
            at / "Master.csv", at / "Master.clean.csv", Redactor(policy, "asterisk.cdr_csv")
        )
        _sides(console, "Asterisk Master.csv", at / "Master.csv", at / "Master.clean.csv")

        for name, text, title in (
            ("full.log", _FULL, "The same call in the Asterisk log"),
            ("sip.log", _TRACE, "The same call in a SIP trace"),
        ):
            (at / name).write_text(text, encoding="utf-8")
            clean = (at / name).with_suffix(".clean.log")
            records.redact_log(at / name, clean, Redactor(policy))
            _sides(console, title, at / name, clean)

        (at / "calls.jsonl").write_text(
            "".join(json.dumps(call) + "\n" for call in _TWILIO), encoding="utf-8"
        )
        records.redact_jsonl(
            at / "calls.jsonl", at / "calls.clean.jsonl", Redactor(policy, "twilio.call")
        )
        _sides(console, "Twilio calls, JSON lines", at / "calls.jsonl", at / "calls.clean.jsonl")

        (at / "cdr.json").write_text(json.dumps(_FREESWITCH), encoding="utf-8")
        records.redact_json(
            at / "cdr.json", at / "cdr.clean.json", Redactor(policy, "freeswitch.json_cdr")
        )
        _sides(console, "FreeSWITCH json_cdr", at / "cdr.json", at / "cdr.clean.json")
        if folder is not None:
            console.print(f"The files are in {folder}")


def _sides(console: Console, title: str, before: Path, after: Path) -> None:
    table = Table(
        title=title, title_justify="left", expand=True, header_style="bold", show_lines=True
    )
    table.add_column("before", ratio=1, overflow="fold")
    table.add_column("after, policy debug", ratio=1, overflow="fold")
    for raw, clean in zip(_lines(before), _lines(after), strict=True):
        table.add_row(Text(raw), Text(clean))
    console.print(table)


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        return [line.replace('","', '", "') for line in text.splitlines()]
    if path.suffix == ".log":
        # One cell for all: a trace has an order.
        return [text]
    if path.suffix == ".jsonl":
        return [
            json.dumps(json.loads(line), indent=1, ensure_ascii=False) for line in text.splitlines()
        ]
    return [json.dumps(json.loads(text), indent=1, ensure_ascii=False)]
