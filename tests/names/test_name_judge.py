"""What the names of fields say, row by row of the fault catalogue."""

from __future__ import annotations

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.names import TECHNICAL, judge
from voxvalley_privacy.vocabulary import DataCategory as C

KEYS = vp.KeyRing.generate()
N = "+14155550132"


def _category(path: str) -> C | None:
    return judge(tuple(path.split("."))).category


@pytest.mark.parametrize(
    "path",
    [
        "contact.name", "profile.name", "customer", "participants", "friendly_name", "from_dispname", "source_name",
        "ConnectedLineName", "agent", "created_by", "caller_name:string", "kundenname", "nome_cliente", "imie",
        "queue.agent.name", "handled_by", "xingming", "姓名", "prénom",
    ],
)  # fmt: skip
def test_b10_155_names_of_people(path: str) -> None:
    """The name of a person is told by the word beside `name`, the record around it, or the role."""
    assert C.PERSON_NAME == _category(path)


@pytest.mark.parametrize(
    "path",
    [
        "hostname",
        "filename",
        "event_name",
        "queue_name",
        "queue.name",
        "group.display_name",
        "nome_produto",
        "sorted_by",
    ],
)
def test_b10_155_names_of_things(path: str) -> None:
    """The name of a thing is technical."""
    assert _category(path) in TECHNICAL


@pytest.mark.parametrize(
    "path",
    [
        "pass", "db_pass", "sip_pass", "pw", "auth", "jwt", "signature", "dsn", "mfa_code", "totp", "verify_code",
        "webhook_signature", "totpSecretQrCode", "hasło", "contraseña", "mot_de_passe", "密码",
    ],
)  # fmt: skip
def test_b10_156_secrets(path: str) -> None:
    """Secrets are told by short and foreign words, and whatever form they are in."""
    assert _category(path) in (C.CREDENTIAL, C.ONE_TIME_CODE)


@pytest.mark.parametrize(
    "path", ["pass_count", "passed", "key_id", "code", "token_count", "password_changed_at"]
)
def test_b10_156_about_secrets(path: str) -> None:
    """What only counts or dates secrets is not one."""
    assert not judge((path,)).personal


@pytest.mark.parametrize(
    "path",
    [
        "message_text",
        "sms_text",
        "short_message",
        "TextDecoded",
        "SpeechResult",
        "utterance",
        "notes",
        "comment",
        "cleanText",
    ],
)
def test_b10_157_texts(path: str) -> None:
    """Texts of people are content, or free text that is looked through."""
    assert _category(path) in (C.CONTENT, C.FREE_TEXT)


@pytest.mark.parametrize("path", ["message_status", "body_size", "num_media", "message.type"])
def test_b10_157_about_texts(path: str) -> None:
    """The last noun says what a value is: the status of a message is a status."""
    assert _category(path) in TECHNICAL


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("end_user_id", C.SUBSCRIBER_ID), ("auth_username", C.SUBSCRIBER_ID), ("sip_user", C.SUBSCRIBER_ID),
        ("source_extension", C.PARTY_NUMBER), ("from_dn", C.PARTY_NUMBER), ("exten", C.PARTY_NUMBER),
        ("caller_long", C.PARTY_NUMBER), ("FromZip", C.LOCATION), ("FromCity", C.REGION),
        ("caller_zipcode", C.LOCATION), ("cpf", C.NATIONAL_ID), ("gender", C.PERSON_ATTRIBUTE),
        ("tipo_telefone", C.STATUS), ("call_id", C.RECORD_ID),
    ],
)  # fmt: skip
def test_b10_158_kinds(path: str, category: C) -> None:
    """Ids, extensions and places are told apart by all words, not by the last one alone."""
    assert category == _category(path)


def test_b10_159_records_under_a_personal_name() -> None:
    """In a record under a personal name each field is judged by itself."""
    redact = vp.Redactor(vp.policies.debug(KEYS))
    record = {
        "message": {"id": 41, "date": 1764000000, "chat": {"type": "private"}},
        "to": [{"phone_number": N, "status": "delivered", "carrier": "Acme"}],
        "recipients": {"totalCount": 3},
        "agent": {"status": "active", "name": "Zoe Example"},
    }
    redacted = redact(record)

    assert record["message"] == redacted["message"]
    assert {"status": "delivered", "carrier": "Acme"}.items() <= redacted["to"][0].items()  # type: ignore[index]
    assert {"totalCount": 3} == redacted["recipients"]
    assert "5550132" not in str(redacted)
    assert {"status": "active"} == redacted["agent"]


