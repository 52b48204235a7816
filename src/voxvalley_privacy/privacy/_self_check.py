"""Look at what a configuration rests on: keys, stores, facts, and settings without effect."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import Any

from ..errors import ConfigurationError, StoreError
from ..facts import load, transfers
from ..keys import KeyRing
from ..logs import Gap, Severity, verify
from ..stores import sqlite
from ..vocabulary import LogKind
from ._key_place import GIVEN, ring_at

__all__ = ["gaps_of", "gaps_of_file"]


def gaps_of(privacy: Any, /) -> tuple[Gap, ...]:
    """Return all gaps of a configuration, and those of the logging of this process."""
    gaps = [gap for check in _CHECKS for gap in check(privacy)]
    return (*gaps, *verify())


def gaps_of_file(privacy: Any, place: str, /) -> tuple[Gap, ...]:
    """
    Return all gaps of a configuration that was read without its keys, and those of its keys.

    Args:
        privacy: The configuration, with keys that were made up to look at it.

        place: Where the file says that the keys are; empty if it does not.
    """
    gaps: list[Gap] = []
    try:
        ring = ring_at(place) if place else None
    except ConfigurationError:
        gaps.append(_UNREACHABLE)
        ring = None
    if not place:
        gaps.append(_FORGOTTEN)
    if ring is not None and _KNOWN_TO_EVERYBODY in ring.key_ids:
        gaps.append(_WEAK)
    return (*gaps, *gaps_of(privacy))


# Keys ---------------------------------------------------------------------------------------------

# The id of `vp.testing.fixed_keys()`, which is a higher floor.
_KNOWN_TO_EVERYBODY = "fxdkrn"
_WEAK = Gap(
    code="keys.weak",
    severity=Severity.HIGH,
    where="[keys]",
    leaks="Every token and seal: these are the keys of the test kit, which are published.",
    mend="Make keys of your own: voxvalley-privacy keys new FILE",
)
_FORGOTTEN = Gap(
    code="keys.forgotten",
    severity=Severity.MEDIUM,
    where="[keys]",
    leaks="Nothing; but tokens of two runs never join, and a ledger cannot be read again.",
    mend='Set from = "env:VOXVALLEY_PRIVACY_KEYS" in [keys].',
)
_UNREACHABLE = Gap(
    code="keys.unreachable",
    severity=Severity.HIGH,
    where="keys.from",
    leaks="Nothing now; the next start of the app fails.",
    mend="Put the keys back: they must be there, whole, and readable by the app alone.",
)


def _keys(privacy: Any) -> Iterator[Gap]:
    if _KNOWN_TO_EVERYBODY in privacy.keys.key_ids:
        yield _WEAK
    if not privacy.keys_from:
        yield _FORGOTTEN
    elif privacy.keys_from != GIVEN:
        yield from _keys_now(privacy)


def _keys_now(privacy: Any) -> Iterator[Gap]:
    """Compare the keys in use with those that are at their place by now."""
    ring: KeyRing | None = None
    try:
        ring = ring_at(privacy.keys_from)
    except ConfigurationError:
        yield _UNREACHABLE
    if ring is not None and ring.active_id != privacy.keys.active_id:
        yield Gap(
            code="keys.behind",
            severity=Severity.MEDIUM,
            where="keys.from",
            leaks="Nothing; this process writes with a key that is no longer the active one.",
            mend="Call reload() and use the configuration that it returns.",
        )


# Stores -------------------------------------------------------------------------------------------


def _ledger(privacy: Any) -> Iterator[Gap]:
    place = privacy.consent["ledger"]
    if place is not None and not _is_reachable(FilePath(place.removeprefix("sqlite:")).absolute()):
        yield Gap(
            code="store.unreachable",
            severity=Severity.HIGH,
            where="consent.ledger",
            leaks="Nothing; every contact is denied, and an opt-out may be lost.",
            mend="Let the app write to the folder of the ledger, and see that its file is whole.",
        )


def _is_reachable(path: FilePath) -> bool:
    """Whether a ledger can be kept there; a file that is there is opened, and none is made."""
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK):
        return False
    if not path.exists():
        return True
    try:
        store = sqlite(str(path))
        store.close()
    except (ConfigurationError, StoreError, OSError):
        return False
    return os.access(path, os.W_OK)


# Facts --------------------------------------------------------------------------------------------


def _facts(_privacy: Any) -> Iterator[Gap]:
    facts = load()
    if datetime.now(UTC).date() - facts.as_of > facts.max_age:
        yield Gap(
            code="facts.stale",
            severity=Severity.MEDIUM,
            where="facts",
            leaks="Messages may be sent at times that a newer law forbids.",
            mend="Install a newer version of the library.",
        )


# Settings without effect --------------------------------------------------------------------------


def _records(privacy: Any) -> Iterator[Gap]:
    for name, record in privacy.records.items():
        if record.schema is None:
            yield Gap(
                code="record.without_schema",
                severity=Severity.LOW,
                where=f"records.{name}",
                leaks="Fields are told by their names only; some may be dropped or kept wrongly.",
                mend="Set schema to one of `voxvalley-privacy schemas list`.",
            )
        if not record.audiences:
            yield _no_effect(f"records.{name}", "Nothing; nobody may see these records.")


def _logs(privacy: Any) -> Iterator[Gap]:
    if all(mode == "off" for mode in privacy.log_modes.values()):
        yield Gap(
            code="logs.all_off",
            severity=Severity.LOW,
            where="[logs]",
            leaks="Nothing; log_policy() writes no record of any kind.",
            mend=f"Set the logs that you need, as in {LogKind.CALL} = 'metadata'.",
        )


def _cache(privacy: Any) -> Iterator[Gap]:
    policy = privacy.cache_policy
    if policy.lifetimes:
        return
    if policy.unkeyed_query:
        yield _no_effect("cache.unkeyed_query", "Nothing; no kind of content is cached.")
    if policy.most_bytes != type(policy)({}).most_bytes:
        yield _no_effect("cache.most_bytes", "Nothing; no kind of content is cached.")


def _recipients(privacy: Any) -> Iterator[Gap]:
    """Recipients of the settings who get nothing today, whatever they are granted."""
    today = datetime.now(UTC).date()
    alive = {row.key for row in transfers() if row.kind == "permit" and row.valid_on(today)}
    for name, listed in privacy.recipients.items():
        recipient = listed.recipient
        where = f"recipients.{name}"
        if recipient.contract is None or not recipient.contract.holds_on(today):
            yield _no_effect(f"{where}.contract", "Nothing; no contract binds it today.")
        if recipient.transfer and recipient.transfer not in alive:
            yield _no_effect(f"{where}.transfer", "Nothing; the mechanism does not hold today.")
        if not recipient.fields:
            yield _no_effect(f"{where}.fields", "Nothing; it may get no field.")
        if not recipient.places:
            yield _no_effect(f"{where}.places", "Nothing; an unknown place is denied.")


def _no_effect(where: str, leaks: str) -> Gap:
    return Gap(
        code="setting.no_effect",
        severity=Severity.LOW,
        where=where,
        leaks=leaks,
        mend="Set what it needs to have an effect, or take it out.",
    )


_CHECKS = (_keys, _ledger, _facts, _records, _logs, _cache, _recipients)
