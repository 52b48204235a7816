"""Public registries of people who want no advertising: what a copy says, and how old it may be."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import attrs

from ..decisions import Decision, Reason
from ..errors import ConfigurationError
from ..facts import Facts, RegistryFact, load
from ..phone import calling_code, canonical, country
from ._consent_reasons import because, cite, fails_closed
from ._contact import Contact, MessageClass, input_fault
from ._fold import SKEW
from ._registry_files import numbers_in

__all__ = ["Registry", "registry", "registry_file"]


class Registry(Protocol):
    """A rule about contacts; one that asks a service denies when the service does not answer."""

    def __call__(self, contact: Contact, /) -> Decision:
        """Deny where the person is listed, or where the copy is too old to say."""


# Numbers of these places are in the national registry of the United States.
_UNITED_STATES = frozenset(["US", "PR", "GU", "VI", "MP", "AS"])
_LONGEST_AGE = timedelta(
    days=31
)  # where no rule was found: the strictest rule of other large countries


@attrs.frozen(eq=False)
class _Listed:
    row: RegistryFact
    facts: Facts
    as_of: datetime
    max_age: timedelta
    unless: Callable[[Contact], object] | None
    clears: bool
    _numbers: array[int] = attrs.field(repr=lambda v: f"<{len(v)} hidden>")
    _codes: frozenset[str | None]

    @fails_closed
    def __call__(self, contact: Contact, /) -> Decision:
        fault = input_fault(contact)
        if fault is not None:
            return Decision.deny(fault)
        at = contact.at
        number = canonical(contact.to) if isinstance(contact.to, str) else None
        if number is None or not self._binds(contact, number):
            return Decision.allow(because("registry.exempt"), evaluated_at=at)
        if self.as_of > at + SKEW:
            return Decision.deny(because("error.clock"), evaluated_at=at)
        fresh_until = self.as_of + self.max_age
        if fresh_until <= at:
            return Decision.deny(self._reason("registry.stale", at), evaluated_at=at)
        if self._lists(number) is not self.clears:
            code = "registry.not_cleared" if self.clears else "registry.listed"
            return Decision.deny(self._reason(code, at), evaluated_at=at)
        code = "registry.cleared" if self.clears else "registry.absent"
        return Decision.allow(self._reason(code, at), evaluated_at=at, valid_until=fresh_until)

    def _reason(self, code: str, at: datetime) -> Reason:
        return cite(code, self.row, self.facts, at)

    def _binds(self, contact: Contact, number: str) -> bool:
        if contact.message_class is not MessageClass.PROMOTIONAL:
            return False
        if contact.channel not in self.row.channels or not self._is_for(number):
            return False
        return self.unless is None or not self.unless(contact)

    def _is_for(self, number: str) -> bool:
        home, place = self.row.key.partition("-")[0], country(number)
        if place is None:
            # It may be from there if it shares a code with those that are listed.
            return calling_code(number) in self._codes
        return place == home or (home == "US" and place in _UNITED_STATES)

    def _lists(self, number: str) -> bool:
        digits = int(number[1:])
        index = bisect_left(self._numbers, digits)
        return index < len(self._numbers) and self._numbers[index] == digits


# What everybody calls them. India's ledger of consents is run by the operators of its register.
_SHORT_NAMES = {
    "DLT": "DND / NCPR on DLT",
    "DNC": "National Do Not Call Registry",
    "DND": "DND / NCPR on DLT",
    "RND": "Reassigned Numbers Database",
    "TPS": "TPS and CTPS",
}
# Their files name whom one may contact: whose number did not change hands, who consented.
_CLEARING = frozenset(["DLT", "RND", "Reassigned Numbers Database"])


def _row(name: str, facts: Facts) -> RegistryFact:
    known = _SHORT_NAMES.get(name, name)
    rows = [row for row in facts.registries if known in (row.registry, row.key)]
    if not rows:
        raise ConfigurationError("No registry of this name or place is in the tables.")
    return rows[0]


def registry(
    name: str,
    numbers: Iterable[str],
    /,
    *,
    as_of: datetime,
    max_age: timedelta | None = None,
    unless: Callable[[Contact], object] | None = None,
    facts: Facts | None = None,
) -> Registry:
    """
    Deny advertising to the *numbers* of a registry, or to all but those that it clears.

    Args:
        name: A registry of `facts.load().registries`, by its name or its country, for example "US"
            or "GB", or by the short name DNC, TPS, DND, RND or DLT.

        numbers: Those that are listed, in any spelling that the country of the registry uses. For
            RND and DLT those that are cleared: whose holder did not change, who consented.
            Everybody else of that country is denied.

        as_of: When the copy was taken, with a time zone. A copy that is too old denies everybody it
            is about.

        max_age: How old it may be; None for what the registry's rules say, or 31 days where none
            were found.

        unless: Whether a contact has a basis that the registry accepts, for example prior express
            written consent; another rule will do, such as DLT's for DND.

        facts: The tables; None for those that ship with this version.

    Returns:
        A rule. It holds the numbers in memory, 8 bytes each.

    Raises:
        voxvalley_privacy.ConfigurationError: If the registry is not known, or a line is not a
            number.

    Source: facts/registries.csv.
    """
    pack = load() if facts is None else facts
    row = _row(name, pack)
    if as_of.tzinfo is None:
        raise ConfigurationError("'as_of' must have a time zone.")
    region = row.key.partition("-")[0]
    listed = array("Q", sorted(_digits(number, region) for number in numbers))
    age = max_age or row.freshness or _LONGEST_AGE
    # A thousand of them: a registry has one country's numbers, and may have hundreds of millions.
    sample = listed[:: 1 + len(listed) // 1000]
    codes = frozenset(calling_code(f"+{digits}") for digits in sample)
    return _Listed(row, pack, as_of, age, unless, name in _CLEARING, listed, codes)


# A column that went through a spreadsheet: read as it stands, the zero would be one more digit.
_FLOATING = re.compile(r"(\+?[0-9]{7,15})\.0+")


def _digits(number: str, region: str) -> int:
    whole = _FLOATING.fullmatch(str(number).strip())
    spelling = canonical(whole[1] if whole else str(number), region=region)
    if spelling is None:
        raise ConfigurationError("A line of the registry is not a phone number.")
    return int(spelling[1:])


def registry_file(
    name: str,
    path: str | Path,
    /,
    *,
    as_of: datetime,
    max_age: timedelta | None = None,
    unless: Callable[[Contact], object] | None = None,
    facts: Facts | None = None,
) -> Registry:
    """
    Read a registry's file, and deny advertising to its numbers; see `registry`.

    It has one number a line, or is a table (CSV) as the registries hand it out: area code and
    number apart, with a line of names on top or without, with additions and deletions, with the
    answers of the Reassigned Numbers Database, of which only `no` clears a number.

    Raises:
        voxvalley_privacy.ConfigurationError: If the file cannot be read, is empty, or holds
            something else.
    """
    try:
        text = Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        text = ""
    # An empty file is a failed download sooner than a country in which everybody wants advertising.
    if not text.strip():
        raise ConfigurationError("The registry's file cannot be read, or is empty.")
    numbers = numbers_in(text, clears=name in _CLEARING)
    return registry(name, numbers, as_of=as_of, max_age=max_age, unless=unless, facts=facts)
