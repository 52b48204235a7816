"""
The sections of the settings: each reads its table, compares it with the floor, and returns parts.

A room adds a section as one entry of `SECTIONS`: a function from settings and context to a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, TypeAlias

import attrs

from .. import actions, policies, schemas
from ..caching import CachePolicy
from ..errors import ConfigurationError
from ..keys import KeyRing
from ..placeholders import shown
from ..policies import Policy
from ..retention import RecordKind, RetentionSchedule, Rule, retain
from ..schemas import Schema
from ..vocabulary import Audience, ContentKind, DataCategory, LogKind
from ._floor import LOG_ORDER, floor, is_looser, looser
from ._lazy_policies import LazyPolicies
from ._recipient_section import recipients_of
from ._settings_file import Path, Settings, duration, nearest

__all__ = [
    "ACTION_WORDS",
    "RETENTION_KEYS",
    "SECTIONS",
    "TOP_KEYS",
    "Context",
    "Record",
]


@attrs.frozen(kw_only=True)
class Context:
    """
    The parts that sections need besides their table.

    Args:
        keys: For tokens and seals.

        region: Where national numbers are from.
    """

    keys: KeyRing
    region: str | None = None


_Section: TypeAlias = Callable[[Settings, Context], Any]

# Words that need no settings, words with settings, and words with keys.
_READY: dict[str, Any] = {
    "country": actions.country,
    "drop": actions.drop,
    "generalize": actions.generalize,
    "host_only": actions.host_only,
    "keep": actions.keep,
    "parse": actions.parse,
    "scan": actions.scan,
    "strip_query": actions.strip_query,
}
_MADE: dict[str, Callable[..., Any]] = {
    "bucket": actions.bucket,
    "label": actions.label,
    "mask": actions.mask,
    "truncate": actions.truncate,
}
_KEYED: dict[str, Callable[..., Any]] = {
    "ip_pseudonym": actions.ip_pseudonym,
    "pseudonym": actions.pseudonym,
    "seal": actions.seal,
}
ACTION_WORDS = tuple(sorted({*_READY, *_MADE, *_KEYED}))


def _action(setting: Any, keys: KeyRing, audience: str) -> Any:
    """Return the action of `"drop"`, or of `{action = "mask", keep_last = 2}`."""
    if not isinstance(setting, str | Mapping):
        raise ConfigurationError("must be the name of an action, or a table with 'action'")
    options = {"action": setting} if isinstance(setting, str) else dict(setting)
    word = str(options.pop("action", ""))
    if word not in ACTION_WORDS:
        raise ConfigurationError(f"{shown(word)}: {nearest(word, ACTION_WORDS)}")
    if word in _READY:
        if options:
            raise ConfigurationError(f"{word!r} has no settings of its own")
        return _READY[word]
    if word in _MADE:
        return _MADE[word](**options)
    if word == "seal" and not options:
        # What is shown beside a seal stays the least that there is.
        return actions.seal(keys, show=actions.label())
    return _KEYED[word](keys, purpose=audience, **options)


# Audiences and records ----------------------------------------------------------------------------


def _preset(name: str, context: Context) -> Policy:
    policy: Policy = getattr(policies, name)(context.keys, region=context.region)
    return policy


def _audiences(settings: Settings, context: Context) -> Mapping[str, Policy]:
    """Build the policies of the audiences that are named; the others wait to be asked for."""
    chosen = {}
    for name, _ in settings.known(("audiences",), [*Audience]):
        chosen[name] = _audience(settings, context, name, _preset(name, context))
    return LazyPolicies(partial(_preset, context=context), chosen)


def _audience(settings: Settings, context: Context, name: str, preset: Policy) -> Policy:
    path = ("audiences", name)
    for key, value in settings.known(path, ("unknown", "actions")):
        if key == "unknown" and value not in ("scan", "drop"):
            settings.fault((*path, key), "must be 'scan' or 'drop'")
        elif key == "unknown" and value == "scan" and preset.unknown == "drop":
            looser(settings, (*path, key), "'scan'", "'drop'", path)
        elif key == "unknown":
            preset = attrs.evolve(preset, unknown=value)
    if not isinstance(settings.at(path).get("actions", {}), Mapping):
        settings.fault((*path, "actions"), "must be a table of category = action")
        return preset
    actions_path = (*path, "actions")
    changed: dict[DataCategory, Any] = {}
    for category, value in settings.known(actions_path, DataCategory.__members__):
        at = (*actions_path, category)
        action = settings.built(at, partial(_action, value, context.keys, name))
        least = preset.actions[DataCategory[category]]
        if action is not None and is_looser(action, least):
            looser(settings, at, repr(action), repr(least), path)
        elif action is not None:
            changed[DataCategory[category]] = action
    return preset.with_actions(changed)


@attrs.frozen
class Record:
    """A kind of record: its schema, and who may see it at all."""

    schema: Schema | None
    audiences: tuple[str, ...]


def _records(settings: Settings, _: Context) -> Mapping[str, Record]:
    records = {}
    for name in settings.at(("records",)):
        path = ("records", str(name))
        options = dict(settings.known(path, ("schema", "audiences")))
        schema = options.get("schema")
        if isinstance(schema, str):
            schema = _schema(settings, (*path, "schema"), schema)
        elif schema is not None and not isinstance(schema, Schema):
            settings.fault((*path, "schema"), "must be the name of a schema")
        listed = options.get("audiences", [*Audience])
        if not isinstance(listed, list | tuple):
            settings.fault((*path, "audiences"), "must be a list of audiences")
            continue
        for audience in listed:
            if audience not in list(Audience):
                settings.fault((*path, "audiences"), nearest(str(audience), Audience))
        records[str(name)] = Record(schema, tuple(map(str, listed)))
    return records


def _schema(settings: Settings, path: Path, name: str) -> Schema | None:
    if name not in schemas.names():
        settings.fault(path, nearest(name, schemas.names()).split("; use one of")[0])
        return None
    return schemas.get(name)


# Logs ---------------------------------------------------------------------------------------------


def _logs(settings: Settings, _: Context) -> Mapping[LogKind, str]:
    modes = {LogKind(kind): mode for kind, mode in floor().at(("logs",)).items()}
    most = str(floor().table["floor"]["logs"])
    for kind, mode in settings.known(("logs",), [*LogKind]):
        path = ("logs", kind)
        if mode not in LOG_ORDER:
            settings.fault(path, f"must be one of {', '.join(LOG_ORDER[:-1])}")
        elif LOG_ORDER.index(mode) > LOG_ORDER.index(most):
            looser(settings, path, repr(mode), repr(most), ("floor", "logs"))
        else:
            modes[LogKind(kind)] = mode
    return modes


# Caching ------------------------------------------------------------------------------------------

_CACHE_FLAGS = ("shared", "allow_authenticated", "accept_expires")


def _cache(settings: Settings, _: Context) -> CachePolicy | None:
    before = len(settings.faults)
    options: dict[str, Any] = {}
    for key, value in settings.known(
        ("cache",), (*_CACHE_FLAGS, "most_bytes", "unkeyed_query", "lifetimes")
    ):
        path = ("cache", key)
        if key in _CACHE_FLAGS:
            _flag(settings, path, value)
        if key == "unkeyed_query" and not _is_list_of_texts(value):
            settings.fault(path, "must be a list of names")
        elif key == "most_bytes" and (type(value) is not int or value < 1):
            settings.fault(path, "must be a whole number, from 1")
        elif key != "lifetimes":
            options[key] = value
    lifetimes: dict[ContentKind, timedelta] = {}
    for kind, value in settings.known(("cache", "lifetimes"), [*ContentKind]):
        lifetime = settings.built(("cache", "lifetimes", kind), partial(duration, value))
        if lifetime is not None:
            lifetimes[ContentKind(kind)] = lifetime
    if len(settings.faults) > before:
        return None
    policy: CachePolicy = settings.built(("cache",), lambda: CachePolicy(lifetimes, **options))
    return policy


def _flag(settings: Settings, path: Path, value: object) -> None:
    """Check a setting that is true or false, and that it does not differ from the floor."""
    if type(value) is not bool:
        settings.fault(path, "must be true or false")
        return
    least = floor().at(path[:-1])[path[-1]]
    if value != least and (value is True or path[-1] == "shared"):
        looser(settings, path, str(value).lower(), str(least).lower(), path)


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)


# Consent ------------------------------------------------------------------------------------------

_CONSENT_KEYS = ("ledger", "no_rule", "minimum_age", "accept_notice", "reassignment_check")


def _consent(settings: Settings, _: Context) -> Mapping[str, Any]:
    path = ("consent",)
    least = floor().at(path)
    options: dict[str, Any] = {"ledger": None, **least}
    for key, value in settings.known(path, _CONSENT_KEYS):
        _CONSENT_CHECKS[key](settings, (*path, key), value)
        options[key] = value
    age = settings.built(
        (*path, "reassignment_check"), lambda: duration(options["reassignment_check"])
    )
    if age is not None and age > duration(least["reassignment_check"]):
        at = (*path, "reassignment_check")
        looser(settings, at, "this age", repr(least["reassignment_check"]), at)
    options["reassignment_check"] = age
    return options


def _check_ledger(settings: Settings, path: Path, value: object) -> None:
    if not isinstance(value, str) or not value.startswith("sqlite:") or value == "sqlite:":
        settings.fault(path, "must say where the ledger is kept, as in 'sqlite:privacy.db'")


def _check_no_rule(settings: Settings, path: Path, value: object) -> None:
    if value not in ("deny", "allow", "strictest"):
        settings.fault(path, "must be 'deny'")
    elif value != "deny":
        looser(settings, path, repr(value), "'deny'", path)


def _check_age(settings: Settings, path: Path, value: object) -> None:
    least = floor().at(path[:-1])["minimum_age"]
    if type(value) is not int or value > 120:
        settings.fault(path, "must be a whole number of years, from 16")
    elif value < least:
        looser(settings, path, "this age", str(least), path)


def _nothing(_settings: Settings, _path: Path, _value: object) -> None:
    """Leave the check to the one that reads the value."""


_CONSENT_CHECKS: dict[str, Callable[[Settings, Path, Any], None]] = {
    "accept_notice": _flag,
    "ledger": _check_ledger,
    "minimum_age": _check_age,
    "no_rule": _check_no_rule,
    "reassignment_check": _nothing,
}

# Retention ----------------------------------------------------------------------------------------

RETENTION_KEYS = ("kind", "at_least", "at_most", "since", "then", "place", "strength", "source")


def _retention(settings: Settings, _: Context) -> RetentionSchedule | None:
    rules: list[Rule] = []
    for name in settings.at(("retention",)):
        path = ("retention", str(name))
        options = dict(settings.known(path, RETENTION_KEYS))
        kind = options.pop("kind", "")
        if kind not in list(RecordKind):
            settings.fault((*path, "kind"), nearest(str(kind), RecordKind))
            continue
        rule = settings.built(path, partial(retain, RecordKind(kind), **options))
        if rule is not None:
            rules.append(rule)
    if not rules:
        return None
    schedule: RetentionSchedule | None = settings.built(
        ("retention",), lambda: RetentionSchedule(rules)
    )
    return schedule


# Cache and consent do not depend on each other; the order is that of the report.
SECTIONS: dict[str, _Section] = {
    "audiences": _audiences,
    "records": _records,
    "logs": _logs,
    "retention": _retention,
    "consent": _consent,
    "recipients": recipients_of,
    "cache": _cache,
}
TOP_KEYS = ("version", "region", "keys", *SECTIONS)
