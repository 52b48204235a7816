"""A check that no store of an inventory still finds a person."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from ..erasure import Inventory
from .erasure_target import person_of

__all__ = ["ErasedCheck", "assert_erased", "erased"]


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


@attrs.frozen
class ErasedCheck:
    """
    Check that a person is erased: `erased(person)`, or `erased(inventory, person)`.

    Args:
        request: The test; it has a fixture `inventory` with the stores, if the call names none.
    """

    request: pytest.FixtureRequest = attrs.field(repr=False)

    def __call__(self, *words: Any, region: str | None = "US") -> None:
        """
        Fail while any store still finds the person.

        Args:
            words: The person, or the stores and the person.

            region: The country of numbers without a country code.

        Raises:
            AssertionError: With the names of the stores and counts, never with the person.
        """
        *inventory, subject = words
        stores = inventory[0] if inventory else self.request.getfixturevalue("inventory")
        assert_erased(stores, subject, region=region)


@pytest.fixture
def erased(request: pytest.FixtureRequest) -> ErasedCheck:
    """Give a test `erased(person)`, which fails while any store still finds the person."""
    return ErasedCheck(request)
