"""Memory as a setting: how many raw values a redactor holds, and what becomes of them."""

from __future__ import annotations

import gc
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest

import voxvalley_privacy as vp
from tests.builds import pure_only
from voxvalley_privacy.logs._texts import Texts
from voxvalley_privacy.reading import Remembered
from voxvalley_privacy.redaction._field_plan import FieldPlan

KEYS = vp.KeyRing.generate()
INVITE = (
    "INVITE sip:+1415555{0:04d}@example.com SIP/2.0\r\n"
    "From: <sip:+1415555{0:04d}@example.com>;tag={0}\r\nTo: <sip:bob@example.com>\r\n\r\n"
)


def _record(number):
    return {
        "from": f"+1415555{number:04d}",
        "to": f"+1628555{number:04d}",
        "note": f"call {number} back",
        "sid": f"CA{number:032x}",
        "msg": INVITE.format(number),
    }


def _held(redact):
    """Return how many values the redactor holds, in whatever field or header they are."""
    engine = redact._engine
    treater = engine.treater
    plans = [
        plan for plan in gc.get_objects() if type(plan) is FieldPlan and plan.treater is treater
    ]
    return sum(len(place.memo) + len(place.older) for place in [*plans, engine.sip])


@pytest.mark.parametrize("most", [0, 1, 2, 7, 100, 1000])
def test_never_more_than_asked(most):
    """Fields and headers of a redactor hold together no more raw values than asked."""
    redact = vp.Redactor(vp.policies.debug(KEYS), memo=most)
    plain = vp.Redactor(vp.policies.debug(KEYS))
    for number in range(300):
        assert plain(_record(number)) == redact(_record(number))
        assert plain.text(_record(number)["msg"]) == redact.text(_record(number)["msg"])
    assert (0 if most < 2 else 2) <= _held(redact) <= most


def test_values_that_recur_are_taken_over():
    """A value that recurs stays through the turns; one that does not is let go."""
    redact = vp.Redactor(vp.policies.debug(KEYS), memo=40)
    for number in range(200):
        redact({"from": "+14155550199", "to": f"+1628555{number:04d}"})
    field = redact._engine.root.fields["from"]
    assert "+14155550199" in {**field.memo, **field.older}
    to = redact._engine.root.fields["to"]
    assert "+16285550000" not in {**to.memo, **to.older}


def test_threads_hold_no_more():
    """Many threads hold no more than asked, and each answer is right."""
    redact = vp.Redactor(vp.policies.debug(KEYS), memo=64)
    records = [_record(number % 90) for number in range(600)]
    with ThreadPoolExecutor(8) as pool:
        assert list(map(vp.Redactor(redact.policy), records)) == list(pool.map(redact, records))
    assert _held(redact) <= 64


def test_a_lock_that_is_held_stops_nobody():
    """While another thread, or one that is gone since a fork, holds the lock nothing is remembered."""
    redact = vp.Redactor(vp.policies.debug(KEYS))
    assert redact._engine.treater.remembered._lock.acquire(timeout=1)
    assert "+1********32" == redact({"from": "+14155550132"})["from"]
    assert 0 == _held(redact)


def test_setting_travels():
    """The setting is part of the value: it compares, is printed and travels."""
    redact = vp.Redactor(vp.policies.labels(), memo=5)
    assert redact == pickle.loads(pickle.dumps(redact))
    assert redact != vp.Redactor(vp.policies.labels())
    assert 5 == pickle.loads(pickle.dumps(redact)).memo
    assert "memo=5" in repr(redact)


def test_logs_remember_nothing_either():
    """Guards of logs remember no line of a redactor that must hold none."""
    redact = vp.Redactor(vp.policies.labels(), memo=0)
    texts = Texts(redact)
    texts.text("nothing in here")
    assert not texts.remembers
    assert not texts._clean


@pytest.mark.parametrize("memo", [-1, 1.5, "10", None, True])
def test_wrong_sizes(memo):
    """A size that is not a whole number is refused where the redactor is built."""
    with pytest.raises(vp.ConfigurationError, match="'memo'"):
        vp.Redactor(vp.policies.labels(), memo=memo)


def test_generations():
    """Half of what is permitted turns the generations; the older one is forgotten."""

    class Place:
        def __init__(self):
            self.memo, self.older = {}, {}

    place, other, remembered = Place(), Place(), Remembered(4)
    for key in "abc":
        remembered.put(place, key, key)
    remembered.put(other, "d", "d")
    assert ({"c": "c"}, {"a": "a", "b": "b"}) == (place.memo, place.older)
    assert ({"d": "d"}, {}) == (other.memo, other.older)
    remembered.put(other, "e", "e")
    assert ({}, {"c": "c"}) == (place.memo, place.older)
    assert ({"e": "e"}, {"d": "d"}) == (other.memo, other.older)


@pure_only
def test_a_table_of_one_shape_shares_the_rest():
    """The plan of a column is that of its record in all but the shapes of records."""
    table = vp.Redactor(vp.policies.labels(), schema="twilio.call")._engine.root
    table.in_texts(), table.named("x")
    other = table.with_shape(table.shape(("from",)), ("from",))
    assert ["shapes"] == [
        name for name in type(table).__slots__ if getattr(table, name) is not getattr(other, name)
    ]
