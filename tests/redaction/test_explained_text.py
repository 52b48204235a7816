"""What explain() says of texts and of keys."""

from __future__ import annotations

import json

import voxvalley_privacy as vp
from voxvalley_privacy import DataCategory as C

REDACT = vp.Redactor(vp.policies.labels())
NUMBER = "+14155550132"


def test_a_text_is_explained_by_names_and_findings() -> None:
    """A value beside its name is explained by the name, a number in prose by its shape."""
    text = 'got {"caller_name": "Zoe Example"} from +14155550132'
    rows = {row.category: row for row in REDACT.explain(text)}

    assert "caller_name" == rows[C.PERSON_NAME].path
    assert "caller" in rows[C.PERSON_NAME].why
    assert "(text)" == rows[C.PHONE_NUMBER].path


def test_an_explanation_of_a_text_shows_no_value() -> None:
    """Neither values nor personal keys of a text or a record show in what explains it."""
    record = {"Zoe Example": NUMBER, "caller_name": "Zoe Example", NUMBER: "a"}
    shown = str(REDACT.explain(record)) + str(REDACT.explain(json.dumps(record)))

    assert "Zoe" not in shown
    assert "5550132" not in shown


def test_a_text_with_nothing_personal_has_no_rows() -> None:
    """A text in which nothing is found is explained by no row."""
    assert 0 == len(REDACT.explain("the gateway is up"))
