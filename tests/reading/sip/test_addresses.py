"""Addresses in headers: users, hosts, names, parameters."""

from __future__ import annotations

import pytest

import voxvalley_privacy as vp

from .messages import DEBUG, KEYED, KEYS, value

HIDDEN = '"[PERSON_NAME]" <sip:redacted@example.com>'
BROKEN = "<sip:redacted@redacted.invalid>"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<sip:+14155550132@example.com>", "<sip:+1********32@example.com>"),
        ("sip:+14155550132@example.com", "<sip:+1********32@example.com>"),
        ("sips:+14155550132@example.com:5061", "<sips:+1********32@example.com:5061>"),
        ("<sip:zoeline@example.com>", "<sip:redacted@example.com>"),
        ("<sip:1001@example.com>", "<sip:redacted@example.com>"),
        ("<sip:+14155550132:secret@192.0.2.7:5070>", "<sip:+1********32@192.0.2.0:5070>"),
        ("<sip:zoeline@[2001:db8::7]:5070>", "<sip:redacted@[2001:db8::]:5070>"),
        ("<sip:example.com;lr>", "<sip:example.com;lr>"),
        ("<sip:zoeline>", BROKEN),
        ("<mailto:zoeline@example.com>", BROKEN),
        ("<sip:zoeline@example.com@example.com>", BROKEN),
        ("<sip:zoeline@exa mple.com>", BROKEN),
        ("<urn:service:sos>", "<urn:service:sos>"),
        ("<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>", BROKEN),
        ("zoeline", BROKEN),
        ("<>", BROKEN),
        ("", BROKEN),
    ],
)
def test_address(written, shown):
    """An address keeps its shape; its user is masked or redacted, its password gone."""
    assert shown == value(f"From: {written}")


@pytest.mark.parametrize(
    "host",
    [
        "4155550132.example.com",
        "ec2-203-0-113-5.example.com",
        "2.3.1.0.5.5.5.5.1.4.1.e164.arpa",
        "0x7f.1",
        "3232235777",
        "a..b",
    ],
)
def test_host_that_holds_a_number_or_address(host):
    """A host name in which a number or an address stands does not show, even where the policy keeps hosts."""
    assert "<sip:redacted@redacted.invalid>" == value(f"From: <sip:zoeline@{host}>")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("sip:%2B1415555%30132@example.com", "<sip:+1********32@example.com>"),
        ("sip:+14155550132@example.com;user=phone", "<sip:+1********32@example.com>;user=phone"),
        (
            "<sip:+14155550132@example.com;user=phone;cpc=zoe>",
            "<sip:+1********32@example.com;user=phone>",
        ),
        (
            "<tel:+1-415-555-0132;phone-context=example.com>",
            "<sip:+1********32@tel.invalid;user=phone>",
        ),
        ("<tel:0132;phone-context=+1415555>", "<sip:redacted@tel.invalid;user=phone>"),
        (
            "<sip:bob@example.com?Replaces=abc%40192.0.2.1%3Bto-tag%3D4155550132>",
            "<sip:redacted@example.com>",
        ),
        ("<sip:+14155550132;ext=5;isub=9@example.com>", "<sip:+1********32@example.com>"),
        (
            "<tel:" + "1;phone-context=" + "aa." * 24 + "aa!>",
            "<sip:redacted@tel.invalid;user=phone>",
        ),
    ],
)
def test_b2_31_uri_forms(written, shown):
    """Escapes, parameters, `tel:` contexts and headers of an address hide nothing from the redactor."""
    assert shown == value(f"To: {written}")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('"John Q. Example"', HIDDEN),
        ("John Example", HIDDEN),
        (r'"John \"Q\" Example"', HIDDEN),
        ("=?utf-8?B?Wm9lIEV4YW1wbGU=?=", HIDDEN),
        ('"=?broken?Q?=41?="', HIDDEN),
        ("Example, John", HIDDEN),
        ('"+1 (415) 555-0132"', '"+1********32" <sip:redacted@example.com>'),
        ('"4155550132"', '"********32" <sip:redacted@example.com>'),
        ('"John', BROKEN),
        ('"John \\"', BROKEN),
        ('John" x', BROKEN),
    ],
)
def test_b2_32_display_names(name, shown):
    """A display name is a label, however it is written; behind a quote that never closes nothing comes through."""
    assert shown == value(f"From: {name} <sip:zoeline@example.com>")


