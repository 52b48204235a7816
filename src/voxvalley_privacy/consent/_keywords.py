"""Does this message opt out, opt in or ask for help?"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from enum import StrEnum, unique
from functools import cached_property, lru_cache

import attrs

from ..facts import Facts, Keyword, load

__all__ = ["KeywordKind", "KeywordMatch", "classify_keyword", "keyword_classifier"]


@unique
class KeywordKind(StrEnum):
    """What a message means."""

    OPT_OUT = "opt_out"
    OPT_OUT_LIKELY = "opt_out_likely"  # suppress at once, and ask a human
    OPT_IN = "opt_in"
    HELP = "help"
    NONE = "none"


@attrs.frozen(kw_only=True)
class KeywordMatch:
    """
    Say what was found.

    Args:
        kind: What the message means.

        token: The word that says so; empty for none.

        language: The language of that word.

        needs_prompt: Whether it counts only as the answer to a question that was asked.
    """

    kind: KeywordKind
    token: str = ""
    language: str = ""
    needs_prompt: bool = False


_LONGEST = 1600  # ten joined messages
_TALKATIVE = 30  # words; who writes more than that tells a story
_SPELLED = 4  # letters; the shortest word that counts when it is spelled out
_NONE = KeywordMatch(kind=KeywordKind.NONE)
_DASHES_AND_QUOTES = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("‘’‚‛ʼ´`", "'"), **dict.fromkeys("“”„‟", '"')}
)
# Letters of other scripts, and a digit, that are drawn like Latin ones.
_LOOKALIKES = str.maketrans("аеорсухіѕтпԛьνοτρυι0", "aeopcyxistnqbvotpuio")
# Ordinary words: alone they opt out, in a sentence only at its edge.
_ORDINARY = frozenset(
    [
        "end",
        "quit",
        "cancel",
        "remove",
        "td",
        "halt",
        "revoke",
        "alto",
        "baja",
        "dur",
        "pare",
        "parar",
        "sair",
        "ferma",
        "cancelar",
        "remover",
    ]
)
_NEGATIONS = frozenset(
    [
        "don't",
        "dont",
        "not",
        "never",
        "can't",
        "cant",
        "won't",
        "wont",
        "non",
        "no",
        "bus",
        "pit",
        "full",
        "next",
    ]
)
_PHRASES = (
    "remove me", "take me off", "leave me alone", "do not text", "don't text", "dont text", "do not contact", "don't contact",
    "do not call", "don't call", "no more texts", "no more messages", "no more sms", "don't message", "do not message",
    "stop texting", "stop messaging", "stop sending", "lose my number", "delete my number",
    "no me envies", "no quiero", "ne m'envoyez plus", "ne plus recevoir", "keine sms", "keine nachrichten", "nicht mehr",
)  # fmt: skip


def _visible(character: str) -> bool:
    # Format and control characters, variation selectors, emoji and lone surrogates do not count.
    return unicodedata.category(character) not in {"Cf", "Cc", "Cs", "Co", "Cn", "So", "Sk", "Me"}


def _normalized(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold().translate(_DASHES_AND_QUOTES)
    spaced = "".join([" " if c.isspace() else c for c in folded if c.isspace() or _visible(c)])
    kept = "".join(c for c in spaced if not "\ufe00" <= c <= "\ufe0f")
    return " ".join(_stripped(kept).split())


def _stripped(text: str) -> str:
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum() and not unicodedata.combining(text[end - 1]):
        end -= 1
    return text[start:end]


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _words(text: str) -> list[str]:
    return "".join([c if c.isalnum() or c == "'" else " " for c in text]).split()


def _is_near(word: str, token: str) -> bool:
    """Tell whether *word* is *token* with a letter doubled, dropped, added or two swapped."""
    if abs(len(word) - len(token)) > 1 or len(token) < 4 or word[0] != token[0]:
        return False
    if len(word) == len(token):
        odd = [i for i in range(len(word)) if word[i] != token[i]]
        swapped = (
            len(odd) == 2
            and odd[1] == odd[0] + 1
            and word[odd[0]] == token[odd[1]]
            and word[odd[1]] == token[odd[0]]
        )
        # "shop" is not "stop": one wrong letter counts in long words only.
        return swapped or (len(odd) == 1 and len(token) > 6)
    longer, shorter = (word, token) if len(word) > len(token) else (token, word)
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


@attrs.frozen
class _Classifier:
    keywords: tuple[Keyword, ...]

    @cached_property
    def _exact(self) -> dict[str, Keyword]:
        spelled = [
            (text, keyword)
            for keyword in self.keywords
            for text in (keyword.key, _plain(keyword.key))
        ]
        return dict(reversed(spelled))  # the first row wins

    @cached_property
    def _opt_outs(self) -> tuple[tuple[list[str], Keyword], ...]:
        return tuple(
            (_plain(keyword.key).split(), keyword)
            for keyword in self.keywords
            if keyword.kind == "opt_out"
        )

    def __call__(self, text: str, /) -> KeywordMatch:
        said = _normalized(text)
        if not said:
            return _NONE
        words = _words(said)
        # "stop stop stop" says what "stop" says.
        once = words[0] if len(set(words)) == 1 else said
        for spelled in (once, _plain(once), " ".join(words)):
            keyword = self._exact.get(spelled)
            if keyword is not None:
                return _match(KeywordKind(keyword.kind), keyword)
        return self._likely(words)

    def _likely(self, words: list[str]) -> KeywordMatch:
        if len(words) > _TALKATIVE:
            return _NONE
        if len(words) >= _SPELLED and all(len(word) == 1 for word in words):
            return self._likely(["".join(words)])  # "s t o p"
        plain = [_plain(word) for word in words]
        alike = [word.translate(_LOOKALIKES) for word in plain]
        for token, keyword in self._opt_outs:
            ordinary = keyword.key in _ORDINARY
            misspelled = len(words) == 1 and not ordinary and _is_near(plain[0], token[0])
            if (
                misspelled
                or alike == token
                or (token[0] in alike and _is_said(token, alike, ordinary=ordinary))
            ):
                return _match(KeywordKind.OPT_OUT_LIKELY, keyword)
        padded = f" {' '.join(alike)} "
        if any(f" {phrase} " in padded for phrase in _PHRASES):
            return KeywordMatch(kind=KeywordKind.OPT_OUT_LIKELY, token="phrase", language="")  # noqa: S106 - no secret
        return _NONE


def _match(kind: KeywordKind, keyword: Keyword) -> KeywordMatch:
    return KeywordMatch(
        kind=kind, token=keyword.key, language=keyword.language, needs_prompt=keyword.needs_prompt
    )


def _is_said(token: list[str], words: list[str], *, ordinary: bool) -> bool:
    size = len(token)
    for start in range(len(words) - size + 1):
        if words[start : start + size] != token or (start and words[start - 1] in _NEGATIONS):
            continue
        at_edge = start == 0 or start + size == len(words)
        if ordinary and at_edge and len(words) <= 4:
            return True
        if not ordinary and (len(words) <= 8 or (start == 0 and len(words) <= 20)):
            return True
    return False


@lru_cache(maxsize=16)
def _classifier(facts: Facts, languages: frozenset[str] | None) -> _Classifier:
    # English always: it is what carriers and laws require.
    kept = [k for k in facts.keywords if languages is None or k.language in languages | {"en", ""}]
    return _Classifier(tuple(kept))


def keyword_classifier(
    *, languages: Iterable[str] | None = None, facts: Facts | None = None
) -> _Classifier:
    """
    Return a classifier for some languages.

    Args:
        languages: As "fr"; English is always among them. None for all.

        facts: The tables; None for those that ship with this version.

    Source: facts/keywords.json; 47 CFR 64.1200(a)(10): the words that opt out per se.
    """
    return _classifier(
        load() if facts is None else facts, None if languages is None else frozenset(languages)
    )


def classify_keyword(text: str, /) -> KeywordMatch:
    """
    Tell whether a message opts out, opts in or asks for help, in any language there is a list for.

    Returns:
        `OPT_OUT` for a keyword alone in any spelling, `OPT_OUT_LIKELY` for one in a short sentence or misspelled.
    """
    return keyword_classifier()(text)
