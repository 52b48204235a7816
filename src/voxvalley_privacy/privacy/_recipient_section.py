"""The section of recipients: who gets which data, what for, and under which contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import attrs

from ..disclosure import Contract, Recipient
from ..facts import transfers
from ..vocabulary import Purpose
from ._floor import looser
from ._settings_file import Path, Settings, nearest

__all__ = ["CONTRACT_KEYS", "RECIPIENT_KEYS", "ROLES", "Listed", "recipients_of"]

ROLES = ("affiliate", "processor", "subprocessor", "third_party")
_LISTS = ("purposes", "fields", "places", "subprocessors")
_TEXTS = ("role", "transfer", "services", "elected_by")
RECIPIENT_KEYS = (*_TEXTS, *_LISTS, "contract", "effective", "tls")
CONTRACT_KEYS = ("written", "instructions", "onward_ban", "from", "until")


@attrs.frozen
class Listed:
    """
    A recipient of the settings.

    Args:
        recipient: Who, and what it may get.

        effective: From which day; None for the day on which it is entered in the register.
    """

    recipient: Recipient
    effective: date | None = None


def recipients_of(settings: Settings, _context: object, /) -> Mapping[str, Listed]:
    """Read the recipients; what is wrong with one is a fault at its place."""
    listed: dict[str, Listed] = {}
    for name in settings.at(("recipients",)):
        path = ("recipients", str(name))
        if not settings.is_table(path):
            continue
        before = len(settings.faults)
        options = dict(settings.known(path, RECIPIENT_KEYS))
        _check(settings, path, options)
        effective = _day(settings, (*path, "effective"), options.pop("effective", None))
        options["contract"] = _contract(settings, (*path, "contract"), options)
        if len(settings.faults) == before:
            build = partial(Recipient, name=str(name), **options)
            listed[str(name)] = Listed(settings.built(path, build), effective)
    return listed


def _check(settings: Settings, path: Path, options: Mapping[str, Any]) -> None:
    for key in _TEXTS:
        if not isinstance(options.get(key, ""), str):
            settings.fault((*path, key), "must be a text")
    for key in _LISTS:
        if not _is_list_of_texts(options.get(key, [])):
            settings.fault((*path, key), "must be a list of names")
    role = options.get("role", "")
    if isinstance(role, str) and role not in ROLES:
        settings.fault((*path, "role"), nearest(role, ROLES))
    _check_purposes(settings, (*path, "purposes"), options.get("purposes"))
    _check_transfer(settings, (*path, "transfer"), options.get("transfer", ""))
    if options.get("tls", True) is not True:
        at = (*path, "tls")
        looser(settings, at, "plain transport", "'tls = true'", ("floor", "tls"))


def _check_purposes(settings: Settings, path: Path, purposes: Any) -> None:
    if not purposes:
        settings.fault(path, "must name at least one purpose")
    elif _is_list_of_texts(purposes):
        for purpose in purposes:
            _check_purpose(settings, path, purpose)


def _check_purpose(settings: Settings, path: Path, purpose: object) -> None:
    if purpose == Purpose.SALE:
        looser(settings, path, "'sale'", "no sale at all", ("floor", "sale"))
    elif purpose not in list(Purpose):
        settings.fault(path, nearest(str(purpose), Purpose))


def _check_transfer(settings: Settings, path: Path, key: object) -> None:
    if not key:
        return
    permits = sorted(row.key for row in transfers() if row.kind == "permit")
    if key not in permits:
        settings.fault(path, nearest(str(key), permits).split("; use one of")[0])


def _contract(settings: Settings, path: Path, options: Mapping[str, Any]) -> Contract | None:
    """Return the contract of a recipient: all three promises, and the day from which it holds."""
    if "contract" not in options:
        return None
    terms = dict(settings.known(path, CONTRACT_KEYS))
    start = _day(settings, (*path, "from"), terms.pop("from", None))
    end = _day(settings, (*path, "until"), terms.pop("until", None))
    if start is None:
        settings.fault((*path, "from"), "must be the first day of the contract: 2026-01-01")
        return None
    for key in ("written", "onward_ban"):
        if type(terms.get(key, False)) is not bool:
            settings.fault((*path, key), "must be true or false")
    if not isinstance(terms.get("instructions", ""), str):
        settings.fault((*path, "instructions"), "must say where the instructions are")
    contract: Contract | None = settings.built(path, lambda: Contract(valid=(start, end), **terms))
    return contract


def _day(settings: Settings, path: Path, value: object) -> date | None:
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        settings.fault(path, "must be a day: 2026-01-01")
    return None


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
