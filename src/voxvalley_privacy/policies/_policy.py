"""A policy: for an audience, what happens to each category of data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

import attrs

from ..actions import Action, Exposure, exposure, label
from ..categories import named_category
from ..errors import ConfigurationError
from ..placeholders import shown, whole
from ..vocabulary import DataCategory

__all__ = ["Budget", "Policy", "Unknown"]

# Whether fields that no schema knows are looked through, or left out.
Unknown: TypeAlias = Literal["scan", "drop"]

_LARGEST = 2**40


@attrs.frozen(kw_only=True)
class Budget:
    """
    Bound the work that one value can cause; past a bound stands a placeholder, never the rest.

    Args:
        text: Characters of one text. 65,536.

        depth: Levels of nesting. 64.

        nodes: Fields and items of one record. 10,000.
    """

    text: int = 65_536
    depth: int = 64
    nodes: int = 10_000

    def __attrs_post_init__(self) -> None:
        # A depth of more than 200 would end in the interpreter's own stack first.
        most = {"text": _LARGEST, "depth": 200, "nodes": _LARGEST}
        faults = [
            (name, f"must be a whole number from 1 to {limit:,} (got {shown(getattr(self, name))})")
            for name, limit in most.items()
            if not whole(getattr(self, name), 1, limit)
        ]
        if faults:
            raise ConfigurationError("This budget cannot be used.", faults=tuple(faults))


def _complete(given: Mapping[DataCategory, Action]) -> Mapping[DataCategory, Action]:
    # A category that nobody decided about is personal.
    return MappingProxyType({category: given.get(category, label()) for category in DataCategory})


@attrs.frozen(eq=False)
class Policy:
    """
    Say what happens to each category of data, and to what no schema knows.

    Build one with `vp.policies`, then change it with `with_actions()`.

    Args:
        name: Shown by `explain()`; tokens of policies with different purposes never join.

        actions: Category -> action. Categories left out become a label.

        unknown: `"scan"` looks for personal data in fields that no schema knows; `"drop"` leaves
            them out.

        budget: Bounds for one value.

        region: ISO 3166 code that national phone numbers are read in, such as `"US"`; without one they
            stay national.

    Raises:
        voxvalley_privacy.ConfigurationError: All faults at once, each with its path.
    """

    name: str
    actions: Mapping[DataCategory, Action] = attrs.field(converter=_complete, repr=False)
    unknown: Unknown = attrs.field(default="drop", kw_only=True)
    budget: Budget = attrs.field(factory=Budget, kw_only=True)
    region: str | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        faults: list[tuple[str, str]] = []
        for category, action in self.actions.items():
            if not callable(action):
                faults.append(
                    (f"actions[{category.name}]", "must be an action such as vp.drop or vp.mask()")
                )
            elif category is DataCategory.CREDENTIAL and exposure(action) > Exposure.TOKEN:
                faults.append(
                    (
                        f"actions[{category.name}]",
                        "credentials are dropped in every policy; a fingerprint is the most",
                    )
                )
        if self.unknown not in ("scan", "drop"):
            faults.append(("unknown", "must be 'scan' or 'drop'"))
        if self.region is not None and not (len(self.region) == 2 and self.region.isupper()):
            faults.append(("region", "must be a two-letter code such as 'US'"))
        if faults:
            raise ConfigurationError("This policy cannot be used.", faults=tuple(faults))

    def with_actions(
        self, actions: Mapping[DataCategory, Action] | Mapping[str, Action], /
    ) -> Policy:
        """
        Return a policy that treats these categories differently; a name is as good as a member.

        Raises:
            voxvalley_privacy.ConfigurationError: If a key is no category, an action no callable, or
                a credential would show.
        """
        keys = [named_category(key) for key in actions]
        faults = tuple(
            (f"actions[{i}]", "the key must be a vp.DataCategory or the name of one")
            for i, category in enumerate(keys)
            if category is None
        )
        if faults:
            raise ConfigurationError("These actions cannot be used.", faults=faults)
        known = filter(None, keys)
        changed = dict(zip(known, actions.values(), strict=True))
        return attrs.evolve(self, actions={**self.actions, **changed})

    def __eq__(self, other: object, /) -> bool:
        return isinstance(other, Policy) and _state(self) == _state(other)

    def __hash__(self) -> int:
        return hash((self.name, self.unknown, self.region, self.budget))

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, _state(self))


def _state(policy: Policy) -> tuple[object, ...]:
    return (policy.name, dict(policy.actions), policy.unknown, policy.budget, policy.region)


def _rebuild(
    name: str,
    actions: dict[DataCategory, Action],
    unknown: Unknown,
    budget: Budget,
    region: str | None,
) -> Policy:
    return Policy(name, actions, unknown=unknown, budget=budget, region=region)
