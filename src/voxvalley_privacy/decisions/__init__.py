"""
Answers an app can act on, show and keep: allow or deny, reasons, obligations, validity.

A rule is any callable that takes one context and returns a `Decision`. `all_of` joins rules; a
deny, an error or a missing fact in one of them denies the whole, and no allow outvotes a deny.
"""

from __future__ import annotations

from ._asynchronous import AsyncRule, PendingDecision, all_of_async, in_thread
from ._combinators import Rule, all_of, shadow
from ._decision import Decision, Effect, Obligation, Reason

__all__ = [
    "AsyncRule",
    "Decision",
    "Effect",
    "Obligation",
    "PendingDecision",
    "Reason",
    "Rule",
    "all_of",
    "all_of_async",
    "in_thread",
    "shadow",
]
