"""The JSON Schema of a settings file, for editors; generated from the tables that read one."""

from __future__ import annotations

import re
from typing import Any

from .. import schemas
from ..facts import transfers
from ..retention import RecordKind
from ..vocabulary import Audience, ContentKind, DataCategory, LogKind, Purpose
from ._floor import LOG_ORDER, floor
from ._recipient_section import CONTRACT_KEYS, RECIPIENT_KEYS, ROLES
from ._sections import ACTION_WORDS, RETENTION_KEYS, TOP_KEYS
from ._settings_file import FORMAT

__all__ = ["FORMS", "json_schema"]

_LENGTH_OF_TIME = re.compile("^[1-9][0-9]{0,5}[smhd]$")
_DAY = re.compile("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_COUNTRY = re.compile("^[A-Z]{2}$")
_KEY_PLACE = re.compile("^(env|file):.")
_LEDGER_PLACE = re.compile("^sqlite:.")
FORMS = {
    each.pattern: each for each in (_LENGTH_OF_TIME, _DAY, _COUNTRY, _KEY_PLACE, _LEDGER_PLACE)
}

_DURATION = {"type": "string", "pattern": _LENGTH_OF_TIME.pattern}
_ACTION = {
    "anyOf": [
        {"enum": [*ACTION_WORDS]},
        {
            "type": "object",
            "properties": {"action": {"enum": [*ACTION_WORDS]}},
            "required": ["action"],
        },
    ]
}


def _table(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False, **more}


def _retention() -> dict[str, Any]:
    texts: dict[str, Any] = {key: {"type": "string"} for key in RETENTION_KEYS}
    closed = {
        "kind": {"enum": [*RecordKind]},
        "then": {"enum": ["erase", "pseudonymize"]},
        "strength": {"enum": ["law", "policy"]},
    }
    return _table(texts | closed, required=["kind"])


def _recipient() -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    texts = {"type": "array", "items": text}
    day = {"type": "string", "pattern": _DAY.pattern}
    contract = {
        "written": {"type": "boolean"},
        "instructions": text,
        "onward_ban": {"type": "boolean"},
        "from": day,
        "until": day,
    }
    purposes = [purpose.value for purpose in Purpose if purpose is not Purpose.SALE]
    properties = {
        "role": {"enum": [*ROLES]},
        "purposes": {"type": "array", "items": {"enum": purposes}, "minItems": 1},
        "fields": texts,
        "places": texts,
        "subprocessors": texts,
        "transfer": {"enum": sorted(row.key for row in transfers() if row.kind == "permit")},
        "services": text,
        "elected_by": text,
        "contract": _table({key: contract[key] for key in CONTRACT_KEYS}, required=["from"]),
        "effective": day,
        "tls": {"const": True},
    }
    keys = {key: properties[key] for key in RECIPIENT_KEYS}
    return _table(keys, required=["role", "purposes"])


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema, draft 2020-12, of a settings file."""
    action = {"$ref": "#/$defs/action"}
    actions = _table(dict.fromkeys(DataCategory.__members__, action))
    audience = _table({"unknown": {"enum": ["scan", "drop"]}, "actions": actions})
    age = floor().at(("consent",))["minimum_age"]
    record = _table({
        "schema": {"enum": [*schemas.names()]},
        "audiences": {"type": "array", "items": {"enum": [*Audience]}},
    })  # fmt: skip
    consent = {
        "ledger": {"type": "string", "pattern": _LEDGER_PLACE.pattern},
        "no_rule": {"const": "deny"},
        "minimum_age": {"type": "integer", "minimum": age, "maximum": 120},
        "accept_notice": {"const": False},
        "reassignment_check": _DURATION,
    }
    cache = {
        "shared": {"const": True},
        "allow_authenticated": {"const": False},
        "accept_expires": {"const": False},
        "most_bytes": {"type": "integer", "minimum": 1},
        "unkeyed_query": {"type": "array", "items": {"type": "string"}},
        "lifetimes": _table({kind.value: _DURATION for kind in ContentKind}),
    }
    sections: dict[str, Any] = {
        "version": {"const": FORMAT},
        "region": {"type": "string", "pattern": _COUNTRY.pattern},
        "keys": _table({"from": {"type": "string", "pattern": _KEY_PLACE.pattern}}),
        "audiences": _table({name.value: {"$ref": "#/$defs/audience"} for name in Audience}),
        "records": {"type": "object", "additionalProperties": record},
        "logs": _table({kind.value: {"enum": [*LOG_ORDER[:-1]]} for kind in LogKind}),
        "retention": {"type": "object", "additionalProperties": _retention()},
        "consent": _table(consent),
        "recipients": {"type": "object", "additionalProperties": _recipient()},
        "cache": _table(cache),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of voxvalley-privacy",
        "$defs": {"action": _ACTION, "audience": audience},
        **_table({key: sections[key] for key in TOP_KEYS}, required=["version"]),
    }
