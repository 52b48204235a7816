"""Say for each kind of log what it may hold, and change it for two hours while a fault is looked for."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import voxvalley_privacy as vp

CALL = {
    "sid": "CA0123456789abcdef0123456789abcdef",
    "from": "+14155550132",
    "to": "+447700900123",
    "caller_name": "Zoe Example",
    "status": "busy",
    "duration": "0",
}


def main() -> None:
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()), schema="twilio.call")
    until = datetime.now(UTC) + timedelta(hours=2)
    rules = {
        vp.LogKind.CALL: "redacted",
        vp.LogKind.BILLING: "metadata",
        vp.LogKind.APP_REQUEST: "off",
        vp.LogKind.DEBUG: vp.logs.full(until=until, ticket="TICKET-4711"),
    }
    policy = vp.LogPolicy(rules, redact=redact)
    for kind in (*rules, vp.LogKind.RECORDING):
        print(f"{kind}: {policy.decide(kind)}")
        print(f"    {json.dumps(policy(kind, CALL))}")


if __name__ == "__main__":
    main()
