"""The consent rules by their names, with the options that the settings decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal, TypeAlias

from ..consent import (
    ConsentLedger,
    consented,
    may_contact,
    never_sold,
    not_opted_out,
    number_current,
    old_enough,
    outside_quiet_hours,
    recording_allowed,
    tracking_allowed,
)
from ..errors import ConfigurationError

__all__ = ["RuleName", "rule_of"]

RuleName: TypeAlias = Literal[
    "consented",
    "may_contact",
    "never_sold",
    "not_opted_out",
    "number_current",
    "old_enough",
    "outside_quiet_hours",
    "recording_allowed",
    "tracking_allowed",
]

_RULES: dict[str, Callable[..., Any]] = {
    "consented": consented,
    "may_contact": may_contact,
    "never_sold": never_sold,
    "not_opted_out": not_opted_out,
    "number_current": number_current,
    "old_enough": old_enough,
    "outside_quiet_hours": outside_quiet_hours,
    "recording_allowed": recording_allowed,
    "tracking_allowed": tracking_allowed,
}
_WITH_LEDGER = frozenset(
    ["consented", "may_contact", "not_opted_out", "number_current", "tracking_allowed"]
)
# The options that the settings decide -> the key in [consent].
_DECIDED: dict[str, dict[str, str]] = {
    "may_contact": {"no_rule": "no_rule"},
    "number_current": {"max_age": "reassignment_check"},
    "old_enough": {"floor": "minimum_age"},
    "outside_quiet_hours": {"no_rule": "no_rule"},
    "recording_allowed": {"accept_notice": "accept_notice"},
}


def rule_of(
    name: str,
    settings: Mapping[str, Any],
    ledger: ConsentLedger | None,
    options: Mapping[str, Any],
    /,
) -> Any:
    """Return the rule of a name; the settings of [consent] decide some of its options."""
    make = _RULES.get(name)
    if make is None:
        raise ConfigurationError(f"The rule must be one of {', '.join(_RULES)}.")
    keys = _DECIDED.get(name, {})
    decided = {option: settings[key] for option, key in keys.items()}
    if decided.keys() & options.keys():
        raise ConfigurationError(f"{name}: the settings decide {', '.join(decided)}.")
    if name in _WITH_LEDGER:
        if ledger is None:
            raise ConfigurationError(f"{name} needs a ledger: give privacy.ledger().")
        make = partial(make, ledger)
    try:
        return make(**decided, **options)
    except TypeError:
        pass
    raise ConfigurationError(f"{name}: an option is unknown.")
