"""The words that names are made of, read once from the tables."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from ..vocabulary import DataCategory as C

__all__ = ["Lexicon", "is_word_of_names", "lexicon"]

# In these languages the noun comes first, and what it is of behind it: `nome_cliente`.
_NOUN_FIRST = frozenset({"cs_sk_hr_hu_ro", "es", "fr", "id_vi_ar_el_th", "it", "pl", "pt", "ru_uk"})


class Lexicon(NamedTuple):
    """
    Words and what they mean.

    Phrases are joined without separators, so that `callername` is the phrase `caller name`.
    *noun_first* are the phrases that keep their meaning when other words follow, *only_noun_first*
    those that no language with the noun last has. *names* are whole names from record schemas that
    the phrases do not decide rightly, *heads* last words that are technical in every schema.
    """

    phrases: dict[str, C]
    noun_first: frozenset[str]
    only_noun_first: frozenset[str]
    words: frozenset[str]
    names: dict[str, C]
    heads: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """Return the tables of words; they are read at the first judgement, not at import."""
    phrases: dict[str, C] = {}
    noun_first: set[str] = {"status"}
    others: set[str] = set()
    words: set[str] = set()
    for name, languages in _table("field_words.json").items():
        category = C[name]
        del languages["why"]
        for language, entries in languages.items():
            joined = [entry.replace(" ", "") for entry in entries]
            for phrase in joined:
                # The first category that claims a phrase keeps it: personal ones come first.
                phrases.setdefault(phrase, category)
            if language in _NOUN_FIRST:
                noun_first.update(joined)
            else:
                others.update(joined)
            words.update(*map(str.split, entries))
    learned = _table("field_names.json")
    names = {
        joined: C[name] for name, entries in learned["names"].items() for joined in entries.split()
    }
    return Lexicon(
        phrases,
        frozenset(noun_first),
        frozenset(noun_first - others),
        frozenset(words),
        names,
        frozenset(learned["heads"].split()),
    )


def is_word_of_names(word: str, /) -> bool:
    """Whether names of fields are made of a word: a user is called so by a program, if at all."""
    return word in lexicon().words


def _table(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        files(__package__.rpartition(".")[0]).joinpath("facts").joinpath(name).read_text("utf-8")
    )
    return content
