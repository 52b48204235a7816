"""Treat pieces of what is logged, and count which."""

from __future__ import annotations

from typing import Any

from ..redaction._stats import Tally
from ._redact import Redact

__all__ = ["Texts"]


class Texts:
    """
    Treat texts and structured values.

    Args:
        redact: Treats them.

        tally: Counts in which part something was treated.
    """

    __slots__ = ("redact", "tally")

    def __init__(self, redact: Redact, tally: Tally) -> None:
        self.redact: Redact = redact
        self.tally: Tally = tally

    def text(self, text: str, /) -> str:
        """
        Return *text* treated.

        Raises:
            TypeError: If the redactor does not give a text.
        """
        made: object = self.redact.text(text)
        if type(made) is not str:
            raise TypeError("The redactor gave no text.")
        return made

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
