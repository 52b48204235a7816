"""A check that no store of an inventory still finds a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ..erasure import Inventory
from .erasure_target import person_of

__all__ = ["assert_erased", "erased"]


def assert_erased(inventory: Inventory, subject: str, /, *, region: str | None = "US") -> None:
    """
    Fail while any store still finds a person, in any spelling.

    Args:
        inventory: The stores.

        subject: The person.

        region: The country of numbers without a country code.

    Raises:
        AssertionError: With the names of the stores and counts, never with the person.
    """
    person = person_of(subject, region=region)
    left = {target.name: target.verify_absent(person) for target in inventory.targets}
    found = {name: number for name, number in left.items() if number}
    if found:
        raise AssertionError(f"Still found: {found}.")


@pytest.fixture
def erased() -> Callable[..., None]:
    """Give a test `assert_erased`: `erased(inventory, person)`."""
    return assert_erased
