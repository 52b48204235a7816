"""FAULTS B13, rows 180-190 and 172: where a value ends, what stays, what goes; both sides of each rule."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detection.hiding import found, hide
from voxvalley_privacy.detection import excuse_of_name

STAYS = {
    "b13_180 request lines": [
        '"GET /x HTTP/1.1" 200 12',
        '"POST /hooks HTTP/1.1" 200 70800',
        '"GET /x HTTP/2" 304 4096 "-" "curl/8.4.0"',
        '"GET /x HTTP/1.1" 200 - via_upstream - "-" 0 631 65 99 "-"',
        "TCP_MISS/200 1843920 GET http://example.com/a",
        'AppleWebKit/537.36 Firefox/120.0" 8258707',
        "GET /calls/recent web:2124] 200 GET",
    ],
    "b13_181 lists": [
        "(38675, '00046')",
        "[27809, 62077, 43420]",
        "{200: 8443, 486: 531, 503: 98}",
    ],
    "b13_182 measures": [
        "elapsed 1.313627s",
        "succeeded in 0.0938446s",
        "succeeded in 27.447110785395584s",
        "sent 2147483648 bytes",
        "7843653978 bytes read",
        "free 1048576K",
        "size 62060005",
        "max rss 2147873981",
        "tx=10532/1684800",
        "read 5634375 rows, kept 6147255 (54.01%)",
        '"sum": 16234.565822',
        "load 3.56 6.05 1.00 3/734 54649",
        "8000 0.006 0.091 0.000 200 200 620 2457",
    ],
    "b13_182 times": [
        "at 1764000000.123 x",
        "uniqueid 1764000000.42",
        "expires 1747731000",
        "1795401733: Received PUBLISH",
        "mos=1.39 1795827088951386437",
        "1784000000123 and more",
        "[I 260314 04:45:31 web:2124] ok",
        "[11.25 18:49:26] ok",
        "2026-11-25-19.32.39.817569 ok",
        "[25/Nov/2026 23:34:46] ok",
        "08:09:26:759|x",
        "2026/11/25 00:52:47.248113 x",
    ],
    "b13_182 threads and ids": [
        "[140405882956672] x",
        "pid 4446:tid 140121129332519] [client",
        "object at 0x7f5048078c2d>",
        "command 0x80000015",
        "SSRC cff8f353, ",
        "span_id=a2fb4a1d1a96d312",
        "dd.trace_id=5854155800998167175",
        '"connection_id":"1349633897766835514"',
        "block blk_-4666038195883479033",
        "id 01HFZ3V8J2K7M9N4P5Q6R7S8T9",
        "transaction 187837885; blocked",
        "pod/smsc-bridge-380e3e6f32-6zjsv",
    ],
    "b13_183 channels, lines, hosts": [
        "[C-0000002a]",
        "PJSIP/trunk-0000002a",
        "t_reply.c:1234 code",
        "verify app.py:48213 ok",
        "host:43895/2010-04-01/Accounts/",
        "1234#0: *567",
        "27(11356) NOTICE",
        "[PCMU:0:8000:20:64000:1]",
    ],
    "b13_184 addresses of nobody": [
        "127.0.0.1:8080",
        "http://0.0.0.0:8000",
        "mask 255.255.255.0",
        "169.254.0.1",
        "::1",
        "::",
        "0.0.0.0:5060",
    ],
    "b13_189 firmware": ["Yealink SIP-T46S 66.85.0.5"],
    "b13_190 months, dated ids, receipts": [
        "03/2015 - 03/2016",
        "2015/16 - 2017/18",
        "inv-2026-08-0912",
        "INV-2026-774218 total",
        "done date:260301101112",
        "submit date:2611150100",
        "id:5337236991 sub:001 dlvrd:001",
        "timestamp: 63930859200",
    ],
    "codes that are not one-time codes": [
        'StatusCode.UNAVAILABLE details = "ipv4:x:50051: timed out"',
        "error code: 30003",
        "network-code=310090",
        "exit code 4242",
        "sshd[22053]: Failed password for root",
        "not a valid phone number. (21211)",
        "DTMF[98692] begin",
    ],
    "hashes and fingerprints": [
        "SHA256:DuuDPVxSGULa8U4IIfXU1FAjXHTE9oFd7Gh8kvXe9Cj",
        'etag="23ba66823b7aecc665e25b040aa8c197-91"',
        '"nodeID": "ND_N6AHygKX9YcOscWOfJTTZd"',
        "[SmppClientSessionWindowMonitor-2]",
    ],
}

GOES = [
    ("to +14155550132, 486 Busy", ["+14155550132"]),
    ("+14155550132,486,17", ["+14155550132"]),
    ('["+14155550132", 486, 17]', ["+14155550132"]),
    ("('+14155550132', 486)", ["+14155550132"]),
    ("1,+14155550132", ["+14155550132"]),
    ('sendDigits="1234">+447700900123<', ["+447700900123"]),
    ("/cnam/%2B19705550110 - 200 840 application/json", ["%2B19705550110"]),
    ("<to>+14155550132</to><duration>816</duration>", ["+14155550132"]),
    ("top {'+17025550163': 71, '+12125550108': 48}", ["+17025550163", "+12125550108"]),
    ("+14155550132 2026-11-23", ["+14155550132"]),
    ("call 1764000000 now", ["1764000000"]),
    ("call Max 5550132", ["5550132"]),
    ("call max 5550132", ["5550132"]),
    ("call free 08001234567", ["08001234567"]),
    ("Free: 08001234567", ["08001234567"]),
    ("call 5550132 used to be hers", ["5550132"]),
    ("text 5550132 b there", ["5550132"]),
    ("5550132 calls me", ["5550132"]),
    ("gov_id: 12345678", ["12345678"]),
    ("Mobile 506/312-4312", ["506/312-4312"]),
    ("CNP: 1800101221144", ["1800101221144"]),
    ("passport D12345678", ["12345678"]),
    ("0177/1234567 und 030/123456", ["0177/1234567", "030/123456"]),
    ("caller: 4155550132 x", ["4155550132"]),
    ("message count to 4155550132", ["4155550132"]),
    ("+14155550132,,082044539812#,,,,*482911#", ["+14155550132,,082044539812#,,,,*482911#"]),
    ("6505550188p4711", ["6505550188p4711"]),
    ("415-555-0132 (ext. 4234) x", ["415-555-0132 (ext. 4234)"]),
    ("来自203.0.113.77的呼叫", ["203.0.113.77"]),
    ("จาก203.0.113.77ถึง", ["203.0.113.77"]),
    ("от203.0.113.77к", ["203.0.113.77"]),
    ("से203.0.113.77को", ["203.0.113.77"]),
    ("من203.0.113.77إلى", ["203.0.113.77"]),
    ("来自4155550132的呼叫", ["4155550132"]),
    ("生日1990年5月12日", ["1990年5月12日"]),
    ("Yealink SIP-T46S 66.85.0.5 805ec0123456", ["805ec0123456"]),
    ("code 219476\n@app.example #219476", ["219476", "219476"]),
    ("[2001:db8::1]:63714", ["2001:db8::1"]),
    ("sip:zoe@192.0.2.1:5060 x", ["sip:zoe@192.0.2.1"]),
    ("postgresql://vox:tr0ub4@db.example.com:5432/calls", ["vox:tr0ub4"]),
]


@pytest.mark.parametrize("text", [text for texts in STAYS.values() for text in texts])
def test_b13_what_is_technical_stays(text):
    """What has a name, a unit or a form that no number of a person has is left readable."""
    assert [] == found(text)
    assert [] == found(f"2026-11-23 20:15:30,123 INFO {text}")


@pytest.mark.parametrize(("text", "parts"), GOES)
def test_b13_what_is_personal_goes_alone(text, parts):
    """A number, an address or a code is found whole, and nothing beside it."""
    assert parts == [part for part, _ in found(text)]


@pytest.mark.parametrize("size", [12, 16, 20, 32, 48])
def test_b13_186_text_in_hexadecimal(size):
    """The hexadecimal of readable text is hidden whole, whatever its length."""
    word = f"call 14155550132 {'and tell them ' * 3}"[:size].encode().hex()
    assert [word] == [part for part, _ in found(f"payload {word} end")]


@pytest.mark.parametrize(
    "text",
    ["call 14155550", "call 14155550132", "say 415>>>5550132", "+14155550132 and +14155550133"],
)
def test_b13_186_text_in_base64(text):
    """Base64 of readable text is hidden whole from 16 characters on, with any of its letters."""
    word = base64.b64encode(text.encode()).decode()
    assert [word] == [part for part, _ in found(f"payload {word} end")]


@given(st.binary(min_size=12, max_size=20))
def test_b13_186_octets_are_not_text(octets):
    """Base64 that is not readable text and not long enough for a blob is an id."""
    word = base64.b64encode(b"\x00" + octets[:11]).decode().rstrip("=")
    assert "RAW_MESSAGE" not in {kind for _, kind in found(f"id {word} x")}


PASSWORDS = [
    "Passwort: {}", "Kennwort: {}", "contraseña: {}", "mot de passe: {}", "mdp: {}", "senha: {}", "parola: {}",
    "şifre: {}", "hasło: {}", "heslo: {}", "jelszó: {}", "wachtwoord: {}", "lösenord: {}", "passord: {}",
    "adgangskode: {}", "salasana: {}", "пароль: {}", "κωδικός: {}", "סיסמה: {}", "كلمة المرور: {}",
    "पासवर्ड: {}", "รหัสผ่าน: {}", "mật khẩu: {}", "kata sandi: {}", "密码: {}", "パスワード: {}", "비밀번호: {}",
    "password={}", '"api_key": "{}"', "secret_key={}", "Cookie: session={}", "Set-Cookie: sid={}; Path=/",
    'Digest username="{}", realm="x"', 'Digest realm="x", response="{}"', "sk_live_{}",
]  # fmt: skip


@pytest.mark.parametrize("form", PASSWORDS)
def test_b13_187_secrets_of_letters_only(form):
    """Passwords in the languages people write them in, cookies, digests and keys need no digit."""
    assert "zebrapinkfoxes" not in hide(form.format("zebrapinkfoxes"))
    assert "zebrapinkfoxes" not in hide(f"2026-11-23 INFO {form.format('zebrapinkfoxes')}")


@pytest.mark.parametrize(
    "text", ["key: value", "token: invalid", '"resultSignature":202', "cache key=miss"]
)
def test_b13_187_words_about_secrets_stay(text):
    """A word about a secret, or a status, is not one."""
    assert [] == found(text)


@given(st.uuids(), st.sampled_from(["code ", "password ", "", "pin="]))
def test_any_uuid_stays_beside_a_word_for_code(identifier, word):
    """No group of a UUID is a one-time code."""
    assert "ONE_TIME_CODE" not in {kind for _, kind in found(f"{word}{identifier} x")}


def test_b13_182_an_epoch_that_somebody_is_called_by_is_a_number():
    """Ten digits that could be a time are a phone number behind a word that says so, or alone."""
    for text in ("phone 1764000000", "msisdn=1764000000", "1764000000", "from: 1764000000"):
        assert ["1764000000"] == [part for part, _ in found(text)]


@pytest.mark.parametrize(
    ("name", "value", "excused"),
    [
        ("rcv_requests", "71177556", True),
        ("__MONOTONIC_TIMESTAMP", "80194722099", True),
        ("dd.trace_id", "5854155800998167175", True),
        ("uptime", "1819900", True),
        ("caller", "71177556", False),
        ("user_id", "12345678", False),
        ("requests", "4155550132", False),
        ("id", "4111111111111111", False),
        ("uptime", "415 555 0132", False),
        ("", "71177556", False),
    ],
)
def test_b13_182_a_name_excuses_a_value_of_its_form(name, value, excused):
    """A technical name is a reason for digits of its form alone, and none for other values."""
    excuse = excuse_of_name(name)
    assert excused == (excuse is not None and excuse.fits(value))
