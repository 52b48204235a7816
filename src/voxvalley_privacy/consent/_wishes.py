"""Read what a person wants from the words of a message: an act, its object, and whose messages."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum, unique
from functools import cached_property, lru_cache

import attrs

from ..facts import grammar
from ._opt_out_folding import Clause, clauses
from ._opt_out_lexicon import Lexicon, Tags, lexicon

__all__ = ["OptOutScope", "Wish", "WishKind", "read_wish"]


@unique
class WishKind(StrEnum):
    """What a sentence asks for."""

    OUT = "out"
    WRONG_NUMBER = "wrong_number"
    SCOPED = "scoped"
    IN = "in"
    HELP = "help"


@unique
class OptOutScope(StrEnum):
    """What a narrow opt-out ends."""

    MARKETING = "marketing"  # offers end, notices about orders and accounts go on
    VOICE = "voice"  # calls end, texts go on
    TEXT = "text"  # texts end, calls or e-mails go on
    EMAIL = "email"  # e-mails end, texts go on
    TIMES = "times"  # less often, not at some hours, not until a date
    PART = "part"  # one list or account of several


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


# How many words of the message may be unknown, by how much the rest of the sentence proves.
_NAMED = 8  # the act and its object are named: "please stop sending me these texts about ..."
_SAID = 4  # the act is named, the object is understood
_CLOSE = 2  # only words about the list of the sender may stand beside
_REACH = 3  # words between a negation and what it negates

_OBJECTS = frozenset(["msg", "promo"])
_ENDS = frozenset(["end", "ord"])
_STRANGE: tuple[Tags, ...] = (frozenset(), frozenset(["common"]))


@attrs.frozen(eq=False)
class _Said:
    """One thought, with the classes of its words."""

    tags: list[Tags]
    asked: bool
    english: bool
    only_thought: bool
    narrow: bool

    @cached_property
    def classes(self) -> frozenset[str]:
        """Every class in it."""
        return frozenset().union(*self.tags)

    @cached_property
    def strange(self) -> int:
        """How many words are not known."""
        return sum(tags in _STRANGE for tags in self.tags)

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
        negations = self.places("neg")
        behind = 0 if self.english else _REACH
        return any(-behind <= place - negation <= _REACH for place in self.places(*names) for negation in negations)

    @property
    def wished(self) -> bool:
        """Whether it is not a mere question."""
        return not self.asked or self.has("ask")


def _out(said: _Said) -> bool:
    return said.has("out") and not said.is_negated("out") and said.strange <= _NAMED and said.wished


def _no_sending(said: _Said) -> bool:
    return (said.has("nosend") or said.negates("send")) and said.strange <= _SAID and said.wished


def _end_of_messages(said: _Said) -> bool:
    ends = said.places(*_ENDS)
    objects = said.places("msg", "promo", "send")
    if not ends or not objects or said.is_negated(*_ENDS):
        return False
    # "Texting will stop" tells, "stop texting" asks; other languages put the verb last.
    ordered = not said.english or min(ends) < max(objects)
    return ordered and said.strange <= _SAID and said.wished


def _not_wanted(said: _Said) -> bool:
    if said.has("nowant"):
        return said.strange <= (_NAMED if said.has("msg", "promo", "send") else 0) and said.wished
    return said.negates("want") and said.has("msg", "promo", "send") and said.strange <= _SAID and said.wished


def _no_more(said: _Said) -> bool:
    return said.has("nomore") and said.has("msg", "promo", "send") and said.strange <= _CLOSE and said.wished


def _off_the_list(said: _Said) -> bool:
    if not said.has("remove", "ord") or said.is_negated("remove", "ord"):
        return False
    return said.has("me", "list") and said.strange <= _CLOSE and said.wished


def _no_consent(said: _Said) -> bool:
    return said.has("consent") and said.has("withdraw", "neg", "remove", "nogive") and said.strange <= _NAMED


def _bare(said: _Said) -> bool:
    if not said.has(*_ENDS) or said.strange or not said.wished or said.is_negated(*_ENDS):
        return False
    # "Stop" ends messages wherever it is said; "cancel" only if nothing else was.
    return said.has("end") or (said.only_thought and not said.narrow)


def _short(said: _Said) -> bool:
    return said.has("alone") and not said.strange and not said.asked and not said.narrow


_RULES: tuple[tuple[str, Callable[[_Said], bool]], ...] = (
    ("idiom", lambda said: said.has("no")),
    ("unsubscribe", _out),
    ("no-sending", _no_sending),
    ("end-of-messages", _end_of_messages),
    ("not-wanted", _not_wanted),
    ("no-more", _no_more),
    ("off-the-list", _off_the_list),
    ("no-consent", _no_consent),
    ("bare", _bare),
    ("short", _short),
)


def _act(said: _Said) -> str:
    """Return the rule by which a thought says no, or nothing."""
    if said.has("harm") and not said.has("no"):
        return ""
    return next((name for name, holds in _RULES if holds(said)), "")


def _wrong_number(said: _Said, *, named: bool) -> bool:
    if said.has("harm"):
        return False
    if said.has("wrong"):
        return said.strange <= _NAMED
    if not said.has("wrongname", "whois") or (said.asked and not said.has("whois")):
        return False
    names = sum(not tags for tags in said.tags)
    return named and 1 <= names <= _CLOSE and not said.has("common", "msg", "promo")


def _scope(act: _Said | None, everything: frozenset[str]) -> OptOutScope | None:
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


def _narrowed(said: list[_Said]) -> OptOutScope | None:
    """Return what a message ends that says only what may go on, or how often."""
    for thought in said:
        if thought.has("harm") or thought.asked and not thought.has("ask"):
            continue
        if thought.has("less") and thought.has("msg", "promo", "send") and thought.strange <= _SAID:
            return OptOutScope.TIMES
        if thought.has("only") and thought.has("service", "list") and thought.strange <= _CLOSE:
            return OptOutScope.MARKETING
        if thought.has("textinstead") and thought.strange <= _CLOSE:
            return OptOutScope.VOICE
    return None


@attrs.frozen(eq=False)
class _Reader:
    """Read the thoughts of a message in one language."""

    lexicon: Lexicon
    said: list[_Said]
    named: bool
    prompted: bool

    def wish(self) -> Wish | None:
        """Return what is wanted; of a yes and a no, the no."""
        everything = frozenset().union(*[thought.classes for thought in self.said])
        acts = [(rule, thought) for thought in self.said for rule in [_act(thought)] if rule]
        if "undo" in everything and "start" in everything and not self._refused():
            return self._found(WishKind.IN, "undone")
        if acts:
            scopes = [_scope(thought, everything) for _, thought in acts]
            whole = None in scopes
            kind = WishKind.OUT if whole else WishKind.SCOPED
            return self._found(kind, acts[0][0], None if whole else scopes[0])
        if any(_wrong_number(thought, named=self.named) for thought in self.said):
            return self._found(WishKind.WRONG_NUMBER, "wrong-number")
        narrowed = _narrowed(self.said)
        if narrowed is not None:
            return self._found(WishKind.SCOPED, "narrowed", narrowed)
        return self._friendly()

    def _refused(self) -> bool:
        return any(thought.negates("start", "msg", "send") or thought.has("nowant", "nosend", "no") for thought in self.said)

    def _friendly(self) -> Wish | None:
        strange = sum(thought.strange for thought in self.said)
        plain = not any(thought.has("neg", "nomore", "harm", "nowant") or thought.has(*_ENDS) for thought in self.said)
        if not plain:
            return None
        if strange == 0 and any(thought.has("start") and not thought.asked for thought in self.said):
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

        narrow: Whether it answers something else, such as a menu: then "cancel" alone is about that.

    Returns:
        The strictest reading, or None.
    """
    thoughts = clauses(text)
    if not thoughts:
        return None
    named = _may_name(text)
    wishes = []
    for language in _fitting(thoughts, languages):
        words = lexicon(language)
        said = _tagged(words, thoughts, narrow=narrow)
        wish = _Reader(words, said, named, prompted).wish()
        if wish is not None:
            wishes.append(wish)
    return min(wishes, key=lambda wish: _RANKED.index(wish.kind), default=None)


