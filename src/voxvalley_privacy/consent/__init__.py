"""May I send, call, record, track this, and why."""

from __future__ import annotations

from ..ledgers import Account
from ._bases import basis_accepted
from ._basis_names import Basis, BasisKind
from ._caps import within_caps
from ._carrying_over import CarryReport, carry_over
from ._consent_reasons import CATALOG
from ._contact import Contact, MessageClass, Template, Templates, Use
from ._entries import Entry, Evidence, Kind, Notice, Notices
from ._imports import ImportReport, TwilioConsent, import_consents, twilio_bulk_consents
from ._inbound import InboundMessage, InboundOutcome, Review
from ._inbox import Inbox
from ._intake import Intake, Person, Supplied, intake, old_enough
from ._keywords import KeywordKind, KeywordMatch, classify_keyword, keyword_classifier
from ._ledger import ConsentLedger
from ._ledger_admin import LedgerAdmin, LedgerCounts, PersonStatus
from ._opt_in import consented, not_opted_out, number_current
from ._permits import MayContact, Permit, may_contact
from ._quiet import outside_quiet_hours
from ._readers import read_plivo, read_telnyx, read_twilio, read_vonage
from ._receipts import Party, consent_receipt, consent_record, sign_receipt, verify_receipt
from ._recording import Leg, Recording, recording_allowed
from ._registries import Registry, registry, registry_file
from ._rekeying import RekeyReport, rekey
from ._senders import Senders
from ._tracking import Tracking, never_sold, tracking_allowed
from ._whom_to_tell import ToTell, whom_to_tell
from ._wishes import OptOutScope

__all__ = [
    "CATALOG",
    "Account",
    "Basis",
    "BasisKind",
    "CarryReport",
    "ConsentLedger",
    "Contact",
    "Entry",
    "Evidence",
    "ImportReport",
    "InboundMessage",
    "InboundOutcome",
    "Inbox",
    "Intake",
    "KeywordKind",
    "KeywordMatch",
    "Kind",
    "LedgerAdmin",
    "LedgerCounts",
    "Leg",
    "MayContact",
    "MessageClass",
    "Notice",
    "Notices",
    "OptOutScope",
    "Party",
    "Permit",
    "Person",
    "PersonStatus",
    "Recording",
    "Registry",
    "RekeyReport",
    "Review",
    "Senders",
    "Supplied",
    "Template",
    "Templates",
    "ToTell",
    "Tracking",
    "TwilioConsent",
    "Use",
    "basis_accepted",
    "carry_over",
    "classify_keyword",
    "consent_receipt",
    "consent_record",
    "consented",
    "import_consents",
    "intake",
    "keyword_classifier",
    "may_contact",
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
    "registry",
    "registry_file",
    "rekey",
    "sign_receipt",
    "tracking_allowed",
    "twilio_bulk_consents",
    "verify_receipt",
    "whom_to_tell",
    "within_caps",
]
