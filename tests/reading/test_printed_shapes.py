"""Texts of many programs: what names somebody goes, and what is useful stays."""

from __future__ import annotations

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.reading import runs_in

REDACT = vp.Redactor(vp.policies.labels())
PERSONAL = ("Zoe", "biopsy", "4821", "5550132", "hunter2", "soleil42", "zoe.example", "s3cret99")

FORM = """POST / HTTP/1.1
Content-Type: multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW

------WebKitFormBoundary7MA4YWxkTrZu0gW
Content-Disposition: form-data; name="caller_name"

Zoe Example
------WebKitFormBoundary7MA4YWxkTrZu0gW
Content-Disposition: form-data; name="Body"
Content-Type: text/plain

the biopsy
came back
------WebKitFormBoundary7MA4YWxkTrZu0gW
Content-Disposition: form-data; name="status"

delivered
------WebKitFormBoundary7MA4YWxkTrZu0gW--
"""

# Each text with what of it has to stay.
PRINTED = {
    "form in parts": (FORM, ("------WebKitFormBoundary7MA4YWxkTrZu0gW--", "\n\ndelivered\n")),
    "form in parts, in one line": (
        FORM.replace("\n", "\\r\\n"),
        ("\\r\\n\\r\\ndelivered\\r\\n", 'name="status"'),
    ),
    "clojure": (
        '{:caller-name "Zoe Example" :body "the biopsy came back" :status :delivered :count 3}',
        (":status :delivered :count 3}",),
    ),
    "ruby": ('{:from=>"+14155550132", :status=>:sent, digits: "4821"}', (":status=>:sent",)),
    "php var_dump": (
        'array(2) { ["caller_name"]=> string(11) "Zoe Example" ["status"]=> int(200) }',
        ('["status"]=> int(200) }',),
    ),
    "php print_r": (
        "Array\n(\n    [ProfileName] => Zoe Example\n    [Body] => the biopsy\n    [N] => 1\n)",
        ("[N] => 1",),
    ),
    "php serialize": ('a:1:{s:4:"body";s:20:"the biopsy came back";}', ('s:4:"body"',)),
    "go struct": (
        "{From:+14155550132 CallerName:Zoe Example Body:the biopsy came back Status:200}",
        ("Status:200}",),
    ),
    "go map": ("map[Body:the biopsy came back CallerName:Zoe Status:sent]", ("Status:sent]",)),
    "rust": ('Call { caller_name: Some("Zoe Example"), retries: 3 }', ("retries: 3 }",)),
    "national sql": (
        "INSERT INTO calls (caller_name, pin, secs) VALUES (N'Zoe Example', N'4821', 61)",
        ("VALUES (N'", "', 61)"),
    ),
    "mysql": (
        r"INSERT IGNORE INTO `calls` (`caller_name`,`secs`) VALUES ('Zoe O\'Neil',61)",
        (",61)",),
    ),
    "sql server": ("UPDATE c SET [caller_name] = N'Zoe Example' WHERE id = 17", ("id = 17",)),
    "bound value": ("DETAIL:  parameters: $1 = 'Zoe Example', $2 = '17'", ("$2 = '17'",)),
    "hibernate": ("binding parameter [1] as [VARCHAR] - [Zoe Example]", ("[VARCHAR]",)),
    "twice": ("Duplicate entry 'Zoe Example' for key 'users.name'", ("for key 'users.name'",)),
    "nested xml": ("<caller><name>Zoe</name><secs>61</secs></caller>", ("<secs>61</secs>",)),
    "marked up": ("<Body>the biopsy <b>came</b> back <i>to Zoe</i></Body>", ("</i></Body>",)),
    "named xml": ('<field name="caller_name">Zoe Example</field>', ('name="caller_name"',)),
    "xml-rpc": (
        "<member><name>caller_name</name><value><string>Zoe Example</string></value></member>",
        ("<name>caller_name</name>",),
    ),
    "sentence": ("password is hunter2 since 10:11", ("password is ", " since 10:11")),
    "french": ("le mot de passe est soleil42 depuis", ("mot de passe est ", " depuis")),
    "command": ("curl -u zoe:s3cret99 https://api.example.com/v1", ("https://api.example.com/v1",)),
    "path": ("GET /users/zoe.example/calls 200 12ms", ("GET /users/", "/calls 200 12ms")),
    "sip frame": (
        'From: "Zoe Example" <sip:+14155550132@pbx.example.com:5070>;tag=7',
        ("<sip:", "@pbx.example.com:5070>;tag=7"),
    ),
    "broken number": ("REGON: 36120\n4821\nSuma: 12", ("REGON: ", "\nSuma: 12")),
    "nul": ('caller_name="Zoe\x00 Example" secs=61', ("secs=61",)),
}


@pytest.mark.parametrize("shape", PRINTED)
def test_what_programs_print_is_read(shape: str) -> None:
    """What names somebody in the text of a program goes, and the rest of the text stays."""
    text, useful = PRINTED[shape]
    shown = REDACT.text(text)

    assert [] == [part for part in PERSONAL if part in shown]
    assert [] == [part for part in useful if part not in shown]


@pytest.mark.parametrize("shape", PRINTED)
def test_it_is_read_once(shape: str) -> None:
    """A text that was treated comes out the second time as it was."""
    once = REDACT.text(PRINTED[shape][0])

    assert once == REDACT.text(once)


@pytest.mark.parametrize(
    "text",
    [
        "the password is wrong, a password is required, token is expired",
        "token was sha256 and the key was base64; token is 32 bytes long",
        "handle: Call from the API failed",
        "handle: 0x7f3a is invalid",
        "GET /users/17/calls?limit=50 200; GET /agents/index.js 304; GET /users/sign_in 200",
        "usage: send <name> <number>; worker <main> started, user <unknown> not found",
        "transfer to Main Menu; call to Support Queue",
        "{level:info msg:request done status:200 dur:12ms path:/v1/calls}",
        "&{Transport:<nil> CheckRedirect:<nil> Jar:<nil> Timeout:30s}",
        '<queue name="support" strategy="ringall"/><param name="codec" value="PCMU"/>',
        "Reason: CrashLoopBackOff\\nExit Code: 137\\nState: Running\\n",
        "Accepted password for root port 5522 ssh2",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    """A text that looks like one of these shapes and names nobody comes out as it was."""
    assert text == REDACT.text(text)


def test_lines_that_mean_less_one_by_one_are_a_run() -> None:
    """Named lines and rows below their names are runs; prose between them belongs to none."""
    text = "hello\nFrom: 1\nBody: x\nbye\na,b,c\n1,2,3\n4,5,6\nend\n"

    runs = runs_in(text)
    assert ["From: 1\nBody: x", "a,b,c\n1,2,3\n4,5,6"] == [text[r.start : r.end] for r in runs]
    assert ["", "a,b,c"] == [run.names for run in runs]
