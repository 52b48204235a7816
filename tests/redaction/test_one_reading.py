"""One reading: a value in a shape of text is hidden alike at every entry, under every policy."""

from __future__ import annotations

import io
import json
import logging
import re
import runpy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import logs
from voxvalley_privacy.records import redact_text_lines

NUMBER = "+14155550132"
NAME = "Zoe Example"
BODY = "the biopsy came back positive"
EMAIL = "zoe@example.com"
KEYED = "4821"

RECORD = {"From": NUMBER, "CallerName": NAME, "Body": BODY, "Email": EMAIL, "Digits": KEYED}
QUERY = urlencode(RECORD)
SIP = f"""MESSAGE sip:service@example.com SIP/2.0
Via: SIP/2.0/UDP sbc.example.com;branch=z9hG4bK776asdhds
From: "{NAME}" <sip:{NUMBER}@example.com>;tag=1928301774
To: <sip:service@example.com>
Call-ID: a84b4c76e66710
CSeq: 314159 MESSAGE
X-Email: {EMAIL}
X-Digits: {KEYED}
Content-Type: text/plain
Content-Length: {len(BODY)}

{BODY}""".replace("\n", "\r\n")

SHAPES = {
    "json": json.dumps(RECORD),
    "python": repr(RECORD),
    "form": QUERY,
    "url": f"https://app.example.com/hook?{QUERY}",
    "request line": f'"POST /hook?{QUERY} HTTP/1.1" 200 12',
    "logfmt": f'from={NUMBER} caller_name="{NAME}" body="{BODY}" email={EMAIL} digits={KEYED}',
    "block": "\r\n".join(f"{name}: {value}" for name, value in RECORD.items()),
    "xml": "<call>" + "".join(f"<{n}>{v}</{n}>" for n, v in RECORD.items()) + "</call>",
    "sip": SIP,
    "name-addr": f'"{NAME}" <sip:{NUMBER}@example.com>',
    "csv": ",".join(RECORD) + "\n" + ",".join(RECORD.values()),
    "sql": "INSERT INTO calls (from_number, caller_name, body, email, digits) "
    f"VALUES ('{NUMBER}', '{NAME}', '{BODY}', '{EMAIL}', '{KEYED}')",
}

# What a reader of the output could recognize. A token of a policy may hold any of them inside.
TRACES = {
    "number": re.compile(r"5550132"),
    "name": re.compile(r"(?<![A-Za-z0-9])zoe(?![A-Za-z0-9@])", re.IGNORECASE),
    "body": re.compile(r"biopsy"),
    "email": re.compile(r"zoe(?:@|%40)example", re.IGNORECASE),
    "digits": re.compile(r"(?<![A-Za-z0-9])4821(?![A-Za-z0-9])"),
}

KEYS = vp.KeyRing.generate()
POLICIES = ("debug", "support", "billing", "analytics", "share", "public")
REDACTORS = {name: vp.Redactor(getattr(vp.policies, name)(KEYS)) for name in POLICIES}


def uncovered(redact: vp.Redactor, text: str) -> str:
    """Return what the findings leave of a text."""
    shown = list(text)
    for finding in redact.find(text):
        shown[finding.start : finding.end] = " " * (finding.end - finding.start)
    return "".join(shown)


def logged(redact: vp.Redactor, emit: Callable[[logging.Logger], None]) -> str:
    """Return what a protected logger wrote."""
    out = io.StringIO()
    log = logging.Logger("app")  # noqa: LOG001 - one of its own, which no other test sees
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        logging.Formatter("%(message)s | %(payload)s", defaults={"payload": "none"})
    )
    log.addHandler(handler)
    with logs.protect(redact, log):
        emit(log)
    return out.getvalue()


def failing(text: str) -> Callable[[logging.Logger], None]:
    """Return what logs the traceback of an error that holds the text."""

    def emit(log: logging.Logger) -> None:
        try:
            raise KeyError(text)
        except KeyError:
            log.exception("request failed")

    return emit


def written(redact: vp.Redactor, text: str) -> str:
    """Return what a wrapped file holds after one write."""
    out = io.StringIO(newline="")
    vp.wrap(out, redact).write(text)
    return out.getvalue()


def streamed(redact: vp.Redactor, text: str) -> str:
    """Return what the stream of text lines writes."""
    out = io.BytesIO()
    redact_text_lines(io.BytesIO(text.encode()), out, redact)
    return out.getvalue().decode()


