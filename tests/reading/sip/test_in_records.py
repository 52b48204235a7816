"""Messages that stand in the fields of records."""

from __future__ import annotations

import json
import pickle

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from tests.reading.sip.messages import DEBUG, INVITE, KEYED, KEYS
from voxvalley_privacy.reading.sip._sip_message import parse
from voxvalley_privacy.records.sip import redact_sip

C = vp.DataCategory
TRACE = {
    "callid": "a84b4c76",
    "traced_user": "sip:zoeline@example.com",
    "msg": INVITE,
    "method": "INVITE",
    "fromip": "192.0.2.17",
}
KAMAILIO = vp.Redactor(vp.policies.debug(KEYS), schema="kamailio.sip_trace")
CANARY = "14155550132"


def test_traced_message_can_be_read():
    """A column that the schema calls a raw message shows the treated message, as `redact_sip()` makes it."""
    made = KAMAILIO(TRACE)
    assert redact_sip(INVITE, DEBUG) == made["msg"]
    assert parse(made["msg"]) is not None
    assert_no_canary(str(made), CANARY)


def test_bytes_come_out_as_bytes():
    """A message in a BLOB stays one."""
    assert redact_sip(INVITE, DEBUG).encode() == KAMAILIO({"msg": INVITE.encode()})["msg"]


def test_policies_that_look_at_no_message():
    """Where the policy has another action for raw messages, that is what happens."""
    for name, redact in KEYED.items():
        assert "msg" not in vp.Redactor(redact.policy, schema="kamailio.sip_trace")(TRACE), name
    labeled = KAMAILIO.policy.with_actions({C.RAW_MESSAGE: vp.label()})
    assert "[RAW_MESSAGE]" == vp.Redactor(labeled, schema="kamailio.sip_trace")(TRACE)["msg"]
    kept = KAMAILIO.policy.with_actions({C.RAW_MESSAGE: vp.keep})
    assert '"Zoe Example"' in vp.Redactor(kept, schema="kamailio.sip_trace")({"msg": INVITE})["msg"]


def test_raw_message_that_is_no_sip():
    """What is neither a message nor a dial string is still a label."""
    assert "[RAW_MESSAGE]" == KAMAILIO({"msg": f"From: <sip:+{CANARY}@example.com>\r\n\r\n"})["msg"]


def test_unknown_field():
    """A message in a field that no schema knows is read by its start line, in lists and in JSON texts too."""
    shown = redact_sip(INVITE, DEBUG)
    assert {"x": shown, "y": [shown]} == DEBUG({"x": INVITE, "y": [INVITE]})
    assert shown == json.loads(DEBUG({"x": json.dumps({"pkt": INVITE})})["x"])["pkt"]


def test_text_that_speaks_of_sip():
    """A text with a start line somewhere inside is a text."""
    made = DEBUG({"note": f"we sent\nINVITE sip:+{CANARY}@example.com SIP/2.0 to them"})["note"]
    assert "INVITE" in made
    assert "Content-Length" not in made
    assert_no_canary(made, CANARY)


def test_redacting_twice():
    """A treated record stays as it is."""
    once = KAMAILIO(TRACE)
    assert once == KAMAILIO(once)


def test_values_of_the_message_in_other_fields():
    """What the headers of the message call personal goes from the other fields of its record."""
    made = KAMAILIO(TRACE | {"status": "from Zoe Example at 4155550132", "note": "Zoe called"})
    assert "Zoe" not in str(made)
    assert_no_canary(str(made), CANARY)


def test_values_of_other_fields_in_the_message():
    """What the record calls personal goes from the texts of the message."""
    message = INVITE.replace(
        "Max-Forwards: 70", "Max-Forwards: 70\r\nSubject: for Yolanda\r\nUser-Agent: Yolanda Sample"
    )
    made = vp.Redactor(
        vp.policies.debug(KEYS),
        schema=vp.Schema("a.b", {"who": C.PERSON_NAME, "msg": C.RAW_MESSAGE}),
    )({"who": "Yolanda Sample", "msg": message})
    assert "Yolanda" not in str(made)
    assert parse(made["msg"]) is not None


def test_privacy_is_honored():
    """A message that asks for privacy gets it in a record as well."""
    made = KAMAILIO({"msg": INVITE.replace("Max-Forwards: 70", "Privacy: id\r\nMax-Forwards: 70")})
    assert (
        redact_sip(INVITE.replace("Max-Forwards: 70", "Privacy: id\r\nMax-Forwards: 70"), DEBUG)
        == made["msg"]
    )


def test_more_values_than_a_pass_takes():
    """Of a message with hundreds of addresses no text shows, in the first pass or the second."""
    contacts = "\r\n".join(
        f"Contact: <sip:user{chr(97 + i % 26)}{chr(97 + i // 26)}@example.com>" for i in range(200)
    )
    message = INVITE.replace("Max-Forwards: 70", f"Subject: hi userba\r\n{contacts}")
    made = KAMAILIO({"msg": message, "method": "userba"})
    assert "Subject: [BUDGET]" in made["msg"]
    assert "userba" not in str(made)
    assert KAMAILIO.stats().faults["budget"] >= 1


def test_message_past_the_budget():
    """Of a message longer than a text may be, the headers show and the body does not."""
    made = KAMAILIO({"msg": INVITE + "a=x\n" * 30_000})
    assert "[TRUNCATED]" in made["msg"]
    assert "INVITE " == made["msg"][:7]


def test_redactor_that_read_messages_pickles():
    """What a redactor remembers of messages does not travel with it."""
    copy = pickle.loads(
        pickle.dumps(vp.Redactor(vp.policies.labels(), schema="kamailio.sip_trace"))
    )
    assert copy(TRACE)["msg"] == copy(TRACE)["msg"]
    assert_no_canary(str(copy(TRACE)), CANARY)


def test_explain_names_the_field():
    """The table says what the field is and that it is parsed."""
    rows = {row.path: row for row in KAMAILIO.explain(TRACE)}
    assert (C.RAW_MESSAGE, "parse") == (rows["msg"].category, rows["msg"].action)
