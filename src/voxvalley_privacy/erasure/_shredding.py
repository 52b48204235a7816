"""Destroy the data keys of a person: in every vault, but for what a hold or a floor needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..retention import LegalHolds, RecordKind, RecordMeta
from ._certificate import Plan
from ._subject_vault import SubjectVault

__all__ = ["shred", "vaults_in"]


def vaults_in(vault: SubjectVault | Sequence[SubjectVault] | None, /) -> tuple[SubjectVault, ...]:
    """Return every vault of a setting."""
    if vault is None:
        return ()
    return (vault,) if isinstance(vault, SubjectVault) else tuple(vault)


def shred(vaults: tuple[SubjectVault, ...], plan: Plan, /, *, holds: LegalHolds) -> int | None:
    """Destroy the keys that no hold and no floor needs; None if some may be left."""
    if not vaults:
        return 0
    if plan.person.between != (None, None):
        return None  # keys of another holder of the number are not told apart
    kept = _needed_by_stores(plan)
    try:
        with holds.lease() as lease:
            own = [_kinds_in(vault, plan) for vault in vaults]
            # An app may have sealed kinds of its own.
            kinds = {*map(str, RecordKind)}.union(*filter(None, own))
            free = _free(plan, kinds - kept, holds)
            holds.require_time(lease)
            destroyed = [_shredded(vault, plan, free) for vault in vaults]
    except Exception:  # whatever fails, keys may be left
        return None
    # Keys that a floor keeps are named by its store; those that a hold keeps leave it open.
    of_holds = kinds - {*free} - kept
    if of_holds or None in (*own, *destroyed) or any(line.held for line in plan.lines):
        return None
    return sum(filter(None, destroyed))


def _needed_by_stores(plan: Plan) -> set[str]:
    """Return the kinds of records that a floor or a hold keeps in a store."""
    retained = [record for line in plan.lines for record, _, _ in line.retained]
    held = [record for line in plan.lines for record in line.held]
    return {record.meta.kind for record in (*retained, *held)}


def _kinds_in(vault: SubjectVault, plan: Plan) -> tuple[str, ...] | None:
    try:
        return vault.kinds(str(plan.person.subject))
    except Exception:  # the other vaults are tried
        return None


def _free(plan: Plan, kinds: set[str], holds: LegalHolds) -> list[str]:
    subject = str(plan.person.subject)
    active: Any = holds.active()
    metas = {kind: RecordMeta(kind=kind, subjects=(subject,)) for kind in sorted(kinds)}
    return [kind for kind, meta in metas.items() if holds.covering(meta, active) is None]


def _shredded(vault: SubjectVault, plan: Plan, kinds: list[str]) -> int | None:
    try:
        return vault.shred(str(plan.person.subject), kinds=kinds, ticket=plan.ticket)
    except Exception:  # the other vaults are tried
        return None
