"""The effective configuration as plain values, with its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ..caching import CachePolicy
from ..facts import load
from ._settings_file import FORMAT

__all__ = ["description_of"]

# Digits of a hash could be taken for a number, by our own checks first.
_AS_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def description_of(parts: Mapping[str, Any], region: str | None, keys: str) -> dict[str, Any]:
    """Return the effective configuration as plain values, and its hash."""
    cache: CachePolicy = parts["cache"]
    plain: dict[str, Any] = {
        "format": FORMAT,
        "facts": load().as_of.isoformat(),
        "region": region,
        "audiences": {
            name: {
                "unknown": policy.unknown,
                "actions": {c.value: repr(a) for c, a in policy.actions.items()},
            }
            for name, policy in parts["audiences"].items()
        },
        "records": {
            name: {
                "schema": record.schema and f"{record.schema.name}@{record.schema.version}",
                "audiences": list(record.audiences),
            }
            for name, record in parts["records"].items()
        },
        "logs": {kind.value: mode for kind, mode in parts["logs"].items()},
        "retention": [str(rule) for rule in parts["retention"].rules] if parts["retention"] else [],
        "consent": {
            key: value if isinstance(value, str | int | None) else str(value)
            for key, value in parts["consent"].items()
        },
        "cache": {
            "shared": cache.shared,
            "allow_authenticated": cache.allow_authenticated,
            "accept_expires": cache.accept_expires,
            "most_bytes": cache.most_bytes,
            "unkeyed_query": sorted(cache.unkeyed_query),
            "lifetimes": {kind.value: str(lifetime) for kind, lifetime in cache.lifetimes},
        },
        "not_covered": "Third-party websites: no decision is made about them.",
    }
    text = json.dumps(plain, sort_keys=True)
    letters = hashlib.sha256(text.encode()).hexdigest()[:24].translate(_AS_LETTERS)
    return {"hash": letters, "keys_from": keys, **plain}
