"""Logs and traces of every built-in format: what is personal goes, the line stays that line."""

from __future__ import annotations

import io
import json
import pickle
import random
import time

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import records
from voxvalley_privacy.records._log_lines import LogLines

_KEYS = vp.KeyRing.generate()
_DEBUG = vp.Redactor(vp.policies.debug(_KEYS, region="US"))
_ANALYTICS = vp.Redactor(vp.policies.analytics(_KEYS, region="US"))
_PUBLIC = vp.Redactor(vp.policies.public(_KEYS, region="US"))
_RAW = ("4155550132", "7700900123", "Zoe", "zoe.example", "482913", "192.0.2.17", "192.0.2.18")
_LINES = {name: each for name, each in records.formats().items() if not each.reads}
_INVITE = (
    "INVITE sip:+447700900123@example.com SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.0.2.17:5060;branch=z9hG4bKabc\r\n"
    'From: "Zoe Example" <sip:+14155550132@192.0.2.17>;tag=a71b\r\n'
    "To: <sip:+447700900123@example.com>\r\n"
    "Call-ID: 7c9e@192.0.2.17\r\n"
    "CSeq: 1 INVITE\r\n"
    "Content-Length: 0\r\n\r\n"
)
_FULL = "[2026-03-01 10:11:12.513] NOTICE[2114] chan.c: "


def _log(text: str | bytes, redact: vp.Redactor = _DEBUG, **settings: object) -> tuple[str, records.StreamReport]:  # fmt: skip
    raw = text if isinstance(text, bytes) else text.encode()
    out = io.BytesIO()
    report = records.redact_log(io.BytesIO(raw), out, redact, **settings)
    assert report.records_in == report.records_out
    assert raw.count(b"\n") == out.getvalue().count(b"\n")
    return out.getvalue().decode(), report


def _sample(name: str) -> str:
    samples = records.formats()[name].samples
    lines = [line for each in samples for line in ([each] if isinstance(each, str) else [*each, ""])]  # fmt: skip
    return "".join(line + "\n" for line in lines)


@pytest.mark.parametrize("redact", [_DEBUG, _ANALYTICS, _PUBLIC], ids=["debug", "analytics", "public"])  # fmt: skip
@pytest.mark.parametrize("name", _LINES)
def test_b14_202_no_value_is_left(name: str, redact: vp.Redactor):
    """Every sample of every format is cut by its format, and nothing personal in it comes out."""
    redacted, report = _log(_sample(name), redact, format=name)

    assert {name: report.records_in} == dict(report.layouts)
    assert {} == dict(report.faults)
    assert [] == [raw for raw in _RAW if raw in redacted]


@pytest.mark.parametrize("name", sorted(set(_LINES) - {"json.prefixed"}))
def test_b14_202_told_by_itself(name: str):
    """The lines of a format say which it is."""
    assert name == records.guess_log(_sample(name).encode())


def test_b14_202_tokens_are_those_of_records():
    """A number and a Call-ID have one token in an accounting line, a SIP message and a record."""
    line = (
        "ACC: transaction answered: method=INVITE;call_id=7c9e@192.0.2.17;src_user=+14155550132\n"
    )
    redacted, _ = _log(line, _ANALYTICS, format="kamailio.acc")
    row = vp.Redactor(_ANALYTICS.policy, "kamailio.acc")(
        {"callid": "7c9e@192.0.2.17", "src_user": "+14155550132"}
    )
    message = records.redact_sip(_INVITE, _ANALYTICS)

    assert f"call_id={row['callid']};src_user={row['src_user']}\n" == redacted.partition("INVITE;")[2]  # fmt: skip
    assert row["callid"] in message
    assert row["src_user"] in message


def test_b14_251_asterisk_with_iso_dates():
    """An Asterisk log whose lines begin with a bracket is read as that log, and never as JSON."""
    text = f"{_FULL}hello\n" * 3
    redacted, report = _log(text)

    assert text == redacted
    assert "asterisk.full" == report.format
    assert "asterisk.full" == records.kind_of(text.encode())


