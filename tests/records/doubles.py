"""Redactors that fail, for streams that must not."""

from __future__ import annotations

import os
from typing import Any

import attrs


@attrs.frozen
class Raising:
    """Fail on everything, with the value in the error."""

    schema: None = None

    def __call__(self, record: Any, /) -> Any:
        raise RuntimeError(record)

    def text(self, text: str, /) -> str:
        """Fail."""
        raise RuntimeError(text)


@attrs.frozen
class Dying:
    """End the process that works on a record which says so."""

    schema: None = None

    def __call__(self, record: Any, /) -> Any:
        if "die" in record:
            os._exit(3)
        return record

    def text(self, text: str, /) -> str:
        """Return the text."""
        return text


@attrs.frozen
class Wild:
    """Return what no redactor should."""

    made: Any = None
    schema: None = None

    def __call__(self, record: Any, /) -> Any:
        return self.made

    def text(self, text: str, /) -> Any:
        """Return the same for a text."""
        return self.made
