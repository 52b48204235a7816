"""Options that several commands share: policies and schemas by name or from a file, keys."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

from .. import actions, policies, schemas
from ..errors import ConfigurationError
from ..keys import KeyRing
from ..placeholders import shown
from ..policies import Policy
from ..records import Format
from ..schemas import Schema
from ..vocabulary import DataCategory

__all__ = ["STRICT", "PolicyName", "category_of", "format_of", "policy_of", "schema_of"]

_LINE = re.compile(r"\bline ([0-9]+)")


class PolicyName(StrEnum):
    """The policies that have a name."""

    DEBUG = "debug"
    SUPPORT = "support"
    BILLING = "billing"
    ANALYTICS = "analytics"
    SHARE = "share"
    PUBLIC = "public"
    LABELS = "labels"


# They drop unknown fields: with the wrong schema nothing useful would be left.
STRICT = frozenset({
    PolicyName.BILLING, PolicyName.ANALYTICS, PolicyName.SHARE, PolicyName.PUBLIC,
})  # fmt: skip
_FILES = (".toml", ".json")
_LINE = re.compile(r"\bline (\d{1,9})")


def category_of(name: str) -> DataCategory:
    """Return a category by its name, in any case."""
    category = DataCategory.__members__.get(name.upper().replace("-", "_"))
    if category is None:
        close = get_close_matches(name.upper(), DataCategory.__members__, n=1)
        meant = f"did you mean {close[0]}?" if close else "the reference lists them all."
        raise ConfigurationError(f"There is no category {shown(name)}; {meant}")
    return category


# Schemas ------------------------------------------------------------------------------------------


def schema_of(choice: str | None) -> Schema | None:
    """
    Return a built-in schema by its name, one's own from a TOML or JSON file, or None for none.
    """
    if choice is None or choice == "none":
        return None
    if not choice.endswith(_FILES):
        return schemas.get(choice)
    table = _table(Path(choice))
    fields = table.pop("fields", None)
    if not isinstance(fields, Mapping):
        raise ConfigurationError(f"{choice}: a schema needs a table 'fields' of path = category.")
    name = table.pop("name", Path(choice).stem)
    _known_in(choice, table, Schema)
    schema: Schema = _made(choice, partial(Schema, name, fields, **table))
    return schema


# Formats ------------------------------------------------------------------------------------------


def format_of(choice: str | None) -> str | Format | None:
    """Return the name of a format, or one's own from a TOML or JSON file."""
    if choice is None or not choice.endswith(_FILES):
        return choice
    table = _table(Path(choice))
    name = table.pop("name", Path(choice).stem)
    _known_in(choice, table, Format)
    log: Format = _made(choice, partial(Format, name, **table))
    return log


# Policies -----------------------------------------------------------------------------------------

_ACTIONS: dict[str, Callable[..., Any]] = {
    "bucket": actions.bucket,
    "generalize": actions.generalize,
    "mask": actions.mask,
    "truncate": actions.truncate,
}
_WITH_KEYS: dict[str, Callable[..., Any]] = {
    "ip_pseudonym": actions.ip_pseudonym,
    "pseudonym": actions.pseudonym,
}
_READY: dict[str, Any] = {
    "drop": actions.drop,
    "keep": actions.keep,
    "label": actions.label,
    "parse": actions.parse,
    "scan": actions.scan,
}


def policy_of(choice: str, keys: str | None, region: str | None) -> Policy:
    """Return the named policy, or that of a TOML or JSON file, with the keys of *keys*."""
    if not choice.endswith(_FILES):
        return _named(choice, _ring(choice, keys), region)
    table = _table(Path(choice))
    base = table.get("base", "debug")
    ring = _ring(base, keys) or KeyRing.generate()
    policy = _named(base, ring, region or table.get("region"))
    rules = table.get("actions", {})
    changes = {
        category_of(name): _made(choice, partial(_action, rule, ring))
        for name, rule in rules.items()
    }
    return policy.with_actions(changes)


def _named(name: str, ring: KeyRing | None, region: str | None) -> Policy:
    if name not in list(PolicyName):
        raise ConfigurationError(
            f"The policy must be one of {', '.join(PolicyName)}, or a .toml or .json file."
        )
    if name == PolicyName.LABELS:
        return policies.labels(region=region)
    policy: Policy = getattr(policies, name)(ring, region=region)
    return policy


def _ring(name: str, keys: str | None) -> KeyRing | None:
    if name == PolicyName.LABELS:
        if keys is not None:
            raise ConfigurationError("The policy labels makes no tokens: leave out --keys.")
        return None
    if keys is None:
        return KeyRing.generate()
    if keys.startswith("env:"):
        return KeyRing.from_env(keys.removeprefix("env:"))
    return KeyRing.from_file(keys)


def _action(rule: Any, ring: KeyRing) -> Any:
    """Return the action of a rule: `"drop"`, or `{action = "mask", keep_last = 2}`."""
    settings = {"action": rule} if isinstance(rule, str) else dict(rule)
    name = settings.pop("action", None)
    if name in _READY and not settings:
        return _READY[name]
    if name in _WITH_KEYS:
        return _WITH_KEYS[name](ring, **settings)
    if name in _ACTIONS:
        return _ACTIONS[name](**settings)
    raise ValueError


# Files --------------------------------------------------------------------------------------------


def _table(path: Path) -> dict[str, Any]:
    """Return the table of a TOML or JSON file."""
    text = path.read_bytes()
    parse: Callable[[str], Any] = tomllib.loads if path.suffix == ".toml" else json.loads
    line = 0
    try:
        table = parse(text.decode())
    except ValueError as error:
        table = None
        line = _line_of(error)
    if not isinstance(table, dict):
        kind = path.suffix.removeprefix(".").upper()
        at = f"{path}:{line}" if line else str(path)
        raise ConfigurationError(f"{at}: this is not {kind} with a table of settings.")
    return table


def _line_of(error: ValueError) -> int:
    """Return the line that a reader of TOML or JSON names; what else it says may hold a value."""
    line = _LINE.search(str(error))
    return int(line[1]) if line else 0


def _known_in(path: str, table: Mapping[str, Any], kind: type) -> None:
    """Refuse a setting that a schema or a format does not have, by its name."""
    known = [name for name in signature(kind).parameters if not name.startswith("_")]
    for name in table:
        if name not in known:
            close = get_close_matches(name, known, n=1) or [", ".join(known)]
            raise ConfigurationError(
                f"{path}: there is no setting {shown(name)}; did you mean {close[0]}?"
            )


def _made(path: str, make: Callable[[], Any]) -> Any:
    """Return the result of *make*; a wrong setting of it is a wrong setting of the file."""
    try:
        return make()
    except ConfigurationError as error:
        message = str(error)
    except (TypeError, ValueError):
        message = "a setting is missing, wrong or unknown."
    raise ConfigurationError(f"{path}: {message}")