def test_b14_201_radsniff_packets_stay_packets():
    """The head of a packet and the names of its attributes stay."""
    name = "Acct-Input-Gigawords-Extend"
    text = f'2026-03-01 10:11:12.513823 (1) Accounting-Request Id 42 eth0:192.0.2.17:50123 -> 192.0.2.18:1813 +0.000\n\t{name} = 0\n\tCalling-Station-Id = "+14155550132"\n'  # fmt: skip
    redacted, report = _log(text)

    assert "radsniff" == report.format
    assert f"\t{name} = 0\n" in redacted
    assert '\tCalling-Station-Id = "+1********32"\n' in redacted


def test_line_of_no_layout_is_text():
    """A line that does not fit is searched as text, and gone where a policy shows no free text."""
    text = f"{_FULL}hello\nZoe Example said call +14155550132\n"
    debug, report = _log(text, format="asterisk.full")
    public, _ = _log(text, _PUBLIC, format="asterisk.full")

    assert "+1********32" in debug.splitlines()[1]
    assert "[FREE_TEXT]" == public.splitlines()[1]
    assert public.startswith("[2026-03-01 00:00:00] NOTICE[2114] chan.c: ")
    assert {"asterisk.full": 1, "text": 1} == dict(report.layouts)


def test_json_behind_a_prefix_stays_json():
    """JSON after the prefix of a line parses, with its values treated."""
    text = '<134>2026-03-01T10:11:12Z sbc1 app: {"caller":"+14155550132","code":486}\n'
    redacted, _ = _log(text)

    assert {"caller": "+1********32", "code": 486} == json.loads(redacted.partition("app: ")[2])


@pytest.mark.parametrize(
    ("head", "indent", "dot"),
    [
        ("<--- Received SIP request (320 bytes) from UDP:192.0.2.17:5060 --->", "", ""),
        ("recv 320 bytes from udp/[192.0.2.17]:5060 at 10:11:12.513823:", "   ", ""),
        ("U 2026/03/01 10:11:12.513823 192.0.2.17:5060 -> 192.0.2.18:5060", "", "."),
        ("2026/03/01 10:11:12.513823 192.0.2.17:5060 -> 192.0.2.18:5060", "", ""),
    ],
)
def test_b14_202_traces_of_several_messages(head: str, indent: str, dot: str):
    """Each message of a trace is treated whole, in its frame, whatever tool wrote it."""
    body = "".join(f"{indent}{line}{dot}\n" for line in _INVITE.rstrip().split("\r\n"))
    redacted, report = _log(f"{head}\n{body}\n" * 3)

    assert 3 * 7 == report.layouts["sip.message"]
    assert [] == [raw for raw in _RAW if raw in redacted]
    assert 3 == redacted.count(f"{indent}CSeq: 1 INVITE{dot}\n")
    assert 3 == redacted.count(f"{indent}Call-ID: ")


def test_messages_over_the_ends_of_blocks():
    """A message that begins in one block and ends in the next is one message; workers change nothing."""
    frame = "----------------------------------------------- 2026-11-25 12:39:56.829362\nUDP message sent (320 bytes):\n\n"  # fmt: skip
    text = f"{frame}{_INVITE}" * 1_500
    redacted, report = _log(text)

    assert 7 * 1_500 == report.layouts["sip.message"]
    assert [] == [raw for raw in _RAW if raw in redacted]
    assert 1 == len(set(redacted.split(frame)[1:-1]))


def test_workers_write_the_same():
    """With two jobs the bytes are those of one; keys that were made here cannot be sent to workers."""
    redact = vp.Redactor(vp.policies.labels(region="US"))
    text = f"{_FULL}call from +14155550132\n" * 9_000

    assert _log(text, redact)[0] == _log(text, redact, jobs=2)[0]


def test_block_is_one_record():
    """What a field of an AMI block calls personal goes from its other fields."""
    text = "Event: Newexten\r\nCallerIDName: Zoe Example\r\nAppData: hello Zoe Example\r\n\r\n"
    redacted, report = _log(text)

    assert "asterisk.ami" == report.format
    assert "Zoe" not in redacted
    assert redacted.startswith("Event: Newexten\r\nCallerIDName: ")


# Bad input ----------------------------------------------------------------------------------------


