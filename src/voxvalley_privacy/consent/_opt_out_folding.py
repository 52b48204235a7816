"""Fold a message to plain words: one spelling for accents, widths, look-alikes and punctuation."""

from __future__ import annotations

import re
import unicodedata

import attrs

__all__ = ["Clause", "clauses", "folded_words", "unleeted"]

_LONGEST = 1600  # ten joined messages
_MOST_WORDS = 300
_MOST_LETTERS = 20_000  # letters whose folding is remembered

# Marks that end a thought, in every script; question marks are apart: a question is not a wish.
_BREAKS = frozenset('.!,;:…\n\r|()[]{}"“”„«»¡—–。！，、；：।॥،؛။၊።፣՝։「」『』')
_ASKS = frozenset("?？؟;՞")
_APOSTROPHES = frozenset("'’‘‚‛ʼ´`")
# Signs that say stop by themselves.
_STOP_SIGNS = frozenset("🛑🚫⛔")
# Letters that are typed one for the other and that no normalization joins.
_SAME_LETTERS = {
    "đ": "d", "ð": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ə": "e",
    "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ہ": "ه", "ۀ": "ه", "ة": "ه", "ھ": "ه", "ں": "ن",
    "ё": "е", "ґ": "г", "ς": "σ", "ـ": "",
}  # fmt: skip
_LEET = str.maketrans("013457@$", "oieastas")
# English contractions are one word (don't); elided articles are two (l'arrêt).
_CONTRACTED = re.compile(r"'(?=(?:t|s|m|d|re|ve|ll)\b)")
_MARKS = frozenset([".", "?"])
_QUOTES = ('"', "\n", "wrote:")
_QUOTED = re.compile(r'["“„«][^"“”„«»]{4,}["”»]')
_HISTORY = re.compile(r"\n[ \t]*(?:>|-{3,}|_{3,})|\bwrote:")


class _Letters(dict[int, str]):
    """Map code points to their folded spelling; filled as letters are met."""

    def __missing__(self, code: int) -> str:
        spelling = _spelling(chr(code))
        if len(self) < _MOST_LETTERS:
            self[code] = spelling
        return spelling


def _spelling(letter: str) -> str:
    for signs, spelling in _SIGNS:
        if letter in signs:
            return spelling
    kind = unicodedata.category(letter)
    if kind in {"Cf", "Me"} or "\ufe00" <= letter <= "\ufe0f":
        return ""
    if kind[0] in "PSZC":
        return letter if letter in "@$" else " "
    return _plain_letters(letter)


def _plain_letters(letter: str) -> str:
    compatible = unicodedata.normalize("NFKC", letter).casefold()
    parts = unicodedata.normalize("NFKD", compatible)
    return "".join(
        _SAME_LETTERS.get(part, part) for part in parts if not unicodedata.combining(part)
    )


_SIGNS = (
    (_BREAKS, " . "),
    (_ASKS, " ? "),
    (_APOSTROPHES, "'"),
    (_STOP_SIGNS, " stopsign "),
    (frozenset("-‐‑‒―−"), "-"),
)
_LETTERS = _Letters()


@attrs.frozen
class Clause:
    """
    Hold the words between two marks.

    Args:
        words: Folded.

        asked: Whether a question mark ends it.
    """

    words: tuple[str, ...]
    asked: bool = False


def folded_words(text: str, /) -> str:
    """Return *text* as folded words with a space between, marks of thoughts among them."""
    joined = text.translate(_LETTERS)
    if "-" in joined:
        joined = joined.replace(" - ", " . ").replace("-", " ")
    if "'" in joined:
        joined = _CONTRACTED.sub("", joined).replace("'", " ")
    return joined


def unleeted(word: str, /) -> str:
    """Return a word with digits and signs read as the letters they are drawn like."""
    return word.translate(_LEET)


def clauses(text: str, /) -> tuple[Clause, ...]:
    """Return the thoughts of a message, without what it quotes."""
    own = text[:_LONGEST]
    if _may_quote(own):
        own = _without_quotes(own)
    thoughts: list[Clause] = []
    words: list[str] = []
    for word in folded_words(own).split()[:_MOST_WORDS]:
        if word not in _MARKS:
            words.append(word)
        elif words:
            thoughts.append(Clause(tuple(words), asked=word == "?"))
            words = []
        elif word == "?" and thoughts:
            thoughts[-1] = attrs.evolve(thoughts[-1], asked=True)
    if words:
        thoughts.append(Clause(tuple(words)))
    return tuple(thoughts)


def _may_quote(text: str) -> bool:
    if not text.isascii():
        return True
    return any(sign in text for sign in _QUOTES)


def _without_quotes(text: str) -> str:
    # The history below an answer, and what stands in quotation marks, are the words of others.
    history = _HISTORY.search(text)
    kept = text[: history.start()] if history and text[: history.start()].strip() else text
    own = _QUOTED.sub(" . ", kept)
    return own if own.strip(" .!?,") else text
