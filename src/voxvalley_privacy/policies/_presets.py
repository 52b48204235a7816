"""
The policies to start from, one for each audience. All are frozen; `with_actions()` returns another.

The matrix category x policy is in `facts/categories.json`. Never looser, category by category:
public than share, share than analytics, analytics than support. All of them drop credentials.
Where the policy of an audience asks for a *count* or *k-anonymous* figures, which one record cannot
give, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Callable

from ..actions import (
    Action,
    bucket,
    country,
    drop,
    generalize,
    host_only,
    keep,
    label,
    mask,
    parse,
    pseudonym,
    scan,
    seal,
    strip_query,
    truncate,
)
from ..categories import CATEGORIES
from ..errors import ConfigurationError
from ..keys import KeyRing
from ._policy import Budget, Policy, Unknown

__all__ = ["analytics", "billing", "debug", "labels", "public", "share", "support"]

# The words of the matrix that need no keys.
_PLAIN: dict[str, Action] = {
    "bucket:300": bucket(300),
    "bucket:60": bucket(60),
    "country": country,
    "drop": drop,
    "generalize": generalize,
    "host_only": host_only,
    "keep": keep,
    "label": label(),
    "mask": mask(),
    "parse": parse,
    "scan": scan,
    "strip_query": strip_query,
    "truncate:day": truncate("day"),
    "truncate:hour": truncate(),
}

# Those that do: each makes its action of the keys and the name of the policy.
_KEYED: dict[str, Callable[[KeyRing, str], Action]] = {
    "seal": lambda keys, _name: seal(keys, show=mask()),
    "seal:label": lambda keys, _name: seal(keys, show=label()),
    "seal:truncate:hour": lambda keys, _name: seal(keys, show=truncate()),
    "token": lambda keys, name: pseudonym(keys, purpose=name),
}


def debug(keys: KeyRing, /, *, region: str | None = None, budget: Budget | None = None) -> Policy:
    """
    For engineers who look for a fault.

    Numbers are masked, bodies become labels, devices and subscribers tokens, times are kept.

    Args:
        keys: For the tokens.

        region: Where national numbers are from: `"US"`.

        budget: Limits on the work done for one value.
    """
    return _preset("debug", keys, "scan", region, budget)


def support(keys: KeyRing, /, *, region: str | None = None, budget: Budget | None = None) -> Policy:
    """
    For support staff.

    Numbers, names and subscribers are masked, with a seal that `vp.unseal()` opens for a reason.

    Args:
        keys: For the seals.

        region: Where national numbers are from: `"US"`.

        budget: Limits on the work done for one value.
    """
    return _preset("support", keys, "scan", region, budget)


def billing(keys: KeyRing, /, *, region: str | None = None, budget: Budget | None = None) -> Policy:
    """
    For invoices and their disputes: who called whom, when, how long and for how much.

    Nothing else of a person is kept.

    Args:
        keys: For the tokens of call ids in SIP messages.

        region: Where national numbers are from: `"US"`.

        budget: Limits on the work done for one value.
    """
    return _preset("billing", keys, "drop", region, budget)


def analytics(
    keys: KeyRing, /, *, region: str | None = None, budget: Budget | None = None
) -> Policy:
    """
    For statistics: parties as tokens to count and join by, times to the hour, no text.

    Args:
        keys: For the tokens.

        region: Where national numbers are from: `"US"`.

        budget: Limits on the work done for one value.
    """
    return _preset("analytics", keys, "drop", region, budget)


def share(keys: KeyRing, /, *, region: str | None = None, budget: Budget | None = None) -> Policy:
    """
    For another company: states, rounded durations, hours, and the account as a token.

    Args:
        keys: For the tokens.

        region: Where national numbers are from: `"US"`.

        budget: Limits on the work done for one value.
    """
    return _preset("share", keys, "drop", region, budget)


def public(keys: KeyRing, /, *, region: str | None = None, budget: Budget | None = None) -> Policy:
    """
    For everyone: states, durations in steps of five minutes, days.

    Args:
        keys: Unused today; taken so that all policies are built alike.

        region: Where national numbers are from: `"US"`.

        budget: Limits on the work done for one value.
    """
    return _preset("public", keys, "drop", region, budget)


def labels(*, region: str | None = None, budget: Budget | None = None) -> Policy:
    """
    Replace everything personal by its label; needs no keys. `vp.scrub()` uses it.

    Args:
        region: Where national numbers are from: `"US"`.

        budget: Limits on the work done for one value.
    """
    return _preset("labels", None, "scan", region, budget)


def _preset(
    name: str, keys: KeyRing | None, unknown: Unknown, region: str | None, budget: Budget | None
) -> Policy:
    """Build the policy that a column of the matrix describes."""
    actions = _actions_of(name, keys)
    words = {row.actions[name] for row in CATEGORIES.values()}
    if not words <= actions.keys():
        raise ConfigurationError(f"The matrix of categories has an unknown action for {name!r}.")
    chosen = {category: actions[row.actions[name]] for category, row in CATEGORIES.items()}
    return Policy(name, chosen, unknown=unknown, region=region, budget=budget or Budget())


def _actions_of(name: str, keys: KeyRing | None) -> dict[str, Action]:
    """Return one action for each word: equal values get the same action, and share its memory."""
    if keys is None:
        return dict(_PLAIN)
    return {**_PLAIN, **{word: build(keys, name) for word, build in _KEYED.items()}}
