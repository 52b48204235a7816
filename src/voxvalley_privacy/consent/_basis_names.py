"""The bases on which a person may be contacted, and the names that laws give them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum, unique

import attrs

from ..errors import ConfigurationError

__all__ = ["PARTS", "Basis", "BasisKind", "kind_of_row"]


@unique
class BasisKind(StrEnum):
    """The kind of a basis."""

    CONSENT = "consent"
    WRITTEN_CONSENT = "prior_express_written_consent"
    SOFT_OPT_IN = "soft_opt_in"  # an address got in a sale, for the seller's own similar goods
    RELATIONSHIP = "existing_relationship"  # a purchase, a contract or an inquiry
    IMPLIED = "implied_consent"  # inferred from conduct or a published address
    TRANSACTIONAL = "transactional"  # about what the person ordered or uses
    EMERGENCY = "emergency"


# What must be shown for a basis: 47 CFR 64.1200(f)(9); Directive 2002/58/EC art. 13(2).
PARTS: dict[BasisKind, frozenset[str]] = {
    BasisKind.WRITTEN_CONSENT: frozenset(
        ["signed", "names_seller", "names_number", "not_a_condition"]
    ),
    BasisKind.SOFT_OPT_IN: frozenset(["got_in_sale", "own_similar", "refusal_offered"]),
}
_ALL_PARTS = frozenset().union(*PARTS.values())
# The words by which the rows of a country name what they accept.
_WORDS: tuple[tuple[str, BasisKind], ...] = (
    ("written_consent", BasisKind.WRITTEN_CONSENT),
    ("soft_", BasisKind.SOFT_OPT_IN),
    ("implied", BasisKind.IMPLIED),
    ("inferred", BasisKind.IMPLIED),
    ("published", BasisKind.IMPLIED),
    ("relationship", BasisKind.RELATIONSHIP),
    ("customer", BasisKind.RELATIONSHIP),
    ("contract", BasisKind.RELATIONSHIP),
    ("inquiry", BasisKind.RELATIONSHIP),
    ("transactional", BasisKind.TRANSACTIONAL),
    ("transaction", BasisKind.RELATIONSHIP),
)
_CONSENTS = frozenset(
    ["consent", "explicit_consent", "express_consent", "prior_consent", "prior_express_consent"]
)


def kind_of_row(basis: str, /) -> BasisKind | None:
    """Return the kind that a row is about; None for a row that no basis of an app can rest on."""
    if basis in _CONSENTS:
        return BasisKind.CONSENT
    return next((kind for word, kind in _WORDS if word in basis), None)


def _parts(parts: Iterable[str]) -> frozenset[str]:
    named = frozenset(parts)
    if not named <= _ALL_PARTS:
        raise ConfigurationError(f"'parts' must be of {', '.join(sorted(_ALL_PARTS))}.")
    return named


def _check_time(_: object, attribute: attrs.Attribute[object], at: datetime | None) -> None:
    if at is not None and at.tzinfo is None:
        raise ConfigurationError(f"{attribute.name!r} must have a time zone.")


@attrs.frozen(kw_only=True)
class Basis:
    """
    The basis on which one person may be contacted.

    Args:
        kind: Its kind; a `BasisKind`.

        since: From when its time counts: the purchase, inquiry or consent; None if not known.

        parts: What the app can show of it: for written consent `signed`, `names_seller`,
            `names_number`, `not_a_condition`; for a soft opt-in `got_in_sale`, `own_similar`,
            `refusal_offered`.

        detail: The name in the table where a law knows several of a kind, for example `inquiry`;
            empty for the shortest of them.

    Raises:
        voxvalley_privacy.ConfigurationError: If a part is unknown, or *since* has no zone.
    """

    kind: BasisKind = attrs.field(converter=BasisKind)
    since: datetime | None = attrs.field(default=None, validator=_check_time)
    parts: frozenset[str] = attrs.field(factory=frozenset, converter=_parts)
    detail: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that cannot be shown."""
        return tuple(sorted(PARTS.get(self.kind, frozenset()) - self.parts))
