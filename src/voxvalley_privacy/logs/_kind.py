"""What is written to one kind of log, in each mode."""

from __future__ import annotations

from typing import Any

import attrs

from .. import schemas
from ..actions import drop, keep, scan
from ..categories import METADATA
from ..placeholders import FAULT
from ..policies import Policy
from ..redaction import Redactor, Tally
from ..schemas import Schema
from ..vocabulary import DataCategory
from ._log_rules import LogMode
from ._redact import Redact

__all__ = ["METADATA", "KindLog", "metadata_fields"]


@attrs.frozen
class KindLog:
    """Hold what one kind of log needs: redactors of its own, so that its counts are its own."""

    redact: Redact
    listed: Redactor
    scanned: Redactor
    full: Redactor
    tally: Tally

    @classmethod
    def of(cls, redact: Redact, schema: Schema | None) -> KindLog:
        """Build one."""
        if isinstance(redact, Redactor):
            schema = schema or redact.schema
            redact = Redactor(redact.policy, schema)
        listed = Policy(
            "metadata", {c: keep if c in METADATA else drop for c in DataCategory}, unknown="drop"
        )
        # A state can quote a number, an id can hold an address.
        scanned = Policy(
            "metadata", {c: scan if c in METADATA else drop for c in DataCategory}, unknown="drop"
        )
        whole = Policy(
            "full",
            {c: drop if c is DataCategory.CREDENTIAL else keep for c in DataCategory},
            unknown="scan",
        )
        return cls(
            redact,
            Redactor(listed, schema),
            Redactor(scanned, schema),
            Redactor(whole, schema),
            Tally(),
        )

    def written(self, mode: LogMode, record: Any) -> Any:
        """Return what a log in *mode* holds of *record*."""
        if mode is LogMode.OFF:
            return self.off()
        self._count(mode)
        try:
            record = record() if callable(record) else record
            if mode is LogMode.FULL:
                return self.full(record)
            if mode is LogMode.REDACTED:
                treated = self.redact(record)
                if not _failed(record, treated):
                    return treated
                self.tally.add(self.tally.faults, "redactor")
                return self._marked(record)
            return self._metadata(record)
        except (
            Exception
        ):  # a fault gives less, never raw, and never an exception into the call path
            self.tally.add(self.tally.faults, "redactor")
        return self._marked(record)

    def off(self) -> None:
        """Count a record that is not looked at."""
        self._count(LogMode.OFF)

    def _count(self, mode: LogMode) -> None:
        next(self.tally.calls)
        self.tally.add(self.tally.treated, mode.value)

    def _metadata(self, record: Any) -> dict[Any, Any]:
        # A text has no fields, so none that a schema lists.
        return self.scanned(self.listed(record)) if isinstance(record, dict) else {}

    def _marked(self, record: Any) -> dict[Any, Any]:
        return {**self._metadata(record), FAULT: FAULT}


def _failed(record: Any, treated: Any) -> bool:
    if isinstance(record, dict):
        return not isinstance(treated, dict) or FAULT in treated
    return treated is None or treated == FAULT


def metadata_fields(schema: Schema | str, /) -> tuple[str, ...]:
    """
    Return the paths of *schema* that a log in mode *metadata* holds.

    Args:
        schema: A schema, or the name of a built-in one.
    """
    given = schemas.get(schema) if isinstance(schema, str) else schema
    return tuple(path for path, field in given.fields.items() if field.category in METADATA)
