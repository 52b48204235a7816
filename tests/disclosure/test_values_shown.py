"""Values of somebody else, and of fields that were not granted, in every form a value can have."""

from __future__ import annotations

import json
from collections import deque
from datetime import timedelta
from decimal import Decimal

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import stores
from voxvalley_privacy.disclosure import Grant, Handover

from .conftest import ANA, BEN, NOW, register_with

THIRD = "+447700900199"
CALL = {"caller": ANA, "callee": BEN, "at": NOW - timedelta(days=1)}


def bundle_of(*records):
    """Return the export of Ana over one source of calls."""
    source = vp.ExportSource(
        name="calls",
        find=lambda _: records,
        count=lambda _: len(records),
        fields={"caller": "party", "callee": "party", "at": "time", "note": "own"},
    )
    rights = vp.SubjectRights([source], register=register_with(None, store=stores.memory()))
    request = rights.verify(rights.open(ANA, "access", received=NOW, place="GB"), method="account")
    return rights.access(request, partial=True).require().value


class Named:
    """A value that only its text says."""

    def __str__(self):
        return THIRD


@pytest.mark.parametrize(
    "value",
    [
        THIRD.encode(),
        {f"call {THIRD}"},
        frozenset([THIRD]),
        (THIRD,),
        deque([THIRD]),
        float(THIRD),
        int(THIRD),
        Decimal(THIRD),
        {"deep": [{"er": bytearray(THIRD, "ascii")}]},
        {THIRD: 1},
        Named(),
        [[[[[[[[[[THIRD]]]]]]]]]],
    ],
)
def test_a_number_of_a_third_is_found_in_every_type_of_value(value):
    """What JSON and CSV would write as a text is looked through as that text."""
    text = "".join(bundle_of({**CALL, "note": value}).files.values())
    assert THIRD.removeprefix("+") not in text


@pytest.mark.parametrize(
    "note",
    ["with ALICE EXAMPLE", "ａｌｉｃｅ ｅｘａｍｐｌｅ", "Bob knows", "mail: CANARY@example.com"],
)
def test_a_value_of_another_field_is_found_in_any_case_and_width(note):
    """A text that shows a name that is left out is left out, and named."""
    others = {"name": "Alice Example", "nick": "Bob", "more": {"mail": ["canary@example.com"]}}
    bundle = bundle_of({**CALL, **others, "note": note})
    assert "note" not in json.loads(bundle.files["calls.jsonl"])
    assert "note" in bundle.manifest["stores"][0]["omitted"]


def test_a_value_without_anybody_is_not_called_hidden():
    """A list, a tuple or bytes that show nobody are inside, and not named as left out."""
    bundle = bundle_of({**CALL, "note": ("fine", b"well")})
    assert json.loads(bundle.files["calls.jsonl"])["note"] == ["fine", "well"]
    assert bundle.manifest["stores"][0]["omitted"] == {}


def test_d9_a_record_of_two_others_is_not_handed_over():
    """A store that finds too much gives no record of others away, and the export is partial."""
    foreign = {"caller": THIRD, "callee": BEN, "at": CALL["at"], "note": "CANARY"}
    bundle = bundle_of({**CALL, "note": "mine"}, foreign)
    assert bundle.state == "PARTIAL"
    assert "CANARY" not in "".join(bundle.files.values())
    assert bundle.manifest["stores"][0]["of_somebody_else"] == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_an_export_is_a_formula(start):
    """A spreadsheet runs no text; a number keeps its sign."""
    bundle = bundle_of({**CALL, "note": f"{start}cmd|' /C calc'!A0"})
    assert f",{start}cmd" not in bundle.files["calls.csv"]
    assert f",{ANA}," in bundle.files["calls.csv"]


SECRETS = {
    "session": {"auth_token": "CANARY1", "deep": [{"password": "CANARY2"}]},
    "body": "Your verification code is 918273. password: CANARY4",
    "raw": b"Authorization: Bearer CANARY5abcdef",
    "url": "https://example.com/?token=CANARY6abc",
    "list": ["api_key=CANARY7abcdefgh"],
}


def test_d7_no_credential_is_handed_over_at_any_depth():
    """A demand hands over no password, key or code, wherever in a record it stands."""
    handover = Handover(
        fields=frozenset([*SECRETS, "caller"]),
        period=(NOW - timedelta(days=2), NOW),
        row="x",
        people=frozenset([("number", ANA)]),
    )
    rows, _ = handover.export([{**CALL, **SECRETS}], about=["caller"], at="at")
    text = str(rows)
    assert rows[0]["caller"] == ANA
    assert "CANARY" not in text
    assert "918273" not in text


class Keeps:
    """A redactor of an app's own, which keeps everything."""

    def __call__(self, record):
        return record

    def text(self, text):
        return text


def test_d7_an_own_redactor_cannot_let_a_credential_out():
    """Whatever the redactor of a policy is, no password, key or code leaves."""
    grant = Grant(fields=frozenset(SECRETS), redact=Keeps())
    assert "CANARY" not in str(grant.minimize(SECRETS))


@pytest.mark.parametrize(
    "note",
    [
        "by ALICE EXAMPLE",
        "canary@EXAMPLE.com wrote",
        "call 07700 900199",
        b"Alice Example",
        {"a": THIRD},
    ],
)
def test_d4_a_value_that_is_not_granted_is_in_no_granted_field(note):
    """A value of an ungranted field, nested or spelled in another way, is in no granted one."""
    record = {
        "sid": "CA1",
        "note": note,
        "name": "Alice Example",
        "more": {"mail": "canary@example.com"},
        "callee": THIRD,
    }
    assert Grant(fields=frozenset(["sid", "note"])).minimize(record) == {"sid": "CA1"}


def test_a_long_text_is_not_handed_over_unseen():
    """What lies behind the part of a text that is looked at is left out."""
    note = "fine " * 20_000 + f"call {THIRD} password: CANARY9"
    bundle = bundle_of({**CALL, "note": note})
    assert THIRD not in bundle.files["calls.jsonl"]
    assert "CANARY9" not in str(Grant(fields=frozenset(["note"])).minimize({"note": note}))


def test_a_value_too_deep_to_be_read_is_left_out():
    """A list nested thousands deep raises nothing, and is not sent."""
    deep = THIRD
    for _ in range(5_000):
        deep = [deep]
    record = {"deep": deep, "sid": "CA1", "callee": THIRD}
    assert Grant(fields=frozenset(["deep", "sid"])).minimize(record) == {"sid": "CA1"}
    assert Grant(fields=frozenset(["sid"])).minimize(record) == {"sid": "CA1"}