def test_b2_32_unbalanced_quote_ends_a_list():
    """In a list, what stands before the unbalanced quote stays."""
    shown = value(
        'P-Asserted-Identity: <sip:+14155550132@example.com>, "Zoe <sip:zoeline@example.com>, <tel:+447700900123>'
    )
    assert "<sip:+1********32@example.com>" == shown


def test_encoded_word_is_found_elsewhere():
    """A name written in encoded words is found in the subject in plain ones."""
    from voxvalley_privacy.records.sip import redact_sip

    from .messages import request

    made = redact_sip(
        request(
            "From: =?utf-8?B?Wm9lIEV4YW1wbGU=?= <sip:a@example.com>", "Subject: mrs EXAMPLE waits"
        ),
        DEBUG,
    )
    assert "Subject: mrs [PERSON_NAME] waits" in made


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            '"Anonymous" <sip:anonymous@anonymous.invalid>',
            '"Anonymous" <sip:anonymous@anonymous.invalid>',
        ),
        (
            '"Zoe Example" <sip:anonymous@192.0.2.3>',
            '"Anonymous" <sip:anonymous@anonymous.invalid>',
        ),
        ("<sip:zoeline@anonymous.invalid>", '"Anonymous" <sip:anonymous@anonymous.invalid>'),
        ("<sip:0000000000@192.0.2.3>", "<sip:unavailable@unknown.invalid>"),
        ("<sip:unavailable@unknown.invalid>", "<sip:unavailable@unknown.invalid>"),
        ("<sip:redacted@redacted.invalid>", "<sip:redacted@redacted.invalid>"),
        ("<tel:0000000000>", "<sip:unavailable@unknown.invalid>"),
        ("<tel:anonymous>", '"Anonymous" <sip:anonymous@anonymous.invalid>'),
    ],
)
def test_withheld_redacted_and_unavailable_are_told_apart(written, shown):
    """What the caller hid, what the network did not know and what we redacted have three forms."""
    assert shown == value(f"From: {written}")


def test_one_caller_has_one_token():
    """A pseudonym of a number is the same in every spelling, and the same as in a record."""
    redact = KEYED["analytics"]
    record = vp.Redactor(vp.policies.analytics(KEYS), schema="twilio.call")(
        {"from": "+14155550132"}
    )
    assert f"<sip:{record['from']}@example.com>" == value(
        "From: sip:+1(415)555-0132@example.com", redact
    )
    assert f"<sip:{record['from']}@tel.invalid;user=phone>" == value(
        "From: <tel:+1-415-555-0132>", redact
    )


def test_policy_that_keeps_numbers():
    """Where the policy keeps numbers, an address stays one, without what stands beside it."""
    assert "<sip:+14155550132@redacted.invalid>" == value(
        "From: <sip:+14155550132:pw@192.0.2.1>", KEYED["billing"]
    )
    assert "<tel:+14155550132>" == value("From: <tel:+14155550132;x=zoe>", KEYED["billing"])
    assert "<sip:0132@tel.invalid;user=phone>" == value("From: <tel:0132>", KEYED["billing"])


def test_seal_in_a_user_part_opens():
    """A seal stands escaped in the user part and opens to the address."""
    from urllib.parse import unquote

    shown = value("From: <sip:+14155550132@example.com>", vp.Redactor(vp.policies.support(KEYS)))
    user = unquote(shown[5:].partition("@")[0])
    assert "+14155550132" == vp.unseal(KEYS, user, reason="test").reveal()


def test_custom_label_fits_a_user_part():
    """A label of the customer's choice is escaped where an address takes no such character."""
    policy = vp.policies.debug(KEYS).with_actions(
        {vp.DataCategory.SIP_URI: vp.label("<not shown>")}
    )
    assert "<sip:%3Cnot%20shown%3E@example.com>" == value(
        "From: <sip:zoeline@example.com>", vp.Redactor(policy)
    )


def test_device_id_parameter():
    """The instance id of a device is a token under debug and gone where devices do not show."""
    header = 'Contact: <sip:example.com>;+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>";expires=60'
    assert value(header).startswith('<sip:example.com>;+sip.instance="<deviceidA')
    assert "<sip:redacted.invalid>;expires=60" == value(header, KEYED["public"])


def test_contact_wildcard():
    """The star of a REGISTER stays."""
    assert "*" == value("Contact: *")
