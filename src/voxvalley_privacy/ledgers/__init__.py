"""Books of account in one event store: people as tokens, proofs, and a journal."""

from __future__ import annotations

from ._account_book import Book, Fold, body_of, fault_code
from ._books import Books, Witness, batches, bound_key, chain_of, salted, size_of, unsalted
from ._journal import Journal
from ._proofs import Proofs, StorePartial, StoreStale
from ._streams import Stream, details_of, of_book
from ._subjects import Account, Subject, Subjects, canonical_sender, canonical_subject

__all__ = [
    "Account",
    "Book",
    "Books",
    "Fold",
    "Journal",
    "Proofs",
    "StorePartial",
    "StoreStale",
    "Stream",
    "Subject",
    "Subjects",
    "Witness",
    "batches",
    "body_of",
    "bound_key",
    "canonical_sender",
    "canonical_subject",
    "chain_of",
    "details_of",
    "fault_code",
    "of_book",
    "salted",
    "size_of",
    "unsalted",
]
