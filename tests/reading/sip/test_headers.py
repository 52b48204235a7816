"""Headers by name."""

from __future__ import annotations

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.reading.sip._header_fields import COMPACT
from voxvalley_privacy.records.sip import redact_sip

from .messages import DEBUG, INVITE, KEYED, KEYS, one, request, value

CANARY = "sip:+14155550132@192.0.2.7"


@pytest.mark.parametrize(
    "name",
    [*(f for f, c in vp.schemas.get("sip.headers").fields.items() if c.category is vp.DataCategory.SIP_URI and f != "Request-URI"),
     "f", "t", "m", "r", "b", "Route", "Record-Route", "Path", "Service-Route", "P-Charge-Info"],
)  # fmt: skip
def test_b2_29_address_headers(name):
    """Every header that names a party is treated, in its compact form too, each value of a list."""
    shown = value(f'{name}: "Zoe Example" <{CANARY}>;tag=12')
    assert shown.startswith('"[PERSON_NAME]" <sip:+1********32@192.0.2.0>')


@pytest.mark.parametrize("name", ["Via", "v", "VIA"])
def test_b2_29_via(name):
    """A hop loses its addresses and keeps its ports (B13-184); its branch still correlates."""
    written = f"{name}: SIP / 2.0 / UDP 192.0.2.17:5060;branch=z9hG4bK77;received=198.51.100.9;rport=40321, SIP/2.0/TCP a.example.com:5070"
    first, second = value(written).split(", ")
    start, branch, received, rport = first.split(";")
    assert (start, received) == ("SIP/2.0/UDP 192.0.2.0:5060", "received=198.51.100.0")
    assert "rport=40321" == rport
    assert branch.startswith("branch=z9hG4bKcallidA")
    assert "SIP/2.0/TCP a.example.com:5070" == second


def test_b2_29_via_that_is_none():
    """A hop that is not understood is replaced by one that is."""
    assert "SIP/2.0/UDP redacted.invalid;branch=z9hG4bKredacted" == value("Via: +14155550132")


@pytest.mark.parametrize(
    "name",
    ["Authorization", "Proxy-Authorization", "WWW-Authenticate", "Identity", "y", "P-Access-Token"],
)
def test_b2_29_credentials_go(name):
    """Credentials, and STIR tokens that anyone can decode, leave no trace."""
    assert "" == one(
        f'{name}: Digest username="zoeline",response="6629fae49393a05397450978507c4ef1"'
    )


def test_b2_29_unknown_header():
    """The value of a header that nobody knows is a label, or goes where the policy drops what it does not know."""
    assert "P-Whatever: [UNKNOWN]" == one("P-Whatever: zoe line")
    assert "" == one("P-Whatever: zoe line", KEYED["analytics"])


@pytest.mark.parametrize("name", ["X-+14155550132", "zoë", "a" * 50, "", "X Y", "4155550132"])
def test_header_name_that_carries_data(name):
    """A header name that is no plain word does not show."""
    assert one(f"{name}: 1").startswith("X-Unknown: ")


def test_call_id_correlates():
    """A Call-ID is one token in every message and header it stands in, and its host is gone."""
    token = value("Call-ID: a84b4c76e66710@192.0.2.17")
    assert token.isalpha()
    assert token == value("i: a84b4c76e66710@192.0.2.17")
    assert (
        token
        == value("Replaces: a84b4c76e66710@192.0.2.17;to-tag=1;from-tag=2;early-only").partition(
            ";"
        )[0]
    )
    assert token == value("In-Reply-To: other@x, a84b4c76e66710@192.0.2.17").partition(", ")[2]
    assert token != value("Call-ID: a84b4c76e66711@192.0.2.17")


def test_tags_correlate():
    """A tag is the same token in From, To and Replaces."""
    tag = value("From: <sip:a@example.com>;tag=19283").partition(";tag=")[2]
    assert tag.isalpha()
    assert f"to-tag={tag}" in value("Replaces: x@y;to-tag=19283;from-tag=1")


