"""Read what a person wants from the words of a message: an act, its object, and whose messages."""

from __future__ import annotations

import re
from enum import StrEnum, unique
from functools import cached_property

import attrs

from ._opt_out_folding import Clause, clauses, folded_words
from ._opt_out_languages import fitting, may_ask
from ._opt_out_lexicon import Lexicon, lexicon
from ._opt_out_rules import LETTER, act_of, is_beside_the_point
from ._opt_out_scopes import OptOutScope, is_wrong_number, narrowed, scope_of_act
from ._opt_out_thoughts import STRANGE, Said

__all__ = ["OptOutScope", "Wish", "WishKind", "read_wish"]


_OF_THE_WRITER = frozenset(["i", "id", "ill", "im", "ive"])
# The first word of a sentence has a capital whatever it is.
_FIRST = re.compile(r"(?:^|[.!?…:\n])[\W_]{0,8}+\w++")


@unique
class WishKind(StrEnum):
    """The wish that a sentence expresses."""

    OUT = "out"
    WRONG_NUMBER = "wrong_number"
    SCOPED = "scoped"
    IN = "in"
    HELP = "help"


@attrs.frozen
class Wish:
    """
    Say what a message asks for.

    Args:
        kind: What.

        rule: The name of the rule that read it.

        language: In which language.

        scope: For a scoped opt-out: what ends.
    """

    kind: WishKind
    rule: str
    language: str
    scope: OptOutScope | None = None


@attrs.frozen(eq=False)
class _Reader:
    """Read the thoughts of a message in one language."""

    lexicon: Lexicon
    said: list[Said]
    prompted: bool

    def wish(self) -> Wish | None:
        """Return what is wanted; of a yes and a no, the no."""
        everything = frozenset().union(*[thought.classes for thought in self.said])
        acts = self._acts(everything)
        if "undo" in everything and "start" in everything and not self._refused():
            return self._found(WishKind.IN, "undone")
        if acts:
            scopes = [scope_of_act(thought, everything) for _, thought in acts]
            whole = None in scopes
            kind = WishKind.OUT if whole else WishKind.SCOPED
            return self._found(kind, acts[0][0], None if whole else scopes[0])
        # Who never knew the sender has nothing else to tell.
        if self._strange <= LETTER and any(map(is_wrong_number, self.said)):
            return self._found(WishKind.WRONG_NUMBER, "wrong-number")
        narrow = narrowed(self.said)
        if narrow is not None and self._strange <= LETTER:
            return self._found(WishKind.SCOPED, "narrowed", narrow)
        return self._friendly()

    @cached_property
    def _strange(self) -> int:
        return sum(thought.strange for thought in self.said)

    def _acts(self, everything: frozenset[str]) -> list[tuple[str, Said]]:
        acts = [(act_of(thought), thought) for thought in self.said]
        return [
            (rule, thought)
            for rule, thought in acts
            if rule
            and not is_beside_the_point(rule, thought, self._strange)
            # "No message, no reply, what happened": none came, and one is wanted.
            and not (rule == "no-sending" and "miss" in everything)
        ]

    def _refused(self) -> bool:
        return any(
            thought.negates("start", "msg", "send") or thought.has("nowant", "nosend", "no")
            for thought in self.said
        )

    def _friendly(self) -> Wish | None:
        strange = self._strange
        plain = not any(
            thought.has("neg", "nomore", "harm", "nowant") or thought.has("end", "ord")
            for thought in self.said
        )
        if not plain:
            return None
        if strange == 0 and any(
            thought.has("start") and not thought.asked for thought in self.said
        ):
            return self._found(WishKind.IN, "start")
        if strange == 0 and self.prompted and any(thought.has("yes") for thought in self.said):
            return self._found(WishKind.IN, "yes")
        if strange <= 1 and any(thought.has("help") for thought in self.said):
            return self._found(WishKind.HELP, "help")
        return None

    def _found(self, kind: WishKind, rule: str, scope: OptOutScope | None = None) -> Wish:
        return Wish(kind, rule, self.lexicon.language, scope)


_RANKED = tuple(WishKind)


def read_wish(
    text: str, languages: tuple[str, ...], /, *, prompted: bool = False, narrow: bool = False
) -> Wish | None:
    """
    Read what a message asks for, in the languages in which it can be read.

    Args:
        text: The message.

        languages: In which languages to read.

        prompted: Whether it answers a question about messages.

        narrow: Whether it answers something else: then "cancel" alone is about that.

    Returns:
        The strictest reading, or None.
    """
    thoughts = clauses(text)
    if not thoughts:
        return None
    words_of_all = [word for thought in thoughts for word in thought.words]
    unknown = lexicon("en").unknown(words_of_all)
    others = fitting(words_of_all, unknown, languages, english=lexicon("en").ordinary)
    if not (others or prompted or may_ask(words_of_all, unknown)):
        return None
    names = _capitals(text)
    english = _tagged(lexicon("en"), thoughts, names, narrow=narrow)
    readers = [_Reader(lexicon("en"), english, prompted)]
    for language in others:
        words = lexicon(language)
        foreign = _tagged(words, thoughts, names, narrow=narrow)
        # A thought that English knows as well is English: "stop at six" is not Turkish.
        said = [min(pair, key=_strangeness) for pair in zip(english, foreign, strict=True)]
        if said != english:
            readers.append(_Reader(words, said, prompted))
    wishes = [wish for reader in readers for wish in [reader.wish()] if wish is not None]
    return min(wishes, key=lambda wish: _RANKED.index(wish.kind), default=None)


def _strangeness(said: Said) -> int:
    return said.strange


def _capitals(text: str) -> frozenset[str] | None:
    """Return the words that may be names: with a capital inside a sentence; None for any word."""
    cased = any(map(str.isupper, text)) and not text.isupper()
    if not cased:
        return None if not text.isascii() else frozenset()
    inner = _FIRST.sub(" ", text).split()
    capital = {folded_words(word).strip(" .?") for word in inner if word[:1].isupper()}
    return frozenset(capital - _OF_THE_WRITER)  # "I'm not through" names nobody


def _tagged(
    words: Lexicon, thoughts: tuple[Clause, ...], names: frozenset[str] | None, *, narrow: bool
) -> list[Said]:
    tagged = [words.tags(thought.words) for thought in thoughts]
    strange = [sum(tags <= STRANGE for tags in tags_of_thought) for tags_of_thought in tagged]
    classes = [frozenset[str]().union(*tags_of_thought) for tags_of_thought in tagged]
    harmless = ["harm" in classes_of_thought for classes_of_thought in classes]
    everything, about_others = sum(strange), sum(harmless)
    return [
        Said(
            tags=tagged[n],
            classes=classes[n],
            strange=strange[n],
            asked=thought.asked,
            english=words.language == "en",
            only_thought=everything == strange[n] and about_others == harmless[n],
            beside_harm=about_others > harmless[n],
            narrow=narrow,
            named=names is None or not names.isdisjoint(thought.words),
        )
        for n, thought in enumerate(thoughts)
    ]
