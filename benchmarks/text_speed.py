"""
Measure `Redactor.text` beside a hand-written regex and, where it is installed, hushlog; print ratios.

Run `python -m benchmarks.text_speed`. Workloads as in the issue: SMS raw, SMS with one personal value in each, one SIP INVITE with
SDP; then hostile texts, doubled, for which time(2n)/time(n) and megabytes a second are printed.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import voxvalley_privacy as vp

CHECKOUT = Path(__file__).resolve().parents[1]

# What one writes by hand: every kind in one alternation.
HAND = re.compile(
    r"(?P<email>[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,})|(?P<ip>\b(?:\d{1,3}\.){3}\d{1,3}\b)"
    r"|(?P<card>\b(?:\d[ -]?){13,19}\b)|(?P<phone>(?:\+?\d{1,3}[ .-]?)?(?:\(\d{2,4}\)[ .-]?)?\d{2,4}[ .-]?\d{3,4}[ .-]?\d{3,4})"
)
HUSHLOG_TYPES = {"email", "phone", "credit_card", "ipv4"}

TAILS = (
    " call +14155550132",
    " ring (415) 555-0132",
    " my no is 4155550132",
    " tel 415-555-0132",
    " text 07700 900123",
    " mail jo.smith@example.com",
    " card 4111 1111 1111 1111",
    " from 192.0.2.17",
    " sip:jo@example.com",
)

SIP = (
    "INVITE sip:+14155550132@sip.example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.4:5060;branch=z9hG4bK74bf9;rport\r\n"
    'Max-Forwards: 70\r\nFrom: "Jo Smith" <sip:+14155550133@sip.example.com>;tag=9fxced76sl\r\n'
    "To: <sip:+14155550132@sip.example.com>\r\nCall-ID: 3848276298220188511@192.0.2.4\r\nCSeq: 1 INVITE\r\n"
    "Contact: <sip:+14155550133@192.0.2.4:5060;transport=udp>\r\nP-Asserted-Identity: <tel:+14155550133>\r\n"
    "User-Agent: Softphone/5.2.1\r\nAllow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY\r\n"
    "Content-Type: application/sdp\r\nContent-Length: 231\r\n\r\nv=0\r\no=jo 2890844526 2890844526 IN IP4 192.0.2.4\r\ns=-\r\n"
    "c=IN IP4 192.0.2.4\r\nt=0 0\r\nm=audio 49172 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n"
)

HOSTILE = (
    "1/", "12345 a ", "1 ", "1", "1a", "1234567a", "a", " ", "a@", "a.", "@a.", "a-", "A", "A1", "1:", "::", "1.", "1,", "$1,", "12:34:56 ",
    "+1", "((", "sip:", "sip:1", "://", "http://a", "http://1/", "eyJ", "eyJa.", "password=", "-----BEGIN PRIVATE KEY-----", "%31", "%2525",
    "&#49;", "\\u0031", "=31", "<b>", "<b>1", "<", "\x1b[", "1\u200d", "２", "é1", "\ufdfa", "O0", "1O", "lat=1.", "1.1111 ", "born 1",
    "GB00", "AA00A0", "ff:", "0:0:", "code 1234 ", "1234-1234-", "1-1-1-", "2026-11-23 ", "1.2.3.4 ", "a1b2c3d4", "00000000-",
    "AC00", "Bearer ", "\n", "\t1", "_", ".a-", "aa.", "key:", "tel:1;phone-context=aa.",
)  # fmt: skip


def corpus() -> Path:
    return Path(os.environ.get("VOXVALLEY_PRIVACY_CORPUS") or CHECKOUT.parent / "shared" / "data")


def messages() -> tuple[list[str], list[str]]:
    lines = (
        (corpus() / "02_sms" / "uci_SMSSpamCollection.tsv").read_text(encoding="utf-8").splitlines()
    )
    texts = [line.partition("\t")[2] for line in lines]
    picked = random.Random(0).sample(texts, 2000)
    return picked[:1000], [text + TAILS[at % len(TAILS)] for at, text in enumerate(picked[1000:])]


def contenders() -> dict[str, Callable[[str], object]]:
    made: dict[str, Callable[[str], object]] = {
        "ours": vp.Redactor(vp.policies.labels()).text,
        "hand regex": lambda text: HAND.sub("[X]", text),
    }
    try:
        hushlog = importlib.import_module("hushlog")
        registry = importlib.import_module("hushlog._registry").PatternRegistry
    except ImportError:
        return made
    every = registry.from_config(hushlog.Config())
    four = registry.from_config(
        hushlog.Config(disable_patterns=frozenset(set(every._patterns) - HUSHLOG_TYPES))
    )
    made["hushlog, 4 types"] = four.redact
    return made


def rate(work: Callable[[str], object], texts: list[str], rounds: int = 5) -> float:
    """Give texts a second, the median of some rounds."""
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        for text in texts:
            work(text)
        times.append(time.process_time() - begin)
    return len(texts) / statistics.median(times)


def documents() -> None:
    """Print what texts with a record of ten keys cost, each of other values, over `json.loads` of the JSON."""
    records = [
        {
            "event": "call.ended", "call_id": f"a84b4c76e{at:05}", "from": f"+1{201 + at % 700}55501{at % 100:02}",
            "to": f"+44770090{at % 1000:04}", "status": "completed", "duration": at % 300, "direction": "inbound",
            "caller_name": "Jo Smith", "started_at": "2026-11-23T10:00:00Z", "price": "0.0075",
        }
        for at in range(2000)
    ]  # fmt: skip
    lines = [json.dumps(record) for record in records]
    texts = {
        "JSON": lines,
        "JSON between words": [f"webhook {line} took 5 ms" for line in lines],
        "a dict in an f-string": [f"webhook {record}" for record in records],
        "JSON with a dict in it": [json.dumps({"a": record}) for record in records],
    }
    base = rate(json.loads, lines)
    for policy in ("labels", "debug"):
        made = (
            vp.policies.labels() if policy == "labels" else vp.policies.debug(vp.KeyRing.generate())
        )
        redact = vp.Redactor(made)
        for name, some in texts.items():
            print(f"  {name}, {policy}: {base / rate(redact.text, some, 3):.1f} x json.loads")


def once(text: str) -> float:
    redact = vp.Redactor(vp.policies.labels())
    times = []
    for _ in range(3):
        begin = time.process_time()
        redact.text(text)
        times.append(time.process_time() - begin)
    return min(times)


def hostile(size: int) -> None:
    for unit in HOSTILE:
        text = unit * (size // len(unit))
        small, large = once(text), once(text + text)
        speed = 2 * size / large / 1e6
        mark = "  <--" if large / small > 2.6 or speed < 5 else ""
        print(f"  {unit!r:32} x{large / small:5.2f}  {speed:8.1f} MB/s{mark}")


def streamed(size: int) -> None:
    """Print how fast a stream takes text by the chunk, beside the redactor that is given it whole."""
    redact = vp.Redactor(vp.policies.labels())
    raw, _ = messages()
    text = "\n".join(raw)[:size]
    for chunk in (1, 16, 256):
        stream = vp.TextStream(redact)
        begin = time.process_time()
        for at in range(0, len(text), chunk):
            stream.feed(text[at : at + chunk])
        stream.close()
        print(
            f"  TextStream, {chunk:3} characters at a time {len(text) / (time.process_time() - begin) / 1e6:8.2f} MB/s"
        )


def main() -> None:
    """Print the rates, their ratios, and the hostile texts; those slower than asked are marked."""
    raw, with_pii = messages()
    for name, texts in (("SMS raw", raw), ("SMS+PII", with_pii), ("SIP", [SIP] * 200)):
        rates = {who: rate(work, texts) for who, work in contenders().items()}
        print(name, {who: f"{made:,.0f}/s" for who, made in rates.items()}, end=" ")
        print({who: round(rates["ours"] / made, 2) for who, made in rates.items() if who != "ours"})
    documents()
    hostile(int(os.environ.get("HOSTILE_BYTES", "65536")))
    streamed(65536)


if __name__ == "__main__":
    main()
