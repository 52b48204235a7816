"""Whole messages: reading, writing, faults, budgets."""

from __future__ import annotations

import pickle
import time

import pytest

import voxvalley_privacy as vp
from tests.builds import pure_only
from voxvalley_privacy.reading.sip import _header_fields as _headers
from voxvalley_privacy.reading.sip import _treated
from voxvalley_privacy.reading.sip._sip_message import parse, write
from voxvalley_privacy.records.sip import is_sip, redact_sip

from .messages import DEBUG, INVITE, KEYS, WITHOUT_SEALS, one, request, with_body


@pytest.mark.parametrize(
    "text",
    [
        "INVITE sip:a@example.com SIP/2.0",
        "\r\n\r\nSIP/2.0 200 OK\r\n",
        "SIP/2.0 200",
        "sip/2.0 404 Not Found",
        "OPTIONS  sip:a@example.com   SIP/2.0  \n",
        "NEWMETHOD <sip:a@example.com> SIP/7.0",
        b"BYE sip:a@example.com SIP/2.0\r\n\xff",
        INVITE,
    ],
)
def test_is_sip(text):
    """A request or status line makes a message, however it is spaced."""
    assert is_sip(text)


@pytest.mark.parametrize(
    "text",
    ["", "\r\n\r\n", "GET / HTTP/1.1", "From: sip:a@example.com", "INVITE sip:a@example.com", "SIP/2.0", "SIP/2.0 4294967301 x",
     "SIP/2.0 20 OK", "INVITE SIP/2.0", "To: a SIP/2.0", b"", b"\xff\xfe", "x" * 100_000 + " sip:a SIP/2.0", " " * 100_000],
)  # fmt: skip
def test_is_no_sip(text):
    """Anything else is none, and comes out as a placeholder."""
    assert not is_sip(text)
    assert ("[UNPARSEABLE]" if isinstance(text, str) else b"[UNPARSEABLE]") == redact_sip(
        text, DEBUG
    )


@pytest.mark.parametrize("redact", WITHOUT_SEALS.values(), ids=WITHOUT_SEALS)
def test_structure_stays(redact):
    """Start line, body and every header that the policy does not drop stand where they stood; the result parses."""
    given, made = parse(INVITE), parse(redact_sip(INVITE, redact))
    assert given is not None
    assert made is not None
    names = [name for name, _ in given.fields]
    assert [*names, "Content-Length"] == [name for name, _ in made.fields]
    assert given.start.method == made.start.method
    assert [line[:2] for line in given.body.splitlines()] == [
        line[:2] for line in made.body.splitlines()
    ]


