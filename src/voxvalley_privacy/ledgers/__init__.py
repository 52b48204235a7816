"""Books of account in one event store: people as tokens, proofs, and a journal."""

from __future__ import annotations

from ._books import Books, Witness, batches, bound_key, chain_of, salted, size_of, unsalted
from ._journal import Journal
from ._proofs import Proofs, StorePartial, StoreStale
from ._streams import Stream, details_of, of_book
from ._subjects import Account, Subject, Subjects, canonical_sender, canonical_subject

__all__ = [
    "Account",
    "Books",
    "Journal",
    "Proofs",
    "StorePartial",
    "StoreStale",
    "Stream",
    "Subject",
    "Subjects",
    "Witness",
    "batches",
    "bound_key",
    "canonical_sender",
    "canonical_subject",
    "chain_of",
    "details_of",
    "of_book",
    "salted",
    "size_of",
    "unsalted",
]
