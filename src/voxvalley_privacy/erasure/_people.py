"""Find a person in values and texts, in any spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal

import attrs

from ..ledgers import canonical_subject
from ..retention import is_pseudonym
from ._texts_of_people import decoded, plain_text, spans_in

__all__ = ["ERASED", "NOBODY", "Person", "Pseudonyms", "texts_in"]

ERASED = "[ERASED]"
NOBODY = (None, "", ERASED)
_ROUNDS = 4  # of encodings in each other
_TAIL = 7  # last digits that every spelling of a number has
_NO_DIGITS = bytes(sign for sign in range(256) if not 48 <= sign <= 57)
_DIGITS_ONLY = dict.fromkeys(range(48)) | dict.fromkeys(range(58, 128))

Spelling = tuple[str, str]


@attrs.frozen(kw_only=True)
class Person:
    """
    Tell whether a value or text names a person.

    Args:
        is_them: Whether a canonical subject is the person.

        region: The country of numbers without a country code.

        between: When the person held the number; open ends are None.

        subject: The one spelling of the person.

        aliases: Pseudonyms that a sweep wrote for the person.
    """

    is_them: Callable[[Spelling], bool] = attrs.field(repr=False)
    region: str | None = None
    between: tuple[datetime | None, datetime | None] = (None, None)
    subject: object = attrs.field(default=None, repr=False)
    aliases: frozenset[str] = attrs.field(default=frozenset(), repr=False)

    def is_in(self, value: object, /) -> bool:
        """Whether *value* is a spelling of the person."""
        if is_pseudonym(value):
            return value in self.aliases
        if isinstance(value, bytes | bytearray | memoryview):
            value = bytes(value).decode("utf-8", "replace")
        spelling = canonical_subject(value, region=self.region)
        return spelling is not None and self.is_them(spelling)

    def may_be_in(self, data: bytes, /) -> bool:
        """
        Whether *data* may hold a spelling of the person; false only where it cannot.

        A search for the last digits of a number, whatever is between them, is a hundred times
        faster than reading.
        """
        if not isinstance(self.subject, str) or not _is_plain(data):
            return True
        if any(alias.encode() in data for alias in self.aliases):
            return True
        if len(self._tail) == _TAIL:
            return self._tail.encode() in data.translate(None, _NO_DIGITS)
        local = self.subject.partition("@")[0].casefold()
        return local.encode() in data.lower()

    def in_text(self, text: str, /) -> bool:
        """Whether *text* holds a spelling of the person."""
        for _ in range(_ROUNDS):
            if any(True for _ in self._spans(plain_text(text))):
                return True
            inner = decoded(text)
            if inner == text:
                return False
            text = inner
        return False

    def _spans(self, plain: str) -> Iterator[tuple[int, int]]:
        return spans_in(plain, self.is_in, tail=self._tail)

    @property
    def _tail(self) -> str:
        """The last digits of every spelling of their number; empty where it is not known."""
        number = self.subject if isinstance(self.subject, str) else ""
        return number.translate(_DIGITS_ONLY)[-_TAIL:] if number.startswith("+") else ""

    def erased_from(self, text: str, /) -> str:
        """Return *text* without the person; nothing of it where that cannot be done in place."""
        if not self.in_text(text):
            return text
        left = plain_text(text)
        for start, end in sorted(self._spans(left), reverse=True):
            left = left[:start] + ERASED + left[end:]
        return ERASED if self.in_text(left) else left

    def without(self, value: object, /) -> object:
        """Return a value of a record without the person."""
        match value:
            case Mapping():
                return {self.without(key): self.without(item) for key, item in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self.without(item) for item in value]
            case str():
                return ERASED if self.is_in(value) else self.erased_from(value)
            case bytes() | bytearray() | memoryview():
                return ERASED.encode() if self.names(value) else value
            case _:
                # A column of numbers takes no text.
                return None if self.is_in(value) else value

    def names(self, value: object, /) -> bool:
        """Whether a value of a record, or anything in it, names the person."""
        match value:
            case Mapping():
                return self.names([*value.keys(), *value.values()])
            case list() | tuple() | set() | frozenset():
                return any(map(self.names, value))
            case str():
                return self.is_in(value) or self.in_text(value)
            case bytes() | bytearray() | memoryview():
                return self.names(bytes(value).decode("utf-8", "replace"))
            case _:
                return self.is_in(value)


@attrs.frozen(kw_only=True)
class Pseudonyms:
    """
    Replace people by pseudonyms.

    Args:
        of_person: Returns the pseudonym of a spelling.

        region: The country of numbers without a country code.
    """

    of_person: Callable[[object], str] = attrs.field(repr=False)
    region: str | None = None

    def of(self, value: object, /) -> object:
        """Return the pseudonym of whom a value names; what names nobody stays."""
        if value in NOBODY or is_pseudonym(value):
            return value
        return self.of_person(value)

    def without(self, value: object, people: Iterable[object], /) -> object:
        """
        Return a value of a record without some people, and a text without anybody.

        A text can name others than those of the record; a field without words is an id or a time
        more often than a number, so that only the people of the record are taken out.
        """
        spellings = {canonical_subject(person, region=self.region) for person in people}
        own = Person(is_them=spellings.__contains__, region=self.region)
        return self._without(value, own, Person(is_them=lambda _: True, region=self.region))

    def _without(self, value: object, own: Person, anybody: Person) -> object:
        match value:
            case Mapping():
                return {key: self._without(item, own, anybody) for key, item in value.items()}
            case list() | tuple():
                return [self._without(item, own, anybody) for item in value]
            case str() if _is_text(value):
                return anybody.without(value)
            case _:
                return own.without(value)

    def needed(self, people: Iterable[object], /) -> bool:
        """Whether anybody is named by anything but a pseudonym."""
        return any(value not in NOBODY and not is_pseudonym(value) for value in people)


def _is_text(value: str) -> bool:
    """Whether *value* is several words, one of them of letters: a time is not."""
    words = value.split()
    return len(words) > 1 and any(word.strip(".,;:!?").isalpha() for word in words)


def _is_plain(data: bytes) -> bool:
    """Whether no letter of *data* is written in another way."""
    return data.isascii() and not any(sign in data for sign in (b"%", b"\\u", b"&", b"\0"))


def texts_in(value: object, /) -> list[object]:
    """Return the values in a record that can name somebody."""
    found: list[object] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str | int | float | Decimal):
            found.append(item)
        elif isinstance(item, bytes | bytearray | memoryview):
            found.append(bytes(item).decode("utf-8", "replace"))
        elif isinstance(item, Mapping):
            waiting += item.values()
        elif isinstance(item, list | tuple | set | frozenset):
            waiting += item
    return found
