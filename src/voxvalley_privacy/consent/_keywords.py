"""Read whether a message opts out, opts in, asks for help or comes from a wrong number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum, unique
from functools import cached_property, lru_cache

import attrs

from ..facts import Facts, Keyword, languages_of, load, opt_out_codes, written_languages
from ._wishes import OptOutScope, Wish, WishKind, read_wish

__all__ = ["KeywordKind", "KeywordMatch", "classify_keyword", "keyword_classifier"]


@unique
class KeywordKind(StrEnum):
    """How a message is to be treated."""

    OPT_OUT = "opt_out"
    OPT_OUT_LIKELY = "opt_out_likely"  # block marketing at once, and ask a human
    OPT_OUT_SCOPED = "opt_out_scoped"  # block what it names, and ask a human
    WRONG_NUMBER = "wrong_number"  # the number has another holder
    OPT_IN = "opt_in"
    HELP = "help"
    NONE = "none"


@attrs.frozen(kw_only=True)
class KeywordMatch:
    """
    Hold the reading of a message.

    Args:
        kind: How the message is to be treated.

        token: The keyword, or the name of the rule that read the sentence; empty for none.

        language: The language in which it was read.

        needs_prompt: Whether it counts only as the answer to a question that was asked.

        scope: For `OPT_OUT_SCOPED`: what the person wants to end.
    """

    kind: KeywordKind
    token: str = ""
    language: str = ""
    needs_prompt: bool = False
    scope: OptOutScope | None = None


_MARKUP = re.compile("</?[A-Za-z][^<>]{0,200}>")
_LONGEST = 1600  # ten joined messages
_LONGEST_KEYWORD = 100  # with signs around it; a longer message is a sentence
_SIGNS = 2  # marks that may stand by themselves around a keyword
_SPACED = 3  # characters a word, with the space; "s t o p" has fewer
_CODE = 3  # digits; "stop 5" is on the way, "STOP 36180" is not
_COUNTRY = 2  # letters: a brand of many countries asks for "STOP HU"
_DIGITS = "0123456789۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩"
_SPELLED = 4  # letters; the shortest word that counts when it is spelled out
_SHORTEST_MISSPELLED = 4
_LONG = 6  # letters; in a longer word one wrong letter counts too
# An answer to this question is about messages; to every other, about something else.
_ABOUT_MESSAGES = frozenset(["", "after_prompt", "appointment_reminder"])
_NONE = KeywordMatch(kind=KeywordKind.NONE)
_KINDS = {
    WishKind.OUT: KeywordKind.OPT_OUT_LIKELY,
    WishKind.SCOPED: KeywordKind.OPT_OUT_SCOPED,
    WishKind.WRONG_NUMBER: KeywordKind.WRONG_NUMBER,
    WishKind.IN: KeywordKind.OPT_IN,
    WishKind.HELP: KeywordKind.HELP,
}
_DASHES_AND_QUOTES = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("‘’‚‛ʼ´`", "'"),
        **dict.fromkeys("“”„‟", '"'),
    }
)
# Letters of other scripts, and a digit, that are drawn like Latin ones.
_LOOKALIKES = str.maketrans("аеорсухіѕтпԛьνοτρυι0", "aeopcyxistnqbvotpuio")
# Ordinary words: misspelled, or as the answer to another question, they are no opt-out.
_ORDINARY = frozenset(
    [
        "alto",
        "baja",
        "cancel",
        "cancelar",
        "dur",
        "end",
        "ferma",
        "halt",
        "parar",
        "pare",
        "quit",
        "remove",
        "remover",
        "revoke",
        "sair",
        "td",
    ]
)
_UNSEEN = frozenset(["Cf", "Cc", "Cs", "Co", "Cn", "So", "Sk", "Me"])


def _visible(character: str) -> bool:
    # Format and control characters, variation selectors, emoji and lone surrogates do not count.
    if "\ufe00" <= character <= "\ufe0f":
        return False
    return character.isspace() or unicodedata.category(character) not in _UNSEEN


def _normalized(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_DASHES_AND_QUOTES)
    if not folded.isascii():
        folded = "".join(filter(_visible, folded))
    return " ".join(_stripped(folded).split())


def _stripped(text: str) -> str:
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum() and not unicodedata.combining(text[end - 1]):
        end -= 1
    return text[start:end]


def _plain(text: str) -> str:
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join([c for c in parts if not unicodedata.combining(c)])


def _words(text: str) -> list[str]:
    return "".join([c if c.isalnum() or c == "'" else " " for c in text]).split()


def _is_near(word: str, token: str) -> bool:
    """Tell whether *word* is *token* with a letter doubled, dropped, added or two swapped."""
    if len(token) < _SHORTEST_MISSPELLED or word[0] != token[0]:
        return False
    if len(word) == len(token):
        return _is_mistyped(word, token)
    longer, shorter = sorted((word, token), key=len, reverse=True)
    if len(longer) - len(shorter) > 1:
        return False
    return any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


def _is_mistyped(word: str, token: str) -> bool:
    odd = [n for n in range(len(word)) if word[n] != token[n]]
    # "shop" is not "stop": one wrong letter counts in long words only.
    if len(odd) == 1:
        return len(token) > _LONG
    return _is_swapped(word, token, odd)


def _is_swapped(word: str, token: str, odd: list[int]) -> bool:
    if len(odd) != 2 or odd[1] != odd[0] + 1:
        return False
    return word[odd[0]] == token[odd[1]] and word[odd[1]] == token[odd[0]]


@attrs.frozen
class _Classifier:
    keywords: tuple[Keyword, ...]
    languages: tuple[str, ...]
    codes: frozenset[str] = frozenset()

    @cached_property
    def _exact(self) -> dict[str, Keyword]:
        spelled = [
            (text, keyword)
            for keyword in self.keywords
            for text in (keyword.key, _plain(keyword.key))
        ]
        return dict(reversed(spelled))  # the first row wins

    @cached_property
    def _opt_outs(self) -> dict[tuple[str, ...], Keyword]:
        spelled = [
            (tuple(_plain(keyword.key).split()), keyword)
            for keyword in self.keywords
            if keyword.kind == "opt_out"
        ]
        return dict(reversed(spelled))

    def __call__(self, text: str, /, *, context: str = "") -> KeywordMatch:
        narrow = context not in _ABOUT_MESSAGES
        # Mail and rich messages come with their markup.
        own = _MARKUP.sub(" ", text[:_LONGEST])
        shortened = own if len(own) <= _LONGEST_KEYWORD else " ".join(own.split())
        if self._may_be_keyword(shortened):
            keyword = self._keyword(shortened, narrow=narrow)
            if keyword is not None:
                return keyword
        wish = read_wish(own, self.languages, prompted=context == "after_prompt", narrow=narrow)
        return _NONE if wish is None else _as_match(wish)

    @cached_property
    def _most_words(self) -> int:
        texts = [*self.codes, *(keyword.key for keyword in self.keywords)]
        return max(len(text.split()) for text in texts) + _SIGNS

    def _may_be_keyword(self, text: str) -> bool:
        """Tell at little cost that most messages are sentences."""
        words = text.casefold().split()
        if len(words) > self._most_words and len(text) >= _SPACED * len(words):
            return len(set(words)) <= self._most_words and _repeats(text)
        return len(text) <= _LONGEST_KEYWORD or _repeats(text)

    def _keyword(self, text: str, *, narrow: bool) -> KeywordMatch | None:
        """Return the reading of a message that is a keyword alone, exact or misspelled."""
        said = _normalized(text)
        if not said:
            return None
        words = _words(said)
        exact = self._as_it_is(said, words)
        if exact is not None:
            other = narrow and exact.key in _ORDINARY
            return _NONE if other else _match(KeywordKind(exact.kind), exact)
        if " ".join(words) in self.codes:
            return KeywordMatch(kind=KeywordKind.OPT_OUT_LIKELY, token=said)
        return self._numbered(words, text) or self._misspelled(words)

    def _as_it_is(self, said: str, words: list[str]) -> Keyword | None:
        # "stop stop stop" says what "stop" says.
        once = words[0] if len(set(words)) == 1 else said
        for spelled in (once, _plain(once), " ".join(words)):
            if spelled in self._exact:
                return self._exact[spelled]
        return None

    def _numbered(self, words: list[str], text: str) -> KeywordMatch | None:
        """Return the reading of a keyword with a code behind it: "STOP 36180", "STOP HU"."""
        code = "".join(words[1:])
        word = words[0] if code else words[0].rstrip(_DIGITS)
        keyword = self._exact.get(word)
        if keyword is None or not _is_plain_no(keyword):
            return None
        if not code and word == words[0]:
            return None
        if code and not _is_code(code, upper=text.isupper()):
            return None
        return _match(KeywordKind.OPT_OUT_LIKELY, keyword)

    def _misspelled(self, words: list[str]) -> KeywordMatch | None:
        if len(words) >= _SPELLED and len("".join(words)) == len(words):
            words = ["".join(words)]  # "s t o p"
        alike = tuple(_plain(word).translate(_LOOKALIKES) for word in words)
        keyword = self._opt_outs.get(alike)
        if keyword is None and len(alike) == 1:
            keyword = self._near(alike[0])
        return None if keyword is None else _match(KeywordKind.OPT_OUT_LIKELY, keyword)

    def _near(self, word: str) -> Keyword | None:
        for token, keyword in self._opt_outs.items():
            if keyword.key not in _ORDINARY and _is_near(word, token[0]):
                return keyword
        return None


def _is_plain_no(keyword: Keyword) -> bool:
    return keyword.kind == "opt_out" and keyword.key not in _ORDINARY


def _is_code(text: str, *, upper: bool) -> bool:
    """Tell whether it is the number of a sender, or the letters of a country."""
    if text.isdecimal():
        return len(text) >= _CODE
    return upper and text.isalpha() and len(text) == _COUNTRY


def _repeats(text: str) -> bool:
    return len(set(_words(text.casefold()))) == 1


def _as_match(wish: Wish) -> KeywordMatch:
    return KeywordMatch(
        kind=_KINDS[wish.kind],
        token=wish.rule,
        language=wish.language,
        needs_prompt=wish.rule == "yes",
        scope=wish.scope,
    )


def _match(kind: KeywordKind, keyword: Keyword) -> KeywordMatch:
    return KeywordMatch(
        kind=kind,
        token=keyword.key,
        language=keyword.language,
        needs_prompt=keyword.needs_prompt,
    )


@lru_cache(maxsize=64)
def _classifier(facts: Facts, languages: frozenset[str] | None, country: str) -> _Classifier:
    read = languages_of(country) if country else written_languages()
    if languages is None:
        return _Classifier(facts.keywords, read, opt_out_codes(country))
    # English always: it is what carriers and laws require.
    wanted = languages | {"en", ""}
    kept = tuple(keyword for keyword in facts.keywords if keyword.language in wanted)
    read = tuple(filter(wanted.__contains__, written_languages()))
    return _Classifier(kept, read, opt_out_codes(country))


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
    known = None if languages is None else frozenset(languages)
    return _classifier(load() if facts is None else facts, known, "")


def classify_keyword(text: str, /, *, country: str = "", context: str = "") -> KeywordMatch:
    """
    Read whether a message opts out, opts in, asks for help or comes from a wrong number.

    Args:
        text: The whole message.

        country: Of the number that sent it, as "CH": sentences are read in the languages of that
            country and in English. Empty to read in all languages. Keywords count everywhere.

        context: What the message answers. `after_prompt`: a question about messages, so that YES
            counts. Any other name, such as `booking_bot`: something else, so that a word such
            as CANCEL alone is about that.

    Returns:
        `OPT_OUT` for a keyword alone in any spelling, `OPT_OUT_LIKELY` for a sentence that says no
        to every message or a misspelled keyword, `OPT_OUT_SCOPED` for one that says no to some.

    Source: 47 CFR 64.1200(a)(10): any words that a reasonable person would understand.
    """
    return _classifier(load(), None, country.upper())(text, context=context)
