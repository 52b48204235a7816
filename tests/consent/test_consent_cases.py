"""Cases taken from public reports, in the area of consent: each comes out as it should."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest

from tests import require
from voxvalley_privacy import stores
from voxvalley_privacy.consent import (
    ConsentLedger,
    Contact,
    Evidence,
    classify_keyword,
    consented,
    import_consents,
    not_opted_out,
    outside_quiet_hours,
)

from .conftest import NOON

IDS = [
    *(f"t2-{number}" for number in (102, 103, 104, 106, 107, 109, 112, 114, 116, 117, 119, 122)),
    *(f"t2-{number}" for number in (124, 126, 128, 129, 130, 131, 133, 135, 137, 139, 142)),
]
WANTED = {
    "t2-102": {"none"},
    "t2-103": {"opt_out_likely"},
    "t2-104": {"opt_out", "opt_out_likely"},
    "t2-106": {"opt_out_likely"},
    "t2-107": {"wrong_number"},
    "t2-109": {"opt_out", "opt_out_likely"},
    "t2-112": {"opt_out", "opt_out_likely"},
    "t2-114": {"opt_out", "opt_out_likely"},
}


@pytest.fixture(scope="session")
def cases(corpus):
    """Read the cases."""
    path = corpus.parent / "cases" / "open.jsonl"
    if not path.is_file():
        require.absent("The reference cases are not on this machine.", required_by=require.CORPUS)
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return {row["id"]: row for row in rows if row["area"] == "consent"}


def test_every_case_is_run(cases):
    """No case of the area is left out of the list."""
    assert set(cases) == set(IDS)


def said(text):
    """Read an inbound message."""
    return classify_keyword(text).kind


def suppressed(keys, case):
    """Suppress one spelling and ask for another: whether that is denied, and whether the answer warned."""
    opted_out, asked = re.findall(r"'([^']*)'", case["input"])[:2]
    region = "US" if "region=US" in case["input"] else None
    ledger = ConsentLedger(stores.memory(), keys=keys, region=region)
    answer = ledger.suppress(opted_out)
    contact = Contact(to=asked, purpose="marketing", channel="sms")
    return not not_opted_out(ledger)(contact), "withdrawal.unmatched" in answer.codes


def imported(keys, case):
    """Import a row over a consent or a withdrawal: whether the person may be contacted after it."""
    ledger = ConsentLedger(stores.memory(), keys=keys, clock=stores.FixedClock(NOON))
    person = "+14155550132"
    ledger.give(person, "marketing.sms", evidence=Evidence(method="web_form", affirmative=True))
    if "over a withdrawal" in case["input"]:
        ledger.withdraw(person)
        status = "given"
    else:
        status = re.findall(r"'([^']*)'", case["input"])[0]
    row = {"subject": person, "purpose": "marketing.sms", "status": status, "affirmative": "yes"}
    import_consents(ledger, [{**row, "at": "2026-01-01T00:00:00Z"}])
    return bool(
        consented(ledger)(Contact(to=person, purpose="marketing.sms", channel="sms", at=NOON))
    )


def hours(case):
    """Ask for the hours of a number at a time."""
    number, at = re.findall(r"hours (\S+) at (\S+)", case["input"])[0]
    contact = Contact(to=number, purpose="marketing", channel="sms", at=datetime.fromisoformat(at))
    return bool(outside_quiet_hours()(contact))


@pytest.mark.parametrize("case_id", IDS)
def test_the_case_comes_out_right(keys, cases, case_id):
    """What came in gives what the report should have got."""
    case = cases[case_id]
    kind, expected = case["class"].partition(".")[0], case["expected"]
    if kind == "kw":
        assert said(case["input"].partition(": ")[2]) in WANTED[case_id]
    elif kind == "subject":
        denied, warned = suppressed(keys, case)
        assert denied is not expected.startswith("allowed") or ("says" in expected and warned)
        assert denied or warned or expected.startswith("allowed")
    elif kind == "import":
        assert not imported(keys, case)
    else:
        assert hours(case) is expected.startswith("open")
