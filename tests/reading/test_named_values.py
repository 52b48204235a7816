"""Values that the line itself names, in the spellings of databases, caches and log formats."""

from __future__ import annotations

from time import process_time

import pytest

import voxvalley_privacy as vp

REDACT = vp.Redactor(vp.policies.labels())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'HSET user:17 first_name "Zoe Quist" age 3',
            'HSET user:17 first_name "[PERSON_NAME]" age [PERSON_ATTRIBUTE]',
        ),
        (
            '"HMSET" "call:17" "caller_name" "Zoe" "status" "busy"',
            '"HMSET" "call:17" "caller_name" "[PERSON_NAME]" "status" "busy"',
        ),
        ('HSET user:17 name "Zoe"', 'HSET user:17 name "[SUBSCRIBER_ID]"'),
        (
            "DETAIL:  Key (first_name, last_name)=(Zoe, Quist) already exists.",
            "DETAIL:  Key (first_name, last_name)=([PERSON_NAME], [PERSON_NAME]) already exists.",
        ),
        (
            "Key (lower(caller_name::text))=(zoe quist) already exists.",
            "Key (lower(caller_name::text))=([PERSON_NAME]) already exists.",
        ),
        (
            "Key (id, first_name)=(12, Zoe, Jr) already exists.",
            "Key (id, first_name)=([PERSON_NAME]) already exists.",
        ),
        (
            "INSERT INTO users (route, caller_name) VALUES (?, ?)] [parameters: ('x', 'Zoe')]",
            ("INSERT INTO users (route, caller_name) VALUES (?, ?)] "
            "[parameters: ('x', '[PERSON_NAME]')]"),
        ),
        (
            "INSERT INTO u (id, first_name) VALUES (%s, %s) params=[(1, 'Zoe'), (2, \"Z'oe\")]",
            ("INSERT INTO u (id, first_name) VALUES (%s, %s) "
            "params=[(1, '[PERSON_NAME]'), (2, \"[PERSON_NAME]\")]"),
        ),
        (
            "UPDATE u SET first_name=? WHERE id = ? [parameters: ('Zoe', 12)]",
            "UPDATE u SET first_name=? WHERE id = ? [parameters: ('[PERSON_NAME]', 12)]",
        ),
        ("WHERE caller_name ~* 'zoe quist'", "WHERE caller_name ~* '[PERSON_NAME]'"),
        ('x caller_name := "Zoe Quist"', 'x caller_name := "[PERSON_NAME]"'),
        ("caller_name => Zoe Quist", "caller_name => [PERSON_NAME]"),
        ('"caller_name":"Zoe Quist', '"caller_name":"[PERSON_NAME]"'.removesuffix('"')),
        ("10:00:01 INFO app: caller_name: Zoe Quist", "10:00:01 INFO app: caller_name: [PERSON_NAME]"),
        ("INFO app: x: caller_name: Zoe", "INFO app: x: caller_name: [PERSON_NAME]"),
    ],
)  # fmt: skip
def test_what_the_line_names_goes(text: str, expected: str) -> None:
    """The value goes by its name, and its frame stays."""
    assert expected == REDACT(text)
    assert expected == REDACT.text(text)


@pytest.mark.parametrize(
    "text",
    [
        'HSET stats:2026-11-25 calls 1204 failed 12 name "daily"',
        "the hset command failed",
        "redis: HSET slow: took 12 ms",
        'DETAIL:  Key (id)=(4711) is not present in table "calls".',
        "Key (route, status)=(eu-1, busy) already exists.",
        "INSERT INTO cdr (route, cause) VALUES (?, ?) [parameters: ('eu-1', 16)]",
        "Is it ok? values: (a, b)",
        "UPDATE users SET first_name=?, last_name=%s WHERE id = $1",
        "INFO: main: caller: server/http.go:12 status: 200",
        "error: message: too long",
        "state => name",
        '{"log.level":"WARN","message":"Slow query: 2310 ms"}',
    ],
)
def test_lines_without_a_person_stay(text: str) -> None:
    """Nothing is lost of a line of an app that names nobody."""
    assert text == REDACT(text)


@pytest.mark.parametrize(
    "piece",
    ["HSET a b c ", "Key (a)=(b ", "=?params=('a',", "INSERT INTO a (b) VALUES (?) params=['"],
)
def test_many_of_them_are_read_in_one_pass(piece: str) -> None:
    """A text of nothing but beginnings takes a time in proportion to its length."""
    times = []
    for count in (1000, 4000):
        begin = process_time()
        REDACT(piece * count)
        times.append(process_time() - begin)
    assert times[1] < 12 * max(times[0], 0.005)


@pytest.mark.parametrize(
    "text",
    [
        "E0000 00:00:1764064801.123456   12345 dns_resolver.cc:123] no address added",
        'fe_api be_api/srv1 0/0/1/12/13 200 512 - - ---- 12/12/0/0/0 0/0 "GET /v1/status HTTP/1.1"',
        "state change: {'call': 42, 'from': 'ringing', 'to': 'answered', 'elapsed': 3.2}",
        'sending message -> {"id": 7, "status": "ok"}',
        'message ->{"id": 7} x',
    ],
)
def test_timers_states_and_arrows_stay(text: str) -> None:
    """Times of a proxy, states of a call and what an app hands on are nobody's."""
    assert text == REDACT(text)
