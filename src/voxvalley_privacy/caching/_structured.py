"""A reader of structured-field dictionaries: the form of CDN-Cache-Control and its kin."""

from __future__ import annotations

import base64
import binascii
from string import ascii_lowercase, ascii_uppercase, digits

import attrs

from ._cache_control import MalformedHeader

__all__ = ["parse_dictionary"]

_MOST_CHARACTERS = 8192
_KEY_START = frozenset(ascii_lowercase + "*")
_KEY = _KEY_START | frozenset(digits + "_-.")
_TOKEN_START = frozenset(ascii_lowercase + ascii_uppercase + "*")
_TOKEN = _TOKEN_START | frozenset(digits + "!#$%&'+-.^_`|~:/")
_DIGITS = frozenset(digits)
_HEX = frozenset(digits + "abcdef")


def parse_dictionary(text: str, /) -> tuple[tuple[str, object], ...]:
    """
    Read a structured-field dictionary.

    Args:
        text: The lines of the field, joined by commas.

    Returns:
        Keys and values in order, without parameters: bool, int, float, str (strings, tokens and
            display strings) or
        bytes; an inner list is a tuple of these. A key that stands twice is there twice: `dict()`
        of it lets the last one win, as the standard has it, and a rule may take the strictest.

    Raises:
        voxvalley_privacy.caching.MalformedHeader: If one character of it is out of place.

    Source: RFC 9651, section 4.2.
    """
    if len(text) > _MOST_CHARACTERS:
        raise MalformedHeader(f"The field has more than {_MOST_CHARACTERS} characters.")
    return _Reader(text.strip(" ")).dictionary()


@attrs.define
class _Reader:
    text: str
    at: int = 0

    def dictionary(self) -> tuple[tuple[str, object], ...]:
        members: list[tuple[str, object]] = []
        while self.at < len(self.text):
            key = self.key()
            if self.peek() == "=":
                self.at += 1
                value = self.inner_list() if self.peek() == "(" else self.bare_item()
            else:
                value = True
            self.parameters()
            members.append((key, value))
            self.skip(" \t")
            if self.at == len(self.text):
                break
            self.expect(",")
            self.skip(" \t")
            if self.at == len(self.text):
                raise self.fault()
        return tuple(members)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def fault(self) -> MalformedHeader:
        return MalformedHeader(f"The structured field is malformed at character {self.at}.")

    def expect(self, character: str) -> None:
        if self.peek() != character:
            raise self.fault()
        self.at += 1

    def skip(self, characters: str) -> None:
        while (character := self.peek()) and character in characters:
            self.at += 1

    def run(self, characters: frozenset[str]) -> str:
        start = self.at
        while self.peek() in characters:
            self.at += 1
        return self.text[start : self.at]

    def key(self) -> str:
        if self.peek() not in _KEY_START:
            raise self.fault()
        return self.run(_KEY)

    def parameters(self) -> None:
        while self.peek() == ";":
            self.at += 1
            self.skip(" ")
            self.key()
            if self.peek() == "=":
                self.at += 1
                self.bare_item()

    def inner_list(self) -> tuple[object, ...]:
        self.expect("(")
        items: list[object] = []
        while True:
            self.skip(" ")
            if self.peek() == ")":
                self.at += 1
                return tuple(items)
            items.append(self.bare_item())
            self.parameters()
            if self.peek() not in {" ", ")"}:
                raise self.fault()

    def bare_item(self) -> object:
        first = self.peek()
        if first in _TOKEN_START:
            return self.run(_TOKEN)
        if first in _DIGITS or first == "-":
            return self.number()
        readers = {
            '"': self.string,
            ":": self.binary,
            "?": self.boolean,
            "@": self.date,
            "%": self.display,
        }
        if first not in readers:
            raise self.fault()
        self.at += 1
        return readers[first]()

    def number(self) -> int | float:
        sign = -1 if self.peek() == "-" else 1
        self.at += sign < 0
        whole = self.run(_DIGITS)
        if self.peek() != ".":
            if not 1 <= len(whole) <= 15:
                raise self.fault()
            return sign * int(whole)
        self.at += 1
        part = self.run(_DIGITS)
        if not (1 <= len(whole) <= 12 and 1 <= len(part) <= 3):
            raise self.fault()
        return sign * float(f"{whole}.{part}")

    def string(self) -> str:
        characters = []
        while (character := self.peek()) != '"':
            if character == "\\":
                self.at += 1
                character = self.peek()
                if character not in {"\\", '"'}:
                    raise self.fault()
            if not (character and " " <= character <= "~"):
                raise self.fault()
            characters.append(character)
            self.at += 1
        self.at += 1
        return "".join(characters)

    def binary(self) -> bytes:
        start, end = self.at, self.text.find(":", self.at)
        if end < 0:
            raise self.fault()
        self.at = end + 1
        try:
            return base64.b64decode(self.text[start:end], validate=True)
        except (binascii.Error, ValueError):
            pass
        raise self.fault()

    def boolean(self) -> bool:
        value = self.peek()
        if value not in {"0", "1"}:
            raise self.fault()
        self.at += 1
        return value == "1"

    def date(self) -> int:
        value = self.number() if self.peek() in _DIGITS or self.peek() == "-" else None
        if not isinstance(value, int):
            raise self.fault()
        return value

    def display(self) -> str:
        self.expect('"')
        octets = bytearray()
        while (character := self.peek()) != '"':
            if not (character and " " <= character <= "~"):
                raise self.fault()
            self.at += 1
            if character == "%":
                pair = self.text[self.at : self.at + 2]
                if len(pair) != 2 or not _HEX.issuperset(pair):
                    raise self.fault()
                self.at += 2
                octets.append(int(pair, 16))
            else:
                octets += character.encode()
        self.at += 1
        try:
            return octets.decode()
        except UnicodeDecodeError:
            pass
        raise self.fault()
