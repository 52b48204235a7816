"""Take over consents from other systems, and hand them on; an import never ends an opt-out."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import TypedDict

import attrs

from ..decisions import Decision
from ..errors import ConfigurationError
from ._consent_reasons import accepted, because
from ._contact import Use
from ._entries import Entry, Evidence, Kind, known_purpose
from ._fold import SKEW, Scope, standing, suppressions
from ._inbound import BEGINNING
from ._ledger import ConsentLedger
from ._opt_in import consented

__all__ = ["ImportReport", "TwilioConsent", "import_consents", "twilio_bulk_consents"]

_YES = frozenset(
    [
        "1",
        "accepted",
        "confirmed",
        "consented",
        "given",
        "granted",
        "optedin",
        "optin",
        "subscribed",
        "true",
        "yes",
    ]
)
_NO = frozenset(
    ["0", "dnc", "dnd", "f", "false", "n", "never", "no", "none", "out", "removed", "spam"]
)
# How words begin by which mailing lists, contact managers and vendors say no.
_NO_BEGINNINGS = (
    "blacklist",
    "block",
    "cancel",
    "complain",
    "declin",
    "denied",
    "donot",
    "not",
    "optedout",
    "optout",
    "refus",
    "reject",
    "revok",
    "stop",
    "suppress",
    "unconsent",
    "unsub",
    "withdr",
)
_GRANTS = (Kind.GIVEN, Kind.RECONFIRMED)


@attrs.frozen
class ImportReport:
    """
    The rows of an import, by outcome.

    Args:
        decisions: One for each row, in their order.
    """

    decisions: tuple[Decision, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many rows have each reason, for example `withdrawal.unmatched`."""
        return Counter(code for decision in self.decisions for code in decision.codes)


def import_consents(ledger: ConsentLedger, rows: Iterable[Mapping[str, str]], /) -> ImportReport:
    """
    Record rows, for example those of a CSV file. The same file twice changes nothing.

    Args:
        ledger: Where to.

        rows: Mappings with these names, whatever the columns of your file are called. `subject`
            and `status` (given, opt-in, subscribed, withdrawn, unsubscribed, STOP, DNC, ...); `at`,
            with a time zone or the day alone, and `purpose`, both of which an opt-out may lack; for
            a consent also `method` and `affirmative` (yes or true).

    Returns:
        A report. An opt-out is always taken, at its own time. A consent is taken only if nothing
        was withdrawn, or if it was given later and by an affirmative act; else
        `import.cannot_raise`. A status that is not known is `import.malformed`.
    """
    decisions: list[Decision | None] = []
    # Opt-outs are written together, but never behind a consent that comes after them.
    opt_outs: list[tuple[int, _OptOut]] = []
    for row in rows:
        if not isinstance(row, Mapping):
            _write(ledger, opt_outs, decisions)
            decisions.append(Decision.deny(because("import.malformed")))
            continue
        opt_out = _opt_out(ledger, row)
        if opt_out is not None:
            opt_outs.append((len(decisions), opt_out))
            decisions.append(None)
            continue
        _write(ledger, opt_outs, decisions)
        decisions.append(_consent(ledger, row))
    _write(ledger, opt_outs, decisions)
    return ImportReport(tuple(decision for decision in decisions if decision is not None))


def _cell(row: Mapping[str, object], name: str) -> str:
    # Rows of a table or a database hold numbers and times as well.
    value = row.get(name)
    return "" if value is None else str(value)


def _status(row: Mapping[str, str]) -> str:
    """Return the letters and digits of the status: exporters differ in case, dashes and spaces."""
    return "".join(filter(str.isalnum, _cell(row, "status").casefold()))


def _says_no(status: str) -> bool:
    return status in _NO or status.startswith(_NO_BEGINNINGS)


# Opt-outs


@attrs.frozen
class _OptOut:
    subject: str
    entry: Entry
    key: str
    widened: bool


def _opt_out(ledger: ConsentLedger, row: Mapping[str, str]) -> _OptOut | None:
    """Return what a row takes away; None if it says anything else."""
    subject, named = _cell(row, "subject"), _cell(row, "purpose")
    if not subject or not _says_no(_status(row)):
        return None
    purpose = named if known_purpose(named) else ""
    now, at = ledger.now(), _time(_cell(row, "at"))
    entry = Entry(kind=Kind.WITHDRAWN, at=min(at or now, now), purpose=purpose, origin="import")
    # Without a time of its own a row may be a new no, after a new yes.
    dated = at is not None
    key = _key(subject, purpose, _cell(row, "at")) if dated else _key_after(ledger, subject, entry)
    return _OptOut(subject, entry, key, bool(named) and not purpose)