def test_texts_of_unknown_fields_inherit() -> None:
    """A text in a record under a personal name, with no word of its own, is as personal as the record."""
    assert vp.Redactor(vp.policies.labels())({"sms": {"blob": "see you at noon"}}) == {
        "sms": {"blob": "[CONTENT]"}
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("payloadCapability", 0), ("signal", -71), ("ip_protocol", "udp"), ("channel", "sms"),
        ("source", "urn:example:sensor"), ("participants", 3), ("caller", "inbound"), ("media", "0"),
    ],
)  # fmt: skip
def test_b10_160_the_value_disagrees(name: str, value: object) -> None:
    """A value that cannot be what the name says stays."""
    assert {name: value} == vp.Redactor(vp.policies.debug(KEYS))({name: value})


@pytest.mark.parametrize(
    "wrap",
    [
        lambda pair: pair,
        lambda pair: [pair],
        lambda pair: {**pair, "a": 1, "b": 2, "c": 3, "d": 4, "e": 5},
        lambda pair: {"headers": [pair]},
    ],
)
def test_b10_161_pairs(wrap: object) -> None:
    """A pair of name and value is read as the field it names, wherever it is."""
    redacted = vp.Redactor(vp.policies.debug(KEYS))(wrap({"name": "password", "value": "hunter22"}))  # type: ignore[operator]

    assert "hunter22" not in str(redacted)
    assert "password" in str(redacted)


def test_b10_161_coordinates() -> None:
    """The coordinates of GeoJSON are a place, though they are a list of numbers."""
    redacted = vp.Redactor(vp.policies.debug(KEYS))(
        {"type": "Point", "coordinates": [-122.4193, 37.7793]}
    )

    assert "37.77" not in str(redacted)
    assert "Point" == redacted["type"]


@pytest.mark.parametrize("policy", ["analytics", "billing", "share", "public"])
@pytest.mark.parametrize(
    ("name", "value"),
    [("caller_name", "inbound"), ("from", "urn:example:zoe"), ("participants", 3)],
)
def test_strict_policies_show_no_disagreement(policy: str, name: str, value: object) -> None:
    """Where unknown fields are left out, a value that disagrees with its name is not shown either."""
    assert str(value) not in str(vp.Redactor(getattr(vp.policies, policy)(KEYS))({name: value}))


def test_explain_says_the_words() -> None:
    """The words that decided are shown, and no value."""
    explanation = vp.Redactor(vp.policies.debug(KEYS)).explain({"caller_name": "Zoe Example"})

    assert "caller name: PERSON_NAME" in str(explanation)
    assert "Zoe" not in str(explanation)


@pytest.mark.parametrize("policy", ["debug", "support", "analytics", "billing", "share", "public"])
@pytest.mark.parametrize("name", ["passport_no", "marital_status"])
def test_new_categories_go_everywhere(policy: str, name: str) -> None:
    """National ids and attributes of people come out of no policy."""
    redact = vp.Redactor(getattr(vp.policies, policy)(KEYS))

    assert "kestrel" not in str(redact({name: "kestrel"}))


@pytest.mark.parametrize("name", ["from", "user", "sip_uri", "caller_id"])
@pytest.mark.parametrize("policy", ["analytics", "billing", "share", "public"])
def test_a_name_alone_shows_nothing(policy: str, name: str) -> None:
    """Where unknown fields are left out, a name of a kept category of people shows no unlisted field."""
    assert "Zoe Example" not in str(
        vp.Redactor(getattr(vp.policies, policy)(KEYS))({name: "Zoe Example"})
    )


def test_b10_161_headers_as_pairs() -> None:
    """Pairs in a list under a technical name are read as the fields they name."""
    redacted = vp.Redactor(vp.policies.debug(KEYS))(
        {"headers": [["X-Api-Key", "kestrel"], ["From", "Zoe Example"]]}
    )

    assert "kestrel" not in str(redacted)
    assert "Zoe" not in str(redacted)


@pytest.mark.parametrize("name", ["guest_id", "patientNo", "candidate_ref", "visitorUid"])
def test_an_id_of_a_person_by_themselves_identifies_them(name: str) -> None:
    """A guest, a patient and a candidate are one person each; their id is as personal as a login."""
    assert C.SUBSCRIBER_ID is judge((name,)).category


@pytest.mark.parametrize("name", ["contact_id", "ticket_id", "room_no", "is_guest_id"])
def test_an_id_of_a_record_stays_one(name: str) -> None:
    """An id of a record or a thing is not taken for a person's."""
    assert not judge((name,)).personal