def test_ids_without_keys():
    """Without keys, or where a policy shows no ids, there is nothing to correlate by."""
    for redact in (vp.Redactor(vp.policies.labels()), KEYED["share"], KEYED["public"]):
        assert "redacted" == value("Call-ID: a84b4c76e66710@192.0.2.17", redact)


def test_ids_take_the_keys_of_the_policy():
    """Where ids are tokens their own action makes them; where they are kept, the keys of other tokens or of seals do."""
    own = vp.pseudonym(KEYS, purpose="ids")
    policy = vp.policies.debug(KEYS).with_actions({vp.DataCategory.CALL_ID: own})
    assert own("a@b", vp.DataCategory.CALL_ID) == value("Call-ID: a@b", vp.Redactor(policy))
    assert value("Call-ID: a@b", vp.Redactor(vp.policies.support(KEYS))).startswith("callidA")
    addresses = vp.policies.labels().with_actions(
        {vp.DataCategory.IP_ADDRESS: vp.ip_pseudonym(KEYS)}
    )
    assert value("Call-ID: a@b", vp.Redactor(addresses)).startswith("callidA")


def test_token_of_an_address_stands_under_invalid():
    """A host whose address became a token is the token under `invalid`, and stays so."""
    policy = vp.policies.debug(KEYS).with_actions({vp.DataCategory.IP_ADDRESS: vp.pseudonym(KEYS)})
    made = one("Via: SIP/2.0/UDP 192.0.2.17;branch=z9hG4bKx", vp.Redactor(policy))
    assert made.startswith("Via: SIP/2.0/UDP ipaddressA")
    assert made.partition(";")[0].endswith(".invalid")
    assert made == one(made, vp.Redactor(policy))


def test_record_and_message_join_by_call_id():
    """Under a policy that makes tokens of ids, a record's Call-ID and a message's are one token."""
    record = vp.Redactor(
        vp.policies.analytics(KEYS), schema=vp.Schema("a.b", {"id": vp.DataCategory.RECORD_ID})
    )
    assert record({"id": "a@b"})["id"] == value("Call-ID: a@b", KEYED["analytics"])


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("CSeq: 0009   INVITE", "0009 INVITE"),
        ("CSeq: 4155550132 INVITE", "0 INVITE"),
        ("CSeq: 1 +14155550132", "1 UNKNOWN"),
        ("CSeq: zoe", "0 UNKNOWN"),
        ("RAck: 776656 1 INVITE", "776656 1 INVITE"),
        ("Max-Forwards: 0068", "0068"),
        ("Max-Forwards: 4155550132", "70"),
        ("Expires: 4155550132", ""),
        ("Expires: 3600", "3600"),
        ("RSeq: 988789", "988789"),
        ("Date: Thu, 21 Feb 2002 13:02:03 GMT", "Thu, 21 Feb 2002 13:02:03 GMT"),
        ("Date: call 4155550132", ""),
        ("Allow: INVITE, ACK", "INVITE, ACK"),
        ('Reason: Q.850;cause=16;text="call 4155550132"', 'Q.850;cause=16;text="call ********32"'),
        ('Warning: 399 example.com "call +14155550132"', '399 example.com "call +1********32"'),
        ("User-to-User: 34313535;encoding=hex", "[RAW_MESSAGE]"),
        ("P-Charging-Vector: icid-value=zoe;icid-generated-at=192.0.2.1", None),
        ("Geolocation: <cid:zoe@example.com>", ""),
        ("X-Caller-Name: Zoe Example", ""),
        ("Content-Disposition: Early-Session;handling=zoe", "early-session"),
        ("Content-Disposition: zoe", ""),
        ("Accept-Contact: *;audio;require", "*;audio;require"),
        ('Accept-Contact: *;+sip.instance="<urn:gsma:imei:90420156-025763-0>";explicit', None),
        ("X-Info: call 4155550132", "call ********32"),
        ("P-Asserted-Service-Info: zoe", "[RAW_MESSAGE]"),
    ],
)  # fmt: skip
def test_header(header, shown):
    """A header shows what its category may show, in a form that parses."""
    made = value(header)
    assert (
        made.startswith(("icid-value=callidA", '*;+sip.instance="<deviceidA'))
        if shown is None
        else shown == made
    )


