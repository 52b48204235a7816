"""Find the words of a grammar in a folded text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache

import attrs

from ..facts import Grammar, grammar
from ._opt_out_folding import folded_words, unleeted

__all__ = ["Lexicon", "Tags", "lexicon"]

Tags = frozenset[str]
_Phrase = tuple[tuple[str, ...], Tags]

_SHORTEST_STEM = 2
_SHORTEST_ORDINARY = 3  # shorter words are words of many languages
_MEMORY = 20_000  # words that are remembered
_FORGIVING = 5  # letters; a shorter word that is misspelled is another word
_NOTHING: Tags = frozenset()
_IDLE: Tags = frozenset(["common", "filler"])
_HELD_DOWN = re.compile(r"(.)\1")
# Misspellings count for words that say what is to end, and what.
_FORGIVEN = frozenset(["end", "out", "wrong_word", "msg", "send"])


@attrs.frozen(eq=False)
class Lexicon:
    """
    Know the words of one language.

    Args:
        language: As "fr".

        joined: Whether words have no space between.

        words: Classes by whole word.

        stems: Classes by beginning of a word.

        phrases: Classes by phrase, under its first word.

        near: Words by themselves with a letter less.

        longest: How many letters the longest entry has.

        shapes: The first letters and lengths that a misspelled word can have.

        inner: Words inside phrases.

        stemmed: Whether there are stems.

        pairs: Phrases without stems, under their first two words.

        ordinary: Words by which the language shows that say nothing.

        met: Classes of words that were looked up, stems and misspellings among them.

        begun: Phrases by first word that were looked up.
    """

    language: str
    joined: bool
    words: dict[str, Tags]
    stems: dict[str, Tags]
    phrases: dict[str, list[_Phrase]]
    near: dict[str, str]
    longest: int
    shapes: frozenset[tuple[str, int]]
    inner: frozenset[str]
    stemmed: bool
    pairs: dict[tuple[str, str], list[_Phrase]]
    ordinary: frozenset[str]
    met: dict[str, Tags] = attrs.field(factory=dict)
    begun: dict[str, tuple[_Phrase, ...]] = attrs.field(factory=dict)

    def tags(self, words: tuple[str, ...], /) -> list[Tags]:
        """Return the classes of each word, empty for an unknown word; of a phrase, once."""
        if self.joined:
            return list(self._scanned("".join(_spaced_latin(words))))
        tagged = []
        position = 0
        while position < len(words):
            size, classes = self._phrase(words, position)
            if not size:
                size, classes = 1, self._word(words[position])
            tagged.append(classes)
            position += size
        return tagged

    def _phrase(self, words: tuple[str, ...], position: int) -> tuple[int, Tags]:
        for phrase, classes in self._phrases_at(words, position):
            size = len(phrase)
            # "Please stop by" is "stop by", whatever "please stop" says.
            for start in range(position + 1, position + size):
                for later, meaning in self._phrases_at(words, start):
                    if "harm" in meaning and start + len(later) > position + size:
                        return start + len(later) - position, meaning
            return size, classes
        return 0, _NOTHING

    def _phrases_at(self, words: tuple[str, ...], position: int) -> Iterator[_Phrase]:
        if position + 1 == len(words):
            return
        phrases = self.pairs.get((words[position], words[position + 1]), ())
        for phrase, classes in phrases or self._beginning_with(words[position]):
            end = position + len(phrase)
            if end <= len(words) and all(map(_fits, phrase[1:], words[position + 1 : end])):
                yield phrase, classes

    def _beginning_with(self, word: str) -> tuple[_Phrase, ...]:
        if not self.stemmed:
            return ()
        phrases = self.begun.get(word)
        if phrases is None:
            if len(self.begun) >= _MEMORY:
                self.begun.clear()
            phrases = self.begun[word] = tuple(self._looked_up(word))
        return phrases

    def _looked_up(self, word: str) -> Iterator[_Phrase]:
        yield from self.phrases.get(word, ())
        for size in range(min(len(word), self.longest), _SHORTEST_STEM - 1, -1):
            yield from self.phrases.get(word[:size] + "*", ())

    def _word(self, word: str) -> Tags:
        known = self.words.get(word)
        if known is None:
            known = self.met.get(word)
        if known is None:
            if len(self.met) >= _MEMORY:
                self.met.clear()
            stem = self._stem(word) if self.stemmed else None
            known = self.met[word] = self._misspelled(word) if stem is None else stem
        return known

    def _stem(self, word: str) -> Tags | None:
        for size in range(min(len(word), self.longest), _SHORTEST_STEM - 1, -1):
            known = self.stems.get(word[:size])
            if known is not None:
                return known
        return None

    def unknown(self, words: Collection[str], /) -> frozenset[str]:
        """Return the words that this language does not know, even misspelled."""
        return frozenset([word for word in self.strange(words) if not self._word(word)])

    def strange(self, words: Collection[str], /) -> list[str]:
        """Return the words, each once, that are not as they are in this language."""
        known, inner = self.words, self.inner
        return [word for word in set(words) if word not in known and word not in inner]

    def of(self, classes: Tags, /) -> frozenset[str]:
        """Return the words of some classes."""
        return frozenset(word for word, own in self.words.items() if own & classes)

    def _misspelled(self, word: str) -> Tags:
        letters = _letters_of(word)
        if letters != word:
            return self._word(letters) if letters.isalpha() else _NOTHING
        if _HELD_DOWN.search(word):
            return self.words.get(_once(word), _NOTHING)
        if (word[0], len(word)) not in self.shapes:
            return _NOTHING
        for spelling in _shortened(word):
            meant = self.near.get(spelling)
            if meant is not None and abs(len(meant) - len(word)) <= 1:
                return self.words[meant]
        return _NOTHING

    def _scanned(self, text: str) -> Iterator[Tags]:
        position = 0
        strange = 0
        while position < len(text):
            size, classes = self._longest_at(text, position)
            position += size or 1
            if size:
                strange = 0
                yield classes
            elif not text[position - 1].isspace():
                strange += 1
                if strange % 2:  # about two letters make a word
                    yield _NOTHING

    def _longest_at(self, text: str, position: int) -> tuple[int, Tags]:
        for size in range(min(self.longest, len(text) - position), 0, -1):
            classes = self.words.get(text[position : position + size])
            if classes is not None:
                return size, classes
        return 0, _NOTHING


def _spaced_latin(words: tuple[str, ...]) -> Iterator[str]:
    for word in words:
        yield f" {word} " if word.isascii() else word


def _fits(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def _letters_of(word: str) -> str:
    """Return a word of letters and digits as the letters it is drawn like."""
    if word.isalpha() or word.isdigit():
        return word
    return unleeted(word)


def _shortened(word: str) -> Iterator[str]:
    """Return a word, and it with one letter less but for the first."""
    yield word
    for n in range(1, len(word)):
        yield word[:n] + word[n + 1 :]


def _once(word: str) -> str:
    """Return a word without the letters that were held down: "stoppp" is "stop"."""
    kept = [letter for n, letter in enumerate(word) if word[n : n + 1] != word[n - 1 : n]]
    return "".join(kept)


@cache
def lexicon(language: str, /) -> Lexicon:
    """Return the words of a language, read once."""
    return _built(grammar(language))


def _built(table: Grammar) -> Lexicon:
    joined = table.script == "joined"
    words: dict[str, Tags] = {}
    stems: dict[str, Tags] = {}
    phrases: dict[str, dict[tuple[str, ...], Tags]] = {}
    for name, spellings in table.words.items():
        for spelling in spellings:
            folded = _folded_entry(spelling, joined=joined)
            parts = tuple(folded.split())
            if joined:
                words[folded] = words.get(folded, _NOTHING) | {name}
            elif len(parts) > 1:
                under = phrases.setdefault(parts[0], {})
                under[parts] = under.get(parts, _NOTHING) | {name}
            elif folded.endswith("*"):
                stems[folded[:-1]] = stems.get(folded[:-1], _NOTHING) | {name}
            else:
                words[folded] = words.get(folded, _NOTHING) | {name}
    # The sign is the same in every language.
    words.setdefault("stopsign", frozenset(["end"]))
    ordered = {
        head: sorted(under.items(), key=lambda pair: -len(pair[0]))
        for head, under in phrases.items()
    }
    near = _near(words)
    return Lexicon(
        language=table.language,
        joined=joined,
        words=words,
        stems=stems,
        phrases=ordered,
        near=near,
        longest=max(map(len, [*words, *stems, *phrases]), default=0),
        shapes=frozenset(
            (word[0], len(word) + more) for word in near.values() for more in (-1, 0, 1)
        ),
        inner=frozenset(word for under in phrases.values() for parts in under for word in parts),
        stemmed=bool(stems) or any(map(_is_stemmed, ordered.values())),
        pairs=_pairs(ordered) if not stems else {},
        ordinary=frozenset(
            word
            for word, classes in words.items()
            if len(word) >= _SHORTEST_ORDINARY and classes <= _IDLE
        ),
    )


def _folded_entry(spelling: str, *, joined: bool) -> str:
    stem = spelling.replace("*", "\0")
    folded = "".join("*" if part == "\0" else folded_words(part) for part in _cut(stem))
    return folded.strip() if not joined else folded.replace(" ", "").replace("*", "")


def _cut(text: str) -> Iterator[str]:
    first, *rest = text.split("\0")
    yield first
    for part in rest:
        yield "\0"
        yield part


def _is_stemmed(phrases: list[tuple[tuple[str, ...], Tags]]) -> bool:
    return any(word.endswith("*") for parts, _ in phrases for word in parts)


def _pairs(
    phrases: dict[str, list[tuple[tuple[str, ...], Tags]]],
) -> dict[tuple[str, str], list[tuple[tuple[str, ...], Tags]]]:
    pairs: dict[tuple[str, str], list[tuple[tuple[str, ...], Tags]]] = {}
    if any(map(_is_stemmed, phrases.values())):
        return pairs
    for under in phrases.values():
        for parts, classes in under:
            pairs.setdefault((parts[0], parts[1]), []).append((parts, classes))
    return pairs


def _near(words: dict[str, Tags]) -> dict[str, str]:
    near: dict[str, str] = {}
    for word, classes in words.items():
        if len(word) >= _FORGIVING + 1 and classes & _FORGIVEN:
            for spelling in (word[:n] + word[n + 1 :] for n in range(1, len(word))):
                near.setdefault(spelling, word)
    return near
