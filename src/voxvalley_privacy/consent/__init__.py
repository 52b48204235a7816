"""May I send, call, record, track this, and why."""

from __future__ import annotations

from ._age import Person, old_enough
from ._contact import Contact, MessageClass, Template, Templates, Use
from ._entries import Entry, Evidence, Kind
from ._imports import import_consents
from ._inbound import InboundMessage, InboundOutcome, handle_inbound
from ._intake import Intake, Supplied, intake
from ._keywords import KeywordKind, KeywordMatch, classify_keyword, keyword_classifier
from ._ledger import ConsentLedger
from ._notices import Notice, Notices
from ._quiet import outside_quiet_hours, within_caps
from ._readers import TwilioConsent, read_plivo, read_telnyx, read_twilio, read_vonage, twilio_bulk_consents
from ._reasons import CATALOG
from ._receipts import Party, consent_receipt, consent_record, sign_receipt, verify_receipt
from ._recording import Leg, Recording, recording_allowed
from ._rules import consented, not_opted_out, number_current
from ._subjects import Account
from ._tracking import Tracking, never_sold, tracking_allowed
from ._wishes import OptOutScope

__all__ = [
    "CATALOG",
    "Account",
    "ConsentLedger",
    "Contact",
    "Entry",
    "Evidence",
    "InboundMessage",
    "InboundOutcome",
    "Intake",
    "KeywordKind",
    "KeywordMatch",
    "Kind",
    "Leg",
    "MessageClass",
    "Notice",
    "Notices",
    "OptOutScope",
    "Party",
    "Person",
    "Recording",
    "Supplied",
    "Template",
    "Templates",
    "Tracking",
    "TwilioConsent",
    "Use",
    "classify_keyword",
    "consent_receipt",
    "consent_record",
    "consented",
    "handle_inbound",
    "import_consents",
    "intake",
    "keyword_classifier",
    "never_sold",
    "not_opted_out",
    "number_current",
    "old_enough",
    "outside_quiet_hours",
    "read_plivo",
    "read_telnyx",
    "read_twilio",
    "read_vonage",
    "recording_allowed",
    "sign_receipt",
    "tracking_allowed",
    "twilio_bulk_consents",
    "verify_receipt",
    "within_caps",
]
