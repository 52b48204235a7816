"""An audit log that proves itself: a tree of leaves, signed notes, witnesses."""

from __future__ import annotations

from ._audit_log import AuditLog, Receipt, check, generate_signer, to_file
from ._merkle import Proof, Tree, leaf_hash, root_of
from ._signed_note import Checkpoint, open_note

__all__ = [
    "AuditLog",
    "Checkpoint",
    "Proof",
    "Receipt",
    "Tree",
    "check",
    "generate_signer",
    "leaf_hash",
    "open_note",
    "root_of",
    "to_file",
]
