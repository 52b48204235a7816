"""
The policies of all audiences, each made when it is first asked for.

An app has redactors for one or two of the six audiences, and each policy derives keys. Building all
of them took 38 of the 85 ms that reading a small settings file took.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..policies import Policy
from ..vocabulary import Audience

__all__ = ["LazyPolicies"]


class LazyPolicies(Mapping[str, Policy]):
    """
    Audience -> policy, for every audience.

    Args:
        build: Makes the policy of an audience that the settings do not change.

        built: The policies of the audiences that they do.
    """

    __slots__ = ("_build", "_built")

    def __init__(self, build: Callable[[str], Policy], built: Mapping[str, Policy]) -> None:
        self._build = build
        self._built = dict(built)

    def __getitem__(self, audience: str) -> Policy:
        if audience in self._built:
            return self._built[audience]
        if audience not in list(Audience):
            raise KeyError(audience)
        return self._built.setdefault(audience, self._build(audience))

    def __iter__(self) -> Iterator[str]:
        return (audience.value for audience in Audience)

    def __len__(self) -> int:
        return len(Audience)
