"""The JSON Schema of a settings file, for editors; generated from the tables that read one."""

from __future__ import annotations

from typing import Any

from .. import schemas
from ..retention import RecordKind
from ..vocabulary import Audience, ContentKind, DataCategory, LogKind
from ._floor import LOG_ORDER, floor
from ._sections import ACTION_WORDS, RETENTION_KEYS, TOP_KEYS
from ._settings_file import FORMAT

__all__ = ["json_schema"]

_DURATION = {"type": "string", "pattern": "^[1-9][0-9]{0,5}[smhd]$"}
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
        "ledger": {"type": "string", "pattern": "^sqlite:."},
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
        "region": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "keys": _table({"from": {"type": "string", "pattern": "^(env|file):."}}),
        "audiences": _table({name.value: {"$ref": "#/$defs/audience"} for name in Audience}),
        "records": {"type": "object", "additionalProperties": record},
        "logs": _table({kind.value: {"enum": [*LOG_ORDER[:-1]]} for kind in LogKind}),
        "retention": {"type": "object", "additionalProperties": _retention()},
        "consent": _table(consent),
        "cache": _table(cache),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of voxvalley-privacy",
        "$defs": {"action": _ACTION, "audience": audience},
        **_table({key: sections[key] for key in TOP_KEYS}, required=["version"]),
    }