def nested(redact: vp.Redactor, text: str) -> str:
    """Return a record whose field is JSON that holds the text."""
    return json.dumps(redact({"event": "received", "raw": json.dumps({"request": text})}))


ENTRIES: dict[str, Callable[[vp.Redactor, str], str]] = {
    "call": lambda redact, text: redact(text),
    "text": lambda redact, text: redact.text(text),
    "find": uncovered,
    "field": lambda redact, text: json.dumps(redact({"note": text})),
    "message": lambda redact, text: logged(redact, lambda log: log.info(text)),
    "f-string": lambda redact, text: logged(
        redact,
        lambda log: log.info(f"worker got {text} in 12 ms"),  # noqa: G004 - the entry that is tested
    ),
    "argument": lambda redact, text: logged(redact, lambda log: log.info("worker got %s", text)),
    "extra": lambda redact, text: logged(
        redact, lambda log: log.info("worker got it", extra={"payload": text})
    ),
    "write": written,
    "traceback": lambda redact, text: logged(redact, failing(text)),
    "line": streamed,
    "nested": nested,
}

# Billing keeps who called whom where a schema declares it; a SIP message is read by one. Where such
# a message is the value of another field, it goes with what that policy drops.
WITHOUT_NUMBER = frozenset({"find", "field", "nested"})
KEPT = {("sip", entry): {"billing": "number"} for entry in ENTRIES if entry not in WITHOUT_NUMBER}


def expected(shape: str, entry: str) -> dict[str, tuple[str, ...]]:
    """Return by policy which values a cell is listed with."""
    listed: dict[str, tuple[str, ...]] = {}
    for policies, names in KEPT.get((shape, entry), {}).items():
        listed |= dict.fromkeys(policies.split(), tuple(names.split()))
    return listed


@cache
def raw(shape: str, entry: str) -> dict[str, tuple[str, ...]]:
    """Return by policy which values can be read in a cell."""
    shown = {policy: ENTRIES[entry](redact, SHAPES[shape]) for policy, redact in REDACTORS.items()}
    traces = {
        policy: tuple(name for name, trace in TRACES.items() if trace.search(text))
        for policy, text in shown.items()
    }
    return {policy: names for policy, names in traces.items() if names}


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("shape", SHAPES)
def test_law_1_matrix(shape: str, entry: str) -> None:
    """No policy shows a value of the shape at the entry, but for the numbers that billing keeps."""
    assert expected(shape, entry) == raw(shape, entry)


def test_the_page_shows_the_matrix() -> None:
    """The page of the matrix in the docs is what a run of today writes."""
    root = Path(__file__).parents[2]
    page = runpy.run_path(str(root / "tools" / "write_matrix.py"))["page"]

    shown = (root / "docs" / "reference" / "one-reading.md").read_text(encoding="utf-8")
    assert shown == page(globals())


@pytest.mark.parametrize("policy", ["billing", "analytics", "share", "public"])
def test_prose_in_extra_is_dropped_like_a_message(policy: str) -> None:
    """Prose in extra goes where the policy drops free text, as it does in the message."""
    assert "biopsy" not in ENTRIES["extra"](REDACTORS[policy], BODY)


def test_prose_in_a_message_is_dropped() -> None:
    """Prose in a message and in an argument goes under the policies that drop free text."""
    for policy in ("billing", "analytics", "share", "public"):
        for entry in ("call", "text", "field", "message", "argument", "write", "line", "traceback"):
            assert "biopsy" not in ENTRIES[entry](REDACTORS[policy], BODY)


def test_a_sip_request_line_stays_one_line() -> None:
    """A SIP request line by itself comes out as one line, with nothing added to it."""
    shown = REDACTORS["debug"].text("INVITE sip:service@example.com SIP/2.0")

    assert "Content-Length" not in shown
    assert 1 == len(shown.splitlines())


@pytest.mark.parametrize("scheme", ["Bearer", "Basic", "Token"])
@pytest.mark.parametrize("entry", ["call", "text", "field", "message", "write", "line"])
def test_a_credential_behind_its_scheme_goes(scheme: str, entry: str) -> None:
    """A credential behind the word of its scheme goes with it, at every entry."""
    shown = ENTRIES[entry](REDACTORS["debug"], f"Authorization: {scheme} abcdef12")

    assert "abcdef12" not in shown
