"""A user's own pattern: taken if it is linear, refused with the mend if not."""

from __future__ import annotations

import json
import pickle

import pytest

from tests.detection.hiding import found
from voxvalley_privacy.detection._engine import DEFAULT_FINDERS
from voxvalley_privacy.detection._own_finders import pattern_finder
from voxvalley_privacy.errors import ConfigurationError
from voxvalley_privacy.vocabulary import DataCategory

FINE = [
    r"\bACME-[0-9]{6}\b", r"(?i)order[ #:]{0,3}(?P<value>[0-9]{4,8})", r"(?<=x)[0-9]{3,5}", r"EMP\d+", r"[A-Z]{2}[0-9]{6}[A-D]?",
    r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}", r"(?<!\w)\w{1,20}@acme", r"(?:cat|dog)+-x", r"MR[^\n]{1,40}", r"!(?>a|b)++",
]  # fmt: skip
REFUSED = {
    r"(a+)+$": "bound the outer one",
    r"(?:a|aa)+$": "make the parts differ",
    r"(\w+)\1": "write out",
    r"(x)?(?(1)y|z)w": "write out",
    r"\d+\d+x": "side by side",
    r"a.*b.*c": "side by side",
    r"(?=.*x)y": "lookaround",
    r"\w+@\w+": "hostile",
    r"(?:\d+\.){3}": "bound the inner one",
    r"x*": "empty",
    r"[": "",
    r"(?i)a+A+b": "side by side",
}


@pytest.mark.parametrize("regex", FINE)
def test_a_linear_pattern_is_taken(regex):
    """Patterns that take linear time are finders that compare and pickle."""
    finder = pattern_finder(DataCategory.ACCOUNT_ID, regex)
    assert finder == pattern_finder(DataCategory.ACCOUNT_ID, regex)
    assert finder == pickle.loads(pickle.dumps(finder))


@pytest.mark.parametrize("regex", REFUSED)
def test_b9_147_a_slow_pattern_is_refused(regex):
    """Patterns that can blow up are refused, and told how to mend."""
    with pytest.raises(ConfigurationError) as caught:
        pattern_finder(DataCategory.ACCOUNT_ID, regex)
    assert REFUSED[regex] in str(caught.value)


def test_it_finds_its_group_named_value():
    """The finding is the group named value, or all of the match."""
    order = pattern_finder(DataCategory.ACCOUNT_ID, r"order (?P<value>[0-9]{4,6})", name="order")
    badge = pattern_finder(DataCategory.SUBSCRIBER_ID, r"ACME-[0-9]{4}")
    text = "order 12345 by ACME-1234"
    assert [("12345", "ACCOUNT_ID"), ("ACME-1234", "SUBSCRIBER_ID")] == found(
        text, finders=(*DEFAULT_FINDERS, order, badge)
    )


def test_the_vulnerable_patterns_of_the_corpus_are_refused(corpus):
    """What is known to be vulnerable is refused."""
    lines = (
        (corpus / "11_adversarial" / "redos_patterns.jsonl")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    for row in map(json.loads, lines):
        if row["vulnerable"]:
            with pytest.raises(ConfigurationError):
                pattern_finder(DataCategory.ACCOUNT_ID, row["pattern"])
