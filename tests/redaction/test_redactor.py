"""The redactor as an integrator uses it: explain, stats, find, text, pickles, wrong settings, faults."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from voxvalley_privacy import DataCategory as C

KEYS = vp.KeyRing.generate()
NUMBER = "+14155550132"
DIGITS = "4155550132"

# No digits but those of the canary: two masks side by side can spell five of it by chance. Nothing that `repr` writes as a
# code point either, for the same reason.
LETTERS = st.characters(exclude_categories=["N", "C", "Z"], include_characters=" \t\u200b")
scalars = st.one_of(
    st.none(), st.booleans(), st.sampled_from([0, 7, -3, 0.5, -0.0, float("inf"), 10**90]),
    st.text(LETTERS, max_size=30),
    st.sampled_from([NUMBER, "14155550132", "(415) 555-0132", f"call {NUMBER} now", "Zebulon Quartermain", 14155550132,
                     NUMBER.encode(), b"\xff\x00"]),
)  # fmt: skip
names = st.one_of(
    st.sampled_from(["to", "from", "status", "note", "email", "headers", "body", "id", "count"]),
    st.text(LETTERS, max_size=8),
)
records = st.dictionaries(
    names,
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
        max_leaves=12,
    ),
)


@pytest.mark.parametrize("policy", ["debug", "analytics", "share"])
@given(record=records)
def test_any_record(policy: str, record: dict[str, object]) -> None:
    """For any record: no exception, no number, no change of the input, the same when done twice."""
    redact = vp.Redactor(getattr(vp.policies, policy)(KEYS))
    before = repr(record)
    made = redact(record)

    assert_no_canary(repr(made), DIGITS)
    assert before == repr(record)
    assert repr(made) == repr(redact(made))
    assert 0 == redact.stats().faults.get("fault", 0)


@pytest.mark.parametrize("record", [{NUMBER: 3}, {"x": [NUMBER, 0]}, {"x": [[NUMBER, "ok"]]}])
def test_tokens_are_no_names_of_fields(record: dict[str, object]) -> None:
    """A token that stands where a field's name can stand says nothing of the value beside it."""
    redact = vp.Redactor(vp.policies.debug(KEYS))
    made = redact(record)

    assert_no_canary(repr(made), DIGITS)
    assert made == redact(made)


@given(text=st.text(max_size=60), at=st.integers(min_value=0, max_value=60))
def test_any_text(text: str, at: int) -> None:
    """A number set anywhere into any text is hidden."""
    made = vp.scrub(f"{text[:at]} {NUMBER} {text[at:]}")

    assert_no_canary(made, DIGITS)


def test_text_past_the_budget() -> None:
    """Text past the budget is cut with a mark; no part of a number at the edge stays."""
    policy = vp.policies.labels(budget=vp.Budget(text=100))
    for shift in range(30):
        made = vp.Redactor(policy).text("x" * (80 + shift) + f" {NUMBER} " + "y" * 500)
        assert_no_canary(
            made,
            DIGITS,
        )
        assert made.endswith("[TRUNCATED]")
        assert len(made) < 130


def test_explain_says_what_and_why() -> None:
    """Each field has a category, an action and a reason; no value shows, in keys either."""
    redact = vp.Redactor(vp.policies.debug(KEYS), "twilio.call")
    made = redact.explain(
        {
            "to": NUMBER,
            "sid": "CA1",
            "surprise": f"call {NUMBER}",
            NUMBER: 1,
            "user_password": "x",
            "direction": "inbound",
        }
    )
    rows = {row.path: (row.category, row.action, row.why) for row in made}

    assert (C.PARTY_NUMBER, "mask(keep_last=2)", "schema") == rows["to"]
    assert (C.RECORD_ID, "keep", "schema") == rows["sid"]
    assert (
        C.CREDENTIAL,
        "drop",
        "password: CREDENTIAL (last word of the name)",
    ) == rows["user_password"]
    assert (C.PHONE_NUMBER,) == next(row.found for row in made if row.path == "surprise")
    assert_no_canary(str(made) + repr(made), DIGITS)
    assert str(made).splitlines()[0].split() == ["field", "category", "action", "why"]


def test_stats_count() -> None:
    """Counts go up with what was treated, found and given up."""
    redact = vp.Redactor(vp.policies.debug(KEYS), "twilio.call")
    redact({"to": NUMBER, "extra": f"{NUMBER} {NUMBER}"})
    redact({"to": NUMBER, "extra": object()})
    redact.text(f"call {NUMBER}")
    stats = redact.stats()

    assert (3, 2, 3, 1) == (
        stats.calls,
        stats.treated[C.PARTY_NUMBER],
        stats.found[C.PHONE_NUMBER],
        stats.faults["object"],
    )
    assert NUMBER not in repr(stats)


def test_find_gives_offsets() -> None:
    """Findings hold offsets and a category, and their repr shows no text."""
    text = f"call me on {NUMBER}"
    found = vp.Redactor(vp.policies.debug(KEYS)).find(text)

    assert [(11, 23, C.PHONE_NUMBER)] == [tuple(f) for f in found]
    assert NUMBER not in repr(found)


