"""OpenDP: its measurements, charged to the budget of a release ledger before they are invoked."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..decisions import Decision
from ..errors import ConfigurationError, Denied
from ..release import RELEASE_REASONS, ReleaseLedger

__all__ = ["measure"]

_DIGITS = 10**6


def measure(
    books: ReleaseLedger, measurement: Any, data: Any, /, *, dataset: str, month: str, d_in: int
) -> Any:
    """
    Charge a measurement, then invoke it.

    Args:
        books: Where the budget is.

        measurement: A measurement of OpenDP whose privacy loss is an epsilon; over vectors, not
            over its frames.

        data: The data.

        dataset: The name of the data set.

        month: The calendar month the data is of, such as `2026-11`.

        d_in: By how much one person can change the data, as the measurement counts it.

    Returns:
        What the measurement returns.

    Raises:
        voxvalley_privacy.Denied: If there is no budget, or it does not cover the loss.

        voxvalley_privacy.ConfigurationError: If the loss is not an epsilon above 0.

        voxvalley_privacy.StoreError: If the charge was not stored; nothing was invoked.
    """
    loss = measurement.map(d_in)
    if isinstance(loss, bool) or not isinstance(loss, int | float) or not 0 < loss < _DIGITS:
        raise ConfigurationError("The loss of the measurement must be an epsilon above 0.")
    # Rounded up: what is charged is never less than what is lost.
    epsilon = Fraction(-int(-Fraction(loss) * _DIGITS // 1), _DIGITS)
    code = books.charge(dataset, epsilon=epsilon, periods=(month,))
    if code:
        raise Denied(Decision.deny(RELEASE_REASONS[code]))
    return measurement(data)
