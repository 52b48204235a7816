"""Choose the languages in which a message can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

import attrs

from ..facts import grammar
from ._opt_out_lexicon import lexicon

__all__ = ["fitting", "may_ask"]


_MEMORY = 20_000  # words whose languages are remembered
_SURE = 2  # words of a language in a message that holds others too: "red shirt" is not Turkish
# Words of these classes alone say nothing.
_TOOLS = frozenset(
    ["filler", "common", "me", "neg", "want", "ask", "keep", "textok", "callok", "list"]
)


@attrs.frozen(eq=False)
class _Heads:
    """Know which languages have a word, so that a message is read in few of them."""

    words: dict[str, frozenset[str]]
    stems: dict[str, frozenset[str]]
    joined: tuple[tuple[int, int, str], ...]
    longest: int
    met: dict[str, frozenset[str]] = attrs.field(factory=dict)

    def languages(self, words: Collection[str]) -> Counter[str]:
        """Return the languages that have one of the words, and how many of them each has."""
        known: Counter[str] = Counter()
        for word in words:
            known.update(self._having(word))
        return known

    def _having(self, word: str) -> frozenset[str]:
        languages = self.met.get(word)
        if languages is None:
            if len(self.met) >= _MEMORY:
                self.met.clear()
            languages = self.met[word] = frozenset(self._looked_up(word))
        return languages

    def _looked_up(self, word: str) -> Iterator[str]:
        yield from self.words.get(word, ())
        if self.stems:
            for size in range(2, min(len(word), self.longest) + 1):
                yield from self.stems.get(word[:size], ())
        if not word.isascii():
            yield from self._joined_in(word)

    def _joined_in(self, word: str) -> Iterator[str]:
        for first, last, language in self.joined:
            if any(first <= ord(letter) <= last for letter in word):
                yield language


@lru_cache(maxsize=512)
def _heads(languages: tuple[str, ...], tools: frozenset[str]) -> _Heads:
    """
    Return which of the languages have a word.

    Without words of the classes *tools* alone, and then without words that begin no phrase.
    """
    words: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    joined = []
    for language in languages:
        table = lexicon(language)
        if table.joined:
            letters = grammar(language).letters
            joined.append((ord(letters[0]), ord(letters[-1]), language))
            continue
        heads = [word for word, classes in table.words.items() if not classes <= tools]
        heads += [stem + "*" for stem, classes in table.stems.items() if not classes <= tools]
        inner = () if tools else table.inner
        for head in [*heads, *table.phrases, *inner]:
            place = stems if head.endswith("*") else words
            place.setdefault(head.rstrip("*"), set()).add(language)
    return _Heads(
        {word: frozenset(known) for word, known in words.items()},
        {stem: frozenset(known) for stem, known in stems.items()},
        tuple(joined),
        max(map(len, stems), default=0),
    )


def fitting(
    words: Collection[str],
    unknown: Collection[str],
    languages: tuple[str, ...],
    /,
    *,
    english: frozenset[str],
) -> list[str]:
    """
    Return the languages in which to read a message besides English.

    Args:
        words: Those of the message.

        unknown: Those that English does not know.

        languages: The languages to choose from.

        english: Ordinary words of English.
    """
    others = tuple(language for language in languages if language != "en")
    if not others or not unknown:
        return []
    heads = _heads(others, frozenset())
    known = heads.languages(unknown)
    if not known:
        return []
    telling = _heads(others, _TOOLS).languages(words)
    foreign = not "".join(unknown).isascii()
    plain = english.intersection(words)
    shared = heads.languages(plain)

    def is_possible(language: str) -> bool:
        if foreign or known[language] >= _SURE:
            return True
        # "Red shirt, sure" is English, whatever "red" is in Turkish; "nisem Janez" has a name.
        return known[language] >= max(1, len(unknown) - 1) and shared[language] == len(plain)

    return [language for language in others if language in telling and is_possible(language)]


# Most messages of people end here: no rule of English can hold for their words. One of the first
# kind is enough; of the second kind it takes a verb or object as well.
_ENOUGH = frozenset(
    [
        "alone",
        "end",
        "help",
        "no",
        "nosend",
        "nowant",
        "ord",
        "out",
        "remove",
        "start",
        "textinstead",
        "threat",
        "whois",
        "wrong",
        "wrongname",
    ]
)
_REFUSING = frozenset(["forbid", "less", "neg", "noname", "nomore", "only", "withdraw"])
_REFUSED = frozenset(["consent", "here", "list", "msg", "promo", "send", "service"])


@cache
def _hints() -> tuple[frozenset[str], frozenset[tuple[str, str]], frozenset[str], frozenset[str]]:
    """Return words that are enough, ends of phrases, words of refusing, words refused."""
    table = lexicon("en")
    # The end of a phrase is rarer than its beginning: "i am done".
    pairs = frozenset(
        (phrase[-2], phrase[-1])
        for phrases in table.pairs.values()
        for phrase, classes in phrases
        if classes & (_ENOUGH | _REFUSING)
    )
    return table.of(_ENOUGH), pairs, table.of(_REFUSING), table.of(_REFUSED)


def may_ask(words: Sequence[str], unknown: Collection[str], /) -> bool:
    """
    Tell whether a message can ask for anything in English, as far as its words alone say.

    Args:
        words: Those of the message, in their order.

        unknown: Those that English does not know.
    """
    enough, pairs, refusing, refused = _hints()
    said = frozenset(words)
    if not enough.isdisjoint(said) or not pairs.isdisjoint(pairwise(words)):
        return True
    if not refusing.isdisjoint(said) and not refused.isdisjoint(said):
        return True
    # A word that is misspelled is known, and not as it is.
    return not set(unknown).issuperset(lexicon("en").strange(said))
