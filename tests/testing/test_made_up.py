"""Samples, canaries, and the assertions that look for them."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from urllib.parse import quote

import attrs
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.every_schema import every_schema
from voxvalley_privacy import testing
from voxvalley_privacy.testing import (
    assert_clean,
    assert_no_personal_data,
    canary,
    sample,
    strategies,
)

C = vp.DataCategory
LABELS = vp.policies.labels()
# Schemas in which nothing is personal: answers of a gateway
NOBODY = ("voxcpaas.sms_http_error", "voxcpaas.sms_response")
PERSON = {"From": "+14155550132", "ProfileName": "Zoe Example", "Body": "my code is 482913"}


@pytest.mark.parametrize("name", every_schema())
def test_sample_fills_every_schema(name):
    """A sample has a value for each top-level field, is the same for one seed and another for another."""
    record = sample(name, seed=3)
    tops = {path.partition(".")[0].partition("[")[0] for path in vp.schemas.get(name).fields}

    assert len(record) >= len({top.partition("(")[0] for top in tops}) * 0.9
    assert record == sample(name, seed=3)
    assert record != sample(name, seed=4) or name in NOBODY


@pytest.mark.parametrize("name", every_schema())
def test_sample_is_clean_when_redacted(name):
    """A redacted sample of any schema is clean by every search."""
    record = sample(name)
    redacted = vp.Redactor(LABELS, name)(record)

    assert () == testing.made_up.canaries_in(json.dumps(redacted))
    if name in NOBODY:
        with pytest.raises(AssertionError, match="nothing is tested"):
            assert_clean(redacted, record, schema=name)
    else:
        assert_clean(redacted, record, schema=name)


@pytest.mark.parametrize("name", [n for n in vp.schemas.names()[::6] if n not in NOBODY])
def test_raw_sample_is_not_clean(name):
    """A sample that comes out as it went in fails, and the message does not show the number."""
    record = sample(name)

    with pytest.raises(AssertionError) as error:
        assert_clean(json.dumps(record), record, schema=name)
    assert "555" not in str(error.value)
    assert "900" not in str(error.value)


SPELLINGS = {
    "as it is": lambda text: text,
    "with separators": lambda text: text.replace("415", " (415) ").replace("0132", "-0132"),
    "percent-encoded": lambda text: quote(text, safe=""),
    "Base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "escaped": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "full width": lambda text: text.translate({48 + n: 0xFF10 + n for n in range(10)}),
    "HTML": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "backwards": lambda text: text[::-1],
    "Base64 of gzip": lambda text: base64.b64encode(gzip.compress(text.encode())).decode(),
    "octets of gzip": lambda text: gzip.compress(text.encode()),
    "UTF-16": lambda text: text.encode("utf-16-le"),
    "JSON in JSON": lambda text: json.dumps(json.dumps({"a": text})),
    "percent-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "bold": lambda text: "<b>".join(text),
    "quoted-printable": lambda text: "".join(f"={ord(char):02X}" for char in text),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_number_is_seen(spelling):
    """A number of the record is seen in each spelling, and a made-up one without a record, too."""
    output = SPELLINGS[spelling]("caller +14155550132 x")

    with pytest.raises(AssertionError, match="From"):
        assert_clean({"note": output}, PERSON, schema="twilio.message_webhook")
    with pytest.raises(AssertionError, match="PARTY_NUMBER"):
        assert_no_personal_data(output)


@pytest.mark.parametrize(
    ("output", "field"),
    [
        ("the caller was zoe", "ProfileName"),
        ("MY CODE IS 482913", "Body"),
        ("...415555...", "From"),
        (LookupError("+14155550132"), "From"),
        ([{"deep": ("x", {"y": b"+14155550132"})}], "From"),
        ({"+14155550132": 1}, "From"),
        (14155550132, "From"),
    ],
)
def test_parts_of_values_are_seen(output, field):
    """A word of a name, a message in capitals, six digits, errors, deep records, keys and integers."""
    with pytest.raises(AssertionError, match=field):
        assert_clean(output, PERSON, schema="twilio.message_webhook")


@attrs.frozen
class _Attrs:
    caller: str = "+14155550132"


@dataclasses.dataclass
class _Data:
    caller: str = "+14155550132"


class _Model(pydantic.BaseModel):
    caller: str = "+14155550132"


@pytest.mark.parametrize("record", [_Attrs(), _Data(), _Model()], ids=["attrs", "data", "model"])
def test_records_of_classes(record):
    """Fields of attrs classes, dataclasses and pydantic models are looked for like keys."""
    assert_clean("ok", record)
    with pytest.raises(AssertionError, match="caller"):
        assert_clean("4155550132", record)


@pytest.mark.parametrize(
    "output",
    [
        {("a", "tuple"): "+14155550132"},
        [None, True, {"x": object()}, b"\x1f\x8bbroken +14155550132"],
        {"deep": {"er": [("+14155550132",)]}},
        b"\x78\x9cbroken \xff +14155550132",
    ],
)
def test_outputs_of_any_shape(output):
    """Keys of any type, broken compressed data and odd objects are searched without an error."""
    with pytest.raises(AssertionError, match="From"):
        assert_clean(output, PERSON)


def test_lists_of_a_record():
    """Items of lists are looked for, octets too, and short values only as a whole."""
    record = {"to": [{"phone_number": "+14155550132"}, {"phone_number": b"+442079460000"}]}

    for output in ("4155550132", "2079460000"):
        with pytest.raises(AssertionError, match="to"):
            assert_clean(output, record, schema="telnyx.message")
    assert_clean("ok", record, schema="telnyx.message")


def test_name_before_a_number():
    """Of a name and a number in one field both are looked for; a short name not inside of words."""
    record = {"clid": '"Zoe Example" <4155550132>'}

    for output in ("zoe!", "4155550132"):
        with pytest.raises(AssertionError, match="clid"):
            assert_clean(output, record, schema="asterisk.cdr_csv")
    assert_clean("zoetrope", record, schema="asterisk.cdr_csv")


def test_many_decodings_end():
    """A text that decodes to ever more texts is searched in bounded time, and a long one, too."""
    text = "+14155550132"
    for _ in range(5):
        text = base64.b64encode(f"%41&amp;\\u0041=41<b>\u0661 {text}".encode()).decode()

    testing.made_up.canaries_in(text)
    with pytest.raises(AssertionError):
        assert_no_personal_data("fine\n" * 10_000 + "+14155550132")


def test_parts_of_a_text_record():
    """Of a text only the personal part is looked for, not the words around it or labels in it."""
    record = {"note": "[INFO] please call +14155550132 [PHONE_NUMBER] today"}

    assert_clean("[INFO] please call [PHONE_NUMBER] today", record)
    with pytest.raises(AssertionError, match="note"):
        assert_clean("4155550132", record)


def test_causes_of_an_error_are_seen():
    """A value that is only in the cause of an error comes out with its traceback."""
    try:
        try:
            raise KeyError("+14155550132")
        except KeyError as cause:
            raise LookupError("no route") from cause
    except LookupError as error:
        shown = error

    with pytest.raises(AssertionError, match="From"):
        assert_clean(shown, PERSON)


@pytest.mark.parametrize(
    "output",
    ["", None, {}, "ok 200", "2026-11-25 12:00:00 call ended after 61 s, code 16", b"\x00\xff" * 9],
)
def test_plain_outputs_are_clean(output):
    """An output that holds nothing of the record passes."""
    assert_clean(output, PERSON)
    assert_no_personal_data(output)


def test_record_without_personal_values_tests_nothing():
    """A record in which there is nothing to look for fails, as the test would be empty."""
    with pytest.raises(AssertionError, match="nothing is tested"):
        assert_clean("", {"status": "completed"}, schema="twilio.call")


def test_allowed_categories_may_come_out():
    """A bill may show the number, and still not the name."""
    number = {"From": PERSON["From"]}

    assert_clean(number, PERSON, schema="twilio.message_webhook", allow=[C.PARTY_NUMBER])
    with pytest.raises(AssertionError, match="ProfileName"):
        assert_clean(PERSON, PERSON, schema="twilio.message_webhook", allow=[C.PARTY_NUMBER])


@pytest.mark.parametrize("policy", ["debug", "analytics", "share", "public"])
def test_outputs_of_policies_are_clean(policy):
    """What policies leave, such as masks and tokens, is no finding."""
    redact = vp.Redactor(
        getattr(vp.policies, policy)(testing.fixed_keys()), "twilio.message_webhook"
    )
    record = sample("twilio.message_webhook")

    assert_no_personal_data(json.dumps(redact(record)))
    assert_clean(redact(record), record, schema="twilio.message_webhook")


@pytest.mark.parametrize("category", [*C])
def test_canary_of_each_category(category):
    """Each category has a canary that the search recognizes, or says that it has none."""
    try:
        value = canary(category)
    except vp.ConfigurationError as error:
        assert "no range" in str(error)  # noqa: PT017 - both ends are right
        return

    assert value == canary(category.value)
    personal = {C.PARTY_NUMBER, C.PERSON_NAME, C.CONTENT, C.CREDENTIAL, C.IP_ADDRESS, C.DEVICE_ID,
                C.SUBSCRIBER_ID, C.LOCATION, C.SIP_URI, C.DTMF, C.EMAIL_ADDRESS}  # fmt: skip
    if category in personal:
        with pytest.raises(AssertionError):
            assert_no_personal_data(f"x {value} y")


def test_canary_refuses_what_is_no_category():
    """A misspelled category is refused without repeating it."""
    with pytest.raises(vp.ConfigurationError, match="no category of this name"):
        canary("PARTY_NUMBRE")


def test_canaries_are_seldom_chance():
    """Of a hundred thousand random hexadecimal digits, next to none look like a made-up value."""
    import random

    noise = random.Random(7)
    hits = Counter()
    for _ in range(100):
        text = "".join(noise.choices("0123456789abcdef", k=1000))
        hits.update(hit.category for hit in testing.made_up.canaries_in(text))

    assert sum(hits.values()) <= 3


@given(strategies.numbers())
def test_numbers_are_recognized(number):
    """Every made-up number is recognized in every spelling of the strategy."""
    with pytest.raises(AssertionError, match="PARTY_NUMBER"):
        assert_no_personal_data(number)


@given(strategies.records("telnyx.message"))
def test_records_are_redacted(record):
    """A record with fields missing comes out clean."""
    assert_no_personal_data(json.dumps(vp.Redactor(LABELS, "telnyx.message")(record)))


@given(strategies.records())
def test_records_of_all_schemas(record):
    """Without a schema, records of any vendor come."""
    assert record


@given(strategies.messages())
def test_messages_hold_personal_data(message):
    """Every message has something in it that must not come out."""
    with pytest.raises(AssertionError):
        assert_no_personal_data(message)


@given(strategies.sip_messages())
def test_sip_is_read_by_the_package(invite):
    """A SIP request is well formed, and comes out without its people."""
    redacted = vp.records.sip.redact_sip(invite, vp.Redactor(LABELS))

    assert invite.endswith("\r\n\r\n")
    assert "INVITE" in redacted
    assert () == testing.made_up.canaries_in(redacted)


@given(st.text())
def test_any_text_can_be_searched(text):
    """Any text is searched without an error; what the finders see is named without the text."""
    try:
        assert_no_personal_data(text)
    except AssertionError as error:
        assert str(error).startswith("Personal data: ")  # noqa: PT017 - both ends are right


def test_names_are_loaded_when_used():
    """The room costs pytest nothing: importing the plugin loads neither attrs nor Hypothesis."""
    code = (
        "import sys, voxvalley_privacy.testing.plugin;"
        "print([m for m in ('attrs', 'hypothesis', 'httpx', 'phonenumbers') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )

    assert "[]" == done.stdout.strip()


def test_every_name_is_there():
    """Each public name of the room can be had, and an unknown one is an AttributeError."""
    assert [] == [name for name in testing.__all__ if getattr(testing, name, None) is None]
    assert sorted(testing.__all__) == dir(testing)
    with pytest.raises(AttributeError):
        testing.assert_cleen  # noqa: B018
