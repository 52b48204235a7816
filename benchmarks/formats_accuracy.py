"""
Measure the built-in schemas and log formats on made-up records: values left, useful values lost, guesses.

Each schema gives a record with all of its fields and one with half of them; each log format gives its samples.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from random import Random

import voxvalley_privacy as vp
from voxvalley_privacy import DataCategory as C
from voxvalley_privacy.categories import CATEGORIES
from voxvalley_privacy.schemas._parts import Part, free_parts, parts_of

_VALUES = {
    C.ACCOUNT_ID: "AC5f0e2c8a91d34b7786aa01c2f3e4d5b6",
    C.CALL_ID: "a84b4c76e66710@192.0.2.17",
    C.CHANNEL_NAME: "PJSIP/14155550132-0000002a",
    C.CONSENT_SIGNAL: "STOP",
    C.CONTENT: "Hi Zoe, call +14155550132",
    C.CONTENT_HASH: "9f86d081884c7d659a2feaa0c55ad015",
    C.CREDENTIAL: "hunter22-example",
    C.DTMF: "4821#",
    C.DURATION: "60",
    C.EMAIL_ADDRESS: "zoe@example.com",
    C.END_USER_NUMBER: "+14155550132",
    C.FREE_TEXT: "called from +14155550132",
    C.HOST: "sip.example.com",
    C.IP_ADDRESS: "192.0.2.17",
    C.NAME_ADDR: '"Zoe Example" <sip:+14155550132@example.com>',
    C.OWN_NUMBER: "+12125550198",
    C.PARTY_NUMBER: "+14155550132",
    C.PERSON_NAME: "Zoe Example",
    C.PHONE_NUMBER: "+14155550132",
    C.PRICE: "0.0075",
    C.RECORD_ID: "CA5f0e2c8a91d34b7786aa01c2f3e4d5b6",
    C.REGION: "US",
    C.SIP_URI: "sip:zoe.example@example.com",
    C.STATUS: "completed",
    C.SUBSCRIBER_ID: "zoe.example@example.com",
    C.TIMESTAMP: "2026-11-23T10:00:00Z",
    C.USER_AGENT: "Example/1.0",
}
_WORDS = (
    *("completed", "answered", "busy", "failed", "queued", "active", "ringing", "enabled", "idle"),
    *(
        "delivered",
        "sent",
        "received",
        "started",
        "stopped",
        "inbound",
        "outbound",
        "none",
        "voice",
    ),
    *("sms", "true", "success", "pending", "ended", "initiated", "rejected", "canceled", "paused"),
)
# What shows that a personal value is still there.
_TELLING = ("4155550132", "Zoe", "zoe", "192.0.2.17", "hunter22", "4821#")
_RAW_OF_LINES = ("4155550132", "7700900123", "Zoe", "zoe.example", "482913", "192.0.2.17")


def _record(schema: vp.Schema, share: float) -> dict[str, object]:
    record: dict[str, object] = {}
    paths = sorted(path for path in schema.fields if schema.fields[path].category in _VALUES)
    chosen = Random(schema.name).sample(paths, int(len(paths) * share))
    for path in chosen:
        _plant(record, parts_of(path), _value(path, schema.fields[path].category))
    return record


def _value(path: str, category: C) -> str:
    """Return a value; ids and words differ from field to field, as those of real records do."""
    digest = hashlib.sha256(path.encode()).hexdigest()
    if category in (C.ACCOUNT_ID, C.RECORD_ID):
        return _VALUES[category][:2] + digest[:32]
    return _WORDS[int(digest[:4], 16) % len(_WORDS)] if category is C.STATUS else _VALUES[category]


def _plant(at: object, parts: tuple[Part, ...], value: object) -> None:
    *above, last = parts
    for part in above:
        at = at.setdefault(_key(part), _listed({}, part)) if isinstance(at, dict) else None
        while isinstance(at, list):
            at = at[0]
    if isinstance(at, dict):
        at.setdefault(_key(last), _listed(value, last))


def _key(part: Part) -> str:
    fixed = free_parts(part)
    return part.key if fixed is None else "1".join(fixed)


def _listed(value: object, part: Part) -> object:
    for _ in range(part.lists):
        value = [value]
    return value


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{path}[{number}]")
    else:
        yield path, str(value)


def _is_useful(category: C) -> bool:
    return CATEGORIES[category].actions["debug"] == "keep" and CATEGORIES[category].personal == "no"


_USEFUL = {_VALUES[category] for category in _VALUES if _is_useful(category)} | set(_WORDS)
_ID = re.compile(r"(?:AC|CA)[0-9a-f]{32}")


def _compared(record: object, redacted: object, counts: Counter[str]) -> None:
    after = dict(_leaves(redacted))
    for path, value in _leaves(record):
        shown = after.get(path, "")
        if any(telling in value for telling in _TELLING):
            counts["personal"] += 1
            counts["left"] += any(telling in shown for telling in _TELLING)
        elif value in _USEFUL or _ID.fullmatch(value):
            counts["useful"] += 1
            counts["lost"] += shown != value


def _schemas(share: float) -> None:
    policy = vp.policies.debug(vp.KeyRing.generate(), region="US")
    ways: dict[str, Counter[str]] = {
        "right schema": Counter(),
        "guess": Counter(),
        "none": Counter(),
    }
    guesses: Counter[str] = Counter()
    for name in vp.schemas.names():
        record = _record(vp.schemas.get(name), share)
        guess = vp.records.guess_schema(json.dumps(record).encode(), "json")
        guesses["right" if guess == name else "silent" if guess is None else "other"] += 1
        for way, schema in (("right schema", name), ("guess", guess), ("none", None)):
            _compared(record, vp.Redactor(policy, schema)(record), ways[way])
    total = sum(guesses.values())
    print(f"{total} schemas, {share:.0%} of the fields, policy debug")
    print("  guess: " + ", ".join(f"{n} {kind} ({n / total:.1%})" for kind, n in guesses.items()))
    for way, counts in ways.items():
        left = counts["left"] / max(counts["personal"], 1)
        lost = counts["lost"] / max(counts["useful"], 1)
        print(
            f"  {way:<13} values left {counts['left']} of {counts['personal']} ({left:.2%}),"
            f" useful lost {counts['lost']} of {counts['useful']} ({lost:.2%})"
        )


def _logs() -> None:
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate(), region="US"))
    left = seen = told = total = 0
    for name, log in vp.records.formats().items():
        lines = [
            line
            for each in log.samples
            for line in ([each] if isinstance(each, str) else [*each, ""])
        ]
        if not lines:
            continue
        out = io.BytesIO()
        text = "".join(f"{line}\n" for line in lines)
        vp.records.redact_log(io.BytesIO(text.encode()), out, redact, format=name)
        seen += sum(text.count(raw) for raw in _RAW_OF_LINES)
        left += sum(out.getvalue().decode().count(raw) for raw in _RAW_OF_LINES)
        told += vp.records.guess_log(text.encode()) == name
        total += 1
    print(f"{total} log formats, their samples, policy debug")
    print(f"  told from their lines {told}, values left {left} of {seen} ({left / seen:.2%})")


def main() -> None:
    """Print the figures."""
    for share in (1.0, 0.5):
        _schemas(share)
    _logs()


if __name__ == "__main__":
    main()
