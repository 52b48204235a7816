"""Records made from a schema: a part of its fields, with values as vendors write them."""

from __future__ import annotations

from random import Random

import voxvalley_privacy as vp
from tests.redaction.samples import SAMPLES
from voxvalley_privacy import DataCategory as C
from voxvalley_privacy.schemas._parts import Part, free_parts, parts_of

_TECHNICAL = {
    C.ACCOUNT_ID: "AC5f0e2c8a91d34b7786aa01c2f3e4d5b6",
    C.CALL_ID: "a84b4c76e66710@192.0.2.1",
    C.CONSENT_SIGNAL: "STOP",
    C.CONTENT_HASH: "9f86d081884c7d659a2feaa0c55ad015",
    C.DURATION: "60",
    C.HOST: "sip.example.com",
    C.OWN_NUMBER: "+14155550198",
    C.PRICE: "0.0075",
    C.RECORD_ID: "CA5f0e2c8a91d34b7786aa01c2f3e4d5b6",
    C.REGION: "US",
    C.STATUS: "completed",
    C.TIMESTAMP: "2026-11-23T10:00:00Z",
    C.USER_AGENT: "Example/1.0",
}
_VALUES = {**SAMPLES, **_TECHNICAL}


def sample(schema: vp.Schema, share: float) -> dict[str, object]:
    """Return a record with a part of the fields of a schema, the same in every run."""
    record: dict[str, object] = {}
    paths = sorted(schema.fields)
    for path in Random(schema.name).sample(paths, max(1, int(len(paths) * share))):
        *above, last = parts_of(path)
        at: object = record
        for part in above:
            at = _inside(at, part)
        if isinstance(at, dict):
            value = _VALUES.get(schema.fields[path].category, "x")
            at.setdefault(_key(last), _listed(value, last))
    return record


def _key(part: Part) -> str:
    fixed = free_parts(part)
    key = part.key if fixed is None else "1".join(fixed)
    head, mark, tail = key.partition("(")
    return head if mark and tail[:-1].isdigit() else key


def _listed(value: object, part: Part) -> object:
    for _ in range(part.lists):
        value = [value]
    return value


def _inside(at: object, part: Part) -> object:
    """Return the object that a part leads to, made where it is missing; None beside a value."""
    if not isinstance(at, dict):
        return None
    value = at.setdefault(_key(part), _listed({}, part))
    while isinstance(value, list):
        value = value[0]
    return value
