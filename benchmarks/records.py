"""Measure a call record of 20 fields: ours with and without a schema, beside `json.dumps` and the peers. Ratios count."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable

import voxvalley_privacy as vp

from . import peers

C = vp.DataCategory

CDR: dict[str, object] = {
    "call_id": "7f3c1f7e-55b0-4a55-9a34-1f3c7e55b04a@198.51.100.7",
    "uuid": "7f3c1f7e-55b0-4a55-9a34-1f3c7e55b04a",
    "account_id": "AC0123456789abcdef0123456789abcdef",
    "direction": "outbound",
    "from": "+14155550132",
    "to": "+447700900123",
    "caller_name": "WIRELESS CALLER",
    "start": "2026-11-23T20:15:31Z",
    "answer": "2026-11-23T20:15:35Z",
    "end": "2026-11-23T20:16:31Z",
    "duration": 60,
    "billsec": 56,
    "hangup_cause": "NORMAL_CLEARING",
    "src_ip": "192.0.2.17",
    "dst_ip": "198.51.100.7",
    "codec": "PCMU",
    "user_agent": "ExamplePhone 1.2",
    "sip_uri": "sip:+14155550132@example.com",
    "email": "zoe@example.com",
    "price": 0.0132,
}

SCHEMA = vp.Schema(
    "bench.cdr",
    {
        "call_id": C.RECORD_ID, "uuid": C.RECORD_ID, "account_id": C.ACCOUNT_ID, "direction": C.STATUS,
        "from": C.PARTY_NUMBER, "to": C.PARTY_NUMBER, "caller_name": C.PERSON_NAME, "start": C.TIMESTAMP,
        "answer": C.TIMESTAMP, "end": C.TIMESTAMP, "duration": C.DURATION, "billsec": C.DURATION,
        "hangup_cause": C.STATUS, "src_ip": C.IP_ADDRESS, "dst_ip": C.IP_ADDRESS, "codec": C.STATUS,
        "user_agent": C.USER_AGENT, "sip_uri": C.SIP_URI, "email": C.EMAIL_ADDRESS, "price": C.PRICE,
    },
)  # fmt: skip


def _over(
    records: list[dict[str, object]], treat: Callable[[dict[str, object]], object]
) -> Callable[[], object]:
    following = itertools.cycle(records)
    return lambda: treat(next(following))


def _records(callers: int) -> list[dict[str, object]]:
    """Make records of as many callers; what is kept of a value from call to call helps with few of them only."""
    numbers = (
        f"+1{area}555{line:04d}" for area in itertools.count(201) for line in range(100, 200)
    )
    return [
        CDR
        | {"from": number, "sip_uri": f"sip:{number}@example.com", "email": f"zoe{i}@example.com"}
        for i, number in enumerate(itertools.islice(numbers, callers))
    ]


def _import_milliseconds(module: str) -> float:
    """Time an import in fresh interpreters, less the interpreter's own start."""
    return min(_started(f"import {module}") for _ in range(5)) - min(
        _started("pass") for _ in range(5)
    )


def _started(statement: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Print the table."""
    keys = vp.KeyRing.generate()
    ours = {
        "ours, schema, debug": vp.Redactor(vp.policies.debug(keys), schema=SCHEMA),
        "ours, schema, analytics": vp.Redactor(vp.policies.analytics(keys), schema=SCHEMA),
        "ours, schema, support": vp.Redactor(vp.policies.support(keys), schema=SCHEMA),
        "ours, no schema, debug": vp.Redactor(vp.policies.debug(keys)),
    }
    few, many = _records(100), _records(50_000)
    calls = {
        name: _over(few, treat)
        for name, treat in {"json.dumps": json.dumps, **ours, **peers.record_redactors()}.items()
    }
    calls |= {
        f"{name}, 50,000 callers": _over(many, treat)
        for name, treat in ours.items()
        if "no schema" not in name
    }
    seconds = peers.seconds_per_call(calls)
    base, best = seconds["json.dumps"], seconds["ours, schema, debug"]
    print(f"{'call record of 20 fields':40} {'us':>9} {'x json.dumps':>13} {'x ours, schema':>15}")
    for name, took in seconds.items():
        print(f"{name:40} {took * 1e6:9.1f} {took / base:13.2f} {took / best:15.2f}")
    print()
    for module in (
        "voxvalley_privacy",
        "voxvalley_privacy.redaction",
        "attrs",
        "phonenumbers",
        "cryptography.hazmat.primitives.ciphers.aead",
    ):
        print(f"import {module:50} {_import_milliseconds(module):7.1f} ms")


if __name__ == "__main__":
    main()
