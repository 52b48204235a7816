"""The cheap search before reading misses no spelling."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.erasure.conftest import ANA
from tests.ledgers.test_books import SPELLINGS
from voxvalley_privacy.testing import person_of


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("is_ascii", [True, False])
def test_l4_every_spelling_is_found_before_reading(spelling, is_ascii):
    """What the reading finds, the search before it finds too."""
    line = json.dumps({"from": spelling}, ensure_ascii=is_ascii).encode()
    assert person_of(ANA).names({"from": spelling})
    assert person_of(ANA).may_be_in(line)


@given(st.lists(st.sampled_from([" ", "-", ".", "/", "(", ")", ""]), min_size=10, max_size=10))
def test_l4_any_grouping(signs):
    """However a number is grouped, a text that holds it is never passed over."""
    spelled = "".join(sign + digit for sign, digit in zip(signs, "4155550132", strict=True))
    person = person_of(ANA)
    if person.in_text(f"call {spelled} now"):
        assert person.may_be_in(f"call {spelled} now".encode())
        assert not person.in_text(person.erased_from(f"call {spelled} now"))


def test_an_address():
    """A mailbox is found in any case, and nowhere else."""
    person = person_of("Zoe@Example.com")
    assert person.may_be_in(b"mail ZOE@example.com")
    assert person.in_text("mail ZOE@example.com now")
    assert not person.may_be_in(b"mail ana@example.com")
