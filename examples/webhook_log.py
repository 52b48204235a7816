"""
Show twelve log lines of a webhook app, before and after `logs.protect()`: the table of the docs' front page.

The app logs as apps do: f-strings of a form, `json.dumps`, an access log, SQL, a traceback.
Everybody in it is made up.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import Callable

import voxvalley_privacy as vp

# For this table only: with keys of its own each run would write other tokens.
KEYS = vp.KeyRing({"bcdfgh": hashlib.sha256(b"the front page").digest()}, active="bcdfgh")
FORM = {"From": "+14155550132", "ProfileName": "Zoe Example", "Body": "my code is 482913"}
QUERY = "From=%2B14155550132&ProfileName=Zoe+Example&Body=my+pin+is+4821"


def an_f_string(log: logging.Logger) -> None:
    log.info(f"webhook {FORM}")  # noqa: G004 # what apps do


def json_dumps(log: logging.Logger) -> None:
    log.info(json.dumps({"event": "sms.received", "status": 200, "segments": 1, **FORM}))


def a_form_body(log: logging.Logger) -> None:
    log.info("body: %s", QUERY)


def an_access_log(log: logging.Logger) -> None:
    log.info('192.0.2.7 - - "GET /sms?%s HTTP/1.1" 200 512', QUERY)


def an_sql_echo(log: logging.Logger) -> None:
    log.info("INSERT INTO calls (caller, name, secs) VALUES ('+14155550132', 'Zoe Example', 61)")


def logfmt(log: logging.Logger) -> None:
    log.info('level=info msg="call ended" from=+14155550132 name="Zoe Example" secs=61 code=16')


def a_sip_header(log: logging.Logger) -> None:
    log.info('From: "Zoe Example" <sip:+14155550132@pbx.example.com>;tag=76341')


def a_dial_string(log: logging.Logger) -> None:
    log.info("Executing Dial(PJSIP/+14155550132@carrier-a,30) on PJSIP/zoe-0000002a")


def a_sentence(log: logging.Logger) -> None:
    log.info("retry 3 of 5: call to +1 (415) 555-0132 failed with 486 after 61 s")


def named_arguments(log: logging.Logger) -> None:
    log.info("no answer from %(phone)s in %(secs)d s", {"phone": "+14155550132", "secs": 61})


def a_split_number(log: logging.Logger) -> None:
    log.info("dialing +%s %s, line %d", "1415", "5550132", 2)


def a_traceback(log: logging.Logger) -> None:
    try:
        raise LookupError(f"no route for {FORM}")
    except LookupError:
        log.exception("delivery failed")


LINES: dict[str, Callable[[logging.Logger], None]] = {
    "an f-string of a form": an_f_string,
    "json.dumps": json_dumps,
    "the body of a request": a_form_body,
    "a line of an access log": an_access_log,
    "SQL that a database layer echoes": an_sql_echo,
    "logfmt": logfmt,
    "a SIP header": a_sip_header,
    "a line of a PBX": a_dial_string,
    "a sentence": a_sentence,
    "named arguments": named_arguments,
    "a number split over two arguments": a_split_number,
    "the last line of a traceback": a_traceback,
}


def written(write: Callable[[logging.Logger], None], redact: vp.Redactor | None) -> str:
    """Return what one handler of a logger writes, guarded or not."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    log = logging.getLogger(f"webhooks.{write.__name__}")
    log.propagate = False
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    try:
        if redact is None:
            write(log)
        else:
            with vp.logs.protect(redact, log):
                write(log)
    finally:
        log.removeHandler(handler)
    first, *frames = stream.getvalue().splitlines()
    # Of a traceback only the last line: frames name the folders of the machine.
    return " ".join([first, *frames[-1:]])


def table() -> list[tuple[str, str, str]]:
    """Return name, line before and line after, each from a run."""
    redact = vp.Redactor(vp.policies.debug(KEYS))
    return [(name, written(write, None), written(write, redact)) for name, write in LINES.items()]


def main() -> None:
    for name, before, after in table():
        print(f"{name}\n  before  {before}\n  after   {after}")


if __name__ == "__main__":
    main()