def test_empty_log():
    """Nothing in, nothing out."""
    assert ("", 0) == (_log("")[0], _log("")[1].records_in)


def test_cut_lines_and_mixed_logs():
    """Lines that are cut anywhere, of all formats mixed, keep nothing personal that has a full line."""
    lines = [line for name in _LINES for line in _sample(name).splitlines() if line]
    random.Random(7).shuffle(lines)
    for name in (None, "asterisk.full", "syslog.rfc3164", "logfmt"):
        redacted, report = _log("\n".join(lines) + "\n", _PUBLIC, format=name)
        assert len(lines) == report.records_in
        assert [] == [raw for raw in ("4155550132", "7700900123", "482913") if raw in redacted]
    cut = [line[: len(line) * 2 // 3] for line in lines]
    assert len(cut) == _log("\n".join(cut) + "\n", _PUBLIC)[1].records_in


def test_line_of_ten_megabytes():
    """A line above the limit comes out as a placeholder, and the next is treated."""
    redacted, report = _log(f"{_FULL}{'x' * (10 << 20)}\n{_FULL}+14155550132\n", format="asterisk.full")  # fmt: skip

    assert ["[TRUNCATED]", f"{_FULL}+1********32"] == redacted.splitlines()
    assert 1 == report.marked["too_long"]


def test_wrong_encoding():
    """Bytes of another encoding are counted, or read where it is named."""
    raw = f"{_FULL}Zoë +14155550132\n".encode("latin-1")

    assert 1 == _log(raw)[1].marked["encoding"]
    assert {} == dict(_log(raw, encoding="latin-1")[1].marked)


@pytest.mark.parametrize("raw", [b"PAR1\0\0\0\x15", b"\xd4\xc3\xb2\xa1\x02\0\x04\0" * 9])
def test_b14_197_binary_is_refused(raw: bytes, tmp_path):
    """Binary data is refused, and no output file is written."""
    with pytest.raises(vp.ConfigurationError):
        records.redact_log(io.BytesIO(raw), tmp_path / "out", _DEBUG)

    assert [] == list(tmp_path.iterdir())


# Formats of one's own -----------------------------------------------------------------------------


def test_own_format():
    """A format of one's own cuts by its groups."""
    own = records.Format("acme.log", r"^(?P<at><DATE>) (?P<who>\S+) (?P<rest>.*)$", {"at": "TIMESTAMP", "who": "PARTY_NUMBER", "rest": "FREE_TEXT"})  # fmt: skip
    redacted, report = _log("2026-03-01 10:11:12 +14155550132 rings\n", format=own)

    assert "2026-03-01 10:11:12 +1********32 rings\n" == redacted
    assert {"acme.log": 1} == dict(report.layouts)


def test_own_format_shows_no_more_than_none():
    """What a format of one's own leaves outside of its groups is searched all the same."""
    own = records.Format("acme.log", r"^.* (?P<rest>\w+)$", {"rest": "FREE_TEXT"})
    redacted, report = _log("call from +14155550132 ends\n", format=own)

    assert "call from +1********32 ends\n" == redacted
    assert {"text": 1} == dict(report.layouts)


def test_own_message_shows_no_more_than_none():
    """The same holds within a group that is cut further."""
    own = records.Format("acme.log", r"^(?P<rest>.*)$", {"rest": "FREE_TEXT", "end": "FREE_TEXT"}, messages={"rest": [r"^.* (?P<end>\w+)$"]})  # fmt: skip
    redacted, _ = _log("call from +14155550132 ends\n", format=own)

    assert "call from +1********32 ends\n" == redacted


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"lines": "("}, "regular expressions"),
        ({"lines": "x", "fields": {"a": "NOTHING"}}, "category"),
        ({"lines": "x", "pairs": {"a": "odd"}}, "style"),
        ({"lines": "x", "also": ("odd",)}, "built-in"),
        ({}, "lines"),
    ],
)
def test_wrong_formats(settings: dict[str, object], word: str):
    """A format that cannot work is refused where it is built."""
    with pytest.raises(vp.ConfigurationError, match=word):
        records.Format("acme.log", **settings)


def test_no_such_format():
    """An unknown format is refused, with the command that lists them."""
    with pytest.raises(vp.ConfigurationError, match="formats"):
        _log("x\n", format="acme.nothing")


