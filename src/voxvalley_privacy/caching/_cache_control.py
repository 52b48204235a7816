"""
A Cache-Control parser that never guesses.

What it cannot read it refuses, and what restricts restricts.
"""

from __future__ import annotations

import re
from functools import lru_cache

import attrs

from ..errors import PrivacyError
from ._headers import is_token, listed, strip_space

__all__ = ["CacheControl", "MalformedHeader", "parse_cache_control"]

# RFC 9111, section 1.2.2: what is larger counts as this.
_MOST_SECONDS = 2**31
_MOST_CHARACTERS = 8192

# RFC 9110, section 5.6.4: a backslash takes the next character as it is.
_QUOTATION = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")

_SECONDS = {
    "max-age": "max_age",
    "s-maxage": "s_maxage",
    "min-fresh": "min_fresh",
    # Understood and never acted on: nothing is served stale (RFC 5861).
    "stale-while-revalidate": "",
    "stale-if-error": "",
}
_FIELDS = {"private": ("private", "private_fields"), "no-cache": ("no_cache", "no_cache_fields")}
# Flags that permit nothing by themselves; an argument after one of them is a mistake.
_FLAGS = listed(
    """
    immutable must-revalidate must-understand no-transform only-if-cached proxy-revalidate public
    """
)


class MalformedHeader(PrivacyError, ValueError):
    """
    Say that a field cannot be read, without showing it.

    Args:
        fault: What is wrong, in words of our own.
    """

    def __init__(self, fault: str, /) -> None:
        super().__init__(fault)
        self.fault = fault


@attrs.frozen(kw_only=True)
class CacheControl:
    """
    Hold what a Cache-Control field says: every restriction of it, and no permission it does not
    give.

    Args:
        no_store: Nothing may be kept.

        no_cache: Nothing may be reused unasked.

        no_cache_fields: These response fields may not be reused, in lower case.

        private: No shared cache may keep it.

        private_fields: No shared cache may keep these response fields, in lower case.

        public: A shared cache may keep it even if it was asked for with credentials.

        max_age: Seconds; the least of several.

        s_maxage: Seconds in a shared cache; the least of several.

        min_fresh: Seconds the requester wants it to stay fresh; the greatest of several.

        unknown: Whether a directive is there that is not known here: it might be a restriction.
    """

    no_store: bool = False
    no_cache: bool = False
    no_cache_fields: frozenset[str] = frozenset()
    private: bool = False
    private_fields: frozenset[str] = frozenset()
    public: bool = False
    max_age: int | None = None
    s_maxage: int | None = None
    min_fresh: int = 0
    unknown: bool = False


_EMPTY = CacheControl()


def parse_cache_control(*lines: str, ignore: frozenset[str] = frozenset()) -> CacheControl:
    """
    Read the lines of a Cache-Control field.

    Args:
        lines: The value of each field line; a quotation never runs from one line into the next.

        ignore: Names of extension directives, in lower case, that are known to restrict nothing.

    Returns:
        What the lines say together. `no-store`, `no-cache` and `private` restrict with or without
        an argument.

    Raises:
        voxvalley_privacy.caching.MalformedHeader: If anything of it is not exactly as the grammar
            has it, a number of seconds is not made of the digits 0 to 9, or there are more than
            8192 characters.

    Source: RFC 9111, section 5.2; RFC 8246; RFC 5861.
    """
    return parse_lines(lines, ignore)


def parse_lines(lines: tuple[str, ...], ignore: frozenset[str], /) -> CacheControl:
    """Do what `parse_cache_control` does."""
    if not lines:
        return _EMPTY
    size = sum(map(len, lines), len(lines))
    if size > _MOST_CHARACTERS:
        raise MalformedHeader(f"Cache-Control has more than {_MOST_CHARACTERS} characters.")
    # Servers say the same few things again and again; what is long is not remembered.
    if size > 128:
        return _parse(lines, ignore)
    return _parse_again(lines, ignore)


def _parse(lines: tuple[str, ...], ignore: frozenset[str]) -> CacheControl:
    said: dict[str, object] = {}
    for line in lines:
        if not (line.isascii() and line.replace("\t", " ").isprintable()):
            raise MalformedHeader("Cache-Control has a character that is not printable ASCII.")
        for element in _elements(line):
            # RFC 9110, section 5.6.1.2: empty elements of a list mean nothing.
            if element := strip_space(element):
                _add(said, element, ignore)
    return CacheControl(**said)  # type: ignore[arg-type]  # those of the tables above


_parse_again = lru_cache(maxsize=256)(_parse)


def _elements(line: str) -> list[str]:
    if '"' not in line:
        return line.split(",")
    elements, start, quoted, escaped = [], 0, False, False
    for at, character in enumerate(line):
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            elements.append(line[start:at])
            start = at + 1
    if quoted:
        raise MalformedHeader("A quotation in Cache-Control does not end.")
    elements.append(line[start:])
    return elements


def _add(said: dict[str, object], element: str, ignore: frozenset[str]) -> None:
    name, equals, argument = element.partition("=")
    name = name.lower()
    if not is_token(name):
        raise MalformedHeader("A directive of Cache-Control is not a token.")
    # An argument must be well-formed even where it is not used.
    text = _unquoted(argument) if equals else None
    if name == "no-store":
        said["no_store"] = True
    elif name in _SECONDS:
        _add_seconds(said, _SECONDS[name], argument)
    elif name in _FIELDS:
        _add_fields(said, *_FIELDS[name], text or "")
    elif name in _FLAGS:
        _add_flag(said, name, text)
    elif name != "max-stale":
        said["unknown"] = said.get("unknown", False) or name not in ignore
    elif text is not None:
        _seconds(argument)


def _add_flag(said: dict[str, object], name: str, text: str | None) -> None:
    if text is not None:
        raise MalformedHeader("A directive of Cache-Control has an argument and takes none.")
    if name == "public":
        said["public"] = True


def _unquoted(argument: str) -> str:
    if is_token(argument):
        return argument
    quotation = _QUOTATION.fullmatch(argument)
    if quotation is None:
        raise MalformedHeader("An argument in Cache-Control is neither a token nor a quotation.")
    return _ESCAPED.sub(r"\1", quotation[1])


def _seconds(argument: str) -> int:
    # The quoted form is refused too: no sender may write it (RFC 9111, section 5.2.2.1).
    if not argument.isdigit():
        raise MalformedHeader(
            "A number of seconds in Cache-Control is not made of the digits 0 to 9."
        )
    # Ten digits at most: int() of a text without end takes time without end.
    digits = argument.lstrip("0")
    if len(digits) > 10:
        return _MOST_SECONDS
    return min(int(digits or "0"), _MOST_SECONDS)


def _add_seconds(said: dict[str, object], name: str, argument: str) -> None:
    seconds = _seconds(argument)
    if name:
        stricter = max if name == "min_fresh" else min
        known = said.get(name, seconds)
        assert isinstance(known, int)
        said[name] = stricter(seconds, known)


def _add_fields(said: dict[str, object], flag: str, names: str, text: str) -> None:
    fields = frozenset(strip_space(name).lower() for name in text.split(",")) - {""}
    # A list that cannot be read, or is empty, restricts as the bare directive does: more, not less.
    if not fields or not all(map(is_token, fields)):
        said[flag] = True
        return
    known = said.get(names, frozenset())
    assert isinstance(known, frozenset)
    said[names] = known | fields
