"""Whether a value shows another one, in any spelling; and values without passwords and codes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, time
from functools import lru_cache
from typing import Any

import attrs

from .. import policies
from ..ledgers import canonical_subject
from ..placeholders import label_of
from ..redaction import Redactor
from ..vocabulary import DataCategory
from ._secret_names import SECRETS, is_credential

__all__ = ["Shown", "leaves", "plain", "plain_through", "without_secrets"]

_LEAST = 4  # characters that a value needs before it is looked for in others
_TELLING = 7  # digits at the end of a number that say whose it is
_ROUNDS = 16  # levels of a value that are looked through
_WORDS = re.compile(r"\w+")


def plain(value: object) -> object:
    """
    Return a value as JSON has it: mappings, lists, texts, numbers; anything else as its text.

    What a writer would turn into a text is looked at as that text.
    """
    if value is None or isinstance(value, str | bool | int | Mapping | list | date | time):
        return value
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    return value if isinstance(value, float) else str(value)


def plain_through(value: object, rounds: int = _ROUNDS) -> object:
    """Return a value that is plain at every level."""
    shown = plain(value)
    if isinstance(shown, Mapping) and rounds:
        return {str(name): plain_through(item, rounds - 1) for name, item in shown.items()}
    if isinstance(shown, list) and rounds:
        return [plain_through(item, rounds - 1) for item in shown]
    return shown


def leaves(value: object, rounds: int = _ROUNDS) -> list[str]:
    """Return the texts and numbers within a value, names of fields with them."""
    value = plain(value)
    if isinstance(value, Mapping):
        value = [*value, *value.values()]
    if isinstance(value, list) and rounds:
        return [text for item in value for text in leaves(item, rounds - 1)]
    if value is None or isinstance(value, bool):
        return []
    return [_text_of(value) or ""]


@attrs.frozen
class Shown:
    """
    Look for values that must not show.

    Args:
        texts: The values, as texts.
    """

    texts: Iterable[str] = attrs.field(repr=False)
    _folded: frozenset[str] = attrs.field(init=False, repr=False)
    _digits: frozenset[str] = attrs.field(init=False, repr=False)
    _short: frozenset[str] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        texts = frozenset(self.texts)
        long = frozenset(_folded(text) for text in texts if len(text) >= _LEAST)
        numbers = frozenset(filter(None, map(_ending, texts)))
        # "Bob" is a name and "sms" is not one: short ones are looked for as they are written.
        short = frozenset(text for text in texts if 1 < len(text) < _LEAST and text.istitle())
        for name, kept in (("_folded", long), ("_digits", numbers), ("_short", short)):
            object.__setattr__(self, name, kept)

    def by(self, value: object) -> bool:
        """Whether *value* shows one of them, in any case, width, or spelling of a number."""
        if not (self._folded or self._short):
            return False
        text = _text_of(value)
        if text is None:
            return True
        folded = _folded(text)
        if any(hidden in folded for hidden in self._folded):
            return True
        if self._short and not self._short.isdisjoint(_WORDS.findall(text)):
            return True
        if not self._digits:
            return False
        digits = "".join(filter(str.isdigit, folded))
        return any(ending in digits for ending in self._digits)


def _text_of(value: object) -> str | None:
    """Return the text of a value; None for one that is nested too deep to have one."""
    try:
        return str(plain(value))
    except RecursionError:
        return None


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=4096)
def _ending(text: str) -> str:
    """Return the last digits of a number of somebody; empty if it is none."""
    subject = canonical_subject(text)
    return subject[1][-_TELLING:] if subject is not None and subject[0] == "number" else ""


# What nobody could look at may be a secret.
_LEFT_OUT = SECRETS | {DataCategory.UNKNOWN}
_FINDER = Redactor(policies.labels())


def without_secrets(value: object, rounds: int = _ROUNDS) -> Any:
    """Return a value without the passwords, keys and codes in it, at any depth."""
    shown = plain(value)
    if not rounds:
        return label_of(DataCategory.UNKNOWN)
    if isinstance(shown, Mapping):
        return {
            name: without_secrets(item, rounds - 1)
            for name, item in shown.items()
            if not is_credential(str(name))
        }
    if isinstance(shown, list):
        return [without_secrets(item, rounds - 1) for item in shown]
    if not isinstance(shown, str):
        return value
    parts, end = [], 0
    for finding in _FINDER.find(shown):
        if finding.category in _LEFT_OUT and finding.start >= end:
            parts += [shown[end : finding.start], label_of(finding.category)]
            end = finding.end
    return "".join([*parts, shown[end:]]) if parts else value
