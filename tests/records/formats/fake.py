"""A stand-in for a redactor: it knows a few field names and runs of digits, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import attrs

_DIGITS = re.compile(r"\+?\d{7,}")
_TYPED = {"from": "[FROM]", "to": "[TO]", "src": "[SRC]", "dst": "[DST]", "clid": "[CLID]"}


@attrs.frozen
class Schema:
    """A schema with column orders."""

    name: str = "fake.cdr"
    column_orders: tuple[tuple[str, ...], ...] = ()
    fields: tuple[str, ...] = ("from", "to", "body", "src", "dst", "clid", "secret")


@attrs.frozen
class FakeRedactor:
    """Replace typed fields and digit runs; drop `secret`."""

    schema: Schema | None = None

    def __call__(self, record: Any, /) -> Any:
        if isinstance(record, dict):
            return {
                self.text(k) if isinstance(k, str) else k: _TYPED[k.casefold()] if k.casefold() in _TYPED and v else self(v)
                for k, v in record.items()
                if k != "secret"
            }
        if isinstance(record, list):
            return [self(item) for item in record]
        if isinstance(record, str):
            return self.text(record)
        if isinstance(record, int | float) and not isinstance(record, bool):
            return self.text(str(record)) if _DIGITS.search(str(record)) else record
        return record

    def text(self, text: str, /) -> str:
        """Replace runs of seven digits and more."""
        return _DIGITS.sub("[PHONE_NUMBER]", text)


@attrs.frozen
class RaisingRedactor:
    """Fail on everything, with the value in the error."""

    schema: None = None

    def __call__(self, record: Any, /) -> Any:
        raise RuntimeError(record)

    def text(self, text: str, /) -> str:
        """Fail."""
        raise RuntimeError(text)
