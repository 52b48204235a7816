"""Choose the languages in which a message can be read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import attrs

from ..facts import grammar
from ._opt_out_folding import Clause
from ._opt_out_lexicon import lexicon

__all__ = ["fitting"]



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
                    telling.update(self._joined_in(word))
        return telling


    def _joined_in(self, word: str) -> Iterator[str]:
        for first, last, language in self.joined:
            if any(first <= ord(letter) <= last for letter in word):
                yield language


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


def fitting(thoughts: tuple[Clause, ...], languages: tuple[str, ...]) -> list[str]:
    others = tuple(language for language in languages if language != "en")
    telling = _heads(others).languages(thoughts) if others else set()
    # English is read always: misspelled words have no telling beginning.
    return ["en", *[language for language in others if language in telling]]
