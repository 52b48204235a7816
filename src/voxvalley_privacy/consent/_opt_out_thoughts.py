"""Thoughts of a message: the classes of their words, and what stands before what."""

from __future__ import annotations

import attrs

from ._opt_out_lexicon import Tags

__all__ = ["STRANGE", "Said"]

# Words of these classes prove nothing about a message.
STRANGE: Tags = frozenset(["aux", "common"])
_REACH = 3  # words between a negation and what it negates


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
        places = self.places(*names)
        return any(
            -behind <= place - negation <= _REACH
            for negation in self._negations()
            for place in places
        )

    def _negations(self) -> list[int]:
        places = self.places("neg")
        # Behind an order "na" coaxes in Hindi and Urdu: "msg kar na".
        if places and places[-1] + 1 == len(self.tags) and "tail" in self.tags[-1]:
            places.pop()
        return places

    def forbids(self, *names: str) -> bool:
        """Tell whether it is an order not to do something: "don't text", not "I don't text"."""
        if not self.english:
            return self.negates(*names)
        orders = [place for place in self.places("forbid") if not self._is_of_somebody(place)]
        places = self.places(*names)
        return any(0 < place - order <= _REACH for place in places for order in orders)

    def _is_of_somebody(self, place: int) -> bool:
        if not place:
            return False
        return "self" in self.tags[place - 1] or self.is_told(place)

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
        if self.has("me", "msg", "promo"):
            return False
        return self.has("send") and self.has("nowant", "want")

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
        if self.has("me", "msg", "promo"):
            return True
        return self.only_thought and not self.strange

    @property
    def wished(self) -> bool:
        """Whether it is not a mere question."""
        return not self.asked or self.has("ask")
