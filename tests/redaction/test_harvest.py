"""What one field hides, no other field shows: users without a number, names before addresses."""

from __future__ import annotations

from time import process_time

import pytest

import voxvalley_privacy as vp

KEYS = vp.KeyRing.generate()
REDACT = vp.Redactor(vp.policies.debug(KEYS))

USERS = ("zoe.example", "zoe_quist", "zoe-quist", "zoe7", "z.q", "zoë.ex", "zoequist", "zoe+x")
FIELDS = ("src_user", "username", "caller", "from_user", "auth_user", "extension")
PLACES = (
    ("sip_reason", "rejected {}"),
    ("status", "{}"),
    ("path", "/u/{}/x"),
    ("event", "reg:{}"),
    ("call_id", "{}-1234"),
    ("url", "https://example.com/u/{}"),
    ("hangup_cause", "sip:{}@pbx.example.com gone"),
)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("user", USERS)
def test_a_user_without_a_number_is_in_no_other_field(field: str, user: str) -> None:
    """The user of a number field is looked for, whatever it is made of."""
    for place, text in PLACES:
        redacted = REDACT({field: user, place: text.format(user)})
        assert user not in str(redacted)


@pytest.mark.parametrize(
    "address",
    [
        '"Zoe Quist" <sip:zoe@pbx.example.com>',
        '"Zoe Quist" <sip:zoe@pbx.example.com>;tag=8812345',
        '"Zoe Quist" <sip:anonymous@anonymous.invalid>',
        "Zoe Quist <1001>",
        '"Zoe Quist" <+14155550132>',
        "Zoe Quist",
    ],
)
def test_a_name_before_an_address_is_in_no_other_field(address: str) -> None:
    """The name in front of a number or an address is looked for by its words."""
    redacted = REDACT({"from": address, "error": "rejected Zoe Quist"})
    assert "Zoe" not in str(redacted)
    assert "Quist" not in str(redacted)


def test_short_names_are_looked_for() -> None:
    """Three letters are a name, and so are two ideographs."""
    assert {"reason": "rejected [PERSON_NAME]"} == REDACT(
        {"caller_name": "Zoe", "reason": "rejected Zoe"}
    )
    assert {"reason": "[PERSON_NAME]さん rejected"} == REDACT(
        {"caller_name": "佐藤", "reason": "佐藤さん rejected"}
    )


def test_digits_of_a_host_are_not_those_of_its_user() -> None:
    """The user of an address with an IP address is looked for, not the digits of the host."""
    assert "no route to [PARTY_NUMBER]" == REDACT(
        {"caller": "sip:zoe.quist@192.0.2.17", "reason": "no route to zoe.quist"}
    )["reason"]  # fmt: skip
    assert (
        "bad *****32" == REDACT({"from": "sip:5550132@192.0.2.17", "error": "bad 5550132"})["error"]
    )


@pytest.mark.parametrize(
    "record",
    [
        {"to": "queue", "event": "queue joined", "app": "Queue"},
        {"to": "conference", "event": "conference started"},
        {"username": "postgres", "error": "postgres is down"},
        {"username": "root", "path": "/root/x"},
        {"caller": "anonymous", "event": "anonymous call"},
        {"username": "zoe.example", "host": "pbx.example.com", "path": "/srv/example/app"},
    ],
)
def test_words_of_programs_stay(record: dict[str, str]) -> None:
    """A place of a dial plan or an account of a program is nobody, and its word stays elsewhere."""
    _, *others = record
    redacted = REDACT(record)
    assert {key: record[key] for key in others} == {key: redacted[key] for key in others}


def test_half_a_number_behind_a_value_goes() -> None:
    """A value that is looked through may end in the first half of a number that goes on."""
    redact = vp.Redactor(vp.policies.labels())
    assert "id=[PHONE_NUMBER]-[PHONE_NUMBER]" == redact.text("id=+14155550132-41555 50132")


def test_the_name_of_a_program_stays_in_its_host() -> None:
    """Three letters that fields are called by are no name that is looked for."""
    record = {"name": "ivr", "hostname": "ivr-2", "callerId": "4155550132"}
    assert "ivr-2" == REDACT(record)["hostname"]


def test_many_names_that_share_a_word_are_looked_for_in_one_pass() -> None:
    """Callers of one family take a time in proportion to their number."""
    times = []
    for count in (200, 800):
        record = {f"from_{at}": f'"Zoe{at} Quist" <sip:zoe{at}@x.example>' for at in range(count)}
        record |= {f"error{at}": f"x Zoe{at} Quist y" for at in range(count)}
        begin = process_time()
        redacted = REDACT(record)
        times.append(process_time() - begin)
        assert "Quist" not in str(redacted)
    assert times[1] < 10 * max(times[0], 0.005)
