from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest

from tests.oracle import assert_no_canary
from tests.records.doubles import Raising
from tests.records.formats.streams import DEBUG, NUMBER, OTHER, debug
from voxvalley_privacy.records._text_lines import redact_form

MESSAGE = debug("twilio.message_webhook")


def test_b1_13_a_form_body_is_a_record():
    """A webhook's body is treated by its fields, decoded and encoded again."""
    body = {"MessageSid": "SM1", "From": NUMBER, "To": OTHER, "Body": f"call {NUMBER}"}

    made = redact_form(urlencode(body), MESSAGE)

    assert MESSAGE(body) == dict(parse_qsl(made))
    assert_no_canary(made, NUMBER)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "a=",
        "a",
        "a&b=&SmsStatus=sent",
        "x=1&x=2&x=",
        "SmsStatus=s+t%26%3D",
        "x=1\n",
        "&&",
        "=",
        "x==1",
        " \n",
    ],
)
def test_what_holds_nothing_personal_stays(body):
    """Order, repeated names, blank values and names without a value come out as they were."""
    made = redact_form(body, DEBUG)

    assert parse_qsl(body, keep_blank_values=True) == parse_qsl(made, keep_blank_values=True)
    assert body.count("=") - body.count("==") == made.count("=")
    assert len(body) - len(body.rstrip()) == len(made) - len(made.rstrip())


def test_repeated_names_keep_order_and_count():
    """Each value of a repeated name is treated, and stands where it stood."""
    made = parse_qsl(
        redact_form(urlencode([("To", NUMBER), ("x", "1"), ("To", OTHER), ("To", "")]), MESSAGE),
        keep_blank_values=True,
    )

    assert [
        ("To", MESSAGE({"To": NUMBER})["To"]),
        ("x", "1"),
        ("To", MESSAGE({"To": OTHER})["To"]),
        ("To", ""),
    ] == made


@pytest.mark.parametrize(
    "body",
    [
        f"From=%2B{NUMBER[1:]}&%2B{NUMBER[1:]}=x",
        f"x={''.join(f'%{ord(c):02x}' for c in NUMBER)}",
        f"x=%252B{NUMBER[1:]}",
        f"x=%ff{NUMBER}%zz%",
        f"{NUMBER}",
        f"a;b={NUMBER}&c",
    ],
)
def test_numbers_in_every_encoding_go(body):
    """Numbers in names and values, encoded once or twice, beside broken escapes, do not come out."""
    assert_no_canary(redact_form(body, MESSAGE), NUMBER)


def test_a_body_past_the_limits_is_marked():
    """Too many fields and too long a body are placeholders, fast."""
    assert "[UNPARSEABLE]" == redact_form("a=1&" * 10_001, DEBUG)
    assert "[UNPARSEABLE]\n" == redact_form("a=" + "1" * (9 << 20) + "\n", DEBUG)


def test_a_failing_redactor_gives_placeholders():
    """Every value is a placeholder when the redactor fails."""
    made = redact_form(f"From={NUMBER}&To={OTHER}", Raising())

    assert [("From", "[FAULT]"), ("To", "[FAULT]")] == parse_qsl(made)
