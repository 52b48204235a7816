"""What a policy needs for messages, made once: the maker of tokens, bounds, and what was treated before."""

from __future__ import annotations

from typing import TypeAlias

from ...vocabulary import DataCategory as C
from .._actions import Action, Exposure, exposure
from .._keyed import _IpPseudonym, _Pseudonym, _Seal, pseudonym
from .._placeholders import label_of
from .._policy import Policy
from .._treat import Treater
from .._values import Needle

__all__ = ["Engine", "token_action"]


def token_action(policy: Policy, /) -> Action | None:
    """
    Return what makes tokens of Call-IDs, tags and branches, or None where the policy has no keys or shows no ids.

    They hold hosts, addresses and numbers, so they are never shown as they are: where ids are kept, the keys that the policy
    has for other tokens make the tokens.
    """
    own = policy.actions[C.RECORD_ID]
    if exposure(own) is Exposure.TOKEN:
        return own
    if exposure(own) is Exposure.NOTHING:
        return None
    for action in policy.actions.values():
        if isinstance(action, _Pseudonym):
            return action
    for action in policy.actions.values():
        if isinstance(action, _Seal):
            return pseudonym(action.sealer.keys, purpose="sip")
        if isinstance(action, _IpPseudonym):
            return pseudonym(action.substitute.keys, purpose="sip")
    return None


# A text that was treated before: what it became, and what it left to look for and to look in.
Seen: TypeAlias = "tuple[str | None, tuple[Needle, ...], tuple[str, ...], tuple[str, ...]]"


class Engine:
    """
    What a policy needs for messages, made once; *memo* is bounded, holds raw values in memory and shows none.

    The headers of a dialog recur in each of its messages.
    """

    __slots__ = ("depth", "memo", "nodes", "tokens", "treater", "unknown")

    def __init__(self, policy: Policy, treater: Treater) -> None:
        self.treater = treater
        self.tokens = token_action(policy)
        self.unknown = label_of(C.UNKNOWN) if policy.unknown == "scan" else None
        self.depth = min(policy.budget.depth, 16)
        self.nodes = policy.budget.nodes
        self.memo: dict[tuple[str, str], Seen] = {}
