"""One frozen object made of all settings: redactors, logs, caches and rules of one app."""

from __future__ import annotations

import copy
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Any, Literal, Self, TypeAlias, TypeVar

import attrs

from ..caching import CachePolicy, PrivateCache
from ..consent import ConsentLedger, MayContact
from ..errors import ConfigurationError, NotPicklable
from ..keys import KeyRing
from ..logs import Gap, LogPolicy, Protection, protect
from ..policies import Policy
from ..records import wrap
from ..redaction import Redactor
from ..retention import RetentionSchedule
from ..schemas import Schema
from ..stores import Clock, EventStore, sqlite, system_clock
from ..vocabulary import Audience, LogKind
from ._books_of_account import Accounts
from ._description import PrivacyStats, description_of
from ._key_place import GIVEN, keys_of, region_of
from ._named_rules import RuleName, rule_of
from ._recipient_section import Listed
from ._sections import SECTIONS, TOP_KEYS, Context, Record
from ._self_check import gaps_of
from ._settings_file import Settings, load_toml, settings_of
from ._stamps import (
    Stamped,
    StampedLedger,
    StampedLogs,
    stamped_cache,
    stamped_contact,
    stamped_schedule,
)

__all__ = ["AudienceName", "Privacy", "PrivacyStats", "voxvalley_defaults"]

_T = TypeVar("_T")

AudienceName: TypeAlias = Literal["support", "debug", "billing", "analytics", "share", "public"]


