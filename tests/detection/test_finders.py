"""Each finder: what it finds, and what only looks like it."""

from __future__ import annotations

import pytest

from tests.detection.hiding import found, hide

FOUND = {
    "PHONE_NUMBER": [
        "+14155550132", "(415) 555-0132", "07700 900123", "415-555-0132 x17", "415-555-0132 ext. 17", "+44 (0)7700 900123",
        "21 12 34", "312 345",
    ],
    "PAYMENT_CARD": ["4111 1111 1111 1111", "4111111111111112", "378282246310005", "4111-1111-1111-1111"],
    "EMAIL_ADDRESS": [
        "jo.smith+tag@example.com", "o'neil@example.co.uk", "jo@[192.0.2.1]", "münchen@example.com", "jo@sub.example.com",
        '"jo smith"@example.com', "उपयोगकर्ता@उदाहरण.भारत", "ไทย@ตัวอย่าง.ไทย", "用户@例子.公司",
    ],
    "IP_ADDRESS": ["192.0.2.17", "2001:db8::1", "::ffff:192.0.2.1", "2001:db8:0:0:0:0:0:1", "fe80::1%eth0"],
    "SIP_URI": ["sip:jo@example.com", "sips:+14155550132@192.0.2.1:5061;transport=tls", "tel:+1-415-555-0132", "SIP:JO@EXAMPLE.COM", "tel:911"],
    "IBAN": ["GB98 MIDL 0700 9312 3456 78", "DE89370400440532013000", "gb98midl07009312345678", "FR14 2004 1010 0505 0001 3M02 606"],
    "MAC_ADDRESS": ["00:1a:2b:3c:4d:5e", "00-1A-2B-3C-4D-5E", "001a.2b3c.4d5e"],
    "INDIA_PAN": ["ABCPE1234F"],
    "UPI_ID": ["jo.smith@okaxis", "9848012345@ybl"],
    "US_SSN": ["219-09-9999"],
    "AADHAAR": ["2345 6789 0123"],
    "ICCID": ["8944500102198304825"],
    "COORDINATES": ["37.7749, -122.4194", "-17.738223, 85.605469"],
    "CREDENTIAL": [
        "SK" + "0123456789abcdef" * 2, "pid_01234567_89ab_cdef_0123_456789abcdef", "01234567_89ab_cdef_0123_456789abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "AKIAIOSFODNN7EXAMPLE", "KEY0123456789ABCDEF_abcdefghijklmnop",
        "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----",
    ],
}  # fmt: skip

IN_CONTEXT = [
    ("password=hunter2", "hunter2", "CREDENTIAL"),
    ('{"api_key": "abcdef123456"}', "abcdef123456", "CREDENTIAL"),
    (
        "AUTH_TOKEN: 0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef",
        "CREDENTIAL",
    ),
    (
        "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "CREDENTIAL",
    ),
    ("curl -H 'Bearer abc123def456ghi'", "abc123def456ghi", "CREDENTIAL"),
    ("IMEI 490154203237518", "490154203237518", "IMEI"),
    ("imsi: 310150123456789", "310150123456789", "IMSI"),
    ("born on 12 May 1990", "12 May 1990", "DATE_OF_BIRTH"),
    ("DOB: 05/12/1990", "05/12/1990", "DATE_OF_BIRTH"),
    ("geboren am 12.05.1990", "12.05.1990", "DATE_OF_BIRTH"),
    ("lat=37.7749", "37.7749", "COORDINATES"),
    ("tel: 62889", "62889", "PHONE_NUMBER"),
    ("call me on 40123", "40123", "PHONE_NUMBER"),
    ("my license number is 123456789", "123456789", "SUBSCRIBER_ID"),
    ("located at 7943 2027 Prospect St", "7943 2027", "LOCATION"),
    ("https://jo:secret@example.com/x", "jo:secret", "CREDENTIAL"),
    ("https://example.com/x?token=abc", "?token=abc", "CREDENTIAL"),
    ("https://example.com/rec/14155550132/a.wav", "14155550132", "PHONE_NUMBER"),
]

