"""The characters HTTP is spelled in."""

from __future__ import annotations

from string import ascii_letters, digits

__all__ = ["is_token", "strip_space"]

_TOKEN = frozenset("!#$%&'*+-.^_`|~" + digits + ascii_letters)


def is_token(text: str, /) -> bool:
    """
    Tell whether *text* is a token: a name of a field, method or directive.

    Source: RFC 9110, section 5.6.2.
    """
    return text != "" and _TOKEN.issuperset(text)


def strip_space(text: str, /) -> str:
    """
    Take optional whitespace off both ends: space and tab, and no other character that Python calls space.

    Source: RFC 9110, section 5.6.3.
    """
    return text.strip(" \t")
