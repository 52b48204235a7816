"""Consent records and receipts in the shape of ISO/IEC TS 27560:2023, optionally signed."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from ..errors import InvalidToken
from ..ledgers import Subject
from ._entries import Entry, Kind
from ._fold import suppressions
from ._ledger import ConsentLedger

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

__all__ = ["Party", "consent_receipt", "consent_record", "sign_receipt", "verify_receipt"]

_SCHEMA = "ISO-IEC-TS-27560:2023"
_STATES = {
    Kind.REQUESTED: "consent requested",
    Kind.GIVEN: "consent given",
    Kind.RECONFIRMED: "consent reconfirmed",
    Kind.REFUSED: "consent refused",
    Kind.WITHDRAWN: "consent withdrawn",
    Kind.EXPIRED: "consent expired",
    Kind.ERASED: "consent terminated",
}


@attrs.frozen(kw_only=True)
class Party:
    """
    The controller that a record names.

    Args:
        id: Its id there.

        name: Its name.

        url: The address of its privacy policy.

        contact: How to reach it.
    """

    id: str
    name: str
    url: str = ""
    contact: str = ""


def consent_record(
    ledger: ConsentLedger, subject: Subject, /, *, controller: Party
) -> dict[str, Any]:
    """
    Return everything on record about a person's consents; a token names the person.

    Args:
        ledger: Where the consents are recorded.

        subject: Whose.

        controller: Who keeps the record.

    Raises:
        voxvalley_privacy.StoreError: If not everything can be read and proved.

    Source: ISO/IEC TS 27560:2023, 6.3: record header, processing, party identification, events.
    """
    history = ledger.history(subject)
    entries = [entry for entry in history if entry.kind in _STATES]
    token = ledger.token(subject)
    purposes: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        purposes.setdefault(
            (entry.purpose, entry.controller, entry.category, entry.recipient), []
        ).append(entry)
    return {
        "schema_version": _SCHEMA,
        "record_id": f"{token}.{len(entries)}",
        "pii_principal_id": token,
        "pii_processing": {
            "purposes": [_processing(scope, found) for scope, found in purposes.items()]
        },
        # Beside the shape of the standard: what the person wants no messages about.
        "suppressions": [_suppression(made) for made in suppressions(history)],
        "party_identification": [
            {
                "party_id": controller.id,
                "party_name": controller.name,
                "party_role": "PII controller",
                "party_url": controller.url,
                "party_contact": controller.contact,
            }
        ],
    }


def _suppression(made: Entry) -> dict[str, str]:
    return {
        "sender": made.sender or "all",
        "group": made.group,
        "purpose": made.purpose or "all",
        "since": made.at.isoformat(),
        "origin": made.origin,
    }


def _processing(scope: tuple[str, ...], entries: list[Entry]) -> dict[str, Any]:
    purpose, controller, category, recipient = scope
    return {
        "purpose": purpose or "all",
        "lawful_basis": "consent",
        "pii_controllers": _named(controller),
        "pii_information": [{"pii_type": name} for name in _named(category)],
        "recipient_third_parties": _named(recipient),
        **_collection(entries),
        "event": [_event(entry) for entry in entries],
    }


def _collection(entries: list[Entry]) -> dict[str, str]:
    """Return how consent was collected last, and under which notice."""
    shown = [entry.evidence for entry in entries if entry.evidence is not None]
    if not shown:
        return {"privacy_notice": "", "collection_method": ""}
    latest = shown[-1]
    notice = f"{latest.notice}@{latest.version}" if latest.notice else ""
    return {"privacy_notice": notice, "collection_method": latest.method}


def _named(name: str) -> list[str]:
    """Return a list of the one name, or an empty list."""
    return list(filter(None, [name]))


def _event(entry: Entry) -> dict[str, Any]:
    return {
        "event_time": entry.at.isoformat(),
        "event_type": "explicit" if entry.evidence and entry.evidence.affirmative else "",
        "event_state": _STATES[entry.kind],
        "validity_duration": entry.expires.isoformat() if entry.expires else "until withdrawn",
        "evidence_hash": entry.evidence.artifact if entry.evidence else "",
    }


def consent_receipt(
    ledger: ConsentLedger, subject: Subject, /, *, controller: Party, at: datetime
) -> dict[str, Any]:
    """
    Return the copy for the person: the record, with a header of its own.

    Source: ISO/IEC TS 27560:2023, 6.4.
    """
    record = consent_record(ledger, subject, controller=controller)
    return {
        "receipt_metadata": {
            "schema_version": _SCHEMA,
            "receipt_id": f"{record['record_id']}.{at.strftime('%Y%m%dT%H%M%S')}",
            "receipt_time": at.isoformat(),
            "withdrawal_method": "the same way as consent was given, at any time",
        },
        **record,
    }


def _canonical(receipt: dict[str, Any]) -> bytes:
    # Texts and lists only, so that sorted keys and no spaces make it the same bytes everywhere (as
    # RFC 8785).
    return json.dumps(receipt, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sign_receipt(receipt: dict[str, Any], /, *, key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return the receipt with an Ed25519 signature, which replaces one it already has."""
    unsigned = _unsigned(receipt)
    signature = base64.urlsafe_b64encode(key.sign(_canonical(unsigned))).decode()
    return {**unsigned, "signature": {"algorithm": "Ed25519", "value": signature}}


def _unsigned(receipt: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in receipt.items() if name != "signature"}


def verify_receipt(receipt: dict[str, Any], /, *, key: Ed25519PublicKey) -> dict[str, Any]:
    """
    Check the signature of a receipt, and return the receipt without it.

    Raises:
        voxvalley_privacy.InvalidToken: If it was not signed by the holder of *key*, or was changed
            since.
    """
    from cryptography.exceptions import InvalidSignature

    signature = receipt.get("signature")
    unsigned = _unsigned(receipt)
    try:
        if isinstance(signature, dict) and signature.get("algorithm") == "Ed25519":
            key.verify(base64.urlsafe_b64decode(signature["value"]), _canonical(unsigned))
            return unsigned
    except (InvalidSignature, ValueError, TypeError, KeyError):
        pass
    raise InvalidToken
