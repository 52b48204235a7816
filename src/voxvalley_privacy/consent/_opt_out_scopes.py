"""Words of what a no is about: some of the messages only, or a number of another holder."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum, unique

from ._opt_out_rules import CLOSE, NAMED, SAID
from ._opt_out_thoughts import Said

__all__ = ["OptOutScope", "is_wrong_number", "narrowed", "scope_of_act"]


@unique
class OptOutScope(StrEnum):
    """The messages that a narrow opt-out ends."""

    MARKETING = "marketing"  # offers end, notices about orders and accounts go on
    VOICE = "voice"  # calls end, texts go on
    TEXT = "text"  # texts end, calls or e-mails go on
    EMAIL = "email"  # e-mails end, texts go on
    TIMES = "times"  # less often, not at some hours, not until a date
    PART = "part"  # one list or account of several


def is_wrong_number(said: Said, /) -> bool:
    """Tell whether a thought says that the number has another holder."""
    twice = said.has("wrong") and said.has("wrongname")
    # "My name is not Lisa and I don't have an appointment" says it twice.
    if said.has("harm") and not twice:
        return False
    if said.has("wrong"):
        return said.strange <= NAMED
    return _denies_a_name(said)


def _denies_a_name(said: Said) -> bool:
    """Tell whether it is "not Lisa" or "no Priya here": names are words that no table knows."""
    if not said.named or said.has("common", "msg", "promo"):
        return False
    if said.asked and not said.has("whois"):
        return False
    names = said.tags.count(frozenset())
    if not 1 <= names <= CLOSE:
        return False
    if said.has("wrongname", "whois"):
        return True
    return said.has("noname") and said.has("here")


_Means = Callable[[Said, frozenset[str]], bool]
# The first that holds, of the thought with the act and of everything that was said.
_SCOPES: tuple[tuple[OptOutScope, _Means], ...] = (
    (OptOutScope.EMAIL, lambda act, everything: act.has("mail") and "textok" in everything),
    (OptOutScope.VOICE, lambda act, everything: "textok" in everything and _is_of_calls(act)),
    (OptOutScope.TEXT, lambda _, everything: "callok" in everything),
    (OptOutScope.TIMES, lambda _, everything: not everything.isdisjoint(["time", "less"])),
    (OptOutScope.PART, lambda act, _: act.has("part")),
    (OptOutScope.MARKETING, lambda act, _: act.has("promo")),
    (OptOutScope.MARKETING, lambda _, everything: _keeps_service(everything)),
)


def _is_of_calls(act: Said) -> bool:
    # Other languages have "don't call" in one word: who wants texts refuses something else.
    return act.has("call") or not act.english


def _keeps_service(everything: frozenset[str]) -> bool:
    return "service" in everything and not everything.isdisjoint(["only", "keep"])


def scope_of_act(act: Said, everything: frozenset[str]) -> OptOutScope | None:
    """Return what the act of a thought ends; None for all messages."""
    return next((scope for scope, means in _SCOPES if means(act, everything)), None)


def narrowed(said: list[Said]) -> OptOutScope | None:
    """Return what a message ends that says only what may go on, or how often."""
    if any(thought.has("textok") for thought in said) and any(map(_no_calls, said)):
        return OptOutScope.VOICE
    scopes = map(_narrowed_by, said)
    return next(filter(None, scopes), None)


def _no_calls(thought: Said) -> bool:
    """Tell whether it is "no calls" or "not a call but", without a verb."""
    if not thought.has("call") or thought.strange > CLOSE:
        return False
    return thought.has("neg", "keep") and not thought.has("harm")


def _narrowed_by(thought: Said) -> OptOutScope | None:
    if not thought.wished:
        return None
    for scope, means in _NARROWED:
        if means(thought):
            return scope
    return None


def _less_of_them(thought: Said) -> bool:
    if not thought.has("less") or thought.has("harm"):
        return False
    if thought.has("msg", "promo", "send"):
        return thought.strange <= SAID
    # "Bitte weniger": a word for news is not one for messages.
    if thought.english or thought.strange:
        return False
    return thought.only_thought and len(thought.tags) > 1


def _only_some(thought: Said) -> bool:
    if not thought.has("only") or thought.strange > CLOSE:
        return False
    if not thought.has("service"):
        return thought.has("list") and _is_plain(thought)
    # "Only about my orders": what may go on is named by words that are harmless elsewhere.
    if thought.has("textok", "msg") or not thought.strange:
        return True
    return not thought.has("harm")


def _is_plain(thought: Said) -> bool:
    return not thought.strange and not thought.has("harm")


def _text_instead(thought: Said) -> bool:
    if thought.has("harm"):
        return False
    return thought.has("textinstead") and thought.strange <= CLOSE


_NARROWED = (
    (OptOutScope.TIMES, _less_of_them),
    (OptOutScope.MARKETING, _only_some),
    (OptOutScope.VOICE, _text_instead),
)
