"""Read what a person wants from the words of a message: an act, its object, and whose messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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


_NOTHING_CAME = frozenset(["no-sending", "no-more"])
_UNDONE = frozenset(["undo", "start"])
_UNFRIENDLY = frozenset(["neg", "nomore", "harm", "nowant", "end", "ord"])
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
        if self._everything >= _UNDONE and not self._refused():
            return self._found(WishKind.IN, "undone")
        acts = list(self._acts())
        if acts:
            return self._ended(acts)
        if self._strange > LETTER:
            return self._friendly()
        # Who never knew the sender has nothing else to tell.
        if any(map(is_wrong_number, self.said)):
            return self._found(WishKind.WRONG_NUMBER, "wrong-number")
        narrow = narrowed(self.said)
        if narrow is not None:
            return self._found(WishKind.SCOPED, "narrowed", narrow)
        return self._friendly()

    def _ended(self, acts: list[tuple[str, Said]]) -> Wish:
        rule = acts[0][0]
        scopes = [scope_of_act(thought, self._everything) for _, thought in acts]
        if None in scopes:
            return self._found(WishKind.OUT, rule)
        return self._found(WishKind.SCOPED, rule, scopes[0])

    @cached_property
    def _everything(self) -> frozenset[str]:
        return frozenset().union(*[thought.classes for thought in self.said])

    @cached_property
    def _strange(self) -> int:
        return sum(thought.strange for thought in self.said)

    def _acts(self) -> Iterator[tuple[str, Said]]:
        missed = "miss" in self._everything
        for thought in self.said:
            rule = act_of(thought)
            if not rule or is_beside_the_point(rule, thought, self._strange):
                continue
            # "No message, no reply, what happened": none came, and one is wanted.
            if rule in _NOTHING_CAME and missed:
                continue
            yield rule, thought

    def _refused(self) -> bool:
        return any(
            thought.negates("start", "msg", "send") or thought.has("nowant", "nosend", "no")
            for thought in self.said
        )

    def _friendly(self) -> Wish | None:
        if self._strange > 1 or not self._everything.isdisjoint(_UNFRIENDLY):
            return None
        agreed = "" if self._strange else self._agreed()
        if agreed:
            return self._found(WishKind.IN, agreed)
        if "help" in self._everything:
            return self._found(WishKind.HELP, "help")
        return None

    def _agreed(self) -> str:
        if any(map(_starts, self.said)):
            return "start"
        return "yes" if self.prompted and "yes" in self._everything else ""

    def _found(self, kind: WishKind, rule: str, scope: OptOutScope | None = None) -> Wish:
        return Wish(kind, rule, self.lexicon.language, scope)


def _starts(said: Said) -> bool:
    return said.has("start") and not said.asked


_RANKED = tuple(WishKind)


def _strictest(wishes: Iterable[Wish | None]) -> Wish | None:
    found = [wish for wish in wishes if wish is not None]
    return min(found, key=lambda wish: _RANKED.index(wish.kind), default=None)


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
        pairs = zip(thoughts, english, foreign, strict=True)
        said = [_closer(thought, *read, joined=words.joined) for thought, *read in pairs]
        if said != english:
            readers.append(_Reader(words, said, prompted))
    return _strictest(reader.wish() for reader in readers)


def _closer(thought: Clause, english: Said, foreign: Said, *, joined: bool) -> Said:
    """Return the reading of a thought that knows more of it."""
    # To English a whole sentence without spaces is one strange word.
    if joined and foreign.classes and not "".join(thought.words).isascii():
        return foreign
    # A thought that English knows as well is English: "stop at six" is not Turkish.
    return foreign if foreign.strange < english.strange else english


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
            named=_may_name(thought, classes[n], names, joined=words.joined),
        )
        for n, thought in enumerate(thoughts)
    ]


def _may_name(
    thought: Clause, classes: frozenset[str], names: frozenset[str] | None, *, joined: bool
) -> bool:
    """Tell whether a thought may have somebody's name in it."""
    if joined:
        # No capitals and no spaces: what is not a word is a name only beside a title.
        return "title" in classes
    return names is None or not names.isdisjoint(thought.words)
