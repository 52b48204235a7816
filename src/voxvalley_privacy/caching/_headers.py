"""The fields of a message, in order and by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from string import ascii_letters, digits
from typing import Any, TypeAlias

from ..errors import ConfigurationError

__all__ = ["Fields", "Headers", "headers_of", "is_token", "listed", "strip_space"]

# The characters that HTTP is spelled in
# --------------------------------------------------------------------------------------------------

_TOKEN = frozenset("!#$%&'*+-.^_`|~" + digits + ascii_letters)


def listed(text: str, /) -> frozenset[str]:
    """Return the words of *text*: a list as it is read."""
    return frozenset(text.split())


def is_token(text: str, /) -> bool:
    """
    Whether *text* is a token: a name of a field, method or directive.

    Source: RFC 9110, section 5.6.2.
    """
    return text != "" and _TOKEN.issuperset(text)


def strip_space(text: str, /) -> str:
    """
    Take optional whitespace off both ends: space and tab, and no other character that Python calls
    space.

    Source: RFC 9110, section 5.6.3.
    """
    return text.strip(" \t")


# The fields of a message, in order and by name
# --------------------------------------------------------------------------------------------------

_MOST_CHARACTERS = 65_536
_BREAKS = re.compile(r"[\n\r\0]")


def _text(value: str | bytes) -> str:
    # Every octet of a field has its character in Latin-1, so nothing fails and nothing is lost.
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    raise TypeError


_Pairs: TypeAlias = "Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]"
_Mappings: TypeAlias = "Mapping[str, str] | Mapping[bytes, bytes]"
Fields: TypeAlias = "Headers | _Mappings | _Pairs"


class Headers:
    """
    Hold the fields of a message in order, and find them by name.

    Args:
        pairs: Names and values, as text or bytes.

        kept: What `keep` wrote, instead of pairs; it is read when it is first looked at.
    """

    __slots__ = ("_by_name", "_pairs", "_sound", "_text")

    _by_name: dict[str, tuple[str, ...]]
    _pairs: tuple[tuple[str, str], ...]

    def __init__(
        self,
        pairs: Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]] = (),
        /,
        *,
        kept: bytes | None = None,
    ) -> None:
        self._sound: bool | None = None
        if kept is None:
            self._pairs = tuple([(_text(name), _text(value)) for name, value in pairs])
        else:
            self._text = kept

    def __getattr__(self, name: str, /) -> object:
        # Called for a slot that is not filled yet, and only then: what is looked at often costs no
        # call.
        if name == "_pairs":
            parted = [
                line.partition(": ")
                for line in self._text.decode("utf-8", "surrogatepass").split("\n")
            ]
            self._pairs = tuple([(name, value) for name, colon, value in parted if colon])
            return self._pairs
        if name == "_by_name":
            self._by_name = {}
            for field, value in self._pairs:
                lower = field.lower()
                self._by_name[lower] = (*self._by_name.get(lower, ()), strip_space(value))
            return self._by_name
        raise AttributeError(name)

    def keep(self, *, without: frozenset[str] = frozenset()) -> bytes:
        """Write the sound fields, but those whose names are in *without*."""
        lines = [f"{name}: {value}" for name, value in self if name.lower() not in without]
        return "\n".join(lines).encode("utf-8", "surrogatepass")

    @property
    def names(self) -> Iterable[str]:
        """Every name once, in lower case."""
        return self._by_name.keys()

    @property
    def sound(self) -> bool:
        """Whether names are tokens, no value breaks a line, and all is within 65,536 characters."""
        if self._sound is None:
            self._sound = self._is_sound()
        return self._sound

    def _is_sound(self) -> bool:
        values = "".join([value for _, value in self._pairs])
        if len(values) + sum(map(len, self._by_name)) > _MOST_CHARACTERS:
            return False
        if _BREAKS.search(values) is not None:
            return False
        return all(map(is_token, self._by_name))

    def get(self, name: str, /) -> tuple[str, ...]:
        """Return the values of each line of the field *name*, which is in lower case."""
        return self._by_name.get(name, ())

    def __contains__(self, name: object, /) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __eq__(self, other: object, /) -> bool:
        return isinstance(other, Headers) and self._pairs == other._pairs

    def __hash__(self) -> int:
        return hash(self._pairs)

    def __repr__(self) -> str:
        return f"<Headers {len(self._pairs)} hidden>"


def headers_of(fields: Fields, /) -> Headers:
    """
    Take headers, a mapping or pairs; other text is taken too, and is not `sound`.

    Raises:
        voxvalley_privacy.ConfigurationError: If *fields* are something else.
    """
    if isinstance(fields, Headers):
        return fields
    pairs: Any = fields.items() if isinstance(fields, Mapping) else fields
    with suppress(TypeError, ValueError):  # the cause would show a field
        return Headers(pairs)
    raise ConfigurationError(
        "Headers must be a mapping or pairs of name and value, each text or bytes."
    )
