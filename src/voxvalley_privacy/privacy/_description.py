"""The effective configuration as plain values, with its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import attrs

from ..caching import CachePolicy
from ..facts import load
from ..redaction import Stats
from ..retention import Period, Rule
from ..schemas import Schema
from ._settings_file import FORMAT

__all__ = ["PrivacyStats", "description_of", "length_in_words", "rule_in_words"]

# Digits of a hash could be taken for a number, by our own checks first.
_AS_LETTERS = str.maketrans("0123456789", "ghijklmnop")


@attrs.frozen(kw_only=True)
class PrivacyStats:
    """
    Counts of all redactors of a configuration.

    Args:
        hash: Of the configuration, as in `describe()["hash"]`.

        redactors: Record and audience, such as `call_log/debug` -> its counts.
    """

    hash: str
    redactors: Mapping[str, Stats]


def rule_in_words(rule: Rule, /) -> str:
    """Return a retention rule in the words of the settings."""
    lengths = (("at least", rule.at_least), ("at most", rule.at_most))
    bounds = [f"{word} {length_in_words(length)}" for word, length in lengths if length]
    terms = [*bounds, f"since {rule.since}", f"then {rule.then}", rule.place, rule.strength]
    return f"{rule.kind}: {', '.join(filter(None, terms))}"


def length_in_words(period: Period | None, /) -> str:
    """Return a period in the words of the settings."""
    if period is None:
        return "-"
    counts = ((period.months, "months"), (period.days, "days"))
    words = [f"{count} {unit}" for count, unit in counts if count]
    if period.clock:
        words.append(str(period.clock))
    return " ".join(words)


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
                "fields": record.schema and _letters(_canonical(record.schema)),
                "audiences": list(record.audiences),
            }
            for name, record in parts["records"].items()
        },
        "logs": {kind.value: mode for kind, mode in parts["logs"].items()},
        "retention": [rule_in_words(rule) for rule in parts["retention"].rules]
        if parts["retention"]
        else [],
        "recipients": {
            name: {
                **listed.recipient.to_body(),
                "effective": listed.effective and listed.effective.isoformat(),
            }
            for name, listed in parts["recipients"].items()
        },
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
    return {"hash": _letters(text), "keys_from": keys, **json.loads(text)}


def _letters(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24].translate(_AS_LETTERS)


def _canonical(schema: Schema) -> str:
    """Return all that a schema says: two of one name and version may differ."""
    settings = {each.name: getattr(schema, each.name) for each in attrs.fields(Schema)}
    return json.dumps(settings, sort_keys=True, default=_as_json)


def _as_json(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else repr(value)
