"""Files of registries, whatever stands between their columns."""

from __future__ import annotations

import pytest

from voxvalley_privacy.consent import Contact, registry_file

from .conftest import NOON

SUE = "+14155550132"


@pytest.mark.parametrize(
    "text",
    [
        "number\tdate\n4155550132\t2026\n",
        "Phone;Added\n4155550132;2026-11-01\n",
        "number|date\n4155550132|2026\n",
        "415;5550132\n",
        "4155550132.0\n",
    ],
)
def test_a_listed_number_is_found_whatever_stands_between_the_columns(tmp_path, text):
    """What else is in a line of a registry never becomes a part of its number."""
    path = tmp_path / "registry.txt"
    path.write_text(text, "utf-8")
    call = Contact(to=SUE, purpose="marketing", channel="voice", at=NOON)
    assert ("registry.listed",) == registry_file("US", path, as_of=NOON)(call).codes
