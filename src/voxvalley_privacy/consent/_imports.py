"""Take over consents from elsewhere: they can lower what is on record, never raise it against a withdrawal."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypedDict

from ..decisions import Decision
from ..errors import ConfigurationError, PrivacyError
from ._consent_reasons import because
from ._contact import Use
from ._entries import Entry, Evidence, Kind, known_purpose
from ._fold import Scope, standing, suppressions
from ._ledger import ConsentLedger
from ._opt_in import consented

__all__ = ["TwilioConsent", "import_consents", "twilio_bulk_consents"]

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


# Twilio, in bulk


class TwilioConsent(TypedDict):
    """One item of Twilio's bulk consent request."""

    contact_id: str
    correlation_id: str
    sender_id: str
    status: str
    source: str
    date_of_consent: str


_BATCH = 25  # Twilio takes no more in one request


def twilio_bulk_consents(
    ledger: ConsentLedger, numbers: Iterable[str], /, *, sender_id: str, purpose: str
) -> Iterator[tuple[TwilioConsent, ...]]:
    """
    Tell Twilio who consented and who opted out, in requests of 25 items. The items hold the numbers themselves.

    Args:
        ledger: Knows the state; people of whom it knows nothing are left out, and those whose consent holds no more.

        numbers: The app's own list, in E.164: the ledger has no numbers to give.

        sender_id: The messaging service or number.

        purpose: Which consent counts.

    Raises:
        voxvalley_privacy.StoreError: If the state of any of them cannot be read.

    Source: Twilio, Bulk Upsert Consents (pilot), as of 2026-11-23.
    """
    batch: list[TwilioConsent] = []
    for number in numbers:
        item = _item(ledger, number, sender_id, purpose)
        if item is not None:
            batch.append(item)
        if len(batch) == _BATCH:
            yield tuple(batch)
            batch.clear()
    if batch:
        yield tuple(batch)


def _item(ledger: ConsentLedger, number: str, sender_id: str, purpose: str) -> TwilioConsent | None:
    entries = ledger.history(number)
    stopped = suppressions(entries)
    found = standing(entries, Scope(purpose))
    if stopped:
        status, source, entry = (
            "opt-out",
            "opt-out-message" if stopped[-1].origin == "keyword" else "others",
            stopped[-1],
        )
    elif found.consent is not None:
        if not consented(ledger)(Use(of=number, purpose=purpose, at=ledger.now())):
            return None  # past its end, or to be confirmed: neither in nor out
        web = found.consent.evidence is not None and found.consent.evidence.method == "web_form"
        status, source, entry = "opt-in", "website" if web else "others", found.consent
    elif found.ended is not None and found.ended.kind is not Kind.EXPIRED:
        status, source, entry = "opt-out", "others", found.ended
    else:
        return None
    return TwilioConsent(
        contact_id=number,
        correlation_id=uuid.uuid4().hex,
        sender_id=sender_id,
        status=status,
        source=source,
        date_of_consent=entry.at.isoformat(),
    )
