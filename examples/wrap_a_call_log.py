"""Wrap the call-log writer that an app already has: nothing else of the app changes."""

from __future__ import annotations

import csv
import sys

import voxvalley_privacy as vp

CALLS = [
    {
        "from": "+14155550132",
        "to": "+447700900123",
        "caller_name": "Zoe Example",
        "status": "busy",
        "note": "",
    },
    {
        "from": "anonymous",
        "to": "+14155550132",
        "caller_name": "",
        "status": "completed",
        "note": "call 415-555-0132 back",
    },
    {
        "from": "sip:+14155550132@example.com",
        "to": "+447700900123",
        "caller_name": "",
        "status": "failed",
        "note": "",
    },
]


def main() -> None:
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()), schema="twilio.call")
    log = vp.wrap(csv.DictWriter(sys.stdout, list(CALLS[0])), redact)
    log.writeheader()
    log.writerows(CALLS)
    print(redact.stats(), file=sys.stderr)


if __name__ == "__main__":
    main()