CODES = [
    "Your code is 482913",
    "482913 is your verification code",
    "G-482913 is your Google verification code",
    "Ihr Bestätigungscode lautet 482913",
    "Votre code de vérification est 482913",
    "Su código es 482913",
    "Il tuo codice è 482913",
    "Vahvistuskoodisi on 482913",
    "Seu código de verificação: 482913",
    "Twój kod weryfikacyjny to 482913",
    "Ваш код подтверждения: 482913",
    "您的验证码是482913，请勿泄露",
    "認証コード: 482913",
    "인증번호 482913",
    "رمز التحقق الخاص بك هو 482913",
    "आपका ओटीपी 482913 है",
    "Doğrulama kodunuz: 482913",
    "Mã xác minh của bạn là 482913",
    "OTP 123-456",
]

NOTHING = [
    "", "hello", "::", "a :: b", "std::vector", "1.2.3", "12:30", "see you @ 8", "meet @home", "jo@localhost", "C:\\temp",
    "http://example.com/", "https://example.com/about/us", "https://example.com/list?page=2&limit=50", "https://api.example.com/2010-04-01/Accounts", "sip: is a protocol", "key: value", "the token is invalid",
    "token: invalid", "basic understanding of it", "my zip code is 12345", "2 + 2 = 4", "order 12345", "room 101, floor 3",
    "PAN card", "ABCDE1234", "version 10.1.28.76", "00:1a:2b", "password: [CREDENTIAL]",
]  # fmt: skip


@pytest.mark.parametrize(
    ("category", "text"), [(category, text) for category, texts in FOUND.items() for text in texts]
)
def test_it_is_found_whole_and_named(category, text):
    """The whole of it is found, alone and in a sentence, under its name."""
    assert [(text, category)] == found(text)
    assert [(text, category)] == found(f"So it is {text}, they say.")


@pytest.mark.parametrize(("text", "part", "category"), IN_CONTEXT)
def test_it_is_found_by_what_stands_beside_it(text, part, category):
    """What only its context makes personal is found."""
    assert (part, category) in found(text)


@pytest.mark.parametrize("text", CODES)
def test_b2_28_one_time_codes(text):
    """One-time codes are found in the languages they are sent in."""
    assert "482913" not in hide(text)
    assert "123-456" not in hide(text)


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_is_found(text):
    """What is not personal stays."""
    assert [] == [one for one in found(text) if one != ("[CREDENTIAL]", "CREDENTIAL")]


def test_two_numbers_are_two_findings():
    """Numbers in a list are told apart."""
    for between in (", ", "\n", " / ", " ", "; ", " or "):
        text = f"+14155550132{between}+14155550133"
        assert [("+14155550132", "PHONE_NUMBER"), ("+14155550133", "PHONE_NUMBER")] == found(
            text
        ), between


def test_the_port_of_an_address_stays_outside():
    """An IP address is found whole, its port is not a part of it."""
    assert [("192.0.2.1", "IP_ADDRESS"), ("192.0.2.2", "IP_ADDRESS")] == found(
        "192.0.2.1:5060 -> 192.0.2.2:5062"
    )
    assert [("2001:db8::1", "IP_ADDRESS")] == found("[2001:db8::1]:5060")


@pytest.mark.parametrize("luhn", ["4111111111111111", "4111111111111112"])
def test_b2_27_the_check_digit_only_names_a_card(luhn):
    """Sixteen digits are hidden with a typo, too."""
    assert [(luhn, "PAYMENT_CARD")] == found(luhn)


def test_b2_27_a_card_on_the_keypad():
    """A card typed with # and * is hidden."""
    assert "1111" not in hide("4111*1111*1111*1111#")


@pytest.mark.parametrize(
    "text",
    [
        "s3://bucket/rec/2026/14155550132.wav", "/var/spool/rec_14155550132-20261123.wav", "call-+14155550132-out.mp3",
        "https://example.com/r.wav?X-Amz-Signature=abc&Expires=1764000000", "Recordings/+1%20415%20555%200132.mp3",
    ],
)  # fmt: skip
def test_b2_36_file_names_and_paths(text):
    """Numbers in file names and paths, and the query of a signed URL, are hidden."""
    hidden = hide(text)
    assert "5550132" not in hidden.replace(" ", "")
    assert "abc" not in hidden
