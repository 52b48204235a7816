"""Treat pieces of what is logged, and count which."""

from __future__ import annotations

from typing import Any

from ..redaction import Redactor, Tally
from ._redact import Redact

__all__ = ["Texts"]

_REMEMBERED = 2048
_SHORT = 256  # characters; lines that come again are short


class Texts:
    """
    Treat texts and structured values.

    Args:
        redact: Treats them.

        tally: Counts in which part something was treated.
    """

    __slots__ = ("_clean", "_text", "redact", "remembers", "tally")

    def __init__(self, redact: Redact, tally: Tally) -> None:
        self.redact: Redact = redact
        self.tally: Tally = tally
        self._text = redact.text
        # Where our own redactor finds nothing once it never will; what others find may depend on whose turn it is.
        self.remembers: bool = type(redact) is Redactor
        self._clean: set[str] = set()

    def text(self, text: str, /) -> str:
        """
        Return *text* treated.

        Raises:
            TypeError: If the redactor does not give a text.
        """
        text = str.__str__(text)
        if text in self._clean:
            return text
        made: object = self._text(text)
        if made is text:
            self._remember(text)
        elif type(made) is not str:
            raise TypeError("The redactor gave no text.")
        return made

    def _remember(self, text: str) -> None:
        """Remember a text in which nothing was found: no text with anything personal is kept."""
        if self.remembers and len(text) <= _SHORT:
            if len(self._clean) >= _REMEMBERED:
                self._clean.clear()
            self._clean.add(text)

    def part(self, name: str, text: str, /) -> str:
        """Return *text* treated, and count if it changed."""
        made = self.text(text)
        if made != text:
            self.count(name)
        return made

    def record(self, name: str, record: dict[Any, Any], /) -> dict[Any, Any]:
        """
        Return a record treated, and count if it changed.

        Raises:
            TypeError: If the redactor does not give a record.
        """
        made: object = self.redact(record)
        if not isinstance(made, dict):
            raise TypeError("The redactor gave no record.")
        if made != record:
            self.count(name)
        return made

    def count(self, name: str, /) -> None:
        """Count that something was treated in a part."""
        self.tally.add(self.tally.treated, name)

    def fault(self, reason: str = "redactor", /) -> None:
        """Count a fault."""
        self.tally.add(self.tally.faults, reason)
