"""The rules by which one thought of a message says no: an act, its object, whose messages."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum, unique

import attrs

from ._opt_out_lexicon import Tags

__all__ = [
    "LETTER",
    "STRANGE",
    "OptOutScope",
    "Said",
    "act_of",
    "is_beside_the_point",
    "is_wrong_number",
    "narrowed",
    "scope_of_act",
]


@unique
class OptOutScope(StrEnum):
    """The messages that a narrow opt-out ends."""

    MARKETING = "marketing"  # offers end, notices about orders and accounts go on
    VOICE = "voice"  # calls end, texts go on
    TEXT = "text"  # texts end, calls or e-mails go on
    EMAIL = "email"  # e-mails end, texts go on
    TIMES = "times"  # less often, not at some hours, not until a date
    PART = "part"  # one list or account of several


# How many words of the message may be unknown, by how much the rest of the sentence proves.
_NAMED = 8  # the act and its object are named: "please stop sending me these texts about ..."
_SAID = 4  # the act is named, the object is understood
_CLOSE = 2  # only words about the list of the sender may stand beside
LETTER = 9  # more of them in a message, and it is a letter about something else
_REACH = 3  # words between a negation and what it negates

_OBJECTS = frozenset(["msg", "promo"])
_ENDS = frozenset(["end", "ord"])
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
# Words of these classes prove nothing about a message.
STRANGE: Tags = frozenset(["aux", "common"])


@attrs.frozen(eq=False)
class Said:
    """
    One thought, with the classes of its words.

    Args:
        tags: The classes of each word.

        classes: Every class in it.

        strange: How many words are not known, or prove nothing.

        asked: Whether a question mark ends it.

        english: Whether it is read as English.

        only_thought: Whether the other thoughts of the message hold no strange words and no harm.

        beside_harm: Whether another thought of the message is about something harmless.

        narrow: Whether the message answers a question about something else.

        named: Whether a word of it may be a name.
    """

    tags: list[Tags]
    classes: frozenset[str]
    strange: int
    asked: bool
    english: bool
    only_thought: bool
    beside_harm: bool
    narrow: bool
    named: bool

    def has(self, *names: str) -> bool:
        """Tell whether a word of one of the classes is in it."""
        return not self.classes.isdisjoint(names)

    def places(self, *names: str) -> list[int]:
        """Return where words of the classes are."""
        return [n for n, tags in enumerate(self.tags) if not tags.isdisjoint(names)]

    def is_negated(self, *names: str) -> bool:
        """Tell whether each word of the classes has a negation beside it."""
        places = self.places(*names)
        return bool(places) and all(map(self._has_negation_at, places))

    def _has_negation_at(self, place: int) -> bool:
        # English negates before the verb, others also after it.
        after = place + 1 if self.english else place + 2
        around = [*self.tags[max(0, place - 2) : place], *self.tags[place + 1 : after]]
        return any("neg" in tags for tags in around)

    def negates(self, *names: str) -> bool:
        """Tell whether a negation reaches a word of the classes."""
        behind = 0 if self.english else _REACH
        return any(
            -behind <= place - negation <= _REACH
            for place in self.places(*names)
            for negation in self.places("neg")
            # Behind an order "na" coaxes in Hindi and Urdu: "msg kar na".
            if not ("tail" in self.tags[negation] and negation + 1 == len(self.tags))
        )

    def forbids(self, *names: str) -> bool:
        """Tell whether it is an order not to do something: "don't text", not "I don't text"."""
        if not self.english:
            return self.negates(*names)
        orders = [place for place in self.places("forbid") if not self._is_of_somebody(place)]
        places = self.places(*names)
        return any(0 < place - order <= _REACH for place in places for order in orders)

    def _is_of_somebody(self, place: int) -> bool:
        return place > 0 and ("self" in self.tags[place - 1] or self.is_told(place))

    def is_told(self, place: int) -> bool:
        """Tell whether the writer tells what somebody does: "I did not call", "it will stop"."""
        start = place - 1
        while start > 0 and "aux" in self.tags[start]:
            start -= 1
        return start >= 0 and "teller" in self.tags[start]

    def orders(self, *names: str) -> list[int]:
        """
        Return where words of the classes are orders.

        "I delete mine" and "when you leave" tell what somebody does. The first words for an end,
        such as "stop", are an order wherever they are.
        """
        places = self.places(*names)
        if not self.english:
            return places
        return [n for n in places if "end" in self.tags[n] or not self._is_of_somebody(n)]

    @property
    def is_modest(self) -> bool:
        """Whether it is about what the writer will not do: "I don't want to disturb"."""
        acts = [place for place in self.places("send") if "msg" not in self.tags[place]]
        return bool(acts) and not self.has("me", "msg", "promo") and self.has("nowant", "want")

    @property
    def is_of_others(self) -> bool:
        """Whether it is about messages to or from a third person: "don't reply to him"."""
        return self.has("third") and not self.has("me", "promo", "list")

    def is_ahead(self, first: str, *others: str) -> bool:
        """Tell whether a word of the class *first* stands shortly before one of the others."""
        ahead = self.places(first)
        behind = 0 if self.english else _REACH
        return any(
            -behind < place - start <= _REACH for place in self.places(*others) for start in ahead
        )

    @property
    def whose(self) -> bool:
        """Whether it says to whom or what, or is all that the message says."""
        return self.has("me", "msg", "promo") or (self.only_thought and not self.strange)

    @property
    def wished(self) -> bool:
        """Whether it is not a mere question."""
        return not self.asked or self.has("ask")


def _idiom(said: Said) -> bool:
    known = said.has("msg", "promo", "send", "list")
    return said.has("no") and (not said.english or said.strange <= (_NAMED if known else _SAID))


def _threat(said: Said) -> bool:
    return said.has("threat") and said.has("msg", "promo", "send", "list") and said.strange <= _SAID


def _out(said: Said) -> bool:
    if not said.has("out") or said.is_negated("out"):
        return False
    most = _NAMED if said.has("msg", "promo", "me", "list", "send") else _CLOSE
    return said.strange <= most and said.wished


def _no_sending(said: Said) -> bool:
    if not said.wished or said.strange > _SAID:
        return False
    if said.is_of_others:
        return False
    if said.has("nosend"):
        own = said.english and all(map(said.is_told, said.places("nosend")))
        return not own and (said.whose or not said.english)
    return said.forbids("send") and (said.whose or not said.english)


def _end_of_messages(said: Said) -> bool:
    ends = said.orders(*_ENDS)
    objects = said.places("msg", "promo", "send")
    if not ends or not objects or said.is_negated(*_ENDS):
        return False
    # "Texting will stop" tells, "stop texting" asks; other languages put the verb last.
    ordered = not said.english or min(ends) < max(objects)
    most = 0 if said.has("own") and not said.has("end", "promo") else _SAID
    return ordered and said.strange <= most and said.wished


def _plain_order(said: Said) -> bool:
    """Tell whether "stop texting me" is in it, however much is said around it without a mark."""
    sends, whom = said.places("send"), said.places("me")
    # "When you leave msg me" asks for one: who leaves or finishes ends something of their own.
    # "Please stop" is an idiom by itself.
    ends = [end for end in said.places(*_ENDS, "no") if "own" not in said.tags[end]]
    orders = [end for end in ends if end + 1 in sends and end + 2 in whom]
    return said.english and bool(orders) and said.wished and not said.is_negated(*_ENDS)


def _not_wanted(said: Said) -> bool:
    if not said.wished:
        return False
    about = said.has("msg", "promo", "send")
    if said.english and said.is_modest:
        return False
    if said.has("nowant"):
        most = _SAID if said.english else _NAMED
        if about:
            return said.strange <= most
        # "I hate you" is a feeling, of which nobody can tell that messages are meant.
        return not said.strange and said.only_thought and not said.has("feel")
    return said.negates("want") and about and said.strange <= _SAID


def _no_more(said: Said) -> bool:
    near = said.is_ahead("nomore", "msg", "promo", "send") and not said.is_of_others
    return near and said.strange <= _CLOSE and said.wished


def _off_the_list(said: Said) -> bool:
    verbs = ("remove",) if said.english else ("remove", "ord")
    if not said.orders(*verbs) or said.is_negated(*verbs) or not said.wished:
        return False
    if said.has("list"):
        return said.strange <= _CLOSE
    return said.has("me") and said.strange <= (0 if said.english else _CLOSE)


def _no_consent(said: Said) -> bool:
    against = said.has("withdraw", "remove", "nogive") or said.negates("consent")
    return said.has("consent") and against and said.strange <= _SAID


def _bare(said: Said) -> bool:
    orders = [place for place in said.orders(*_ENDS) if not said.is_told(place)]
    if not orders or said.strange or not said.wished or said.is_negated(*_ENDS):
        return False
    # "Stop" ends messages wherever it is said; "cancel" only if nothing else was. Other languages
    # have one word for "stop" and "enough": "due pizze, basta".
    if said.has("end") and (said.english or not said.beside_harm):
        return True
    return said.only_thought and not said.narrow and not said.has("own")


def _short(said: Said) -> bool:
    answers = said.asked or said.narrow or (said.english and said.is_modest)
    return said.has("alone") and not said.strange and said.only_thought and not answers


_RULES: tuple[tuple[str, Callable[[Said], bool]], ...] = (
    ("idiom", _idiom),
    ("threat", _threat),
    ("unsubscribe", _out),
    ("no-sending", _no_sending),
    ("end-of-messages", _end_of_messages),
    ("plain-order", _plain_order),
    ("not-wanted", _not_wanted),
    ("no-more", _no_more),
    ("off-the-list", _off_the_list),
    ("no-consent", _no_consent),
    ("bare", _bare),
    ("short", _short),
)


def act_of(said: Said) -> str:
    """Return the rule by which a thought says no, or nothing."""
    if said.classes.isdisjoint(_ACTS):
        return ""
    if said.has("harm") and not said.has("no") and not _plain_order(said):
        return ""
    return next((name for name, holds in _RULES if holds(said)), "")


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
    return not said.has("end", "nosend") and not _plain_order(said)


def is_wrong_number(said: Said, /) -> bool:
    """Tell whether a thought says that the number has another holder."""
    # "My name is not Lisa and I don't have an appointment" says it twice.
    if said.has("harm") and not (said.has("wrong") and said.has("wrongname")):
        return False
    if said.has("wrong"):
        return said.strange <= _NAMED
    nobody = said.has("noname") and said.has("here")
    if not (nobody or said.has("wrongname", "whois")) or (said.asked and not said.has("whois")):
        return False
    # Names are words that no table knows: "not Lisa", "no Priya here".
    names = sum(not tags for tags in said.tags)
    other = said.has("common", "msg", "promo")
    return said.named and 1 <= names <= _CLOSE and not other


def scope_of_act(act: Said | None, everything: frozenset[str]) -> OptOutScope | None:
    if act is not None and act.has("call") and "textok" in everything:
        return OptOutScope.VOICE
    if act is not None and act.has("mail") and "textok" in everything:
        return OptOutScope.EMAIL
    if act is not None and "callok" in everything:
        return OptOutScope.TEXT
    if not everything.isdisjoint(["time", "less"]):
        return OptOutScope.TIMES
    if act is not None and act.has("part"):
        return OptOutScope.PART
    if act is not None and act.has("promo"):
        return OptOutScope.MARKETING
    kept = "only" in everything or "keep" in everything
    return OptOutScope.MARKETING if kept and "service" in everything else None


def narrowed(said: list[Said]) -> OptOutScope | None:
    """Return what a message ends that says only what may go on, or how often."""
    for thought in said:
        if thought.has("harm") or (thought.asked and not thought.has("ask")):
            continue
        if thought.has("less") and thought.has("msg", "promo", "send") and thought.strange <= _SAID:
            return OptOutScope.TIMES
        if thought.has("only") and thought.has("service") and thought.strange <= _CLOSE:
            return OptOutScope.MARKETING
        if thought.has("only") and thought.has("list") and not thought.strange:
            return OptOutScope.MARKETING
        if thought.has("textinstead") and thought.strange <= _CLOSE:
            return OptOutScope.VOICE
    return None