@attrs.frozen(eq=False, init=False)
class Privacy:
    """
    Hold all privacy settings of an app, and make its redactors, logs, caches and rules.

    Sections are those of the settings file, with the same names and the same checks. What is left
    out is as in `voxvalley_defaults()`; nothing can be looser than the vendor's policy.

    Args:
        records: Name -> `{"schema": ..., "audiences": [...]}`.

        audiences: Audience -> `{"unknown": ..., "actions": {...}}`.

        logs: Kind of log -> `"off"`, `"metadata"` or `"redacted"`.

        cache: Settings of `CachePolicy`; `lifetimes` is a table of kind = duration.

        consent: `ledger`, `no_rule`, `minimum_age`, `accept_notice`, `reassignment_check`.

        retention: Name -> the arguments of `retain()`, with `kind`.

        recipients: Name -> the arguments of `Recipient`, with `effective`.

        region: Where national numbers are from: `"US"`.

        keys: For tokens, seals, caches and the ledger. None makes keys that are forgotten with the
            process; `self_check()` says so.

    Raises:
        voxvalley_privacy.ConfigurationError: All faults at once, each with its place.
    """

    keys: KeyRing = attrs.field(repr=False)
    policies: Mapping[str, Policy] = attrs.field(repr=False)
    records: Mapping[str, Record]
    log_modes: Mapping[LogKind, str] = attrs.field(repr=False)
    consent: Mapping[str, Any] = attrs.field(repr=False)
    recipients: Mapping[str, Listed] = attrs.field(repr=False)
    region: str | None
    keys_from: str
    path: FilePath | None = attrs.field(repr=False)
    _parts: Mapping[str, Any] = attrs.field(repr=False)
    # Made when they are asked for, as all that carries the hash of the configuration.
    _made: dict[str, Any] = attrs.field(factory=dict, repr=False)
    _redactors: dict[tuple[str, str], Redactor] = attrs.field(factory=dict, repr=False)

    def __init__(
        self,
        *,
        records: Mapping[str, Any] | None = None,
        audiences: Mapping[str, Any] | None = None,
        logs: Mapping[str, Any] | None = None,
        cache: Mapping[str, Any] | None = None,
        consent: Mapping[str, Any] | None = None,
        retention: Mapping[str, Any] | None = None,
        recipients: Mapping[str, Any] | None = None,
        region: str | None = None,
        keys: KeyRing | None = None,
    ) -> None:
        sections = {
            "records": records,
            "audiences": audiences,
            "logs": logs,
            "cache": cache,
            "consent": consent,
            "retention": retention,
            "recipients": recipients,
            "region": region,
        }
        table = {name: value for name, value in sections.items() if value is not None}
        self._fill(Settings(table), keys, None)

    @classmethod
    def from_dict(cls, table: Mapping[str, Any], /, *, keys: KeyRing | None = None) -> Self:
        """
        Build from a table as a settings file holds it.

        Raises:
            voxvalley_privacy.ConfigurationError: All faults at once, each with its path.
        """
        return cls._of(Settings(table, "settings"), keys, None)

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str], /, *, keys: KeyRing | None = None) -> Self:
        """
        Build from a settings file.

        Args:
            path: The file.

            keys: Used in place of the keys that the file names.

        Raises:
            voxvalley_privacy.ConfigurationError: All faults at once, each with its
                line: `privacy.toml:12`.
        """
        return cls._of(load_toml(path), keys, FilePath(path).absolute())

    @classmethod
    def _of(cls, settings: Settings, keys: KeyRing | None, path: FilePath | None) -> Self:
        privacy = cls.__new__(cls)
        privacy._fill(settings, keys, path)  # noqa: SLF001 - its own class
        return privacy

    def _fill(self, settings: Settings, keys: KeyRing | None, path: FilePath | None) -> None:
        if not isinstance(settings.table, Mapping):
            raise ConfigurationError("The settings must be a table of sections.")
        settings_of(settings)
        settings.known((), TOP_KEYS)
        region = region_of(settings)
        place, ring = keys_of(settings, keys)
        context = Context(keys=ring, region=region)
        parts = {name: read(settings, context) for name, read in SECTIONS.items()}
        settings.refuse()
        self.__attrs_init__(  # attrs writes it for init=False
            ring,
            parts["audiences"],
            MappingProxyType(parts["records"]),
            MappingProxyType(parts["logs"]),
            MappingProxyType(parts["consent"]),
            MappingProxyType(parts["recipients"]),
            region,
            place,
            path,
            MappingProxyType(parts),
        )

    # Redaction ------------------------------------------------------------------------------------

    def redactor(self, record: str = "", /, *, audience: AudienceName | Audience) -> Redactor:
        """
        Return the redactor of a kind of record for an audience; the same one each time.

        Args:
            record: A name under `records`; without one, texts and records that nobody described.

            audience: Who will read the result.

        Raises:
            voxvalley_privacy.ConfigurationError: If there is no such record or audience, or the
                audience is not listed for this record.
        """
        name = str(audience)
        known = self._redactors.get((record, name))
        if known is not None:
            return known
        policy = self.policies.get(name)
        if policy is None:
            raise ConfigurationError(f"The audience must be one of {', '.join(self.policies)}.")
        schema = self._schema(record, name)
        return self._redactors.setdefault((record, name), Redactor(policy, schema))

    def _schema(self, record: str, audience: str) -> Schema | None:
        if not record:
            return None
        known = self.records.get(record)
        if known is None:
            names = ", ".join(self.records) or "none yet"
            raise ConfigurationError(f"The record must be one of [records]: {names}.")
        if audience not in known.audiences:
            listed = ", ".join(known.audiences) or "nobody"
            raise ConfigurationError(f"Records {record!r} are for {listed}; {audience!r} is not.")
        return known.schema

    def wrap(self, target: _T, record: str = "", /, *, audience: AudienceName | Audience) -> _T:
        """Put the redactor of a record and an audience in front of a writer, file or callable."""
        return wrap(target, self.redactor(record, audience=audience))

    # Logs -----------------------------------------------------------------------------------------

    def protect_logs(
        self,
        logger: logging.Logger | str | None = None,
        *,
        audience: AudienceName | Audience = "debug",
    ) -> Protection:
        """Guard every handler that the records of *logger* reach, now and later; reversible."""
        return protect(self.redactor(audience=audience), logger)

    def log_policy(self, *, audience: AudienceName | Audience = "debug") -> LogPolicy:
        """Return what each kind of log may hold."""
        rules: Mapping[Any, Any] = self.log_modes
        return StampedLogs(rules, redact=self.redactor(audience=audience), stamp=self.hash)

    # Cache and consent ----------------------------------------------------------------------------

    def cache(self, *, store: Any = None, tenant: str = "") -> PrivateCache:
        """Return a cache under these settings, in *store* or in memory."""
        return PrivateCache(
            self.cache_policy, keys=self.keys, store=store, tenant=tenant, region=self.region
        )

    @property
    def cache_policy(self) -> CachePolicy:
        """The policy of the cache; its decisions carry the hash of `describe()`."""
        policy: CachePolicy = self._once(
            "cache", lambda: stamped_cache(self._parts["cache"], self.hash)
        )
        return policy

    def ledger(self) -> ConsentLedger:
        """
        Open the ledger of consents that the settings name.

        Raises:
            voxvalley_privacy.ConfigurationError: If `consent.ledger` is not set.
        """
        return StampedLedger(self._store(), keys=self.keys, region=self.region, stamp=self.hash)

    def _store(self) -> EventStore:
        place = self.consent["ledger"]
        if place is None:
            raise ConfigurationError("Set 'ledger' in [consent], as in 'sqlite:privacy.db'.")
        return sqlite(place.removeprefix("sqlite:"))

    def rule(
        self, name: RuleName, /, *, ledger: ConsentLedger | None = None, **options: Any
    ) -> Any:
        """
        Return a consent rule under these settings; its decisions carry the hash of `describe()`.

        Args:
            name: Such as `may_contact`.

            ledger: For the rules that read one.

            options: More arguments of the rule, such as *senders*.

        Raises:
            voxvalley_privacy.ConfigurationError: If there is no such rule, it needs a ledger, or
                an option is unknown or one that the settings decide.
        """
        rule = rule_of(name, self.consent, ledger, options)
        if isinstance(rule, MayContact):
            return stamped_contact(rule, self.hash)
        return Stamped(rule, self.hash)

    # Recipients and the life of a record ----------------------------------------------------------

    @property
    def retention(self) -> RetentionSchedule | None:
        """The rules of [retention]; their decisions carry the hash of `describe()`."""
        schedule: RetentionSchedule | None = self._once(
            "retention", lambda: stamped_schedule(self._parts["retention"], self.hash)
        )
        return schedule

    def accounts(
        self, store: EventStore | None = None, /, *, clock: Clock = system_clock
    ) -> Accounts:
        """
        Open the books of recipients, disclosures, holds, erasures and audit.

        Args:
            store: Keeps them all; None for the file of `consent.ledger`.

            clock: The time.

        Raises:
            voxvalley_privacy.ConfigurationError: If no store is given, and none is set.
        """
        return Accounts(
            store=self._store() if store is None else store,
            keys=self.keys,
            clock=clock,
            listed=tuple(self.recipients.values()),
            redact=self.redactor(audience="share"),
            schedule=self.retention,
            region=self.region,
            stamp=self.hash,
        )

    # About itself ---------------------------------------------------------------------------------

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._made:
            self._made.setdefault(name, make())
        return self._made[name]

    def _description(self) -> dict[str, Any]:
        description: dict[str, Any] = self._once(
            "description", lambda: description_of(self._parts, self.region, self.keys_from)
        )
        return description

    @property
    def hash(self) -> str:
        """The hash of the effective configuration, in letters."""
        return str(self._description()["hash"])

    def describe(self) -> Mapping[str, Any]:
        """Return the effective configuration, with its `hash`; it holds no key."""
        return copy.deepcopy(self._description())

    def stats(self) -> PrivacyStats:
        """Return the counts of all redactors so far, with the hash of the configuration."""
        counts = {
            f"{record or 'anything'}/{audience}": redactor.stats()
            for (record, audience), redactor in list(self._redactors.items())
        }
        return PrivacyStats(hash=self.hash, redactors=MappingProxyType(counts))

    def self_check(self) -> tuple[Gap, ...]:
        """Return what is wrong or without effect: keys, stores, facts, settings, handlers."""
        return gaps_of(self)

    def reload(self) -> Self:
        """
        Read the file again and return the new configuration; this one stays as it is.

        One assignment puts it into use: `privacy = privacy.reload()`. A file with a mistake raises,
        and the old configuration goes on. Where nothing has changed, the same object is returned,
        with its redactors and counts.

        Raises:
            voxvalley_privacy.ConfigurationError: If it is not from a file, or the file is wrong.
        """
        if self.path is None:
            raise ConfigurationError("Only a configuration of from_toml() can be read again.")
        settings = load_toml(self.path)
        if self.keys_from == GIVEN:
            renewed = self._of(settings, self.keys, self.path)
        else:
            renewed = self._of(settings, None, self.path)
        if not self.keys_from and not renewed.keys_from:
            # Keys that no file names last as long as the process, and not only until a reload.
            renewed = self._of(settings, self.keys, self.path)
            object.__setattr__(renewed, "keys_from", "")
        is_same = renewed == self and renewed.keys_from == self.keys_from
        return self if is_same else renewed

    def __eq__(self, other: object, /) -> bool:
        if not isinstance(other, Privacy):
            return NotImplemented
        return self.hash == other.hash and self.keys == other.keys

    def __hash__(self) -> int:
        return hash(self.hash)

    def __reduce__(self) -> tuple[Any, ...]:
        if self.path is None or self.keys_from in ("", GIVEN):
            raise NotPicklable(
                "Only a configuration pickles that from_toml() read with the keys it names."
            )
        return (type(self).from_toml, (self.path,))


def voxvalley_defaults(*, keys: KeyRing | None = None) -> Privacy:
    """Return the strictest literal reading of the vendor's policy, which is what `Privacy()` is."""
    return Privacy(keys=keys)
