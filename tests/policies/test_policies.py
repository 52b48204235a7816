"""Policies: how strict each is, and what it refuses."""

from __future__ import annotations

import json
import pickle
from itertools import pairwise
from pathlib import Path

import attrs
import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import DataCategory as C
from voxvalley_privacy.actions import exposure
from voxvalley_privacy.categories import CATEGORIES, PRESETS, Category

FACTS = Path(vp.__file__).parent / "facts"

KEYS = vp.KeyRing.generate()
CHAIN = ("public", "share", "analytics", "support")
NAMES = ("debug", "support", "billing", "analytics", "share", "public")


def _policy(name: str) -> vp.Policy:
    made: vp.Policy = getattr(vp.policies, name)(KEYS)
    return made


@pytest.mark.parametrize("category", C)
def test_b12_177_every_category_has_a_row(category: C) -> None:
    """A category without a row, or with a column missing, fails the build."""
    rows = json.loads(FACTS.joinpath("categories.json").read_text(encoding="utf-8"))
    columns = {column.name for column in attrs.fields(Category)}

    assert category.name in rows
    assert columns == set(rows[category.name])
    assert set(PRESETS) == set(rows[category.name]["actions"])
    assert rows[category.name]["meaning"]


@pytest.mark.parametrize("category", C)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_has_a_shape(name: str, category: C) -> None:
    """A category that a preset shows as it is says what its values have to look like, or is shown by design."""
    shown = exposure(_policy(name).actions[category]) is vp.Exposure.ALL
    by_design = {C.PARTY_NUMBER, C.END_USER_NUMBER, C.SIP_URI, C.SUBSCRIBER_ID, C.OWN_NUMBER}
    allowed = by_design if name == "billing" else {C.OWN_NUMBER}

    assert not shown or CATEGORIES[category].shape is not None or category in allowed


@pytest.mark.parametrize("category", C)
def test_columns_agree(category: C) -> None:
    """What is sensitive or secret is never a measure, never metadata and never shown in part."""
    row = CATEGORIES[category]
    if "sensitive" in row.personal or row.personal == "secret":
        assert (False, False) == (row.measure, row.metadata)
        assert not row.part or category in {C.PAYMENT_CARD, C.IBAN}
    assert not (row.measure and row.identifies)


@pytest.mark.parametrize("category", C)
@pytest.mark.parametrize(("stricter", "looser"), list(pairwise(CHAIN)))
def test_never_looser(stricter: str, looser: str, category: C) -> None:
    """Public is never looser than share, share than analytics, analytics than support, for any category."""
    assert exposure(_policy(stricter).actions[category]) <= exposure(
        _policy(looser).actions[category]
    )


@pytest.mark.parametrize("name", NAMES)
def test_credentials_always_go(name: str) -> None:
    """Credentials are dropped in every policy, and no policy can be told otherwise."""
    policy = _policy(name)

    assert vp.drop == policy.actions[C.CREDENTIAL]
    for action in (vp.keep, vp.mask(), vp.seal(KEYS), lambda value, category: value):
        with pytest.raises(vp.ConfigurationError, match="CREDENTIAL"):
            policy.with_actions({C.CREDENTIAL: action})
    fingerprint = policy.with_actions({C.CREDENTIAL: vp.pseudonym(KEYS)})
    assert "hunter2" not in str(vp.Redactor(fingerprint)({"password": "hunter2"}))


def test_all_faults_at_once() -> None:
    """A wrong policy names all its faults, each with its path."""
    with pytest.raises(vp.ConfigurationError) as caught:
        vp.Policy("x", {C.STATUS: "keep", C.CREDENTIAL: vp.keep}, unknown="keep", region="usa")  # type: ignore[dict-item, arg-type]

    assert {"actions[STATUS]", "actions[CREDENTIAL]", "unknown", "region"} == {
        path for path, _ in caught.value.faults
    }
    assert caught.value.faults == pickle.loads(pickle.dumps(caught.value)).faults


def test_wrong_keys_of_actions() -> None:
    """`with_actions` takes categories and their names only."""
    with pytest.raises(vp.ConfigurationError, match=r"actions\[1\]"):
        _policy("debug").with_actions({"STATUS": vp.drop, "NONE": vp.drop})
    by_name = _policy("debug").with_actions({"STATUS": vp.drop})
    assert vp.drop == by_name.actions[C.STATUS]
    assert (C.SUBSCRIBER_ID,) == vp.pattern_finder("SUBSCRIBER_ID", r"AC-\d{2}").categories
    with pytest.raises(vp.ConfigurationError, match="category"):
        vp.pattern_finder("NONE", r"AC-\d{2}")


@pytest.mark.parametrize(
    "values",
    [{"text": 0}, {"depth": -1}, {"nodes": 0}, {"depth": 100_000}, {"text": 0, "nodes": 0}],
)
def test_budgets_that_bound_nothing(values: dict[str, int]) -> None:
    """A budget that is no bound is refused, all faults at once."""
    with pytest.raises(vp.ConfigurationError) as caught:
        vp.Budget(**values)

    assert len(values) == len(caught.value.faults)


@pytest.mark.parametrize("name", NAMES)
def test_policies_are_values(name: str) -> None:
    """Policies are frozen, compare by what they do, and show no key."""
    policy = _policy(name)

    assert policy == _policy(name)
    assert policy != policy.with_actions({C.STATUS: vp.label("gone")})
    assert KEYS.to_text()[30:60] not in repr(policy) + str(attrs.asdict(policy))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        policy.name = "x"  # type: ignore[misc]


def test_purposes_do_not_join() -> None:
    """A token made for analytics is another than one made for debugging."""
    debug = _policy("debug").with_actions({C.PARTY_NUMBER: vp.pseudonym(KEYS, purpose="debug")})
    made = [
        vp.Redactor(p, "twilio.call")({"to": "+14155550132"})["to"]
        for p in (debug, _policy("analytics"))
    ]

    assert made[0] != made[1]


def test_region_reads_national_numbers() -> None:
    """With a region a national number has the token of its E.164 form."""
    redact = vp.Redactor(vp.policies.analytics(KEYS, region="US"), "asterisk.cdr_csv")

    assert redact({"src": "+14155550132"}) == redact({"src": "(415) 555-0132"})
    assert redact({"src": "+14155550132"}) == redact({"src": "4155550132"})