@pytest.mark.parametrize("redact", WITHOUT_SEALS.values(), ids=WITHOUT_SEALS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_redacting_twice_changes_nothing(redact, newline):
    """What was redacted stays as it is, under every policy whose tokens can be told."""
    once = redact_sip(INVITE.replace("\n", newline), redact)
    assert once == redact_sip(once, redact)
    assert newline.join(once.splitlines()) + newline == once


def test_type_of_the_input_comes_out():
    """Text gives text and octets give octets; both say the same."""
    made = redact_sip(INVITE.encode(), DEBUG)
    assert bytes is type(made)
    assert redact_sip(INVITE, DEBUG) == made.decode()


def test_response():
    """A status line keeps its code; its phrase is searched like any text."""
    made = redact_sip(
        'SIP/2.0 486 Zoe at +14155550132 is busy\r\nTo: "Zoe Example" <sip:a@example.com>\r\n\r\n',
        DEBUG,
    )
    assert "SIP/2.0 486 [PERSON_NAME] at +1********32 is busy" == made.split("\r\n")[0]


def test_phrase_where_texts_do_not_show():
    """A policy that shows no free text shows no phrase either; the code says what there is to say."""
    assert redact_sip("SIP/2.0 486 Zoe is busy\r\n\r\n", WITHOUT_SEALS["share"]).startswith(
        "SIP/2.0 486 \r\n"
    )


def test_unknown_method_says_nothing():
    """A method that somebody made up does not show."""
    assert redact_sip("ZOE+14155550132 sip:a@example.com SIP/2.0\r\n\r\n", DEBUG).startswith(
        "UNKNOWN sip:"
    )


@pytest.mark.parametrize(
    "bad", [b"\xff\xfe+1\xff4155550132", "Ã¼".encode("utf-16"), b"\xc0\xaf", b"\xed\xa0\x80"]
)
def test_b1_20_octets_that_are_no_text(bad):
    """Octets that are no UTF-8 are replaced, not echoed."""
    made = redact_sip(
        b"INVITE sip:a@example.com SIP/2.0\r\nSubject: "
        + bad
        + b"\r\nFrom: <sip:"
        + bad
        + b"@x.example.com>\r\n\r\n",
        DEBUG,
    )
    assert made.decode()
    assert b"4155550132" not in made


def test_b1_20_lone_surrogates():
    """A lone surrogate in a text is left out, and the length is right all the same."""
    made = redact_sip(with_body("application/sdp", "s=\ud800", "Subject: a\udfffb"), DEBUG)
    assert "Subject: ab" in made
    assert made.encode()


@pytest.mark.parametrize(
    "given",
    [
        None,
        7,
        [],
        object(),
        bytearray(b"INVITE sip:zoe@example.com SIP/2.0\r\n\r\n"),
        memoryview(b"x"),
    ],
)
def test_other_types_never_raise(given):
    """What is neither text nor octets gives octets without anything of it."""
    made = redact_sip(given, DEBUG)
    assert bytes is type(made)
    assert b"zoe" not in made


class Shouting(str):
    """A text whose own methods are not to be trusted."""

    __slots__ = ()

    def __getitem__(self, key):
        raise AssertionError(str.__str__(self))

    encode = lower = partition = split = replace = __getitem__


def test_subclass_of_str():
    """Methods of a subclass are not called."""
    assert redact_sip(INVITE, DEBUG) == redact_sip(Shouting(INVITE), DEBUG)


@pure_only
def test_fault_in_a_header(monkeypatch):
    """A header that cannot be treated goes, or is neutral where a message needs one; it is counted."""
    redact = vp.Redactor(vp.policies.debug(KEYS))

    def broken(*_, **__):
        raise ValueError("+14155550132")

    monkeypatch.setattr(_headers, "name_addr", broken)
    assert "From: <sip:redacted@redacted.invalid>" == one(
        "From: <sip:+14155550132@example.com>", redact
    )
    assert "" == one("Reply-To: <sip:+14155550132@example.com>", redact)
    assert {"fault": 2} == dict(redact.stats().faults)


@pure_only
def test_fault_in_a_message(monkeypatch):
    """A message that cannot be treated at all gives one of its kind with nothing in it."""
    redact = vp.Redactor(vp.policies.debug(KEYS))

    def broken(*_, **__):
        raise ValueError("+14155550132")

    monkeypatch.setattr(_treated, "body", broken)
    made = redact_sip(INVITE, redact)
    assert made.startswith("INVITE sip:redacted@redacted.invalid SIP/2.0\n")
    assert made.endswith("\n\n[FAULT]")
    assert redact_sip("SIP/2.0 486 Zoe\n\n", redact).startswith("SIP/2.0 486 \nVia: ")
    monkeypatch.setattr(_treated, "parse", broken)
    assert "[FAULT]" == redact_sip(INVITE, redact)
    assert b"[FAULT]" == redact_sip(INVITE.encode(), redact)
    assert 4 == redact.stats().faults["fault"]


def test_placeholder_message_stays():
    """A placeholder message comes out of a second redaction as it went in."""
    for redact in WITHOUT_SEALS.values():
        once = redact_sip(request("Privacy: critical;odd"), redact)
        assert "[WITHHELD]" in once
        assert once == redact_sip(once, redact)


def test_head_past_the_budget():
    """A message whose headers alone are past the budget gives a placeholder message."""
    made = redact_sip(request("X-A: " + "+14155550132 " * 10_000), DEBUG)
    assert made.startswith("OPTIONS sip:redacted@redacted.invalid SIP/2.0\r\n")
    assert made.endswith("\r\n\r\n[TRUNCATED]")
    assert redact_sip(request("X-A: " + "+14155550132 " * 10_000).encode(), DEBUG).endswith(
        b"[TRUNCATED]"
    )


def test_more_headers_than_the_budget():
    """More headers than the budget has nodes give a placeholder message."""
    redact = vp.Redactor(vp.policies.debug(KEYS, budget=vp.Budget(nodes=100)))
    assert redact_sip(request(*["a: 1"] * 101), redact).endswith("[BUDGET]")
    assert not redact_sip(request(*["a: 1"] * 100), redact).endswith("[BUDGET]")


def test_more_parts_than_the_budget():
    """Parts past the budget's nodes are left out."""
    redact = vp.Redactor(vp.policies.debug(KEYS, budget=vp.Budget(nodes=5)))
    made = redact_sip(
        with_body("multipart/mixed;boundary=b", "--b\r\n\r\nx\r\n" * 9 + "--b--"), redact
    )
    assert 5 == made.count("[RAW_MESSAGE]")
    assert {"budget": 1} == dict(redact.stats().faults)


def test_b9_148_memory_is_bounded():
    """What is remembered never grows past its bound, and forgetting changes nothing."""
    redact = vp.Redactor(vp.policies.debug(KEYS), memo=1000)
    first = one("From: <sip:+14155550132@example.com>;tag=0", redact)
    for number in range(2200):
        one(f"From: <sip:user{number}@host{number % 100}.example.com>;tag={number}", redact)
    engine = redact._engine.sip
    assert 0 < len(engine.memo) + len(engine.older) <= 1000
    assert first == one("From: <sip:+14155550132@example.com>;tag=0", redact)


def test_counts_show():
    """Messages, treated values, findings and faults are counted."""
    redact = vp.Redactor(vp.policies.debug(KEYS))
    redact_sip(INVITE, redact)
    redact_sip("no message", redact)
    stats = redact.stats()
    assert 2 == stats.calls
    assert stats.treated["SIP_URI"] >= 3
    assert {"unparseable": 1} == dict(stats.faults)


def test_equal_redactors_count_apart():
    """Two redactors of one policy do not share counts."""
    first, second = (vp.Redactor(vp.policies.debug(KEYS)) for _ in range(2))
    assert first == second
    redact_sip("no message", first)
    assert not second.stats().faults


def test_pickled_redactor():
    """A redactor that went to another process treats messages alike."""
    policy = vp.policies.labels()
    there = pickle.loads(pickle.dumps(vp.Redactor(policy)))
    assert redact_sip(INVITE, vp.Redactor(policy)) == redact_sip(INVITE, there)


def test_write_is_the_inverse_of_parse():
    """A message that is read and written is the same."""
    message = parse(INVITE)
    assert message is not None
    assert INVITE == write(message)


HOSTILE = {
    "quotes": 'From: "' + '\\"' * 9,
    "escapes": 'Contact: <sip:a@x.example.com>;a="\\",',
    "brackets": "Contact: <<<<<,",
    "commas": "Contact: ,,,,,,,,,",
    "semicolons": "From: <sip:a@x.example.com>;;;;a=;;=",
    "spaces": "Via: SIP" + " " * 40,
    "folds": "Subject: a\n \n \n ",
    "colons": "Via: SIP/2.0/UDP a:::::::",
    "unfinished": 'From: <sip:a@x.example.com>;a="b',
    "words": "From: =?utf-8?B?=?utf-8?B?",
    "addresses": "Route: <sip:a@x.example.com>,",
    "escaped": "From: <sip:%31%32%33%34%35",
    "dots": "From: <sip:a@" + "a." * 20,
    "digits": "Subject: 1/1/1/1/",
}


@pytest.mark.parametrize("seed", HOSTILE.values(), ids=HOSTILE)
def test_b9_time_is_linear(seed):
    """Twice the text takes at most about twice the time, with the budget out of the way."""
    redact = vp.Redactor(vp.policies.debug(KEYS, budget=vp.Budget(text=2**21, nodes=2**20)))
    head, _, unit = seed.partition(" ")
    texts = [request(f"{head} {unit * (size // len(unit))}") for size in (100_000, 200_000)]
    small, large = (min(_seconds(text, redact) for _ in range(4)) for text in texts)
    # Slow moments of the machine are not our doing: quadratic time would be four times as long at least.
    assert large < 3.5 * small + 0.01


def _seconds(text, redact):
    started = time.perf_counter()
    redact_sip(text, redact)
    return time.perf_counter() - started