def _may_name(text: str) -> bool:
    # Names have capitals, where there are any and people type them.
    rest = text.partition(" ")[2]
    return text.islower() or text.isupper() or any(map(str.isupper, rest)) or not text.isascii()


def _tagged(words: Lexicon, thoughts: tuple[Clause, ...], *, narrow: bool) -> list[_Said]:
    tagged = [words.tags(thought.words) for thought in thoughts]
    strange = [sum(tags in _STRANGE for tags in tags_of_thought) for tags_of_thought in tagged]
    everything = sum(strange)
    return [
        _Said(
            tags_of_thought,
            thought.asked,
            words.language == "en",
            everything == strange[n],
            narrow,
        )
        for n, (thought, tags_of_thought) in enumerate(zip(thoughts, tagged, strict=True))
    ]


# Which languages a text can be in ---------------------------------------------------------------------------------------


# Words of these classes alone say nothing.
_TOOLS = frozenset(["filler", "common", "me", "neg", "want", "ask", "keep", "textok", "callok", "list"])


@attrs.frozen(eq=False)
class _Heads:
    """Know which languages have a word, so that a message is read in few of them."""

    words: dict[str, frozenset[str]]
    stems: dict[str, frozenset[str]]
    joined: tuple[tuple[int, int, str], ...]
    longest: int

    def languages(self, thoughts: tuple[Clause, ...]) -> set[str]:
        """Return the languages that have a telling word of the message."""
        telling: set[str] = set()
        for thought in thoughts:
            for word in thought.words:
                telling.update(self.words.get(word, ()))
                if self.stems:
                    for size in range(2, min(len(word), self.longest) + 1):
                        telling.update(self.stems.get(word[:size], ()))
                if not word.isascii():
                    code = ord(max(word))
                    telling.update(language for first, last, language in self.joined if first <= code <= last)
        return telling


@lru_cache(maxsize=512)
def _heads(languages: tuple[str, ...]) -> _Heads:
    words: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    joined = []
    for language in languages:
        table = lexicon(language)
        if table.joined:
            first, last = grammar(language).letters
            joined.append((ord(first), ord(last), language))
            continue
        telling = [word for word, classes in table.words.items() if not classes <= _TOOLS]
        stemmed = [stem for stem, classes in table.stems.items() if not classes <= _TOOLS]
        for head in [*telling, *[head for head in table.phrases if not head.endswith("*")]]:
            words.setdefault(head, set()).add(language)
        for head in [*stemmed, *[head[:-1] for head in table.phrases if head.endswith("*")]]:
            stems.setdefault(head, set()).add(language)
    return _Heads(
        {word: frozenset(known) for word, known in words.items()},
        {stem: frozenset(known) for stem, known in stems.items()},
        tuple(joined),
        max(map(len, stems), default=0),
    )


def _fitting(thoughts: tuple[Clause, ...], languages: tuple[str, ...]) -> list[str]:
    others = tuple(language for language in languages if language != "en")
    telling = _heads(others).languages(thoughts) if others else set()
    # English is read always: misspelled words have no telling beginning.
    return ["en", *[language for language in others if language in telling]]
