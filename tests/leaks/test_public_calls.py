"""A canary through every public call, good and bad: it shows nowhere."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import attrs
import pytest

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from voxvalley_privacy import DataCategory as C

KEYS = vp.KeyRing.generate()
NUMBER = "+14155550132"
DIGITS = "4155550132"
POLICY = vp.policies.debug(KEYS)
REDACT = vp.Redactor(POLICY, "twilio.call")

GOOD: dict[str, Callable[[], object]] = {
    "record": lambda: REDACT({"to": NUMBER, "x": NUMBER}),
    "text": lambda: REDACT.text(f"call {NUMBER}"),
    "find": lambda: REDACT.find(f"call {NUMBER}"),
    "explain": lambda: (
        REDACT.explain({"to": NUMBER, NUMBER: NUMBER}),
        str(REDACT.explain({NUMBER: 1})),
    ),
    "stats": REDACT.stats,
    "scrub": lambda: vp.scrub(NUMBER),
    "diff": lambda: vp.schemas.diff("twilio.call", {NUMBER: NUMBER}),
    "seal": lambda: vp.seal(KEYS)(NUMBER, C.PARTY_NUMBER),
    "unseal": lambda: vp.unseal(KEYS, str(vp.seal(KEYS)(NUMBER, C.PARTY_NUMBER)), reason="x"),
    "pseudonym": lambda: vp.pseudonym(KEYS)(NUMBER, C.PARTY_NUMBER),
    "form": lambda: vp.records.redact_form(f"To=%2B14155550132&Body={NUMBER}", REDACT),
    "xml": lambda: vp.records.redact_xml_text(f"<Call><To>{NUMBER}</To></Call>", REDACT),
    "sensitive": lambda: [
        vp.Sensitive(NUMBER),
        f"{vp.Sensitive(NUMBER)}",
        f"{vp.Sensitive(NUMBER)!s:>30}",
        {"x": vp.Sensitive(NUMBER)},
    ],
    "redactor": lambda: [REDACT, attrs.asdict(REDACT, recurse=False), POLICY],
}

BAD: dict[str, Callable[[], object]] = {
    "schema name": lambda: vp.schemas.get(NUMBER),
    "schema version": lambda: vp.schemas.get(f"twilio.call@{NUMBER}"),
    "schema path": lambda: vp.Schema(NUMBER, {f"{NUMBER}..x": NUMBER}),  # type: ignore[dict-item]
    "schema columns": lambda: vp.Schema("x", {"a": C.STATUS}, column_orders=[[NUMBER]]),
    "label": lambda: vp.label(NUMBER),
    "mask": lambda: vp.mask(keep_last=14155550132),
    "bucket": lambda: vp.bucket(NUMBER),  # type: ignore[arg-type]
    "truncate": lambda: vp.truncate(NUMBER),
    "budget": lambda: vp.Budget(text=NUMBER),  # type: ignore[arg-type]
    "policy": lambda: vp.Policy("x", {}, region=NUMBER, unknown=NUMBER),  # type: ignore[arg-type]
    "actions": lambda: POLICY.with_actions({NUMBER: vp.keep}),  # type: ignore[dict-item]
    "redactor": lambda: vp.Redactor(NUMBER),  # type: ignore[arg-type]
    "keys text": lambda: vp.KeyRing.from_text(NUMBER),
    "keys env": lambda: vp.KeyRing.from_env("VOXVALLEY_PRIVACY_NO_SUCH"),
    "pseudonym": lambda: vp.pseudonym(NUMBER),  # type: ignore[arg-type]
    "unseal": lambda: vp.unseal(KEYS, NUMBER, reason="x"),
    "wrap": lambda: vp.wrap(NUMBER, REDACT),
    "wrap twice": lambda: vp.wrap(vp.wrap(print, REDACT), REDACT),
    "format": lambda: vp.records.redact_file(io.BytesIO(b""), io.BytesIO(), REDACT, format=NUMBER),
    "pickle": lambda: pickle.dumps(vp.Sensitive(NUMBER)),
    "json": lambda: json.dumps(vp.Sensitive(NUMBER)),
    "deepcopy": lambda: copy.deepcopy(vp.Sensitive(NUMBER)),
    "category": lambda: DataCategoryOf(NUMBER),
}


def DataCategoryOf(text: str) -> object:  # noqa: N802 # stands for a constructor
    """Look a category up that is none, as a configuration file might."""
    return vp.Schema("x", {"a": text}).fields["a"]  # type: ignore[dict-item]


def _everything(error: BaseException) -> str:
    """Return all that a hook could print of an error: itself, notes, fields, causes and contexts."""
    parts = []
    seen: BaseException | None = error
    while seen is not None:
        parts += [
            str(seen),
            repr(seen),
            repr(seen.args),
            repr(vars(seen)),
            *getattr(seen, "__notes__", ()),
        ]
        seen = seen.__cause__ or seen.__context__
    lines = [line for line in traceback.format_exception(error) if "/tests/" not in line]
    return "\n".join([*parts, *lines])


@pytest.mark.parametrize("name", GOOD)
def test_results_show_nothing(
    name: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Results, their reprs, our log lines and standard streams hold no canary."""
    with caplog.at_level(logging.DEBUG), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        made = GOOD[name]()

    out = capsys.readouterr()
    assert_no_canary(
        f"{made!r} {made} {caplog.text} {out.out} {out.err} {[str(w.message) for w in warned]}",
        DIGITS,
    )


@pytest.mark.parametrize("name", BAD)
def test_errors_show_nothing(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Errors from wrong arguments hold no canary: not in text, fields, causes, contexts or pickles."""
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(Exception) as caught,
    ):  # which one is others' to test
        BAD[name]()

    assert_no_canary(_everything(caught.value) + caplog.text, DIGITS)
    if isinstance(caught.value, vp.PrivacyError):
        again: Any = pickle.loads(pickle.dumps(caught.value))
        assert (type(again), str(again)) == (type(caught.value), str(caught.value))
