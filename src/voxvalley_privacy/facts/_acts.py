"""Read the grammars of saying no: one small table a language, loaded when a message needs it."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import attrs

__all__ = ["Grammar", "grammar", "languages_of", "opt_out_codes", "written_languages"]


@attrs.frozen(kw_only=True)
class Grammar:
    """
    Hold the words of one language by what they do in a sentence that says no.

    Args:
        language: As "fr".

        script: How it is written: `spaced`, or `joined` if words have no space between.

        letters: The first and last of its letters, for scripts other than Latin; else empty.

        words: The spellings of each class, as "stop*" (a stem) or "leave me alone" (a phrase).

        source: Where the table comes from.
    """

    language: str
    script: str
    letters: str
    words: dict[str, tuple[str, ...]] = attrs.field(hash=False)
    source: str


def _table(name: str) -> dict[str, object]:
    text = files(__package__).joinpath("acts", f"{name}.json").read_text("utf-8")
    table: dict[str, object] = json.loads(text)
    return table


@cache
def grammar(language: str, /) -> Grammar:
    """
    Return the grammar of a language.

    Args:
        language: One of `written_languages()`.
    """
    table = _table(f"act_{language}")
    words = table["words"]
    assert isinstance(words, dict)
    return Grammar(
        language=language,
        script=str(table["script"]),
        letters=str(table["letters"]),
        words={name: tuple(spellings) for name, spellings in words.items()},
        source=str(table["source"]),
    )


@cache
def _places() -> dict[str, dict[str, list[str]]]:
    text = files(__package__).joinpath("acts", "act_languages.json").read_text("utf-8")
    table: dict[str, dict[str, list[str]]] = json.loads(text)
    return table


@cache
def written_languages() -> tuple[str, ...]:
    """Return every language that has a grammar, English first."""
    return tuple(_places()["languages"])


@cache
def languages_of(country: str, /) -> tuple[str, ...]:
    """
    Return the languages that people with a number of a country write, English first.

    Args:
        country: As "CH". All languages for a country that is not in the table.
    """
    spoken = _places()["countries"].get(country.upper())
    if spoken is None:
        return written_languages()
    return ("en", *(language for language in spoken if language != "en"))


@cache
def opt_out_codes(country: str, /) -> frozenset[str]:
    """
    Return the codes that carriers of a country tell people to send.

    Args:
        country: As "CN".
    """
    return frozenset(_places()["codes"].get(country.upper(), ()))
