"""Take over consents from elsewhere: they can lower what is on record, never raise it against a withdrawal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from ..decisions import Decision
from ..errors import ConfigurationError, PrivacyError
from ._consent_reasons import because
from ._entries import Entry, Evidence, Kind, known_purpose
from ._ledger import ConsentLedger

__all__ = ["import_consents"]

_YES = {"given", "opt-in", "opted_in", "yes", "true", "1"}
_NO = {"refused", "withdrawn", "opt-out", "opted_out", "no", "false", "0"}


def import_consents(
    ledger: ConsentLedger, rows: Iterable[Mapping[str, str]], /
) -> tuple[Decision, ...]:
    """
    Record rows as those of a CSV file.

    Args:
        ledger: Where to.

        rows: Each with `subject`, `purpose`, `status` (given, opt-in, withdrawn, opt-out, ...), `at` (with a time zone) and,
            for a consent, `method` and `affirmative` (yes or true).

    Returns:
        One decision a row. A consent is taken only if nothing was withdrawn, or if it was given later and by an affirmative
        act; else `import.cannot_raise`. A status that is not known is `import.malformed`.
    """
    return tuple([_row(ledger, row) for row in rows])


def _row(ledger: ConsentLedger, row: Mapping[str, str]) -> Decision:
    subject, purpose = row.get("subject") or "", row.get("purpose") or ""
    status = (row.get("status") or "").strip().casefold()
    if status in _NO:
        return (
            ledger.withdraw(subject, purpose or None)
            if subject
            else Decision.deny(because("import.malformed"))
        )
    at = _time(row.get("at") or "")
    if status not in _YES or at is None or not known_purpose(purpose) or not ledger.knows(subject):
        return Decision.deny(because("import.malformed"))
    affirmative = (row.get("affirmative") or "").strip().casefold() in {"yes", "true", "1"}
    try:
        evidence = Evidence(
            method=f"import.{row.get('method') or 'unknown'}", affirmative=affirmative
        )
        made = ledger.give_imported(
            subject, Entry(kind=Kind.GIVEN, at=at, purpose=purpose, evidence=evidence)
        )
    except ConfigurationError:
        return Decision.deny(because("import.malformed"))
    except PrivacyError:
        return Decision.deny(because("error.store_unavailable"))
    return (
        Decision.deny(because("import.cannot_raise"))
        if made is None
        else Decision.allow(because("import.recorded"))
    )


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
