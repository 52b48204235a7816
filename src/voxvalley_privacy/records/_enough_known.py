"""How much of a file must be known before it is treated: under strict policies, half of it."""

from __future__ import annotations

from ..errors import ConfigurationError
from ..redaction import Redactor
from ._border import FieldReport

__all__ = ["enough_known", "least_of", "listed"]

_LEAST_UNDER_STRICT = 0.5  # with fewer known fields, most of a record would be dropped unsaid
_MOST_NAMED = 20  # unknown fields that an error names


def least_of(redact: object, least_known: float | None, /) -> float:
    """
    Return the share of the fields that must be known.

    Raises:
        voxvalley_privacy.ConfigurationError: If it is not 0 to 1.
    """
    if least_known is None:
        drops = isinstance(redact, Redactor) and redact.policy.unknown == "drop"
        return _LEAST_UNDER_STRICT if drops else 0.0
    if not 0 <= least_known <= 1:
        raise ConfigurationError("'least_known' must be 0 to 1.")
    return least_known


def enough_known(fields: FieldReport, least_known: float, /) -> None:
    """
    Refuse a file of which too little is known.

    Raises:
        voxvalley_privacy.ConfigurationError: The message names the unknown fields.
    """
    if fields.total and len(fields.known) < least_known * fields.total:
        raise ConfigurationError(
            f"Only {len(fields.known)} of {fields.total} fields are known, and unknown fields"
            f" would be dropped or hidden: {listed(fields.unknown)}. Name the right schema"
            " ('voxvalley-privacy schemas' lists them), describe these fields in one, or allow"
            " unknown fields (--allow-unknown, least_known=0)."
        )


def listed(names: tuple[str, ...], /) -> str:
    """Return the first names, and how many more there are."""
    more = len(names) - _MOST_NAMED
    rest = f" and {more} more" if more > 0 else ""
    return ", ".join(names[:_MOST_NAMED]) + rest