def _key(*parts: str) -> str:
    return sha256(" ".join(("import", *parts)).encode("utf-8", "surrogatepass")).hexdigest()


def _key_after(ledger: ConsentLedger, subject: str, entry: Entry) -> str:
    """Return a key that is the same until the person says yes again."""
    try:
        given = [known.position for known in ledger.history(subject) if known.kind in _GRANTS]
    except Exception:  # whatever a store raises: the opt-out is taken
        return ""
    return _key(subject, entry.purpose, str(max(given, default=0)))


def _write(
    ledger: ConsentLedger, opt_outs: list[tuple[int, _OptOut]], decisions: list[Decision | None]
) -> None:
    rows = [(opt_out.subject, opt_out.entry, opt_out.key) for _, opt_out in opt_outs]
    for (place, opt_out), kept in zip(opt_outs, ledger.books.accept_many(rows), strict=True):
        code, entry, is_new = kept
        more = list(ledger.unmatched(opt_out.subject))
        if opt_out.widened:
            more.append(because("withdrawal.widened"))
        if not is_new:
            more.append(because("import.repeated"))
        decisions[place] = accepted(code, entry, *more)
    opt_outs.clear()


# Consents


def _consent(ledger: ConsentLedger, row: Mapping[str, str]) -> Decision:
    subject, purpose = _cell(row, "subject"), _cell(row, "purpose")
    at = _time(_cell(row, "at"))
    if at is None or not known_purpose(purpose):
        return Decision.deny(because("import.malformed"))
    if _status(row) not in _YES or not ledger.knows(subject):
        return Decision.deny(because("import.malformed"))
    try:
        entry = Entry(kind=Kind.GIVEN, at=at, purpose=purpose, evidence=_evidence(row))
        kept = _give(ledger, subject, entry, key=_key(subject, purpose, at.isoformat()))
    except ConfigurationError:
        return Decision.deny(because("import.malformed"))
    except Exception:  # whatever a store raises: there is no consent
        return Decision.deny(because("error.store_unavailable"))
    if kept is None:
        return Decision.deny(because("import.cannot_raise"))
    return Decision.allow(because("import.recorded"))


def _give(ledger: ConsentLedger, subject: str, entry: Entry, *, key: str) -> Entry | None:
    """Record a consent from elsewhere; None if it would bring back what was taken back."""
    if entry.at > ledger.now() + SKEW:
        raise ConfigurationError("'at' must not be in the future.")
    scope = Scope(entry.purpose, entry.controller, entry.category, entry.recipient)
    then = standing((*ledger.history(subject), entry), scope)
    if then.consent is not entry:
        return None
    return ledger.books.record(subject, entry, key=key)


def _evidence(row: Mapping[str, str]) -> Evidence:
    said = _cell(row, "affirmative").strip().casefold()
    method = _cell(row, "method") or "unknown"
    return Evidence(method=f"import.{method}", affirmative=said in {"yes", "true", "1"})


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return max(at, BEGINNING)  # an empty time of some exporters is in the year 1


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
    Tell Twilio who consented and who opted out, in requests of 25 items. The items hold the numbers
    themselves.

    Args:
        ledger: Knows the state; people of whom it knows nothing are left out, and those whose
            consent holds no more.

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


# Twilio's words for where a consent or an opt-out came from.
_SOURCES = {"keyword": "opt-out-message", "web_form": "website"}
_NO_MORE = (Kind.WITHDRAWN, Kind.REFUSED, Kind.ERASED, Kind.CHECKED)


def _item(ledger: ConsentLedger, number: str, sender_id: str, purpose: str) -> TwilioConsent | None:
    told = _told(ledger, number, purpose)
    if told is None:
        return None
    status, source, at = told
    return TwilioConsent(
        contact_id=number,
        correlation_id=uuid.uuid4().hex,
        sender_id=sender_id,
        status=status,
        source=source,
        date_of_consent=at.isoformat(),
    )


def _told(ledger: ConsentLedger, number: str, purpose: str) -> tuple[str, str, datetime] | None:
    """Return status, source and time; None for people who are neither in nor out."""
    entries = ledger.history(number)
    stopped = suppressions(entries)
    if stopped:
        source = _SOURCES.get(stopped[-1].origin, "others")
        return "opt-out", source, stopped[-1].at
    now = standing(entries, Scope(purpose))
    if now.consent is None:
        ended = now.ended
        if ended is None or ended.kind not in _NO_MORE:
            return None
        return "opt-out", "others", ended.at
    if not consented(ledger)(Use(of=number, purpose=purpose, at=ledger.now())):
        return None  # past its end, or to be confirmed
    evidence = now.consent.evidence
    source = _SOURCES.get(evidence.method, "others") if evidence else "others"
    return "opt-in", source, now.consent.at
