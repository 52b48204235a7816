"""Look at what a configuration rests on: keys, stores, facts, and settings without effect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import Any

from ..facts import load
from ..logs import Gap, Severity, verify
from ..vocabulary import LogKind

__all__ = ["gaps_of"]


def gaps_of(privacy: Any, /) -> tuple[Gap, ...]:
    """Return all gaps of a configuration, and those of the logging of this process."""
    gaps = [gap for check in _CHECKS for gap in check(privacy)]
    return (*gaps, *verify())


def _keys(privacy: Any) -> Iterator[Gap]:
    if not privacy.keys_from:
        yield Gap(
            code="keys.forgotten",
            severity=Severity.MEDIUM,
            where="[keys]",
            leaks="Nothing; but tokens of two runs never join, and a ledger cannot be read again.",
            mend='Set from = "env:VOXVALLEY_PRIVACY_KEYS" in [keys].',
        )


def _ledger(privacy: Any) -> Iterator[Gap]:
    place = privacy.consent["ledger"]
    if place is None:
        return
    folder = FilePath(place.removeprefix("sqlite:")).absolute().parent
    if not folder.is_dir():
        yield Gap(
            code="store.unreachable",
            severity=Severity.HIGH,
            where="consent.ledger",
            leaks="Nothing; every contact is denied, and an opt-out may be lost.",
            mend="Make the folder of the ledger, or name another one.",
        )


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


def _without_effect(privacy: Any) -> Iterator[Gap]:
    for name, record in privacy.records.items():
        if record.schema is None:
            yield Gap(
                code="record.without_schema",
                severity=Severity.LOW,
                where=f"records.{name}",
                leaks="Fields are told by their names only; some may be dropped or kept wrongly.",
                mend="Set schema to one of `voxvalley-privacy schemas list`.",
            )
    if all(mode == "off" for mode in privacy.log_modes.values()):
        yield Gap(
            code="logs.all_off",
            severity=Severity.LOW,
            where="[logs]",
            leaks="Nothing; log_policy() writes no record of any kind.",
            mend=f"Set the logs that you need, as in {LogKind.CALL} = 'metadata'.",
        )
    policy = privacy.cache_policy
    if policy.unkeyed_query and not policy.lifetimes:
        yield Gap(
            code="setting.no_effect",
            severity=Severity.LOW,
            where="cache.unkeyed_query",
            leaks="Nothing; no kind of content is cached, so this setting does nothing.",
            mend="Name a kind in [cache.lifetimes], or take the setting out.",
        )


_CHECKS = (_keys, _ledger, _facts, _without_effect)
