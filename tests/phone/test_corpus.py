"""The phone tables of the reference corpus."""

from __future__ import annotations

import csv
import json

import phonenumbers
import pytest

from voxvalley_privacy.phone import calling_code, canonical, is_short

# The numbers of no country have no region to be national in.
NOWHERE = "001"


@pytest.fixture(scope="module")
def table(corpus):
    """Read one table of the phone corpus."""

    def rows(name):
        with (corpus / "06_phone" / name).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines, delimiter="\t"))

    return rows


def test_seven_spellings_of_every_mobile_number(table):
    """The example mobile number of every region has one form in seven spellings and more."""
    mobiles = [row for row in table("phonenumbers_example_numbers.tsv") if row["type"] == "MOBILE"]
    assert len(mobiles) > 200
    different = {}
    for row in mobiles:
        e164, region = row["e164"], row["region"]
        if region == NOWHERE:
            continue
        forms = {
            canonical(e164),
            canonical(row["international"]),
            canonical(row["rfc3966"]),
            canonical(f"sip:{e164}@example.com;user=phone"),
            canonical(f"whatsapp:{e164}"),
            canonical("%2B" + e164[1:]),
            canonical("00" + e164[1:]),
            canonical("011" + e164[1:]),
            canonical(e164[1:], region=region),
            # Seven digits without a plus are not told from a local number.
            canonical(e164[1:]) if len(e164) > 8 else e164,
            canonical(row["national"], region=region),
            canonical(row["from_US"], region="US"),
            canonical(row["from_DE"], region="DE"),
        }
        if forms != {e164}:
            different[region] = forms
    assert {} == different


def test_every_example_number(table):
    """Every valid E.164 example is its own form, except those that another country's numbers make local."""
    rows = table("phonenumbers_example_numbers.tsv")
    changed = {row["e164"] for row in rows if row["e164"] != canonical(row["e164"])}
    # Canada's 310 numbers are local in the main region of +1; an Iranian number of six digits is too short for E.164.
    assert changed <= {"+13101234", "+989601"}
    assert [] == [row["region"] for row in rows if row["country_code"] != calling_code(row["e164"])]


def test_invalid_examples_agree_with_phonenumbers(table):
    """An invalid example has a form exactly if phonenumbers calls its length possible and E.164 allows it."""
    different = []
    for row in table("phonenumbers_invalid_examples.tsv"):
        number = phonenumbers.parse(row["e164_invalid"])
        possible = (
            phonenumbers.is_possible_number_with_reason(number)
            == phonenumbers.ValidationResult.IS_POSSIBLE
        )
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if canonical(row["e164_invalid"]) != (e164 if possible and len(e164) > 7 else None):
            different.append(row["region"])
    assert [] == different


def test_short_numbers_are_short_in_their_region(table):
    """Every short number of two to six digits is short and no number, with and without its region."""
    rows = [row for row in table("short_numbers.tsv") if len(row["short_number"]) <= 6]
    assert len(rows) > 500
    longs = [
        row["region"] for row in rows if not is_short(row["short_number"], region=row["region"])
    ]
    assert ([], []) == (longs, [row["region"] for row in rows if not is_short(row["short_number"])])


def test_mobile_numbers_by_locale(table):
    """A valid mobile number with its country's locale has the form that phonenumbers gives, in 99 of 100 cases."""
    hits = misses = 0
    for row in table("validatorjs_mobile_phone.tsv"):
        locale, value = json.loads(row["args_json"] or "[]"), json.loads(row["value_json"])
        if (
            row["expect"] != "valid"
            or not isinstance(value, str)
            or not locale
            or not isinstance(locale[0], str)
        ):
            continue
        region = locale[0][-2:]
        if region not in phonenumbers.SUPPORTED_REGIONS or ";" in value or len(value) > 64:
            continue
        try:
            number = phonenumbers.parse(value, region)
        except phonenumbers.NumberParseException:
            continue
        if not phonenumbers.is_valid_number(number):
            continue
        same = canonical(value, region=region) == phonenumbers.format_number(
            number, phonenumbers.PhoneNumberFormat.E164
        )
        hits, misses = hits + same, misses + (not same)
    assert hits > 400
    assert misses <= 0.01 * hits
