"""OpenDP's own measurements are charged before they are invoked."""

from __future__ import annotations

import pytest

from voxvalley_privacy import ConfigurationError, Denied, KeyRing, ReleaseLedger, stores
from voxvalley_privacy.integrations.opendp import measure

dp = pytest.importorskip("opendp.prelude")


@pytest.fixture
def books():
    """Return books with a budget of 1 for calls."""
    books = ReleaseLedger(stores.memory(), keys=KeyRing.generate())
    books.budget("calls", epsilon="1")
    return books


@pytest.fixture
def laplace():
    """Return a measurement of OpenDP that loses an epsilon of 0.5."""
    dp.enable_features("contrib")
    return dp.m.make_laplace(dp.atom_domain(T=int), dp.absolute_distance(T=int), scale=2.0)


def test_a_measurement_is_charged_and_then_refused(books, laplace):
    """It is invoked as long as the budget covers it, and no longer."""
    how = {"dataset": "calls", "month": "2026-11", "d_in": 1}

    first = measure(books, laplace, 100, **how)

    assert isinstance(first, int)
    spent = books.spent("calls", "2026-11")
    assert 0.5 <= spent < 0.51
    with pytest.raises(Denied):
        measure(books, laplace, 100, **{**how, "d_in": 2})
    assert spent == books.spent("calls", "2026-11")


def test_without_a_budget_nothing_is_invoked(laplace):
    """A data set without a budget is denied, and so is a loss of nothing."""
    books = ReleaseLedger(stores.memory(), keys=KeyRing.generate())

    with pytest.raises(Denied):
        measure(books, laplace, 100, dataset="calls", month="2026-11", d_in=1)
    with pytest.raises(ConfigurationError):
        measure(books, laplace, 100, dataset="calls", month="2026-11", d_in=0)