def test_pickles_by_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A redactor whose keys came from a file or the environment pickles without a key byte; others refuse."""
    KEYS.to_file(tmp_path / "keys")
    monkeypatch.setenv("SOME_KEYS", KEYS.to_text())
    for ring in (vp.KeyRing.from_file(tmp_path / "keys"), vp.KeyRing.from_env("SOME_KEYS")):
        redact = vp.Redactor(vp.policies.debug(ring), "twilio.call")
        data = pickle.dumps(redact)
        assert redact({"to": NUMBER, "sid": "x"}) == pickle.loads(data)({"to": NUMBER, "sid": "x"})
        assert redact == pickle.loads(data)
        assert KEYS.to_text()[30:60].encode() not in data
    with pytest.raises(vp.NotPicklable):
        pickle.dumps(vp.Redactor(vp.policies.debug(KEYS)))
    assert vp.Redactor(vp.policies.labels()) == pickle.loads(
        pickle.dumps(vp.Redactor(vp.policies.labels()))
    )


def test_wrong_settings_fail_when_built() -> None:
    """A schema that is none and a policy that is none are refused at once."""
    with pytest.raises(vp.ConfigurationError, match=r"twilio\.call"):
        vp.Redactor(vp.policies.debug(KEYS), "twilio.cal")
    with pytest.raises(vp.ConfigurationError, match="policies"):
        vp.Redactor("debug")  # type: ignore[arg-type]
    with pytest.raises(vp.ConfigurationError, match="schema"):
        vp.Redactor(vp.policies.debug(KEYS), 3)  # type: ignore[arg-type]


def test_an_action_that_raises() -> None:
    """A user's action that fails leaves a placeholder and a count, nothing raw and no exception."""

    def broken(value: object, category: C) -> object:
        raise ValueError(value)

    redact = vp.Redactor(
        vp.policies.debug(KEYS).with_actions({C.PARTY_NUMBER: broken, C.PHONE_NUMBER: broken}),
        "twilio.call",
    )

    assert {"to": "[FAULT]", "sid": "x"} == redact({"to": NUMBER, "sid": "x"})
    assert "[FAULT]" == redact.text(f"call {NUMBER}")
    assert 2 == redact.stats().faults["fault"]


def test_names_propagate_into_texts() -> None:
    """The caller's name is found in the text that greets by first name."""
    redact = vp.Redactor(vp.policies.debug(KEYS), "twilio.call")
    made = redact({"caller_name": "Zebulon Quartermain", "note": "Hi zebulon, thanks"})

    assert "zebulon" not in made["note"]


def test_schema_of_ones_own() -> None:
    """A schema of one's own has nested paths, lists and wildcards."""
    schema = vp.Schema(
        "acme.cdr",
        {
            "caller": C.PARTY_NUMBER,
            "legs[].sip": C.SIP_URI,
            "X-*": C.SUBSCRIBER_ID,
            "media.{N}": "CONTENT",
        },
    )
    made = vp.Redactor(vp.policies.debug(KEYS), schema)(
        {
            "caller": NUMBER,
            "legs": [{"sip": f"sip:{NUMBER}@example.com"}, {"sip": "sip:alice@example.com"}],
            "X-Who": "bob",
            "media": {"1": "hi"},
        }
    )

    assert "+1********32" == made["caller"] == made["legs"][0]["sip"]
    assert "alice" not in str(made)
    assert "bob" not in str(made)
    assert {"1": "[CONTENT]"} == made["media"]


def test_diff_tells_new_fields() -> None:
    """A field that a vendor added is told with its path and type, without its value."""
    record = {
        "sid": "CA1",
        "to": NUMBER,
        "brand_new": NUMBER,
        "data": {"to": 1, "inner_new": True},
        NUMBER: 1,
    }

    assert [("brand_new", "str"), ("data.inner_new", "bool"), ("[KEY]", "int")] == [
        (f.path, f.kind) for f in vp.schemas.diff("twilio.call", record)
    ]


@pytest.mark.parametrize("policy", ["debug", "billing", "analytics", "share"])
def test_kept_fields_do_not_always_hold_what_they_should(policy: str) -> None:
    """A number with a plus in a field that is kept goes, though no other field names it."""
    redact = vp.Redactor(getattr(vp.policies, policy)(KEYS), "twilio.call")
    made = redact(
        {
            "status": f"failed for {NUMBER}",
            "price": NUMBER,
            "answered_by": [f"x{NUMBER}"],
            "date_created": f"{NUMBER}",
        }
    )

    assert_no_canary(str(made), DIGITS)


def test_kept_fields_keep_the_rest() -> None:
    """What else stands in kept fields stays to the letter: zones, ids, prices, codes."""
    record = {
        "sid": "CA0123456789abcdef0123456789abcdef",
        "price": "-0.0140",
        "start_time": "Mon, 23 Nov 2026 20:15:31 +0000",
        "status": "+1",
    }

    assert record == vp.Redactor(vp.policies.debug(KEYS), "twilio.call")(record)


def test_b2_35_names_of_fields_start_no_line_of_the_table() -> None:
    """A field name with line ends is one row of what `explain()` prints."""
    made = vp.Redactor(vp.policies.labels()).explain({"a\r\nto  PHONE_NUMBER\x1b[2K\u2028": "x"})

    assert 2 == len(str(made).splitlines())
    assert "\x1b" not in str(made)
