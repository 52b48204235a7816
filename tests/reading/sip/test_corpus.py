"""The reference corpus: RFC 4475 and other torture messages, messages of SIPp, a fuzzer's finds, a STIR token."""

from __future__ import annotations

import ast
import base64
import json
import re

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.reading.sip._sip_message import parse
from voxvalley_privacy.records.sip import is_sip, redact_sip

from .messages import DEBUG, WITHOUT_SEALS, one, value

FILES = ("rfc4475_torture", "jain_sip_torture", "sipp_messages", "sipgo_fuzz_corpus")

_FOLD = re.compile(r"\r?\n[ \t]+")
_USER = re.compile(r"(?:sips?:([^@\s;>:,\"]{3,})(?=[@:][^\s>]*)(?=[^\s>]*@)|tel:([^\s;>,\"]{3,}))")
_IPV4 = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])")
_QUOTED = re.compile(r'"((?:[^"\\\n]|\\.){3,})"\s*<')
_NAMED = re.compile(
    r"^(?:from|to|contact|f|t|m)[ \t]*:[ \t]*([A-Za-z][^<\"\n:;]*?)[ \t]*<",
    re.IGNORECASE | re.MULTILINE,
)


def messages(corpus, name):
    """Read the messages of one file, as they were on the wire."""
    for line in (corpus / "05_sip" / f"{name}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if "base64" in row:
            yield base64.b64decode(row["base64"])
        elif name == "sipgo_fuzz_corpus":
            yield ast.literal_eval(row["text"].partition("string(")[2].rstrip()[:-1])
        else:
            yield row["text"]


def as_text(message):
    return message.decode("utf-8", "replace") if isinstance(message, bytes) else message


def canaries(text):
    """Collect users, display names and addresses of a message, except what the policy under test keeps or hosts hold."""
    unfolded = _FOLD.sub(" ", text)
    found = {user for users in _USER.findall(unfolded) for user in users}
    found |= {*_IPV4.findall(unfolded), *_QUOTED.findall(unfolded), *_NAMED.findall(unfolded)}
    # The network of an address is what truncating leaves; in templates of SIPp a word in brackets is a variable.
    return {c for c in found if len(c) > 2 and not c.endswith(".0") and "[" not in c}


@pytest.mark.parametrize("name", FILES)
def test_never_raw_never_raises(corpus, name):
    """No user part, display name or address of a message shows under debug, and the result is a message again."""
    seen = 0
    for message in messages(corpus, name):
        seen += 1
        made = redact_sip(message, DEBUG)
        assert type(message) is type(made)
        text, out = as_text(message), as_text(made)
        if not is_sip(message):
            assert "[UNPARSEABLE]" == out
            continue
        again = parse(out)
        assert again is not None
        # A host of one word can be a user's name too, and hosts are kept.
        hosts = " ".join(re.findall(r"[@/ ]([A-Za-z0-9.-]+\.[A-Za-z]+)", out))
        for canary in canaries(text):
            shown = re.search(rf"(?<![\w.]){re.escape(canary)}(?![\w.])", out.replace(hosts, ""))
            assert shown is None, f"message {seen} shows a canary of {len(canary)} characters"
    assert seen


@pytest.mark.parametrize("redact", WITHOUT_SEALS.values(), ids=WITHOUT_SEALS)
@pytest.mark.parametrize("name", FILES)
def test_redacting_twice_changes_nothing(corpus, name, redact):
    """Every message of the corpus comes out of a second redaction as it went in."""
    for number, message in enumerate(messages(corpus, name)):
        once = redact_sip(message, redact)
        assert once == redact_sip(once, redact), f"message {number}"


@pytest.mark.parametrize("name", FILES)
def test_length_is_right(corpus, name):
    """The Content-Length of every message is that of its body."""
    for message in messages(corpus, name):
        made = redact_sip(message, DEBUG)
        if not is_sip(message):
            continue
        head, _, body = as_text(made).replace("\r\n", "\n").partition("\n\n")
        octets = as_text(made).encode()
        length = int(re.findall(r"(?m)^Content-Length: ([0-9]+)$", head)[-1])
        assert octets[len(octets) - length :].decode().replace("\r\n", "\n") == body


def test_valid_torture_messages_are_all_understood(corpus):
    """Each message that RFC 4475 calls valid comes out with its own headers, not as a placeholder message."""
    rows = [
        json.loads(line)
        for line in (corpus / "05_sip" / "rfc4475_torture.jsonl").read_text("utf-8").splitlines()
    ]
    valid = [base64.b64decode(row["base64"]) for row in rows if row["class"] == "valid"]
    assert valid
    for message in valid:
        assert b"Call-ID: redacted" not in redact_sip(message, DEBUG)
        assert len(parse(as_text(redact_sip(message, DEBUG))).fields) >= 5


def test_passport_of_stir_does_not_show(corpus):
    """A signed token, which anyone can decode, is gone from Identity and hidden in a private header."""
    tokens = re.findall(
        r"eyJ[\w.-]+", (corpus / "05_sip" / "stirshaken_passport.txt").read_text("utf-8")
    )
    assert tokens
    for token in tokens:
        assert "" == one(f"Identity: {token};info=<https://example.com/cert>;alg=ES256;ppt=shaken")
        assert token.split(".")[1][:16] not in value(f"X-Token: {token}")


@pytest.mark.parametrize("redact", WITHOUT_SEALS.values(), ids=WITHOUT_SEALS)
@pytest.mark.parametrize("name", FILES)
def test_in_a_record_as_alone(corpus, name, redact):
    """A message in a field of a trace shows what it shows alone, and what is none shows nothing."""
    traced = vp.Redactor(redact.policy, schema="kamailio.sip_trace")
    for number, message in enumerate(map(as_text, messages(corpus, name))):
        made = traced({"msg": message}).get("msg")
        if "msg" not in traced({"msg": "x"}):
            assert made is None
        elif is_sip(message):
            assert redact_sip(message, redact) == made, f"message {number}"
        else:
            assert made in {"[RAW_MESSAGE]", message.strip(), message}, f"message {number}"
            assert not any(char.isdigit() for char in made), f"message {number}"
