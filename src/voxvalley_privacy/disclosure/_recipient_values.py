"""Recipients and their contracts, and the vendor's own list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import attrs

from ..errors import ConfigurationError
from ..vocabulary import Purpose

__all__ = ["ROLES", "VENDOR_LIST", "Contract", "Recipient"]

ROLES = frozenset(["processor", "subprocessor", "third_party", "affiliate"])


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


@attrs.frozen(kw_only=True)
class Contract:
    """
    A contract with a recipient.

    Args:
        written: Whether it is in writing.

        instructions: Where the instructions are.

        onward_ban: Whether it forbids to pass data on.

        valid: First day, and the day from which it no longer holds (None while it does).
    """

    written: bool = False
    instructions: str = ""
    onward_ban: bool = False
    valid: tuple[date, date | None]

    @classmethod
    def from_dict(cls, table: Mapping[str, Any], /) -> Contract:
        """
        Build one from plain values; days are dates or texts such as `2026-01-31`.

        The days are `valid`, or `from` and `until` as in a settings file.

        Raises:
            TypeError, ValueError: If a value is of another kind.

            voxvalley_privacy.ConfigurationError: If there is no day from which it is valid.
        """
        values = dict(table)
        days = (values.pop("from", None), values.pop("until", None))
        start, end = (*values.pop("valid", days), None)[:2]
        if start is None:
            raise ConfigurationError("A contract needs the day from which it is valid: `from`.")
        return cls(**values, valid=(_day(start), _day(end) if end else None))

    def holds_on(self, day: date, /) -> bool:
        """Whether it binds the recipient on that day."""
        start, end = self.valid
        in_time = start <= day and (end is None or day < end)
        return self.written and bool(self.instructions) and self.onward_ban and in_time


def _names(names: Iterable[str]) -> frozenset[str]:
    if isinstance(names, str):
        raise ConfigurationError("Give a set of names, not one text.")
    return frozenset(map(str, names))


def _order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(_names(names)))


@attrs.frozen
class Recipient:
    """
    Somebody who gets data.

    Args:
        name: The name, as on the list.

        role: `processor`, `subprocessor`, `third_party` or `affiliate`.

        purposes: What for; `sale` is never one.

        fields: The names of the fields it may get.

        places: ISO codes of all countries it keeps or reads data in.

        contract: The contract; without one it gets nothing.

        transfer: The key of the mechanism that transfers rest on, such as `EU_SCC_2021`.

        services: What it does, for the public list.

        subprocessors: The names of its own sub-processors.

        elected_by: Which customer chose it, for a third party.

        tls: Whether it is reached by encrypted transport only.
    """

    name: str = attrs.field(validator=attrs.validators.min_len(1))
    role: str = attrs.field(kw_only=True)
    purposes: frozenset[str] = attrs.field(converter=_names, kw_only=True)
    fields: frozenset[str] = attrs.field(converter=_names, factory=frozenset, kw_only=True)
    places: tuple[str, ...] = attrs.field(converter=_order, default=(), kw_only=True)
    contract: Contract | None = attrs.field(default=None, kw_only=True)
    transfer: str = attrs.field(default="", kw_only=True)
    services: str = attrs.field(default="", kw_only=True)
    subprocessors: tuple[str, ...] = attrs.field(converter=_order, default=(), kw_only=True)
    elected_by: str = attrs.field(default="", kw_only=True)
    tls: bool = attrs.field(default=True, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if Purpose.SALE in self.purposes:
            raise ConfigurationError("'sale' is not a purpose that a recipient can have.")

    @classmethod
    def from_dict(cls, table: Mapping[str, Any], /) -> Recipient:
        """
        Build one from plain values, as a settings file holds them.

        Args:
            table: The arguments by name; `contract` is a table of the arguments of `Contract`, and
                days are dates or texts such as `2026-01-31`.

        Raises:
            voxvalley_privacy.ConfigurationError: If a name is unknown, missing, or of another kind.
        """
        try:
            values = dict(table)
            contract = values.pop("contract", None)
            return cls(**values, contract=contract and Contract.from_dict(contract))
        except (TypeError, ValueError, AttributeError) as error:
            fault = error
        if isinstance(fault, ConfigurationError):
            raise fault
        raise ConfigurationError("A recipient has a name, a role, purposes, and no other names.")

    def to_body(self) -> dict[str, Any]:
        """Return it as plain values."""
        return attrs.asdict(self, value_serializer=_plain)


def _plain(_: object, __: object, value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


# The vendor's own list: "Amazon Web Services", hosting; logging for debugging and monitoring; US.
VENDOR_LIST = (
    Recipient(
        "Amazon Web Services",
        role="subprocessor",
        purposes={Purpose.SERVICE, Purpose.SUPPORT},
        places=("US",),
        services="Hosting; logging for debugging and monitoring",
    ),
)