def test_schema_with_a_log_is_refused():
    """A schema that could not apply to a log is an error, and not ignored."""
    with pytest.raises(vp.ConfigurationError, match="no schema"):
        records.redact_file(
            io.BytesIO(b"x\n"), io.BytesIO(), _DEBUG, format="asterisk.full", schema="twilio.call"
        )


def _hostile(name: str, size: int) -> list[str]:
    line = _sample(name).split("\n")[0]
    return [(line * size)[:size], line[: len(line) // 2] + "[a:" * (size // 3), line + " x=" * (size // 3)]  # fmt: skip


@pytest.mark.parametrize("name", _LINES)
def test_layouts_are_linear(name: str):
    """No layout takes more than a moment on a line made to take long."""
    known = _LINES[name]
    regexes = [*known.lines, *(regex for each in known.messages.values() for regex in each)]
    start = time.process_time()
    for line in _hostile(name, 40_000):
        for regex in regexes:
            regex.match(line)

    assert time.process_time() - start < 2


def test_numbers_of_channels_change_nothing():
    """A line that was seen with another channel comes out as it does alone, number and all."""
    lines = [
        f'{_FULL}Executing [{number}@x:1] Dial("PJSIP/{peer}-0{at:07x}", "SIP/1001-0{at + 1:07x},20")\n'
        f"{_FULL}SIP/{peer}-0{at:07x} answered SIP/{number}-0{at:07x} on tel/20-07946095 or 20-07946095\n"
        for at, number in enumerate(("+14155550132", "1001", "+447700900123", "0041555"))
        for peer in ("1001", "trunk-uk", "14155550132")
    ]
    for redact in (_DEBUG, _ANALYTICS, _PUBLIC):
        together, _ = _log("".join(lines), redact, format="asterisk.full")
        assert "".join(_log(line, redact, format="asterisk.full")[0] for line in lines) == together
        assert "7946095" not in together
    assert "PJSIP/[PARTY_NUMBER]-00000003" in _log("".join(lines), format="asterisk.full")[0]


@pytest.mark.parametrize("redact", [_DEBUG, _ANALYTICS, _PUBLIC], ids=["debug", "analytics", "public"])  # fmt: skip
def test_parts_treated_once_are_what_a_record_of_them_is(redact: vp.Redactor):
    """Lines come out the same whether their parts are remembered or each is a new record."""
    for name, log in _LINES.items():
        text = _sample(name) + _sample(name).replace("+14155550132", "Zoe Example 4155550132")
        quick, slow = LogLines.of(redact, log), LogLines.of(redact, log)
        slow._parts.columns = None
        block = text.encode() * 2
        assert slow(block)[0] == quick(block)[0], name


def test_a_format_of_ones_own_goes_to_workers():
    """It is sent as the value that it is, and two jobs write what one writes."""
    own = records.Format(
        "acme.log",
        r"^(?P<at><DATE>) (?P<who>\S+) (?P<rest>.*)$",
        {"at": "TIMESTAMP", "who": "PARTY_NUMBER", "rest": "FREE_TEXT"},
        messages={"rest": [r"^for (?P<name>\w+)$"]},
        plain={"who": ["-"]},
    )
    wide = records.Format("acme.smdr", fields={"b": "PARTY_NUMBER"}, widths=[("a", 8), ("b", 14)])
    redact = vp.Redactor(vp.policies.labels(region="US"))
    text = "2026-03-01 10:11:12 +14155550132 rings\n" * 200

    for log in (own, wide):
        again = pickle.loads(pickle.dumps(log))
        assert (log.lines, log.fields, log.widths) == (again.lines, again.fields, again.widths)
        assert _log(text, redact, format=log)[0] == _log(text, redact, format=log, jobs=2)[0]


def test_a_field_that_no_group_has_is_refused() -> None:
    """A category for a group that is not in the expressions would have no effect, so it is an error."""
    with pytest.raises(vp.ConfigurationError, match="no group and no column has the name of lvl"):
        vp.records.Format("acme.log", "^(?P<level>\\w+)$", {"lvl": "STATUS"})
