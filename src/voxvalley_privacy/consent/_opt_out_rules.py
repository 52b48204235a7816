"""The rules by which one thought of a message says no: an act, its object, whose messages."""

from __future__ import annotations

from collections.abc import Callable

from ._opt_out_thoughts import Said

__all__ = ["CLOSE", "LETTER", "NAMED", "SAID", "act_of", "is_beside_the_point"]

# How many words of the message may be unknown, by how much the rest of the sentence proves.
NAMED = 8  # the act and its object are named: "please stop sending me these texts about ..."
SAID = 4  # the act is named, the object is understood
CLOSE = 2  # only words about the list of the sender may stand beside
LETTER = 9  # more of them in a message, and it is a letter about something else

_ENDS = ("end", "ord")
# Without one of these a thought says nothing about messages.
_ACTS = frozenset(
    [
        "alone",
        "consent",
        "end",
        "msg",
        "no",
        "nosend",
        "nowant",
        "ord",
        "out",
        "promo",
        "remove",
        "send",
        "threat",
    ]
)
_Holds = Callable[[Said], bool]


def _idiom(said: Said) -> bool:
    if not said.has("no"):
        return False
    if not said.english:
        return True
    if said.has("msg", "promo", "send", "list"):
        return said.strange <= NAMED
    return said.strange <= SAID


def _threat(said: Said) -> bool:
    if not said.has("threat") or said.strange > SAID:
        return False
    return said.has("msg", "promo", "send", "list")


def _out(said: Said) -> bool:
    if not said.has("out") or said.is_negated("out"):
        return False
    if said.has("msg", "promo", "me", "list", "send"):
        return said.strange <= NAMED
    return said.strange <= CLOSE


def _no_sending(said: Said) -> bool:
    if said.strange > SAID or said.is_of_others:
        return False
    if not said.english:
        return said.has("nosend") or said.negates("send")
    if not said.whose:
        return False
    if said.has("nosend"):
        return not all(map(said.is_told, said.places("nosend")))
    return said.forbids("send")


def _end_of_messages(said: Said) -> bool:
    ends = said.orders(*_ENDS)
    objects = said.places("msg", "promo", "send")
    if not ends or not objects or said.is_negated(*_ENDS):
        return False
    # "Texting will stop" tells, "stop texting" asks; other languages put the verb last.
    if said.english and min(ends) >= max(objects):
        return False
    if said.has("own") and not said.has("end", "promo"):
        return not said.strange
    return said.strange <= SAID


def _is_plain_order(said: Said) -> bool:
    """Tell whether "stop texting me" is in it, however much is said around it without a mark."""
    if not said.english or said.is_negated(*_ENDS):
        return False
    # "When you leave msg me" asks for one: who leaves or finishes ends something of their own.
    # "Please stop" is an idiom by itself.
    own, sends, whom = said.places("own"), said.places("send"), said.places("me")
    ends = set(said.places(*_ENDS, "no")).difference(own)
    return any(end + 1 in sends and end + 2 in whom for end in ends)


def _not_wanted(said: Said) -> bool:
    if said.english and said.is_modest:
        return False
    if said.has("msg", "promo", "send"):
        return _no_messages_wanted(said)
    # "I hate you" is a feeling, of which nobody can tell that messages are meant.
    if said.strange or said.has("feel"):
        return False
    return said.only_thought and said.has("nowant")


def _no_messages_wanted(said: Said) -> bool:
    if said.has("nowant"):
        return said.strange <= (SAID if said.english else NAMED)
    return said.strange <= SAID and said.negates("want")


def _no_more(said: Said) -> bool:
    if said.strange > CLOSE or said.is_of_others:
        return False
    return said.is_ahead("nomore", "msg", "promo", "send")


def _off_the_list(said: Said) -> bool:
    verbs = ("remove",) if said.english else ("remove", "ord")
    if not said.orders(*verbs) or said.is_negated(*verbs):
        return False
    if said.strange > CLOSE:
        return False
    if said.has("list"):
        return True
    # "Take me off" is enough; "remove my name from the invoice" is about something else.
    if said.english and said.strange:
        return False
    return said.has("me")


def _no_consent(said: Said) -> bool:
    if not said.has("consent") or said.strange > SAID:
        return False
    return said.has("withdraw", "remove", "nogive") or said.negates("consent")


def _bare(said: Said) -> bool:
    orders = said.orders(*_ENDS)
    if said.strange or said.is_negated(*_ENDS):
        return False
    if all(map(said.is_told, orders)):
        return False
    # "Stop" ends messages wherever it is said; "cancel" only if nothing else was. Other languages
    # have one word for "stop" and "enough": "due pizze, basta".
    if _is_lone(said):
        return True
    return said.has("end") and (said.english or not said.beside_harm)


def _is_lone(said: Said) -> bool:
    if said.narrow or said.has("own"):
        return False
    return said.only_thought


def _short(said: Said) -> bool:
    if not said.has("alone") or said.strange:
        return False
    if said.asked or said.narrow:
        return False
    return said.only_thought and not _is_about_others(said)


def _is_about_others(said: Said) -> bool:
    """Tell whether it is about a third person, or about what the writer will not do to somebody."""
    if said.is_of_others:
        return True
    return said.english and said.is_modest


def _wished(holds: _Holds) -> _Holds:
    """Hold for what is not a mere question."""
    return lambda said: said.wished and holds(said)


_RULES: tuple[tuple[str, _Holds], ...] = (
    ("idiom", _idiom),
    ("threat", _threat),
    ("unsubscribe", _wished(_out)),
    ("no-sending", _wished(_no_sending)),
    ("end-of-messages", _wished(_end_of_messages)),
    ("plain-order", _wished(_is_plain_order)),
    ("not-wanted", _wished(_not_wanted)),
    ("no-more", _wished(_no_more)),
    ("off-the-list", _wished(_off_the_list)),
    ("no-consent", _no_consent),
    ("bare", _wished(_bare)),
    ("short", _short),
)


def act_of(said: Said) -> str:
    """Return the rule by which a thought says no, or nothing."""
    if said.classes.isdisjoint(_ACTS) or _is_harmless(said):
        return ""
    for name, holds in _RULES:
        if holds(said):
            return name
    return ""


def _is_harmless(said: Said) -> bool:
    """Tell whether it is about something else, and no order to a sender is in it."""
    if not said.has("harm") or said.has("no"):
        return False
    return not (said.wished and _is_plain_order(said))


_WEAK = frozenset(["no-sending", "no-more", "threat", "end-of-messages", "plain-order", "bare"])


def is_beside_the_point(rule: str, said: Said, strange: int, /) -> bool:
    """
    Tell whether a no is a few words of a long letter about something else.

    Who writes at length to a sender says "stop" or "don't text me", or names a list, a wish or a
    consent; "don't call" and "when you finish" in a letter are about the day of two friends.

    Args:
        rule: By which the thought says no.

        said: The thought.

        strange: How many words of the whole message are not known.
    """
    if not said.english or strange <= LETTER or rule not in _WEAK:
        return False
    if said.has("end", "nosend"):
        return False
    return not _is_plain_order(said)