def test_date_is_cut_to_a_date():
    """A time that a policy cuts is a date again."""
    assert "Thu, 21 Feb 2002 13:00:00 GMT" == value(
        "Date: Thu, 21 Feb 2002 13:02:03 GMT", KEYED["analytics"]
    )


def test_b2_30_folded_header():
    """A number split by folding is joined before it is looked at; the message keeps its frame."""
    made = redact_sip(
        request(
            "From: <sip:+1415\r\n 5550132@example.com>",
            "Subject: call +1415\r\n\t5550132",
            "To: <sip:a@example.com>",
        ),
        DEBUG,
    )
    lines = made.split("\r\n")
    assert [
        "From: <sip:redacted@redacted.invalid>",
        "Subject: call +1********32",
        "To: <sip:redacted@example.com>",
    ] == lines[1:4]


def test_b2_35_hostile_text_is_data():
    """Text that other programs would run is passed as text, and without the characters that forge a line."""
    header = "Subject: ${jndi:ldap://x/a} %(levelname)s {0.__class__} \x1b]0;hi\x07\x85\u2028\rFrom: forged"
    made = redact_sip(request(header), DEBUG)
    assert (
        "Subject: ${jndi:ldap://x/a} %(levelname)s {0.__class__} ]0;hi   From: forged"
        == made.split("\r\n")[1]
    )
    assert made.replace("\r\n", "").isprintable()


def test_b2_35_name_equal_to_a_number():
    """A display name that is a number is masked as one, and found in texts as one."""
    made = redact_sip(
        request('From: "4155550132" <sip:a@example.com>', "Subject: from (415) 555 0132"), DEBUG
    )
    assert '"********32"' in made
    assert "0132" not in made


def test_b2_36_paths_and_urls():
    """Numbers in file names and signed queries of links go."""
    made = value("Call-Info: <https://rec.example.com/a/14155550132.wav?sig=abcdef>;purpose=info")
    assert made.startswith("<https://rec.example.com/")
    assert "5550132" not in made
    assert "abcdef" not in made


def test_values_of_headers_are_found_in_others():
    """What From says of the caller goes from subject, private headers, phrase and session name, in any spelling."""
    text = INVITE.replace("s=-", "s=Call of ZOE").replace(
        "Max-Forwards: 70", "Subject: Zoe at (415) 555-0132\nX-Line: zoeline"
    )
    made = redact_sip(text, DEBUG)
    assert "Subject: [PERSON_NAME] at ********32" in made
    assert "zoeline" not in made
    assert "s=Call of [PERSON_NAME]" in made


def test_too_many_known_values_hide_every_text():
    """A message that names more parties than can be looked for shows no text at all."""
    parties = [
        f"P-Asserted-Identity: <sip:party{chr(97 + n // 26)}{chr(97 + n % 26)}@example.com>"
        for n in range(70)
    ]
    made = redact_sip(request(*parties, "Subject: hello", "Allow: INVITE"), DEBUG)
    assert "Subject: [BUDGET]" in made
    assert "Allow: [BUDGET]" in made


def test_every_compact_form_is_known():
    """A compact form is treated as the header it stands for."""
    for short, long in COMPACT.items():
        if not long.startswith("content-"):
            assert value(f"{long}: <{CANARY}>") == value(f"{short}: <{CANARY}>"), short


def test_dropped_where_the_policy_shows_nothing():
    """Under the strictest policy only what a message cannot do without is left, in neutral values."""
    made = redact_sip(INVITE, KEYED["public"])
    for canary in (
        "4155550132",
        "7700900123",
        "Zoe",
        "zoeline",
        "192.0.2",
        "example.com",
        "a84b4c",
        "776asd",
    ):
        assert canary not in made
    for name in ("Via", "From", "To", "Call-ID", "CSeq", "Max-Forwards", "Contact"):
        assert f"\n{name}: " in made
